"""Make the forecast that the web app shows while the data directory is empty: src/aftershock/web/shipped/*.gz.

It is what the app's own job makes from the embedded figures: 36 months, 1,000 draws, seed 1, with the track record. Run it
again when the model, the embedded figures or the documents change: ``python tools/build_shipped_forecast.py``.
"""

import gzip
import json
import tempfile
import time
from pathlib import Path

from aftershock.store import Store
from aftershock.web.work.forecasting import ForecastParameters
from aftershock.web.work.publishing import publish

SHIPPED = Path(__file__).parents[1] / "src/aftershock/web/shipped"
LEFT_OUT = ("summary.csv", "totals.parquet")  # made from the others when asked for


def main() -> None:
    """Write the files and say how large they are."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "made"
        folder.mkdir()
        publish(Store(Path(place) / "empty"), folder, ForecastParameters(), lambda *_: None)
        SHIPPED.mkdir(exist_ok=True)
        for old in SHIPPED.iterdir():
            old.unlink()
        for path in sorted(folder.iterdir()):
            if path.name in LEFT_OUT:
                continue
            content = path.read_bytes()
            if path.suffix == ".json":
                json.loads(content)
                (SHIPPED / f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
            else:
                (SHIPPED / path.name).write_bytes(content)
    for path in sorted(SHIPPED.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    print(f"{time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
