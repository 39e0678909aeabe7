"""Pictures of the letters of the documentation, as mail programs show them, for the eye.

python -m tests.sinks.alerts.screenshot docs/alerts-ru.png --language ru
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright
from pydantic import SecretStr

from rezonans.desks import Channel, DeskSettings
from sinks.alerts.samples import letters
from sinks.alerts.words import Words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("--language", choices=("ru", "kk"), default="ru")
    parser.add_argument("--scale", type=float, default=1.0, help="pixels of a point")
    take(parser.parse_args())


def take(asked: argparse.Namespace) -> None:
    """All letters on one page, two beside each other."""
    written = _page(asked.language)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": 1360, "height": 900}, device_scale_factor=asked.scale
        )
        page.set_content(written)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=asked.picture, full_page=True)
        browser.close()


def _page(language: str) -> str:
    words = Words("https://desk.example.kz", {"press": DeskSettings(channels=("press",))})
    channel = Channel(url=SecretStr("mailto://press@example.kz"), language=language)  # type: ignore[arg-type]
    bodies = [
        re.sub(r"(?s).*<body[^>]*>|</body>.*", "", notice.html)
        for letter in letters()
        if (notice := asyncio.run(words(letter, "press", channel))).html
    ]
    cells = "".join(f"<div>{body}</div>" for body in bodies)
    look = "display:grid;grid-template-columns:1fr 1fr;background:#f3f5f7;margin:0"
    return f'<body style="{look}">{cells}</body>'


if __name__ == "__main__":
    main()
