"""Bounds on the frustration of a signed graph from its unbalanced cycles: each holds a tie that any division goes against.

Such cycles are looked for where the linear relaxation breaks them, by shortest paths in a graph of two layers in which a tie of
enemies changes the layer: a path from an actor to itself in the other layer is an unbalanced cycle (Barahona & Mahjoub 1986,
doi:10.1007/BF02592023).
"""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import dijkstra

__all__ = ["cycle_bound"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_TINY = 1e-6
_ROUNDS = 200


def cycle_bound(
    n: int, ends: IntArray, signs: IntArray, cost: FloatArray, until: float
) -> tuple[float, list[tuple[int, ...]]]:
    """Return a bound below the frustration index, and the cycles that give it, as places of ties.

    Parameters
    ----------
    n : int
    ends, signs, cost : numpy.ndarray
        As in :func:`aftershock.actors.alliances.frustration.divide`; every actor has a tie.
    until : float
        ``time.monotonic()`` to stop at; a bound holds whenever it is stopped.

    Examples
    --------
    >>> square = np.array([[0, 1], [1, 2], [2, 3], [0, 3]])
    >>> cycle_bound(4, square, np.array([1, 1, 1, -1]), np.ones(4), time.monotonic() + 5)
    (1.0, [(0, 1, 2, 3)])
    """
    cycles: dict[tuple[int, ...], None] = {}
    value, shares = 0.0, np.zeros(len(ends))
    for _ in range(_ROUNDS):
        new = [each for each in _broken(n, ends, signs, shares) if each not in cycles]
        if not new or time.monotonic() > until:
            break
        cycles |= dict.fromkeys(new)
        known = list(cycles)
        rows = np.repeat(np.arange(len(known)), [len(each) for each in known])
        places = (rows, np.concatenate([np.array(each) for each in known]))
        held = sparse.coo_array((np.ones(len(rows)), places), shape=(len(known), len(ends))).tocsr()
        left = max(until - time.monotonic(), 0.01)
        limit = LinearConstraint(held, lb=1.0)
        solved = milp(cost, bounds=Bounds(0, 1), constraints=[limit], options={"time_limit": left})
        if solved.status != 0:
            break
        value, shares = float(solved.fun), np.clip(solved.x, 0, 1)
        slack = held @ shares - 1
        cycles = {each: None for each, loose in zip(known, slack, strict=True) if loose < 0.5}
    return value, list(cycles)


def _broken(n: int, ends: IntArray, signs: IntArray, shares: FloatArray) -> list[tuple[int, ...]]:
    """Return unbalanced cycles whose ties' shares add up to less than 1, one at most per actor."""
    a, b = ends[:, 0], ends[:, 1]
    cross = np.where(signs < 0, n, 0)
    length = shares + 1e-9  # a length of 0 would read as no tie at all
    one = np.concatenate([a, a + n])
    two = np.concatenate([b + cross, (b + n + cross) % (2 * n)])
    layers = sparse.coo_array((np.tile(length, 2), (one, two)), shape=(2 * n, 2 * n)).tocsr()
    tie = {(min(x, y), max(x, y)): k for k, (x, y) in enumerate(ends.tolist())}
    distance, before = dijkstra(layers, directed=False, indices=np.arange(n), return_predecessors=True, limit=1.0)
    found: dict[tuple[int, ...], None] = {}
    for start in np.flatnonzero(distance[np.arange(n), np.arange(n) + n] < 1 - 1e-4).tolist():
        path, here = [start + n], start + n
        while here != start:
            here = int(before[start, here])
            path.append(here)
        visited = [each % n for each in path]
        if len(set(visited)) == len(visited) - 1:
            found[tuple(sorted(tie[min(x, y), max(x, y)] for x, y in pairwise(visited)))] = None
    return list(found)
