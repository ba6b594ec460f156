"""Acts of speech told without a clause: "accused X of", "warned of", "denied it", "put the toll at"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.marks import Piece, inside
from aftershock.accounts.reading.speech.verbs import lemma_of, object_of

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["is_deed", "puts_at"]

_AMOUNTS = frozenset({"half", "dozens", "hundreds", "thousands", "scores", "millions"})
_FINITE = ("VBD", "VBZ", "VBP", "MD")


def is_deed(verb: Token, pieces: list[Piece]) -> bool:  # noqa: PLR0911 - one kind of act a line
    """Tell whether a verb is an act of speech with what it is about, outside quotation marks."""
    lemma, thing = lemma_of(verb), object_of(verb)
    if lemma in ("speak", "talk"):
        about = object_of(verb, "of")
        return about is not None and not inside(pieces, about.idx)
    if lemma == "tell":
        about = object_of(verb, "of")
        return about is not None and thing is None and not inside(pieces, about.idx)
    if lemma in ("credit", "attribute") and verb.dep_ == "relcl" and object_of(verb, "to") is not None:
        return True
    if thing is not None and inside(pieces, thing.idx):
        return False
    if lemma == "say":
        return thing is not None and any(t.like_num or t.tag_ in _FINITE for t in thing.subtree)
    if lemma == "suspect":
        return thing is not None and (object_of(verb, "of") or object_of(thing, "of")) is not None
    if lemma in ("see", "view", "regard", "consider"):
        return _holds(verb, lemma, thing, pieces)
    if lemma == "credit":
        return thing is not None or verb.dep_ == "relcl"
    if lemma in words("attribution", "to_do") and _has(verb, pieces, "xcomp"):
        return True
    if lemma in words("attribution", "object") and thing is not None:
        return True
    if lemma == "warn":
        about = object_of(verb, "of", "against", "about")
        return _has(verb, pieces, "xcomp", "ccomp") or (about is not None and not inside(pieces, about.idx))
    if lemma == "insist":
        return object_of(verb, "on") is not None
    return thing is not None and _about(verb, lemma, thing, pieces)


def _about(verb: Token, lemma: str, thing: Token, pieces: list[Piece]) -> bool:
    """Tell whether a verb with its object says what somebody holds the object to be."""
    if lemma == "claim":
        return lemma_of(thing) in words("attribution", "claimed")
    if lemma in words("attribution", "judged"):
        marks = (c for c in verb.subtree if c.lower_ == "as" and c.dep_ in ("prep", "mark") and c.head in (verb, thing))
        held = next(marks, None)
        if held is not None and not any(inside(pieces, t.idx) for t in held.subtree):
            return True
        return lemma in ("dismiss", "reject") and lemma_of(thing) in words("attribution", "called")
    if lemma in ("dispute", "contest"):
        return lemma_of(thing) in words("attribution", "called")
    if lemma == "declare" and any(c.dep_ in ("prt", "advmod", "acomp") and c.i > thing.i for c in verb.children):
        return True
    ordered = any(c.dep_ == "aux" and c.lower_ == "to" for c in verb.children) and verb.dep_ == "xcomp"
    named = thing.head.dep_ == "oprd" and thing.head.head == verb
    return lemma in ("call", "declare") and not ordered and (named or _has(verb, pieces, "oprd", "ccomp", "xcomp"))


def _holds(verb: Token, lemma: str, thing: Token | None, pieces: list[Piece]) -> bool:
    """Tell whether a verb says how somebody takes a thing: "see it as a threat", "saw Washington's hand behind it"."""
    if thing is None or any(c.dep_ == "aux" and c.lower_ in ("can", "could", "should", "must") for c in verb.children):
        return False
    if lemma == "see" and lemma_of(thing) in ("hand", "fingerprint"):
        return True
    links = (c for c in verb.subtree if c.lower_ == "as" and c.dep_ in ("prep", "mark") and c.head in (verb, thing))
    held = next(links, None)
    return held is not None and not any(inside(pieces, t.idx) for t in held.subtree)


def puts_at(verb: Token, pieces: list[Piece]) -> bool:
    """Tell whether "put" is used of an estimate: "put the toll at 20,000", "as the envoy put it"."""
    if any(c.lower_ == "as" and c.dep_ in ("mark", "advmod") for c in verb.children):
        return True
    if object_of(verb) is None:
        return False
    after = verb.doc[verb.i + 1 : min(verb.i + 30, verb.sent.end)]
    first = next((t.i for t in after if t.lower_ == "at"), verb.sent.end)
    aims = [c for t in after if t.lower_ == "at" and t.dep_ == "prep" for c in t.children if c.dep_ == "pobj"]
    return bool(aims) and (
        inside(pieces, aims[0].idx) is not None or _amount(aims[0]) or any(t.like_num for t in after if t.i > first)
    )


def _amount(noun: Token) -> bool:
    return any(t.like_num or t.lower_ in _AMOUNTS for t in noun.subtree)


def _has(verb: Token, pieces: list[Piece], *kinds: str) -> bool:
    return any(
        c.dep_ in kinds and not inside(pieces, c.idx) and not inside(pieces, c.left_edge.idx) for c in verb.children
    )
