"""Small valid GED and ACLED files, built row by row, for the tests of reading and storing; and an import that dies."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from aftershock.contract import EVENT_COLUMNS, Events, Provenance
from aftershock.sources import load_events
from aftershock.sources.acled import ACLED_COLUMNS
from aftershock.sources.ged import GED_COLUMNS
from aftershock.sources.reading import Reading

TODAY = dt.date(2026, 9, 25)

_GED = {
    "id": 1, "relid": "IRQ-2017-1-1", "year": 2017, "active_year": "True", "code_status": "Clear", "type_of_violence": 1,
    "conflict_new_id": 259, "conflict_name": "Iraq: Government", "dyad_new_id": 524, "dyad_name": "Government of Iraq - IS",
    "side_a_new_id": 116, "side_a": "Government of Iraq", "side_b_new_id": 234, "side_b": "IS", "number_of_sources": 1,
    "source_headline": "A headline, with a comma", "where_prec": 1, "adm_1": "Nineveh", "adm_2": "Mosul district",
    "latitude": 36.335, "longitude": 43.118, "priogrid_gid": 181887, "country": "Iraq", "country_id": 645,
    "region": "Middle East", "event_clarity": 1, "date_prec": 1, "date_start": "2017-07-05 00:00:00.000",
    "date_end": "2017-07-05 00:00:00.000", "deaths_a": 1, "deaths_b": 2, "deaths_civilians": 0, "deaths_unknown": 0,
    "best": 3, "high": 5, "low": 2, "gwnoa": "645",
}  # fmt: skip
_ACLED = {
    "event_id_cnty": "SYR1", "event_date": "2024-03-01", "year": 2024, "time_precision": 1, "disorder_type": "Political violence",
    "event_type": "Battles", "sub_event_type": "Armed clash", "actor1": "Military Forces of Syria", "inter1": "State forces",
    "actor2": "Islamic State", "inter2": "Rebel group", "interaction": "State forces-Rebel group", "iso": 760,
    "region": "Middle East", "country": "Syria", "admin1": "Homs", "admin2": "Tadmor", "location": "Tadmor",
    "latitude": 34.55, "longitude": 38.27, "geo_precision": 1, "source": "a source", "notes": "A note, with a comma.",
    "fatalities": 4, "timestamp": 1710000000,
}  # fmt: skip


def ged_row(**changes: Any) -> dict[str, Any]:
    """Return one sound GED event with some fields changed; its id is 1."""
    return dict.fromkeys(GED_COLUMNS, "") | _GED | changes


def acled_row(**changes: Any) -> dict[str, Any]:
    """Return one sound ACLED event with some fields changed; its id is SYR1."""
    return dict.fromkeys(ACLED_COLUMNS, "") | _ACLED | changes


def day_row(number: int, day: str, **changes: Any) -> dict[str, Any]:
    """Return a sound GED event of one day, or of a span written ``first/last``."""
    first, _, last = day.partition("/")
    times = {"date_start": f"{first} 00:00:00.000", "date_end": f"{last or first} 00:00:00.000", "year": int(first[:4])}
    return ged_row(id=number, relid=f"R-{number}", **times, **changes)


def csv_text(
    rows: Iterable[dict[str, Any]], columns: Sequence[str] = GED_COLUMNS, *, header: bool = True, newline: str = "\n"
) -> str:
    """Return rows as CSV text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=newline)
    if header:
        writer.writerow(columns)
    writer.writerows([row[c] for c in columns] for row in rows)
    return out.getvalue()


def write_ged(path: Path, rows: Iterable[dict[str, Any]], **options: Any) -> Path:
    """Write rows as a GED file."""
    path.write_bytes(csv_text(rows, **options).encode())
    return path


def write_acled(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """Write rows as an ACLED export, with the byte order mark it comes with."""
    path.write_bytes(b"\xef\xbb\xbf" + csv_text(rows, ACLED_COLUMNS).encode())
    return path


def read_events(path: Path, *, today: dt.date = TODAY) -> tuple[Reading, pa.Table]:
    """Read a file; return what came out of it, and the events by id."""
    with duckdb.connect() as connection:
        _, reading = load_events(connection, path, today=today)
        query = f"SELECT {', '.join(EVENT_COLUMNS)} FROM events ORDER BY id"
        return reading, connection.sql(query).to_arrow_table()


def reasons(reading: Reading) -> list[str]:
    """Return why records were rejected, in the order of the file."""
    return reading.rejects.column("reason").to_pylist()


_ARROW = {
    "BIGINT": pa.int64(), "INTEGER": pa.int32(), "TINYINT": pa.int8(),
    "VARCHAR": pa.string(), "DOUBLE": pa.float64(), "DATE": pa.date32(),
}  # fmt: skip


def make_events(
    *deaths: tuple[str, int], span: tuple[int, int] = (385, 504), worldwide: bool = True, **columns: Sequence[Any]
) -> Events:
    """Return events given as day (or ``first/last``) and deaths; other columns as sequences, else those of a sound row.

    The record runs from January 2012 to December 2021 and is final.
    """
    rows = [day_row(k, day, best=best) for k, (day, best) in enumerate(deaths)]
    for name, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    for row in rows:
        row |= {name: dt.date.fromisoformat(row[name][:10]) for name in ("date_start", "date_end")}
    arrays = [
        pa.array([row[c] or None if t == "VARCHAR" else row[c] for row in rows], _ARROW[t])
        for c, t in EVENT_COLUMNS.items()
    ]
    table = pa.table(arrays, names=list(EVENT_COLUMNS))
    return Events(table, span, span[1] + 1, worldwide, Provenance("test", "test", "test"))


DYING_IMPORT = """
import datetime as dt, os, signal, sys, time
from pathlib import Path
import pyarrow.csv
from aftershock import store

moment, folder, path = sys.argv[1:]
rename, sync, calls = os.rename, store._sync, []

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def move_and_die(*places):
    rename(*places)
    die()

def sync_and_die(place):
    sync(place)
    calls.append(place)
    if len(calls) == int(moment[-1]):
        die()

def half_a_table(_, place):
    place.write_bytes(b"row,line\\n1")
    die()

match moment.rstrip("0123456789 "):
    case "while reading": store.load_events = die
    case "half written": pyarrow.csv.write_csv = half_a_table
    case "before the move": os.rename = die
    case "after the move": os.rename = move_and_die
    case "after sync": store._sync = sync_and_die
    case "together":
        print("ready", flush=True)
        sys.stdin.readline()
print(store.Store(Path(folder)).add(Path(path), today=dt.date(2026, 9, 25))[1], flush=True)
"""
"""A program that imports a file into a store, and kills itself at a given moment."""
