"""Verbs that report, and who stands as their subject, agent and object by the grammar of the sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.marks import Piece, inside

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["agent_of", "is_passive", "lemma_of", "object_of", "reports", "speaking_verbs", "subject_of"]

_UP = ("xcomp", "conj", "advcl", "pcomp", "acl", "ccomp", "prep", "dep", "parataxis")


def is_passive(verb: Token) -> bool:
    """Tell whether a verb is passive: "was described"."""
    return verb.tag_ == "VBN" and any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)


def agent_of(verb: Token) -> Token | None:
    """Return who did it, of a passive verb: "described by X"."""
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    return None


def object_of(word: Token, *preps: str) -> Token | None:
    """Return the noun after one of some prepositions that belong to a word; the direct object if none is given."""
    if not preps:
        return next((c for c in word.children if c.dep_ in ("dobj", "obj")), None)
    for child in word.children:
        if child.lower_ in preps and child.dep_ in ("prep", "agent", "dative", "prt"):
            return next((c for c in child.children if c.dep_ in ("pobj", "pcomp")), None)
    return None


def reports(token: Token, *entries: str) -> bool:
    """Tell whether a word is a verb of some lists of the lexicon."""
    return token.pos_ in ("VERB", "AUX") and token.tag_ != "MD" and lemma_of(token) in words("attribution", *entries)


def lemma_of(token: Token) -> str:
    """Return a word's dictionary form in lower case."""
    return token.lemma_.lower()


def speaking_verbs(span: Span, pieces: list[Piece]) -> Iterator[Token]:
    """Yield verbs of speech that stand outside quotation marks."""
    for token in span:
        if reports(token, "speech", "quote") and not inside(pieces, token.idx):
            yield token


def subject_of(verb: Token, pieces: list[Piece]) -> Token | None:
    """Return who does it: the verb's subject, or that of the verb it hangs on, or what stands beside it.

    Examples
    --------
    >>> from aftershock.accounts.reading.language import parse_text
    >>> doc = parse_text("Officers who fled told Reuters, adding that it was over.")
    >>> subject_of(next(t for t in doc if t.text == "adding"), []).text
    'Officers'
    """
    at: Token = verb
    for _ in range(6):
        for child in at.children:
            if child.dep_ in ("nsubj", "nsubjpass") and not inside(pieces, child.idx):
                nested = _after_relative(at, child)
                if nested is not None:
                    return nested
                if child.lower_ in ("who", "which", "that", "whom") and at.dep_ in ("relcl", "acl", "ccomp", "advcl"):
                    return _antecedent(at, child)
                return child
        if at.dep_ in ("relcl", "acl") and at.head.pos_ in ("NOUN", "PROPN", "PRON"):
            return at.head if not inside(pieces, at.head.idx) else None
        if at.dep_ not in _UP or at.head == at or inside(pieces, at.head.idx):
            break
        if at.dep_ in ("ccomp",) and at != verb:
            break
        if at.dep_ in ("conj", "ccomp", "parataxis", "dep"):
            own = _after_and(verb, at.head, pieces)
            if own is not None:
                return own
        at = at.head
    return _beside(verb, pieces)


def _after_relative(verb: Token, subject: Token) -> Token | None:
    """Return who says it, in "which, the ministry insists, failed": not the relative, nor what stands before it."""
    doc, at = verb.doc, verb.i - 1
    if at <= verb.sent.start or doc[at].pos_ not in ("NOUN", "PROPN"):
        return None
    while at > verb.sent.start and (
        (doc[at].pos_ in ("NOUN", "PROPN", "DET", "ADJ") and doc[at].tag_ not in ("WDT", "WP"))
        or doc[at].tag_ in ("POS", "PRP$")
    ):
        at -= 1
    if doc[at].text == ",":
        at -= 1
    if doc[at].tag_ not in ("WDT", "WP") or not subject.i <= at:
        return None
    return doc[verb.i - 1]


def _after_and(verb: Token, head: Token, pieces: list[Piece]) -> Token | None:
    """Return the subject that stands after "and" or "but", or after a quotation, before a verb that seems to share another's."""
    doc, at = verb.doc, verb.i - 1
    depth = 0
    while at > max(head.i, verb.sent.start - 1, verb.i - 40):
        token = doc[at]
        if inside(pieces, token.idx) or (
            token.text in ";:" or (token.lower_ in ("and", "but", "yet", "while") and token.dep_ == "cc")
        ):
            depth = at + 1
            break
        at -= 1
    if not depth:
        return None
    if doc[depth].text in ('"', "'", "\u201d"):
        depth += 1
    last = None
    for token in doc[depth : verb.i]:
        if token.pos_ in ("DET", "ADJ", "NUM") or token.tag_ in ("PRP$", "POS", "HYPH") or token.text in ("-", "."):
            continue
        if token.pos_ in ("NOUN", "PROPN") or (token.pos_ == "PRON" and token.tag_ == "PRP"):
            last = token
            continue
        break
    return last


def _antecedent(verb: Token, relative: Token) -> Token | None:
    if verb.dep_ in ("relcl", "acl") and verb.head.i < relative.i:
        return verb.head
    return next(
        (t for t in reversed(relative.doc[max(0, relative.i - 6) : relative.i]) if t.pos_ in ("NOUN", "PROPN")), None
    )


def _beside(verb: Token, pieces: list[Piece]) -> Token | None:
    """Return the noun that follows a verb at once ("said Abadi"), or the nearest before it, where the grammar was not seen."""
    doc, sent = verb.doc, verb.sent
    before = doc[verb.i - 1] if verb.i else None
    if before is not None and (before.is_punct or before.i < sent.start or inside(pieces, before.idx)):
        for token in doc[verb.i + 1 : verb.i + 12]:
            if token.is_punct and token.text not in ("-", "."):
                break
            if token.pos_ in ("NOUN", "PROPN", "PRON") and token.dep_ not in ("compound", "poss", "nmod"):
                return None if inside(pieces, token.idx) else token
            if token.pos_ in ("ADP", "VERB", "SCONJ", "AUX"):
                break
    if verb.tag_ in ("VB", "VBG", "VBN"):
        return None
    for token in reversed(doc[max(sent.start, verb.i - 12) : verb.i]):
        if inside(pieces, token.idx) or token.pos_ in ("VERB", "SCONJ"):
            break
        if (token.dep_ not in ("pobj", "compound", "appos") or token.head.lower_ == "as") and token.pos_ in (
            "NOUN",
            "PROPN",
            "PRON",
        ):
            return token
    return None
