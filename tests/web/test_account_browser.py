"""Accounts in a browser: by keyboard alone, on a phone, in the dark, without a script."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from web_accounts import ARTICLE
from web_server import serving


def focus(page, words, most=150):
    """Press the tab key until what has the focus says so."""
    look = "() => { const e = document.activeElement; return e && !['BODY', 'MAIN'].includes(e.tagName) ? (e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || '') : ''; }"
    for _ in range(most):
        if words in page.evaluate(look):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {words!r}")


@pytest.fixture(scope="module")
def working_server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("accounts"), work=True) as address:
        yield address


def test_from_a_pasted_article_to_a_finished_check_by_keyboard_alone(working_server, visit):
    page = visit(f"{working_server}/accounts")
    page.set_default_timeout(200_000)
    focus(page, "Its text, in English")
    page.keyboard.insert_text(ARTICLE)
    focus(page, "Read it")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(accounts|jobs)/[0-9a-f]{16}$"))
    if "/jobs/" in page.url:  # a slow machine
        page.wait_for_selector("a.button.main")
        focus(page, "Open the result")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/accounts/[0-9a-f]{16}$"))
    assert page.locator(".article mark").count() >= 2
    assert page.locator(".article").inner_text().count("The bread was good") == 1
    address = page.url
    focus(page, "Accept all drafts with their questions")
    page.keyboard.press("Enter")
    page.wait_for_selector(".entry.accepted")
    focus(page, "Edit claim-1 and ask")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/claims/claim-1$"))
    focus(page, "One neutral sentence of your own")
    page.keyboard.press("Control+A")
    page.keyboard.type("IS killed 300 or more civilians in Mosul in June 2017.")
    page.keyboard.press("Tab")
    focus(page, "Keep")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#said$"))
    page.goto(address)
    focus(page, "Run the check")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{16}$"))
    page.wait_for_selector("a.button.main")
    focus(page, "Open the result")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/accounts/checks/"))
    assert "IS killed 300 or more civilians" in page.locator("#table").inner_text()
    assert page.locator("#text mark").count() >= 2
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_and_axe_finds_nothing(working_server, visit, width, scheme):
    page = visit(f"{working_server}/accounts", width=width, scheme=scheme)
    page.get_by_role("button", name="Take the example").click()
    page.wait_for_url(re.compile(r"/accounts/[0-9a-f]{16}$"))
    address = page.url
    for part in (
        f"{working_server}/accounts",
        address,
        f"{address}/claims/raqqa-strikes",
        f"{address}/findings",
        f"{address}/lint",
        f"{working_server}/accounts/ledger",
    ):
        page.goto(part)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), part
        for summary in page.locator("summary").all():
            summary.click()
        found = Axe().run(page)
        assert found.violations_count == 0, (part, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), part
