"""Jobs on Dask: a cluster of this machine's cores, or one that is already there."""

from __future__ import annotations

import logging
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

from aftershock.errors import ClusterError, UsageError
from aftershock.jobs.keys import fingerprint
from aftershock.jobs.running import Done, Runner, call, check_same

__all__ = ["Cluster", "open_runner"]

R = TypeVar("R")
Job = tuple[Any, ...]
Client: TypeAlias = Any  # distributed.Client, an optional package
CONNECT_S = 10
WORKERS_S = 60
TRIES = 3
HELP = "Start `dask scheduler` and `dask worker` there and check the address, or use --dask local."


@contextmanager
def open_runner(dask: str | None = None, *, parts: Path | None = None) -> Iterator[Runner]:
    """Give a place to run jobs on, until the block ends.

    Parameters
    ----------
    dask : str, optional
        ``local`` for a worker process per core of this machine, ``local:4`` for four, or the ``tcp://HOST:PORT`` of a
        Dask scheduler. This process if not given.
    parts : pathlib.Path, optional
        Folder of finished parts; what is found there is not computed again.

    Raises
    ------
    UsageError
        The address cannot be one, or Dask is not installed.
    ClusterError
        No scheduler answers, no worker comes, or a worker runs other versions than this process.
    """
    if not dask:
        yield Runner(parts=parts)
        return
    with ExitStack() as stack:
        client = _open_local(stack, dask) if dask.startswith("local") else _open_remote(stack, dask)
        cluster = Cluster(client)
        cluster.check()
        yield Runner(workers=cluster, parts=parts)


def _open_local(stack: ExitStack, address: str) -> Client:
    """Start workers on this machine, one thread each."""
    match = re.fullmatch(r"local(?::([1-9]\d{0,3}))?", address)
    if not match:
        raise _bad_address(address)
    dask, distributed = _import()
    with dask.config.set({"distributed.scheduler.worker-saturation": 1.0}):  # no job waits on a worker that may die
        cluster = distributed.LocalCluster(
            n_workers=int(match[1] or dask.system.CPU_COUNT),
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            env={"LOKY_MAX_CPU_COUNT": "1"},  # forests would use every core in every worker
            silence_logs=logging.CRITICAL,  # a lost worker is made good for, or becomes an error of ours
        )
    return stack.enter_context(distributed.Client(stack.enter_context(cluster), set_as_default=False))


def _open_remote(stack: ExitStack, address: str) -> Client:
    """Connect to a scheduler and wait for its first worker."""
    try:
        given = urlsplit(address)
        if given.scheme not in {"tcp", "tls"} or not given.hostname or not given.port:
            raise ValueError
    except ValueError:
        raise _bad_address(address) from None
    _, distributed = _import()
    try:
        socket.create_connection(
            (given.hostname, given.port), timeout=CONNECT_S
        ).close()  # Dask itself tries for longer
        # a lost scheduler becomes our error; Dask sets the client's level apart from the package's
        stack.enter_context(_quiet("distributed", "distributed.client", "tornado.application"))
        client = stack.enter_context(distributed.Client(address, timeout=CONNECT_S, set_as_default=False))
    except OSError as error:
        raise ClusterError("a Dask scheduler must answer", found=f"none at {address} ({error})", fix=HELP) from error
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError as error:
        found = f"none at {address} within {WORKERS_S} seconds"
        raise ClusterError("a Dask scheduler must have a worker", found=found, fix=HELP) from error
    return client


@contextmanager
def _quiet(*names: str) -> Iterator[None]:
    """Keep packages' logs from standard error."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _bad_address(address: str) -> UsageError:
    return UsageError(
        "--dask must say where to run",
        found=repr(address),
        fix="Write local, local:4 (workers) or tcp://HOST:8786 (a scheduler).",
    )


def _import() -> tuple[Any, Any]:
    try:
        import dask.system
        import distributed
    except ImportError as error:
        raise UsageError(
            "--dask needs the package distributed",
            found=str(error),
            fix='Install it with `pip install "aftershock[dask]"`, or leave --dask out.',
        ) from error
    return dask, distributed


class Cluster:
    """The workers behind a Dask scheduler.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Client) -> None:
        self.client = client

    def check(self) -> None:
        """Raise :class:`ClusterError` where a worker could compute other results than this process."""
        try:
            self.client.run(check_same, fingerprint())
        except (ImportError, AttributeError) as error:
            raise ClusterError(
                "workers must have the same Aftershock as the calling process",
                found=f"a worker that says: {error}",
                fix="Install it everywhere and restart the workers.",
            ) from error

    def crew(self, function: Callable[..., Any], shared: Job) -> DaskCrew:
        """Return who works on a function's jobs."""
        return DaskCrew(self.client, function, shared)


