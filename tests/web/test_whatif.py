"""What if: loaded and saved, worked out as on the command line, read, shared by link; all of it by keyboard."""

import io
import json
import re
import zipfile

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import expect

from aftershock.cli import cli
from aftershock.scenarios import read_scenario
from aftershock.scenarios.running import whatif
from aftershock.web.pages.whatif.twin import AnswersBody, CheckBody, WhatIfBody
from scenario_systems import made_prepared
from web_results import done, press_to
from web_scenarios import OWN, TEXT, scenario_of, work_out
from web_server import make_client, serving, wait_for


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """A data directory with a system made by hand and a scenario worked out on it: folder, system's job, answer's job."""
    folder = tmp_path_factory.mktemp("answered")
    return folder, *work_out(folder)


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


def test_a_guessed_address_leads_to_the_page(client):
    answer = client.get("/what-if", params={"base": "own"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/whatif?base=own")


def test_the_command_line_gives_the_same_figures_from_what_is_saved(answered, tmp_path):
    """On a fitted system, taken away as a folder, and on a scenario's own, with another seed."""
    folder, base, name = answered
    own = done(folder, "whatif", {"base": "own", "scenario": OWN, "draws": 20, "seed": 5})
    with make_client(folder) as client:
        for job, parts in ((name, ["--draws", "30", "--seed", "1"]), (own, ["--draws", "20", "--seed", "5"])):
            page = client.get("/whatif", params={"result": job}).text
            command = re.search(r'<code class="command">aftershock (whatif .*)</code>', page)[1].split()
            assert command[-4:] == parts
            saved = client.get(re.search(r'href="([^"]+)" download>Save as YAML', page)[1].replace("&amp;", "&"))
            (tmp_path / command[1]).write_text(saved.text, encoding="utf-8")
            if job == name:
                zipfile.ZipFile(io.BytesIO(client.get(f"/actors/{base}/system.zip").content)).extractall(tmp_path)
                command[3] = str(tmp_path / command[3])
            command[1] = str(tmp_path / command[1])
            out = tmp_path / job
            ran = CliRunner().invoke(cli, [*command, "--out", str(out), "--data-dir", str(tmp_path / "nothing")])
            assert ran.exit_code == 0, ran.output
            assert json.loads((out / "answers.json").read_text("utf-8")) == client.get(f"/api/v1/whatif/{job}").json()


def test_what_is_saved_on_the_examples_system_names_that_system(client):
    saved = client.get("/whatif/scenario.yaml", params={"scenario": TEXT, "base": "after-isis"}).text
    assert saved.startswith(TEXT)
    assert read_scenario(saved).scenario.system.rule == "fronts.yaml"
    assert client.get("/whatif/scenario.yaml", params={"scenario": OWN, "base": "after-isis"}).text == OWN


def test_a_scenario_with_a_system_of_its_own_is_never_tried_on_the_examples(client, csrf):
    given = {"csrf": csrf(client, "/whatif"), "scenario": OWN, "base": "after-isis"}
    started = client.post("/whatif/start", data=given, follow_redirects=False)
    assert client.get(f"/api/v1{started.headers['location']}").json()["parameters"]["base"] == "own"
    assert 'name="base" value="own"' in client.get("/whatif", params={"scenario": OWN, "base": "after-isis"}).text


def test_a_link_opens_the_answer_or_offers_to_work_it_out(answered, tmp_path, csrf):
    folder, base, name = answered
    with make_client(folder) as client:
        page = client.get("/whatif", params={"result": name}).text
        link = re.search(r'href="([^"]+)" id="share"', page)[1].replace("&amp;", "&")
        assert client.get(link).text.count("What the record can tell") == page.count("What the record can tell")
        assert (
            f'/whatif?result={name}">30 pairs, seed 1'
            in client.get("/whatif", params={"base": base, "scenario": TEXT}).text
        )
    with make_client(tmp_path) as elsewhere:
        offered = elsewhere.get(link)
        assert "No answer is kept here under this link" in offered.text
        assert "Nor" not in offered.text
        assert "is not kept here: choose another, or fit it again" in offered.text
        assert 'name="draws" value="30"' in offered.text
        assert "From 2017-08-01: IS leaves" in offered.text
        assert "Work it out</button>" in offered.text
        assert elsewhere.get("/whatif", params={"result": "0" * 16}).status_code == 404
        assert elsewhere.get("/whatif", params={"base": "0" * 16, "scenario": TEXT}).status_code == 200
        given = {"csrf": csrf(elsewhere, "/whatif"), "scenario": TEXT, "base": "after-isis", "draws": "40", "seed": "9"}
        started = elsewhere.post("/whatif/start", data=given, follow_redirects=False).headers["location"]
        waiting = elsewhere.get(f"/whatif?result={started[6:]}", follow_redirects=False)
        assert (waiting.status_code, waiting.headers["location"]) == (303, started)
        elsewhere.post(f"{started}/cancel", data={"csrf": csrf(elsewhere, started)})
        ended = elsewhere.get(f"/whatif?result={started[6:]}")
        assert "Its working out was cancelled" in ended.text
        assert 'name="draws" value="40"' in ended.text
        assert 'name="seed" value="9"' in ended.text


def test_a_long_scenario_of_any_script_can_be_built(server, visit):
    """Addresses hold the whole scenario; the server must take them at their longest."""
    text = TEXT + f"description: {'Я' * 11_000}\n"
    page = visit(f"{server}/whatif")
    page.locator("#scenario-text").fill(text)
    page.get_by_role("button", name="Use this text").click()
    expect(page.locator("#now-title")).to_have_text("IS leaves")


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
        assert name in [one.id for one in there.answers]
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
        page.goto(f"{address}/whatif")
        for heading in ("What is changed", "What else to ask", "The scenario as text"):
            page.get_by_role("heading", name=heading).scroll_into_view_if_needed()
            for words in ("What the record can tell", "What is assumed"):
                expect(page.locator(".in-view").get_by_text(words, exact=True)).to_be_in_viewport()
            expect(page.get_by_role("button", name="Work it out", exact=True)).to_be_in_viewport()


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
        press_to(page, page.get_by_text("500 pairs of futures"))
        page.keyboard.press("Enter")
        press_to(page, page.locator("#draws"))
        page.keyboard.press("Control+A")
        page.keyboard.type("20")
        for _ in range(2):  # the button stands before the field
            page.keyboard.press("Shift+Tab")
        expect(page.get_by_role("button", name="Work it out", exact=True)).to_be_focused()
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
