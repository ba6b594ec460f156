"""Why a forecast says what it says, in the page: true to the explanation, in a browser, and left out where there is none."""

from dataclasses import replace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import aftershock
from aftershock.models import make_model
from aftershock.models.forest import Forest
from aftershock.report import render_report, write_report
from aftershock.report.data import safe_json
from aftershock.report.reasons import MOST, members_words, reasons_payload

COUNTRIES = np.array([2, 47, 60, 79, 220, 245])  # one of them long quiet
HOSTILE = '</script><img src=x onerror="alert(2)">'


@pytest.fixture(scope="session")
def few(world):
    """A panel of six countries."""
    return world.select(COUNTRIES)


@pytest.fixture(scope="session")
def stacked(few):
    return make_model("stack").forecast(few, draws=200)


@pytest.fixture(scope="session")
def stack_report(tmp_path_factory, few, stacked):
    path = tmp_path_factory.mktemp("reasons") / "stack.html"
    write_report(path, stacked, few)
    return path


def test_the_page_says_what_the_explanation_says(few, stacked):
    payload = reasons_payload(stacked, few, names={220: "Here"})
    assert set(payload["types"]) == set(stacked.targets)
    shown = payload["types"]["sb"]
    place = stacked.units.tolist().index(220)
    k = shown["units"].index(place)
    why = aftershock.explain(few, 220, most=MOST)
    assert len(shown["near"][k]) == MOST
    for row, told in zip(why.situations.to_dict("records"), shown["near"][k], strict=True):
        assert (told[0] == "Here") == (row["country_id"] == 220)
        assert told[2:] == pytest.approx([row["level"], row["followed"], row["weight"]], rel=0.006, abs=1e-3)
    for row, (_, effect, _) in zip(why.parts.to_dict("records"), shown["moved"][k], strict=False):
        assert effect == pytest.approx(row["effect"], rel=0.006)
    assert shown["share"][k] == pytest.approx(why.share, rel=0.006)


def test_countries_without_violence_have_no_reasons(few, stacked):
    shown = reasons_payload(stacked, few, names={})["types"]["sb"]
    active = few.series("sb")[:, -120:].sum(axis=1) > 0
    expected = stacked.of("sb").mean(axis=-1).sum(axis=-1) > 0.5
    assert shown["units"] == np.flatnonzero(active | expected).tolist()
    assert len(shown["units"]) < len(COUNTRIES)
    assert len(safe_json(shown)) < 900 * len(shown["units"])


def test_months_after_the_origin_are_not_seen(few):
    origin = few.last_month - 12
    made = make_model("forest:trees=10").forecast(few.until(origin), targets=("sb",), draws=50)
    assert reasons_payload(made, few, names={}) == reasons_payload(made, few.until(origin), names={})


def test_the_forecasts_own_forest_is_used(few, stacked, monkeypatch):
    monkeypatch.setattr(Forest, "_grow", lambda *_: pytest.fail("a forest grew again"))
    assert reasons_payload(stacked, few, names={})


def test_other_models_and_short_pasts_have_none(few, stacked, make_panel):
    for name in ("pool", "conflictology:window=6"):
        assert reasons_payload(make_model(name).forecast(few, draws=20), few, names={}) is None
    unknown = replace(stacked, model="mine")
    assert reasons_payload(unknown, few, names={}) is None
    assert members_words(unknown, target="sb") is None
    short = make_panel(np.ones((2, 20)))
    made = make_model("stack").forecast(short, draws=20)
    assert reasons_payload(made, short, names={}) is None
    page = render_report(made, short)
    assert "Why this forecast" not in page
    assert "Models and weights" in page  # the members are shown all the same


def test_members_and_weights_are_those_of_the_months_forecast(stacked, few):
    words = members_words(stacked, target="ns")
    assert words["types"][0][0] == "Non-state violence"
    assert len(words["types"]) == 4
    for _, classes in words["types"]:
        assert len(classes) == 4
        for _, rows in classes:
            assert rows[0][0].startswith("1")
            assert all(sum(weights) == pytest.approx(1, abs=0.02) for _, weights in rows)
    near = make_model("stack").forecast(few, horizons=[1], targets=("sb",), draws=20)
    assert [len(rows) for _, rows in members_words(near, target="sb")["types"][0][1]] == [1] * 4
    alone = make_model("forest:trees=10").forecast(few, targets=("sb",), draws=20)
    assert members_words(alone, target="sb") is None


def test_the_part_follows_country_and_type(stack_report, open_report):
    page = open_report(stack_report, fragment="#SYR")
    expect(page.locator("#near tbody tr")).to_have_count(MOST)
    expect(page.locator("#why-lead")).to_contain_text("of this forecast is what followed similar situations")
    expect(page.locator("#why-lead")).to_contain_text("state-based deaths in a typical month now")
    expect(page.locator("#moved")).to_contain_text("the last three months")
    before = page.locator("#near").inner_text()
    page.locator("#country-type").select_option("os")
    expect(page.locator("#why-lead")).to_contain_text("one-sided deaths")
    assert page.locator("#near").inner_text() != before
    page.locator("#unit").select_option(index=0)
    page.locator("#country-type").select_option("ns")
    expect(page.locator("#unit-name")).to_be_visible()


def test_of_a_quiet_country_it_says_so(stack_report, open_report):
    page = open_report(stack_report, fragment="#SUR")
    expect(page.locator("#why-lead")).to_contain_text("There is little to go on: no state-based deaths")
    expect(page.locator("#why-body")).to_be_hidden()
    expect(page.locator("#why-rest")).to_be_hidden()


def test_members_are_in_data_and_method(stack_report, open_report):
    page = open_report(stack_report)
    expect(page.locator("#members")).to_contain_text("The forecast is a pool of")
    expect(page.locator("#members")).to_contain_text("forest: What followed in the most similar situations")
    expect(page.locator("#members tbody").first.locator("th")).to_have_text("no death in five years")
    page.locator("#members summary").nth(2).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#members table").nth(2)).to_be_visible()


def test_a_forest_alone_is_explained_without_members(few, report_of, open_report):
    page = open_report(report_of(few, model="forest:trees=10", targets=["sb"]), fragment="#SYR")
    expect(page.locator("#why-lead")).to_contain_text("This forecast is what followed similar situations")
    expect(page.locator("#members")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_it_fits_and_axe_finds_nothing(stack_report, open_report, width, scheme):
    page = open_report(stack_report, width=width, scheme=scheme, fragment="#SYR")
    page.evaluate("document.querySelectorAll('#members details').forEach(details => { details.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_hostile_names_of_situations_are_text(monkeypatch, few, report_of, open_report):
    names = dict.fromkeys(aftershock.countries()["country_id"], HOSTILE)
    monkeypatch.setattr("aftershock.report.reasons.country_names", lambda: names)
    monkeypatch.setattr("aftershock.report.page.reasons_payload", lambda f, p, names: reasons_payload(f, p, names={}))
    page = open_report(report_of(few, model="forest:trees=10", targets=["sb"]), fragment="#SYR")
    assert set(page.locator("#near th bdi").all_text_contents()) == {HOSTILE}
    assert page.locator("img").count() == 0
