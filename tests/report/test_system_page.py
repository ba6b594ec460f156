"""The page of a fitted system in a real browser: honest where the record cannot say, for all eyes, whatever the names are."""

import base64
import csv
import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aftershock.contract import Forecast, Provenance, Stream, Streams
from aftershock.errors import UsageError
from aftershock.report import render_system_report, write_system_report
from aftershock.system import SystemScores
from aftershock.system.backgrounds import BackgroundChoice, BackgroundComparison
from aftershock.system.fit import StreamPosterior, System
from aftershock.system.residuals import residuals_of
from aftershock.system.scoring import MODELS
from aftershock.system.spiral import Edge, Spiral, SpiralCourse
from aftershock.system.structure import structure_of

DRAWS, DAYS, SCALES = 60, 420, (1.0, 7.0, 30.0)
SURE, VAGUE, UNSURE = (400.0, 0.1), (1.5, 0.3), (0.3, 0.2)  # shape and mean of a gamma distribution of children
HOSTILE = [
    "<script>alert(1)</script>",
    '</style><img src=x onerror="alert(2)">\'"',
    "\u202eevil\u202c <!-- {{ 7 * 7 }}",
    "=1+1",
]


def make_streams(names, days=DAYS, countries=((652,),)):
    rng = np.random.default_rng(5)
    rates = np.linspace(2.0, 0.2, len(names))
    counts = rng.poisson(rates, (2, days, len(names))).astype(np.int32)
    marks = counts.astype(np.float32)
    given = [
        Stream(name=name, actors=(f"actor {k}",), types=("sb",), countries=countries[k % len(countries)])
        for k, name in enumerate(names)
    ]
    return Streams(
        streams=tuple(given), first_day=np.datetime64("2016-01-01"), counts=counts, deaths=3 * counts, civilians=counts,
        losses=np.stack([counts, counts], axis=-1), size=marks, harm=marks, present=np.ones(counts.shape[1:], bool), kin=(), left_out={"dated to years": 7}, ranged=12,
        provenance=Provenance("test", "a test's vintage", "UCDP (CC BY 4.0): test", ("Streams by the default rule.",)),
    )  # fmt: skip


