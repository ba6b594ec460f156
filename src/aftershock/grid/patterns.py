"""What a country's past says of where deaths fall: its months, each with its cells, and how steady each cell is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import TYPES, IntArray
from aftershock.errors import DataError, UsageError
from aftershock.grid.cells import around, land_of
from aftershock.panel import CellCounts

__all__ = ["Pattern", "Placing", "find_pattern"]

FloatArray = NDArray[np.float64]
BORDER_MONTHS = 60  # a cell outside a country's land is kept for so long after its last death there


@dataclass(frozen=True)
class Placing:
    """How a country's deaths are placed in its cells.

    The defaults were chosen on targets that end by December 2017 (``benchmarks/tune_grid.py``).

    Attributes
    ----------
    half_life : float
        Months in which a past month's chance of being the pattern halves.
    memory : float
        Months in which a month of deaths in a cell halves as a reason to expect more there.
    doubt : float
        A cell with ``n`` such months keeps its deaths with probability ``n / (n + doubt)``; else they fall elsewhere.
    near : float
        Share of what falls elsewhere that falls into the eight cells around.
    anywhere : float
        Share of the rest that may fall anywhere in the country; what is left goes where deaths were before.
    growth : float
        A month with ``k`` times a past month's deaths has incidents ``k ** growth`` times as large.
    persistence : float
        Chance that a draw's pattern stays the same from one month to the next.
    """

    half_life: float = 12.0
    memory: float = 6.0
    doubt: float = 8.0
    near: float = 0.2
    anywhere: float = 0.2
    growth: float = 1.0
    persistence: float = 1.0

    def __post_init__(self) -> None:
        shares = (self.near, self.anywhere, self.growth, self.persistence)
        if min(self.half_life, self.memory, self.doubt) <= 0 or min(shares) < 0 or max(shares) > 1:
            raise UsageError(
                "half-lives and doubt must be above 0, and shares between 0 and 1",
                found=str(self),
                fix="Leave them out to use the values that were chosen on the record.",
            )


@dataclass(frozen=True)
class Pattern:
    """One country's past by month and cell, for one target.

    Attributes
    ----------
    cells : numpy.ndarray of int64, shape (n,)
        ``priogrid_gid``, ascending: the country's land, and cells beyond it where it had deaths of late.
    first : numpy.ndarray of int64, shape (t + 1,)
        Month ``j`` is rows ``first[j]`` to ``first[j + 1]`` of ``place`` and ``size``; only months with deaths.
    place, size : numpy.ndarray of int64, shape (k,)
        Which of ``cells``, and deaths there in the month.
    weight : numpy.ndarray of float64, shape (t,)
        Logarithm of the chance that a month is the pattern, up to a constant.
    stays : numpy.ndarray of float64, shape (n,)
        Probability that deaths placed in a cell stay there.
    near : numpy.ndarray of int64, shape (n, 8)
        Places of the cells around each.
    steady : numpy.ndarray of float64, shape (n,)
        Share of past months of deaths in each cell, the newer the more, summed up to each.
    """

    cells: IntArray
    first: IntArray
    place: IntArray
    size: IntArray
    weight: FloatArray
    stays: FloatArray
    near: IntArray
    steady: FloatArray


def find_pattern(counts: CellCounts, country: int, target: str, *, origin: int, placing: Placing) -> Pattern:
    """Return a country's pattern, from nothing after the origin.

    Parameters
    ----------
    counts : CellCounts
    country : int
        VIEWS ``country_id``.
    target : str
        One of ``sb, ns, os, total``.
    origin : int
        The last ``month_id`` to learn from.
    placing : Placing
    """
    rows = counts.select((counts.country == country) & (counts.month <= origin))
    beyond = rows.cell[rows.month > origin - BORDER_MONTHS]
    cells = np.union1d(land_of(country), beyond)
    if not len(cells):
        raise DataError(
            "a country must have land cells", found=f"none of country_id {country}", fix="Use the VIEWS country_id."
        )
    rows = rows.select(np.isin(rows.cell, cells))
    if target != "total":
        rows = rows.select(rows.violence == TYPES[target])
    # one row per month and cell, the types of violence together
    key, group = np.unique(rows.month * len(cells) + np.searchsorted(cells, rows.cell), return_inverse=True)
    size = np.bincount(group, weights=rows.deaths).astype(np.int64)
    month, place = np.divmod(key, len(cells))
    months, first = np.unique(month, return_index=True)
    seen = np.bincount(place, weights=0.5 ** ((origin - month) / placing.memory), minlength=len(cells))
    return Pattern(
        cells=cells,
        first=np.append(first, len(month)),
        place=place,
        size=size,
        weight=-np.log(2) * (origin - months) / placing.half_life,
        stays=seen / (seen + placing.doubt),
        near=around(cells),
        steady=np.cumsum(seen) / seen.sum() if len(month) else np.arange(1, len(cells) + 1) / len(cells),
    )
