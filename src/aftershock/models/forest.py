"""What followed in the most similar situations of the past, anywhere; a forest of trees decides which are similar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import MAX_HORIZON, Panel
from aftershock.errors import UsageError
from aftershock.models.base import Model
from aftershock.models.courses import courses
from aftershock.models.features import Features, level, make_features, months_since
from aftershock.models.frozen import frozen
from aftershock.models.kept import kept
from aftershock.models.weighted_history import WeightedHistory, dithered

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesRegressor

__all__ = ["Forest", "Grown", "Situations", "similar"]

CHOSEN = frozen()["forest"]
FIRST = 24  # months of past before a situation is learned from
FEWEST = 50  # situations to grow a forest on at least
REACHES = (14, MAX_HORIZON)  # a forest for horizons to 14, one for the rest
STEPS = ((1, 2), (3, 5), (6, 9), (10, 14), (15, 19), (20, 24), (25, 30), (31, 36))  # horizons a tree looks at together
HISTORY = WeightedHistory()  # draws what no forest reaches
SEED = 1  # of the trees; draws have their own


@dataclass(frozen=True)
class Grown:
    """A fitted forest and the situations in its leaves.

    Attributes
    ----------
    reach : int
        The longest horizon whose outcome is known for every situation.
    trees : sklearn.ensemble.ExtraTreesRegressor
    unit, month : numpy.ndarray of int, shape (situations,)
        Position of each situation in the panel.
    weight : numpy.ndarray, shape (situations,)
        What each counts when trees grow: quiet situations stand for those left out, old ones count less.
    chance : numpy.ndarray, shape (situations,)
        What each counts when draws pick from a leaf: of the same calendar month as the origin, more.
    leaves : numpy.ndarray of int, shape (situations, trees)
        In the narrowest type that holds them, for states are kept.
    """

    reach: int
    trees: ExtraTreesRegressor
    unit: NDArray[np.int64]
    month: NDArray[np.int64]
    weight: NDArray[np.float64]
    chance: NDArray[np.float64]
    leaves: NDArray[Any]


@dataclass(frozen=True)
class Situations:
    """The past as a forest sees it, and the forests grown on it, one per reach, each when it is first asked for."""

    panel: Panel
    series: NDArray[np.int64]
    history: NDArray[np.int64]
    level: NDArray[np.float64]
    features: Features
    reaches: tuple[int, ...]
    forests: dict[int, Grown] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Forest(Model[Situations]):
    """A quantile regression forest whose leaves hold past situations; a draw is the course of months that followed one.

    Each situation is a unit and month of the past. Trees split on what was known then (:mod:`aftershock.models.features`)
    so that what followed is alike within a leaf: the mean log of deaths, relative to the level by ``relative``, and the
    shares of months with 1 and 25 deaths or more. A draw picks a tree, a situation from the leaf the unit falls into, and
    takes its following months times (own level + 1) / (its level + 1). Within a leaf, situations of the origin's calendar
    month count ``season`` times (records have lumps at the turn of the year), those of the unit itself ``own`` times. Where
    fewer than 50 situations have a known outcome as far ahead, draws come from the unit's own recent months. The
    bootstrap sample of a tree has ``sample`` times the situations' total weight.

    Extremely randomised trees: Geurts et al. 2006, doi:10.1007/s10994-006-6226-1; distributions from leaves: Meinshausen
    2006, Journal of Machine Learning Research 7.
    """

    name: ClassVar[str] = "forest"
    joint: ClassVar[tuple[str, ...]] = ("unit", "month")
    trees: int = CHOSEN["trees"]
    leaf: int = CHOSEN["leaf"]
    candidates: float = CHOSEN["candidates"]
    relative: float = CHOSEN["relative"]
    half_life: float = CHOSEN["half_life"]
    level_half_life: float = CHOSEN["level_half_life"]
    thinning: int = CHOSEN["thinning"]
    quiet: int = CHOSEN["quiet"]
    sample: float = CHOSEN["sample"]
    season: float = CHOSEN["season"]
    own: float = CHOSEN["own"]

    def __post_init__(self) -> None:
        for name in ("trees", "leaf", "thinning", "half_life", "level_half_life", "season", "own"):
            value = getattr(self, name)
            if not 0 < value < np.inf or (name in ("trees", "leaf", "thinning") and value < 1):
                raise UsageError(f"{name} must be above 0", found=f"{value:g}", fix=f"Use {CHOSEN[name]:g}.")
        for name in ("candidates", "sample", "relative"):
            value = getattr(self, name)
            if not 0 <= value <= 1 or (name != "relative" and value == 0):
                raise UsageError(f"{name} must be a share of 1", found=f"{value:g}", fix=f"Use {CHOSEN[name]:g}.")

    def fit(self, panel: Panel, target: str) -> Situations:
        """Return the past as this model sees it; forests grow when horizons are known, and are kept for a while."""
        return kept(self, panel, target)

    def learn(self, panel: Panel, target: str) -> Situations:
        """Return what :meth:`fit` does, made anew."""
        history = HISTORY.fit(panel, target)
        series = panel.series(target)
        typical = level(series.astype(np.float64), self.level_half_life)
        reaches = tuple(reach for reach in REACHES if len(_eligible(panel, reach)[0]) >= FEWEST)
        return Situations(panel, series, history, typical, make_features(panel, target), reaches)

    def grown(self, state: Situations, horizon: int) -> Grown:
        """Return the forest for a horizon: of those that reach it the shortest, else the longest there is."""
        reach = next((r for r in state.reaches if r >= horizon), state.reaches[-1])
        if reach not in state.forests:
            state.forests[reach] = self._grow(state, reach)
        return state.forests[reach]

    def _grow(self, state: Situations, reach: int) -> Grown:
        from sklearn.ensemble import ExtraTreesRegressor

        unit, month = _eligible(state.panel, reach)
        last = state.series.shape[1] - 1
        quiet = months_since(state.series > 0)[unit, month] >= self.quiet
        chance = np.random.default_rng(SEED).random((len(state.series), last - reach - FIRST + 1))
        kept = ~quiet | (chance[unit, month - FIRST] < 1 / self.thinning)
        weight = np.where(quiet, float(self.thinning), 1.0) * 0.5 ** ((last - reach - month) / self.half_life)
        unit, month, weight = unit[kept], month[kept], weight[kept]
        trees = ExtraTreesRegressor(
            self.trees, min_samples_leaf=self.leaf, max_features=self.candidates, bootstrap=True,
            max_samples=max(1, int(self.sample * weight.sum())), n_jobs=-1, random_state=SEED,
        )  # fmt: skip
        seen = state.features.values[unit, month]
        trees.fit(seen, self._followed(state, unit, month, reach), sample_weight=weight)
        leaves = trees.apply(seen)
        season = np.where((last - month) % 12 == 0, self.season, 1.0)
        leaves = leaves.astype(np.min_scalar_type(leaves.max()))
        return Grown(reach, trees, unit, month, weight, weight * season, leaves)

    def _followed(
        self, state: Situations, unit: NDArray[np.int64], month: NDArray[np.int64], reach: int
    ) -> NDArray[np.float64]:
        """Return what a tree should tell apart, three numbers per step of horizons, shape (situations, 3 × steps)."""
        base = self.relative * np.log1p(state.level[unit, month])
        columns = []
        for start, stop in STEPS:
            if start <= reach:
                ahead = np.arange(start, min(stop, reach) + 1)
                deaths = state.series[unit[:, None], month[:, None] + ahead]
                columns += [
                    np.log1p(deaths).mean(axis=1) - base, (deaths > 0).mean(axis=1), (deaths >= 25).mean(axis=1)
                ]  # fmt: skip
        return np.stack(columns, axis=1)

    def draw(
        self, state: Situations, *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return courses of months that followed similar situations, scaled to each unit's own level."""
        reached = horizons[horizons <= max(state.reaches, default=0)]
        out = np.empty((len(state.series), len(horizons), draws), np.int64)
        if len(reached):
            out[:, : len(reached)] = self._draw_reached(state, reached, draws, rng)
        if len(reached) < len(horizons):
            beyond = horizons[len(reached) :]
            later = courses(HISTORY.draw(state.history, horizons=beyond, draws=draws, rng=rng), beyond, rng=rng)
            if len(reached):
                later = _by_rank(later, out[:, : len(reached)].mean(axis=1), later.mean(axis=1))
            out[:, len(reached) :] = later
        return out

    def _draw_reached(
        self, state: Situations, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return courses for horizons that a forest reaches."""
        out = np.empty((len(state.series), len(horizons), draws), np.int64)
        order = rng.permuted(np.tile(np.arange(draws), (len(out), 1)), axis=1)
        reach_of = np.array(state.reaches)[np.searchsorted(state.reaches, horizons)]
        before = None
        for reach in np.unique(reach_of).tolist():
            grown, mine = self.grown(state, reach), reach_of == reach
            picked = _pick(state, grown, self.own, draws, rng)
            if before is not None:
                picked = _continued(state, before, grown, picked)
            before = grown, picked
            ordered = np.take_along_axis(picked, order, axis=1)
            out[:, mine] = dithered(_scaled(state, grown, ordered, horizons[mine]), rng)
        return out


def _eligible(panel: Panel, reach: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return units and months to learn from: figures there and in every month up to the reach."""
    months = panel.exists.shape[1]
    if months <= FIRST + reach:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    there = np.concatenate([np.zeros((len(panel.units), 1), int), np.cumsum(panel.exists, axis=1)], axis=1)
    whole = there[:, reach + 1 :] - there[:, : -reach - 1] == reach + 1
    unit, month = np.nonzero(whole[:, FIRST:])
    return unit, month + FIRST


def _pick(state: Situations, grown: Grown, own: float, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return one situation per unit and draw, from its leaf in a tree; trees take turns, shape (units, draws)."""
    fallen = grown.trees.apply(state.features.values[:, -1])
    units, trees = fallen.shape
    turn = rng.permutation(trees)[np.arange(draws) % trees]
    out = np.empty((units, draws), np.int64)
    for tree in np.unique(turn):
        mine = np.flatnonzero(turn == tree)
        share = (np.arange(len(mine)) + rng.random((units, len(mine)))) / len(mine)
        place = grown.leaves[:, tree].astype(np.int64) * units + grown.unit  # leaf by leaf, in each unit by unit
        order = np.argsort(place, kind="stable")
        total = np.concatenate([[0.0], np.cumsum(grown.chance[order])])
        wanted = fallen[:, tree] * units + np.arange(units)
        bounds = np.searchsorted(
            place[order], [fallen[:, tree] * units, wanted, wanted + 1, (fallen[:, tree] + 1) * units]
        )
        start, own_start, own_stop, stop = total[bounds]
        # Along the leaf, the unit's own situations take `own` times their length.
        longer = (own - 1) * (own_stop - own_start)
        at = share * (stop - start + longer)[:, None]
        before, inside = (own_start - start)[:, None], (own * (own_stop - own_start))[:, None]
        at = np.where(
            at < before, at, np.where(at < before + inside, before + (at - before) / own, at - longer[:, None])
        )
        found = np.searchsorted(total, start[:, None] + at, side="right") - 1
        out[:, mine] = order[np.clip(found, bounds[0][:, None], bounds[3][:, None] - 1)]
    return out


def _scaled(
    state: Situations, grown: Grown, picked: NDArray[np.int64], horizons: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what followed the picked situations, at each unit's own level, shape (units, horizons, draws).

    No month is scaled beyond the worst on record anywhere.
    """
    unit, month = grown.unit[picked], grown.month[picked]
    ratio = (state.level[:, -1][:, None] + 1) / (state.level[unit, month] + 1)
    followed = state.series[unit[:, None, :], month[:, None, :] + horizons[:, None]]
    scaled: NDArray[np.float64] = np.minimum(followed * ratio[:, None, :], max(int(state.series.max()), 1))
    return scaled


def _continued(
    state: Situations, before: tuple[Grown, NDArray[np.int64]], grown: Grown, picked: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Reorder situations so that their courses go on where those of the shorter forest end, rank by rank."""
    shorter, earlier = before
    shared = np.arange(max(shorter.reach - 4, 1), shorter.reach + 1)
    ends = _scaled(state, shorter, earlier, shared).mean(axis=1)
    starts = _scaled(state, grown, picked, shared).mean(axis=1)
    return _by_rank(picked[:, None], ends, starts)[:, 0]


def _by_rank(
    courses_: NDArray[np.int64], leader: NDArray[np.float64], follower: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Reorder draws of shape (units, months, draws) so that their ``follower`` has the ranks of the ``leader``."""
    out = np.empty_like(courses_)
    ranked = np.take_along_axis(courses_, np.argsort(follower, axis=1, kind="stable")[:, None], axis=2)
    np.put_along_axis(out, np.argsort(leader, axis=1, kind="stable")[:, None], ranked, axis=2)
    return out


def similar(
    model: Forest, state: Situations, units: NDArray[np.int64], *, horizon: int
) -> tuple[Grown, NDArray[np.float64]]:
    """Return the forest for a horizon and how often a draw picks each of its situations.

    Parameters
    ----------
    model : Forest
    state : Situations
    units : numpy.ndarray of int, shape (units,)
        Their places in the panel.
    horizon : int

    Returns
    -------
    Grown
    numpy.ndarray, shape (units, situations)
        Sums to 1 over situations.
    """
    grown = model.grown(state, horizon)
    own = grown.trees.apply(state.features.values[units, -1])
    weights = np.zeros((len(units), len(grown.unit)))
    for tree in range(own.shape[1]):
        order = np.argsort(grown.leaves[:, tree], kind="stable")
        leaves = grown.leaves[order, tree]
        mine, which = np.unique(own[:, tree], return_inverse=True)
        ends = zip(*(np.searchsorted(leaves, mine, side) for side in ("left", "right")), strict=True)
        for leaf, (first, last) in enumerate(ends):
            inside = order[first:last]
            here = np.flatnonzero(which == leaf)
            chance = grown.chance[inside] * np.where(grown.unit[inside] == units[here, None], model.own, 1.0)
            weights[here[:, None], inside] += chance / chance.sum(axis=1, keepdims=True)
    return grown, weights / own.shape[1]
