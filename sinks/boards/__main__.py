"""`python -m sinks.boards` writes the dashboards into deploy/grafana."""

from __future__ import annotations

import json
from typing import Any

from sinks.boards import FOLDER
from sinks.boards.situation import situation


def text_of(dashboard: dict[str, Any]) -> str:
    return json.dumps(dashboard, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "situation.json"
    path.write_text(text_of(situation()), encoding="utf-8")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
