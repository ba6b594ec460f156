"""World, countries, track record: figures of the stored forecast, pages and twins alike, in a real browser too."""

import re

import pytest

from aftershock.web.pages.countries import Country, CountryName
from aftershock.web.pages.track import TrackRecord
from aftershock.web.pages.world import Summary, World
from aftershock.web.results import SHIPPED, Edition
from aftershock.web.slices import country_payload, world_payload


@pytest.fixture(scope="module")
def shipped():
    return Edition(SHIPPED)


@pytest.mark.parametrize(
    ("address", "model"),
    [
        ("/api/v1/world", World),
        ("/api/v1/summary", Summary),
        ("/api/v1/countries/SYR", Country),
        ("/api/v1/track-record", TrackRecord),
    ],
)
@pytest.mark.parametrize("target", ["sb", "ns", "os", "total"])
def test_twins_hold_what_openapi_says(client, address, model, target):
    answer = client.get(f"{address}?target={target}")
    assert answer.status_code == 200
    model.model_validate(answer.json())
    assert answer.json()["target"] == target
    assert (
        client.get(f"{address}?target={target}", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    )


def test_the_list_of_countries(client):
    names = [CountryName.model_validate(row) for row in client.get("/api/v1/countries").json()]
    assert len(names) == 191
    assert {each.region for each in names} == {"Africa", "Americas", "Asia and Oceania", "Europe", "Middle East"}


def test_an_empty_data_directory_shows_the_shipped_forecast_and_says_so(client):
    text = client.get("/world").text
    assert "These are the figures that come with Aftershock" in text
    assert "December 2021" in text
    assert client.get("/").url.path == "/world"


def test_figures_are_the_same_in_page_payload_and_twin(client, shipped):
    rows = {row["isoab"]: row for row in client.get("/api/v1/world?target=os").json()["rows"]}
    payload = world_payload(shipped, "os")
    place = shipped.place_of("Syria")
    totals = payload["totals"]["os"]
    for name in ("median", "p_25", "past", "change"):
        assert rows["SYR"][name] == totals[name][place]
    own = country_payload(shipped, place, "os")
    assert own["totals"]["os"]["median"] == [rows["SYR"]["median"]]
    h = len(payload["months"])
    assert own["cells"]["os"]["mean"] == payload["cells"]["os"]["mean"][place * h : (place + 1) * h]
    twin = client.get("/api/v1/countries/SYR?target=os").json()
    assert twin["summary"]["mean"] == own["cells"]["os"]["mean"]
    assert twin["headline"] in client.get("/countries/SYR?target=os").text


def test_the_past_is_the_embedded_record(client, world):
    place = world.units.tolist().index(220)
    twin = client.get("/api/v1/countries/220?target=total").json()
    assert twin["past_months"] == world.months.tolist()
    assert twin["past"] == world.series("total")[place].tolist()
    south_sudan = client.get("/api/v1/countries/SSD").json()["past"]
    assert south_sudan[0] is None
    assert south_sudan[-1] is not None


def test_the_worlds_recent_past_is_cut_right(shipped, world):
    payload = world_payload(shipped, "sb")
    first = payload["record"]["first"]
    assert first == payload["origin"] - 59
    pairs = payload["record"]["counts"]["sb"][shipped.place_of("AFG")]
    row = world.series("sb")[world.units.tolist().index(payload["units"][shipped.place_of("AFG")]["id"])][-60:]
    found = [0] * 60
    for month, count in zip(pairs[::2], pairs[1::2], strict=True):
        found[month] = count
    assert found == row.tolist()


def test_questions_arise_where_they_should(client):
    for row in client.get("/api/v1/world").json()["rows"]:
        assert (row["onset"] is None) == (row["past"] >= 25)
        assert (row["escalation"] is None) == (row["past"] < 25)
        assert row["onset"] in (None, row["conflict"])


def test_tables_are_there_to_take_away(client):
    import io

    import pandas as pd

    csv = client.get("/api/v1/download/summary.csv")
    assert csv.headers["content-disposition"] == 'attachment; filename="aftershock-2021-12-summary.csv"'
    table = pd.read_csv(io.BytesIO(csv.content), keep_default_na=False)
    other = pd.read_parquet(io.BytesIO(client.get("/api/v1/download/summary.parquet").content))
    assert len(table) == len(other) == 191 * 36 * 4
    assert table.columns.tolist() == other.columns.tolist()


@pytest.mark.parametrize(
    "address", ["/countries/Atlantis", "/api/v1/countries/XXX", "/track-record?target=xx", "/world?forecast=none"]
)
def test_what_is_not_there_is_said(client, address):
    assert client.get(address).status_code == 404


def test_a_typed_name_leads_to_its_page(client):
    answer = client.get("/countries?find=syria", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/countries/SYR?target=sb")


def test_the_world_answers_slider_measure_filter_and_sort(visit, server):
    page = visit(server + "/world")
    page.wait_for_selector("body[data-drawn]")
    before = page.locator("#map svg").inner_html()
    page.locator("#month").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#month-text").inner_text() == "December 2021, recorded"
    page.locator("#views a", has_text="Onset").click()
    assert page.locator("#month").is_hidden()
    assert "fewer than 25 deaths" in page.locator("#map-title").inner_text()
    assert page.locator("#ranking thead th").nth(2).get_attribute("aria-sort") == "descending"
    page.wait_for_function("before => document.querySelector('#map svg').innerHTML !== before", arg=before)
    page.fill("#filter", "syri")
    assert page.locator("#ranking tbody tr").count() == 1
    page.click("#ranking tbody a")
    page.wait_for_url("**/countries/SYR?target=sb")


def test_a_country_is_chosen_and_a_picture_taken_away(visit, server):
    page = visit(server + "/countries/SYR?target=total")
    page.wait_for_selector("body[data-drawn]")
    with page.expect_download() as download:
        page.click('[data-picture=fan] [data-format="svg"]')
    text = download.value.path().read_text()
    assert text.startswith("<svg")
    assert "var(--" not in text
    with page.expect_download() as download:
        page.click('[data-picture=fan] [data-format="png"]')
    assert download.value.path().read_bytes()[:4] == b"\x89PNG"
    page.click("#fan-table summary")
    assert re.match(r"December 2024", page.locator("#fan-table tbody th").first.inner_text())
    page.select_option("#unit", "IRQ")
    page.wait_for_url("**/countries/IRQ?target=total")


def test_without_a_script_the_figures_are_there(visit, server):
    page = visit(server + "/world", scripts=False)
    assert page.locator("#ranking tbody tr").count() == 20
    page = visit(server + "/track-record", scripts=False)
    assert page.locator("#misses-table tbody tr").count() == 15
