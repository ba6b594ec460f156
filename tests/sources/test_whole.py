"""Files that are no whole UCDP table, as a server may send them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hostile_server import (
    MONTH,
    TABLE,
    YEAR,
    Answer,
    HostileServer,
    bomb_with_a_small_header,
    damaged,
    get,
    leftovers,
    locked,
    zipped,
)

from aftershock.errors import DownloadError


@pytest.mark.parametrize(
    ("path", "fault", "body"),
    [
        (MONTH, "a web page", b"<!DOCTYPE html><title>Sorry</title>, please come back"),
        (MONTH, "a web page", b"\xef\xbb\xbf  \n<html>,</html>"),
        (MONTH, "a web page", b'{"error": "no such file, sorry"}'),
        (MONTH, "an empty file", b""),
        (MONTH, "an empty file", b" \n\n"),
        (MONTH, "no CSV table", b"Service unavailable\n"),
        (MONTH, "no CSV table", zipped(("a.csv", TABLE))),
        (MONTH, "last row is cut off", TABLE[:-10]),
        (MONTH, "last row is cut off", b'id,year,best\n1,2026,0\n2,"20'),
        (YEAR, "a damaged zip", b"<html>busy</html>"),
        (YEAR, "a damaged zip", zipped(("a.csv", TABLE))[:-30]),
        (YEAR, "a damaged zip", zipped(("a.csv", TABLE))[:50_000]),
        (YEAR, "a damaged zip", damaged()),
        (YEAR, "a damaged zip", bomb_with_a_small_header()),
        (YEAR, "unpacks to more than", zipped(("a.csv", b"a,b\n" + b"0" * 20_000_000))),
        (YEAR, "unpacks to more than 4,000,000 bytes", zipped(("a.csv", TABLE * 10))),
        (YEAR, "locked", locked()),
        (YEAR, "packed in an unusual way", zipped(("a.csv", TABLE), packing=zipfile.ZIP_LZMA)),
        (YEAR, "2 CSV files in place of one", zipped(("a.csv", TABLE), ("b.csv", TABLE))),
        (YEAR, "2 CSV files in place of one", zipped(("a.csv", TABLE), ("a.csv", TABLE))),
        (YEAR, "0 CSV files in place of one", zipped(("a.txt", TABLE))),
        (YEAR, "unsafe member name '../a.csv'", zipped(("../a.csv", TABLE))),
        (YEAR, "unsafe member name", zipped(("x/../../a.csv", TABLE))),
        (YEAR, "unsafe member name", zipped(("/etc/a.csv", TABLE))),
        (YEAR, "unsafe member name", zipped(("C:a.csv", TABLE))),
        (YEAR, "unsafe member name", zipped(("..\\a.csv", TABLE))),
        (YEAR, "a web page", zipped(("a.csv", b"<html>,</html>"))),
        (YEAR, "an empty file", zipped(("a.csv", b""))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_whole_table_is_refused(
    path: str, fault: str, body: bytes, server: HostileServer, tmp_path: Path
) -> None:
    server.serve(path, Answer(body))
    with pytest.raises(DownloadError, match="must be a whole UCDP table") as caught:
        get(server, tmp_path, path, max_unzipped=4_000_000)
    assert fault in caught.value.found
    assert server.url + path in caught.value.found
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [(MONTH, TABLE, "cut off"), (YEAR, zipped(("a.csv", TABLE)), "damaged")],
    ids=[
        "csv",
        "zip",
    ],
)
def test_a_length_that_is_too_short_is_an_error(
    path: str, body: bytes, fault: str, server: HostileServer, tmp_path: Path
) -> None:
    server.serve(path, Answer(body, length=len(body) - 10))
    with pytest.raises(DownloadError, match=fault):
        get(server, tmp_path, path)


@pytest.mark.parametrize("last", [b'2,"20', b'2,"' + b"x" * 200_000 + b'"\n'], ids=["cut", "long"])
def test_what_a_csv_file_alone_cannot_show_is_left_to_the_event_reader(
    last: bytes, server: HostileServer, tmp_path: Path
) -> None:
    server.serve(MONTH, Answer(b"id,source\n1,a\n" + last))
    assert get(server, tmp_path).size > 0
