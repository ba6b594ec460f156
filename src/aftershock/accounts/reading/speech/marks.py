"""What stands between quotation marks: straight, curly, single or double, over several paragraphs, or left open."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from aftershock.accounts.reading.finding import Reading

__all__ = ["Piece", "inside", "quoted_pieces"]

_MARK = re.compile("[\"\u201c\u201d\u201e\u00ab\u00bb]|``|''")
_OPENS, _CLOSES = ("\u201c", "\u201e", "\u00ab", "``"), ("\u201d", "\u00bb")
_BEFORE_OPENING = " \t\n\r([{-\u2013\u2014/:>*_,\u2026"
# An apostrophe that opens: not after a letter, and before a letter, a figure or another mark.
_SINGLE_OPEN = re.compile(r"(?<![\w.,;!?'\u2019\"])['\u2018](?=[\w\"\u201c\u2026(\[])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,;!?\u2026)\]\"-])['\u2019](?!\w)")
_CLIPPED = re.compile(r"(?:em|til|tis|twas|cause|round|bout|n|cept|gainst|neath|\d\ds?|\d{4})\b(?!')", re.I)
_SENTENCE_END = re.compile(r"[.?!](?=\s|$)")


@dataclass(frozen=True)
class Piece:
    """Text between two marks.

    Parameters
    ----------
    start, end : int
        Of what stands between the marks, blanks at its ends left out.
    paragraph : int
        Which of the reading's paragraphs.
    runs_on : bool
        The next paragraph carries on: no closing mark here, an opening one there.
    closed : bool
        A closing mark was found.
    """

    start: int
    end: int
    paragraph: int
    runs_on: bool = False
    closed: bool = True


def quoted_pieces(reading: Reading) -> list[Piece]:
    r"""Return what stands between quotation marks, in order, a quotation within another left to the outer one.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = 'A 6" pipe, "he said," and the fighters\' flags.'
    >>> [text[p.start : p.end] for p in quoted_pieces(Reading(text, parse_text(text), ((0, len(text)),)))]
    ['he said,']
    """
    doc = reading.doc
    if "quoted_pieces" not in doc.user_data:
        doc.user_data["quoted_pieces"] = _all_pieces(reading.text, reading.paragraphs)
    found: list[Piece] = doc.user_data["quoted_pieces"]
    return found


def inside(pieces: list[Piece], place: int) -> Piece | None:
    """Return the piece in which a place lies."""
    at = bisect_right(pieces, place, key=lambda piece: piece.start) - 1
    return pieces[at] if at >= 0 and place < pieces[at].end else None


def _all_pieces(text: str, paragraphs: tuple[tuple[int, int], ...]) -> list[Piece]:
    out: list[Piece] = []
    for number, (start, end) in enumerate(paragraphs):
        following = text[slice(*paragraphs[number + 1])].lstrip() if number + 1 < len(paragraphs) else ""
        doubles = list(_doubles(text, start, end, number, following))
        singles = list(_singles(text, start, end, number, doubles))
        kept = [d for d in doubles if not any(s.start <= d.start and d.end <= s.end for s in singles)]
        out += sorted([*kept, *singles], key=lambda piece: piece.start)
    return [piece for piece in out if piece.end > piece.start]


def _trimmed(text: str, start: int, end: int, number: int, *, runs_on: bool = False, closed: bool = True) -> Piece:
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    return Piece(first, max(first, end - len(piece) + len(piece.rstrip())), number, runs_on, closed)


def _opens(text: str, at: int, after: int, start: int, end: int) -> bool:
    before = text[at - 1] if at > start else " "
    return before in _BEFORE_OPENING and after < end and not text[after].isspace()


def _doubles(text: str, start: int, end: int, number: int, following: str) -> Iterator[Piece]:
    opened: int | None = None
    for mark in _MARK.finditer(text, start, end):
        sign, at, after = mark[0], mark.start(), mark.end()
        opening = sign in _OPENS or (sign not in _CLOSES and _opens(text, at, after, start, end))
        if opened is None:
            inch = at > start and text[at - 1].isdigit() and sign == '"'
            if opening and not inch:
                opened = after
        elif opening and text[at - 1 : at] not in ("", "-", "\u2014", ",", "\u2026"):
            yield from _left_open(text, opened, at, number)  # another opens: this one was never closed
            opened = after
        elif text[opened:at].strip():
            yield _trimmed(text, opened, at, number)
            opened = None
        else:
            opened = None
    if opened is not None:
        if following[:1] in ('"', "\u201c", "\u00ab") or following[:2] in ("``", "''"):
            yield _trimmed(text, opened, end, number, runs_on=True, closed=False)
        else:
            yield from _left_open(text, opened, end, number)


def _left_open(text: str, opened: int, end: int, number: int) -> Iterator[Piece]:
    """Take a quotation without its closing mark to the end of its sentence, if there is one."""
    stop = _SENTENCE_END.search(text, opened, end)
    if stop:
        yield _trimmed(text, opened, stop.end(), number, closed=False)


def _singles(text: str, start: int, end: int, number: int, doubles: list[Piece]) -> Iterator[Piece]:
    """Find what stands between single marks, an apostrophe told from a mark by what stands around it."""
    closers = [m.start() for m in _SINGLE_CLOSE.finditer(text, start, end)]
    at = start
    for mark in _SINGLE_OPEN.finditer(text, start, end):
        opened = mark.end()
        if mark.start() < at or _CLIPPED.match(text, opened) or inside(doubles, mark.start()):
            continue
        limit = next((d.start - 1 for d in doubles if d.start - 1 > opened), end)
        close = _closing(
            text, [c for c in closers[bisect_right(closers, opened) :][:60] if not inside(doubles, c)], limit
        )
        if close is None:
            continue
        yield _trimmed(text, opened, close, number)
        at = close + 1


def _closing(text: str, candidates: list[int], limit: int) -> int | None:
    """Return the apostrophe that closes: one after a stop, else one that cannot be a plural's possessive."""
    for close in candidates:
        stopped = text[close - 1] in '.,;!?\u2026)]"-'
        if close > limit and not stopped:
            return None
        if stopped or text[close - 1] != "s" or text[close + 1 : close + 2] in (".", ",", ";", ":", "?", "!", ")", ""):
            return close
    return next((c for c in candidates if c < limit), None)
