"""What the record says of two actors: whether they fought, whether they stood on one side, and which triads they stand in.

State-based and non-state events alone: one-sided violence makes no tie. Sides carry no direction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from aftershock.accounts.questions.answering.naming import Whom, resolve
from aftershock.accounts.questions.answering.presence import FIRST_ACTIVE, Found
from aftershock.accounts.questions.answering.windows import ONE_DAY, Asked
from aftershock.accounts.questions.base import Criteria
from aftershock.actors.alliances.building import network
from aftershock.actors.alliances.history import first_years, listed_pairs, pair_of
from aftershock.actors.alliances.listing import listed_name, number_of
from aftershock.actors.alliances.network import Network
from aftershock.errors import AftershockError, UsageError
from aftershock.streams.aliases import members

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = [
    "Foretold",
    "Together",
    "chance_of_fight",
    "later_words",
    "pair_asked",
    "seen_together",
    "tied_in_list",
    "triads_of",
]

RECENT_DAYS = 730
YEAR = 365.25


@dataclass(frozen=True)
class Together:
    """What two actors did on one side of a fight.

    Parameters
    ----------
    events : int
        In the window, by days.
    first, last : datetime.date or None
    years : tuple of int
        Whole years of the window in which the yearly table has them on one side of a dyad.
    """

    events: int
    first: dt.date | None
    last: dt.date | None
    years: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.events or self.years)

    def __str__(self) -> str:
        if self.events:
            return f"{self.events:,} event{'s' * (self.events > 1)} on one side, {self.first} to {self.last}"
        return f"on one side in {', '.join(map(str, self.years))} (yearly table)"


@dataclass(frozen=True)
class Foretold:
    """The chance that two actors come to blows in a window, with its 90 % interval and how common that is.

    Parameters
    ----------
    chance, low, high : float
    base_rate : float
        Of all pairs of one country that did not fight.
    years : float
        How long the window is from the record's day on.
    """

    chance: float
    low: float
    high: float
    base_rate: float
    years: float


def pair_asked(criteria: Criteria, record: Record, kind: str) -> tuple[Whom, Criteria]:
    """Return the two actors asked about, and the criteria without one-sided violence.

    Raises
    ------
    UsageError
        One of the two is missing, or nobody knows it.
    """
    whom = resolve(criteria.scope, record)
    if not whom.actors or not whom.against or "Civilians" in whom.against:
        raise UsageError(
            f"a {kind} question must name two actors",
            found=whom.who() or "none",
            fix="Write one under `actors` and the other under `against`.",
        )
    kinds = tuple(name for name in criteria.types if name != "os") or ("sb", "ns")
    return whom, criteria.model_copy(update={"types": kinds})


def seen_together(record: Record, whom: Whom, found: Found) -> Together:
    """Return what the two did on one side, in the window of what was found of their fights."""
    rows, asked = record.columns, found.asked
    start, end = asked.start or dt.date(FIRST_ACTIVE, 1, 1), asked.end or record.today
    both = np.array([_both(side, whom) for side in rows.sides], bool)
    keep = (both[rows.a] | both[rows.b]) & (rows.kind < 3)
    keep &= (rows.end >= np.datetime64(start)) & (rows.end <= np.datetime64(end))
    if whom.countries:
        keep &= np.isin(rows.country, whom.countries)
    days = rows.end[keep]
    table = record.activity
    table = table[(table.type_of_violence < 3) & table.year.between(start.year, end.year)]
    if whom.countries:
        table = table[table.gwcode.isin(whom.countries)]
    known = {side: _both(side, whom) for column in ("side_a", "side_b") for side in table[column].unique()}
    years = table.year[table.side_a.map(known).astype(bool) | table.side_b.map(known).astype(bool)]
    whole = [y for y in np.unique(years).tolist() if start <= dt.date(y, 1, 1) and dt.date(y, 12, 31) <= end]
    first, last = (days.min().astype(dt.date), days.max().astype(dt.date)) if len(days) else (None, None)
    return Together(len(days), first, last, tuple(whole))


def _both(side: str, whom: Whom) -> bool:
    names = set(members(side))
    return bool(names & whom.spelt) and bool(names & whom.spelt_against)


def tied_in_list(record: Record, whom: Whom) -> str:
    """Return the tie of two actors in UCDP's list, in words; empty where there is none. The list has no dates."""
    one, two = (number_of(names[0]) for names in (whom.actors, whom.against))
    if one is None or two is None:
        return ""
    year = record.today.year
    known = {key for key, first in first_years().items() if first < year} | {one, two}
    found = listed_pairs([one, two], known).get(pair_of(one, two))
    if found is None:
        return ""
    how, other = found
    by = listed_name(other) or str(other)
    return {"alliance": f"one entered the alliance {by}", "joined": f"one joined {by}"}.get(how, f"both entered {by}")


