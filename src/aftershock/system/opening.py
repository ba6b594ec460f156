"""Where a simulation begins: what the past still feeds, the phase of each stream, and how deadly its events are."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from aftershock.contract import TYPES, Streams
from aftershock.system.fit import System
from aftershock.system.kernel import FLOOR, softplus
from aftershock.system.memory import Memory, closeness
from aftershock.system.phase import LEVELS, follow_level
from aftershock.system.severity import Severity, fit_severity, sums_of_days
from aftershock.system.variants import foretell, level_weights, train

__all__ = ["Opening", "fitted_mean", "opening_of", "severity_of"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Opening:
    """Where a simulation begins, per imputation of ranged dates (k).

    Attributes
    ----------
    memory : numpy.ndarray of float64, shape (k, s, c, b)
        After the last day.
    harm_unit : numpy.ndarray of float64, shape (k, s)
        Mark of civilian deaths per average event; 0 where there was none.
    weights : numpy.ndarray of float64, shape (s, l)
        How far each way of moving, of :data:`aftershock.system.phase.LEVELS`, is trusted.
    shape, rate : numpy.ndarray of float64, shape (k, s, l)
        Gamma parameters of the level the next day.
    severity : Severity
        How deadly the streams' events are.
    """

    memory: FloatArray
    harm_unit: FloatArray
    weights: FloatArray
    shape: FloatArray
    rate: FloatArray
    severity: Severity


def opening_of(system: System, *, severity: Severity | None = None) -> Opening:
    """Return memory, phase, the trust in ways of moving and severity at the end of a system's record.

    The trust is learnt on the first imputation of ranged dates; what a level is, on each.
    """
    streams = system.streams
    memories = [Memory.of(streams, k, scales=system.scales) for k in range(len(streams.counts))]
    near = closeness(streams)
    end = streams.counts.shape[1]

    def weigh(s: int) -> FloatArray:
        target = system.targets[s]
        model = train(memories[0], s, target.sources, near[s], start=target.start, end=end)
        return level_weights(foretell(model, memories[0]).weights[-1])

    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        weights = np.array(list(pool.map(weigh, range(len(system.targets)))))
    levels = np.ones((2, len(memories), len(system.targets), len(LEVELS)))
    for k in set(system.targets[0].imputation.tolist()):
        for s in range(len(system.targets)):
            mean = fitted_mean(system, memories[k], s, k)
            counts = memories[k].counts[system.targets[s].start :, s]
            for n, level in enumerate(LEVELS):
                shape, rate = follow_level(counts, mean, level.keep, level.prior)
                levels[:, k, s, n] = shape[-1], rate[-1]
    return Opening(
        memory=np.array([memory.sums[-1] for memory in memories]),
        harm_unit=np.array([memory.harm_unit for memory in memories]),
        weights=weights,
        shape=levels[0],
        rate=levels[1],
        severity=severity_of(streams, seed=system.seed) if severity is None else severity,
    )


def fitted_mean(system: System, memory: Memory, stream: int, imputation: int) -> FloatArray:
    """Return a stream's expected events on each day fitted under one imputation's mean parameters, its level at one."""
    target = system.targets[stream]
    days = slice(target.start, len(memory.counts))
    mine = target.imputation == imputation
    shapes = system.shapes(stream)
    past = memory.features(target.sources, days)
    line = shapes @ target.base[mine].mean(axis=0) + past @ target.feeds[mine].mean(axis=0).ravel()
    return np.asarray((softplus(line, target.soft) if target.soft else line) + FLOOR)


def severity_of(streams: Streams, *, draws: int = 200, seed: int = 1) -> Severity:
    """Return how deadly the streams' events are, from the first imputation; streams of one type borrow from each other."""
    kinds = sorted({stream.types for stream in streams.streams}, key=lambda types: [TYPES[t] for t in types])
    pool = np.array([kinds.index(stream.types) for stream in streams.streams])
    civilians = np.minimum(streams.civilians[0], streams.deaths[0])
    sums = sums_of_days(streams.counts[0], streams.deaths[0], civilians)
    return fit_severity(sums, pool, draws=draws, rng=np.random.default_rng([seed, 7]))
