"""Which series of the record a question can be put to, what each covers, and what of it is dated before a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from aftershock.actors.alliances.listing import listed_names
from aftershock.actors.naming import NamedActor, find_actor, split_dyad
from aftershock.contract import Events, Panel
from aftershock.errors import UsageError
from aftershock.figures import embedded_events, embedded_panel, load_table
from aftershock.figures.days import EMBEDDED_SPANS
from aftershock.months import month_end, month_id
from aftershock.panel import count_deaths
from aftershock.store import Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DYADS", "EMBEDDED", "ONE_DAY", "Span", "activity_before", "cut_events", "cut_panel", "cut_spans", "find_everywhere",
    "find_series", "of_countries", "spans_of",
]  # fmt: skip

Span = tuple[dt.date, dt.date]
"""First and last day."""
DYADS = "dyad_country_year_1989_2024"
EMBEDDED = "embedded figures"
ONE_DAY = dt.timedelta(days=1)
_Series = tuple[Events, Panel, bool, tuple[str, ...]]


def find_series(day: dt.date | None, store: Store | None, source: str | None, events: Events | None) -> _Series:
    """Return the events, the panel, whether they had been published by the day, and notes."""
    if events is not None:
        panel = count_deaths(events) if events.worldwide else _world()
        return events, panel, day is None, () if day is None else (_later(events, day),)
    held = store or Store()
    provider = source or next(iter(held.sources()), None)
    if provider is None:
        made = embedded_days()
        return made, _world(), day is None, () if day is None else (_later(made, day),)
    return _of_store(held, provider, day)


def _of_store(store: Store, source: str, day: dt.date | None) -> _Series:
    before = None if day is None else day - ONE_DAY
    known = [v for v in store.vintages() if v.source == source and (before is None or v.known_on <= before)]
    as_of = before if known else None
    events, panel = store.events(source, as_of=as_of), store.panel(source=source, as_of=as_of)
    if source == "ucdp" and not events.worldwide:
        panel = _world()
    if day is not None and events.span[0] >= month_id(day.year, day.month):
        made = embedded_days()
        note = f"The data directory holds nothing of the time before {day}: the embedded figures are used."
        return made, _world(), False, (note, _later(made, day))
    published = day is None or bool(known)
    return events, panel, published, () if published or day is None else (_later(events, day),)


def _later(events: Events, day: dt.date) -> str:
    return (
        f"No release published before {day} is at hand: a later one ({events.provenance.vintage}) is used, cut to the days "
        f"before {day}; it may have been revised since."
    )


def find_everywhere(events: Events, name: str, *, past: bool) -> NamedActor:
    """Return an actor by every name it goes by in any of the series, so that one word of it does for all of them."""
    found, faults = [], []
    for place in (events, None, embedded_days()):
        try:
            found.append(find_actor(place, name))
        except UsageError as error:
            faults.append(error)
    if found:
        first = found[0]
        spelt = tuple(dict.fromkeys(each for actor in found for each in actor.spellings))
        return NamedActor(first.name, spelt, first.ids, first.events)
    listed = {each.lower(): each for each in listed_names()}
    wanted = " ".join(name.split())
    if wanted.lower() in listed:  # known to UCDP, though it never passed the threshold of the other series
        return NamedActor(listed[wanted.lower()], (listed[wanted.lower()],), (), 0)
    if past:
        return NamedActor(wanted, (wanted,), (), 0)
    raise next((fault for fault in faults if fault.fix.startswith("Did you mean")), faults[0])


@cache
def embedded_days() -> Events:
    return embedded_events()


@cache
def _world() -> Panel:
    return embedded_panel()


def spans_of(events: Events) -> tuple[dict[int, Span] | None, Span | None]:
    """Return the days that events cover by country, or for the whole world.

    Files do not say that a country was quiet before its first or after its last event in them, so only what lies between is
    taken as covered.
    """
    first, last = _first_day(events.span[0]), month_end(events.span[1])
    if events.worldwide:
        return None, (first, last)
    if events.provenance.source == EMBEDDED:
        here = set(events.table.column("country_id").unique().to_pylist())
        held = {number: (_first_day(a), month_end(b)) for number, (a, b) in EMBEDDED_SPANS.items() if number in here}
        return held, None
    sums = [("date_start", "min"), ("date_end", "max")]
    rows = events.table.group_by("country_id").aggregate(sums).to_pylist()
    return {
        int(row["country_id"]): (_month_start(row["date_start_min"]), _month_end(row["date_end_max"]))
        for row in rows
        if row["country_id"] is not None
    }, None


def _first_day(month: int) -> dt.date:
    return month_end(month - 1) + ONE_DAY


def _month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _month_end(day: dt.date) -> dt.date:
    return month_end(month_id(day.year, day.month))


def cut_spans(
    spans: dict[int, Span] | None, whole: Span | None, day: dt.date | None
) -> tuple[dict[int, Span] | None, Span | None]:
    """Return what is covered before a day."""
    if day is None:
        return spans, whole
    last = day - ONE_DAY
    cut = None if spans is None else {n: (a, min(b, last)) for n, (a, b) in spans.items() if a <= last}
    return cut, None if whole is None or whole[0] > last else (whole[0], min(whole[1], last))


def of_countries(
    events: Events, spans: dict[int, Span] | None, whole: Span | None, numbers: list[int]
) -> tuple[Events, dict[int, Span]]:
    """Return the events of some countries alone."""
    keep = np.isin(events.table.column("country_id").to_numpy(), numbers)
    table = events.table.filter(keep)
    held = (
        dict.fromkeys(numbers, whole) if whole is not None else {n: spans[n] for n in numbers if spans and n in spans}
    )
    return replace(events, table=table, worldwide=False), held


def cut_events(events: Events, day: dt.date | None) -> Events:
    """Return the events that ended before a day."""
    if day is None:
        return events
    import pyarrow.compute as pc

    table = events.table.filter(pc.less(events.table.column("date_end"), day))
    last = day - ONE_DAY
    span = events.span[0], min(events.span[1], month_id(last.year, last.month))
    return replace(events, table=table, span=span)


def cut_panel(panel: Panel, day: dt.date | None) -> Panel:
    """Return the months that were over before a day."""
    if day is None:
        return panel
    last = month_id(day.year, day.month) - 1
    if last < int(panel.months[0]):
        panel = _world()
    return panel.until(min(last, panel.last_month))


@cache
def _sides() -> pd.DataFrame:
    """Return the table of who was active where, with sides."""
    table = load_table(DYADS).dropna(subset=["dyad_name"])
    pairs = [split_dyad(str(name).strip()) for name in table.dyad_name]
    return table.assign(side_a=[a for a, _ in pairs], side_b=[b for _, b in pairs]).reset_index(drop=True)


def activity_before(day: dt.date | None) -> pd.DataFrame:
    """Return who was active where in the whole years before a day."""
    table = _sides()
    return table if day is None else table[table.year < day.year].reset_index(drop=True)
