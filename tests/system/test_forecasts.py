"""A system's forecast: whole months, what was seen of a broken one, units that fit the streams, and scores like any other's."""

import numpy as np
import pytest

from aftershock.errors import DataError, UsageError
from aftershock.months import month_id
from aftershock.scores import score
from aftershock.system.forecasts import forecast_system, last_whole_month, outcomes_of, summed_forecast
from aftershock.system.simulate import simulate_system
from system.test_simulate import FEEDS, make_streams, make_system, still


def small_system(*, days=450, first="2017-01-01", imputations=1, s=2, **named):
    rng = np.random.default_rng(4)
    counts = rng.poisson(0.5, (imputations, days, s))
    streams = make_streams(counts, first=first, **named)
    return make_system(FEEDS[:s, :s], [0.3, 0.6][:s], streams=streams, draws=2 * imputations)


def made_of(system, **options):
    return forecast_system(system, **({"months": 3, "draws": 50, "opening": still(system)} | options))


def test_a_record_that_ends_with_a_month_is_forecast_from_the_next():
    system = small_system(days=365)
    forecast = made_of(system, months=14)
    assert forecast.origin == month_id(2017, 12) == last_whole_month(system.streams)
    assert forecast.months.tolist() == list(range(month_id(2018, 1), month_id(2019, 3)))
    assert forecast.joint == ("target", "unit", "month")
    assert forecast.units.tolist() == [220]
    np.testing.assert_array_equal(forecast.of("total"), sum(forecast.of(t) for t in ("sb", "ns", "os")))
    assert not forecast.of("os").any()
    assert not any("what was seen" in note for note in forecast.provenance.notes)
    assert any("A stream has at most" in note for note in forecast.provenance.notes)


def test_a_broken_month_is_what_was_seen_and_what_is_simulated():
    system = small_system(days=31 + 28 + 5, imputations=2)
    forecast = made_of(system)
    assert forecast.origin == month_id(2017, 2)
    assert forecast.months[0] == month_id(2017, 3)
    paths = simulate_system(system, days=31 - 5 + 61, draws=50, bins="month", opening=still(system))
    assert (paths.first_day + paths.edges[-1]).astype("datetime64[D]") == np.datetime64("2017-06-01")
    imputation = system.targets[0].imputation[paths.which]
    seen = system.streams.deaths[imputation, 59:64].sum(axis=(1, 2))
    assert len(np.unique(seen)) > 1
    np.testing.assert_array_equal(forecast.of("total")[0, 0], paths.deaths[:, 0].sum(axis=1) + seen)
    np.testing.assert_array_equal(forecast.of("total")[0, 1:].T, paths.deaths[:, 1:].sum(axis=2))
    assert any("2017-03 is what was seen of it until 2017-03-05" in note for note in forecast.provenance.notes)


def test_streams_are_units_too():
    system = small_system(countries=(652, 645))
    forecast = made_of(system, by="stream")
    assert (forecast.kind, forecast.units.tolist(), forecast.targets) == ("stream_id", [1, 2], ("total",))
    by_country = made_of(system)
    assert by_country.units.tolist() == sorted(by_country.units)
    places = dict(zip([652, 645], forecast.of("total"), strict=True))
    names = {220: 652}
    for unit, draws in zip(by_country.units.tolist(), by_country.of("total"), strict=True):
        np.testing.assert_array_equal(draws, places[names.get(unit, 645)])
    assert any("1 stream 0; 2 stream 1" in note for note in forecast.provenance.notes)


def test_streams_of_several_types_have_a_total_alone():
    system = small_system()
    from dataclasses import replace

    one, two = system.streams.streams
    mixed = replace(system.streams, streams=(replace(one, types=("sb", "os")), two))
    forecast = made_of(replace(system, streams=mixed))
    assert forecast.targets == ("total",)
    assert any("1 streams mix types" in note for note in forecast.provenance.notes)


def test_a_forecast_is_scored_by_what_came():
    whole = small_system(days=600).streams
    system = make_system(FEEDS, [0.3, 0.6], streams=whole.until("2018-03-31"), draws=4)
    for by, target in (("country", "total"), ("country", "sb"), ("stream", "total")):
        forecast = made_of(system, by=by)
        outcomes = outcomes_of(whole, by=by, target=target)
        scores = score(forecast, outcomes, target=target)
        assert len(scores) == 3 * len(forecast.units)
        assert scores.unscored == 0
        assert np.isfinite(scores.values["crps"]).all()


def test_outcomes_hold_whole_months_and_every_death():
    streams = small_system(days=120, first="2017-01-15", imputations=2).streams
    outcomes = outcomes_of(streams)
    assert outcomes.index.get_level_values(0).tolist() == [month_id(2017, 2), month_id(2017, 3), month_id(2017, 4)]
    february = slice(17, 17 + 28)
    assert outcomes.iloc[0] == np.rint(streams.deaths[:, february].sum() / 2)
    types = [outcomes_of(streams, target=t).sum() for t in ("sb", "ns", "os")]
    assert abs(sum(types) - outcomes.sum()) <= 3
    assert outcomes_of(streams, [month_id(2017, 3), month_id(2030, 1)]).size == 1
    with pytest.raises(DataError, match="a month that is asked for, whole"):
        outcomes_of(streams, [month_id(2017, 5)])
    with pytest.raises(UsageError, match="these streams hold total"):
        outcomes_of(streams, by="stream", target="sb")


def test_what_cannot_be_forecast_is_said():
    system = small_system()
    from dataclasses import replace

    one, two = system.streams.streams
    wide = replace(system, streams=replace(system.streams, streams=(replace(one, countries=(645, 652)), two)))
    with pytest.raises(UsageError, match=r"streams of one country each; found 1 of several.*\n  stream 0: 645, 652"):
        made_of(wide)
    assert made_of(wide, by="stream").units.tolist() == [1, 2]
    lost = replace(system, streams=replace(system.streams, streams=(replace(one, countries=(1,)), two)))
    with pytest.raises(UsageError, match="Gleditsch–Ward 1"):
        made_of(lost)
    with pytest.raises(UsageError, match="by country or stream; found 'cell'"):
        made_of(system, by="cell")
    for months in (0, 37, True):
        with pytest.raises(UsageError, match="1 to 36 months ahead"):
            made_of(system, months=months)
    with pytest.raises(UsageError, match="an origin must lie within the data"):
        system.streams.until("2031-01-01")
    for paths in (
        simulate_system(system, days=20, draws=3, bins="month", opening=still(system)),
        simulate_system(system, days=61 + 6, draws=3, bins="day", opening=still(system)),
    ):
        with pytest.raises(UsageError, match="added up by month, to the end of a month"):
            summed_forecast(system, paths)
