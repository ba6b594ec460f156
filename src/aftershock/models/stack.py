"""The default: several models in one pool, each weighted by how it did in like situations of the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.models.base import Model
from aftershock.models.conflictology import Conflictology
from aftershock.models.courses import follow
from aftershock.models.features import level, months_since
from aftershock.models.forest import Forest
from aftershock.models.frozen import frozen
from aftershock.models.negative_binomial import NegativeBinomial
from aftershock.models.weighted_history import WeightedHistory

__all__ = ["CLASSES", "MEMBERS", "Stack", "group_of", "intensity", "mixed", "weights_of"]

CHOSEN = frozen()["stack"]
MEMBERS: tuple[Model[Any], ...] = (Forest(), WeightedHistory(), Conflictology(), NegativeBinomial())
CLASSES = {
    "quiet": "no death in five years",
    "past": "deaths in five years, none in twelve months",
    "low": "deaths in twelve months, level below 10 a month",
    "high": "level of 10 deaths a month or more",
}
GROUPS = tuple(CHOSEN["groups"])  # the last horizon of each group


@dataclass(frozen=True)
class Fitted:
    """The members' states and, per unit, the weights to mix them with, shape (units, groups, members)."""

    states: tuple[Any, ...]
    weights: NDArray[np.float64]


@dataclass(frozen=True)
class Stack(Model[Fitted]):
    """A linear pool of four models, weighted per target, group of horizons and class of intensity.

    The models are :data:`MEMBERS`, the classes :data:`CLASSES`. The weights minimise proper scores on outcomes to December
    2017, shrunk towards those of all classes together; they are
    kept in ``frozen.toml`` with every other choice, written by ``benchmarks/tune_stack.py``. The mixed draws of each month
    are then ordered into the forest's courses, so that sums over months are right too; units are independent of each other
    given the past. Stacking of predictive distributions: Yao et al. 2018, doi:10.1214/17-BA1091.
    """

    name: ClassVar[str] = "stack"
    joint: ClassVar[tuple[str, ...]] = ("unit", "month")

    def fit(self, panel: Panel, target: str) -> Fitted:
        """Fit every member, and look each unit's weights up."""
        states = tuple(member.fit(panel, target) for member in MEMBERS)
        return Fitted(states, weights_of(panel.series(target), target)[1])

    def draw(
        self, state: Fitted, *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return the members' draws, mixed by weight, in the forest's courses."""
        drawn = [
            member.draw(fitted, horizons=horizons, draws=draws, rng=rng)
            for member, fitted in zip(MEMBERS, state.states, strict=True)
        ]
        return follow(mixed(drawn, state.weights[:, group_of(horizons)], rng=rng), drawn[0], rng=rng)


def intensity(series: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each unit's class at the end of its series, as a position in :data:`CLASSES`."""
    since = months_since(series > 0)[:, -1]
    since = np.where(series.any(axis=1), since, np.inf)
    typical = level(series.astype(np.float64), frozen()["forest"]["level_half_life"])[:, -1]
    return np.where(since >= 60, 0, np.where(since >= 12, 1, np.where(typical < 10, 2, 3)))


def weights_of(series: NDArray[np.int64], target: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each unit's class and its weights, shapes (units,) and (units, groups, members)."""
    table = np.array([CHOSEN["weights"][target][name] for name in CLASSES])
    classes = intensity(series)
    return classes, table[classes]


def group_of(horizons: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each horizon's position among the groups."""
    return np.searchsorted(GROUPS, horizons)


def mixed(
    drawn: list[NDArray[np.int64]], weights: NDArray[np.float64], *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return a linear pool of draws: of each member its share, evenly spaced through its sorted draws.

    Shares and places start at a random offset (systematic sampling), so that every draw of a member has the same chance.

    Parameters
    ----------
    drawn : list of numpy.ndarray, shape (units, horizons, draws)
        One per member.
    weights : numpy.ndarray, shape (units, horizons, members)
        Sum to 1 over members.
    """
    draws, members = drawn[0].shape[-1], len(drawn)
    ordered = np.stack([np.sort(d, axis=-1).reshape(-1, draws) for d in drawn])
    shares = weights.reshape(-1, members)
    rows = len(shares)
    ends = np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True) * draws
    ends = np.floor(ends + rng.random((rows, 1))).astype(np.int64)
    ends[:, -1] = draws
    starts = np.concatenate([np.zeros((rows, 1), np.int64), ends[:, :-1]], axis=1)
    offset = rng.random((rows, members))
    out = np.empty((rows, draws), drawn[0].dtype)
    for k in range(draws):
        member = (k >= ends).sum(axis=1)
        row = np.arange(rows)
        first, count = starts[row, member], ends[row, member] - starts[row, member]
        place = ((k - first + offset[row, member]) / count * draws).astype(np.int64)
        out[:, k] = ordered[member, row, np.minimum(place, draws - 1)]
    return out.reshape(drawn[0].shape)
