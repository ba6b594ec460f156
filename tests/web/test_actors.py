"""Actors: forms and jobs, a fitted system from three sides with its twin, one actor, and all of it by keyboard."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aftershock.errors import UsageError
from aftershock.figures import embedded_events
from aftershock.figures.days import EMBEDDED_SPANS
from aftershock.months import month_end
from aftershock.report.actors_timeline import timeline
from aftershock.store import Store
from aftershock.web.pages.actors.twin import ActorBody, ActorsBody, SystemBody
from aftershock.web.spans import EMBEDDED, country_spans
from ged_rows import TODAY, day_row, write_ged
from scenario_systems import made_streams
from web_results import SMALL, done, press_to
from web_server import HOSTILE, make_client, serving, wait_for


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A data directory with a small system fitted by its job, and the job's id."""
    folder = tmp_path_factory.mktemp("fitted")
    return folder, done(folder, "system", SMALL | {"history": 0})


def test_first_visit_says_what_there_is_and_a_form_queues_a_job(client, csrf):
    page = client.get("/actors")
    assert "Nothing has been fitted yet" in page.text
    assert "the embedded days of Iraq and Syria" in page.text
    given = {"csrf": csrf(client, "/actors"), "countries": "Syria", "first": "", "until": "2017-07-05", "draws": "20"}
    answer = client.post("/actors/fit", data=given, follow_redirects=False)
    assert answer.status_code == 303
    name = answer.headers["location"].rpartition("/")[2]
    job = client.get(f"/api/v1/jobs/{name}").json()
    assert (job["kind"], job["parameters"]["first"], job["parameters"]["until"]) == ("system", None, "2017-07-05")
    assert "1 is being worked out" in client.get("/actors").text
    early = client.get("/actors", params={"result": name}, follow_redirects=False)
    assert (early.status_code, early.headers["location"]) == (303, f"/jobs/{name}")
    assert client.get("/actors", params={"result": "0" * 16}).status_code == 404
    assert client.get(f"/api/v1/actors/{name}").status_code == 409


@pytest.mark.parametrize(
    ("values", "status", "words"),
    [
        ({"countries": "Syriia"}, 400, "Did you mean Syria?"),
        ({"countries": "Mali"}, 400, "Without imported events, countries must be Iraq or Syria"),
        (
            {"countries": "Syria", "first": "2018-01-01", "until": "2017-01-01"},
            400,
            "the first day must lie before the last",
        ),
        ({"countries": "Syria", "draws": "1000000"}, 400, "less than or equal to 1000"),
        ({"others": "Mali, Syria"}, 400, "found Mali"),
        ({}, 400, "Countries must be named"),
        (
            {"countries": "Iraq", "first": "1990-01-01", "until": "1995-01-01"},
            400,
            "has events of Iraq from 2003-02-08 to 2018-12-25",
        ),
        ({"countries": ["Iraq", "Syria"]}, 400, "Iraq covered to 2018-12-31, and no last day given"),
        ({"others": "FRA,DEU,ITA,ESP,PRT,POL,NLD,BEL,AUT,CHE,DNK,SWE,NOR"}, 400, "12 countries at most"),
        ({"countries": "Syria", "until": HOSTILE}, 400, "until"),
    ],
)
def test_faults_of_the_form_are_named(client, csrf, values, status, words):
    answer = client.post("/actors/fit", data={"csrf": csrf(client, "/actors")} | values)
    assert answer.status_code == status
    assert words in answer.text
    assert "<img" not in answer.text
    assert 'id="fault"' in answer.text
    for name in ("first", "draws"):  # what was typed stays
        assert name not in values or f'name="{name}" value="{values[name]}"' in answer.text


