"""The posterior of a system."""

from dataclasses import replace

import numpy as np
import pytest

from aftershock.errors import UsageError
from aftershock.system import fit_system, structure_of
from aftershock.system.clusters import simulate_clusters
from aftershock.system.fit import BURN_IN, FEWEST_DAYS, first_fitted, stream_problem
from aftershock.system.memory import Memory, closeness
from system_streams import make_streams

W = np.array([[[0.4], [0.0]], [[0.5], [0.0]]])


@pytest.fixture(scope="module")
def counts():
    """The first stream feeds itself and the second; the second feeds none. Two days' memory, 1,500 days."""
    rng = np.random.default_rng(5)
    return simulate_clusters(W, np.array([2.0]), np.full((1500, 2), 0.4), draws=1, rng=rng).counts[0]


@pytest.fixture(scope="module")
def system(counts):
    return fit_system(make_streams(counts), background="constant", scales=(2.0,), draws=200)


@pytest.fixture(scope="module")
def structure(system):
    return structure_of(system)


def test_known_children_are_recovered(structure):
    low, middle, high = np.quantile(structure.edges, [0.025, 0.5, 0.975], axis=0)
    assert np.all((low - 0.02 <= W[:, :, 0]) & (W[:, :, 0] <= high + 0.02))
    assert np.abs(middle - W[:, :, 0]).max() < 0.12
    assert np.median(structure.ratio) == pytest.approx(0.4, abs=0.1)
    assert np.median(structure.background, axis=0) == pytest.approx([0.4, 0.4], abs=0.1)
    assert (structure.share >= 0).all()
    assert (structure.share < 1).all()


def test_a_posterior_has_the_shapes_stated(system, counts):
    target = system.targets[0]
    assert system.draws == 200
    assert system.feeds().shape == (200, 2, 2, 1)
    assert target.base.shape == (200, 1)
    assert target.feeds.shape == (200, 2, 2, 1)
    assert target.start == BURN_IN
    assert 0.05 < target.taken <= 1
    assert min(target.base.min(), target.feeds.min(), target.delta.min(), target.rho.min()) >= 0


def test_where_no_harm_was_seen_none_is_made_up(system, structure):
    """The prior alone would speak, and its tail is heavy."""
    assert not system.harm_unit.any()
    assert not system.targets[0].feeds[:, :, 1].any()
    assert not structure.harm.any()


def test_a_seed_repeats_a_fit(counts):
    streams = make_streams(counts[:300])
    one, same, other = (fit_system(streams, draws=20, scales=(2.0,), seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(one.feeds(), same.feeds())
    assert not np.array_equal(one.feeds(), other.feeds())


def test_draws_are_shared_among_imputations(counts):
    streams = make_streams(np.stack([counts[:200], counts[200:400], counts[400:600]]))
    system = fit_system(streams, draws=31, scales=(2.0,), mask="own")
    assert np.bincount(system.targets[0].imputation).tolist() == [11, 10, 10]
    assert system.draws == 31
    assert not system.feeds()[:, 0, 1].any()


def test_a_stream_is_fitted_from_when_it_is_present(counts):
    streams = make_streams(counts)
    present = np.ones((1500, 2), bool)
    present[:700, 0] = present[:1450, 1] = False
    streams = replace(streams, present=present)
    assert first_fitted(streams, 0, 1500) == 700
    assert first_fitted(streams, 1, 1500) == 1500 - FEWEST_DAYS
    assert first_fitted(make_streams(counts), 0, 1500) == BURN_IN
    assert first_fitted(make_streams(counts), 0, 80) == 20


def test_own_memories_are_doubted_one_by_one_and_others_as_a_whole(counts):
    streams = make_streams(counts)
    memory = Memory.of(streams)
    problem = stream_problem(memory, 1, np.arange(2), closeness(streams)[1], days=slice(30, 1500), background=365)
    shapes = problem.features.shape[1] - 2 * 2 * 4
    assert (problem.groups[:shapes] == -1).all()
    other, own = problem.groups[shapes : shapes + 8], problem.groups[shapes + 8 :]
    assert len(set(other)) == 1
    assert len(set(own[:4])) == 4
    assert len(set(own[4:])) == 1
    assert not set(own) & set(other)
    assert (problem.doubt > 0).all()
    assert problem.rough is not None
    assert not problem.rough[shapes:].any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"draws": 0}, "draws must be 1 or more"),
        ({"scales": (7.0, 1.0)}, "time scales must be days above zero, ascending"),
        ({"scales": ()}, "time scales must be days above zero, ascending"),
        ({"mask": "near"}, "a mask must be one of own, linked, all"),
        ({"background": 3}, "a background must be constant or a number of days between knots"),
    ],
)
def test_options_that_cannot_be_are_refused(counts, options, message):
    with pytest.raises(UsageError, match=message):
        fit_system(make_streams(counts[:100]), **options)


def test_a_record_without_days_or_events_is_refused(counts):
    with pytest.raises(UsageError, match="a system needs 60 days to learn from"):
        fit_system(make_streams(counts[:59]))
    with pytest.raises(UsageError, match="a system needs an event"):
        fit_system(make_streams(np.zeros((100, 2), int)))
