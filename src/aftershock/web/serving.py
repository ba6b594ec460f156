"""The server itself: one per data directory, from its first line to a tidy end."""

from __future__ import annotations

import contextlib
import signal
import socket
import sqlite3
import webbrowser
from collections.abc import Callable, Iterator
from types import FrameType

import uvicorn

from aftershock.errors import StoreError
from aftershock.web.app import make_app
from aftershock.web.logs import log_libraries
from aftershock.web.patience import Patient
from aftershock.web.settings import Settings

__all__ = ["run", "server_config"]

MOST_AT_ONCE = 300  # connections; more are answered 503
LONGEST_LINE = 128  # connections that wait to be taken
LONGEST_HEAD = 160 * 1024  # bytes of a request's head: an address may hold a whole scenario, 12 bytes a character
QUIET_S = 10  # seconds that a silent connection is kept
ENDING_S = 4  # seconds that answers under way may take once the server is to end


def run(settings: Settings, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    settings : Settings
    browser : bool
        Whether to open the first page.
    say : callable
        Called with each line meant for a person.

    Raises
    ------
    StoreError
        The data directory cannot be written to or is being served already, or the port is taken.
    """
    log_libraries()
    with _alone(settings), _listening(settings) as listener:
        port = listener.getsockname()[1]
        shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  compared, not bound
        address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
        server = _Server(server_config(settings), lambda: _opened(address, browser=browser, say=say))
        server.run(sockets=[listener])


def server_config(settings: Settings, *, work: bool = True) -> uvicorn.Config:
    """Return how the app of a data directory is served; ``work`` is whether its jobs are done."""
    return uvicorn.Config(
        make_app(settings, work=work), log_config=None, access_log=False, server_header=False, timeout_keep_alive=QUIET_S,
        limit_concurrency=MOST_AT_ONCE, timeout_graceful_shutdown=ENDING_S, lifespan="on", http=Patient,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        proxy_headers=bool(settings.proxies), forwarded_allow_ips="*" if "*" in settings.proxies else list(settings.proxies),
    )  # fmt: skip


class _Server(uvicorn.Server):
    """Says when it listens, and ends of its own when told to: with exit code 0, where uvicorn dies of the signal."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """End in good order; at the second Ctrl-C at once, when the next server puts back what ran."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def _opened(address: str, *, browser: bool, say: Callable[[str], None]) -> None:
    say(f"Aftershock is at {address} (Ctrl-C ends it)")
    if browser:
        with contextlib.suppress(webbrowser.Error):
            webbrowser.open(address)


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # A socket that names its protocol: asyncio sends small writes of others only after the reader's delayed acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(LONGEST_LINE)
    except OSError as error:
        listener.close()
        raise StoreError(
            "the server's address must be free",
            found=f"{settings.host}, port {settings.port}: {error.strerror or error}",
            fix="Choose another with --port or --host.",
        ) from error
    with listener:
        yield listener


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the data directory against a second server; the lock ends with the process."""
    lock = None
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(settings.folder / "serving.sqlite", timeout=0.5, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except (OSError, sqlite3.Error) as error:
        if lock is not None:
            lock.close()
        raise StoreError(
            "a data directory must be writable and served by one server",
            found=f"{settings.folder}: {error}",
            fix="Use the server that runs, or another directory with --data-dir.",
        ) from error
    try:
        yield
    finally:
        lock.close()
