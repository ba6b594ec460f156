"""Bytes into text: what a byte order mark, a declaration and the bytes themselves say, in the order of their worth."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from aftershock.errors import UsageError

__all__ = ["MOST_BYTES", "Decoded", "decode", "refuse_large"]

MOST_BYTES = 20_000_000
"""Of a source; an article has a hundredth of it, its page a tenth."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FORMATS = (
    (b"PK\x03\x04", "a zip archive, or a document of a word processor"),
    (b"\xd0\xcf\x11\xe0", "a document of a word processor"),
    (b"{\\rtf", "a document in rich text format"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x1f\x8b", "a packed file"),
    (b"BZh", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a table in Parquet"),
)
# What a page may declare. Others ("unicode_escape", "idna", "utf-7") do not name how text is stored, or are slow on purpose.
_DECLARABLE = re.compile(
    r"(utf-?8|utf-?16(-?[lb]e)?|us-ascii|ascii|latin-?1|iso-?8859-?\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|"
    r"mac(intosh|-?roman)|gb2312|gbk|gb18030|big5|shift[-_]jis|euc-(jp|kr))",
    re.ASCII,
)
_META = re.compile(rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_AS_TEXT = "Save the article as plain text, HTML, Markdown or PDF."
# In Mac Roman, curly quotes and dashes; in Windows-1252, rare capitals.
_MAC = re.compile(rb"[A-Za-z.,?!]\xd5[a-z]{1,2}\b|\xd2[A-Z]|[.,?!]\xd3|[a-z] \xd1 [a-z]")
_WINDOWS = re.compile(rb"[\x91-\x94\x96\x97]")


@dataclass(frozen=True)
class Decoded:
    """A source's text and how it was had.

    Parameters
    ----------
    text : str
    encoding : str
        By which Python's ``bytes.decode`` gives the text.
    notes : tuple of str
    """

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def refuse_large(size: int, name: str) -> None:
    """Refuse a source over the limit."""
    if size > MOST_BYTES:
        raise UsageError(
            f"an article must be of at most {MOST_BYTES // 1_000_000} MB",
            found=f"more than that in {name}",
            fix="Save the article alone, without what surrounds it.",
        )


def decode(data: bytes, *, name: str, declared: str | None = None) -> Decoded:
    r"""Return a source's text.

    Parameters
    ----------
    data : bytes
    name : str
        For messages.
    declared : str, optional
        The character set that the server or the page declares.

    Raises
    ------
    UsageError
        Nothing is there, too much, or it is no text.

    Examples
    --------
    >>> decode(b"It\x92s over", name="a.txt")
    Decoded(text='It’s over', encoding='cp1252', notes=())
    """
    refuse_large(len(data), name)
    if not data.strip(b"\x00 \t\r\n\x0b\x0c"):
        raise UsageError("an article must hold text", found=f"nothing in {name}", fix="Name a file that holds it.")
    for magic, what in _FORMATS:
        if data.startswith(magic):
            raise UsageError("an article must be text", found=f"{what}, {name}", fix=_AS_TEXT)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _whole(data, encoding, name)
    if wide := _wide(data):
        return _whole(data, wide, name)
    _refuse_binary(data, name)
    encoding = _encoding(data, declared or _declared(data))
    return _whole(data, encoding, name)


def _whole(data: bytes, encoding: str, name: str) -> Decoded:
    """Return the text; bytes that cannot be are shown as such, unless they are many."""
    try:
        text, notes = data.decode(encoding), ()
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        lost = text.count("\ufffd")
        if lost > max(20, len(text) // 50):
            raise UsageError("an article must be text", found=f"bytes that are none in {name}", fix=_AS_TEXT) from None
        places = "one place" if lost == 1 else f"{lost:,} places"
        notes = (f"In {places} the bytes are no {encoding}; they are shown as �.",)  # type: ignore[assignment]
    if not text.strip("\x00 \t\r\n\ufeff"):
        raise UsageError("an article must hold text", found=f"nothing in {name}", fix="Name a file that holds it.")
    return Decoded(text, encoding, notes)


def _wide(data: bytes) -> str | None:
    """Return UTF-16 where every second byte of the beginning is nought, as in English text without a mark."""
    head = data[: 4096 & ~1]
    if len(head) < 8 or len(data) % 2:
        return None
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.7 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.05 else None


def _refuse_binary(data: bytes, name: str) -> None:
    head = data[:200_000]
    control = len(head) - len(head.translate(None, bytes([*range(9), *range(14, 27), *range(28, 32), 127])))
    if control > max(4, len(head) // 200):
        raise UsageError("an article must be text", found=f"a binary file, {name}", fix=_AS_TEXT)


def _declared(data: bytes) -> str | None:
    found = _META.search(data[:4096])
    return found[1].decode("ascii") if found else None


def _encoding(data: bytes, declared: str | None) -> str:
    """Return what the bytes are most likely written in."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"  # no other text of any length passes for it by chance: a declaration against it is wrong
    name = (declared or "").strip().lower()
    if _DECLARABLE.fullmatch(name) and not name.startswith("utf"):
        # Browsers take Latin-1 for Windows-1252, which fills its gap with quotes and dashes.
        name = "cp1252" if re.fullmatch(r"latin-?1|iso-?8859-?1|us-ascii|ascii", name) else name
        try:
            data.decode(name)
        except (UnicodeDecodeError, LookupError):
            pass
        else:
            return codecs.lookup(name).name
    if _mostly_utf8(data):
        return "utf-8"
    if len(_MAC.findall(data)) > len(_WINDOWS.findall(data)):
        return "mac-roman"
    return "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "latin-1"


def _mostly_utf8(data: bytes) -> bool:
    """Whether the bytes beyond ASCII form UTF-8's sequences, but for a few."""
    whole = len(re.findall(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", data))
    return whole > 4 * data.decode("utf-8", "replace").count("\ufffd")
