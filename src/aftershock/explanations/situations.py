"""The situations of the past that a unit's draws come from, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aftershock.models.forest import Grown, Situations

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MANY", "Nearest", "nearest_past"]

YEAR = 12
LAST = 3  # months without a death at the end of a horizon count as ended
MANY = 25  # deaths, the field's threshold of armed conflict


@dataclass(frozen=True)
class Nearest:
    """The situations with the most weight, and what followed all of them; see :class:`Explanation`."""

    table: pd.DataFrame
    any_followed: float
    many_followed: float
    ended: float


def nearest_past(
    state: Situations, grown: Grown, place: int, weight: NDArray[np.float64], *, horizon: int, most: int
) -> Nearest:
    """Return what a unit's draws come from, months of one unit and calendar year taken together.

    Parameters
    ----------
    state : Situations
    grown : Grown
    place : int
        The unit's place in the panel.
    weight : numpy.ndarray, shape (situations,)
        How often a draw picks each.
    horizon, most : int
    """
    import pandas as pd

    used = np.flatnonzero(weight)
    unit, month, weight = grown.unit[used], grown.month[used], weight[used]
    ahead = np.arange(1, min(horizon, grown.reach) + 1)
    followed = state.series[unit[:, None], month[:, None] + ahead]
    level, own = state.level[unit, month], state.level[place, -1]
    scaled = np.minimum(followed * ((own + 1) / (level + 1))[:, None], max(int(state.series.max()), 1))
    ended = followed[:, -LAST:].sum(axis=1) == 0
    first = int(state.panel.months[0])
    keys, group = np.unique(unit * 10_000 + (month + first - 1) // YEAR, return_inverse=True)
    shares = np.bincount(group, weight)
    top = np.argsort(-shares, kind="stable")[:most]

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(group, values * weight)[top] / shares[top]

    start, stop = np.full(len(keys), month.max()), np.zeros(len(keys), np.int64)
    np.minimum.at(start, group, month)
    np.maximum.at(stop, group, month)
    table = pd.DataFrame(
        {
            state.panel.kind: state.panel.units[keys[top] // 10_000],
            "first": start[top] + first,
            "last": stop[top] + first,
            "weight": shares[top],
            "level": mean(level),
            "followed": mean(followed.mean(axis=1)),
            "scaled": mean(scaled.mean(axis=1)),
            "ended": mean(ended.astype(float)),
        }
    )
    deaths = followed.sum(axis=1)
    return Nearest(table, float(weight @ (deaths > 0)), float(weight @ (deaths >= MANY)), float(weight @ ended))
