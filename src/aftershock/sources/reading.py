"""How a file becomes events, whatever its provider: a :class:`Format` says what must hold, :func:`load` sees to it.

Two ways lead through a file. The fast one lets DuckDB read all of it at once and serves every sound file. Where that fails,
or a row breaks a rule, the careful one takes the file record by record and gives each rejected row its number and reason.
Both apply the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aftershock.contract import EVENT_COLUMNS
from aftershock.errors import RejectedError
from aftershock.sources.tabular import Header, read_header, split_records

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["Format", "Reading", "Rule", "load"]


_PARQUET = "(FORMAT parquet, COMPRESSION zstd)"
_NO_FIELD = "\x01 no field is this \x01"


@dataclass(frozen=True)
class Rule:
    """What must hold of a column, and the SQL condition that breaks it."""

    column: str
    broken: str
    must: str


@dataclass(frozen=True)
class Format:
    """A provider's file format.

    Attributes
    ----------
    name : str
    required : tuple of str
        Columns without which a file is not of this format.
    default : tuple of str
        The columns a file without a header row is taken to have.
    staged : dict of str to str
        The columns read, with the SQL type they are read as. Whole numbers are read as DOUBLE, since a cast to integer
        would round 2.7 in silence; the rules then ask for whole ones.
    key : str
        The column that may not repeat.
    rules : tuple of Rule
        In the order they are tried.
    flags : dict of str to str
        Oddities that are kept and counted: what it is, and the SQL condition.
    events : dict of str to str
        Event column to SQL expression over the staged columns.
    """

    name: str
    required: tuple[str, ...]
    default: tuple[str, ...]
    staged: dict[str, str]
    key: str
    rules: tuple[Rule, ...]
    flags: dict[str, str]
    events: dict[str, str]


@dataclass(frozen=True)
class Reading:
    """What came out of a file.

    Attributes
    ----------
    rows : int
        Records in the file; always those read plus those rejected.
    read : int
        Events kept.
    rejects : pyarrow.Table
        ``row, line, reason, text`` of each record left out.
    flags : dict of str to int
        Rows kept though something about them is odd, counted by what it is.
    careful : bool
        Whether the file had to be taken record by record.
    """

    rows: int
    read: int
    rejects: pa.Table
    flags: dict[str, int] = field(default_factory=dict)
    careful: bool = False


def load(
    connection: duckdb.DuckDBPyConnection, plain: Path, form: Format, *, name: str, into: Path | None = None
) -> Reading:
    """Read a plain CSV into the table ``events`` of a DuckDB connection, replacing one that is there.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    plain : pathlib.Path
        As :func:`aftershock.sources.tabular.unpacked` gives it.
    form : Format
    name : str
        What the file is called in messages.
    into : pathlib.Path, optional
        A Parquet file to write the events to; ``events`` is then a view of it. It spares a sound file a stop in memory.

    Raises
    ------
    DataError
        The file is not of the format.
    RejectedError
        Not one row could be read.
    """
    header = read_header(plain, required=form.required, default=form.default, name=name)
    reading = _load_fast(connection, plain, header, form, into)
    if reading is None:
        reading = _load_carefully(connection, plain, header, form)
        if into:
            connection.execute(f"COPY events TO '{_quoted(into)}' {_PARQUET}")
    if not reading.read:
        raise RejectedError(
            "a file must hold at least one row that can be read",
            found=f"{reading.rows} rows, all rejected, in {name}",
            fix="The first reasons:",
            rows=[f"row {r['row']}: {r['reason']}" for r in reading.rejects.slice(0, 5).to_pylist()],
            count=reading.rejects.num_rows,
        )
    return reading


def _load_fast(
    connection: duckdb.DuckDBPyConnection, plain: Path, header: Header, form: Format, into: Path | None = None
) -> Reading | None:
    """Read the whole file in one pass; None where anything at all is wrong with it."""
    import duckdb

    # A column that is not read goes by its place: its name is the file's own text, and this is SQL.
    types = {(c if c in form.staged else f"unread_{k}"): "VARCHAR" for k, c in enumerate(header.columns)}
    # Two traps of DuckDB 2.0: with a line ending named, it finds no row at all in a file that has another one; with the
    # empty field as null, it drops empty fields beyond the last column, so a row shifted by one field would pass.
    scan = (
        f"read_csv('{_quoted(plain)}', auto_detect = false, header = {bool(header.size)}, "
        f"delim = ',', quote = '\"', escape = '\"', strict_mode = true, nullstr = '{_NO_FIELD}', columns = {types})"
    )
    staged = ", ".join(
        f"nullif({c}, '')::{kind} AS {c}" if c in header.columns else f"NULL::{kind} AS {c}"
        for c, kind in form.staged.items()
    )
    broken = " OR ".join(f"coalesce({rule.broken}, false)" for rule in form.rules)
    sound = f"CASE WHEN {broken} THEN error('a rule is broken') ELSE true END"  # the first broken row ends the query
    query = f"SELECT {_events(form)}, {_flags(form)} FROM (SELECT {staged} FROM {scan}) WHERE {sound}"
    try:
        if into:
            connection.execute(f"COPY ({query}) TO '{_quoted(into)}' {_PARQUET}")
            connection.execute(f"CREATE OR REPLACE VIEW events AS FROM read_parquet('{_quoted(into)}')")
        else:
            connection.execute(f"CREATE OR REPLACE TABLE events AS {query}")
    except duckdb.Error:
        return None
    ((rows, ids),) = connection.execute("SELECT count(*), count(DISTINCT id) FROM events").fetchall()
    if rows != ids or not rows:
        connection.execute(f"DROP {'VIEW' if into else 'TABLE'} events")
        return None
    return Reading(rows=rows, read=rows, rejects=_reject_schema().empty_table(), flags=_tally(connection, form))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _events(form: Format) -> str:
    return ", ".join(f"({form.events[name]})::{kind} AS {name}" for name, kind in EVENT_COLUMNS.items())


def _flags(form: Format) -> str:
    """Return the select list of the flags: a truth value per row, named by what is odd."""
    return ", ".join(f'coalesce({condition}, false) AS "{name}"' for name, condition in form.flags.items())


def _tally(connection: duckdb.DuckDBPyConnection, form: Format) -> dict[str, int]:
    """Return how many events carry each flag, those carried by none left out."""
    counts = ", ".join(f'count(*) FILTER ("{name}")' for name in form.flags)
    (found,) = connection.execute(f"SELECT {counts} FROM events").fetchall()
    return {name: n for name, n in zip(form.flags, found, strict=True) if n}


def _reject_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([("row", pa.int64()), ("line", pa.int64()), ("reason", pa.string()), ("text", pa.string())])


def _load_carefully(connection: duckdb.DuckDBPyConnection, plain: Path, header: Header, form: Format) -> Reading:
    """Take the file record by record, so that each rejected row has its number and reason."""
    import pyarrow as pa

    present = [name for name in form.staged if name in header.columns]
    index = [header.columns.index(name) for name in present]
    sound: list[list[str | int | None]] = []
    torn: list[dict[str, str | int]] = []
    for record in split_records(plain, header):
        if record.reason:
            torn.append({"row": record.row, "line": record.line, "reason": record.reason, "text": record.text})
        else:
            sound.append(
                [record.row, record.line, record.redecoded, record.text, *(record.fields[i] or None for i in index)]
            )
    types = [pa.int64(), pa.int64(), pa.bool_(), *[pa.string()] * (1 + len(present))]
    columns = list(zip(*sound, strict=True)) or [()] * len(types)
    names = ["row", "line", "redecoded", "text", *present]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    connection.register("records", pa.table(arrays, names=names))
    rejects = _judge(connection, present, form)
    connection.unregister("records")
    ((read, redecoded),) = connection.execute("SELECT count(*), count(*) FILTER (redecoded) FROM staged").fetchall()
    connection.execute("DROP TABLE staged")
    rejects = pa.concat_tables([pa.Table.from_pylist(torn, _reject_schema()), rejects.cast(_reject_schema())]).sort_by(
        "row"
    )
    kept = _tally(connection, form) | ({"not UTF-8, read as Windows-1252": redecoded} if redecoded else {})
    return Reading(rows=read + rejects.num_rows, read=read, rejects=rejects, flags=kept, careful=True)


def _judge(connection: duckdb.DuckDBPyConnection, present: list[str], form: Format) -> pa.Table:
    """Make ``events`` of the records that keep every rule; return the others with the first rule they break."""
    cast, unread = [], []
    for name, kind in form.staged.items():
        raw = name if name in present else "NULL::VARCHAR"
        cast.append(
            f"{raw} AS raw_{name}, "
            + (raw if kind == "VARCHAR" else f"TRY_CAST(trim({raw}) AS {kind})")
            + f" AS {name}"
        )
        if kind == "DOUBLE":
            unread.append(Rule(name, f"raw_{name} IS NOT NULL AND {name} IS NULL", "must be a number"))
    cases = " ".join(
        f"WHEN {r.broken} THEN '{r.column} {r.must}; found ' || coalesce('\"' || left(raw_{r.column}, 40) || '\"', 'nothing')"
        for r in (*unread, *form.rules)
    )
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE judged AS
        WITH typed AS (SELECT row, line, redecoded, text, {", ".join(cast)} FROM records),
        ruled AS (SELECT *, CASE {cases} END AS broken FROM typed)
        SELECT *, CASE WHEN broken IS NOT NULL THEN broken
            WHEN row_number() OVER (PARTITION BY broken IS NULL, {form.key} ORDER BY row) > 1
            THEN '{form.key} stands twice; found "' || raw_{form.key} || '"' END AS reason FROM ruled"""
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE staged AS SELECT * FROM judged WHERE reason IS NULL ORDER BY row")
    connection.execute(f"CREATE OR REPLACE TABLE events AS SELECT {_events(form)}, {_flags(form)} FROM staged")
    rejects = connection.sql("SELECT row, line, reason, text FROM judged WHERE reason IS NOT NULL").to_arrow_table()
    connection.execute("DROP TABLE judged")
    return rejects
