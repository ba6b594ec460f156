"""A quantity with the words beside it."""

from __future__ import annotations

from functools import cache

from aftershock.accounts.reading.figures.numbers import Word
from aftershock.accounts.reading.figures.quantities import Quantity
from aftershock.accounts.reading.lexicons import read_lexicon

__all__ = ["Around", "listed"]


@cache
def listed(entry: str) -> frozenset[str]:
    """Return the words of an entry of ``lexicon/figures.yaml``."""
    return frozenset(read_lexicon("figures")[entry])


class Around:
    """A quantity with the words beside it.

    Parameters
    ----------
    words : list of Word
        Of its sentence.
    found : Quantity
    headline : bool
        Whether most words of the sentence begin with a capital.
    """

    def __init__(self, words: list[Word], found: Quantity, *, headline: bool) -> None:
        self.words, self.found, self.headline = words, found, headline
        first = words[found.first].low
        self.hedged = found.first != found.core and first not in ("between", "from", "the", "still")
        self.own = words[found.core : found.last]
        self.digits = self.own[0].text[:1].isdigit()
        self.value = found.value if found.value is not None else found.high or 0.0

    def before(self, back: int = 1) -> Word | None:
        """Return a word before the number itself."""
        at = self.found.core - back
        return self.words[at] if at >= 0 else None

    def after(self, ahead: int = 0) -> Word | None:
        """Return a word after the quantity, 0 the next."""
        at = self.found.last + ahead
        return self.words[at] if at < len(self.words) else None

    def low(self, place: int) -> str:
        """Return a word in small letters: -1 the one before the number, 0 the one after the quantity; "" past an end."""
        word = self.before(-place) if place < 0 else self.after(place)
        return word.low if word else ""

    def capital(self, place: int) -> bool:
        """Tell whether a word there begins with a capital."""
        word = self.before(-place) if place < 0 else self.after(place)
        return word is not None and word.text[:1].isupper()

    def leading(self, back: int = 1) -> str:
        """Return a word before all of the quantity, what says how exact it is included."""
        at = self.found.first - back
        return self.words[at].low if at >= 0 else ""

    @property
    def glued_before(self) -> bool:
        """Whether no blank stands before the number."""
        before = self.before()
        return before is not None and before.end == self.own[0].start

    @property
    def glued_after(self) -> bool:
        """Whether no blank stands after it."""
        after = self.after()
        return after is not None and after.start == self.own[-1].end
