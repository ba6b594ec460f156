"""Is a fetched file a whole UCDP table? What can be seen from the file alone."""

from __future__ import annotations

import csv
import re
import struct
import zipfile
import zlib
from collections import deque
from functools import partial
from pathlib import Path
from typing import IO

__all__ = ["find_fault"]

_BLOCK = 1 << 20  # of a file on disk
_MOST_GROWTH = 200  # event tables shrink about tenfold; a zip that grows more than this is made to fill a disk


def find_fault(path: Path, suffix: str, *, max_unzipped: int) -> str:
    """Return what shows that a file is not a whole UCDP table, or '' when nothing does.

    Parameters
    ----------
    path : Path
        The file.
    suffix : str
        ``.zip``: exactly one CSV member with a right checksum, and no unsafe member names. ``.csv``: the last row has
        as many fields as the first. Either way it begins as a table does, not as a web page.
    max_unzipped : int
        The most bytes that a zip may unpack to.
    """
    return _wrong_zip(path, max_unzipped) if suffix.lower() == ".zip" else _wrong_csv(path)


def _wrong_start(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "an empty file"
    if text.startswith((b"<", b"{")):
        return "a web page in place of a table"
    return "" if b"," in text.partition(b"\n")[0] and b"\0" not in text else "a file that is no CSV table"


def _wrong_csv(path: Path) -> str:
    with path.open("rb") as raw:
        if wrong := _wrong_start(raw.read(_BLOCK)):
            return wrong
    with path.open(encoding="latin-1", newline="") as text:
        try:
            rows = filter(None, csv.reader(iter(partial(text.readline, _BLOCK), "")))
            first = next(rows, [])
            last = deque(rows, maxlen=1)
        except csv.Error:  # a field too long for this reader; whether it is right is for the event reader to say
            return ""
    return "a table whose last row is cut off" if last and len(last[0]) != len(first) else ""


def _wrong_zip(path: Path, max_unzipped: int) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            if tricks := [n for n in archive.namelist() if re.search(r"(^|/)\.\.(/|$)|^/|\\|^\w:", n)]:
                return f"a zip with the unsafe member name {tricks[0]!r}"
            # macOS adds a shadow of each file under __MACOSX.
            tables = [i for i in archive.infolist() if re.search(r"^(?!__MACOSX/).*\.csv$", i.filename, re.IGNORECASE)]
            if len(tables) != 1:
                return f"a zip with {len(tables)} CSV files in place of one"
            if tables[0].flag_bits & 1 or tables[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                return "a zip that is locked or packed in an unusual way"
            with archive.open(tables[0]) as table:
                return _wrong_member(table, min(max_unzipped, _MOST_GROWTH * path.stat().st_size))
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError):
        return "a damaged zip"  # impossible offsets end as OSError or ValueError, from deep inside zipfile


def _wrong_member(table: IO[bytes], limit: int) -> str:
    head = table.read(_BLOCK)
    size = len(head)
    # The sizes in a zip's header can lie, so the bytes are counted; the last read checks the checksum.
    while size <= limit and (piece := table.read(_BLOCK)):
        size += len(piece)
    return _wrong_start(head) if size <= limit else f"a zip that unpacks to more than {limit:,} bytes"
