"""The pieces of a text under judgement: what each tells by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from aftershock.accounts.texts.article import BlockKind
from aftershock.accounts.texts.cues import Cue, cue_of
from aftershock.accounts.texts.front import byline_of
from aftershock.accounts.texts.pen import Piece
from aftershock.accounts.texts.plain import ENDS_SENTENCE

__all__ = ["HEADLINE_WORDS", "PROSE_WORDS", "STAMP", "Row", "first_paragraph", "row_of"]

PROSE_WORDS = 12
HEADLINE_WORDS = 22
STAMP = re.compile(
    r"^(\w+,? )?(\d{1,2} \w{3,9},? \d{4}|\w{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)\b.{0,45}$"
)


@dataclass(slots=True)
class Row:
    """A piece under judgement."""

    piece: Piece
    line: str
    cue: Cue
    why: str = ""
    kind: BlockKind = "paragraph"
    words: int = 0
    ended: bool = False
    prose: bool = field(default=False)

    @property
    def short(self) -> bool:
        """A line that is no sentence: a headline, a word of a menu."""
        return not self.ended and self.words <= HEADLINE_WORDS


def row_of(text: str, piece: Piece) -> Row:
    """Return a piece with what it tells."""
    line = (
        " ".join(text[piece.start : piece.end].split())
        if piece.end - piece.start < 2000
        else text[piece.start : piece.end]
    )
    words = len(line.split())
    ended = bool(ENDS_SENTENCE.search(line[-8:])) and not line.endswith("…:")
    cue = Cue(piece.why) if piece.why else _cue(text[piece.start : piece.end], words)
    if (piece.hint == "caption" and words > 8) or (cue.weak and piece.hint in ("heading", "title")):
        cue = Cue(piece.why)  # a caption says what is seen, whoever took the picture
    if (
        not cue.why
        and piece.linked > 0.8
        and words <= HEADLINE_WORDS
        and piece.hint not in ("heading", "title")
        and not ended
    ):
        cue = Cue("links")
    row = Row(piece, line, cue, piece.why, words=words, ended=ended)
    if piece.hint in ("heading", "title"):
        row.kind = "heading"
    elif piece.hint == "caption":
        row.kind = "caption"
    row.prose = not cue.why and words >= PROSE_WORDS and ended and row.kind == "paragraph"
    return row


def _cue(line: str, words: int) -> Cue:
    """Return what a line tells, by all it says or by its parts: "Cite    Listen    Share"."""
    cue = cue_of(line)
    if cue.why or not 2 <= words <= 40:
        return cue
    parts = [part for part in re.split(r"\s{2,}|\t|\s[|·•]\s", line.strip()) if part.strip()]
    told = [
        found.why
        for part in parts
        if len(part.split()) <= 8 and re.search(r"[A-Za-z]", part) and (found := cue_of(part)).why and not found.weak
    ]
    return Cue(told[0]) if len(parts) > 1 and len(told) >= 0.5 * len(parts) else cue


def first_paragraph(rows: list[Row]) -> int | None:
    """Return the first paragraph below the byline, if there is one: a standfirst above it is a sentence too."""
    prose = [n for n, row in enumerate(rows) if row.prose]
    if len(prose) < 2:
        return prose[0] if prose else None
    for number in range(prose[0] + 1, min(prose[1], prose[0] + 10)):
        line = rows[number].line
        if rows[number].words <= 20 and not rows[number].why and (byline_of(line) or STAMP.match(line)):
            return prose[1]
    return prose[0]
