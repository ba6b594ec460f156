"""The map by grid cell: past and forecast of every cell, in bins, so that 65,000 cells × 60 months travel as a short text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import TYPES, Forecast
from aftershock.exports import write_bytes, write_parquet
from aftershock.grid.cells import NOBODY, land_cells, land_of
from aftershock.grid.forecasts import make_tasks
from aftershock.grid.write import each_cell_once, statistics
from aftershock.panel import CellCounts
from aftershock.store import Store
from aftershock.web.cell_bins import CELL_MEASURES, DEFAULT_BIN
from aftershock.web.work.kinds import Progress

__all__ = ["write_cells"]

PAST = 24  # months before the forecast on the slider
YEAR = 12
Columns = dict[str, NDArray[np.float32]]


def write_cells(store: Store, folder: Path, made: Forecast, progress: Progress) -> dict[str, Any]:
    """Write ``cells-TARGET-MEASURE.json``, bins by cell and month, and ``cells-TARGET.parquet``, the figures themselves.

    Returns
    -------
    dict
        ``months`` (``month_id``, past and ahead), ``origin``, and how many ``cells`` there are.
    """
    counts = store.cells(source=store.sources()[0])
    first = max(made.origin - PAST + 1, int(counts.month.min(initial=made.origin)))
    past_months = np.arange(first, made.origin + 1)
    months = [*past_months.tolist(), *made.months.tolist()]
    cells = np.zeros(0, np.int64)
    for target in made.targets:
        cells, ahead = _ahead(made, counts, target, progress)
        past = _past(counts, target, cells, np.arange(made.origin - max(YEAR, len(past_months)) + 1, made.origin + 1))
        shown = past[:, -len(past_months) :]
        values = _values(ahead, shown, past[:, -YEAR:].mean(axis=1))
        for name, (before, after) in values.items():
            _write_bins(folder / f"cells-{target}-{name}.json", name, cells, before, after)
        _write_figures(folder / f"cells-{target}.parquet", cells, made.months, ahead)
    return {"months": months, "origin": int(made.origin), "cells": len(cells)}


def _ahead(made: Forecast, counts: CellCounts, target: str, progress: Progress) -> tuple[NDArray[np.int64], Columns]:
    """Return every cell once, ascending, and its statistics, shape (n, h) each."""
    tasks = make_tasks(made, counts, target)
    others = land_of(NOBODY)
    every, times = np.unique(np.concatenate([*(task.pattern.cells for task in tasks), others]), return_counts=True)
    h, draws = len(made.months), made.draws.shape[-1]
    found: Columns = {}
    said = _said(progress, target)
    for placed in each_cell_once(tasks, others, every[times > 1], None, said):
        if not len(placed.cells):
            continue
        at = np.searchsorted(every, placed.cells)
        for name, column in statistics(placed, h, draws).items():
            found.setdefault(name, np.zeros((len(every), h), np.float32))[at] = column.reshape(-1, h)
    return every, found


def _said(progress: Progress, target: str) -> Progress:
    return lambda _text, done, total: progress(f"grid cells: {target}", done, total)


def _past(counts: CellCounts, target: str, cells: NDArray[np.int64], months: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return recorded deaths by cell and month, shape (n, t)."""
    out = np.zeros((len(cells), len(months)), np.int64)
    place, step = np.searchsorted(cells, counts.cell).clip(0, len(cells) - 1), counts.month - months[0]
    kept = (cells[place] == counts.cell) & (step >= 0) & (step < len(months))
    if target != "total":
        kept &= counts.violence == TYPES[target]
    np.add.at(out, (place[kept], step[kept]), counts.deaths[kept])
    return out


def _values(ahead: Columns, past: NDArray[np.int64], usual: NDArray[np.float64]) -> dict[str, tuple[Any, Any]]:
    """Return what the map shows before and after the origin, per measure."""
    found: dict[str, tuple[Any, Any]] = {
        "mean": (past, ahead["mean"]),
        "change": (past - usual[:, None], ahead["mean"] - usual[:, None]),
    }
    for k in (1, 25, 100, 1000):
        found[f"p_{k}"] = (past >= k, ahead[f"p_{k}"])
    return found


def _write_bins(path: Path, name: str, cells: NDArray[np.int64], before: Any, after: Any) -> None:
    """Write one measure: cells that are ever out of the usual bin, each with a digit per month."""
    edges = CELL_MEASURES[name]["edges"]
    bins = np.searchsorted(edges, np.hstack([before, after]).astype(float), side="right").astype(np.uint8)
    kept = (bins != DEFAULT_BIN[name]).any(axis=1)
    owner_of = _owners()
    text = (bins[kept] + ord("0")).tobytes().decode("ascii")
    document = {
        "priogrid_gid": cells[kept].tolist(),
        "country_id": [owner_of.get(cell, 0) for cell in cells[kept].tolist()],
        "bins": text,
    }
    write_bytes(path, json.dumps(document, separators=(",", ":")).encode("ascii"))


def _owners() -> dict[int, int]:
    owner, cell = land_cells()
    return dict(zip(cell.tolist(), owner.tolist(), strict=True))


def _write_figures(path: Path, cells: NDArray[np.int64], months: NDArray[np.int64], ahead: Columns) -> None:
    """Write every cell and month forecast in which a death is possible."""
    import pyarrow as pa

    place, step = np.nonzero(ahead["mean"] > 0)
    columns: dict[str, Any] = {"priogrid_gid": cells[place].astype(np.int32), "month_id": months[step].astype(np.int32)}
    columns |= {name: column[place, step] for name, column in ahead.items()}
    write_parquet(path, pa.table(columns))
