"""The data directory: which vintage counts when, and that nothing can leave it half written."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.csv
import pytest

from aftershock import store as module
from aftershock.contract import EVENT_COLUMNS
from aftershock.errors import DataError, RejectedError, StoreError, UsageError
from aftershock.months import month_end, parse_month
from aftershock.sources.releases import parse_release
from aftershock.store import Store, default_folder
from aftershock.vintages import Choice, Vintage, choose_vintages
from ged_rows import DYING_IMPORT, TODAY, acled_row, day_row, write_acled, write_ged

ANNUAL, NEXT = "ged251-csv.csv", "GEDEvent_v26_1.csv"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def put(store: Store, tmp_path: Path):
    """Import a file made of ``id=day`` or ``id=(day, best)``; it becomes known on a day."""

    def put(name: str, known_on: str, /, **events: str | tuple[str, int]) -> Vintage:
        rows = []
        for key, value in events.items():
            day, best = value if isinstance(value, tuple) else (value, 3)
            rows.append(day_row(int(key.removeprefix("e")), day, best=best))
        path = write_ged(tmp_path / name, rows)
        return store.add(path, today=TODAY, known_on=dt.date.fromisoformat(known_on))[0]

    return put


def best_by_id(store: Store, **options: Any) -> dict[int, int]:
    events = store.events(**options)
    return dict(zip(events.table["id"].to_pylist(), events.table["best"].to_pylist(), strict=True))


def vintage(name: str, known_on: str, **months: str) -> Vintage:
    """Make a vintage from a release's file name, or ``file`` with its months."""
    release = parse_release(name)
    first, last = (
        (parse_month(months[k]) for k in ("first", "last")) if months else (release.first_month, release.last_month)
    )
    return Vintage(
        id=f"ucdp-{name}-{known_on}", source="ucdp", release=name, kind=release.kind if release else "file", first_month=first,
        last_month=last, known_on=dt.date.fromisoformat(known_on), added_on=TODAY, file_name=name, sha256=name, rows=1, read=1, rejected=0,
    )  # fmt: skip


# --- one import -----------------------------------------------------------------------------------------------------


def test_an_import_is_described_and_kept_in_one_folder(store, tmp_path):
    path = write_ged(
        tmp_path / "GEDEvent_v26_0_8.csv", [day_row(1, "2026-08-03", low=9), day_row(2, "2026-08-04", best="?")]
    )
    found, new = store.add(path, today=TODAY, known_on=dt.date(2026, 9, 20), url="https://x/y", last_modified="Sun")
    assert new
    assert (found.release, found.kind, found.provisional) == ("26.0.8", "candidate", True)
    assert (found.first_month, found.last_month) == (560, 560)
    assert (found.rows, found.read, found.rejected, found.url) == (2, 1, 1, "https://x/y")
    assert found.flags["best estimate outside low to high"] == 1
    folder = store.folder / "vintages" / found.id
    assert found.id == f"ucdp-26.0.8-{found.sha256[:8]}"
    assert sorted(p.name for p in folder.iterdir()) == ["events.parquet", "rejects.csv", "vintage.json"]
    assert store.vintages() == [found] == [Vintage.from_json(json.loads((folder / "vintage.json").read_text()))]
    assert list((store.folder / "incoming").iterdir()) == []


def test_the_rejects_of_an_import_can_be_read(store, tmp_path):
    rows = [
        day_row(1, "2020-01-01"),
        day_row(2, "2020-01-01", best="x", adm_1='two\nlines, "quoted"'),
        day_row(1, "2020-01-02"),
    ]
    found, _ = store.add(write_ged(tmp_path / "a.csv", rows), today=TODAY)
    with (store.folder / "vintages" / found.id / "rejects.csv").open(newline="", encoding="utf-8") as stream:
        rejects = list(csv.DictReader(stream))
    assert [(r["row"], r["line"], r["reason"]) for r in rejects] == [
        ("2", "3", 'best must be a number; found "x"'),
        ("3", "5", 'id stands twice; found "1"'),
    ]
    assert rejects[0]["text"].startswith("2,R-2,2020")


