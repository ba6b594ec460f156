"""One import into the data directory: what is kept, what is refused, and what a past import is called."""

from __future__ import annotations

import csv
import datetime as dt
import json

import pytest

from aftershock.errors import DataError, RejectedError, UsageError
from aftershock.store import Store, default_folder
from aftershock.vintages import Vintage
from ged_rows import TODAY, day_row, write_ged
from stored import ANNUAL, best_by_id


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


def test_the_default_folder_is_the_one_of_the_environment(monkeypatch, tmp_path):
    assert Store().folder == tmp_path / "data"
    monkeypatch.delenv("AFTERSHOCK_DATA")
    assert default_folder().name == "aftershock"
