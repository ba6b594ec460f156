"""Proof against the VIEWS prediction challenge's own files: are its benchmarks and scores reproduced?

    python benchmarks/proof_views.py DATA SCORER.py

DATA holds ``country_month_1989_2021.parquet``, ``actuals_2018_2021.parquet`` and the benchmarks ``bm_*_YYYY.parquet`` (wide:
``month_id, country_id, d0, d1, …``) of the challenge; SCORER.py has functions ``crps``, ``ign`` and ``mis`` of (outcomes,
draws). Origin October of the year before, horizons 3 to 14, state-based deaths.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from aftershock import make_model, read_forecast, read_panel, score
from aftershock.backtests import HORIZONS
from aftershock.months import month_id
from common import write_result

FILES = {"conflictology": "conflictology12", "bootstrap": "boot240", "last_historical_poisson": "last_poisson"}


def main(data: Path, scorer: Path) -> None:
    """Compare every benchmark in every window."""
    spec = importlib.util.spec_from_file_location("scorer", scorer)
    if spec is None or spec.loader is None:
        raise SystemExit(f"cannot load {scorer}")
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    panel = read_panel(data / "country_month_1989_2021.parquet")
    actuals = pd.read_parquet(data / "actuals_2018_2021.parquet").set_index(["month_id", "country_id"]).outcome
    rows, gap = {}, 0.0
    for year in range(2018, 2022):
        past = panel.until(month_id(year - 1, 10))
        for model, stem in FILES.items():
            published = read_forecast(data / f"bm_{stem}_{year}.parquet")
            draws = published.draws.shape[-1]
            ours = make_model(model).forecast(past, horizons=HORIZONS, targets=("sb",), draws=draws)
            a, b = score(ours, actuals), score(published, actuals)
            x, y = published.of("sb").reshape(-1, draws), b.outcome.astype(float)
            for name, function in (("crps", theirs.crps), ("ign", theirs.ign), ("mis", theirs.mis)):
                gap = max(gap, float(np.abs(b.values[name] - function(y, x.astype(float))).max()))
            crps = a.values["crps"].mean(), b.values["crps"].mean()
            rows[f"{model} {year}"] = {
                "crps_ours": round(float(crps[0]), 4),
                "crps_published": round(float(crps[1]), 4),
                "difference_percent": round(100 * float(crps[0] / crps[1] - 1), 3),
                "draws_equal": bool(np.array_equal(ours.of("sb"), published.of("sb"))),
            }
            print(model, year, rows[f"{model} {year}"])
    print("largest difference of any score of any forecast from the scorer's:", gap)
    write_result("proof_views", {"benchmarks": rows, "largest_score_gap": gap})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
