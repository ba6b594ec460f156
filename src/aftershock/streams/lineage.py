"""Which sides of the record count as one actor, what an actor is called, and which actors are kin.

UCDP keeps an actor's number through a change of name; ``previous_id`` in its list names the group that a splinter left.
Splinters often live beside that group, and fight it, so a tie in the list alone makes no successor.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np

from aftershock.contract import IntArray
from aftershock.errors import UsageError, nearest
from aftershock.figures import load_table
from aftershock.streams.aliases import alias_finder, entry_pattern, members
from aftershock.streams.rules import StreamRule

__all__ = ["Naming", "Sides", "is_civilians", "kin_pairs", "name_actors"]

_GOVERNMENT = 4  # org in UCDP's actor list


@dataclass(frozen=True)
class Sides:
    """The sides of the record, as UCDP numbers and writes them, and what was seen of them up to the day of choice.

    Parameters
    ----------
    ids : numpy.ndarray of int64, shape (k,)
        UCDP's numbers, ascending.
    names : tuple of str
        The name most events give each.
    spellings : tuple of tuple of str
        Every name each has in the record, that one first.
    events : numpy.ndarray of int64, shape (k,)
        Events seen.
    first, last : numpy.ndarray of int64, shape (k,)
        First and last day seen, days since 1970-01-01; without meaning where ``events`` is 0.
    opposed : frozenset of (int, int)
        Places of sides seen against each other.
    """

    ids: IntArray
    names: tuple[str, ...]
    spellings: tuple[tuple[str, ...], ...]
    events: IntArray
    first: IntArray
    last: IntArray
    opposed: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Naming:
    """The actor each side counts as.

    Parameters
    ----------
    actors : tuple of str
        One per side.
    aliased : tuple of bool
        Whether an alias, or ``others``, took the side in.
    merged : dict of str to tuple of str
        By lineage: an actor's name to the names of those it stands for besides.
    idle : tuple of str
        Entries of aliases that fit no side of the record.
    """

    actors: tuple[str, ...]
    aliased: tuple[bool, ...]
    merged: dict[str, tuple[str, ...]]
    idle: tuple[str, ...]


def is_civilians(name: str) -> bool:
    """Return whether a side is the victims of one-sided violence.

    Examples
    --------
    >>> is_civilians("Civilians"), is_civilians("Civilians (Syria)"), is_civilians("Civilian Joint Task Force")
    (True, True, False)
    """
    return name == "Civilians" or name.startswith("Civilians (")


@cache
def _ties() -> tuple[tuple[int, int, bool], ...]:
    """Return who is tied to whom in UCDP's list: an actor, another, and whether that is the group it left."""
    found = []
    table = load_table("actors")
    for column, left in (("previous_id", True), ("alliance_ids", False), ("group_ids", False)):
        given = table[table[column].notna()]
        for actor, others in zip(given.actor_id.tolist(), given[column].tolist(), strict=True):
            found += [
                (int(actor), int(other), left) for other in re.findall(r"\d+", str(others)) if int(other) != actor
            ]
    return tuple(sorted(found))


@cache
def _governments() -> frozenset[int]:
    table = load_table("actors")
    return frozenset(table.actor_id[table.org == _GOVERNMENT].tolist())


@cache
def _listed_names() -> frozenset[str]:
    return frozenset(load_table("actors").name.str.strip())


@cache
def _listed() -> dict[str, int]:
    """Return the number of each name that stands once in UCDP's list."""
    table = load_table("actors").drop_duplicates("name", keep=False)
    return dict(zip(table.name.str.strip().tolist(), table.actor_id.tolist(), strict=True))


def name_actors(sides: Sides, rule: StreamRule, chosen: int) -> Naming:
    """Return which actor each side counts as: by alias, else by lineage, else as itself.

    Parameters
    ----------
    sides : Sides
    rule : StreamRule
    chosen : int
        The day of choice, since 1970-01-01; nothing later is looked at.

    Raises
    ------
    UsageError
        An alias names somebody unknown to the record and to UCDP's list; the nearest is offered.
    """
    idle = _idle_entries(sides, rule)
    find = alias_finder(rule.aliases)
    merged = [next((m for s in each if (m := find(s)) is not None), None) for each in sides.spellings]
    if rule.others is not None:
        merged = [
            rule.others if name is None and not is_civilians(side) else name
            for name, side in zip(merged, sides.names, strict=True)
        ]
    aliased = tuple(name is not None for name in merged)
    own = _own_names(sides)
    heads = _heads(sides, rule, aliased, chosen)
    actors = [name if name is not None else own[heads[k]] for k, name in enumerate(merged)]
    united: dict[str, list[str]] = {}
    for k, head in enumerate(heads):
        if head != k:
            united.setdefault(own[head], []).append(own[k])
    return Naming(tuple(actors), aliased, {name: tuple(sorted(rest)) for name, rest in sorted(united.items())}, idle)


