"""The worker: takes jobs from the queue, one process for each, and watches over it.

A process of its own gives its memory back when the job ends, can be stopped at any moment, and takes nothing else with it
when it fails. It ends when its server does, however that came about.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import shutil
import signal
import threading
import time
from collections.abc import Mapping
from typing import Any

from aftershock.errors import AftershockError, StoreError, UsageError
from aftershock.web.errors import MissingError
from aftershock.web.jobs import Job, Queue
from aftershock.web.logs import log, log_exception, log_libraries
from aftershock.web.settings import Settings
from aftershock.web.work import KINDS, Kind, Place

__all__ = ["Worker"]

LOOK_S = 0.2  # seconds between two looks at the queue or a job
SAY_S = 0.25  # seconds between two notes of progress
GRACE_S = 3.0  # seconds from asking a process to end to ending it


class Worker(threading.Thread):
    """One job at a time, until stopped; kinds are those of :data:`aftershock.web.work.KINDS` if not given."""

    def __init__(self, queue: Queue, kinds: Mapping[str, Kind] = KINDS) -> None:
        super().__init__(name="aftershock-worker", daemon=True)
        self.queue, self.kinds = queue, kinds
        self._ending = threading.Event()

    def stop(self) -> None:
        """End the running job, put it back into the queue, and end."""
        self._ending.set()
        if self.is_alive():
            self.join(GRACE_S * 3)

    def run(self) -> None:
        """Take job after job."""
        with self.queue.held():
            self.queue.recover()
            while not self._ending.is_set():
                self._next()

    def _next(self) -> None:
        """Do a job, or wait a moment where there is none."""
        try:
            if job := self.queue.claim():
                self._do(job)
                return
        except Exception as error:  # noqa: BLE001  a full disk, say: the next job may do better
            log_exception("worker stumbled", error)
        self._ending.wait(LOOK_S)

    def _do(self, job: Job) -> None:
        log("job started", id=job.id, kind=job.kind, start=job.starts)
        process = multiprocessing.get_context("spawn").Process(
            target=_work,
            args=(self.queue.settings, job.id, self.kinds.get(job.kind)),
            name=f"aftershock-job-{job.id}",
            daemon=True,
        )
        process.start()
        self._watch(job, process)
        if self._state(job) == "running":  # the process went without a word
            lost = StoreError(
                "a job's process must live to its end",
                found=f"an end with code {process.exitcode}",
                fix="It may have needed more memory than there is: ask for less.",
            )
            self.queue.fail(job.id, lost)
        took = round(time.time() - (job.started or 0), 1)
        log("job ended", id=job.id, kind=job.kind, state=self._state(job), seconds=took)

    def _state(self, job: Job) -> str:
        """Return a job's state; one that was cancelled and removed is gone."""
        try:
            return self.queue.get(job.id).state
        except MissingError:
            return "removed"

    def _watch(self, job: Job, process: multiprocessing.process.BaseProcess) -> None:
        """Wait for a job's end; bring it about when the job is cancelled or out of time, or the server ends."""
        minutes = self.kinds[job.kind].minutes if job.kind in self.kinds else 1
        latest = time.monotonic() + minutes * 60
        while process.is_alive():
            if self._ending.is_set():
                _end(process)
                self.queue.put_back(job.id, lost=False)
            elif self._state(job) != "running":
                _end(process)
            elif time.monotonic() > latest:
                _end(process)
                late = UsageError(
                    f"a job of this kind must end within {minutes:g} minutes", found="more", fix="Ask for less."
                )
                self.queue.fail(job.id, late)
            process.join(LOOK_S)


def _end(process: multiprocessing.process.BaseProcess) -> None:
    process.terminate()
    process.join(GRACE_S)
    if process.is_alive():
        process.kill()
        process.join(GRACE_S)


def _work(settings: Settings, name: str, kind: Kind | None) -> None:
    """Do a job; what runs in its process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides when jobs end
    log_libraries()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    queue = Queue(settings)
    job = queue.get(name)
    try:
        queue.finish(name, _done(queue, job, kind))
    except AftershockError as error:
        queue.fail(name, error)
    except MemoryError:
        queue.fail(name, StoreError("a job must fit in memory", found="no more of it", fix="Ask for less."))
    except Exception as error:  # noqa: BLE001  the last resort: nothing of it is shown
        number = log_exception("job failed", error, job=name, kind=job.kind)
        fix = f"Report it with the number {number}, under which the server's log has the rest."
        queue.fail(name, StoreError("a job must end as planned", found="an error of its own", fix=fix))


def _done(queue: Queue, job: Job, kind: Kind | None) -> dict[str, Any] | None:
    """Run the work of a job in its folder, emptied."""
    if kind is None:
        raise UsageError(
            "a job must be of a kind that this version knows", found=repr(job.kind), fix="Ask for it anew."
        )
    folder = queue.results(job.id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    last = 0.0

    def progress(text: str, done: float, total: float | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SAY_S:
            last = now
            queue.say(job.id, text, done, total)

    return kind.run(kind.parameters.model_validate(job.parameters), Place(queue.data, folder), progress)


def _end_with_parent() -> None:
    """Wait for the server's end, and end at once."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
