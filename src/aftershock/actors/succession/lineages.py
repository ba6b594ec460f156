"""Actors as UCDP lists them: in which years each was active, whom it left, whom it joined, and who came out of it.

Years come from the table of dyads, by name, because the table's numbers are not paired with its names where a country had
several dyads in a year. Ties come from UCDP's list of actors 22.1, so a group that first appeared after 2021 has none.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from aftershock.actors.naming import find_actor, split_dyad
from aftershock.errors import UsageError, nearest
from aftershock.figures import load_table
from aftershock.months import year_runs
from aftershock.streams.aliases import members
from aftershock.streams.lineage import is_civilians

__all__ = [
    "FIRST_YEAR",
    "LAST_LISTED",
    "LAST_YEAR",
    "Lineage",
    "Tie",
    "lineages",
    "listed_actor",
    "successors",
]

FIRST_YEAR, LAST_YEAR = 1989, 2024  # of the table of dyads
LAST_LISTED = 2021  # the last year whose new groups UCDP's list 22.1 can know
GOVERNMENT, FORMAL = 4, 1  # org in UCDP's list: a government; a formally organised group

# Names of GED 25.1 that the list 22.1 has otherwise, each by the number of a dyad that both know.
RENAMED = {
    "JAS": 1051, "FDLR-FOCA": 528, "RMDC": 6684, "PCJSS": 285, "ASWJ": 7032, "FARC-EMC": 7013,
    "FARC - Segunda Marquetalia": 7013, "SPLM/A - IO - Kitgwang": 8201, "SPLM/A-North - MA": 6792,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lineage:
    """One actor of UCDP's list that is not a government.

    Parameters
    ----------
    number : int
        UCDP's number.
    name : str
    formal : bool
        Whether it is a formally organised group, and not supporters of a party or a community.
    locations : tuple of int
        Gleditsch–Ward numbers of the countries UCDP lists it in.
    left, joined, allied : tuple of int
        Groups it split from, groups it joined, alliances it is part of.
    dyads : dict of int to frozenset of (str, int, int)
        By year in which it was active: its dyads' names, their types of violence, and the countries (Gleditsch–Ward).
    """

    number: int
    name: str
    formal: bool
    locations: tuple[int, ...]
    left: tuple[int, ...]
    joined: tuple[int, ...]
    allied: tuple[int, ...]
    dyads: dict[int, frozenset[tuple[str, int, int]]]

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which it was active, ascending."""
        return tuple(sorted(self.dyads))


@dataclass(frozen=True)
class Tie:
    """A group in which an actor may go on.

    Parameters
    ----------
    successor : Lineage
    kind : {"splinter", "joined", "allied"}
        It split from the actor; the actor joined it; the actor is part of it.
    through : str
        The group it split from, where that is not the actor itself but came out of it; else empty.
    """

    successor: Lineage
    kind: str
    through: str = ""

    def says(self, actor: str, until: int = LAST_YEAR) -> str:
        """Return the tie in words, with the years of activity up to one year."""
        name = self.successor.name
        words = {
            "splinter": f"UCDP lists {name} as a splinter of {self.through or actor}",
            "joined": f"UCDP lists {actor} as having joined {name}",
            "allied": f"UCDP lists {actor} as part of the alliance {name}",
        }[self.kind]
        if self.through:
            words += f", which came out of {actor}"
        years = [year for year in self.successor.years if year <= until]
        return f"{words}; active {year_runs(years)}" if years else f"{words}; no year of activity since {FIRST_YEAR}"


def _numbers(text: object) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)) if isinstance(text, str) else ()


@cache
def lineages() -> dict[int, Lineage]:
    """Return every actor of UCDP's list that is not a government, by its number.

    Examples
    --------
    >>> actor = lineages()[538]
    >>> actor.name, year_runs(actor.years)
    ('GIA', '1992–2004')
    """
    active = _activity()
    table = load_table("actors")
    columns = ("actor_id", "org", "name", "gwno_locations", "previous_id", "group_ids", "alliance_ids")
    found = {}
    for number, org, name, places, *ties in zip(*(table[column].tolist() for column in columns), strict=True):
        if org != GOVERNMENT:
            left, joined, allied = (tuple(other for other in _numbers(text) if other != number) for text in ties)
            found[number] = Lineage(
                number, name.strip(), org == FORMAL, _numbers(places), left, joined, allied, active.get(number, {})
            )
    return found


