"""One stream's rate fitted to the memories of all: a negative binomial regression with weights that cannot be negative.

For fixed time scales the problem separates by target stream. The mode is found by projected Newton steps on the weights in
turn with the two dispersions; the posterior is drawn by moves from the mode's curvature, truncated at zero, each taken or
refused by the exact likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from aftershock.system.kernel import DISPERSION_CENTRE, FLOOR, nb_terms, sample_weights

__all__ = ["Problem", "TargetFit", "draw_posterior", "fit_target"]

FloatArray = NDArray[np.float64]
DISPERSION_SD = 2.0  # of the normal priors of log delta and log rho
BLOCK = 8  # weights that a move of the sampler touches
ROUNDS = 25
TOLERANCE = 1e-7  # of the log posterior, per round
NEAR_ZERO = 1e-5
LOG_DISPERSIONS = (-14.0, 7.0)


@dataclass(frozen=True)
class Problem:
    """What one stream's fit is made of.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (d,)
    features : numpy.ndarray of float64, shape (d, f)
        Background shapes and memories; not negative.
    rates : numpy.ndarray of float64, shape (f,)
        Rates of the weights' exponential priors.
    rough : numpy.ndarray of float64, shape (f, f), optional
        Precision of a normal prior on differences of weights: smooth backgrounds.
    day_weights : numpy.ndarray of float64, shape (d,), optional
        What a day counts for; one if not given.
    groups : numpy.ndarray of int64, shape (f,), optional
        The group of each weight; the weights of a group share their prior's rate, which the posterior draws.
    doubt : numpy.ndarray of float64, shape (g,), optional
        Scale of the gamma prior of a group's rate: a heavy tail, so that most groups are near zero and a few are free.
        0 where the rate is fixed.
    """

    counts: NDArray[np.int64]
    features: FloatArray
    rates: FloatArray
    rough: FloatArray | None = None
    day_weights: FloatArray | None = None
    groups: NDArray[np.int64] | None = None
    doubt: FloatArray | None = None

    @property
    def weights(self) -> FloatArray:
        """What each day counts for, shape (d,)."""
        return np.ones(len(self.counts)) if self.day_weights is None else self.day_weights

    def mean(self, weights: FloatArray) -> FloatArray:
        """Return expected events per day, shape (d,)."""
        return np.asarray(self.features @ weights + FLOOR)

    def log_posterior(self, point: FloatArray) -> tuple[float, FloatArray]:
        """Return the log posterior, up to a constant, and its gradient at ``(weights, log delta, log rho)``."""
        weights, (delta, rho) = point[:-2], np.exp(point[-2:])
        value, slope, by_delta, by_rho = nb_terms(self.counts, self.mean(weights), delta, rho, self.weights)
        gradient = np.r_[self.features.T @ slope - self.rates, by_delta * delta, by_rho * rho]
        value -= self.rates @ weights
        if self.rough is not None:
            gradient[:-2] -= self.rough @ weights
            value -= 0.5 * weights @ self.rough @ weights
        off = (point[-2:] - DISPERSION_CENTRE) / DISPERSION_SD
        gradient[-2:] -= off / DISPERSION_SD
        return float(value - 0.5 * off @ off), gradient

    def curvature(self, point: FloatArray) -> FloatArray:
        """Return minus the second derivatives of the log posterior, shape (f + 2, f + 2)."""
        weights, dispersions = point[:-2], point[-2:]
        mean = self.mean(weights)
        step = 1e-4 * mean
        delta, rho = np.exp(dispersions)
        up = nb_terms(self.counts, mean + step, delta, rho, self.weights)[1]
        down = nb_terms(self.counts, mean - step, delta, rho, self.weights)[1]
        second = (down - up) / (2 * step)
        out = np.empty((len(point), len(point)))
        out[:-2, :-2] = self.features.T @ (second[:, None] * self.features)
        if self.rough is not None:
            out[:-2, :-2] += self.rough
        for j in (-2, -1):
            nudge = np.zeros(len(point))
            nudge[j] = 1e-4
            column = (self.log_posterior(point - nudge)[1] - self.log_posterior(point + nudge)[1]) / 2e-4
            out[:, j] = out[j, :] = column
        return out


@dataclass(frozen=True)
class TargetFit:
    """The mode of one stream's posterior.

    Attributes
    ----------
    weights : numpy.ndarray of float64, shape (f,)
    delta, rho : float
        Variance is ``m (1 + delta) + m² rho``.
    log_posterior : float
    """

    weights: FloatArray
    delta: float
    rho: float
    log_posterior: float

    @property
    def point(self) -> FloatArray:
        """Weights and the logarithms of the dispersions, shape (f + 2,)."""
        return np.concatenate([self.weights, np.log([self.delta, self.rho])])


def fit_target(problem: Problem, start: TargetFit | None = None) -> TargetFit:
    """Return the posterior mode.

    Parameters
    ----------
    problem : Problem
    start : TargetFit, optional
        Where to begin, the fit of like data.
    """
    mean_features = np.maximum(problem.features.mean(axis=0), 1e-9)
    if start is None:
        weights = np.full(problem.features.shape[1], 1e-3)
        weights[0] = 0.3 * problem.counts.mean() / mean_features[0] + 1e-4
        point = np.r_[weights, DISPERSION_CENTRE, DISPERSION_CENTRE]
    else:
        point = start.point
    value = problem.log_posterior(point)[0]
    for turn in range(ROUNDS):
        before = value
        point = _fit_dispersions(problem, point)
        for _ in range(4):
            point, value, gain = _newton_step(problem, point)
            if gain < TOLERANCE:
                break
        if value - before < TOLERANCE * (1 + abs(value)):
            if turn and _settled(problem, point):
                break
            point = _descend(problem, point)
            value = problem.log_posterior(point)[0]
    return TargetFit(point[:-2], float(np.exp(point[-2])), float(np.exp(point[-1])), value)


def _settled(problem: Problem, point: FloatArray) -> bool:
    """Say whether no weight could gain much: the slopes of those above zero are flat, and of the others not upwards."""
    slope = problem.log_posterior(point)[1][:-2]
    uphill = np.where(
        point[:-2] > NEAR_ZERO, np.abs(slope) * np.minimum(point[:-2], 1.0), np.maximum(slope, 0.0) * 1e-2
    )
    return bool(uphill.max() < 1e-2)


def _fit_dispersions(problem: Problem, point: FloatArray) -> FloatArray:
    mean, weights = problem.mean(point[:-2]), problem.weights

    def loss(logs: FloatArray) -> tuple[float, FloatArray]:
        delta, rho = np.exp(logs)
        value, _, by_delta, by_rho = nb_terms(problem.counts, mean, delta, rho, weights)
        off = (logs - DISPERSION_CENTRE) / DISPERSION_SD
        slope = np.array([by_delta * delta, by_rho * rho]) - off / DISPERSION_SD
        return 0.5 * float(off @ off) - value, -slope

    found = minimize(loss, point[-2:], jac=True, method="L-BFGS-B", bounds=[LOG_DISPERSIONS] * 2)
    return np.concatenate([point[:-2], found.x])


def _newton_step(problem: Problem, point: FloatArray) -> tuple[FloatArray, float, float]:
    """Return a better point, its log posterior, and the gain; weights stay at zero or above."""
    weights = point[:-2]
    value, gradient = problem.log_posterior(point)
    slope = gradient[:-2]
    delta, rho = np.exp(point[-2:])
    mean = problem.mean(weights)
    expected = problem.weights / (mean * (1 + delta + mean * rho))
    held = (weights <= NEAR_ZERO) & (slope < 0)  # Bertsekas 1982, doi:10.1137/0320018
    step = np.where(held, -weights, 0.0)
    if not held.all():
        features = problem.features[:, ~held]
        information = features.T @ (expected[:, None] * features)
        if problem.rough is not None:
            information += problem.rough[np.ix_(~held, ~held)]
        information[np.diag_indices_from(information)] += 1e-9 * (1e-3 + np.diag(information).max())
        step[~held] = cho_solve(cho_factor(information), slope[~held])
    size = 1.0
    while size > 1e-6:
        tried = point.copy()
        tried[:-2] = np.maximum(weights + size * step, 0.0)
        new = problem.log_posterior(tried)[0]
        if new > value:
            return tried, new, new - value
        size *= 0.4
    return point, value, 0.0


def _descend(problem: Problem, point: FloatArray) -> FloatArray:
    """Return a better point by quasi-Newton steps on everything at once."""

    def loss(x: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = problem.log_posterior(x)
        return -value, -gradient

    bounds = [(0, None)] * (len(point) - 2) + [LOG_DISPERSIONS] * 2
    found = minimize(loss, point, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200})
    return np.asarray(found.x)


def draw_posterior(
    problem: Problem, fit: TargetFit, *, draws: int, rng: np.random.Generator, moves: int = 0
) -> tuple[FloatArray, float]:
    """Return draws of ``(weights, delta, rho)``, shape (draws, f + 2), and the share of moves taken.

    Parameters
    ----------
    problem : Problem
    fit : TargetFit
        The mode.
    draws : int
    rng : numpy.random.Generator
    moves : int
        Moves for each draw; if 0, enough to touch every weight about three times.
    """
    point = fit.point
    f = len(point) - 2
    plain = replace(problem, rates=np.zeros(f))
    precision = plain.curvature(point)
    precision[[f, f + 1], [f, f + 1]] = np.maximum(precision[[f, f + 1], [f, f + 1]], 1 / DISPERSION_SD**2)
    precision = _positive(precision)
    quadratic = np.zeros_like(precision)
    if problem.rough is not None:
        quadratic[:f, :f] = problem.rough
    quadratic[[f, f + 1], [f, f + 1]] = 1 / DISPERSION_SD**2
    groups = np.full(f, -1) if problem.groups is None else problem.groups
    drawn, taken = sample_weights(
        problem.counts,
        np.ascontiguousarray(problem.features.T),
        problem.weights,
        point,
        plain.log_posterior(point)[1],
        precision,
        quadratic,
        problem.rates,
        groups,
        problem.doubt if problem.doubt is not None else np.zeros(0),
        draws,
        moves or max(12, (f + 2) * 3 // BLOCK),
        BLOCK,
        max(50, draws // 4),
        rng,
    )
    return drawn, float(taken)


def _positive(precision: FloatArray) -> FloatArray:
    """Return the nearest matrix with no eigenvalue at or below zero."""
    scale = np.sqrt(np.maximum(np.diag(precision), 1e-8))
    values, vectors = np.linalg.eigh(precision / np.outer(scale, scale))
    if values[0] > 1e-6:
        return precision
    return np.asarray((vectors * np.maximum(values, 1e-6)) @ vectors.T * np.outer(scale, scale))
