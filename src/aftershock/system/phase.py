"""The phase of a war: a level that multiplies a stream's rate and follows what came lately, and which variant to trust.

A fit rests on years in which a war changed. Its forecasts are therefore scaled, day by day, by a level with mean one in the
long run: a gamma variable that forgets (West & Harrison 1997, ch. 10; doi:10.1007/b98971). How fast it forgets, whether
other streams' pasts are used and how far back the fit looks is not chosen once: every variant keeps a weight, which
follows how well it foretold the days before (dynamic model averaging; Raftery, Kárný & Ettler 2010,
doi:10.1198/TECH.2009.08104).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["LEVELS", "SPREADS", "Level", "average", "follow_level", "forgetting"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Level:
    """How a level moves.

    Parameters
    ----------
    keep : float
        Share of what is known that is kept from one day to the next; 1 for a level that stays at one.
    prior : float
        Events' worth of belief that the level is one.
    """

    keep: float
    prior: float = 1.0


LEVELS = (Level(1.0), Level(0.995), Level(0.98), Level(0.95))
"""The levels that are averaged over."""
SPREADS = (0.5, 1.0, 2.0)
"""Factors on a fit's dispersions that are averaged over: quiet phases are more regular than wild ones."""
FORGETTING, BUSY = 0.01, 1 / 3
"""A stream of ``BUSY`` events a day or more forgets a hundredth of its weights' logarithms a day, quieter ones less."""


def forgetting(rate: float) -> float:
    """Return the power to which variants' weights are taken from one day to the next.

    Parameters
    ----------
    rate : float
        Events per day; quiet days say little, so that quiet streams should forget them slowly.

    Examples
    --------
    >>> forgetting(2.0), round(forgetting(1 / 300), 4)
    (0.99, 0.999)
    """
    return 1.0 - FORGETTING * float(np.sqrt(min(1.0, rate / BUSY)))


@njit(cache=True, nogil=True)
def follow_level(counts: Any, mean: Any, keep: float, prior: float) -> Any:
    """Return the gamma parameters of the level before each day, two arrays of shape (d + 1,); the last row is after all.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (d,)
    mean : numpy.ndarray of float64, shape (d,)
        Expected events where the level is one.
    keep, prior : float
        As in :class:`Level`.
    """
    shape, rate = np.empty(len(mean) + 1), np.empty(len(mean) + 1)
    shape[0] = rate[0] = prior
    for t in range(len(mean)):
        if keep == 1.0:
            shape[t + 1] = rate[t + 1] = prior
        else:
            shape[t + 1] = keep * shape[t] + (1.0 - keep) * prior + counts[t]
            rate[t + 1] = keep * rate[t] + (1.0 - keep) * prior + mean[t]
    return shape, rate


@njit(cache=True, nogil=True)
def average(logs: Any, prior: Any, forgetting: float) -> Any:
    """Return the averaged log probability of each day, shape (d,), and the weights before each day, shape (d + 1, v).

    Parameters
    ----------
    logs : numpy.ndarray of float64, shape (v, d)
        Log probability of each day's count under each variant.
    prior : numpy.ndarray of float64, shape (v,)
        Weights to begin with, summing to one.
    forgetting : float
        1 for Bayes' rule; less lets old days fade.
    """
    v, d = logs.shape
    weights = np.empty((d + 1, v))
    weights[0] = prior
    out = np.empty(d)
    for t in range(d):
        best = -np.inf
        for k in range(v):
            best = max(best, logs[k, t])
        total = powers = 0.0
        for k in range(v):
            part = weights[t, k] * np.exp(logs[k, t] - best)
            total += part
            weights[t + 1, k] = max(part, 1e-12) ** forgetting
            powers += weights[t + 1, k]
        out[t] = best + np.log(total)
        for k in range(v):
            weights[t + 1, k] /= powers
    return out, weights
