"""The day of an event that is dated to a range of days: one of them, at random, several times over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import IntArray

__all__ = ["imputed_days"]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the next output of SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195) after each state."""
    z = state + _STEP
    z = (z ^ (z >> np.uint64(30))) * _FIRST
    z = (z ^ (z >> np.uint64(27))) * _SECOND
    return np.asarray(z ^ (z >> np.uint64(31)), np.uint64)


def imputed_days(ids: IntArray, start: IntArray, width: IntArray, *, imputations: int, seed: int) -> IntArray:
    """Return a day for each event and imputation, uniform over the event's days.

    An event's days depend on its own id and range and on the seed alone: neither on the order of rows nor on what other
    events there are, so that newer data change no older day.

    Parameters
    ----------
    ids : numpy.ndarray of int64, shape (n,)
    start : numpy.ndarray of int64, shape (n,)
        First day, days since 1970-01-01.
    width : numpy.ndarray of int64, shape (n,)
        Days in the range, 1 or more.
    imputations : int
    seed : int

    Returns
    -------
    numpy.ndarray of int64, shape (imputations, n)

    Examples
    --------
    >>> days = imputed_days(np.arange(1000), np.zeros(1000, int), np.full(1000, 7), imputations=2, seed=1)
    >>> days.min(), days.max(), bool((days[0] == days[1]).all())
    (np.int64(0), np.int64(6), False)
    """
    key = _mixed(np.full(1, seed % 2**64, np.uint64))
    for part in (ids, start, width):
        key = _mixed(key ^ part.astype(np.int64).view(np.uint64))
    rounds = _mixed(np.arange(1, imputations + 1, dtype=np.uint64))
    bits = _mixed(key[None, :] ^ rounds[:, None])
    share = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return np.asarray(start + np.floor(share * width).astype(np.int64))