class DaskCrew:
    """The jobs of one function on Dask.

    The shared arguments are copied to every worker. Dask gives the job of a killed worker to another one; should all
    workers that hold the shared arguments die, it gives up the jobs that need them, and both are sent anew.
    """

    def __init__(self, client: Client, function: Callable[..., Any], shared: Job) -> None:
        _, distributed = _import()
        self.client, self.function, self.shared = client, function, shared
        self.done = distributed.as_completed(loop=client.loop, with_results=True, raise_errors=False)
        self.left: dict[Any, tuple[int, Job, Any]] = {}
        self.given_up: Counter[int] = Counter()
        self.held = self._send_shared()

    def begin(self, k: int, job: Job) -> None:
        """Send job number ``k``."""
        fixed = {"function": self.function, "shared": self.held, "expected": fingerprint()}
        with _lasting():
            future = self.client.submit(_call, job, **fixed, pure=False)
        self.left[future] = (k, job, self.held)
        self.done.add(future)

    def finished(self) -> tuple[int, Any]:
        """Wait for a job to finish, whichever; return its number and result."""
        while True:
            future, answer = self._next_answer()
            k, job, held = self.left.pop(future)
            if isinstance(answer, Done):
                future.release()  # or Dask would compute it again, should its worker die
                return k, answer.result
            if isinstance(answer, tuple):  # type, error, traceback
                raise _said(answer[1])
            self.given_up[k] += 1
            if self.given_up[k] == TRIES:
                raise _deadly(f"one during which every worker died, {TRIES} times")
            if held is self.held:
                self.held = self._send_shared()
            self.begin(k, job)

    def _next_answer(self) -> tuple[Any, Any]:
        """Wait for an answer; one that was on its way from a scheduler that died never comes."""
        while not self.done.has_ready():
            if self.client.status == "closed":
                raise _gone("its scheduler is gone")
            with self.done.thread_condition:
                self.done.thread_condition.wait(timeout=0.1)
        answer: tuple[Any, Any] = next(self.done)
        return answer

    def close(self) -> None:
        """Drop what is not finished."""
        with suppress(ClusterError), _lasting():  # a cluster that is gone has dropped them
            if self.left:
                self.client.cancel(list(self.left))

    def _send_shared(self) -> Any:
        with _lasting():
            (held,) = self.client.scatter([self.shared], broadcast=True, hash=False)
        return held


@contextmanager
def _lasting() -> Iterator[None]:
    """Say in our words that the scheduler has gone."""
    from distributed.client import ClosedClientError

    try:
        yield
    except (OSError, ClosedClientError) as error:
        raise _gone(str(error).rstrip(".") or type(error).__name__) from error


def _gone(found: str) -> ClusterError:
    return ClusterError(
        "the Dask cluster must last until the jobs are done",
        found=found,
        fix="Start it again and repeat the command; finished parts, if kept, are not computed again.",
    )


def _call(
    job: tuple[Any, ...], *, function: Callable[..., R], shared: tuple[Any, ...], expected: dict[str, str]
) -> Done[R]:
    """Run one job on a worker."""
    return call(function, shared, job, expected)


def _said(error: BaseException) -> BaseException:
    """Return a worker's error; where Dask gave a job up, say so in our words."""
    from distributed import KilledWorker

    if not isinstance(error, KilledWorker):
        return error
    died, last = error.allowed_failures + 1, error.last_worker.address
    return _deadly(f"one during which {died} workers died, the last at {last}")


def _deadly(found: str) -> ClusterError:
    return ClusterError(
        "a job must not end its worker",
        found=found,
        fix="Most often memory ran out: give workers more, or ask for fewer draws. Finished parts, if kept, stay.",
    )
