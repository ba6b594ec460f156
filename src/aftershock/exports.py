"""Forecast → files that others read: the VIEWS challenge's draws, the hubverse's rows, a summary table.

Every file is written beside its place and moved there whole. The same forecast gives the same bytes.
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aftershock.contract import THRESHOLDS, Forecast
from aftershock.errors import StoreError, UsageError
from aftershock.figures import countries
from aftershock.months import month_end

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

__all__ = ["HUB_QUANTILES", "hub_table", "ready_folder", "views_table", "write_bytes", "write_csv", "write_parquet"]

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


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(
            "an output file must be writable", found=f"{path}: {error.strerror}", fix="Free space or choose another folder."
        ) from error


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", store_schema=False)
    write_bytes(path, sink.getvalue())


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table as CSV, numbers to six digits."""
    write_bytes(path, table.to_csv(index=False, float_format="%.6g", lineterminator="\n").encode("utf-8"))


def views_table(forecast: Forecast, target: str) -> pa.Table:
    """Return one target's draws as the VIEWS challenge has them: ``month_id``, unit, ``draw``, ``outcome``, all integers.

    Ordered by month, unit and draw.
    """
    import pyarrow as pa

    draws = forecast.of(target).transpose(1, 0, 2)
    month, unit, draw = (a.ravel().astype(np.int32) for a in np.indices(draws.shape))
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
        ISO3; dates are month ends; samples with the same ``output_type_id`` are joint over the forecast's ``joint``
        keys, "month" among them being one course of months per location.
    """
    import pyarrow as pa

    if forecast.kind != "country_id":
        raise UsageError("hubverse files are written for countries", found=forecast.kind, fix="Forecast countries.")
    iso = countries().set_index("country_id").isoab.reindex(forecast.units)
    if iso.isna().any():
        missing = ", ".join(str(u) for u in forecast.units[iso.isna()])
        raise UsageError("a hubverse location needs an ISO3 code", found=f"none for country_id {missing}", fix="Leave these out.")
    return pa.concat_tables(
        [_hub_rows(forecast, t, list(iso), samples=t == target) for t in forecast.targets]
    ).combine_chunks()


def _hub_rows(forecast: Forecast, target: str, locations: list[str], *, samples: bool) -> pa.Table:
    """Return all rows of one target."""
    import pyarrow as pa

    draws = forecast.of(target)
    values = [("mean", "", draws.mean(axis=-1)), ("median", "", np.median(draws, axis=-1))]
    quantiles = np.quantile(draws, HUB_QUANTILES, axis=-1)
    values += [("quantile", f"{q:g}", v) for q, v in zip(HUB_QUANTILES, quantiles, strict=True)]
    values += [("cdf", f"{k - 1}", (draws < k).mean(axis=-1)) for k in THRESHOLDS]
    if samples:
        values += [("sample", f"{k + 1}", draws[:, :, k].astype(np.float64)) for k in range(draws.shape[-1])]
    kinds = sorted({kind for kind, _, _ in values})
    ids = list(dict.fromkeys(name for _, name, _ in values))
    places, cells = draws.shape[:2], draws.shape[0] * draws.shape[1]
    unit, step = (np.tile(a.ravel(), len(values)).astype(np.int32) for a in np.indices(places))

    def text(codes: np.ndarray, names: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(codes.astype(np.int32), pa.array(names)).dictionary_decode()

    ends = pa.array([month_end(int(m)) for m in forecast.months])
    return pa.table(
        {
            "origin_date": pa.repeat(pa.scalar(month_end(forecast.origin)), len(unit)),
            "target": pa.repeat(pa.scalar(f"ged_{target}"), len(unit)),
            "horizon": forecast.horizons.astype(np.int32)[step],
            "location": text(unit, locations),
            "target_end_date": ends.take(pa.array(step)),
            "output_type": text(np.repeat([kinds.index(kind) for kind, _, _ in values], cells), kinds),
            "output_type_id": text(np.repeat([ids.index(name) for _, name, _ in values], cells), ids),
            "value": np.concatenate([v.ravel() for _, _, v in values]),
        }
    )
