"""Simulated clusters against closed forms; every statistical bound is five standard errors wide."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from aftershock.errors import DataError, UsageError
from aftershock.system import clusters
from aftershock.system.clusters import memory_of, simulate_clusters

QUICK = settings(max_examples=40, deadline=None)


@pytest.fixture(autouse=True)
def two_threads(monkeypatch):
    monkeypatch.setattr(clusters.config, "NUMBA_NUM_THREADS", 2)


def impulse(size, days, stream=0, streams=1):
    """Expected events on the first day only, so that every cluster ends within the days."""
    base = np.zeros((days, streams))
    base[0, stream] = size
    return base


def near(values, expected):
    """Whether the mean over the first axis lies within five standard errors of what is expected."""
    values = np.asarray(values, float)
    error = values.std(axis=0) / np.sqrt(len(values))
    return np.all(np.abs(values.mean(axis=0) - expected) < 5 * error + 1e-12)


@pytest.mark.parametrize("same_day", [True, False])
def test_the_mean_of_all_descendants_is_the_inverse_of_one_less_the_weights(rng, same_day):
    weights = np.array([[[0.3, 0.1], [0.0, 0.4]], [[0.2, 0.0], [0.1, 0.1]]])
    base = impulse(3.0, 300, streams=2) + impulse(1.0, 300, stream=1, streams=2)
    made = simulate_clusters(weights, np.array([1.0, 6.0]), base, draws=4000, rng=rng, same_day=same_day)
    expected = np.linalg.inv(np.eye(2) - weights.sum(axis=2)) @ [3.0, 1.0]
    assert near(made.counts.sum(axis=1), expected)
    assert not made.capped.any()


@pytest.mark.parametrize("same_day", [True, False])
def test_the_size_of_clusters_follows_the_law_of_borel(rng, same_day):
    """Total size of Poisson(μ) clusters: variance μ/(1 − m)³, and the chances of nothing, one and two events."""
    mean, weight = 1.5, 0.6
    made = simulate_clusters(
        np.array([[[weight]]]), np.array([2.0]), impulse(mean, 400), draws=40_000, rng=rng, same_day=same_day
    )
    size = made.counts.sum(axis=(1, 2))
    assert near(size, mean / (1 - weight))
    assert near((size - mean / (1 - weight)) ** 2, mean / (1 - weight) ** 3)
    one = mean * np.exp(-mean - weight)
    two = np.exp(-mean - 2 * weight) * (mean * weight + mean**2 / 2)
    for number, chance in ((0, np.exp(-mean)), (1, one), (2, two)):
        assert near(size == number, chance)


def test_daily_counts_have_the_autocovariance_of_the_stationary_process(rng):
    """Hawkes 1971, doi:10.1093/biomet/58.1.83: covariance density λβm(2 − m)/(2(1 − m))·exp(−β(1 − m)u), by bins."""
    base, m, scale = 2.0, 0.5, 3.0
    made = simulate_clusters(np.array([[[m]]]), np.array([scale]), np.full((130, 1), base), draws=20_000, rng=rng)
    late = made.counts[:, 100:, 0].astype(float)
    rate, fall = base / (1 - m), (1 - m) / scale
    density = rate * m * (2 - m) / (2 * (1 - m)) / scale
    assert near(late[:, 0], rate)
    first = late[:, 0] - rate
    assert near(first**2, rate + 2 * density * (fall - 1 + np.exp(-fall)) / fall**2)
    for lag in (1, 2, 5, 12):
        expected = density * np.exp(-fall * lag) * (1 - np.exp(-fall)) * np.expm1(fall) / fall**2
        assert near(first * (late[:, lag] - rate), expected)


def test_in_whole_days_a_count_given_the_past_is_poisson(rng):
    weights, scales, state = np.array([[[0.5, 0.2]]]), np.array([1.5, 10.0]), np.array([[4.0, 9.0]])
    made = simulate_clusters(
        weights, scales, np.full((2, 1), 0.7), state=state, draws=60_000, rng=rng, same_day=False
    ).counts[:, :, 0]
    kept = np.exp(-1 / scales)
    first = 0.7 + (weights[0, 0] * state[0] * (1 - kept)).sum()
    expected = first * len(made) * stats.poisson.pmf(np.arange(12), first) / first
    seen = np.bincount(made[:, 0], minlength=12)[:12]
    assert stats.chisquare(seen, expected * seen.sum() / expected.sum()).pvalue > 1e-5
    for number in range(4):
        memory = state[0] * kept + number
        assert near(made[made[:, 0] == number, 1], 0.7 + (weights[0, 0] * memory * (1 - kept)).sum())


def test_children_of_the_history_come_as_if_their_parents_were_of_now(rng):
    weights = np.zeros((2, 2, 2))
    weights[1, 0] = 0.8, 2.0
    state, scales = np.array([[3.0, 1.0], [50.0, 50.0]]), np.array([1.0, 7.0])
    made = simulate_clusters(weights, scales, np.zeros((10, 2)), state=state, draws=20_000, rng=rng).counts
    day = np.arange(10)[:, None]
    expected = (weights[1, 0] * state[0] * (np.exp(-day / scales) - np.exp(-(day + 1) / scales))).sum(axis=1)
    assert made[:, :, 0].sum() == 0
    assert near(made[:, :, 1], expected)
    assert near((made[:, :, 1] - expected) ** 2, expected)


def test_a_past_and_its_memory_give_the_same_future(rng):
    """The second half of a simulation, and one that starts from the memory of the first half's counts."""
    weights, scales = np.array([[[0.5]]]), np.array([8.0])
    whole = simulate_clusters(weights, scales, np.full((60, 1), 3.0), draws=6000, rng=rng, same_day=False).counts
    again = [
        simulate_clusters(
            weights, scales, np.full((30, 1), 3.0), draws=1, rng=rng, same_day=False,
            state=memory_of(past[:30], scales, same_day=False),
        ).counts[0, :, 0].sum()
        for past in whole[:800]
    ]  # fmt: skip
    late = whole[:, 30:, 0].sum(axis=1)
    assert stats.ttest_ind(again, late).pvalue > 1e-5
    assert stats.levene(again, late).pvalue > 1e-5


