"""The exact frustration index of a signed graph: how much would have to change for it to fall into two camps.

A signed graph is balanced where its actors fall into two camps, friends within, enemies across (Cartwright & Harary 1956,
doi:10.1037/h0046049). The index is the least weight of ties whose sign speaks against a division into two (Aref & Wilson 2018,
doi:10.1093/comnet/cny015). It is a sum over blocks, the parts that hang together by more than one tie, and each of these is
solved as an integer program, so that it is exact where the solver ends in time, and a pair of bounds where it does not.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from aftershock.actors.alliances.cycles import cycle_bound

__all__ = ["Division", "divide"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_TINY = 1e-6


@dataclass(frozen=True)
class Division:
    """A division into two camps.

    Parameters
    ----------
    camp : numpy.ndarray of int64, shape (n,)
        0 or 1; in each connected part the first actor's camp is 0.
    part : numpy.ndarray of int64, shape (n,)
        The connected part each actor belongs to, from 0.
    frustrated : numpy.ndarray of bool, shape (m,)
        Ties that speak against it.
    index : float
        Their weight: the frustration index where ``lower`` is the same, else the least found.
    lower : float
        No division has less.
    only : bool
        Whether no other division is as good, the camps of each part exchanged apart; False also where that is not known.
    """

    camp: IntArray
    part: IntArray
    frustrated: NDArray[np.bool_]
    index: float
    lower: float
    only: bool

    @property
    def exact(self) -> bool:
        """Whether the index is proved to be the least."""
        return self.index - self.lower < _TINY * max(1.0, self.index)


def divide(
    n: int, ends: IntArray, signs: IntArray, weights: FloatArray | None = None, *, seconds: float = 10
) -> Division:
    """Return a division into two camps with the least weight of ties that speak against it.

    Parameters
    ----------
    n : int
        Actors.
    ends : numpy.ndarray of int64, shape (m, 2)
        The two actors of each tie; at most one tie per pair.
    signs : numpy.ndarray of int64, shape (m,)
        -1 or 1.
    weights : numpy.ndarray of float64, shape (m,), optional
        Above 0; 1 each if not given.
    seconds : float
        Time for all of it; what is not proved by then is said in ``lower``.

    Examples
    --------
    >>> triangle = np.array([[0, 1], [1, 2], [0, 2]])
    >>> divide(3, triangle, np.array([1, 1, -1])).index, divide(3, triangle, np.array([1, -1, -1])).index
    (1.0, 0.0)
    """
    ends = np.asarray(ends, np.int64).reshape(-1, 2)
    signs = np.asarray(signs, np.int64)
    cost = np.ones(len(ends)) if weights is None else np.asarray(weights, np.float64)
    around = _neighbours(n, ends)
    side = np.zeros(n, np.int64)
    until, lower, only = time.monotonic() + seconds, 0.0, True
    blocks = _blocks(n, around)
    solved: dict[int, tuple[IntArray, IntArray]] = {}
    for number, block in enumerate(sorted(blocks, key=len)):
        actors, local = np.unique(ends[block], return_inverse=True)
        camp, bound, alone = _solve(len(actors), local.reshape(-1, 2), signs[block], cost[block], until)
        lower, only = lower + bound, only and alone
        solved[number] = (actors, camp)
    part = _join(n, solved, side)
    apart = side[ends[:, 0]] != side[ends[:, 1]]
    frustrated = np.asarray(apart == (signs > 0))
    index = float(cost[frustrated].sum())
    return Division(side, part, frustrated, index, min(lower, index), only and index - lower < _TINY * max(1.0, index))


def _neighbours(n: int, ends: IntArray) -> list[list[tuple[int, int]]]:
    """Return each actor's neighbours and the ties that lead there."""
    around: list[list[tuple[int, int]]] = [[] for _ in range(n)]
    for tie, (a, b) in enumerate(ends.tolist()):
        around[a].append((b, tie))
        around[b].append((a, tie))
    return around


