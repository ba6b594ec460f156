"""A web server on 127.0.0.1 that misbehaves as told: it stalls, breaks off, lies, redirects in circles, never ends.

It is a proxy as well, for paths served as whole addresses. Below it, answers and files that such a server may send, and
a client in a hurry. Nothing here leaves 127.0.0.1.
"""

from __future__ import annotations

import io
import re
import struct
import threading
import time
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aftershock.sources.download import Download, fetch
from aftershock.sources.polite import Patience
from aftershock.sources.releases import parse_release

QUICK = Patience(connect_s=2.0, read_s=0.3, tries=3, backoff_s=0.01)
MONTH = "candidateged/GEDEvent_v26_0_8.csv"
YEAR = "ged/ged261-csv.zip"
DATE = "Sun, 20 Sep 2026 08:00:00 GMT"


@dataclass(frozen=True)
class Answer:
    """One answer. `cut` and `stall` count bytes of the body sent before the connection closes or falls silent."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""
    ranges: bool = False
    obeys_if_range: bool = True
    length: int | None = -1  # -1: the true one, None: none
    cut: int | None = None
    stall: int | None = None
    drip_s: float = 0.0
    endless: bool = False

    def send(self, handler: _Handler) -> None:
        status, start = self.status, self._start(handler)
        headers = {"ETag": self.etag, "Last-Modified": self.modified, **self.headers}
        if start:
            whole = len(self.body)
            status = 206 if start < whole else 416
            headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}" if status == 206 else f"bytes */{whole}"
        data = self.body[start:]
        length = len(data) if self.length == -1 else self.length
        handler.send_response(status)
        for name, value in headers.items():
            if value:
                handler.send_header(name, value)
        if length is not None and not self.endless:
            handler.send_header("Content-Length", str(length))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        self._send_body(handler, data)

    def _start(self, handler: _Handler) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        same = handler.headers.get("If-Range") in (self.etag, self.modified) or not self.obeys_if_range
        return int(match[1]) if match and self.ranges and same else 0

    def _send_body(self, handler: _Handler, data: bytes) -> None:
        stopping = handler.server.stopping
        while self.endless and not stopping.is_set():
            handler.wfile.write(b"1,2\n" * 4096)
        if self.drip_s:
            for byte in data:
                handler.wfile.write(bytes([byte]))
                if stopping.wait(self.drip_s):
                    return
            return
        handler.wfile.write(data[: self.cut if self.cut is not None else self.stall])
        if self.stall is not None:
            stopping.wait(20)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: HostileServer

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        answers = self.server.answers.get(path, [Answer(b"not here", status=404)])
        seen = sum(1 for earlier, *_ in self.server.requests if earlier == path)
        self.server.requests.append((path, dict(self.headers.items()), time.monotonic()))
        try:
            answers[min(seen, len(answers) - 1)].send(self)
        except OSError:  # the client has had enough, which is the point
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test output clean."""


class HostileServer(ThreadingHTTPServer):
    """Gives the answers of each path in turn, and the last one from then on."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[tuple[str, dict[str, str], float]] = []
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/downloads/"

    def serve(self, path: str, *answers: Answer) -> None:
        self.answers[self._place(path)] = list(answers)

    def asked(self, path: str) -> list[dict[str, str]]:
        return [headers for where, headers, _ in self.requests if where == self._place(path)]

    @staticmethod
    def _place(path: str) -> str:
        return path if "://" in path else f"/downloads/{path}"  # a proxy is asked for whole addresses

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


def page(*links: str) -> Answer:
    return Answer("".join(f"<p><A HREF='{link}'>file</a>" for link in links).encode())


def moved(place: str) -> Answer:
    return Answer(status=302, headers={"Location": place})


TABLE = b"id,year,best\n" + b"".join(b"%d,2026,%d\n" % (i, i % 7) for i in range(40_000))


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of the doubled names that a test wants
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def bomb_with_a_small_header() -> bytes:
    """Return a zip of 20 MB of zeros whose headers say that it unpacks to 100 bytes."""
    honest = zipped(("a.csv", b"a,b\n" + b"0" * 20_000_000))
    return honest.replace(struct.pack("<L", 20_000_004), struct.pack("<L", 100))


def damaged() -> bytes:
    whole = bytearray(zipped(("a.csv", TABLE), packing=zipfile.ZIP_STORED))
    whole[5000] ^= 1
    return bytes(whole)


def locked() -> bytes:
    whole = bytearray(zipped(("a.csv", TABLE)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(mark) + offset] |= 1
    return bytes(whole)


def get(server: HostileServer, folder: Path, path: str = MONTH, **options: Any) -> Download:
    release = parse_release(path.rpartition("/")[2], server.url + path)
    assert release is not None
    return fetch(release, folder, patience=QUICK, **options)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
