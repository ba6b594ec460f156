"""Draws of cells → one Parquet file, country by country, so that the whole is never held in memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import THRESHOLDS, Forecast, IntArray
from aftershock.errors import UsageError, nearest
from aftershock.exports import whole_file
from aftershock.figures import countries, existence
from aftershock.grid.cells import NOBODY, land_of
from aftershock.grid.forecasts import Task, make_tasks, place_in_turn
from aftershock.grid.patterns import Placing
from aftershock.grid.place import Placed
from aftershock.jobs import Runner
from aftershock.models.base import Progress
from aftershock.panel import CellCounts

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "CELLS",
    "GRID",
    "LAYOUTS",
    "Layout",
    "Written",
    "check_layout",
    "each_cell_once",
    "statistics",
    "write_grid",
]

Layout = Literal["full", "sparse"]
LAYOUTS: tuple[str, ...] = get_args(Layout)
GRID, CELLS = "grid.parquet", "cells.parquet"
DRAWS = ("month_id", "priogrid_gid", "draw", "outcome")
UPPER = (80, 95)  # central intervals whose upper ends are in the summary; the lower ones are 0 nearly everywhere
ROWS = 2_000_000  # of a block, all of them in memory at once


@dataclass(frozen=True)
class Written:
    """What a written grid holds, cell by cell.

    Attributes
    ----------
    cells : numpy.ndarray of int64, shape (n,)
        ``priogrid_gid``, ascending.
    mean : numpy.ndarray of float64, shape (n,)
        Expected deaths over all months.
    chance : numpy.ndarray of float64, shape (n,)
        Probability of at least one death in the months ``span``.
    span : tuple of int
        First and last ``month_id`` that ``chance`` is about: all of them where draws are courses of months, else the first.
    rows : int
        Rows of the file of draws.
    """

    cells: IntArray
    mean: NDArray[np.float64]
    chance: NDArray[np.float64]
    span: tuple[int, int]
    rows: int


def check_layout(layout: str) -> None:
    """Raise :class:`UsageError` where a layout is not known."""
    if layout not in LAYOUTS:
        raise UsageError("a layout must be full or sparse", found=repr(layout), fix=nearest(layout, LAYOUTS))


def write_grid(
    folder: Path,
    forecast: Forecast,
    counts: CellCounts,
    *,
    target: str,
    placing: Placing | None = None,
    layout: Layout = "full",
    executor: Executor | Runner | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write ``grid.parquet``, the draws of every cell of a forecast's countries, and ``cells.parquet``, a summary of each.

    ``grid.parquet`` has the VIEWS challenge's columns ``month_id, priogrid_gid, draw, outcome``, all integers; the rows come
    country by country, in each by cell, month and draw, and cells that countries share come last. ``cells.parquet`` has
    one row per cell and month: ``month_id, priogrid_gid, mean, median, upper_80, upper_95, p_1, p_25, p_100, p_1000``. A
    forecast of every country also gets the land that belongs to none, as zeros.

    Parameters
    ----------
    folder : pathlib.Path
        Must be there.
    forecast : Forecast
        Of countries.
    counts : CellCounts
    target : str
    placing : Placing, optional
    layout : {"full", "sparse"}
        ``sparse`` leaves out the rows of draws whose outcome is 0. Which months and cells there are then stands in the
        summary, and how many draws in the file's metadata (``draws``).
    executor : concurrent.futures.Executor or Runner, optional
        Where cells are drawn, one job per country; :func:`aftershock.open_runner` gives a Dask cluster, and a folder in which
        finished parts are kept. The file is the same.
    progress : callable, optional

    Raises
    ------
    StoreError
        A file cannot be written; each is whole or as it was.
    """
    check_layout(layout)
    tasks = make_tasks(forecast, counts, target, placing)
    others = land_of(NOBODY) if _is_world(forecast) else np.zeros(0, np.int64)
    cell, times = np.unique(np.concatenate([*(t.pattern.cells for t in tasks), others]), return_counts=True)
    with whole_file(folder / GRID) as draws_path, whole_file(folder / CELLS) as summary_path:
        sink = _Sink(draws_path, summary_path, forecast, layout)
        with sink:
            for placed in each_cell_once(tasks, others, cell[times > 1], executor, progress):
                sink.add(placed)
    order = np.argsort(sink.cells)
    first, last = int(forecast.months[0]), int(forecast.months[-1] if "month" in forecast.joint else forecast.months[0])
    return Written(cell, np.array(sink.mean)[order], np.array(sink.chance)[order], (first, last), sink.rows)


