"""Whom and where a question asks about, as the record names them; and what in it nobody knows."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aftershock.accounts.questions.base import Question, Scope
from aftershock.actors.naming import split_dyad
from aftershock.contract import TYPES, BoolArray
from aftershock.errors import AftershockError, UsageError, nearest
from aftershock.figures import countries as country_table

if TYPE_CHECKING:
    from aftershock.accounts.columns import Columns
    from aftershock.accounts.record import Record

__all__ = ["FIRST_DAY", "Whom", "faults_of", "joined", "resolve"]

FIRST_DAY = dt.date(1989, 1, 1)
"""Where UCDP's record of events begins."""
CIVILIANS = "Civilians"
_KINDS = frozenset(
    {"province", "governorate", "state", "region", "district", "department", "oblast", "county", "prefecture"}
)


@dataclass(frozen=True)
class Whom:
    """A scope in the record's own names.

    Parameters
    ----------
    actors, against : tuple of str
        As the record writes each most often.
    spelt, spelt_against : frozenset of str
        Every way it writes them.
    dyad : int or None
        UCDP's number of a dyad, where that is what is asked about.
    countries : tuple of int
        Gleditsch–Ward numbers, ascending; all if empty.
    regions : tuple of str
        First-level regions as the record writes them; all if empty.
    """

    actors: tuple[str, ...]
    against: tuple[str, ...]
    spelt: frozenset[str]
    spelt_against: frozenset[str]
    dyad: int | None
    countries: tuple[int, ...]
    regions: tuple[str, ...]

    @property
    def anybody(self) -> bool:
        """Whether no actor is asked for."""
        return not (self.actors or self.against or self.dyad)

    def mask(self, rows: Columns, types: Sequence[str]) -> BoolArray:
        """Return which events are meant, the days apart."""
        keep = np.isin(rows.kind, [TYPES[name] for name in types])
        if self.dyad is not None:
            keep &= rows.dyad == self.dyad
        if self.actors:
            a, b = rows.on_side(self.spelt)
            if self.against:
                other_a, other_b = rows.on_side(self.spelt_against)
                keep &= (a & other_b) | (b & other_a)
            else:
                keep &= a | b
        elif self.against:
            a, b = rows.on_side(self.spelt_against)
            keep &= a | b
        if self.countries:
            keep &= np.isin(rows.country, self.countries)
        if self.regions:
            wanted = [place for place, name in enumerate(rows.regions) if name in self.regions]
            keep &= np.isin(rows.region, wanted)
        return keep

    def who(self) -> str:
        """Return the actors in words, empty if none are asked for."""
        if self.dyad is not None and not self.actors:
            return f"UCDP dyad {self.dyad}"
        if self.actors and self.against:
            return f"{joined(self.actors, 'or')} against {joined(self.against, 'or')}"
        return joined(self.actors or self.against, "or")

    def where(self) -> str:
        """Return the place in words."""
        place = joined(self.country_names(), "and")
        if self.regions:
            return f"{joined(self.regions, 'and')}{f' ({place})' if place else ''}"
        return place

    def country_names(self) -> tuple[str, ...]:
        """Return the countries' names."""
        names = dict(zip(country_table().gwcode.tolist(), country_table().name.tolist(), strict=True))
        return tuple(str(names.get(number, number)) for number in self.countries)


def joined(names: Sequence[str], word: str, most: int = 8) -> str:
    """Return names in a row.

    Examples
    --------
    >>> joined(["Iraq", "Syria", "Libya"], "and")
    'Iraq, Syria and Libya'
    """
    shown = list(names) if len(names) <= most else [*names[: most - 1], f"{len(names) - most + 1} more"]
    return f"{', '.join(shown[:-1])} {word} {shown[-1]}" if len(shown) > 1 else "".join(shown)


