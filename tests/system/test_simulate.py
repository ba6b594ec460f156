"""Simulated futures: one day is what was fitted, the long run what algebra says, and nothing runs away or depends on threads."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from aftershock.contract import Provenance, Stream, Streams
from aftershock.errors import UsageError
from aftershock.system import daily, simulate
from aftershock.system.fit import StreamPosterior, System, fit_system
from aftershock.system.kernel import FLOOR, log_probabilities
from aftershock.system.memory import Memory
from aftershock.system.opening import Opening, opening_of, severity_of
from aftershock.system.phase import LEVELS, follow_level
from aftershock.system.severity import PARAMETERS, Severity
from aftershock.system.simulate import Assumptions, bin_days, simulate_system
from aftershock.system.variants import FITS, level_weights

SCALES = (1.0, 7.0, 30.0, 120.0)


def make_streams(counts, *, first="2017-01-01", deaths=2, civilians=1, countries=(652,), types=("sb", "ns", "os")):
    """Streams of known counts, shape (days, s) or (imputations, days, s), with the same deaths at every event."""
    counts = np.asarray(counts, np.int32)
    counts = counts[None] if counts.ndim == 2 else counts
    s = counts.shape[2]
    made = tuple(
        Stream(f"stream {k}", (f"actor {k}", "state"), (types[k % len(types)],), (countries[k % len(countries)],))
        for k in range(s)
    )
    return Streams(
        streams=made,
        first_day=np.datetime64(first),
        counts=counts,
        deaths=counts * deaths,
        civilians=counts * civilians,
        losses=np.zeros((*counts.shape, 2), np.int32),
        size=(counts * np.log1p(deaths)).astype(np.float32),
        harm=(counts * np.log1p(civilians)).astype(np.float32),
        present=np.ones(counts.shape[1:], bool),
        kin=(),
        left_out={},
        ranged=0,
        provenance=Provenance("test", "test", "test"),
    )


def make_system(feeds, base, *, delta=0.5, rho=0.1, past=None, streams=None, draws=1):
    """A system of known parameters; ``feeds`` of shape (s, s) act within seven days, or (s, s, channels, scales)."""
    feeds = np.asarray(feeds, float)
    s = len(feeds)
    if feeds.ndim == 2:
        whole = np.zeros((s, s, 2, len(SCALES)))
        whole[:, :, 0, 1] = feeds
        feeds = whole
    if streams is None:
        past = np.random.default_rng(1).poisson(0.5, (400, s)) if past is None else past
        streams = make_streams(past)
    targets = tuple(
        StreamPosterior(
            sources=np.arange(s),
            start=10,
            base=np.full((draws, 1), base[k]),
            feeds=np.repeat(feeds[k][None], draws, axis=0),
            delta=np.full(draws, delta),
            rho=np.full(draws, rho),
            imputation=np.arange(draws) * len(streams.counts) // draws,
            taken=1.0,
        )
        for k in range(s)
    )
    return System(streams, targets, "constant", "all", SCALES, Memory.of(streams).harm_unit, 1, "test")


def flat_severity(streams, *, deaths=4.0):
    """Every event has about so many deaths, half of them civilians or so."""
    row = np.zeros(len(PARAMETERS))
    row[:] = (0.1, np.log(deaths), 0.3, -1.0, 0.0, 0.0, 0.0, 1.0)
    return Severity(np.tile(row[None, :, None], (streams, 1, 1)), np.ones(streams))


def still(system, severity=None):
    """Where a simulation begins, every level at one."""
    memories = [Memory.of(system.streams, k) for k in range(len(system.streams.counts))]
    levels = np.full((len(memories), len(system.names), len(LEVELS)), 1e6)
    return Opening(
        memory=np.array([m.sums[-1] for m in memories]),
        harm_unit=np.array([m.harm_unit for m in memories]),
        weights=np.full(levels.shape[1:], 1 / len(LEVELS)),
        shape=levels,
        rate=levels,
        severity=severity or flat_severity(len(system.names)),
    )


def simulated(system, **options):
    """Futures whose phase and severity stand still, if nothing else is said."""
    given = {"phase": "steady", "drift": 0.0, "wander": 0.0, "cap": 10_000, "total": 1_000_000}
    assumed = Assumptions(**(given | {name: options.pop(name) for name in list(options) if name in given}))
    return simulate_system(
        system, **({"days": 1, "draws": 4000, "opening": still(system), "assumptions": assumed} | options)
    )


FEEDS = np.array([[0.4, 0.2], [0.1, 0.3]])


def test_one_day_is_what_was_fitted():
    """Mean, variance and every probability of the first day are the fitted likelihood's."""
    system = make_system(FEEDS, [0.3, 6.0], delta=1.2, rho=0.3)
    paths = simulated(system, draws=20_000)
    memory = Memory.of(system.streams)
    for s in range(2):
        features = memory.features(np.arange(2), slice(400, 401))
        mean = float((system.targets[s].base[0] + features @ system.targets[s].feeds[0].ravel())[0] + FLOOR)
        counts = paths.counts[:, 0, s]
        variance = mean * 2.2 + mean**2 * 0.3
        assert abs(counts.mean() - mean) < 5 * np.sqrt(variance / 20_000)
        assert counts.var() == pytest.approx(variance, rel=0.1)
        values = np.arange(8)
        expected = np.exp(log_probabilities(values, np.full(8, mean), 1.2, 0.3))
        seen = (counts[:, None] == values).mean(axis=0)
        assert np.all(np.abs(seen - expected) < 5 * np.sqrt(expected / 20_000) + 1e-4)


