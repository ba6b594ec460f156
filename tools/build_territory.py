"""Build ``src/aftershock/figures/territory_losses.csv``: what followed when armed actors lost their ground.

    python tools/build_territory.py FOLDER

FOLDER holds UCDP GED by country, ``GEDEvent_FILE.csv.gz``. ``tools/territory_cases.csv`` says who lost what, when and by which
public source. Cases were chosen by who held what, with the actors' events by year known, but no figure of this table. One
enters where the actor held a town, a headquarters or a district for months and lost it on a day in the public record, where the
country's file covers 60 days before and 182 after, and where 20 state-based events were recorded in the year before. Events are
dated by their last day. The same input gives the same bytes.
"""

import csv
import datetime as dt
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from aftershock.actors.dispersion import Rows, Window, actor_rows, compare_windows
from aftershock.actors.naming import find_actors
from aftershock.actors.territory import EDGES_DAYS, FEWEST_BEFORE
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.system.workflow import load_events

ROOT = Path(__file__).resolve().parents[1]
YEAR = 365
FEWEST_DEADLY = 10
ONE = dt.timedelta(days=1)


def day_number(day: dt.date) -> int:
    """Return days since 1970-01-01."""
    return int(np.datetime64(day, "D").astype(np.int64))


def estimates(window: Window, label: str) -> dict[str, object]:
    """Return a window's effective cells, share of one-sided events, and deaths per event."""
    found = {"cells": window.cells, "share": window.one_sided_share, "deadly": window.deaths_per_event}
    return {f"{name}_{label}": "" if value is None else round(value.value, 4) for name, value in found.items()}


def deadliness(before: Rows, after: Rows) -> dict[str, object]:
    """Return the log ratio of deaths per state-based event, and its error by the delta method; empty where too few."""
    deaths = [rows.deaths[rows.kind == 1] for rows in (before, after)]
    if min(map(len, deaths)) < FEWEST_DEADLY or not all(each.sum() for each in deaths):
        return {"deadliness_log": "", "deadliness_error": ""}
    ratio = np.log(deaths[1].mean() / deaths[0].mean())
    error = np.sqrt(sum(each.var(ddof=1) / len(each) / each.mean() ** 2 for each in deaths))
    return {"deadliness_log": round(float(ratio), 4), "deadliness_error": round(float(error), 4)}


def figures_of(case: dict[str, str], folder: Path) -> dict[str, object] | None:
    """Return one case's figures; None where the record is too short or the actor had too few events before."""
    events = load_events([folder / f"GEDEvent_{case['file']}.csv.gz"])
    rows = actor_rows(events, find_actors(events, case["names"].split(";")), countries=case["country"])
    lost = dt.date.fromisoformat(case["date"])
    last = max(events.table.column("date_end").to_pylist())
    end = last if isinstance(last, dt.date) else last.date()
    start = max(
        lost - (YEAR - 1) * ONE,
        dt.date(1970, 1, 1) + int(rows.day[0]) * ONE,
        min(events.table.column("date_start").to_pylist()),
    )
    before = rows.between(day_number(start), day_number(lost))
    if (lost - start).days + 1 < 60 or (before.kind == 1).sum() < FEWEST_BEFORE or (end - lost).days < EDGES_DAYS[1]:
        print(f"{case['case']}: left out, {(before.kind == 1).sum()} state-based events before, record to {end}")
        return None
    made: dict[str, object] = {
        "gwcode": find_gwcodes(case["country"], gwcode_names())[0], "record_end": end, "days_0": (lost - start).days + 1,
    }  # fmt: skip
    edges = [
        (start, lost),
        *((lost + (a + 1) * ONE, min(lost + b * ONE, end)) for a, b in pairwise(EDGES_DAYS)),
    ]
    for k, (one, two) in enumerate(edges):
        mine = rows.between(day_number(one), day_number(two))
        made[f"days_{k}"] = max((two - one).days + 1, 0)
        kinds = np.bincount(mine.kind, minlength=4)
        made |= {f"sb_{k}": int(kinds[1]), f"ns_{k}": int(kinds[2]), f"os_{k}": int(kinds[3])}
        made[f"sb_deaths_{k}"] = int(mine.deaths[mine.kind == 1].sum())
    made |= deadliness(before, rows.between(day_number(lost + ONE), day_number(lost + YEAR * ONE)))
    month = rows.between(day_number(lost - 29 * ONE), day_number(lost))
    made["sb_last_30"] = int((month.kind == 1).sum())
    first, second, ratio, change, _ = compare_windows(
        rows, (start, lost), (lost + ONE, min(lost + YEAR * ONE, end)), seed=0
    )
    made |= estimates(first, "before") | estimates(second, "after")
    for name, value in (("cells_ratio", ratio), ("share_change", change)):
        made |= {
            f"{name}{end}": "" if value is None else round(getattr(value, part), 4)
            for end, part in (("", "value"), ("_low", "low"), ("_high", "high"))
        }
    return made


def main(folder: Path) -> None:
    """Build the table."""
    with (ROOT / "tools/territory_cases.csv").open(encoding="utf-8", newline="") as text:
        cases = list(csv.DictReader(text))
    out = []
    for case in cases:
        found = figures_of(case, folder)
        if found is not None:
            out.append({name: value for name, value in case.items() if name not in ("file", "names")} | found)
    path = ROOT / "src/aftershock/figures/territory_losses.csv"
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, list(out[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(out)
    print(f"{path.name}: {len(out)} of {len(cases)} cases, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
