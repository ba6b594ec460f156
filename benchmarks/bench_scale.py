"""How time and memory grow with countries, draws, origins and cells, three sizes each.

    python benchmarks/bench_scale.py [--model NAME] [--only forecast,backtest,grid,unit] [--runs 3]

Each measurement is a process of its own, so that its peak memory is its own. The forecast is of all four targets, 12 months
ahead; more countries than there are come from repeating the panel. The backtest has one job per origin and runs in one
process, then on two Dask workers; both must give the same scores to the bit. The grid places the forecast of every 16th, every
4th and every country in its cells and writes the draws that are not 0; its record of cells is made up from the countries' own
figures. A unit is one target of one origin, 36 months, 1,000 draws, every cell; from it the thousand-worker cluster is reckoned, as
docs/scale.md explains. ``--only`` leaves the other sections of an earlier result as they are; ``--only ""`` measures nothing. In
the end the tables of that page are printed.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import common
from aftershock import Panel, backtest, embedded_panel, make_model, open_runner, run_jobs
from aftershock.contract import TARGETS
from aftershock.jobs.keys import digest
from aftershock.models import DEFAULT_MODEL

COUNTRIES = (48, 191, 764)
DRAWS = (250, 1000, 4000)
ORIGINS = (4, 8, 16)
EVERY = (16, 4, 1)
LAST_WINDOW = 2021
WORKERS = "local:2"
EMPTY = 1000
CLUSTER = 1000
BYTES_PER_ROW = 16  # of a draw above 0, in memory: cell, month, draw, deaths
NETWORK = 125e6  # bytes a second, 1 Gbit


def wide_panel(countries: int) -> Panel:
    """Return the embedded panel cut or repeated to so many countries."""
    panel = embedded_panel()
    times = -(-countries // len(panel.units))
    units = np.concatenate([panel.units + 10_000 * k for k in range(times)])[:countries]
    deaths, exists = np.tile(panel.deaths, (times, 1, 1))[:countries], np.tile(panel.exists, (times, 1))[:countries]
    return replace(panel, units=units, deaths=deaths, exists=exists)


def measure_forecast(
    model: str, countries: int, draws: int, months: int = 12, targets: tuple[str, ...] = TARGETS
) -> dict[str, Any]:
    """Forecast some countries."""
    panel, made_by, ahead = wide_panel(countries), make_model(model), range(1, months + 1)
    return timed(
        lambda: made_by.forecast(panel, horizons=ahead, targets=targets, draws=draws).draws,
        warm=lambda: made_by.forecast(panel, targets=targets[:1], draws=2),
    )


def nothing(_k: int) -> None:
    """Return at once: what is left is the cost of sending a job and its answer."""


def measure_empty(jobs: int) -> dict[str, Any]:
    """Run jobs that do nothing on Dask."""
    with open_runner(WORKERS) as runner:
        list(run_jobs(nothing, [(k,) for k in range(100)], executor=runner))
        return timed(lambda: list(run_jobs(nothing, [(k,) for k in range(jobs)], executor=runner)))


def measure_backtest(model: str, origins: int, dask: str | None) -> dict[str, Any]:
    """Backtest one model over some windows, here or on Dask."""
    panel, windows = embedded_panel(), range(LAST_WINDOW - origins + 1, LAST_WINDOW + 1)
    start = time.perf_counter()
    with open_runner(dask) as runner:
        opened = time.perf_counter() - start
        result = timed(
            lambda: [
                s.values for s in backtest(panel, windows=windows, models=[model], executor=runner).scores.values()
            ],
            warm=lambda: backtest(panel, windows=windows[:2], models=[model], draws=2, executor=runner),
        )
    return result | {"opening_s": round(opened, 2), "largest_worker_gib": common.peak_gib(children=True)}


def measure_grid(model: str, every: int, draws: int, months: int = 12) -> dict[str, Any]:
    """Place a forecast in cells and write it."""
    from aftershock.grid import write_grid
    from aftershock.grid.cells import land_cells
    from aftershock.panel import CellCounts

    panel = embedded_panel()
    unit, month, violence = np.nonzero(panel.deaths)
    owner, cell = land_cells()
    first, last = (np.searchsorted(owner, panel.units[unit], side=side) for side in ("left", "right"))
    rng = np.random.default_rng(1)
    spot = first + np.floor((last - first) * rng.beta(0.5, 3, len(unit))).astype(np.int64)  # a few cells have most
    kept = last > first
    counts = CellCounts(panel.units[unit], cell[np.minimum(spot, last - 1)], panel.months[month], violence + 1, panel.deaths[unit, month, violence]).select(kept)  # fmt: skip
    made = make_model(model).forecast(panel, horizons=range(1, months + 1), targets=["sb"], draws=draws)
    made = made.select(made.units[::every])
    with tempfile.TemporaryDirectory() as folder:
        written: list[Any] = []

        def work() -> bytes:
            written.append(write_grid(Path(folder), made, counts, target="sb", layout="sparse"))
            return b"".join(path.read_bytes() for path in sorted(Path(folder).iterdir()))

        result = timed(work)
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    return result | {"cells": len(written[0].cells), "rows": written[0].rows, "file_mb": round(size / 1e6, 2)}


def timed(work: Callable[[], Any], *, warm: Callable[[], Any] | None = None) -> dict[str, Any]:
    """Return seconds, memory before and at the peak, and a digest of what came out."""
    if warm:
        warm()
    before, start = common.peak_gib(), time.perf_counter()
    made = work()
    seconds = time.perf_counter() - start
    return {"s": seconds, "before_gib": before, "peak_gib": common.peak_gib(), "digest": digest(made)}


MEASURES = {"forecast": measure_forecast, "backtest": measure_backtest, "grid": measure_grid, "empty": measure_empty}


def measure(kind: str, runs: int, **options: Any) -> dict[str, Any]:
    """Measure in processes of their own; return the median time and the highest memory."""
    command = [sys.executable, __file__, "--measure", kind, json.dumps(options)]
    results = []
    for _ in range(runs):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{kind} {options} failed:\n{done.stderr}")
        results.append(json.loads(done.stdout.splitlines()[-1]))
    if len({result["digest"] for result in results}) > 1:
        raise SystemExit(f"{kind} {options} gave other results when repeated")
    out = results[0] | {"s": round(statistics.median(r["s"] for r in results), 2)}
    out |= {"peak_gib": max(r["peak_gib"] for r in results)}
    print(kind, options, {k: v for k, v in out.items() if k != "digest"}, flush=True)
    return out


def grow_forecast(model: str, runs: int) -> dict[str, Any]:
    """Measure the forecast by countries and by draws."""
    by_countries = {n: measure("forecast", runs, model=model, countries=n, draws=1000) for n in COUNTRIES}
    by_draws = {n: measure("forecast", runs, model=model, countries=191, draws=n) for n in DRAWS}
    return {"countries": bare(by_countries), "draws": bare(by_draws)}


def grow_backtest(model: str, runs: int) -> dict[str, Any]:
    """Measure the backtest by origins, in one process and on Dask."""
    out = {}
    for n in ORIGINS:
        here, spread = (measure("backtest", runs, model=model, origins=n, dask=dask) for dask in (None, WORKERS))
        if here["digest"] != spread["digest"]:
            raise SystemExit("the scores on Dask differ")
        out[n] = {"serial": here, WORKERS: spread}
    return {str(n): bare(both) for n, both in out.items()} | {"same_to_the_bit": True}


def grow_grid(model: str, runs: int) -> dict[str, Any]:
    """Measure the grid by cells."""
    found = [measure("grid", runs, model=model, every=every, draws=1000) for every in EVERY]
    return bare({result["cells"]: result for result in found})


def grow_unit(model: str, runs: int) -> dict[str, Any]:
    """Measure the unit of a large run, and reckon what a thousand workers make of many."""
    made = measure("forecast", runs, model=model, countries=191, draws=1000, months=36, targets=["sb"])
    placed = measure("grid", runs, model=model, every=1, draws=1000, months=36)
    unit = {
        "forecast_s": made["s"],
        "grid_s": placed["s"],
        "peak_gib": max(made["peak_gib"], placed["peak_gib"]),
        "cells": placed["cells"],
        "rows": placed["rows"],
        "file_mb": placed["file_mb"],
        "dask_s": round(measure("empty", runs, jobs=EMPTY)["s"] / EMPTY, 5),
    }
    return unit | {"cluster": {str(origins): reckon(unit, origins) for origins in (1, 360, 1560)}}


def reckon(unit: dict[str, Any], origins: int) -> dict[str, float]:
    """Return what so many origins cost on a thousand workers, by the formulas of docs/scale.md."""
    jobs, seconds = origins * len(TARGETS), unit["forecast_s"] + unit["grid_s"]
    return {
        "jobs": jobs,
        "core_hours": round(jobs * seconds / 3600, 2),
        "computing_s": round(-(-jobs // CLUSTER) * seconds, 1),
        "scheduler_s": round(jobs * unit["dask_s"], 1),
        "through_one_client_s": round(jobs * unit["rows"] * BYTES_PER_ROW / NETWORK, 1),
        "full_tb": round(jobs * unit["cells"] * 36 * 1000 * 4 / 1e12, 3),
        "sparse_gb": round(jobs * unit["file_mb"] / 1e3, 2),
    }


def bare(table: dict[Any, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return a table without digests, which say nothing to a reader."""
    return {str(size): {k: v for k, v in row.items() if k != "digest"} for size, row in table.items()}


