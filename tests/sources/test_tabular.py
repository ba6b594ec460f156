"""Files as they come from the world: packed, mis-encoded, cut off, or not CSV at all."""

from __future__ import annotations

import codecs
import gzip
import zipfile
from pathlib import Path

import pytest

from aftershock.errors import DataError, RejectedError
from aftershock.sources import event_files, tabular
from aftershock.sources.ged import GED_COLUMNS
from aftershock.sources.tabular import Header, Record, first_fields, read_header, split_records, unpacked
from ged_rows import csv_text, ged_row, read_events, reasons, write_ged

SOUND = csv_text([ged_row(id=1), ged_row(id=2)]).encode()
AB = Header(("a", "b"), 4)


def written(folder: Path, content: bytes, name: str = "events.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def zipped(folder: Path, *members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "events.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def split(folder: Path, body: bytes, header: Header = AB) -> list[Record]:
    """Split a body into records, and see that every line is in exactly one of them, or blank."""
    start = b"a,b\n"[: header.size]
    records = list(split_records(written(folder, start + body), header))
    lines, at, first = body.splitlines(), 0, 2 if header.size else 1
    for number, record in enumerate(records, start=1):
        begins = record.line - first
        assert record.row == number
        assert begins >= at
        assert record.lines >= 1
        assert not b"".join(lines[at:begins]).strip()
        at = begins + record.lines
    assert at <= len(lines)
    assert not b"".join(lines[at:]).strip()
    return records


# --- what a file is packed in ---------------------------------------------------------------------------------------


def test_a_plain_file_is_given_as_it_is(tmp_path):
    path = written(tmp_path, SOUND)
    with unpacked(path) as plain:
        assert plain == path


@pytest.mark.parametrize("name", ["events.csv.gz", "events.csv"])
def test_gzip_is_known_by_its_content(tmp_path, name):
    with unpacked(written(tmp_path, gzip.compress(SOUND), name)) as plain:
        assert plain.read_bytes() == SOUND
    assert not plain.exists()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_the_one_csv_in_a_zip_is_unpacked(tmp_path, method):
    members = ("readme.txt", b"x"), ("GEDEvent_v26_1.CSV", SOUND), ("__MACOSX/._GEDEvent_v26_1.csv", b"\0\1")
    with unpacked(zipped(tmp_path, *members, method=method)) as plain:
        assert plain.read_bytes() == SOUND


@pytest.mark.parametrize(
    ("members", "count"),
    [((("a.csv", SOUND), ("b.csv", SOUND)), 2), ((("a.txt", SOUND),), 0), ((("xl/workbook.xml", b"<x/>"),), 0)],
)
def test_a_zip_with_none_or_two_is_refused(tmp_path, members, count):
    with (
        pytest.raises(DataError, match=f"a zip must hold exactly one CSV; found {count} in"),
        unpacked(zipped(tmp_path, *members)),
    ):
        pass


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, None]
)
def test_a_damaged_archive_is_a_data_error_wherever_the_damage_is(tmp_path, rng, method):
    path = (
        written(tmp_path, gzip.compress(SOUND), "x.gz")
        if method is None
        else zipped(tmp_path, ("x.csv", SOUND), method=method)
    )
    whole, refused = path.read_bytes(), 0
    for _ in range(150):
        broken = bytearray(whole)
        for at in rng.integers(4, len(whole), 3):
            broken[at] ^= int(rng.integers(1, 256))
        path.write_bytes(bytes(broken[: rng.integers(8, len(whole) + 1)]))
        try:
            with unpacked(path):
                pass
        except DataError:
            refused += 1
    assert refused > 100


def test_a_cut_off_download_says_so(tmp_path):
    for path in (written(tmp_path, gzip.compress(SOUND)[:-20], "a.gz"), zipped(tmp_path, ("x.csv", SOUND))):
        path.write_bytes(path.read_bytes()[:-30])
        with pytest.raises(DataError, match=r"a packed file must be whole; found .*Fetch it again"), unpacked(path):
            pass


@pytest.mark.parametrize("pack", ["gzip", "zip"])
def test_a_bomb_stops_at_the_bound(tmp_path, monkeypatch, pack):
    monkeypatch.setattr(tabular, "MOST_BYTES", 3 << 20)
    bomb = SOUND + b"0" * (8 << 20)
    path = written(tmp_path, gzip.compress(bomb), "a.gz") if pack == "gzip" else zipped(tmp_path, ("a.csv", bomb))
    with pytest.raises(DataError, match=r"must stay below 0 GiB unpacked; found more in"), unpacked(path):
        pass


