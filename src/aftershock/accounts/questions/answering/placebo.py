"""Whether days tell that some streams' violence is followed by others': a score test, held against causes that cannot be.

Weights of an actor system are never negative, so "above nothing" is true of every posterior and says nothing. Here each
effect's rate is fitted *without* the links asked about, from its own past, all other streams and the background; then it is
asked whether the days on which more happened than that expects are those after violence of the cause: the efficient score of
the missing links (Rao's test), for the best of the memory's time scales.

How large such a score is by chance is not taken from theory, but from placebos: the same cause shifted in time by half a year or
more, round the record's end; and, for harm to civilians, the same events with the harm of others among them. And since
what drives both (an offensive, a season) makes cause follow effect as much as effect cause, the score must also exceed the one
of the cause's *future*, as if it had come before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from aftershock.system.fit import System, first_fitted, stream_problem
from aftershock.system.kernel import nb_terms
from aftershock.system.memory import Memory, closeness, remembered
from aftershock.system.shapes import background_of, shock_shapes
from aftershock.system.target import Problem, fit_target

__all__ = ["PLACEBOS", "Placebo", "placebo_of"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
PLACEBOS = 99
APART = 180
"""Days a cause is shifted at least: longer than any memory; a quarter of the record where that is shorter."""
_HARM = 1  # the channel


@dataclass(frozen=True)
class Placebo:
    """How the days' evidence compares with that of causes that cannot be.

    Attributes
    ----------
    score : float
        Standard deviations by which the effect exceeds what is expected without the links; of the best time scale.
    share : float
        Share of placebos, the cause itself among them, with a score as high.
    backward : float
        The score of the cause's future.
    placebos : int
    days : int
        On which the effects were fitted.
    """

    score: float
    share: float
    backward: float
    placebos: int
    days: int

    @property
    def forward(self) -> bool:
        """Whether the effect follows the cause more than the cause follows the effect."""
        return self.score > self.backward


@dataclass(frozen=True)
class _Missing:
    """What a fit without the links leaves: the slope and weight of each day, and what else the effect was fitted to."""

    start: int
    slope: FloatArray
    weight: FloatArray
    others: FloatArray
    solved: FloatArray

    def scores(self, causes: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the efficient scores of causes, shape (days, n), and their variances.

        What the effect's own fit could have met of a cause is taken out of it first.
        """
        here = causes[self.start : self.start + len(self.slope)]
        left = here - self.others @ (self.solved @ (here * self.weight[:, None]))
        return left.T @ self.slope, np.maximum((left**2).T @ self.weight, 1e-12)


def placebo_of(
    system: System,
    causes: Sequence[int],
    effects: Sequence[int],
    *,
    harm: bool = False,
    begin: int = 0,
    placebos: int = PLACEBOS,
) -> Placebo | None:
    """Return how the days' evidence that causes feed effects compares with placebos; None where there is no link to ask about.

    Parameters
    ----------
    system : System
        Without inhibition. Its first imputation of ranged dates is used.
    causes, effects : sequence of int
        Streams, by their places. A stream's link with itself is not asked about, but for harm.
    harm : bool
        Only what harm to civilians adds to an event.
    begin : int
        The first day on which all of these streams are on record; days before it are left out.
    placebos : int
    """
    memory = Memory.of(system.streams, scales=system.scales)
    pairs = {i: [r for r in causes if r in system.targets[i].sources and (harm or r != i)] for i in effects}
    if harm:
        pairs = {i: [r for r in found if memory.harm_unit[r] > 0] for i, found in pairs.items()}
    pairs = {i: found for i, found in pairs.items() if found}
    if not pairs:
        return None
    near = closeness(system.streams)
    parts: list[tuple[FloatArray, FloatArray]] = []
    days = 0
    with threadpool_limits(limits=1):
        for i, found in pairs.items():
            missing = _without(system, memory, near, i, found, harm=harm, begin=begin)
            signal = _signals(system, memory, found, harm=harm, begin=begin, placebos=placebos)
            parts.append(missing.scores(signal))
            days = max(days, len(missing.slope))
    total, variance = (np.sum([part[k] for part in parts], axis=0) for k in (0, 1))
    best = (total / np.sqrt(variance)).reshape(-1, len(system.scales)).max(axis=1)
    score, backward, others = float(best[0]), float(best[1]), best[2:]
    return Placebo(score, float((1 + (others >= score).sum()) / (1 + len(others))), backward, len(others), days)


