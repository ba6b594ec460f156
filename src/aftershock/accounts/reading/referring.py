"""Whom "it", "the group" or "the army" means: the nearest actor of the paragraph that fits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Finding, Reading
from aftershock.accounts.reading.relations.relation_words import lemma, words

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Referring", "home_of"]

_SUBJECTS = frozenset(["nsubj", "nsubjpass"])
_ONE = frozenset(["it", "its", "itself"])
_MANY = frozenset(["they", "them", "their", "themselves", "both", "two"])
_PERSON = frozenset(["he", "him", "his", "she", "her"])
_STATE_NOUNS = frozenset(["country", "kingdom", "republic", "state", "nation"])
_POINTERS = frozenset(["the", "this", "that", "these", "those", "its", "their", "both"])


class Referring:
    """The actors that words of an article without a name of their own may mean.

    Parameters
    ----------
    reading : Reading
        With its actors.
    heads : mapping of int to list of Finding
        The actors by the noun that stands for each.
    """

    def __init__(self, reading: Reading, heads: Mapping[int, list[Finding]]) -> None:
        self._heads = heads
        self._spoken = sorted(heads)
        self._doc = reading.doc
        self._home = home_of(reading.actors)
        self._begins = self._paragraphs(reading)
        self._cache: dict[int, list[Finding]] = {}
        self._subjects: dict[int, list[Finding]] = {}
        for sentence in reading.sentences:
            self._subjects[sentence.start] = self._subjects_of(sentence)

    def _paragraphs(self, reading: Reading) -> list[int]:
        begins = [0]
        for sentence in reading.sentences:
            between = reading.text[max(0, sentence.start_char - 2) : sentence.start_char]
            if "\n\n" in between:
                begins.append(sentence.start)
        return begins

    def _subjects_of(self, sentence: Iterable[Token]) -> list[Finding]:
        """Return the actors that are subjects of a sentence's main verb; pronouns stand for those of the one before."""
        found: list[Finding] = []
        for token in sentence:
            if token.dep_ in _SUBJECTS and token.head.dep_ in ("ROOT", "ccomp"):
                found += self._heads.get(token.i, [])
                found += [a for c in token.conjuncts for a in self._heads.get(c.i, [])]
                if not found and token.lower_ in _ONE | _MANY:
                    found += self.meant(token)
        return _unique(found)

    def _paragraph(self, at: int) -> int:
        return self._begins[max(0, bisect_right(self._begins, at) - 1)]

    def _mentions(self, first: int, last: int) -> list[int]:
        """Return the words that stand for actors between two, in order."""
        return self._spoken[bisect_left(self._spoken, first) : bisect_left(self._spoken, last)]

    def meant(self, token: Token) -> list[Finding]:
        """Return whom a pronoun or a description means; nobody where it is unsure."""
        if token.i not in self._cache:
            self._cache[token.i] = []  # no circle
            self._cache[token.i] = self._find(token)
        return self._cache[token.i]

    def _find(self, token: Token) -> list[Finding]:
        small = token.lower_
        if small in _ONE | _MANY:
            return self._pronoun(token)
        if small in _PERSON:
            return self._leader(token)
        return [] if token.pos_ == "PRON" else self._described(token)

    def _described(self, token: Token) -> list[Finding]:
        """Return whom a noun without a name means: "the group", "the army", "the country"."""
        word, known = lemma(token), words()
        named = any(c.i in self._heads and c.dep_ in ("amod", "compound", "poss") for c in token.children)
        if named or any(c.lower_ == "of" and c.dep_ == "prep" for c in token.children):
            return []  # "the militias of the east": said whose, not spoken of before
        pointed = any(c.lower_ in _POINTERS for c in token.children if c.i < token.i)
        if word in known["groups"] and pointed:
            return self._last(token, state=False)
        official = word in ("force", "authority") and _official(token)
        ruling = word in ("government", "regime", "junta") and pointed
        if word in known["state_forces"] or official or ruling:
            return self._state_around(token)
        return self._last(token, state=True) if word in _STATE_NOUNS and pointed else []

    def _pronoun(self, token: Token) -> list[Finding]:
        """Return the nearest subject before a pronoun: of the sentence, then of the one before in the paragraph."""
        if token.lower_ in ("both", "two"):
            return self.pair(token)
        sentence, verb = token.sent, token.head
        here = self._mentions(sentence.start, token.i)[-12:]
        subject = next((c.i for c in verb.children if c.dep_ in _SUBJECTS and c.i < token.i), -1)
        own = {subject} if token.dep_ not in (*_SUBJECTS, "poss") else set()
        near = [i for i in here if i not in own and self._doc[i].dep_ in (*_SUBJECTS, "appos")]
        near = near or [i for i in here if i not in own and self._doc[i].dep_ not in ("amod", "compound", "nmod")]
        if near:
            chosen = self._heads[near[-1]]
            joined = [a for c in self._doc[near[-1]].conjuncts for a in self._heads.get(c.i, [])]
            return _unique([*chosen, *joined]) if token.lower_ in _MANY else chosen[:1]
        return self._before(token)

    def _before(self, token: Token) -> list[Finding]:
        """Return the subjects of the sentence before, or its only actor."""
        start = token.sent.start
        if start == 0 or start <= self._paragraph(start):
            return []
        previous = self._doc[start - 1].sent
        found = self._subjects.get(previous.start, [])
        if found:
            return found if token.lower_ in _MANY else found[:1] if len(found) == 1 else []
        every = _unique(a for i in self._mentions(previous.start, previous.end) for a in self._heads[i])
        return every if len(every) == 1 else []

    def _leader(self, token: Token) -> list[Finding]:
        """Return the actor whose leader "he" is, if a leader was just spoken of."""
        first = max(self._paragraph(token.sent.start), token.sent.start - 60)
        for i in reversed(self._mentions(first, token.i)):
            found = [a for a in self._heads[i] if a.why.startswith("leader")]
            if found:
                return found[:1]
        return []

    def _last(self, token: Token, *, state: bool) -> list[Finding]:
        """Return the last state or armed group before; where a sentence names several, the one that is its subject."""
        spoken = self._mentions(max(0, token.i - 250), token.i)[-24:]
        fitting = [
            (i, [a for a in self._heads[i] if (a.fields["gwcode"] is not None) == state and _as_actor(a)])
            for i in spoken
        ]
        fitting = [(i, found) for i, found in fitting if found]
        if not fitting:
            return []
        last = self._doc[fitting[-1][0]].sent
        same = [(i, found) for i, found in fitting if i >= last.start]
        names = _unique(a for _, found in same for a in found)
        if len(names) == 1:
            return names
        leading = _unique(a for i, found in same if self._doc[i].dep_ in _SUBJECTS for a in found)
        return leading if len(leading) == 1 else []

    def _state_around(self, token: Token) -> list[Finding]:
        """Return the state whose war is told: the article's, else the only one of the paragraph up to here."""
        if self._home:
            return self._home
        first = max(self._paragraph(token.sent.start), token.i - 250)
        found = _unique(
            a for i in self._mentions(first, token.i)[-24:] for a in self._heads[i] if a.fields["gwcode"] is not None
        )
        return found if len(found) == 1 else []

    def follows(self, token: Token, before: int) -> bool:
        """Return whether a word stands in the sentence after another word's, in the same paragraph."""
        start = token.sent.start
        return start > self._paragraph(start) and before >= self._doc[start - 1].sent.start

    def pair(self, token: Token) -> list[Finding]:
        """Return the two that "they" or "the two factions" means: the last two actors spoken of together, or close by."""
        first = max(self._paragraph(token.sent.start), token.i - 150)
        if token.pos_ == "NOUN":  # "the two factions": named before, if not in this paragraph
            first = max(0, token.i - 250)
        by_sentence: dict[int, list[Finding]] = {}
        for i in self._mentions(first, token.i)[-30:]:
            by_sentence.setdefault(self._doc[i].sent.start, []).extend(self._heads[i])
        found: list[Finding] = []
        for start in sorted(by_sentence, reverse=True):
            found = _unique([*by_sentence[start], *found])
            groups = [a for a in found if a.fields["gwcode"] is None]
            if len(groups) == 2:
                return groups
            if len(found) == 2 and token.pos_ != "NOUN":
                return found
        return []


def _as_actor(actor: Finding) -> bool:
    return actor.fields["gwcode"] is None or actor.why.startswith(("state", "leader", "name", "demonym"))


def _official(token: Token) -> bool:
    return any(c.lower_ in ("government", "security", "state", "armed", "federal", "loyalist") for c in token.children)


def _unique(actors: Iterable[Finding]) -> list[Finding]:
    return list({a.fields["canonical"]: a for a in reversed(list(actors))}.values())[::-1]


def home_of(actors: Sequence[Finding]) -> list[Finding]:
    """Return a mention of the state whose war an article tells of: named half as often again as any other."""
    first: dict[int, Finding] = {}
    counts: Counter[int] = Counter()
    for actor in actors:
        if actor.fields["gwcode"] is not None:
            first.setdefault(actor.fields["gwcode"], actor)
            counts[actor.fields["gwcode"]] += 1
    ranked = counts.most_common(2)
    clear = ranked and (len(ranked) == 1 or 2 * ranked[0][1] >= 3 * ranked[1][1])
    return [first[ranked[0][0]]] if clear else []
