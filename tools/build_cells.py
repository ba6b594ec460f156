"""Build ``src/aftershock/figures/priogrid_cells.parquet``: which PRIO-GRID cells are land, and of which country.

    python tools/build_cells.py

Reads ``outlines.json`` and ``countries.csv`` beside it; the same input gives the same bytes. A cell is 0.5° on a side,
numbered row by row from the south-west (``(row)·720 + column + 1``). Each is looked at in 20 × 20 points: it is land where
any point lies inside an outline or an outline passes through it, and of the country that most points lie in (Natural Earth
1:50m, simplified for the report's map; islands below 300 km² are mostly not in it). A country that no cell is given to by
that rule shares the cells that its outline passes through, so that each of the 191 has at least one. Land that is no
unit of the list has ``country_id`` 0. Antarctica is left out.

Rows are runs of cells next to each other: ``country_id``, ``first_gid``, ``cells``.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIGURES = Path(__file__).resolve().parents[1] / "src/aftershock/figures"
FINE = 20  # points along a cell's edge
ROWS, COLUMNS = 360, 720


def read_rings(outlines: dict) -> tuple[dict[int, list[np.ndarray]], dict[int, list[tuple[float, float]]]]:
    """Return every ring (degrees) and every point by country_id; 0 is land that is no unit."""
    scale, shift = (np.array(outlines["transform"][name]) for name in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in outlines["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])

    rings: dict[int, list[np.ndarray]] = {}
    for name in ("countries", "other"):
        for geometry in outlines["objects"][name]["geometries"]:
            polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
            rings.setdefault(geometry.get("id", 0), []).extend(ring(part) for p in polygons for part in p)
    points: dict[int, list[tuple[float, float]]] = {}
    for geometry in outlines["objects"]["points"]["geometries"]:
        x, y = np.array(geometry["coordinates"]) * scale + shift
        points.setdefault(geometry["id"], []).append((x, y))
    return rings, points


def count_inside(rings: list[np.ndarray]) -> np.ndarray:
    """Return how many of each cell's points lie inside rings (even-odd rule), shape (ROWS, COLUMNS)."""
    a = np.concatenate([r[:-1] for r in rings])
    b = np.concatenate([r[1:] for r in rings])
    fine = np.zeros((ROWS, COLUMNS), np.int64)
    low, high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    for line in range(int((low.min() + 90) * 2 * FINE), min(int((high.max() + 90) * 2 * FINE) + 1, ROWS * FINE)):
        y = (line + 0.5) / (2 * FINE) - 90
        cut = (a[:, 1] > y) != (b[:, 1] > y)
        if not cut.any():
            continue
        x = np.sort(a[cut, 0] + (y - a[cut, 1]) * (b[cut, 0] - a[cut, 0]) / (b[cut, 1] - a[cut, 1]))
        ends = np.ceil((x + 180) * 2 * FINE - 0.5).astype(int).clip(0, COLUMNS * FINE)
        for start, stop in zip(ends[::2], ends[1::2], strict=True):
            fine[line // FINE] += np.bincount(np.arange(start, stop) // FINE, minlength=COLUMNS)[:COLUMNS]
    return fine


def touched(rings: list[np.ndarray]) -> np.ndarray:
    """Return which cells an outline passes through, shape (ROWS, COLUMNS)."""
    out = np.zeros((ROWS, COLUMNS), bool)
    for ring in rings:
        steps = np.ceil(np.abs(np.diff(ring, axis=0)).max(axis=1) * 100).astype(int) + 1
        at = np.concatenate([np.linspace(p, q, n) for p, q, n in zip(ring[:-1], ring[1:], steps, strict=True)])
        row = ((at[:, 1] + 90) * 2).astype(int).clip(0, ROWS - 1)
        out[row, ((at[:, 0] + 180) * 2).astype(int).clip(0, COLUMNS - 1)] = True
    return out


def main() -> None:
    """Build the table."""
    rings, points = read_rings(json.loads((FIGURES / "outlines.json").read_text()))
    with (FIGURES / "countries.csv").open() as stream:
        numbers = sorted(int(row["country_id"]) for row in csv.DictReader(stream))
    most = np.zeros((ROWS, COLUMNS), np.int64)
    owner = np.full((ROWS, COLUMNS), -1)
    for unit in [*numbers, 0]:
        inside = count_inside(rings[unit])
        better = inside > most
        owner[better], most[better] = unit, inside[better]
    for unit in [*numbers, 0]:  # coast that holds no point
        owner[touched(rings[unit]) & (owner == -1)] = unit
    pairs = {(int(owner[i, j]), int(i * COLUMNS + j + 1)) for i, j in np.argwhere(owner >= 0)}
    for unit in sorted(set(numbers) - {unit for unit, _ in pairs}):
        shared = touched(rings[unit])
        for x, y in points.get(unit, []):
            shared[int((y + 90) * 2), int((x + 180) * 2)] = True
        pairs |= {(unit, int(i * COLUMNS + j + 1)) for i, j in np.argwhere(shared)}
        print("shares its cells:", unit, int(shared.sum()))
    unit, gid = np.array(sorted(pairs)).T
    begins = np.flatnonzero(np.r_[True, (np.diff(unit) != 0) | (np.diff(gid) != 1)])
    length = np.diff(np.r_[begins, len(gid)])
    table = pa.table(
        {
            "country_id": unit[begins].astype(np.int32),
            "first_gid": gid[begins].astype(np.int32),
            "cells": length.astype(np.int32),
        }
    )
    path = FIGURES / "priogrid_cells.parquet"
    pq.write_table(table, path, compression="zstd", compression_level=19, store_schema=False,
                   column_encoding=dict.fromkeys(table.column_names, "DELTA_BINARY_PACKED"), use_dictionary=False)  # fmt: skip
    print(f"{path.name}: {len(np.unique(gid)):,} cells, {len(gid):,} pairs, {len(set(unit)) - 1} countries, "
          f"{len(table):,} runs, {path.stat().st_size / 1000:.0f} kB")  # fmt: skip
    print("without a country:", int((unit == 0).sum()))


if __name__ == "__main__":
    main()
