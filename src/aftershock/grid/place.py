"""Place a country's deaths in its cells, draw by draw and month by month, so that they add up to the draws exactly.

Arrays and an explicit generator only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import IntArray
from aftershock.grid.patterns import Pattern, Placing

__all__ = ["Placed", "place_deaths"]

MOST_MONTHS = 12  # past months that one drawn month is put together from
Index = NDArray[np.int64]


@dataclass(frozen=True)
class Placed:
    """Draws of a country's cells where they are not 0.

    Attributes
    ----------
    cells : numpy.ndarray of int64, shape (n,)
        ``priogrid_gid``, ascending.
    place, step, draw, deaths : numpy.ndarray of int32, shape (k,)
        Which of ``cells``, which month, which draw, and how many deaths; ordered by the first three.
    """

    cells: IntArray
    place: NDArray[np.int32]
    step: NDArray[np.int32]
    draw: NDArray[np.int32]
    deaths: NDArray[np.int32]

    def dense(self, months: int, draws: int) -> NDArray[np.int32]:
        """Return all draws, shape (n, months, draws)."""
        cube = np.zeros((len(self.cells), months, draws), np.int32)
        cube[self.place, self.step, self.draw] = self.deaths
        return cube


def place_deaths(deaths: NDArray[np.int32], pattern: Pattern, placing: Placing, *, rng: np.random.Generator) -> Placed:
    """Place a country's drawn deaths in its cells.

    A drawn month follows a past one, picked by its age: its incidents (deaths in one cell) are taken in random order,
    larger or smaller where the drawn month is, until the drawn deaths are used up; if they are not, the next past month is
    added. An incident stays in its cell if the cell has been steady, and else moves: to a cell around, to another of the
    country's cells with deaths before, or anywhere in it.

    Parameters
    ----------
    deaths : numpy.ndarray of int32, shape (h, m)
        The country's draws by month.
    pattern : Pattern
    placing : Placing
    rng : numpy.random.Generator

    Returns
    -------
    Placed
        Its sum over cells is ``deaths``, everywhere.
    """
    steps, draws = deaths.shape
    if not deaths.any():
        nothing = np.zeros(0, np.int32)
        return Placed(pattern.cells, nothing, nothing, nothing, nothing)
    parts: list[tuple[Index, Index, Index, Index]] = []
    order = np.zeros((draws, 0), np.int64)
    for step in range(steps):
        order = _next_order(order, pattern.weight, draws, placing.persistence, rng)
        owner, place, size = _incidents(deaths[step].astype(np.int64), order, pattern, placing.growth, rng)
        place = _moved(place, pattern, placing, rng)
        key, group = np.unique(place * draws + owner, return_inverse=True)
        total = np.bincount(group, weights=size, minlength=len(key)).astype(np.int64)
        parts.append((key // draws, np.full(len(key), step), key % draws, total))
    place, at, draw, total = (np.concatenate(column) for column in zip(*parts, strict=True))
    sort = np.lexsort((draw, at, place))
    return Placed(pattern.cells, *(column[sort].astype(np.int32) for column in (place, at, draw, total)))


def _next_order(
    order: Index, weight: NDArray[np.float64], draws: int, persistence: float, rng: np.random.Generator
) -> Index:
    """Return each draw's past months in the order they are used, shape (draws, up to MOST_MONTHS); some stay as they were.

    Adding Gumbel noise to the logarithms of weights and sorting draws without replacement in proportion to the weights.
    """
    kept = min(len(weight), MOST_MONTHS)
    if order.shape[1] == kept and kept:
        new = np.flatnonzero(rng.random(draws) >= persistence)
        order = order.copy()
    else:
        new, order = np.arange(draws), np.zeros((draws, kept), np.int64)
    if kept:
        keys = weight + rng.gumbel(size=(len(new), len(weight)))
        best = np.argpartition(-keys, kept - 1, axis=1)[:, :kept]
        inner = np.argsort(-np.take_along_axis(keys, best, axis=1), axis=1)
        order[new] = np.take_along_axis(best, inner, axis=1)
    return order


def _incidents(
    deaths: Index, order: Index, pattern: Pattern, growth: float, rng: np.random.Generator
) -> tuple[Index, Index, Index]:
    """Return draw, place and deaths of incidents that add up to each draw's deaths."""
    if order.shape[1] == 0:  # a country without a past: all of a month's deaths in one place
        owner = np.flatnonzero(deaths)
        return owner, np.full(len(owner), -1), deaths[owner]
    in_month = np.add.reduceat(pattern.size, pattern.first[:-1])
    left = deaths.copy()
    scale = (deaths / in_month[order[:, 0]]) ** growth
    out = []
    for turn in range(order.shape[1]):
        alive = np.flatnonzero(left)
        if not len(alive):
            break
        month = order[alive, turn]
        count = pattern.first[month + 1] - pattern.first[month]
        owner = np.repeat(np.arange(len(alive)), count)
        row = (
            np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(pattern.first[month], count)
        )
        sort = np.argsort(owner + rng.random(len(owner)))
        row = row[sort]
        if turn == order.shape[1] - 1:  # the last: make it enough
            enough = np.maximum(scale[alive], left[alive] / in_month[month])
            size = np.ceil(pattern.size[row] * enough[owner])
        else:
            size = np.floor(pattern.size[row] * scale[alive][owner] + rng.random(len(row)))
        size = size.astype(np.int64)
        before = np.cumsum(size) - size
        before -= np.repeat(before[np.cumsum(count) - count], count)
        taken = np.clip(left[alive][owner] - before, 0, size)
        some = taken > 0
        out.append((alive[owner[some]], pattern.place[row[some]], taken[some]))
        left[alive] -= np.bincount(owner, weights=taken, minlength=len(alive)).astype(np.int64)
    if not out:
        return (np.zeros(0, np.int64),) * 3
    owner, place, size = (np.concatenate(column) for column in zip(*out, strict=True))
    return owner, place, size


def _moved(place: Index, pattern: Pattern, placing: Placing, rng: np.random.Generator) -> Index:
    """Return places after incidents of unsteady cells have moved; -1 is nowhere yet."""
    out = place.copy()
    leaves = np.flatnonzero((place < 0) | (rng.random(len(place)) >= pattern.stays[place]))
    near = (rng.random(len(leaves)) < placing.near) & (place[leaves] >= 0)
    beside = leaves[near]
    out[beside] = pattern.near[place[beside], rng.integers(0, 8, len(beside))]
    away = leaves[~near]
    anywhere = rng.random(len(away)) < placing.anywhere
    somewhere = np.minimum(np.searchsorted(pattern.steady, rng.random(len(away)), side="right"), len(pattern.cells) - 1)
    out[away] = np.where(anywhere, rng.integers(0, len(pattern.cells), len(away)), somewhere)
    return out
