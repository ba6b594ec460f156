"""Streams → :class:`System`: which violence feeds which, as draws from the posterior, under a stated background."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from aftershock._version import __version__
from aftershock.contract import Streams
from aftershock.errors import UsageError
from aftershock.system.kernel import DEPTH
from aftershock.system.memory import SCALES, Mask, Memory, closeness, sources_of
from aftershock.system.shapes import (
    Background,
    Backgrounds,
    Shock,
    background_of,
    background_shapes,
    shock_shapes,
)  # fmt: skip
from aftershock.system.target import Problem, draw_posterior, fit_target
from aftershock.system.variants import FARTHER, prior_rates

__all__ = ["BACKGROUND", "LEAST_DAYS", "StreamPosterior", "System", "first_fitted", "fit_system"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Progress = Callable[[str, int, int], None]

BURN_IN = 30
"""Days before the first day fitted, to fill the memory."""
FEWEST_DAYS = 200
BACKGROUND: Background = 365
"""Days between knots of the background where nothing else is said: forecasts made with it held best."""
LEAST_DAYS = 60
"""A system needs as many days."""
START = 6.0
"""Rate of the prior of what a stream's events do to itself, each time scale, where the sampler begins."""
OWN = 0.05
"""Children of its own events that the prior expects at each time scale, in the middle; its tail is heavy."""
EDGE = 0.01
"""Children that the prior expects of another stream's event, in the middle; its tail is heavy."""
WANDER = 0.5
"""How far, on the scale of its mean, a background is expected to move from one knot to the next."""
SOFT = 0.1
"""With inhibition: how soft the soft-plus is, as a share of the stream's mean events a day; days held out of three countries
chose it."""


@dataclass(frozen=True)
class StreamPosterior:
    """What is known of one stream's rate: draws from the posterior.

    Attributes
    ----------
    sources : numpy.ndarray of int64, shape (n,)
        The streams that may feed it.
    start : int
        The first day fitted.
    base : numpy.ndarray of float64, shape (m, k)
        Weights of the background's shapes, in events per day. With a soft-plus its course, shocks aside, may be below zero,
        by ``DEPTH`` times the softness at most.
    feeds : numpy.ndarray of float64, shape (m, n, c, b)
        Events expected on later days for one event of a source (channel 0), and for one event's average harm to
        civilians (channel 1), by time scale; what follows the same day is apart, see :mod:`aftershock.system.structure`.
    delta, rho : numpy.ndarray of float64, shape (m,)
        A day's variance is ``mean (1 + delta) + mean² rho``.
    imputation : numpy.ndarray of int64, shape (m,)
        Which imputation of ranged dates each draw rests on.
    taken : float
        Share of Metropolis proposals taken.
    soft : float
        With inhibition, how soft the soft-plus between weighted sum and mean is, in events a day; 0 where the mean is the sum.
    """

    sources: IntArray
    start: int
    base: FloatArray
    feeds: FloatArray
    delta: FloatArray
    rho: FloatArray
    imputation: IntArray
    taken: float
    soft: float = 0.0


@dataclass(frozen=True)
class System:
    """A fitted actor system.

    Attributes
    ----------
    streams : Streams
        What it rests on; the last day is the origin.
    targets : tuple of StreamPosterior
        One per stream.
    background : "constant", int or tuple of these
        Days between knots of the background, for all streams or for each.
    mask : {"own", "linked", "all"}
    scales : tuple of float
        Time scales of memory, in days.
    harm_unit : numpy.ndarray of float64, shape (s,)
        Mark of civilian deaths per average event, by which harm was divided.
    seed : int
    code_version : str
    shocks : tuple of Shock
        Dated changes of every stream's background.
    inhibition : bool
        Whether a stream's events may quiet another: other streams' feeds may then be negative, and a soft-plus keeps rates
        above zero.
    """

    streams: Streams
    targets: tuple[StreamPosterior, ...]
    background: Backgrounds
    mask: Mask
    scales: tuple[float, ...]
    harm_unit: FloatArray
    seed: int
    code_version: str
    shocks: tuple[Shock, ...] = ()
    inhibition: bool = False

    @property
    def draws(self) -> int:
        """Posterior draws."""
        return len(self.targets[0].delta)

    @property
    def names(self) -> tuple[str, ...]:
        """The streams' names."""
        return self.streams.names

    def shapes(self, stream: int) -> FloatArray:
        """Return the shapes of a stream's background on the days fitted, shape (days, k); ``base`` holds their weights."""
        start = self.targets[stream].start
        length = self.streams.counts.shape[1]
        shapes = background_shapes(length - start, background_of(self.background, stream))[0]
        return np.hstack([shapes, shock_shapes(self.streams.days, self.shocks)[0][start:]])

    def feeds(self) -> FloatArray:
        """Return events on later days per average event, by target, source and scale, shape (m, s, s, b); zero off the mask."""
        s = len(self.targets)
        out = np.zeros((self.draws, s, s, len(self.scales)))
        for i, target in enumerate(self.targets):
            out[:, i, target.sources] = target.feeds.sum(axis=2)
        return out


