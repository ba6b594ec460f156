"""Why each country's forecast says what it says, as the page shows it; only models that rest on like situations say so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from aftershock.contract import Forecast, Panel
from aftershock.errors import DataError, UsageError
from aftershock.explanations import (
    PARTS,
    Explanation,
    described,
    explain_units,
    forest_of,
    members_table,
    pools,
    reading,
    span_of,
)  # fmt: skip
from aftershock.figures import country_names
from aftershock.models.stack import CLASSES
from aftershock.report.data import WORDS, rounded

__all__ = ["members_words", "reasons_payload"]

MOST = 5  # situations and parts shown
RECORD = 120  # months; a country without a death in them
LEAST = 0.5  # and fewer deaths forecast, all months together, has no reasons worth showing
NAMED = 0.005  # a weight below it, in every class and month, is no member


def reasons_payload(forecast: Forecast, panel: Panel, *, names: Mapping[int, str]) -> dict[str, Any] | None:
    """Return the reasons of every country and type with something to say, or None for a model that has none.

    Parameters
    ----------
    forecast : Forecast
        Of ``stack`` or ``forest``; others have no reasons.
    panel : Panel
        What it was made from, or more recent. The forests of the forecast are used again if it was just made.
    names : mapping of int to str
        The page's names of countries; others are named by the list.
    """
    if not _rests_on_situations(forecast):
        return None
    past = panel.until(forecast.origin)
    known = country_names() | dict(names)
    horizon = int(forecast.horizons[-1])
    try:
        types = {target: _of_type(forecast, past, target, horizon=horizon, names=known) for target in forecast.targets}
    except DataError:  # the past is too short for a forest
        return None
    return {"horizon": horizon, "parts": list(PARTS.values()), "types": types}


def _rests_on_situations(forecast: Forecast) -> bool:
    try:
        return forest_of(forecast.model) is not None
    except UsageError:  # a model that only its maker knows
        return False


def _of_type(
    forecast: Forecast, past: Panel, target: str, *, horizon: int, names: Mapping[int, str]
) -> dict[str, list[Any]]:
    """Return columns, one entry per country with reasons; ``units`` are places in the page's list."""
    recent = past.select(forecast.units).series(target)[:, -RECORD:].sum(axis=1)
    expected = forecast.of(target).mean(axis=-1).sum(axis=-1)
    places = np.flatnonzero((recent > 0) | (expected > LEAST))
    units = forecast.units[places].tolist()
    made = explain_units(past, units, target=target, horizon=horizon, most=MOST, model=forecast.model)
    return {
        "units": places.tolist(),
        "level": rounded([why.level for why in made]),
        "share": rounded([why.share for why in made]),
        "any": rounded([why.any_followed for why in made]),
        "many": rounded([why.many_followed for why in made]),
        "ended": rounded([why.ended for why in made]),
        "near": [_near(why, names) for why in made],
        "moved": [_moved(why) for why in made],
    }


def _near(why: Explanation, names: Mapping[int, str]) -> list[list[Any]]:
    """Return country, when, deaths a month then and after, and share of each of the nearest situations."""
    table = why.situations
    where = [names.get(int(unit), f"Country {unit}") for unit in table[why.kind]]
    when = [span_of(int(a), int(b)) for a, b in zip(table["first"], table["last"], strict=True)]
    columns = [rounded(table[column]) for column in ("level", "followed", "weight")]
    return [list(row) for row in zip(where, when, *columns, strict=True)]


def _moved(why: Explanation) -> list[list[Any]]:
    """Return the part's place in the list of parts, its effect, and what is known, of each of the main parts."""
    place = list(PARTS)
    rows = why.parts.head(MOST).to_dict("records")
    effects = rounded([row["effect"] for row in rows])
    return [
        [place.index(row["part"]), effect, reading(row["feature"], row["value"], row["measure"])]
        for row, effect in zip(rows, effects, strict=True)
    ]


def members_words(forecast: Forecast, *, target: str) -> dict[str, Any] | None:
    """Return the pool's members and weights for the page's table, the type shown first before others; None for others."""
    if not _rests_on_situations(forecast) or not pools(forecast.model):
        return None
    horizons = forecast.horizons
    tables = {t: members_table(t) for t in sorted(forecast.targets, key=lambda t: t != target)}
    models = [
        name
        for name in dict.fromkeys(tables[target].model)
        if any((rows[rows.model == name].weight >= NAMED).any() for rows in tables.values())
    ]
    return {
        "models": [(name, described(name)[0]) for name in models],
        "types": [(WORDS[t][0], _weights(rows, models, horizons)) for t, rows in tables.items()],
    }


def _weights(rows: Any, models: list[str], horizons: np.ndarray) -> list[tuple[str, list[tuple[str, list[float]]]]]:
    """Return per class its words, and per group of months ahead that was forecast its words and weights."""
    groups = [
        (first, last)
        for first, last in dict.fromkeys(zip(rows.first_horizon, rows.last_horizon, strict=True))
        if ((horizons >= first) & (horizons <= last)).any()
    ]
    weight = rows.set_index(["intensity", "first_horizon", "model"]).weight
    return [
        (
            words,
            [(f"{first}–{last}" if first < last else f"{first}", [float(weight[name, first, m]) for m in models])
             for first, last in groups],
        )
        for name, words in CLASSES.items()
    ]  # fmt: skip
