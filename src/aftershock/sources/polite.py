"""How to ask a server politely: with timeouts, few tries, the waits it asks for, and the proxy of the environment.

urllib3's own retries are not used: they read the body of a refusal to its end, however long that is, and they do not
cover a body that breaks off. `Caller.patiently` covers both, with one limit on the number of tries.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TypeVar
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError, NewConnectionError, ProxyError, SSLError
from urllib3.exceptions import TimeoutError as SlowError

from aftershock.errors import DownloadError

__all__ = ["PATIENCE", "Caller", "PassingError", "Patience", "Progress", "calling", "refusal"]

Progress = Callable[[str, int, int | None], None]
_T = TypeVar("_T")

_PIECE = 1 << 16  # of a transfer: small, so that progress shows
_LONGEST_WAIT_S = 300.0  # asked to wait longer than this, a program does better to stop and say so
_MOST_REDIRECTS = 5
_SLOWEST = 1024  # bytes within one read timeout: below this a transfer counts as stalled, though bytes still drip
_NOT_NOW = {400, 408, 425, 429, 500, 502, 503, 504}  # UCDP answers callers that are too quick with 400
_BY_HAND = "Fetch the file with a browser and run `aftershock import FILE`."


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, and how often to try.

    Parameters
    ----------
    connect_s, read_s : float
        Seconds to wait for a connection, and for the next bytes.
    tries : int
        Tries for each file or page, the first included.
    backoff_s : float
        Seconds before the second try; doubled for each one after. When the server asks for a longer wait, it gets it.
    """

    connect_s: float = 10.0
    read_s: float = 30.0
    tries: int = 5
    backoff_s: float = 1.0


PATIENCE = Patience()


class PassingError(Exception):
    """A fault that may be gone at the next try. It never leaves this package."""

    def __init__(self, found: str, wait_s: float = 0.0) -> None:
        self.wait_s = wait_s
        super().__init__(found)


def refusal(must: str, found: str, fix: str = _BY_HAND) -> DownloadError:
    """Return the error for what another try would not mend."""
    return DownloadError(must, found=found, fix=fix)


