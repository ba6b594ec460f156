"""Months as the field counts them: ``month_id = (year − 1980)·12 + month``, so January 1980 is 1.

Every function takes and returns plain integers or text; nothing here knows about data.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from aftershock.errors import UsageError

__all__ = ["FIRST_MONTH", "month_end", "month_id", "month_name", "month_text", "parse_month", "runs_of", "year_runs"]

FIRST_MONTH = 109  # January 1989, where the UCDP event record begins


def month_id(year: int, month: int) -> int:
    """Return the VIEWS ``month_id`` of a calendar month.

    Examples
    --------
    >>> month_id(1980, 1), month_id(2021, 12)
    (1, 504)
    """
    return (year - 1980) * 12 + month


def _split(month: int) -> tuple[int, int]:
    return 1980 + (month - 1) // 12, (month - 1) % 12 + 1


def month_text(month: int) -> str:
    """Return a ``month_id`` as ``YYYY-MM``.

    Examples
    --------
    >>> month_text(504)
    '2021-12'
    """
    return "{:04d}-{:02d}".format(*_split(month))


def month_name(month: int) -> str:
    """Return a ``month_id`` in words.

    Examples
    --------
    >>> month_name(504)
    'December 2021'
    """
    year, number = _split(month)
    return f"{dt.date(year, number, 1):%B} {year}"


def month_end(month: int) -> dt.date:
    """Return the last day of a ``month_id``.

    Examples
    --------
    >>> month_end(482)
    datetime.date(2020, 2, 29)
    """
    year, number = _split(month + 1)
    return dt.date(year, number, 1) - dt.timedelta(days=1)


def parse_month(text: str) -> int:
    """Read ``YYYY-MM`` as a ``month_id``.

    Raises
    ------
    UsageError
        The text is not a month.

    Examples
    --------
    >>> parse_month("2017-10")
    454
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})", text.strip())
    if not match or not 1 <= int(match[2]) <= 12:
        raise UsageError("a month must be written YYYY-MM", found=f"{text!r}", fix="Write for example 2021-12.")
    return month_id(int(match[1]), int(match[2]))


def year_runs(years: Iterable[int]) -> str:
    """Return years in words, runs of them shortened.

    Examples
    --------
    >>> year_runs([1998, 1999, 2000, 2004])
    '1998–2000, 2004'
    """
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs_of(years))


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of numbers that follow one another; the numbers ascend.

    Examples
    --------
    >>> runs_of([1998, 1999, 2000, 2004])
    [(1998, 2000), (2004, 2004)]
    """
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
