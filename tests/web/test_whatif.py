"""What if: built from controls or loaded, checked with its lines, worked out, read, shared; all of it by keyboard."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aftershock.errors import UsageError
from aftershock.scenarios import read_scenario, scenario_text
from aftershock.scenarios.examples import example_scenarios
from aftershock.scenarios.running import whatif
from aftershock.system.files import write_system
from aftershock.web.pages.building import KINDS, changed, checked, line_of, new_text
from aftershock.web.pages.whatif import AnswersBody, CheckBody, WhatIfBody
from aftershock.web.work.bases import BASE_FILE, check_scenario, describe_base, example_base, read_base
from aftershock.web.work.trying import read_text_of_scenario
from scenario_systems import made_prepared, made_system
from web_results import SMALL, done, press_to
from web_server import HOSTILE, make_client, serving, wait_for

TEXT = "name: is-leaves\ntitle: IS leaves\nuntil: 2017-12-31\ninterventions:\n  - {kind: leaves, actor: IS, date: 2017-08-01}\n"
OWN = TEXT + "system: {countries: [Syria], first: 2017-01-01, until: 2017-07-05, background: constant, draws: 20}\n"


def fit_by_hand(parameters, place, progress):
    write_system(place.folder, made_system())
    (place.folder / BASE_FILE).write_text(json.dumps(describe_base(made_system(), "Made by hand")), encoding="utf-8")
    return {"days": "2015 to 2017", "streams": 4}


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """A data directory with a system made by hand and a scenario worked out on it: folder, system's job, answer's job."""
    folder = tmp_path_factory.mktemp("answered")
    base = done(folder, "system", SMALL, fit_by_hand)
    return folder, base, done(folder, "whatif", {"base": base, "scenario": TEXT, "draws": 30})


def scenario_of(location):
    return parse_qs(urlsplit(location).query)["scenario"][0]


ADDED = {
    "leaves": {"actor": "IS", "types": "os", "date": "2017-08-01", "until": "2017-10-01"},
    "scale": {
        "what": "civilian_deaths",
        "factor": "0.2",
        "factor_most": "0.9",
        "actor": "IS",
        "against": "SDF",
        "date": "2017-08-01",
    },
    "cut": {"source": "IS – SDF", "target": "IS – government", "factor": "0", "date": "2017-08-01"},
    "shock": {"stream": "IS – SDF", "events": "12", "date": "2017-09-01"},
    "loses_territory": {"actor": "IS", "countries": "Iraq", "date": "2017-08-01"},
    "enters": {
        "name": "New",
        "actors": "rebels; IS",
        "type": "ns",
        "country": "Syria",
        "factor": "1",
        "date": "2017-08-01",
    },
    "dissolves": {"actor": "rebels", "joins": "SDF", "share": "40", "date": "2017-08-01"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_change_is_added_by_its_form_and_taken_out_again(answered, kind):
    folder, base, _ = answered
    with make_client(folder) as client:
        form = client.get("/whatif", params={"base": base}).text
        assert all(f'name="{name}"' in form for name in ADDED[kind])
        answer = client.get(
            "/whatif/change", params={"base": base, "do": "add", "kind": kind} | ADDED[kind], follow_redirects=False
        )
        assert answer.status_code == 303
        text = scenario_of(answer.headers["location"])
        written = read_scenario(text)
        assert [one.kind for one in written.scenario.interventions] == [kind]
        assert whatif(text, made_prepared(), draws=5).draws == 5
        page = client.get(answer.headers["location"]).text
        assert "Take out" in page
        gone = client.get(
            "/whatif/change", params={"base": base, "scenario": text, "do": "remove", "n": "0"}, follow_redirects=False
        )
        assert read_scenario(scenario_of(gone.headers["location"])).scenario.interventions == ()


def test_title_end_and_questions_are_set_by_their_forms():
    base = example_base()
    text = changed(new_text(base), base, "rename", {"title": "Troops leave, at last", "until": "2018-03-01"})
    text = changed(text, base, "ask", {"actor": "IS", "country": "Iraq", "by": "2018-02-01", "days": "60"})
    scenario = read_scenario(text).scenario
    assert (scenario.name, str(scenario.until), scenario.ask[0].days) == ("troops-leave-at-last", "2018-03-01", 60)
    assert read_scenario(changed(text, base, "unask", {"n": "0"})).scenario.ask == ()
    with pytest.raises(UsageError, match="a step must be known"):
        changed(text, base, "stir", {})


@pytest.mark.parametrize("written", example_scenarios("after-isis"), ids=lambda written: written.scenario.name)
def test_saved_text_reads_back_as_the_same_scenario(written):
    assert read_scenario(scenario_text(written.scenario)).scenario == written.scenario


def test_the_example_s_system_is_who_it_says(tmp_path):
    """As ``tools/build_example_base.py`` wrote it down."""
    import importlib.util
    from pathlib import Path

    place = Path(__file__).parents[2] / "tools" / "build_example_base.py"
    spec = importlib.util.spec_from_file_location("build_example_base", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / BASE_FILE).write_text(json.dumps(module.example_document()), encoding="utf-8")
    assert read_base(tmp_path, "after-isis") == example_base()


def test_checks_before_the_run_are_those_of_the_run():
    base = read_base_of_hand()
    for fault in ("actor: ISS", "actor: IS, countries: [Mali]", "actor: IS, types: [ns], against: government"):
        text = TEXT.replace("actor: IS", fault)
        with pytest.raises(UsageError) as before:
            check_scenario(read_text_of_scenario(text), base)
        with pytest.raises(UsageError) as after:
            whatif(text, made_prepared(), draws=2)
        assert str(before.value) == str(after.value)
        assert "line 5 of the text" in str(before.value)


def read_base_of_hand():
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / BASE_FILE).write_text(
            json.dumps(describe_base(made_system(), "Made by hand")), encoding="utf-8"
        )
        return read_base(Path(folder), "0" * 16)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        (TEXT.replace("IS,", "ISS,"), "line 5 of the text: &#39;ISS&#39;", "actor: ISS"),
        (TEXT.replace("kind: leaves", "kind: goes"), "line 5 of the text", "kind: goes"),
        (TEXT.replace("2017-08-01", "2001-08-01"), "before the scenario begins", "2001-08-01"),
        (TEXT + "titel: x\n", "nobody knows the key titel", "titel"),
        ("a: &a [x]\nb: [*a, *a]\n", "an anchor or alias", "a:"),
        (f"name: x\ntitle: {json.dumps(HOSTILE)}\n", "until is missing", None),
        (OWN.replace("draws: 20", "draws: 20, rule: ../../secret.yaml"), "A rule for streams must be one that comes with the examples", "secret"),
        ("/etc/passwd", "a mapping of keys", None),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_line_and_the_text_stays(client, text, words, line):
    answer = client.get("/whatif", params={"scenario": text})
    assert answer.status_code == 400
    assert words in answer.text
    assert "<img" not in answer.text
    assert "Work it out</button>" not in answer.text
    if line:
        excerpt = answer.text.partition('class="excerpt"')[2].partition("</ol>")[0]
        assert line in excerpt
    twin = client.get("/api/v1/whatif/check", params={"scenario": text})
    assert twin.status_code == 400
    assert set(twin.json()) == {"must", "found", "fix", "rows"}


def test_a_fault_of_a_control_keeps_what_was_typed(client):
    given = {"do": "add", "kind": "scale", "factor": "500", "actor": "IS", "date": "2017-08-01"}
    answer = client.get("/whatif/change", params=given)
    assert answer.status_code == 400
    assert 'value="500"' in answer.text
    assert "factor must be a number between 0 and 100" in answer.text
    assert 'name="add" open' in answer.text
    assert client.get("/whatif/change", params={"do": "add", "kind": "nothing"}).status_code == 400


def test_a_file_is_loaded_and_a_scenario_saved(client, csrf):
    mark = csrf(client, "/whatif")
    answer = client.post(
        "/whatif/file", data={"csrf": mark}, files={"file": ("a.yaml", TEXT.encode())}, follow_redirects=False
    )
    assert scenario_of(answer.headers["location"]).strip() == TEXT.strip()
    own = client.post(
        "/whatif/file", data={"csrf": mark}, files={"file": ("a.yaml", OWN.encode())}, follow_redirects=False
    )
    assert "base=own" in own.headers["location"]
    for content in (b"", b"x" * 50_000):
        assert client.post("/whatif/file", data={"csrf": mark}, files={"file": ("a.yaml", content)}).status_code == 400
    assert client.post("/whatif/file", data={"csrf": mark}).status_code == 400
    assert client.post("/whatif/file", data={"base": "after-isis"}).status_code == 403
    saved = client.get("/whatif/scenario.yaml", params={"scenario": TEXT})
    assert saved.text == TEXT
    assert 'filename="is-leaves.yaml"' in saved.headers["content-disposition"]
    example = client.get("/whatif/change", params={"do": "example", "example": "raqqa-falls"})
    assert (example.status_code, "Raqqa" in example.text) == (200, True)
    assert client.get("/whatif/change", params={"do": "example", "example": "../fronts"}).status_code == 404
    assert "aliases:" in client.get("/whatif/fronts.yaml").text


def test_a_start_queues_a_job_or_says_why_not(client, csrf):
    mark = csrf(client, "/whatif")
    started = client.post(
        "/whatif/start",
        data={"csrf": mark, "scenario": TEXT, "base": "after-isis", "draws": "50"},
        follow_redirects=False,
    )
    assert started.status_code == 303
    job = client.get(f"/api/v1{started.headers['location']}").json()
    assert (job["kind"], job["parameters"]["draws"]) == ("whatif", 50)
    wrong = client.post(
        "/whatif/start", data={"csrf": mark, "scenario": TEXT.replace("IS,", "ISS,"), "base": "after-isis"}
    )
    assert (wrong.status_code, "Did you mean IS?" in wrong.text) == (400, True)
    assert client.post("/whatif/start", data={"csrf": mark, "scenario": TEXT, "draws": "9999999"}).status_code == 400
    assert client.post("/whatif/start", data={"scenario": TEXT}).status_code == 403
    assert client.post("/whatif/start", data={"csrf": mark, "scenario": TEXT, "base": "0" * 16}).status_code == 404


def test_the_answer_is_that_of_the_python_api(answered):
    folder, base, name = answered
    with make_client(folder) as client:
        body = AnswersBody.model_validate(client.get(f"/api/v1/whatif/{name}").json())
        same = whatif(TEXT, made_prepared(), draws=30)
        assert body.answers[0]["identification"]["sentence"] == same.identification.sentence
        assert body.answers[0]["assumptions"] == list(same.assumptions)
        assert body.table[1]["difference_median"] == float(np.median(same.difference()))
        there = WhatIfBody.model_validate(client.get("/api/v1/whatif").json())
        assert [one.id for one in there.systems] == [base, "after-isis"]
        assert [one["id"] for one in there.answers] == [name]
        sound = CheckBody.model_validate(
            client.get("/api/v1/whatif/check", params={"scenario": TEXT, "base": base}).json()
        )
        assert sound.changes == ["From 2017-08-01: IS leaves; streams of IS"]
        page = client.get("/whatif", params={"result": name}).text
        assert page.count(same.identification.sentence) >= 2  # in view at the side, and beside the result
        assert ' style="' not in page
        assert all(sentence.replace("'", "&#39;") in page for sentence in same.assumptions)
        for file in ("answers.json", "differences.csv", "draws.parquet", "report.html"):
            assert client.get(f"/whatif/{name}/files/{file}").status_code == 200
        assert client.get(f"/whatif/{name}/files/sections.html").status_code == 404
        assert client.get("/whatif", params={"result": base}).status_code == 404
        again = re.search(r'href="([^"]+)">Change this scenario', page)[1].replace("&amp;", "&")
        assert "From 2017-08-01: IS leaves" in client.get(again).text


def test_lines_named_are_shown():
    with pytest.raises(UsageError) as fault:
        checked(TEXT.replace("IS,", "ISS,"), example_base())
    assert line_of(fault.value) == [(5, "  - {kind: leaves, actor: ISS, date: 2017-08-01}")]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_pages_fit_and_axe_finds_nothing(answered, visit, width, scheme):
    folder, base, name = answered
    with serving(folder) as address:
        for path in (f"/whatif?base={base}", f"/whatif?result={name}"):
            page = visit(address + path, width=width, scheme=scheme)
            page.wait_for_selector("body[data-drawn=all]")
            if "result" not in path:
                page.evaluate(
                    "document.querySelectorAll('details.add').forEach(each => { each.removeAttribute('name'); each.open = true; })"
                )
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_the_record_can_tell_stays_in_view(answered, visit, width):
    folder, _, name = answered
    with serving(folder) as address:
        page = visit(f"{address}/whatif?result={name}", width=width)
        page.wait_for_selector("body[data-drawn=all]")
        for heading in ("Both courses, month by month", "The difference, pair by pair", "Questions"):
            page.get_by_role("heading", name=heading).scroll_into_view_if_needed()
            expect(page.locator("#identification")).to_be_in_viewport()
            expect(page.get_by_text("What is assumed").first).to_be_in_viewport()


def test_it_works_without_a_script(answered, visit):
    folder, base, name = answered
    with serving(folder) as address:
        page = visit(f"{address}/whatif?base={base}", scripts=False)
        page.get_by_text("An actor leaves").click()
        page.locator("#leaves-actor").select_option("IS")
        page.get_by_role("button", name="Add this change").locator("visible=true").click()
        expect(page.locator("#changes")).to_contain_text("IS leaves")
        page.goto(f"{address}/whatif?result={name}")
        expect(page.get_by_role("img", name=re.compile("Histogram of the difference"))).to_be_visible()


def test_from_an_empty_store_to_a_finished_what_if_by_keyboard(tmp_path, visit):
    with serving(tmp_path, work=True) as address:
        page = visit(f"{address}/")
        press_to(page, page.get_by_role("link", name="What if").first)
        page.keyboard.press("Enter")
        page.wait_for_url("**/whatif")
        press_to(page, page.get_by_text("An actor leaves"))
        page.keyboard.press("Enter")
        press_to(page, page.locator("#leaves-actor"))
        page.keyboard.type("SDF")
        press_to(page, page.locator("#leaves-date"))
        press_to(page, page.get_by_role("button", name="Add this change").locator("visible=true"))
        page.keyboard.press("Enter")
        expect(page.locator("#changes")).to_contain_text("From 2017-07-06: SDF leaves")
        press_to(page, page.locator("#scenario-text"))  # a smaller system than the examples', so that the test is short
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(OWN)
        press_to(page, page.get_by_role("button", name="Use this text"))
        page.keyboard.press("Enter")
        expect(page.locator("#now-title")).to_have_text("IS leaves")
        press_to(page, page.locator("#draws"))
        page.keyboard.press("Control+A")
        page.keyboard.type("20")
        press_to(page, page.get_by_role("button", name="Work it out", exact=True))
        page.keyboard.press("Enter")
        page.wait_for_url("**/jobs/*")
        opened = page.get_by_role("link", name="Open the result")
        wait_for(lambda: opened.count() or page.wait_for_timeout(300), seconds=240)
        press_to(page, opened)
        page.keyboard.press("Enter")
        page.wait_for_selector("body[data-drawn=all]")
        expect(page.get_by_role("heading", level=1)).to_contain_text("IS leaves")
        expect(page.locator("#identification")).to_be_in_viewport()
        assert page.locator(".pair svg[role=img]").count() == 2
