"""Time and skill beside forecasters that a user would take from PyPI: statsforecast and GluonTS, in the same run.

    python benchmarks/peers_forecast.py --python PEERS/bin/python [--choose yes]

PEERS is an environment with the dependency group ``peers`` (``pip install --group peers``). It is apart from
Aftershock's own, since both peers need pandas 2 and Aftershock needs pandas 3; arrays pass between them as files, and
neither imports nor files are counted. All run on one thread.

The task is that of the VIEWS prediction challenge: state-based deaths of 191 countries, origin October of the year before,
3 to 14 months ahead, 1,000 draws, windows 2018 to 2021. The peers see the same past (months before a country existed are
zero) and know how to use it:

- statsforecast, ``AutoETS``: exponential smoothing chosen by AICc, 1,000 simulated paths.
- statsforecast, an intermittent-demand model with conformal prediction intervals, whose ends at 100 quantiles are
  interpolated to 1,000 draws.
- statsforecast, ``ConformalSeasonalPool``: past errors and past values, mixed; its quantiles likewise.
- GluonTS, ``NPTS``: past values drawn again, the newest most often.
- GluonTS, ``DeepAR`` with a negative binomial, one network trained on all countries.

Their settings were chosen from ``CANDIDATES`` by the mean CRPS of the windows 2014 to 2017 (``--choose yes``, which writes
``peers_choice.json``, from where they are read); 2018 to 2021 was not looked at. Draws are rounded and cut at 0 and at ten million.
"""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import numpy as np  # noqa: E402

from aftershock import embedded_panel, forecast_window, make_model, score  # noqa: E402
from aftershock.backtests import HORIZONS, Backtest  # noqa: E402
from aftershock.contract import Forecast, Scores  # noqa: E402
from aftershock.models import DEFAULT_MODEL  # noqa: E402
from aftershock.months import month_id  # noqa: E402
from aftershock.scores import actuals_of, summarise_scores  # noqa: E402
from common import read_arguments, write_result  # noqa: E402

WORKER = Path(__file__).with_name("peers_worker.py")
DRAWS = 1000
TRAIN, TEST = range(2014, 2018), range(2018, 2022)
OURS = (DEFAULT_MODEL, "conflictology")
SCORES = ("crps", "log_crps", "ign", "mis")

CANDIDATES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "statsforecast AutoETS": [
        ("ets", {"log": log, "errors": errors}) for log in (True, False) for errors in ("normal", "bootstrap")
    ],
    "statsforecast intermittent": [
        ("intermittent", {"kind": kind, "log": log})
        for kind in ("CrostonSBA", "TSB", "ADIDA", "IMAPA")
        for log in (True, False)
    ],
    "statsforecast seasonal pool": [("seasonal_pool", {"season": season}) for season in (1, 12)],
    "GluonTS NPTS": [
        *(("npts", {"kernel": "uniform", "context": context}) for context in (12, 24, 36)),
        *(("npts", {"kernel": "exponential", "weight": weight}) for weight in (1.0, 10.0, 30.0, 60.0, 100.0)),
        ("npts", {"kernel": "exponential", "seasonal": True}),
    ],
    "GluonTS DeepAR": [("deepar", {"epochs": epochs, "context": 24}) for epochs in (10, 30)],
}
CHOICE = Path(__file__).parent / "results" / "peers_choice.json"


def run_peer(python: str, model: str, options: dict[str, Any], windows: range) -> tuple[list[Scores], float]:
    """Forecast every window with a peer; return its scores and its seconds per window."""
    panel, actuals = embedded_panel(), actuals_of(embedded_panel(), "sb")
    origins = {year: panel.until(month_id(year - 1, 10)) for year in windows}
    pasts = {f"past_{year}": past.series("sb")[past.exists[:, -1]] for year, past in origins.items()}
    scores, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.npz"), Path(folder, "out.npz")
        np.savez(source, horizons=np.array(HORIZONS), draws=DRAWS, **pasts)
        subprocess.run([python, WORKER, model, json.dumps(options), source, target], check=True, cwd=folder)
        made = np.load(target)
        for year, past in origins.items():
            forecast = Forecast(
                model=model,
                kind="country_id",
                units=past.units[past.exists[:, -1]],
                origin=past.last_month,
                months=past.last_month + np.array(HORIZONS),
                targets=("sb",),
                draws=made[f"draws_{year}"][None],
                joint=(),
                provenance=past.provenance,
                seed=1,
                code_version="",
            )
            scores.append(score(forecast, actuals, target="sb"))
            seconds.append(float(made[f"seconds_{year}"]))
    return scores, float(np.mean(seconds))


