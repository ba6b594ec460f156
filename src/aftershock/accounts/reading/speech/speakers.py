"""Who speaks: the fullest name by which an article knows the one whom a noun, a title or a pronoun stands for."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.marks import inside, quoted_pieces
from aftershock.accounts.reading.speech.nouns import core_phrase, described, is_name, last_of_name, name_after_titles
from aftershock.accounts.reading.speech.roster import CAPITAL, Roster, is_human

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Cast", "Person"]

_SUBJECTS = ("nsubj", "nsubjpass", "agent")
_ALIAS = re.compile(
    r"[^,;.\"]{0,60},? (?:who(?:m|se)?|that|and) (?:\w+ ){0,4}?(?:gave|gives|asked|wanted|call(?:ed|s)?|identified|named|"
    r"wished|requested|goes|went)\b[^;.\"]{0,60}?\b(?:as|call(?:ed)?|by|name[ds]?)"
    rf"(?: (?:only|just|simply|him|her|himself|herself|the name))* ({CAPITAL}(?: {CAPITAL})*)"
)
"""Whom an article knows by another name: "a fighter, who gave his name only as Abu Omar"."""
_OWN_NAME = re.compile(
    r"\b(?:call(?:s|ed)? (?:him|her)self|(?:gave|gives) (?:his|her) name(?: only)? as|(?:goes|went) by(?: the name(?: of)?)?|"
    rf"introduced (?:him|her)self as) ({CAPITAL}(?: {CAPITAL})*)"
)
_HE, _SHE = frozenset({"he", "him", "his", "himself"}), frozenset({"she", "her", "hers", "herself"})
_IT, _THEY = frozenset({"it", "its", "itself"}), frozenset({"they", "them", "their", "themselves"})
_REACH = 1500
"""Characters back from a pronoun within which the one it stands for is looked for."""


@dataclass(frozen=True)
class Person:
    """Somebody or something that was named in the subject of a sentence, or beside it.

    Parameters
    ----------
    at : int
        Place in the text.
    name : str
    female : bool, optional
        None where nothing tells.
    number : {"one", "many", "body"}
        A body is an "it" or a "they": an organisation, a government, a report.
    subject : bool
    """

    at: int
    name: str
    female: bool | None
    number: str
    subject: bool


class Cast:
    """Everybody an article names, and whom its pronouns and titles stand for."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._pieces = quoted_pieces(reading)
        self._roster = Roster(reading)
        self._people: list[Person] = []
        self._pronouns: dict[int, str | None] = {}
        self._read_subjects()

    @classmethod
    def of(cls, reading: Reading) -> Cast:
        """Return the cast of an article, made once."""
        store = reading.doc.user_data
        if "cast" not in store:
            store["cast"] = cls(reading)
        cast: Cast = store["cast"]
        return cast

    def name(self, token: Token) -> str | None:
        """Return who or what a subject stands for; None where the article does not say."""
        low = token.lower_
        if low in _HE | _SHE | _IT | _THEY:
            return self._pronoun(token)
        if low in (
            "i",
            "we",
            "you",
            "one",
            "me",
            "us",
            "this",
            "that",
            "which",
            "who",
            "what",
            "there",
            "whom",
        ) and not (low == "one" and any(c.dep_ in ("prep", "appos") for c in token.children)):
            return None
        if token.pos_ == "PRON" and low not in ("one", "those", "some", "others"):
            return None
        token = last_of_name(token)
        mates = [
            c for c in token.conjuncts if c.i > token.i and c.pos_ in ("NOUN", "PROPN") and not _verb_between(token, c)
        ]
        told = [self._single(token), *(self._single(mate) for mate in mates)]
        return " and ".join(dict.fromkeys(t for t in told if t)) or None

    def is_person(self, name: str) -> bool:
        """Tell whether a name or description was one person's."""
        return any(person.name == name and person.number == "one" for person in self._people[-400:])

    def _single(self, token: Token) -> str | None:
        first, last = core_phrase(token)
        phrase = token.doc[first:last].text
        if is_name(token) or (token.text[:1].isupper() and not token.is_sent_start):
            return self._named(token, phrase)
        for mate in token.children:
            if (
                mate.dep_ == "appos"
                and token.tag_ == "NN"
                and token.lower_ != "one"
                and is_name(mate)
                and mate.ent_type_ not in ("GPE", "LOC", "DATE")
            ):
                return self._named(mate, mate.doc[slice(*core_phrase(mate))].text)
        alias = _ALIAS.match(token.doc.text, token.idx + len(token), min(token.sent.end_char, token.idx + 200))
        if alias:
            return self._roster.fullest(alias[1], token.idx)
        role = self._roster.by_role(token, phrase)
        if role:
            return role
        if token.lower_ in ("one", "two", "others", "some"):
            mate = next((c for c in token.children if c.dep_ == "appos" and c.pos_ == "NOUN"), token)
            return described(mate)
        return described(token)

    def _named(self, token: Token, phrase: str) -> str | None:
        title, name = name_after_titles(phrase)
        if not name:
            return self._roster.by_role(token, phrase) or described(token)
        if token.ent_type_ not in ("GPE", "NORP") or title:
            full = self._roster.fullest(name, token.idx)
            if full != name:
                return full
        if title and len(name.split()) == 1 and re.search(r"[A-Z]", title):
            kept = [
                w
                for w in title.split()
                if w.strip(".") in words("names", "titles") and w.strip(".") not in ("Mr", "Mrs", "Ms", "Miss")
            ]
            return " ".join([*kept, name])
        if not set(name.split()) & words("names", "bodies"):
            return name
        whole = described(token)
        tail = whole[whole.find(name) + len(name) :] if name in whole else ""
        return (
            name + tail
            if tail.startswith((" of ", " for ")) and re.match(r" (?:of|for) (?:the )?[A-Z]", tail) and not title
            else name
        )

    def _read_subjects(self) -> None:
        """Note who is named, sentence by sentence, so that pronouns can be followed back."""
        speech = words("attribution", "speech", "quote", "thought")
        for token in self._reading.doc:
            subject = token.dep_ in _SUBJECTS
            if token.pos_ not in ("NOUN", "PROPN", "PRON") or inside(self._pieces, token.idx):
                continue
            if token.lower_ in _HE | _SHE | _THEY | _IT:
                name = self._pronoun(token)
                if subject and name:
                    self._people.append(self._person(token, name, subject=True))
                continue
            if token.pos_ == "PRON":
                continue
            speaks = subject and token.head.lemma_.lower() in speech
            named = (
                is_name(token) and token.dep_ not in ("compound", "poss") and token.ent_type_ not in ("DATE", "TIME")
            )
            if token.lower_ in words("names", "nobody"):
                continue
            known = named and (
                token.ent_type_ == "PERSON"
                or self._roster.knows(token.text)
                or (token.i > 0 and token.nbor(-1).text.strip(".") in words("names", "titles"))
            )
            if speaks or (subject and (is_name(token) or token.ent_type_ or is_human(token))) or known:
                name = self._single(token)
                if name:
                    self._people.append(self._person(token, name, subject=subject))
            if is_human(token) and any(c.lower_ in ("a", "an") for c in token.children):
                self._roster.recall(token, self._single(token) or "")

    def _person(self, token: Token, name: str, *, subject: bool) -> Person:
        low = token.lower_
        if low in _HE | _SHE:
            return Person(token.idx, name, low in _SHE, "one", subject)
        if low in _IT | _THEY:
            return Person(token.idx, name, None, "body" if low in _IT else "many", subject)
        parts = {p.strip(".,").lower() for p in token.doc[slice(*core_phrase(token))].text.split()}
        female = self._roster.female.get(name)
        if female is None and parts & {w.lower() for w in words("names", "women")}:
            female = True
        elif female is None and parts & {w.lower() for w in words("names", "men")}:
            female = False
        body = low in words("names", "plural") | words("names", "documents") or token.text in words("names", "bodies")
        state = token.ent_type_ in ("GPE", "ORG", "NORP") and not self._roster.knows(name.rsplit(maxsplit=1)[-1])
        many = token.tag_ in ("NNS", "NNPS") or " and " in name
        if not many and not body and not state and not is_name(token) and not is_human(token):
            body = True
        return Person(token.idx, name, female, "many" if many else "body" if body or state else "one", subject)

    def _pronoun(self, token: Token) -> str | None:
        if token.i not in self._pronouns:
            self._pronouns[token.i] = self._look_back(token)
        return self._pronouns[token.i]

    def _look_back(self, token: Token) -> str | None:
        low = token.lower_
        called = token.dep_ == "nsubj" and token.head.lemma_ in ("call", "name", "give", "go", "introduce")
        own = _OWN_NAME.search(token.doc.text, token.idx, min(token.sent.end_char, token.idx + 120)) if called else None
        if own:
            return self._roster.fullest(own[1], token.idx)
        at = bisect_left(self._people, token.idx, key=lambda person: person.at)
        near = [p for p in self._people[max(0, at - 60) : at] if p.at > token.idx - _REACH]
        if low in _HE | _SHE:
            wanted = low in _SHE
            fits = [p for p in near if p.number == "one" and p.female in (wanted, None)]
            sure = [p for p in fits if p.female is wanted]
        else:
            wanted_numbers = ("body",) if low in _IT else ("many", "body")
            fits = [p for p in near if p.number in wanted_numbers]
            sure = []
        if not fits:
            return None
        chosen = self._nearest(fits, token)
        if low in _SHE and sure and chosen.female is None:
            chosen = self._nearest(sure, token)
        if low in _HE | _SHE and chosen.female is None and " " in chosen.name and chosen.name[0].isupper():
            self._roster.female[chosen.name] = low in _SHE
        return chosen.name

    def _nearest(self, people: list[Person], token: Token) -> Person:
        """Return the subject of the nearest sentence that has one, else the last named in it."""
        start = token.sent.start_char
        here = [p for p in people if p.at >= start and p.subject]
        if here:
            return here[-1]
        before = [p for p in people if p.at < start] or people
        last = before[-1].at
        nearest = self._reading.doc.char_span(last, last + 1, alignment_mode="expand")
        sentence = nearest.sent.start_char if nearest is not None else last
        return next((p for p in before if p.at >= sentence and p.subject), before[-1])


def _verb_between(first: Token, last: Token) -> bool:
    between = first.doc[first.i + 1 : last.i]
    return any(t.pos_ in ("VERB", "AUX", "SCONJ") for t in between) or len(between) > 14
