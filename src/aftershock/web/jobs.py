"""Long work: a queue in SQLite that outlives the server, and a folder per job for its results.

::

    DIR/web/jobs.sqlite        one row per job
    DIR/web/results/ID/        what job ID wrote

States: waiting → running → done, failed or cancelled. A running job whose server ended is put back to waiting.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aftershock.errors import AftershockError, StoreError
from aftershock.web.errors import BusyError, ConflictError, MissingError
from aftershock.web.settings import Settings
from aftershock.web.work import Kind, Parameters

__all__ = ["ENDED", "Job", "Queue"]

ENDED = ("done", "failed", "cancelled")
RESERVED = 4  # one place in so many is not for a kind that has all others: no kind keeps the rest out
MOST_STARTS = 3  # of a job whose server ended each time before it did
_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, parameters TEXT NOT NULL,
    state TEXT NOT NULL, text TEXT NOT NULL DEFAULT '', done REAL NOT NULL DEFAULT 0, total REAL, created REAL NOT NULL,
    started REAL, ended REAL, starts INTEGER NOT NULL DEFAULT 0, facts TEXT, error TEXT
)
"""
_NEXT = """
SELECT min(place) FROM jobs AS waiting WHERE state = 'waiting' GROUP BY kind
ORDER BY (SELECT coalesce(max(started), 0) FROM jobs AS begun WHERE begun.kind = waiting.kind), min(place) LIMIT 1
"""


@dataclass(frozen=True)
class Job:
    """A job as the queue knows it; times are seconds since 1970, UTC."""

    place: int
    id: str
    kind: str
    parameters: dict[str, Any]
    state: str
    text: str
    done: float
    total: float | None
    created: float
    started: float | None
    ended: float | None
    starts: int
    facts: dict[str, Any] | None
    error: dict[str, Any] | None

    @property
    def share(self) -> float | None:
        """How much is done, 0 to 1, if that is known."""
        return min(self.done / self.total, 1.0) if self.total else None


def _job(row: sqlite3.Row) -> Job:
    values = dict(row)
    for name in ("parameters", "facts", "error"):
        values[name] = json.loads(values[name]) if values[name] else None
    return Job(**values)


def _unusable(folder: Path, error: Exception) -> StoreError:
    fix = "Free space there, or choose another with --data-dir."
    return StoreError("the data directory must be writable", found=f"{folder.name}: {error}", fix=fix)


