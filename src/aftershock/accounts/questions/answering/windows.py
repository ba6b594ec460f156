"""When a question asks about, and which part of that the record of days covers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftershock.accounts.questions.answering.naming import Whom, joined
from aftershock.accounts.questions.base import Window
from aftershock.figures import countries as country_table
from aftershock.streams.aliases import members

if TYPE_CHECKING:
    import pandas as pd

    from aftershock.accounts.record import Record, Span

__all__ = ["ONE_DAY", "Asked", "active_rows", "asked_window", "is_then", "words_of"]

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """A window, and what the record of days covers of it.

    Parameters
    ----------
    start, end : datetime.date or None
        As asked; an open start stays open, an open end is the day before the account, or open where that comes too soon.
    span : (datetime.date, datetime.date) or None
        The days of the record that lie in it, for all places asked about; None where there are none.
    begins, over : bool
        Whether the record covers its beginning, and its end.
    ahead, running : bool
        Whether it has not begun by the record's day, or is not over.
    reason : str
        Why it is not covered as a whole, as a clause; else empty.
    """

    start: dt.date | None
    end: dt.date | None
    span: Span | None
    begins: bool
    over: bool
    ahead: bool
    running: bool
    reason: str

    @property
    def whole(self) -> bool:
        """Whether all of it is covered."""
        return self.span is not None and self.begins and self.over


def is_then(record: Record, then: dt.date) -> bool:
    """Return whether a record is that of the account's own day."""
    return record.day is not None and record.day <= then


def open_end(window: Window, then: dt.date) -> dt.date | None:
    """Return a window's last day: an account speaks of what was before it, unless the window begins later."""
    if window.end is not None:
        return window.end
    last = then - ONE_DAY
    return last if window.start is None or window.start <= last else None


def words_of(start: dt.date | None, end: dt.date | None) -> str:
    """Return a window in words.

    Examples
    --------
    >>> words_of(None, dt.date(2017, 7, 4)), words_of(dt.date(2017, 7, 5), None)
    ('up to 2017-07-04', 'from 2017-07-05 on')
    """
    if start is None:
        return f"up to {end}" if end else "on any day"
    return f"from {start} to {end}" if end else f"from {start} on"


def asked_window(window: Window, whom: Whom, record: Record, then: dt.date) -> Asked:
    """Return a question's window with what the record of days covers of it."""
    start, end = window.start, open_end(window, then)
    held, reason = _covered(whom, record, start, end)
    span = None
    if held is not None:
        first, last = max(held[0], start or held[0]), min(held[1], end or held[1])
        span = (first, last) if first <= last else None
        if span is None or (start is not None and held[0] > start) or end is None or held[1] < end:
            reason = (
                f"the record of days {f'of {whom.where()} ' if whom.countries else ''}runs from {held[0]} to {held[1]}"
            )
    return Asked(
        start=start,
        end=end,
        span=span,
        begins=held is not None and (start is None or held[0] <= start),
        over=held is not None and end is not None and end <= held[1],
        ahead=start is not None and start >= record.today,
        running=end is None or end >= record.today,
        reason=reason,
    )


def _covered(whom: Whom, record: Record, start: dt.date | None, end: dt.date | None) -> tuple[Span | None, str]:
    """Return the days the record covers for what is asked, and why there are none."""
    if record.spans is None:
        return record.whole, "" if record.whole else "the record of days begins later"
    if not record.spans:
        return None, "there is no record of days so early"
    if whom.countries:
        missing = [number for number in whom.countries if number not in record.spans]
        held = None if missing else record.span(whom.countries)
        return (
            held,
            f"there is no record of days of {_names(missing)}"
            if missing
            else ""
            if held
            else "its days do not overlap",
        )
    if whom.anybody:
        return None, f"the record of days covers {_names(list(record.spans))} alone"
    return _where_active(whom, record, record.spans, (start or dt.date.min).year, (end or record.today).year)


def _where_active(whom: Whom, record: Record, spans: dict[int, Span], first: int, last: int) -> tuple[Span | None, str]:
    """Return the days covered in all countries in which the yearly table has the actors active."""
    rows = active_rows(record.activity, whom)
    rows = rows[(rows.year >= first) & (rows.year <= last)]
    places = {int(number) for number in rows.gwcode.unique()}
    if outside := sorted(places - set(spans)):
        return None, f"{whom.who()} fought in {_names(outside)} too, of which there is no record of days"
    if not places or last > record.last_active:
        return None, f"no country is named, and where {whom.who()} was active is not known for all that time"
    return record.span(sorted(places)), ""


def active_rows(activity: pd.DataFrame, whom: Whom) -> pd.DataFrame:
    """Return the rows of the yearly table that are about some actors, the countries apart."""
    if whom.dyad is not None and not whom.actors:
        return activity[activity.dyad_id == whom.dyad]
    a, b = (_with(activity[side], whom.spelt) for side in ("side_a", "side_b"))
    if not whom.against:
        return activity[a | b]
    other_a, other_b = (_with(activity[side], whom.spelt_against) for side in ("side_a", "side_b"))
    return activity[(a & other_b) | (b & other_a)] if whom.actors else activity[other_a | other_b]


def _with(sides: pd.Series, names: frozenset[str]) -> pd.Series:
    known = {side: side in names or any(each in names for each in members(side)) for side in sides.unique()}
    return sides.map(known).astype(bool)


def _names(numbers: list[int]) -> str:
    table = country_table()
    names = dict(zip(table.gwcode.tolist(), table.name.tolist(), strict=True))
    return joined([str(names.get(number, number)) for number in numbers], "and")
