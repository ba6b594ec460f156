"""The inner loops: decaying memory, negative binomial likelihood, truncated Gaussian sampling. Arrays in, arrays out.

Counts are negative binomial with mean ``m`` and variance ``m (1 + delta) + m² rho``: ``delta`` holds what clusters within a
day and same-day coordination add, ``rho`` what a rate that wanders adds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = [
    "DEPTH", "DISPERSION_CENTRE", "FLOOR", "TAIL", "decaying_sums", "log_probabilities", "nb_terms", "sample_weights", "softened",
    "softplus",
]  # fmt: skip

FloatArray = NDArray[np.float64]
FLOOR = 1e-6
"""The smallest mean, in events per day; a stream may come to life at any time."""
DISPERSION_CENTRE = -1.0
"""Where the normal priors of log delta and log rho lie."""
_CENTRE = DISPERSION_CENTRE
DEPTH = 4.0
"""Times the soft-plus' softness that a weighted sum begins below zero: a background may reach there, so that a silent stream is
not held up by the soft-plus, which is at ``log 2`` of its softness at zero and at a fiftieth there."""
TAIL = 8.0
"""Rate at which the heavy-tailed prior of children falls off in the end; with half of it ratios of simulated systems came out too
high, with a quarter a stream of seven events now and then had more than one child each."""
_HIGHEST = 30.0  # log delta or log rho as a likelihood sees it; the prior has nothing there
_SOFT, _SOFTLY = (
    0.2,
    0.3,
)  # how much flatter the surrogate is in some moves, so that its tails are the longer, and in how many
_WIDTH, _WIDENINGS = 2.0, 20  # of a slice, in logarithms, and how often it may grow either way
_ONE_BY_ONE = 40  # up to here a sum of logarithms is quicker than the gamma function
_AT_ONCE = 8  # factors under one logarithm: no product of so many can overflow
_FAR_OUT = 25.0  # standard deviations beyond which the normal tail is taken from its continued fraction


@njit(cache=True, nogil=True)
def decaying_sums(signal: Any, scales: Any) -> Any:
    """Return the memory of signals before each day, shape (d + 1, r, b); row ``d`` is the memory after the last day.

    The memory of a unit signal sums to one over the days after it: ``(1 - q) q^(lag - 1)`` with ``q = exp(-1 / scale)``.

    Parameters
    ----------
    signal : numpy.ndarray of float64, shape (d, r)
    scales : numpy.ndarray of float64, shape (b,)
        Days.
    """
    d, r = signal.shape
    b = len(scales)
    keep = np.exp(-1.0 / scales)
    out = np.zeros((d + 1, r, b))
    for t in range(d):
        for i in range(r):
            new = signal[t, i]
            for k in range(b):
                out[t + 1, i, k] = keep[k] * out[t, i, k] + (1.0 - keep[k]) * new
    return out


@njit(cache=True, nogil=True)
def softened(value: float, soft: float) -> float:
    """Return the :func:`softplus` of one number."""
    return max(value, 0.0) + soft * math.log1p(math.exp(-abs(value) / soft))


@njit(cache=True, nogil=True)
def softplus(values: Any, soft: float) -> Any:
    """Return ``soft · log(1 + exp(value / soft))``: about the value where that is far above ``soft``, near zero far below zero.

    Parameters
    ----------
    values : numpy.ndarray of float64, shape (d,)
    soft : float
        Above zero; at zero the result is ``soft · log 2``.
    """
    out = np.empty(len(values))
    for t in range(len(values)):
        out[t] = softened(values[t], soft)
    return out


@njit(cache=True, nogil=True)
def _digamma(x: float) -> float:
    shift = 0.0
    while x < 8.0:
        shift -= 1.0 / x
        x += 1.0
    inverse = 1.0 / (x * x)
    tail = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))))
    return math.log(x) - 0.5 / x - tail + shift


@njit(cache=True, nogil=True)
def _rising(k: float, y: int) -> tuple[float, float]:
    """Return log of k (k + 1) … (k + y - 1), and its derivative."""
    if y > _ONE_BY_ONE:
        return math.lgamma(k + y) - math.lgamma(k), _digamma(k + y) - _digamma(k)
    total = slope = 0.0
    product = 1.0
    for i in range(y):
        product *= k + i
        slope += 1.0 / (k + i)
        if i % _AT_ONCE == _AT_ONCE - 1:
            total += math.log(product)
            product = 1.0
    return total + math.log(product), slope


@njit(cache=True, nogil=True)
def _one(y: int, m: float, delta: float, rho: float) -> tuple[float, float, float, float]:
    """Return the log probability of a count without its factorial, and derivatives by mean, delta and rho."""
    over = delta + m * rho
    if over < 1e-7:  # Poisson
        return y * math.log(m) - m, y / m - 1.0, 0.0, 0.0
    k = m / over
    log_ratio = -math.log1p(over)  # log of k / (k + m)
    if y == 0:  # most days: no sums, one logarithm
        turned, share = 1.0 / over, 1.0 / (1.0 + over)
        by_over = -(log_ratio + over * share) * m * turned * turned
        return k * log_ratio, -share - by_over * delta / m, by_over, by_over * m
    rising, slope = _rising(k, y)
    value = rising + k * log_ratio + y * (math.log(over) + log_ratio)
    by_k = slope + log_ratio + (m - y) / (k + m)
    by_m = y / m - (y + k) / (k + m)
    return value, by_m + by_k * delta / (over * over), -by_k * m / (over * over), -by_k * m * m / (over * over)


@njit(cache=True, nogil=True)
def nb_terms(counts: Any, mean: Any, delta: float, rho: float, weight: Any) -> Any:
    """Return the weighted log likelihood, its slope by each day's mean, and its slopes by ``delta`` and ``rho``.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (d,)
    mean : numpy.ndarray of float64, shape (d,)
        Above zero.
    delta, rho : float
        Not negative.
    weight : numpy.ndarray of float64, shape (d,)
        What a day counts for.

    Returns
    -------
    (float, numpy.ndarray of shape (d,), float, float)
        Without the factorials of the counts, which no parameter changes.
    """
    total = by_delta = by_rho = 0.0
    by_mean = np.empty(len(mean))
    for t in range(len(mean)):
        value, slope, one, two = _one(counts[t], mean[t], delta, rho)
        total += weight[t] * value
        by_mean[t] = weight[t] * slope
        by_delta += weight[t] * one
        by_rho += weight[t] * two
    return total, by_mean, by_delta, by_rho


@njit(cache=True, nogil=True)
def log_probabilities(counts: Any, mean: Any, delta: float, rho: float) -> Any:
    """Return the log probability of each count, shape (d,), in nats."""
    out = np.empty(len(mean))
    for t in range(len(mean)):
        out[t] = _one(counts[t], mean[t], delta, rho)[0] - math.lgamma(counts[t] + 1.0)
    return out


@njit(cache=True, nogil=True)
def _excess(low: float, rng: Any) -> float:
    """Return how far a standard normal number above ``low`` lies above it (Robert 1995, doi:10.1007/BF00143942)."""
    if low < 0.5:
        while True:
            x = rng.standard_normal()
            if x >= low:
                return float(x - low)
    root = math.sqrt(low * low + 4.0)
    rate, beyond = 0.5 * (low + root), 2.0 / (low + root)  # beyond: rate - low, also where low is huge
    while True:
        x = rng.standard_exponential() / rate
        if rng.random() <= math.exp(-0.5 * (x - beyond) ** 2):
            return float(x)


@njit(cache=True, nogil=True)
def _log_mills(low: float) -> float:
    """Return the logarithm of the mass of a standard normal above ``low``, over its density there."""
    if low > _FAR_OUT:
        return -math.log(low + 1.0 / (low + 2.0 / low))
    return 0.5 * low * low + math.log(math.sqrt(0.5 * math.pi) * math.erfc(low / math.sqrt(2.0)))


@njit(cache=True, nogil=True)
def _either_side(pull: float, rate: float, sd: float, rng: Any) -> float:
    """Return a number drawn from the density ``exp(-x² / (2 sd²) + pull x - rate |x|)``: the side first, then how far."""
    above, below = (rate - pull) * sd, (rate + pull) * sd
    if rng.random() * (1.0 + math.exp(min(_log_mills(below) - _log_mills(above), 700.0))) < 1.0:
        return sd * _excess(above, rng)
    return -sd * _excess(below, rng)


@njit(cache=True, nogil=True)
def _log_likelihood(counts: Any, mean: Any, logs: Any, weight: Any) -> float:
    total = 0.0
    delta, rho = math.exp(min(logs[0], _HIGHEST)), math.exp(min(logs[1], _HIGHEST))
    for t in range(len(mean)):
        if weight[t] > 0.0:
            total += weight[t] * _one(counts[t], max(mean[t], FLOOR), delta, rho)[0]
    return total


@njit(cache=True, nogil=True)
def _prior_rates(x: Any, rates: Any, groups: Any, scale: Any, link: Any, rng: Any) -> None:
    """Draw the rate of each group of weights given the weights: gamma, one and their sum added to shape and scale.

    Weights that may be negative count by their size. The prior of a group's sum ``w`` of n weights is
    ``exp(-TAIL w) (scale + w)^-(n + 1)``: heavy near zero, but no stream that tells nothing has hundreds of children.
    """
    for g in range(len(scale)):
        if scale[g] > 0.0:
            total, members = scale[g], 1.0
            for j in range(len(groups)):
                if groups[j] == g:
                    if link is None:
                        total += x[j]
                    else:
                        total += abs(x[j])
                    members += 1.0
            drawn = rng.standard_gamma(members) / total
            for j in range(len(groups)):
                if groups[j] == g:
                    rates[j] = drawn + TAIL


@njit(cache=True, nogil=True)
def _slice_dispersion(
    counts: Any, mean: Any, weight: Any, dispersions: Any, which: int, prior: float, exact: float, rng: Any
) -> tuple[float, float]:
    """Return log delta (0) or log rho (1) drawn given all else, and the log likelihood there.

    By slices (Neal 2003, doi:10.1214/aos/1056562461): the two trade places, now the one small and now the other, so that no
    Gaussian around a mode reaches all of the posterior.
    """
    tried = dispersions.copy()
    begun = tried[which]
    low = begun - _WIDTH * rng.random()
    high = low + _WIDTH
    bound = exact - 0.5 * prior * (begun - _CENTRE) ** 2 - rng.standard_exponential()
    for end in (0, 1):
        for _ in range(_WIDENINGS):
            tried[which] = high if end else low
            likely = _log_likelihood(counts, mean, tried, weight)
            if likely - 0.5 * prior * (tried[which] - _CENTRE) ** 2 < bound:
                break
            if end:
                high += _WIDTH
            else:
                low -= _WIDTH
    while high - low > 1e-9:
        tried[which] = low + (high - low) * rng.random()
        likely = _log_likelihood(counts, mean, tried, weight)
        if likely - 0.5 * prior * (tried[which] - _CENTRE) ** 2 >= bound:
            return float(tried[which]), likely
        if tried[which] < begun:
            low = tried[which]
        else:
            high = tried[which]
    return begun, exact


@njit(cache=True, nogil=True)
def sample_weights(
    counts: Any, columns: Any, weight: Any, mode: Any, slope: Any, precision: Any, quadratic: Any, rates: Any, groups: Any,
    scale: Any, draws: int, moves: int, block: int, burn: int, rng: Any, link: Any = None,
) -> Any:  # fmt: skip
    """Return draws from the posterior of a stream's weights and dispersions, and the share of moves taken.

    A move takes ``block`` coordinates at random, draws each in turn from the Gaussian around the mode, or a flatter one,
    truncated at zero, and is taken with the probability that makes the likelihood exact (surrogate transitions; Liu 2001,
    ch. 9.4, doi:10.1007/978-0-387-76371-2). After the moves of a draw the two dispersions are drawn by slices, and the
    prior's rates given the weights.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (d,)
    columns : numpy.ndarray of float64, shape (f, d)
        Features, one row each.
    weight : numpy.ndarray of float64, shape (d,)
    mode, slope : numpy.ndarray of float64, shape (f + 2,)
        Weights, log delta and log rho; slope of the log likelihood with normal priors there.
    precision, quadratic : numpy.ndarray of float64, shape (f + 2, f + 2)
        Curvature of the log likelihood with normal priors at the mode; the normal priors' own.
    rates : numpy.ndarray of float64, shape (f,)
        Rates of the exponential priors to begin with.
    groups : numpy.ndarray of int64, shape (f,)
        The group of each weight.
    scale : numpy.ndarray of float64, shape (g,)
        Scale of the gamma prior of a group's rate, its shape is one; 0 where the rate is fixed.
    draws, moves, block, burn : int
        Draws kept, moves for each, coordinates in a move, draws left out first.
    rng : numpy.random.Generator
    link : (float, numpy.ndarray of bool, shape (f,)), optional
        How soft the :func:`softplus` between the weighted sum, begun ``DEPTH`` times that below zero, and the mean is, and
        which weights may be negative; their priors are the same to either side. Without it the mean is the sum and no weight
        is negative; compiled apart, so that this costs nothing there.

    Returns
    -------
    numpy.ndarray of float64, shape (draws, f + 2)
        Weights, delta and rho.
    float
    """
    f, n = len(rates), len(mode)
    x = mode.copy()
    rate = rates.copy()
    pull = slope.copy()
    line = np.full(len(counts), FLOOR)
    if link is not None:
        line[:] = -DEPTH * link[0]
    for j in range(f):
        for t in range(len(counts)):
            line[t] += x[j] * columns[j, t]
    mean = line
    if link is not None:
        mean = softplus(line, link[0]) + FLOOR
    exact = _log_likelihood(counts, mean, x[f:], weight)
    out = np.empty((draws, n))
    taken = 0
    picked = np.empty(block, np.int64)
    moved = np.empty(block)
    for turn in range(burn + draws):
        for _ in range(moves):
            near = 0.0  # the surrogate's log ratio, normal priors included
            soft = _SOFT if rng.random() < _SOFTLY else 1.0
            for i in range(block):
                j = int(rng.random() * n)
                sd = 1.0 / math.sqrt(soft * precision[j, j])
                towards = soft * pull[j] - (rate[j] if j < f else 0.0)
                centre = x[j] + towards * sd * sd
                either = False
                if link is not None:
                    either = j < f and link[1][j]
                if either:
                    new = _either_side(soft * (pull[j] + precision[j, j] * x[j]), rate[j], sd, rng)
                else:
                    new = sd * _excess(-centre / sd, rng) if j < f else centre + sd * rng.standard_normal()
                step = new - x[j]
                near += soft * (step * pull[j] - 0.5 * precision[j, j] * step * step)
                for k in range(n):
                    near_pull = precision[k, j] * step
                    pull[k] -= near_pull
                x[j] = new
                picked[i], moved[i] = j, step
            own = 0.0  # the normal priors' part, which the exact ratio needs as well
            for i in range(block):
                j, step = picked[i], moved[i]
                x[j] -= step
            for i in range(block):
                j, step = picked[i], moved[i]
                for k in range(n):
                    own -= quadratic[j, k] * (x[k] - (0.0 if k < f else _CENTRE)) * step
                own -= 0.5 * quadratic[j, j] * step * step
                x[j] += step
                if j < f:
                    for t in range(len(counts)):
                        line[t] += step * columns[j, t]
            kept = mean
            if link is not None:
                mean = softplus(line, link[0]) + FLOOR
            tried = _log_likelihood(counts, mean, x[f:], weight)
            if np.log(rng.random()) < tried - exact + own - near:
                exact = tried
                taken += 1
            else:
                mean = kept
                for i in range(block):
                    j, step = picked[i], moved[i]
                    x[j] -= step
                    for k in range(n):
                        pull[k] += precision[k, j] * step
                    if j < f:
                        for t in range(len(counts)):
                            line[t] -= step * columns[j, t]
        for which in range(2):
            j = f + which
            new, exact = _slice_dispersion(counts, mean, weight, x[f:], which, quadratic[j, j], exact, rng)
            for k in range(n):
                pull[k] -= precision[k, j] * (new - x[j])
            x[j] = new
        _prior_rates(x, rate, groups, scale, link, rng)
        if turn >= burn:
            out[turn - burn] = x
            for j in range(f):
                if x[j] < 0.0:
                    if link is None:
                        out[turn - burn, j] = 0.0  # a step taken back may miss zero by a rounding
                    elif not link[1][j]:
                        out[turn - burn, j] = 0.0
    out[:, f:] = np.exp(out[:, f:])
    return out, taken / ((burn + draws) * moves)
