"""Forecast and past → the compact document that the page's script draws from.

Tables are columns of plain lists, unit by unit, so that the document of 191 countries, 12 months and four targets stays
below a megabyte.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.contract import THRESHOLDS, TYPES, Forecast, Panel
from aftershock.errors import UsageError
from aftershock.months import month_name
from aftershock.report.colours import FIRST, MEASURES
from aftershock.summary import LEVELS, TOTAL_THRESHOLDS, chance, summarise, summarise_totals

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PAST", "WORDS", "forecast_payload", "rounded", "safe_json", "span_words"]

PAST = 12  # months that a forecast is held against
NAMED = 4  # months apart that are named one by one
WORDS = {
    "sb": ("State-based violence", "state-based", "fighting in which at least one side is a state"),
    "ns": ("Non-state violence", "non-state", "fighting between organised groups, none of them a state"),
    "os": ("One-sided violence", "one-sided", "deliberate killing of civilians by a state or an organised group"),
    "total": ("All three together", "", "state-based, non-state and one-sided violence added up"),
}
"""Of each target: its name, the adjective before "deaths", and what it is."""
CELLS = ("median", "mean", *(f"{end}_{level}" for level in LEVELS for end in ("lower", "upper")))


def rounded(values: Any) -> list[float | int | None]:
    """Return numbers to three significant digits, whole ones without a decimal point, missing ones as None.

    Examples
    --------
    >>> rounded([0.0, 0.12345, 24.0, 1013506.7, float("nan")])
    [0, 0.123, 24, 1010000, None]
    """
    array = np.asarray(values, np.float64).ravel()
    scale = 10.0 ** (2 - np.floor(np.log10(np.maximum(np.abs(array), 1e-12))))
    short = np.round(array * scale) / scale
    return [None if np.isnan(v) else int(v) if v == int(v) else float(f"{v:.3g}") for v in short]


def safe_json(document: Any) -> str:
    r"""Return JSON that can stand in a script element: no character in it can end the element or open a comment.

    Examples
    --------
    >>> safe_json("</script>")
    '"\\u003c/script>"'
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def span_words(months: np.ndarray) -> str:
    """Return the months forecast in words.

    Examples
    --------
    >>> span_words(np.array([505, 506])), span_words(np.array([504, 506])), span_words(np.array([505]))
    ('January to February 2022', 'December 2021 and February 2022', 'January 2022')
    """
    names = [month_name(int(month)) for month in months]
    short = [name.split()[0] if name.split()[1] == names[-1].split()[1] else name for name in names[:-1]] + names[-1:]
    if len(names) == 1:
        return names[0]
    if (np.diff(months) == 1).all():
        return f"{short[0]} to {short[-1]}"
    if len(names) <= NAMED:
        return f"{', '.join(short[:-1])} and {short[-1]}"
    return f"{len(names)} months from {short[0]} to {short[-1]}"


def forecast_payload(
    forecast: Forecast, panel: Panel, *, target: str, total_months: int | None = None
) -> dict[str, Any]:
    """Return everything about the forecast and the past that the page shows.

    Parameters
    ----------
    forecast : Forecast
        Of countries.
    panel : Panel
        Holds the forecast's units and origin; months after the origin are shown as what came.
    target : str
        Which of the forecast's targets is shown first.
    total_months : int, optional
        How many of the first months forecast the totals are over; all if not given.

    Raises
    ------
    UsageError
        The forecast is not of countries, lacks ``target``, or has units that the panel has not.
    """
    _check(forecast, panel, target)
    table = summarise(forecast, panel)
    near = _first_months(forecast, total_months or len(forecast.months))
    past = panel.select(forecast.units)
    first = table[table.target == target].iloc[:: len(forecast.months)]
    return {
        "origin": int(forecast.origin),
        "months": forecast.months.tolist(),
        "span": span_words(forecast.months),
        "draws": int(forecast.draws.shape[-1]),
        "joint": "month" in forecast.joint,
        "target": target,
        "types": [{"key": t, "name": WORDS[t][0], "adjective": WORDS[t][1]} for t in forecast.targets],
        "units": _units(first),
        "record": _record(past),
        "cells": {t: _cells(table[table.target == t]) for t in forecast.targets},
        "totals": _totals(near, panel, table[table.month_id <= near.months[-1]]),
        "sum": {"months": len(near.months), "span": span_words(near.months)},
        "measures": [{"key": key, **measure} for key, measure in MEASURES.items()],
        "measure": FIRST,
        "thresholds": list(THRESHOLDS),
    }


def _first_months(forecast: Forecast, count: int) -> Forecast:
    return replace(forecast, months=forecast.months[:count], draws=forecast.draws[:, :, :count])


def _check(forecast: Forecast, panel: Panel, target: str) -> None:
    if forecast.kind != "country_id":
        raise UsageError("a report is written for countries", found=forecast.kind, fix="Forecast countries.")
    forecast.of(target)
    missing = np.setdiff1d(forecast.units, panel.units)
    if len(missing):
        raise UsageError(
            "the panel of a report must hold every country of the forecast",
            found=f"no country_id {', '.join(str(u) for u in missing[:5])}",
            fix="Give the panel that the forecast was made from.",
        )