def _blocks(n: int, around: list[list[tuple[int, int]]]) -> list[list[int]]:
    """Return the ties of each biconnected block (Hopcroft & Tarjan 1973), without recursion."""
    depth, low = [-1] * n, [0] * n
    found: list[list[int]] = []
    for root in range(n):
        if depth[root] >= 0:
            continue
        depth[root] = low[root] = 0
        stack, path = [(root, -1, iter(around[root]))], []
        while stack:
            here, came, rest = stack[-1]
            for there, tie in rest:
                if tie == came:
                    continue
                if depth[there] < 0:
                    depth[there] = low[there] = depth[here] + 1
                    path.append(tie)
                    stack.append((there, tie, iter(around[there])))
                    break
                if depth[there] < depth[here]:
                    path.append(tie)
                    low[here] = min(low[here], depth[there])
            else:
                stack.pop()
                if stack:
                    above = stack[-1][0]
                    low[above] = min(low[above], low[here])
                    if low[here] >= depth[above]:
                        cut = path.index(came)
                        found.append(path[cut:])
                        del path[cut:]
    return found


def _join(n: int, solved: dict[int, tuple[IntArray, IntArray]], side: IntArray) -> IntArray:
    """Write the camps of all blocks into ``side``, turned so that they agree where blocks meet; return the connected parts."""
    holds: list[list[int]] = [[] for _ in range(n)]
    for number, (actors, _) in solved.items():
        for actor in actors.tolist():
            holds[actor].append(number)
    part, done, parts = np.full(n, -1, np.int64), set[int](), 0
    for first in range(n):
        if part[first] >= 0:
            continue
        part[first], side[first], waiting = parts, 0, [first]
        while waiting:
            here = waiting.pop()
            for number in holds[here]:
                if number in done:
                    continue
                done.add(number)
                actors, camp = solved[number]
                turn = int(camp[np.searchsorted(actors, here)]) ^ int(side[here])
                waiting += [each for each in actors.tolist() if part[each] < 0]
                part[actors], side[actors] = parts, camp ^ turn
        parts += 1
    return part


def _solve(n: int, ends: IntArray, signs: IntArray, cost: FloatArray, until: float) -> tuple[IntArray, float, bool]:
    """Return a block's camps, a bound below its frustration, and whether no other division is as good."""
    camp = _descend(n, ends, signs, cost)
    best = _against(camp, ends, signs, cost)
    if best == 0:
        return camp, 0.0, True
    now = time.monotonic()
    bound, cycles = cycle_bound(n, ends, signs, cost, now + (until - now) / 2)
    bound = max(_whole(bound, cost), float(cost.min()))  # a block that is not balanced loses one tie at least
    if bound < best - _TINY:
        found = _program(n, ends, signs, cost, cycles=cycles, until=until)
        if found.camp is not None and _against(found.camp, ends, signs, cost) < best:
            camp, best = found.camp, _against(found.camp, ends, signs, cost)
        if not found.proved:
            return camp, min(max(bound, found.bound), best), False
    other = _program(n, ends, signs, cost, cycles=cycles, until=until, but=camp, most=best)
    return camp, best, other.camp is None and other.proved


def _whole(bound: float, cost: FloatArray) -> float:
    """Return the least that a sum of such weights can be, given a bound below it."""
    return float(np.ceil(bound - 1e-4)) if np.all(cost == np.round(cost)) else bound


def _against(camp: IntArray, ends: IntArray, signs: IntArray, cost: FloatArray) -> float:
    """Return the weight of ties that speak against a division."""
    apart = camp[ends[:, 0]] != camp[ends[:, 1]]
    return float(cost[apart == (signs > 0)].sum())


def _descend(n: int, ends: IntArray, signs: IntArray, cost: FloatArray, starts: int = 30) -> IntArray:
    """Return the best division that single moves lead to, from a spanning tree and from divisions at random."""
    rng = np.random.default_rng(0)
    pull = sparse.coo_array((signs * cost, (ends[:, 0], ends[:, 1])), shape=(n, n)).tocsr()
    pull = (pull + pull.T).tocsr()
    best, least = np.zeros(n, np.int64), np.inf
    for start in range(starts):
        spin = _along_tree(n, ends, signs) if start == 0 else rng.choice(np.array([-1, 1]), n)
        field = pull @ spin
        while (gain := spin * field).min() < -_TINY:
            mover = int(gain.argmin())
            spin[mover] = -spin[mover]
            begin, end = pull.indptr[mover], pull.indptr[mover + 1]
            field[pull.indices[begin:end]] += 2 * spin[mover] * pull.data[begin:end]
        camp = np.asarray(spin != spin[0], np.int64)
        against = _against(camp, ends, signs, cost)
        if against < least:
            best, least = camp, against
        if least == 0:
            break
    return best


