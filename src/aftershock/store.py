"""The data directory: what was imported, when it became known, and the events it adds up to.

::

    DIR/vintages/ucdp-26.1-8c941d84/    one folder per imported file, never changed again
        events.parquet                  the events kept, with a truth value for each oddity
        rejects.csv                     row, line, reason and text of each record left out
        vintage.json                    what, whence, when
    DIR/incoming/…                      a file being imported; a killed import leaves it here and harms nothing

A vintage is written beside its place and moved there in one step, so the store holds the old state or the new one, whole.
Two imports of the same file end in the same folder. Which vintages count on a day is decided when events are asked for
(:func:`aftershock.vintages.choose_vintages`), so that any past day can be answered for.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aftershock.contract import EVENT_COLUMNS, Events, Panel, Provenance, UnitKind
from aftershock.documents import safe_cell
from aftershock.errors import DataError, StoreError, UsageError
from aftershock.figures import CITATION
from aftershock.months import month_end, month_text
from aftershock.panel import CellCounts, Record, Spread, count_cells, count_rows
from aftershock.sources import ACLED_CITATION, load_events
from aftershock.sources.releases import parse_release
from aftershock.vintages import Choice, Vintage, choose_vintages

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["Store", "default_folder"]

_STALE_SECONDS = 24 * 3600


def default_folder() -> Path:
    """Return the data directory: ``AFTERSHOCK_DATA``, or the platform's place for user data."""
    if given := os.environ.get("AFTERSHOCK_DATA"):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("aftershock", appauthor=False)


