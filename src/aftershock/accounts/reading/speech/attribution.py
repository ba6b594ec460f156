"""What attributes something in a sentence: cues of every kind, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.cues import Cue, noun_cue, word_cue
from aftershock.accounts.reading.speech.marks import Piece, inside, quoted_pieces
from aftershock.accounts.reading.speech.speakers import Cast
from aftershock.accounts.reading.speech.telling import has_clause, is_hearsay, tells
from aftershock.accounts.reading.speech.verbs import agent_of, is_passive, lemma_of, reports, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Cue", "cues_in"]


def cues_in(reading: Reading, span: Span) -> list[Cue]:
    """Return what attributes something outside quotation marks in a sentence or a part of it, in order."""
    pieces, cast = quoted_pieces(reading), Cast.of(reading)
    out = []
    for token in span:
        if inside(pieces, token.idx):
            continue
        cue = word_cue(token, cast) or noun_cue(token, cast, pieces) or _verb_cue(token, cast, pieces)
        if cue:
            out.append(cue)
    return out


def _verb_cue(token: Token, cast: Cast, pieces: list[Piece]) -> Cue | None:  # noqa: PLR0911 - one reason a line
    if token.pos_ == "AUX" or (token.pos_ == "ADJ" and lemma_of(token) in words("attribution", "sure")):
        return _sure_cue(token, cast, pieces)
    if token.pos_ != "VERB":
        return None
    lemma = lemma_of(token)
    if token.tag_ == "VBN" and lemma in words("attribution", "hearsay", "speech", "deed") and is_hearsay(token, pieces):
        agent = agent_of(token)
        return Cue(token, f'"{token.lower_}" of hearsay', cast.name(agent) if agent is not None else None)
    if not reports(token, "speech", "thought", "evidence", "deed") and lemma != "put":
        return None
    subject = subject_of(token, pieces)
    if subject is None or subject.lower_ in words("attribution", "first") or (token.dep_ == "amod"):
        return None
    bare = (
        token.tag_ == "VBN" and token.dep_ not in ("conj", "ROOT") and not any(c.dep_ == "aux" for c in token.children)
    )
    if is_passive(token) or bare:
        return None
    if not tells(token, subject, pieces):
        return None
    aside = any(c.lower_ == "as" and c.dep_ in ("mark", "advmod") for c in token.children)
    source = cast.name(subject)
    if source is None and subject.lower_ in ("this", "that", "which", "what"):
        return None
    return Cue(token, f'verb "{token.lower_}"', source, aside)


def _sure_cue(token: Token, cast: Cast, pieces: list[Piece]) -> Cue | None:
    if token.pos_ != "ADJ" or not has_clause(token, pieces):
        return None
    subject = next((c for c in token.head.children if c.dep_ == "nsubj"), None)
    if subject is None or subject.lower_ in words("attribution", "first") | {"it", "this", "that"}:
        return None
    return Cue(token, f'"{token.lower_} that"', cast.name(subject))
