"""Reading a GED-like file into the store and counting country-months, beside pandas reading and grouping the same.

    python benchmarks/bench_reading.py [--peer PYTHON] [--name NAME]

PYTHON is an interpreter with another pandas to compare with; NAME is that of the result's file.

Three sizes, each in fresh processes taken in turn; the largest has the size of a full release. Ours hashes the file,
checks every row against the rules, writes Parquet to the store, syncs it and counts; pandas reads and groups.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import read_arguments, write_result
from make_ged import make

SIZES = (41_800, 139_000, 418_000)
RUNS = 5
OURS = """
import datetime as dt, resource, sys, time
from pathlib import Path
import duckdb, pyarrow.csv, pandas
from aftershock.store import Store
start = time.perf_counter()
store = Store(Path(sys.argv[2]))
store.add(Path(sys.argv[1]), today=dt.date(2026, 11, 1))
deaths = int(store.panel().deaths.sum())
"""
PANDAS = """
import resource, sys, time
import pandas as pd
start = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
month = pd.to_datetime(frame.date_end).dt.to_period("M")
deaths = int(frame.groupby(["country_id", month, "type_of_violence"]).best.sum().sum())
"""
REPORT = """
import json
print(json.dumps({"s": time.perf_counter() - start, "deaths": deaths,
                  "gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}))
"""


def run(code: str, *args: str, python: str = sys.executable) -> dict[str, float]:
    """Run one way in a process of its own."""
    out = subprocess.run([python, "-c", code + REPORT, *args], capture_output=True, text=True, check=True).stdout
    result: dict[str, float] = json.loads(out)
    return result


def main(peer_python: str, name: str) -> None:
    """Measure every size."""
    import pyarrow.csv

    table = {}
    for rows in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ged.csv"
            pyarrow.csv.write_csv(make(rows, 1), path, pyarrow.csv.WriteOptions(quoting_style="needed"))
            pairs = [
                (run(OURS, str(path), f"{folder}/store{k}"), run(PANDAS, str(path), python=peer_python))
                for k in range(RUNS + 1)
            ][1:]
            size = path.stat().st_size
        ours, peer = zip(*pairs, strict=True)
        if ours[0]["deaths"] != peer[0]["deaths"]:
            raise SystemExit("the two ways count different deaths")
        table[rows] = {
            "megabytes": round(size / 1e6),
            "ours_s": round(statistics.median(r["s"] for r in ours), 3),
            "pandas_s": round(statistics.median(r["s"] for r in peer), 3),
            "ratio": round(statistics.median(p["s"] / o["s"] for o, p in pairs), 2),
            "ours_peak_gib": round(max(r["gib"] for r in ours), 3),
            "pandas_peak_gib": round(max(r["gib"] for r in peer), 3),
        }
        print(rows, table[rows])
    code = "import pandas; print(pandas.__version__)"
    version = subprocess.run([peer_python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    write_result(name, {"rows": table, "pandas": version})


if __name__ == "__main__":
    given = read_arguments(__doc__, peer=sys.executable, name="reading")
    main(given.peer, given.name)
