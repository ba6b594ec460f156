"""What UCDP's list of actors says: an actor's number, who is a government, who entered which alliance or joined whom.

The list gives alliances without dates. An alliance of others cannot be older than the alliance itself, so two of its members
count as tied only from the first year in which it stands in the record under its own name.
"""

from __future__ import annotations

import re
from functools import cache

from aftershock.figures import load_table
from aftershock.streams.aliases import members

__all__ = ["alliances", "governments", "joined", "listed_name", "listed_names", "number_of", "split_side"]

_GOVERNMENT = 4  # org in UCDP's actor list


@cache
def _named() -> dict[str, tuple[int, ...]]:
    table = load_table("actors")
    found: dict[str, tuple[int, ...]] = {}
    for number, name in zip(table.actor_id.tolist(), table.name.str.strip().tolist(), strict=True):
        found[name] = (*found.get(name, ()), int(number))
    return found


@cache
def _locations() -> dict[int, frozenset[int]]:
    table = load_table("actors")
    return {
        int(number): frozenset(int(place) for place in re.findall(r"\d+", str(places)))
        for number, places in zip(table.actor_id.tolist(), table.gwno_locations.tolist(), strict=True)
    }


def listed_names() -> frozenset[str]:
    """Return every name in the list."""
    return frozenset(_named())


@cache
def _names() -> dict[int, str]:
    return {number: name for name, numbers in _named().items() for number in numbers}


def listed_name(number: int) -> str | None:
    """Return an actor's name in the list.

    Examples
    --------
    >>> listed_name(234)
    'IS'
    """
    return _names().get(number)


@cache
def governments() -> frozenset[int]:
    """Return the numbers of governments."""
    table = load_table("actors")
    return frozenset(int(number) for number in table.actor_id[table.org == _GOVERNMENT].tolist())


@cache
def split_side(side: str) -> tuple[str, ...]:
    """Return the actors of a side; a comma inside a name that the list holds as a whole parts nothing.

    Examples
    --------
    >>> split_side("Ahrar al-Sham, IS"), split_side("Interahamwe, ex-FAR")
    (('Ahrar al-Sham', 'IS'), ('Interahamwe, ex-FAR',))
    """
    side = side.strip()
    return (side,) if side in _named() else tuple(dict.fromkeys(part for part in members(side) if part))


def number_of(name: str, countries: frozenset[int] = frozenset()) -> int | None:
    """Return the number of a name, or None where the list has none, or several that the countries do not tell apart.

    Examples
    --------
    >>> number_of("IS"), number_of("UPC", frozenset({482})), number_of("UPC")
    (234, 5999, None)
    """
    found = _named().get(name.strip(), ())
    if len(found) > 1:
        found = tuple(number for number in found if _locations()[number] & countries)
    return found[0] if len(found) == 1 else None


@cache
def alliances() -> dict[int, frozenset[int]]:
    """Return the alliances that an actor entered, each an actor of its own.

    Examples
    --------
    >>> listed_name(min(alliances()[1170])), min(alliances()[1170])
    ('HTS', 6815)
    """
    return _column("alliance_ids")


@cache
def joined() -> dict[int, frozenset[int]]:
    """Return the actors that an actor joined."""
    return _column("group_ids")


def _column(name: str) -> dict[int, frozenset[int]]:
    table = load_table("actors")
    given = table[table[name].notna()]
    return {
        int(actor): frozenset(int(other) for other in re.findall(r"\d+", str(others)) if int(other) != actor)
        for actor, others in zip(given.actor_id.tolist(), given[name].tolist(), strict=True)
    }
