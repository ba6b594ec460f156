"""The frustration index: what brute force says, the laws it obeys, and what is said when time is short."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftershock.actors.alliances.frustration import divide


def brute(n, ends, signs, weights):
    """Return the least weight against any division, and how many divisions reach it, the first actor's camp held."""
    against = []
    for rest in product((0, 1), repeat=n - 1):
        camp = np.array((0, *rest))
        against.append(weights[(camp[ends[:, 0]] != camp[ends[:, 1]]) == (signs > 0)].sum())
    against = np.array(against)
    return against.min(), int((against < against.min() + 1e-9).sum())


@st.composite
def graphs(draw):
    n = draw(st.integers(2, 8))
    pairs = list(combinations(range(n), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=len(pairs), unique=True))
    signs = draw(st.lists(st.sampled_from((-1, 1)), min_size=len(chosen), max_size=len(chosen)))
    whole = draw(st.booleans())
    weight = st.integers(1, 3).map(float) if whole else st.floats(0.1, 3)
    weights = draw(st.lists(weight, min_size=len(chosen), max_size=len(chosen)))
    return n, np.array(chosen), np.array(signs), np.array(weights)


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_it_is_what_brute_force_finds(graph):
    n, ends, signs, weights = graph
    found = divide(n, ends, signs, weights)
    least, ways = brute(n, ends, signs, weights)
    assert found.index == pytest.approx(least, abs=1e-6)
    assert found.exact
    assert found.only == (ways == 2 ** found.part.max())  # each further part may be turned
    assert weights[found.frustrated].sum() == pytest.approx(least, abs=1e-6)
    apart = found.camp[ends[:, 0]] != found.camp[ends[:, 1]]
    assert (found.frustrated == (apart == (signs > 0))).all()


@settings(max_examples=40, deadline=None)
@given(graphs(), st.integers(0, 2**30))
def test_laws(graph, seed):
    n, ends, signs, weights = graph
    rng = np.random.default_rng(seed)
    index = divide(n, ends, signs, weights).index
    order = rng.permutation(n)
    assert divide(n, order[ends], signs, weights).index == pytest.approx(index)  # names mean nothing
    turned = rng.choice((-1, 1), n)
    switched = signs * turned[ends[:, 0]] * turned[ends[:, 1]]
    assert divide(n, ends, switched, weights).index == pytest.approx(index)  # nor does which camp is which
    assert divide(n, ends, turned[ends[:, 0]] * turned[ends[:, 1]], weights).index == 0  # two camps are balanced
    assert index <= weights.sum() / 2 + 1e-9  # a division against half of the ties is always to be had
    kept = ~divide(n, ends, signs, weights).frustrated
    assert divide(n, ends[kept], signs[kept], weights[kept]).index == 0  # without the frustrated ties it is balanced


def test_parts_and_ties_of_nobody():
    found = divide(6, np.array([[0, 1], [1, 2], [0, 2], [3, 4]]), np.array([-1, -1, -1, 1]))
    assert (found.index, found.part.tolist(), found.only) == (1, [0, 0, 0, 1, 1, 2], False)
    nobody = divide(0, np.zeros((0, 2), np.int64), np.zeros(0, np.int64))
    assert (nobody.index, nobody.exact) == (0, True)


def test_petersen_graph_of_enemies():
    """All enemies: the least number of edges whose removal makes Petersen's graph bipartite is 3."""
    outer = [(k, (k + 1) % 5) for k in range(5)]
    inner = [(5 + k, 5 + (k + 2) % 5) for k in range(5)]
    ends = np.array([*outer, *inner, *((k, 5 + k) for k in range(5))])
    found = divide(10, ends, -np.ones(15, np.int64))
    assert (found.index, found.exact, found.only) == (3, True, False)


def test_complete_graph_of_enemies():
    """All enemies among n: the smaller halves of all pairs, floor((n - 1)² / 4)."""
    for n in (3, 4, 7, 9):
        ends = np.array(list(combinations(range(n), 2)))
        assert divide(n, ends, -np.ones(len(ends), np.int64)).index == (n - 1) ** 2 // 4


def test_two_hundred_actors_in_camps_are_solved(rng):
    pairs = np.array(list(combinations(range(200), 2)))
    ends = pairs[rng.choice(len(pairs), 800, replace=False)]
    camp = rng.integers(0, 2, 200)
    signs = np.where(camp[ends[:, 0]] == camp[ends[:, 1]], 1, -1) * np.where(rng.random(800) < 0.1, -1, 1)
    found = divide(200, ends, signs, seconds=60)
    planted = np.sum((camp[ends[:, 0]] == camp[ends[:, 1]]) != (signs > 0))
    assert found.exact
    assert 0 < found.index <= planted


def test_when_time_is_short_it_gives_bounds(rng):
    pairs = np.array(list(combinations(range(60), 2)))
    signs = rng.choice((-1, 1), len(pairs))
    found = divide(60, pairs, signs, seconds=0.2)
    assert not found.exact
    assert not found.only
    assert 1 <= found.lower < found.index
