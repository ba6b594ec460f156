"""The picture of which stream feeds which: places, labels and arrows, worked out with numpy; the same input, the same picture.

Streams stand on an ellipse at even heights, so that labels to the right and to the left of it, one above the other, never
touch. Streams of one country stand together; within a country they change places as long as that shortens the arrows.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Stream
from aftershock.report.system_data import Links, brief, country_names_of

__all__ = ["network", "ordered"]

FloatArray = NDArray[np.float64]

WIDTH, ROW, LEAST_HEIGHT = 940, 62, 130
RADIUS = 165  # of the ellipse, to either side
LABEL = 38  # signs of a line
COLOURS = 5
NODE = (6.0, 19.0)
MOST_NODES = 24
VERY_SURE = 0.99


def network(streams: tuple[Stream, ...], links: Links, sure: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the picture of sure links between streams, or None where there is none.

    Parameters
    ----------
    streams : tuple of Stream
    links : Links
    sure : list of dict
        As :func:`aftershock.report.system_data.sure_links` gives.
    """
    ends = list(dict.fromkeys(k for link in sure for k in (link["source"], link["target"])))
    chosen = sorted(ends[:MOST_NODES])
    shown = [link for link in sure if link["source"] in chosen and link["target"] in chosen]
    if not shown:
        return None
    places = [country_names_of(streams[k].countries) or "no country" for k in chosen]
    order = ordered(chosen, places, [(link["source"], link["target"]) for link in shown])
    groups = sorted(set(places))
    at, height = _places(len(order))
    where = dict(zip(order, at, strict=True))
    nodes = {k: _node(streams[k], links.events[k], where[k], float(links.events[order].max())) for k in order}
    for k, place in zip(chosen, places, strict=True):
        nodes[k]["colour"] = groups.index(place) % COLOURS + 1
    strongest = max(abs(link["median"]) for link in shown)
    arrows = []
    for link in shown:
        a, b = link["source"], link["target"]
        thick = 1.5 + 6.0 * float(np.sqrt(abs(link["median"]) / strongest))
        drawn = _arrow(where[a], where[b], nodes[a]["r"], nodes[b]["r"], thick=thick, centre=height / 2)
        words = {name: link[name] for name in ("vague", "by", "to", "middle", "interval")}
        arrows.append(drawn | words | {"very": link["chance"] >= VERY_SURE, "quiets": link["median"] < 0})
    return {
        "box": _box(list(nodes.values()), height),
        "nodes": list(nodes.values()),
        "arrows": arrows,
        "places": [{"colour": n % COLOURS + 1, "name": name} for n, name in enumerate(groups)],
        "left": links.count("sure") - len(shown),
    }


def _node(stream: Stream, events: float, at: FloatArray, most: float) -> dict[str, Any]:
    return {
        "x": round(float(at[0]), 1),
        "y": round(float(at[1]), 1),
        "r": round(NODE[0] + (NODE[1] - NODE[0]) * float(np.sqrt(events / most)), 1),
        "right": bool(at[0] >= WIDTH / 2),
        "lines": _lines(stream.name),
        "name": stream.name,
        "under": f"{events:,.0f} events",
    }


def ordered(chosen: list[int], places: list[str], pairs: list[tuple[int, int]]) -> list[int]:
    """Return streams in the order in which they stand around, those of one place together and arrows short.

    Examples
    --------
    >>> ordered([0, 1, 2, 3], ["A", "A", "A", "A"], [(0, 2), (1, 3)])
    [1, 0, 2, 3]
    """
    order = [k for place in sorted(set(places)) for k, there in zip(chosen, places, strict=True) if there == place]
    place_of = dict(zip(chosen, places, strict=True))
    n = len(order)

    def length(course: list[int]) -> int:
        at = {k: i for i, k in enumerate(course)}
        return sum(min(abs(at[a] - at[b]), n - abs(at[a] - at[b])) for a, b in pairs)

    best = length(order)
    for _ in range(n):
        before = best
        for i in range(n):
            for j in range(i + 1, n):
                if place_of[order[i]] != place_of[order[j]]:
                    continue
                order[i], order[j] = order[j], order[i]
                now = length(order)
                if now < best:
                    best = now
                else:
                    order[i], order[j] = order[j], order[i]
        if best == before:
            break
    return order


def _places(n: int) -> tuple[FloatArray, int]:
    """Return places on an ellipse, clockwise from the top, at even heights on either side, and the picture's height."""
    right = (n + 1) // 2
    height = max(LEAST_HEIGHT, ROW * right + 20)
    out = []
    for count, side in ((right, 1), (n - right, -1)):
        level = (np.arange(count) + 0.5) / max(count, 1) * 2 - 1
        x = WIDTH / 2 + side * RADIUS * np.sqrt(1.0 - level**2)
        y = height / 2 + level * (height / 2 - 10)
        out.append(np.column_stack([x, y])[::side])
    return np.concatenate(out), int(height)


def _box(nodes: list[dict[str, Any]], height: int) -> list[int]:
    """Return left, top, width and height of the picture with its labels, the middle of the ellipse in its middle."""
    signs = max(len(line) for node in nodes for line in (*node["lines"], node["under"]))
    half = min(RADIUS + NODE[1] + 12 + 7.6 * signs, WIDTH / 2)
    return [round(WIDTH / 2 - half), 0, round(2 * half), height]


def _lines(name: str) -> list[str]:
    """Return a name in one or two lines."""
    return wrap(brief(name, 2 * LABEL - 14), LABEL, max_lines=2, placeholder="…", break_on_hyphens=False) or [name]


def _arrow(
    start: FloatArray, end: FloatArray, start_radius: float, end_radius: float, *, thick: float, centre: float
) -> dict[str, Any]:
    """Return an arrow bent towards the middle; the way back is bent to the other side."""
    middle, across = (start + end) / 2, end - start
    aside = np.array([-across[1], across[0]]) * 0.12
    bend = middle * 0.55 + np.array([WIDTH / 2, centre]) * 0.45 + aside
    off, on = _unit(bend - start), _unit(end - bend)
    head = 6.0 + 1.3 * thick
    first = start + off * (start_radius + 1.5)
    tip = end - on * (end_radius + 2.0)
    neck = tip - on * head
    side = np.array([-on[1], on[0]]) * head * 0.55
    points = [tip, neck + side, neck - side]
    return {
        "path": f"M{_xy(first)}Q{_xy(bend)} {_xy(neck + on)}",
        "head": " ".join(_xy(p).replace(" ", ",") for p in points),
        "thick": round(thick, 1),
    }


def _unit(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / max(float(np.hypot(*vector)), 1e-9))


def _xy(point: FloatArray) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
