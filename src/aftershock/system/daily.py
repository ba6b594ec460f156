"""One draw of a simulation, day by day, for compiled code.

Two courses of one draw can be compared event by event: the number of events of a stream and day, and how deadly the first,
second, third of them is, come from uniforms that depend on the draw's key, the day, the stream and the event alone. What a
course changes therefore changes nothing else (common random numbers). Levels and severities move by a generator whose use does
not depend on what happened.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from aftershock.system.kernel import FLOOR, softened
from aftershock.system.severity import event_at

__all__ = ["WEEK", "Change", "Draw", "Plan", "nothing_changed", "run_draw"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WEEK = 7
HELD_DAYS = 30  # at its ceiling, after which a draw says little of how high
_FEW = 20.0  # expected events up to which counts are found from zero up
_FAR = 10.0  # standard deviations below the mean, where the others begin
_LEAST = 1e-20
_STEP, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31, _11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)


class Plan(NamedTuple):
    """What all draws share; s streams that were fitted, and after them those a course adds."""

    first: IntArray  # of each stream's edges, shape (s + 1,)
    source: IntArray  # of each edge
    keep: FloatArray  # of memory from day to day, per channel and scale
    bins: IntArray  # of each day
    cap: FloatArray  # of each stream, events per day
    ceiling: FloatArray  # of each stream, expected events per day
    total: int
    power: float  # of an event's mark; 0 for log1p
    most: float  # deaths a mark is cut off at
    drift: float  # standard deviation of the weekly step of log deaths per event
    wander: float  # and of log backgrounds
    moving: bool  # whether the background's level moves at random, or goes back to one
    fitted: int  # streams that were
    soft: FloatArray  # of the soft-plus of each fitted stream; 0 where the mean is the sum


class Draw(NamedTuple):
    """The parameters and the state of one draw; the state is written over."""

    base: FloatArray
    feeds: FloatArray  # shape (edges, c b)
    delta: FloatArray
    rho: FloatArray
    rows: FloatArray  # severity, shape (s, 8)
    unit: FloatArray
    memory: FloatArray  # shape (s, c b)
    level: FloatArray  # of the background
    fading: FloatArray  # of what earlier events feed
    keep: FloatArray  # of the level, from week to week
    prior: FloatArray
    key: np.uint64  # of the draw's uniforms


class Change(NamedTuple):
    """What a course changes in one draw; g stretches of days."""

    stretch: IntArray  # of each day
    presence: FloatArray  # factor on a stream's events, shape (g, s)
    harm: FloatArray  # factor on civilian deaths per event, shape (g, s)
    toll: FloatArray  # factor on all deaths per event, shape (g, s)
    links: FloatArray  # factor on what an edge feeds, shape (g, edges)
    extra: FloatArray  # expected events a day more, shape (g, s)
    shocks: IntArray  # day, stream and events more, shape (k, 3)
    joins: FloatArray  # day, stream that ends, stream that takes over, share, shape (k, 4)


def nothing_changed(days: int, streams: int, edges: int) -> Change:
    """Return the change of a course that changes nothing."""
    one = np.ones((1, streams))
    return Change(
        stretch=np.zeros(days, np.int64),
        presence=one,
        harm=one,
        toll=one,
        links=np.ones((1, edges)),
        extra=np.zeros((1, streams)),
        shocks=np.zeros((0, 3), np.int64),
        joins=np.zeros((0, 4)),
    )


@njit(cache=True, nogil=True)
def _mix(z: np.uint64) -> np.uint64:
    """Return a state scattered over all its bits (SplitMix64; Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195)."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@njit(cache=True, nogil=True)
def _state(key: np.uint64, day: int, stream: int) -> np.uint64:
    """Return the state that the uniforms of a stream's day come from."""
    return _mix(_mix(key + np.uint64(day + 1) * _STEP) + np.uint64(stream + 1) * _STEP)


@njit(cache=True, nogil=True)
def _uniform(state: np.uint64, place: int) -> float:
    """Return the uniform in [0, 1) at a place of a state's sequence."""
    return float(_mix(state + np.uint64(place + 1) * _STEP) >> _11) * 2.0**-53