def show(result: dict[str, Any]) -> None:
    """Print the tables of docs/scale.md."""
    for name in ("countries", "draws"):
        print(f"\n| {name} | seconds | peak GiB |\n|---:|---:|---:|")
        for size, row in result["forecast"][name].items():
            print(f"| {int(size):,} | {row['s']:.1f} | {row['peak_gib']:.2f} |")
    print("\n| origins | one process, seconds | two Dask workers, seconds | to start them | largest worker GiB |")
    print("|---:|---:|---:|---:|---:|")
    for size in map(str, ORIGINS):
        here, spread = result["backtest"][size]["serial"], result["backtest"][size][WORKERS]
        print(
            f"| {size} | {here['s']:.1f} | {spread['s']:.1f} | {spread['opening_s']:.1f} | {spread['largest_worker_gib']:.2f} |"
        )
    print("\n| cells | seconds | draws above 0 | megabytes | peak GiB |\n|---:|---:|---:|---:|---:|")
    for size, row in result["grid"].items():
        if size != "model":
            print(
                f"| {int(size):,} | {row['s']:.1f} | {row['rows']:,} | {row['file_mb']:.1f} | {row['peak_gib']:.2f} |"
            )
    print("\n| | " + " | ".join(result["unit"]["cluster"]))
    for key in result["unit"]["cluster"]["1"]:
        print(f"| {key} | " + " | ".join(f"{row[key]:,}" for row in result["unit"]["cluster"].values()) + " |")
    print({key: value for key, value in result["unit"].items() if key != "cluster"})


def main(model: str, only: str, runs: int) -> None:
    """Measure what was asked for, and write it down."""
    path = common.RESULTS / "scale.json"
    old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    parts = {"forecast": grow_forecast, "backtest": grow_backtest, "grid": grow_grid, "unit": grow_unit}
    result = {name: old[name] for name in parts if name in old}
    for name in filter(None, only.split(",")):
        result[name] = {"model": model, **parts[name](model, runs)}
    if only:
        common.write_result("scale", result)
    show(result)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(MEASURES[sys.argv[2]](**json.loads(sys.argv[3]))))
    else:
        given = common.read_arguments(__doc__, model=DEFAULT_MODEL, only="forecast,backtest,grid,unit", runs="1")
        main(given.model, given.only, int(given.runs))
