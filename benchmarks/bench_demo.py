"""The whole demo and the start of the command line, as whole processes.

    python benchmarks/bench_demo.py

Three sizes of the forecast (1, 12 and 36 months, 1,000 draws, all 191 countries, report and track record included) and the default
model's backtest, once each, and ``aftershock --help`` beside an empty ``python -c pass``.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import paired, read_arguments, write_result

COMMAND = str(Path(sys.executable).parent / "aftershock")


def run(*command: str) -> None:
    """Run a command and drop what it prints."""
    subprocess.run(command, check=True, capture_output=True)


def timed(*command: str) -> float:
    """Run a command once and return its seconds."""
    start = time.perf_counter()
    run(*command)
    return round(time.perf_counter() - start, 1)


def main() -> None:
    """Measure and write down."""
    with tempfile.TemporaryDirectory() as folder:
        common = (COMMAND, "forecast", "--data-dir", f"{folder}/data", "--out", f"{folder}/out", "--horizons")
        forecast = {h: timed(*common, f"1-{h}") for h in (1, 12, 36)}
        forecast["backtest 2018-2021"] = timed(COMMAND, "backtest", "--models", "stack", "--data-dir", f"{folder}/data")
    start = paired(lambda: run(COMMAND, "--help"), lambda: run(sys.executable, "-c", "pass"), runs=9)
    print(forecast, start)
    write_result("demo", {"forecast_s_by_months": forecast, "help": start})


if __name__ == "__main__":
    read_arguments(__doc__)
    main()
