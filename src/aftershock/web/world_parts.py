"""The world's page as it stands before any script: map, short lists, ranked table, for each view."""

from __future__ import annotations

from bisect import bisect_right
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from aftershock.months import month_name
from aftershock.report.colours import CHANCES, FIRST, MEASURES, measure
from aftershock.report.outline_paths import world_drawing
from aftershock.report.world_words import first_fills
from aftershock.web.results import Edition
from aftershock.web.slices import QUESTIONS

__all__ = ["map_parts", "rows_of", "short_lists", "table_parts"]

TOP = 20  # rows of the table, as the script shows first
LISTED = 6
NEVER, ALWAYS = 0.01, 0.99  # beyond, draws do not tell chances apart
Row = dict[str, Any]


def rows_of(edition: Edition, target: str, columns: list[str]) -> list[Row]:
    """Return every country with columns of its totals and its chances, those with the most deaths expected first."""
    payload = edition.document("payload")
    totals, risks = payload["totals"][target], edition.document("risks")[target]
    rows = [
        {"country_id": unit["id"], "isoab": unit["code"], "country": unit["name"]}
        | dict.fromkeys(("median", "lower_80", "upper_80"))
        | {name: totals[name][place] for name in columns if name in totals}
        | {name: values[place] for name, values in risks.items()}
        for place, unit in enumerate(payload["units"])
    ]
    return sorted(rows, key=lambda row: (-(row["median"] or 0), -row["mean"]))


def map_parts(payload: dict[str, Any], view: str) -> dict[str, Any]:
    """Return the map of a view, its title, and text and colour of each entry of its key."""
    if not view:
        chosen, fills = MEASURES[FIRST], first_fills(payload)
        title, none = f"{month_name(payload['months'][0])}, forecast. {chosen['name']}", "no data"
    else:
        name, title = QUESTIONS[view]
        chosen, values = measure(name, *CHANCES), payload["risks"][payload["target"]][view]
        none = "not asked here, or no data"
        fills = {
            unit["id"]: f"var(--{chosen['colours'][bisect_right(chosen['edges'], value)]})"
            for unit, value in zip(payload["units"], values, strict=True)
            if value is not None
        }
    key = [(text, f"var(--{colour})") for text, colour in zip(chosen["labels"], chosen["colours"], strict=True)]
    return {"map": world_drawing(fills), "map_title": title, "map_key": [*key, (none, "url(#missing)")]}


def table_parts(rows: list[Row], view: str, address: str) -> dict[str, Any]:
    """Return the first rows of the ranked table: by deaths, or by the chance that a view asks for."""
    middle = "median" if any(row["median"] is not None for row in rows) else "mean"
    ranked = sorted(rows, key=lambda row: -(-1 if row[view] is None else row[view])) if view else rows
    heads = ["Middle (median)" if middle == "median" else "Average (mean)", "Last 12 months", "Change, a month"]
    made = [
        {"name": row["country"], "address": address.replace("{code}", row["isoab"])}
        | {
            "cells": [
                _count(row[middle]),
                *([_chance(row[view])] if view else []),
                _count(row["past"]),
                _signed(row["change"]),
            ]
        }
        for row in ranked[:TOP]
    ]
    return {"top_heads": [heads[0], *([QUESTIONS[view][0]] if view else []), *heads[1:]], "top_rows": made}


def short_lists(rows: list[Row], address: str) -> dict[str, list[dict[str, str]]]:
    """Return the countries highest, quiet but rising, high and falling, each with a figure."""
    middle = "median" if any(row["median"] is not None for row in rows) else "mean"
    rising = sorted((row for row in rows if row["list"] == "rising"), key=lambda row: -row["p_25"])
    falling = sorted((row for row in rows if row["list"] == "falling"), key=lambda row: -row["past"])
    texts = {
        "highest": [(row, _count(row[middle])) for row in rows if row[middle] > 0],
        "rising": [(row, _chance(row["p_25"])) for row in rising],
        "falling": [(row, f"{_count(row['before'])} → {_count(row[middle])}") for row in falling],
    }
    return {
        name: [
            {"name": row["country"], "address": address.replace("{code}", row["isoab"]), "text": text}
            for row, text in pairs[:LISTED]
        ]
        for name, pairs in texts.items()
    }


def _count(value: float | None) -> str:
    """Return a number of deaths for people, as the scripts do: whole from 10 on, one decimal below.

    Examples
    --------
    >>> _count(0), _count(0.01), _count(4.26), _count(5210.7), _count(None)
    ('0', 'under 0.1', '4.3', '5,211', 'no data')
    """
    if value is None:
        return "no data"
    if 0 < value < 0.05:
        return "under 0.1"
    whole = abs(value) >= 10
    shown = _rounded(value, "1" if whole else "0.1")
    return f"{shown:,.0f}" if whole or shown == int(shown) else f"{shown:,.1f}"


def _rounded(value: float, step: str) -> Decimal:
    """Return a number rounded as scripts do: halves away from zero."""
    return Decimal(repr(value)).quantize(Decimal(step), ROUND_HALF_UP)


def _signed(value: float) -> str:
    """Return a change with its sign.

    Examples
    --------
    >>> _signed(12.0), _signed(-0.52), _signed(0.01)
    ('+12', '−0.5', '0')
    """
    text = _count(abs(value))
    return "0" if text in ("0", "under 0.1") else f"{'+' if value > 0 else '−'}{text}"


def _chance(value: float | None) -> str:
    r"""Return a chance in per cent.

    Examples
    --------
    >>> _chance(0.004), _chance(0.256), _chance(1.0), _chance(None)
    ('<1\xa0%', '26\xa0%', '>99\xa0%', '–')
    """
    if value is None:
        return "–"
    return "<1\u00a0%" if value < NEVER else ">99\u00a0%" if value > ALWAYS else f"{_rounded(value * 100, '1')}\u00a0%"
