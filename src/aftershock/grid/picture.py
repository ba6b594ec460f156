"""The map of a written grid: in each cell, the chance of at least one death."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from aftershock.contract import Forecast
from aftershock.exports import write_bytes
from aftershock.figures import outlines
from aftershock.grid.cells import corner
from aftershock.grid.write import Written
from aftershock.months import month_name
from aftershock.report.charts import SCHEMA, Spec, light
from aftershock.report.colours import MEASURES
from aftershock.report.data import WORDS
from aftershock.report.page import VEGALITE
from aftershock.report.pictures import key, titled

__all__ = ["write_map"]

BINS = MEASURES["p_25"]  # the report's bins and colours of a chance
WIDTH, HEIGHT = 960, 470
WORLD = 150  # degrees of longitude from which on the whole world is shown
MARGIN = 1.0  # degrees


def write_map(path: Path, written: Written, forecast: Forecast, *, target: str) -> None:
    """Write a PNG: each cell in the colour of its chance of at least one death in the months forecast.

    Cells below a chance of 1 in 100 are left in the colour of the land; land that was not forecast is white.
    """
    import vl_convert

    write_bytes(path, vl_convert.vegalite_to_png(_map(written, forecast, target), vl_version=VEGALITE, scale=2))


def _map(written: Written, forecast: Forecast, target: str) -> Spec:
    bins = np.searchsorted(BINS["edges"], written.chance, side="right")
    shown = bins > 0
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [_square(x, y)]},
            "fill": light(BINS["colours"][k]),
        }
        for x, y, k in zip(*(part.tolist() for part in corner(written.cells[shown])), bins[shown].tolist(), strict=True)
    ]
    land = {"values": outlines(), "format": {"type": "topojson", "feature": "countries"}}
    other = {"values": outlines(), "format": {"type": "topojson", "feature": "other"}}
    fill = {"field": "fill", "type": "nominal", "scale": None}
    units = forecast.units.tolist()
    ground = {"condition": {"test": {"field": "id", "oneOf": units}, "value": light("zero")}, "value": light("none")}
    layers: list[Spec] = [
        {
            "data": other,
            "mark": {"type": "geoshape", "fill": light("none"), "stroke": light("line"), "strokeWidth": 0.6},
        },
        {"data": land, "mark": "geoshape", "encoding": {"fill": ground}},
        {
            "data": {"values": features},
            "mark": {"type": "geoshape", "strokeWidth": 0.3},
            "encoding": {"fill": fill, "stroke": fill},
        },
        {"data": land, "mark": {"type": "geoshape", "fill": None, "stroke": light("bar"), "strokeWidth": 0.6}},
    ]
    first, last = written.span
    when = month_name(first) if first == last else f"{month_name(first)} to {month_name(last)}"
    chart = {"layer": layers, **_view(written)}
    rows = [
        {"label": label, "fill": light(colour), "k": k}
        for k, (label, colour) in enumerate(zip(BINS["labels"], BINS["colours"], strict=True))
    ]
    config = {"view": {"stroke": None}, "aria": False}
    return titled(
        {"$schema": SCHEMA, "config": config, "vconcat": [chart, key(rows)], "spacing": 8},
        f"The chance of at least one death, {when}",
        f"{WORDS[target][0]}, by cell of half a degree. Made with the record up to {month_name(forecast.origin)}.",
    )


def _square(x: float, y: float) -> list[list[float]]:
    """Return a cell's ring, wound as d3-geo expects."""
    return [[x, y], [x, y + 0.5], [x + 0.5, y + 0.5], [x + 0.5, y], [x, y]]


def _view(written: Written) -> dict[str, Any]:
    """Return size and projection: the world, or the part of it that holds the cells."""
    x, y = corner(written.cells)
    west, east, south, north = x.min() - MARGIN, x.max() + 0.5 + MARGIN, y.min() - MARGIN, y.max() + 0.5 + MARGIN
    if east - west > WORLD:
        return {"width": WIDTH, "height": HEIGHT, "projection": {"type": "equalEarth", "rotate": [-11, 0, 0]}}
    bottom, top = (_mercator(math.radians(float(np.clip(angle, -80, 80)))) for angle in (south, north))
    wide = math.radians(east - west)
    scale = min(WIDTH / wide, 1.4 * HEIGHT / (top - bottom))
    middle = math.degrees(2 * math.atan(math.exp((bottom + top) / 2)) - math.pi / 2)
    width, height = max(scale * wide, 560.0), scale * (top - bottom)
    projection = {
        "type": "mercator", "center": [(west + east) / 2, middle], "scale": scale, "translate": [width / 2, height / 2],
        "clipExtent": [[0, 0], [width, height]],
    }  # fmt: skip
    return {"width": width, "height": height, "projection": projection}


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + latitude / 2))
