"""A track record → the tables, points and sentences of the page's fourth section. What went wrong comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.backtests import Backtest
from aftershock.contract import THRESHOLDS, Panel
from aftershock.figures import country_names
from aftershock.months import month_id, month_name
from aftershock.report.data import rounded
from aftershock.report.track_groups import score_groups
from aftershock.scores import COVERAGES, Comparison

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SCORES", "shown_model", "track_payload"]

MISSES = 15
IN_SIGHT = 0.05
"""The chance of a death from which on violence counts as in sight; elsewhere nearly all forecasts are a sure zero."""
SCORES = {
    "crps": (
        "CRPS",
        "How far the whole forecast lay from what came, in deaths. For a forecast of a single number it is the plain "
        "error. The largest wars decide it.",
    ),
    "log_crps": (
        "log-CRPS",
        "The same on a scale of multiples: mistaking 10 for 20 counts as much as 1,000 for 2,000. It shows the skill "
        "in small conflicts too.",
    ),
    "ign": (
        "Surprise (IGN)",
        "How improbable the forecast had held the range that came, in bits: 1 is a coin toss, 3 a 1-in-8 event.",
    ),
    "mis": (
        "Interval score (MIS)",
        "Width of the 90 % interval, plus a fine of 20 times the distance when what came lay outside. In deaths.",
    ),
}
"""Name and meaning of the scores shown; smaller is better in all."""
DIGITS = {"crps": 1, "log_crps": 3, "ign": 3, "mis": 0}


def shown_model(track: Backtest, model: str) -> str:
    """Return which entry of a track record is that of a forecast's model: the same name, or else the first."""
    return next((m for m in track.models if m.partition(":")[0] == model), track.models[0])


def track_payload(track: Backtest, *, model: str, names: dict[int, str], panel: Panel | None = None) -> dict[str, Any]:
    """Return everything the page shows of a track record.

    Parameters
    ----------
    track : Backtest
    model : str
        Name of the forecast's model.
    names : dict of int to str
        By ``country_id``.
    panel : Panel, optional
        What came before each forecast; with it, scores are told apart by how far ahead, where, and how violent it had been.
    """
    chosen = shown_model(track, model)
    rows = track.pooled(chosen)
    table = track.table()
    overall = table[table.window == "all"].set_index("model")
    return {
        "model": chosen,
        "target": track.target,
        "windows": _span(track.windows),
        "n": len(rows),
        "units": int(rows.country_id.nunique()),
        "overall": _overall(track, chosen, overall),
        "scores": _by_window(track, table),
        "score_words": {key: {"name": name, "meaning": meaning} for key, (name, meaning) in SCORES.items()},
        "reliability": {str(k): _reliability(track, chosen, k) for k in THRESHOLDS},
        "coverage": _coverage(rows),
        "pit": _pit(rows),
        "misses": _misses(rows, names),
        "groups": score_groups(track, panel) if panel else None,
    }


def _span(windows: tuple[int, ...]) -> str:
    """Return windows in words.

    Examples
    --------
    >>> _span((2018, 2019, 2020)), _span((2017, 2020)), _span((2021,))
    ('2018–2020', '2017, 2020', '2021')
    """
    if len(windows) > 1 and windows[-1] - windows[0] == len(windows) - 1:
        return f"{windows[0]}–{windows[-1]}"
    return ", ".join(str(w) for w in windows)


