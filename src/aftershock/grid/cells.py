"""The world's land in PRIO-GRID cells, 0.5° on a side: which cell belongs to which country, and what lies beside it."""

from __future__ import annotations

from functools import cache

import numpy as np

from aftershock.contract import IntArray
from aftershock.figures import load_table

__all__ = ["COLUMNS", "NOBODY", "around", "corner", "land_cells", "land_of"]

COLUMNS = 720
ROWS = 360
NOBODY = 0  # the country_id of land that is no unit of the list


@cache
def land_cells() -> tuple[IntArray, IntArray]:
    """Return ``country_id`` and ``priogrid_gid`` of every land cell, ordered by both.

    A cell stands under the country that holds most of it; one too small to hold most of any shares its cells. Land that
    belongs to no country of the list has ``country_id`` 0.

    Examples
    --------
    >>> country, cell = land_cells()
    >>> len(np.unique(cell)), len(np.unique(country)) - 1
    (67322, 191)
    """
    runs = load_table("priogrid_cells")
    length = runs.cells.to_numpy(np.int64)
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    return np.repeat(runs.country_id.to_numpy(np.int64), length), np.repeat(runs.first_gid.to_numpy(), length) + within


def land_of(country: int) -> IntArray:
    """Return a country's land cells, ascending.

    Examples
    --------
    >>> len(land_of(220))
    74
    """
    owner, cell = land_cells()
    first, last = np.searchsorted(owner, [country, country + 1])
    return cell[first:last]


def around(cells: IntArray) -> IntArray:
    """Return which of the same cells surround each, as places in the array, shape (n, 8); its own place where none does.

    Parameters
    ----------
    cells : numpy.ndarray of int64, shape (n,)
        ``priogrid_gid``, ascending.
    """
    row, column = np.divmod(cells - 1, COLUMNS)
    step = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j])
    beside_row = row[:, None] + step[:, 0]
    beside = beside_row * COLUMNS + (column[:, None] + step[:, 1]) % COLUMNS + 1
    beside[(beside_row < 0) | (beside_row >= ROWS)] = 0
    place = np.searchsorted(cells, beside).clip(0, len(cells) - 1)
    return np.where(cells[place] == beside, place, np.arange(len(cells))[:, None])


def corner(cells: IntArray) -> tuple[np.ndarray, np.ndarray]:
    """Return the south-western corner of cells in degrees: longitude and latitude.

    Examples
    --------
    >>> [float(x[0]) for x in corner(np.array([179782]))]
    [70.5, 34.5]
    """
    row, column = np.divmod(cells - 1, COLUMNS)
    return column / 2 - 180, row / 2 - 90
