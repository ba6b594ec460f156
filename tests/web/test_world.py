"""The world's page: views on conflict, onset and escalation, the map and table before any script, tables to take away."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aftershock.figures import outlines
from aftershock.report.outline_paths import world_drawing
from aftershock.web.slices import QUESTIONS


def fills(page):
    return page.eval_on_selector_all(
        "#map [data-id]", "all => all.map(p => [p.dataset.id, p.getAttribute('fill')]).sort()"
    )


@pytest.mark.parametrize("view", QUESTIONS)
def test_a_view_has_an_address_and_is_the_same_with_and_without_scripts(visit, server, view):
    still = visit(f"{server}/world?target=os&view={view}", scripts=False)
    moving = visit(f"{server}/world?target=os&view={view}")
    moving.wait_for_selector("body[data-drawn]")
    assert fills(still) == fills(moving)
    rows = [page.locator("#ranking tbody tr").all_inner_texts() for page in (still, moving)]
    assert len(rows[0]) == 20
    assert rows[0] == rows[1]
    lists = [page.locator(".lists li").all_inner_texts() for page in (still, moving)]
    assert lists[0] == lists[1]
    assert len(lists[0]) >= 8
    assert QUESTIONS[view][1] in moving.locator("#map-title").inner_text()
    expect(moving.locator("#month")).to_be_hidden()


def test_views_are_chosen_by_keyboard_and_the_way_back_leads_back(visit, server):
    page = visit(server + "/world")
    page.wait_for_selector("body[data-drawn]")
    page.locator("#views a", has_text="Onset").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ranking th[aria-sort=descending]")).to_have_text("Onset")
    expect(page.locator("#views [aria-current]")).to_have_text("Onset")
    assert page.url.endswith("view=onset")
    assert "view=onset" in page.get_by_role("link", name="One-sided violence").get_attribute("href")
    page.go_back()
    expect(page.locator("#month")).to_be_visible()
    expect(page.locator("#ranking th[aria-sort=descending]")).to_have_text("Middle (median)")


def test_a_view_that_is_none_is_said(client):
    answer = client.get("/world?view=onste")
    assert answer.status_code == 404
    assert "onset" in answer.text


def test_every_view_is_defined_on_the_page(client):
    text = client.get("/world").text
    for name, question in QUESTIONS.values():
        assert f"<dt>{name}</dt><dd>{question}</dd>" in text


def test_all_columns_are_a_choice(visit, server):
    page = visit(server + "/world")
    page.wait_for_selector("body[data-drawn]")
    assert page.locator("#ranking thead th").count() == 4
    page.locator("#columns").click()
    heads = page.locator("#ranking thead th").all_inner_texts()
    assert len(heads) == 12
    assert {"Onset", "Escalation"} <= {head.split("\n")[0].strip() for head in heads}
    assert Axe().run(page).response["violations"] == []
    page.locator("#columns").click()
    assert page.locator("#ranking thead th").count() == 4


def test_table_stands_beside_the_map_and_below_it_on_a_phone(visit, server):
    for width, beside in ((1280, True), (390, False)):
        page = visit(server + "/world", width=width)
        page.wait_for_selector("body[data-drawn]")
        figure, table = (page.locator(name).bounding_box() for name in ("#map", ".ranked"))
        assert (table["x"] > figure["x"] + figure["width"]) == beside
        assert page.evaluate("document.querySelector('#ranking').scrollWidth <= innerWidth")


def test_the_page_needs_no_chart_library(visit, server):
    page = visit(server + "/world")
    page.wait_for_selector("body[data-drawn]")
    assert not page.evaluate("performance.getEntriesByType('resource').some(each => each.name.endsWith('vega.js'))")


def test_the_drawing_holds_every_country_once_within_its_frame():
    text = world_drawing({220: "red"})
    numbers = [int(n) for n in re.findall(r'data-id="(\d+)"', text)]
    known = [shape["id"] for name in ("countries", "points") for shape in outlines()["objects"][name]["geometries"]]
    assert sorted(numbers) == sorted(known)
    assert text.count('fill="red"') == 1
    starts = re.findall(r"M(-?\d+) ?(-?\d+)", text)
    assert all(-40 <= int(x) <= 8040 and -40 <= int(y) <= 3640 for x, y in starts)


def test_a_picture_of_the_map_holds_its_key(visit, server):
    page = visit(server + "/world")
    page.wait_for_selector("body[data-drawn]")
    with page.expect_download() as download:
        page.click('[data-picture=map] [data-format="svg"]')
    text = download.value.path().read_text()
    assert "1,000+</text>" in text
    assert "var(--" not in text
