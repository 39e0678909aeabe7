.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: help install install-dev run test kafka test-kafka faults soak check format lint types imports lock docs boards bench bench-kafka bench-parts bench-understand bench-detect bench-collect bench-forecast bench-draws bench-store vectors clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Rezonans needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# One lock, read by uv where it is installed and by pip everywhere.
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install --python $(BIN)/python --quiet $(1); \
	else $(BIN)/python -m pip install --disable-pip-version-check --quiet $(1); fi

$(STAMP): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Rezonans into $(VENV) (first time: about two minutes) ..."
	@$(call INSTALL,--require-hashes -r requirements.lock)
	@$(call INSTALL,--no-deps --no-build-isolation -e .)
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(STAMP)
	@echo "Installing the tools of the tests into $(VENV) ..."
	@$(call INSTALL,--require-hashes -r requirements-dev.lock)
	@touch $@

install: $(STAMP) ## Make .venv and put the command at .venv/bin/rezonans

install-dev: $(DEV_STAMP) ## The same with the tools of the tests

run: $(STAMP) ## Start everything on this machine and print the desk's address
	@$(BIN)/rezonans run

# The tests that start real processes mostly wait, so files run side by side.
JOBS ?= 3
test: $(DEV_STAMP) ## Run the tests, files side by side (JOBS=3)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

kafka: ## Start a real Apache Kafka on 127.0.0.1:9092 (needs Java and Maven), data in var/kafka
	@$(PYTHON) deploy/kafka/start.py

test-kafka: $(DEV_STAMP) ## Run the tests on a real Apache Kafka; they skip without Java or Maven
	$(BIN)/python -m pytest -m kafka -rs tests/kafka

ROUNDS ?= 100
SECONDS ?= 60
faults: $(DEV_STAMP) ## Kill parts at random under load, then worse; count (ROUNDS=100 SECONDS=60)
	$(BIN)/python -m tests.end_to_end.faults --rounds $(ROUNDS) --seconds $(SECONDS)

# In a folder of its own: natasha needs more than its vectors, and none of that is a need of ours.
vectors: $(STAMP) ## Take the word vectors of the training anew from the natasha package
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --target var/vectors "navec>=0.10" "natasha>=1.6"
	@PYTHONPATH=var/vectors $(BIN)/python -m models.train.vectors

FACTOR ?= 30
MINUTES ?= 60
soak: $(DEV_STAMP) ## Does it stay within its memory for a week? Time runs faster (FACTOR=30 MINUTES=60)
	$(BIN)/python -m tests.end_to_end.soak --factor $(FACTOR) --minutes $(MINUTES)

check: format-check lint types imports test ## What CI runs

format: $(DEV_STAMP) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

format-check: $(DEV_STAMP)
	$(BIN)/ruff format --check .

lint: $(DEV_STAMP) ## Lint the code
	$(BIN)/ruff check .

types: $(DEV_STAMP) ## Check the types
	$(BIN)/mypy

imports: $(DEV_STAMP) ## Check the dependency rule
	$(BIN)/lint-imports

lock: $(DEV_STAMP) ## Renew both locks from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the environment and what a run left
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis

docs: $(DEV_STAMP) ## Renew what the documentation takes from the code
	$(BIN)/python docs/generate.py

# With topics of your own: make boards BOARDS="--settings rezonans.toml --out my-grafana"
boards: $(DEV_STAMP) ## Write the dashboards of Grafana and what it is provisioned with
	$(BIN)/python -m sinks.boards $(BOARDS)

PEERS := $(VENV)/peers
bench: $(DEV_STAMP) $(PEERS)/.installed ## Measure the whole way, beside the limit and beside other frameworks
	@$(BIN)/python -m tests.bench --peers $(PEERS)/bin/python

# An environment of their own over ours: what they need is no need of ours.
$(PEERS)/.installed: pyproject.toml | $(BIN)/python
	@echo "Installing the frameworks to compare with into $(PEERS) ..."
	@$(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --disable-pip-version-check --quiet "quixstreams>=3.28" "bytewax>=0.21" \
		|| echo "the frameworks can not be installed here; their rows are left out" >&2
	@touch $@

bench-kafka: $(DEV_STAMP) ## Measure one worker and two on a real Apache Kafka
	@$(BIN)/python -m tests.bench --only kafka

bench-parts: $(STAMP) ## Measure what the parts cost on this machine
	@$(BIN)/rezonans bench

bench-understand: $(STAMP) ## Measure understanding by step, beside the naive way and the limit
	@$(BIN)/rezonans bench understand

DATA ?= ../data
HEAD ?= sentiment_ru
bench-draws: $(STAMP) ## Train a head without each part of its rows and judge it there (DATA= HEAD=; some 20 minutes)
	@$(BIN)/python -m models.train.draws --data $(DATA) --head $(HEAD) --keep var/draws

NAB_SERIES ?= $(wildcard ../shared/data/nab/data)
bench-forecast: $(STAMP) ## Compare forecasts; NAB_SERIES=folder of CSV series
	@$(BIN)/python -m streams.trials.forecast $(if $(NAB_SERIES),--data $(NAB_SERIES))
	@$(BIN)/python -m streams.trials.cascades

NAB ?= $(wildcard ../shared/data/nab)
bench-detect: $(STAMP) ## Measure the detector; NAB=folder of labelled series
	@$(BIN)/rezonans bench-detect $(if $(NAB),--nab $(NAB))

THIN ?= 100
SAME ?= 30
TIMES ?= 7
ONLY ?=
PANELS ?=
BEFORE ?=
RIVALS := $(VENV)/.installed-rivals
$(RIVALS): $(STAMP)
	@echo "Installing DuckDB and psycopg into $(VENV), to compare with ..."
	@if { $(call INSTALL,'duckdb>=1.4' 'psycopg[binary]>=3.2'); }; then touch $@; \
	else echo "not installed: the store is compared with itself alone" >&2; fi

bench-store: $(STAMP) $(if $(filter year,$(ONLY)),,$(RIVALS)) ## Measure the store on a year of the country (THIN=100 SAME=30: one mention in so many)
	@$(BIN)/python -m sinks.bench --thin $(THIN) --same $(SAME) --times $(TIMES) $(if $(ONLY),--only $(ONLY)) $(if $(PANELS),--panels $(PANELS)) $(if $(BEFORE),--before $(BEFORE))

PARTS ?= freshness speed memory
bench-collect: $(DEV_STAMP) ## Measure collectors: freshness of 5,000 pages, items a second, memory (PARTS=)
	@$(BIN)/python -m tests.collectors.bench $(PARTS)