def _overall(track: Backtest, chosen: str, overall: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per model: mean scores, which are the best, and how the shown model compares with it."""
    best = {key: overall[key].min() for key in SCORES}
    out = []
    for model in (chosen, *(m for m in track.models if m != chosen)):
        cells = [
            {"value": f"{overall[key][model]:,.{digits}f}", "best": bool(overall[key][model] == best[key])}
            for key, digits in DIGITS.items()
        ]
        verdict = "" if model == chosen else _verdict(track.compare(chosen, model))
        out.append({"model": model, "cells": cells, "verdict": verdict})
    return out


def _verdict(comparisons: list[Comparison]) -> str:
    """Say on which scores A beats B, whole countries resampled.

    Examples
    --------
    >>> one = {"a": 1.0, "b": 2.0, "difference": -1.0, "n": 9, "units": 3}
    >>> better = Comparison(score="crps", lower=-2.0, upper=-0.1, **one)
    >>> unclear = Comparison(score="ign", lower=-2.0, upper=0.3, **one)
    >>> _verdict([better, unclear])
    'better on CRPS; too close to call on Surprise (IGN)'
    """
    groups: dict[str, list[str]] = {"better on": [], "worse on": [], "too close to call on": []}
    words = {"A is better": "better on", "B is better": "worse on"}
    for result in comparisons:
        groups[words.get(result.verdict, "too close to call on")].append(SCORES[result.score][0])
    said = [f"{word} {', '.join(names)}" for word, names in groups.items() if names]
    return "; ".join(f"{s.split(' ')[0]} on all four" if len(comparisons) == 4 == s.count(",") + 1 else s for s in said)


def _by_window(track: Backtest, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per model and window; the last window is "all years"."""
    place = {model: k for k, model in enumerate(track.models, start=1)}
    kept = table if len(track.windows) > 1 else table[table.window != "all"]
    columns = {key: rounded(kept[key]) for key in SCORES}
    return [
        {"model": model, "place": place[model], "window": "all years" if window == "all" else window}
        | {key: columns[key][k] for key in SCORES}
        for k, (model, window) in enumerate(zip(kept.model, kept.window, strict=True))
    ]


def _reliability(track: Backtest, model: str, threshold: int) -> dict[str, Any]:
    bins = track.reliability(model, threshold)
    high = bins[bins.forecast >= 0.8]
    n = int(high.n.sum())
    text = f"The forecast never gave {threshold:,} or more deaths a chance of 80 % or more."
    if n:
        came = f"{(high.observed * high.n).sum() / n:.0%}".replace("%", "\u00a0%")
        text = f"Of {n:,} times that the chance was put at 80 % or more, {threshold:,} or more deaths came in {came}."
    rows = zip(*(rounded(bins[c]) for c in ("forecast", "observed", "lower", "upper")), bins.n.tolist(), strict=True)
    names = ("forecast", "observed", "lower", "upper", "n")
    return {"text": text, "bins": [dict(zip(names, row, strict=True)) for row in rows]}


def _coverage(rows: pd.DataFrame) -> dict[str, Any]:
    """Return how many intervals held what came: of all, and of those where violence was in sight."""
    active = rows[rows.p_1 >= IN_SIGHT]
    levels = []
    for level in COVERAGES:
        name = f"covered_{level * 100:.0f}"
        share = float(active[name].mean()) if len(active) else None
        shares = {"promised": level, "all": float(rows[name].mean()), "active": share}
        levels.append({"level": f"{level * 100:.0f}\u00a0%"} | {key: _short(value) for key, value in shares.items()})
    return {"n": len(active), "levels": levels}


def _short(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _pit(rows: pd.DataFrame, bins: int = 10) -> list[dict[str, float]]:
    """Return the histogram of the PIT where violence was in sight; every bar is 1/bins high if all is well."""
    values = rows.pit[rows.p_1 >= IN_SIGHT].to_numpy()
    counts = np.bincount(np.minimum((values * bins).astype(int), bins - 1), minlength=bins)
    share = counts / max(len(values), 1)
    return [{"from": k / bins, "to": (k + 1) / bins, "share": round(float(s), 4)} for k, s in enumerate(share)]


def _misses(rows: pd.DataFrame, names: dict[int, str]) -> dict[str, Any]:
    """Return the country-months with the largest CRPS, and what part of all error they and their countries make up."""
    whole = float(rows.crps.sum()) or 1.0
    worst = rows.sort_values(["crps", "month_id", "country_id"], ascending=[False, True, True]).head(MISSES)
    worst = worst[worst.crps > 0]
    known = country_names() | names
    ends = [rounded(worst[c]) for c in ("lower_90", "median", "upper_90")]
    listed = [
        {
            "country": known.get(unit, f"Country {unit}"),
            "month": month_name(month),
            "ahead": month - _origin(_window(month)),
            "lower": lower,
            "median": median,
            "upper": upper,
            "outcome": outcome,
            "share": crps / whole,
        }
        for unit, month, outcome, crps, lower, median, upper in zip(
            *(worst[c].tolist() for c in ("country_id", "month_id", "outcome", "crps")), *ends, strict=True
        )
    ]
    by_country = rows.groupby("country_id").crps.sum().nlargest(3)
    sums = zip(by_country.index.tolist(), by_country.tolist(), strict=True)
    leaders = [
        {"country": known.get(unit, f"Country {unit}"), "share": crps / whole} for unit, crps in sums if crps > 0
    ]
    return {"rows": listed, "share": float(worst.crps.sum()) / whole, "leaders": leaders}


def _window(month: int) -> int:
    return 1980 + (month - 1) // 12


def _origin(window: int) -> int:
    return month_id(window - 1, 10)
