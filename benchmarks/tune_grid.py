"""Choose how a country's deaths are placed in its cells.

    python benchmarks/tune_grid.py --events FOLDER [--dask local] [--parts FOLDER]

FOLDER holds GED records by country. Origins October 2004 to October 2016, every second year, 3 to 14 months ahead: no target
after December 2017 is looked at. The measure is a score over that of grid conflictology (a cell's last twelve months), averaged over CRPS, IGN and MIS and four targets: half of it of all cells together, half the mean over
countries with deaths. One option after the other is set to its best value, from where coarser rounds on the same origins
ended; persistence, which touches no single month, is chosen last, on cells' totals
over the twelve months. What is chosen is written to ``tune_grid.json`` beside this script, whose values are the defaults of
``aftershock.grid.Placing``; the table is kept in ``benchmarks/results/tune_grid.json``.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from aftershock import Runner, run_jobs
from aftershock.grid.patterns import Placing
from aftershock.months import month_id
from aftershock.panel import CellCounts
from aftershock.scores import kernels
from common import open_runner_of, read_arguments, write_result
from grid_data import SCORES, TARGETS, Case, make_cases, place_case, read_places, score_cells

ORIGINS = [month_id(year, 10) for year in range(2004, 2017, 2)]
MODEL = "pool"
DRAWS = 300
FEWEST = 50  # a country counts by itself where the CRPS of its cells adds up to more
GRID = {
    "memory": (6, 12, 24, 60),
    "doubt": (1, 2, 4, 8),
    "anywhere": (0.1, 0.2, 0.4, 0.6),
    "near": (0.2, 0.35, 0.5, 0.65),
    "half_life": (9, 12, 18, 24),
    "growth": (0.5, 0.75, 1),
}
PERSISTENCE = (0, 0.5, 0.8, 0.9, 1)
BEFORE = Placing(12, 12, 4, 0.5, 0.4, 1, 0.9)  # where coarser rounds on the same origins ended


def measure(counts: CellCounts, cases: list[Case], placing: Placing) -> float:
    """Return the mean of scores over conflictology's."""
    sums: dict[tuple[str, str], np.ndarray] = {}
    for case in cases:
        ours = score_cells(case.outcome, place_case(counts, case, placing))
        theirs = case.benchmarks["conflictology"]
        row = np.array([[scores[name].sum() for name in SCORES] for scores in (ours, theirs)])
        key = (case.target, case.place.name)
        sums[key] = sums.get(key, 0) + row
    out = []
    for target in TARGETS:
        of_target = np.stack([rows for (t, _), rows in sums.items() if t == target])
        ours, theirs = of_target.sum(axis=0)
        with_deaths = of_target[of_target[:, 1, 0] > FEWEST]
        out += [(ours / theirs).mean(), (with_deaths[:, 0] / with_deaths[:, 1]).mean()]
    return float(np.mean(out))


def totals(counts: CellCounts, cases: list[Case], placing: Placing) -> float:
    """Return the mean log-CRPS of cells' totals over the months, of cells with a death drawn or recorded."""
    out = []
    for case in cases:
        y, draws = case.outcome.sum(axis=1), place_case(counts, case, placing).sum(axis=1)
        some = (y > 0) | draws.any(axis=1)
        if some.any():
            out.append(kernels.log_crps(y[some], kernels.sort_draws(draws[some])))
    return float(np.concatenate(out).mean())


def main(events: Path, runner: Runner) -> None:
    """Search, and write down what was found."""
    data = read_places(events)
    counts = data[1]
    cases = make_cases(data, ORIGINS, TARGETS, model=MODEL, draws=DRAWS)
    best, table = BEFORE, {}
    table["begin"] = value = measure(counts, cases, best)
    for name, values in GRID.items():
        tries = [replace(best, **{name: tried}) for tried in values if tried != getattr(best, name)]
        found = run_jobs(measure, [(placing,) for placing in tries], shared=(counts, cases), executor=runner)
        for placing, got in zip(tries, found, strict=True):
            table[f"{name}={getattr(placing, name)}"] = round(got, 5)
            if got < value:
                best, value = placing, got
        print(name, getattr(best, name), round(value, 5), flush=True)
    over_months = {str(p): round(totals(counts, cases, replace(best, persistence=p)), 5) for p in PERSISTENCE}
    best = replace(best, persistence=float(min(over_months, key=lambda p: over_months[p])))
    print("persistence", over_months)
    chosen = {name: float(option) for name, option in asdict(best).items()}
    path = Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(chosen, indent=1) + "\n", encoding="utf-8")
    result = {"chosen": chosen, "measure": round(value, 5), "table": table, "persistence": over_months}
    write_result("tune_grid", {"model": MODEL, "draws": DRAWS, "cases": len(cases)} | result)


if __name__ == "__main__":
    given = read_arguments(__doc__, events="events", dask="", parts="")
    with open_runner_of(given) as opened:
        main(Path(given.events), opened)