def test_memory_is_a_sum_over_the_past():
    counts, scales = np.array([[2, 0], [0, 3], [5, 1]]), np.array([2.0, 30.0])
    expected = sum(counts[2 - j][:, None] * np.exp(-j / scales) for j in range(3))
    np.testing.assert_allclose(memory_of(counts, scales, same_day=False), expected)
    hours = (np.arange(10_000) + 0.5) / 10_000
    within = np.exp(-hours[:, None] / scales).mean(axis=0)
    np.testing.assert_allclose(memory_of(counts, scales), expected * within, rtol=1e-6)
    assert memory_of(np.zeros((0, 2)), scales).tolist() == [[0, 0], [0, 0]]


def test_without_weights_counts_are_poisson(rng):
    base = np.array([[0.0, 2.0, 0.1], [1.0, 0.0, 5.0]])
    made = simulate_clusters(np.zeros((3, 3, 1)), np.array([1.0]), base, draws=50_000, rng=rng).counts
    assert near(made, base)
    assert near((made - base) ** 2, base)
    assert made[:, base == 0].sum() == 0
    flat = made.reshape(len(made), -1)[:, base.ravel() > 0]
    assert np.abs(np.corrcoef(flat.T) - np.eye(4)).max() < 5 / np.sqrt(len(made))


def test_threads_do_not_change_the_draws(monkeypatch):
    monkeypatch.setattr(clusters, "FEW", 0)
    made = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(clusters.config, "NUMBA_NUM_THREADS", threads)
        made.append(
            simulate_clusters(
                np.full((2, 2, 1), 0.4), np.array([4.0]), np.full((30, 2), 1.0), draws=100,
                state=np.full((2, 1), 9.0), rng=np.random.default_rng(7),
            )
        )  # fmt: skip
    assert all(np.array_equal(made[0].counts, other.counts) for other in made[1:])
    assert len({draw.tobytes() for draw in made[0].counts}) == 100


def test_draws_are_independent(rng):
    made = simulate_clusters(np.array([[[0.5]]]), np.array([2.0]), impulse(5.0, 50), draws=40_000, rng=rng)
    size = made.counts.sum(axis=(1, 2))
    for lag in (1, 2, 1250):
        assert abs(np.corrcoef(size[lag:], size[:-lag])[0, 1]) < 5 / np.sqrt(len(size))


@pytest.mark.parametrize("weight", [1.2, 2.0, 900.0])
@pytest.mark.parametrize("same_day", [True, False])
def test_a_system_that_explodes_stops_at_the_cap(rng, weight, same_day):
    made = simulate_clusters(
        np.array([[[weight]]]), np.array([0.1]), np.full((500, 1), 1.0), draws=3, rng=rng, cap=50_000, same_day=same_day
    )
    held = made.counts.sum(axis=(1, 2))
    assert made.capped.all()
    assert (held >= 50_000).all()
    assert (held < 50_000 + 1.2 * clusters.BLOCK * max(weight, 2)).all()


def test_a_cap_marks_only_the_draws_that_reach_it(rng):
    calm = simulate_clusters(np.array([[[0.9]]]), np.array([1.0]), np.full((50, 1), 1.0), draws=300, rng=rng, cap=200)
    held = calm.counts.sum(axis=(1, 2))
    assert 0 < calm.capped.sum() < 300
    assert np.array_equal(calm.capped, held >= 200)
    many = simulate_clusters(
        np.array([[[0.5]]]), np.array([1e9]), np.zeros((2, 1)), state=np.array([[1e12]]), draws=2, rng=rng, cap=1000
    )
    assert many.capped.all()


def test_many_children_of_one_event_and_many_streams(rng):
    weights = np.zeros((70, 70, 3))
    weights[1:, 0, 1] = 2.0
    made = simulate_clusters(weights, np.array([0.5, 1, 2]), impulse(4.0, 60, streams=70), draws=4000, rng=rng).counts
    expected = np.array([4.0] + [8.0] * 69)
    total = made.sum(axis=1)
    assert near(total, expected)
    assert near((total.sum(axis=1) - 4 * 139) ** 2, 4 * (139**2 + 138))


