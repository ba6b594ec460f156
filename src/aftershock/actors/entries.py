"""What followed when pairs of actors entered a country: the rates a front that does not exist yet may borrow.

The table holds pairs of which at least 3 events came in their first year, so it says how a front goes on that opened in
earnest, not how likely one is to open. A pair carries no direction: who came to whom is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import TYPES, BoolArray, IntArray
from aftershock.errors import UsageError, nearest
from aftershock.figures import countries, load_table

__all__ = ["ENOUGH", "PERIOD", "EntryCourse", "entry_course"]

PERIOD = 30  # days
ENOUGH = 5  # entries below which the comparison is widened
_YEAR = 12  # periods of an entry that must be known
_HELD = 6  # periods whose mean is held after the last known one

FloatArray = NDArray[np.float64]
Kind = Literal["sb", "ns", "os"]
_KINDS = {"sb": "state-based", "ns": "non-state", "os": "one-sided"}


@dataclass(frozen=True)
class EntryCourse:
    """How a new front may go on, drawn from comparable entries of the past.

    Parameters
    ----------
    rates : numpy.ndarray of float64, shape (draws, periods)
        Expected events per day in each period of 30 days from the first event on; draw ``k`` is one entry's course.
    deaths_per_event : numpy.ndarray of float64, shape (draws,)
        Mean deaths of an event, of the same entry as the rates.
    civilian_share : numpy.ndarray of float64, shape (draws,)
        Civilians among those deaths, 0 to 1.
    cases : int
        Comparable entries drawn from.
    countries : tuple of str
        Where they were, by name.
    comparison : str
        What was compared with, in words.
    widened : tuple of str
        What had to be given up to find enough entries; empty if nothing.
    known_by : datetime.date
        The first year of every entry lay before this day.
    """

    rates: FloatArray
    deaths_per_event: FloatArray
    civilian_share: FloatArray
    cases: int
    countries: tuple[str, ...]
    comparison: str
    widened: tuple[str, ...]
    known_by: date

    def lines(self) -> list[str]:
        """Return what the course rests on and says, in sentences."""
        places = ", ".join(self.countries)
        said = [f"Drawn from {self.cases} {self.comparison} ({places}), all known by {self.known_by}."]
        if self.widened:
            said.append(
                f"Fewer than {ENOUGH} fitted exactly, so the comparison was widened to {', then to '.join(self.widened)}."
            )
        if self.cases < ENOUGH:
            said.append("So few cannot say much; take the interval as a lower bound of what is not known.")
        year = (self.rates[:, :_YEAR] * PERIOD).sum(axis=1)
        low, middle, high = np.quantile(year, (0.05, 0.5, 0.95))
        days = min(_YEAR, self.rates.shape[1]) * PERIOD
        said.append(
            f"Expected events in the first {days} days: {middle:.0f} (90 % interval {low:.0f} to {high:.0f});"
            f" deaths per event {np.median(self.deaths_per_event):.1f}."
        )
        return said


@dataclass(frozen=True)
class _Pool:
    """The table as arrays; ``counts`` is -1 where a period is not known."""

    kind: IntArray
    state: BoolArray
    foreign: BoolArray
    country: IntArray
    after: NDArray[np.datetime64]
    counts: IntArray
    deaths: IntArray
    civilians: IntArray
    events: IntArray


@cache
def _pool() -> _Pool:
    table = load_table("entries")
    counts = table[[name for name in map(str, table.columns) if name.startswith("period_")]].to_numpy(np.int64)
    begun = table.first_month.to_numpy(str).astype("datetime64[M]")
    return _Pool(
        kind=table.type_of_violence.to_numpy(np.int64),
        state=table.state.to_numpy(bool),
        foreign=table.foreign.to_numpy(bool),
        country=table.gwcode.to_numpy(np.int64),
        after=(begun + 1).astype("datetime64[D]"),  # the latest day the entry can have begun, and one more
        counts=counts,
        deaths=table.deaths.to_numpy(np.int64),
        civilians=table.civilians.to_numpy(np.int64),
        events=table.events.to_numpy(np.int64),
    )


def entry_course(
    rng: np.random.Generator,
    draws: int,
    *,
    kind: Kind,
    periods: int,
    known_by: date,
    state: bool | None = None,
    foreign: bool | None = None,
    leave_out_country: int | None = None,
) -> EntryCourse:
    """Return expected events per period of a new front, drawn from comparable entries of the past.

    Each draw takes one entry, all alike, and for each period a rate from a gamma distribution with shape ``events + 1/2``. Its
    mean is ``(events + 6 s) · (year + 1/2) / (year + 6)`` per 30 days: ``year`` the entry's events in that year of twelve
    periods, ``s`` the period's share of such a year over all comparable entries. So an entry keeps its own level, with half
    an event a year added for what did not show, and its months are smoothed towards the usual course. After an entry's last
    known period the mean of its last 6 is held. Where fewer than 5 entries fit, the foreign state is given up, then who the
    sides are, then the type of violence.

    Parameters
    ----------
    rng : numpy.random.Generator
    draws : int
    kind : {"sb", "ns", "os"}
        Type of violence.
    periods : int
        Periods of 30 days wanted.
    known_by : datetime.date
        Nothing after the day before is looked at; an entry counts only if its first 360 days lay before.
    state : bool, optional
        Whether a state is a side; None for either.
    foreign : bool, optional
        Whether a state is a side that is not the country's own; None for either.
    leave_out_country : int, optional
        Gleditsch–Ward number of a country whose entries are not to be drawn from.

    Raises
    ------
    UsageError
        An unknown kind, fewer than one draw or period, or no entry known by that day.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> course = entry_course(rng, 500, kind="sb", periods=36, known_by=date(2014, 6, 1), leave_out_country=645)
    >>> course.rates.shape, course.cases > 20, 645 in course.countries
    ((500, 36), True, False)
    """
    if kind not in TYPES:
        raise UsageError("a type of violence must be one of sb, ns, os", found=repr(kind), fix=nearest(kind, TYPES))
    if min(draws, periods) < 1:
        raise UsageError(
            "draws and periods must be at least 1", found=f"{draws} and {periods}", fix="Ask for 1,000 draws."
        )
    pool = _pool()
    known = (np.datetime64(known_by, "D") - pool.after).astype(np.int64) // PERIOD
    counts = np.where(np.arange(pool.counts.shape[1]) < known[:, None], pool.counts, -1)
    usable = np.asarray((counts[:, :_YEAR] >= 0).all(axis=1))
    if leave_out_country is not None:
        usable &= pool.country != leave_out_country
    chosen, comparison, widened = _comparable(pool, usable, kind, state, foreign)
    if not chosen.any():
        raise UsageError(
            "past entries must be known by the day of the question",
            found=f"none before {known_by}",
            fix="Ask for a later day, or leave no country out.",
        )
    case = rng.integers(chosen.sum(), size=draws)
    mean_deaths = pool.deaths[chosen].sum() / pool.events[chosen].sum()
    deaths, civilians = pool.deaths[chosen], pool.civilians[chosen]
    share = civilians.sum() / max(1, deaths.sum())
    return EntryCourse(
        rates=_rates(rng, counts[chosen], case, periods),
        deaths_per_event=((deaths + mean_deaths) / (pool.events[chosen] + 1))[case],
        civilian_share=((civilians + share) / (np.maximum(deaths, civilians) + 1))[case],
        cases=int(chosen.sum()),
        countries=_names(pool.country[chosen]),
        comparison=comparison,
        widened=widened,
        known_by=known_by,
    )


def _comparable(
    pool: _Pool, usable: BoolArray, kind: Kind, state: bool | None, foreign: bool | None
) -> tuple[BoolArray, str, tuple[str, ...]]:
    """Return which entries are compared with, in words too, and what was given up to have enough."""
    same_kind = usable & (pool.kind == TYPES[kind])
    sides = same_kind if state is None else same_kind & (pool.state == state)
    exact = sides if foreign is None else sides & (pool.foreign == foreign)
    named = f"{_KINDS[kind]} entries"
    by_state = "" if state is None or kind == "sb" else f" {'with' if state else 'without'} a state as a side"
    by_foreign = "" if foreign is None else f" {'with' if foreign else 'without'} a foreign state as a side"
    steps = [
        (exact, named + by_state + (" and" if by_state and by_foreign else "") + by_foreign, ""),
        (sides, named + by_state, "entries with and without a foreign state"),
        (same_kind, named, "entries of all sides"),
        (usable, "entries of all types of violence", "all types of violence"),
    ]
    widened: list[str] = []
    found, words = exact, steps[0][1]
    for which, said, given_up in steps:
        if which.sum() > found.sum():
            found, words = which, said
            widened.append(given_up)
        if found.sum() >= ENOUGH:
            break
    return found, words, tuple(widened)


def _rates(rng: np.random.Generator, counts: IntArray, case: IntArray, periods: int) -> FloatArray:
    """Return events per day, shape (draws, periods), of the entries drawn."""
    known = counts >= 0
    mean = np.concatenate(
        [_smoothed(part) for part in np.split(counts, range(_YEAR, counts.shape[1], _YEAR), axis=1)], axis=1
    )
    shape = counts.clip(0) + 0.5
    rates = rng.gamma(shape[case]) * (mean / shape)[case] / PERIOD
    last = known.sum(axis=1)[case]
    place = np.arange(counts.shape[1])
    recent = (place >= last[:, None] - _HELD) & (place < last[:, None])
    held = (rates * recent).sum(axis=1) / _HELD
    full = np.concatenate([rates, np.zeros((len(case), max(0, periods - len(place))))], axis=1)[:, :periods]
    return np.where(np.arange(periods) < last[:, None], full, held[:, None])


def _smoothed(year: IntArray) -> FloatArray:
    """Return events per period of one year of each entry, its months smoothed; only known periods have a meaning."""
    known = year >= 0
    events = np.where(known, year, 0)
    usual = events.sum(axis=0) / np.maximum(known.sum(axis=0), 1) + 1e-9
    share = np.where(known, usual, 0)
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-9)
    part = known.sum(axis=1, keepdims=True) / year.shape[1]  # of a year that is known in part
    total = events.sum(axis=1, keepdims=True)
    weight = 0.5 * year.shape[1] * part
    return np.asarray((events + weight * share) * (total + 0.5 * part) / np.maximum(total + weight, 1e-9))


def _names(numbers: IntArray) -> tuple[str, ...]:
    table = countries()
    known = dict(zip(table.gwcode.tolist(), table.name.tolist(), strict=True))
    return tuple(sorted({known[number] for number in numbers.tolist()}))
