"""Which armed actor was active in which country and year, from the embedded table of dyads; governments are kept apart.

A dyad is in the table in each year and country in which it cost a life, if it ever passed 25 deaths in a year. One-sided
violence counts as activity. Countries are VIEWS countries; Yugoslavia counts as Serbia.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.alliances.listing import listed_name, number_of, split_side
from aftershock.actors.naming import is_government, split_dyad
from aftershock.contract import BoolArray, IntArray
from aftershock.figures import countries, load_table, neighbours

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Presence", "adjacency", "presence", "region_of"]

FIRST_YEAR, LAST_YEAR = 1989, 2024
_OLD_STATES = {345: 340}
_PARENTS = {
    626: 625, 531: 530, 860: 850, 347: 340, 341: 340, 344: 340, 346: 340, 343: 340, 349: 340,
    **dict.fromkeys((359, 366, 367, 368, 369, 370, 371, 372, 373, 701, 702, 703, 704, 705), 365),
}  # fmt: skip
"""States that came out of another after 1988: who had been active in that one before counts as having been in both."""
_COMMUNAL = (2, 3)  # org in UCDP's list: supporters of a party, a community
_HOME_NAMES = {  # governments whose country goes by another name among VIEWS's
    "Bosnia-Herzegovina": "Bosnia and Herzegovina", "Ivory Coast": "Cote d'Ivoire", "Gambia": "The Gambia",
    "Serbia": "Serbia", "Yugoslavia": "Serbia", "DR Congo": "Congo, DRC", "Russia": "Russia",
    "United States of America": "United States", "North Macedonia": "Macedonia",
}  # fmt: skip


@dataclass(frozen=True)
class Presence:
    """Activity of every armed actor that is not a government.

    Parameters
    ----------
    actors : tuple of str
        Names; two actors of one name carry UCDP's number.
    active : numpy.ndarray of bool, shape (a, c, y)
        Whether the actor was active in the country in the year; countries in the order of ``countries()``.
    entered : numpy.ndarray of int64, shape (a, c)
        First year of activity there; 9999 where there was none.
    been : numpy.ndarray of bool, shape (a, c, y)
        Whether it had been active there by the end of that year, or in the state that the country was then part of.
    exists : numpy.ndarray of bool, shape (c, y)
        Whether the country was a state at the end of the year.
    dyads : numpy.ndarray of int64, shape (a, y)
        Dyads times countries it was active in.
    state_based, violent : numpy.ndarray of bool, shape (c, y)
        Whether the country had any state-based dyad, any dyad at all.
    joint : numpy.ndarray of int64, shape (a, a)
        First year in which two actors are known to be tied, by standing on one side of a dyad or, both seen, by UCDP's
        list; 9999 where never.
    opposed : numpy.ndarray of bool, shape (a, a, y)
        Whether two actors were the sides of a dyad.
    opposed_states : numpy.ndarray of bool, shape (a, c, y)
        Whether the actor was in a dyad with that country's government, anywhere.
    communal : numpy.ndarray of bool, shape (a,)
        Communities and supporters of parties, not formally organised groups.
    """

    actors: tuple[str, ...]
    active: BoolArray
    entered: IntArray
    been: BoolArray
    exists: BoolArray
    dyads: IntArray
    state_based: BoolArray
    violent: BoolArray
    joint: IntArray
    opposed: BoolArray
    opposed_states: BoolArray
    communal: BoolArray


@dataclass(frozen=True)
class _Entry:
    """A row of the table, read: country and year by place, type, and the armed actors and states of both sides."""

    country: int
    year: int
    kind: int
    sides: tuple[tuple[str, ...], tuple[str, ...]]
    states: tuple[tuple[int, ...], tuple[int, ...]]


@cache
def _places() -> dict[int, int]:
    return {int(number): k for k, number in enumerate(countries().gwcode)}


@cache
def _home(government: str) -> int | None:
    """Return the country of a government by name, as a place among the countries."""
    bare = re.sub(r"\s*\(.*?\)", "", government.removeprefix("Government of ")).strip()
    names = {str(name).lower(): k for k, name in enumerate(countries().name)}
    inside = re.search(r"\((.*?)\)", government)
    tried = [bare, _HOME_NAMES.get(bare, ""), inside[1] if inside else ""]
    return next((names[name.lower()] for name in tried if name.lower() in names), None)


@cache
def _key(name: str, gwcode: int) -> str:
    """Return what an actor is called here: several of one name are told apart by their countries in UCDP's list."""
    number = number_of(name, frozenset({gwcode}))
    if number is None or number_of(name) is not None or listed_name(number) is None:
        return name
    return f"{name} (UCDP {number})"


def _entries() -> list[_Entry]:
    table = load_table("dyad_country_year_1989_2024").dropna(subset=["dyad_name"])
    found = []
    for gwcode, year, kind, name in zip(
        table.gwcode.tolist(),
        table.year.tolist(),
        table.type_of_violence.tolist(),
        table.dyad_name.tolist(),
        strict=True,
    ):
        sides: list[tuple[str, ...]] = []
        states: list[tuple[int, ...]] = []
        for side in split_dyad(str(name)):
            parts = split_side(side) if side not in ("", "Civilians") else ()
            homes = [_home(part) for part in parts if is_government(part)]
            states.append(tuple(home for home in homes if home is not None))
            sides.append(tuple(_key(part, int(gwcode)) for part in parts if not is_government(part)))
        place = _places()[_OLD_STATES.get(int(gwcode), int(gwcode))]
        found.append(_Entry(place, int(year) - FIRST_YEAR, int(kind), (sides[0], sides[1]), (states[0], states[1])))
    return found


