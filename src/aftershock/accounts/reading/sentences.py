"""Sentences within a sentence: those of a quotation, which the sentence around it holds together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Reading

if TYPE_CHECKING:
    from spacy.tokens import Span

__all__ = ["ends_of", "sentence_parts", "trimmed"]

_ENDS = re.compile(r"[.!?][\"'\u201d\u2019)]*\s+(?=[A-Z\u00c0-\u00de\"'\u201c\u2018(\[])")
_SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Brig|Capt|Sgt|Sen|Rep|Gov|St|No|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|vs|Adm|"
    r"Rev|Hon)|\b[A-Z])\.$"
)


def ends_of(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield where sentences end within a piece of text, abbreviations passed over."""
    for stop in _ENDS.finditer(text, start, end):
        if not _SHORT.search(text[max(start, stop.start() - 5) : stop.start() + 1]):
            yield stop


def sentence_parts(reading: Reading, sentence: Span) -> Iterator[tuple[int, int]]:
    """Yield the places of a sentence's sentences, without marks and blanks that belong to none.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = '"It is over. They will go," he said.'
    >>> reading = Reading(text, parse_text(text), ((0, len(text)),))
    >>> [text[a:b] for s in reading.sentences for a, b in sentence_parts(reading, s)]
    ['It is over.', 'They will go," he said.']
    """
    at, end = sentence.start_char, sentence.end_char
    for stop in [*ends_of(reading.text, at, end), None]:
        close = stop.end() if stop else end
        start, last = trimmed(reading.text, at, close)
        if last > start:
            yield start, last
        at = close


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a piece's place without the blanks around it, and without a last mark that it did not open."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    bare = piece.strip()
    stray = re.search(r"[.?!,]['\"]$", bare) and bare.count(bare[-1]) % 2
    if bare.endswith(";") or stray:
        bare = bare[:-1]
    if bare[:1] in "'\"" and bare[:1] and bare.count(bare[0]) == 1:
        bare, start = bare[1:], start + 1
    return start, start + len(bare)
