"""Panels, forecasts and outcomes at hand as CSV or Parquet → the package's own types."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock._version import __version__
from aftershock.contract import OUTCOMES, TARGETS, Forecast, Panel, Provenance
from aftershock.errors import DataError
from aftershock.figures import countries
from aftershock.months import month_text
from aftershock.sources.tabular import first_fields, unpacked

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_actuals", "read_forecast", "read_panel"]

_LATEST = 1452  # December 2100: a larger month_id is no month
_UNITS = ("country_id", "priogrid_gid")


def _read_table(path: Path) -> pd.DataFrame:
    """Read a CSV (packed or not) or Parquet file as it is."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        with path.open("rb") as stream:
            parquet = stream.read(4) == b"PAR1"
    except OSError as error:
        raise DataError(
            "an input file must be readable", found=f"{path}: {error.strerror}", fix="Check the path."
        ) from error
    try:
        if parquet:
            # without what pandas wrote beside the columns: its index is a column like any other
            frame: pd.DataFrame = pyarrow.parquet.read_table(path).to_pandas(ignore_metadata=True)
            return frame
        with unpacked(path) as plain:
            return _read_csv(plain)
    except (ValueError, OSError, pa.ArrowException) as error:
        found = f"{path}: {(str(error) or type(error).__name__).splitlines()[0][:200]}"
        raise DataError("a table must be a whole CSV or Parquet file", found=found, fix="Export it again.") from error


def _read_csv(plain: Path) -> pd.DataFrame:
    import pandas as pd

    names = first_fields(plain)
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise ValueError(f"column {', '.join(twice)} stands twice")
    frame = pd.read_csv(plain, low_memory=False)
    if not frame.index.equals(pd.RangeIndex(len(frame))):  # pandas takes the first columns for row labels then
        raise ValueError("rows hold more fields than the header")
    return frame


def _whole(frame: pd.DataFrame, columns: list[str], path: Path, *, least: int = 0) -> dict[str, np.ndarray]:
    """Return columns as whole numbers, or say which rows are not."""
    import pandas as pd

    missing = [c for c in columns if c not in frame]
    if missing:
        shown = ", ".join(str(c)[:40] for c in frame.columns[:8])
        raise DataError(
            f"the file must have the columns {', '.join(columns)}",
            found=f"no {', '.join(missing)} (but {shown}) in {path}",
            fix="Rename them.",
        )
    if not len(frame):
        raise DataError("the file must hold rows", found=f"none in {path}", fix="Check the file.")
    out = {}
    for c in columns:
        truth_or_time = frame[c].dtype.kind in "bmM"
        number = (
            np.full(len(frame), np.nan) if truth_or_time else pd.to_numeric(frame[c], errors="coerce").to_numpy(float)
        )
        bad = ~np.isfinite(number) | (number != np.floor(number)) | (number < least) | (np.abs(number) > 2e9)
        if bad.any():
            rows = [f"row {i + 1}: {c} = {frame[c].iloc[i]}" for i in np.flatnonzero(bad)[:6]]
            raise DataError(
                f"{c} must hold whole numbers of {least} or more",
                found=f"{int(bad.sum()):,} others in {path}",
                fix="Mend these rows:",
                rows=rows,
                count=int(bad.sum()),
            )
        out[c] = number.astype(np.int64)
    return out


def _no_repeats(keys: list[np.ndarray], names: list[str], path: Path) -> None:
    stacked = np.stack(keys, axis=1)
    _, first, counts = np.unique(stacked, axis=0, return_index=True, return_counts=True)
    if (counts > 1).any():
        rows = [", ".join(f"{n} {v}" for n, v in zip(names, stacked[i], strict=True)) for i in first[counts > 1][:6]]
        raise DataError(
            f"{', '.join(names)} must name each row once",
            found=f"{int((counts > 1).sum()):,} keys twice in {path}",
            fix="Drop one of each:",
            rows=rows,
            count=int((counts > 1).sum()),
        )


def _month_range(months: np.ndarray, path: Path) -> None:
    bad = (months < 1) | (months > _LATEST)
    if bad.any():
        raise DataError(
            f"month_id must lie between 1 (January 1980) and {_LATEST}",
            found=f"{int(months[bad][0])} in {path}",
            fix="month_id is (year − 1980)·12 + month.",
        )


def _known_countries(units: np.ndarray, path: Path) -> None:
    known = set(countries().country_id.tolist())
    odd = sorted({int(u) for u in units} - known)
    if odd:
        gw = set(countries().gwcode.tolist())
        hint = (
            "These are Gleditsch–Ward numbers; use the VIEWS country_id."
            if set(odd) <= gw
            else "See the list of 191 countries in the documentation."
        )
        raise DataError(
            "country_id must be a VIEWS country", found=f"{', '.join(map(str, odd[:5]))} in {path}", fix=hint
        )


