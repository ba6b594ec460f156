"""Take the README's picture of the web app: the world's page, as a browser shows it on the embedded figures.

    aftershock serve --no-browser --port 8650 --data-dir /tmp/empty
    python tools/picture_web.py http://127.0.0.1:8650 docs/images/web.png

Needs Chromium on the PATH and the test dependencies.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1280, 1320


def main(address: str, picture: Path) -> None:
    """Screenshot the upper part of the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(f"{address}/world")
        page.wait_for_selector("body[data-drawn]")
        page.screenshot(path=picture)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