def _is_world(forecast: Forecast) -> bool:
    """Return whether a forecast holds every country there was at its origin."""
    units = countries().country_id.to_numpy(np.int64)
    there = existence(units, np.array([forecast.origin]))[:, 0]
    return bool(np.isin(units[there], forecast.units).all())


def each_cell_once(
    tasks: list[Task], others: IntArray, shared: IntArray, executor: Executor | Runner | None, progress: Progress | None
) -> Iterator[Placed]:
    """Yield each country's own cells, then those that countries share, then the rest."""
    kept: list[Placed] = []
    for done, placed in enumerate(place_in_turn(tasks, executor)):
        if progress:
            progress("placing deaths in cells", done, len(tasks))
        common = np.isin(placed.cells, shared)
        yield _some(placed, ~common)
        kept.append(_some(placed, common))
    if progress:
        progress("placing deaths in cells", len(tasks), len(tasks))
    yield _added(kept, shared)
    nothing = np.zeros(0, np.int32)
    yield Placed(others[~np.isin(others, shared)], nothing, nothing, nothing, nothing)


def _some(placed: Placed, keep: NDArray[np.bool_]) -> Placed:
    """Return some of the cells."""
    rows = keep[placed.place]
    place = (np.cumsum(keep) - 1)[placed.place[rows]].astype(np.int32)
    return Placed(placed.cells[keep], place, placed.step[rows], placed.draw[rows], placed.deaths[rows])


def _added(parts: list[Placed], cells: IntArray) -> Placed:
    """Return several countries' deaths in the same cells added up."""
    columns = [
        np.concatenate(column).astype(np.int64)
        for column in zip(
            *((np.searchsorted(cells, p.cells)[p.place], p.step, p.draw, p.deaths) for p in parts), strict=True
        )
    ]
    place, step, draw, deaths = columns
    key, group = np.unique(np.stack([place, step, draw]), axis=1, return_inverse=True)
    total = np.bincount(group.ravel(), weights=deaths, minlength=key.shape[1])
    return Placed(cells, *(column.astype(np.int32) for column in (*key, total)))


