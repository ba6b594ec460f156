"""The explanation of one unit's forecast, and of many units' from one forest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import MAX_HORIZON, Panel, UnitKind
from aftershock.errors import DataError, UsageError
from aftershock.explanations.features import effects, features_table, parts_table
from aftershock.explanations.members import forest_of, members_table, pools
from aftershock.explanations.situations import nearest_past
from aftershock.models import ModelChoice, label_of
from aftershock.models.forest import Forest, similar
from aftershock.models.stack import CLASSES, intensity
from aftershock.months import month_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Explanation", "explain", "explain_units"]

YEAR = 12
TOGETHER = 64  # units whose weights are held at a time


@dataclass(frozen=True)
class Explanation:
    """What a forecast of one unit and target rests on; of associations in the record, not of causes.

    Attributes
    ----------
    unit, origin : int
    kind : {"country_id", "priogrid_gid", "dyad_id"}
        What a unit is.
    target : str
    horizon : int
        Months ahead that everything here speaks of.
    intensity : {"quiet", "past", "low", "high"}
        The class whose weights the pool uses: no death in five years; some, but none in twelve months; some in twelve
        months and a level below 10 deaths a month; a level of 10 or more.
    level : float
        Deaths in a typical month now, to which what followed elsewhere is scaled.
    situations : pandas.DataFrame
        The nearest past situations, most weight first, those of one unit and calendar year together: the unit's column,
        ``first`` and ``last`` month_id, ``weight`` (share of the forest's draws), ``level`` (deaths in a typical month
        then), ``followed`` (mean deaths a month over the horizon after it), ``scaled`` (the same at the unit's own level,
        as it enters the forecast), ``ended`` (share of the weight with no death in the last three months of the horizon).
    any_followed, many_followed, ended : float
        Of all situations, listed or not, the share of the weight after which someone died, at least 25 died, and no one
        died in the last three months of the horizon.
    parts : pandas.DataFrame
        What made the difference, by ``part`` of what is known, largest first: ``effect`` (what knowing it does to the
        typical number of deaths a month: 2 doubles it, 0.5 halves it, against the average situation of the record), and the
        ``feature`` with the most of it, its ``value`` and ``measure``. The product of all effects is the difference.
    features : pandas.DataFrame
        The same by single ``feature``, with its ``part``.
    share : float
        Of the forecast that rests on situations, the mean over the months ahead: the weight of the forest.
    members : pandas.DataFrame
        ``first_horizon``, ``last_horizon``, ``model``, ``weight`` in the pool; empty where a forest forecasts alone.
    """

    unit: int
    origin: int
    kind: UnitKind
    target: str
    horizon: int
    intensity: str
    level: float
    situations: pd.DataFrame
    any_followed: float
    many_followed: float
    ended: float
    parts: pd.DataFrame
    features: pd.DataFrame
    share: float
    members: pd.DataFrame


def explain(
    panel: Panel,
    unit: int,
    *,
    target: str = "sb",
    horizon: int = YEAR,
    most: int = 8,
    model: ModelChoice = "stack",
) -> Explanation:
    """Say what a forecast of one unit rests on: like situations of the past, main features, members and weights.

    Parameters
    ----------
    panel : Panel
        What the forecast is made from; ends at the origin.
    unit : int
        Of the panel; for countries the VIEWS number.
    target : str
        One of ``sb, ns, os, total``.
    horizon : int
        Months ahead, 1 to 36.
    most : int
        Situations and features listed at most.
    model : str or Model
        ``stack``, the default, or ``forest``; no other model rests on like situations.

    Raises
    ------
    UsageError
        A unit without figures at the origin, a horizon outside its range, or another model.
    DataError
        A past too short for a forest.

    Examples
    --------
    >>> import aftershock
    >>> why = aftershock.explain(aftershock.embedded_panel(), 220)  # Syria
    >>> why.intensity, len(why.situations)
    ('high', 8)
    >>> why.members.groupby("last_horizon").weight.sum().round(6).unique().tolist()
    [1.0]
    """
    return explain_units(panel, [unit], target=target, horizon=horizon, most=most, model=model)[0]


def explain_units(
    panel: Panel,
    units: Sequence[int],
    *,
    target: str = "sb",
    horizon: int = YEAR,
    most: int = 8,
    model: ModelChoice = "stack",
) -> list[Explanation]:
    """Return :func:`explain` of several units, all from one forest: that of the forecast, if it was just made."""
    forest = forest_of(model)
    if forest is None:
        raise UsageError(
            "an explanation needs a model that rests on like situations of the past",
            found=label_of(model),
            fix="Choose stack or forest.",
        )
    places = _check(panel, units, horizon=horizon, most=most)
    state = forest.fit(panel, target)
    if not state.reaches:
        raise DataError(
            "an explanation needs 50 past situations whose outcome is known",
            found=f"{len(panel.months)} months of {len(panel.units)} units, of which the first 24 and last 14 do not count",
            fix="Choose a later origin.",
        )
    members = _members(model, target)
    classes = intensity(state.series)
    made: list[Explanation] = []
    for start in range(0, len(places), TOGETHER):
        some = places[start : start + TOGETHER]
        grown, weights = similar(forest, state, some, horizon=horizon)
        moved = effects(forest, state, grown, some, horizon=horizon)
        for place, weight, moves in zip(some, weights, moved, strict=True):
            name = list(CLASSES)[classes[place]]
            near = nearest_past(state, grown, int(place), weight, horizon=horizon, most=most)
            features = features_table(state, int(place), moves)
            made.append(
                Explanation(
                    unit=int(panel.units[place]),
                    origin=panel.last_month,
                    kind=panel.kind,
                    target=target,
                    horizon=horizon,
                    intensity=name,
                    level=float(state.level[place, -1]),
                    situations=near.table,
                    any_followed=near.any_followed,
                    many_followed=near.many_followed,
                    ended=near.ended,
                    parts=parts_table(features),
                    features=features.head(most),
                    share=_share(members[name], horizon),
                    members=members[name],
                )
            )
    return made


def _check(panel: Panel, units: Sequence[int], *, horizon: int, most: int) -> NDArray[np.int64]:
    """Return the units' places in the panel."""
    place = {int(u): k for k, u in enumerate(panel.units) if panel.exists[k, -1]}
    missing = [str(u) for u in units if u not in place]
    if missing:
        raise UsageError(
            "a unit to explain must have figures at the origin",
            found=f"none of {panel.kind} {', '.join(missing[:5])} in {month_text(panel.last_month)}",
            fix="Choose another, or another origin.",
        )
    if not 1 <= horizon <= MAX_HORIZON:
        raise UsageError(f"a horizon must lie between 1 and {MAX_HORIZON}", found=str(horizon), fix="Use 12.")
    if most < 1:
        raise UsageError("what is listed must be one or more", found=str(most), fix="Use 8.")
    return np.array([place[int(u)] for u in units], np.int64)


def _members(model: ModelChoice, target: str) -> dict[str, pd.DataFrame]:
    """Return a model's members and weights by class."""
    table = members_table(target)
    rows = table if pools(model) else table.head(0)
    return {name: rows[rows.intensity == name].drop(columns="intensity").reset_index(drop=True) for name in CLASSES}


def _share(members: pd.DataFrame, horizon: int) -> float:
    """Return the forest's weight, the mean over the months to a horizon."""
    rows = members[members.model == Forest.name]
    months = np.minimum(rows.last_horizon, horizon) - rows.first_horizon + 1
    return float(np.average(rows.weight, weights=np.maximum(months, 0))) if len(rows) else 1.0
