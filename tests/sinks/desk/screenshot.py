"""A picture of a running desk, for the README and for the eye.

python -m tests.sinks.desk.screenshot http://127.0.0.1:8765 docs/desk.png --language ru
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("picture", type=Path)
    parser.add_argument("--language", choices=("ru", "kk"), default="ru")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=1000)
    parser.add_argument("--scale", type=float, default=1.5, help="pixels of a point")
    parser.add_argument("--full", action="store_true", help="the whole page, not one screen")
    parser.add_argument("--spike-seconds", type=float, default=60, help="wait for a spike so long")
    take(parser.parse_args())


def take(asked: argparse.Namespace) -> None:
    """Wait until the line is live, a spike is open and its chart is drawn; then look."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(
            viewport={"width": asked.width, "height": asked.height},
            device_scale_factor=asked.scale,
        )
        chosen = {"language": asked.language, "theme": asked.theme}
        context.add_cookies(
            [{"name": name, "value": value, "url": asked.address} for name, value in chosen.items()]
        )
        page = context.new_page()
        page.goto(asked.address)
        page.wait_for_selector("#link.on")
        page.wait_for_selector(".plot canvas", timeout=asked.spike_seconds * 1000)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=asked.picture, full_page=asked.full)
        browser.close()


if __name__ == "__main__":
    main()