@pytest.mark.parametrize(
    ("mean", "over"),
    [
        (1e-6, 0.5),
        (0.05, 0.0),
        (3.0, 1e-9),
        (3.0, 2.5),
        (19.9, 6.0),
        (40.0, 3.0),
        (60.0, 0.0),
        (900.0, 0.0),
        (900.0, 40.0),
    ],
)
def test_counts_are_quantiles_of_the_negative_binomial(mean, over):
    law = stats.poisson(mean) if over < 1e-7 else stats.nbinom(mean / over, 1 / (1 + over))
    uniforms = np.linspace(0.0005, 0.9995, 1000)
    found = np.array([daily._count_at(u, mean, over, 1e5) for u in uniforms])
    assert np.array_equal(found, np.maximum(law.ppf(uniforms), 0))
    assert daily._count_at(1 - 2.0**-53, mean, over, 1e5) < mean + 40 * law.std() + 40
    assert daily._count_at(0.9999, 1e4, 1.0, 50.0) > 50 == daily._count_at(0.9999, 45.0, 9.0, 49.0)


def test_uniforms_of_days_streams_and_places_are_alike_and_apart():
    values = np.array(
        [
            daily._uniform(np.uint64(daily._state(np.uint64(7), day, s)), place)
            for day in range(50)
            for s in range(20)
            for place in range(9)
        ]
    )
    assert len(np.unique(values)) == len(values)
    assert stats.kstest(values, "uniform").pvalue > 1e-3
    cube = values.reshape(50, 20, 9)
    for one, other in ((cube[1:], cube[:-1]), (cube[:, 1:], cube[:, :-1]), (cube[:, :, 1:], cube[:, :, :-1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 4 / np.sqrt(one.size)


def test_the_long_run_is_the_base_over_one_less_the_feeds():
    system = make_system(FEEDS, [0.3, 0.6], delta=0.2, rho=0.0, past=np.zeros((400, 2)))
    paths = simulated(system, days=400, draws=1500, bins=np.repeat([0, 1], [200, 200]))
    expected = np.linalg.solve(np.eye(2) - FEEDS, [0.3, 0.6]) * 200
    mean, error = paths.counts[:, 1].mean(axis=0), paths.counts[:, 1].std(axis=0) / np.sqrt(1500)
    assert np.all(np.abs(mean - expected) < 5 * error)
    assert not paths.capped.any()
    assert "no draw reached that" in paths.notes[0]


def test_history_carries_over():
    """Expected events from a burst yesterday follow its decaying memory, day by day."""
    past = np.zeros((400, 1), int)
    past[-1] = 30
    system = make_system([[0.5]], [0.0], past=past)
    paths = simulated(system, days=40, draws=4000)
    keep, memory, expected = np.exp(-1 / 7), 30 * (1 - np.exp(-1 / 7)), []
    for _ in range(40):
        expected.append(0.5 * memory)
        memory = keep * memory + (1 - keep) * expected[-1]
    error = paths.counts[:, :, 0].std(axis=0) / np.sqrt(4000)
    assert np.all(np.abs(paths.counts[:, :, 0].mean(axis=0) - expected) < 5 * error + 1e-3)


def test_harm_feeds_by_its_mark_over_the_average():
    feeds = np.zeros((1, 1, 2, 4))
    feeds[0, 0, 1, 0] = 0.6
    system = make_system(feeds, [1.0], delta=0.0, rho=0.0, past=np.zeros((400, 1), int))
    unit = 0.8
    row = flat_severity(1)
    opening = replace(still(system, row), harm_unit=np.full((1, 1), unit))
    drawn = row.draw(np.ones((20_000, 1), int), draw=0, rng=np.random.default_rng(2))[1]
    paths = simulated(system, days=100, draws=3000, opening=opening, bins=np.repeat([0, 1], [30, 70]))
    expected = 70 / (1 - 0.6 * np.log1p(drawn).mean() / unit)
    assert paths.counts[:, 1].mean() == pytest.approx(expected, rel=0.03)


def test_the_mark_is_read_from_the_record():
    streams = make_streams(np.ones((300, 1), int), civilians=2)
    assert simulate._mark_of(streams) == (0.0, np.inf)
    power = Streams(**{**vars(streams), "harm": (streams.civilians.astype(float) ** 0.5).astype(np.float32)})
    assert simulate._mark_of(power)[0] == pytest.approx(0.5, abs=1e-3)
    none = Streams(**{**vars(streams), "harm": np.zeros_like(streams.harm)})
    assert simulate._mark_of(none) == (0.0, np.inf)


def test_a_seed_gives_the_same_futures_on_any_number_of_threads(monkeypatch):
    system = make_system(FEEDS, [0.3, 0.6], draws=7)
    monkeypatch.setattr(simulate.config, "NUMBA_NUM_THREADS", 1)
    one = simulated(system, days=50, draws=40)
    monkeypatch.setattr(simulate.config, "NUMBA_NUM_THREADS", 5)
    five = simulated(system, days=50, draws=40)
    other = simulated(system, days=50, draws=40, seed=2)
    for name in ("counts", "deaths", "civilians", "which"):
        np.testing.assert_array_equal(getattr(one, name), getattr(five, name))
    assert not np.array_equal(one.counts, other.counts)
    assert set(one.which) == set(range(7))
    assert set(simulated(system, draws=3).which) <= set(range(7))


def test_bins_add_up_to_days():
    system = make_system(FEEDS, [0.3, 0.6], draws=5)
    days, months, all_ = (simulated(system, days=75, draws=30, bins=bins) for bins in ("day", "month", "all"))
    assert months.edges[-1] == 75
    for name in ("counts", "deaths", "civilians"):
        whole = getattr(days, name)
        np.testing.assert_array_equal(np.add.reduceat(whole, months.edges[:-1], axis=1), getattr(months, name))
        np.testing.assert_array_equal(whole.sum(axis=1, keepdims=True), getattr(all_, name))
    assert (days.civilians <= days.deaths).all()
    assert [str(day)[8:] for day in months.starts[1:]] == ["01"] * (len(months.edges) - 2)


def test_a_supercritical_system_stops_at_the_cap_and_says_so():
    system = make_system([[3.0]], [2.0], past=np.full((400, 1), 3))
    paths = simulated(system, days=900, draws=20, cap=50)
    assert paths.capped.all()
    assert paths.counts.max() == 50
    assert "20 of 20 draws reached that" in paths.notes[0]
    total = simulated(system, days=900, draws=20, total=2000, cap=30)
    assert total.capped.all()
    assert (total.counts.sum(axis=(1, 2)) > 2000).all()
    assert total.counts.max() <= 30
    assert (total.counts[:, -1] == total.counts[:, -2]).all()
    worst = simulated(
        system,
        days=400,
        draws=4,
        opening=still(system, flat_severity(1, deaths=1e5)),
        cap=100_000,
        total=100_000,
        bins="all",
    )
    assert (worst.deaths > 0).all()


def test_levels_by_variant_add_up():
    weights = np.random.default_rng(1).dirichlet(np.ones(len(FITS) * len(LEVELS)))
    by_level = weights.reshape(len(FITS), len(LEVELS)).sum(axis=0)
    np.testing.assert_allclose(level_weights(weights), by_level)
    assert level_weights(np.repeat(weights, 3) / 3).sum() == pytest.approx(1.0)


def test_the_opening_holds_memory_trust_and_the_level_that_was_followed():
    quiet_then_loud = np.r_[np.random.default_rng(3).poisson(0.3, (380, 1)), np.full((20, 1), 4)]
    system = make_system([[0.0]], [0.4], streams=make_streams([quiet_then_loud, quiet_then_loud]), draws=2)
    opening = opening_of(system)
    assert opening.weights.sum(axis=1) == pytest.approx(1.0)
    np.testing.assert_allclose(opening.memory[1], Memory.of(system.streams, 1).sums[-1])
    for n, level in enumerate(LEVELS):
        mean = np.full(390, 0.4 + FLOOR)
        shape, rate = follow_level(quiet_then_loud[10:, 0], mean, level.keep, level.prior)
        assert opening.shape[0, 0, n] == pytest.approx(shape[-1])
        assert opening.rate[0, 0, n] == pytest.approx(rate[-1])


@pytest.mark.parametrize("phase", ["fading", "moving", "steady"])
def test_levels_go_back_to_one(phase):
    """A level of three fades at its pace; where it moves on, its mean does, and its variance becomes one over the prior."""
    system = make_system([[0.0]], [4.0], delta=0.0, rho=0.0, past=np.ones((400, 1), int))
    slow = [level.keep for level in LEVELS].index(max(level.keep for level in LEVELS if level.keep < 1))
    weights, high = np.zeros((1, len(LEVELS))), np.full((1, 1, len(LEVELS)), 3000.0)
    weights[0, slow] = 1.0
    opening = replace(still(system), weights=weights, shape=high, rate=high / 3)
    counts = simulated(system, days=700, draws=1500, opening=opening, phase=phase).counts[:, :, 0]
    start = {"fading": 12.0, "moving": 12.0, "steady": 4.0}[phase]
    assert counts[:, 0].mean() == pytest.approx(start, rel=0.05)
    faded = 4.0 * (1 + 2 * LEVELS[slow].keep ** 196) if phase != "steady" else 4.0
    assert counts[:, 196:203].mean() == pytest.approx(faded, rel=0.05)
    spread = counts[:, -7:].mean(axis=1).var() - 4.0 / 7
    prior = 16.0 / LEVELS[slow].prior
    assert spread == pytest.approx(prior if phase == "moving" else 0.0, abs=0.3 * prior)


def test_drift_widens_deaths_and_leaves_their_mean():
    system = make_system([[0.0]], [3.0], delta=0.0, rho=0.0, past=np.ones((400, 1), int))
    flat, drifting = (simulated(system, days=365, draws=3000, bins="all", drift=d).deaths[:, 0, 0] for d in (0.0, 0.8))
    assert drifting.std() > 3 * flat.std()
    assert drifting.mean() == pytest.approx(flat.mean(), rel=0.05)


@pytest.mark.parametrize("years", [0.5, 1.0])
def test_a_wandering_background_spreads_and_keeps_its_mean(years):
    """Only the background wanders: the sum of log steps has the variance and the mean that are stated."""
    system = make_system([[0.0]], [10.0], delta=0.0, rho=0.0, past=np.full((400, 1), 80))
    paths = simulated(system, days=372, draws=4000, bins=np.arange(372) // 366, wander=years)
    last = paths.counts[:, 1, 0]
    variance = years**2 * 52 * 7 / 365.25  # the last bin lies within the 53rd week
    counted = np.exp(variance) / 60  # what counting events adds to the variance of the logarithm
    assert last.mean() == pytest.approx(60.0, rel=4 * np.sqrt(np.expm1(variance) / 4000))
    assert np.median(last) == pytest.approx(60.0 * np.exp(-variance / 2), rel=0.1)
    assert np.log(last + 0.5).std() == pytest.approx(np.sqrt(variance + counted), rel=0.06)


def test_what_feeds_does_not_change_the_numbers_a_background_wanders_by():
    """Two courses of one draw share their random numbers whatever happens in them."""
    fed, alone = (
        simulated(make_system([[0.0, 0.0], [0.0, feed]], [2.0, 0.5]), days=200, draws=20, wander=1.0, drift=0.5).counts[
            ..., 0
        ]
        for feed in (0.0, 0.9)
    )
    assert np.array_equal(fed, alone)
    assert not np.array_equal(fed, simulated(make_system(FEEDS * 0, [2.0, 0.5]), days=200, draws=20).counts[..., 0])


def test_a_fitted_system_runs_on():
    """From end to end: fitted to a simulated past, a stationary system goes on as before."""
    rng = np.random.default_rng(5)
    streams = make_streams(rng.poisson(0.8, (500, 2)))
    system = fit_system(streams, draws=20)
    paths = simulate_system(
        system, days=100, draws=200, opening=opening_of(system, severity=severity_of(streams, draws=20))
    )
    assert paths.counts.mean() == pytest.approx(0.8, rel=0.3)
    assert str(paths.first_day) == str(streams.last_day + 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"days": 0}, "days must be a whole number"),
        ({"draws": 0}, "draws must be a whole number"),
        ({"draws": True}, "draws must be a whole number"),
        ({"cap": 0}, "cap must be a whole number"),
        ({"total": 0}, "total must be a whole number"),
        ({"drift": -1.0}, "a drift must lie"),
        ({"drift": float("nan")}, "a drift must lie"),
        ({"wander": 10.0}, "a wander must lie"),
        ({"phase": "wild"}, "a phase must be known; found 'wild'"),
        ({"bins": "week"}, "bins must be day, month or all"),
        ({"days": 3, "bins": np.array([0, 2, 2])}, "bins must be a whole number per day"),
        ({"days": 3, "bins": np.array([0, 0])}, "bins must be a whole number per day"),
        ({"days": 3000, "draws": 50_000}, r"draws × bins × streams must stay under .*; found 50,000 × 3,000 × 2"),
    ],
)
def test_options_that_cannot_be(options, said):
    with pytest.raises(UsageError, match=said):
        simulated(make_system(FEEDS, [0.3, 0.6]), **({"draws": 2} | options))


def test_bins_given_as_numbers():
    of, edges = bin_days(np.datetime64("2017-07-06"), 5, np.array([0, 0, 1, 1, 2]))
    assert edges.tolist() == [0, 2, 4, 5]
    assert of.tolist() == [0, 0, 1, 1, 2]
    assert bin_days(np.datetime64("2017-07-30"), 5, "month")[1].tolist() == [0, 2, 5]
