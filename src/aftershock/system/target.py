"""One stream's rate fitted to the memories of all: a negative binomial regression with weights that cannot be negative.

Or that may be, where asked for: then a soft-plus stands between the weighted sum and the mean, and the prior of a weight that
may be negative is the same to either side.

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
from scipy.special import expit

from aftershock.system.kernel import DEPTH, DISPERSION_CENTRE, FLOOR, nb_terms, sample_weights, softplus

__all__ = ["Problem", "TargetFit", "draw_posterior", "fit_target"]

FloatArray = NDArray[np.float64]
DISPERSION_SD = 2.0  # of the normal priors of log delta and log rho
BLOCK = 8  # weights that a move of the sampler touches
ROUNDS = 25
TOLERANCE = 1e-7  # of the log posterior, per round
NEAR_ZERO = 1e-5
WORTH = 1e-3  # slope from which a weight at zero goes on to the other side
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
    soft : float, optional
        Of the :func:`aftershock.system.kernel.softplus` between weighted sum and mean, events a day; the sum then begins
        ``DEPTH`` times that below zero. The mean is the sum if not given.
    signed : numpy.ndarray of bool, shape (f,), optional
        Weights that may be negative, with the same prior to either side; needs ``soft``. None may be if not given.
    """

    counts: NDArray[np.int64]
    features: FloatArray
    rates: FloatArray
    rough: FloatArray | None = None
    day_weights: FloatArray | None = None
    groups: NDArray[np.int64] | None = None
    doubt: FloatArray | None = None
    soft: float | None = None
    signed: NDArray[np.bool_] | None = None

    @property
    def weights(self) -> FloatArray:
        """What each day counts for, shape (d,)."""
        return np.ones(len(self.counts)) if self.day_weights is None else self.day_weights

    def mean(self, weights: FloatArray) -> FloatArray:
        """Return expected events per day, shape (d,)."""
        used = np.flatnonzero(weights)
        if 2 * len(used) > len(weights):
            return self.mean_of(self.features @ weights)
        return self.mean_of(self.features[:, used] @ weights[used])  # most of a mode's weights are zero

    def mean_of(self, sums: FloatArray) -> FloatArray:
        """Return expected events per day from the features' weighted sum, both of shape (d,)."""
        if self.soft is None:
            return np.asarray(sums + FLOOR)
        return np.asarray(softplus(sums - DEPTH * self.soft, self.soft) + FLOOR)

    def steepness(self, weights: FloatArray) -> FloatArray:
        """Return the slope of each day's mean by its weighted sum, shape (d,)."""
        if self.soft is None:
            return np.ones(len(self.counts))
        return np.asarray(expit(self.features @ weights / self.soft - DEPTH))

    def pull(self, weights: FloatArray) -> FloatArray:
        """Return the slope of the priors towards zero, shape (f,)."""
        return self.rates if self.signed is None else np.where(self.signed & (weights < 0), -self.rates, self.rates)

    def log_posterior(self, point: FloatArray, mean: FloatArray | None = None) -> tuple[float, FloatArray]:
        """Return the log posterior, up to a constant, and its gradient at ``(weights, log delta, log rho)``.

        ``mean`` is ``mean(weights)``, where it is at hand.
        """
        weights, (delta, rho) = point[:-2], np.exp(point[-2:])
        mean = self.mean(weights) if mean is None else mean
        value, slope, by_delta, by_rho = nb_terms(self.counts, mean, delta, rho, self.weights)
        if self.soft is not None:
            slope *= self.steepness(weights)
        pull = self.pull(weights)
        gradient = np.r_[self.features.T @ slope - pull, by_delta * delta, by_rho * rho]
        if self.rough is not None:
            gradient[:-2] -= self.rough @ weights
        gradient[-2:] -= (point[-2:] - DISPERSION_CENTRE) / DISPERSION_SD**2
        return float(value + self.log_prior(point)), gradient

    def log_prior(self, point: FloatArray) -> float:
        """Return the log prior density at ``(weights, log delta, log rho)``, up to a constant."""
        weights, off = point[:-2], (point[-2:] - DISPERSION_CENTRE) / DISPERSION_SD
        rough = 0.0 if self.rough is None else weights @ self.rough @ weights
        return -float(self.pull(weights) @ weights + 0.5 * rough + 0.5 * off @ off)

    def curvature(self, point: FloatArray) -> FloatArray:
        """Return minus the second derivatives of the log posterior, shape (f + 2, f + 2)."""
        weights, dispersions = point[:-2], point[-2:]
        mean = self.mean(weights)
        step = 1e-4 * mean
        delta, rho = np.exp(dispersions)
        up = nb_terms(self.counts, mean + step, delta, rho, self.weights)[1]
        down = nb_terms(self.counts, mean - step, delta, rho, self.weights)[1]
        second = (down - up) / (2 * step)
        if self.soft is not None:
            steep = self.steepness(weights)
            slope = nb_terms(self.counts, mean, delta, rho, self.weights)[1]
            second = second * steep**2 - slope * steep * (1 - steep) / self.soft
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

    Weights that may be negative are fitted in an orthant, their features turned to its side; those that end at zero and would
    gain beyond it change sides, until none would (Andrew & Gao 2007, doi:10.1145/1273496.1273501).

    Parameters
    ----------
    problem : Problem
    start : TargetFit, optional
        Where to begin, the fit of like data.
    """
    if problem.signed is None:
        return _fit_unsigned(problem, start)
    side = np.ones(len(problem.rates)) if start is None else np.where(problem.signed & (start.weights < 0), -1.0, 1.0)
    begin = None if start is None else replace(start, weights=np.abs(start.weights))
    for _ in range(ROUNDS):
        turned = replace(problem, features=np.ascontiguousarray(problem.features * side), signed=None)
        begin = _fit_unsigned(turned, begin)
        fit = replace(begin, weights=begin.weights * side)
        beyond = -turned.log_posterior(begin.point)[1][:-2] - 2 * problem.rates
        change = problem.signed & (begin.weights <= NEAR_ZERO) & (beyond > WORTH)
        if not change.any():
            break
        side[change] *= -1.0
    return fit


def _fit_unsigned(problem: Problem, start: TargetFit | None) -> TargetFit:
    """Return the mode where no weight may be negative."""
    problem = replace(problem, features=np.asfortranarray(problem.features))  # so that taking single columns is cheap
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
    weights, day_weights = point[:-2], problem.weights
    mean = problem.mean(weights)
    value, gradient = problem.log_posterior(point, mean)
    slope = gradient[:-2]
    delta, rho = np.exp(point[-2:])
    expected = day_weights / (mean * (1 + delta + mean * rho))
    if problem.soft is not None:
        expected = expected * problem.steepness(weights) ** 2
    held = (weights <= NEAR_ZERO) & (slope < 0)  # Bertsekas 1982, doi:10.1137/0320018
    step = np.where(held, -weights, 0.0)
    features = problem.features[:, ~held]
    if not held.all():
        information = features.T @ (expected[:, None] * features)
        if problem.rough is not None:
            information += problem.rough[np.ix_(~held, ~held)]
        information[np.diag_indices_from(information)] += 1e-9 * (1e-3 + np.diag(information).max())
        step[~held] = cho_solve(cho_factor(information), slope[~held])
    still = held & (weights > 0)
    resting = problem.features[:, still] @ weights[still] if still.any() else np.zeros(len(mean))
    size = 1.0
    while size > 1e-6:  # by the value alone, from the few columns that move: most of a fit's time goes here
        tried = point.copy()
        tried[:-2] = np.maximum(weights + size * step, 0.0)
        sums = features @ tried[:-2][~held] + (1 - size) * resting
        new = problem.log_prior(tried) + nb_terms(problem.counts, problem.mean_of(sums), delta, rho, day_weights)[0]
        if new > value:
            return tried, float(new), float(new - value)
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
    signed = np.zeros(f, bool) if problem.signed is None else problem.signed
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
        None if problem.soft is None else (problem.soft, signed),
    )
    return drawn, float(taken)


def _positive(precision: FloatArray) -> FloatArray:
    """Return the nearest matrix with no eigenvalue at or below zero."""
    scale = np.sqrt(np.maximum(np.diag(precision), 1e-8))
    values, vectors = np.linalg.eigh(precision / np.outer(scale, scale))
    if values[0] > 1e-6:
        return precision
    return np.asarray((vectors * np.maximum(values, 1e-6)) @ vectors.T * np.outer(scale, scale))
