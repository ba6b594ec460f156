"""A track record apart by how far ahead, where, and how violent it had been: where the skill is, and where it is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.backtests import Backtest
from aftershock.contract import Panel
from aftershock.figures import countries
from aftershock.months import month_id
from aftershock.report.data import rounded

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GROUPS", "region_of", "score_groups"]

GROUPS = {
    "horizon": "how far ahead",
    "region": "where",
    "intensity": "deaths in the twelve months before the forecast",
}
"""What forecasts are told apart by, in words."""
REGIONS = ((200, "Americas"), (400, "Europe"), (630, "Africa"), (700, "Middle East"), (1000, "Asia and Oceania"))
"""UCDP's regions by Gleditsch–Ward number: each ends below the number beside it."""
AHEAD = ((5, "3–5 months ahead"), (8, "6–8 months ahead"), (11, "9–11 months ahead"), (14, "12–14 months ahead"))
LEVELS = ((1, "none"), (25, "1–24"), (1000, "25–999"), (np.inf, "1,000 or more"))
SCORES = ("crps", "log_crps", "ign", "mis")


def region_of(gwcode: int) -> str:
    """Return UCDP's region of a country.

    Examples
    --------
    >>> [region_of(number) for number in (2, 365, 625, 652, 700, 900)]
    ['Americas', 'Europe', 'Africa', 'Middle East', 'Asia and Oceania', 'Asia and Oceania']
    """
    return next(name for end, name in REGIONS if gwcode < end)


def score_groups(track: Backtest, panel: Panel) -> dict[str, list[dict[str, Any]]]:
    """Return mean scores of every model per group of :data:`GROUPS`.

    Parameters
    ----------
    track : Backtest
    panel : Panel
        Holds the months before each forecast.

    Returns
    -------
    dict of str to list of dict
        Per way of grouping, rows of ``group, model, n, crps, log_crps, ign, mis``, groups in order, models as in the track
        record; groups without a forecast are left out.
    """
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in GROUPS}
    keys: dict[str, np.ndarray] | None = None
    for model in track.models:
        rows = track.pooled(model)
        if keys is None:
            keys = _keys(rows, track.target, panel)
            first = rows[["country_id", "month_id"]].to_numpy()
        elif not np.array_equal(first, rows[["country_id", "month_id"]].to_numpy()):
            keys = _keys(rows, track.target, panel)
        for kind, key in keys.items():
            groups = rows.groupby(key)
            means, n = groups[list(SCORES)].mean(), groups.size()
            found[kind] += [
                {"group": group, "model": model, "n": int(n[group])}
                | dict(zip(SCORES, rounded(means.loc[group]), strict=True))
                for group in _order(kind)
                if group in n.index
            ]
    return found


def _order(kind: str) -> Iterable[str]:
    names = {"horizon": AHEAD, "region": REGIONS, "intensity": LEVELS}[kind]
    return [str(name) for _, name in names]


def _keys(rows: pd.DataFrame, target: str, panel: Panel) -> dict[str, np.ndarray]:
    """Return the group of each row, per way of grouping."""
    month, unit = rows.month_id.to_numpy(), rows.country_id.to_numpy()
    window = 1980 + (month - 1) // 12
    origin = np.array([month_id(int(year) - 1, 10) for year in window])
    ahead = month - origin
    codes = dict(zip(countries().country_id, countries().gwcode, strict=True))
    so_far = np.concatenate([np.zeros((len(panel.units), 1), np.int64), panel.series(target).cumsum(axis=1)], axis=1)
    place, end = np.searchsorted(panel.units, unit), origin - int(panel.months[0]) + 1
    before = so_far[place, end] - so_far[place, np.maximum(end - 12, 0)]
    return {
        "horizon": _named(ahead, AHEAD, side="left"),
        "region": np.array([region_of(int(codes.get(u, 999))) for u in unit]),
        "intensity": _named(before, LEVELS, side="right"),
    }


def _named(values: np.ndarray, names: tuple[tuple[float, str], ...], *, side: Any) -> np.ndarray:
    return np.array([name for _, name in names])[np.searchsorted([end for end, _ in names], values, side=side)]
