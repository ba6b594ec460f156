"""A country forecast and the record of cells → draws of cells, one country at a time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Forecast, IntArray
from aftershock.errors import UsageError
from aftershock.grid.patterns import Pattern, Placing, find_pattern
from aftershock.grid.place import Placed, place_deaths
from aftershock.jobs import Codec, Runner, pack_arrays, run_jobs, unpack_arrays
from aftershock.panel import CellCounts

__all__ = ["Task", "forecast_cells", "make_tasks", "place_country", "place_in_turn"]

MOST_NUMBERS = 500_000_000  # draws held at once, about 2 GiB
AHEAD = 64  # countries that workers work on or have done before they are taken


@dataclass(frozen=True)
class Task:
    """All that one country's cells are drawn from; it can be sent to another machine.

    Attributes
    ----------
    country : int
        VIEWS ``country_id``.
    target : str
    deaths : numpy.ndarray of int32, shape (h, m)
        The country's draws by month.
    pattern : Pattern
    placing : Placing
    seed : int
    """

    country: int
    target: str
    deaths: NDArray[np.int32]
    pattern: Pattern
    placing: Placing
    seed: int


def place_country(task: Task) -> Placed:
    """Return one country's cells. Its draws depend on seed, country and target, not on other countries or their order."""
    rng = np.random.default_rng([task.seed, task.country, zlib.crc32(task.target.encode())])
    return place_deaths(task.deaths, task.pattern, task.placing, rng=rng)


def make_tasks(forecast: Forecast, counts: CellCounts, target: str, placing: Placing | None = None) -> list[Task]:
    """Return the work to be done, one task per country of a forecast.

    Parameters
    ----------
    forecast : Forecast
        Of countries.
    counts : CellCounts
        Deaths by cell; what lies after the forecast's origin is not looked at.
    target : str
    placing : Placing, optional
        The options chosen on the record if not given.
    """
    if forecast.kind != "country_id":
        raise UsageError("cells are drawn from a forecast of countries", found=forecast.kind, fix="Forecast countries.")
    placing = placing or Placing()
    tasks = []
    for country, deaths in zip(forecast.units.tolist(), forecast.of(target), strict=True):
        pattern = find_pattern(counts, country, target, origin=forecast.origin, placing=placing)
        tasks.append(Task(country, target, deaths, pattern, placing, forecast.seed))
    return tasks


_CODEC = Codec[Placed](lambda placed: pack_arrays(vars(placed)), lambda content: Placed(**unpack_arrays(content)))


def place_in_turn(tasks: Sequence[Task], executor: Executor | Runner | None = None) -> Iterator[Placed]:
    """Yield each country's cells in the order of the tasks; workers are a few countries ahead."""
    jobs = [(task,) for task in tasks]
    yield from run_jobs(place_country, jobs, executor=executor, codec=_CODEC, ahead=AHEAD)


def forecast_cells(
    forecast: Forecast,
    counts: CellCounts,
    *,
    targets: Sequence[str] | None = None,
    placing: Placing | None = None,
    cells: IntArray | None = None,
) -> Forecast:
    """Return a forecast of PRIO-GRID cells that adds up to a forecast of their countries, draw by draw.

    Parameters
    ----------
    forecast : Forecast
        Of countries.
    counts : CellCounts
        Deaths by cell, as ``Store.cells`` gives.
    targets : sequence of str, optional
        All of the forecast's if not given. Each is placed by itself: as with countries, cells of ``total`` are not the
        sum of the three types draw by draw.
    placing : Placing, optional
    cells : numpy.ndarray of int64, optional
        ``priogrid_gid`` to keep; every cell of the countries if not given.

    Raises
    ------
    UsageError
        More draws than fit in memory; write them to a file instead, :func:`write_grid`.
    """
    wanted = tuple(targets or forecast.targets)
    by_target = [make_tasks(forecast, counts, target, placing) for target in wanted]
    units = np.unique(np.concatenate([task.pattern.cells for tasks in by_target for task in tasks]))
    if cells is not None:
        units = units[np.isin(units, cells)]
    months, draws = len(forecast.months), forecast.draws.shape[-1]
    numbers = len(wanted) * len(units) * months * draws
    if numbers > MOST_NUMBERS or not len(units):
        raise UsageError(
            f"a forecast of cells held in memory must have between 1 and {MOST_NUMBERS:,} draws in all",
            found=f"{numbers:,}",
            fix="Choose cells or countries, or write the grid to a file with `aftershock grid`.",
        )
    cube = np.zeros((len(wanted), len(units), months, draws), np.int32)
    for out, tasks in zip(cube, by_target, strict=True):
        for placed in place_in_turn(tasks):
            unit = np.searchsorted(units, placed.cells).clip(0, len(units) - 1)[placed.place]
            kept = units[unit] == placed.cells[placed.place]
            np.add.at(out, (unit[kept], placed.step[kept], placed.draw[kept]), placed.deaths[kept])
    joint: tuple[str, ...] = ("unit",) if len(forecast.units) == 1 or "unit" in forecast.joint else ()
    joint += ("month",) if "month" in forecast.joint else ()
    return replace(forecast, kind="priogrid_gid", units=units, targets=wanted, draws=cube, joint=joint)
