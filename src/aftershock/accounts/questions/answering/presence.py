"""Whether an actor, or a dyad, was active in a place in a window: by days where they are on record, else by whole years.

A yes of either series is a yes. A no takes days that cover the whole window, or years in which the table of who was active where
would have shown it: that table leaves out dyads that never passed 25 deaths in a year, so it says no only of an actor that it has
there in some other year.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from aftershock.accounts.questions.answering.evidence import estimates, largest, selected
from aftershock.accounts.questions.answering.naming import Whom
from aftershock.accounts.questions.answering.windows import Asked, active_rows, asked_window, words_of
from aftershock.accounts.questions.base import Criteria
from aftershock.contract import TYPES
from aftershock.months import year_runs

if TYPE_CHECKING:
    from aftershock.accounts.columns import Columns
    from aftershock.accounts.record import Record

__all__ = ["FIRST_ACTIVE", "Found", "look_for"]

FIRST_ACTIVE = 1989


@dataclass(frozen=True)
class Found:
    """What the two series say of an actor's activity.

    Parameters
    ----------
    state : {"active", "quiet", "ahead", "open"}
        Active in the window; not active in all of it; the window has not begun or is not over and nothing came yet; the record
        cannot tell.
    sentence : str
        What was found, with its series.
    rows : Columns
        The events by days.
    years : tuple of int
        Whole years of the window in which the yearly table has it active.
    first, last : datetime.date or None
        Days of its first and last event in the window.
    asked : Asked
    event_ids : tuple of int
    """

    state: Literal["active", "quiet", "ahead", "open"]
    sentence: str
    rows: Columns
    years: tuple[int, ...]
    first: dt.date | None
    last: dt.date | None
    asked: Asked
    event_ids: tuple[int, ...]

    @property
    def sample(self) -> int:
        """Events, or years where there are none."""
        return len(self.rows) or len(self.years)


def look_for(record: Record, whom: Whom, criteria: Criteria, then: dt.date) -> Found:
    """Return what the record says of the activity of an actor or dyad."""
    asked = asked_window(criteria.window, whom, record, then)
    start, end = asked.start or dt.date(FIRST_ACTIVE, 1, 1), asked.end or record.today
    rows = selected(record, whom, criteria.types, start, end)
    first, last = (min(rows.end).astype(dt.date), max(rows.end).astype(dt.date)) if len(rows) else (None, None)
    years, partly, elsewhen = _years(record, whom, criteria, start, end)
    seen = []
    if len(rows):
        named = f"{len(rows):,} event{'s' * (len(rows) > 1)}"
        deaths = int(rows.best.sum())
        seen.append(
            f"{named} with {deaths:,} death{'s' * (deaths != 1)}, the first on {first}, the last on {last} (events by day)"
        )
    if years:
        seen.append(f"active in {year_runs(years)} (yearly table, years of the window as a whole)")
    state: Literal["active", "quiet", "ahead", "open"]
    if seen:
        state, said = "active", "; ".join(seen)
    elif asked.ahead or (asked.running and (asked.begins or not partly)):
        state = "ahead"
        said = f"the window, {words_of(asked.start, asked.end)}, had not begun by {record.today}"
        if not asked.ahead:
            said = f"nothing by {record.today}, and the window, {words_of(asked.start, asked.end)}, is not over"
    elif asked.span is not None and asked.over and _begins(asked, record, whom):
        state, said = "quiet", f"no event from {asked.span[0]} to {asked.span[1]} (events by day)"
    elif partly:
        state, said = "open", f"active in {year_runs(partly)}, but the yearly table does not say on which days"
    elif elsewhen and not whom.regions and end <= dt.date(record.last_active, 12, 31):
        state, said = (
            "quiet",
            f"not active {words_of(asked.start, asked.end)}, though in {year_runs(elsewhen)} (yearly table)",
        )
    else:
        state, said = "open", _why(asked, record, whom)
    ids = largest(record, rows, estimates(rows, "deaths").best)
    return Found(state, said, rows, years, first, last, asked, ids)


def _begins(asked: Asked, record: Record, whom: Whom) -> bool:
    """Return whether days cover the beginning; of an open one, whether years before them had nothing."""
    if asked.start is not None or asked.span is None:
        return asked.begins
    if asked.span[0].year <= FIRST_ACTIVE:
        return True
    table = active_rows(record.activity, whom)
    if whom.countries:
        table = table[table.gwcode.isin(whom.countries)]
    return not whom.regions and not bool((table.year <= asked.span[0].year).any())


def _years(
    record: Record, whom: Whom, criteria: Criteria, start: dt.date, end: dt.date
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the active years that lie in a window as a whole, those that do in part, and all others."""
    if whom.regions:
        return (), (), ()
    table = active_rows(record.activity, whom)
    table = table[table.type_of_violence.isin([TYPES[name] for name in criteria.types])]
    if whom.countries:
        table = table[table.gwcode.isin(whom.countries)]
    years = np.unique(table.year.to_numpy()).tolist()
    whole = tuple(y for y in years if start <= dt.date(y, 1, 1) and dt.date(y, 12, 31) <= end)
    partly = tuple(y for y in years if y not in whole and dt.date(y, 12, 31) >= start and dt.date(y, 1, 1) <= end)
    return whole, partly, tuple(y for y in years if y not in whole and y not in partly)


def _why(asked: Asked, record: Record, whom: Whom) -> str:
    """Say why nothing can be said."""
    days = asked.reason or "the days on record do not cover the window"
    if whom.regions:
        return f"{days}, and the yearly table has no regions"
    ends = f"ends in {record.last_active}" if asked.end is None or asked.end.year > record.last_active else ""
    left = "leaves out dyads that never passed 25 deaths in a year"
    return (
        f"{days}; the yearly table has nothing of it there, but {' and '.join(part for part in (ends, left) if part)}"
    )
