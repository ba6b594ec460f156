"""By keyboard alone, on a phone's width: every part of the app, from an empty data directory to a finished what-if and a checked article."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from web_results import press_to
from web_server import serving, wait_for

POINTER = "for (const kind of ['pointerdown', 'mousedown']) addEventListener(kind, () => console.error('a pointer was used'), true);"
ARTICLE = """The road from Mosul

July 12, 2017

MOSUL, Iraq - Islamic State fighters killed at least 300 civilians in Mosul in June, the United Nations said on Tuesday.

The bread was good that morning, and nobody spoke of the river.
"""
SCENARIO = """name: is-leaves
title: IS leaves
until: 2017-12-31
interventions:
  - {kind: leaves, actor: IS, date: 2017-08-01}
system: {countries: [Syria], first: 2017-01-01, until: 2017-07-05, background: constant, draws: 20}
"""  # on a smaller system than the examples', so that the test is short


@pytest.fixture
def come(visit):
    """Open the app as somebody does who has no pointer."""

    def open_(address, width=390):
        page = visit(address, width=width, before=POINTER, accept_downloads=True)
        page.set_default_timeout(30_000)
        return page

    return open_


def press(page, locator, key="Enter"):
    press_to(page, locator)
    page.keyboard.press(key)


def write(page, locator, text):
    press_to(page, locator)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def go(page, part):
    """Follow a link of the navigation."""
    press(page, page.get_by_role("navigation", name="Parts of the app").get_by_role("link", name=part, exact=True))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def result_of_job(page):
    """Wait for the job whose page this is, and open its result."""
    page.wait_for_url("**/jobs/*")
    opened = page.get_by_role("link", name="Open the result")
    wait_for(lambda: opened.count() or page.wait_for_timeout(300), seconds=240)
    press(page, opened)


def test_the_first_stop_leads_past_the_navigation(come, server):
    page = come(f"{server}/countries/SYR")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 390])
def test_every_stop_of_a_page_is_seen(come, server, width):
    page = come(f"{server}/world", width)
    page.wait_for_selector("body[data-drawn]")
    stops = page.locator(
        "header a, main :is(a, button, select, input, summary, [tabindex='0']):visible:not([disabled])"
    )
    order = page.evaluate_handle("[]")
    for _ in range(24):
        page.keyboard.press("Tab")
        press_to(page, page.locator(":focus"), most=1)
        page.evaluate("order => order.push(document.activeElement)", order)
    assert page.evaluate("order => new Set(order).size", order) == 24
    assert stops.count() > 24


def test_the_world_by_keyboard(come, server):
    page = come(f"{server}/world")
    page.wait_for_selector("body[data-drawn]")
    press(page, page.locator("#month"), "ArrowLeft")
    expect(page.locator("#month-text")).to_contain_text("recorded")
    page.keyboard.press("End")
    expect(page.locator("#month-text")).to_have_text("December 2024, forecast")
    title = page.locator("#map-title").inner_text()
    page.keyboard.press("Shift+Tab")
    press(page, page.locator("#measure"), "ArrowDown")
    expect(page.locator("#map-title")).not_to_have_text(title)
    press(page, page.locator("#map-table summary"))
    expect(page.locator("#map-table tbody tr").first).to_be_visible()
    page.keyboard.press("Enter")
    write(page, page.locator("#filter"), "eth")
    expect(page.locator("#ranking tbody tr").first).to_contain_text("Ethiopia")
    press(page, page.locator("#ranking thead button").first)
    expect(page.locator("#ranking thead th").first).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    press(page, page.locator("#ranking tbody a", has_text="Ethiopia"))
    page.wait_for_url("**/countries/ETH**")
    page.wait_for_selector("body[data-drawn]")
    press(page, page.locator("#unit"))
    page.keyboard.type("Syr")
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/SYR**")
    page.wait_for_selector("body[data-drawn]")
    press(page, page.locator("#fan-table summary"))
    expect(page.locator("#fan-table tbody tr").first).to_be_visible()
    with page.expect_download() as taken:
        press(page, page.locator('[data-picture=fan] [data-format="svg"]'))
    assert Path(taken.value.path()).read_text(encoding="utf-8").startswith("<svg")


def test_track_record_countries_and_data_by_keyboard(come, server):
    page = come(f"{server}/")
    go(page, "Track record")
    page.wait_for_selector("body[data-drawn]")
    press(page, page.get_by_role("link", name="Non-state violence").first)
    page.wait_for_url("**target=ns")
    page.wait_for_selector("body[data-drawn]")
    press(page, page.locator("summary:visible").first)
    expect(page.locator("details[open]").first).to_be_visible()
    go(page, "Countries")
    press(page, page.get_by_role("link", name="Mali", exact=True))
    page.wait_for_url("**/countries/MLI**")
    go(page, "Data")
    press_to(page, page.locator("#as-of"))
    page.keyboard.type("01312020")
    press(page, page.get_by_role("button", name="Show", exact=True))
    page.wait_for_url("**as_of=2020-01-31")
    expect(page.locator(".headline").first).to_contain_text("by that day")
    with page.expect_download():
        press(page, page.locator("a[href^='/data/embedded/']").first)


def test_from_an_empty_store_to_a_finished_what_if(tmp_path, come):
    with serving(tmp_path, work=True) as address:
        page = come(f"{address}/")
        go(page, "What if")
        press(page, page.get_by_text("An actor leaves"))
        press_to(page, page.locator("#leaves-actor"))
        page.keyboard.type("SDF")
        press(page, page.get_by_role("button", name="Add this change").locator("visible=true"))
        expect(page.locator("#changes")).to_contain_text("SDF leaves")
        press(page, page.get_by_role("button", name="Take out").first)
        expect(page.get_by_text("Nothing yet: this is the course that goes on")).to_be_visible()
        write(page, page.locator("#scenario-text"), SCENARIO)
        press(page, page.get_by_role("button", name="Use this text"))
        expect(page.locator("#now-title")).to_have_text("IS leaves")
        press(page, page.locator("details:has(#draws) > summary"))
        write(page, page.locator("#draws"), "20")
        press(page, page.get_by_role("button", name="Work it out", exact=True))
        result_of_job(page)
        page.wait_for_selector("body[data-drawn=all]")
        expect(page.get_by_role("heading", level=1)).to_contain_text("IS leaves")
        expect(page.locator("#identification")).to_be_in_viewport()
        assert page.locator(".pair svg[role=img]").count() == 2
        press(page, page.locator("main summary:visible", has_text="table").first)
        expect(page.locator("main details[open] table").first).to_be_visible()


def test_from_an_empty_store_to_a_checked_article(tmp_path, come):
    with serving(tmp_path, work=True) as address:
        page = come(f"{address}/")
        go(page, "Accounts")
        write(page, page.get_by_label("Its text, in English"), ARTICLE)
        press(page, page.get_by_role("button", name="Read it"))
        page.wait_for_url(re.compile(r"/(accounts|jobs)/[0-9a-f]{16}$"))
        if "/jobs/" in page.url:  # a slow machine
            result_of_job(page)
            page.wait_for_url(re.compile(r"/accounts/[0-9a-f]{16}$"))
        expect(page.locator(".article mark").first).to_be_visible()
        press(page, page.get_by_role("link", name="Edit claim-1 and ask"))
        page.wait_for_url("**/claims/claim-1")
        _ask(page)
        _accept(page)
        press(page, page.get_by_role("button", name="Run the check"))
        result_of_job(page)
        page.wait_for_url("**/accounts/checks/*")
        row = page.locator("#table tbody tr", has_text="IS killed 300 or more")
        expect(row.locator(".badge").last).to_have_text(re.compile("supported|contradicted|within|cannot say"))
        go(page, "Accounts")
        press(page, page.get_by_role("link", name="ledger").first)
        expect(page.locator("main")).to_contain_text("the-road-from-mosul")


def _ask(page):
    """Write what a claim says and bind a question of one's own to it."""
    write(
        page,
        page.get_by_label("One neutral sentence of your own"),
        "IS killed 300 or more civilians in Mosul in June 2017.",
    )
    press(page, page.locator("#said").get_by_role("button", name="Keep"))
    page.wait_for_url("**#said")
    while page.get_by_role("button", name=re.compile("^Remove question")).count():
        press(page, page.get_by_role("button", name=re.compile("^Remove question")).first)
        page.wait_for_load_state()
    count = page.locator("details.ask", has=page.locator("summary", has_text="Count:"))
    press(page, count.locator("summary"))
    for field, text in (
        ("Actors, separated by commas", "IS"),
        ("Countries, separated by commas", "Iraq"),
        ("Figure", "300"),
    ):
        write(page, count.get_by_label(field, exact=True), text)
    for field, day in (("From", "06012017"), ("Until", "06302017")):
        press_to(page, count.get_by_label(field, exact=True))
        page.keyboard.type(day)
    press(page, count.get_by_role("button", name="Ask it"))
    expect(page.locator("#questions h3").first).to_contain_text("2017-06-01 to 2017-06-30")


def _accept(page):
    """Go back to the account and accept what is still a draft."""
    press(page, page.get_by_role("link", name="Back to the account"))
    page.wait_for_url(re.compile(r"/accounts/[0-9a-f]{16}#"))
    drafts = page.get_by_role("button", name="Accept all drafts with their questions")
    if drafts.count():
        press(page, drafts)
    expect(page.get_by_role("button", name="Run the check")).to_be_enabled()
