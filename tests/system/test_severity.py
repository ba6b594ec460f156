"""Deaths per event: known truth is found again, and no draw breaks a rule whatever the record holds."""

import math
import time

import numpy as np
import pytest

from aftershock.errors import DataError, UsageError
from aftershock.system.severity import (
    MOST_DEATHS,
    PARAMETERS,
    Severity,
    Sums,
    death_probability,
    draw_events,
    event_at,
    fit_severity,
    sums_of_days,
)

TRUTH = np.array([0.08, 1.2, 1.1, -1.0, -0.4, -1.5, 0.5, 1.5])


def draw_record(row, number, rng):
    """Events of one stream, one per row: deaths, civilians."""
    return np.array([draw_events(row, 1, rng) for _ in range(number)], np.int64)


def one_each(events, stream=None):
    stream = np.zeros(len(events), np.int64) if stream is None else stream
    return Sums(np.ones(len(events), np.int64), events[:, 0], events[:, 1], stream, np.zeros(len(events)))


def days_of(events, size):
    """Sums over ``size`` events each."""
    total = events.reshape(-1, size, 2).sum(axis=1)
    n = len(total)
    return Sums(np.full(n, size, np.int64), total[:, 0], total[:, 1], np.zeros(n, np.int64), np.zeros(n))


def fit(sums, streams=1, draws=200, seed=1, **options):
    pool = options.pop("pool", np.zeros(streams, int))
    return fit_severity(
        sums, pool, half_life=options.pop("half_life", None), draws=draws, rng=np.random.default_rng(seed)
    )


@pytest.fixture(scope="module")
def events():
    return draw_record(TRUTH, 3000, np.random.default_rng(5))


def test_known_parameters_are_found_from_events(events):
    made = fit(one_each(events)).parameters[0]
    off = (made.mean(axis=1) - TRUTH) / made.std(axis=1)
    assert np.abs(off).max() < 3.5, dict(zip(PARAMETERS, off.round(1), strict=True))
    assert np.abs(made.mean(axis=1) - TRUTH)[:3].max() < 0.1


@pytest.mark.parametrize("size", [2, 5])
def test_known_parameters_are_found_from_day_sums(events, size):
    made = fit(days_of(events, size), draws=400).parameters[0]
    off = (made.mean(axis=1) - TRUTH) / made.std(axis=1)
    assert np.abs(off).max() < 3.5, dict(zip(PARAMETERS, off.round(1), strict=True))


