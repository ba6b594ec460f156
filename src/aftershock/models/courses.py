"""Tie the draws of single months into courses of months, each month's draws staying the same set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CORRELATION", "courses", "follow"]

CORRELATION = 0.9  # of one month's rank with the next one's; chosen by benchmarks/tune_courses.py


def courses(
    draws: NDArray[np.int64],
    horizons: NDArray[np.int64],
    correlation: float = CORRELATION,
    *,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Reorder draws so that draw ``k`` is a course of months whose ranks follow a Gaussian copula.

    Months correlate as ``correlation ** months_apart``; the reordering is that of the Schaake shuffle, with the copula in
    place of past courses. Source: Clark et al. 2004, doi:10.1175/1525-7541(2004)005<0243:TSSAMF>2.0.CO;2.

    Parameters
    ----------
    draws : numpy.ndarray, shape (units, horizons, draws)
    horizons : numpy.ndarray, shape (horizons,)
        Months after the origin, ascending.
    """
    units, _, m = draws.shape
    ordered = np.sort(draws, axis=2)
    out = np.empty_like(ordered)
    z = rng.standard_normal((units, m), dtype=np.float32)
    for h in range(len(horizons)):
        if h:
            rho = np.float32(correlation ** int(horizons[h] - horizons[h - 1]))
            z = rho * z + np.sqrt(1 - rho**2) * rng.standard_normal((units, m), dtype=np.float32)
        np.put_along_axis(out[:, h], np.argsort(z, axis=1), ordered[:, h], axis=1)
    return out


def follow(draws: NDArray[np.int64], template: NDArray[np.int64], *, rng: np.random.Generator) -> NDArray[np.int64]:
    """Reorder draws so that draw ``k`` takes, in every month, the rank that course ``k`` of a template has there.

    The Schaake shuffle with courses that happened. Courses equal in a month are ranked by their mean over all months,
    then by chance.

    Parameters
    ----------
    draws, template : numpy.ndarray, shape (units, horizons, draws)
    """
    ordered = np.sort(draws, axis=2)
    out = np.empty_like(ordered)
    mean = template.mean(axis=1)
    for h in range(draws.shape[1]):
        rank = np.lexsort((rng.random(mean.shape), mean, template[:, h]), axis=-1)
        np.put_along_axis(out[:, h], rank, ordered[:, h], axis=1)
    return out
