"""CSV files as they come from the world: packed, headless, mis-encoded, cut off, or not CSV at all.

:func:`unpacked` gives a plain file, :func:`read_header` its columns, and :func:`split_records` every record in it, sound or
not: each line of the file belongs to exactly one of them.
"""

from __future__ import annotations

import codecs
import csv
import errno
import gzip
import io
import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aftershock.errors import DataError

__all__ = ["Header", "Record", "first_fields", "read_header", "split_records", "unpacked"]

MOST_BYTES = 4 << 30  # an unpacked file larger than this is no event file (the whole GED is about 0.25 GB)
MOST_LINES = 100  # lines in one quoted record; more means that a quote was never closed
MOST_RECORD_BYTES = 1 << 20
csv.field_size_limit(MOST_RECORD_BYTES)
_TOO_LONG = "longer than 1 MB"
_QUOTE_REASONS = {"unexpected end of data": "a quote is never closed", _TOO_LONG: _TOO_LONG}

_SIGNATURES = {
    b"%PDF": "a PDF", b"\x89PNG": "a picture", b"PAR1": "Parquet", b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"<!DOC": "a web page", b"<!doc": "a web page", b"<html": "a web page", b"<HTML": "a web page",
    b"\xff\xfe": "UTF-16 text", b"\xfe\xff": "UTF-16 text", b"BZh": "a bzip2 file", b"7z\xbc\xaf": "a 7-zip file",
}  # fmt: skip


@dataclass(frozen=True)
class Header:
    """The columns of a file, and how many bytes the header row takes (0 where there is none)."""

    columns: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Record:
    """One record: its fields, or why it has none.

    Attributes
    ----------
    row : int
        Its number in the file, from 1, header not counted.
    line : int
        The line it starts on, from 1.
    lines : int
        How many lines it takes.
    fields : list of str
        Empty where it was rejected.
    reason : str
        Why it was rejected; empty where it was not.
    text : str
        Its first 200 characters.
    redecoded : bool
        Whether it was not UTF-8 and was read as Windows-1252.
    """

    row: int
    line: int
    lines: int
    fields: list[str]
    reason: str = ""
    text: str = ""
    redecoded: bool = False


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give a plain CSV file for a ``.csv``, ``.csv.gz`` or ``.zip`` with one CSV in it, whatever its name says.

    Raises
    ------
    DataError
        The file is missing, empty, damaged, far too large, or something else than CSV.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(64 << 10)
    except OSError as error:
        raise DataError(
            "an input file must be readable", found=f"{path}: {error.strerror}", fix="Check the path."
        ) from error
    if not start.strip():
        raise DataError("an input file must hold data", found=f"{path} is empty", fix="Fetch it again.")
    if not start.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        _refuse_other(path, start)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="aftershock-") as folder:
        plain = Path(folder) / "plain.csv"
        _unpack(path, plain, zipped=start.startswith(b"PK"))
        with plain.open("rb") as stream:
            start = stream.read(64 << 10)
        if not start.strip():
            raise DataError("an input file must hold data", found=f"{path} holds an empty file", fix="Fetch it again.")
        _refuse_other(path, start)
        yield plain


def _refuse_other(path: Path, start: bytes) -> None:
    kind = next((name for magic, name in _SIGNATURES.items() if start.startswith(magic)), "")
    if not kind and b"\0" in start:
        kind = "a binary file"
    if kind:
        raise DataError(
            "an input file must be CSV text in UTF-8", found=f"{path} is {kind}", fix="Export it again as CSV UTF-8."
        )


def _unpack(path: Path, plain: Path, *, zipped: bool) -> None:
    """Unpack one CSV with a bound on what comes out, whatever the archive claims."""
    try:
        if zipped:
            with zipfile.ZipFile(path) as archive:
                members = [
                    m
                    for m in archive.infolist()
                    if m.filename.lower().endswith(".csv") and "__MACOSX" not in m.filename
                ]
                if len(members) != 1:
                    raise DataError(
                        "a zip must hold exactly one CSV",
                        found=f"{len(members)} in {path}",
                        fix="Unzip it and give the files.",
                    )
                with archive.open(members[0]) as packed:
                    _copy(packed, plain, path)
        else:
            with gzip.open(path) as packed:
                _copy(packed, plain, path)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # a full disk, say
            raise
        raise DataError("a packed file must be whole", found=f"{path}: {error}", fix="Fetch it again.") from error


