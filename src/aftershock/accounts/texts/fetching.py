"""Fetch an article's page from a public web address, and from no other.

An address may name, or lead by a redirect or by its name's records, to a machine of the reader's own network. So each
host is resolved here, every address it has is checked to be public, and the connection is made to the very address that
was checked, under the host's name. For the same reason no proxy is used: it would resolve the name anew. Only what comes
within a size and a time is read.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as SlowError

from aftershock.accounts.texts.decoding import MOST_BYTES
from aftershock.errors import DownloadError, UsageError

__all__ = ["Fetched", "Network", "fetch_page", "is_public"]

_MOST_REDIRECTS = 5
_PIECE = 1 << 16
_READABLE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/pdf": "pdf",
}
_BY_HAND = "Save the page with a browser and read the file."
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an internet address is one that anybody can reach.

    Examples
    --------
    >>> is_public("93.184.215.14"), is_public("10.0.0.1"), is_public("::ffff:127.0.0.1"), is_public("169.254.169.254")
    (True, False, False, False)
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # with a zone, such as fe80::1%eth0, among others
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if parsed.ipv4_mapped or parsed.scope_id or parsed.is_site_local or (inner and not is_public(str(inner))):
            return False
    return parsed.is_global and not (
        parsed.is_multicast or parsed.is_reserved or parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified
    )


def _resolve(host: str, port: int) -> list[str]:
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


@dataclass(frozen=True)
class Network:
    """How names are resolved and which addresses may be called; for tests, another way.

    Parameters
    ----------
    resolve : callable
        From host and port to addresses.
    allowed : callable
        Whether an address may be called.
    connect_s, read_s, whole_s : float
        Seconds to wait for a connection, for the next bytes, and for all of it.
    """

    resolve: Callable[[str, int], Sequence[str]] = _resolve
    allowed: Callable[[str], bool] = is_public
    connect_s: float = 10.0
    read_s: float = 20.0
    whole_s: float = 60.0


@dataclass(frozen=True)
class Fetched:
    """A page as it came.

    Parameters
    ----------
    data : bytes
    address : str
        Where it was in the end.
    kind : str, optional
        "html", "text", "markdown" or "pdf", as the server says.
    charset : str, optional
        As the server says.
    """

    data: bytes = field(repr=False)
    address: str
    kind: str | None
    charset: str | None


def fetch_page(address: str, network: Network | None = None) -> Fetched:
    """Return what a web address holds.

    Raises
    ------
    UsageError
        It is no web address, or not of the public internet, or not of a kind that can be read.
    DownloadError
        It did not come whole.
    """
    network = network or Network()
    result: list[Fetched] = []
    fault: list[BaseException] = []
    over = threading.Event()

    def work() -> None:
        try:
            result.append(_follow(address, network, over))
        except BaseException as error:  # noqa: BLE001 - raised again by who waits
            fault.append(error)

    # A name server, or a server that sends its headers byte by byte, can outlast every limit on single reads.
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(network.whole_s)
    over.set()
    if fault:
        raise fault[0]
    if not result:
        found = f"no whole answer within {network.whole_s:g} s at {address}"
        raise DownloadError("a page must come in time", found=found, fix=_BY_HAND)
    return result[0]


def _follow(address: str, network: Network, over: threading.Event) -> Fetched:
    for _ in range(_MOST_REDIRECTS + 1):
        place = _once(address, network, over)
        if isinstance(place, Fetched):
            return place
        target = urljoin(address, place)
        if address.startswith("https:") and not target.lower().startswith("https:"):
            found = f"one from {address} to {target!r}"
            raise UsageError("a redirect must lead to a web address, and not off TLS", found=found, fix=_BY_HAND)
        address = target
    raise DownloadError(
        f"a page must be reached within {_MOST_REDIRECTS} redirects", found=f"one more, to {address}", fix=_BY_HAND
    )


def _parts(address: str) -> tuple[str, str, int, str]:
    """Return scheme, host, port and the rest of an address."""
    found = f"{address[:200]!r}"
    fix = "Give an address such as https://example.org/article."
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        ascii_host = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise UsageError("an address must be a web address", found=found, fix=fix) from None
    bad = re.search(r"[\x00-\x20\x7f\\]", address)
    if parts.scheme not in ("http", "https") or not ascii_host or bad:
        raise UsageError("an address must be a web address", found=found, fix=fix)
    if parts.username is not None or parts.password is not None:
        raise UsageError("an address must hold no user name or password", found=f"one for {host}", fix=_BY_HAND)
    path = urllib3.util.parse_url(address.partition("#")[0]).request_uri
    return parts.scheme, ascii_host, port or (443 if parts.scheme == "https" else 80), path


def _checked(host: str, port: int, network: Network) -> Sequence[str]:
    try:
        addresses = network.resolve(host, port)
    except (OSError, UnicodeError):
        addresses = ()
    if not addresses:
        fix = "Check the address and the connection to the internet."
        raise DownloadError("the address must name a server", found=f"no such server: {host}", fix=fix)
    for each in addresses:
        if not network.allowed(each):
            found = f"{host}, which is {each}, an address of a private network or of this machine"
            raise UsageError("a page must lie on the public internet", found=found, fix=_BY_HAND)
    return addresses


def _once(address: str, network: Network, over: threading.Event) -> Fetched | str:
    """Ask once; return the page, or where the answer leads."""
    scheme, host, port, path = _parts(address)
    addresses = _checked(host, port, network)
    timeout = urllib3.Timeout(connect=network.connect_s, read=network.read_s)
    standard = port == (443 if scheme == "https" else 80)
    shown = f"[{host}]" if ":" in host else host
    headers = {
        "Host": shown if standard else f"{shown}:{port}",
        "User-Agent": "aftershock",
        "Accept": ", ".join(_READABLE),
        "Accept-Encoding": "gzip, identity",
    }
    for number, each in enumerate(addresses):
        with closing(_pool(scheme, host, each, port, timeout)) as pool:
            try:
                response = pool.urlopen(
                    "GET",
                    path,
                    headers=headers,
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    assert_same_host=False,
                )
                with closing(response):
                    return _answer(address, response, network, over)
            except NewConnectionError as error:
                if number + 1 == len(addresses):
                    raise _broken(address, error) from None
            except HTTPError as error:
                raise _broken(address, error) from None
    raise AssertionError  # the last address returned or raised


def _pool(scheme: str, host: str, address: str, port: int, timeout: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    """Return connections to the address that was checked; over TLS, to who can prove to be the host."""
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=timeout, maxsize=1, cert_reqs="CERT_REQUIRED", assert_hostname=host, server_hostname=host
    )


def _answer(address: str, response: urllib3.BaseHTTPResponse, network: Network, over: threading.Event) -> Fetched | str:
    if response.status in (301, 302, 303, 307, 308) and (place := response.headers.get("Location")):
        return place
    if response.status != 200:
        found = f"HTTP status {response.status} at {address}"
        raise DownloadError(
            "the server must have the page", found=found, fix="Check the address, or save the page with a browser."
        )
    said, _, rest = response.headers.get("Content-Type", "").partition(";")
    kind = _READABLE.get(said.strip().lower())
    if (
        said.strip()
        and kind is None
        and said.strip().lower() not in ("application/octet-stream", "binary/octet-stream")
    ):
        found = f"{said.strip()[:80]!r} at {address}"
        raise UsageError("an address must hold a page, a text or a PDF file", found=found, fix=_BY_HAND)
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", rest, re.IGNORECASE)
    return Fetched(_body(address, response, network, over), address, kind, charset[1] if charset else None)


def _body(address: str, response: urllib3.BaseHTTPResponse, network: Network, over: threading.Event) -> bytes:
    """Read at most so much, packed or not: what a small answer unpacks to counts as well."""
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise DownloadError(
            "a page must come as it is or packed by gzip", found=f"{packing[:40]!r} at {address}", fix=_BY_HAND
        )
    unpack = zlib.decompressobj(31) if "gzip" in packing else None
    parts, size, since = [], 0, time.monotonic()
    while piece := response.read1(_PIECE, decode_content=False):
        try:
            part = unpack.decompress(piece, MOST_BYTES + 1 - size) if unpack else piece
        except zlib.error as error:
            raise DownloadError(
                "a page must come whole", found=f"broken packing ({error}) at {address}", fix=_BY_HAND
            ) from None
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES or (unpack and unpack.unconsumed_tail):
            found = f"more than that at {address}"
            raise UsageError(f"an article must be of at most {MOST_BYTES // 1_000_000} MB", found=found, fix=_BY_HAND)
        if over.is_set() or time.monotonic() - since > network.whole_s:
            break
    if (unpack and not unpack.eof) or response.length_remaining:
        raise DownloadError("a page must come whole", found=f"{size:,} bytes and no end at {address}", fix=_BY_HAND)
    return b"".join(parts)


def _broken(address: str, error: HTTPError) -> DownloadError:
    if isinstance(error, NewConnectionError):
        what = "no connection to the server"
    elif isinstance(error, SlowError):
        what = "no answer in time"
    elif isinstance(error, SSLError):
        what = f"no secure connection ({error})"
    else:
        what = "a connection that broke off"
    return DownloadError("the server must send the page whole", found=f"{what} at {address}", fix=_BY_HAND)
