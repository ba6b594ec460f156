"""What came by side, month by month, and how the branching ratio has moved: rows, and charts without data."""

from __future__ import annotations

from typing import Any

import numpy as np

from aftershock.contract import Streams
from aftershock.months import month_id
from aftershock.report.charts import Colours, Spec, _frame, _months

__all__ = ["ratio_chart", "side_chart", "timeline"]

SHOWN = 12
"""Sides that a timeline shows: the busiest."""
OTHERS = "All other pairs"


def timeline(streams: Streams, most: int = SHOWN) -> dict[str, Any]:
    """Return events and deaths by month of each side, those with most events first.

    An event counts at each of its sides, deaths on all of them together; so sides do not add up. Pairs too small to have a stream
    of their own come last, under one name.

    Returns
    -------
    dict
        ``months`` (``month_id``), ``sides``: each with ``name``, ``events`` and ``deaths`` by type of violence (``sb, ns, os``)
        and month, means over the imputations of ranged dates; ``rest``, the number of sides not shown.
    """
    first, last = (day.astype("datetime64[M]").astype(int) for day in (streams.first_day, streams.last_day))
    months = list(range(month_id(1970, 1) + int(first), month_id(1970, 1) + int(last) + 1))
    days = streams.first_day + np.arange(streams.counts.shape[1])
    at = days.astype("datetime64[M]").astype(int) - int(first)
    starts = np.flatnonzero(np.diff(at, prepend=-1))
    made = {
        name: np.add.reduceat(getattr(streams, name).astype(np.int64), starts, axis=1).mean(axis=0)
        for name in ("counts", "deaths")
    }
    sides: dict[str, dict[str, Any]] = {}
    for s, stream in enumerate(streams.streams):
        for name in dict.fromkeys(stream.actors) or (OTHERS,):
            side = sides.setdefault(name, {"name": name, "events": {}, "deaths": {}})
            kind = stream.types[0] if len(stream.types) == 1 else "several"
            for words, values in (("events", made["counts"]), ("deaths", made["deaths"])):
                side[words][kind] = side[words].get(kind, 0.0) + values[:, s]
    order = sorted(
        sides.values(),
        key=lambda side: (side["name"] == OTHERS, -sum(float(each.sum()) for each in side["events"].values())),
    )
    shown = [side for side in order if side["name"] != OTHERS][:most] + [
        side for side in order if side["name"] == OTHERS
    ]
    for side in shown:
        for words in ("events", "deaths"):
            side[words] = {kind: np.round(values, 1).tolist() for kind, values in side[words].items()}
    return {"months": months, "sides": shown, "rest": len(order) - len(shown)}


def side_chart(colour: Colours) -> Spec:
    """Return months as bars, types of violence one on the other. Data set ``past``: ``start, end, low, high, fill``."""
    axis = {"title": None, "format": "~s", "tickCount": 3}
    bars = {
        "data": {"name": "past"},
        "mark": {"type": "rect"},
        "encoding": {
            "x": _months(), "x2": {"field": "end"}, "fill": {"field": "fill", "type": "nominal", "scale": None},
            "y": {"field": "low", "type": "quantitative", "axis": axis}, "y2": {"field": "high"},
        },
    }  # fmt: skip
    return _frame(colour, [bars], height=96)


def ratio_chart(colour: Colours) -> Spec:
    """Return the branching ratio by day of origin with its 90 % interval, and the line at one.

    Data set ``course``: ``origin, ratio, ratio_low, ratio_high``.
    """
    y = {"type": "quantitative", "axis": {"title": "branching ratio", "format": ".1f", "tickCount": 4}}
    axis = {"title": "fitted on the days until", "labelAngle": 0, "labelOverlap": False}
    x = {"field": "origin", "type": "ordinal", "axis": axis, "scale": {"padding": 0.6}}
    course = {"data": {"name": "course"}}
    interval = course | {
        "mark": {"type": "bar", "fill": colour("band80"), "width": 22, "cornerRadius": 3},
        "encoding": {"x": x, "y": y | {"field": "ratio_low", "stack": None}, "y2": {"field": "ratio_high"}},
    }
    middle = course | {
        "mark": {"type": "tick", "color": colour("median"), "thickness": 3, "width": 34, "opacity": 1},
        "encoding": {"x": x, "y": y | {"field": "ratio"}},
    }
    one = {
        "data": {"values": [{"one": 1}]},
        "mark": {"type": "rule", "stroke": colour("warn"), "strokeWidth": 1.6, "strokeDash": [5, 4]},
        "encoding": {"y": y | {"field": "one"}},
    }
    ends = {  # so that the scale begins at zero and goes on beyond one
        "data": {"values": [{"end": 0}, {"end": 1.2}]},
        "mark": {"type": "point", "opacity": 0},
        "encoding": {"y": y | {"field": "end"}},
    }
    return _frame(colour, [interval, middle, one, ends], height=200)
