"""Jobs for tests/test_jobs.py, in a module that worker processes can import."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from aftershock.errors import DataError


def add(numbers, folder, k):
    """Leave a mark and add."""
    with (Path(folder) / f"calls-{k}").open("a", encoding="utf-8") as stream:
        stream.write(f"{os.getpid()}\n")
    return {"sum": float(np.sum(numbers) + k / 3)}


def calls(folder):
    """How often each job was begun."""
    return {
        int(path.name.removeprefix("calls-")): len(path.read_text(encoding="utf-8").splitlines())
        for path in Path(folder).glob("calls-*")
    }


def die_once(numbers, folder, k):
    """Kill the worker's own process the first time job 3 runs, once what was finished before has been fetched."""
    first = not (Path(folder) / f"calls-{k}").exists()
    out = add(numbers, folder, k)
    if k == 3 and first:
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)
    return out


def refuse(k):
    raise DataError("numbers must be good", found=f"{k}", fix="Mend it.", rows=["row 1"], count=7)
