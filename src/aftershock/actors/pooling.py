"""Partial pooling: what several cases, each measured with error and some of them in part, say of the next one.

The model: case i's true values are r_i ~ N(μ, Σ), its measured ones y_ij ~ N(r_ij, s_ij²). Priors: μ ~ N(0, 2²),
Σ ~ inverse Wishart with k + 2 degrees of freedom and mean 0.5 on the diagonal. Gibbs sampling, all conditionals exact
(Gelman et al., Bayesian Data Analysis, third edition, section 11.6).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import invwishart

__all__ = ["next_case"]

FloatArray = NDArray[np.float64]
_MEAN_SD = 2.0
_PRIOR_VARIANCE = 0.5
_BURN, _THIN = 200, 2
_POSTERIOR = 400
"""Draws of mean and spread at most; further draws of the next case share them."""


def next_case(rng: np.random.Generator, measured: FloatArray, error: FloatArray, draws: int) -> FloatArray:
    """Return draws of a case not seen, shape (draws, k), from the posterior of mean and spread.

    Parameters
    ----------
    rng : numpy.random.Generator
    measured : numpy.ndarray of float64, shape (n, k)
        NaN where a case was not measured.
    error : numpy.ndarray of float64, shape (n, k)
        Standard errors; not looked at where ``measured`` is NaN.
    draws : int

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> drawn = next_case(rng, np.array([[1.0], [1.2], [0.8]] * 20), np.full((60, 1), 0.1), 400)
    >>> bool(0.9 < drawn.mean() < 1.1)
    True
    """
    cases, size = measured.shape
    seen = np.isfinite(measured)
    weight = np.zeros_like(measured)
    weight[seen] = error[seen] ** -2.0
    pull = weight * np.where(seen, measured, 0.0)
    kept = min(draws, _POSTERIOR)
    each = -(-draws // kept)
    mean, spread = np.zeros(size), np.eye(size) * _PRIOR_VARIANCE
    out = np.empty((kept, each, size))
    for turn in range(_BURN + _THIN * kept):
        inverse = np.linalg.inv(spread)
        truth = _normal(rng, inverse + weight[:, :, None] * np.eye(size), inverse @ mean + pull)
        mean = _normal(rng, cases * inverse + np.eye(size) / _MEAN_SD**2, inverse @ truth.sum(axis=0))
        rest = truth - mean
        spread = np.atleast_2d(
            invwishart.rvs(size + 2 + cases, np.eye(size) * _PRIOR_VARIANCE + rest.T @ rest, random_state=rng)
        )
        place, left = divmod(turn - _BURN, _THIN)
        if place >= 0 and left == 0:
            out[place] = mean + rng.standard_normal((each, size)) @ np.linalg.cholesky(spread).T
    return out.transpose(1, 0, 2).reshape(-1, size)[:draws]


def _normal(rng: np.random.Generator, precision: FloatArray, pull: FloatArray) -> FloatArray:
    """Draw from normals given by precision and precision times mean, shapes (..., k, k) and (..., k)."""
    root = np.linalg.cholesky(precision)
    centre = np.linalg.solve(precision, pull[..., None])
    noise = np.linalg.solve(np.swapaxes(root, -1, -2), rng.standard_normal((*pull.shape, 1)))
    return np.asarray((centre + noise)[..., 0])
