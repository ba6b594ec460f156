"""The clause that tells of an event, joined with those that tell of the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aftershock.accounts.reading.events.places import event_words
from aftershock.accounts.reading.relations.relation_words import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["clause_of", "grouped", "phrase_of"]

_APART = frozenset(["ccomp", "parataxis"])
_WITH = frozenset(["when", "as", "while", "killing", "wounding"])
_SUBJECTS = ("nsubj", "nsubjpass")


def grouped(verbs: Sequence[Token]) -> list[list[Token]]:
    """Return the words that tell of events, those of one event together.

    One event: verbs joined by "and", what a deed led to ("killing nine", "which left ten dead"), and what was when.
    """
    groups: list[list[Token]] = []
    of: dict[int, list[Token]] = {}
    for verb in verbs:
        home = _home(verb, of)
        if home is None:
            home = []
            groups.append(home)
        home.append(verb)
        of[verb.i] = home
    return groups


def _home(verb: Token, of: dict[int, list[Token]]) -> list[Token] | None:
    """Return the event that a verb belongs to: of the verb it is joined to or hangs on, if that tells of one."""
    at = verb
    for _ in range(4):
        if at.head == at:
            return None
        if at.dep_ == "conj" or (at.dep_ in ("advcl", "acl", "xcomp", "pcomp", "prep") and _same(at)):
            at = at.head
        elif at.dep_ == "relcl" and at.head.i in of:
            return of[at.head.i]
        else:
            return None
        if at.i in of:
            return of[at.i]
    return None


def _same(clause: Token) -> bool:
    marks = [c.lower_ for c in clause.children if c.dep_ in ("mark", "advmod") and c.i < clause.i]
    if clause.tag_ == "VBG":
        return not any(m in ("since", "before") for m in marks)
    return any(m in ("when", "as") for m in marks) or clause.dep_ in ("prep", "pcomp")


def clause_of(verb: Token) -> list[Token]:
    """Return the words of a verb's own clause, from its first to its last, no mark at the ends."""
    kept = {verb.i}
    if verb.dep_ == "relcl" and lemma(verb.head) in event_words()["nouns"] | event_words()["acts"]:
        kept |= {verb.head.left_edge.i, verb.head.i}  # "the bombings in May, which left 12 dead"
    for child in verb.children:
        clause = child.dep_ in _APART or (child.dep_ == "conj" and child.pos_ in ("VERB", "AUX"))
        later = child.dep_ == "advcl" and child.i > verb.i and not _same(child)
        if clause or later or child.dep_ in ("punct", "cc", "mark", "intj"):
            continue
        kept.add(child.left_edge.i)
        kept.add(child.right_edge.i)
    return _trimmed(list(verb.doc[min(kept) : max(kept) + 1]))


def phrase_of(noun: Token) -> list[Token]:
    """Return a noun with all that belongs to it; with the verb's clause, where it is its subject or object."""
    if noun.dep_ in (*_SUBJECTS, "dobj") and noun.head.pos_ == "VERB":
        return clause_of(noun.head)
    return _trimmed(list(noun.doc[noun.left_edge.i : noun.right_edge.i + 1]))


def _trimmed(tokens: list[Token]) -> list[Token]:
    while len(tokens) > 1 and (tokens[-1].is_punct or tokens[-1].is_space):
        tokens.pop()
    start = 0
    while start < len(tokens) - 1 and (
        tokens[start].is_punct or tokens[start].is_space or tokens[start].dep_ in ("cc", "mark")
    ):
        start += 1
    return tokens[start:]