def test_a_file_as_large_as_the_bound_passes(tmp_path, monkeypatch):
    monkeypatch.setattr(tabular, "MOST_BYTES", len(SOUND))
    with unpacked(written(tmp_path, gzip.compress(SOUND))) as plain:
        assert plain.read_bytes() == SOUND


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Excel or Word file"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "a web page"),
        (b"<html><head></head></html>", "a web page"),
        (SOUND.decode().encode("utf-16"), "UTF-16 text"),
        (codecs.BOM_UTF16_BE + SOUND.decode().encode("utf-16-be"), "UTF-16 text"),
        (SOUND.decode().encode("utf-16-le"), "a binary file"),
        (b"PAR1" + bytes(20) + b"PAR1", "Parquet"),
        (b"BZh91AY&SY", "a bzip2 file"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x7fELF" + bytes(200), "a binary file"),
        (b"PK\x05\x06" + bytes(18), "a binary file"),
    ],
)
def test_what_is_no_csv_is_named(tmp_path, content, what):
    for path in (written(tmp_path, content), written(tmp_path, gzip.compress(content), "b.csv.gz")):
        with (
            pytest.raises(DataError, match=rf"must be CSV text in UTF-8; found .* is {what}\. Export it again"),
            unpacked(path),
        ):
            pass


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\n" * 1000])
def test_an_empty_file_is_refused(tmp_path, content):
    with (
        pytest.raises(DataError, match=r"must hold data; found .*events\.csv is empty"),
        unpacked(written(tmp_path, content)),
    ):
        pass
    with (
        pytest.raises(DataError, match="holds an empty file"),
        unpacked(written(tmp_path, gzip.compress(content), "b.gz")),
    ):
        pass


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with (
        pytest.raises(DataError, match=r"must be readable; found .*none\.csv: No such file"),
        unpacked(tmp_path / "none.csv"),
    ):
        pass
    with pytest.raises(DataError, match="must be readable; found .*: Is a directory"), unpacked(tmp_path):
        pass


def test_a_folder_stands_for_its_event_files(tmp_path):
    for name in ("b.csv", "a.CSV.GZ", "c.zip", "notes.txt", "d.parquet"):
        written(tmp_path, SOUND, name)
    (tmp_path / "e.csv").mkdir()
    other = tmp_path / "missing.csv"
    assert [p.name for p in event_files([tmp_path, other])] == ["a.CSV.GZ", "b.csv", "c.zip", "missing.csv"]
    with pytest.raises(DataError, match=r"a folder must hold \.csv, \.csv\.gz or \.zip files; found none"):
        event_files([tmp_path / "e.csv"])


# --- headers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + SOUND,
        SOUND.replace(b"\n", b"\r\n"),
        SOUND.replace(b"\n", b"\r").replace(b"\r", b"\n", 1),
        SOUND.replace(b"\n", b"\r\n", 1),
        SOUND.replace(b"\n", b"\r\n").replace(b"\r\n", b"\n", 2),
        SOUND.replace(b"\n", b"\n\n"),
        SOUND.replace(b"\n", b"\n \t\n"),
        SOUND.rstrip(),
        SOUND.split(b"\n")[0].upper().replace(b",", b" , ") + SOUND[SOUND.index(b"\n") :],
        SOUND[SOUND.index(b"\n") + 1 :],
        codecs.BOM_UTF8 + SOUND[SOUND.index(b"\n") + 1 :],
    ],
    ids=[
        "byte order mark", "CRLF", "CR after the header", "CRLF header alone", "mixed", "blank lines", "lines of spaces",
        "no last newline", "case and spaces in the header", "headless", "headless with a byte order mark",
    ],
)  # fmt: skip
def test_all_of_these_hold_the_same_two_events(tmp_path, content):
    reading, events = read_events(written(tmp_path, content))
    assert (reading.rows, reading.read, reading.rejects.num_rows) == (2, 2, 0)
    assert events.equals(read_events(written(tmp_path, SOUND))[1])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_with_one_line_ending_takes_the_fast_path(tmp_path, newline):
    assert not read_events(write_ged(tmp_path / "a.csv", [ged_row()], newline=newline))[0].careful


