"""A real server process: how it starts, ends, is killed and comes back; what it refuses; what it writes."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aftershock.web.jobs import Queue
from aftershock.web.settings import Settings
from web_server import wait_for

LONGEST_END_S = 10  # what container engines wait before they kill


class Running:
    """``aftershock serve`` of a folder, on a free port."""

    def __init__(self, folder, *options):
        self.errors = folder / f"errors-{time.monotonic_ns()}.txt"
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "aftershock", "serve", "--no-browser", "--port", "0", "--data-dir", str(folder), *options],
                stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
        with self.process.stdout as out:
            self.said = out.readline()
        self.address = self.said.split(" is at ")[-1].split()[0].rstrip("/") if " is at " in self.said else None

    def ask(self, path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.address + path, data, {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
        )  # fmt: skip
        return urllib.request.urlopen(request, timeout=30)

    def connect(self):
        """A reader that takes little at a time."""
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", urlsplit(self.address).port))
        return reader

    def end(self, how):
        """Send a signal; return the exit code and the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(60)
        return code, time.monotonic() - started

    def lines(self):
        return [json.loads(line) for line in self.errors.read_text().splitlines()]

    def children(self):
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


@pytest.fixture
def start(tmp_path):
    """Start servers of one folder; those that still run at the end are killed."""
    started = []

    def start_(*options):
        started.append(Running(tmp_path, *options))
        return started[-1]

    yield start_
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)


def gone(pids):
    return not any(
        os.path.exists(f"/proc/{pid}") and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] for pid in pids
    )


@pytest.fixture
def readers():
    """Connections, closed at the end."""
    with contextlib.ExitStack() as held:
        yield held


def test_a_job_outlives_an_ended_and_a_killed_server(start, readers, tmp_path):
    queue = Queue(Settings(data=tmp_path))
    first = start()
    with first.ask("/health") as answer:
        health = json.load(answer)
    assert (health["status"], health["jobs"]["waiting"]) == ("ok", 0)
    with first.ask("/api/v1/jobs/forecast", {"months": 36, "draws": 2000, "track_record": True}) as answer:
        job = json.load(answer)["id"]
    wait_for(lambda: queue.get(job).state == "running" and first.children())
    workers = first.children()
    slow, broken = (readers.enter_context(first.connect()) for _ in range(2))
    slow.sendall(f"GET /world HTTP/1.1\r\nHost: {urlsplit(first.address).netloc}\r\n\r\n".encode() * 20)
    slow.recv(100)
    broken.sendall(b"this is no request\r\n\r\n")
    assert b"400" in broken.recv(100)

    code, took = first.end(signal.SIGTERM)
    assert code == 0
    assert took < LONGEST_END_S
    wait_for(lambda: gone(workers), 5)
    assert queue.get(job).state == "waiting"
    lines = first.lines()
    assert all(line["time"] and line["event"] for line in lines)
    events = [line["event"] for line in lines]
    assert "Invalid HTTP request received." in [line["text"] for line in lines if line["event"] == "library"]
    assert {line["name"] for line in lines if line["event"] == "library"} == {
        "uvicorn.error"
    }  # it also says who was cut off
    told = [event for event in events if event not in ("request", "library")]
    assert told == ["server started", "job started", "job ended", "server ended"]

    second = start()
    wait_for(lambda: queue.get(job).state == "running" and second.children())
    assert queue.get(job).starts == 1
    workers = second.children()
    assert second.end(signal.SIGKILL)[0] == -signal.SIGKILL
    wait_for(lambda: gone(workers), 5)

    third = start()
    wait_for(lambda: queue.get(job).starts == 2 and third.children())
    queue.cancel(job)
    code, took = third.end(signal.SIGINT)
    assert code == 0
    assert took < LONGEST_END_S
    assert queue.get(job).state == "cancelled"


def test_what_cannot_be_served_is_said_and_a_proxy_is_believed_where_it_is_named(start, tmp_path):
    def cookie(server):
        with server.ask("/data", X_Forwarded_Proto="https") as answer:
            return answer.headers["set-cookie"]

    plain = start()
    assert "Secure" not in cookie(plain)
    beside = start()
    assert beside.process.wait(30) == 4
    assert "served by one server" in beside.errors.read_text()
    elsewhere = tmp_path / "elsewhere"
    taken = start("--data-dir", str(elsewhere), "--port", str(urlsplit(plain.address).port))
    assert taken.process.wait(30) == 4
    assert "the server's address must be free" in taken.errors.read_text()
    trusting = start("--data-dir", str(elsewhere), "--proxy", "127.0.0.1")
    assert "; Secure" in cookie(trusting)
    odd = start("--data-dir", str(elsewhere), "--proxy", "proxy.example")
    assert odd.process.wait(30) == 2
    assert "a proxy must be given by its address" in odd.errors.read_text()
