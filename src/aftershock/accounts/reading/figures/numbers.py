"""Numbers in digits and in words: what they are worth, how exact they are, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aftershock.accounts.reading.lexicons import read_lexicon

__all__ = ["Number", "Word", "find_number", "number_words", "split_words"]

Sort = Literal["digits", "words", "vague", "share", "ratio"]
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]|_")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$")
_DIGITS = re.compile(r"\d+(?:\.\d+)?$")


@dataclass(frozen=True)
class Word:
    """A word, a number in digits or a sign: its place, its letters as written and small."""

    start: int
    end: int
    text: str
    low: str


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text.

    Parameters
    ----------
    first, last : int
        Its words: from ``first`` to before ``last``.
    value : float
    sort : str
        "digits", "words"; "vague": dozens, several hundred; "share": a third; "ratio": one in ten.
    scaled : bool
        Whether it holds a scale word: "3 million" does.
    """

    first: int
    last: int
    value: float
    sort: Sort
    scaled: bool = False


def number_words() -> Mapping[str, Any]:
    """Return the words of number, as ``lexicon/numbers.yaml`` holds them."""
    return read_lexicon("numbers")


def split_words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Return words, numbers and signs with their places.

    Examples
    --------
    >>> [word.text for word in split_words("some 1,200 men (5km off)")]
    ['some', '1,200', 'men', '(', '5', 'km', 'off', ')']
    """
    found = _WORD.finditer(text, start, len(text) if end is None else end)
    return [Word(m.start(), m.end(), m[0], m[0].lower()) for m in found]


class _Walk:
    """The words from a place on; past the end there are empty ones."""

    def __init__(self, words: list[Word], at: int) -> None:
        self.words, self.at = words, at

    def low(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.words[place].low if 0 <= place < len(self.words) else ""

    def close(self, ahead: int = 0) -> bool:
        """Whether a word follows the one before it without a space."""
        place = self.at + ahead
        return 0 < place < len(self.words) and self.words[place].start == self.words[place - 1].end

    def are(self, *wanted: str) -> bool:
        return all(self.low(k) == word for k, word in enumerate(wanted))


def find_number(words: list[Word], at: int) -> Number | None:
    """Return the number that begins at a word, the longest there is; None if none does.

    Examples
    --------
    >>> def value(text):
    ...     found = find_number(split_words(text), 0)
    ...     return found and found.value
    >>> value("two and a half million"), value("a quarter of a million"), value("tens of thousands")
    (2500000.0, 250000.0, 10000.0)
    >>> value("1.5m people"), value("three hundred and twenty men"), value("a third of them")
    (1500000.0, 320.0, 0.3333)
    """
    walk = _Walk(words, at)
    for read in (_fraction_of_scale, _vague, _ratio, _share, _cardinal):
        walk.at = at
        found = read(walk)
        if found is not None:
            value, sort, scaled = found
            return Number(at, walk.at, value, sort, scaled)
    return None


_Parsed = tuple[float, Sort, bool]


def _fraction_of_scale(walk: _Walk) -> _Parsed | None:
    """Read "half a million", "a quarter of a million", "three quarters of a million", "half a dozen"."""
    table = number_words()
    many = 1.0
    if walk.low() in ("a", "one"):
        walk.at += 1
    elif walk.low() in table["ones"] and walk.low(1) in ("quarters", "thirds"):
        many = table["ones"][walk.low()]
        walk.at += 1
    part = walk.low()
    if part not in ("half", "quarter", "quarters", "third", "thirds"):
        return None
    walk.at += 1
    if part == "half" and walk.low() == "-" and walk.low(1) in ("million", "billion", "dozen"):
        walk.at += 2
        return 0.5 * table["scales"][walk.low(-1)], "words", True
    if walk.low() == "of":
        walk.at += 1
    if walk.low() not in ("a", "one"):
        if part != "half" or walk.low() not in ("million", "billion", "trillion"):
            return None
    else:
        walk.at += 1
    scale = table["scales"].get(walk.low())
    if scale is None:
        return None
    walk.at += 1
    value = many * scale * table["parts"][part]
    return (float(round(value)) if part.startswith("third") else value), "words", True


def _vague(walk: _Walk) -> _Parsed | None:
    """Read "dozens", "tens of thousands", "several hundred", "a few dozen", "a couple of thousand", "a handful"."""
    table = number_words()
    vague, scales = table["vague"], table["scales"]
    if walk.low() in vague:
        value = float(vague[walk.low()])
        walk.at += 1
        if walk.low() == "of" and vague.get(walk.low(1), 0) >= 100:
            value = (10.0 if value in (10, 24) else value) * vague[walk.low(1)]
            walk.at += 2
        elif value == 10:  # "tens" counts nothing by itself
            return None
        return value, "vague", True
    article = walk.low() in ("a", "the", "these", "those", "his", "their", "its", "last")
    walk.at += article
    if walk.low() in ("couple", "pair") and article:
        walk.at += 1
        return _scaled_by(walk, 2.0)
    if walk.low() == "handful" and article:
        walk.at += 1
        return 5.0, "vague", False
    if walk.low() in table["several"]:
        few = walk.low() in ("several", "few", "many")
        walk.at += 1
        scale = scales.get(walk.low())
        if scale and few:
            walk.at += 1
            value = 24.0 if scale == 12 else float(scale)
            if scale in (100, 12, 1000) and scales.get(walk.low(), 0) >= 1000:
                value *= scales[walk.low()]
                walk.at += 1
            return value, "vague", True
    return None


def _scaled_by(walk: _Walk, value: float) -> _Parsed:
    """Read the scale after "a couple": "a couple of thousand"."""
    scales = number_words()["scales"]
    ahead = 1 if walk.low() == "of" else 0
    if walk.low(ahead) in scales:
        walk.at += ahead + 1
        return value * scales[walk.low(-1)], "vague", True
    return value, "vague", False


def _ratio(walk: _Walk) -> _Parsed | None:
    """Read "one in ten", "nine out of ten", "3 in 4"."""
    first = _simple(walk)
    if first is None:
        return None
    if walk.are("out", "of"):
        walk.at += 2
    elif walk.low() == "in":
        walk.at += 1
        if walk.low() == "every":
            walk.at += 1
    else:
        return None
    begun = walk.at
    second = _simple(walk)
    year = (
        walk.words[begun].text.isdigit() and second is not None and second >= 1000 if begun < len(walk.words) else False
    )
    month = second is not None and second > 100 and first > 1 and walk.low(-1).isdigit()
    if second is None or second <= first or second < 2 or year or month:
        return None
    if walk.low() in (
        "hours",
        "days",
        "weeks",
        "months",
        "years",
        "minutes",
        "attacks",
    ):  # "two in three days" counts twice
        return None
    return round(first / second, 4), "ratio", False


def _simple(walk: _Walk) -> float | None:
    """Read a bare number below a hundred in words, or any in digits."""
    table, word = number_words(), walk.low()
    value: float | None = table["ones"].get(word, table["tens"].get(word))
    if value is None and _DIGITS.match(word):
        value = float(word)
    if word == "every":
        return None
    if value is not None:
        walk.at += 1
    return value


def _share(walk: _Walk) -> _Parsed | None:
    """Read "a third", "two thirds", "three-quarters", "half": as a share of something."""
    table = number_words()
    parts, many = table["parts"], 1.0
    if walk.low() == "half":
        walk.at += 1
        return 0.5, "share", False
    if walk.low() in ("a", "one"):
        walk.at += 1
    elif walk.low() in table["ones"] or walk.low() in ("2", "3", "4"):
        many = float(table["ones"].get(walk.low()) or walk.low())
        walk.at += 1
        if many < 2 or walk.low(1 if walk.low() == "-" else 0)[-1:] != "s":
            return None
    else:
        return None
    if walk.low() == "-":
        walk.at += 1
    part = walk.low()
    if part not in parts or (many > 1) != part.endswith("s"):
        return None
    walk.at += 1
    value = many * parts[part]
    return (0.6667 if part == "thirds" and many == 2 else round(value, 4)), "share", False


def _cardinal(walk: _Walk) -> _Parsed | None:
    """Read digits or words: "5,000", "1.5m", "two hundred", "a dozen", "two and a half million"."""
    word = walk.low()
    if word[:1].isdigit():
        return _digits(walk)
    return _spelled(walk)


def _digits(walk: _Walk) -> _Parsed | None:
    table, word = number_words(), walk.low()
    if _GROUPED.match(word):
        value = float(word.replace(",", ""))
    elif _DIGITS.match(word):
        value = float(word)
    elif re.fullmatch(r"\d+,\d{1,2}", word) and walk.low(1) in table["scales"]:  # a decimal comma
        value = float(word.replace(",", "."))
    else:
        return None
    walk.at += 1
    scaled = False
    while word.isdigit() and len(word) <= 3 and re.fullmatch(r"\d{3}", walk.low()) and _one_blank(walk):  # "10 000"
        value, scaled = value * 1000 + float(walk.low()), True
        walk.at += 1
    if walk.close() and walk.low() in table["suffixes"]:
        value *= table["suffixes"][walk.low()]
        walk.at += 1
        return value, "digits", True
    if walk.low() == "-" and walk.low(1) in ("million", "billion", "trillion"):
        walk.at += 1
    while walk.low() in table["scales"] and walk.low() != "score":
        value *= table["scales"][walk.low()]
        walk.at += 1
        scaled = True
    return value, "digits", scaled


def _one_blank(walk: _Walk) -> bool:
    before, here = walk.words[walk.at - 1], walk.words[walk.at]
    return here.start == before.end + 1


def _spelled(walk: _Walk) -> _Parsed | None:
    """Read a number in words, by adding up until a word does not fit."""
    table = number_words()
    ones, tens, scales = table["ones"], table["tens"], table["scales"]
    total = current = 0.0
    biggest = 0.0  # the last scale, for "a million and a half"
    room = 10**15  # what may still be added must be smaller than the last word
    begun = scaled = False
    if walk.low() in ("a", "an") and walk.low(1) in scales and walk.low(1) != "score":
        walk.at += 1
        current, begun = 1.0, True
    while True:
        skip = 1 if begun and walk.low() == "-" and walk.close() and walk.close(1) else 0
        if begun and biggest and walk.low() == "and" and (walk.low(1) in ones or walk.low(1) in tens):
            skip = 1
        word = walk.low(skip)
        value = ones.get(word, tens.get(word))
        if value is not None and value < room and (not skip or walk.low() == "and" or value < 10):
            current += value
            room = 10 if word in tens else 0 if value < 20 else room
            begun = True
        elif begun and word in scales and (word != "score") and (not skip or scales[word] >= 1000):
            scale = float(scales[word])
            base = current or 1.0
            current, total = (base * scale, total) if scale in (100, 12) else (0.0, total + base * scale)
            biggest, scaled, room = scale, True, 100 if scale == 100 else 1000
            if scale == 12:
                walk.at += skip + 1
                break
        else:
            break
        walk.at += skip + 1
    if not begun or (walk.low(-1) == "and"):
        return None
    return _and_a_half(walk, total + current, biggest, scaled=scaled)


def _and_a_half(walk: _Walk, value: float, scale: float, *, scaled: bool) -> _Parsed:
    """Read what may follow: "two and a half (million)", "a million and a half"."""
    joined = walk.low() == "-" and walk.are("-", "and", "-", "a", "-", "half")
    if joined or walk.are("and", "a", "half"):
        walk.at += 6 if joined else 3
        value += 0.5 * (scale or 1.0)
        after = number_words()["scales"].get(walk.low())
        if after and not scale:
            walk.at += 1
            return value * after, "words", True
    return value, "words", scaled
