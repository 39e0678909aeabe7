"""`python -m sinks.boards` writes the dashboards into deploy/grafana."""

from __future__ import annotations

import json
from typing import Any

from sinks.boards import FOLDER
from sinks.boards.pipeline import pipeline
from sinks.boards.situation import situation

BOARDS = {"situation.json": situation, "pipeline.json": pipeline}


def text_of(dashboard: dict[str, Any]) -> str:
    return json.dumps(dashboard, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, board in BOARDS.items():
        (FOLDER / name).write_text(text_of(board()), encoding="utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
