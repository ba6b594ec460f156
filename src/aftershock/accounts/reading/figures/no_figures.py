"""Numbers that count nothing: dates and ages, names, labels, scores, pronouns."""

from __future__ import annotations

import re

from aftershock.accounts.reading.figures.around import Around, listed
from aftershock.accounts.reading.figures.dates_and_ages import age, date, time, year
from aftershock.accounts.reading.figures.numbers import Word
from aftershock.accounts.reading.figures.quantities import Quantity

__all__ = ["why_no_figure"]

_CALIBRE = re.compile(r"(?:mm|cm|millimetre|millimeter|calibre|caliber)$")
_ROMAN = re.compile(r"[IVXLC]{2,}$")
_SIGNS = ("/", ":", "#", "@", "_", "\\", "°", "№", "§", "©", "*")
_OPENING = ('"', "'", "“", "‘", ":", "—", ".", "?", "!", "(", "-", "*", "–")


def why_no_figure(words: list[Word], found: Quantity, *, headline: bool = False) -> str | None:
    """Return what a quantity is if it counts nothing, None if it counts something.

    Parameters
    ----------
    words : list of Word
        Of its sentence.
    found : Quantity
    headline : bool
        Whether most words of the sentence begin with a capital.

    Examples
    --------
    >>> from aftershock.accounts.reading.figures.numbers import split_words
    >>> from aftershock.accounts.reading.figures.quantities import find_quantities
    >>> words = split_words("On 17 October 2016 the M23 took 5 villages, said Sara, 41, of Group of Seven, page 7.")
    >>> [why_no_figure(words, found) for found in find_quantities(words)]
    ['date', 'year', 'name', None, 'age', 'name', 'label']
    """
    if found.unit is not None:
        return None
    around = Around(words, found, headline=headline)
    rules = (_joined_before, _joined_after, date, year, time, age, _label, _name, _listed, _pronoun)
    return next((why for rule in rules if (why := rule(around))), None)


def _joined_before(a: Around) -> str | None:
    """Name what is joined to letters or signs before it: "M23", "F-16", "9/11", "+44"."""
    before, further = a.before(), a.before(2)
    if before is None or not a.glued_before:
        return "telephone number" if a.digits and a.low(-1) == "+" else None
    if before.text.isalnum() or before.text in _SIGNS:
        return "name"
    if before.text in "+'’" and a.digits:
        return "telephone number" if before.text == "+" else "year"
    joined = before.text in "-–.," and further is not None and further.end == before.start
    if not joined or further is None or not (a.digits or further.text[:1].isupper()):
        return None
    return "name" if further.text[:1].isalpha() else "score"


def _joined_after(a: Around) -> str | None:  # noqa: PLR0911 - one sign a line
    """Name what is joined to letters or signs after it: "20th", "122mm", "1990s", "3-1", "one-sided"."""
    after, beyond = a.after(), a.after(1)
    if after is None or not a.glued_after:
        return None
    if after.low in listed("ordinals") or (after.low == "s" and a.digits):
        return "ordinal"
    if _CALIBRE.match(after.low) or after.text in _SIGNS or (a.digits and re.fullmatch("[A-Z]", after.text)):
        return "name"
    if beyond is None or beyond.start != after.end:
        return None
    if after.text in "'’" and beyond.low == "s":
        return "year" if a.digits else "pronoun"
    if after.text in "-–" and beyond.text[:1].isdigit():
        return "score"
    if after.text in "-‑":
        return _compound(a, beyond)
    return "name" if after.text == "." and beyond.text[:1].isalnum() else None


def _compound(a: Around, beyond: Word) -> str | None:
    """Name what a number makes in a compound: "12-year-old", "three-star", "twenty-first"; None for "300-strong"."""
    if beyond.low.rstrip("s") in ("year", "month", "week", "day") and (a.low(2) == "-" or a.low(2).startswith("old")):
        return "age"
    calibre = _CALIBRE.match(beyond.low)
    measured = beyond.low in listed("compounds") | listed("measures")
    return "name" if calibre else None if measured else "compound"


def _label(a: Around) -> str | None:
    """Name what a number labels: "page 7", "Resolution 2254", "World War Two", "Densus 88", a house in a street."""
    before, word = a.before(), a.low(-1)
    if word == "." and a.low(-2) in ("no", "nr", "p", "pp", "vol", "art", "sec"):
        return "label"
    if a.digits and a.capital(0) and a.capital(1) and a.low(1) in listed("streets"):
        return "address"
    if before is None or a.found.first != a.found.core:
        return None
    counts = a.low(0).isalpha() and a.low(0) not in listed("no_nouns")
    small = word in listed("small_labels") and not (word in listed("doubtful_labels") and not a.capital(-1) and counts)
    great = a.capital(-1) and word in listed("labels") and (a.found.core > 1 or a.digits)
    bare = (
        a.digits
        and a.capital(-1)
        and a.found.core > 1
        and not a.headline
        and a.low(0) in (",", ".", ";", ":", ")", "", "'")
    )
    named = bare and word not in listed("months") and a.value < 10000
    return "label" if small or great or named or word in ("v", "vs") or _ROMAN.match(before.text) else None


def _name(a: Around) -> str | None:
    """Name numbers in words with a capital: "Group of Seven", "the Big Three", "Six Day War"."""
    if a.headline or not a.own[0].text[:1].isupper():
        group = a.low(-1) == "of" and a.digits and a.low(-2) == "group" and a.capital(-2)
        return "name" if group else None
    opening = a.found.core == 0 or a.low(-1) in _OPENING or (a.found.core == 1 and not a.low(-1).isalnum())
    if a.found.sort == "words" and not opening:
        return "name"
    great = a.capital(0) and a.value < 10 and a.low(0).endswith(("power", "powers", "eyes", "day", "war", "sisters"))
    return "name" if great else None


def _listed(a: Around) -> str | None:
    """Name the number of an item of a list: "1. The siege"."""
    first = a.found.core == 0 and a.digits and a.value < 100
    return "list number" if first and a.low(0) in (".", ")") and len(a.words) > 3 else None


def _pronoun(a: Around) -> str | None:
    """Name "one" and "two" that stand for a person or a side, and halves of a time: "one of them", "the two do not"."""
    if a.found.sort == "share":
        of_time = a.low(-1) in ("first", "second", "latter", "last", "other") or a.leading() in (
            "first",
            "second",
            "latter",
        )
        hedged = a.hedged and a.words[a.found.first].low == "the"
        return "half" if a.own[0].low == "half" and (of_time or hedged) else None
    if a.found.sort != "words" or a.hedged:
        return None
    noun, after, before = a.low(0)[:1].isalpha(), a.low(0), a.low(-1)
    if a.found.value == 1 and len(a.own) == 1:
        alone = not noun or after in listed("not_units") | listed("after_one")
        return "pronoun" if alone or before in listed("before_one") else None
    two = a.found.value is not None and a.value <= 5 and before in listed("before_two")
    return "pronoun" if two and (not noun or after in listed("not_units") | listed("after_two")) else None
