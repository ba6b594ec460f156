"""What compounds and participles say: "Iran-backed Houthis", "rebels armed by Turkey", "a militia allied with Iran"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.grammar import Grammar
from aftershock.accounts.reading.relations.relation_nouns import pairs
from aftershock.accounts.reading.relations.relation_words import words

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["of_compounds", "of_participle"]

_BACKED = re.compile(
    r"-(backed|supported|armed|trained|funded|sponsored|financed|equipped|supplied|allied|aligned|affiliated|linked)"
    r"((?:(?: and|,)? (?!(?:in|by|of|to|for|from|with|against|on|that|who|which)\b)[\w'-]+){0,3}) (?:in |of )?\Z"
)
_FARTHEST = 60
_PLACES = ("acl", "amod", "advcl", "relcl", "ccomp", "appos", "ROOT", "conj")


def of_participle(grammar: Grammar, token: Token) -> Iterator[tuple[Finding, str, Finding]]:
    """Yield what "rebels backed by Turkey" and "a militia allied with Iran" say."""
    small, known = token.lower_, words()
    if token.dep_ not in _PLACES or not (small in known["backed"] or small in known["allied_words"]):
        return
    whom = grammar.of(token.head) if token.dep_ in ("acl", "amod", "relcl") else grammar.subjects(token)
    if token.dep_ == "advcl":
        whom = grammar.subjects(token.head)
    if small in known["backed"]:
        agent = token.pos_ != "VERB" and any(c.dep_ == "agent" for c in token.children)
        if agent or token.dep_ in ("acl", "advcl"):
            yield from pairs(grammar.after(token, ["by"]), "supports", whom)
    else:
        kind = "part of" if small == "affiliated" else "allied"
        yield from pairs(whom, kind, grammar.after(token, ["with", "to"]))


def of_compounds(reading: Reading) -> Iterator[tuple[Finding, str, Finding, Token]]:
    """Yield what "U.S.-backed Syrian Democratic Forces" and "Iran-aligned Houthis" say."""
    for k, b in enumerate(reading.actors):
        if b.why.startswith(("demonym", "state", "people")):
            continue  # "Saudi-backed Yemeni rebels": the rebels are backed, not Yemen
        a = next((x for x in reversed(reading.actors[max(0, k - 3) : k]) if _hyphened(reading, x, b)), None)
        if a is None:
            continue
        found = _BACKED.match(reading.text[a.end : b.start])
        span = reading.doc.char_span(a.end, b.start, alignment_mode="expand") if found else None
        cue = next((t for t in span if found[1] in t.text), None) if found and span is not None else None
        if found is None or span is None or cue is None or _other_verb(span, cue):
            continue
        if found[1] in ("allied", "aligned"):
            yield b, "allied", a, cue
        elif found[1] in ("affiliated", "linked"):
            yield b, "part of", a, cue
        else:
            yield a, "supports", b, cue


def _other_verb(span: Span, cue: Token) -> bool:
    return any(t.pos_ in ("VERB", "AUX") and t.i != cue.i and t.tag_ != "VBN" for t in span)


def _hyphened(reading: Reading, a: Finding, b: Finding) -> bool:
    """Return whether a hyphen stands right after an actor, and the other soon after."""
    return a.end < b.start < a.end + _FARTHEST and reading.text[a.end] == "-"
