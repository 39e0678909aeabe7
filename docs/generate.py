"""Renews what the documentation takes from the code: the diagram of the topology."""

from __future__ import annotations

import re
from pathlib import Path

from streams.topology import diagram

PAGE = Path(__file__).parent / "architecture.md"


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    block = f"```mermaid\n{diagram()}```"
    PAGE.write_text(re.sub(r"```mermaid\n.*?```", lambda _: block, text, flags=re.S), "utf-8")


if __name__ == "__main__":
    main()
