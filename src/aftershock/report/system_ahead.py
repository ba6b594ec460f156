"""What may come of a system, for its page: whether it can spiral, and deaths by month of each front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.contract import Forecast, Streams
from aftershock.errors import UsageError
from aftershock.figures import country_names
from aftershock.months import month_name
from aftershock.report.data import rounded
from aftershock.report.system_data import SHOWN, short
from aftershock.report.system_pictures import fan, on_scale
from aftershock.report.system_words import percent
from aftershock.summary import chance

if TYPE_CHECKING:  # the system's code is compiled, and slow to load
    from aftershock.system import System
    from aftershock.system.forecasts import By
    from aftershock.system.spiral import Spiral, SpiralCourse

__all__ = ["fan_rows", "spiral_words"]

PAST = 36  # months shown before a forecast
ENDS = (0.05, 0.25, 0.5, 0.75, 0.95)
KINDS: dict[str, By] = {"country_id": "country", "stream_id": "stream"}
UNTOLD = 0.1  # share of futures cut off from which on no number of deaths is put in words
RATIO = 1.5  # where the scale of ratios ends


def spiral_words(spiral: Spiral | SpiralCourse) -> dict[str, Any]:
    """Return chances, sentences, edges and, of a course, a row per origin; of a course the last origin is spoken of."""
    from aftershock.system.spiral import SpiralCourse

    course = spiral.spirals if isinstance(spiral, SpiralCourse) else (spiral,)
    if not course:
        raise UsageError("a course of spirals must hold one", found="none", fix="Follow it over one origin or more.")
    now = course[-1]
    times = [
        (f"Deaths of the next year above {key} times those of the last", value) for key, value in now.exceeds.items()
    ]
    low, middle, high = _deaths([now.next_low, now.next, now.next_high])
    sentence = f"{chance(now.supercritical)} that the branching ratio is 1 or more, so that violence feeds itself without end. "
    if now.bound:
        sentence = (
            "Whether violence can feed itself without end, links that quiet leave open: the chance is "
            f"{percent(now.supercritical)} at most. "
        )
    sentence += f"After {now.last:,.0f} deaths in the last year, the next one " + (
        f"may bring {middle} (90\u00a0% interval {low} to {high})." if now.capped < UNTOLD else
        f"is beyond the model: in {percent(now.capped)} of futures violence grew until the simulation cut it off."
    )  # fmt: skip
    return {
        "origin": now.origin,
        "sentence": f"{sentence[0].upper()}{sentence[1:]}",
        "tiles": [("Ratio of 1 or more" + ", at most" * now.bound, now.supercritical), *times],
        "capped": now.capped,
        "edges": [
            {
                "by": edge.source,
                "to": edge.target,
                "own": edge.source == edge.target,
                "children": short(edge.children),
                "share": edge.share,
                "low": edge.low,
                "high": edge.high,
            }
            for edge in now.edges
        ],
        "notes": now.notes,
        "course": [_moved(one) for one in course] if len(course) > 1 else [],
        "factors": list(now.exceeds),
    }


def _moved(one: Spiral) -> dict[str, Any]:
    lower, middle, upper = on_scale([one.ratio_low, one.ratio, one.ratio_high], low=0.0, high=RATIO)
    return {
        "origin": one.origin,
        "supercritical": one.supercritical,
        "exceeds": list(one.exceeds.values()),
        "ratio": f"{one.ratio:.2f} ({one.ratio_low:.2f}–{one.ratio_high:.2f})",
        "at": [lower, middle, upper],
    }


def fan_rows(system: System, forecast: Forecast, came: Streams | None) -> dict[str, Any]:
    """Return deaths seen and forecast by month, per stream or country, the deadliest forecast first.

    Parameters
    ----------
    system : System
    forecast : Forecast
        Of the system, by country or by stream.
    came : Streams, optional
        The same streams with days after the origin.

    Raises
    ------
    UsageError
        The forecast is of other units.
    """
    by = KINDS.get(forecast.kind)
    if by is None:
        raise UsageError(
            "a system's report shows a forecast by country or by stream",
            found=forecast.kind,
            fix="Make it with forecast_system.",
        )
    names = _names(system, by, forecast)
    target = "total" if "total" in forecast.targets else forecast.targets[0]
    draws = forecast.of(target).astype(np.float64)
    past = _series(
        system.streams, by, target, np.arange(forecast.origin - PAST + 1, forecast.origin + 1), forecast.units
    )
    later = _series(came, by, target, forecast.months, forecast.units)
    order = np.argsort(-np.median(draws.sum(axis=1), axis=1), kind="stable")[:SHOWN]
    months = [month_name(int(month)) for month in forecast.months]
    rows = []
    for u in order.tolist():
        seen = past[u][np.isfinite(past[u]).argmax() :] if np.isfinite(past[u]).any() else np.zeros(0)
        ends = np.quantile(draws[u], ENDS, axis=1)
        rows.append({"name": names[u], "from_month": month_name(forecast.origin - len(seen) + 1),
                     **_fan(np.nan_to_num(seen), ends, later[u], months),
                     "said": _sum_words(draws[u], seen, later[u], joint="month" in forecast.joint)})  # fmt: skip
    return {
        "rows": rows,
        "rest": len(names) - len(rows),
        "by": by,
        "first": months[0],
        "last": months[-1],
        "origin": month_name(forecast.origin),
        "came": bool(np.isfinite(later).any()),
        "notes": _notes(system, forecast),
    }


def _notes(system: System, forecast: Forecast) -> list[str]:
    """Return what the forecast's provenance says beyond the system's; streams are named here, not numbered."""
    known = system.streams.provenance.notes
    return [
        note for note in forecast.provenance.notes if note not in known and not note.startswith("Streams by number")
    ]


def _deaths(values: np.ndarray | list[float]) -> list[str]:
    """Return deaths to three significant digits, and whole.

    Examples
    --------
    >>> _deaths([2.95, 12345.6])
    ['3', '12,300']
    """
    return [f"{round(value or 0):,}" for value in rounded(values)]


def _fan(past: np.ndarray, ends: np.ndarray, came: np.ndarray, months: list[str]) -> dict[str, Any]:
    drawn = fan(past, ends, came)
    table = [
        {"month": month, "cells": _deaths(column), "came": None if np.isnan(value) else f"{value:,.0f}"}
        for month, column, value in zip(months, ends.T, came, strict=True)
    ]
    top, highest = _deaths([drawn["top"] / 1.04, float(ends[4].max())])
    return {"picture": drawn, "table": table, "top": top, "highest": highest}


def _names(system: System, by: By, forecast: Forecast) -> list[str]:
    if by == "country":
        known = country_names()
        return [known.get(int(unit), f"Country {unit}") for unit in forecast.units]
    if int(forecast.units.min()) < 1 or int(forecast.units.max()) > len(system.names):
        raise UsageError(
            f"a forecast by stream must be of this system's streams, 1 to {len(system.names)}",
            found=f"{forecast.units.min()} to {forecast.units.max()}",
            fix="Give the forecast that was made of this system.",
        )
    return [system.names[int(unit) - 1] for unit in forecast.units]


def _series(streams: Streams | None, by: By, target: str, months: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return deaths by unit and month, not a number where they are not known whole."""
    from aftershock.system.forecasts import outcomes_of

    out = np.full((len(units), len(months)), np.nan)
    if streams is None:
        return out
    held = outcomes_of(streams, by=by, target=target).unstack(level=0)
    at = np.isin(months, held.columns)
    out[:, at] = held.reindex(index=units.tolist(), columns=months[at].tolist()).to_numpy(np.float64)
    return out


def _sum_words(draws: np.ndarray, past: np.ndarray, came: np.ndarray, *, joint: bool) -> str:
    """Say what all months together may bring."""
    if not joint:
        return ""
    total, n = draws.sum(axis=0), draws.shape[0]
    lower, middle, upper = _deaths(np.quantile(total, [0.05, 0.5, 0.95]))
    text = f"The {n} months: {middle} deaths ({lower} to {upper})."
    before = past[-n:]
    if len(before) == n and before.sum() > 0:
        text += f" The {n} before: {before.sum():,.0f}; {percent(float((total > before.sum()).mean()))} chance of more."
    return f"{text} What came: {came.sum():,.0f}." if np.isfinite(came).all() else text
