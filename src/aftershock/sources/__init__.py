"""Where figures come from: one file per provider, all ending in the same types."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aftershock.errors import DataError
from aftershock.sources.acled import ACLED_CITATION, acled_format
from aftershock.sources.ged import ged_format
from aftershock.sources.reading import Reading, load
from aftershock.sources.tables import read_actuals, read_forecast, read_panel
from aftershock.sources.tabular import first_fields, unpacked

if TYPE_CHECKING:
    import duckdb

__all__ = ["ACLED_CITATION", "event_files", "load_events", "read_actuals", "read_forecast", "read_panel"]

_SUFFIXES = (".csv", ".csv.gz", ".zip")


def event_files(paths: list[Path]) -> list[Path]:
    """Return the files meant by paths, a folder standing for every ``.csv``, ``.csv.gz`` and ``.zip`` in it.

    Raises
    ------
    DataError
        A folder holds none.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(p for p in path.iterdir() if p.is_file() and p.name.lower().endswith(_SUFFIXES))
        if not inside:
            raise DataError(
                "a folder must hold .csv, .csv.gz or .zip files", found=f"none in {path}", fix="Check the path."
            )
        found += inside
    return found


def load_events(
    connection: duckdb.DuckDBPyConnection, path: Path, *, today: dt.date, into: Path | None = None
) -> tuple[Literal["ucdp", "acled"], Reading]:
    """Read a file of either provider into the table ``events``; the first row tells which it is."""
    with unpacked(path) as plain:
        acled = "event_id_cnty" in first_fields(plain)
        form = acled_format(today) if acled else ged_format(today)
        return ("acled" if acled else "ucdp"), load(connection, plain, form, name=path.name, into=into)