@njit(cache=True, nogil=True)
def _count_at(uniform: float, mean: float, over: float, cap: float) -> int:
    """Return the quantile of a negative binomial count of variance ``mean (1 + over)``; any number above the cap if it is above.

    From zero up; where the mean is large, from far below it, the chance beneath being nothing.
    """
    poisson = over < 1e-7
    size = mean if poisson else mean / (1.0 + over)
    ratio = 0.0 if poisson else over / (1.0 + over)
    count = 0 if mean <= _FEW else max(0, int(mean - _FAR * math.sqrt(mean * (1.0 + over))))
    if poisson:
        log = count * math.log(mean) - mean - math.lgamma(count + 1.0)
    else:
        k = mean / over
        log = -k * math.log1p(over)
        if count:
            log += math.lgamma(count + k) - math.lgamma(k) - math.lgamma(count + 1.0) + count * math.log(ratio)
    chance = math.exp(log)
    left = uniform - chance
    while left >= 0.0 and count <= cap and (chance > _LEAST or count < mean):
        chance *= (size + ratio * count) / (count + 1.0)  # (k + y) over / (1 + over) / (y + 1), k = mean / over
        count += 1
        left -= chance
    return count


@njit(cache=True, nogil=True)
def _move_weekly(plan: Any, draw: Any, rng: Any) -> None:
    """Move levels, backgrounds and severities by a week; the generator is used alike whatever happened."""
    for s in range(plan.fitted):
        keep, prior = draw.keep[s], draw.prior[s]
        draw.fading[s] = 1.0 + keep * (draw.fading[s] - 1.0)
        if not plan.moving:
            draw.level[s] = draw.fading[s]
        elif 0.0 < keep < 1.0:
            kept = rng.beta(prior * keep, prior * (1.0 - keep))
            draw.level[s] = kept * draw.level[s] + rng.standard_gamma(prior * (1.0 - keep)) / prior
        if plan.wander > 0.0:
            draw.base[s] *= math.exp(plan.wander * rng.standard_normal() - 0.5 * plan.wander * plan.wander)
        if plan.drift > 0.0:
            draw.rows[s, 1] += plan.drift * rng.standard_normal() - 0.5 * plan.drift * plan.drift


@njit(cache=True, nogil=True)
def _deaths_of(
    row: Any, count: int, factors: tuple[float, float], marks: tuple[float, float], state: np.uint64
) -> tuple[int, int, float]:
    """Return events' deaths, civilians among them and the sum of their marks.

    Factors on civilian deaths and on all deaths are met on average: fractions are rounded up or down at random.
    """
    deaths = civilians = 0
    mark = 0.0
    harm, toll = factors
    power, most = marks
    for n in range(count):
        place = 1 + 4 * n
        dead, civil = event_at(row, _uniform(state, place), _uniform(state, place + 1), _uniform(state, place + 2))
        if dead and (harm != 1.0 or toll != 1.0):
            part = _uniform(state, place + 3)
            now = int(civil * harm + part)
            dead, civil = dead + now - civil, now
            dead, civil = int(dead * toll + part), int(civil * toll + part)
        deaths += dead
        civilians += civil
        mark += math.log1p(civil) if power == 0.0 else min(float(civil), most) ** power
    return deaths, civilians, mark