class Store:
    """A data directory.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Made when first written to; :func:`default_folder` if not given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()

    def vintages(self) -> list[Vintage]:
        """Return every vintage, in the order they became known."""
        found = []
        try:
            paths = sorted(self.folder.glob("vintages/*/vintage.json"))
        except OSError as error:
            raise StoreError(
                "the data directory must be readable",
                found=f"{self.folder}: {error.strerror}",
                fix="Choose another with --data-dir.",
            ) from error
        for path in paths:
            try:
                found.append(Vintage.from_json(json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, ValueError, TypeError, KeyError) as error:
                raise StoreError(
                    "a vintage's description must be readable",
                    found=f"{path}: {error}",
                    fix="Remove that folder and import the file again.",
                ) from error
        return sorted(found, key=lambda v: (v.known_on, v.last_month, v.id))

    def add(
        self, path: Path, *, today: dt.date, known_on: dt.date | None = None, url: str = "", last_modified: str = ""
    ) -> tuple[Vintage, bool]:
        """Import one file.

        Parameters
        ----------
        path : pathlib.Path
            A GED release or an ACLED export.
        today : datetime.date
        known_on : datetime.date, optional
            The day the file became known; ``today`` if not given. Not in the future.

        Returns
        -------
        (Vintage, bool)
            The vintage, and whether it is new; the same content is kept once.

        Raises
        ------
        DataError
            The file cannot be read.
        StoreError
            The data directory cannot be written to; it is as it was.
        """
        known_on = known_on or today
        if known_on > today:
            raise UsageError(
                "a file cannot become known in the future", found=str(known_on), fix=f"Give a day up to {today}."
            )
        digest = _digest(path)
        for vintage in self.vintages():
            if vintage.sha256 == digest:
                return vintage, False
        try:
            (self.folder / "incoming").mkdir(parents=True, exist_ok=True)
            (self.folder / "vintages").mkdir(exist_ok=True)
            self._sweep()
            with tempfile.TemporaryDirectory(dir=self.folder / "incoming", ignore_cleanup_errors=True) as work:
                vintage = _write(path, Path(work), digest=digest, today=today, known_on=known_on)
                vintage = replace(vintage, url=url, last_modified=last_modified)
                return self._place(vintage, Path(work))
        except OSError as error:
            raise StoreError(
                "the data directory must be writable",
                found=f"{self.folder}: {error.strerror or error}",
                fix="Free space, or choose another with --data-dir. Nothing was changed.",
            ) from error

    def _place(self, vintage: Vintage, work: Path) -> tuple[Vintage, bool]:
        """Move a finished vintage to its place in one step."""
        ready = work / "ready"
        (ready / "vintage.json").write_text(json.dumps(vintage.to_json(), indent=1), encoding="utf-8")
        for path in [*ready.iterdir(), ready]:
            _sync(path)
        target = self.folder / "vintages" / vintage.id
        try:
            os.rename(ready, target)
        except OSError:
            if not (target / "vintage.json").exists():
                raise
            return vintage, False  # the same file was imported beside us
        _sync(target.parent)
        return vintage, True

    def _sweep(self) -> None:
        """Remove what imports killed more than a day ago left behind."""
        for path in (self.folder / "incoming").iterdir():
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _STALE_SECONDS:
                    shutil.rmtree(path, ignore_errors=True)

    def sources(self) -> list[str]:
        """Return which providers' data is here, UCDP first."""
        return sorted({v.source for v in self.vintages()}, reverse=True)

    def choose(self, source: str = "ucdp", *, as_of: dt.date | None = None) -> Choice:
        """Return which vintages count on a day.

        Raises
        ------
        DataError
            Nothing was known by then.
        """
        vintages = [v for v in self.vintages() if v.source == source]
        known = [v for v in vintages if as_of is None or v.known_on <= as_of]
        if not known:
            found = (
                f"the first known on {min(v.known_on for v in vintages)}" if vintages else f"nothing in {self.folder}"
            )
            must = f"the store must hold {source.upper()} data" + (f" known by {as_of}" if as_of else "")
            raise DataError(must, found=found, fix="Run `aftershock pull`, or import a file with its --known-on day.")
        return choose_vintages(known)

    @contextlib.contextmanager
    def connect(
        self, source: str = "ucdp", *, as_of: dt.date | None = None
    ) -> Iterator[tuple[duckdb.DuckDBPyConnection, Record]]:
        """Open a DuckDB connection with a view ``events``: what counts on a day, each event once.

        The view has the columns of :data:`aftershock.contract.EVENT_COLUMNS`, then ``provisional`` and ``vintage``.
        """
        import duckdb

        choice = self.choose(source, as_of=as_of)
        with duckdb.connect() as connection:
            connection.execute(f"CREATE VIEW events AS {self._query(choice)}")
            yield connection, self._record(connection, choice, source)

    def _dropped(self, connection: duckdb.DuckDBPyConnection, choice: Choice) -> int:
        """Count candidate events that are left out because the annual release covers their month."""
        paths = [str(self.folder / "vintages" / v.id / "events.parquet") for v in choice.provisional]
        if not paths or not choice.final:
            return 0
        query = "SELECT count(*) FROM read_parquet($paths) WHERE date_end <= $day"
        rows = connection.execute(query, {"paths": paths, "day": month_end(choice.cutoff)}).fetchall()
        return int(rows[0][0])

    def _query(self, choice: Choice) -> str:
        """Return the SQL that puts vintages together: of one id, the newest vintage's row."""
        parts = []
        used = sorted((*choice.final, *choice.provisional), key=lambda v: (v.known_on, v.last_month, v.id))
        for order, vintage in enumerate(used):
            path = str(self.folder / "vintages" / vintage.id / "events.parquet").replace("'", "''")
            when = "TRUE"
            if vintage.provisional:
                when = f"date_end > DATE '{month_end(choice.cutoff)}'"
            parts.append(
                f"SELECT {', '.join(EVENT_COLUMNS)}, {vintage.provisional} AS provisional, '{vintage.id}' AS vintage, "
                f"{order} AS newness FROM read_parquet('{path}') WHERE {when}"
            )
        if len(parts) == 1:
            return f"SELECT * EXCLUDE (newness) FROM ({parts[0]})"
        union = " UNION ALL ".join(parts)
        return f"SELECT * EXCLUDE (newness) FROM ({union}) QUALIFY row_number() OVER (PARTITION BY id ORDER BY newness DESC) = 1"

    def _record(self, connection: duckdb.DuckDBPyConnection, choice: Choice, source: str) -> Record:
        """Say what the view ``events`` is: span, provisional months, coverage, provenance."""
        used = (*choice.final, *choice.provisional)
        notes = choice.notes
        coverage: dict[int, list[tuple[int, int]]] | None = None
        if dropped := self._dropped(connection, choice):
            until = month_text(choice.cutoff)
            notes = (
                *notes,
                f"Candidate events left out, since the final data covers their months (to {until}): {dropped:,}.",
            )
        if source != "ucdp" or any(v.kind == "file" for v in used):
            coverage = {}
            spans = {v.id: (v.first_month, v.last_month) for v in used}
            for code, name in connection.execute(
                "SELECT DISTINCT country_id, vintage FROM events ORDER BY ALL"
            ).fetchall():
                coverage.setdefault(int(code), []).append(spans[name])
            notes = (
                *notes,
                "Only countries with an event in the imported files are counted; the files do not say that others had none.",
            )
        return Record(
            span=choice.span,
            provisional_from=choice.cutoff + 1,
            coverage=coverage,
            provenance=Provenance(
                source="store",
                vintage=f"{'UCDP GED' if source == 'ucdp' else 'ACLED'} {_listed([v.release for v in used])}",
                citation=CITATION if source == "ucdp" else ACLED_CITATION,
                notes=notes,
            ),
        )

    def events(self, source: str = "ucdp", *, as_of: dt.date | None = None) -> Events:
        """Return the events that count on a day."""
        with self.connect(source, as_of=as_of) as (connection, record):
            table = connection.sql(
                f"SELECT {', '.join(EVENT_COLUMNS)} FROM events ORDER BY date_start, id"
            ).to_arrow_table()
        return Events(table, record.span, record.provisional_from, record.coverage is None, record.provenance)

    def panel(
        self,
        kind: UnitKind = "country_id",
        *,
        source: str = "ucdp",
        as_of: dt.date | None = None,
        spread: Spread = "end",
    ) -> Panel:
        """Return deaths per unit and month, counted in the store without reading the events into memory."""
        with self.connect(source, as_of=as_of) as (connection, record):
            return count_rows(connection, record, kind, spread=spread)

    def cells(self, source: str = "ucdp", *, as_of: dt.date | None = None, spread: Spread = "end") -> CellCounts:
        """Return deaths per country, PRIO-GRID cell and month, counted as :meth:`panel` counts countries."""
        with self.connect(source, as_of=as_of) as (connection, record):
            return count_cells(connection, record, spread=spread)

    def sql(self, query: str, *, source: str = "ucdp", as_of: dt.date | None = None) -> pd.DataFrame:
        """Return the answer to a query over the view ``events`` of :meth:`connect`.

        Raises
        ------
        UsageError
            The query is not sound SQL.
        """
        import duckdb

        with self.connect(source, as_of=as_of) as (connection, _):
            try:
                answer: pd.DataFrame = connection.sql(query).df()
                return answer
            except duckdb.Error as error:
                found = str(error).splitlines()[0]
                raise UsageError(
                    "a query must be sound SQL over the view events", found=found, fix="Mend it."
                ) from error