def read_panel(path: Path) -> Panel:
    """Read a country-month panel.

    Parameters
    ----------
    path : pathlib.Path
        CSV or Parquet with ``month_id, country_id, ged_sb, ged_ns, ged_os``, one row per country and month. A country
        may begin later than others; after that it has every month to the end.

    Raises
    ------
    DataError
        Columns, numbers, countries or keys are wrong, or months are missing.
    """
    columns = _whole(_read_table(path), ["month_id", "country_id", *OUTCOMES], path)
    month, unit = columns["month_id"], columns["country_id"]
    _month_range(month, path)
    _known_countries(unit, path)
    _no_repeats([month, unit], ["month_id", "country_id"], path)
    units, months = np.unique(unit), np.arange(month.min(), month.max() + 1)
    row, column = np.searchsorted(units, unit), month - months[0]
    there = np.zeros((len(units), len(months)), bool)
    there[row, column] = True
    gap = ~there & (np.arange(len(months)) >= there.argmax(axis=1)[:, None])
    if gap.any():
        rows = [
            f"country_id {units[i]}, month_id {months[j]} ({month_text(int(months[j]))})"
            for i, j in np.argwhere(gap)[:6]
        ]
        raise DataError(
            "a panel must hold every month of a country from its first to the panel's last",
            found=f"{int(gap.sum()):,} missing in {path}",
            fix="Add the rows, with 0 where nobody died:",
            rows=rows,
            count=int(gap.sum()),
        )
    deaths = np.zeros((len(units), len(months), 3), np.int64)
    deaths[row, column] = np.stack([columns[name] for name in OUTCOMES], axis=1)
    return Panel(
        kind="country_id",
        units=units,
        months=months,
        deaths=deaths,
        exists=there,
        provisional=np.zeros(len(months), bool),
        provenance=Provenance(source=path.name, vintage="as given", citation=f"your file {path.name}"),
    )


def read_forecast(path: Path, *, target: str | None = None) -> Forecast:
    """Read a forecast in the VIEWS challenge's layout, long (``draw, outcome``) or wide (``d0, d1, …``).

    Parameters
    ----------
    path : pathlib.Path
        Parquet or CSV with ``month_id``, ``country_id`` or ``priogrid_gid``, and the draws.
    target : str, optional
        Which target the file holds; it does not say so itself. State-based deaths (``sb``) if not given.
    """
    frame = _read_table(path)
    unit_name = next((name for name in _UNITS if name in frame), "country_id")
    keys = ["month_id", unit_name]
    wide = sorted((c for c in frame if re.fullmatch(r"d\d+", str(c))), key=lambda c: int(str(c)[1:]))
    if "draw" in frame or not wide:
        columns = _whole(frame, [*keys, "draw", "outcome"], path)
        _no_repeats([columns[c] for c in (*keys, "draw")], [*keys, "draw"], path)
        order = np.lexsort([columns["draw"], columns["month_id"], columns[unit_name]])
        values = columns["outcome"][order]
        draws = len(np.unique(columns["draw"]))
        unit, month = columns[unit_name][order], columns["month_id"][order]
    else:
        columns = _whole(frame, [*keys, *map(str, wide)], path)
        _no_repeats([columns[c] for c in keys], keys, path)
        order = np.lexsort([columns["month_id"], columns[unit_name]])
        values = np.stack([columns[str(c)] for c in wide], axis=1)[order].ravel()
        draws = len(wide)
        unit, month = (np.repeat(columns[c][order], draws) for c in (unit_name, "month_id"))
    return _forecast(path, values, unit, month, draws=draws, kind=unit_name, target=target or "sb")


def _forecast(
    path: Path, values: np.ndarray, unit: np.ndarray, month: np.ndarray, *, draws: int, kind: Any, target: str
) -> Forecast:
    _month_range(month, path)
    units, months = np.unique(unit), np.unique(month)
    if len(values) != len(units) * len(months) * draws:
        raise DataError(
            "a forecast must hold the same draws for every unit and month",
            found=f"{len(values):,} rows for {len(units)} units × {len(months)} months × {draws} draws in {path}",
            fix="Add the missing rows.",
        )
    if target not in TARGETS:
        raise DataError("a target must be one of sb, ns, os, total", found=repr(target), fix="Choose one of these.")
    return Forecast(
        model=path.stem.removesuffix(".csv"),
        kind=kind,
        units=units,
        origin=int(months[0]) - 1,
        months=months,
        targets=(target,),
        draws=values.reshape(1, len(units), len(months), draws).astype(np.int32),
        joint=(),
        provenance=Provenance(source=path.name, vintage="as given", citation=f"your file {path.name}"),
        seed=0,
        code_version=__version__,
    )


def read_actuals(path: Path, *, target: str = "sb") -> pd.Series[int]:
    """Read what came.

    Parameters
    ----------
    path : pathlib.Path
        CSV or Parquet with ``month_id``, ``country_id`` or ``priogrid_gid``, and either ``outcome`` or a panel's
        ``ged_sb, ged_ns, ged_os``.
    target : str
        Which column of a panel; a file with ``outcome`` holds one target only.

    Returns
    -------
    pandas.Series
        Deaths indexed by ``month_id`` and unit.
    """
    import pandas as pd

    frame = _read_table(path)
    unit_name = next((name for name in _UNITS if name in frame), "country_id")
    wanted = ["outcome"] if "outcome" in frame else list(OUTCOMES) if target == "total" else [f"ged_{target}"]
    columns = _whole(frame, ["month_id", unit_name, *wanted], path)
    _month_range(columns["month_id"], path)
    _no_repeats([columns["month_id"], columns[unit_name]], ["month_id", unit_name], path)
    index = pd.MultiIndex.from_arrays([columns["month_id"], columns[unit_name]], names=["month_id", unit_name])
    return pd.Series(sum(columns[c] for c in wanted), index=index, name="outcome").sort_index()
