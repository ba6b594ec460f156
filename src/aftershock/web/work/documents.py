"""Forecast, record and track record → the documents that pages read, beside those of the report.

All are columns of plain lists, places in the list of units that ``payload.json`` has.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from aftershock.backtests import Backtest
from aftershock.contract import TYPES, Forecast, Panel
from aftershock.report.data import PAST, rounded

__all__ = ["CONFLICT", "active_dyads", "country_tracks", "risks"]

CONFLICT = 25
"""Deaths in twelve months from which on a country counts as in conflict; UCDP's threshold for a pair of sides."""
WORSE = 1.5
"""How many times the last twelve months' deaths the next twelve must have, to be an escalation."""
YEARS = 10
MOST_DYADS = 40


def risks(forecast: Forecast, panel: Panel) -> dict[str, dict[str, list[Any]]]:
    """Return per target the chances of conflict, onset and escalation within twelve months, one per unit.

    ``conflict``: 25 or more deaths. ``onset``: the same, only where the last twelve months had fewer. ``escalation``: half as
    many deaths again as in the last twelve months, only where those had 25 or more. None where a question does not arise.
    """
    before = panel.until(forecast.origin).select(forecast.units)
    found = {}
    for target in forecast.targets:
        ahead = forecast.of(target)[:, :PAST].sum(axis=1, dtype=np.int64)
        past = before.series(target)[:, -PAST:].sum(axis=1)
        quiet = past < CONFLICT
        likely = (ahead >= CONFLICT).mean(axis=1)
        worse = (ahead >= np.ceil(past * WORSE)[:, None]).mean(axis=1)
        found[target] = {
            "conflict": rounded(likely),
            "onset": rounded(np.where(quiet, likely, np.nan)),
            "escalation": rounded(np.where(quiet, np.nan, worse)),
        }
    return found


def country_tracks(track: Backtest, model: str, units: list[int]) -> dict[str, Any]:
    """Return every past forecast of one model by country: months, and per unit interval, median and what came.

    Returns
    -------
    dict
        ``months``, ``windows``; ``units`` by place: ``lower_90, median, upper_90, outcome``, one per month (None where not
        forecast), ``crps`` its mean and ``against`` the mean CRPS of the others by name, or None for a unit without any.
    """
    rows = track.pooled(model)
    months = np.unique(rows.month_id.to_numpy())
    others = {name: track.pooled(name).groupby("country_id").crps.mean() for name in track.models if name != model}
    by_unit = dict(iter(rows.groupby("country_id")))
    made: list[dict[str, Any] | None] = []
    for unit in units:
        own = by_unit.get(unit)
        if own is None or not (own.outcome.any() or (own.upper_90 > 0).any()):
            made.append(None)
            continue
        own = own.set_index("month_id").reindex(months)
        columns: dict[str, Any] = {name: rounded(own[name]) for name in ("lower_90", "median", "upper_90")}
        columns["outcome"] = [None if np.isnan(x) else int(x) for x in own.outcome]
        means = {name: float(scores.get(unit, np.nan)) for name, scores in others.items()}
        inside = own.covered_90.dropna()
        columns |= {"crps": rounded([own.crps.mean()])[0], "covered": float(inside.mean()), "n": len(inside)}
        columns["against"] = {name: rounded([value])[0] for name, value in means.items() if not np.isnan(value)}
        made.append(columns)
    return {"model": model, "months": months.tolist(), "windows": list(track.windows), "units": made}


def active_dyads(rows: Any, gwcodes: list[int], *, last_year: int) -> list[list[dict[str, Any]]]:
    """Return the pairs of sides active in each country in the last ten years, those active last first.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``gwcode, year, type_of_violence, dyad_name``, and ``events, deaths`` where the record has them.
    gwcodes : list of int
    last_year : int
    """
    words = {number: name for name, number in TYPES.items()}
    recent = rows[(rows.year > last_year - YEARS) & (rows.year <= last_year)]
    counted = "deaths" in recent.columns
    by_country = dict(iter(recent.groupby("gwcode")))
    made = []
    for code in gwcodes:
        pairs = []
        if code in by_country:
            for (kind, name), years in by_country[code].groupby(["type_of_violence", "dyad_name"]):
                pair: dict[str, Any] = {
                    "type": words[int(kind)],
                    "name": str(name),
                    "years": sorted({int(y) for y in years.year}),
                }
                if counted:
                    pair |= {"events": int(years.events.sum()), "deaths": int(years.deaths.sum())}
                pairs.append(pair)
        pairs.sort(key=lambda p: (-p["years"][-1], -p.get("deaths", 0), -len(p["years"]), p["name"]))
        made.append(pairs[:MOST_DYADS])
    return made
