"""What the page is told: names, numbers, gaps, lists, sentences."""

import json
from dataclasses import replace

import numpy as np
import pytest

from aftershock.errors import UsageError
from aftershock.explanations.members import described
from aftershock.models import make_model, model_names
from aftershock.report import render_report, write_report
from aftershock.report.colours import DARK, LIGHT, MEASURES, bin_of
from aftershock.report.data import forecast_payload, rounded, safe_json
from aftershock.report.glance import glance
from aftershock.report.track import track_payload


def made(panel, model="pool", **options):
    return make_model(model).forecast(panel, **({"draws": 100} | options))


def recorded(payload, target, unit):
    """Read one unit's series back."""
    record = payload["record"]
    out = np.zeros(record["last"] - record["first"] + 1, int)
    pairs = record["counts"][target][unit]
    out[pairs[::2]] = pairs[1::2]
    return out


def test_payload_holds_the_record_unchanged(world, world_forecast):
    payload = forecast_payload(world_forecast, world, target="sb")
    for unit in (0, 57, 133, 190):
        np.testing.assert_array_equal(recorded(payload, "sb", unit), world.series("sb")[unit])
        np.testing.assert_array_equal(recorded(payload, "os", unit), world.series("os")[unit])


def test_payload_holds_the_forecast_to_three_digits(world, world_forecast):
    payload = forecast_payload(world_forecast, world, target="sb")
    cells = payload["cells"]["total"]
    draws = world_forecast.of("total")
    np.testing.assert_allclose(cells["median"], np.median(draws, axis=-1).ravel(), rtol=0.006)
    np.testing.assert_allclose(cells["p_25"], (draws >= 25).mean(axis=-1).ravel(), atol=0.001)
    assert len(safe_json(payload)) < 1_500_000


def test_months_before_statehood_are_gaps_and_not_zeros(make_panel):
    exists = np.ones((1, 20), bool)
    exists[0, 3:6] = False
    panel = make_panel(np.zeros((1, 20)), exists=exists)
    payload = forecast_payload(made(panel), panel, target="sb")
    assert payload["record"]["gaps"] == [[3, 6]]


def test_units_no_list_knows_are_named_by_number(make_panel):
    panel = make_panel(np.full((2, 24), 3), units=(60, 9999))
    units = forecast_payload(made(panel), panel, target="sb")["units"]
    assert units[1] == {"id": 9999, "code": "ID9999", "name": "Country 9999"}
    assert units[0]["code"] == "SDN" or units[0]["name"]


def test_short_lists(make_panel):
    quiet, falling = np.zeros(24), np.full(24, 100)
    quiet[0] = 5
    panel = make_panel(np.stack([quiet, falling]))
    forecast = made(panel)
    draws = forecast.draws.copy()
    draws[:, 0], draws[:, 1] = 4, 10
    payload = forecast_payload(replace(forecast, draws=draws), panel, target="sb")
    assert payload["totals"]["sb"]["list"] == ["rising", "falling"]
    unjoint = forecast_payload(replace(forecast, draws=draws, joint=()), panel, target="sb")
    assert unjoint["totals"]["sb"]["list"] == ["rising", "falling"]
    assert "median" not in unjoint["totals"]["sb"]


def test_without_courses_the_headline_names_the_month_with_the_highest_mean(make_panel):
    panel = make_panel(np.full((1, 24), 3))
    forecast = made(panel, model="negative_binomial", horizons=[1, 3])
    draws = forecast.draws.copy()
    draws[:, :, 1] = 200
    payload = forecast_payload(replace(forecast, draws=draws), panel, target="sb")
    assert payload["totals"]["sb"]["headline"] == [
        "More than a 99 in 100 chance of 100 or more state-based deaths in June 2015, the month with the highest mean; "
        "the last 12 months had 3 a month on average."
    ]


def test_glance_speaks_of_all_and_of_one(world, world_forecast):
    said = glance(forecast_payload(world_forecast, world, target="sb"))
    assert len(said) == 3
    assert all(sentence.endswith(".") for sentence in said)
    assert "of 191 countries have an even or better chance" in said[0]
    syria = world_forecast.select(np.array([220]))
    (sentence,) = glance(forecast_payload(syria, world, target="sb"))
    assert sentence.startswith("Syria: a 4 in 5 chance of 1,000 or more state-based deaths over the next year")


def test_track_record_lists_what_went_wrong_first(record):
    track = track_payload(record, model="pool", names={57: "<b>Ethiopia</b>"})
    misses = track["misses"]["rows"]
    shares = [miss["share"] for miss in misses]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(track["misses"]["share"])
    assert misses[0]["country"] == "<b>Ethiopia</b>"
    assert misses[0]["month"] == "December 2021"
    assert misses[0]["ahead"] == 14
    assert misses[0]["lower"] <= misses[0]["median"] <= misses[0]["upper"] < misses[0]["outcome"] == 113_554
    assert track["overall"][0]["model"] == "pool"
    assert any(cell["best"] for row in track["overall"] for cell in row["cells"])
    assert sum(bar["share"] for bar in track["pit"]) == pytest.approx(1, abs=0.01)


def test_a_track_record_of_another_model_says_so(world, world_forecast, record):
    page = render_report(replace(world_forecast, model="mine"), world, track_record=record)
    assert "The track record is that of <em>pool</em>, not of this page" in page


@pytest.mark.parametrize("name", model_names())
def test_a_model_is_described_in_words_without_markup(name):
    for text in described(name):
        assert text.endswith(".")
        assert "`" not in text


def test_rounded_and_json_know_no_special_numbers():
    assert rounded([-1234.5, 0.00049]) == [-1230, 0.00049]
    assert json.loads(safe_json({"a": "</script><!--\u2028"})) == {"a": "</script><!--\u2028"}
    assert "<" not in safe_json(["</script>", "<!--"])


def test_scales_have_a_colour_for_each_bin_and_one_for_no_deaths():
    for measure in MEASURES.values():
        assert len(measure["edges"]) + 1 == len(measure["labels"]) == len(measure["colours"])
        assert set(measure["colours"]) <= set(LIGHT) == set(DARK)
        assert measure["edges"] == sorted(measure["edges"])
    assert [bin_of("median", v) for v in (0, 1, 5, 25, 100, 300, 1000)] == list(range(7))
    assert bin_of("change", 0) == 3


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"kind": "dyad_id"}, "written for countries"),
        ({"units": np.array([60, 220, 9999])}, "no country_id 9999"),
        ({"targets": ("ns", "os", "total", "sb")}, None),
    ],
)
def test_what_cannot_be_shown_is_refused(make_panel, change, match):
    panel = make_panel(np.ones((3, 24)))
    forecast = replace(made(panel), **change)
    if match is None:
        assert render_report(forecast, panel)
    else:
        with pytest.raises(UsageError, match=match):
            render_report(forecast, panel)


def test_a_target_that_was_not_forecast_is_refused(make_panel):
    panel = make_panel(np.ones((1, 24)))
    with pytest.raises(UsageError, match="this forecast holds os"):
        render_report(made(panel, targets=["os"]), panel)


def test_same_input_same_bytes(tmp_path, world, world_forecast, record, world_report):
    again = tmp_path / "again.html"
    steps = []
    write_report(again, world_forecast, world, track_record=record, progress=lambda *step: steps.append(step))
    assert again.read_bytes() == world_report.read_bytes()
    assert steps[-1] == ("report", 4, 4)
    assert world_report.stat().st_size < 4_000_000