def _listed(names: list[str], most: int = 9) -> str:
    """Return names in a row, those in the middle of a long one counted.

    Examples
    --------
    >>> _listed(["25.1", "25.0.1"]), _listed(["a", "b", "c", "d", "e"], most=3)
    ('25.1, 25.0.1', 'a, b, … (2 more), e')
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])}, … ({len(names) - most} more), {names[-1]}"


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DataError(
            "an input file must be readable", found=f"{path}: {error.strerror}", fix="Check the path."
        ) from error


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, work: Path, *, digest: str, today: dt.date, known_on: dt.date) -> Vintage:
    """Read a file into ``work/ready`` and describe it."""
    import duckdb
    import pyarrow as pa
    import pyarrow.csv

    ready = work / "ready"
    ready.mkdir()
    try:
        with duckdb.connect(config={"temp_directory": str(work / "spill")}) as connection:
            source, reading = load_events(connection, path, today=today, into=ready / "events.parquet")
            ((first, last),) = connection.execute("SELECT min(date_start), max(date_end) FROM events").fetchall()
    except duckdb.Error as error:
        raise OSError(0, str(error).splitlines()[0]) from error
    column = reading.rejects.schema.get_field_index("text")  # of a stranger's file: for a spreadsheet no formula
    texts = pa.array([safe_cell(text) for text in reading.rejects.column(column).to_pylist()], pa.string())
    pyarrow.csv.write_csv(reading.rejects.set_column(column, "text", texts), ready / "rejects.csv")
    release = parse_release(path.name) if source == "ucdp" else None
    name = release.name if release else path.name
    safe = re.sub(r"[^A-Za-z0-9.]+", "_", name).strip("._")[:60] or "file"
    return Vintage(
        id=f"{source}-{safe}-{digest[:8]}",
        source=source,
        release=name,
        kind=release.kind if release else "file",
        first_month=release.first_month if release else (first.year - 1980) * 12 + first.month,
        last_month=release.last_month if release else (last.year - 1980) * 12 + last.month,
        known_on=known_on,
        added_on=today,
        file_name=path.name,
        sha256=digest,
        rows=reading.rows,
        read=reading.read,
        rejected=reading.rejects.num_rows,
        flags=reading.flags,
    )