def _units(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return id, code and name of each unit; one that no list knows is named by its number."""
    known = rows.country.notna().to_numpy()
    codes, names = rows.isoab.to_numpy(), rows.country.to_numpy()
    return [
        {"id": int(u), "code": str(code) if k else f"ID{u}", "name": str(name) if k else f"Country {u}"}
        for u, code, name, k in zip(rows.country_id, codes, names, known, strict=True)
    ]


def _record(past: Panel) -> dict[str, Any]:
    """Return recorded deaths as month, deaths, month, deaths, … per type and unit; a month not named had none."""
    first = int(past.months[0])
    counts = {}
    for target in TYPES:
        series = past.series(target)
        pairs = [(np.flatnonzero(row), row[row > 0]) for row in series]
        counts[target] = [np.column_stack(pair).ravel().tolist() for pair in pairs]
    return {
        "first": first,
        "last": past.last_month,
        "provisional": (np.flatnonzero(past.provisional) + first).tolist(),
        "counts": counts,
        "gaps": [_runs(~row) for row in past.exists],
    }


def _runs(flags: np.ndarray) -> list[int]:
    """Return where runs of True begin and end (exclusive), in turn."""
    return np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))).tolist()


def _cells(rows: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the columns of one target, unit by unit and month by month."""
    return {name: rounded(rows[name]) for name in (*CELLS, "change", *(f"p_{k}" for k in THRESHOLDS))}


def _totals(forecast: Forecast, panel: Panel, table: pd.DataFrame) -> dict[str, dict[str, list[Any]]]:
    """Return per target what the ranked table shows, one value per unit."""
    joint = "month" in forecast.joint
    sums = summarise_totals(forecast, panel) if joint else None
    before = panel.until(forecast.origin).select(forecast.units)
    out = {}
    for target in forecast.targets:
        shape = (len(forecast.units), len(forecast.months))
        rows = {str(name): column.to_numpy().reshape(shape) for name, column in table[table.target == target].items()}
        recent = before.series(target)[:, -PAST:]
        columns = _sum_columns(sums[sums.target == target]) if sums is not None else _peak_columns(rows, recent, target)
        columns["mean"] = rounded(rows["mean"].sum(axis=1))
        columns["past"] = recent.sum(axis=1).tolist()
        columns["before"] = before.series(target)[:, -shape[1] :].sum(axis=1).tolist()
        if sums is None:
            columns["change"] = rounded(rows["change"].mean(axis=1))
        else:
            middle = sums[sums.target == target]["median"].to_numpy()
            columns["change"] = rounded((middle - columns["before"]) / shape[1])
        out[target] = columns
    return out


def _sum_columns(rows: pd.DataFrame) -> dict[str, list[Any]]:
    """Return totals over all months: their interval, chances, sentence, and which short list a country is on."""
    columns: dict[str, list[Any]] = {name: rounded(rows[name]) for name in ("median", "lower_80", "upper_80")}
    columns |= {name: rounded(rows[name]) for name in (f"p_{k}" for k in TOTAL_THRESHOLDS)}
    columns["headline"] = rows.headline.tolist()
    columns["list"] = [
        "rising" if past < 25 and likely and more >= 0.5 else "falling" if past >= 100 and more <= 1 / 3 else ""
        for past, likely, more in zip(rows.past, rows.p_25 >= 0.1, rows.p_more, strict=True)
    ]
    return columns


def _peak_columns(rows: dict[str, Any], recent: np.ndarray, target: str) -> dict[str, list[Any]]:
    """Return the same of the month with the highest mean, where draws are no courses of months and have no totals."""
    peak = rows["mean"].argmax(axis=1)[:, None]
    at = {k: np.take_along_axis(rows[f"p_{k}"], peak, axis=1)[:, 0] for k in THRESHOLDS}
    mean, past = np.take_along_axis(rows["mean"], peak, axis=1)[:, 0], recent.mean(axis=1)
    month = np.take_along_axis(rows["month_id"], peak, axis=1)[:, 0]
    what = f"{WORDS[target][1]} deaths".strip()
    columns: dict[str, list[Any]] = {f"p_{k}": rounded(at[k]) for k in THRESHOLDS}
    columns["headline"] = [
        _peak_sentence(
            {k: float(at[k][u]) for k in THRESHOLDS},
            int(month[u]),
            float(past[u]),
            what=what,
        )
        for u in range(len(peak))
    ]
    columns["list"] = [
        "rising" if p < 25 / PAST and m >= max(1, 1.25 * p) else "falling" if p >= 100 / PAST and m <= 0.8 * p else ""
        for m, p in zip(mean, past, strict=True)
    ]
    return columns


def _peak_sentence(probability: dict[int, float], month: int, past: float, *, what: str) -> str:
    level = max((k for k in THRESHOLDS if k >= 25 and probability[k] >= 0.5), default=25)
    text = f"{chance(probability[level])} of {level:,} or more {what} in {month_name(month)}"
    text = f"{text[0].upper()}{text[1:]}, the month with the highest mean"
    return f"{text}; the last {PAST} months had {past:,.0f} a month on average."