def test_the_byte_order_mark_of_a_headless_file_is_not_part_of_the_first_id(tmp_path):
    body = codecs.BOM_UTF8 + csv_text([ged_row(id=1), ged_row(id=2)], header=False).encode() + b"broken line\n"
    reading, events = read_events(written(tmp_path, body))
    assert events["id"].to_pylist() == [1, 2]
    assert reading.rejects.to_pylist() == [
        {"row": 3, "line": 3, "reason": "1 fields instead of 49", "text": "broken line"}
    ]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (SOUND.replace(b",", b";"), r"no id, type_of_violence.*separated by commas"),
        (SOUND.replace(b"\n", b"\r"), r"Lines must end in a line feed, not in a carriage return alone"),
        (b"name,age\nx,1\n", r"no id, .* \(but name, age\) in events\.csv\. Check that it is the right file"),
        (SOUND.replace(b"best", b"total", 1), r"found no best \(but id, relid, "),
        (SOUND.replace(b"relid", b"best", 1), r"every column must stand once; found best twice in events\.csv"),
        (b'"id\n' + SOUND, r"must have the columns id"),
    ],
)
def test_a_header_that_is_none_says_what_is_wrong(tmp_path, content, match):
    with pytest.raises(DataError, match=match):
        read_events(written(tmp_path, content))


def test_a_header_alone_holds_no_row(tmp_path):
    with pytest.raises(RejectedError, match="at least one row that can be read; found 0 rows"):
        read_events(written(tmp_path, SOUND.splitlines(keepends=True)[0]))


def test_columns_without_a_name_do_no_harm(tmp_path):
    content = SOUND.replace(b"\n", b",,\n")
    reading, _ = read_events(written(tmp_path, content))
    assert (reading.read, reading.careful) == (2, False)


def test_a_column_name_is_never_run_as_sql(tmp_path):
    head, _, body = SOUND.partition(b"\n")
    target = tmp_path / "written_by_a_header.csv"
    name = f"""a"': $$varchar$$}})); copy (select 42) to $${target}$$; --""".encode().replace(b'"', b'""')
    read_events(written(tmp_path, head + b',"' + name + b'"\n' + body.replace(b"\n", b",\n")))
    assert not target.exists()


def test_read_header_tells_data_from_names(tmp_path):
    default = ("id", "x")
    path = written(tmp_path, b"12,a\n13,b\n")
    assert read_header(path, required=["id"], default=default, name="f") == Header(default, 0)
    path = written(tmp_path, codecs.BOM_UTF8 + b" ID ,X\n13,b\n")
    assert read_header(path, required=["id"], default=default, name="f") == Header(default, 10)


def test_a_message_stays_short_however_long_the_first_line(tmp_path):
    with pytest.raises(DataError, match=r"\(but x{40}, \) in events\.csv") as error:
        read_events(written(tmp_path, b"x" * (1 << 19) + b",\n1,2\n"))
    assert len(str(error.value)) < 500
    assert len(first_fields(written(tmp_path, b"x" * (2 << 20)))[0]) == 1 << 20


# --- records --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_quoted_newlines_are_part_of_the_record(tmp_path, newline):
    first, second = split(tmp_path, newline.join([b'1,"x', b"y", b'"', b"2,z", b""]))
    assert (first.line, first.lines, first.fields[1].split(newline.decode())) == (2, 3, ["x", "y", ""])
    assert (second.row, second.line, second.fields) == (2, 5, ["2", "z"])


def test_a_broken_quote_costs_one_line(tmp_path):
    records = split(tmp_path, b'1,a\n2,"b\n3,c\n4,d"e\n5,"f"g\n6,"h, i"\n7,""\n')
    assert [(r.line, bool(r.reason)) for r in records] == [(2, 0), (3, 1), (4, 0), (5, 0), (6, 1), (7, 0), (8, 0)]
    assert records[3].fields == ["4", 'd"e']
    assert records[1].text == '2,"b'
    assert records[5].fields == ["6", "h, i"]


def test_two_lines_with_one_quote_each_are_two_records(tmp_path):
    assert [r.fields for r in split(tmp_path, b'1,5" shell\n2,x\n3,7" shell\n')] == [
        ["1", '5" shell'],
        ["2", "x"],
        ["3", '7" shell'],
    ]