def first_fitted(streams: Streams, stream: int, end: int) -> int:
    """Return the first day a stream is fitted on: once it is present and the memory filled, but never too few days."""
    present = streams.present[:, stream]
    begun = int(np.argmax(present)) if present.any() else 0
    return max(min(BURN_IN, end // 4), min(begun, end - FEWEST_DAYS))


def fit_system(  # noqa: PLR0913
    streams: Streams,
    *,
    background: Backgrounds = BACKGROUND,
    shocks: Sequence[Shock] = (),
    mask: Mask = "linked",
    draws: int = 1000,
    seed: int = 1,
    scales: tuple[float, ...] = SCALES,
    inhibition: bool = False,
    progress: Progress | None = None,
) -> System:
    """Return the posterior of an actor system.

    Parameters
    ----------
    streams : Streams
        All its days are learnt from; cut it with ``streams.until``.
    background : "constant", int or tuple of these
        Days between the knots of a piecewise linear background, for all streams or for each. The more it may move, the less
        is left to feedback: report several, see :func:`aftershock.system.compare_backgrounds`.
    shocks : sequence of Shock
        Dated changes from outside that every stream's background may follow.
    mask : {"own", "linked", "all"}
        Which streams may feed which.
    draws : int
        Draws from the posterior, shared among the imputations.
    seed : int
    scales : tuple of float
        Time scales of memory, in days.
    inhibition : bool
        Whether a stream's events may quiet another: weights between streams may then be negative.
    progress : callable, optional

    Returns
    -------
    System

    Raises
    ------
    UsageError
        Too few days, no event, or options that cannot be.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.streams import StreamRule, build_streams
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=2000), until="2017-07-05")
    >>> system = fit_system(streams, draws=50)
    >>> system.feeds().shape == (50, len(streams.names), len(streams.names), 4)
    True
    """
    check_fit(streams, draws, scales)
    if isinstance(background, tuple) and len(background) != len(streams.names):
        raise UsageError(
            "backgrounds given stream by stream must be as many as the streams",
            found=f"{len(background)} for {len(streams.names)}",
            fix="Give one for each, or one for all.",
        )
    shocked = shock_shapes(streams.days, shocks)[0]
    near = closeness(streams)
    end = streams.counts.shape[1]
    busy = streams.counts.mean(axis=0).sum(axis=0)
    sources = sources_of(near, busy, mask)
    used = min(len(streams.counts), draws)
    share = np.array_split(np.arange(draws), used)
    seeds = np.random.SeedSequence(seed).spawn(used * len(streams.names))
    starts = [first_fitted(streams, s, end) for s in range(len(streams.names))]
    soft = [softness(streams, s, start) if inhibition else 0.0 for s, start in enumerate(starts)]
    parts: list[list[tuple[FloatArray, float]]] = [[] for _ in streams.names]
    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        for k in range(used):
            memory = Memory.of(streams, k, scales=scales)

            def one(s: int, k: int = k, memory: Memory = memory) -> tuple[FloatArray, float]:
                days, own = slice(starts[s], end), background_of(background, s)
                problem = stream_problem(
                    memory, s, sources[s], near[s], days=days, background=own, shocked=shocked[days], soft=soft[s]
                )
                rng = np.random.default_rng(seeds[k * len(streams.names) + s])
                drawn, taken = draw_posterior(problem, fit_target(problem), draws=len(share[k]), rng=rng)
                return drawn, taken

            for s, part in enumerate(pool.map(one, range(len(streams.names)))):
                parts[s].append(part)
                if progress:
                    progress("fitting", k * len(streams.names) + s + 1, used * len(streams.names))
    which = np.repeat(np.arange(used), [len(part) for part in share])
    targets = tuple(
        _posterior(parts[s], sources[s], which, memory, start=starts[s], soft=soft[s], shocks=shocked.shape[1])
        for s in range(len(parts))
    )
    return System(
        streams, targets, background, mask, scales, memory.harm_unit, seed, __version__, tuple(shocks), inhibition
    )


def softness(streams: Streams, stream: int, start: int) -> float:
    """Return how soft a stream's soft-plus is, in events a day, from its mean over the days fitted."""
    counts = streams.counts[:, start:, stream]
    return float(SOFT * max(counts.mean(), 1.0 / counts.shape[1]))


def stream_problem(
    memory: Memory, target: int, sources: IntArray, near: IntArray, *,
    days: slice, background: Background, shocked: FloatArray | None = None, soft: float = 0.0,
) -> Problem:  # fmt: skip
    """Return the regression of one stream on its background and the memories of its sources.

    With ``soft`` above zero, in events a day, a soft-plus keeps the rate above zero and other streams' weights may be negative.
    """
    counts = memory.counts[days, target]
    shapes, rough = background_shapes(len(counts), background)
    if shocked is not None:
        shapes = np.hstack([shapes, shocked])
    past = memory.features(sources, days)
    features = np.hstack([shapes, past])
    rates = prior_rates(near[sources], memory.sums.shape[2], memory.sums.shape[3], shapes.shape[1], own=START)
    full = None
    if rough is not None:
        step = WANDER * max(float(counts.mean()), 1 / len(counts))
        full = np.zeros((features.shape[1], features.shape[1]))
        full[: len(rough), : len(rough)] = rough / step**2
    groups, doubt = _edge_groups(near[sources], shapes.shape[1], features.shape[1], memory.sums.shape[3])
    if not soft:
        return Problem(counts, features, rates, full, groups=groups, doubt=doubt)
    others = np.repeat(near[sources] > 0, past.shape[1] // len(sources))
    signed = np.r_[np.zeros(shapes.shape[1], bool), others]
    return Problem(counts, features, rates, full, groups=groups, doubt=doubt, soft=soft, signed=signed)


def _edge_groups(near: IntArray, shapes: int, features: int, scales: int) -> tuple[IntArray, FloatArray]:
    """Return the group of each weight and how much each group is doubted: own memories one by one, other streams whole."""
    groups = np.full(features, -1)
    doubt: list[float] = []
    each = (features - shapes) // len(near)
    for i, value in enumerate(near):
        first = shapes + i * each
        parts = [(first, first + each, EDGE / each / FARTHER[int(value)])] if value else []
        if not value:
            parts = [(first + k, first + k + 1, OWN) for k in range(scales)] + [
                (first + scales, first + each, EDGE / scales)
            ]
        for begin, end, scale in parts:
            groups[begin:end] = len(doubt)
            doubt.append(scale)
    return groups, np.array(doubt)


def _posterior(
    parts: list[tuple[FloatArray, float]],
    sources: IntArray,
    which: IntArray,
    memory: Memory,
    *,
    start: int,
    soft: float,
    shocks: int,
) -> StreamPosterior:
    drawn = np.concatenate([part[0] for part in parts])
    shapes = drawn.shape[1] - 2 - 2 * len(sources) * len(memory.scales)
    feeds = drawn[:, shapes:-2].reshape(len(drawn), len(sources), 2, len(memory.scales))
    if soft:
        drawn[:, : shapes - shocks] -= DEPTH * soft  # where the sum begins: a course's shapes sum to one on every day
    feeds[:, memory.harm_unit[sources] == 0, 1] = 0.0  # no harm was ever seen: the prior alone would speak
    return StreamPosterior(
        sources=sources,
        start=start,
        base=drawn[:, :shapes],
        feeds=feeds,
        delta=drawn[:, -2],
        rho=drawn[:, -1],
        imputation=which,
        taken=float(np.mean([part[1] for part in parts])),
        soft=soft,
    )


def check_fit(streams: Streams, draws: int, scales: tuple[float, ...]) -> None:
    """Raise :class:`UsageError` where a system cannot be fitted."""
    days = streams.counts.shape[1]
    if days < LEAST_DAYS:
        raise UsageError(
            f"a system needs {LEAST_DAYS} days to learn from", found=str(days), fix="Give a longer record."
        )
    if draws < 1:
        raise UsageError("draws must be 1 or more", found=str(draws), fix="Give for example 1000.")
    if not scales or min(scales) <= 0 or list(scales) != sorted(set(scales)):
        raise UsageError(
            "time scales must be days above zero, ascending", found=str(scales), fix="Give for example (1, 7, 30, 120)."
        )
    if not streams.counts.any():
        raise UsageError(
            "a system needs an event", found="none in any stream", fix="Choose a longer span or more countries."
        )
