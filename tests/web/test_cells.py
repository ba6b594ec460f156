"""The map by grid cell of a real, small record: the figures of the forecast, by mouse and keyboard, zoomed to a country."""

import io

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aftershock.store import Store
from aftershock.web.cell_bins import CELL_MEASURES
from aftershock.web.pages.cells import Cell, CellMonths, Cells
from web_small import MOSUL, TADMOR


def test_the_maps_past_is_the_record(small_client, small):
    meta = CellMonths.model_validate(small_client.get("/api/v1/cells").json())
    found = Cells.model_validate(small_client.get("/api/v1/cells/map/mean?target=sb").json())
    counts = Store(small).cells(source="ucdp")
    deaths = {
        (int(c), int(m)): int(d)
        for c, m, v, d in zip(counts.cell, counts.month, counts.violence, counts.deaths, strict=True)
        if v == 1
    }
    width, edges = len(meta.months), CELL_MEASURES["mean"]["edges"]
    for gid in (MOSUL, TADMOR):
        row = found.priogrid_gid.index(gid)
        for step, month in enumerate(meta.months):
            if month <= meta.origin:
                want = sum(edge <= deaths.get((gid, month), 0) for edge in edges)
                assert found.bins[row * width + step] == str(want), (gid, month)


def test_a_cell_its_file_and_its_bins_agree(small_client):
    twin = Cell.model_validate(small_client.get(f"/api/v1/cells/{MOSUL}?target=sb").json())
    answer = small_client.get("/api/v1/download/cells.parquet?target=sb")
    assert answer.headers["content-disposition"] == 'attachment; filename="aftershock-2025-02-cells-sb.parquet"'
    table = pd.read_parquet(io.BytesIO(answer.content))
    assert table.columns[:2].tolist() == ["priogrid_gid", "month_id"]
    own = table[table.priogrid_gid == MOSUL]
    assert own["mean"].tolist() == [row["mean"] for row in twin.rows]
    assert len(twin.rows) == 6
    found = small_client.get("/api/v1/cells/map/mean?target=sb").json()
    last = found["bins"][
        (found["priogrid_gid"].index(MOSUL) + 1) * (len(found["bins"]) // len(found["priogrid_gid"])) - 1
    ]
    assert last == str(sum(edge <= twin.rows[-1]["mean"] for edge in CELL_MEASURES["mean"]["edges"]))


def test_a_country_and_one_of_its_cells_are_chosen_by_keyboard(visit, small_server):
    page = visit(small_server + "/world/cells?measure=mean")
    page.wait_for_selector("body[data-drawn]")
    assert page.locator("#zoom option").all_text_contents()[0] == "all countries"
    page.locator("#zoom").select_option(label="Syria")
    assert "in Syria" in page.locator("#map-title").inner_text()
    page.locator("#map-table summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map-table tbody tr").first).to_be_visible()
    assert set(page.locator("#map-table td bdi").all_text_contents()) == {"Syria"}
    page.locator("#map-table button", has_text=str(TADMOR)).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#cell-table tbody tr")).to_have_count(6)
    assert f"Cell {TADMOR}, Syria, 34.75° N, 38.25° E" == page.locator("#cell-title").inner_text()
    assert page.evaluate("document.activeElement.id") == "cell"
    assert Axe().run(page).response["violations"] == []


def test_the_address_zooms_and_provisional_months_are_said(visit, small_server):
    page = visit(small_server + "/world/cells?country=78", width=390, scheme="dark")
    page.wait_for_selector("body[data-drawn]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#month").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#month-text").inner_text() == "February 2025, recorded, provisional"
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    assert page.locator("#month-text").inner_text() == "December 2024, recorded"


def test_a_click_on_the_map_opens_the_cell_under_it(visit, small_server):
    page = visit(small_server + "/world/cells?measure=mean")
    page.wait_for_selector("body[data-drawn]")
    page.locator("#zoom").select_option(label="Iraq")
    box = page.locator("#map").bounding_box()
    for x in range(4, 100, 8):
        for y in range(4, 100, 8):
            page.mouse.move(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)
            tip = page.locator("#tip").inner_text() if page.locator("#tip").is_visible() else ""
            if "Iraq" in tip:
                page.mouse.click(box["x"] + box["width"] * x / 100, box["y"] + box["height"] * y / 100)
                gid = tip.split(",")[0].removeprefix("cell ")
                expect(page.locator("#cell-title")).to_contain_text(f"Cell {gid}, Iraq")
                return
    pytest.fail("no cell under the pointer")


def test_pages_of_a_record_with_cells_lead_to_each_other(small_client):
    text = small_client.get("/countries/IRQ").text
    assert "/world/cells?target=sb&amp;country=" in text
    assert small_client.get("/api/v1/download/totals.parquet").status_code == 200