def test_an_unclosed_quote_at_the_end_costs_its_line(tmp_path):
    records = split(tmp_path, b'1,a\n2,"b\n\n')
    assert [r.reason for r in records] == ["", "a quote is never closed"]


def test_every_line_of_an_unclosed_record_is_tried_again(tmp_path):
    body = b'1,"open\n' + b"".join(b"%d,x\n" % k for k in range(2, 300))
    records = split(tmp_path, body)
    assert [r.reason for r in records][:2] == ["a quote is never closed", ""]
    assert len(records) == 299


@pytest.mark.parametrize(("newlines", "rejected"), [(99, 0), (100, 101), (250, 251)])
def test_a_record_may_take_a_hundred_lines(tmp_path, newlines, rejected):
    records = split(tmp_path, b'1,"' + b"x\n" * newlines + b'end"\n2,y\n')
    assert sum(bool(r.reason) for r in records) == rejected
    assert records[-1].fields == ["2", "y"]


def test_a_record_of_two_megabytes_is_left_out(tmp_path):
    big = b"x" * (2 << 20)
    records = split(tmp_path, b"1," + big + b"\n2,y\n" + b'3,"' + big[: 1 << 19] + b"\n" + big[: 1 << 20] + b'"\n4,z\n')
    assert [r.reason for r in records] == ["longer than 1 MB", "", "longer than 1 MB", "longer than 1 MB", ""]
    assert max(len(r.text) for r in records) <= 200


def test_fields_too_few_and_too_many(tmp_path):
    records = split(tmp_path, b'1\n1,2,3\n1,2,\n"1\n",2,3\n,\n')
    wrong = [
        "1 fields instead of 2",
        "3 fields instead of 2",
        "3 fields instead of 2",
        "a quote is never closed",
        "quotes out of place",
    ]
    assert [r.reason.split(" (")[0] for r in records[:-2]] == [*wrong[:3], "3 fields instead of 2"]
    assert records[-1].fields == ["", ""]
    assert len(records) == 6


def test_blank_lines_count_as_lines_but_not_as_rows(tmp_path):
    records = split(tmp_path, b"\n1,a\n   \n\r\n2,b\n\n")
    assert [(r.row, r.line) for r in records] == [(1, 3), (2, 6)]


def test_without_a_header_the_first_line_is_row_one(tmp_path):
    records = split(tmp_path, b"1,a\n2,b\n", Header(("a", "b"), 0))
    assert [(r.row, r.line) for r in records] == [(1, 1), (2, 2)]


def test_what_is_not_utf8_is_read_as_windows_1252(tmp_path):
    records = split(tmp_path, b"1,M\xf6sul\n2,M\xc3\xb6sul\n3,\x81\n" + b'4,"\xe9\n\xc3\xa9"\n')
    assert [r.fields[1] for r in records] == ["Mösul", "Mösul", "\ufffd", "é\né"]
    assert [r.redecoded for r in records] == [True, False, True, True]


def test_a_row_shifted_by_a_stray_comma_is_rejected_though_its_last_field_is_empty(tmp_path):
    """DuckDB drops empty fields beyond the last column: the deaths of such a row would stand one column further."""
    names = [*GED_COLUMNS]
    at = names.index("deaths_a")
    fields = [str(ged_row(id=3, source_headline="")[name]) for name in names]
    for extra in ("", ",", ',""'):
        shifted = ",".join([*fields[:at], "0", *fields[at:]]) + extra + "\n"
        reading, events = read_events(written(tmp_path, SOUND + shifted.encode()))
        assert events["id"].to_pylist() == [1, 2]
        assert reasons(reading) == [f"{50 + (extra != '')} fields instead of 49"]


def test_rejected_rows_keep_their_place_and_text(tmp_path):
    rows = [ged_row(id=1), ged_row(id=2, best="x", adm_1="two\nlines"), ged_row(id=3), ged_row(id=4, latitude=95)]
    reading, _ = read_events(write_ged(tmp_path / "a.csv", rows))
    found = [(r["row"], r["line"], r["reason"]) for r in reading.rejects.to_pylist()]
    assert found == [
        (2, 3, 'best must be a number; found "x"'),
        (4, 6, 'latitude must lie between -90 and 90; found "95"'),
    ]
    assert reading.rejects["text"][0].as_py().startswith("2,IRQ-2017-1-1,2017")