def make_system(names, edges, *, mask="all", own=0.4, background="constant", **more):
    """A system whose links are drawn: ``edges`` from (target, source) to the gamma's shape and mean; others are nothing."""
    rng, n = np.random.default_rng(7), len(names)
    streams = make_streams(names, **more)
    targets = []
    for i in range(n):
        sources = np.array([i]) if mask == "own" else np.arange(n)
        feeds = np.full((DRAWS, len(sources), 2, len(SCALES)), 1e-5)
        for k, j in enumerate(sources):
            shape, mean = (300.0, own) if i == j else edges.get((i, int(j)), (0.0, 0.0))
            if shape:
                feeds[:, k, 0, 1] = rng.gamma(shape, mean / shape, DRAWS)
        rate = streams.counts[0, :, i].mean()
        base = rng.gamma(30.0, 0.5 * rate / 30.0, (DRAWS, 1))
        targets.append(
            StreamPosterior(sources, 30, base, feeds, np.full(DRAWS, 0.1), np.full(DRAWS, 0.1), np.repeat([0, 1], DRAWS // 2), 0.5)
        )  # fmt: skip
    return System(streams, tuple(targets), background, mask, SCALES, np.ones(n), 1, "0.0")


NAMES = ("Government – rebels (state-based)", "IS – rebels (non-state)", "IS (one-sided)", "SDF – IS (non-state)")
EDGES = {(1, 0): SURE, (2, 0): VAGUE, (0, 3): UNSURE}


@pytest.fixture(scope="module")
def system():
    return make_system(NAMES, EDGES, countries=((645,), (652,)))


def make_comparison(system):
    rng = np.random.default_rng(2)
    backgrounds = ("constant", 365, 90)
    zero = np.zeros((3, len(system.names)))
    choice = BackgroundChoice(system.names, backgrounds, zero, zero, zero, ("constant",) * len(system.names), 365)
    ratio = np.array([[0.9], [0.7], [0.3]]) * rng.gamma(400.0, 1 / 400.0, (3, 50))
    half_life = np.where(ratio > 0.9, np.inf, 12.0)
    return BackgroundComparison(backgrounds, tuple(ratio), tuple(ratio * 0.9), tuple(half_life), choice)


def make_spiral(system, origin="2017-02-23", capped=0.0):
    edge = Edge(system.names[0], system.names[1], 0.1, 0.3, 0.1, 0.5)
    own = Edge(system.names[0], system.names[0], 0.4, 0.6, 0.4, 0.9)
    return Spiral(origin, 365, 0.3, 0.95, 0.8, 1.1, {"2": 0.25, "5": 0.004}, 100.0, 150.0, 20.0, 900.0, capped, (own, edge), ("A note.",))  # fmt: skip


def make_forecast(system, kind="stream_id", units=None):
    units = np.arange(1, len(system.names) + 1) if units is None else np.array(units)
    draws = np.random.default_rng(3).poisson(40, (1, len(units), 3, 80)).astype(np.int32)
    draws[0, 0, 2, :10] = 90_000
    months = np.array([446, 447, 448])  # February to April 2017
    return Forecast("system", kind, units, 445, months, ("total",), draws, ("target", "unit", "month"), system.streams.provenance, 1, "0.0")  # fmt: skip


def make_scores(system):
    values = {
        m: np.random.default_rng(4).normal(-1 + 0.1 * k, 0.1, (100, len(system.names))) for k, m in enumerate(MODELS)
    }
    first = np.datetime64("2016-11-16")
    return SystemScores(system.names, first, first + 99, values, np.full(len(system.names), 50.0))


def all_parts(system):
    spirals = SpiralCourse((make_spiral(system, "2016-12-31"), make_spiral(system)))
    return {
        "residuals": residuals_of(system), "backgrounds": make_comparison(system), "spiral": spirals,
        "forecast": make_forecast(system), "came": make_streams(system.names, 600, ((645,), (652,))),
        "scores": make_scores(system),
    }  # fmt: skip


@pytest.fixture(scope="module")
def parts(system):
    return all_parts(system)


@pytest.fixture
def written(tmp_path):
    def write(system, **parts):
        path = tmp_path / "system.html"
        write_system_report(path, system, **parts)
        return path

    return write


@pytest.fixture(scope="module")
def whole(system, parts, tmp_path_factory):
    """The page with every part."""
    path = tmp_path_factory.mktemp("whole") / "system.html"
    write_system_report(path, system, **parts)
    return path


@pytest.fixture(scope="module")
def bare(system, tmp_path_factory):
    """The page of the system alone."""
    path = tmp_path_factory.mktemp("bare") / "system.html"
    write_system_report(path, system)
    return path


@pytest.mark.parametrize("size", [(1280, "light"), (360, "dark")])
def test_page_fits_and_axe_finds_nothing(whole, open_report, size):
    page = open_report(whole, width=size[0], scheme=size[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_every_section_answers_to_the_parts_given(whole, bare, open_report):
    page = open_report(whole)
    for name in ("feedback", "matrix", "spiral", "ahead", "record", "missed", "scores", "method"):
        expect(page.locator(f"section#{name}")).to_have_count(1)
        expect(page.locator(f"nav a[href='#{name}']")).to_have_count(1)
    alone = open_report(bare)
    shown = alone.eval_on_selector_all("section[id]", "all => all.map(s => s.id)")
    assert shown == ["feedback", "matrix", "record", "method"]
    assert alone.locator("nav a").count() == 4


@pytest.mark.parametrize("part", ["residuals", "backgrounds", "spiral", "forecast", "scores"])
def test_each_part_stands_alone(system, part, parts):
    section = {
        "residuals": "missed",
        "backgrounds": "feedback",
        "spiral": "spiral",
        "forecast": "ahead",
        "scores": "scores",
    }
    assert f'<section id="{section[part]}"' in render_system_report(system, **{part: parts[part]})


def test_the_table_says_what_is_sure_and_what_is_not(bare, open_report):
    page = open_report(bare)
    rows = page.locator(".matrix tbody tr")
    cell = lambda i, j: rows.nth(i).locator("td").nth(j)  # noqa: E731
    assert cell(1, 0).inner_text().startswith("0.1")
    assert "90 % interval 0.09 to 0.11" in cell(1, 0).get_attribute("title")
    assert cell(2, 0).inner_text().startswith("~")
    assert cell(0, 3).inner_text().startswith("?")
    assert "cannot say" in cell(0, 3).text_content()
    assert cell(3, 0).inner_text().startswith("–")
    assert "own" in cell(1, 1).get_attribute("class")
    expect(rows.nth(1).locator("th")).to_contain_text(NAMES[1])
    expect(page.locator(".matrix thead th").first).to_contain_text(NAMES[0])
    expect(page.locator(".glance")).to_contain_text(
        "Of 12 possible links between different streams, the record is sure of 2"
    )


def test_arrows_are_of_sure_links_alone(bare, open_report):
    page = open_report(bare)
    said = page.locator("svg.net g title").all_text_contents()
    assert sum(" feeds " in text for text in said) == 2
    expect(page.locator("svg.net .shaft")).to_have_count(2)
    expect(page.locator("svg.net g.vague")).to_have_count(1)
    expect(page.locator("#matrix")).to_contain_text("not of who attacks whom")


def test_without_a_sure_link_there_is_no_picture(written, open_report):
    page = open_report(written(make_system(NAMES, {(0, 3): UNSURE})))
    assert page.locator("svg.net").count() == 0
    expect(page.locator("#matrix .note")).to_contain_text("sure of no link between two different streams")
    expect(page.locator("#matrix details[open]")).to_contain_text(NAMES[3])


@pytest.mark.parametrize("n", [3, 24])
def test_labels_of_the_picture_do_not_touch(written, open_report, n):
    names = [
        f"{k} Ahrar al-Sham, Jabhat Fateh al-Sham, Southern Front – Government of Country {k} (state-based)"
        for k in range(n)
    ]
    edges = {((7 * k + 1) % n, k): SURE for k in range(n) if (7 * k + 1) % n != k}
    edges |= {(k, (k + 1) % n): (300.0, 0.05) for k in range(n)}
    page = open_report(written(make_system(names, edges, own=0.2, countries=((645,), (652,), (640,)))))
    boxes = page.eval_on_selector_all(
        "svg.net text",
        "all => all.map(t => { const b = t.getBBox(); return [b.x, b.y, b.x + b.width, b.y + b.height]; })",
    )
    assert len(boxes) == n
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    left, top, width, height = map(float, page.locator("svg.net").get_attribute("viewBox").split())
    for box in boxes:
        assert left <= box[0] < box[2] <= left + width
        assert top <= box[1] < box[3] <= top + height


def test_of_many_streams_the_busiest_are_shown_and_the_file_holds_all(written, open_report):
    names = [f"stream {k}" for k in range(20)]
    page = open_report(written(make_system(names, {(18, 17): SURE, (1, 0): SURE})))
    assert page.locator(".matrix tbody tr").count() == 15
    assert page.locator("#record .multiples > li").count() == 15
    expect(page.locator("#matrix")).to_contain_text("Shown are the 15 busiest streams; 5 more")
    expect(page.locator("#matrix")).to_contain_text("take part in 6 sure links")
    link = page.locator("a.download").get_attribute("href")
    rows = list(csv.DictReader(io.StringIO(base64.b64decode(link.partition("base64,")[2]).decode())))
    assert len(rows) == 400
    assert {"stream 18", "stream 17"} <= {row["target"] for row in rows}
    assert max(float(row["lower_5"]) for row in rows) > 0.3


def test_the_file_can_be_downloaded(bare, open_report):
    page = open_report(bare)
    with page.expect_download() as waiting:
        page.locator("a.download").click()
    assert waiting.value.suggested_filename == "aftershock-links.csv"


def test_feedback_is_told_under_every_background(system, written, open_report):
    page = open_report(written(system, backgrounds=make_comparison(system)))
    assert page.locator("#feedback tbody tr").count() == 3
    expect(page.locator("#feedback tr.chosen")).to_contain_text("bends every 365 days")
    expect(page.locator(".glance")).to_contain_text("the record cannot say")
    expect(page.locator(".glance")).to_contain_text("Days held out favour a background that bends every 365 days")
    alone = render_system_report(system)
    assert "other backgrounds were not tried" in alone


def test_endless_descendants_are_said(written, open_report):
    page = open_report(written(make_system(NAMES, {}, own=1.2)))
    expect(page.locator(".glance")).to_contain_text("What follows an event has then no end.")
    expect(page.locator("#feedback td").last).to_have_text("no end")


def test_links_that_were_not_asked_for(written, open_report):
    page = open_report(written(make_system(NAMES, {}, mask="own")))
    expect(page.locator(".glance")).to_contain_text("Links between different streams were not asked for.")
    assert page.locator(".matrix td", has_text="not asked").count() == 12


def test_a_spiral_beyond_the_model_has_no_number_of_deaths(system):
    assert "may bring 150 (90\u00a0% interval 20 to 900)" in render_system_report(system, spiral=make_spiral(system))
    page = render_system_report(system, spiral=make_spiral(system, capped=0.6))
    assert "is beyond the model: in 60\u00a0% of futures violence grew until" in page
    assert "may bring" not in page
    with pytest.raises(UsageError, match="must hold one"):
        render_system_report(system, spiral=SpiralCourse(()))


def test_forecasts_stand_beside_what_came(system, written, open_report, parts):
    page = open_report(written(system, forecast=parts["forecast"], came=parts["came"]))
    assert page.locator("#ahead .multiples > li").count() == len(NAMES)
    assert page.locator("#ahead .plot .dot").count() == 3 * len(NAMES)
    expect(page.locator("#ahead")).to_contain_text("What came:")
    expect(page.locator("#ahead .unit").first).to_have_text(NAMES[0])
    page.locator("#ahead summary").first.click()
    expect(page.locator("#ahead tbody tr").first).to_contain_text("February 2017")
    alone = open_report(written(system, forecast=parts["forecast"]))
    assert alone.locator(".dot").count() == 0


def test_forecasts_by_country(system):
    made = make_forecast(system, "country_id", [106, 220])
    page = render_system_report(system, forecast=made)
    assert "<bdi>Syria</bdi>" in page
    assert "<bdi>Iraq</bdi>" in page


def test_forecasts_of_other_units_are_refused(system):
    with pytest.raises(UsageError, match="by country or by stream"):
        render_system_report(system, forecast=make_forecast(system, "priogrid_gid", [1, 2]))
    with pytest.raises(UsageError, match="this system's streams, 1 to 4"):
        render_system_report(system, forecast=make_forecast(system, units=[4, 5]))


def test_hostile_names_are_text(written, open_report):
    streams = make_system(HOSTILE, {(1, 0): SURE, (2, 1): SURE, (0, 2): UNSURE, (3, 2): SURE})
    hostile = replace(
        streams.streams,
        left_out={"<b>reason</b>": 3},
        provenance=Provenance("<i>s</i>", "<i>v</i>", "UCDP <i>c</i>", ("A <b>note</b>.",)),
    )
    made = replace(streams, streams=hostile)
    parts = all_parts(made) | {"came": None, "structure": structure_of(made)}
    page = open_report(written(made, **parts))
    page.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    for place in (".matrix tbody th bdi", "#record .unit bdi", "#ahead .unit bdi", "#missed .unit bdi"):
        assert set(page.locator(place).all_text_contents()) == set(HOSTILE), place
    assert page.locator("script, img, b, i").count() == 0
    expect(page.locator("#method")).to_contain_text("A <b>note</b>.")
    expect(page.locator("#method")).to_contain_text("3 events: <b>reason</b>")
    link = page.locator("a.download").get_attribute("href")
    rows = csv.DictReader(io.StringIO(base64.b64decode(link.partition("base64,")[2]).decode()))
    assert {row["source"] for row in rows} == {*HOSTILE[:3], "'=1+1"}


def test_the_same_system_gives_the_same_bytes(system, whole, written, parts):
    assert written(system, **parts).read_bytes() == whole.read_bytes()
    assert render_system_report(system, **parts).encode() == whole.read_bytes()


def test_the_page_runs_nothing_and_asks_for_nothing(whole):
    page = whole.read_text()
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_page_is_dark_in_the_dark_and_light_in_print(whole, open_report):
    page = open_report(whole, scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(20, 25, 28)"
    page.emulate_media(media="print")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert len(page.pdf(format="A4")) > 50_000


def test_provenance_is_told(bare, open_report):
    page = open_report(bare)
    method = page.locator("#method")
    for words in (
        "a test's vintage",
        "7 events: dated to years",
        "Streams by the default rule.",
        "CC BY 4.0",
        "W[s, r]",
        "Sundberg",
    ):
        expect(method).to_contain_text(words)


def test_a_single_stream_has_a_page(written, open_report):
    page = open_report(written(make_system(["alone"], {})))
    expect(page.locator(".stand")).to_contain_text("1 stream of violence")
    assert page.locator("svg.net").count() == 0
