"""Whom an article names: full names, the offices that go with them, and what tells a woman from a man."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aftershock.accounts.reading.finding import Reading
from aftershock.accounts.reading.lexicons import words
from aftershock.accounts.reading.speech.nouns import (
    core_phrase,
    described,
    is_name,
    name_after_titles,
    role_before_name,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["CAPITAL", "Roster", "is_human", "plain_tail"]

CAPITAL = r"(?:(?:[Aa]l|[Ee]l|[Aa]d|[Aa]s|[Aa]t|[Aa]r|[Aa]n)-)?[A-Z\u00c0-\u00de\u0130\u015e](?:[\w'\u2019\u00c0-\u024f-]+|\.)"
"""A word of a name, as a pattern."""
_FULL = re.compile(
    rf"(?<![\w'-]){CAPITAL}(?: (?:(?:al|el|bin|ibn|ben|von|van|der|de|da|dos|du|la|ul|wal) )*{CAPITAL}){{1,6}}"
)
_NO_PERSON = ("GPE", "NORP", "LOC", "FAC", "DATE", "EVENT", "LANGUAGE", "WORK_OF_ART", "LAW")
_OWN = re.compile(r"(?:the|this|that|his|her|its|their) ", re.I)
_RANKS = frozenset({"deputy", "former", "prime", "foreign"})


class Roster:
    """The names, offices and descriptions of an article.

    Parameters
    ----------
    reading : Reading
    """

    def __init__(self, reading: Reading) -> None:
        self._full: dict[str, list[tuple[int, str]]] = {}
        self._roles: dict[str, list[tuple[int, str, str]]] = {}
        self.female: dict[str, bool] = {}
        self._read_names(reading)
        self._read_roles(reading)

    def knows(self, word: str) -> bool:
        """Tell whether a word is part of a full name."""
        return plain_tail(word) in self._full

    def fullest(self, name: str, at: int) -> str:
        """Return the fullest name known for a surname, a first name or a full name."""
        parts = name.split()
        options = self._full.get(plain_tail(parts[-1]), []) if parts else []
        fuller = [
            (place, full)
            for place, full in options
            if set(map(plain_tail, parts)) <= set(map(plain_tail, full.split()))
        ]
        if not fuller:
            return name
        before = [full for place, full in fuller if place <= at] or [fuller[0][1]]
        last = before[-1] if len(parts) == 1 else max(before, key=len)
        same = [
            full
            for full in before
            if plain_tail(full.split()[-1]) == plain_tail(last.split()[-1]) and set(last.split()) <= set(full.split())
        ]
        return max([last, *same], key=len)

    def by_role(self, token: Token, phrase: str) -> str | None:
        """Return whom "the Turkish president" or "the general" was said to be."""
        if token.tag_ not in ("NN", "NNP") or not _OWN.match(phrase):
            return None
        capitals = set(re.findall(r"[A-Z][\w.-]+", phrase[phrase.index(" ") :]))
        plain = set(phrase.lower().split()[1:-1])
        found = None
        for at, name, text in self._roles.get(token.lower_, []):
            if at >= token.idx:
                continue
            known = {w.lower() for w in text.split()}
            if capitals <= set(re.findall(r"[A-Z][\w.-]+", text)) and plain & _RANKS <= known:
                found = name
        return found

    def recall(self, token: Token, name: str) -> None:
        """Let "the diplomat" stand later for "a Western diplomat"."""
        if re.match(r"an? ", name) and token.tag_ == "NN":
            self._roles.setdefault(token.lower_, []).append((token.idx, name, name))

    def _read_names(self, reading: Reading) -> None:
        text, doc = reading.text, reading.doc
        labels = {i: t.ent_type_ for t in doc if t.ent_type_ for i in (t.idx,)}
        bodies = words("names", "bodies")
        for found in _FULL.finditer(text):
            start, parts = found.start(), found[0].split()
            while parts and parts[0] in words("names", "stops"):
                start += len(parts[0]) + 1
                parts = parts[1:]
            title, name = name_after_titles(" ".join(parts))
            parts = name.split()
            if len(parts) < 2 or any(p.strip(".,'") in bodies for p in parts):
                continue
            kinds = {labels.get(found.start() + i) for i in range(len(found[0])) if found.start() + i in labels}
            if not title and "PERSON" not in kinds and kinds & set(_NO_PERSON):
                continue
            self._add_name(found.end() - len(name), re.sub(r"['’]s$", "", name), title)

    def _add_name(self, at: int, name: str, title: str) -> None:
        parts = name.split()
        for key in {plain_tail(parts[-1]), *(plain_tail(p) for p in parts[:-1] if len(p) > 3)}:
            self._full.setdefault(key, []).append((at, name))
        told = set(re.findall(r"\w+", title)) | {parts[0]}
        if told & (words("names", "women") | words("names", "women_names")) or parts[0] == "Umm":
            self.female[name] = True
        elif told & words("names", "men"):
            self.female[name] = False
        role = role_before_name(title)
        if role:
            self._roles.setdefault(role, []).append((at, name, title))

    def _read_roles(self, reading: Reading) -> None:
        """Learn offices and callings from what stands in apposition: "Rasool, a military spokesman"."""
        for token in reading.doc:
            if token.dep_ != "appos" or token.head.i > token.i:
                continue
            name, role = (token.head, token) if is_name(token.head) else (token, token.head)
            if not is_human(role) or role.tag_ != "NN":
                continue
            if not is_name(name) or is_name(role) or name.ent_type_ in ("GPE", "DATE", "NORP", "LOC"):
                continue
            known = name_after_titles(name.doc[slice(*core_phrase(name))].text)[1]
            if known:
                full = self.fullest(known, name.idx)
                self._roles.setdefault(role.lower_, []).append((name.idx, full, described(role)))
                if role.lower_ in words("names", "women", "men"):
                    self.female.setdefault(full, role.lower_ in words("names", "women"))
        for entries in self._roles.values():
            entries.sort(key=lambda entry: entry[0])


def is_human(token: Token) -> bool:
    """Tell whether a common noun in the singular stands for a person."""
    low = token.lower_
    if token.tag_ != "NN" or low in words("names", "things"):
        return False
    return low in words("names", "women", "men", "people") or low.endswith(("er", "or", "ist", "ian", "man", "woman"))


def plain_tail(word: str) -> str:
    """Return a word of a name as it is compared: "al-Abadi" is "abadi"."""
    return re.sub(r"^(?:al|el|ad|as|at|ar|an)-|['’]s?$|[.,]", "", word.lower())
