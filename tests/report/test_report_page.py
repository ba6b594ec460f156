"""The page in a real browser: by mouse and by keyboard, for all eyes, offline, whatever the names are."""

import re
from dataclasses import replace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from aftershock.backtests import backtest
from aftershock.figures import countries
from aftershock.report import data


def fills(page):
    return page.eval_on_selector_all("#map svg path", "paths => paths.map(p => p.getAttribute('fill'))")


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    expect(page.locator("#types-table tbody tr").first).to_be_attached()


def first_country(page):
    return page.locator("#ranking tbody th a").first.inner_text()


def test_slider_moves_the_map(world_report, open_report):
    page = open_report(world_report)
    expect(page.locator("#month-text")).to_have_text("January 2022, forecast")
    before, title = fills(page), page.locator("#map-title").inner_text()
    page.locator("#month").fill("12")
    expect(page.locator("#month-text")).to_have_text("January 2021, recorded")
    expect(page.locator("#map-title")).not_to_have_text(title)
    page.wait_for_function("() => document.querySelector('#map').ariaLabel.includes('January 2021')")
    page.wait_for_timeout(100)
    assert fills(page) != before
    page.locator("#month").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#month-text")).to_have_text("February 2021, recorded")
    assert page.locator("#month").get_attribute("aria-valuetext") == "February 2021, recorded"


def test_map_shows_what_is_chosen(world_report, open_report):
    page = open_report(world_report)
    for choice, entry in (("p_25", "under 1"), ("change", "about the same"), ("mean", "1–4")):
        page.locator("#measure").select_option(choice)
        expect(page.locator("#map-key")).to_contain_text(entry)
        expect(page.locator("#map-key")).to_contain_text("no data")
    page.locator("#world-type").select_option("os")
    expect(page.locator("#map-title")).to_contain_text("one-sided deaths")
    expect(page.locator("#country-type")).to_have_value("os")


def test_no_deaths_and_no_data_look_different(world_report, open_report):
    shown = set(fills(open_report(world_report)))
    assert {"var(--zero)", "url(#missing-map)"} <= shown


def test_map_can_be_clicked_and_tells_what_is_under_the_pointer(world_report, open_report):
    page = open_report(world_report)
    table = countries().set_index("name")
    page.locator("#map").scroll_into_view_if_needed()
    spot = page.evaluate(
        """id => {
            const shape = [...document.querySelectorAll("#map svg path")].find(p => p.dataset.id === String(id));
            const box = shape.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }""",
        int(table.country_id["Australia"]),
    )
    page.mouse.move(*spot)
    expect(page.locator("#tip")).to_have_text("Australia\nJanuary 2022, forecast\n0 deaths")
    page.mouse.click(*spot)
    expect(page.locator("#unit-name")).to_have_text("Australia")
    assert page.url.endswith("#AUS")


def test_table_is_filtered_and_sorted_by_mouse_and_keyboard(world_report, open_report):
    page = open_report(world_report)
    assert first_country(page) == "Afghanistan"
    page.locator("#filter").fill("guinea")
    expect(page.locator("#ranking-count")).to_have_text("4 countries found, 4 shown")
    page.locator("#filter").fill("")
    page.locator("#ranking button", has_text="Country").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#ranking th[aria-sort=ascending]")).to_have_text("Country")
    page.keyboard.press("Enter")  # the focus has stayed
    expect(page.locator("#ranking th[aria-sort=descending]")).to_have_text("Country")
    assert first_country(page) == "Zimbabwe"
    page.locator("#ranking button", has_text="Last 12 months").click()
    assert first_country(page) == "Ethiopia"
    page.locator("#more").click()
    expect(page.locator("#ranking tbody tr")).to_have_count(191)


def test_country_is_chosen_from_list_table_and_address(world_report, open_report):
    page = open_report(world_report, fragment="#SYR")
    expect(page.locator("#unit-name")).to_have_text("Syria")
    headline, fan = page.locator("#headline").inner_text(), page.locator("#fan").inner_html()
    assert re.search(r"chance of .* deaths over the next year", headline)
    page.locator("#unit").select_option("YEM")
    expect(page.locator("#unit-name")).to_have_text("Yemen")
    expect(page.locator("#headline")).not_to_have_text(headline)
    page.wait_for_function("old => document.getElementById('fan').innerHTML !== old", arg=fan)
    assert page.url.endswith("#YEM")
    page.locator("#ranking a", has_text="Somalia").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#unit-name")).to_have_text("Somalia")
    assert page.evaluate("Math.abs(document.getElementById('country').getBoundingClientRect().top) < 60")


def test_past_and_scale_can_be_chosen(world_report, open_report):
    page = open_report(world_report, fragment="#AFG")
    page.locator("#past").select_option("396")
    page.locator("#scale").select_option("symlog")
    expect(page.locator("#fan svg")).to_contain_text("1,000")
    page.locator("#fan-table summary").click()
    expect(page.locator("#fan-table tbody tr")).to_have_count(408)
    page.locator("#unit").select_option("ISL")
    expect(page.locator("#fan-title")).to_contain_text("no state-based deaths")


def test_every_chart_has_words_and_a_table(world_report, open_report):
    page = open_report(world_report)
    for name in ("map", "fan", "types", "scores", "reliability", "coverage", "pit"):
        chart = page.locator("#type-sb" if name == "types" else f"#{name}")
        expect(chart).to_have_role("img")
        assert len(chart.get_attribute("aria-label")) > 20
        page.locator(f"#{name}-table summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#{name}-table tbody tr").nth(1)).to_be_visible()


