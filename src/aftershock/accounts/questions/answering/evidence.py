"""What a verdict shows of the events it rests on: how many died, which events, month by month, in which words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aftershock.accounts.questions.answering.naming import Whom
from aftershock.accounts.questions.answering.windows import words_of
from aftershock.accounts.questions.base import Criteria, Measure
from aftershock.accounts.verdicts import Chart
from aftershock.contract import IntArray
from aftershock.months import month_id, month_text

if TYPE_CHECKING:
    from aftershock.accounts.columns import Columns
    from aftershock.accounts.record import Record

__all__ = [
    "Estimates",
    "build_up",
    "estimates",
    "filter_of",
    "largest",
    "measured",
    "month_chart",
    "month_numbers",
    "selected",
]

SHOWN = 20
TYPE_WORDS = {"sb": "state-based", "ns": "non-state", "os": "one-sided"}


class Estimates(NamedTuple):
    """What each event counts, by the low, the best and the high estimate."""

    low: IntArray
    best: IntArray
    high: IntArray

    def total(self) -> tuple[int, int, int]:
        """Return the sums."""
        return int(self.low.sum()), int(self.best.sum()), int(self.high.sum())


def estimates(rows: Columns, measure: Measure) -> Estimates:
    """Return what each event counts.

    UCDP gives civilians among the best estimate only. At the least, all that the low estimate takes off were civilians; at the
    most, all that the high one adds, and all deaths of no known side. The truth lies between, mostly near the best.
    """
    if measure == "events":
        ones = np.ones(len(rows), np.int64)
        return Estimates(ones, ones, ones)
    if measure == "deaths":
        return Estimates(rows.low, rows.best, rows.high)
    less, more = np.maximum(rows.best - rows.low, 0), np.maximum(rows.high - rows.best, 0)
    return Estimates(np.maximum(rows.civilians - less, 0), rows.civilians, rows.civilians + rows.unknown + more)


def selected(record: Record, whom: Whom, types: Sequence[str], start: dt.date, end: dt.date) -> Columns:
    """Return the events meant whose last day lies between two days, both included."""
    rows = record.columns
    days = (rows.end >= np.datetime64(start)) & (rows.end <= np.datetime64(end))
    return rows.take(whom.mask(rows, types) & days)


def largest(record: Record, rows: Columns, weight: IntArray) -> tuple[int, ...]:
    """Return UCDP's numbers of up to twenty events, those that count most first; none where the record has no numbers."""
    if not record.has_ids:
        return ()
    order = np.lexsort((rows.ids, -weight))[:SHOWN]
    return tuple(int(number) for number in rows.ids[order] if number)


def measured(measure: Measure, value: float) -> str:
    """Return a count in words.

    Examples
    --------
    >>> measured("civilian deaths", 1), measured("events", 1200)
    ('1 civilian death', '1,200 events')
    """
    return f"{value:,.0f} {measure[:-1] if round(value) == 1 else measure}"


def filter_of(criteria: Criteria, whom: Whom, start: dt.date | None, end: dt.date | None, series: str) -> str:
    """Return exactly what was asked of the record."""
    who = (
        f" with {whom.who()} on a side" if whom.who() and not whom.against else f", {whom.who()}" if whom.who() else ""
    )
    kinds = ", ".join(TYPE_WORDS[name] for name in criteria.types)
    return f"{series}{who}; in {whom.where() or 'all countries'}; {kinds}; {words_of(start, end)}; {criteria.measure}"


def build_up(
    rows: Columns, counted: Estimates, span: tuple[dt.date, dt.date], *, title: str, unit: str,
    stated: tuple[float, ...], mark: dt.date | None,
) -> Chart:  # fmt: skip
    """Return how a count built up, month by month."""
    first, last = (month_id(day.year, day.month) for day in span)
    months = list(range(first, last + 1))
    place = month_numbers(rows.end) - first
    sums = [np.cumsum(np.bincount(place, each, len(months))[: len(months)]) for each in counted]
    low, best, high = (tuple(float(value) for value in each) for each in sums)
    along = tuple(month_text(month) for month in months)
    marked = f"{mark:%Y-%m}" if mark is not None else None
    return Chart(title, unit, along, best, low, high, marked if marked in along else None, stated)


def month_chart(
    rows: Columns, span: tuple[dt.date | None, dt.date | None], *, title: str, mark: dt.date, most: int = 120
) -> Chart | None:
    """Return events by month, the last ``most`` of them; none where there are no events."""
    if not len(rows):
        return None
    place = month_numbers(rows.end)
    first = month_id(span[0].year, span[0].month) if span[0] else int(place.min())
    last = month_id(span[1].year, span[1].month) if span[1] else int(place.max())
    first, last = max(min(first, int(place.min())), max(last, int(place.max())) - most + 1), max(last, int(place.max()))
    counts = np.bincount(place[place >= first] - first, minlength=last - first + 1)
    along = tuple(month_text(month) for month in range(first, last + 1))
    marked = f"{mark:%Y-%m}"
    return Chart(title, "events a month", along, tuple(map(float, counts)), mark=marked if marked in along else None)


def month_numbers(days: NDArray[np.datetime64]) -> IntArray:
    """Return the ``month_id`` of days."""
    return np.asarray(days.astype("datetime64[M]").astype(np.int64) - 119, np.int64)
