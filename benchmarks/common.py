"""What every benchmark shares: timing, peak memory, and one way of writing a result down."""

import argparse
import datetime as dt
import json
import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from aftershock import Runner, open_runner

RESULTS = Path(__file__).parent / "results"


def read_arguments(document: str | None, **options: str) -> argparse.Namespace:
    """Take ``--out FOLDER``, where results go instead of beside the scripts, and further options with their defaults."""
    global RESULTS  # noqa: PLW0603
    parser = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=RESULTS)
    for name, default in options.items():
        parser.add_argument(f"--{name}", default=default)
    given = parser.parse_args()
    RESULTS = given.out
    return given


def open_runner_of(given: argparse.Namespace) -> AbstractContextManager[Runner]:
    """Give a place to run jobs on, from the options ``--dask`` and ``--parts`` that a script takes."""
    return open_runner(given.dask or None, parts=Path(given.parts) if given.parts else None)


def seconds(work: Callable[[], Any], *, runs: int = 5) -> list[float]:
    """Return wall-clock seconds of each run after one that does not count."""
    work()
    out = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        out.append(time.perf_counter() - start)
    return out


def paired(ours: Callable[[], Any], peer: Callable[[], Any], *, runs: int = 5) -> dict[str, float]:
    """Time two ways in turn, so that a machine's moods hit both, and return medians and the median ratio peer/ours."""
    ours(), peer()
    pairs = []
    for _ in range(runs):
        start = time.perf_counter()
        ours()
        middle = time.perf_counter()
        peer()
        pairs.append((middle - start, time.perf_counter() - middle))
    a, b = zip(*pairs, strict=True)
    ratio = statistics.median(y / x for x, y in pairs)
    return {
        "ours_s": round(statistics.median(a), 4),
        "peer_s": round(statistics.median(b), 4),
        "ratio": round(ratio, 2),
    }


def peak_gib(*, children: bool = False) -> float:
    """Return the peak memory in GiB of this process, or of the largest of its children that have ended."""
    whose = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return round(resource.getrusage(whose).ru_maxrss / 2**20, 3)


def machine() -> dict[str, str]:
    """Say what a figure was measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    cpu = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "",
    )
    cores = len(os.sched_getaffinity(0))
    return {
        "machine": f"{cpu}, {cores} cores, {platform.system()}, Python {platform.python_version()}",
        "commit": commit,
        "date": str(dt.datetime.now(dt.UTC).date()),
    }


def write_result(name: str, result: dict[str, Any]) -> None:
    """Write ``results/NAME.json`` with machine, commit and date beside the figures."""
    RESULTS.mkdir(exist_ok=True, parents=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({**machine(), **result}, indent=1) + "\n", encoding="utf-8")
    print(path)
