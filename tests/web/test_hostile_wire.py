"""On the wire, against a server of its own: bodies without end, slow readers, broken heads; it stays small and answers on."""

import re
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest

from web_server import wait_for

MOST_MIB = 500
HEAD = "POST {path} HTTP/1.1\r\nhost: {host}\r\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server's process and address."""
    command = [
        sys.executable,
        "-m",
        "aftershock",
        "serve",
        "--no-browser",
        "--port",
        "0",
        "--data-dir",
        str(tmp_path_factory.mktemp("wire")),
    ]
    log = tmp_path_factory.mktemp("log") / "log.txt"
    with log.open("wb") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as process:
        try:
            address = re.search(rb"http://\S+?(?=/? )", process.stdout.readline())[0].decode()
            yield process, urlsplit(address), log
        finally:
            process.terminate()
            process.wait(20)


def connect(address, timeout=20):
    return socket.create_connection((address.hostname, address.port), timeout=timeout)


def read(connection):
    """Return what is answered until the end, or until nothing more comes."""
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
    except (ConnectionError, TimeoutError):
        pass
    return b"".join(parts)


def ask(address, content, timeout=20):
    """Send bytes and return what is answered."""
    with connect(address, timeout) as connection:
        try:
            for part in [content] if isinstance(content, bytes) else content:
                connection.sendall(part)
        except OSError:
            pass  # refused before all was sent
        return read(connection)


def health(address):
    return ask(address, f"GET /health HTTP/1.1\r\nhost: {address.netloc}\r\nconnection: close\r\n\r\n".encode())


def memory(process):
    """Return the most MiB a process has had in memory."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1]) // 1024


@pytest.mark.parametrize(
    "path", ["/accounts/paste", "/accounts/file", "/data/import", "/api/v1/accounts/read", "/whatif/file", "/none"]
)
@pytest.mark.parametrize("how", ["announced", "chunked", "multipart"])
def test_an_article_of_a_hundred_megabytes_is_refused_early(served, path, how):
    process, address, _ = served
    head = HEAD.format(path=path, host=address.netloc)
    kind = (
        "multipart/form-data; boundary=b"
        if how == "multipart"
        else "application/json"
        if "/api" in path
        else "application/x-www-form-urlencoded"
    )
    length = "content-length: 100000000" if how == "announced" else "transfer-encoding: chunked"
    start = (
        b'10000\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'.ljust(65_536 + 7, b"x")
        + b"\r\n"
    )
    chunk = b"x" * 65_536 if how == "announced" else b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    sent = 0

    def parts():
        nonlocal sent
        yield f"{head}content-type: {kind}\r\n{length}\r\nconnection: close\r\n\r\n".encode()
        if how == "multipart":
            yield start
        while sent < 100_000_000:
            yield chunk
            sent += 65_536

    before = time.monotonic()
    answer = ask(address, parts())
    assert time.monotonic() - before < 20
    assert sent < 60_000_000
    assert not answer or re.match(rb"HTTP/1\.1 (413|400|403|404|422) ", answer), answer[:200]
    assert b" 200 OK" in health(address)
    assert memory(process) < MOST_MIB


BROKEN = {
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: evil.example\r\n\r\n",
    "foreign host": b"GET / HTTP/1.1\r\nhost: evil.example\r\nx-forwarded-host: 127.0.0.1\r\nconnection: close\r\n\r\n",
    "host with a path": b"GET /jobs HTTP/1.1\r\nhost: 127.0.0.1/health?\r\nconnection: close\r\n\r\n",
    "whole address": b"GET http://evil.example/jobs HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
    "two lengths": b"POST /none HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    "length and chunks": b"POST /none HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n",
    "odd chunks": b"POST /api/v1/jobs/forecast HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "a chunk without end": b"POST /api/v1/jobs/forecast HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
    "a flood of heads": b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n" + b"".join(b"x-%d: y\r\n" % n for n in range(20_000)) + b"\r\n",
    "a long address": b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
    "a line feed": b"GET /jobs%0d%0aset-cookie:%20a=b HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
    "nul": b"GET /\x00 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
    "old": b"GET /\r\n\r\n",
    "websocket": b"GET /jobs HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade, close\r\nsec-websocket-key: x\r\nsec-websocket-version: 13\r\n\r\n",
    "another tongue": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    "terminal": b"GET /\x1b[2J HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
    "terminal in an address": b"GET /%1b%5b2J%c2%9b2J%e2%80%ae HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_heads_that_are_traps(served, name):
    process, address, log = served
    answer = ask(address, [BROKEN[name]], timeout=2)
    first = answer.split(b"\r\n\r\n")[0]
    assert not re.match(rb"HTTP/1\.1 5", answer), answer[:300]
    assert b"a=b" not in first.lower()
    assert b"200 OK" not in first or name == "websocket"
    assert b" 200 OK" in health(address)
    assert memory(process) < MOST_MIB
    assert not re.search(rb"[\x1b\x80-\xff]|Traceback", log.read_bytes())


def test_readers_who_say_nothing_are_sent_away(served):
    _, address, _ = served
    silent = connect(address)
    slow = connect(address)
    begun = time.monotonic()
    slow.sendall(b"GET / HTTP/1.1\r\n")

    def ended(connection):
        connection.settimeout(0.5)
        try:
            return connection.recv(1) == b""
        except TimeoutError:
            return False
        except ConnectionError:
            return True

    def drip():
        try:
            slow.sendall(b"x-a: b\r\n")
        except ConnectionError:
            return True
        return ended(slow)

    wait_for(drip, 25)
    wait_for(lambda: ended(silent), 25)
    assert time.monotonic() - begun < 25
    assert b" 200 OK" in health(address)
    silent.close(), slow.close()


def test_many_bodies_that_never_come_leave_room_for_others(served):
    _, address, _ = served
    head = HEAD.format(path="/accounts/paste", host=address.netloc).encode()
    waiting = [connect(address) for _ in range(100)]
    for connection in waiting:
        connection.sendall(head + b"content-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\na")
    before = time.monotonic()
    assert b" 200 OK" in health(address)
    assert time.monotonic() - before < 5
    for connection in waiting:
        connection.close()
