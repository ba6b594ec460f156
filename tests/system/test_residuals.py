"""Residuals of the model that made the data are even; of a wrong one, the right sentence is said."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from aftershock.errors import UsageError
from aftershock.figures import embedded_events
from aftershock.streams import StreamRule, build_streams
from aftershock.system.fit import StreamPosterior, System, fit_system
from aftershock.system.kernel import log_probabilities
from aftershock.system.residuals import MATTERS, _at_most, residuals_of
from system_streams import make_streams

DAYS, START, SCALES = 1500, 30, (1.0, 30.0)
BASE = np.array([0.8, 0.6, 0.2])
FEEDS = np.zeros((3, 3, 2))
FEEDS[0, 0] = 0.3, 0.4
FEEDS[1, 1] = 0.0, 0.4
FEEDS[1, 0] = 0.2, 0.0
FEEDS[2, 2] = 0.2, 0.3


def streams_of(counts):
    """Streams "a", "b", … with counts of shape (d, s) from Monday, 2001-01-01 on."""
    return make_streams(counts, names="abcdefgh")


def simulate(rng, *, base=BASE, feeds=FEEDS, delta=0.4, rho=0.2, level=lambda day: 1.0):
    """Counts of the model, day by day; ``level`` multiplies the mean of a day."""
    keep = np.exp(-1 / np.array(SCALES))
    memory, counts, flat = np.zeros((len(base), 2)), np.empty((DAYS, len(base))), feeds.reshape(len(base), -1)
    for day in range(DAYS):
        mean = (base + flat @ memory.ravel()) * level(day)
        over = delta + mean * rho
        counts[day] = rng.negative_binomial(mean / over, 1 / (1 + over))
        memory = keep * memory + (1 - keep) * counts[day][:, None]
    return streams_of(counts)


def system_of(streams, *, base=BASE, feeds=FEEDS, delta=0.4, rho=0.2):
    """The system with these parameters, known for sure."""
    s = len(streams.names)
    targets = tuple(
        StreamPosterior(
            sources=np.arange(s),
            start=START,
            base=np.array([[base[i]]]),
            feeds=np.stack([feeds[i], np.zeros((s, 2))], axis=1)[None],
            delta=np.array([delta]),
            rho=np.array([rho]),
            imputation=np.array([0]),
            taken=1.0,
        )
        for i in range(s)
    )
    return System(streams, targets, "constant", "all", SCALES, np.zeros(s), 1, "test")


def without_feedback(streams):
    counts = streams.counts[0, START:]
    rho = float(np.mean((counts.var(axis=0) / counts.mean(axis=0) - 1.4) / counts.mean(axis=0)))
    return system_of(streams, base=counts.mean(axis=0), feeds=np.zeros_like(FEEDS), rho=max(rho, 0.1))


@pytest.fixture(scope="module")
def right():
    rng = np.random.default_rng(8)
    return [residuals_of(system_of(simulate(rng)), seed=k) for k in range(20)]


def test_places_under_the_model_that_made_the_data_are_even(right):
    places = np.concatenate([one.places[START:].ravel() for one in right])
    assert len(places) == 20 * 3 * (DAYS - START)
    assert stats.kstest(places, "uniform").pvalue > 0.001
    assert all(np.isnan(one.places[:START]).all() for one in right)


@pytest.mark.parametrize("kind", MATTERS)
def test_every_test_keeps_its_level_under_the_model_that_made_the_data(right, kind):
    asked = {"together": np.triu(np.ones((3, 3), bool), 1), "followed": ~np.eye(3, dtype=bool)}.get(kind, slice(None))
    p_values = np.concatenate([one.tests[kind].p_value[asked].ravel() for one in right])
    assert (p_values <= 0.05).sum() <= stats.binom.ppf(0.9999, len(p_values), 0.05)
    middle = 0.56 if kind == "tail" else 0.5  # a number of days: its p-values are coarse, and larger
    assert p_values.mean() == pytest.approx(middle, abs=0.13)


def test_of_the_model_that_made_the_data_next_to_nothing_is_said(right):
    assert sum(bool(one.missed()) for one in right) <= 3


def said(system):
    return " ".join(residuals_of(system).missed())


def test_without_a_flaw_nothing_is_said_and_with_one_only_that(rng):
    streams = simulate(rng)
    assert residuals_of(system_of(streams)).missed() == []
    assert "a: counts vary more around what is expected" in said(system_of(streams, delta=0.0, rho=0.0))
    wide = said(system_of(streams, delta=2.0, rho=0.6))
    assert "a: counts vary less around what is expected" in wide
    assert "vary more" not in wide


def test_missing_feedback_is_said(rng):
    words = said(without_feedback(simulate(rng)))
    assert "a: days above expectation follow each other more often than the model has it (correlation 0." in words


def test_feedback_of_one_stream_on_another_left_out_is_said(rng):
    feeds = np.zeros_like(FEEDS)
    feeds[1, 0, 0] = 0.8
    streams = simulate(rng, feeds=feeds)
    without = system_of(streams, feeds=0 * feeds, base=streams.counts[0].mean(axis=0))
    words = residuals_of(without).missed()
    assert any(one.startswith("The day after a exceeds expectation, b does so more often") for one in words)
    assert not any(one.startswith("The day after b") for one in words)
    assert residuals_of(system_of(streams, feeds=feeds)).missed() == []


def test_the_day_of_the_week_is_said(rng):
    streams = simulate(rng, level=lambda day: 2.0 if day % 7 == 4 else 1.0)
    words = residuals_of(system_of(streams)).missed()
    (one,) = [one for one in words if one.startswith("a: the day of the week")]
    assert "Fridays see 2.0" in one or "Fridays see 1.9" in one


def test_a_drift_of_the_level_is_said(rng):
    feeds = np.zeros_like(FEEDS)
    streams = simulate(rng, feeds=feeds, level=lambda day: 1.4 if day < 700 else 0.7)
    words = said(system_of(streams, feeds=feeds, base=streams.counts[0].mean(axis=0)))
    assert "a: the level drifts; until 2002-1" in words


def test_days_far_too_busy_are_said(rng):
    shown = rng.random(DAYS) < 0.04
    streams = simulate(rng, feeds=0 * FEEDS, delta=0.1, rho=0.05, level=lambda day: 4.0 if shown[day] else 1.0)
    words = said(system_of(streams, feeds=0 * FEEDS, delta=0.1, rho=0.05, base=1.1 * BASE))
    assert "a: days so busy that the model expects them on 1 day in 100 came on" in words


def test_what_streams_have_in_common_on_a_day_is_said(rng):
    day = rng.gamma(2, 0.5, DAYS)
    streams = simulate(rng, feeds=0 * FEEDS, delta=1e-6, rho=1e-6, level=lambda at: day[at])
    words = residuals_of(system_of(streams, feeds=0 * FEEDS, delta=1e-6, rho=0.5)).missed()
    assert [one[:57] for one in words][:1] == ["On the same day, a and b exceed expectation together, whi"]
    assert len(words) == 3


@pytest.mark.parametrize(("delta", "rho"), [(0.0, 0.0), (0.5, 0.0), (0.0, 2.0), (0.7, 0.3)])
def test_chances_of_so_many_at_most_are_sums_of_the_kernels(delta, rho):
    counts = np.arange(60)
    for mean in (1e-6, 0.05, 3.0, 20.0):
        chances = np.exp(log_probabilities(counts, np.full(60, mean), delta, rho)).cumsum()
        assert _at_most(counts, np.full(60, mean), delta, rho) == pytest.approx(chances, abs=1e-8)
    assert (_at_most(counts - 60, np.full(60, 3.0), delta, rho) == 0).all()


def test_only_the_draws_of_the_imputation_looked_at_count(rng):
    streams = simulate(rng)
    system = system_of(streams)
    absurd = tuple(
        replace(
            one,
            base=np.vstack([one.base, 50 * one.base]),
            feeds=np.concatenate([one.feeds, one.feeds]),
            delta=np.repeat(one.delta, 2),
            rho=np.repeat(one.rho, 2),
            imputation=np.array([0, 1]),
        )
        for one in system.targets
    )
    assert np.array_equal(
        residuals_of(system).places, residuals_of(replace(system, targets=absurd)).places, equal_nan=True
    )


def test_the_seed_decides_the_random_part(rng):
    system = system_of(simulate(rng))
    one, same, other = (residuals_of(system, seed=seed).places[START:] for seed in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_a_stream_of_few_events_is_named(rng):
    system = system_of(simulate(rng, base=np.array([1.0, 0.5, 0.003])))
    assert residuals_of(system).untold == ("c",)


def test_pictures_have_their_data(right):
    one = right[0]
    bars = one.histogram("b")
    assert bars.share.sum() == pytest.approx(1)
    assert ((bars.share >= bars.lower) & (bars.share <= bars.upper)).mean() >= 0.7
    dots = one.quantiles("b", points=50)
    assert len(dots) == 50
    assert dots.residual.is_monotonic_increasing
    assert ((dots.residual >= dots.lower) & (dots.residual <= dots.upper)).mean() > 0.7
    line = one.course("b", points=40)
    assert len(line) == 40
    assert line.came.iloc[-1] == one.streams.counts[0, START:, 1].sum()
    assert line.expected.iloc[-1] == pytest.approx(one.mean[START:, 1].sum())
    assert str(line.day.iloc[0])[:10] == "2001-01-31"
    assert len(one.to_frame()) == 3
    with pytest.raises(UsageError, match="a stream must be one of the system's"):
        one.histogram("z")


def test_residuals_of_a_fitted_war():
    rule = StreamRule(least_events=3000)
    streams = build_streams(embedded_events(["Syria"]), rule=rule, first="2016-01-01", until="2016-12-31")
    residuals = residuals_of(fit_system(streams, draws=10))
    frame = residuals.to_frame()
    assert (frame.days + np.isnan(residuals.places).sum(axis=0) == len(streams.days)).all()
    assert frame.spread_size.abs().max() < 0.2
    assert not residuals.tests["shape"].matters.any()
    assert (frame.told > 0.05).all()
