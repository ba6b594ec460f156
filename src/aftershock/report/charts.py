"""The charts as Vega-Lite specifications: plain dictionaries, without data.

A chart takes its rows from named data sets that the page or :mod:`aftershock.report.pictures` fills. Colours are
asked for by name: the page answers with a CSS custom property, so that light, dark and print need no second drawing; a
picture answers with the colour itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aftershock.report.colours import LIGHT

__all__ = [
    "SCHEMA", "Colours", "Spec", "course", "course_of_forecasts", "coverage", "css", "fan", "light", "misses", "page_specs",
    "pit", "reliability", "score_dots", "small_fan", "world_map",
]  # fmt: skip

PER_CENT = "round(datum.value * 100) + '\u00a0%'"
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
Spec = dict[str, Any]
Colours = Callable[[str], str]
HATCH, MISSING = "url(#hatch)", "url(#missing)"  # patterns that the page defines
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"


def css(name: str) -> str:
    """Return a colour as the page knows it."""
    return f"var(--{name})"


def light(name: str) -> str:
    """Return a colour itself, as on light paper."""
    return LIGHT[name]


def page_specs() -> dict[str, Spec]:
    """Return every chart of the page by name."""
    makers = {"fan": fan, "types": small_fan, "misses": misses, "scores": score_dots}
    makers |= {"reliability": reliability, "coverage": coverage, "pit": pit}
    return {name: make(css) for name, make in makers.items()}


def _frame(colour: Colours, layers: list[Spec], *, height: int, width: int | str = "container", **more: Any) -> Spec:
    axis = {
        "labelColor": colour("muted"), "titleColor": colour("muted"), "gridColor": colour("line"), "domain": False,
        "ticks": False, "labelFont": FONT, "titleFont": FONT, "labelFontSize": 12, "titleFontSize": 12,
        "titleFontWeight": "normal", "labelPadding": 6, "titlePadding": 10,
    }  # fmt: skip
    config = {"aria": False, "axis": axis, "view": {"stroke": None}, "text": {"font": FONT, "color": colour("ink")}}
    body: Spec = {"$schema": SCHEMA, "width": width, "height": height, "background": None, "padding": 2}
    if width == "container":
        body["autosize"] = {"type": "fit-x", "contains": "padding"}
    return body | {"config": config, "layer": layers} | more


def world_map(colour: Colours, *, missing: str = MISSING) -> Spec:
    """Return the map. Fill the data of its layers with the outlines, and ``values`` with ``id, fill, edge, weight``."""

    def shapes(feature: str, *more: Spec) -> Spec:
        fields = ["fill", "edge", "weight"]
        lookup = {"lookup": "id", "from": {"data": {"name": "values"}, "key": "id", "fields": fields}}
        mark = {"type": "geoshape", "tooltip": {"content": "data"}, "cursor": "pointer", "strokeJoin": "round"}
        return {
            "data": {"values": {}, "format": {"type": "topojson", "feature": feature}},
            "transform": [lookup, *more],
            "mark": mark,
            "encoding": {
                "fill": {"field": "fill", "type": "nominal", "scale": None},
                "stroke": {"field": "edge", "type": "nominal", "scale": None},
                "strokeWidth": {"field": "weight", "type": "quantitative", "scale": None},
            },
        }

    other = {
        "data": {"values": {}, "format": {"type": "topojson", "feature": "other"}},
        "mark": {"type": "geoshape", "fill": missing, "stroke": colour("line"), "strokeWidth": 0.6},
    }
    chosen = shapes("countries", {"filter": "datum.weight > 1"})  # once more, above its neighbours
    return _frame(
        colour,
        [other, shapes("countries"), chosen, shapes("points")],
        width=800,
        height=390,
        autosize={"type": "none"},
        padding=0,
        projection={"type": "equalEarth", "rotate": [-11, 0, 0], "pointRadius": 3.2},
        datasets={"values": [{"id": -1, "fill": "", "edge": "", "weight": 0}]},
    )


def _months(field: str = "start") -> Spec:
    axis = {"title": None, "grid": False, "labelOverlap": "greedy", "tickCount": {"expr": "max(2, round(width / 90))"}}
    return {"field": field, "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _band(colour: Colours, level: int) -> Spec:
    return {
        "data": {"name": "ahead"},
        "mark": {"type": "rect", "fill": colour(f"band{level}")},
        "encoding": {
            "x": _months(), "x2": {"field": "end"},
            "y": {"field": f"lower_{level}", "type": "quantitative"}, "y2": {"field": f"upper_{level}"},
        },
    }  # fmt: skip


def _fan_layers(colour: Colours, *, provisional: str, missing: str) -> list[Spec]:
    bar = {"condition": {"test": "datum.provisional", "value": provisional}, "value": colour("bar")}
    past = {
        "data": {"name": "past"},
        "mark": {"type": "rect"},
        "encoding": {
            "x": _months(), "x2": {"field": "end"}, "fill": bar,
            "y": {"field": "deaths", "type": "quantitative"}, "y2": {"datum": 0},
        },
    }  # fmt: skip
    gaps = {
        "data": {"name": "gaps"},
        "mark": {"type": "rect", "fill": missing},
        "encoding": {"x": _months(), "x2": {"field": "end"}},
    }
    middle = {
        "data": {"name": "ahead"},
        "mark": {"type": "rule", "stroke": colour("median"), "strokeWidth": 2.5},
        "encoding": {"x": _months(), "x2": {"field": "end"}, "y": {"field": "median", "type": "quantitative"}},
    }
    came = {
        "data": {"name": "came"},
        "mark": {"type": "point", "shape": "diamond", "stroke": colour("warn"), "strokeWidth": 1.5, "size": 60},
        "encoding": {
            "fill": {"condition": {"test": "datum.provisional", "value": provisional}, "value": colour("warn")},
            "x": _months("middle"), "y": {"field": "deaths", "type": "quantitative"},
            "opacity": {"condition": {"test": "datum.unseen", "value": 0}, "value": 1},
        },
    }  # fmt: skip
    bounds = {
        "data": {"name": "bounds"},
        "mark": {"type": "rule", "stroke": colour("ink"), "strokeWidth": 1, "opacity": 0.75},
        "encoding": {
            "x": _months("middle"), "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"},
            "opacity": {"condition": {"test": "datum.unseen", "value": 0}, "value": 0.75},
        },
    }  # fmt: skip
    return [gaps, past, bounds, *(_band(colour, level) for level in (95, 80, 50)), middle, came]


def fan(colour: Colours, *, provisional: str = HATCH, missing: str = MISSING) -> Spec:
    """Return past months as bars and the forecast as intervals around its median.

    Data sets: ``past`` (``start, end, deaths, provisional``), ``gaps`` (``start, end``), ``ahead`` (``start, end,
    median, lower_50 … upper_95``), ``came`` (``middle, deaths, unseen``), ``bounds`` (``middle, low, high, unseen``: the
    record's low and high estimates). No set may be empty, or Vega warns: give each a row without width, or one that is
    ``unseen``.
    """
    deaths = {"axis": {"title": "deaths in the month", "format": ",d", "tickCount": 5}, "scale": {"type": "linear"}}
    layers = _fan_layers(colour, provisional=provisional, missing=missing)
    return _frame(colour, layers, height=340, encoding={"y": deaths})


def small_fan(colour: Colours) -> Spec:
    """Return :func:`fan` at the size of a quarter page, for one type of violence beside the others."""
    deaths = {"axis": {"title": None, "format": "~s", "tickCount": 3}, "scale": {"type": "linear"}}
    layers = _fan_layers(colour, provisional=HATCH, missing=MISSING)
    return _frame(colour, layers, height=200, encoding={"y": deaths})


def course_of_forecasts(colour: Colours) -> Spec:
    """Return past forecasts of one country, month by month, and what came.

    Data set ``kept``: ``start, end, middle, lower_90, median, upper_90, outcome, inside``.
    """
    ends = {"x": _months(), "x2": {"field": "end"}}
    ticks = [0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000]
    axis = {"title": "deaths in the month, in steps of ten", "format": ",d", "values": ticks, "labelOverlap": "greedy"}
    y = {"type": "quantitative", "axis": axis, "scale": {"type": "symlog", "constant": 3}}
    data = {"name": "kept"}
    fill = {"condition": {"test": "datum.inside", "value": colour("bar")}, "value": colour("warn")}
    return _frame(
        colour,
        [
            {"data": data, "mark": {"type": "rect", "fill": colour("band80")},
             "encoding": ends | {"y": y | {"field": "lower_90"}, "y2": {"field": "upper_90"}}},
            {"data": data, "mark": {"type": "rule", "stroke": colour("median"), "strokeWidth": 2},
             "encoding": ends | {"y": y | {"field": "median"}}},
            {"data": data, "mark": {"type": "point", "shape": "diamond", "stroke": None, "size": 60, "opacity": 1},
             "encoding": {"x": _months("middle"), "y": y | {"field": "outcome"}, "fill": fill}},
        ],
        height=300,
    )  # fmt: skip


def misses(colour: Colours) -> Spec:
    """Return forecast intervals and what came, one line per miss.

    Data set ``misses``: ``label, lower, median, upper, outcome``; all numbers are at least 0.
    """
    ticks = [0, 10, 100, 1000, 10_000, 100_000, 1_000_000]
    axis = {"title": "deaths, in steps of ten", "values": ticks, "format": ",d"}
    x = {"type": "quantitative", "scale": {"type": "symlog", "constant": 3}, "axis": axis | {"labelOverlap": True}}
    y = {"field": "label", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 190}}
    data = {"name": "misses"}
    middle = {"type": "tick", "color": colour("median"), "thickness": 2.5, "size": 13, "opacity": 1}
    return _frame(
        colour,
        [
            {"data": data, "mark": {"type": "bar", "fill": colour("band80"), "height": 9, "cornerRadius": 2},
             "encoding": {"x": x | {"field": "lower"}, "x2": {"field": "upper"}, "y": y}},
            {"data": data, "mark": middle, "encoding": {"x": x | {"field": "median"}, "y": y}},
            {"data": data, "mark": {"type": "point", "shape": "diamond", "fill": colour("warn"), "stroke": None,
                                    "size": 90, "opacity": 1},
             "encoding": {"x": x | {"field": "outcome"}, "y": y}},
        ],
        height=390,
    )  # fmt: skip


def score_dots(colour: Colours) -> Spec:
    """Return mean scores, a row of signs per window. Data set ``scores``: ``window, value, place`` (1–5)."""
    shapes = ["circle", "square", "triangle-up", "cross", "triangle-down"]
    places = list(range(1, len(shapes) + 1))
    encoding = {
        "x": {"field": "value", "type": "quantitative", "scale": {"zero": True},
              "axis": {"title": None, "tickCount": 5}},
        "y": {"field": "window", "type": "nominal", "sort": None, "axis": {"title": None, "labelFontSize": 13}},
        "yOffset": {"field": "place", "type": "nominal", "scale": {"domain": places, "paddingOuter": 1}},
        "shape": {"field": "place", "type": "nominal", "scale": {"domain": places, "range": shapes}, "legend": None},
        "fill": {"field": "place", "type": "nominal", "legend": None,
                 "scale": {"domain": places, "range": [colour(f"model{k}") for k in places]}},
    }  # fmt: skip
    mark = {"type": "point", "size": 110, "opacity": 0.95, "stroke": colour("card"), "strokeWidth": 0.8}
    return _frame(colour, [{"data": {"name": "scores"}, "mark": mark, "encoding": encoding}], height=300)


def _share(title: str, field: str) -> Spec:
    axis = {"title": title, "labelExpr": PER_CENT, "tickCount": 5}
    return {"field": field, "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": axis}


def reliability(colour: Colours) -> Spec:
    """Return shares that came over chances given. Data set ``bins``: ``forecast, observed, lower, upper, n``."""
    x, y = _share("chance that was given", "forecast"), _share("how often it came", "observed")
    size = {"field": "n", "type": "quantitative", "legend": None, "scale": {"type": "sqrt", "range": [30, 300]}}
    data = {"name": "bins"}
    line = {"type": "line", "stroke": colour("muted"), "strokeDash": [4, 4], "strokeWidth": 1}
    return _frame(
        colour,
        [
            {"data": {"values": [{"forecast": 0, "observed": 0}, {"forecast": 1, "observed": 1}]}, "mark": line,
             "encoding": {"x": x, "y": y}},
            {"data": data, "mark": {"type": "rule", "stroke": colour("accent"), "strokeWidth": 1.5, "opacity": 0.7},
             "encoding": {"x": x, "y": y | {"field": "lower"}, "y2": {"field": "upper"}}},
            {"data": data, "mark": {"type": "circle", "fill": colour("accent"), "opacity": 1},
             "encoding": {"x": x, "y": y, "size": size}},
        ],
        height=320,
    )  # fmt: skip


def coverage(colour: Colours) -> Spec:
    """Return promised and kept shares of intervals. Data set ``levels``: ``level, promised, all, active``."""
    y = {"field": "level", "type": "nominal", "sort": None, "axis": {"title": None, "labelFontSize": 13}}
    x = _share("share that came inside the interval", "all")
    data = {"name": "levels"}
    return _frame(
        colour,
        [
            {"data": data, "mark": {"type": "tick", "color": colour("ink"), "thickness": 2.5, "size": 24, "opacity": 1},
             "encoding": {"x": x | {"field": "promised"}, "y": y}},
            {"data": data, "mark": {"type": "point", "fill": colour("card"), "stroke": colour("accent"), "size": 100,
                                    "strokeWidth": 2, "opacity": 1}, "encoding": {"x": x, "y": y}},
            {"data": data, "mark": {"type": "point", "fill": colour("accent"), "stroke": None, "size": 110,
                                    "opacity": 1}, "encoding": {"x": x | {"field": "active"}, "y": y}},
        ],
        height=190,
    )  # fmt: skip


def pit(colour: Colours) -> Spec:
    """Return the histogram of the PIT. Data sets ``pit``: ``from, to, share``; ``even``: ``share``."""
    x = _share("place of what came within the forecast", "from")
    x["axis"] |= {"grid": False}
    y = {"field": "share", "type": "quantitative", "axis": {"title": "share", "labelExpr": PER_CENT, "tickCount": 4}}
    bar = {"type": "rect", "fill": colour("band50"), "stroke": colour("card")}
    return _frame(
        colour,
        [
            {"data": {"name": "pit"}, "mark": bar,
             "encoding": {"x": x, "x2": {"field": "to"}, "y": y, "y2": {"datum": 0}}},
            {"data": {"name": "even"}, "mark": {"type": "rule", "stroke": colour("ink"), "strokeDash": [4, 4]},
             "encoding": {"y": y}},
        ],
        height=190,
    )  # fmt: skip


def course(colour: Colours, *, share: bool = False) -> Spec:
    """Return a figure by period: its interval as a block, its value as a line across it, and days of note as dashed lines.

    Data sets ``periods`` (``start, end, low, value, high``) and ``days`` (``day``). The second may be left empty, with its layer.
    """
    axis: Spec = {"title": None, "tickCount": 5} | ({"labelExpr": PER_CENT} if share else {})
    y = {"type": "quantitative", "axis": axis, "scale": {"zero": True}}
    block = {"type": "rect", "fill": colour("band80")}
    middle = {"type": "rule", "stroke": colour("median"), "strokeWidth": 2.5}
    day = {"type": "rule", "stroke": colour("warn"), "strokeWidth": 1.8, "strokeDash": [5, 4]}
    ends = {"x": _months(), "x2": {"field": "end"}}
    return _frame(
        colour,
        [
            {"data": {"name": "periods"}, "mark": block,
             "encoding": ends | {"y": y | {"field": "low"}, "y2": {"field": "high"}}},
            {"data": {"name": "periods"}, "mark": middle, "encoding": ends | {"y": y | {"field": "value"}}},
            {"data": {"name": "days"}, "mark": day, "encoding": {"x": _months("day")}},
        ],
        height=200,
        width=410,
    )  # fmt: skip