def later_words(record: Record, whom: Whom, criteria: Criteria, asked: Asked) -> list[str]:
    """Return what the two did after the window, where the record goes on: then and later."""
    if asked.end is None or not len(record.columns):
        return []
    rows = record.columns
    after = rows.end > np.datetime64(asked.end)
    if whom.countries:
        after &= np.isin(rows.country, whom.countries)
    fought = int((after & whom.mask(rows, criteria.types)).sum())
    both = np.array([_both(side, whom) for side in rows.sides], bool)
    joint = int((after & (both[rows.a] | both[rows.b]) & (rows.kind < 3)).sum())
    last = rows.end.max().astype(dt.date)
    if last <= asked.end:
        return []
    return [f"later, to {last}: {fought:,} events against each other, {joint:,} on one side"]


def recent_network(record: Record) -> Network | None:
    """Return the signed network of the last two years before the record's day, None where there is none."""

    def make() -> Network | None:
        try:
            return network(
                record.events, until=str(record.today - ONE_DAY) if record.day else None, window_days=RECENT_DAYS
            )
        except AftershockError:
            return None

    return record.keep("network", make)


def triads_of(record: Record, whom: Whom) -> list[str]:
    """Return the unbalanced triads in which both actors stand, as sentences."""
    from aftershock.actors.alliances.balance import unbalanced_triads  # with a solver, which takes a second to load

    made = recent_network(record)
    if made is None:
        return []
    since = f"not balanced in the two years to {made.until}"
    return [
        f"{since}: {triad.line().rstrip('.')}"
        for triad in record.keep("triads", lambda: unbalanced_triads(made))
        if {triad.between, triad.one, triad.two} & whom.spelt
        and {triad.between, triad.one, triad.two} & whom.spelt_against
    ]


def chance_of_fight(record: Record, whom: Whom, end: dt.date | None) -> Foretold | None:
    """Return the chance that two actors who do not fight come to blows by a day; None where nothing like them was learned.

    The model speaks of one year; over several, or a part of one, its yearly chance is taken to stay the same.
    """
    from aftershock.actors.alliances.blows import chance_of_blows
    from aftershock.actors.alliances.learning import learn

    made = recent_network(record)
    if made is None or record.day is None or end is None or made.until < record.day - dt.timedelta(days=92):
        return None
    names = {actor.name for actor in made.actors}
    one, two = (
        next((name for name in sorted(spelt) if name in names), None) for spelt in (whom.spelt, whom.spelt_against)
    )
    if one is None or two is None or made.until.year - 2 < FIRST_ACTIVE + 2:
        return None
    told = chance_of_blows(made, one, two)
    if told is None:
        return None
    years = max((end - record.day).days + 1, 1) / YEAR
    chance, low, high = (1 - (1 - value) ** years for value in told)
    counts = learn(last=made.until.year - 2).counts.values()
    base = sum(fights for _, fights in counts) / sum(pairs for pairs, _ in counts)
    return Foretold(chance, low, high, 1 - (1 - base) ** years, years)
