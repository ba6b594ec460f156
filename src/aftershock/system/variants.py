"""One day ahead: every stream's count foretold by several variants of the system, averaged by what they foretold before.

A variant is a fit, a level and a spread. Fits differ in whether other streams' pasts count and in how far back they look;
levels in how fast they follow what came lately (:mod:`aftershock.system.phase`); spreads widen or narrow the fit's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock.system.kernel import FLOOR, log_probabilities
from aftershock.system.memory import ELSEWHERE, SAME_ACTOR, SAME_COUNTRY, Memory
from aftershock.system.phase import LEVELS, SPREADS, average, follow_level, forgetting
from aftershock.system.target import Problem, TargetFit, fit_target

__all__ = [
    "FITS",
    "Course",
    "FitKind",
    "StreamModel",
    "features_of",
    "foretell",
    "level_weights",
    "plain_variant",
    "prior_rates",
    "train",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

OWN_RATE = 0.5
BASE_RATE = 0.1
FED_BY_OTHERS = 0.5
"""Children of other streams' events that the prior expects of all a stream's sources together, per event of each."""
FARTHER = {SAME_ACTOR: 1.0, SAME_COUNTRY: 2.0, ELSEWHERE: 4.0}
"""How much more the prior doubts an edge, the farther its source."""


@dataclass(frozen=True)
class FitKind:
    """Which past a fit rests on.

    Parameters
    ----------
    coupled : bool
        Whether other streams' pasts count.
    half_life : float, optional
        Days after which a day counts half; all count alike if not given.
    """

    coupled: bool
    half_life: float | None = None


FITS = (FitKind(False), FitKind(True), FitKind(False, 180.0), FitKind(True, 180.0))
"""The fits that are averaged over."""


@dataclass(frozen=True)
class StreamModel:
    """One stream, trained: its fits, and the features each needs."""

    target: int
    sources: IntArray
    start: int
    fits: tuple[TargetFit, ...]
    keep: float  # of the variants' weights, from one day to the next


@dataclass(frozen=True)
class Course:
    """What a trained stream says day by day.

    Attributes
    ----------
    logs : numpy.ndarray of float64, shape (v, d)
        Log probability of each day's count under each variant: fits × levels × spreads.
    means : numpy.ndarray of float64, shape (f, d)
        Expected events per fit where the level is one.
    system : numpy.ndarray of float64, shape (d,)
        Log probability under the average of all variants.
    alone : numpy.ndarray of float64, shape (d,)
        The same without variants in which other streams count.
    weights : numpy.ndarray of float64, shape (d + 1, v)
        Weights before each day; the last row is after all.
    """

    logs: FloatArray
    means: FloatArray
    system: FloatArray
    alone: FloatArray
    weights: FloatArray


def prior_rates(near: IntArray, channels: int, scales: int, shapes: int = 1, *, own: float = OWN_RATE) -> FloatArray:
    """Return rates of the exponential priors of a stream's weights, background shapes first.

    Parameters
    ----------
    near : numpy.ndarray of int, shape (n,)
        How close each source is.
    channels, scales, shapes : int
        Channels and time scales per source; shapes of the background.
    own : float
        Rate for the stream's own past, each time scale.
    """
    others = sum(1 for value in near if value)
    rates = np.full((len(near), channels, scales), own)
    for i, value in enumerate(near):
        if value:
            rates[i] = FARTHER[int(value)] * others * channels * scales / FED_BY_OTHERS
        elif channels > 1:
            rates[i, 1:] = channels * scales / FED_BY_OTHERS
    return np.concatenate([np.full(shapes, BASE_RATE), rates.ravel()])


def features_of(memory: Memory, sources: IntArray, days: slice, kind: FitKind, target: int) -> FloatArray:
    """Return a constant background and the memories of a stream's sources, shape (days, 1 + features).

    Without coupling only the stream's own events and harm remain.
    """
    used = sources if kind.coupled else np.array([target])
    past = memory.features(used, days)
    return np.hstack([np.ones((len(past), 1)), past])


def _features_by_coupling(memory: Memory, sources: IntArray, days: slice, target: int) -> dict[bool, FloatArray]:
    """Return the features of fits with and without coupling, each once, however many fits share them."""
    return {coupled: features_of(memory, sources, days, FitKind(coupled), target) for coupled in (False, True)}


def train(
    memory: Memory,
    target: int,
    sources: IntArray,
    near: IntArray,
    *,
    start: int,
    end: int,
    before: StreamModel | None = None,
) -> StreamModel:
    """Return a stream fitted on the days ``start`` to ``end``, in all the ways that are averaged over.

    Parameters
    ----------
    memory : Memory
    target : int
    sources : numpy.ndarray of int
    near : numpy.ndarray of int, shape (s,)
        How close each stream is to the target.
    start, end : int
        First day, and the day after the last.
    before : StreamModel, optional
        An earlier training of the same stream, to begin from.
    """
    counts = memory.counts[start:end, target]
    features = _features_by_coupling(memory, sources, slice(start, end), target)
    fits = []
    for k, kind in enumerate(FITS):
        used = sources if kind.coupled else np.array([target])
        age = end - 1 - np.arange(start, end)
        problem = Problem(
            counts=counts,
            features=features[kind.coupled],
            rates=prior_rates(near[used], memory.sums.shape[2], memory.sums.shape[3]),
            day_weights=None if kind.half_life is None else 0.5 ** (age / kind.half_life),
        )
        fits.append(fit_target(problem, None if before is None else before.fits[k]))
    return StreamModel(target, sources, start, tuple(fits), forgetting(float(counts.mean())))


def plain_variant() -> int:
    """Return the number of the variant that rests on its own past alone: one fit to all days, no level, its own spread."""
    return SPREADS.index(1.0)


def level_weights(weights: FloatArray) -> FloatArray:
    """Return weights by level from those of variants, all fits and spreads together, shape (levels,)."""
    return np.asarray(weights.reshape(len(FITS), len(LEVELS), -1).sum(axis=(0, 2)))


def foretell(
    model: StreamModel,
    memory: Memory,
    *,
    end: int | None = None,
    fresh: int | None = None,
    trusted: FloatArray | None = None,
) -> Course:
    """Return what a trained stream says of every day from its start on, each from the days before it.

    Parameters
    ----------
    model : StreamModel
    memory : Memory
    end : int, optional
        The day after the last.
    fresh, trusted : int, numpy.ndarray of float64, shape (v,)
        Weights of the variants at that day, from days that were foretold and not learnt from; without them the weights
        rest on all days before, learnt from or not.
    """
    days = slice(model.start, len(memory.counts) if end is None else end)
    counts = memory.counts[days, model.target]
    features = _features_by_coupling(memory, model.sources, days, model.target)
    logs, means = [], []
    for kind, fit in zip(FITS, model.fits, strict=True):
        mean = features[kind.coupled] @ fit.weights + FLOOR
        means.append(mean)
        for level in LEVELS:
            shape, rate = follow_level(counts, mean, level.keep, level.prior)
            now = mean * shape[:-1] / rate[:-1] + FLOOR
            logs += [log_probabilities(counts, now, fit.delta * wide, fit.rho * wide) for wide in SPREADS]
    every = np.array(logs)
    single = np.repeat([not kind.coupled for kind in FITS], len(LEVELS) * len(SPREADS))
    even = np.ones(len(every))
    system, weights = _averaged(every, even, model, fresh, trusted)
    alone, _ = _averaged(every, single.astype(np.float64), model, fresh, trusted)
    return Course(every, np.array(means), system, alone, weights)


def _averaged(
    logs: FloatArray, allowed: FloatArray, model: StreamModel, fresh: int | None, trusted: FloatArray | None
) -> tuple[FloatArray, FloatArray]:
    """Average the variants allowed; from the day ``fresh`` on, weights begin as ``trusted``."""
    used = allowed > 0
    out, weights = np.zeros(logs.shape[1]), np.zeros((logs.shape[1] + 1, len(logs)))
    out[:], weights[:, used] = average(logs[used], allowed[used] / allowed.sum(), model.keep)
    if fresh is not None and trusted is not None:
        day = fresh - model.start
        prior = trusted[used] / trusted[used].sum()
        out[day:], weights[day:, used] = average(logs[used][:, day:], prior, model.keep)
    return out, weights
