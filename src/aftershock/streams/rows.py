"""The events that count, as arrays: those of the countries and days asked for, dated well enough; the rest counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import TYPES, BoolArray, Events, IntArray
from aftershock.errors import DataError, UsageError
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.months import month_end, month_text
from aftershock.streams.lineage import Sides
from aftershock.streams.rules import StreamRule

__all__ = [
    "Rows",
    "Window",
    "as_day",
    "country_numbers",
    "day_text",
    "distinct",
    "keep_rows",
    "read_rows",
    "read_sides",
]


@dataclass(frozen=True)
class Rows:
    """Events as arrays of shape (n,); days since 1970-01-01; ``a`` and ``b`` are places in the lists of names.

    ``kind`` is UCDP's type, 1 to 3; ``place`` is a place in the list of first-level regions, -1 where there is none;
    ``cell`` is -1 where there is none; ``deaths_a`` and ``deaths_b`` are of the sides, 0 where they are not known.
    """

    ids: IntArray
    start: IntArray
    end: IntArray
    precision: IntArray
    kind: IntArray
    country: IntArray
    a_id: IntArray
    b_id: IntArray
    a: IntArray
    b: IntArray
    place: IntArray
    cell: IntArray
    best: IntArray
    civilians: IntArray
    deaths_a: IntArray
    deaths_b: IntArray
    names: tuple[str, ...]
    places: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, keep: BoolArray) -> Rows:
        """Return some of the rows."""
        if keep.all():
            return self
        arrays = {f.name: getattr(self, f.name) for f in fields(self)}
        kept: dict[str, Any] = {name: v[keep] for name, v in arrays.items() if isinstance(v, np.ndarray)}
        return replace(self, **kept)


@dataclass(frozen=True)
class Window:
    """The days asked for, since 1970-01-01: first, last, and the last whose events decide which streams there are."""

    first: int
    last: int
    chosen: int


def as_day(value: Any, name: str) -> int | None:
    """Return a date, or its text, as days since 1970-01-01; None stays None."""
    if value is None:
        return None
    try:
        day = np.datetime64(value, "D")
        if np.isnat(day) or (isinstance(value, str) and str(day) != value.strip()):
            raise ValueError
    except (ValueError, TypeError):
        raise UsageError(f"{name} must be a date", found=repr(value), fix="Write it YYYY-MM-DD.") from None
    return int(day.astype(np.int64))


def day_text(day: int) -> str:
    """Return a day as YYYY-MM-DD.

    Examples
    --------
    >>> day_text(0)
    '1970-01-01'
    """
    return str(np.datetime64(day, "D"))


def _numbers(column: Any, missing: int = 0) -> IntArray:
    """Return an Arrow column of whole numbers or dates as int64."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    return np.asarray(pc.fill_null(column.cast(pa.int64()), missing).to_numpy(), np.int64)


def _codes(*columns: Any) -> tuple[list[IntArray], tuple[str, ...]]:
    """Return text columns as places in one sorted list of names, -1 for none."""
    import pyarrow as pa

    encoded = [column.cast(pa.string()).combine_chunks().dictionary_encode() for column in columns]
    parts = [part for each in encoded for part in (each.chunks if isinstance(each, pa.ChunkedArray) else [each])]
    names = sorted({name for part in parts for name in part.dictionary.to_pylist() if name})
    place = {name: k for k, name in enumerate(names)}
    codes = []
    for each in encoded:
        chunks = each.chunks if isinstance(each, pa.ChunkedArray) else [each]
        found = [np.zeros(0, np.int64)]
        for chunk in chunks:
            lookup = np.array([place.get(name, -1) for name in chunk.dictionary.to_pylist()] + [-1], np.int64)
            found.append(lookup[_numbers(chunk.indices, -1)])
        codes.append(np.concatenate(found))
    return codes, tuple(names)