def test_track_record_follows_its_choices(world_report, open_report):
    page = open_report(world_report)
    expect(page.locator("#misses-table tbody tr")).to_have_count(15)
    before = page.locator("#scores").inner_html()
    page.locator("#score").select_option("ign")
    page.wait_for_function("old => document.getElementById('scores').innerHTML !== old", arg=before)
    page.locator("#threshold").select_option("1000")
    expect(page.locator("#reliability-text")).to_contain_text("1,000 or more")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_page_fits_and_axe_finds_nothing(world_report, open_report, width, scheme):
    page = open_report(world_report, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_dark_pages_are_dark(world_report, open_report):
    def ground(scheme):
        return open_report(world_report, scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")

    assert [ground("light"), ground("dark")] == ["rgb(251, 250, 248)", "rgb(20, 25, 28)"]


def test_page_can_be_printed(world_report, open_report):
    page = open_report(world_report, scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert len(page.pdf(format="A4")) > 50_000


def test_hostile_names_are_text(monkeypatch, small, report_of, open_report):
    names = [
        "<script>alert(1)</script>",
        '</script><img src=x onerror="alert(2)">\'"',
        "\u202eevil\u202c <!-- {{ 7 * 7 }}",
    ]
    honest = data.summarise

    def summarise(forecast, panel):
        table = honest(forecast, panel)
        order = {int(unit): k for k, unit in enumerate(forecast.units)}
        return table.assign(country=[names[order[unit]] for unit in table.country_id])

    monkeypatch.setattr(data, "summarise", summarise)
    record = backtest(small, windows=(2021,), models=("pool", "exactly_zero"), draws=50)
    page = open_report(report_of(small, track_record=record), fragment="#SYR")
    page.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    assert page.locator("#unit-name").text_content() in names
    assert set(page.locator("#ranking tbody th bdi").all_text_contents()) == set(names)
    assert set(page.locator("#unit option").all_text_contents()) == set(names)
    assert set(page.locator("#misses-table th bdi").all_text_contents()) <= set(names)
    open_all(page)
    assert set(page.locator("#map-table th bdi").all_text_contents()) == set(names)
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2 + 3


def test_provisional_months_are_hatched(small, report_of, open_report):
    page = open_report(report_of(small), fragment="#SYR")
    assert page.locator("#fan svg [fill='url(#hatch)']").count() == 4
    expect(page.locator("#fan-key")).to_contain_text("provisional")
    page.locator("#month").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#month-text")).to_have_text("December 2021, recorded, provisional")
    expect(page.locator("#method")).to_contain_text("From September 2021 on the months are provisional")


def test_months_after_the_origin_are_shown_as_what_came(small, report_of, open_report):
    page = open_report(report_of(small, origin=small.last_month - 6), fragment="#SYR")
    expect(page.locator("#fan-key")).to_contain_text("what came")
    page.locator("#fan-table summary").click()
    assert re.match(r"\d", page.locator("#fan-table tbody tr").nth(6).locator("td").first.inner_text())


CASES = {
    "one country": ([220], {}),
    "one month": ([60, 220], {"horizons": [1]}),
    "one country, one month, one type": ([220], {"horizons": [3], "targets": ["total"], "target": "total"}),
    "months apart": ([60, 220], {"horizons": [1, 3, 6]}),
    "far months": ([60, 220, 245], {"horizons": range(3, 15)}),
    "no courses": ([60, 220, 245], {"model": "conflictology"}),
    "two types": ([60, 220, 245], {"targets": ["os", "sb"]}),
    "no deaths": ([60, 220], {"model": "exactly_zero"}),
}


@pytest.mark.parametrize("case", CASES)
def test_small_forecasts_are_shown(world, report_of, open_report, case):
    units, options = CASES[case]
    page = open_report(report_of(world.select(np.array(units)), **options))
    assert page.locator("#track").count() == 0
    assert page.locator("#ranking tbody tr").count() == len(units)
    assert page.locator("#headline").inner_text()
    horizons = list(options.get("horizons", range(1, 13)))
    joint = options.get("model", "pool") != "conflictology"
    assert page.locator("#chances tbody tr").count() == len(horizons) + (len(horizons) > 1 and joint)
    page.locator("#month").focus()
    page.keyboard.press("End")
    expect(page.locator("#month-text")).to_contain_text("forecast")
    page.keyboard.press("Home")
    expect(page.locator("#month-text")).to_have_text("January 2020, recorded")


def test_units_without_an_outline_are_in_the_table(make_panel, report_of, open_report):
    page = open_report(report_of(make_panel(np.full((2, 30), 4), units=(60, 9999))), fragment="#ID9999")
    expect(page.locator("#unit-name")).to_have_text("Country 9999")
    expect(page.locator("#map-note")).to_contain_text("1 country is in the table only")


def test_who_recorded_is_said(small, report_of, open_report):
    own = replace(
        small,
        provenance=replace(
            small.provenance, source="mine.csv", citation="your file mine.csv", notes=("A <b>note</b>.",)
        ),
    )
    page = open_report(report_of(own))
    expect(page.locator(".read")).to_contain_text("as recorded by mine.csv")
    expect(page.locator("#method")).to_contain_text("A <b>note</b>.")
    assert "Uppsala" not in page.locator("body").inner_text()