def test_dealing_sums_out_evenly_would_lose_the_spread(events):
    even = np.repeat(np.stack([events.reshape(-1, 5, 2)[:, :, 0].sum(1) // 5] * 2, axis=1), 5, axis=0)
    even[:, 1] = 0
    assert fit(one_each(even)).parameters[0, 2].mean() < 0.8 * TRUTH[2]
    assert abs(fit(days_of(events, 5)).parameters[0, 2].mean() - TRUTH[2]) < 0.12


@pytest.mark.parametrize("size", [1, 4])
def test_intervals_of_the_mean_cover(size):
    rng = np.random.default_rng(11)
    truth = float(Severity(TRUTH[None, :, None], np.ones(1)).mean()[0, 0])
    inside = 0
    for repeat in range(60):
        made = fit(days_of(draw_record(TRUTH, 160, rng), size), draws=150, seed=repeat).mean()[0]
        low, high = np.quantile(made, [0.1, 0.9])
        inside += low <= truth <= high
    assert 0.65 < inside / 60 < 0.95


def test_mean_is_the_sum_over_all_sizes():
    rows = np.array([TRUTH, [0.3, -3, 2, 0, 0, 0, 0, 1], [0.05, 2, 3, 0, 0, 0, 0, 1], [0.0, 6, 0.2, 0, 0, 0, 0, 1]])
    sizes = np.arange(MOST_DEATHS + 1)
    for row, mean in zip(rows, Severity(rows[:, :, None], np.ones(4)).mean()[:, 0], strict=True):
        mass = np.array([death_probability(row, k) for k in sizes])
        assert mass.sum() == pytest.approx(1, abs=1e-9)
        assert mean == pytest.approx(float(mass @ sizes), rel=1e-5)


def test_events_have_the_probabilities_they_are_given():
    u = (np.arange(200_000) + 0.5) / 200_000
    deaths = np.array([event_at(TRUTH, x, 0.5, 0.5)[0] for x in u])
    assert (np.diff(deaths) >= 0).all(), "more deaths the larger the uniform"
    for k in range(40):
        assert (deaths == k).mean() == pytest.approx(death_probability(TRUTH, k), abs=2e-5)


def test_same_uniforms_same_event():
    assert event_at(TRUTH, 0.99, 0.9, 0.3) == event_at(TRUTH.copy(), 0.99, 0.9, 0.3)
    assert death_probability(TRUTH, -1) == 0
    assert death_probability(TRUTH, MOST_DEATHS + 1) == 0


def test_same_seed_same_draws(events):
    sums = days_of(events[:300], 3)
    a, b = fit(sums), fit(sums)
    np.testing.assert_array_equal(a.parameters, b.parameters)
    counts = np.full((5, 1), 7)
    one, two = (a.draw(counts, draw=3, rng=np.random.default_rng(2)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(fit(sums, seed=2).parameters, a.parameters)


EXTREME = {
    "no events": np.zeros((0, 2), np.int64),
    "one event": np.array([[4, 1]]),
    "all zeros": np.zeros((200, 2), np.int64),
    "all alike": np.full((50, 2), 3),
    "one huge": np.array([[1, 0]] * 30 + [[MOST_DEATHS, 7]]),
    "all at the cap": np.full((20, 2), MOST_DEATHS),
}


@pytest.mark.parametrize("name", EXTREME)
def test_any_record_gives_draws_within_the_rules(name, rng):
    made = fit(one_each(EXTREME[name]))
    assert np.isfinite(made.parameters).all()
    mean = made.mean()
    assert (mean >= 0).all()
    assert (mean <= MOST_DEATHS).all()
    for draw in range(0, 200, 20):
        deaths, civilians = made.draw(np.full((50, 1), 20), draw=draw, rng=rng)
        assert (civilians >= 0).all()
        assert (civilians <= deaths).all()
        assert (deaths <= 20 * MOST_DEATHS).all()


def test_all_zeros_forecast_hardly_any_deaths():
    assert np.median(fit(one_each(EXTREME["all zeros"])).parameters[0, 0]) > 0.95


def test_a_huge_sum_is_taken_apart():
    sums = Sums(np.array([3]), np.array([30_000]), np.array([9_000]), np.array([0]), np.zeros(1))
    assert np.isfinite(fit(sums, draws=20).parameters).all()


def test_small_streams_borrow_from_their_pool():
    rng = np.random.default_rng(3)
    rows = [TRUTH + np.eye(8)[1] * shift for shift in (-0.2, 0.0, 0.2, 0.1)]
    small = TRUTH + np.eye(8)[1] * 0.05
    record = [draw_record(row, 400, rng) for row in rows] + [draw_record(small, 5, rng)]
    stream = np.repeat(np.arange(5), [len(r) for r in record])
    made = fit(one_each(np.concatenate(record), stream), pool=np.zeros(6, int))
    alone = fit(one_each(record[-1]))
    together, apart = made.parameters[4, 1], alone.parameters[0, 1]
    assert together.std() < apart.std()
    assert abs(together.mean() - 1.2) < 0.5
    unseen = made.parameters[5, 1]
    assert abs(unseen.mean() - 1.2) < 0.4
    assert unseen.std() > made.parameters[0, 1].std()
    assert made.weight.tolist() == [400, 400, 400, 400, 5, 0]


def test_pools_do_not_mix():
    rng = np.random.default_rng(4)
    large, small = TRUTH + 2 * np.eye(8)[1], TRUTH - np.eye(8)[1]
    record = [draw_record(large, 400, rng), draw_record(small, 400, rng)]
    made = fit(one_each(np.concatenate(record), np.repeat([0, 1], 400)), pool=np.array([0, 1, 0, 1]))
    assert made.parameters[2, 1].mean() > made.parameters[3, 1].mean() + 0.8


def test_one_sided_violence_kills_civilians():
    record = np.array([[k, k] for k in range(1, 60)])
    deaths, civilians = fit(one_each(record)).draw(np.full((100, 1), 50), draw=10, rng=np.random.default_rng(1))
    assert civilians.sum() > 0.85 * deaths.sum()


def test_old_events_count_less():
    rng = np.random.default_rng(6)
    record = np.concatenate([draw_record(TRUTH + 2 * np.eye(8)[1], 300, rng), draw_record(TRUTH, 300, rng)])
    age = np.repeat([2000.0, 0.0], 300)
    sums = Sums(np.ones(600, int), record[:, 0], record[:, 1], np.zeros(600, int), age)
    recent, alike = fit(sums, half_life=365.0), fit(sums)
    assert abs(recent.parameters[0, 1].mean() - 1.2) < 0.3
    assert alike.parameters[0, 1].mean() > 1.8
    assert recent.weight[0] == pytest.approx(300 + 300 * 0.5 ** (2000 / 365))


def test_sums_of_days_keep_days_with_events():
    counts = np.array([[1, 0], [0, 2], [0, 0]])
    sums = sums_of_days(counts, 3 * counts, counts)
    assert sums.counts.tolist() == [1, 2]
    assert sums.stream.tolist() == [0, 1]
    assert sums.age.tolist() == [2, 1]


def test_a_million_events_are_drawn_fast(events):
    made = fit(one_each(events[:200]), draws=20)
    made.draw(np.ones((1, 1), int), draw=0, rng=np.random.default_rng(1))
    start = time.perf_counter()
    deaths, _ = made.draw(np.full((1000, 1), 1000), draw=0, rng=np.random.default_rng(1))
    assert time.perf_counter() - start < 5, "about 0.15 s; a guard against a fall out of compiled code"
    assert deaths.mean() / 1000 == pytest.approx(made.mean()[0, 0], rel=0.05)


def test_shapes_of_draws_follow_the_counts(rng):
    made = Severity(np.stack([TRUTH, TRUTH])[:, :, None], np.ones(2))
    for shape in [(2,), (7, 2), (3, 4, 2)]:
        deaths, civilians = made.draw(np.ones(shape, int), draw=0, rng=rng)
        assert deaths.shape == civilians.shape == shape
        assert deaths.dtype == np.int64
    assert made.draw(np.zeros((9, 2), int), draw=0, rng=rng)[0].sum() == 0


@pytest.mark.parametrize(
    ("counts", "deaths", "civilians", "text"),
    [
        ([1], [3], [4], "no more civilians than deaths; found 1 sums"),
        ([1], [MOST_DEATHS + 1], [0], "at most 100,000 deaths"),
        ([0], [0], [0], "a sum over no events"),
        ([1], [-1], [0], "deaths"),
        ([1, 1], [1], [0], "shape"),
    ],
)
def test_sums_that_cannot_be(counts, deaths, civilians, text):
    arrays = (np.array(a) for a in (counts, deaths, civilians))
    with pytest.raises(DataError, match=text):
        Sums(*arrays, np.zeros(len(deaths), int), np.zeros(len(deaths)))


@pytest.mark.parametrize(
    ("pool", "options"), [([], {}), ([0], {"half_life": 0.0}), ([0], {"draws": 0}), ([0], {"half_life": math.nan})]
)
def test_arguments_that_cannot_be(pool, options, rng):
    with pytest.raises(UsageError, match="half-life|pool"):
        fit_severity(one_each(EXTREME["one event"]), np.array(pool, int), rng=rng, **options)
