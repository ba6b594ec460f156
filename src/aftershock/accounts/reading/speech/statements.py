"""Indirect speech and facts laid at somebody's door: "officials say", "according to", "reportedly", "a report found"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.checkable import touches_record
from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.sentences import trimmed
from aftershock.accounts.reading.speech.attribution import Cue, cues_in
from aftershock.accounts.reading.speech.marks import inside, quoted_pieces
from aftershock.accounts.reading.speech.outlets import is_outlet, outlet_in

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_PASSED_ON = re.compile(
    r"\b(?:quoted|cited|reported|published|carried) (?:by|in)\b|\b(?:citing|cited|cites|quoting|quoted|quotes)\b"
)

__all__ = ["find_statements", "unquoted"]


def find_statements(reading: Reading) -> list[Finding]:
    """Return every sentence, or part between semicolons, that attributes something outside quotation marks.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> text = "Residents told Reuters that 40 people died. It rained."
    >>> [(f.start, f.end, f.fields["source"], f.fields["outlet"])
    ...  for f in find_statements(Reading(text, parse_text(text), ((0, len(text)),)))]
    [(0, 43, 'residents', 'Reuters')]
    """
    out = []
    for sentence in reading.sentences:
        for part, cues in _parts(reading, sentence):
            out.append(_statement(reading, part, cues))
    return out


def _parts(reading: Reading, sentence: Span) -> Iterator[tuple[Span, list[Cue]]]:
    """Yield a sentence with what attributes in it; its parts apart where each is somebody else's."""
    pieces = quoted_pieces(reading)
    begins = [sentence.start]
    begins += [t.i + 1 for t in sentence[:-1] if t.text == ";" and not inside(pieces, t.idx)]
    parts = [reading.doc[a:b] for a, b in zip(begins, [*begins[1:], sentence.end], strict=True)]
    told = [(part, cues_in(reading, part)) for part in parts]
    sources = {_first(cues).source for _, cues in told if cues}
    if len(sources) < 2 and sum(1 for _, cues in told if cues) < 2:
        cues = [cue for _, more in told for cue in more]
        if cues:
            yield sentence, cues
        return
    yield from ((part, cues) for part, cues in told if cues)


def _depth(token: Token) -> int:
    return sum(1 for _ in token.ancestors)


def _first(cues: list[Cue]) -> Cue:
    """Return the cue that governs: not an aside, named before nameless, nearest to the sentence's root."""
    return min(
        cues,
        key=lambda c: (
            c.aside,
            is_outlet(c.source or ""),
            c.source is None,
            c.token.lemma_ not in ("cite", "quote"),
            _depth(c.token),
            c.token.i,
        ),
    )


def _statement(reading: Reading, part: Span, cues: list[Cue]) -> Finding:
    chief = _first(cues)
    start, end = trimmed(reading.text, part.start_char, part.end_char)
    plain = unquoted(reading, start, end)
    outlet = outlet_in(plain) or next((c.source for c in cues if c.source and is_outlet(c.source)), None)
    via = next((c.source for c in cues if c.aside and c is not chief and c.source != chief.source), None)
    if outlet and (via is None or via == outlet) and chief.source != outlet and _PASSED_ON.search(plain):
        via = outlet
    fields = {"source": chief.source, "via": via, "outlet": outlet, "cue": chief.token.text}
    return Finding("statement", start, end, chief.why, touches_record(reading, start, end), fields)


def unquoted(reading: Reading, start: int, end: int) -> str:
    """Return a piece of the text with what is quoted in it blanked, equally long."""
    text = list(reading.text[start:end])
    for piece in quoted_pieces(reading):
        if piece.start < end and start < piece.end:
            first, last = max(piece.start, start) - start, min(piece.end, end) - start
            text[first:last] = " " * (last - first)
    return "".join(text)