def resolve(scope: Scope, record: Record) -> Whom:
    """Return a scope in the record's names.

    Raises
    ------
    UsageError
        An actor, a country or a region nobody knows; the nearest are offered.
    """
    actors, against, places, dyad = _plain(scope)
    named = [record.actor(name) for name in actors]
    opposed = [record.actor(name) for name in against if name != CIVILIANS]
    countries = tuple(record.numbers(places))
    return Whom(
        actors=tuple(dict.fromkeys(actor.name for actor in named)),
        against=tuple(dict.fromkeys([*(a.name for a in opposed), *([CIVILIANS] if CIVILIANS in against else [])])),
        spelt=frozenset(each for actor in named for each in actor.spellings),
        spelt_against=frozenset(each for actor in opposed for each in actor.spellings) | ({CIVILIANS} & set(against)),
        dyad=dyad,
        countries=countries,
        regions=tuple(name for asked in scope.regions for name in _regions(asked, countries, record)),
    )


def _plain(scope: Scope) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str | int, ...], int | None]:
    """Return actors, opponents, countries and a dyad's number, whichever way the scope writes them."""
    actors, against, countries, dyad = scope.actors, scope.against, scope.countries, None
    named: str | int | None = scope.name if scope.name is not None else scope.id
    if scope.kind == "country" and named is not None:
        countries = (*countries, named)
    elif scope.kind == "actor" and named is not None:
        actors = (*actors, str(named))
    elif scope.kind == "dyad" and scope.name:
        one, two = split_dyad(scope.name)
        actors, against = (*actors, one), (*against, two) if two else against
    elif scope.kind == "dyad" and scope.id is not None:
        if not str(scope.id).isdigit():
            raise UsageError("a dyad's id must be UCDP's number", found=repr(scope.id), fix="Give its name instead.")
        dyad = int(scope.id)
    elif scope.kind in ("country", "actor", "dyad"):
        raise UsageError(f"a scope of a {scope.kind} must name it", found="neither id nor name", fix="Add `name:`.")
    return actors, against, countries, dyad


def _regions(asked: str, countries: tuple[int, ...], record: Record) -> tuple[str, ...]:
    """Return the regions of which a name is the whole or a part; the name itself where the record has no regions there."""
    rows = record.columns
    here = np.isin(rows.country, countries) if countries else np.ones(len(rows), bool)
    names = [rows.regions[place] for place in np.unique(rows.region[here]).tolist() if rows.regions[place]]
    if not names:
        return (asked,)
    wanted = _bare(asked)
    found = tuple(name for name in names if _bare(name) == wanted) or tuple(
        name for name in names if f" {wanted}" in f" {_bare(name)}"
    )
    if not found and record.day is not None:
        return (asked,)  # not seen by that day; what nobody knows is said of the record as it is now
    if not found or not wanted:
        offered = nearest(wanted, {_bare(name) for name in names})
        raise UsageError("a region must be named as in the record", found=repr(asked), fix=offered)
    return found


def _bare(name: str) -> str:
    """Return a region's name without accents, signs and what kind of region it is.

    Examples
    --------
    >>> _bare("Dayr az Zawr governorate"), _bare("Nīnawā province"), _bare("At-Ta'mim province")
    ('dayr az zawr', 'ninawa', 'at tamim')
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(sign))
    letters = re.sub(r"[^\w ]+", " ", re.sub("['’‘`]", "", plain))
    words = [word for word in letters.split() if word not in _KINDS]
    return " ".join(words)


def faults_of(question: Question, record: Record) -> list[str]:
    """Return what of a question cannot be, each as a clause."""
    scope = question.criteria.scope
    parts = [Scope(actors=(name,)) for name in (*scope.actors, *question.named())]
    parts += [Scope(actors=(name,)) for name in scope.against if name != CIVILIANS]
    parts += [Scope(countries=(name,)) for name in scope.countries]
    if scope.kind:
        parts.append(Scope(kind=scope.kind, id=scope.id, name=scope.name))
    faults = [said for part in parts for said in _fault(part, record)]
    if not faults:
        faults += [
            said
            for name in scope.regions
            for said in _fault(
                Scope(countries=scope.countries, kind=scope.kind, id=scope.id, name=scope.name, regions=(name,)), record
            )
        ]
    last = question.criteria.window.end or getattr(question, "at", None)
    if last is not None and last < FIRST_DAY:
        faults.append(f"the record begins on {FIRST_DAY}; found a window that is over by {last}; give a later one")
    return faults


def _fault(scope: Scope, record: Record) -> list[str]:
    try:
        resolve(scope, record)
    except AftershockError as error:
        return [f"{error.must}; found {error.found}. {error.fix}"]
    return []
