"""Proof for cells: are they forecast better than by the benchmarks, on years that chose nothing?

    python benchmarks/proof_grid.py --events FOLDER [--model NAME]

FOLDER holds GED records by country. Windows are the calendar years 2018 to 2021 as far as a country's events reach, the data
ends in October of the year before, 3 to 14 months ahead, 1,000 draws, all land cells of the country and those beyond with
deaths. Benchmarks: grid conflictology (a cell's last twelve months) and bootstrap (1,000 picks from the country's cells in the
last 240 months, as the challenge's), and beside them picks from the cell's own 240 months. Intervals are of the mean difference
over cells drawn with replacement, 95 %. Ours minus theirs: below zero is better.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

from aftershock.grid.patterns import Placing
from aftershock.models import make_model
from aftershock.months import month_id
from common import read_arguments, write_result
from grid_data import SCORES, TARGETS, Case, cell_panel, make_cases, place_case, read_places, score_cells

WINDOWS = (2018, 2019, 2020, 2021)
DRAWS = 1000
RESAMPLES = 1000
NAMES = ("ours", "conflictology", "bootstrap", "bootstrap_of_cell")
CHANCES = (0, 0.01, 0.05, 0.2, 0.5, 0.8, 1.0001)


def score_case(data: tuple, case: Case) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Return scores by name, each of shape (cells, scores): sums over months; and our chances of a death, and whether it came."""
    _, counts, _ = data
    months = case.outcome.shape[1]
    truth = cell_panel(counts, case.place, case.origin, case.origin + 2 + months)
    past = truth.until(case.origin)
    ahead = np.arange(3, 3 + months)
    made = make_model("bootstrap").forecast(past, horizons=ahead, targets=[case.target], draws=DRAWS)
    own = past.series(case.target)[:, -240:]
    rng = np.random.default_rng([1, case.place.country, case.origin])
    pick = rng.integers(0, own.shape[1], (months, DRAWS))
    ours = place_case(counts, case, Placing())
    scored = {
        "ours": score_cells(case.outcome, ours),
        "conflictology": case.benchmarks["conflictology"],
        "bootstrap": score_cells(case.outcome, made.draws[0]),
        "bootstrap_of_cell": score_cells(case.outcome, own[:, pick].astype(np.int32)),
    }
    shape = (*case.outcome.shape, len(SCORES))
    sums = {name: np.stack([s[k] for k in SCORES], axis=-1).reshape(shape).sum(axis=1) for name, s in scored.items()}
    return sums, (ours > 0).mean(axis=2).ravel(), (case.outcome > 0).ravel()


def compare(cells: dict[str, np.ndarray], months: int) -> dict[str, dict]:
    """Return mean scores per cell and month, and our difference from each benchmark with its interval over cells."""
    n = len(cells["ours"])
    rng = np.random.default_rng(1)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES) / months
    out: dict[str, dict] = {}
    for k, score in enumerate(SCORES):
        row: dict[str, object] = {name: round(float(cells[name][:, k].sum() / months), 5) for name in NAMES}
        for name in NAMES[1:]:
            ends = np.quantile(weights @ (cells["ours"][:, k] - cells[name][:, k]), [0.025, 0.975])
            row[f"minus_{name}"] = [round(float(end), 5) for end in ends]
        out[score] = row
    return out


def reliability(chance: np.ndarray, came: np.ndarray) -> list[dict]:
    """Return how often a death came where its chance lay between two values."""
    rows = []
    for low, high in pairwise(CHANCES):
        some = (chance >= low) & (chance < high)
        if some.any():
            rows.append({"from": low, "to": min(high, 1), "n": int(some.sum()), "forecast": round(float(chance[some].mean()), 4),
                         "came": round(float(came[some].mean()), 4)})  # fmt: skip
    return rows


def main(events: Path, model: str) -> None:
    """Score every country, window and target once."""
    data = read_places(events)
    origins = [month_id(year - 1, 10) for year in WINDOWS]
    result: dict[str, object] = {"model": model, "draws": DRAWS}
    for target in TARGETS:
        by_country: dict[str, list[tuple[np.ndarray, dict, int]]] = {}
        chances, came = [], []
        for origin in origins:
            for case in make_cases(data, [origin], (target,), model=model, draws=DRAWS):
                sums, chance, outcome = score_case(data, case)
                by_country.setdefault(case.place.name, []).append((case.cells, sums, case.outcome.shape[1]))
                chances.append(chance)
                came.append(outcome)
        pooled: dict[str, list[np.ndarray]] = {name: [] for name in NAMES}
        table, total = {}, 0
        for country, windows in by_country.items():
            cells = np.unique(np.concatenate([c for c, _, _ in windows]))
            added = {name: np.zeros((len(cells), len(SCORES))) for name in NAMES}
            for c, sums, _ in windows:
                for name in NAMES:
                    added[name][np.searchsorted(cells, c)] += sums[name]
            forecasts = sum(len(c) * months for c, _, months in windows)
            total += forecasts
            table[country] = {"windows": len(windows), "cells": len(cells), "n": forecasts, **compare(added, forecasts)}
            for name in NAMES:
                pooled[name].append(added[name])
        everything = compare({name: np.concatenate(parts) for name, parts in pooled.items()}, total)
        print(target, total)
        for score, row in everything.items():
            print(" ", score, row)
        for country, row in table.items():
            print("   ", country, {s: [row[s][name] for name in NAMES] for s in SCORES}, flush=True)
        rows = reliability(np.concatenate(chances), np.concatenate(came))
        result[target] = {"n": total, **everything, "countries": table, "chance_of_a_death": rows}
    write_result("proof_grid" if model == "pool" else f"proof_grid_{model}", result)


if __name__ == "__main__":
    given = read_arguments(__doc__, events="events", model="pool")
    main(Path(given.events), given.model)
