"""The events of a window of days, summed by who stood on which side and where; one-sided violence is left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import product
from typing import Any

from aftershock.actors.alliances.history import Key, Pair, pair_of
from aftershock.actors.alliances.listing import number_of, split_side
from aftershock.contract import TYPES, Events
from aftershock.errors import DataError, UsageError
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.streams.rows import as_day, day_text

__all__ = ["Row", "find_window", "fought_before", "numbers_alone", "sum_sides"]


@dataclass(frozen=True)
class Row:
    """What two sides did in one country: ``sides`` hold name and number."""

    sides: tuple[tuple[str, int | None], tuple[str, int | None]]
    country: int
    events: int
    deaths: int
    first: dt.date
    last: dt.date


def find_window(events: Events, first: Any, until: Any, window_days: int) -> tuple[int, int]:
    """Return the first and last day of the window, since 1970-01-01."""
    import pyarrow.compute as pc

    if isinstance(window_days, bool) or not isinstance(window_days, int) or window_days < 1:
        raise UsageError("window_days must be a whole number from 1 up", found=repr(window_days), fix="Write 730.")
    last = pc.max(events.table.column("date_end")).as_py()
    if last is None:
        raise DataError("a network needs at least one event", found="none", fix="Read more data.")
    end = as_day(until, "until")
    end = as_day(last, "until") if end is None else end
    begin = as_day(first, "first")
    begin = end - window_days + 1 if begin is None and end is not None else begin
    if begin is None or end is None or begin > end:
        found = f"{day_text(begin or 0)} after {day_text(end or 0)}"
        raise UsageError("first must not come after until", found=found, fix="Swap them.")
    return begin, end


def sum_sides(events: Events, begin: int, end: int, countries: Any) -> list[Row]:
    """Return the events of the window that end in it, summed by sides and country."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = events.table
    ends = table.column("date_end").cast(pa.date32()).cast(pa.int32())
    kind = table.column("type_of_violence")
    keep = pc.and_(pc.and_(pc.greater_equal(ends, begin), pc.less_equal(ends, end)), pc.less(kind, TYPES["os"]))
    if countries is not None:
        wanted = find_gwcodes(countries, gwcode_names())
        keep = pc.and_(
            keep,
            pc.is_in(table.column("country_id"), value_set=pa.array(wanted, table.schema.field("country_id").type)),
        )
    keys = ["side_a", "side_a_new_id", "side_b", "side_b_new_id", "country_id"]
    sums = [([], "count_all"), ("best", "sum"), ("date_start", "min"), ("date_end", "max")]
    grouped = table.filter(keep).select([*keys, "best", "date_start", "date_end"]).group_by(keys).aggregate(sums)
    return [
        Row(
            sides=((row["side_a"], row["side_a_new_id"]), (row["side_b"], row["side_b_new_id"])),
            country=row["country_id"] or 0,
            events=row["count_all"],
            deaths=max(row["best_sum"] or 0, 0),
            first=row["date_start_min"],
            last=row["date_end_max"],
        )
        for row in grouped.to_pylist()
        if row["side_a"] and row["side_b"]
    ]


def numbers_alone(events: Events) -> dict[str, int]:
    """Return UCDP's number of each name that is a side of its own in the record, where that is one number only."""
    found: dict[str, set[int]] = {}
    for letter in "ab":
        columns = [f"side_{letter}", f"side_{letter}_new_id"]
        for row in events.table.select(columns).group_by(columns).aggregate([]).to_pylist():
            if row[columns[0]] and row[columns[1]] is not None and len(split_side(row[columns[0]])) == 1:
                found.setdefault(row[columns[0]].strip(), set()).add(int(row[columns[1]]))
    return {name: min(numbers) for name, numbers in found.items() if len(numbers) == 1}


def fought_before(events: Events, begin: int, alone: dict[str, int]) -> frozenset[Pair]:
    """Return the pairs of actors that fought in the record before a day."""
    found: set[Pair] = set()
    for row in sum_sides(events, -(10**6), begin - 1, None):
        sides: list[list[Key]] = []
        for side, number in row.sides:
            parts = split_side(side)
            here = frozenset({row.country})
            sides.append(
                [
                    number if number is not None and len(parts) == 1 else alone.get(p) or number_of(p, here) or p
                    for p in parts
                ]
            )
        found |= {pair_of(a, b) for a, b in product(*sides) if a != b}
    return frozenset(found)
