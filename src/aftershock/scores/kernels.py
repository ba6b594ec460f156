"""Scores of sample forecasts of counts, on arrays alone.

Every kernel takes outcomes of shape (k,) and draws of shape (k, m) and returns one value per forecast, shape (k,). All but
:func:`ignorance` and :func:`brier` need draws **sorted along the last axis**: sorting once and sharing it is what makes a full
score table cheap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from aftershock.errors import DataError

__all__ = [
    "IGNORANCE_BINS", "IGNORANCE_DRAWS", "brier", "central_interval", "covered", "crps", "crps_fair", "ignorance",
    "interval_score", "log_crps", "pit", "sort_draws",
]  # fmt: skip

FloatArray = NDArray[np.float64]
Draws = NDArray[Any]

IGNORANCE_BINS = np.array([0, 0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5])
"""Lower edges of the challenge's eleven bins, in deaths; the last one is open."""
IGNORANCE_DRAWS = 1000
"""The challenge's number of draws: a shorter sample is repeated in turn up to it for IGN."""


def sort_draws(draws: ArrayLike) -> Draws:
    """Return draws sorted along the last axis; whole numbers stay whole, which sorts about five times faster."""
    array = np.asarray(draws)
    if array.ndim != 2 or array.shape[1] == 0:
        raise DataError(
            "draws must have the shape (forecasts, draws)", found=f"shape {array.shape}", fix="Reshape them."
        )
    return np.sort(array, axis=-1)


def _mean_error_and_spread(outcome: ArrayLike, ordered: Draws) -> tuple[FloatArray, FloatArray]:
    """Return E|X − y| and Σᵢ(2i − m − 1)x₍ᵢ₎, the two sums both estimators of the CRPS are made of.

    One buffer serves both: on a window of the challenge, taking memory anew costs more than the arithmetic.
    """
    m = ordered.shape[1]
    buffer = np.array(ordered, dtype=np.float64)
    spread = buffer @ (2.0 * np.arange(1, m + 1) - m - 1)
    buffer -= np.asarray(outcome, dtype=np.float64)[:, None]
    np.abs(buffer, out=buffer)
    return buffer @ np.full(m, 1 / m), spread


def crps(outcome: ArrayLike, ordered: Draws) -> FloatArray:
    """Return the CRPS of the empirical distribution (the challenge's estimator).

    Formula: Σᵢ|xᵢ − y|/m − Σᵢⱼ|xᵢ − xⱼ|/(2m²). Range [0, ∞), smaller is better, in deaths.
    Source: Gneiting & Raftery 2007, doi:10.1198/016214506000001437.

    Examples
    --------
    >>> crps([2], sort_draws([[0, 4]]))
    array([1.])
    """
    error, spread = _mean_error_and_spread(outcome, ordered)
    return np.asarray(error - spread / ordered.shape[1] ** 2)


def crps_fair(outcome: ArrayLike, ordered: Draws) -> FloatArray:
    """Return the CRPS estimated without bias for the distribution the draws come from.

    Formula: Σᵢ|xᵢ − y|/m − Σᵢⱼ|xᵢ − xⱼ|/(2m(m − 1)). May fall below zero for a lucky sample; needs two draws or more.
    Source: Ferro 2014, doi:10.1002/qj.2270.
    """
    m = ordered.shape[1]
    if m < 2:
        raise DataError("the fair CRPS needs two draws or more", found=f"{m}", fix="Use crps, or draw more.")
    error, spread = _mean_error_and_spread(outcome, ordered)
    return np.asarray(error - spread / (m * (m - 1)))


def log_crps(outcome: ArrayLike, ordered: Draws) -> FloatArray:
    """Return the CRPS of log(1 + deaths), which weighs a doubling alike in small and large wars.

    Source: Bosse et al. 2023, doi:10.1371/journal.pcbi.1011393.
    """
    return crps(np.log1p(np.asarray(outcome, float)), np.log1p(ordered.astype(np.float64)))


def ignorance(outcome: ArrayLike, draws: Draws) -> FloatArray:
    """Return the challenge's ignorance score: −log₂ of the smoothed share of draws in the bin that came.

    Eleven bins (:data:`IGNORANCE_BINS`), one pseudo-draw in each. Range [0.01, 9.98] bits at 1,000 draws, smaller is
    better. Fewer draws than 1,000 are repeated in turn up to it, so their order counts: give them as they were drawn.
    Source: Hegre et al. 2025, the VIEWS prediction challenge 2023/24, doi:10.1177/00223433241300862.
    """
    x = np.asarray(draws)
    if x.shape[1] < IGNORANCE_DRAWS:
        x = x[:, np.arange(IGNORANCE_DRAWS) % x.shape[1]]
    y = np.digitize(np.asarray(outcome, float), IGNORANCE_BINS)
    low = IGNORANCE_BINS[np.maximum(y - 1, 0)]
    high = np.append(IGNORANCE_BINS, np.inf)[y]
    hit = ((x >= low[:, None]) & (x < high[:, None])).sum(axis=1)
    return np.asarray(-np.log2((hit + 1) / (x.shape[1] + len(IGNORANCE_BINS))))


def central_interval(ordered: Draws, level: float) -> tuple[FloatArray, FloatArray]:
    """Return the ends of the central interval that holds ``level`` of the draws, interpolated between them."""
    m = ordered.shape[1]
    ends = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        at = share * (m - 1)
        below = int(np.floor(at))
        above = min(below + 1, m - 1)
        left, right = ordered[:, below].astype(np.float64), ordered[:, above].astype(np.float64)
        ends.append(left + (right - left) * (at - below))
    return ends[0], ends[1]


def interval_score(outcome: ArrayLike, ordered: Draws, level: float = 0.9) -> FloatArray:
    """Return the interval score of the central interval; its mean is the challenge's MIS.

    Formula: (u − l) + 2/α·(l − y)⁺ + 2/α·(y − u)⁺ with α = 1 − level. Range [0, ∞), smaller is better, in deaths.
    Source: Gneiting & Raftery 2007, doi:10.1198/016214506000001437.
    """
    y = np.asarray(outcome, float)
    low, high = central_interval(ordered, level)
    outside = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return np.asarray((high - low) + 2 / (1 - level) * outside)


def covered(outcome: ArrayLike, ordered: Draws, level: float) -> FloatArray:
    """Return 1 where the outcome lies in the central interval (ends included), else 0."""
    y = np.asarray(outcome, float)
    low, high = central_interval(ordered, level)
    return ((low <= y) & (y <= high)).astype(np.float64)


def brier(outcome: ArrayLike, ordered: Draws, threshold: float) -> FloatArray:
    """Return the Brier score of P(deaths ≥ threshold). Range [0, 1], smaller is better.

    Source: Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    probability = (ordered >= threshold).mean(axis=1)
    return np.asarray((probability - (np.asarray(outcome, float) >= threshold)) ** 2)


def pit(outcome: ArrayLike, ordered: Draws, rng: np.random.Generator) -> FloatArray:
    """Return the randomised probability integral transform, uniform on (0, 1) where the forecast is calibrated.

    The rank of the outcome among the draws, ties broken at random: (#{x < y} + U·(#{x = y} + 1))/(m + 1).
    Source: Czado, Gneiting & Held 2009, doi:10.1111/j.1541-0420.2009.01191.x.
    """
    y = np.asarray(outcome)[:, None]
    below = (ordered < y).sum(axis=1)
    equal = (ordered == y).sum(axis=1)
    return np.asarray((below + rng.random(len(y)) * (equal + 1)) / (ordered.shape[1] + 1))