def _idle_entries(sides: Sides, rule: StreamRule) -> tuple[str, ...]:
    """Return the entries of aliases that fit nobody here, and refuse names that UCDP's list does not have either."""
    here = {name for each in sides.spellings for side in each for name in (side, *members(side))}
    idle = []
    for alias, entries in rule.aliases.items():
        for entry in entries:
            if entry in rule.aliases or any(map(entry_pattern((entry,)).fullmatch, here)):
                continue
            if "*" not in entry and entry not in _listed_names():
                raise UsageError(
                    "an alias must name actors of the record or of UCDP's list",
                    found=f"{entry!r} under {alias!r}",
                    fix=nearest(entry, here | _listed_names()),
                )
            idle.append(entry)
    return tuple(idle)


def _own_names(sides: Sides) -> list[str]:
    """Return a name per side; where sides share one, their numbers tell them apart, those not yet seen giving way."""
    seen = Counter(name for name, events in zip(sides.names, sides.events, strict=True) if events)
    known = Counter(sides.names)
    return [
        f"{name} (UCDP {number})" if (seen[name] if events else known[name]) > 1 else name
        for name, number, events in zip(sides.names, sides.ids.tolist(), sides.events, strict=True)
    ]


def _heads(sides: Sides, rule: StreamRule, aliased: tuple[bool, ...], chosen: int) -> list[int]:
    """Return for each side the place of the one that gives its group the name: the one with most events."""
    place = {number: k for k, number in enumerate(sides.ids.tolist()) if not aliased[k]}
    groups = {k: [k] for k in place.values()}
    of = {k: k for k in groups}
    free = set(place) - _governments()
    tied = [(place[a], place[b], left) for a, b, left in _ties() if a in free and b in free]
    unseen = np.iinfo(np.int64).max
    begin = [int(f) if n else unseen for f, n in zip(sides.first, sides.events, strict=True)]
    for a, b, left in sorted(tied, key=lambda t: (max(begin[t[0]], begin[t[1]]), t)) if rule.lineage != "none" else ():
        one, two = groups[of[a]], groups[of[b]]
        if one is two or any((j, k) in sides.opposed or (k, j) in sides.opposed for j in one for k in two):
            continue
        before, after = (two, one) if left else (one, two)  # a joins its ally, a splinter follows the group it left
        if rule.lineage == "kin" or _follows(sides, before, after, chosen, left=left):
            one += two
            for k in two:
                of[k] = of[a]
    heads = list(range(len(sides.ids)))
    for k, root in of.items():
        heads[k] = min(groups[root], key=lambda j: (-int(sides.events[j]), sides.names[j], j))
    return heads


def _follows(sides: Sides, before: list[int], after: list[int], chosen: int, *, left: bool) -> bool:
    """Return whether one group fell silent before the other began: in the record, and in the years of UCDP's dyads.

    A splinter not seen by the day of choice counts with the group it left, nobody else unseen with anybody.
    """
    if not any(sides.events[k] for k in after):
        return left and any(sides.events[k] for k in before)
    if not any(sides.events[k] for k in before):
        return False
    silent = max(int(sides.last[k]) for k in before if sides.events[k])
    begun = min(int(sides.first[k]) for k in after if sides.events[k])
    if silent >= begun:
        return False
    known = _year(chosen)
    years = [{y for k in group for y in _years(sides.names[k]) if y < known} for group in (before, after)]
    return all(y <= _year(begun) for y in years[0]) and all(y >= _year(silent) for y in years[1])


def _year(day: int) -> int:
    return int(np.datetime64(day, "D").astype("datetime64[Y]").astype(np.int64)) + 1970


@cache
def _years(name: str) -> frozenset[int]:
    """Return the years in which an actor took part in a dyad anywhere."""
    table = load_table("dyad_country_year_1989_2024")
    mine = table.dyad_name.str.startswith(f"{name} - ") | table.dyad_name.str.endswith(f" - {name}")
    return frozenset(table.year[mine].tolist())


def kin_pairs(sides: Sides, naming: Naming, actors: set[str]) -> tuple[tuple[str, str], ...]:
    """Return pairs of actors with a tie in UCDP's list, or a member in common, each in alphabetical order."""
    owners: dict[int | str, set[str]] = {}
    for k, (spellings, number, actor) in enumerate(
        zip(sides.spellings, sides.ids.tolist(), naming.actors, strict=True)
    ):
        if actor in actors and sides.events[k]:
            roots: set[int | str] = {number}
            roots |= {_listed().get(name, name) for side in spellings for name in members(side)}
            for root in roots:
                owners.setdefault(root, set()).add(actor)
    found = {(one, two) for group in owners.values() for one in group for two in group if one < two}
    for a, b, _ in _ties():
        found |= {
            (min(one, two), max(one, two)) for one in owners.get(a, ()) for two in owners.get(b, ()) if one != two
        }
    return tuple(sorted(found))