@cache
def presence() -> Presence:
    """Return who was active where and when.

    Examples
    --------
    >>> who = presence()
    >>> names = countries().name
    >>> sorted(names[who.active[who.actors.index("LRA")].any(axis=1)])
    ['Central African Republic', 'Congo, DRC', 'South Sudan', 'Sudan', 'Uganda']
    """
    entries = _entries()
    actors = tuple(sorted({actor for entry in entries for side in entry.sides for actor in side}))
    place = {actor: k for k, actor in enumerate(actors)}
    a, c, y = len(actors), len(countries()), LAST_YEAR - FIRST_YEAR + 1
    active, states = np.zeros((a, c, y), bool), np.zeros((a, c, y), bool)
    opposed, joint = np.zeros((a, a, y), bool), np.full((a, a), 9999)
    dyads = np.zeros((a, y), np.int64)
    kinds = np.zeros((c, y, 4), bool)
    for entry in entries:
        year = entry.year
        kinds[entry.country, year, entry.kind] = True
        one, two = ([place[actor] for actor in side] for side in entry.sides)
        for mine, theirs, foreign in ((one, two, entry.states[1]), (two, one, entry.states[0])):
            active[mine, entry.country, year] = True
            dyads[mine, year] += 1
            opposed[np.ix_(mine, theirs, [year])] = True
            states[np.ix_(mine, list(foreign), [year])] = True
            for k in mine:
                for other in mine:
                    if k != other:
                        joint[k, other] = min(joint[k, other], FIRST_YEAR + year)
    _list_ties(actors, active, joint)
    entered = np.where(active.any(axis=2), FIRST_YEAR + active.argmax(axis=2), 9999)
    since = (countries().exists_from.to_numpy(np.int64) - 1) // 12 + 1980
    exists = since[:, None] <= np.arange(FIRST_YEAR, LAST_YEAR + 1)
    return Presence(
        actors, active, entered, _been(active, since), exists, dyads, kinds[:, :, 1],
        np.asarray(kinds.any(axis=2)), joint, opposed, states, _communal(actors),
    )  # fmt: skip


def _been(active: BoolArray, since: IntArray) -> BoolArray:
    been = np.logical_or.accumulate(active, axis=2)
    for child, parent in _PARENTS.items():
        one, two = _places()[child], _places()[parent]
        before = been[:, two, max(int(since[one]) - FIRST_YEAR, 0)]
        been[:, one] |= before[:, None]
    return been


def _number(actor: str) -> int | None:
    found = re.search(r" \(UCDP (\d+)\)$", actor)
    return int(found[1]) if found else number_of(actor)


def _communal(actors: tuple[str, ...]) -> BoolArray:
    table = load_table("actors")
    org = dict(zip(table.actor_id.tolist(), table.org.tolist(), strict=True))
    return np.array([org.get(_number(actor) or -1) in _COMMUNAL for actor in actors])


def _list_ties(actors: tuple[str, ...], active: BoolArray, joint: IntArray) -> None:
    """Add the ties of UCDP's list, which has no dates: from the first year in which both had been seen."""
    table = load_table("actors")
    place = {number: k for k, actor in enumerate(actors) if (number := _number(actor)) is not None}
    seen = FIRST_YEAR + active.any(axis=1).argmax(axis=1)
    for column in ("previous_id", "alliance_ids", "group_ids"):
        given = table[table[column].notna()]
        for number, others in zip(given.actor_id.tolist(), given[column].tolist(), strict=True):
            for other in map(int, re.findall(r"\d+", str(others))):
                if number in place and other in place and number != other:
                    i, j = place[number], place[other]
                    joint[i, j] = joint[j, i] = min(joint[i, j], max(seen[i], seen[j]))


@cache
def adjacency() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which countries border each other, and which lie one country apart, as 0 and 1, shape (c, c).

    Borders across an ocean (of French Guiana) do not count: an actor in France is no nearer to Brazil.
    """
    place = {int(number): k for k, number in enumerate(countries().country_id)}
    beside = np.zeros((len(place), len(place)), np.int64)
    for number, others in neighbours().items():
        beside[place[number], [place[other] for other in others]] = 1
    over_sea = (region_of()[:, None] == 0) != (region_of() == 0)
    beside[over_sea] = 0
    near = ((beside @ beside) > 0).astype(np.int64)
    near[beside > 0] = 0
    np.fill_diagonal(near, 0)
    return beside, near


@cache
def region_of() -> IntArray:
    """Return the part of the world of each country by its Gleditsch–Ward number.

    0 Americas, 1 Europe, 2 Africa south of the Sahara, 3 North Africa and the Middle East, 4 Asia and the Pacific.
    """
    return np.searchsorted(np.array([200, 400, 600, 700]), countries().gwcode.to_numpy(np.int64), side="right")