def test_a_store_s_countries_and_actors_are_offered_with_their_spans(tmp_path, csrf):
    store = Store(tmp_path)
    assert country_spans(store) == list(EMBEDDED)
    rows = [day_row(n, f"2019-0{n}-01", country="Mali", country_id=432) for n in (1, 2, 3)]
    store.add(write_ged(tmp_path / "mali.csv", rows), today=TODAY)
    with make_client(tmp_path) as client:
        page = client.get("/actors").text
        assert 'name="countries" value="Mali"' in page
        assert "3 events, 2019–2019" in page
        body = ActorsBody.model_validate(client.get("/api/v1/actors").json())
        assert [(one.name, one.events, str(one.first), str(one.last)) for one in body.countries] == [
            ("Mali", 3, "2019-01-01", "2019-03-01")
        ]
        assert (
            "none of Syria"
            in client.post("/actors/fit", data={"csrf": csrf(client, "/actors"), "countries": "Syria"}).text
        )


def test_spans_of_the_embedded_days_are_theirs():
    for span in EMBEDDED:
        table = embedded_events([span.name]).table
        days = [table["date_start"].to_pylist(), table["date_end"].to_pylist()]
        assert (span.events, span.first, span.last) == (table.num_rows, min(days[0]), max(days[1]))
        assert span.covered == month_end(EMBEDDED_SPANS[span.gwcode][1])


def test_a_form_without_its_mark_is_refused(client):
    assert client.post("/actors/fit", data={"countries": "Syria"}).status_code == 403
    assert client.post("/actors/look", data={"actor": "IS"}).status_code == 403


def test_twin_holds_what_the_command_line_prints(fitted):
    folder, name = fitted
    with make_client(folder) as client:
        listed = ActorsBody.model_validate(client.get("/api/v1/actors").json())
        assert [one.id for one in listed.results] == [name]
        document = client.get(f"/api/v1/actors/{name}").json()
        assert set(document) == set(SystemBody.model_fields)
        body = SystemBody.model_validate(document)
        assert body.until == "2017-07-05"
        assert 0 < body.ratio["lower_90"] <= body.ratio["median"] <= body.ratio["upper_90"]
        assert {row["target"] for row in body.edges} <= set(body.streams)
        assert body.network["actors"]
        for missing in ("0" * 16, "nonsense"):
            assert client.get(f"/api/v1/actors/{missing}").status_code in (404, 422)


def test_files_are_given_by_list_alone(fitted):
    folder, name = fitted
    with make_client(folder) as client:
        page = client.get("/actors", params={"result": name}).text
        for file in ("edges.csv", "report.html", "actors.html", "document.json"):
            assert f"/actors/{name}/files/{file}" in page
            answer = client.get(f"/actors/{name}/files/{file}")
            assert answer.status_code == 200
            assert answer.headers["content-disposition"].startswith("attachment")
        for file in ("base.json", "..%2F..%2Fjobs.sqlite", "feedback.html"):
            assert client.get(f"/actors/{name}/files/{file}").status_code == 404


def test_no_page_has_what_the_policy_forbids(fitted):
    folder, name = fitted
    with make_client(folder) as client:
        for view in ("overview", "feedback", "sides"):
            text = client.get("/actors", params={"result": name, "view": view}).text
            assert ' style="' not in text
            assert "<style" not in text
            assert "onclick" not in text


