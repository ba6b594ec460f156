"""Where in a text known names stand: whole words, longest first, in time that grows with the text alone."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aftershock.accounts.reading.actors.names import Name

__all__ = ["Index", "Place", "Word", "fold", "words_of"]

_WORD = re.compile(r"[A-Za-z0-9]+(?:'(?!s\b)[A-Za-z0-9]+)*")
_BETWEEN = re.compile(r"(?:[ \t]?\n?[ \t]?|[-/.']|' |\. |\.-| ?& ?)\Z")
_FREE = frozenset(["al", "el", "ul", "ash", "as", "the"])
_PLAIN = str.maketrans("ıłøđß‘’‚‛ʼʻ`´“”‐‑‒–—", "ilods''''''''\"\"-----")


@dataclass(frozen=True)
class Word:
    """A word of a text: as it stands there folded, and its place."""

    text: str
    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """Names that may stand at a place, and the numbers of the first word and of the one after the last."""

    start: int
    end: int
    first: int
    after: int
    names: tuple[Name, ...]


def fold(text: str) -> str:
    """Return a text without accents, quotes straight, dashes short; as long as before.

    Examples
    --------
    >>> fold("Séléka’s Erdoğan")
    "Seleka's Erdogan"
    """
    text = text.translate(_PLAIN)
    if text.isascii():
        return text
    kinds: dict[str | int, str | int | None] = {
        c: unicodedata.normalize("NFD", c)[0] for c in set(text) if not c.isascii() and c.isalpha()
    }
    return text.translate(str.maketrans(kinds))


def words_of(folded: str) -> list[Word]:
    """Return the words of a folded text; a possessive's "s" is a word of its own."""
    return [Word(m[0], m[0].replace("'", "").lower(), m.start(), m.end()) for m in _WORD.finditer(folded)]


def _same_case(wanted: str, found: str) -> bool:
    if wanted.islower() or wanted.lower() in _FREE or wanted.isdigit():
        return True
    if wanted.isupper():
        return found == wanted
    return found[0].isupper() and (found[1:].islower() or found[1:].isupper() or found == wanted or "'" in found)


class Index:
    """Names by their words.

    Examples
    --------
    >>> index = Index([Name("South Sudan", "state", "", 626), Name("Sudan", "state", "", 625)])
    >>> [(p.start, p.end) for p in index.places("South Sudan and Sudan's army", words_of("South Sudan and Sudan's army"))]
    [(0, 11), (6, 11), (16, 21)]
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[tuple[str, ...], list[Name]] = defaultdict(list)
        self._longest: dict[str, int] = {}
        self._parts: dict[str, tuple[str, ...]] = {}
        for name in names:
            self.add(name)

    def add(self, name: Name) -> None:
        """Take up a name."""
        found = words_of(fold(name.text))
        if not found:
            return
        key = tuple(word.key for word in found)
        self._parts[name.text] = tuple(word.text for word in found)
        self._names[key].append(name)
        self._longest[key[0]] = max(self._longest.get(key[0], 0), len(key))

    def places(self, folded: str, words: Sequence[Word]) -> list[Place]:
        """Return every place where a name stands, its letters' size right, from the left, longer ones first."""
        joined = [bool(_BETWEEN.match(folded[a.end : b.start])) for a, b in pairwise(words)]
        out = []
        for i, word in enumerate(words):
            longest = self._longest.get(word.key, 0)
            reach = i + 1
            while reach < min(i + longest, len(words)) and joined[reach - 1]:
                reach += 1
            for j in range(reach, i, -1):
                names = self._names.get(tuple(w.key for w in words[i:j]))
                if names:
                    good = tuple(n for n in names if self._fits(n, folded, words[i:j]))
                    if good:
                        end = words[j - 1].end
                        end += good[0].text.endswith(".") and folded[end : end + 1] == "."
                        out.append(Place(word.start, end, i, j, good))
        return out

    def _fits(self, name: Name, folded: str, found: Sequence[Word]) -> bool:
        if not all(_same_case(a, b.text) for a, b in zip(self._parts[name.text], found, strict=True)):
            return False
        dots = [folded[a.end : b.start].startswith(".") for a, b in pairwise(found)]
        if "." in name.text and name.text.replace(".", "").isupper():
            return all(dots)
        return not any(dot and len(word.text) > 2 for dot, word in zip(dots, found, strict=False))