class _Sink:
    """The two files being written, a few cells at a time."""

    def __init__(self, draws: Path, summary: Path, forecast: Forecast, layout: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.months, self.draws = forecast.months.astype(np.int32), forecast.draws.shape[-1]
        self.courses = "month" in forecast.joint
        self.full = layout == "full"
        self.cells: list[int] = []
        self.mean: list[float] = []
        self.chance: list[float] = []
        self.rows = 0
        self.draws_schema = pa.schema([(name, pa.int32()) for name in DRAWS])
        statistics = ["mean", "median", *(f"upper_{u}" for u in UPPER), *(f"p_{k}" for k in THRESHOLDS)]
        keys = [("month_id", pa.int32()), ("priogrid_gid", pa.int32())]
        self.summary_schema = pa.schema([*keys, *((name, pa.float32()) for name in statistics)])
        # draw numbers count up: differences of 1 take next to nothing; the other keys come in long runs
        self.draws_file = pq.ParquetWriter(
            draws, self.draws_schema, compression="zstd", store_schema=False, column_encoding={"draw": "DELTA_BINARY_PACKED"},
            use_dictionary=["month_id", "priogrid_gid", "outcome"], write_statistics=["month_id", "priogrid_gid"],
        )  # fmt: skip
        self.draws_file.add_key_value_metadata(
            {"layout": layout, "draws": str(self.draws), "model": forecast.model, "origin": str(forecast.origin)}
        )
        self.summary_file = pq.ParquetWriter(summary, self.summary_schema, compression="zstd", store_schema=False)

    def __enter__(self) -> _Sink:
        return self

    def __exit__(self, *_: object) -> None:
        self.draws_file.close()
        self.summary_file.close()

    def add(self, placed: Placed) -> None:
        """Write some cells."""
        if not len(placed.cells):
            return
        self._add_draws(placed)
        n, h = len(placed.cells), len(self.months)
        columns: dict[str, Any] = {"month_id": np.tile(self.months, n), "priogrid_gid": np.repeat(placed.cells, h)}
        columns |= statistics(placed, h, self.draws)
        self.summary_file.write_table(_table(columns, self.summary_schema))
        seen = np.ones(len(placed.place), bool) if self.courses else placed.step == 0
        cell_of_draw = np.unique(placed.place[seen].astype(np.int64) * self.draws + placed.draw[seen]) // self.draws
        self.cells += placed.cells.tolist()
        self.chance += (np.bincount(cell_of_draw, minlength=n) / self.draws).tolist()
        self.mean += (np.bincount(placed.place, weights=placed.deaths, minlength=n) / self.draws).tolist()

    def _add_draws(self, placed: Placed) -> None:
        if not self.full:
            columns = {
                "month_id": self.months[placed.step], "priogrid_gid": placed.cells[placed.place],
                "draw": placed.draw, "outcome": placed.deaths,
            }  # fmt: skip
            self.draws_file.write_table(_table(columns, self.draws_schema), row_group_size=ROWS)
            self.rows += len(placed.place)
            return
        per_cell = len(self.months) * self.draws
        block = max(1, ROWS // per_cell)
        month = np.tile(np.repeat(self.months, self.draws), block)
        draw = np.tile(np.arange(self.draws, dtype=np.int32), block * len(self.months))
        for start in range(0, len(placed.cells), block):
            cells = placed.cells[start : start + block]
            first, last = np.searchsorted(placed.place, [start, start + block])
            rows = slice(first, last)
            outcome = np.zeros((len(cells), len(self.months), self.draws), np.int32)
            outcome[placed.place[rows] - start, placed.step[rows], placed.draw[rows]] = placed.deaths[rows]
            size = outcome.size
            gid = np.repeat(cells.astype(np.int32), per_cell)
            columns = {"month_id": month[:size], "priogrid_gid": gid, "draw": draw[:size], "outcome": outcome.ravel()}
            self.draws_file.write_table(_table(columns, self.draws_schema), row_group_size=ROWS)
            self.rows += size


def _table(columns: dict[str, Any], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_arrays([pa.array(columns[f.name], type=f.type) for f in schema], schema=schema)


def statistics(placed: Placed, months: int, draws: int) -> dict[str, NDArray[np.float32]]:
    """Return the summary's columns of all cells and months, shape (n · months,), from the draws that are not 0."""
    at = placed.place.astype(np.int64) * months + placed.step
    size = len(placed.cells) * months
    count = np.bincount(at, minlength=size)
    ordered = placed.deaths[np.lexsort((placed.deaths, at))]
    start = np.cumsum(count) - count

    def ranked(rank: int) -> NDArray[np.float64]:
        """Return the draw of a rank, counted from 0; the zeros come first."""
        place = rank - (draws - count)
        out = np.zeros(size)
        some = place >= 0
        out[some] = ordered[(start + place)[some]]
        return out

    def quantile(share: float) -> NDArray[np.float32]:
        position = share * (draws - 1)
        low = int(position)
        below = ranked(low)
        return (below + (ranked(min(low + 1, draws - 1)) - below) * (position - low)).astype(np.float32)

    columns = {"mean": (np.bincount(at, weights=placed.deaths, minlength=size) / draws).astype(np.float32)}
    columns["median"] = quantile(0.5)
    columns |= {f"upper_{u}": quantile((50 + u / 2) / 100) for u in UPPER}
    for k in THRESHOLDS:
        columns[f"p_{k}"] = (np.bincount(at[placed.deaths >= k], minlength=size) / draws).astype(np.float32)
    return columns