def test_the_same_content_is_kept_once(store, put):
    first = put(ANNUAL, "2025-06-11", e1="2020-01-01")
    again = put("another_name.csv", "2025-07-11", e1="2020-01-01")
    assert again == first
    assert len(store.vintages()) == 1


def test_a_file_cannot_become_known_in_the_future(store, tmp_path):
    path = write_ged(tmp_path / "a.csv", [day_row(1, "2020-01-01")])
    tomorrow = TODAY + dt.timedelta(days=1)
    with pytest.raises(
        UsageError, match=r"cannot become known in the future; found 2026-09-26\. Give a day up to 2026-09-25"
    ):
        store.add(path, today=TODAY, known_on=tomorrow)
    assert not store.folder.exists()
    assert store.add(path, today=TODAY)[0].known_on == TODAY


@pytest.mark.parametrize(
    ("content", "error", "match"),
    [
        (b"", DataError, "must hold data"),
        (b"a,b\n1,2\n", DataError, "must have the columns"),
        (b"%PDF-1.4", DataError, "is a PDF"),
        (None, DataError, "must be readable; found .*No such file"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_the_store_as_it_was(store, put, tmp_path, content, error, match):
    put(ANNUAL, "2025-06-11", e1="2020-01-01")
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=match):
        store.add(path, today=TODAY)
    assert len(store.vintages()) == 1
    assert list((store.folder / "incoming").iterdir()) == []


def test_a_file_of_rejected_rows_alone_is_no_vintage(store, tmp_path):
    with pytest.raises(RejectedError, match=r"1 rows, all rejected, in a\.csv"):
        store.add(write_ged(tmp_path / "a.csv", [day_row(1, "2020-01-01", best="x")]), today=TODAY)
    assert store.vintages() == []


def test_odd_file_names_make_plain_folder_names(store, tmp_path):
    for k, name in enumerate(["my 'file'; --.csv", "ümläut.csv", "...csv", "x" * 200 + ".csv"]):
        store.add(write_ged(tmp_path / name, [day_row(k, "2020-01-01")]), today=TODAY)
    assert len(store.events()) == 4
    assert all(len(p.name) < 90 and p.name.isascii() for p in (store.folder / "vintages").iterdir())


def test_a_store_may_lie_in_a_folder_of_any_name(tmp_path):
    store = Store(tmp_path / 'it\'s a "store", ü %20')
    store.add(write_ged(tmp_path / "a.csv", [day_row(1, "2020-01-01")]), today=TODAY)
    assert best_by_id(store) == {1: 3}


# --- which vintage counts -------------------------------------------------------------------------------------------


def test_an_annual_release_replaces_an_older_one_whole(store, put):
    put(ANNUAL, "2025-06-11", e1=("2020-01-01", 1), e2=("2020-01-02", 2))
    put(NEXT, "2026-06-08", e1=("2020-01-01", 10), e3=("2025-05-01", 30))
    assert best_by_id(store) == {1: 10, 3: 30}
    assert store.events().span == (109, parse_month("2025-12"))
    assert store.events().provenance.vintage == "UCDP GED 26.1"


def test_candidate_rows_up_to_the_annual_cutoff_are_dropped(store, put):
    put(NEXT, "2026-06-08", e1="2025-12-31")
    put(
        "GEDEvent_v26_0_1.csv",
        "2026-02-20",
        e1=("2025-12-31", 99),
        e2=("2025-12-30", 99),
        e3="2025-12-31/2026-01-01",
        e4="2026-01-05",
    )
    assert best_by_id(store) == {1: 3, 3: 3, 4: 3}


def test_of_one_id_the_newest_vintage_counts(store, put):
    put(NEXT, "2026-06-08", e1="2025-01-01")
    put("GEDEvent_v26_0_1.csv", "2026-02-20", e2=("2026-01-05", 5), e3=("2026-01-06", 5))
    put("GEDEvent_v26_0_2.csv", "2026-03-20", e2=("2026-01-05", 50), e4="2026-02-05")
    assert best_by_id(store) == {1: 3, 2: 50, 3: 5, 4: 3}
    assert store.sql("SELECT vintage FROM events WHERE id = 2").vintage[0].startswith("ucdp-26.0.2-")


def test_a_cumulative_file_replaces_the_months_it_covers(store, put):
    put(NEXT, "2026-06-08", e1="2025-01-01")
    put("GEDEvent_v26_0_1.csv", "2026-02-20", e2=("2026-01-05", 5), e3="2026-01-06")
    put("GEDEvent_v26_0_4.csv", "2026-05-20", e7="2026-04-06")
    put("GEDEvent_v26_01_26_03.csv", "2026-04-20", e2=("2026-01-05", 50), e5="2026-03-31")
    assert best_by_id(store) == {1: 3, 2: 50, 5: 3, 7: 3}
    assert store.events().span[1] == parse_month("2026-04")


def test_a_missing_candidate_month_ends_the_record_with_a_note(store, put):
    put(NEXT, "2026-06-08", e1="2025-01-01")
    put("GEDEvent_v26_0_1.csv", "2026-02-20", e2="2026-01-05")
    put("GEDEvent_v26_0_3.csv", "2026-04-20", e3="2026-03-05")
    events = store.events()
    assert events.span == (109, parse_month("2026-01"))
    assert set(events.table["id"].to_pylist()) == {1, 2}
    assert events.provenance.notes == (
        "No candidate file covers 2026-02: the record ends before it. Run `aftershock pull`, or import that month.",
    )
    put("GEDEvent_v26_0_2.csv", "2026-03-20", e4="2026-02-05")
    assert store.events().span[1] == parse_month("2026-03")
    assert store.events().provenance.notes == ()


def test_candidate_files_alone_make_a_record_of_their_months(store, put):
    put("GEDEvent_v26_0_7.csv", "2026-08-20", e1="2026-06-30", e2="2026-07-01")
    put("GEDEvent_v26_0_8.csv", "2026-09-20", e3="2026-08-01")
    events = store.events()
    assert (events.span, events.provisional_from, events.worldwide) == ((559, 560), 559, True)
    assert set(events.table["id"].to_pylist()) == {2, 3}


def test_a_file_without_a_version_counts_only_where_there_is_no_annual_release(store, put):
    put(ANNUAL, "2025-06-11", e1="2020-01-01")
    put("mine.csv", "2025-07-01", e1=("2020-01-01", 99), e3="2025-01-01")
    events = store.events()
    assert best_by_id(store) == {1: 3}
    assert events.span == (109, parse_month("2024-12"))
    assert events.provenance.notes == (
        "Left out: mine.csv. A file without a version counts only where there is no annual release.",
    )
    assert events.worldwide


def test_files_without_a_version_alone(store, put):
    put("a.csv", "2025-07-01", e1=("2019-01-01", 1), e2=("2019-02-01", 2))
    put("b.csv", "2025-07-02", e2=("2019-02-01", 20), e3="2019-05-01")
    events = store.events()
    assert best_by_id(store) == {1: 1, 2: 20, 3: 3}
    assert events.span == (parse_month("2019-01"), parse_month("2019-05"))
    assert not events.worldwide
    assert "Only countries with an event in the imported files are counted" in events.provenance.notes[0]
    assert len(store.panel().units) == 1


def test_any_past_day_can_be_answered_for(store, put):
    put("GEDEvent_v25_0_1.csv", "2025-02-20", e5="2025-01-05")
    put(ANNUAL, "2025-06-11", e1=("2020-01-01", 1))
    put("GEDEvent_v25_0_2.csv", "2025-03-20", e6="2025-02-05")
    put(NEXT, "2026-06-08", e1=("2020-01-01", 10), e5=("2025-01-05", 7))
    pictures = {
        "2025-02-20": {5: 3},
        "2025-03-20": {5: 3, 6: 3},
        "2025-06-10": {5: 3, 6: 3},
        "2025-06-11": {1: 1, 5: 3, 6: 3},
        "2026-06-07": {1: 1, 5: 3, 6: 3},
        "2026-06-08": {1: 10, 5: 7},
    }
    assert {day: best_by_id(store, as_of=dt.date.fromisoformat(day)) for day in pictures} == pictures
    assert best_by_id(store) == pictures["2026-06-08"]
    with pytest.raises(
        DataError, match=r"must hold UCDP data known by 2025-02-19; found the first known on 2025-02-20"
    ):
        store.events(as_of=dt.date(2025, 2, 19))


def test_an_empty_store_says_so(store):
    assert store.vintages() == []
    assert store.sources() == []
    with pytest.raises(DataError, match=r"the store must hold UCDP data; found nothing in .*Run `aftershock pull`"):
        store.events()
    assert not store.folder.exists()


def test_provisional_months_are_marked_in_the_panel(store, put):
    put(NEXT, "2026-06-08", e1="2025-12-01")
    put("GEDEvent_v26_01_26_06.csv", "2026-07-20", e2="2026-01-01/2026-06-30")
    panel = store.panel(spread="uniform")
    assert panel.months[panel.provisional].tolist() == list(range(parse_month("2026-01"), parse_month("2026-06") + 1))
    assert panel.deaths.sum() == 6
    assert store.sql("SELECT id, provisional FROM events ORDER BY id").values.tolist() == [[1, False], [2, True]]


@pytest.mark.parametrize("kind", ["country_id", "priogrid_gid", "dyad_id"])
def test_a_panel_counted_in_the_store_is_that_of_its_events(store, put, kind):
    from aftershock.panel import count_deaths

    put(NEXT, "2026-06-08", e1="2024-12-01/2025-02-03", e2=("2024-12-09", 40))
    for spread in ("uniform", "start", "end"):
        one, other = store.panel(kind, spread=spread), count_deaths(store.events(), kind, spread=spread)
        assert np.array_equal(one.deaths, other.deaths)
        assert np.array_equal(one.units, other.units)
        assert one.provenance == other.provenance


def test_acled_is_kept_apart(store, put, tmp_path):
    put(NEXT, "2026-06-08", e1="2025-12-01")
    path = write_acled(
        tmp_path / "GEDEvent_v26_0_1.csv", [acled_row(), acled_row(event_id_cnty="SYR2", event_date="2024-05-01")]
    )
    found, _ = store.add(path, today=TODAY)
    assert (found.source, found.kind, found.release) == ("acled", "file", "GEDEvent_v26_0_1.csv")
    assert store.sources() == ["ucdp", "acled"]
    assert best_by_id(store) == {1: 3}
    acled = store.events("acled")
    assert len(acled) == 2
    assert (acled.span, acled.worldwide) == ((parse_month("2024-03"), parse_month("2024-05")), False)
    assert acled.provenance.citation.startswith("ACLED")
    assert store.panel(source="acled").deaths.sum() == 8


def test_the_view_has_the_columns_of_events(store, put):
    put(NEXT, "2026-06-08", e1="2025-12-01")
    assert store.sql("SELECT * FROM events").columns.tolist() == [*EVENT_COLUMNS, "provisional", "vintage"]
    assert store.events().table.column_names == list(EVENT_COLUMNS)


def test_events_come_in_the_order_of_their_days(store, put):
    put(NEXT, "2026-06-08", e3="2025-01-01", e1="2025-12-01", e2="2025-01-01")
    assert store.events().table["id"].to_pylist() == [2, 3, 1]


# --- the choice alone -----------------------------------------------------------------------------------------------


def names(choice: Choice) -> list[str]:
    return [v.release for v in (*choice.final, *choice.provisional)]


def test_a_cumulative_file_leaves_months_before_it_alone():
    given = [vintage("GEDEvent_v26_0_1.csv", "2026-02-20"), vintage("GEDEvent_v26_02_26_06.csv", "2026-07-20")]
    choice = choose_vintages(given)
    assert names(choice) == ["GEDEvent_v26_0_1.csv", "GEDEvent_v26_02_26_06.csv"]
    assert choice.span == (parse_month("2026-01"), parse_month("2026-06"))


def test_of_two_cumulative_files_the_one_that_reaches_further_counts():
    given = [vintage("GEDEvent_v26_01_26_06.csv", "2026-07-20"), vintage("GEDEvent_v26_01_26_03.csv", "2026-08-20")]
    assert names(choose_vintages(given)) == ["GEDEvent_v26_01_26_06.csv"]


def test_an_annual_release_is_chosen_by_what_it_covers_not_by_when_it_came():
    given = [vintage("GEDEvent_v26_1.csv", "2026-06-08"), vintage("ged251-csv.zip", "2026-09-01")]
    assert names(choose_vintages(given)) == ["GEDEvent_v26_1.csv"]


def test_the_choice_does_not_hang_on_the_order_of_vintages(rng):
    given = [
        vintage("ged251-csv.zip", "2025-06-11"), vintage("GEDEvent_v26_1.csv", "2026-06-08"),
        *(vintage(f"GEDEvent_v26_0_{m}.csv", f"2026-{m + 1:02}-20") for m in range(1, 9)),
        vintage("GEDEvent_v26_01_26_03.csv", "2026-04-25"), vintage("file", "2026-02-01", first="2025-11", last="2026-01"),
    ]  # fmt: skip
    expected = choose_vintages(given)
    assert names(expected)[:2] == ["GEDEvent_v26_1.csv", "GEDEvent_v26_01_26_03.csv"]
    assert (expected.cutoff, month_end(expected.span[1])) == (parse_month("2025-12"), dt.date(2026, 8, 31))
    for _ in range(20):
        assert choose_vintages([given[k] for k in rng.permutation(len(given))]) == expected


# --- what can go wrong ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", ["", "{", "null", "[]", "{}", '{"id": 1, "known_on": "2020-13-01"}', "\x00", '"text"']
)
def test_an_unreadable_description_is_a_store_error(store, put, content):
    found = put(NEXT, "2026-06-08", e1="2025-12-01")
    (store.folder / "vintages" / found.id / "vintage.json").write_text(content)
    with pytest.raises(
        StoreError, match=r"a vintage's description must be readable; found .*vintage\.json: .*import the file again"
    ):
        store.vintages()


def test_a_folder_without_a_description_is_no_vintage(store, put):
    put(NEXT, "2026-06-08", e1="2025-12-01")
    (store.folder / "vintages" / "ucdp-99.1-00000000").mkdir()
    assert len(store.vintages()) == 1


@pytest.mark.parametrize("place", ["file", "file/below/it"])
def test_a_place_that_can_be_no_folder_is_a_store_error(tmp_path, place):
    (tmp_path / "file").write_text("not a folder")
    store = Store(tmp_path / place)
    assert store.vintages() == []
    with pytest.raises(StoreError, match=r"the data directory must be writable; found .*file.*Nothing was changed"):
        store.add(write_ged(tmp_path / "a.csv", [day_row(1, "2020-01-01")]), today=TODAY)
    assert (tmp_path / "file").read_text() == "not a folder"


def no_space(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def no_space_for_duckdb(*_: Any, **__: Any) -> None:
    raise duckdb.IOException("IO Error: Could not write file: No space left on device\nand more")


@pytest.mark.parametrize(
    ("where", "what", "fault"),
    [
        (module, "_sync", no_space),
        (module, "load_events", no_space_for_duckdb),
        (module.os, "rename", no_space),
        (pyarrow.csv, "write_csv", no_space),
        (module.tempfile, "TemporaryDirectory", no_space),
        (Path, "write_text", no_space),
    ],
    ids=["fsync", "parquet", "rename", "rejects", "incoming", "description"],
)
def test_a_full_disk_leaves_the_store_as_it_was(store, put, tmp_path, monkeypatch, where, what, fault):
    put(ANNUAL, "2025-06-11", e1="2020-01-01")
    path = write_ged(tmp_path / NEXT, [day_row(2, "2025-01-01")])
    with monkeypatch.context() as patch:
        patch.setattr(where, what, fault)
        with pytest.raises(
            StoreError, match=r"must be writable; found .*No space left on device\. Free space.* Nothing was changed"
        ):
            store.add(path, today=TODAY)
    assert best_by_id(store) == {1: 3}
    assert list((store.folder / "incoming").iterdir()) == []
    assert store.add(path, today=TODAY)[1]
    assert best_by_id(store) == {2: 3}


def test_what_killed_imports_left_is_swept_after_a_day(store, put):
    put(ANNUAL, "2025-06-11", e1="2020-01-01")
    incoming = store.folder / "incoming"
    for name, age in (("old", 90_000), ("fresh", 60)):
        (incoming / name / "ready").mkdir(parents=True)
        (incoming / name / "ready" / "events.parquet").write_bytes(b"half")
        then = (incoming / name).stat().st_mtime - age
        os.utime(incoming / name, (then, then))
    put(NEXT, "2026-06-08", e2="2025-01-01")
    assert [p.name for p in incoming.iterdir()] == ["fresh"]


def test_a_half_written_folder_in_the_place_of_a_vintage_is_not_taken_for_it(store, put, tmp_path):
    found = put(NEXT, "2026-06-08", e1="2025-12-01")
    (store.folder / "vintages" / found.id / "vintage.json").unlink()
    with pytest.raises(StoreError, match="must be writable; found .*not empty"):
        store.add(tmp_path / NEXT, today=TODAY)


def child(moment: str, folder: Path, path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", DYING_IMPORT, moment, str(folder), str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


MOMENTS = {
    "while reading": False, "half written": False, "after sync 1": False, "after sync 4": False, "before the move": False,
    "after the move": True, "after sync 5": True,
}  # fmt: skip


def test_a_killed_import_leaves_the_old_state_or_the_new_one_whole(tmp_path):
    old = write_ged(tmp_path / ANNUAL, [day_row(1, "2020-01-01")])
    new = write_ged(tmp_path / NEXT, [day_row(2, "2025-01-01"), day_row(3, "2025-01-02", best="?")])
    stores = {moment: Store(tmp_path / moment) for moment in MOMENTS}
    for store in stores.values():
        store.add(old, today=TODAY)
    running = {moment: child(moment, store.folder, new) for moment, store in stores.items()}
    for moment, process in running.items():
        out, error = process.communicate(timeout=120)
        assert (process.returncode, out) == (-9, ""), (moment, error)
    for moment, done in MOMENTS.items():
        store = stores[moment]
        assert best_by_id(store) == ({2: 3} if done else {1: 3}), moment
        assert len(list((store.folder / "vintages").iterdir())) == 1 + done, moment
        assert store.add(new, today=TODAY)[1] != done, moment
        assert best_by_id(store) == {2: 3}, moment
        assert store.vintages()[-1].rejected == 1


def test_imports_at_the_same_time(tmp_path):
    same = [write_ged(tmp_path / NEXT, [day_row(k, "2025-01-01") for k in range(200)])] * 3
    other = write_ged(tmp_path / "GEDEvent_v26_0_1.csv", [day_row(999, "2026-01-01")])
    store = Store(tmp_path / "store")
    running = [child("together", store.folder, path) for path in (*same, other)]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    answers = []
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        out, error = process.communicate(timeout=120)
        assert process.returncode == 0, error
        answers.append(out.strip())
    assert (sorted(answers[:3]), answers[3]) == (["False", "False", "True"], "True")
    assert len(store.vintages()) == 2
    assert len(store.events()) == 201
    assert list((store.folder / "incoming").iterdir()) == []


def test_the_default_folder_is_the_one_of_the_environment(monkeypatch, tmp_path):
    assert Store().folder == tmp_path / "data"
    monkeypatch.delenv("AFTERSHOCK_DATA")
    assert default_folder().name == "aftershock"
