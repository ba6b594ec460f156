"""Plain text into pieces: which lines belong together, where a file breaks its lines at a width."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from aftershock.accounts.texts.pen import Hint, Pen, Piece, Written

__all__ = ["Line", "lines_of", "read_lines", "read_plain", "together"]

ENDS_SENTENCE = re.compile(r"""[.!?…:]["')\]*_]{0,4}$""")
_ITEM = re.compile(r"\s{0,12}(?:[-*•·▪◦–—]\s|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s)")
_RULE = re.compile(r"[\s*#_=~.·•—–-]+")
_WIDEST = 120
"""Longer lines are paragraphs: nobody breaks lines there."""
_NARROWEST = 30
# Words that keep their hyphen when a line ends after it: "well-\nknown", "Iran-\nbacked".
_KEEPS_BEFORE_WORDS = (
    "self well non anti pro ex co semi half post pre cross counter mid ill so-called all vice multi inter"
)
_KEEPS_BEFORE = frozenset(_KEEPS_BEFORE_WORDS.split())
_KEEPS_AFTER_WORDS = (
    "led backed based held run old year day month week long term scale ranking wide born allied controlled "
    "affiliated linked sponsored funded trained armed fire general in-chief off on up down out made style "
    "speaking majority dominated"
)
_KEEPS_AFTER = frozenset(_KEEPS_AFTER_WORDS.split())


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a source: where it begins and ends, without its break and the blanks at its ends; how far it is set in."""

    start: int
    end: int
    indent: int

    def __len__(self) -> int:
        return self.end - self.start


def lines_of(source: str) -> list[Line]:
    r"""Return a source's lines in order, empty ones too; "\\r\\n" is one break."""
    found, at = [], 0
    for match in re.finditer(r"\r\n|[\n\r\x85\u2028\u2029\f]|\Z", source):
        text = source[at : match.start()]
        left = len(text) - len(text.lstrip())
        found.append(Line(at + left, max(at + left, at + len(text.rstrip())), left))
        at = match.end()
    return found


def width_of(source: str, lines: Sequence[Line]) -> int:
    r"""Return the width at which the source breaks its lines, 0 where it does not.

    Examples
    --------
    >>> text = "A line that is broken where the page ended\nand goes on here, as lines in old mail do, and so it\nends."
    >>> width_of(text, lines_of(text)), width_of("One. \nTwo.", lines_of("One. \nTwo."))
    (52, 0)
    """
    lengths = sorted(line.indent + len(line) for line in lines if len(line))
    if not lengths:
        return 0
    width = lengths[math.ceil(0.97 * (len(lengths) - 1))]
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    broken = lone = 0
    for line, following in itertools.pairwise(lines):
        if len(line) >= 0.6 * width:
            goes_on = len(following) > 0 and not ENDS_SENTENCE.search(source[max(line.start, line.end - 6) : line.end])
            broken, lone = broken + goes_on, lone + (not goes_on)
    return width if (broken >= 2 and broken >= 0.5 * lone) or (broken == 1 and not lone) else 0


def together(source: str, line: Line, following: Line, width: int, *, ragged: bool = False) -> bool:
    """Whether the next line goes on with the paragraph, where lines are broken at a width."""
    if not (width and len(line) and len(following)) or _ITEM.match(source, following.start):
        return False
    first = source[following.start : following.end].split(None, 1)[0]
    ended = bool(ENDS_SENTENCE.search(source[max(line.start, line.end - 6) : line.end]))
    if ended and following.indent >= line.indent + 2:
        return False
    if line.indent + len(line) + 1 + len(first) > width - (0 if not ragged else width // 8):
        return True
    low = source[following.start].islower()
    if ragged:
        return low or (not ended and len(line) > 0.6 * width)
    return low and not ended and len(line) > 0.5 * width


def read_plain(source: str) -> tuple[Written, list[Piece]]:
    r"""Return a text's pieces; a line is a piece, unless the source breaks its lines at a width.

    Examples
    --------
    >>> written, pieces = read_plain("Home\r\n\r\nIt ended.\r\nSo they say.")
    >>> [(p.start, p.end, p.gap) for p in pieces], written.starts is None
    ([(0, 4, True), (8, 17, True), (19, 31, False)], True)
    """
    return read_lines(source, lines_of(source))


def read_lines(
    source: str, lines: Sequence[Line], *, ragged: bool = False, whole: bool = True
) -> tuple[Written, list[Piece]]:
    """Return what these lines hold, in pieces.

    Parameters
    ----------
    source : str
    lines : sequence of Line
    ragged : bool
        Whether lines end well before the width, as in text had from a page's picture.
    whole : bool
        Whether all between the lines is written too, blanks and breaks, so that text and source are equally long.
    """
    pen, pieces, at, gap = Pen(), [], 0, True
    width = width_of(source, lines)
    begin: int | None = None
    for number, line in enumerate(lines):
        if not len(line):
            gap = True
            continue
        if begin is None:
            if whole:
                _between(pen, source, at, line.start, "\n")
            elif pen.chars:
                pen.write("\n", at, at + 1)
            begin = len(pen)
            if pen.full:
                pen.cut = True
                break
        following = lines[number + 1] if number + 1 < len(lines) else None
        goes_on = following is not None and together(source, line, following, width, ragged=ragged)
        end, at = line.end, line.end
        if goes_on and following and (drop := _hyphen(source, line, following)) is not None:
            end, at = line.end - drop, following.start
        pen.copy(source, line.start, end)
        if goes_on and following:
            if at == line.end:
                _between(pen, source, at, following.start, " ")
            at = following.start
            continue
        if not _RULE.fullmatch(source, line.start, line.end) and len(pen) > begin:
            hint: Hint = "item" if _ITEM.match(source[line.start - line.indent : line.end]) else ""
            pieces.append(_trimmed(pen, begin, hint, gap))
            gap = False
        begin = None
    if whole and not pen.full:
        _between(pen, source, at, len(source), "\n")
    written = pen.done()
    return (_plain(source, written) if whole else written), [piece for piece in pieces if piece.start < piece.end]


def _plain(source: str, written: Written) -> Written:
    """Forget the places where they are all the same."""
    if len(written.text) == len(source):
        return Written(written.text, None, None, written.cut)
    return written


def _between(pen: Pen, source: str, start: int, end: int, line_break: str) -> None:
    """Write the blanks and breaks between two lines."""
    for place in range(start, end):
        pen.write(line_break if source[place] in "\n\r\x85\u2028\u2029\f" else " ", place, place + 1)


def _hyphen(source: str, line: Line, following: Line) -> int | None:
    """Return how many characters of a word broken at the line's end to leave out; None where no word is broken."""
    if source[line.end - 1] not in "-\u2010\u00ad" or line.end - 2 < line.start or not source[line.end - 2].isalpha():
        return None
    if not source[following.start].islower():
        return 0 if source[following.start].isalnum() else None
    before = re.split(r"[^\w.-]", source[line.start : line.end - 1])[-1]
    after = re.match(r"[\w-]*", source[following.start : following.end])
    keeps = before.lower() in _KEEPS_BEFORE or (after and after[0] in _KEEPS_AFTER) or "." in before or "-" in before
    return 0 if keeps else 1


def _trimmed(pen: Pen, begin: int, hint: Hint, gap: bool) -> Piece:
    start, end = begin, len(pen)
    while end > start and pen.chars[end - 1] in " \n":
        end -= 1
    while start < end and pen.chars[start] in " \n":
        start += 1
    return Piece(start, end, hint, gap=gap)
