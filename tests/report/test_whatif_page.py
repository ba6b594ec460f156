"""The page of answers in a real browser: the record's verdict beside every result, for all eyes, whatever the names are."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aftershock.errors import UsageError
from aftershock.report import render_whatif_report, write_whatif_report
from aftershock.report.whatif_charts import BINS, difference_histogram, interval_rows, paired_fans
from aftershock.report.whatif_words import answer_sentence, glance_words, intervention_words
from aftershock.scenarios import read_scenario, whatif
from aftershock.scenarios.answers import Identification
from scenario_systems import NAMES, made_prepared, scenario_text

DRAWS = 30
DATE = "date: 2017-10-01"
HOSTILE = ["<script>alert(1)</script>", '</style><img src=x onerror="alert(2)">\'"', "{{ 7 * 7 }} <!--"]


def ask(*lines, **more):
    return whatif(scenario_text(*lines, **more), made_prepared(), draws=DRAWS)


@pytest.fixture(scope="module")
def answers():
    asked = ["actor: IS, country: Iraq, by: 2018-12-31"]
    options = {"until": "2018-12-31", "ask": asked}
    return [
        ask(name="goes-on", **options),
        ask(f"kind: leaves, actor: IS, {DATE}", name="is-leaves", **options),
        ask(f"kind: scale, factor: [0.5, 30], actor: IS, {DATE}", name="anything", **options),
        ask(
            f"kind: enters, name: New, actors: [government, SDF], type: sb, country: Iraq, {DATE}",
            name="front",
            **options,
        ),
    ]


@pytest.fixture
def written(tmp_path):
    def write(answers):
        path = tmp_path / "whatif.html"
        write_whatif_report(answers, path)
        return path

    return write


@pytest.mark.parametrize("size", [(1280, "light"), (360, "dark")])
def test_page_fits_and_axe_finds_nothing(answers, written, open_report, size):
    page = open_report(written(answers), width=size[0], scheme=size[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_verdict_stands_beside_every_result(answers, written, open_report):
    page = open_report(written(answers))
    sections = page.locator("section.scenario")
    assert sections.count() == len(answers)
    for answer, section in zip(answers, sections.all(), strict=True):
        told = section.locator(".told")
        expect(told).to_be_visible()
        expect(told).to_contain_text(answer.identification.verdict)
        expect(told).to_contain_text(answer.identification.sentence)
        assert section.locator(".told li").all_text_contents() == list(answer.identification.facts)
        expect(section.locator(".headline")).to_have_text(answer_sentence(answer))
        assert section.locator("ul.reads > li").all_text_contents() == list(answer.assumptions)
        headline, verdict = section.locator(".headline").bounding_box(), told.bounding_box()
        assert 0 <= verdict["y"] - headline["y"] - headline["height"] < 60


def test_one_table_holds_all_scenarios(answers, written, open_report):
    page = open_report(written(answers))
    rows = page.locator("#all tbody tr")
    assert rows.count() == 1 + len(answers)
    expect(rows.nth(0)).to_contain_text("The course that goes on")
    expect(rows.nth(1)).to_contain_text("none")
    expect(rows.nth(2)).to_contain_text("−")
    expect(page.locator("#all thead")).to_contain_text("IS active in Iraq in the 90 days to 2018-12-31")
    expect(rows.nth(3)).to_contain_text("held at a cap")
    rows.nth(2).locator("a").click()
    expect(page.locator("#scenario-is-leaves")).to_be_in_viewport()


def test_every_chart_has_words_and_a_table(answers, written, open_report):
    page = open_report(written(answers))
    for section in page.locator("section.scenario").all():
        charts = section.locator("svg[role=img]")
        figures = charts.count()
        assert figures in (2, 3)
        assert all("the table below holds" in chart.get_attribute("aria-label") for chart in charts.all())
        assert section.locator("details.view table").count() == figures - 1


def test_a_scenario_alone_and_one_that_changes_nothing(answers, written, open_report):
    page = open_report(written(answers[0]))
    assert page.locator("section.scenario").count() == 1
    expect(page.locator("section.scenario")).to_contain_text("Both courses have the same deaths in every pair.")
    assert page.locator("text=By country and by stream").count() == 0
    expect(page.locator(".glance")).to_contain_text("No scenario changes anything.")


def test_both_fans_share_one_scale(answers):
    made = paired_fans(answers[2])
    assert made["baseline"]["top"] == made["scenario"]["top"]
    assert made["months"][0] == "July 2017, 6–31"
    assert made["months"][1] == "August 2017"
    assert len(made["rows"]) == 18
    assert made["januaries"] == [round(6 * 100 / 18, 2)]
    same = paired_fans(answers[0])
    assert {key: same["baseline"][key] for key in ("outer", "inner", "median")} == {
        key: same["scenario"][key] for key in ("outer", "inner", "median")
    }


@pytest.mark.parametrize(
    ("draws", "fewer", "more"),
    [
        (np.r_[np.full(30, -2), np.zeros(50), np.full(20, 3)], 0.3, 0.2),
        (np.random.default_rng(1).normal(-5000, 4000, 1000), None, None),
        (np.r_[-100_000, np.full(999, 1.0)], 0.001, 0.999),
        (np.r_[np.full(500, -9000), np.zeros(500)], 0.5, 0.0),
        (np.array([5]), 0.0, 1.0),
    ],
)
def test_a_histogram_holds_every_pair_and_zero_parts_it(draws, fewer, more):
    made = difference_histogram(draws)
    assert sum(share for _, share in made["rows"]) == pytest.approx(1.0)
    assert BINS <= len(made["bars"]) <= BINS + 2
    assert fewer is None or (made["fewer"], made["more"]) == pytest.approx((fewer, more))
    below = sum(share for bar, (_, share) in zip(made["bars"], made["rows"], strict=True) if bar["fewer"])
    assert below == pytest.approx(made["fewer"], abs=1e-9)
    assert difference_histogram(np.zeros(10)) is None


def test_units_that_differ_in_no_pair_are_counted_not_listed(answers):
    streams = interval_rows(answers[3], "stream")
    assert [row["unit"] for row in streams["rows"]] == ["New"]
    assert streams["same"] == len(NAMES)
    leaves = interval_rows(answers[1], "stream")
    assert {row["unit"] for row in leaves["rows"] if row["changed"]} == set(NAMES[:3])
    low, middle, high = leaves["rows"][0]["at"]
    assert 0 <= low <= middle <= high <= leaves["zero"] == 100


def test_the_glance_names_the_farthest_and_what_the_record_can_tell(answers):
    said = glance_words(answers)
    assert said[0].startswith("The course that goes on brings ")
    assert said[1].startswith("Fewest deaths: Is-leaves here. −")
    assert said[2].startswith("Most deaths: Anything here. +")
    assert "Whether other violence would answer, the record can" in said[3]
    nothing = Identification("cannot say", "It cannot.", ())
    assert (
        "cannot say in any of the 2 scenarios"
        in glance_words([replace(a, identification=nothing) for a in answers[1:3]])[-1]
    )
    assert glance_words(answers[:1])[-1] == "No scenario changes anything."


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("kind: leaves, actor: IS, date: 2017-10-01, until: 2018-01-01",
         "From 2017-10-01 to the day before 2018-01-01: IS leaves; streams of IS"),
        ("kind: scale, actor: IS, against: SDF, factor: [0.3, 0.9], date: 2017-10-01",
         "From 2017-10-01: Events times 0.3 to 0.9; streams of IS against SDF"),
        ("kind: scale, what: civilian_deaths, factor: 0, types: [os], date: 2017-10-01",
         "From 2017-10-01: No civilian deaths; streams, one-sided"),
        ("kind: scale, factor: 2, date: 2017-10-01", "From 2017-10-01: Events times 2; all streams"),
        ("kind: cut, source: {actor: IS}, target: {countries: [Syria]}, factor: 0.5, date: 2017-10-01",
         "From 2017-10-01: what streams of IS feed is times 0.5, on streams in Syria"),
        ("kind: shock, stream: IS – SDF, events: 1200, date: 2017-10-01", "On 2017-10-01: 1,200 events besides on IS – SDF"),
        ("kind: loses_territory, actor: IS, countries: [Iraq], date: 2017-10-01", "From 2017-10-01: IS has lost its ground in Iraq"),
        ("kind: enters, name: N, actors: [A, B], type: ns, country: Syria, factor: 2, date: 2017-10-01",
         "From 2017-10-01: a new non-state front of A and B in Syria, borrowed rates times 2"),
        ("kind: dissolves, actor: IS, joins: SDF, share: 0.25, date: 2017-10-01",
         "From 2017-10-01: IS is dissolved; 25\u00a0% joins SDF"),
    ],
)  # fmt: skip
def test_interventions_in_words(line, words):
    assert intervention_words(read_scenario(scenario_text(line)).scenario.interventions[0]) == words


def test_names_are_text_whatever_they_hold(answers, written, open_report):
    one = answers[1]
    scenario = one.scenario.model_copy(update={"title": HOSTILE[0], "description": HOSTILE[1], "source": HOSTILE[2]})
    told = Identification("cannot say", HOSTILE[0], (HOSTILE[1],))
    asked = (replace(one.asked[0], words=HOSTILE[1]),)
    hostile = replace(
        one,
        scenario=scenario,
        streams=(*HOSTILE, NAMES[3]),
        identification=told,
        assumptions=(HOSTILE[2],),
        asked=asked,
    )
    page = open_report(written(hostile))
    expect(page.locator("section.scenario h2")).to_have_text(HOSTILE[0])
    assert page.locator("script, img").count() == 0
    expect(page.locator("section.scenario")).to_contain_text(HOSTILE[1])


def test_scenarios_that_start_apart_say_so(answers, written, open_report):
    other = ask(f"kind: leaves, actor: IS, {DATE}", name="sooner", until="2018-01-31")
    page = open_report(written([answers[1], other]))
    assert page.locator("#all tbody tr.chosen").count() == 2
    expect(page.locator("#all .note")).to_contain_text("a course that goes on of its own")
    assert open_report(written(answers)).locator("#all .note").count() == 0


def test_the_same_answers_give_the_same_page(answers):
    assert render_whatif_report(answers) == render_whatif_report(answers)
    assert dt.date.today().isoformat() not in render_whatif_report(answers)


def test_answers_that_would_be_mistaken_are_refused(answers, tmp_path):
    with pytest.raises(UsageError, match="names of their own"):
        write_whatif_report([answers[0], answers[0]], tmp_path / "x.html")
    with pytest.raises(UsageError, match="there must be an answer"):
        render_whatif_report([])