def test_one_actor_says_what_it_can(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise UsageError("a spread must be long known", found="never", fix="Wait.")

    monkeypatch.setattr("aftershock.actors.spread.spread.spread", refuse)  # learning its chances takes half a minute
    name = done(tmp_path, "actor", {"actor": "IS", "until": 2019})
    with make_client(tmp_path) as client:
        body = ActorBody.model_validate(client.get(f"/api/v1/actors/{name}").json())
        assert body.spread is None
        assert body.dispersion
        assert body.succession
        assert body.unsaid == ["Spread: cannot say; a spread must be long known; found never."]
        page = client.get("/actors", params={"result": name}).text
        assert "Spread: cannot say" in page
        assert "How dispersed" in page
        assert ' style="' not in page


def test_hostile_names_stay_words(fitted):
    folder, name = fitted
    overview = folder / "web" / "results" / name / "overview.json"
    before = overview.read_text(encoding="utf-8")
    document = json.loads(before)
    document["title"] = HOSTILE
    document["timeline"]["sides"][0]["name"] = HOSTILE
    overview.write_text(json.dumps(document), encoding="utf-8")
    try:
        with make_client(folder) as client:
            text = client.get("/actors", params={"result": name}).text
    finally:
        overview.write_text(before, encoding="utf-8")
    assert "<img" not in text
    assert text.count("</script>") == text.count("<script")


def test_timeline_counts_an_event_at_each_of_its_sides():
    streams = made_streams(days=400)
    found = timeline(streams)
    sides = {side["name"]: side for side in found["sides"]}
    counts = streams.counts[0].sum(axis=0)
    assert sum(sum(values) for values in sides["IS"]["events"].values()) == counts[:3].sum()
    assert sum(sides["government"]["events"]["sb"]) == counts[0]
    assert set(sides["IS"]["deaths"]) == {"sb", "ns", "os"}
    assert len(found["months"]) == len(sides["IS"]["events"]["sb"]) == 14
    assert (found["rest"], timeline(streams, most=1)["rest"]) == (0, 3)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_and_axe_finds_nothing(fitted, visit, width, scheme):
    folder, name = fitted
    with serving(folder) as address:
        for path in (
            "/actors",
            f"/actors?result={name}",
            f"/actors?result={name}&view=feedback",
            f"/actors?result={name}&view=sides",
        ):
            page = visit(address + path, width=width, scheme=scheme)
            if "result" in path:
                page.wait_for_selector("body[data-drawn=all]")
            page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


def test_from_an_empty_store_to_a_fitted_system_by_keyboard(tmp_path, visit):
    with serving(tmp_path, work=True) as address:
        page = visit(f"{address}/actors", accept_downloads=True)
        press_to(page, page.get_by_role("checkbox", name="Iraq"))
        page.keyboard.press("Space")
        expect(page.get_by_role("checkbox", name="Syria")).to_be_checked()
        press_to(page, page.get_by_text("More options"))
        page.keyboard.press("Enter")
        for field, value in (("f-least_events", "2000"), ("f-history", "1"), ("f-draws", "20")):
            press_to(page, page.locator(f"#{field}"))
            page.keyboard.press("Control+A")
            page.keyboard.type(value)
        press_to(page, page.get_by_role("button", name="Fit"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/jobs/*")
        opened = page.get_by_role("link", name="Open the result")
        wait_for(lambda: opened.count() or page.wait_for_timeout(300), seconds=240)
        press_to(page, opened)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-drawn=all]")
        expect(page.get_by_role("heading", name="Can it spiral")).to_be_visible()
        press_to(page, page.locator("#months-table summary"))
        page.keyboard.press("Enter")
        expect(page.locator("#months-table caption")).to_have_text("Events by month and side")
        assert page.locator("#ratio svg").count() == 1
        expect(page.locator("#side-0")).to_have_attribute("aria-label", re.compile(r"\bevents\b"))
        page.locator("#what").focus()  # it stands before the table
        page.keyboard.press("ArrowDown")
        expect(page.locator("#side-0")).to_have_attribute("aria-label", re.compile(r"\bdeaths\b"))
        expect(page.locator("#months-table caption")).to_have_text("Deaths by month and side")
        press_to(page, page.get_by_role("link", name="Which violence feeds which").first)
        page.keyboard.press("Enter")
        page.wait_for_selector("table.matrix")
        with page.expect_download() as taken:
            press_to(page, page.get_by_role("button", name="Picture (SVG)").first)
            page.keyboard.press("Enter")
        assert "<svg" in Path(taken.value.path()).read_text(encoding="utf-8")
