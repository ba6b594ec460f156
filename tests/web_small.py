"""A data directory with a small record of day events, its newest months provisional, and a forecast made from it."""

import datetime as dt
import functools
from unittest import mock

from aftershock import workflow
from aftershock.store import Store
from ged_rows import csv_text, day_row
from web_results import done

MOSUL, TADMOR = 181887, 179717
COUNTRIES = ("Iraq", "Syria", "Lebanon")
SYRIA = {
    "country_id": 652, "country": "Syria", "priogrid_gid": TADMOR, "latitude": 34.55, "longitude": 38.27,
    "dyad_new_id": 525, "dyad_name": "Government of Syria - IS", "side_a": "Government of Syria",
}  # fmt: skip


def _annual():
    """Five years, an event a month and country: Iraq ever more deadly, Syria ever less."""
    months = [(year, month) for year in range(2020, 2025) for month in range(1, 13)]
    rows = [day_row(k, f"{y}-{m:02d}-10", best=5 + k, low=k, high=9 + 2 * k) for k, (y, m) in enumerate(months)]
    return rows + [
        day_row(1000 + k, f"{y}-{m:02d}-12", best=90 - k, low=20, high=120, **SYRIA) for k, (y, m) in enumerate(months)
    ]


def _candidate(month):
    unnamed = {"type_of_violence": 2, "dyad_name": "XXX123 - IS", "side_a": "XXX123"}
    return [
        day_row(9000 + month, f"2025-{month:02d}-10", best=80, low=60, high=140),
        day_row(9100 + month, f"2025-{month:02d}-11", best=1, low=0, high=3, **unnamed),
        day_row(9200 + month, f"2025-{month:02d}-12", best=12, low=12, high=12, **SYRIA),
    ]


def fill_small(folder):
    """Import the record and forecast three countries for six months by a quick model; return the job's id."""
    files = {"GEDEvent_v25_1.csv": _annual(), **{f"GEDEvent_v25_0_{m}.csv": _candidate(m) for m in (1, 2)}}
    store = Store(folder)
    for name, rows in files.items():
        path = folder / name
        path.write_text(csv_text(rows))
        store.add(path, today=dt.date(2025, 4, 1))
    quick = functools.partial(workflow.forecast, model="pool", countries=COUNTRIES)
    with mock.patch.object(workflow, "forecast", quick):
        return done(folder, "forecast", {"months": 6, "draws": 200, "track_record": False})