def run_own(model: str, windows: range) -> tuple[list[Scores], float]:
    """Forecast every window with a model of Aftershock, after one small forecast that does not count."""
    panel, actuals = embedded_panel(), actuals_of(embedded_panel(), "sb")
    forecast_window(panel, windows[0], model=model, draws=20)
    scores, seconds = [], []
    for year in windows:
        start = time.perf_counter()
        made = forecast_window(panel, year, model=make_model(model), draws=DRAWS)
        seconds.append(time.perf_counter() - start)
        scores.append(score(made, actuals, target="sb"))
    return scores, float(np.mean(seconds))


def row(scores: list[Scores], seconds: float) -> dict[str, Any]:
    """Return mean scores over all windows and the seconds per window."""
    table = summarise_scores(scores).iloc[0]
    covered = {"covered_90": round(float(table["covered_90"]), 4)}
    return {name: round(float(table[name]), 4) for name in SCORES} | covered | {"seconds": round(seconds, 3)}


def choose(python: str) -> None:
    """Score every candidate on the earlier windows and write down which is best."""
    out: dict[str, Any] = {"windows": list(TRAIN), "criterion": "mean CRPS", "candidates": {}, "chosen": {}}
    for name, options in CANDIDATES.items():
        rows = []
        for model, given in options:
            rows.append({"model": model, **given, **row(*run_peer(python, model, given, TRAIN))})
            print(name, rows[-1], flush=True)
        out["candidates"][name] = rows
        best = min(range(len(rows)), key=lambda k: rows[k]["crps"])
        out["chosen"][name] = {"model": options[best][0], **options[best][1]}
        print("chosen:", out["chosen"][name], flush=True)
    write_result("peers_choice", out)


def compare_all(python: str) -> None:
    """Score the chosen peers and Aftershock on the challenge's windows."""
    rows: dict[str, dict[str, Any]] = {}
    first, *others = (f"aftershock {name}" for name in dict.fromkeys(OURS))
    scores: dict[tuple[str, int], Scores] = {}
    for name in (first, *others):
        made, seconds = run_own(name.removeprefix("aftershock "), TEST)
        scores |= {(name, year): one for year, one in zip(TEST, made, strict=True)}
        rows[name] = row(made, seconds)
        print(name, rows[name], flush=True)
    for name, asked in json.loads(CHOICE.read_text(encoding="utf-8"))["chosen"].items():
        options = {key: value for key, value in asked.items() if key != "model"}
        made, seconds = run_peer(python, asked["model"], options, TEST)
        scores |= {(name, year): one for year, one in zip(TEST, made, strict=True)}
        rows[name] = {"options": asked, **row(made, seconds)}
        print(name, rows[name], flush=True)
    test = Backtest(target="sb", windows=tuple(TEST), models=tuple(rows), scores=scores)
    for name in [name for name in rows if name != first]:
        rows[name]["times_our_seconds"] = round(rows[name]["seconds"] / rows[first]["seconds"], 2)
        rows[name]["ours_less_theirs"] = {
            c.score: [round(number, 4) for number in (c.difference, c.lower or 0, c.upper or 0)]
            for c in test.compare(first, name)
        }
    code = "import importlib.metadata as m; print(*(p + ' ' + m.version(p) for p in ('statsforecast', 'gluonts', 'torch')), sep=', ')"
    versions = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    write_result(
        "peers_forecast",
        {
            "windows": list(TEST),
            "draws": DRAWS,
            "countries": 191,
            "seconds": "fit and forecast, per window",
            "ours_less_theirs": "mean difference and its 95 % interval over countries; below zero ours is better",
            "peers": versions,
            "rows": rows,
        },
    )


if __name__ == "__main__":
    arguments = read_arguments(__doc__, python=".peers/bin/python", choose="no")
    (choose if arguments.choose == "yes" else compare_all)(str(Path(arguments.python).absolute()))