def _without(
    system: System, memory: Memory, near: IntArray, effect: int, causes: list[int], *, harm: bool, begin: int
) -> _Missing:
    """Return what a fit of an effect without the links asked about leaves."""
    end = len(memory.counts)
    days = slice(max(first_fitted(system.streams, effect, end), begin), end)
    sources = system.targets[effect].sources
    asked = np.isin(sources, causes)
    kept = sources if harm else sources[~asked]
    shocked = shock_shapes(system.streams.days, system.shocks)[0][days]
    own = background_of(system.background, effect)
    problem = stream_problem(memory, effect, kept, near[effect], days=days, background=own, shocked=shocked)
    if harm:
        problem = _without_harm(problem, asked, len(system.scales))
    fitted = fit_target(problem)
    mean = problem.mean(fitted.weights)
    slope = nb_terms(problem.counts, mean, fitted.delta, fitted.rho, problem.weights)[1]
    weight = 1.0 / (mean * (1.0 + fitted.delta) + mean**2 * fitted.rho)
    used = problem.features[:, fitted.weights > 0]
    inner = used.T @ (used * weight[:, None])
    inner[np.diag_indices_from(inner)] *= 1.0 + 1e-8
    return _Missing(days.start - begin, slope, weight, used, np.linalg.pinv(inner, hermitian=True) @ used.T)


def _without_harm(problem: Problem, asked: NDArray[np.bool_], scales: int) -> Problem:
    """Return a regression without the columns of what harm of some sources adds."""
    each = 2 * scales
    first = problem.features.shape[1] - len(asked) * each
    gone = [first + k * each + _HARM * scales + b for k in np.flatnonzero(asked) for b in range(scales)]
    keep = np.setdiff1d(np.arange(problem.features.shape[1]), gone)
    return replace(
        problem,
        features=np.ascontiguousarray(problem.features[:, keep]),
        rates=problem.rates[keep],
        rough=None if problem.rough is None else problem.rough[np.ix_(keep, keep)],
        groups=None if problem.groups is None else problem.groups[keep],
    )


def _signals(system: System, memory: Memory, causes: list[int], *, harm: bool, begin: int, placebos: int) -> FloatArray:
    """Return memories of the cause, of its future, and of every placebo, shape (days, (2 + placebos) × scales)."""
    streams, scales = system.streams, memory.scales
    counts = memory.counts[begin:, causes].astype(np.float64)
    marks = streams.harm[0][begin:, causes].astype(np.float64) / memory.harm_unit[causes] if harm else counts
    true = _memory(marks, scales)
    future = _memory(marks[::-1], scales)[::-1]
    days = len(counts)
    if not harm:
        apart = min(APART, days // 4)
        shifts = np.unique(np.linspace(apart, days - apart, placebos).astype(int))
        others = [np.roll(true, shift, axis=0) for shift in shifts]
    else:
        others = [_memory(_moved(marks, counts, share), scales) for share in np.linspace(0.1, 0.9, placebos)]
    return np.concatenate([true, future, *others], axis=1)


def _memory(signal: FloatArray, scales: FloatArray) -> FloatArray:
    """Return the memory of all causes together before each day, shape (days, scales)."""
    return remembered(signal.sum(axis=1, keepdims=True), scales)[:-1, 0]


def _moved(marks: FloatArray, counts: FloatArray, share: float) -> FloatArray:
    """Return marks moved along the days that have events, stream by stream, by a share of these days, round the end."""
    out = np.zeros_like(marks)
    for r in range(marks.shape[1]):
        busy = np.flatnonzero(counts[:, r])
        each = marks[busy, r] / counts[busy, r]
        out[busy, r] = np.roll(each, max(1, int(share * len(busy)))) * counts[busy, r]
    return out
