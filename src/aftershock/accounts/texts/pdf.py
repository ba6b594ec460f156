"""The text of a PDF file: its pages joined, what repeats at their edges left out, words broken at a line's end made whole."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from typing import TYPE_CHECKING

from aftershock.accounts.texts.pen import Piece, Written
from aftershock.accounts.texts.plain import Line, lines_of, read_lines
from aftershock.errors import UsageError

if TYPE_CHECKING:
    from pypdf import PdfReader

__all__ = ["extract_text", "read_extracted"]

_MOST_PAGES = 500
_EDGE = 2  # lines at each end of a page that may be its header or footer
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s{0,3}[-–—|]?\s{0,3}\d{1,4}\s{0,3}[-–—|]?(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?", re.IGNORECASE
)
_SAVE = "Save the article as plain text or HTML."


def extract_text(data: bytes, name: str) -> tuple[str, dict[str, str]]:
    """Return a file's text, pages parted by form feeds, and what it says of itself: title, author, date.

    Raises
    ------
    UsageError
        pypdf is missing; or the file is damaged, locked, or holds pictures of pages alone.
    """
    try:
        import pypdf
    except ImportError as error:
        fix = 'Install it with `pip install "aftershock[read]"`, or save the article as plain text or HTML.'
        raise UsageError("reading a PDF file needs pypdf", found=str(error), fix=fix) from None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it warns of every small fault that it mends
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UsageError("a PDF file must open without a password", found=f"a locked one, {name}", fix=_SAVE)
        pages = []
        for number, page in enumerate(reader.pages):
            if number >= _MOST_PAGES:
                break
            pages.append(page.extract_text())
        about = _about(reader)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - a hostile file makes pypdf fail in any way there is
        locked = type(error).__name__ == "DependencyError"
        what = "a locked one" if locked else f"a damaged one ({type(error).__name__})"
        raise UsageError("a PDF file must be whole and open", found=f"{what}, {name}", fix=_SAVE) from None
    text = "\f".join(pages)
    if len(re.findall(r"\w\w", text)) < 10:
        fix = "Have its text recognised first, or save the article as plain text."
        raise UsageError("a PDF file must hold text", found=f"pictures of pages, or nothing, in {name}", fix=fix)
    return text, about


def _about(reader: PdfReader) -> dict[str, str]:
    found: dict[str, str] = {}
    about = reader.metadata
    if about:
        for key in ("title", "author"):
            value = getattr(about, key, None)
            if isinstance(value, str) and 3 < len(value.strip()) < 300:
                found[key] = value.strip()
    return found


def read_extracted(source: str) -> tuple[Written, list[Piece], tuple[str, ...]]:
    r"""Return the pieces of a PDF file's text, and what was left out of it.

    Examples
    --------
    >>> written, pieces, notes = read_extracted("The Brief\nIt ended there.\n1\fThe Brief\nSo they say.\n2")
    >>> [written.text[p.start : p.end] for p in pieces], notes
    (['It ended there.', 'So they say.'], ('Left out at the edges of pages: "The Brief", page numbers.',))
    """
    pages = [[line for line in page if len(line)] for page in _pages(source)]
    seen = Counter(key for page in pages for key in {_key(source, line) for line in _edges(page)})
    often = {key for key, count in seen.items() if count >= max(2, 0.4 * len(pages))}
    kept: list[Line] = []
    shown: dict[str, None] = {}
    for page in _pages(source):
        filled = [line for line in page if len(line)]
        edges = set(_edges(filled))
        for line in page:
            text = source[line.start : line.end]
            number = line in edges and _PAGE_NUMBER.fullmatch(text)
            if number or (line in edges and _key(source, line) in often):
                shown["page numbers" if number else f'"{text[:80]}"'] = None
            else:
                kept.append(line)
    while kept and not len(kept[-1]):
        kept.pop()
    notes = (f"Left out at the edges of pages: {', '.join(list(shown)[:6])}.",) if shown else ()
    written, pieces = read_lines(source, _closed_up(source, kept), ragged=True, whole=False)
    return written, pieces, notes


def _pages(source: str) -> list[list[Line]]:
    pages: list[list[Line]] = [[]]
    for line in lines_of(source):
        pages[-1].append(line)
        if "\f" in source[line.end : line.end + 1 + line.indent]:
            pages.append([])
    return pages


def _edges(page: list[Line]) -> list[Line]:
    return page[:_EDGE] + page[-_EDGE:] if len(page) > 2 * _EDGE else page[:1] + page[-1:]


def _key(source: str, line: Line) -> str:
    return re.sub(r"\d+", "#", source[line.start : line.end]).casefold()


def _closed_up(source: str, lines: list[Line]) -> list[Line]:
    """Leave out empty lines where a sentence goes on over them, as at the end of a page."""
    kept: list[Line] = []
    for number, line in enumerate(lines):
        if not len(line) and kept:
            following = next((other for other in lines[number + 1 :] if len(other)), None)
            last = source[max(kept[-1].start, kept[-1].end - 1) : kept[-1].end]
            if following and source[following.start].islower() and last not in ".!?:":
                continue
        kept.append(line)
    return kept
