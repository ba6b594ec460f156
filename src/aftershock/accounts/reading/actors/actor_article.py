"""What is known of an article while its actors are told apart: its words, the places of names, the states it speaks of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aftershock.accounts.reading.actors.spotting import Place, Word
from aftershock.accounts.reading.finding import Reading

if TYPE_CHECKING:
    from spacy.tokens import Span

__all__ = ["STATE_ROLES", "Article", "count_states"]

STATE_ROLES = ("state", "adjective", "people")


@dataclass
class Article:
    """What is known of an article while its actors are told apart."""

    reading: Reading
    folded: str
    words: list[Word]
    places: list[Place]
    counts: Counter[int] = field(default_factory=Counter)
    told: list[tuple[int, int]] = field(default_factory=list)  # where a state is named, and which
    named: set[str] = field(default_factory=set)  # full names of leaders in it
    own: frozenset[str] = frozenset()  # names given with the call or defined in the article

    def near(self, start: int, wanted: frozenset[int]) -> int:
        """Return how near a state of those wanted is spoken of: 3 in the sentence, 2 most often, 1 anywhere, 0 not."""
        if not wanted & self.counts.keys():
            return 0
        sentence = self.sentence(start)
        first = bisect_left(self.told, (sentence[0], 0))
        last = bisect_left(self.told, (sentence[1], 0))
        if any(number in wanted for _, number in self.told[first:last]):
            return 3
        most = max(self.counts.values())
        return 2 if any(self.counts[number] == most for number in wanted) else 1

    def sentence(self, start: int) -> tuple[int, int]:
        """Return the bounds of the sentence that holds a place."""
        begins, ends = self._bounds()
        at = max(0, bisect_right(begins, start) - 1)
        return (begins[at], ends[at]) if begins else (0, len(self.folded))

    def _bounds(self) -> tuple[list[int], list[int]]:
        if not hasattr(self, "_cut"):
            found = [(s.start_char, s.end_char) for s in self.reading.sentences]
            self._cut = ([a for a, _ in found], [b for _, b in found])
        return self._cut

    def tokens(self, start: int, end: int) -> Span | None:
        """Return the parsed words of a place."""
        return self.reading.doc.char_span(start, end, alignment_mode="expand")


def count_states(article: Article) -> None:
    """Note which states an article speaks of, and which leaders it names in full."""
    last = 0
    for place in article.places:
        if place.start < last:
            continue
        last = place.end
        for name in place.names:
            if name.role in (*STATE_ROLES, "capital") or (name.role == "leader" and name.dated(article.reading.date)):
                if name.gwcode is not None:
                    article.counts[name.gwcode] += 1
                    article.told.append((place.start, name.gwcode))
                if name.role == "leader":
                    article.named.add(name.whose)
                break
    if article.counts[484] and not any(w.key in ("democratic", "kinshasa", "drc", "m23") for w in article.words):
        article.counts[484] += 1
