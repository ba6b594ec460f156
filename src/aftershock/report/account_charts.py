"""A verdict's figures as a picture: values along months, or a few intervals beside each other, with a table beneath."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aftershock.accounts.verdicts import Chart

__all__ = ["chart_of", "said"]

FEW = 8
"""Up to so many values stand beneath each other with their names; more are drawn along an axis."""


def said(value: Any) -> str:
    """Return a figure as people write it.

    Examples
    --------
    >>> said(1234.0), said(0.256), said(None), said(True), said(float("nan")), said(0.0)
    ('1,234', '0.256', '–', 'yes', '–', '0')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if abs(value) >= 100 or float(value).is_integer():
            return f"{value:,.0f}"
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(said(each) for each in value)
    return str(value)


def chart_of(chart: Chart | None) -> dict[str, Any] | None:
    """Return a chart as its template draws it; None where there is nothing to draw."""
    if chart is None or not chart.along:
        return None
    low, high = chart.low or chart.best, chart.high or chart.best
    values = [v for v in (*low, *chart.best, *high, *chart.stated, 0.0) if math.isfinite(v)]
    bottom, top = min(values), max(values)
    top = top if top > bottom else bottom + 1.0
    rows = list(zip(chart.along, low, chart.best, high, strict=True))
    common = {
        "title": chart.title,
        "unit": chart.unit,
        "rows": [(name, said(a), said(b), said(c)) for name, a, b, c in rows],
        "interval": bool(chart.low),
        "top": said(top),
        "bottom": said(bottom),
        "stated": [said(value) for value in chart.stated],
    }
    return common | (_beneath(chart, rows, bottom, top) if len(rows) <= FEW else _along(chart, rows, bottom, top))


def _place(value: float, bottom: float, top: float) -> float:
    return round(100 * (value - bottom) / (top - bottom), 2) if math.isfinite(value) else 0.0


def _beneath(chart: Chart, rows: list[tuple[str, float, float, float]], bottom: float, top: float) -> dict[str, Any]:
    """Return a bar for each value from its low to its high, and where its best lies."""
    bars = [
        {"name": name, "low": _place(a, bottom, top), "best": _place(b, bottom, top), "high": _place(c, bottom, top),
         "said": said(b), "range": f"{said(a)}–{said(c)}" if a != c else ""}
        for name, a, b, c in rows
    ]  # fmt: skip
    return {
        "kind": "beneath",
        "bars": bars,
        "zero": _place(0.0, bottom, top),
        "lines": [_place(v, bottom, top) for v in chart.stated],
    }


def _along(chart: Chart, rows: list[tuple[str, float, float, float]], bottom: float, top: float) -> dict[str, Any]:
    """Return bars along an axis, each with its range, and where the axis is marked."""
    width = 100 / len(rows)
    zero = 100 - _place(0.0, bottom, top)
    bars = []
    for n, (_, a, b, c) in enumerate(rows):
        y = 100 - _place(b, bottom, top)
        bars.append(
            {"x": round(n * width + width * 0.08, 2), "width": round(width * 0.84, 2), "y": min(y, zero),
             "height": round(abs(zero - y), 2), "middle": round((n + 0.5) * width, 2),
             "low": 100 - _place(a, bottom, top), "high": 100 - _place(c, bottom, top), "range": a != c}
        )  # fmt: skip
    at = chart.along.index(chart.mark) * width if chart.mark in chart.along else None
    return {
        "kind": "along",
        "bars": bars,
        "first": chart.along[0],
        "last": chart.along[-1],
        "mark": None if at is None else round(at, 2),
        "mark_name": chart.mark,
        "lines": [100 - _place(v, bottom, top) for v in chart.stated],
    }
