"""Run one function over many jobs, anywhere, with the same results."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

from threadpoolctl import threadpool_limits

from aftershock.errors import ClusterError
from aftershock.jobs.keys import fingerprint
from aftershock.jobs.parts import JSON, Codec, Parts
from aftershock.models.base import Progress

__all__ = ["Crew", "Done", "Runner", "Workers", "call", "check_same", "run_jobs"]

R = TypeVar("R")
Job = tuple[Any, ...]


@dataclass(frozen=True)
class Done(Generic[R]):
    """What a job returned, told apart from whatever else a worker may send."""

    result: R


class Crew(Protocol):
    """Works on the jobs of one function."""

    def begin(self, k: int, job: Job) -> None:
        """Take on job number ``k``."""

    def finished(self) -> tuple[int, Any]:
        """Wait for a job to finish, whichever; return its number and result."""

    def close(self) -> None:
        """Drop what is not finished."""


class Workers(Protocol):
    """A place with workers that are not of this process."""

    def crew(self, function: Callable[..., Any], shared: Job) -> Crew:
        """Return who works on a function's jobs."""


@dataclass(frozen=True)
class Runner:
    """Where jobs run, and where their finished parts are kept.

    Parameters
    ----------
    workers : concurrent.futures.Executor or Workers, optional
        This process if not given; :func:`open_runner` gives Dask's.
    parts : pathlib.Path, optional
        Folder of finished parts. What is found there is not computed again.
    """

    workers: Executor | Workers | None = None
    parts: Path | None = None

    def crew(self, function: Callable[..., Any], shared: Job) -> Crew:
        """Return who works on a function's jobs."""
        if self.workers is None:
            return _Here(function, shared)
        if isinstance(self.workers, Executor):
            return _OnExecutor(self.workers, function, shared)
        return self.workers.crew(function, shared)


def run_jobs(
    function: Callable[..., R],
    jobs: Iterable[Job],
    *,
    shared: Job = (),
    executor: Executor | Runner | None = None,
    codec: Codec[R] = JSON,
    ahead: int | None = None,
    progress: Progress | None = None,
    label: Callable[..., str] | None = None,
) -> Iterator[R]:
    """Yield ``function(*shared, *job)`` for every job, in the order of the jobs.

    The results do not depend on where the jobs run, provided the function takes all its randomness from its arguments.
    Linear algebra runs on one thread within a job, since the number of threads may change a last digit.

    Parameters
    ----------
    function : callable
        A function of a module, so that workers can find it.
    jobs : iterable of tuple
        The arguments of each job.
    shared : tuple
        Arguments before these, the same for all; sent to each Dask worker once.
    executor : concurrent.futures.Executor or Runner, optional
        This process if not given.
    codec : Codec
        How results become kept parts; used where the runner has a folder for them.
    ahead : int, optional
        How many jobs may be begun, and results wait, before the first one is taken. All if not given.
    progress : callable, optional
    label : callable, optional
        From a job's arguments to the text that progress shows.

    Raises
    ------
    ClusterError
        A worker has other versions than this process, or died too often over one job.
    StoreError
        A part cannot be written; those before it are kept.
    """
    todo = list(jobs)
    runner = executor if isinstance(executor, Runner) else Runner(executor)
    parts = None if runner.parts is None else Parts(runner.parts, codec, function, shared)
    ready: dict[int, R] = {}
    begun = done = 0

    def say(k: int, *, kept: bool) -> None:
        if progress:
            text = label(*todo[k]) if label else f"job {k + 1}"
            progress(f"{text} (kept)" if kept else text, done, len(todo))

    with threadpool_limits(limits=1), closing(runner.crew(function, shared)) as crew:
        for turn in range(len(todo)):
            for k in range(begun, min(len(todo), turn + (ahead or len(todo)))):
                begun = k + 1
                if parts and (found := parts.read(todo[k])):
                    ready[k], done = found.result, done + 1
                    say(k, kept=True)
                else:
                    crew.begin(k, todo[k])
            while turn not in ready:
                k, result = crew.finished()
                if parts:
                    parts.write(todo[k], result)
                ready[k], done = result, done + 1
                say(k, kept=False)
            yield ready.pop(turn)


class _Here:
    """One job after the other, in the process that asks."""

    def __init__(self, function: Callable[..., Any], shared: Job) -> None:
        self.function, self.shared = function, shared
        self.jobs: deque[tuple[int, Job]] = deque()

    def begin(self, k: int, job: Job) -> None:
        self.jobs.append((k, job))

    def finished(self) -> tuple[int, Any]:
        k, job = self.jobs.popleft()
        return k, call(self.function, self.shared, job, fingerprint()).result

    def close(self) -> None:
        self.jobs.clear()


class _OnExecutor:
    """The threads or processes of an executor."""

    def __init__(self, executor: Executor, function: Callable[..., Any], shared: Job) -> None:
        self.executor, self.function, self.shared = executor, function, shared
        self.left: dict[Future[Done[Any]], int] = {}
        self.queue: SimpleQueue[Future[Done[Any]]] = SimpleQueue()

    def begin(self, k: int, job: Job) -> None:
        future = self.executor.submit(call, self.function, self.shared, job, fingerprint())
        self.left[future] = k
        future.add_done_callback(self.queue.put)

    def finished(self) -> tuple[int, Any]:
        future = self.queue.get()
        return self.left.pop(future), future.result().result

    def close(self) -> None:
        for future in self.left:
            future.cancel()


def call(function: Callable[..., R], shared: Job, job: Job, expected: dict[str, str]) -> Done[R]:
    """Run one job where it has landed."""
    check_same(expected)
    _use_one_thread(len(sys.modules))
    return Done(function(*shared, *job))


@cache
def _use_one_thread(_modules: int) -> None:
    """Put linear algebra on one thread, again whenever modules have come: this looks for libraries, and takes 20 ms.

    In a worker it is for good; the process that called :func:`run_jobs` sets it back.
    """
    threadpool_limits(limits=1)


def check_same(expected: dict[str, str]) -> None:
    """Raise :class:`ClusterError` where this process could compute other results than the one that asks."""
    here = fingerprint()
    other = [
        f"{name} {here.get(name, 'none')} instead of {value}"
        for name, value in expected.items()
        if here.get(name) != value
    ]
    if other:
        raise ClusterError(
            "workers must run what the calling process runs, or results could differ",
            found=f"a worker with {'; '.join(other)}",
            fix="Install the same versions everywhere and restart the workers; for processors see the page on scale.",
        )
