"""Parts of a page that a line heads: related links, the box on the author, the comments."""

from __future__ import annotations

import re

from aftershock.accounts.texts.bios import last_names
from aftershock.accounts.texts.cues import Cue
from aftershock.accounts.texts.rows import HEADLINE_WORDS, STAMP, Row

__all__ = ["drop_comments", "drop_parts"]

_SAYS = re.compile(
    r"^\S.{0,40}?\b(says|said|wrote|writes|on \w+ \d{1,2}, \d{4}|at \d{1,2}[:.]\d\d ?([ap]\.?m\.?)?)\b ?:",
    re.IGNORECASE,
)


def drop_parts(rows: list[Row], first: int, author: str | None) -> None:
    """Drop what a heading such as "Related" or "About the author" heads."""
    last = max((n for n, row in enumerate(rows) if row.prose), default=-1)
    number = 0
    while number < len(rows):
        row = rows[number]
        number += 1
        if (
            not (row.cue.opens and row.kind in ("paragraph", "heading"))
            or row.cue.why == "comments"
            or row.why not in ("", row.cue.why)
        ):
            continue
        if row.ended and row.words > 4 and row.cue.why != "cookie notice":
            row.why = row.why or (row.cue.why if row.cue.why == "newsletter" else "")
            continue
        taken = _reach(rows, number, row, last, author)
        # In the midst of an article, "Latest" or "Topics" may be a heading of its own.
        if taken == number and not row.why and _lone_heading(rows, number - 1, first, last):
            row.cue = Cue()
            continue
        row.why = row.cue.why
        for other in rows[number:taken]:
            other.why = other.why or row.cue.why
            other.prose = False
        number = taken


def _lone_heading(rows: list[Row], number: int, first: int, last: int) -> bool:
    row = rows[number]
    after = rows[number + 1] if number + 1 < len(rows) else None
    return (
        first < number < last
        and after is not None
        and after.ended
        and not after.cue.why
        and (row.kind == "heading" or row.piece.gap)
    )


def _reach(rows: list[Row], number: int, header: Row, last: int, author: str | None) -> int:
    """Return where the part that a line heads ends."""
    tight = number < len(rows) and not rows[number].piece.gap
    at = number
    while at < len(rows):
        row = rows[at]
        if (row.cue.opens and row.cue.why != header.cue.why) or row.kind in ("title", "byline"):
            break
        if at > number and tight and row.piece.gap and at <= last and not row.why:
            break  # an empty line ends what began without one
        if row.piece.why and row.piece.why != header.piece.why:
            break
        if not row.why and not _belongs(row, header, at - number, author, at > last, tight):
            break
        at += 1
    return at


def _belongs(row: Row, header: Row, taken: int, author: str | None, after: bool, tight: bool) -> bool:  # noqa: PLR0917
    why = header.cue.why
    if why == "author box":
        named = bool(author) and any(name in row.line for name in last_names(author or ""))
        return (
            row.short
            or taken == 0
            or named
            or (not row.piece.gap)
            or bool(re.match(r"(He|She|They|His|Her|Their)\b", row.line))
        )
    if why == "related links":
        stamp = bool(STAMP.match(row.line))
        question = row.ended and row.line.rstrip()[-1] in "?!…" and row.words <= HEADLINE_WORDS
        if row.kind == "heading" and not after:
            return False
        if not after and taken and not tight and row.line.isupper():
            return False
        return (
            row.short
            or stamp
            or question
            or (after and not row.piece.gap)
            or (tight and not row.piece.gap and row.words < 40)
        )
    if why in ("newsletter", "cookie notice"):
        return (
            not row.piece.gap or (after and row.words <= 40) or (taken == 0 and row.words <= 40 and bool(row.cue.why))
        )
    return (not row.piece.gap and row.words <= 12) or (after and row.short)


def drop_comments(rows: list[Row], first: int) -> None:
    """Drop all from the heading of the comments on, if what follows looks like comments."""
    for number in range(first + 1, len(rows)):
        row = rows[number]
        if not row.cue.opens or row.cue.why != "comments" or row.piece.why:
            continue
        following = rows[number + 1 :]
        prose_before = sum(other.words for other in rows[:number] if other.prose and not other.why)
        prose_after = sum(other.words for other in following if other.prose and not other.why)
        signs = sum(_like_comment(other) for other in following[:40])
        lone = _lone_heading(rows, number, first, max(n for n, other in enumerate(rows) if other.prose))
        form = re.match(r"(leave|post|write|add|submit|join)\b", row.line.lower())
        if (
            signs >= 2
            or prose_after == 0
            or (signs and prose_after < prose_before)
            or (form and not lone and 3 * prose_after < prose_before)
        ):
            for other in rows[number:]:
                other.why = other.why or "comments"
                other.prose = False
            return
        if not lone and row.words <= 4:  # a count of comments beside the share buttons
            row.why = "comments"


def _like_comment(row: Row) -> bool:
    return (
        row.why == "comments" or bool(_SAYS.match(row.line)) or row.cue.why == "comments" or bool(STAMP.match(row.line))
    )
