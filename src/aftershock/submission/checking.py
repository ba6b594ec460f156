"""What in a folder breaks the challenge's rules: its details, its layout, its files' rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.contract import DEFAULT_DRAWS
from aftershock.errors import DataError, UsageError
from aftershock.submission.details import DETAILS_FILE, LEVELS, WINDOWS, details_faults, months_of

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["check_submission"]

MOST_DEATHS = 1e10  # the challenge's own bound: more than there are people
_NOT_FORECASTS = ("eval", "__MACOSX")
_PANDAS_INDEX = re.compile(r"__index_level_\d+__")


def check_submission(
    folder: Path,
    *,
    windows: Sequence[int] = WINDOWS,
    draws: int = DEFAULT_DRAWS,
    actuals: pd.Series[Any] | None = None,
) -> list[str]:
    """Return everything in which a folder breaks the challenge's rules; nothing where it keeps them all.

    Parameters
    ----------
    folder : pathlib.Path
    windows : sequence of int
        Calendar years that must be there, and no others.
    draws : int
        How many every unit and month must have.
    actuals : pandas.Series, optional
        Outcomes by ``month_id`` and unit, as :func:`aftershock.read_actuals` returns them: a window must hold their units,
        no more and no fewer. If not given, countries are held against the embedded figures where these know the window.

    Returns
    -------
    list of str
        Which file, what must hold, what was found.

    Raises
    ------
    DataError
        There is no such folder.
    UsageError
        No window, or no draw, is asked for, or the outcomes hold none of a window.
    """
    if not windows or draws < 1:
        raise UsageError(
            "a submission must be checked for a window and a draw at least",
            found=f"{len(windows)} windows and {draws} draws",
            fix="The challenge asks for 2018 to 2021 and 1,000 draws.",
        )
    if not folder.is_dir():
        raise DataError("a submission must be a folder", found=str(folder), fix="Check the path.")
    faults = _check_details(folder / DETAILS_FILE)
    found = [path for path in sorted(folder.rglob("*.parquet")) if not _is_something_else(path.relative_to(folder))]
    wanted = {f"window=Y{year}": year for year in windows}
    places: dict[tuple[str, str], list[Path]] = {}
    for path in found:
        parts = path.relative_to(folder).parts
        if len(parts) == 3 and parts[0] in LEVELS and parts[1] in wanted:
            places.setdefault((parts[0], parts[1]), []).append(path)
        else:
            years = ", ".join(f"Y{year}" for year in windows)
            faults.append(f"{'/'.join(parts)}: must lie in cm/window=… or pgm/window=… of {years}")
    levels = [level for level in LEVELS if any(path.relative_to(folder).parts[0] == level for path in found)]
    if not levels:
        faults.append("must hold forecasts below cm or pgm; found none")
    for level in levels:
        known = _known_units(actuals, level, windows)
        for name, year in wanted.items():
            paths = places.get((level, name), [])
            if len(paths) != 1:
                faults.append(f"{level}/{name}: must hold one .parquet file; found {len(paths) or 'none'}")
            for path in paths:
                units = None if known is None else known.get(year)
                said = _file_faults(path, LEVELS[level], year, draws=draws, units=units)
                faults += [f"{level}/{name}/{path.name}: {fault}" for fault in said]
    return faults


def _is_something_else(path: Path) -> bool:
    """Say whether a Parquet file is an evaluation or an archive's debris, which the challenge passes over."""
    return any(part in _NOT_FORECASTS for part in path.parts[:-1]) or path.stem.split("_")[0] == "eval"


