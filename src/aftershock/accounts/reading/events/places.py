"""Where something is said to have happened, and in which state."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from aftershock.accounts.reading.actors.names import known_names
from aftershock.accounts.reading.finding import Finding, Reading

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["Whereabouts", "event_words", "is_place", "may_be_place", "place_in"]

_PROPER = frozenset(["GPE", "LOC", "FAC"])
_INSIDE = re.compile(r"(?:\b(?:in|inside|across)|,) (?:\w+ern )?(?:the )?\Z")
_BEHIND = re.compile(r"\b([A-Z][\w'-]+)(?:,| in| city in| province(?: in|,)) (?:\w+ern )?\Z")


@cache
def event_words() -> dict[str, frozenset[str]]:
    """Return the words that tell of events, by kind."""
    told: dict[str, Any] = yaml.safe_load(
        files("aftershock.accounts.reading").joinpath("lexicon", "events.yaml").read_text(encoding="utf-8")
    )
    return {kind: frozenset(words) for kind, words in told.items()}


@cache
def _capitals() -> dict[str, int]:
    return {name.text: name.gwcode for name in known_names() if name.role == "capital" and name.gwcode is not None}


def is_place(token: Token) -> int:
    """Return how sure a noun is a place: 2 by its name, 1 by its word, 0 not."""
    if token.ent_type_ in ("DATE", "TIME", "PERCENT", "MONEY", "CARDINAL", "PERSON"):
        return 0
    if token.ent_type_ in _PROPER:
        return 2
    if token.pos_ == "PROPN" and token.text[:1].isupper() and token.ent_type_ not in ("ORG", "NORP"):
        return 2
    if str(token.lemma_).lower() in event_words()["place_nouns"]:
        return 2 if any(_names(child) for child in token.children) else 1
    return 0


def may_be_place(token: Token) -> int:
    """Return how sure a noun is a place where grammar says it is one: any name will do, as the parser takes towns for persons."""
    named = (
        token.pos_ == "PROPN" and token.text[:1].isupper() and token.ent_type_ not in ("DATE", "TIME", "NORP", "MONEY")
    )
    return 2 if named else is_place(token)


def _names(child: Token) -> bool:
    """Return whether a word beside a noun names it: "the Aden quarter", "the town of Sake"."""
    if child.dep_ == "prep" and child.lower_ == "of":
        return any(c.ent_type_ in _PROPER or c.pos_ == "PROPN" for c in child.children)
    return child.dep_ in ("compound", "amod", "nmod", "poss", "appos") and child.ent_type_ in _PROPER


def place_in(clause: Iterable[Token], actors: Iterable[Finding]) -> Span | None:
    """Return the words for the place in a clause: after a preposition, or what was taken; named ones before others.

    Parameters
    ----------
    clause : iterable of spacy.tokens.Token
    actors : iterable of Finding
        Mentions of armed actors are no places; those of states are.
    """
    taken = [(a.start, a.end) for a in actors if a.fields["gwcode"] is None]
    best: tuple[int, Token] | None = None
    for token in clause:
        if token.dep_ == "pobj" and token.head.lower_ in event_words()["where"]:
            weight = 2 + (token.head.lower_ in ("in", "at", "near", "outside"))
        elif (
            token.dep_ in ("dobj", "nsubjpass", "nsubj") and str(token.head.lemma_).lower() in event_words()["control"]
        ):
            weight = 1
        else:
            continue
        sure = may_be_place(token) if weight in (1, 3) else is_place(token)
        if not sure or any(a <= token.idx < b for a, b in taken):
            continue
        rank = 10 * sure + weight
        if best is None or rank > best[0]:
            best = (rank, token)
    return _phrase(best[1]) if best else None


def _phrase(token: Token) -> Span:
    """Return a place's noun with what belongs to its name, no clause after it."""
    first, last = token.i, token.i
    for child in token.children:
        if child.dep_ in ("compound", "amod", "nmod", "poss", "det", "nummod") and child.i < token.i:
            first = min(first, child.left_edge.i)
        elif child.dep_ in ("appos", "npadvmod") and child.i > token.i and child.ent_type_ in _PROPER:
            last = max(last, child.i)
        elif child.dep_ == "prep" and child.lower_ == "of" and child.i == token.i + 1:
            last = max(last, *(c.i for c in child.children if c.dep_ == "pobj"), child.i)
        elif child.dep_ == "conj" and child.ent_type_ in _PROPER and child.i - token.i <= 3:
            last = max(last, child.i)
    while first < last and token.doc[first].lower_ in ("the", "a", "an", "its", "their"):
        first += 1
    while last > first and (token.doc[last].is_punct or token.doc[last].lower_ in ("of", "'s")):
        last -= 1
    return token.doc[first : last + 1]


class Whereabouts:
    """Which state a place lies in, where an article says it.

    In this order: a state in the place's own words, a capital's, the state after "in" or behind a comma in the sentence, the
    one that stands behind the same name elsewhere in the article.
    """

    def __init__(self, reading: Reading) -> None:
        self._told = [
            a for a in reading.actors if a.fields["gwcode"] is not None and a.why.startswith(("state", "demonym"))
        ]
        self._starts = [a.start for a in self._told]
        self._text = reading.text
        self._behind: dict[str, int] = {}
        for actor in self._told:
            found = _BEHIND.search(self._before(actor))
            if found and actor.why.startswith("state"):
                self._behind.setdefault(found[1], int(actor.fields["gwcode"]))

    def _before(self, actor: Finding) -> str:
        return self._text[max(0, actor.start - 40) : actor.start]

    def _within(self, start: int, end: int) -> list[Finding]:
        return self._told[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def state_of(self, place: Span | None, start: int, end: int) -> int | None:
        """Return the Gleditsch–Ward number of the state that a place in the sentence between two offsets lies in."""
        words = [token.text for token in place] if place is not None else []
        if place is not None:
            inside = self._within(place.start_char, place.end_char)
            if inside:
                return int(inside[0].fields["gwcode"])
            capital = next((_capitals()[w] for w in [place.text, *words] if w in _capitals()), None)
            if capital is not None:
                return capital
        for actor in self._within(start, end):
            if actor.why.startswith("state") and _INSIDE.search(self._before(actor)):
                return int(actor.fields["gwcode"])
        return next((self._behind[word] for word in reversed(words) if word in self._behind), None)
