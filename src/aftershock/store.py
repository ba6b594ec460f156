"""The data directory: what was imported, when it became known, and the events it adds up to.

::

    DIR/vintages/ucdp-26.1-8c941d84/    one folder per imported file, never changed again
        events.parquet                  the events kept
        rejects.csv                     row, line, reason and text of each record left out
        vintage.json                    what, whence, when
    DIR/incoming/…                      a file being imported; a killed import leaves it here and harms nothing

A vintage is written beside its place and moved there in one step, so the store holds the old state or the new one, whole.
Two imports of the same file end in the same folder. Which vintages count on a day is decided when events are asked for
(:func:`choose_vintages`), so that any past day can be answered for.
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
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aftershock.contract import EVENT_COLUMNS, Events, Panel, Provenance, UnitKind
from aftershock.errors import DataError, StoreError, UsageError
from aftershock.figures import CITATION
from aftershock.months import month_end, month_text
from aftershock.panel import Record, Spread, count_rows
from aftershock.sources import ACLED_CITATION, load_events
from aftershock.sources.releases import parse_release

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["Choice", "Store", "Vintage", "choose_vintages", "default_folder"]

Kind = Literal["annual", "candidate", "cumulative", "file"]
_STALE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Vintage:
    """One imported file.

    Attributes
    ----------
    id : str
        Its folder.
    source : {"ucdp", "acled"}
    release : str
        The provider's version, or the file's name where it has none.
    kind : {"annual", "candidate", "cumulative", "file"}
        A ``file`` carries no version.
    first_month, last_month : int
        ``month_id`` covered: by the version where there is one, else by the events.
    known_on : datetime.date
        The day it became known; ``--as-of`` goes by it.
    added_on : datetime.date
        The day it was imported.
    file_name, sha256 : str
    url, last_modified : str
        Where it was fetched from and the server's date; empty for a file at hand.
    rows, read, rejected : int
    flags : dict of str to int
        Oddities kept, counted.
    """

    id: str
    source: Literal["ucdp", "acled"]
    release: str
    kind: Kind
    first_month: int
    last_month: int
    known_on: dt.date
    added_on: dt.date
    file_name: str
    sha256: str
    rows: int
    read: int
    rejected: int
    flags: dict[str, int] = field(default_factory=dict)
    url: str = ""
    last_modified: str = ""

    @property
    def provisional(self) -> bool:
        """Whether it is candidate data."""
        return self.kind in ("candidate", "cumulative")

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values, dates as text."""
        return {k: str(v) if isinstance(v, dt.date) else v for k, v in asdict(self).items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Vintage:
        """Make it from :meth:`to_json`."""
        dates = {k: dt.date.fromisoformat(values[k]) for k in ("known_on", "added_on")}
        return cls(**{**values, **dates})


@dataclass(frozen=True)
class Choice:
    """Which vintages count on a day, and for which months.

    Attributes
    ----------
    final, provisional : tuple of Vintage
        In the order they override each other, oldest first.
    cutoff : int
        The last ``month_id`` of the final data; candidate events up to it are left out.
    span : tuple of int
        First and last ``month_id`` covered without a gap.
    notes : tuple of str
    """

    final: tuple[Vintage, ...]
    provisional: tuple[Vintage, ...]
    cutoff: int
    span: tuple[int, int]
    notes: tuple[str, ...]


def default_folder() -> Path:
    """Return the data directory: ``AFTERSHOCK_DATA``, or the platform's place for user data."""
    if given := os.environ.get("AFTERSHOCK_DATA"):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("aftershock", appauthor=False)


def choose_vintages(vintages: list[Vintage]) -> Choice:
    """Choose among vintages of one source, all known on the day asked about.

    The newest annual release replaces every older one whole. Files without a version fill months that no annual release
    covers. Candidate files count after that; a cumulative one replaces the months it covers. A month that no candidate
    file covers ends the record, since an absent file is not a month without violence.
    """
    annual = max(
        (v for v in vintages if v.kind == "annual"), key=lambda v: (v.last_month, v.known_on, v.id), default=None
    )
    files = sorted((v for v in vintages if v.kind == "file"), key=lambda v: (v.known_on, v.id))
    files = [v for v in files if annual is None or v.last_month > annual.last_month]
    final = ([annual] if annual else []) + files
    candidates = sorted((v for v in vintages if v.provisional), key=lambda v: (v.known_on, v.last_month, v.id))
    cutoff = max((v.last_month for v in final), default=min((v.first_month for v in candidates), default=1) - 1)
    candidates = [v for v in candidates if v.last_month > cutoff]
    cumulative = max(
        (v for v in candidates if v.kind == "cumulative"), key=lambda v: (v.last_month, v.known_on), default=None
    )
    if cumulative:
        months = (cumulative.first_month, cumulative.last_month)
        candidates = [v for v in candidates if v is cumulative or v.first_month < months[0] or v.last_month > months[1]]
    covered = {m for v in candidates for m in range(v.first_month, v.last_month + 1)}
    last, notes = cutoff, []
    if annual and files:
        notes.append(
            f"After {month_text(annual.last_month)} the record rests on files without a version, up to {month_text(cutoff)}: "
            "a country that is not in them counts as zero there, and candidate files for those months are left out."
        )
    while last + 1 in covered:
        last += 1
    if covered and max(covered) > last:
        notes.append(
            f"No candidate file covers {month_text(last + 1)}: the record ends before it. "
            "Run `aftershock pull`, or import that month."
        )
        candidates = [v for v in candidates if v.first_month <= last]
    first = min((v.first_month for v in (*final, *candidates)), default=1)
    return Choice(tuple(final), tuple(candidates), cutoff, (first, last), tuple(notes))


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
        for path in sorted(self.folder.glob("vintages/*/vintage.json")):
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
            yield connection, self._record(choice, source)

    def _query(self, choice: Choice) -> str:
        """Return the SQL that puts vintages together: of one id, the newest vintage's row."""
        parts = []
        for order, vintage in enumerate((*choice.final, *choice.provisional)):
            path = str(self.folder / "vintages" / vintage.id / "events.parquet").replace("'", "''")
            when = "TRUE"
            if vintage.provisional:
                when = f"date_end > DATE '{month_end(choice.cutoff)}'"
            elif vintage.kind == "file" and choice.final[0].kind == "annual":
                when = f"date_end > DATE '{month_end(choice.final[0].last_month)}'"
            parts.append(
                f"SELECT {', '.join(EVENT_COLUMNS)}, {vintage.provisional} AS provisional, '{vintage.id}' AS vintage, "
                f"{order} AS newness FROM read_parquet('{path}') WHERE {when}"
            )
        if len(parts) == 1:
            return f"SELECT * EXCLUDE (newness) FROM ({parts[0]})"
        union = " UNION ALL ".join(parts)
        return f"SELECT * EXCLUDE (newness) FROM ({union}) QUALIFY row_number() OVER (PARTITION BY id ORDER BY newness DESC) = 1"

    def _record(self, choice: Choice, source: str) -> Record:
        used = (*choice.final, *choice.provisional)
        worldwide = source == "ucdp" and any(v.kind != "file" for v in used)
        notes = choice.notes
        if not worldwide:
            notes = (
                *notes,
                "Only countries with an event in the imported files are counted; the files do not say that others had none.",
            )
        return Record(
            span=choice.span,
            provisional_from=choice.cutoff + 1,
            worldwide=worldwide,
            provenance=Provenance(
                source="store",
                vintage=", ".join(f"{'UCDP GED' if v.source == 'ucdp' else 'ACLED'} {v.release}" for v in used),
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
        return Events(table, record.span, record.provisional_from, record.worldwide, record.provenance)

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

    def sql(self, query: str, *, source: str = "ucdp", as_of: dt.date | None = None) -> pd.DataFrame:
        """Return the answer to a query over the view ``events`` of :meth:`connect`."""
        with self.connect(source, as_of=as_of) as (connection, _):
            return connection.execute(query).df()


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
    import pyarrow.csv

    ready = work / "ready"
    ready.mkdir()
    try:
        with duckdb.connect(config={"temp_directory": str(work / "spill")}) as connection:
            source, reading = load_events(connection, path, today=today)
            target = str(ready / "events.parquet").replace("'", "''")
            columns = ", ".join(EVENT_COLUMNS)
            connection.execute(f"COPY (SELECT {columns} FROM events) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
            ((first, last),) = connection.execute("SELECT min(date_start), max(date_end) FROM events").fetchall()
    except duckdb.Error as error:
        raise OSError(0, str(error).splitlines()[0]) from error
    pyarrow.csv.write_csv(reading.rejects, ready / "rejects.csv")
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
