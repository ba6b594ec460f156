"""Quantities: a number with what says how exact it is, its range, and whether it is money or a share of a hundred."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from aftershock.accounts.reading.figures.numbers import Number, Word, find_number, number_words, split_words

__all__ = ["Bound", "Quantity", "find_quantities"]

Bound = Literal["at least", "at most"]
_DASHES = ("-", "–", "—", "‑")
_LONGEST = 5  # words of an approximation


@dataclass(frozen=True)
class Quantity:
    """A quantity in a list of words.

    Parameters
    ----------
    first, last : int
        Its words with what says how exact it is: from ``first`` to before ``last``.
    core : int
        The first word of the number itself, or of its sign of money.
    value : float, optional
        None for a range.
    low, high : float, optional
    about : bool
        Whether it is said to be near the value, or a bound, or vague.
    bound : {"at least", "at most"}, optional
    sort : str
        As of the number: "digits", "words", "vague", "share", "ratio".
    unit : str, optional
        "percent", or a currency's name; None where a noun says what is counted.
    why : str
    """

    first: int
    core: int
    last: int
    value: float | None
    low: float | None = None
    high: float | None = None
    about: bool = False
    bound: Bound | None = None
    sort: str = "digits"
    unit: str | None = None
    why: str = "number"


@dataclass(frozen=True)
class _Amount:
    """A number, with its sign of money or of a share."""

    first: int
    last: int
    number: Number
    unit: str | None


@cache
def _phrases() -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str]]:
    """Return what may stand before a number and after it, as words, with what it says."""
    table = number_words()
    before, after = (
        {tuple(w.low for w in split_words(phrase)): kind for kind, phrases in table[side].items() for phrase in phrases}
        for side in ("before", "after")
    )
    return before, after


def find_quantities(words: list[Word], changes: frozenset[str] = frozenset()) -> list[Quantity]:
    """Return the quantities among words, in order; ``changes`` are words after which "from 3 to 5" is no range.

    Examples
    --------
    >>> words = split_words("between 300 and 400 men, up to 20-30% of them, and at least $2bn")
    >>> [(q.value, q.low, q.high, q.bound, q.unit) for q in find_quantities(words)]
    [(None, 300.0, 400.0, None, None), (None, 20.0, 30.0, 'at most', 'percent'),
     (2000000000.0, 2000000000.0, None, 'at least', 'dollars')]
    """
    out: list[Quantity] = []
    at = floor = 0
    while at < len(words):
        amount = _amount(words, at)
        if amount is None:
            at += 1
            continue
        found = _hedged(words, _ranged(words, amount, changes), floor)
        out.append(found)
        at = floor = max(found.last, at + 1)
    return out


def _low(words: list[Word], at: int) -> str:
    return words[at].low if 0 <= at < len(words) else ""


def _amount(words: list[Word], at: int) -> _Amount | None:
    """Return the amount that begins at a word: "$2bn", "US$ 5 million", "40 per cent", "300 euros"."""
    table = number_words()
    start, unit = at, None
    if words[at].text in table["codes"] and _low(words, at + 1) in table["money"]:
        unit, start = table["codes"][words[at].text], at + 2
    elif words[at].text in ("USD", "EUR", "GBP"):
        unit, start = table["codes"][words[at].text], at + 1
    elif words[at].low in table["money"]:
        unit, start = table["money"][words[at].low], at + 1
    if start >= len(words):
        return None
    number = find_number(words, start)
    if number is None:
        return None
    last = number.last
    if unit is None:
        after, skip = _unit_after(words, last)
        unit, last = after, last + skip
    return _Amount(at, last, number, unit)


def _unit_after(words: list[Word], at: int) -> tuple[str | None, int]:
    """Return a unit of money or share that follows, and its number of words."""
    table, word = number_words(), _low(words, at)
    if word in ("%", "percent", "pct"):
        return "percent", 1
    if word == "per" and _low(words, at + 1) in ("cent", "cents"):
        return "percent", 2
    if word == "percentage" and _low(words, at + 1) in ("point", "points"):
        return "percent", 2
    if word in table["currencies"] and word not in ("pound", "pounds", "mark", "marks", "won"):
        return word if word.endswith("s") or word in ("yen", "naira", "yuan", "baht") else f"{word}s", 1
    if word in ("u", "us", "canadian", "australian") and _low(words, at + 1) in ("dollars", "dollar"):
        return "dollars", 2
    return None, 0


def _ranged(words: list[Word], first: _Amount, changes: frozenset[str]) -> Quantity:
    """Return an amount, together with the second one of its range if there is one."""
    number, before, link = first.number, _low(words, first.first - 1), _low(words, first.last)
    single = Quantity(
        first.first, first.first, first.last, number.value, about=number.sort == "vague", sort=number.sort,
        unit=first.unit, why=f'number "{" ".join(w.text for w in words[number.first : number.last])}"',
    )  # fmt: skip
    if number.sort == "vague":
        single = replace(single, low=number.value)
    spoken = link == "to" or (link == "and" and before in ("between", "either")) or link == "or"
    dashed = link in _DASHES
    if not (spoken or dashed) or first.last + 1 >= len(words):
        return single
    second = _amount(words, first.last + 1)
    if second is None or (link == "to" and before == "from" and _changing(words, first.first - 1, changes)):
        return single
    low = _same_scale(words, first, second)
    high, sorts = second.number.value, {number.sort, second.number.sort}
    if (
        high <= low
        or (sorts & {"share", "vague", "ratio"} and len(sorts) > 1)
        or (first.unit and second.unit not in (None, first.unit))
    ):
        return single
    start = first.first - (before == "between" or (before == "from" and link == "to"))
    return replace(
        single, first=start, core=start, last=second.last, value=None, low=low, high=high,
        unit=second.unit or first.unit, why="range",
    )  # fmt: skip


def _same_scale(words: list[Word], first: _Amount, second: _Amount) -> float:
    """Return the first number of a range in the scale of the second: the 2 of "2 to 3 million"."""
    table, low = number_words(), first.number.value
    last = _low(words, second.number.last - 1)
    scale = table["scales"].get(last) or (table["suffixes"].get(last) if second.number.scaled else None) or 1
    if not first.number.scaled and low < 1000 and low * scale < second.number.value:
        return float(low * scale)
    return float(low)


def _changing(words: list[Word], at: int, changes: frozenset[str]) -> bool:
    return any(_low(words, k) in changes for k in range(max(at - 6, 0), at))


def _hedged(words: list[Word], found: Quantity, floor: int) -> Quantity:
    """Return a quantity together with the words around it that say how exact it is."""
    before, after = _phrases()
    for _ in range(3):
        for size in range(min(_LONGEST, found.first - floor), 0, -1):
            kind = before.get(tuple(w.low for w in words[found.first - size : found.first]))
            if kind is not None and _is_hedge(words, found, size):
                found = _with(replace(found, first=found.first - size), kind)
                break
        else:
            break
    for size in range(min(4, len(words) - found.last), 0, -1):
        kind = after.get(tuple(w.low for w in words[found.last : found.last + size]))
        if kind is not None and not (
            size == 1 and words[found.last].low == "odd" and _low(words, found.last + 1) == "one"
        ):
            return _with(replace(found, last=found.last + size), kind)
    return found


def _is_hedge(words: list[Word], found: Quantity, size: int) -> bool:
    """Tell "about 300 men" from "talks about three villages": before a small number in words the place is meant."""
    word = words[found.first - size].low
    if size > 1 or word not in ("about", "around", "over", "under", "above", "below", "near", "still", "only", "even"):
        return True
    small = found.sort == "words" and (found.value or 100) < 10 and found.unit is None
    return not small or word in ("only", "still", "even")


def _with(found: Quantity, kind: str) -> Quantity:
    if kind == "at least":
        return replace(found, about=True, bound="at least", low=found.value if found.low is None else found.low)
    if kind == "at most":
        return replace(found, about=True, bound="at most", high=found.value if found.high is None else found.high)
    return replace(found, about=found.about or kind == "about")
