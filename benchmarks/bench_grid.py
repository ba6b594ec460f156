"""How long does the whole world's grid take to write, and how much memory?

    python benchmarks/bench_grid.py

Every country of the embedded figures, forecast from December 2021 and written to one file in a temporary folder, which is then
removed; three sizes, each in a process of its own, the last one with all cells, 36 months and 1,000 draws. The embedded figures
have no cells: each country's past deaths are spread over its land by chance, a few cells holding most of them. What is measured
is the work of ``aftershock grid`` without reading events and drawing the map.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from aftershock import embedded_panel, make_model
from aftershock.contract import Panel
from aftershock.grid import write_grid
from aftershock.grid.cells import land_of
from aftershock.panel import CellCounts
from common import peak_gib, read_arguments, write_result

SIZES = {"small": (12, 100), "middle": (12, 1000), "whole": (36, 1000)}  # months and draws


def make_counts(panel: Panel) -> CellCounts:
    """Return a record by cell that adds up to the panel."""
    rng = np.random.default_rng(1)
    rows = []
    for unit, month, kind in np.argwhere(panel.deaths):
        deaths = int(panel.deaths[unit, month, kind])
        land = land_of(int(panel.units[unit]))
        favoured = np.random.default_rng(unit).permutation(land)
        places = np.minimum(rng.zipf(1.5, 1 + min(deaths, rng.poisson(deaths**0.5))) - 1, len(land) - 1)
        for place, share in zip(*np.unique(places, return_counts=True), strict=True):
            part = max(1, deaths * int(share) // len(places))
            rows.append((panel.units[unit], favoured[place], panel.months[month], kind + 1, part))
    return CellCounts(*np.array(rows, np.int64).T)


def run(months: int, draws: int) -> dict[str, float | str]:
    """Forecast and write one size."""
    panel = embedded_panel()
    counts = make_counts(panel)
    begin = time.perf_counter()
    made = make_model().forecast(panel, horizons=range(1, months + 1), targets=["sb"], draws=draws)
    middle = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        written = write_grid(Path(folder), made, counts, target="sb")
        end = time.perf_counter()
        size = (Path(folder) / "grid.parquet").stat().st_size
    return {
        "model": made.model,
        "cells": len(written.cells),
        "months": months,
        "draws": draws,
        "rows": written.rows,
        "forecast_s": round(middle - begin, 1),
        "write_s": round(end - middle, 1),
        "million_rows_per_s": round(written.rows / (end - middle) / 1e6, 1),
        "file_mb": round(size / 1e6, 1),
        "peak_gib": peak_gib(),
    }


def main() -> None:
    """Measure every size in a process of its own."""
    result = {}
    for name, (months, draws) in SIZES.items():
        command = [sys.executable, __file__, "--size", f"{months},{draws}"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        result[name] = json.loads(answer)
        print(name, result[name], flush=True)
    write_result("grid", result)


if __name__ == "__main__":
    given = read_arguments(__doc__, size="")
    if given.size:
        print(json.dumps(run(*(int(n) for n in given.size.split(",")))))
    else:
        main()
