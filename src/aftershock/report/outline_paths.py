"""The world's outlines as an SVG drawing in the Equal Earth projection, so that a map stands before any script has run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftershock.figures import outlines

__all__ = ["project", "world_drawing"]

WIDTH, HEIGHT = 8000, 3600  # units of the drawing; a number in it has no decimals
LEFT, TOP, SPAN = -2.56, 1.31, 5.22  # what part of the earth is drawn, in units of the projection
ROTATE = 11.0  # degrees: the map is cut through the Bering Strait
DOT = 32  # radius of countries too small for an outline
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
HATCHED = (
    '<defs><pattern id="missing-map" width="60" height="60" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="60" height="60" class="missing-ground"></rect><rect width="9" height="60" class="missing-line"></rect>'
    "</pattern></defs>"
)  # as the page's own, at the drawing's scale
Points = NDArray[np.float64]


def project(places: Points) -> Points:
    """Return x and y, upwards, of places in degrees east of the map's middle and north; shape (n, 2) each.

    Šavrič, Patterson & Jenny (2018), doi:10.1080/13658816.2018.1504949.

    Examples
    --------
    >>> project(np.array([[0.0, 0.0], [0.0, 90.0]])).round(4).tolist()
    [[0.0, 0.0], [0.0, 1.3174]]
    """
    east = np.radians(places[:, 0])
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(places[:, 1])))
    square = t * t
    sixth = square**3
    slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)
    x = east * np.cos(t) / (np.sqrt(3) / 2 * slope)
    return np.column_stack([x, t * (A1 + A2 * square + sixth * (A3 + A4 * square))])


def world_drawing(fills: Mapping[int, str]) -> str:
    """Return the world as an SVG element, every country in the colour given by its VIEWS number, others hatched.

    Each shape carries its country's number as ``data-id``; scripts colour it anew.
    """
    missing = "url(#missing-map)"
    shapes = "".join(
        f'<path data-id="{unit}" fill="{fills.get(unit, missing)}" d="{path}"></path>' for unit, path in _countries()
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">{HATCHED}<path fill="{missing}" stroke="var(--line)" '
        f'stroke-width="6" d="{_others()}"></path><g stroke="var(--stroke)" stroke-width="5" stroke-linejoin="round">'
        f"{shapes}</g></svg>"
    )


@cache
def _countries() -> list[tuple[int, str]]:
    """Return number and path of every country, those that are dots last."""
    shapes = [(int(shape["id"]), _path(shape["arcs"], shape["type"])) for shape in _shapes("countries")]
    dots = _shapes("points")
    places = _drawn(_degrees([shape["coordinates"] for shape in dots]))
    circle = f"a{DOT} {DOT} 0 1 1 0 {2 * DOT}a{DOT} {DOT} 0 1 1 0 {-2 * DOT}z"
    return shapes + [
        (int(shape["id"]), f"M{x} {y - DOT}{circle}") for shape, (x, y) in zip(dots, places.tolist(), strict=True)
    ]


@cache
def _others() -> str:
    return "".join(_path(shape["arcs"], shape["type"]) for shape in _shapes("other"))


def _shapes(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = outlines()["objects"][name]["geometries"]
    return found


def _degrees(grid: Any) -> Points:
    """Return places on the outlines' grid as degrees east of the map's middle and north."""
    frame = outlines()["transform"]
    places: Points = np.asarray(grid, np.float64) * frame["scale"] + frame["translate"]
    places[:, 0] -= ROTATE
    places[:, 0] += np.where(places[:, 0] < -180, 360, 0)
    return places


@cache
def _lines() -> list[NDArray[np.int64]]:
    """Return every shared line of the outlines, as it is drawn."""
    lines = [_degrees(np.cumsum(arc, axis=0)) for arc in outlines()["arcs"]]
    for line in lines:
        line[:, 0] = np.unwrap(line[:, 0], period=360)  # an island at the cut stays on one side
    return [_drawn(line) for line in lines]


def _drawn(places: Points) -> NDArray[np.int64]:
    points, scale = project(places), WIDTH / SPAN
    return np.column_stack([(points[:, 0] - LEFT) * scale, (TOP - points[:, 1]) * scale]).round().astype(np.int64)


def _path(arcs: list[Any], kind: str) -> str:
    polygons = arcs if kind == "MultiPolygon" else [arcs]
    return "".join(_ring(ring) for polygon in polygons for ring in polygon)


def _ring(arcs: Iterable[int]) -> str:
    """Return a closed line as a path of steps; places that fall on the one before are left out."""
    parts = [_lines()[k] if k >= 0 else _lines()[~k][::-1] for k in arcs]
    points = np.concatenate([part if k == 0 else part[1:] for k, part in enumerate(parts)])
    steps = np.diff(points, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    written = " ".join(f"{x} {y}" if y >= 0 else f"{x}{y}" for x, y in steps.tolist())
    return f"M{points[0][0]} {points[0][1]}l{written}z".replace(" -", "-")
