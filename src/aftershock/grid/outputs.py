"""The grid's files from end to end: draws of countries and cells, a summary and a map."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path

from aftershock.contract import Forecast
from aftershock.exports import ready_folder, views_table, write_parquet
from aftershock.grid.picture import write_map
from aftershock.grid.write import CELLS, GRID, Layout, Written, write_grid
from aftershock.jobs import Runner
from aftershock.models.base import Progress
from aftershock.panel import CellCounts

__all__ = ["write_outputs"]


def write_outputs(
    folder: Path,
    forecast: Forecast,
    counts: CellCounts,
    *,
    target: str = "sb",
    layout: Layout = "full",
    executor: Executor | Runner | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Path], Written]:
    """Write ``grid.parquet``, ``cells.parquet``, ``forecast.parquet`` (the countries' draws) and ``map.png``.

    Parameters
    ----------
    folder : pathlib.Path
        Made if it is not there.
    forecast : Forecast
        Of countries. Cells of a country add up to it, draw by draw.
    counts, target, layout, executor, progress
        As :func:`write_grid` takes them.

    Returns
    -------
    (dict of str to pathlib.Path, Written)
        File name to path, and what the grid holds.
    """
    ready_folder(folder)
    written = write_grid(folder, forecast, counts, target=target, layout=layout, executor=executor, progress=progress)
    if progress:
        progress("drawing the map", 0, None)
    write_parquet(folder / "forecast.parquet", views_table(forecast, target))
    write_map(folder / "map.png", written, forecast, target=target)
    return {name: folder / name for name in (GRID, CELLS, "forecast.parquet", "map.png")}, written
