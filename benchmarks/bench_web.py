"""How fast the web app answers many readers, beside a bare FastAPI app in the same run; how fast pages stand in a browser.

Fifty readers ask without pause, each over a connection it keeps; every answer is read whole, gzipped. The readers run on the
same cores as the servers. The map by grid cell is made up: 65,000 cells × 60 months, all of them listed, which is more than
any real one lists. Memory is the most the server ever held, after the load and after every page was opened.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from aftershock.grid.cells import land_cells
from aftershock.web.cell_bins import CELL_MEASURES
from aftershock.web.jobs import Queue
from aftershock.web.results import SHIPPED, Edition
from aftershock.web.settings import Settings
from aftershock.web.work import KINDS
from common import read_arguments, write_result

HELLO = """
import sys, uvicorn
from fastapi import FastAPI
app = FastAPI()
@app.get("/")
def hello():
    return {"hello": "world"}
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""
TWINS = (
    "/health",
    "/api/v1/world",
    "/api/v1/countries/SYR",
    "/api/v1/summary",
    "/api/v1/track-record",
    "/api/v1/cells/map/mean",
)
PAGES = ("/world", "/countries/SYR", "/track-record", "/world/cells?measure=mean")
OTHERS = ("/countries", "/actors", "/whatif", "/accounts", "/accounts/ledger", "/data", "/jobs")
CELLS = 65_000
MONTHS = 24 + 36


def make_store(data: Path) -> None:
    """Put a finished forecast into a data directory: the shipped one, with a map by cell as large as can be."""
    queue, kind = Queue(Settings(data=data)), KINDS["forecast"]
    job = queue.add(kind, kind.parameters())
    queue.claim()
    folder = queue.results(job.id)
    folder.mkdir(parents=True)
    shipped = Edition(SHIPPED)
    for name in ("about", "payload", "risks", "reasons", "track", "actors"):
        (folder / f"{name}.json").write_bytes(shipped.content(f"{name}.json"))
    origin = shipped.document("payload")["origin"]
    months = list(range(origin - 23, origin + 37))
    (folder / "cells.json").write_text(json.dumps({"months": months, "origin": origin, "cells": CELLS}))
    owner, cell = land_cells()
    rng = np.random.default_rng(1)
    chosen = np.sort(rng.permutation(len(cell))[:CELLS])
    bins = rng.choice(7, p=[0.7, 0.1, 0.08, 0.05, 0.04, 0.02, 0.01], size=(CELLS, MONTHS)).astype(np.uint8)
    text = (bins + ord("0")).tobytes().decode()
    document = {"priogrid_gid": cell[chosen].tolist(), "country_id": owner[chosen].tolist(), "bins": text}
    for measure in CELL_MEASURES:
        (folder / f"cells-sb-{measure}.json").write_text(json.dumps(document))
    queue.finish(job.id, {})


async def ask(port: int, path: str, times: list[float], until: float) -> int:
    """Ask for one address again and again over one connection; return the bytes of one answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    size = 0
    while time.perf_counter() < until:
        started = time.perf_counter()
        writer.write(head)
        lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        assert lines[0].split()[1] == b"200", lines[0]
        (length,) = [int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length")]
        size = len(await reader.readexactly(length))
        times.append(time.perf_counter() - started)
    writer.close()
    return size


async def load(port: int, path: str, readers: int, seconds: float) -> dict[str, float]:
    """Let many readers ask; return what they waited."""
    await ask(port, path, [], time.perf_counter() + 0.5)
    times: list[float] = []
    until = time.perf_counter() + seconds
    sizes = await asyncio.gather(*(ask(port, path, times, until) for _ in range(readers)))
    p50, p95, p99 = np.quantile(times, [0.5, 0.95, 0.99]) * 1000
    figures = {"p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "a_second": len(times) / seconds}
    return {name: round(float(figure), 1) for name, figure in figures.items()} | {"bytes": max(sizes)}


def wait_until_up(port: int) -> None:
    """Wait until a server listens."""
    import socket

    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"no server on {port}")


def browse(port: int) -> dict[str, dict[str, float]]:
    """Open each page in Chromium, five times; return milliseconds from its first byte until all is drawn."""
    from playwright.sync_api import sync_playwright

    found = {}
    script = "performance.now() - performance.getEntriesByType('navigation')[0].responseStart"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for path in PAGES:
            took = []
            for _ in range(5):
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                page = context.new_page()
                page.goto(f"http://127.0.0.1:{port}{path}", wait_until="commit")
                page.wait_for_selector("body[data-drawn]")
                took.append(page.evaluate(script))
                context.close()
            found[path] = {"median_ms": round(float(np.median(took))), "worst_ms": round(max(took))}
        for path in OTHERS:
            browser.new_page().goto(f"http://127.0.0.1:{port}{path}", wait_until="load")
        browser.close()
    return found


def memory(process: subprocess.Popen) -> float:
    """Return the most memory a process has held, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1000


def main() -> None:
    """Measure and write."""
    given = read_arguments(__doc__, readers="50", seconds="5", port="8790")
    readers, seconds, port = int(given.readers), float(given.seconds), int(given.port)
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        make_store(data)
        serve = [sys.executable, "-m", "aftershock", "serve", "--no-browser", "--port", str(port), "--data-dir", place]
        ours = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        hello = subprocess.Popen([sys.executable, "-c", HELLO, str(port + 1)])
        try:
            wait_until_up(port)
            wait_until_up(port + 1)
            time.sleep(3)
            found = {"bare FastAPI": asyncio.run(load(port + 1, "/", readers, seconds))}
            for path in TWINS:
                found[path] = asyncio.run(load(port, path, readers, seconds))
            browser = browse(port)
            result = {
                "readers": readers, "load": found, "browser": browser,
                "memory_mb": {"aftershock": memory(ours), "bare FastAPI": memory(hello)},
            }  # fmt: skip
        finally:
            for process in (ours, hello):
                process.terminate()
                process.wait(20)
    write_result("bench_web", result)


if __name__ == "__main__":
    main()
