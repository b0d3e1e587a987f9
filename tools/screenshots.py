"""Pictures of pages, for looking at them: ``python tools/screenshots.py URL FOLDER PATH…``.

Each path is taken on a phone and on a desk, whole; with ``--dark`` in dark colours.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZES = {"phone": (360, 740), "desk": (1280, 800)}


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox"])
        for name, (width, height) in SIZES.items():
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if asked.dark else "light",
            )
            for path in asked.paths:
                page.goto(asked.url.rstrip("/") + path)
                file = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-") or "home"
                page.screenshot(path=asked.folder / f"{file}-{name}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
