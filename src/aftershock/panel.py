"""Events → Panel: deaths counted per unit and month, every death exactly once.

The same count serves countries (VIEWS numbers), PRIO-GRID cells and dyads. An event that spans months is spread by a
declared rule; whole deaths are dealt out so that their sum never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import TYPES, Events, IntArray, Panel, Provenance, UnitKind
from aftershock.errors import DataError, UsageError, nearest
from aftershock.figures import countries, existence

if TYPE_CHECKING:
    import duckdb

__all__ = ["UNITS", "CellCounts", "Record", "Spread", "count_cells", "count_deaths", "count_rows", "priogrid_cell"]

Spread = Literal["uniform", "start", "end"]

# UCDP files events of Serbia under 345 (Yugoslavia) throughout; VIEWS under 340 from June 2006
SERBIA_FROM = "2006-06-05"
YUGOSLAVIA, SERBIA = 345, 233  # UCDP's number, VIEWS' number

UNITS = {
    "country_id": f"CASE WHEN country_id = 345 AND date_end >= DATE '{SERBIA_FROM}' THEN 340 ELSE country_id END",
    "priogrid_gid": "priogrid_gid",
    "dyad_id": "dyad_new_id",
}
_BEYOND_CELLS = 1_000_000  # more than any cell number: country and cell in one
_MONTH = "(year({0}) - 1980) * 12 + month({0})"

# Deaths up to the end of each month, rounded down, less those up to the end of the month before: whole numbers that add
# up to the event's deaths, whatever its length.
_COUNT = """
WITH event AS (
    SELECT {unit} AS unit, type_of_violence AS kind, best::BIGINT AS best, {first} AS day_0, {last} AS day_1
    FROM events
), month AS (
    SELECT unit, kind, best, day_0, day_1, (day_1 - day_0 + 1)::BIGINT AS days,
           unnest(range({month_0}, {month_1} + 1)) AS month_id
    FROM event
), dealt AS (
    SELECT unit, kind, best, days, month_id,
           make_date(1980 + ((month_id - 1) // 12)::INT, ((month_id - 1) % 12 + 1)::INT, 1) AS opens, day_0, day_1
    FROM month
)
SELECT unit, month_id, kind, sum(
    best * least(days, greatest(0, (last_day(opens) - day_0 + 1)::BIGINT)) // days
    - best * greatest(0, (opens - day_0)::BIGINT) // days
)::BIGINT AS deaths
FROM dealt GROUP BY ALL ORDER BY ALL
"""


def priogrid_cell(latitude: float, longitude: float) -> int:
    """Return the PRIO-GRID cell of a place, 0.5° on a side, numbered from the south-west.

    Examples
    --------
    >>> priogrid_cell(34.74075, 70.863598)
    179782
    """
    row, column = min(int((latitude + 90) * 2), 359), min(int((longitude + 180) * 2), 719)
    return row * 720 + column + 1


@dataclass(frozen=True)
class Record:
    """What is known of a body of events before they are counted.

    Attributes
    ----------
    span : tuple of int
        First and last ``month_id`` covered.
    provisional_from : int
        First ``month_id`` that rests on candidate data.
    coverage : dict of int to list of (int, int), optional
        First and last months known per UCDP country, where only the files' own countries are known; none for a record of
        the whole world, in which a country without an event had none.
    provenance : Provenance
    """

    span: tuple[int, int]
    provisional_from: int
    provenance: Provenance
    coverage: dict[int, list[tuple[int, int]]] | None = None


def count_deaths(events: Events, kind: UnitKind = "country_id", *, spread: Spread = "end") -> Panel:
    """Count deaths (best estimate) per unit, month and type of violence.

    Parameters
    ----------
    events : Events
    kind : {"country_id", "priogrid_gid", "dyad_id"}
        ``country_id`` gives the VIEWS countries, the others each unit with an event.
    spread : {"uniform", "start", "end"}
        An event over several months: in proportion to its days in each, or all in its first or last month. VIEWS, and so
        the embedded figures, count it in its last.

    Returns
    -------
    Panel
        Its deaths sum to those of the events; events outside the VIEWS list (Yugoslavia before June 2006, say) are
        left out and counted in the provenance's notes.

    Raises
    ------
    UsageError
        Unknown kind or rule.
    """
    import duckdb

    coverage = None
    if not events.worldwide:
        coverage = {int(code): [events.span] for code in events.table["country_id"].unique().to_pylist()}
    record = Record(events.span, events.provisional_from, events.provenance, coverage)
    with duckdb.connect() as connection:
        connection.register("events", events.table)
        return count_rows(connection, record, kind, spread=spread)


def count_rows(
    connection: duckdb.DuckDBPyConnection, record: Record, kind: UnitKind = "country_id", *, spread: Spread = "end"
) -> Panel:
    """Count the table or view ``events`` of a DuckDB connection; otherwise as :func:`count_deaths`."""
    if kind not in UNITS:
        raise UsageError("a unit kind must be known", found=repr(kind), fix=nearest(kind, UNITS))
    rows = _count(connection, UNITS[kind], spread)
    inside = (rows.month >= record.span[0]) & (rows.month <= record.span[1])
    provenance = record.provenance
    if not inside.all():
        provenance = _with_note(
            provenance,
            f"{rows.deaths[~inside].sum():,} deaths lie in months outside the record and are not in the panel.",
        )
        rows = rows.take(inside)
    if kind == "country_id":
        rows, units, provenance = _in_views_countries(rows, provenance, worldwide=record.coverage is None)
    else:
        units = np.unique(rows.unit)
    if not len(units):
        raise DataError("a panel needs at least one unit", found="no event", fix="Import a file with events.")
    return _dense(rows, units, kind, record=replace(record, provenance=provenance))


@dataclass(frozen=True)
class _Rows:
    """Counted rows, arrays of one length."""

    unit: IntArray
    month: IntArray
    violence: IntArray
    deaths: IntArray

    def take(self, keep: NDArray[np.bool_]) -> _Rows:
        return _Rows(self.unit[keep], self.month[keep], self.violence[keep], self.deaths[keep])


def _count(connection: duckdb.DuckDBPyConnection, unit: str, spread: Spread) -> _Rows:
    """Return deaths per unit (an SQL expression over ``events``), month and type of violence."""
    if spread not in get_args(Spread):
        raise UsageError(
            "spread must be uniform, start or end", found=repr(spread), fix=nearest(spread, get_args(Spread))
        )
    first = "date_end" if spread == "end" else "date_start"
    last = "date_start" if spread == "start" else "date_end"
    query = _COUNT.format(
        unit=unit, first=first, last=last, month_0=_MONTH.format("day_0"), month_1=_MONTH.format("day_1")
    )
    found = connection.execute(query).fetchnumpy()
    return _Rows(*(np.asarray(found[name]).astype(np.int64) for name in ("unit", "month_id", "kind", "deaths")))


@dataclass(frozen=True)
class CellCounts:
    """Deaths per country, PRIO-GRID cell, month and type of violence, where there were any.

    Attributes
    ----------
    country, cell, month, violence, deaths : numpy.ndarray of int64, shape (k,)
        VIEWS ``country_id``, ``priogrid_gid``, ``month_id``, UCDP type (1 to 3) and deaths (1 or more). Cells at a border
        stand under each country that had deaths there.
    """

    country: IntArray
    cell: IntArray
    month: IntArray
    violence: IntArray
    deaths: IntArray

    def select(self, keep: NDArray[np.bool_]) -> CellCounts:
        """Return some of the rows."""
        return CellCounts(*(getattr(self, f.name)[keep] for f in fields(self)))


def count_cells(connection: duckdb.DuckDBPyConnection, record: Record, *, spread: Spread = "end") -> CellCounts:
    """Count the table or view ``events`` per country and cell, by the rules of :func:`count_deaths`.

    The rows of a country add up to its row of the country panel, month by month.
    """
    rows = _count(connection, f"({UNITS['country_id']})::BIGINT * {_BEYOND_CELLS} + priogrid_gid", spread)
    gwcode, cell = np.divmod(rows.unit, _BEYOND_CELLS)
    number = countries().set_index("gwcode").country_id
    kept = (rows.month >= record.span[0]) & (rows.month <= record.span[1]) & (rows.deaths > 0)
    kept &= np.isin(gwcode, number.index)
    rows, country = rows.take(kept), number.loc[gwcode[kept]].to_numpy(np.int64)
    return CellCounts(country, cell[kept], rows.month, rows.violence, rows.deaths)


def _with_note(provenance: Provenance, note: str) -> Provenance:
    return replace(provenance, notes=(*provenance.notes, note))


def _in_views_countries(rows: _Rows, provenance: Provenance, *, worldwide: bool) -> tuple[_Rows, IntArray, Provenance]:
    """Turn Gleditsch–Ward numbers into VIEWS numbers and say what falls outside them."""
    table = countries()
    number = dict(zip(table.gwcode.tolist(), table.country_id.tolist(), strict=True))
    known = np.array([int(u) in number for u in rows.unit], bool)
    if not known.all():
        codes = ", ".join(str(u) for u in sorted(set(rows.unit[~known].tolist())))
        lost = int(rows.deaths[~known].sum())
        note = (
            f"{lost:,} deaths lie in states that VIEWS does not list (UCDP country {codes}) and are not in the panel."
        )
        provenance, rows = _with_note(provenance, note), rows.take(known)
    rows = replace(rows, unit=np.array([number[int(u)] for u in rows.unit], np.int64))
    if worldwide:
        return rows, table.country_id.to_numpy(np.int64), provenance
    return rows, np.unique(rows.unit), provenance


def _dense(rows: _Rows, units: IntArray, kind: UnitKind, *, record: Record) -> Panel:
    """Lay counted rows out as a panel over the months the record covers."""
    months = np.arange(record.span[0], record.span[1] + 1)
    cube = np.zeros((len(units), len(months), len(TYPES)), np.int64)
    np.add.at(cube, (np.searchsorted(units, rows.unit), rows.month - months[0], rows.violence - 1), rows.deaths)
    exists = existence(units, months) if kind == "country_id" else np.ones(cube.shape[:2], bool)
    if kind == "country_id" and record.coverage is not None:
        exists &= _covered(units, months, record.coverage)
    return Panel(
        kind=kind,
        units=units,
        months=months,
        deaths=cube,
        exists=exists | (cube.sum(axis=2) > 0),
        provisional=months >= record.provisional_from,
        provenance=record.provenance,
    )


def _covered(units: IntArray, months: IntArray, coverage: dict[int, list[tuple[int, int]]]) -> NDArray[np.bool_]:
    """Return which months of which country the files cover, shape (n, t)."""
    table = countries()
    number = dict(zip(table.gwcode.tolist(), table.country_id.tolist(), strict=True)) | {YUGOSLAVIA: SERBIA}
    covered = np.zeros((len(units), len(months)), bool)
    for code, spans in coverage.items():
        row = units == number.get(code, -1)
        for first, last in spans:
            covered[np.ix_(row, (months >= first) & (months <= last))] = True
    return covered
