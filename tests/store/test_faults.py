"""Nothing can leave the data directory half written: full disks, odd folders, killed and simultaneous imports."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.csv
import pytest

from aftershock import store as module
from aftershock.errors import StoreError
from aftershock.store import Store
from ged_rows import DYING_IMPORT, TODAY, day_row, write_ged
from stored import ANNUAL, NEXT, best_by_id


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
