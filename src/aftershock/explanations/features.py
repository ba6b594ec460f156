"""What made the difference: what each thing known does to the typical number of deaths, against the average situation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aftershock.models.forest import STEPS, Forest, Grown, Situations

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEVEL", "PARTS", "effects", "features_table", "measure_of", "part_of", "parts_table"]

PARTS = {
    "recent": "the last three months",
    "year": "the last year",
    "years": "the years before",
    "since": "how long ago people died",
    "trend": "rising or falling",
    "uneven": "how uneven the months are",
    "others": "other types of violence",
    "neighbours": "neighbouring countries",
    "world": "the world as a whole",
}
"""The parts of what is known, in words; each feature belongs to one."""
LEVEL = "level that what followed is scaled to"
RECENT, YEAR = 3, 12  # months


def part_of(feature: str) -> str:
    """Return the key in :data:`PARTS` of a feature's part.

    Examples
    --------
    >>> part_of("mean deaths of 12 months"), part_of("os: mean deaths of 12 months"), part_of("worst of 240 months")
    ('year', 'others', 'years')
    """
    if re.match("(sb|ns|os): ", feature):
        return "others"
    if "neighbour" in feature:
        return "neighbours"
    starts = {"world": "world", "months since": "since", "trend": "trend", "spread": "uneven", "lumps": "uneven"}
    for start, part in starts.items():
        if feature.startswith(start):
            return part
    months = re.search(r"([\d.]+) months", feature)
    reach = float(months[1]) if months else 0
    return "recent" if reach <= RECENT else "year" if reach <= YEAR else "years"


def measure_of(feature: str) -> str:
    """Return what a feature's value counts: ``deaths``, ``months``, a ``share``, or a ``factor`` between two numbers.

    Examples
    --------
    >>> measure_of("months since the last death"), measure_of("trend of 3 months against 12")
    ('months', 'factor')
    """
    if "share" in feature:
        return "share"
    if "months since" in feature:
        return "months"
    return "factor" if re.match("trend|spread|lumps", feature) else "deaths"


def effects(
    forest: Forest, state: Situations, grown: Grown, places: NDArray[np.int64], *, horizon: int
) -> NDArray[np.float64]:
    """Return what each feature adds to the typical log of deaths, shape (units, features + 1).

    At every split of a tree the node's mean moves to its child's; the move is booked to the feature split on and averaged
    over trees. The sum over features is the forest's mean less the mean of its roots. The last column is the own level's
    (:data:`LEVEL`), which trees do not see as it is taken off what followed beforehand, less the average situation's.

    Source: Saabas 2014, in Palczewska et al. 2014, doi:10.1007/978-3-319-04717-1_9.

    Parameters
    ----------
    places : numpy.ndarray of int, shape (units,)
        In the panel.
    horizon : int
        Months ahead to whose mean log the moves refer.
    """
    seen = state.features.values[places, -1]
    out = np.zeros((len(places), seen.shape[1] + 1))
    units = np.arange(len(places))
    months = _months_of_steps(horizon, grown.reach)
    for estimator in grown.trees.estimators_:
        tree = estimator.tree_
        typical = tree.value[:, ::3, 0] @ months  # every third number is the mean log of deaths of a step
        node = np.zeros(len(places), np.int64)
        while True:
            inner = tree.children_left[node] >= 0
            if not inner.any():
                break
            feature = np.maximum(tree.feature[node], 0)
            left = seen[units, feature] <= tree.threshold[node]
            child = np.where(inner, np.where(left, tree.children_left[node], tree.children_right[node]), node)
            out[units, feature] += typical[child] - typical[node]  # 0 at a leaf
            node = child
    out /= len(grown.trees.estimators_)
    average = np.average(np.log1p(state.level[grown.unit, grown.month]), weights=grown.weight)
    out[:, -1] = forest.relative * (np.log1p(state.level[places, -1]) - average)
    return out


def _months_of_steps(horizon: int, reach: int) -> NDArray[np.float64]:
    """Return the share of the months ahead that lies in each step of a forest."""
    stops = [min(stop, reach, horizon) for start, stop in STEPS if start <= reach]
    starts = [start for start, _ in STEPS if start <= reach]
    months = np.maximum(np.array(stops) - np.array(starts) + 1, 0)
    return np.asarray(months / months.sum())


def features_table(state: Situations, place: int, moves: NDArray[np.float64]) -> pd.DataFrame:
    """Return every feature of one unit, those that moved it most first."""
    import pandas as pd

    names = [*state.features.names, LEVEL]
    values = [*state.features.values[place, -1].tolist(), float(np.log1p(state.level[place, -1]))]
    order = np.argsort(-np.abs(moves), kind="stable")
    measures = [measure_of(names[k]) for k in order]
    return pd.DataFrame(
        {
            "feature": [names[k] for k in order],
            "part": [part_of(names[k]) for k in order],
            "effect": np.exp(moves[order]),
            "value": [_in_measure(values[k], measure) for k, measure in zip(order, measures, strict=True)],
            "measure": measures,
        }
    )


def _in_measure(value: float, measure: str) -> float:
    if measure == "share":
        return value
    return float(np.exp(value) if measure == "factor" else np.expm1(value))


def parts_table(features: pd.DataFrame) -> pd.DataFrame:
    """Return the effect of each part together, with the feature that has the most of it, largest first."""
    import pandas as pd

    parts, moves = features.part.to_numpy(), np.log(features.effect.to_numpy())
    names, leading, group = np.unique(parts, return_index=True, return_inverse=True)  # sorted: the first has most
    together = np.bincount(group, moves)
    order = np.argsort(-np.abs(together), kind="stable")
    rest = {name: features[name].to_numpy()[leading[order]] for name in ("feature", "value", "measure")}
    return pd.DataFrame({"part": names[order], "effect": np.exp(together[order]), **rest})