class Caller:
    """The way to the server (the connections to use for an address), how patient to be, and whom to tell."""

    def __init__(
        self, way: Callable[[str], urllib3.PoolManager], patience: Patience, progress: Progress | None
    ) -> None:
        self.way, self.patience, self.progress = way, patience, progress
        self.done = 0
        self.total: int | None = None

    def say(self, text: str) -> None:
        """Report progress, if anyone listens."""
        if self.progress:
            self.progress(text, self.done, self.total)

    def patiently(self, action: Callable[[], _T], *, url: str) -> _T:
        """Return what `action` returns, trying again after a fault that may pass."""
        tried = 0
        while True:
            try:
                return action()
            except PassingError as fault:
                tried += 1
                wait = max(fault.wait_s, min(self.patience.backoff_s * 2 ** (tried - 1), _LONGEST_WAIT_S))
                if tried >= self.patience.tries or wait > _LONGEST_WAIT_S:
                    asked = f", and it asks to wait {wait:,.0f} s" if wait > _LONGEST_WAIT_S else ""
                    found = f"{fault} (try {tried} of {self.patience.tries}{asked}) at {url}"
                    fix = "Run `aftershock pull` again: it resumes."
                    raise refusal("the server must send the file whole", found, fix) from fault
                self.say(f"{fault}; next try in {wait:,.1f} s")
                time.sleep(wait)

    @contextmanager
    def open(self, url: str, headers: dict[str, str]) -> Iterator[tuple[str, urllib3.BaseHTTPResponse]]:
        """Give the address that answered and its answer; the connection is closed at the end, read or not."""
        timeout = urllib3.Timeout(connect=self.patience.connect_s, read=self.patience.read_s)
        headers = {"User-Agent": "aftershock", "Accept-Encoding": "identity"} | headers
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                response = self.way(url).request(
                    "GET", url, headers=headers, timeout=timeout, preload_content=False, redirect=False, retries=False
                )
            except LocationValueError as error:
                raise refusal("an address must be a web address", f"{url!r}") from error
            except HTTPError as error:
                raise PassingError(self._describe(error)) from error
            with closing(response):
                place = response.get_redirect_location()
                if not place:
                    _check_status(response, url)
                    yield url, response
                    return
            url = _redirected(url, place)
        raise refusal(f"a file must be reached within {_MOST_REDIRECTS} redirects", f"one more, to {url}")

    def pieces(self, response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
        """Yield the body as it comes; a stalled or broken one raises PassingError."""
        since, came = time.monotonic(), 0
        while True:
            try:
                piece = response.read1(_PIECE, decode_content=False)
            except HTTPError as error:
                raise PassingError(self._describe(error)) from error
            if not piece:
                return
            yield piece
            came += len(piece)
            if time.monotonic() - since > self.patience.read_s:
                if came < _SLOWEST:
                    raise PassingError(f"only {came} bytes within {self.patience.read_s:g} s")
                since, came = time.monotonic(), 0

    @staticmethod
    def _describe(error: HTTPError) -> str:
        if isinstance(error, ProxyError):
            return f"no connection through the proxy ({error.original_error})"
        if isinstance(error, NewConnectionError):  # urllib3 counts it among the timeouts
            return "no connection to the server"
        if isinstance(error, SlowError):
            return "no answer in time"
        return f"no secure connection ({error})" if isinstance(error, SSLError) else "a connection that broke off"


@contextmanager
def calling(http: urllib3.PoolManager | None, patience: Patience, progress: Progress | None = None) -> Iterator[Caller]:
    """Give a caller over `http`, or over connections of its own that are closed at the end.

    Its own connections go through the proxy that the environment names, found anew for each address: a redirect may
    lead to another scheme, or to a host that is not to be reached through the proxy.
    """
    with ExitStack() as own:
        opened = cache(lambda proxy: own.enter_context(_connections(proxy)))
        yield Caller(lambda url: http or opened(_proxy_for(url)), patience, progress)


def _proxy_for(url: str) -> str:
    """Return the address of the proxy that the environment names for `url`, or '' for none."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme, "").strip()
    if not proxy or proxy_bypass(parts.netloc.rpartition("@")[2]):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"  # HOST:PORT alone is usual


def _connections(proxy: str) -> urllib3.PoolManager:
    if not proxy:
        return urllib3.PoolManager()
    try:
        parts = urllib3.util.parse_url(proxy)
        if parts.host:
            # make_headers writes Latin-1, so a password read as Latin-1 arrives with its own bytes.
            password = unquote(parts.auth, "latin-1") if parts.auth else None
            headers = urllib3.make_headers(proxy_basic_auth=password)
            return urllib3.ProxyManager(proxy, proxy_headers=headers)
    except ValueError:  # urllib3's own errors for addresses are among them
        pass
    # Neither this message nor the error behind it may show the proxy's password.
    found = repr(re.sub(r"//.*@", "//", proxy))
    fix = "Correct http_proxy or https_proxy, or name the server in no_proxy."
    raise refusal("the proxy in the environment must be an http or https address", found, fix)


def _check_status(response: urllib3.BaseHTTPResponse, url: str) -> None:
    if response.status in _NOT_NOW:
        try:
            wait = urllib3.Retry().get_retry_after(response) or 0.0
        except (HTTPError, ValueError, OverflowError):  # a wait that cannot be read asks for nothing
            wait = 0.0
        raise PassingError(f"HTTP status {response.status}", wait)
    if response.status not in (200, 206, 416):
        raise refusal("the server must have the file", f"HTTP status {response.status} at {url}")


def _redirected(url: str, place: str) -> str:
    try:
        target = urljoin(url, place)
        scheme = urlsplit(target).scheme
    except ValueError:
        target, scheme = place, ""
    if scheme not in ("http", "https") or (scheme == "http" and url.startswith("https:")):
        raise refusal("a redirect must lead to a web address, and not off TLS", f"one from {url} to {target!r}")
    return target
