"""Take the README's picture: the report's map and one country's forecast, as a browser shows them.

    aftershock forecast --out demo
    python tools/picture_report.py demo/report.html docs/images/report.png [COUNTRY]

Needs Chromium on the PATH and the test dependencies.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH = 1180


def main(report: Path, picture: Path, country: str = "SYR") -> None:
    """Screenshot the world section and a country's section, one above the other."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.goto(f"{report.resolve().as_uri()}#{country}")
        page.wait_for_selector("body[data-drawn]")
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(500)
        top = page.locator("#world").bounding_box()
        end = page.locator("#fan").bounding_box()
        if top is None or end is None:
            raise SystemExit("the report has no map or no country")
        clip = {"x": 0, "y": top["y"], "width": WIDTH, "height": end["y"] + end["height"] + 40 - top["y"]}
        page.screenshot(path=picture, full_page=True, clip=clip)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
