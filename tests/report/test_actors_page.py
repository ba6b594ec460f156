"""The page of results on actors in a real browser: legible for many actors, signs told without colour, all for all eyes."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from itertools import combinations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from actors.signed import events_of
from aftershock.actors.alliances.balance import balance
from aftershock.actors.alliances.blows import Blows, blows
from aftershock.actors.alliances.building import network
from aftershock.actors.dispersion import Estimate, dispersion
from aftershock.actors.spread.spread import NewCountry, Spread
from aftershock.actors.succession.succession import succession
from aftershock.contract import Provenance
from aftershock.errors import UsageError
from aftershock.figures import embedded_events
from aftershock.report import render_actors_report, write_actors_report
from aftershock.report.actors_network import MOST_ACTORS, signed_picture

HOSTILE = ["<script>alert(1)</script>", '</style><img src=x onerror="alert(2)">', "<!-- {{ 7 * 7 }}", "=1+1"]


def make_spread(actor="IS", came=True, countries=70):
    listed = [
        NewCountry(600 + k, f"Country {k}", Estimate(0.2 / (k + 1), 0.1 / (k + 1), 0.4 / (k + 1)), ("borders Syria", "2 armed actors active there"), 2014 if came and not k else None)
        for k in range(countries)
    ]  # fmt: skip
    return Spread(
        actor, 2013, 1, ("Iraq", "Syria"), (("Iraq", 2004), ("Syria", 2013)), tuple(listed), Estimate(0.9, 0.0, 3.0),
        (("Country 0", 2014),) if came else None, 173, ("A note on spread.",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def events():
    return embedded_events()


@pytest.fixture(scope="module")
def war(events):
    return network(events, until="2017-07-05")


@pytest.fixture(scope="module")
def camps(war):
    return balance(war)


@pytest.fixture(scope="module")
def pairs(war):
    return blows(war)


@pytest.fixture(scope="module")
def course(events):
    return dispersion("IS", events, at="2017-07-05")


@pytest.fixture(scope="module")
def parts(war, camps, pairs, course):
    return [war, camps, pairs, course, make_spread(), succession("GIA"), succession("IS")]


@pytest.fixture(scope="module")
def whole(parts, tmp_path_factory):
    path = tmp_path_factory.mktemp("actors") / "actors.html"
    write_actors_report(parts, path)
    return path


@pytest.fixture
def written(tmp_path):
    def write(*parts):
        path = tmp_path / "actors.html"
        write_actors_report(parts, path)
        return path

    return write


def test_every_result_tells_itself_in_the_same_three_ways(parts):
    for part in parts:
        lines = part.lines()
        assert isinstance(lines, list)
        assert all(isinstance(line, str) and line for line in lines)
        document = part.document()
        assert json.loads(json.dumps(document, allow_nan=False, default=str))
        assert len(part.to_frame()) > 0
    course, where = parts[3], parts[4]
    assert len(course.to_frame()) == len(course.course)
    assert course.to_frame().cells_low.le(course.to_frame().cells.fillna(0) + 1e-9).sum() == sum(
        window.cells is not None for window in course.course
    )
    assert where.to_frame().came.tolist()[0] == 2014
    assert where.to_frame().chance.tolist() == [each.probability.value for each in where.countries]
    assert where.lines()[-1] == "A note on spread."


@pytest.mark.parametrize("size", [(1280, "light"), (360, "dark")])
def test_page_fits_and_axe_finds_nothing(parts, written, open_report, size):
    fewer = [replace(part, pairs=part.pairs[:25]) if isinstance(part, Blows) else part for part in parts]
    page = open_report(written(*fewer), width=size[0], scheme=size[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_every_result_has_its_section(whole, open_report):
    page = open_report(whole)
    names = ["network", "balance", "blows", "succession-1", "succession-2", "spread-1", "dispersion-1", "method"]
    assert page.eval_on_selector_all("section[id]", "all => all.map(s => s.id)") == names
    for name in names:
        expect(page.locator(f"nav a[href='#{name}']")).to_have_count(1)
    assert page.locator(".glance li").count() == 7


def test_each_result_stands_alone(war, camps, pairs, course):
    for part, section in (
        ([war], "network"),
        ([war, camps], "balance"),
        ([war, pairs], "blows"),
        (course, "dispersion-1"),
        ((make_spread(came=False),), "spread-1"),
        (succession("GIA"), "succession-1"),
    ):
        page = render_actors_report(part)
        assert f'<section id="{section}"' in page
        assert page.count("<section id=") == (3 if section in ("balance", "blows") else 2)


def test_what_cannot_be_on_a_page_is_refused(war, camps, pairs):
    with pytest.raises(UsageError, match=r"there must be a result.*found none"):
        render_actors_report([])
    with pytest.raises(UsageError, match="one network at most; found 2"):
        render_actors_report([war, war])
    for part in (camps, pairs):
        with pytest.raises(UsageError, match="need their network"):
            render_actors_report(part)
    with pytest.raises(UsageError, match="a part must be a result on actors; found str"):
        render_actors_report(["IS"])


def test_signs_differ_in_colour_and_in_dash_and_camps_in_shape_and_side(whole, open_report):
    page = open_report(whole)
    looks = page.evaluate(
        """kinds => kinds.map(kind => { const found = getComputedStyle(document.querySelector(`svg.signed .${kind} .shaft`));
        return [found.stroke, found.strokeDasharray]; })""",
        ["fights", "sides", "both"],
    )
    assert len({colour for colour, _ in looks}) == len({dash for _, dash in looks}) == 3
    one = page.eval_on_selector_all("svg.signed circle", "all => all.map(c => Number(c.getAttribute('cx')))")
    other = page.eval_on_selector_all("svg.signed rect", "all => all.map(c => Number(c.getAttribute('x')))")
    assert one
    assert other
    assert max(one) < min(other)


def test_of_many_actors_the_busiest_are_drawn_and_the_table_holds_all(whole, open_report, war, camps):
    page = open_report(whole)
    drawn = page.locator("svg.signed text").count()
    assert drawn <= MOST_ACTORS < len(war.actors)
    expect(page.locator("#network")).to_contain_text(f"Drawn are the {drawn} busiest actors")
    expect(page.locator("#network")).to_contain_text(f"{len(war.actors) - drawn} more")
    assert page.locator("#network tbody tr").count() == len(war.ties)
    odd = {tie.actors for tie in camps.frustrated}
    shown = {node["name"] for node in signed_picture(war, camps)["nodes"]}
    assert page.locator("svg.signed .mark").count() == sum(set(pair) <= shown for pair in odd) > 0
    assert page.locator("#network tbody .under").count() == len(odd)
    boxes = page.eval_on_selector_all(
        "svg.signed text",
        "all => all.map(t => { const b = t.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; })",
    )
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    left, top, width, height = map(float, page.locator("svg.signed").get_attribute("viewBox").split())
    assert all(left <= b[0] < b[2] <= left + width and top <= b[1] < b[3] <= top + height for b in boxes)


def test_triads_and_pairs_at_risk_are_told_in_words_and_with_intervals(whole, open_report, camps, pairs):
    page = open_report(whole)
    for triad in camps.unbalanced:
        assert triad.line() in page.locator("#balance").text_content()
    expect(page.locator("#balance .headline")).to_have_text(camps.lines(most=0)[0])
    told = [pair for pair in pairs.pairs if pair.chance is not None]
    assert page.locator("#blows tbody tr").count() == len(told)
    first = page.locator("#blows tbody tr").first
    expect(first).to_contain_text(f"{told[0].a} and {told[0].b}")
    assert re.search(r"10\s% \(2\s% to 3\d\s%\)", first.inner_text())
    assert page.locator("#blows tbody svg.range").count() == len(told)


def test_a_division_that_is_one_of_several_is_said_to_be_one(camps, war):
    assert "others may be as good" in render_actors_report([war, camps])
    assert "Only this division" in render_actors_report([war, replace(camps, only=True)])


def test_countries_stand_by_chance_with_what_came(whole, open_report):
    page = open_report(whole)
    rows = page.locator("#spread-1 tbody tr")
    assert rows.count() == 60
    expect(rows.first).to_contain_text("Country 0")
    assert re.search(r"20\s% \(10\s% to 40\s%\).*2014", rows.first.inner_text(), re.DOTALL)
    expect(page.locator("#spread-1")).to_contain_text("What came: Country 0 (2014).")
    expect(page.locator("#spread-1")).to_contain_text("The 10 countries in neither table: 0.3")
    expect(page.locator("#spread-1")).to_contain_text("A note on spread.")
    assert "What came" not in render_actors_report(make_spread(came=False))


def test_the_course_is_a_chart_in_the_pages_colours_with_its_table(whole, open_report, course):
    page = open_report(whole)
    known = [sum(getattr(w, name) is not None for w in course.course) for name in ("cells", "one_sided_share")]
    text = page.locator("#dispersion-1 .course").evaluate_all("all => all.map(one => one.innerHTML)")
    assert [one.count('fill="var(--band80)"') for one in text] == known
    assert [one.count("stroke-dasharray") for one in text] == [1, 1]
    charts = page.locator("#dispersion-1 [role=img]")
    assert charts.count() == 2
    assert "the table below holds them" in charts.first.get_attribute("aria-label")
    assert page.locator("#dispersion-1 details tbody tr").count() == len(course.course)
    assert page.locator("#dispersion-1 h3", has_text="Before and after 2017-07-05").count() == 1
    fill = "getComputedStyle(document.querySelector('.course [fill=\"var(--band80)\"]')).fill"
    assert page.evaluate(fill) == "rgb(159, 200, 211)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(fill) == "rgb(44, 99, 115)"


def test_without_a_day_or_enough_events_less_is_said(events, course):
    page = render_actors_report(dispersion("IS", events))
    assert "Before and after" not in page
    assert 'role="img"' in page
    bare = replace(course, course=tuple(replace(w, cells=None, one_sided_share=None) for w in course.course))
    assert "No half-year has ten events" in render_actors_report(bare)


def test_what_comes_after_an_actor(whole, open_report):
    page = open_report(whole)
    ended, active = page.locator("#succession-1"), page.locator("#succession-2")
    expect(ended.locator("tbody").first).to_contain_text("AQIM")
    expect(ended).to_contain_text("What came by 2024")
    expect(active).to_contain_text("has not ended")
    assert "What came by" not in active.inner_text()
    assert ended.locator("svg.range").count() == 11  # of four outcomes three chances each, but no return within a year
    expect(ended).to_contain_text("2.3 times the actor's own")


def test_hostile_names_are_text(written, open_report):
    days = [(HOSTILE[0], HOSTILE[1], "2017-01-01"), (f"{HOSTILE[2]}, {HOSTILE[3]}", HOSTILE[0], "2017-02-01")]
    made = network(events_of(*days))
    made = replace(
        made, notes=("A <b>note</b>.",), provenance=Provenance("<i>s</i>", "<i>v</i>", "<i>c</i>", ("<b>n</b>",))
    )
    page = open_report(written(made, balance(made), make_spread(HOSTILE[0])))
    page.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    assert page.locator("script, img, b, i").count() == 0
    names = set(page.locator("#network tbody :is(th, td:nth-child(2)) bdi").all_text_contents())
    assert names == set(HOSTILE)
    expect(page.locator("#network")).to_contain_text("A <b>note</b>.")
    link = page.locator("a.download").get_attribute("href")
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(link.partition("base64,")[2]).decode())))
    assert {name for row in rows for name in (row["a"], row["b"])} == {*HOSTILE[:3], "'=1+1"}


def test_the_same_results_give_the_same_bytes_and_run_nothing(parts, whole):
    page = render_actors_report(parts)
    assert page.encode() == whole.read_bytes()
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_page_is_dark_in_the_dark_and_light_in_print(whole, open_report):
    page = open_report(whole, scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(20, 25, 28)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_two_actors_and_one_tie_have_a_picture():
    made = network(events_of(("A", "B", "2017-01-01")))
    picture = signed_picture(made, balance(made))
    assert [tie["kind"] for tie in picture["ties"]] == ["fights"]
    assert {node["camp"] for node in picture["nodes"]} == {0, 1}
    assert signed_picture(made)["camps"] is False
    assert signed_picture(replace(made, ties=(), actors=())) is None


def test_allies_alone_stand_on_one_side_and_who_does_both_in_neither_camp():
    day = "2017-01-01"
    made = network(events_of(("A, B", "C", day), ("D", "E", day), ("D, E", "C", day)), actors=["A", "B"])
    picture = signed_picture(made, balance(made))
    assert {node["camp"] for node in picture["nodes"]} == {0}
    assert not any(node["right"] for node in picture["nodes"])
    assert "Nobody: all of this part may stand together" in render_actors_report([made, balance(made)])
    made = network(events_of(("A", "B", day), ("D", "E", day), ("D, E", "C", day)), actors=["A", "B", "D", "E"])
    picture = signed_picture(made, balance(made))
    assert {node["name"]: node["camp"] for node in picture["nodes"]} == {"A": 0, "B": 1, "D": None, "E": None}
    assert {tie["kind"] for tie in picture["ties"]} == {"fights", "both"}
    assert "neither: all its ties speak both ways" in render_actors_report([made, balance(made)])
