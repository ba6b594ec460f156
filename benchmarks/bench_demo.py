"""The whole demo and the start of the command line, as whole processes.

    python benchmarks/bench_demo.py

Three sizes of the forecast (1, 12 and 36 months, 1,000 draws, all 191 countries, report and track record included) and
``aftershock --help`` beside an empty ``python -c pass``.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from common import paired, read_arguments, seconds, write_result

COMMAND = str(Path(sys.executable).parent / "aftershock")


def run(*command: str) -> None:
    """Run a command and drop what it prints."""
    subprocess.run(command, check=True, capture_output=True)


def main() -> None:
    """Measure and write down."""
    with tempfile.TemporaryDirectory() as folder:
        common = (COMMAND, "forecast", "--data-dir", f"{folder}/data", "--out", f"{folder}/out", "--horizons")
        forecast = {h: round(min(seconds(lambda h=h: run(*common, f"1-{h}"), runs=2)), 2) for h in (1, 12, 36)}  # type: ignore[misc]
    start = paired(lambda: run(COMMAND, "--help"), lambda: run(sys.executable, "-c", "pass"), runs=9)
    print(forecast, start)
    write_result("demo", {"forecast_s_by_months": forecast, "help": start})


if __name__ == "__main__":
    read_arguments(__doc__)
    main()
