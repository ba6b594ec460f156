"""What a stream's rate is made of: memories, masks, and shapes of the background."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftershock.errors import UsageError
from aftershock.system.memory import (
    EARLY,
    ELSEWHERE,
    MOST_SOURCES,
    OWN,
    SAME_ACTOR,
    SAME_COUNTRY,
    Memory,
    closeness,
    sources_of,
)
from aftershock.system.shapes import background_shapes
from system_streams import make_streams


def test_the_memory_holds_events_and_harm_per_average_event(rng):
    counts = rng.poisson(1.0, (60, 2))
    harm = counts * rng.random((60, 2))
    harm[:, 1] = 0
    streams = make_streams(counts, harm=harm)
    memory = Memory.of(streams, scales=(3.0,))
    keep = np.exp(-1 / 3)
    lags = 40 - 1 - np.arange(40)
    weights = (1 - keep) * keep**lags
    assert memory.sums.shape == (61, 2, 2, 1)
    assert np.allclose(memory.sums[40, :, 0, 0], weights @ counts[:40])
    unit = streams.harm[0, :, 0].astype(float).sum() / counts[:, 0].sum()
    assert memory.harm_unit == pytest.approx([unit, 0.0])
    assert memory.sums[40, 0, 1, 0] == pytest.approx(weights @ harm[:40, 0] / unit, rel=1e-5)
    assert not memory.sums[:, 1, 1].any()


def test_units_are_learnt_on_the_days_told(rng):
    counts = np.ones((50, 1), int)
    harm = np.r_[np.full(25, 2.0), np.full(25, 8.0)][:, None]
    assert Memory.of(make_streams(counts, harm=harm), learnt=25).harm_unit == pytest.approx([2.0])


def test_a_day_is_foretold_from_days_before_it_only(rng):
    counts = rng.poisson(1.0, (40, 2))
    changed = counts.copy()
    changed[25:] += 3
    one, other = (Memory.of(make_streams(c), learnt=20) for c in (counts, changed))
    assert np.array_equal(one.sums[:26], other.sums[:26])
    assert not np.array_equal(one.sums[26], other.sums[26])


def test_memory_begins_as_if_the_first_days_had_gone_on_for_ever():
    counts = np.full((200, 2), 3)
    counts[:EARLY, 1] = 0
    sums = Memory.of(make_streams(counts)).sums[:, :, 0]
    assert np.allclose(sums[:, 0], 3)
    assert not sums[:EARLY, 1].any()
    assert Memory.of(make_streams(counts), learnt=EARLY).sums[0, 0, 0] == pytest.approx(3)


def test_features_are_ordered_by_source_channel_and_scale(rng):
    memory = Memory.of(make_streams(rng.poisson(1.0, (30, 3))), scales=(1.0, 5.0))
    features = memory.features(np.array([0, 2]), slice(10, 20))
    assert features.shape == (10, 2 * 2 * 2)
    assert np.array_equal(features[:, 4], memory.sums[10:20, 2, 0, 0])
    assert np.array_equal(features[:, 1], memory.sums[10:20, 0, 0, 1])


def test_closeness_follows_actors_then_kin_then_countries():
    streams = make_streams(
        np.ones((5, 5), int),
        actors=[("A", "B"), ("A", "C"), ("D", "E"), ("F",), ("G",)],
        countries=[(1,), (2,), (1,), (3,), (3,)],
    )
    near = closeness(streams)
    assert list(near[0]) == [OWN, SAME_ACTOR, SAME_COUNTRY, ELSEWHERE, ELSEWHERE]
    assert near[3, 4] == SAME_COUNTRY
    assert closeness(replace(streams, kin=(("B", "F"),)))[0, 3] == SAME_ACTOR
    assert np.array_equal(near, near.T)


def test_a_mask_keeps_the_stream_itself_and_the_nearest_and_busiest():
    s = MOST_SOURCES + 8
    near = np.full((s, s), ELSEWHERE)
    near[np.diag_indices(s)] = OWN
    near[0, 3] = SAME_ACTOR
    busy = np.arange(s, dtype=float)
    linked = sources_of(near, busy, "linked")
    assert {0, 3} < set(linked[0])
    assert list(linked[0]) == sorted(linked[0])
    assert len(linked[0]) == MOST_SOURCES
    assert set(linked[0]) - {0, 3} == set(range(s - MOST_SOURCES + 2, s))
    assert all(np.array_equal(own, [i]) for i, own in enumerate(sources_of(near, busy, "own")))
    assert all(np.array_equal(one, np.arange(s)) for one in sources_of(near, busy, "all"))
    assert len(sources_of(near[:3, :3], busy[:3], "linked")[0]) == 3


def test_an_unknown_mask_is_refused():
    with pytest.raises(UsageError, match="a mask must be one of own, linked, all"):
        sources_of(np.zeros((2, 2), int), np.ones(2), "near")


@settings(max_examples=50, deadline=None)
@given(st.integers(8, 3000), st.integers(7, 800))
def test_shapes_of_the_background_sum_to_one_on_every_day(days, every):
    shapes, rough = background_shapes(days, every)
    assert shapes.min() >= 0
    assert np.allclose(shapes.sum(axis=1), 1)
    assert shapes[-1, -1] == pytest.approx(1)
    assert (shapes.sum(axis=0) > 0).all()
    level = np.ones(shapes.shape[1])
    assert np.allclose(rough @ level, 0)
    course = np.arange(shapes.shape[1], dtype=float)
    assert course @ rough @ course == pytest.approx(max(0, shapes.shape[1] - 1))


def test_a_constant_background_is_one_column_of_ones():
    shapes, rough = background_shapes(9, "constant")
    assert rough is None
    assert np.array_equal(shapes, np.ones((9, 1)))


@pytest.mark.parametrize("wrong", [6, True, "yearly", 30.5])
def test_other_backgrounds_are_refused(wrong):
    with pytest.raises(UsageError, match="a background must be constant or a number of days between knots"):
        background_shapes(100, wrong)
