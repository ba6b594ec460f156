"""Answers → what their page draws: paired fans on one scale, differences as a histogram and as intervals, tables beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.months import month_name
from aftershock.report.system_pictures import bars, fan, on_scale
from aftershock.report.whatif_words import ENDS, number, signed, span

if TYPE_CHECKING:  # the system's code is compiled, and slow to load
    from aftershock.scenarios.answers import Answer

__all__ = ["difference_histogram", "interval_rows", "paired_fans", "scale_of"]

FloatArray = NDArray[np.float64]
FAN_ENDS = (0.05, 0.25, 0.5, 0.75, 0.95)
TIMES_HALF = 2.5
"""The scale of fans ends at so many times the highest 75 % end; bands beyond are cut there, and their end is told."""
BINS, OUTER = 24, (0.01, 0.99)
"""Of a histogram; the first and last hold all that lies beyond these quantiles."""
_FIRST_MONTH = 119  # January 1980 is 120 months after January 1970, and month_id 1


def paired_fans(answer: Answer) -> dict[str, Any]:
    """Return deaths by month under both courses, drawn on one scale, and as a table with their difference."""
    everything = answer.units("all")["all"]
    draws = [answer.course(course, "deaths", everything).astype(np.float64) for course in ("baseline", "scenario")]
    ends = [np.quantile(one, FAN_ENDS, axis=0) for one in draws]
    half, most = max(float(one[3].max()) for one in ends), max(float(one[4].max()) for one in ends)
    top = max(min(most, TIMES_HALF * half), 1.0)
    at_top = np.r_[top, np.full(ends[0].shape[1] - 1, np.nan)]  # gives both pictures one scale; it is not shown
    pictures = [fan(np.zeros(0), np.minimum(one, top), at_top) for one in ends]
    months = [_month_words(answer, n) for n in range(len(answer.edges) - 1)]
    width = 100.0 / len(months)
    januaries = [
        round(n * width, 2) for n, day in enumerate(answer.starts) if n and day.astype("datetime64[M]").astype(int) % 12 == 0
    ]  # fmt: skip
    return {
        "baseline": pictures[0],
        "scenario": pictures[1],
        "cut": [number(float(one[4].max())) if one[4].max() > top else None for one in ends],
        "top": number(top),
        "months": months,
        "januaries": januaries,
        "rows": [
            {"month": month, "cells": [_fan_cells(one[:, n]) for one in ends], "difference": span(gap[:, n], sign=True)}
            for gap in (draws[1] - draws[0],)
            for n, month in enumerate(months)
        ],
    }


def _fan_cells(ends: FloatArray) -> list[str]:
    low, lower, middle, upper, high = (number(float(value)) for value in ends)
    return [middle, f"{lower}–{upper}", f"{low}–{high}"]


def _month_words(answer: Answer, n: int) -> str:
    """Return a month by name; one of which only some days are looked at, with these."""
    first, after = (answer.origin + 1 + int(answer.edges[k]) for k in (n, n + 1))
    name = month_name(int(first.astype("datetime64[M]").astype(np.int64)) - _FIRST_MONTH)
    whole = all(day == day.astype("datetime64[M]") for day in (first, after))
    return name if whole else f"{name}, {str(first)[8:].lstrip('0')}–{str(after - 1)[8:].lstrip('0')}"


def difference_histogram(draws: NDArray[Any]) -> dict[str, Any] | None:
    """Return the distribution of a difference, draw by draw; None where there is none.

    Parameters
    ----------
    draws : numpy.ndarray, shape (m,)
    """
    if not draws.any():
        return None
    edges = _edges(draws)
    low, high = float(edges[0]), float(edges[-1])
    share = np.histogram(np.clip(draws, low, high), bins=edges)[0] / len(draws)
    shown = bars(share, top=float(share.max()))
    middles = (edges[1:] + edges[:-1]) / 2
    for bar, middle in zip(shown, middles, strict=True):
        bar["fewer"] = float(middle < 0)
    return {
        "bars": shown,
        "zero": on_scale([0.0], low=low, high=high)[0],
        "low": signed(low),
        "high": signed(high),
        "most": float(share.max()),
        "rows": [(f"{signed(a)} to {signed(b)}", part) for a, b, part in zip(edges, edges[1:], share, strict=False)],
        "beyond": float(((draws < low) | (draws > high)).mean()),
        "fewer": float((draws < 0).mean()),
        "none": float((draws == 0).mean()),
        "more": float((draws > 0).mean()),
    }


def _edges(draws: NDArray[Any]) -> FloatArray:
    """Return the ends of bins that no difference shares with one of the other sign."""
    low, high = min(float(np.quantile(draws, OUTER[0])), 0.0), max(float(np.quantile(draws, OUTER[1])), 0.0)
    if high - low < BINS:  # a bin is one death, in its middle
        first = min(np.floor(low), -float((draws < 0).any()))
        return np.asarray(first - 0.5 + np.arange(BINS + 1))
    width = (high - low) / BINS
    first, last = -np.ceil(-low / width), np.ceil(high / width)
    first, last = min(first, -float((draws < 0).any())), max(last, float((draws >= 0).any()))
    return np.asarray(np.arange(first, last + 1) * width)


def scale_of(several: list[NDArray[Any]]) -> tuple[float, float]:
    """Return the ends of a scale on which the 90 % intervals of several differences lie, with zero among them."""
    ends = np.array([np.quantile(one, (ENDS[0], ENDS[2])) for one in several] or [[0.0, 0.0]])
    low, high = min(float(ends.min()), 0.0), max(float(ends.max()), 0.0)
    return (low, high) if high > low else (-1.0, 1.0)


def interval_rows(answer: Answer, level: str) -> dict[str, Any]:
    """Return deaths of each unit under both courses and their difference, the largest difference first.

    Units that differ in no pair are counted, not listed.
    """
    units = answer.units(level)
    gaps = {unit: answer.difference("deaths", streams) for unit, streams in units.items()}
    harm = {unit: answer.difference("civilian_deaths", streams) for unit, streams in units.items()}
    differ = [unit for unit in units if gaps[unit].any() or harm[unit].any()]
    ends = scale_of([gaps[unit] for unit in differ])
    order = sorted(differ, key=lambda unit: -abs(float(np.median(gaps[unit]))))
    zero = on_scale([0.0], low=ends[0], high=ends[1])[0]
    rows = []
    for unit in order:
        made = [answer.course(course, "deaths", units[unit]).sum(axis=1) for course in ("baseline", "scenario")]
        rows.append(
            {
                "unit": unit,
                "changed": level == "stream" and units[unit][0] in answer.touched,
                "baseline": span(made[0]),
                "scenario": span(made[1]),
                "difference": span(gaps[unit], sign=True),
                "civilians": span(harm[unit], sign=True),
                "at": on_scale(np.quantile(gaps[unit], ENDS).tolist(), low=ends[0], high=ends[1]),
                "fewer": float((gaps[unit] < 0).mean()),
                "more": float((gaps[unit] > 0).mean()),
            }
        )
    return {"rows": rows, "zero": zero, "same": len(units) - len(differ)}
