import datetime as dt

import numpy as np
import pytest

import aftershock
from aftershock.errors import UsageError
from aftershock.workflow import find_countries, load_panel, parse_horizons, split_countries, track_record


@pytest.mark.parametrize("text", ["14-3", "", "a", "1-", "-3", "1..3", "1.5", "1,,2", "٣x"])
def test_horizons_must_be_months_in_order(text):
    with pytest.raises(UsageError, match="horizons must be months ahead, in order"):
        parse_horizons(text)


def test_a_huge_range_is_refused_before_it_is_made():
    with pytest.raises(UsageError, match="horizons must lie between 1 and 36"):
        parse_horizons("1-999999999999")


@pytest.mark.parametrize(
    ("name", "nearest"), [("Syira", "Syria"), ("SYA", "SYR"), ("Untied Kingdom", "United Kingdom")]
)
def test_unknown_countries_get_the_nearest_name(name, nearest):
    with pytest.raises(UsageError, match=f"Did you mean {nearest}"):
        find_countries([name])


def test_embedded_figures_are_used_where_the_store_is_empty():
    assert load_panel().provenance.source == "embedded figures"


def test_as_of_needs_a_store():
    with pytest.raises(UsageError, match="--as-of needs stored vintages.*aftershock pull"):
        load_panel(as_of=dt.date(2020, 1, 1))


def test_countries_are_chosen_after_the_forecast(world):
    every = aftershock.forecast(world, horizons=[1], draws=40)
    one = aftershock.forecast(world, horizons=[1], draws=40, countries=["SYR"])
    assert np.array_equal(one.draws[:, 0], every.draws[:, every.units == 220][:, 0])


def test_countries_not_in_the_panel_are_refused(make_panel):
    with pytest.raises(
        UsageError, match="countries asked for must have figures at the origin; found none of country_id 133 in"
    ):
        aftershock.forecast(make_panel([[1, 2]]), countries=["Afghanistan"])


def test_what_a_forecast_cannot_rest_on_is_said(world, make_panel):
    made = aftershock.forecast(world, origin="2005-12", horizons=[1], draws=5)
    assert len(made.units) == 187
    assert (
        "Not forecast, for there are no figures of them in 2005-12: Montenegro, Kosovo, Serbia, South Sudan."
        in made.provenance.notes
    )
    short = aftershock.forecast(make_panel([[1, 2, 3]]), draws=5)
    assert short.provenance.notes == ("Only 3 months of past are known; the default model is meant for 12.",)
    totals = aftershock.summarise_totals(aftershock.forecast(make_panel([[1, 2, 3]]), draws=5), make_panel([[1, 2, 3]]))
    assert (
        "than in the past 3 months on record (6)" in totals.headline[0]
        or "as in the past 3 months on record (6)" in totals.headline[0]
    )


@pytest.mark.parametrize("name", ["DR Congo", "COD", 167, "congo, drc"])
def test_a_country_has_many_names(name):
    assert find_countries([name] if name != "congo, drc" else split_countries(name)).tolist() == [167]


def test_a_short_past_has_no_track_record(make_panel):
    assert track_record(make_panel(np.ones((1, 20)))) is None
