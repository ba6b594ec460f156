"""Who fought whom and on whose side in each year since 1989, from the embedded table of active dyads.

A dyad is in the table in each year and country in which it killed somebody, if it passed 25 deaths in any year at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product

from aftershock.actors.alliances.listing import alliances, governments, joined, number_of, split_side
from aftershock.actors.naming import is_government, split_dyad
from aftershock.figures import load_table

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "Key",
    "Pair",
    "Ties",
    "fights_of",
    "first_years",
    "key_of",
    "listed_pairs",
    "pair_of",
    "ties_of_years",
]

Key = int | str
"""An actor: UCDP's number, or the name where there is none."""
Pair = tuple[Key, Key]
FIRST_YEAR, LAST_YEAR = 1989, 2024


@dataclass(frozen=True)
class Ties:
    """Who fights whom and who sides with whom in a window of time.

    Parameters
    ----------
    hostile, sided : frozenset of pairs
        Pairs in the order of :func:`pair_of`. A pair whose evidence of the same kind speaks both ways is in neither.
    busy : frozenset of pairs
        Those that fought in the window, whatever else is said of them.
    fought : frozenset of pairs
        Those that fought before the window.
    places : dict
        The countries of each actor in the window, Gleditsch–Ward.
    states : frozenset
        Which actors are governments.
    """

    hostile: frozenset[Pair]
    sided: frozenset[Pair]
    busy: frozenset[Pair]
    fought: frozenset[Pair]
    places: dict[Key, frozenset[int]]
    states: frozenset[Key]


def pair_of(one: Key, two: Key) -> Pair:
    """Return two actors in a fixed order.

    Examples
    --------
    >>> pair_of("JAS", 234), pair_of(7, 3)
    ((234, 'JAS'), (3, 7))
    """
    return (one, two) if (isinstance(one, str), str(one)) < (isinstance(two, str), str(two)) else (two, one)


def key_of(name: str, countries: frozenset[int]) -> Key:
    """Return what an actor is known by across years."""
    number = number_of(name, countries)
    return name.strip() if number is None else number


@dataclass(frozen=True)
class _Record:
    year: int
    country: int
    sides: tuple[tuple[Key, ...], tuple[Key, ...]]


@cache
def _records() -> tuple[_Record, ...]:
    """Return every year, country and dyad of state-based and non-state violence."""
    table = load_table("dyad_country_year_1989_2024")
    table = table[(table.type_of_violence != 3) & table.dyad_name.notna()]
    found = []
    for year, country, name in zip(table.year.tolist(), table.gwcode.tolist(), table.dyad_name.tolist(), strict=True):
        here = frozenset({int(country)})
        one, two = (tuple(key_of(part, here) for part in split_side(side)) for side in split_dyad(name))
        found.append(_Record(int(year), int(country), (one, two)))
    return tuple(found)


@cache
def first_years() -> dict[Key, int]:
    """Return the first year in which each actor is in the table."""
    found: dict[Key, int] = {}
    for record in _records():
        for key in (*record.sides[0], *record.sides[1]):
            found[key] = min(record.year, found.get(key, record.year))
    return found


def listed_pairs(actors: Iterable[Key], seen: Iterable[Key] | None = None) -> dict[Pair, tuple[str, int]]:
    """Return the pairs that UCDP's list ties: what ties them, and the number of the alliance or group.

    Parameters
    ----------
    actors : iterable of Key
    seen : iterable of Key, optional
        Alliances known by then: two members of one that is not among them are not tied. None takes all.
    """
    numbers = sorted(key for key in set(actors) if isinstance(key, int))
    here = set(numbers)
    known = None if seen is None else set(seen)
    found: dict[Pair, tuple[str, int]] = {}
    inside: dict[int, list[int]] = {}
    for number in numbers:
        for other in sorted(joined().get(number, ())):
            if other in here:
                found[pair_of(number, other)] = ("joined", other)
        for other in sorted(alliances().get(number, ())):
            if other in here:
                found[pair_of(number, other)] = ("alliance", other)
            if known is None or other in known:
                inside.setdefault(other, []).append(number)
    for alliance, within in sorted(inside.items()):
        for one, two in combinations(within, 2):
            found.setdefault(pair_of(one, two), ("members", alliance))
    return found


def ties_of_years(first: int, last: int, *, listed: str = "dated") -> Ties:
    """Return the ties of a span of years, both ends included.

    Parameters
    ----------
    first, last : int
    listed : {"dated", "all", "none"}
        Alliances of UCDP's list: those whose alliance stood in the record by then, all, or none.
    """
    fights: set[Pair] = set()
    joint: set[Pair] = set()
    before: set[Pair] = set()
    places: dict[Key, set[int]] = {}
    for record in _records():
        if record.year > last:
            continue
        pairs = {pair_of(a, b) for a, b in product(*record.sides) if a != b}
        if record.year < first:
            before |= pairs
            continue
        fights |= pairs
        for side in record.sides:
            joint |= {pair_of(a, b) for a, b in combinations(side, 2)}
            for key in side:
                places.setdefault(key, set()).add(record.country)
    by_list: set[Pair] = set()
    if listed != "none":
        seen = None if listed == "all" else {key for key, year in first_years().items() if year <= last}
        by_list = set(listed_pairs(places, seen))
    states = {key for key in places if key in governments() or (isinstance(key, str) and is_government(key))}
    return Ties(
        hostile=frozenset(fights - joint),
        sided=frozenset((joint | by_list) - fights),
        busy=frozenset(fights),
        fought=frozenset(before),
        places={key: frozenset(each) for key, each in places.items()},
        states=frozenset(states),
    )


@cache
def fights_of(year: int) -> frozenset[Pair]:
    """Return the pairs that fought in a year."""
    return frozenset(
        pair_of(a, b) for record in _records() if record.year == year for a, b in product(*record.sides) if a != b
    )
