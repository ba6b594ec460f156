"""Are a system's forecasts of the next twelve months honest, how fast does severity drift, and how fast is the simulation?

    python benchmarks/proof_simulation.py [--events FOLDER] [--part choose,confirm,drift,speed]

At each origin streams (the four busiest pairs with 50 events or more, the rest pooled by type) are chosen and fitted on the
six years before it, and deaths per month are forecast for the country; beside it is ``conflictology``, the last twelve
months themselves. Coverage is the share of months, or of whole years, within the central interval. Seven countries chose the
simulation's assumptions (what levels do, how far backgrounds wander, the drift of severity); six others confirm. ``drift`` foretells deaths from the
events that came, streams pooled by type, under several drifts. Parts not run keep their figures.
"""

import datetime as dt
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numba import config, njit

import common
from aftershock.contract import Events, Forecast, Panel, Streams
from aftershock.figures import embedded_events
from aftershock.models import make_model
from aftershock.scores import kernels, score
from aftershock.store import Store
from aftershock.streams import StreamRule, build_streams
from aftershock.system.fit import fit_system
from aftershock.system.forecasts import forecast_system, outcomes_of
from aftershock.system.opening import opening_of, severity_of
from aftershock.system.severity import draw_event, fit_severity, sums_of_days
from aftershock.system.simulate import Assumptions, simulate_system
from common import read_arguments, write_result

# Years at whose end an origin lies.
CHOOSE = {
    "turkey": (2005, 2009, 2013, 2017), "pakistan": (2008, 2012, 2016, 2020), "philippines": (2008, 2012, 2016, 2020),
    "nigeria": (2006, 2010, 2014, 2018), "sri_lanka": (1997, 2001, 2005, 2009), "sudan": (2009, 2013, 2017, 2021),
    "indonesia": (1993, 1997, 2001, 2005),
}  # fmt: skip
CONFIRM = {
    "iraq": (2009, 2013, 2017), "car": (2009, 2013, 2017, 2021), "ukraine_2014_2023": (2017, 2021),
    "south_sudan": (2017, 2021), "sierra_leone": (1993, 1997, 2001), "syria": (2017,),
}  # fmt: skip
RULE = StreamRule(least_events=50, most_streams=4, imputations=2)
WHOLE = StreamRule(pairs=False, dates="start")
YEARS, DRAWS, FUTURES = 6, 100, 400
BACKGROUNDS = ("constant", 365)
DRIFTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
WANDERS = (0.0, 0.5, 1.5)  # besides what is taken for granted
SCORES = ("crps", "log_crps", "covered_50", "covered_80", "covered_90")


def read(folder: Path, name: str) -> Events:
    """Return a country's events; Syria's are embedded."""
    if name == "syria":
        return embedded_events(["Syria"])
    with tempfile.TemporaryDirectory() as work:
        store = Store(Path(work))
        store.add(folder / f"GEDEvent_{name}.csv.gz", today=dt.date.today())
        return store.events()


def panel_of(whole: Streams, origin: str) -> Panel:
    """Return deaths per month until an origin."""
    came = [outcomes_of(whole.until(origin), target=t) for t in ("sb", "ns", "os")]
    months = came[0].index.get_level_values(0).to_numpy()
    units = came[0].index.get_level_values(1).unique().to_numpy()
    deaths = np.stack([c.to_numpy() for c in came], axis=1)[None]
    exists, provisional = np.ones((1, len(months)), bool), np.zeros(len(months), bool)
    return Panel("country_id", units, months, deaths, exists, provisional, whole.provenance)


def figures_of(forecast: Forecast, outcomes: "pd.Series[int]") -> dict[str, Any]:
    """Return mean scores of the months, coverage of the whole year, and where it fell among the draws."""
    made = score(forecast, outcomes, target="total")
    out = {name: float(made.values[name].mean()) for name in SCORES}
    year, came = forecast.sums("total") if "month" in forecast.joint else None, made.outcome.sum(keepdims=True)
    if year is not None:
        ordered = kernels.sort_draws(year)
        out |= {f"year_{p}": float(kernels.covered(came, ordered, p / 100)[0]) for p in (50, 80, 90)}
        out |= {
            "year_pit": float((year < came).mean()),
            "year_median": float(np.median(year)),
            "year_came": int(came[0]),
        }
    return out


def one_origin(events: Events, whole: Streams, origin: str, ways: dict[str, Assumptions]) -> Iterator[dict[str, Any]]:
    """Give the figures of conflictology, and of the system under each background and each way to go on."""
    outcomes = outcomes_of(whole)
    model = make_model("conflictology").forecast(panel_of(whole, origin), targets=["total"])
    yield {"model": "conflictology", **figures_of(model, outcomes)}
    first = max(np.datetime64(f"{int(origin[:4]) - YEARS + 1}-01-01"), whole.first_day)
    streams = build_streams(events, rule=RULE, first=str(first), until=origin)
    severity = severity_of(streams, draws=DRAWS)
    for background in BACKGROUNDS:
        system = fit_system(streams, draws=DRAWS, background=background)
        opening = opening_of(system, severity=severity)
        for label, assumed in ways.items():
            made = forecast_system(system, draws=FUTURES, opening=opening, assumptions=assumed)
            yield {"model": f"background {background}, {label}", **figures_of(made, outcomes)}


