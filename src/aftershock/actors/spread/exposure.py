"""The situations of the spread model: an active actor, a country it has never been in, and what is known of both in a year.

Every feature has a few levels, so that hundreds of thousands of situations fall into some ten thousand kinds, and a fit is exact
and quick. Nothing after the year is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.spread.presence import FIRST_YEAR, Presence, adjacency, region_of
from aftershock.contract import BoolArray, IntArray

__all__ = ["FEATURES", "RECENT_YEARS", "Situations", "came", "design", "situations"]

RECENT_YEARS = 3
"""An actor is active, and a country a place of its activity, for as many years, the year asked about the last of them."""
FEATURES: dict[str, int] = {
    "near": 4, "foe": 2, "affiliate": 3, "target_violence": 3, "target_actors": 4, "age": 3, "dyads": 4, "communal": 2,
}  # fmt: skip
"""Features and their number of levels; the first level is the one compared with."""


@dataclass(frozen=True)
class Situations:
    """One row per active actor and country it has never been in.

    Parameters
    ----------
    actor, country : numpy.ndarray of int64, shape (n,)
        Places among the actors, and among the countries, of the presence.
    levels : numpy.ndarray of int8, shape (n, k)
        Level of each of :data:`FEATURES`.
    """

    actor: IntArray
    country: IntArray
    levels: NDArray[np.int8]


def _steps(values: NDArray[np.integer], *edges: int) -> IntArray:
    """Return how many edges each value has reached."""
    return np.searchsorted(np.array(edges), values, side="right")


def _ever(years: BoolArray) -> BoolArray:
    """Return whether it held in any of some years, the last axis."""
    return np.asarray(years.any(axis=-1))


def situations(who: Presence, year: int, actors: IntArray | None = None) -> Situations:
    """Return the situations at the end of a year.

    Parameters
    ----------
    who : Presence
    year : int
    actors : numpy.ndarray of int64, optional
        Only these; all that are active if not given.
    """
    y = year - FIRST_YEAR
    recent = slice(max(y - RECENT_YEARS + 1, 0), y + 1)
    places = _ever(who.active[:, :, recent])
    chosen = np.flatnonzero(places.any(axis=1))
    if actors is not None:
        chosen = np.intersect1d(chosen, actors)
    everyone = np.asarray(places, np.float32)  # floats are multiplied fast, and counts this small are exact in them
    mine = everyone[chosen]
    shape = mine.shape
    by_actor = _actor_levels(who, chosen, y)
    by_country = [
        _ever(who.violent[:, recent]).astype(np.int64) + _ever(who.state_based[:, recent]),
        _steps(places.sum(axis=0), 1, 3, 6),
    ]
    foes = _ever(who.opposed[:, :, recent])[chosen].astype(np.float32) @ everyone > 0
    foes |= _ever(who.opposed_states[:, :, recent])[chosen]
    tied = ((who.joint[chosen] <= year).astype(np.float32) @ everyone).astype(np.int64)
    levels = [
        _near(mine), foes.astype(np.int64), _steps(tied, 1, 2),
        *(np.broadcast_to(level, shape) for level in by_country),
        *(np.broadcast_to(level[:, None], shape) for level in by_actor),
    ]  # fmt: skip
    open_to = ~who.been[chosen, :, y] & who.exists[:, y]
    row, country = np.nonzero(open_to)
    return Situations(chosen[row], country, np.stack([level[row, country] for level in levels], axis=1).astype(np.int8))


def _near(mine: NDArray[np.float32]) -> IntArray:
    """Return 0 elsewhere, 1 in the same part of the world or one country apart, 2 bordering one of its places, 3 several."""
    beside, near = (matrix.astype(np.float32) for matrix in adjacency())
    region = region_of()
    borders = (mine @ beside).astype(np.int64)
    same = np.stack([mine[:, region == k].any(axis=1) for k in range(region.max() + 1)], axis=1)[:, region]
    return np.where(borders > 0, np.minimum(borders, 2) + 1, (same | (mine @ near > 0)).astype(np.int64))


def _actor_levels(who: Presence, chosen: IntArray, y: int) -> list[IntArray]:
    """Return what is known of the actors themselves: years since they were first seen, dyads of the year, kind.

    In how many countries they are, and how many they entered of late, is left to the actor's own factor, which foretold better.
    """
    first = who.entered[chosen].min(axis=1) - FIRST_YEAR
    return [
        _steps(y - first, 3, 10),
        _steps(who.dyads[chosen, y], 1, 2, 4),
        who.communal[chosen].astype(np.int64),
    ]


def came(who: Presence, rows: Situations, year: int, horizon_years: int) -> BoolArray:
    """Return in which situations the actor's first activity came within some years."""
    y = year - FIRST_YEAR
    return np.asarray(who.active[rows.actor, rows.country, y + 1 : y + 1 + horizon_years].any(axis=1))


def design(levels: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return the model's matrix: a one, then an indicator of each level of each feature but the first."""
    columns = [np.ones(len(levels))]
    for k, size in enumerate(FEATURES.values()):
        columns += [(levels[:, k] == level).astype(np.float64) for level in range(1, size)]
    return np.stack(columns, axis=1)
