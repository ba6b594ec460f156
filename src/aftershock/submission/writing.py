"""Forecasts of past years → the folder that the challenge takes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aftershock.contract import Forecast
from aftershock.errors import UsageError
from aftershock.exports import ready_folder, views_table, write_bytes, write_parquet
from aftershock.submission.details import DETAILS_FILE, LEVELS, SubmissionDetails, months_of

__all__ = ["write_submission"]


def write_submission(
    folder: Path, forecasts: Iterable[Forecast], details: SubmissionDetails, *, target: str = "sb"
) -> list[Path]:
    """Write ``cm/window=YYEAR/predictions_YEAR.parquet`` of each forecast, then ``submission_details.yml``.

    Parameters
    ----------
    folder : pathlib.Path
        Made if it is not there.
    forecasts : iterable of Forecast
        Each of the twelve months of a calendar year, as :func:`aftershock.forecast_window` makes them; countries go to
        ``cm``, PRIO-GRID cells to ``pgm``. From a generator, one at a time is held.
    details : SubmissionDetails
    target : str
        The challenge asks for ``sb``.

    Returns
    -------
    list of pathlib.Path
        The files; each is whole or as it was.

    Raises
    ------
    UsageError
        A forecast is not of a calendar year, or of neither countries nor cells.
    StoreError
        The folder cannot be written to.
    """
    paths = []
    for made in forecasts:
        year = _year_of(made)
        level = next((name for name, unit in LEVELS.items() if unit == made.kind), None)
        if level is None:
            raise UsageError(
                "a submission must be of countries or PRIO-GRID cells", found=made.kind, fix="Forecast one of these."
            )
        place = ready_folder(folder / level / f"window=Y{year}")
        paths.append(place / f"predictions_{year}.parquet")
        write_parquet(paths[-1], views_table(made, target))
    if not paths:
        raise UsageError("a submission must hold a window", found="none", fix="Forecast at least one.")
    paths.append(folder / DETAILS_FILE)
    write_bytes(paths[-1], details.to_yaml().encode("utf-8"))
    return paths


def _year_of(made: Forecast) -> int:
    """Return the calendar year whose twelve months a forecast holds."""
    year = 1980 + (int(made.months[0]) - 1) // 12
    if made.months.tolist() != months_of(year):
        first, last = int(made.months[0]), int(made.months[-1])
        raise UsageError(
            "a window must hold the twelve months of a calendar year",
            found=f"{len(made.months)} months, month_id {first} to {last}",
            fix="Make it with forecast_window.",
        )
    return year