def rolling(folder: Path, origins: dict[str, tuple[int, ...]], ways: dict[str, Assumptions]) -> dict[str, Any]:
    """Score all origins; return means per model, and every origin."""
    rows = []
    for name, years in origins.items():
        events = read(folder, name)
        whole = build_streams(events, rule=WHOLE)
        for year in years:
            begun = time.perf_counter()
            for row in one_origin(events, whole, f"{year}-12-31", ways):
                rows.append({"country": name, "origin": f"{year}-12-31", **row})
            print(name, year, f"{time.perf_counter() - begun:.1f} s", flush=True)
    table = pd.DataFrame(rows)
    means = table.groupby("model", sort=False).mean(numeric_only=True).drop(columns=["year_median", "year_came"])
    print(means.round(3).to_string())
    return {
        "forecasts": len(table) // table.model.nunique(),
        "mean": json.loads(means.round(3).T.to_json()),
        "each": json.loads(table.round(3).to_json(orient="records")),
    }


@njit
def deaths_of(row: Any, counts: Any, steps: Any, rng: Any) -> Any:
    """Draw each month's deaths from its number of events."""
    row, out = row.copy(), np.zeros(len(counts), np.int64)
    for month in range(len(counts)):
        for _ in range(counts[month]):
            out[month] += draw_event(row, rng)[0]
        row[1] += steps[month]
    return out


def drift(folder: Path) -> dict[str, Any]:
    """Foretell deaths of twelve months from the events that came, under every drift."""
    rows = []
    for name, years in CHOOSE.items():
        whole = build_streams(read(folder, name), rule=WHOLE)
        month = whole.days.astype("datetime64[M]").astype(int)
        for year in years:
            past = slice(
                int(np.searchsorted(whole.days, np.datetime64(f"{year - 3}-01-01"))),
                int(np.searchsorted(whole.days, np.datetime64(f"{year + 1}-01-01"))),
            )
            counts, deaths = whole.counts[0], whole.deaths[0]
            sums = sums_of_days(counts[past], deaths[past], 0 * deaths[past])
            made = fit_severity(sums, np.arange(len(whole.names)), draws=60, rng=np.random.default_rng(1))
            months = (year - 1970) * 12 + 12 + np.arange(12)
            events, came = (np.array([a[month == m].sum(axis=0) for m in months]) for a in (counts, deaths))
            for s in range(len(whole.names)):
                if events[:, s].sum() < 12 or counts[past, s].sum() < 20:
                    continue
                for yearly in DRIFTS:
                    step, drawn = yearly / np.sqrt(12), []
                    for k in range(180):
                        rng = np.random.default_rng([k, 7])
                        steps = step * rng.standard_normal(12) - step**2 / 2
                        drawn.append(deaths_of(made.rows(k % made.draws)[s], events[:, s], steps, rng))
                    with_events = events[:, s] > 0
                    monthly = kernels.sort_draws(np.array(drawn).T[with_events])
                    total, all_came = (
                        kernels.sort_draws(np.array(drawn).sum(axis=1)[None]),
                        came[:, s].sum(keepdims=True),
                    )
                    rows.append({
                        "drift": yearly, "log_crps": kernels.log_crps(came[with_events, s], monthly).mean(),
                        **{f"covered_{p}": kernels.covered(came[with_events, s], monthly, p / 100).mean() for p in (50, 80, 90)},
                        **{f"year_{p}": kernels.covered(all_came, total, p / 100)[0] for p in (50, 80, 90)},
                    })  # fmt: skip
    table = pd.DataFrame(rows)
    means = table.groupby("drift").mean()
    print(means.round(3).to_string())
    return {"streams and years": len(table) // len(DRIFTS), "mean": json.loads(means.round(3).T.to_json())}


def speed() -> dict[str, Any]:
    """Simulate a year of embedded Syria and Iraq, few streams and many."""
    out = {}
    for label, least, most in (("few", 2000, 3), ("some", 200, 12), ("many", 20, 60)):
        rule = StreamRule(least_events=least, most_streams=most, imputations=1)
        streams = build_streams(embedded_events(["Syria"]), rule=rule, until="2018-06-30")
        system = fit_system(streams, draws=50)
        opening = opening_of(system, severity=severity_of(streams, draws=50))
        draws, days = 1000, 365
        simulate_system(system, days=2, draws=8, opening=opening)
        took = []
        for _ in range(3):
            begun = time.perf_counter()
            paths = simulate_system(system, days=days, draws=draws, bins="month", opening=opening)
            took.append(time.perf_counter() - begun)
        cells, best = draws * days * len(streams.names), min(took)
        out[label] = {
            "streams": len(streams.names), "events": int(paths.counts.sum()), "seconds": round(best, 3),
            "events_per_second": round(paths.counts.sum() / best), "draw_days_streams_per_second": round(cells / best),
        }  # fmt: skip
        print(label, out[label], flush=True)
    return {"threads": int(config.NUMBA_NUM_THREADS), **out}


def main() -> None:
    """Run the parts that are asked for."""
    given = read_arguments(__doc__, events="../shared/data/events", part="choose,confirm,drift,speed")
    folder, parts = Path(given.events), given.part.split(",")
    result: dict[str, Any] = {}
    ways = {phase: Assumptions(phase=phase) for phase in ("moving", "fading", "steady")}
    if "choose" in parts:
        ways |= {f"moving, wander {sd:g}": Assumptions(wander=sd) for sd in WANDERS}
        result["choose"] = rolling(folder, CHOOSE, ways | {"moving, no drift": Assumptions(drift=0.0)})
    if "confirm" in parts:
        ways = {"moving": Assumptions(), "moving, wander 0": Assumptions(wander=0.0)}
        result["confirm"] = rolling(folder, CONFIRM, ways)
    if "drift" in parts:
        result["drift"] = drift(folder)
    if "speed" in parts:
        result["speed"] = speed()
    path = common.RESULTS / "proof_simulation.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    write_result("proof_simulation", {k: v for k, v in known.items() if k not in common.machine()} | result)


if __name__ == "__main__":
    main()