def _along_tree(n: int, ends: IntArray, signs: IntArray) -> IntArray:
    """Return the division that every tie of a spanning tree agrees with: without frustration where there is none at all."""
    around = _neighbours(n, ends)
    spin, waiting = np.zeros(n, np.int64), [0]
    spin[0] = 1
    while waiting:
        here = waiting.pop()
        for there, tie in around[here]:
            if spin[there] == 0:
                spin[there] = spin[here] * signs[tie]
                waiting.append(there)
    return spin


@dataclass(frozen=True)
class _Found:
    """What the solver found: camps or None, a bound below, and whether it came to its end."""

    camp: IntArray | None
    bound: float
    proved: bool


def _program(
    n: int,
    ends: IntArray,
    signs: IntArray,
    cost: FloatArray,
    *,
    cycles: list[tuple[int, ...]],
    until: float,
    but: IntArray | None = None,
    most: float = np.inf,
) -> _Found:
    """Return the best camps, by HiGHS; with ``but``, the best other camps up to a weight of ``most``, if there are any.

    Variables: a camp per actor, whole, and per tie whether it is frustrated. A tie of enemies is so where their camps add up to
    0 or 2, one of friends where they differ; every unbalanced cycle holds at least one.
    """
    left = until - time.monotonic()
    if left <= 0:
        return _Found(None, 0.0, False)
    m = len(ends)
    limits = _limits(n, ends, signs, cycles)
    low, high = np.zeros(n + m), np.ones(n + m)
    fixed = int(np.bincount(ends.ravel(), minlength=n).argmax())
    high[fixed] = 0.0  # exchanging the camps changes nothing
    goal = np.concatenate([np.zeros(n), cost])
    if but is not None:
        turned = but ^ but[fixed]
        differ = np.concatenate([np.where(turned == 0, 1.0, -1.0), np.zeros(m)])
        limits.append(LinearConstraint(differ[None, :], lb=1.0 - turned.sum()))
        limits.append(LinearConstraint(goal[None, :], ub=most + _TINY))
    whole = np.concatenate([np.ones(n), np.zeros(m)])
    result = milp(
        goal,
        integrality=whole,
        bounds=Bounds(low, high),
        constraints=limits,
        options={"time_limit": left, "mip_rel_gap": 0.0},
    )
    if result.status == 2:  # no such camps
        return _Found(None, np.inf, True)
    camp = None if result.x is None else np.asarray(np.round(result.x[:n]), np.int64)
    bound = 0.0 if result.mip_dual_bound is None else float(result.mip_dual_bound)
    return _Found(camp, _whole(bound, cost), result.status == 0)


def _limits(n: int, ends: IntArray, signs: IntArray, cycles: list[tuple[int, ...]]) -> list[LinearConstraint]:
    """Return what camps and frustrated ties must obey."""
    m, a, b = len(ends), ends[:, 0], ends[:, 1]
    rows, one = np.arange(m), np.ones(m)
    friend = np.where(signs > 0, -1.0, 1.0)
    places = (np.concatenate([rows] * 3), np.concatenate([a, b, n + rows]))

    def ties(first: FloatArray, second: FloatArray) -> sparse.csr_array:
        return sparse.coo_array((np.concatenate([first, second, one]), places), shape=(m, n + m)).tocsr()

    limits = [
        LinearConstraint(
            ties(-one, -friend), lb=np.where(signs > 0, 0.0, -1.0)
        ),  # friends f >= x - y, enemies x + y - 1
        LinearConstraint(ties(one, friend), lb=np.where(signs > 0, 0.0, 1.0)),  # friends f >= y - x, enemies 1 - x - y
    ]
    if cycles:
        of = np.repeat(np.arange(len(cycles)), [len(each) for each in cycles])
        on = n + np.concatenate([np.array(each) for each in cycles])
        cut = sparse.coo_array((np.ones(len(of)), (of, on)), shape=(len(cycles), n + m)).tocsr()
        limits.append(LinearConstraint(cut, lb=1.0))
    return limits