def distinct(values: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct values, ascending, and the place of each value among them.

    As ``numpy.unique`` with its inverse, but by a hash table, which is several times as fast on a million values.

    Examples
    --------
    >>> distinct(np.array([7, 3, 7]))
    (array([3, 7]), array([1, 0, 1]))
    """
    import pandas as pd

    place, found = pd.factorize(values, sort=True)
    return np.asarray(found, np.int64), np.asarray(place, np.int64)


def read_rows(events: Events) -> Rows:
    """Return events as arrays.

    Raises
    ------
    DataError
        A date is missing or out of order, a type is not UCDP's, a side has no name.
    """
    column = events.table.column
    missing = np.iinfo(np.int64).min
    start, end = (_numbers(column(name), missing) for name in ("date_start", "date_end"))
    kind = _numbers(column("type_of_violence"))
    (a, b), names = _codes(column("side_a"), column("side_b"))
    (place,), places = _codes(column("adm_1"))
    ids = _numbers(column("id"))
    deaths = {
        name: np.maximum(_numbers(column(name)), 0) for name in ("best", "deaths_civilians", "deaths_a", "deaths_b")
    }
    _check(ids, (start == missing) | (end == missing), "an event must have both its dates", start, end)
    _check(ids, end < start, "an event must not end before it starts", start, end)
    _check(ids, (kind < 1) | (kind > len(TYPES)), "an event's type of violence must be 1, 2 or 3", start, end)
    _check(ids, (a < 0) | (b < 0), "an event must name its sides", start, end)
    sides = [
        np.where(number == missing, -2 - code, number)  # a side without a number is its name
        for number, code in ((_numbers(column(f"side_{s}_new_id"), missing), c) for s, c in (("a", a), ("b", b)))
    ]
    return Rows(
        ids=ids,
        start=start,
        end=end,
        precision=_numbers(column("date_prec"), 1),
        kind=kind,
        country=_numbers(column("country_id"), -1),
        a_id=sides[0],
        b_id=sides[1],
        a=a,
        b=b,
        place=place,
        cell=_numbers(column("priogrid_gid"), -1),
        best=deaths["best"],
        civilians=deaths["deaths_civilians"],
        deaths_a=deaths["deaths_a"],
        deaths_b=deaths["deaths_b"],
        names=names,
        places=places,
    )


def _check(ids: IntArray, wrong: BoolArray, must: str, start: IntArray, end: IntArray) -> None:
    if wrong.any():
        at = np.flatnonzero(wrong)
        rows = [f"event {ids[k]}: {_maybe_day(start[k])} to {_maybe_day(end[k])}" for k in at[:5]]
        raise DataError(must, found=f"{len(at):,} that break this", fix="Mend these rows.", rows=rows, count=len(at))


def _maybe_day(day: np.int64) -> str:
    return "no date" if day == np.iinfo(np.int64).min else day_text(int(day))


def country_numbers(events: Events, rows: Rows, countries: Sequence[str | int] | str | int | None) -> dict[int, str]:
    """Return the Gleditsch–Ward numbers of the countries asked for, ascending, and their names."""
    here = np.unique(rows.country).tolist()
    pairs = events.table.select(["country_id", "country"]).group_by(["country_id", "country"]).aggregate([])
    named = {
        number: name
        for number, name in zip(*(pairs.column(c).to_pylist() for c in ("country_id", "country")), strict=True)
        if number is not None and name
    }
    known = gwcode_names()
    official = {number: name for name, number in known.items() if not name.isdigit() and len(name) != 3}
    names = {number: official.get(number) or named.get(number) or f"country {number}" for number in here}
    if countries is None:
        return names
    known = {name: number for number, name in named.items()} | {str(number): number for number in here} | known
    wanted = find_gwcodes(countries, known)
    if absent := [number for number in wanted if number not in names]:
        shown = ", ".join(sorted(names.values())[:10]) + (", …" if len(names) > 10 else "")
        raise UsageError(
            "a country must have events in the record",
            found=f"none in {', '.join(official.get(number, str(number)) for number in absent)}",
            fix=f"It has: {shown}." if names else "It holds no event at all.",
        )
    return {number: names[number] for number in wanted}


def keep_rows(
    events: Events, rows: Rows, rule: StreamRule, *, first: Any = None, until: Any = None, chosen_until: Any = None
) -> tuple[Rows, Window, dict[str, int]]:
    """Return the rows that count, the days they lie in, and how many were left out, by reason.

    Raises
    ------
    UsageError
        Days that are out of order or outside the record.
    DataError
        No event counts.
    """
    first, until, chosen = (
        as_day(v, n) for v, n in ((first, "first"), (until, "until"), (chosen_until, "chosen_until"))
    )
    if not len(rows):
        raise DataError(
            "streams need at least one event", found="none", fix="Choose other countries, or import more data."
        )
    record_first = min(int(np.datetime64(f"{month_text(events.span[0])}-01").astype(np.int64)), int(rows.start.min()))
    record_last = max(int(np.datetime64(month_end(events.span[1])).astype(np.int64)), int(rows.end.max()))
    _check_days(first, until, chosen, record_first, record_last)
    known = rows if until is None else rows.where(rows.end <= until)
    known = known if first is None else known.where(known.end >= first)
    kept, left_out = _leave_out(known, rule, first)
    if not len(kept):
        reasons = "; ".join(f"only {count:,} {reason}" for reason, count in left_out.items())
        reasons = reasons or "none in the days asked for"
        raise DataError("streams need at least one event", found=reasons, fix="Choose other days, or a wider rule.")
    ends = int(kept.end.max())
    if until is None:
        until = max(record_last if events.worldwide else int(known.end.max()), ends)
    begin = int(kept.start.min()) if first is None else first
    return kept, Window(begin, until, until if chosen is None else chosen), left_out


def _check_days(first: int | None, until: int | None, chosen: int | None, begin: int, end: int) -> None:
    for name, day in (("first", first), ("until", until), ("chosen_until", chosen)):
        if day is not None and not begin <= day <= end:
            raise UsageError(
                f"{name} must lie within the record, {day_text(begin)} to {day_text(end)}",
                found=day_text(day),
                fix="Choose a day inside that span, or read more data.",
            )
    given = [(n, d) for n, d in (("first", first), ("chosen_until", chosen), ("until", until)) if d is not None]
    for (name, day), (later, other) in pairwise(given):
        if day > other:
            raise UsageError(
                f"{name} must not come after {later}",
                found=f"{day_text(day)} after {day_text(other)}",
                fix="Swap them.",
            )


def _leave_out(rows: Rows, rule: StreamRule, first: int | None) -> tuple[Rows, dict[str, int]]:
    """Return the rows dated well enough, wholly in the days asked for, and the count of the others."""
    left_out = {}
    keep = np.ones(len(rows), bool)
    for reason, out in (
        (f"dated to a range of more than {rule.widest_range} days", rows.end - rows.start >= rule.widest_range),
        (f"dated more coarsely than date_prec {rule.widest_precision}", rows.precision > rule.widest_precision),
        ("that may have begun before the first day", rows.start < (rows.start if first is None else first)),
    ):
        if count := int((keep & out).sum()):
            left_out[reason] = count
        keep &= ~out
    return rows.where(keep), left_out


def read_sides(rows: Rows, seen: NDArray[np.bool_]) -> tuple[Sides, IntArray, IntArray]:
    """Return the sides of the record, and the place of each row's two sides among them.

    Parameters
    ----------
    rows : Rows
    seen : numpy.ndarray of bool, shape (n,)
        Rows known on the day of choice: they alone decide what is said of a side.
    """
    n = len(rows)
    ids, where = distinct(np.concatenate([rows.a_id, rows.b_id]))
    both = np.concatenate([seen, seen])
    code = np.concatenate([rows.a, rows.b])
    combined, index = distinct(where * len(rows.names) + code)
    spelled = (np.bincount(index, weights=both), np.bincount(index))
    owner, name = np.divmod(combined, len(rows.names))
    spellings: list[list[str]] = [[] for _ in ids]
    for k in np.lexsort((name, -spelled[1], -spelled[0], owner)):
        spellings[owner[k]].append(rows.names[name[k]])
    a, b = where[:n], where[n:]
    first, last = np.full(len(ids), np.iinfo(np.int64).max), np.full(len(ids), np.iinfo(np.int64).min)
    for side in (a[seen], b[seen]):
        np.minimum.at(first, side, rows.start[seen])
        np.maximum.at(last, side, rows.end[seen])
    pairs = np.unique(np.minimum(a, b)[seen] * len(ids) + np.maximum(a, b)[seen])
    opposed = frozenset(zip((pairs // len(ids)).tolist(), (pairs % len(ids)).tolist(), strict=True))
    sides = Sides(
        ids=ids,
        names=tuple(each[0] for each in spellings),
        spellings=tuple(map(tuple, spellings)),
        events=np.bincount(where[both], minlength=len(ids)),
        first=first,
        last=last,
        opposed=opposed,
    )
    return sides, a, b
