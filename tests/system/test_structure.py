"""Direct children from what follows on later days, and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from aftershock.system.clusters import simulate_clusters
from aftershock.system.fit import StreamPosterior, System
from aftershock.system.structure import children_of, later_days, structure_of, within_day
from system_streams import make_streams

QUICK = settings(max_examples=30, deadline=None)
SCALES = np.array([0.8, 6.0, 40.0])
WEIGHTS = arrays.arrays(np.float64, (2, 2, 3), elements=st.floats(0, 0.15))


@QUICK
@given(WEIGHTS)
def test_children_are_the_inverse_of_later_days(weights):
    assert children_of(later_days(weights, SCALES), SCALES) == pytest.approx(weights, abs=1e-5)


@QUICK
@given(WEIGHTS)
def test_later_days_see_less_than_all_children_but_for_echoes_of_echoes(weights):
    later = later_days(weights, SCALES)
    assert later.min() >= -1e-12
    own_day = 1 + np.expm1(-1 / SCALES) * SCALES
    assert (later >= weights * (1 - own_day) - 1e-12).all()


@pytest.mark.parametrize(("weight", "scale"), [(0.6, 2.0), (0.3, 0.5), (0.9, 30.0)])
def test_one_stream_follows_its_closed_forms(weight, scale):
    """The excess rate of one event fades at ``g = (1 - W) / scale``; Hawkes 1971, doi:10.1093/biomet/58.1.83."""
    fall = (1 - weight) / scale
    within = 1 + weight / scale / fall * (1 - (1 - np.exp(-fall)) / fall)
    assert within_day(np.array([[[weight]]]), np.array([scale]))[0, 0] == pytest.approx(within)
    later = weight * (1 - np.exp(-fall)) / fall
    assert later_days(np.array([[[weight]]]), np.array([scale]))[0, 0, 0] == pytest.approx(later)


def test_negative_children_are_never_made():
    later = np.zeros((2, 2, 1))
    later[0, 0] = later[1, 0] = 0.3
    assert children_of(later, np.array([2.0])).min() >= 0


def test_later_days_are_what_simulated_events_leave(rng):
    weights, scales = np.array([[[0.3, 0.1], [0.2, 0.0]], [[0.0, 0.1], [0.4, 0.0]]]), np.array([1.5, 8.0])
    state = np.array([[2.0, 5.0], [3.0, 1.0]])
    counts = simulate_clusters(weights, scales, np.zeros((1, 2)), state=state, draws=40_000, rng=rng).counts[:, 0]
    expected = np.einsum("srb,rb->s", later_days(weights, scales), state / scales)
    error = counts.std(axis=0) / 200
    assert np.all(np.abs(counts.mean(axis=0) - expected) < 5 * error)


def test_a_days_own_children_are_those_of_simulated_background(rng):
    weights, scales, base = np.array([[[0.3], [0.5]], [[0.1], [0.4]]]), np.array([1.2]), np.array([1.0, 0.5])
    counts = simulate_clusters(weights, scales, base[None], draws=40_000, rng=rng).counts[:, 0]
    error = counts.std(axis=0) / 200
    assert np.all(np.abs(counts.mean(axis=0) - within_day(weights, scales) @ base) < 5 * error)


def system_of(weights, base, scales, days=400, draws=3):
    """A system whose posterior is known exactly: every draw is the truth, and counts are what it expects."""
    s = len(weights)
    later = later_days(weights, scales)
    rates = np.linalg.solve(np.eye(s) - weights.sum(axis=2), base)
    counts = np.tile(np.round(rates * 1000).astype(int), (days, 1))
    targets = tuple(
        StreamPosterior(
            sources=np.arange(s),
            start=30,
            base=np.full((draws, 1), 1000 * (within_day(weights, scales) @ base)[i]),
            feeds=np.tile(np.stack([0.75 * later[i], 0.25 * later[i]], axis=1), (draws, 1, 1, 1)),
            delta=np.ones(draws),
            rho=np.ones(draws),
            imputation=np.zeros(draws, np.int64),
            taken=1.0,
        )
        for i in range(s)
    )
    return System(make_streams(counts), targets, "constant", "all", tuple(scales), np.ones(s), 1, "0")


def test_the_structure_of_a_known_system_is_its_own():
    weights = np.array([[[0.3, 0.1], [0.2, 0.0]], [[0.0, 0.1], [0.4, 0.1]]])
    base, scales = np.array([0.5, 0.2]), np.array([1.0, 9.0])
    found = structure_of(system_of(weights, base, scales))
    assert found.children[0] == pytest.approx(weights, abs=1e-5)
    assert found.harm[1] == pytest.approx(0.25 * weights.sum(axis=2), abs=1e-5)
    assert found.ratio == pytest.approx(np.abs(np.linalg.eigvals(weights.sum(axis=2))).max())
    assert found.background[0] == pytest.approx(1000 * base, rel=1e-4)
    rates = np.linalg.solve(np.eye(2) - weights.sum(axis=2), base)
    assert found.share[0] == pytest.approx(1 - base / rates, abs=1e-3)
    assert found.edges.shape == (3, 2, 2)
    assert found.route([0, 1], [0], np.array([3.0, 1.0])) == pytest.approx((3 * 0.4 + 0.2) / 4, abs=1e-5)
    assert found.route([0], [0, 1], np.ones(2), harm=True) == pytest.approx(0.25 * 0.5, abs=1e-5)


def test_half_of_later_descendants_have_come_after_the_half_life():
    """One stream: what follows on later days fades by ``exp(-(1 - W) / scale)`` a day."""
    weight, scale = 0.7, 10.0
    found = structure_of(system_of(np.array([[[weight]]]), np.array([1.0]), np.array([scale])))
    assert found.half_life[0] == np.ceil(np.log(2) * scale / (1 - weight))


def test_a_system_beyond_one_never_ends():
    weights = np.array([[[1.05]]])
    later = later_days(weights, np.array([5.0]))
    known = system_of(np.array([[[0.5]]]), np.array([1.0]), np.array([5.0]))
    target = known.targets[0]
    target.feeds[...] = later / 2
    found = structure_of(known)
    assert found.ratio == pytest.approx(1.05, abs=1e-4)
    assert np.isinf(found.half_life).all()
