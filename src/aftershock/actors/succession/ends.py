"""Ends of actors in the yearly record, and what came after each: the cases a succession is learnt from.

An actor has ended when a whole calendar year passes without any of its dyads; 12 months are taken as a calendar year here,
because the record of all countries is yearly. The end is its last active year, and the years after are counted from it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.succession.lineages import LAST_LISTED, LAST_YEAR, Lineage, lineages, successors
from aftershock.contract import BoolArray, IntArray

__all__ = [
    "AFTER", "FEATURES", "OUTCOMES", "End", "PersonYears", "all_ends", "features", "has_earlier", "outcome_years",
    "person_years",
]  # fmt: skip

AFTER = 5  # years looked at after an end
OUTCOMES = ("successor", "earlier successor", "new successor", "itself again")
_REGIONS = {
    "Americas": (2, 199),
    "Europe": (200, 399),
    "Africa": (400, 626),
    "Middle East": (630, 698),
    "Asia": (700, 999),
}
FEATURES = (
    "years active (log)", "dyads (log)", "against a state", "one-sided violence", "ended before", "itself a splinter",
    "had splinters", "relative active at the end", *_REGIONS,
)  # fmt: skip
_SCALED = 2  # features that are not 0 or 1

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class End:
    """An actor that fell silent, seen from its last active year.

    Parameters
    ----------
    actor : Lineage
    last_year : int
        The last year with a dyad.
    """

    actor: Lineage
    last_year: int


@dataclass(frozen=True)
class PersonYears:
    """Years at risk: one row per end and year after it, until the outcome or the end of what is known.

    Parameters
    ----------
    end : numpy.ndarray of int64, shape (n,)
        Place of the end.
    after : numpy.ndarray of int64, shape (n,)
        Years after the last active year, 1 to 5.
    came : numpy.ndarray of bool, shape (n,)
        Whether the outcome came in that year.
    """

    end: IntArray
    after: IntArray
    came: BoolArray


@cache
def all_ends(until: int = LAST_YEAR) -> tuple[End, ...]:
    """Return every end of a formally organised non-state actor that the record shows by the end of a year.

    Examples
    --------
    >>> [end.last_year for end in all_ends() if end.actor.name == "UNITA"]
    [2002, 2013]
    """
    found = []
    for lineage in lineages().values():
        years = [year for year in lineage.years if year <= until]
        if lineage.formal:
            found += [End(lineage, year) for year in years if year + 1 not in years and year < until]
    return tuple(sorted(found, key=lambda end: (end.last_year, end.actor.number)))


@cache
def features(end: End) -> FloatArray:
    """Return what was visible of an actor by its last active year, shape (len(FEATURES),).

    Only years up to the end count, also of its relatives: that a group will leave it later is what is to be foretold.

    Examples
    --------
    >>> dict(zip(FEATURES, features(End(lineages()[538], 2004)).round(1)))["relative active at the end"].item()
    1.0
    """
    actor, last = end.actor, end.last_year
    years = [year for year in actor.years if year <= last]
    dyads = {dyad for year in years for dyad in actor.dyads[year]}
    kinds = {kind for _, kind, _ in dyads}
    home = Counter(country for year in years for _, _, country in sorted(actor.dyads[year])).most_common(1)[0][0]
    ties = successors(actor.number)
    seen = [tie for tie in ties if any(year <= last for year in tie.successor.years)]
    alive = any(year in (last - 1, last) for tie in ties for year in tie.successor.years)
    return np.array(
        [
            np.log(len(years)),
            np.log(len({name for name, _, _ in dyads})),
            1 in kinds,
            3 in kinds,
            any(year + 1 not in years for year in years[:-1]),
            bool(actor.left),
            any(tie.kind == "splinter" for tie in seen),
            alive,
            *(low <= home <= high for low, high in _REGIONS.values()),
        ],
        np.float64,
    )


def outcome_years(end: End, until: int) -> dict[str, list[int]]:
    """Return by outcome the years after the end, up to one year, in which it held.

    ``successor``: any successor active. ``earlier successor``: one active that had been by the end. ``new successor``: one active
    that had not. ``itself again``: the actor active.
    """
    last = end.last_year
    ties = successors(end.actor.number)
    known = [[year for year in tie.successor.years if year <= until] for tie in ties]
    earlier = {year for years in known if years and years[0] <= last for year in years if year > last}
    new = {year for years in known if years and years[0] > last for year in years}
    own = {year for year in end.actor.years if last < year <= until}
    return {name: sorted(held) for name, held in zip(OUTCOMES, (earlier | new, earlier, new, own), strict=True)}


def has_earlier(end: End) -> bool:
    """Return whether any group in which the actor may go on had been active by its last active year."""
    return any(year <= end.last_year for tie in successors(end.actor.number) for year in tie.successor.years)


def person_years(ends: tuple[End, ...], outcome: str, until: int = LAST_YEAR) -> PersonYears:
    """Return the years at risk of one outcome, as they were known at the end of a year.

    An end close to that year gives the years it has. New groups are in UCDP's list to 2021, so successors are looked at no
    further; an actor itself may come back from the second year on, the first being the silent one that makes the end. An
    earlier successor is possible only where there was one.
    """
    limit = until if outcome == "itself again" else min(until, LAST_LISTED)
    begin = 2 if outcome == "itself again" else 1
    rows = []
    for place, end in enumerate(ends):
        if outcome == "earlier successor" and not has_earlier(end):
            continue
        held = outcome_years(end, limit)[outcome]
        for after in range(begin, AFTER + 1):
            if end.last_year + after > limit:
                break
            came = end.last_year + after in held
            rows.append((place, after, came))
            if came:
                break
    table = np.array(rows, np.int64).reshape(-1, 3)
    return PersonYears(table[:, 0], table[:, 1], table[:, 2].astype(bool))