@QUICK
@given(
    weights=st.lists(st.floats(0, 1e6) | st.just(0.0), min_size=1, max_size=70).filter(lambda row: sum(row) > 0),
)
def test_a_table_holds_exactly_the_chances_it_was_made_of(weights):
    table = clusters._table(np.array([weights]))
    size = 2**table.bits
    mask = np.uint64(size - 1)
    own = (table.entries & ~mask).astype(float) / 2.0**64
    chances = np.bincount(table.entries & mask, weights=1 - own, minlength=size) + own
    np.testing.assert_allclose(chances[: len(weights)] / size, np.array(weights) / sum(weights), atol=1e-13)
    assert chances[len(weights) :].sum() == 0


@QUICK
@given(mean=st.floats(0, 300))
def test_the_table_of_numbers_is_the_poisson_law(mean):
    chances = clusters._poisson_weights(np.array([mean, 0.0]))
    np.testing.assert_allclose(chances[0], stats.poisson.pmf(np.arange(chances.shape[1]), mean), rtol=1e-9, atol=1e-15)
    assert chances[0].sum() == pytest.approx(1, abs=1e-10)
    assert chances[1].tolist() == [1.0] + [0.0] * (chances.shape[1] - 1)


def test_random_words_are_those_of_splitmix64():
    """The first outputs of the reference implementation (prng.di.unimi.it/splitmix64.c) for the seed 1234567."""
    out = np.empty(3, np.uint64)
    clusters._fill_numbers(out, 3, np.uint64((1234567 + int(clusters.GOLDEN)) % 2**64))
    assert out.tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_exponential_numbers_are_the_logarithms_of_the_same_words():
    n = 200_000
    words, made = np.empty(n, np.uint64), np.empty(n)
    clusters._fill_numbers(words, n, np.uint64(99))
    clusters._fill_exponentials(made, n, np.uint64(99))
    np.testing.assert_allclose(made, -np.log(((words >> np.uint64(11)).astype(float) + 1) / 2.0**53), atol=4e-15)
    assert made.min() >= 0
    assert stats.kstest(made, "expon").pvalue > 1e-5


@QUICK
@given(
    streams=st.integers(1, 5), scales=st.integers(1, 3), days=st.integers(1, 12), draws=st.integers(1, 9),
    seed=st.integers(0, 2**32), same_day=st.booleans(),
)  # fmt: skip
def test_laws_of_every_simulation(streams, scales, days, draws, seed, same_day):
    rng = np.random.default_rng(seed)
    weights = rng.gamma(0.3, 0.5, (streams, streams, scales)) * (rng.random((streams, streams, 1)) < 0.5)
    base = rng.gamma(0.5, 1.0, (days, streams)) * (rng.random(streams) < 0.5)
    state = rng.gamma(1.0, 1.0, (streams, scales)) * (rng.random((streams, 1)) < 0.5)

    def make(start):
        return simulate_clusters(
            weights, np.geomspace(0.5, 20, scales), base, state=state, draws=draws, same_day=same_day,
            cap=5000, rng=np.random.default_rng(start),
        )  # fmt: skip

    made = make(seed)
    assert made.counts.shape == (draws, days, streams)
    assert made.counts.dtype == np.int32
    assert made.counts.min() >= 0
    assert np.array_equal(made.counts, make(seed).counts)
    linked = weights.sum(axis=2) > 0
    reached = (base.sum(axis=0) > 0) | (linked @ (state.sum(axis=1) > 0))
    for _ in range(streams):
        reached |= linked @ reached
    assert made.counts[:, :, ~reached].sum() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": np.zeros((2, 3, 1))}, r"weights of shape \(2, 3, 1\) instead of \(2, 2, 1\)"),
        ({"weights": np.full((2, 2, 1), -0.1)}, "weights with a value that is negative"),
        ({"weights": np.full((2, 2, 1), 600.0)}, "1,200 children of one event on average, above 1,000"),
        ({"scales": np.array([0.0])}, "scales with a zero"),
        ({"base": np.full((5, 2), np.nan)}, "base with a value that is negative, missing"),
        ({"base": np.zeros((0, 2))}, "no day"),
        ({"base": np.zeros(5)}, r"base \(5,\) instead of .*\(days, streams\)"),
        ({"state": np.zeros((1, 1))}, r"state of shape \(1, 1\) instead of \(2, 1\)"),
    ],
)
def test_wrong_arrays_are_named(rng, change, words):
    given = {"weights": np.zeros((2, 2, 1)), "scales": np.ones(1), "base": np.ones((5, 2))} | change
    with pytest.raises(DataError, match=words):
        simulate_clusters(**given, draws=2, rng=rng)


@pytest.mark.parametrize("change", [{"draws": 0}, {"cap": 0}, {"cap": 2**31}])
def test_numbers_that_cannot_be(rng, change):
    with pytest.raises(UsageError, match="must lie between 1 and"):
        simulate_clusters(np.zeros((1, 1, 1)), np.ones(1), np.ones((5, 1)), **{"draws": 2, "rng": rng} | change)