def _check_details(path: Path) -> list[str]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [f"{path.name}: must be there; found none"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        return [f"{path.name}: must be readable YAML; found {(str(error) or type(error).__name__).splitlines()[0]}"]
    if not isinstance(content, Mapping):
        return [f"{path.name}: must hold keys and values; found {type(content).__name__}"]
    return [f"{path.name}: {fault}" for fault in details_faults(content)]


def _known_units(actuals: pd.Series[Any] | None, level: str, windows: Sequence[int]) -> dict[int, np.ndarray] | None:
    """Return the units with outcomes in each year, where outcomes of this level are known."""
    unit = LEVELS[level]
    given = actuals is not None and unit in actuals.index.names
    if actuals is None or not given:
        if level != "cm":
            return None
        from aftershock.figures import embedded_panel
        from aftershock.scores import actuals_of

        actuals = actuals_of(embedded_panel(), "sb")
    months, units = (actuals.index.get_level_values(name).to_numpy() for name in ("month_id", unit))
    years = 1980 + (months - 1) // 12
    if given and (lacking := sorted(set(windows) - set(years.tolist()))):
        raise UsageError(
            "the outcomes must hold every window that is checked",
            found=f"none of {', '.join(map(str, lacking))}",
            fix="Give outcomes of these years too, or leave the windows out.",
        )
    return {int(year): np.unique(units[years == year]) for year in np.unique(years)}


def _file_faults(path: Path, unit: str, year: int, *, draws: int, units: np.ndarray | None) -> list[str]:
    """Return what is wrong with the forecasts of one window."""
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow.dataset import dataset

    columns = ("month_id", unit, "draw", "outcome")
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        return [f"must be a Parquet file; found {(str(error) or type(error).__name__).splitlines()[0][:200]}"]
    names = [name for name in schema.names if not _PANDAS_INDEX.fullmatch(name)]
    if set(names) != set(columns) or len(names) != len(columns):
        return [f"must have the columns {', '.join(columns)} and no others; found {', '.join(names)}"]
    odd = [name for name in columns if not _is_number(schema.field(name).type)]
    if odd:
        return [f"{', '.join(columns)} must be numbers; found text or something else in {', '.join(odd)}"]
    try:
        with duckdb.connect() as connection:
            connection.register("file", dataset(path, format="parquet"))
            connection.execute(f"CREATE VIEW forecast AS SELECT month_id, {unit} AS unit, draw, outcome FROM file")
            return _content_faults(connection, unit, year, draws=draws, units=units)
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        return [f"must be a whole Parquet file; found {(str(error) or type(error).__name__).splitlines()[0][:200]}"]


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _content_faults(
    connection: duckdb.DuckDBPyConnection, unit: str, year: int, *, draws: int, units: np.ndarray | None
) -> list[str]:
    """Return what is wrong with the rows of the view ``forecast``."""
    keys = " OR ".join(
        f"TRY_CAST({k} AS BIGINT) IS NULL OR {k} <> TRY_CAST({k} AS BIGINT)" for k in ("month_id", "unit", "draw")
    )
    row = connection.execute(
        f"SELECT count(*) FILTER (WHERE {keys}), count(*) FILTER (WHERE outcome IS NULL OR isnan(outcome::DOUBLE)), "
        "count(*) FILTER (WHERE outcome < 0), "
        f"count(*) FILTER (WHERE outcome > {MOST_DEATHS} AND NOT isnan(outcome::DOUBLE)) FROM forecast"
    ).fetchone()
    odd_keys, missing, negative, huge = row or (0, 0, 0, 0)
    faults = []
    if odd_keys:
        return [f"month_id, {unit} and draw must be whole numbers; found {odd_keys:,} rows with others"]
    if missing:
        faults.append(f"outcome must be there in every row; found {missing:,} missing")
    if negative:
        faults.append(f"outcome must be 0 or more; found {negative:,} below")
    if huge:
        faults.append(f"outcome must be at most {MOST_DEATHS:,.0f}; found {huge:,} above")
    months = [int(m) for (m,) in connection.execute("SELECT DISTINCT month_id FROM forecast ORDER BY 1").fetchall()]
    wanted = months_of(year)
    if months != wanted:
        differing = sorted(set(months) ^ set(wanted))
        faults.append(
            f"must hold the months of {year}, month_id {wanted[0]} to {wanted[-1]}, and no others; {_differ(differing, wanted)}"
        )
    present = [int(u) for (u,) in connection.execute("SELECT DISTINCT unit FROM forecast ORDER BY 1").fetchall()]
    if units is not None and present != units.tolist():
        known = units.tolist()
        faults.append(
            f"must hold the {unit} of the outcomes and no others; {_differ(sorted(set(present) ^ set(known)), known)}"
        )
    return faults + _draw_faults(connection, unit, months, units=len(present), draws=draws)


def _differ(differing: list[int], wanted: Sequence[int]) -> str:
    """Say which keys are missing and which are too many."""
    lacking, more = ([d for d in differing if (d in set(wanted)) == is_wanted] for is_wanted in (True, False))
    said = [f"{word} {_some(keys)}" for word, keys in (("lacks", lacking), ("has also", more)) if keys]
    return f"found that it {' and '.join(said)}"


def _some(keys: Sequence[int]) -> str:
    """Return the first keys in words.

    Examples
    --------
    >>> _some([1, 2, 3, 4, 5, 6, 7])
    '1, 2, 3, 4, 5 and 2 more'
    """
    more = f" and {len(keys) - 5} more" if len(keys) > 5 else ""
    return ", ".join(map(str, keys[:5])) + more


def _draw_faults(
    connection: duckdb.DuckDBPyConnection, unit: str, months: list[int], *, units: int, draws: int
) -> list[str]:
    """Return where a unit and month has not every draw once; month by month, since a grid has many rows."""
    wrong, cells, example = 0, 0, ""
    for month in months:
        rows = connection.execute(
            "SELECT unit, count(*), count(DISTINCT draw) FROM forecast WHERE month_id = ? GROUP BY unit ORDER BY unit",
            [month],
        ).fetchall()
        cells += len(rows)
        for number, n, different in rows:
            if n != draws or different != draws:
                wrong += 1
                example = example or f"{unit} {int(number)} in month_id {month}: {n:,} rows, {different:,} draws"
    faults = []
    if cells != len(months) * units:
        faults.append(f"every {unit} must have every month; found {len(months) * units - cells:,} missing")
    if wrong:
        faults.append(
            f"every {unit} and month must have each of {draws:,} draws once; found {wrong:,} others, first {example}"
        )
    return faults