@njit(cache=True, nogil=True)
def _remember(keep: Any, memory: Any, signal: Any) -> None:
    """Let memory decay by a day and take the day's events and harm in, signals of shape (2, s)."""
    streams, width = memory.shape
    for s in range(streams):
        for k in range(width):
            memory[s, k] = keep[k] * memory[s, k] + (1.0 - keep[k]) * signal[2 * k // width, s]


@njit(cache=True, nogil=True)
def _join(draw: Any, change: Any, day: int) -> None:
    """Let a share of a stream's background and of what its past still feeds go on as another stream's."""
    width = draw.memory.shape[1]
    for k in range(len(change.joins)):
        if int(change.joins[k, 0]) == day:
            ends, takes, share = int(change.joins[k, 1]), int(change.joins[k, 2]), change.joins[k, 3]
            draw.base[takes] += share * max(draw.base[ends], 0.0)
            unit = draw.unit[ends] / draw.unit[takes] if draw.unit[takes] > 0.0 else 0.0  # harm counts in marks of each
            for m in range(width):
                moved = share * draw.memory[ends, m]
                draw.memory[takes, m] += moved * (unit if 2 * m >= width else 1.0)
                draw.memory[ends, m] -= moved


@njit(cache=True, nogil=True)
def _expect(plan: Any, draw: Any, change: Any, day: int, mean: Any) -> None:
    """Fill in each stream's expected events of a day."""
    at = change.stretch[day]
    for s in range(len(mean)):
        fed = 0.0
        for edge in range(plan.first[s], plan.first[s + 1]):
            source = plan.source[edge]
            part = 0.0
            for k in range(draw.memory.shape[1]):
                part += draw.feeds[edge, k] * draw.memory[source, k]
            fed += change.links[at, edge] * part
        mean[s] = draw.level[s] * draw.base[s] + draw.fading[s] * fed
        if s < plan.fitted and plan.soft[s] > 0.0:
            if draw.base[s] < 0.0:  # a level scales what there is, not what is missing
                mean[s] = draw.base[s] + draw.fading[s] * fed
            mean[s] = softened(mean[s], plan.soft[s])
        mean[s] = change.presence[at, s] * (mean[s] + FLOOR) + change.extra[at, s]


@njit(cache=True, nogil=True)
def _shock(change: Any, day: int, more: Any) -> None:
    """Fill in the events that a course adds to each stream on a day."""
    more[:] = 0
    for k in range(len(change.shocks)):
        if change.shocks[k, 0] == day:
            more[change.shocks[k, 1]] += change.shocks[k, 2]


@njit(cache=True, nogil=True)
def _hold(change: Any, at: int, usual: Any, today: Any) -> None:
    """Fill in the last day that had no shock, but for streams that are gone."""
    for s in range(today.shape[1]):
        gone = change.presence[at, s] == 0.0 and change.extra[at, s] == 0.0
        for k in range(3):
            today[k, s] = 0 if gone else usual[k, s]


@njit(cache=True, nogil=True)
def run_draw(plan: Any, draw: Any, change: Any, rng: Any, out: Any) -> bool:
    """Simulate one draw into an array of counts, deaths and civilians, shape (3, bins, s); return whether it reached a cap."""
    streams = draw.memory.shape[0]
    today = np.zeros((3, streams), np.int64)
    signal = np.zeros((2, streams))
    held, more, means = np.zeros(streams, np.int64), np.zeros(streams, np.int64), np.zeros(streams)
    usual, marks = np.zeros((3, streams), np.int64), (plan.power, plan.most)
    events, capped = 0, False
    for day in range(len(plan.bins)):
        if day % WEEK == 0 and day > 0:
            _move_weekly(plan, draw, rng)
        _join(draw, change, day)
        at = change.stretch[day]
        if events < plan.total:
            _expect(plan, draw, change, day, means)
            _shock(change, day, more)
            for s in range(streams):
                mean, cap = means[s], plan.cap[s]
                if mean > plan.ceiling[s]:
                    mean = plan.ceiling[s]
                    held[s] += 1
                    capped = capped or held[s] > HELD_DAYS
                state = _state(draw.key, day, s)
                count = 0
                if mean > 0.0:
                    count = _count_at(_uniform(state, 0), mean, draw.delta[s] + mean * draw.rho[s], cap)
                if count > cap:
                    capped, count = True, int(cap)
                count += more[s]
                deaths, civilians, mark = 0, 0, 0.0
                if count:
                    factors = (change.harm[at, s], change.toll[at, s])
                    deaths, civilians, mark = _deaths_of(draw.rows[s], count, factors, marks, state)
                    events += count
                today[0, s], today[1, s], today[2, s] = count, deaths, civilians
                if more[s] == 0:
                    usual[:, s] = today[:, s]
                signal[0, s] = count
                signal[1, s] = mark / draw.unit[s] if draw.unit[s] > 0 else 0.0
            _remember(plan.keep, draw.memory, signal)
        else:
            capped = True
            _hold(change, at, usual, today)
        for k in range(3):
            for s in range(streams):
                out[k, plan.bins[day], s] += today[k, s]
    return capped