def _copy(packed: IO[bytes] | gzip.GzipFile, plain: Path, path: Path) -> None:
    size = 0
    with plain.open("wb") as out:
        while chunk := packed.read(1 << 20):
            size += len(chunk)
            if size > MOST_BYTES:
                raise DataError(
                    f"an event file must stay below {MOST_BYTES >> 30} GiB unpacked",
                    found=f"more in {path}",
                    fix="Check the file.",
                )
            out.write(chunk)
        out.flush()
    shutil.copystat(path, plain)


def first_fields(path: Path) -> tuple[str, ...]:
    """Return the fields of a file's first row, trimmed and in lower case."""
    with path.open("rb") as stream:
        raw = stream.readline(MOST_RECORD_BYTES)
    try:
        first = next(csv.reader(io.StringIO(raw.decode("utf-8-sig", errors="replace"))), [])
    except csv.Error:
        return ()
    return tuple(name.strip().lower() for name in first)


def read_header(path: Path, *, required: Sequence[str], default: Sequence[str], name: str) -> Header:
    """Return a file's columns; those of ``default`` where the first row is already data.

    Raises
    ------
    DataError
        Columns are missing or stand twice.
    """
    with path.open("rb") as stream:
        raw = stream.readline(MOST_RECORD_BYTES)
    columns = first_fields(path)
    if len(columns) == len(default) and columns[0].isdigit():
        return Header(tuple(default), 0)
    missing = [column for column in required if column not in columns]
    if missing:
        shown = ", ".join(column[:40] for column in columns[:8]) + (", …" if len(columns) > 8 else "")
        raise DataError(
            f"the file must have the columns {', '.join(required[:6])}{', …' if len(required) > 6 else ''}",
            found=f"no {', '.join(missing[:6])}{', …' if len(missing) > 6 else ''} (but {shown}) in {name}",
            fix=_header_hint(raw),
        )
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise DataError("every column must stand once", found=f"{', '.join(twice)} twice in {name}", fix="Rename one.")
    return Header(columns, len(raw))


def _header_hint(raw: bytes) -> str:
    if b"\r" in raw.rstrip(b"\r\n"):
        return "Lines must end in a line feed, not in a carriage return alone: save it as CSV for Windows or Unix."
    return (
        "Columns must be separated by commas."
        if raw.count(b";") > raw.count(b",")
        else "Check that it is the right file."
    )


def split_records(path: Path, header: Header) -> Iterator[Record]:
    """Split a file into records, sound or rejected; every line after the header is in exactly one.

    A record that does not parse gives up its first line alone, and reading goes on with the next: one broken quote costs
    one line, not the rest of the file. Blank lines are no records.
    """
    with path.open("rb") as stream:
        stream.seek(header.size)
        text = stream.read()
    lines = (text if header.size else text.removeprefix(codecs.BOM_UTF8)).splitlines(keepends=True)
    del text
    at, row = 0, 0
    first_line = 2 if header.size else 1
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        row += 1
        record = _parse(lines, at, len(header.columns), row, first_line + at)
        yield record
        at += record.lines


def _parse(lines: list[bytes], at: int, width: int, row: int, line: int) -> Record:
    """Parse the record that starts at one line, or reject that line."""
    taken: list[tuple[str, bool]] = []
    try:
        fields = next(csv.reader(_decoded(lines, at, taken), strict=True))
        reason = "" if len(fields) == width else f"{len(fields)} fields instead of {width}"
    except csv.Error as error:
        reason = _QUOTE_REASONS.get(str(error), f"quotes out of place ({error})")
    if reason:
        return Record(row, line, 1, [], reason, _decode(lines[at])[0][:200].rstrip("\r\n"))
    text = "".join(text for text, _ in taken)[:200].rstrip("\r\n")
    return Record(row, line, len(taken), fields, text=text, redecoded=any(redecoded for _, redecoded in taken))


def _decoded(lines: list[bytes], at: int, taken: list[tuple[str, bool]]) -> Iterator[str]:
    """Give the lines a record may take, one by one, and note those that were asked for."""
    size = 0
    for raw in lines[at : at + MOST_LINES]:
        size += len(raw)
        if size > MOST_RECORD_BYTES:
            raise csv.Error(_TOO_LONG)
        taken.append(_decode(raw))
        yield taken[-1][0]


def _decode(raw: bytes) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8"), False
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), True
