"""Downloads from a server that breaks off and lies: what arrives, what is resumed, what stays."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3
from hostile_server import DATE, MONTH, QUICK, TABLE, YEAR, Answer, HostileServer, get, leftovers, page, zipped

from aftershock.errors import DownloadError, StoreError, UsageError
from aftershock.sources.download import fetch, fetch_newest
from aftershock.sources.releases import Release

OTHER = b"id,year,best\n" + b"".join(b"%d,2025,%d\n" % (i, i % 5) for i in range(40_000))


def test_newer_releases_than_todays_are_fetched(server: HostileServer, tmp_path: Path) -> None:
    newer = ["GEDEvent_v27_01_27_03.csv", "GEDEvent_v27_0_4.csv", "GEDEvent_v27_0_5.csv"]
    server.serve("", page("ged/ged261-csv.zip", "ged/ged271-csv.zip", *(f"candidateged/{name}" for name in newer)))
    server.serve("ged/ged271-csv.zip", Answer(zipped(("GEDEvent_v27_1.csv", TABLE))))
    for name in newer:
        server.serve(f"candidateged/{name}", Answer(TABLE))
    had = fetch_newest(server.url, tmp_path, have=["27.0.4"], patience=QUICK)
    assert [one.release.name for one in had] == ["27.1", "27.01.27.03", "27.0.5"]
    assert leftovers(tmp_path) == ["GEDEvent_v27_01_27_03.csv", "GEDEvent_v27_0_5.csv", "ged271-csv.zip"]


def test_what_came_before_a_failure_stays(server: HostileServer, tmp_path: Path) -> None:
    server.serve("", page(YEAR, MONTH))
    server.serve(YEAR, Answer(zipped(("GEDEvent_v26_1.csv", TABLE))))
    with pytest.raises(DownloadError, match="HTTP status 404"):
        fetch_newest(server.url, tmp_path, patience=QUICK)
    assert leftovers(tmp_path) == ["ged261-csv.zip"]


def test_candidates_alone_are_not_enough(server: HostileServer, tmp_path: Path) -> None:
    server.serve("", page(MONTH))
    with pytest.raises(DownloadError, match="must link to an annual release"):
        fetch_newest(server.url, tmp_path, patience=QUICK)


def test_a_whole_file_is_described(server: HostileServer, tmp_path: Path) -> None:
    server.serve(MONTH, Answer(TABLE, modified=DATE))
    told: list[tuple[str, int, int | None]] = []
    one = get(server, tmp_path / "new" / "folder", progress=lambda *what: told.append(what))
    assert one.path.read_bytes() == TABLE
    assert (one.sha256, one.size) == (hashlib.sha256(TABLE).hexdigest(), len(TABLE))
    assert one.last_modified == one.known_on == dt.date(2026, 9, 20)
    assert told[0] == ("UCDP GED 26.0.8", 0, len(TABLE))
    assert told[-1] == ("UCDP GED 26.0.8", len(TABLE), len(TABLE))
    assert leftovers(one.path.parent) == [one.path.name]


def test_a_pool_that_is_handed_in_stays_open(server: HostileServer, tmp_path: Path) -> None:
    server.serve(YEAR, Answer(zipped(("GEDEvent_v26_1.csv", TABLE), ("__MACOSX/._GEDEvent_v26_1.csv", b"shadow"))))
    with urllib3.PoolManager() as http:
        assert get(server, tmp_path, YEAR, http=http).size == get(server, tmp_path, YEAR, http=http).size


@pytest.mark.parametrize(
    "header",
    ["", "soon", format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(days=3)), "Thu, 01 Jan 1970 00:00:00 GMT"],
    ids=["none", "no date", "the future", "1970"],
)
def test_a_date_that_cannot_be_true_makes_a_file_known_today(
    header: str, server: HostileServer, tmp_path: Path
) -> None:
    server.serve(MONTH, Answer(TABLE, modified=header, length=None))
    before = dt.datetime.now(dt.UTC).date()
    assert before <= get(server, tmp_path).known_on <= dt.datetime.now(dt.UTC).date()


@pytest.mark.parametrize("named", [{"etag": '"one"'}, {"modified": DATE}])
@pytest.mark.parametrize("fault", [{"cut": 100_000}, {"stall": 100_000}])
def test_a_broken_transfer_is_resumed(
    fault: dict[str, int], named: dict[str, str], server: HostileServer, tmp_path: Path
) -> None:
    server.serve(MONTH, Answer(TABLE, ranges=True, **named, **fault), Answer(TABLE, ranges=True, **named))
    assert get(server, tmp_path).path.read_bytes() == TABLE
    again = server.asked(MONTH)[1]
    assert again["Range"] == "bytes=100000-"
    assert again["If-Range"] in named.values()


@pytest.mark.parametrize("named", [{"ranges": True}, {"ranges": True, "etag": 'W/"one"'}, {"etag": '"one"'}])
def test_what_cannot_be_resumed_comes_anew(named: dict[str, Any], server: HostileServer, tmp_path: Path) -> None:
    server.serve(MONTH, Answer(TABLE, cut=100_000, **named), Answer(TABLE, **named))
    assert get(server, tmp_path).path.read_bytes() == TABLE
    assert ["Range" in asked for asked in server.asked(MONTH)] == [False, "ranges" not in named]


def test_a_rest_that_comes_in_two_spans_is_joined(server: HostileServer, tmp_path: Path) -> None:
    named: dict[str, Any] = {"etag": '"one"', "ranges": True}
    span = {"Content-Range": f"bytes 1000-1999/{len(TABLE)}"}
    middle = Answer(TABLE[1000:2000], status=206, etag='"one"', headers=span)
    server.serve(MONTH, Answer(TABLE, cut=1000, **named), middle, Answer(TABLE, **named))
    assert get(server, tmp_path).path.read_bytes() == TABLE
    assert server.asked(MONTH)[2]["Range"] == "bytes=2000-"


@pytest.mark.parametrize("obeys", [True, False])
@pytest.mark.parametrize("names", [('"one"', '"two"'), ('"one"', "")])
def test_two_versions_are_never_joined(
    names: tuple[str, str], obeys: bool, server: HostileServer, tmp_path: Path
) -> None:
    before = Answer(TABLE, etag=names[0], ranges=True, cut=100_000)
    server.serve(MONTH, before, Answer(OTHER, etag=names[1], ranges=True, obeys_if_range=obeys))
    assert get(server, tmp_path).path.read_bytes() == OTHER


def test_a_longer_file_of_the_same_name_is_another_version(server: HostileServer, tmp_path: Path) -> None:
    longer, same = TABLE + b"1,2026,1\n", {"etag": '"one"', "ranges": True}
    server.serve(MONTH, Answer(TABLE, cut=100_000, **same), Answer(longer, **same))
    assert get(server, tmp_path).path.read_bytes() == longer


def test_a_later_call_resumes(server: HostileServer, tmp_path: Path) -> None:
    broken = Answer(TABLE, etag='"one"', ranges=True, cut=1000)
    server.serve(MONTH, broken)
    with pytest.raises(DownloadError, match=r"broke off \(try 3 of 3\) at http.*Run `aftershock pull` again: it resum"):
        get(server, tmp_path)
    assert leftovers(tmp_path) == ["GEDEvent_v26_0_8.csv.part", "GEDEvent_v26_0_8.csv.part.json"]
    server.serve(MONTH, broken, Answer(TABLE, etag='"one"', ranges=True))
    assert get(server, tmp_path).path.read_bytes() == TABLE
    assert server.asked(MONTH)[3]["Range"] == "bytes=3000-"


@pytest.mark.parametrize("part", [b"junk", TABLE + TABLE], ids=["short", "long"])
@pytest.mark.parametrize("etag", ['"one"\r\nX: y', 7, "ünicode", 'W/"one"', '"one"'])
@pytest.mark.parametrize("side", ["", " ", "[]", "null", '{"url": 1}'])
def test_a_part_that_is_no_beginning_of_the_file_starts_anew(
    part: bytes, etag: object, side: str, server: HostileServer, tmp_path: Path
) -> None:
    state = {"url": server.url + MONTH, "last_modified": None, "total": 9}
    (tmp_path / "GEDEvent_v26_0_8.csv.part").write_bytes(part)
    (tmp_path / "GEDEvent_v26_0_8.csv.part.json").write_text(side or json.dumps({**state, "etag": etag}))
    server.serve(MONTH, Answer(TABLE, etag='"one"', ranges=True))
    assert get(server, tmp_path).path.read_bytes() == TABLE


def test_a_full_disk_is_a_store_error_and_keeps_the_part(
    server: HostileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    server.serve(MONTH, Answer(TABLE))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match=r"No space left on device.*it resumes"):
        get(server, tmp_path)
    assert "GEDEvent_v26_0_8.csv.part" in leftovers(tmp_path)


def test_a_folder_that_is_a_file_is_a_store_error(server: HostileServer, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="download folder must take the file"):
        get(server, tmp_path / "taken")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://x.example/ged261.exe",
        "http://x.example/.csv",
        "http://x.example/a%2F..csv",
        "http://[",
        "a.csv",
        "ftp://x/a.csv",
    ],
)
def test_a_release_without_the_url_of_a_table_is_a_usage_error(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must have the URL of a \.zip or \.csv file"):
        fetch(Release("26.1", "annual", 109, 552, url), tmp_path)
