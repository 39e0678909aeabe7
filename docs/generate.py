"""Renews what the documentation takes from the code: the diagram, the letters of alerts."""

from __future__ import annotations

import re
from pathlib import Path

from sinks.alerts.samples import samples
from streams.topology import diagram

FOLDER = Path(__file__).parent
LETTERS = "## How they read\n"


def main() -> None:
    page = FOLDER / "architecture.md"
    text = page.read_text(encoding="utf-8")
    block = f"```mermaid\n{diagram()}```"
    page.write_text(re.sub(r"```mermaid\n.*?```", lambda _: block, text, flags=re.S), "utf-8")
    alerts = FOLDER / "alerts.md"
    kept = alerts.read_text(encoding="utf-8").partition(LETTERS)[0]
    alerts.write_text(f"{kept}{LETTERS}\n{samples()}", "utf-8")


if __name__ == "__main__":
    main()
