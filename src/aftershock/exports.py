"""Forecast → files that others read: the VIEWS challenge's draws, the hubverse's rows, a summary table.

Every file is written beside its place and moved there whole. The same forecast gives the same bytes.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aftershock.contract import THRESHOLDS, Forecast
from aftershock.documents import safe_cell
from aftershock.errors import StoreError, UsageError
from aftershock.figures import countries
from aftershock.months import month_end

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = [
    "HUB_QUANTILES",
    "hub_table",
    "ready_folder",
    "views_table",
    "whole_file",
    "write_bytes",
    "write_csv",
    "write_parquet",
]

HUB_QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)


def ready_folder(folder: Path) -> Path:
    """Make an output folder, and raise :class:`StoreError` where it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StoreError(
            "the output folder must be writable", found=f"{folder}: {error.strerror}", fix="Choose another with --out."
        ) from error
    return folder


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a file beside the place to write to; it is moved there once it is written, or else removed."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            yield Path(name)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(
            "an output file must be writable",
            found=f"{path}: {error.strerror or error}",
            fix="Free space or choose another folder.",
        ) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", store_schema=False)
    write_bytes(path, sink.getvalue())


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, numbers to six digits, texts by :func:`safe_cell`."""
    texts = table.select_dtypes(include=["object", "string"]).columns
    table = table.assign(**{name: table[name].map(safe_cell) for name in texts if isinstance(name, str)})
    write_bytes(path, table.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode("utf-8"))


def views_table(forecast: Forecast, target: str) -> pa.Table:
    """Return one target's draws as the VIEWS challenge has them: ``month_id``, unit, ``draw``, ``outcome``, all integers.

    Ordered by month, unit and draw.
    """
    import pyarrow as pa

    draws = forecast.of(target).transpose(1, 0, 2)
    month, unit, draw = (a.ravel() for a in np.indices(draws.shape, dtype=np.int32))
    return pa.table(
        {
            "month_id": forecast.months.astype(np.int32)[month],
            forecast.kind: forecast.units.astype(np.int32)[unit],
            "draw": draw,
            "outcome": draws.ravel(),
        }
    )


def hub_table(forecast: Forecast, target: str) -> pa.Table:
    """Return a forecast as hubverse model output (schema v6).

    Samples of one target; mean, median, quantiles (:data:`HUB_QUANTILES`) and exceedance of all. The hubverse's ``cdf``
    is P(value ≤ x), so P(deaths ≥ 25) stands as one minus the row of 24.

    Returns
    -------
    pyarrow.Table
        ``origin_date, target, horizon, location, target_end_date, output_type, output_type_id, value``. ``location`` is
        ISO3; dates are month ends; samples share an ``output_type_id`` where they are one joint draw: with the default
        model, over months and locations.
    """
    import pyarrow as pa

    if forecast.kind != "country_id":
        raise UsageError("hubverse files are written for countries", found=forecast.kind, fix="Forecast countries.")
    iso = countries().set_index("country_id").isoab.reindex(forecast.units)
    if iso.isna().any():
        missing = ", ".join(str(u) for u in forecast.units[iso.isna()])
        raise UsageError(
            "a hubverse location needs an ISO3 code", found=f"none for country_id {missing}", fix="Leave these out."
        )
    return pa.concat_tables(
        [_hub_rows(forecast, t, list(iso), samples=t == target) for t in forecast.targets]
    ).combine_chunks()


def _hub_rows(forecast: Forecast, target: str, locations: list[str], *, samples: bool) -> pa.Table:
    """Return all rows of one target: a block of (unit, month) for each statistic, quantile, level or draw."""
    import pyarrow as pa

    draws = forecast.of(target)
    values: list[tuple[str, str | None, np.ndarray]] = [
        ("mean", None, draws.mean(axis=-1)),
        ("median", None, np.median(draws, axis=-1)),
    ]
    quantiles = np.quantile(draws, HUB_QUANTILES, axis=-1)
    values += [("quantile", f"{q:g}", v) for q, v in zip(HUB_QUANTILES, quantiles, strict=True)]
    values += [("cdf", f"{k - 1}", (draws < k).mean(axis=-1)) for k in THRESHOLDS]
    places, cells = draws.shape[:2], draws.shape[0] * draws.shape[1]
    types = [kind for kind, _, _ in values]
    ids = pa.array([name for _, name, _ in values], pa.string()).take(
        pa.array(np.repeat(np.arange(len(values)), cells))
    )
    blocks = [v for _, _, v in values]
    if samples:
        types += ["sample"] * draws.shape[-1]
        ids = pa.concat_arrays([ids, _sample_ids(forecast)])
        blocks.append(np.moveaxis(draws, -1, 0))
    unit, step = (np.tile(a.ravel(), len(types)).astype(np.int32) for a in np.indices(places))
    ends = pa.array([month_end(int(m)) for m in forecast.months])
    return pa.table(
        {
            "origin_date": pa.repeat(pa.scalar(month_end(forecast.origin)), len(unit)),
            "target": pa.repeat(pa.scalar(f"ged_{target}"), len(unit)),
            "horizon": forecast.horizons.astype(np.int32)[step],
            "location": pa.array(locations).take(pa.array(unit)),
            "target_end_date": ends.take(pa.array(step)),
            "output_type": pa.array(types).take(pa.array(np.repeat(np.arange(len(types)), cells))),
            "output_type_id": ids,
            "value": np.concatenate([np.asarray(block, np.float64).ravel() for block in blocks]),
        }
    )


def _sample_ids(forecast: Forecast) -> pa.Array:
    """Return the ids of all draws, in the order (draw, unit, month): equal only where draws are joint."""
    import pyarrow as pa
    import pyarrow.compute as pc

    units, months, draws = len(forecast.units), len(forecast.months), forecast.draws.shape[-1]
    unit = np.zeros(units, np.int64) if "unit" in forecast.joint else np.arange(units)
    month = np.zeros(months, np.int64) if "month" in forecast.joint else np.arange(months)
    group = unit[:, None] * (month.max() + 1) + month[None, :]
    numbers = group[None] * draws + np.arange(draws)[:, None, None] + 1
    return pc.cast(pa.array(numbers.ravel()), pa.string())