def _activity() -> dict[int, dict[int, frozenset[tuple[str, int, int]]]]:
    """Return by actor and year its dyads and their types, every side's name looked up in UCDP's list."""
    listed = load_table("actors")
    by_name: dict[str, list[tuple[int, frozenset[int]]]] = {}
    for number, name, places in zip(listed.actor_id, listed.name.str.strip(), listed.gwno_locations, strict=True):
        by_name.setdefault(name, []).append((int(number), frozenset(_numbers(places))))
    rows = load_table("dyad_country_year_1989_2024").dropna(subset=["dyad_name"])
    seen: dict[int, dict[int, set[tuple[str, int, int]]]] = {}
    for dyad, country, year, kind in zip(rows.dyad_name, rows.gwcode, rows.year, rows.type_of_violence, strict=True):
        for side in split_dyad(dyad.strip()):
            for name in (side,) if side in by_name else members(side):
                if name and not is_civilians(name):
                    for number in _of_name(name, int(country), by_name):
                        seen.setdefault(number, {}).setdefault(int(year), set()).add(
                            (dyad.strip(), int(kind), int(country))
                        )
    return {number: {year: frozenset(d) for year, d in years.items()} for number, years in seen.items()}


def _of_name(name: str, country: int, by_name: dict[str, list[tuple[int, frozenset[int]]]]) -> list[int]:
    """Return the number of a name; where two actors share it, of the one listed in that country, or none."""
    if name in RENAMED:
        return [RENAMED[name]]
    known = by_name.get(name, [])
    here = [number for number, places in known if country in places]
    return [known[0][0]] if len(known) == 1 else here if len(here) == 1 else []


@cache
def _splinters() -> dict[int, tuple[int, ...]]:
    """Return the groups that list each actor as one they split from."""
    found: dict[int, list[int]] = {}
    for number, lineage in lineages().items():
        for before in lineage.left:
            found.setdefault(before, []).append(number)
    return {before: tuple(sorted(after)) for before, after in found.items()}


@cache
def successors(number: int) -> tuple[Tie, ...]:
    r"""Return the groups in which an actor may go on: its splinters and theirs to any depth, what it joined, its alliances.

    Governments are none. Each group stands once, by its nearest tie.

    Examples
    --------
    >>> print(*(tie.says("MNLF") for tie in successors(275) if tie.successor.name in ("MILF", "BIFM")), sep="\n")
    UCDP lists MILF as a splinter of MNLF; active 1990, ...
    UCDP lists BIFM as a splinter of MILF, which came out of MNLF; active 2011–2016
    """
    known = lineages()
    own = known[number]
    found: dict[int, Tie] = {}
    line = [number]
    for before in line:  # grows as splinters of splinters are found
        for after in _splinters().get(before, ()):
            if after not in line and after not in own.left:
                line.append(after)
                found[after] = Tie(known[after], "splinter", known[before].name if before != number else "")
    for kind, others in (("joined", own.joined), ("allied", own.allied)):
        for other in others:
            if other in known:
                found.setdefault(other, Tie(known[other], kind))
    return tuple(found.values())


def listed_actor(name: str | int) -> Lineage:
    """Return the actor of that name in UCDP's list.

    Parameters
    ----------
    name : str or int
        As UCDP writes it (letters' size does not matter), a name of its newer releases or of the press, or its number.

    Raises
    ------
    UsageError
        UCDP's list has nobody, or several, of that name.
    """
    known = lineages()
    wanted = " ".join(str(name).split())
    if wanted.isdigit() and int(wanted) in known:
        return known[int(wanted)]
    exact = [each for each in known.values() if each.name == wanted]
    alike = exact or [each for each in known.values() if each.name.lower() == wanted.lower()]
    if not alike and (number := _by_other_name(wanted)) is not None:
        alike = [known[number]]
    if len(alike) == 1:
        return alike[0]
    if alike:
        numbers = ", ".join(f"{each.number} ({_places(each)})" for each in alike)
        raise UsageError(
            "an actor must be one of UCDP's list",
            found=f"{len(alike)} named {name!r}",
            fix=f"Give a number: {numbers}.",
        )
    names = Counter(each.name for each in known.values())
    raise UsageError(
        "an actor must be one of UCDP's list, and no government", found=repr(name), fix=nearest(wanted, names)
    )


def _by_other_name(name: str) -> int | None:
    """Return the number of an actor by a name of GED's newer releases or of the press."""
    try:
        found = find_actor(None, name)
    except UsageError:
        return None
    numbers = [RENAMED[each] for each in found.spellings if each in RENAMED] or list(found.ids)
    return numbers[0] if len(numbers) == 1 and numbers[0] in lineages() else None


def _places(lineage: Lineage) -> str:
    from aftershock.figures import countries

    named = dict(zip(countries().gwcode.tolist(), countries().name.tolist(), strict=True))
    return ", ".join(named.get(number, str(number)) for number in lineage.locations)
