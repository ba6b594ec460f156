"""A country's page: provisional months hatched, low and high estimates, the types apart, without scripts too."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect


def test_provisional_months_are_hatched_and_estimates_have_bounds(visit, small_server):
    page = visit(small_server + "/countries/IRQ?target=sb")
    page.wait_for_selector("body[data-drawn]")
    fills = page.eval_on_selector_all("#fan svg path", "all => all.map(p => p.getAttribute('fill'))")
    assert fills.count("url(#hatch)") == 2
    key = page.locator("#fan-key")
    for words in ("recorded, provisional", "its low and high estimates", "50 of 100", "80 of 100", "95 of 100"):
        expect(key).to_contain_text(words)
    page.locator("#fan-table summary").click()
    row = page.locator("#fan-table tbody tr", has_text="February 2025")
    expect(row.locator("td").first).to_have_text("80 (60–140) (provisional)")
    expect(page.locator("#fan-table tbody tr", has_text="December 2024").locator("td").first).to_have_text(
        "64 (59–127)"
    )


def test_the_twin_says_which_months_are_provisional(small_client):
    twin = small_client.get("/api/v1/countries/IRQ?target=ns").json()
    assert twin["provisional"] == [541, 542]
    assert twin["past"][-2:] == [1, 1]
    assert twin["past_months"][-1] == 542


def test_a_side_without_a_name_is_explained(small_client):
    assert "has not named yet" in small_client.get("/countries/IRQ").text
    assert "has not named yet" not in small_client.get("/countries/SYR").text


def test_the_types_apart_are_one_picture(visit, server):
    page = visit(server + "/countries/SYR")
    page.wait_for_selector("body[data-drawn]")
    with page.expect_download() as download:
        page.click('[data-picture=types] [data-format="svg"]')
    text = download.value.path().read_text()
    assert all(
        name in text for name in ("State-based violence", "Non-state violence", "One-sided violence", "All three")
    )
    assert text.count('class="marks"') == 4


def test_a_picture_holds_its_key(visit, server):
    page = visit(server + "/countries/SYR")
    page.wait_for_selector("body[data-drawn]")
    with page.expect_download() as download:
        page.click('[data-picture=fan] [data-format="svg"]')
    text = download.value.path().read_text()
    assert re.search(r"<text[^>]*>middle of the forecast</text>", text)
    assert "var(--" not in text


@pytest.mark.parametrize("width", [1280, 390])
def test_without_a_script_the_forecast_stands_as_a_table(visit, server, width):
    page = visit(server + "/countries/SYR?target=os", scripts=False, width=width)
    rows = page.locator("main noscript table tbody tr, main section#country > .scroll tbody tr")
    expect(page.get_by_text("January 2022", exact=True).first).to_be_visible()
    assert rows.count() == 36
    expect(page.locator("#country-body")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_country_with_provisional_months_has_no_faults(visit, small_server):
    page = visit(small_server + "/countries/IRQ?target=total", width=390, scheme="dark")
    page.wait_for_selector("body[data-drawn]")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
