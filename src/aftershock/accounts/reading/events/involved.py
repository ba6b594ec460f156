"""Who is involved in an event: who acts and is acted on in its clause, or whom its words point back to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aftershock.accounts.reading.events.places import event_words
from aftershock.accounts.reading.finding import Finding
from aftershock.accounts.reading.grammar import Grammar
from aftershock.accounts.reading.relations.relation_words import lemma

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Involved"]

_SIDES = ("from", "against", "with", "by", "alongside", "beside", "between", "for")
_AROUND = (
    "in",
    "at",
    "near",
    "to",
    "into",
    "across",
    "from",
    "inside",
    "outside",
    "towards",
    "toward",
    "around",
    "through",
)
_DOING = frozenset(
    ["send", "launch", "fire", "stage", "commit", "carry", "conduct", "mount", "open", "use", "suffer", "wage"]
)
_POINTING = frozenset(["the", "this", "that", "these", "those", "it", "them", "they", "their", "its"])


def _placed(token: Token) -> bool:
    """Return whether a word stands after "in" or "near", or is joined to one that does."""
    for _ in range(8):
        if token.dep_ != "conj":
            break
        token = token.head
    return token.dep_ == "pobj" and token.head.lower_ in _AROUND


class Involved:
    """Names of those involved, event after event.

    Parameters
    ----------
    grammar : Grammar
        The actors of the article.
    """

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar
        self._before: list[str] = []
        self._at = -1

    def names(self, words: Sequence[Token], clause: Sequence[Token]) -> list[str]:
        """Return the canonical names of those who act and are acted on; no state that is only the place."""
        found = [a for word in words for a in self._by_role(word)]
        found += self._by_nouns(clause)
        if not found:
            found = self._meant(clause) or self._named(clause)
        if not found:
            found = self._above(words[0])
        names = list(dict.fromkeys(actor.fields["canonical"] for actor in found))
        if not names and (self._points_back(clause)):
            names = list(self._before)
        if names:
            self._before, self._at = names, clause[-1].i
        return names

    def _by_role(self, word: Token) -> list[Finding]:
        grammar = self._grammar
        if word.pos_ in ("NOUN", "PROPN"):
            doing = word.dep_ == "dobj" and lemma(word.head) in _DOING
            doers = grammar.subjects(word.head) if doing else []
            around = (
                grammar.after(word.head.head, ("by",)) + grammar.after(word.head, ("by",))
                if word.dep_ == "pobj"
                else []
            )
            return [*doers, *around, *grammar.owner(word), *grammar.after(word, (*_SIDES, "on"))]
        if lemma(word) in ("go", "fight", "clash", "be") and not grammar.after(word, ("with", "against")):
            two = [a for c in word.children if c.lower_ in ("they", "two") for a in grammar.referring.pair(c)]
            if two:
                return two
        return [*grammar.subjects(word), *grammar.objects(word), *grammar.after(word, _SIDES)]

    def _by_nouns(self, clause: Sequence[Token]) -> list[Finding]:
        """Return those whose attack, whose soldiers, whose convoy is spoken of."""
        found: list[Finding] = []
        known = event_words()
        for token in clause:
            word = lemma(token)
            if word in known["nouns"] or word in known["acts"]:
                found += [*self._grammar.owner(token), *self._grammar.after(token, (*_SIDES, "on", "involving"))]
            elif word in known["people"]:
                found += [*self._grammar.owner(token), *self._grammar.of(token)]
        return [a for a in found if not a.why.startswith("state") or a.fields["gwcode"] is None or len(found) < 3]

    def _meant(self, clause: Sequence[Token]) -> list[Finding]:
        return [actor for token in clause for actor in self._grammar.meant(token)]

    def _named(self, clause: Sequence[Token]) -> list[Finding]:
        """Return the actors a clause names, but no state that is where it happened."""
        out: list[Finding] = []
        for token in clause:
            for actor in self._grammar.mentioned(token):
                placed = _placed(token)
                if actor.fields["gwcode"] is None or not (placed or actor.why.startswith("people")):
                    out.append(actor)
        return out

    def _above(self, word: Token) -> list[Finding]:
        """Return the subjects of the verb that a deed completes: "the group has gone on killing villagers"."""
        for token in [word, *word.ancestors][:6]:
            if token.dep_ in ("ccomp", "relcl", "ROOT", "parataxis"):
                return []
            if token.head.pos_ == "VERB":
                found = self._grammar.subjects(token.head)
                if found:
                    return found[:1]
        return []

    def _points_back(self, clause: Sequence[Token]) -> bool:
        """Return whether a clause points to an event just told: "that feud", "the attack", "killed in them"."""
        if not self._before or clause[0].i - self._at > 80:
            return False
        known = event_words()
        for token in clause:
            if token.lower_ in ("them", "it", "they") and token.dep_ in ("pobj", "nsubj", "nsubjpass", "dobj"):
                return True
            if lemma(token) in known["nouns"] and any(c.lower_ in _POINTING for c in token.children):
                return True
        return False