class Queue:
    """The jobs of a data directory; safe to use from several threads and processes."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.data, self.folder = settings, settings.data, settings.folder
        self.path = self.folder / "jobs.sqlite"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(self.folder, error) from error
        with self._open() as base:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute(_TABLE)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as base:
                base.row_factory = sqlite3.Row
                yield base
        except sqlite3.Error as error:
            raise _unusable(self.folder, error) from error

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the file open: else each look at it makes and removes its journal anew, which doubles the time of a look."""
        with self._open() as base:
            base.execute("SELECT count(*) FROM jobs").fetchall()
            yield

    def add(self, kind: Kind, parameters: Parameters) -> Job:
        """Put a job at the end of the queue; one that waits or runs with the same parameters is returned instead.

        Raises
        ------
        BusyError
            As many wait as may.
        """
        given = json.dumps(parameters.model_dump(mode="json"), sort_keys=True)
        with self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            same = base.execute(
                "SELECT * FROM jobs WHERE kind = ? AND parameters = ? AND state IN ('waiting', 'running')",
                (kind.name, given),
            ).fetchone()
            if same:
                base.execute("ROLLBACK")
                return _job(same)
            query = "SELECT count(*), sum(kind = ?) FROM jobs WHERE state = 'waiting'"
            waiting, alike = base.execute(query, (kind.name,)).fetchone()
            most = self.settings.max_waiting
            most_alike = most - most // RESERVED
            if waiting >= most or (alike or 0) >= most_alike:
                base.execute("ROLLBACK")
                full = waiting >= most
                raise BusyError(
                    f"at most {most if full else most_alike} jobs{'' if full else ' of one kind'} may wait at a time",
                    found=f"{waiting if full else alike}",
                    fix="Wait until some are done, or cancel them on the page of jobs.",
                )
            name = secrets.token_hex(8)
            base.execute(
                "INSERT INTO jobs (id, kind, parameters, state, created) VALUES (?, ?, ?, 'waiting', ?)",
                (name, kind.name, given, time.time()),
            )
            base.execute("COMMIT")
        self._sweep()
        return self.get(name)

    def get(self, name: str) -> Job:
        """Return a job by its id."""
        with self._open() as base:
            row = base.execute("SELECT * FROM jobs WHERE id = ?", (name,)).fetchone()
        if row is None:
            raise MissingError(
                "a job must be known by its id", found=repr(name[:40]), fix="See the page of jobs, /jobs."
            )
        return _job(row)

    def all(self, *, kind: str | None = None, state: str | None = None) -> list[Job]:
        """Return jobs, the newest first."""
        query, given = (
            "SELECT * FROM jobs WHERE (? IS NULL OR kind = ?) AND (? IS NULL OR state = ?)",
            (kind, kind, state, state),
        )
        with self._open() as base:
            return [_job(row) for row in base.execute(f"{query} ORDER BY place DESC", given)]

    def counts(self) -> dict[str, int]:
        """Return how many jobs are in each state."""
        with self._open() as base:
            found = dict(base.execute("SELECT state, count(*) FROM jobs GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in ("waiting", "running", *ENDED)}

    def ahead(self, job: Job) -> int:
        """Return how many jobs were asked for before a waiting one; those of other kinds may still come first."""
        with self._open() as base:
            query = "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running') AND place < ?"
            return int(base.execute(query, (job.place,)).fetchone()[0])

    def results(self, name: str) -> Path:
        """Return the folder of a job's results."""
        return self.folder / "results" / self.get(name).id

    def cancel(self, name: str) -> Job:
        """End a job; one that has ended stays as it is, and :class:`ConflictError` says so."""
        job = self.get(name)
        if not self._change(name, ("waiting", "running"), state="cancelled", ended=time.time()):
            raise ConflictError(
                "a job to be cancelled must wait or run", found=f"one that is {job.state}", fix="Nothing is left to do."
            )
        return self.get(name)

    def remove(self, name: str) -> None:
        """Remove an ended job and its results."""
        job = self.get(name)
        if job.state not in ENDED:
            raise ConflictError(
                "a job to be removed must have ended", found=f"one that is {job.state}", fix="Cancel it first."
            )
        with self._open() as base:
            base.execute("DELETE FROM jobs WHERE id = ?", (job.id,))
        shutil.rmtree(self.folder / "results" / job.id, ignore_errors=True)

    def claim(self) -> Job | None:
        """Set a waiting job to running and return it: of the kind that has run least lately, the one that came first."""
        with self._open() as base:
            row = base.execute(
                "UPDATE jobs SET state = 'running', started = ?, starts = starts + 1, text = '', done = 0, total = NULL "
                f"WHERE place = ({_NEXT}) AND state = 'waiting' RETURNING *",
                (time.time(),),
            ).fetchone()
        return _job(row) if row else None

    def say(self, name: str, text: str, done: float, total: float | None) -> None:
        """Note how far a running job is."""
        self._change(
            name, ("running",), text=text[:200], done=float(done), total=None if total is None else float(total)
        )

    def finish(self, name: str, facts: dict[str, Any] | None) -> None:
        """Set a running job to done."""
        self._change(name, ("running",), state="done", ended=time.time(), facts=json.dumps(facts or {}))

    def fail(self, name: str, error: AftershockError) -> None:
        """Set a running job to failed."""
        parts = {"must": error.must, "found": error.found, "fix": error.fix, "rows": list(error.rows[:5])}
        self._change(name, ("running",), state="failed", ended=time.time(), error=json.dumps(parts))

    def put_back(self, name: str, *, lost: bool) -> None:
        """Let a running job wait again, at its old place. Others stay as they are.

        One that was lost with its server may be what brought it down: after too many starts it has failed. A start that was
        ended in good order does not count.
        """
        starts = next((job.starts for job in self.all(state="running") if job.id == name), None)
        if starts is None:
            return
        if lost and starts >= MOST_STARTS:
            fault = StoreError("a job must end before its server does", found=f"{starts} starts", fix="Ask for less.")
            self.fail(name, fault)
        else:
            counted = starts if lost else starts - 1
            self._change(
                name, ("running",), state="waiting", started=None, starts=counted, text="", done=0.0, total=None
            )

    def recover(self) -> None:
        """Put back what was running when the last server ended."""
        for job in self.all(state="running"):
            self.put_back(job.id, lost=True)

    def _change(self, name: str, states: tuple[str, ...], **values: Any) -> bool:
        """Set columns of a job that is in one of some states; say whether it was."""
        columns = ", ".join(f"{column} = ?" for column in values)
        marks = ", ".join("?" for _ in states)
        with self._open() as base:
            changed = base.execute(
                f"UPDATE jobs SET {columns} WHERE id = ? AND state IN ({marks})", (*values.values(), name, *states)
            )
            return changed.rowcount == 1

    def _sweep(self) -> None:
        """Remove the oldest ended jobs beyond those that are kept."""
        ended = [job for job in self.all() if job.state in ENDED]
        for job in ended[self.settings.kept_jobs :]:
            self.remove(job.id)
