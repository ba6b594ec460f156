"""What of a text is article and what is not: the menu, the share buttons, the author's box, the comments.

Lines that tell themselves come first (`cues`). The rest is told by where it stands: above the title, in a part that such a
line heads, among a menu's words, after the last sentence. Where nothing tells, all is article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aftershock.accounts.texts.article import Block, BlockKind
from aftershock.accounts.texts.bios import drop_bios
from aftershock.accounts.texts.cues import Cue
from aftershock.accounts.texts.front import Front, find_front
from aftershock.accounts.texts.parts import drop_comments, drop_parts
from aftershock.accounts.texts.pen import Piece
from aftershock.accounts.texts.rows import PROSE_WORDS, Row, first_paragraph, row_of

__all__ = ["sift"]

_DESK = re.compile(
    r"^\(?(additional |further )?(reporting|writing|editing|contributed|compiled|translated|edited|written|reported)"
    r"\b.{0,40}\bby\b|"
    r"^\(?.{3,120}\bcontributed (to this (report|article|story)|reporting)\b|^\(?with (reporting|files) (by|from)\b",
    re.IGNORECASE,
)


_SECTIONS_WORDS = (
    "news world politics business sport sports opinion culture tech technology science health life lifestyle "
    "travel style food arts books ideas local national international economy finance markets money education "
    "entertainment film music climate environment features analysis comment editorials letters columnists "
    "blogs africa asia europe americas us uk magazine society religion weather video photos podcasts "
    "investigations explainers reports research events experts"
)
_SECTIONS = frozenset(_SECTIONS_WORDS.split())


def sift(
    text: str,
    pieces: Sequence[Piece],
    *,
    title: str | None = None,
    author: str | None = None,
    outlet: str | None = None,
) -> tuple[tuple[Block, ...], Front]:
    r"""Return a text's blocks, and what its head says of it.

    Parameters
    ----------
    text : str
    pieces : sequence of Piece
        As the source's form gives them.
    title, author, outlet : str, optional
        Where the source's form tells them apart from the text.

    Examples
    --------
    >>> text = "Menu\nAfter the fall of the city\nThe fighting went on for years after the city had fallen to the army.\nShare"
    >>> blocks, _ = sift(text, [Piece(0, 4), Piece(5, 31), Piece(32, 101), Piece(102, 107)])
    >>> [(block.kind, block.why) for block in blocks]
    [('dropped', 'menu'), ('title', ''), ('paragraph', ''), ('dropped', 'share buttons')]
    """
    if sum(not piece.gap for piece in pieces) > 0.8 * len(pieces):  # where nothing is parted, a gap tells nothing
        pieces = [replace(piece, gap=True) for piece in pieces]
    rows = [row_of(text, piece) for piece in pieces]
    first = first_paragraph(rows)
    front = find_front([row.line for row in rows], _open_rows(rows), first, title, [row.piece.hint for row in rows])
    author = author or front.author
    if front.title_row is not None:
        _clear(rows[front.title_row], "title")
    for number in front.lines:
        if rows[number].cue.why in ("", "author box") or number in front.sure:
            _clear(rows[number], "byline")
    _tell_cues(rows, first)
    if first is not None:
        _above(rows, front, first)
        drop_parts(rows, first, author)
        drop_comments(rows, first)
        _runs(rows)
        _below(rows, first, author, outlet or front.outlet)
        _masthead(rows[:first], outlet or front.outlet)
    blocks = tuple(Block(row.piece.start, row.piece.end, "dropped" if row.why else row.kind, row.why) for row in rows)
    return blocks, replace(front, author=author)


def _clear(row: Row, kind: BlockKind) -> None:
    row.why, row.kind, row.cue, row.prose = "", kind, Cue(), False


def _open_rows(rows: list[Row]) -> list[bool]:
    """Return which rows may be the title or the byline: those that tell nothing against it."""
    return [not row.piece.why and (not row.cue.why or row.cue.weak) for row in rows]


def _tell_cues(rows: list[Row], first: int | None) -> None:
    """Drop the lines that tell themselves; a line that heads a part is dropped with its part."""
    for number, row in enumerate(rows):
        if _DESK.match(row.line) and row.words <= 40 and not row.why:
            row.kind, row.prose = "byline", False
            row.cue = Cue()
        elif row.cue.why and not row.why:
            early = first is None or number < first
            if row.cue.weak and (early or row.ended):
                row.cue = Cue()
                row.prose = row.words >= PROSE_WORDS and row.ended
            elif row.cue.opens and not early:
                continue
            else:
                row.why = row.cue.why


def _above(rows: list[Row], front: Front, first: int) -> None:
    """Drop what stands above the title, and short lines between it and the first paragraph that follow what was dropped."""
    title = front.title_row if front.title_row is not None and front.title_row <= first else None
    head = rows[: title if title is not None else first]
    told = sum(bool(row.why) for row in head)
    for number, row in enumerate(head):
        if not row.why and row.kind != "byline" and row.short and (told or title is not None):
            # A line alone above the title names a part of the outlet; among lines of a menu it is one of them.
            among = 0 < number < len(head) - 1 and bool(head[number - 1].why and head[number + 1].why)
            among = among or (told > 0 and row.line.strip().lower() in _SECTIONS)
            named = number > 0 and head[number - 1].kind == "byline" and not head[number - 1].why
            if (among or told >= 2) and not named:
                row.why = "menu"
            else:
                row.kind = "byline"
    if title is None:
        return
    for row, below in zip(rows[title + 1 : first], rows[title + 2 :], strict=False):
        credit = (
            row.cue.why == "photo credit"
            and row.words <= 8
            and bool(re.match(r"(photo|picture|illustration)\w* by\b", row.line, re.IGNORECASE))
        )
        small = row.words <= 3 and row.short and row.piece.hint != "item" and below.piece.hint != "item"
        if credit or (not row.why and row.kind == "paragraph" and small):
            row.why, row.kind = "", "byline"


def _runs(rows: list[Row]) -> None:
    """Drop what stands among a menu's words: runs of short lines of which many tell themselves."""
    at = 0
    while at < len(rows):
        end = at
        while (
            end < len(rows)
            and (rows[end].why or rows[end].short)
            and rows[end].kind not in ("title", "byline")
            and (end == at or not rows[end].piece.gap or rows[end].why)
        ):
            end += 1
        run = rows[at:end]
        told = sum(bool(row.why) for row in run)
        if len(run) >= 3 and 2 * told >= len(run):
            for number, row in enumerate(run):
                left = number > 0 and bool(run[number - 1].why)
                right = number + 1 < len(run) and bool(run[number + 1].why)
                if not row.why and row.words <= 8 and row.kind == "paragraph" and (left or right) and not row.piece.gap:
                    row.why = "menu"
        at = max(end, at + 1)


def _masthead(rows: list[Row], outlet: str | None) -> None:
    """Keep the outlet's name above the article for what it is."""
    for row in rows:
        if (
            outlet
            and row.line.strip(" *_#").casefold() == outlet.casefold()
            and row.why in ("menu", "links", "page header")
        ):
            row.why, row.kind = "", "byline"
            break


def _below(rows: list[Row], first: int, author: str | None, outlet: str | None = None) -> None:
    """Drop what follows the last sentence, and the author's box, which is a sentence too."""
    last = max((n for n, row in enumerate(rows) if row.prose and not row.why), default=first)
    last = drop_bios(rows, first, last, author, outlet)
    told = any(row.why for row in rows[last + 1 :])
    for number, row in enumerate(rows[last + 1 :], last + 1):
        if row.why or not told or row.kind == "byline":
            continue
        sentence = row.ended and row.words >= 2 and not row.cue.why
        among = number > last + 2 and all(other.why for other in rows[number - 2 : number])
        if (row.short and row.piece.hint not in ("item",)) or not sentence or (among and not row.prose):
            row.why = row.cue.why or "page footer"
