"""Real UCDP records are read whole, the fast way, and add up to the embedded figures."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from aftershock.contract import EVENT_COLUMNS, Events, Provenance
from aftershock.figures import countries
from aftershock.months import parse_month
from aftershock.panel import count_deaths, priogrid_cell
from aftershock.sources import reading
from aftershock.sources.ged import ged_format
from aftershock.sources.reading import Reading
from aftershock.sources.tabular import read_header, unpacked
from aftershock.store import Store
from ged_rows import TODAY, read_events

Read = dict[str, tuple[Reading, pa.Table]]


@pytest.fixture(scope="module")
def files(data: Path) -> list[Path]:
    found = sorted([*data.glob("events/*.csv.gz"), *data.glob("raw/*.csv")])
    assert len(found) > 10
    return found


@pytest.fixture(scope="module")
def read(files: list[Path]) -> Read:
    return {path.name: read_events(path) for path in files}


def test_every_file_is_read_whole_by_the_fast_path(read):
    for name, (found, events) in read.items():
        assert not found.careful, name
        assert found.rejects.num_rows == 0, name
        assert found.rows == found.read == len(events) > 0, name


def test_row_counts_are_those_of_pythons_csv(files, read):
    csv.field_size_limit(1 << 24)
    for path in files:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8", newline="") as stream:
            assert sum(1 for _ in csv.reader(stream)) - 1 == read[path.name][0].rows, path.name


def test_one_row_in_a_hundred_breaks_the_order_of_estimates(read):
    rows = sum(found.rows for found, _ in read.values())
    outside = sum(found.flags.get("best estimate outside low to high", 0) for found, _ in read.values())
    assert rows > 60_000
    assert 0.005 < outside / rows < 0.02


@pytest.mark.parametrize("name", ["GEDEvent_v23_0_10.csv", "GEDEvent_sudan.csv.gz"])
def test_the_careful_way_gives_the_same_events(files, read, name):
    path = next(p for p in files if p.name == name)
    form = ged_format(TODAY)
    with duckdb.connect() as connection, unpacked(path) as plain:
        header = read_header(plain, required=form.required, default=form.default, name=name)
        found = reading._load_carefully(connection, plain, header, form)
        events = connection.sql(f"SELECT {', '.join(EVENT_COLUMNS)} FROM events ORDER BY id").to_arrow_table()
    assert events.equals(read[name][1])
    assert (found.rows, found.flags) == (read[name][0].rows, read[name][0].flags)


def test_cells_are_those_that_ucdp_gives(read):
    events = read["GEDEvent_sri_lanka.csv.gz"][1].to_pandas()
    off_the_edge = events[(events.latitude * 2 % 1 != 0) & (events.longitude * 2 % 1 != 0)]
    ours = [priogrid_cell(lat, lon) for lat, lon in zip(off_the_edge.latitude, off_the_edge.longitude, strict=True)]
    assert len(ours) > 3000
    assert np.array_equal(ours, off_the_edge.priogrid_gid)


def test_sri_lanka_adds_up_to_the_embedded_figures(read, world):
    span = (int(world.months[0]), int(world.months[-1]))
    events = Events(read["GEDEvent_sri_lanka.csv.gz"][1], span, span[1] + 1, False, Provenance("test", "", ""))
    panel = count_deaths(events, spread="end")
    unit = countries().set_index("isoab").country_id["LKA"]
    assert panel.units.tolist() == [unit]
    assert np.array_equal(panel.deaths[0], world.deaths[world.units == unit][0])
    assert panel.deaths.sum() > 60_000
    assert not np.array_equal(count_deaths(events, spread="start").deaths, panel.deaths)


def test_the_candidate_file_is_provisional(data, tmp_path):
    store = Store(tmp_path)
    found, new = store.add(data / "raw" / "GEDEvent_v23_0_10.csv", today=TODAY)
    month = parse_month("2023-10")
    assert (new, found.release, found.kind, found.rejected) == (True, "23.0.10", "candidate", 0)
    assert (found.first_month, found.last_month) == (month, month)
    panel = store.panel()
    assert (panel.months.tolist(), panel.provisional.tolist()) == ([month], [True])
    assert len(panel.units) == 191
    assert 10_000 < panel.deaths.sum() < 60_000
    lost = sum(int(note.split()[0].replace(",", "")) for note in panel.provenance.notes)
    assert panel.deaths.sum() + lost == store.sql("SELECT sum(best) AS n FROM events").n[0]


def test_all_files_together_make_one_store(files, tmp_path):
    store = Store(tmp_path)
    for path in files:
        assert store.add(path, today=TODAY)[1], path.name
    events = store.events()
    assert len(set(events.table["id"].to_pylist())) == len(events) > 60_000
    for spread in ("uniform", "start", "end"):
        panel = store.panel(spread=spread)
        lost = sum(int(note.split()[0].replace(",", "")) for note in panel.provenance.notes if note[0].isdigit())
        assert panel.deaths.sum() + lost == store.sql("SELECT sum(best) AS n FROM events").n[0], spread
