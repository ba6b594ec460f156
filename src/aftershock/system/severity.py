"""Deaths per event of each stream: a hurdle at zero, a discretised lognormal above it, and the civilians among them.

The record holds days, so what is fitted are sums: ``deaths`` over ``counts`` events. A sum of one event is that event; a
sum of several is taken apart anew in every sweep of the sampler, each way as likely as the model makes it. The same
likelihood so serves single events and days. Dealing sums out evenly loses the tail, and days with one event alone
misstate the mean by up to a quarter (``benchmarks/proof_severity.py``).

Streams borrow from the other streams of their pool (the type of violence), and pools from what conflicts have in common.
Old events count less, for sizes drift over a war. Draws hold them at their last level: a drift to come is not in them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from aftershock import checks
from aftershock.errors import DataError, UsageError

__all__ = [
    "HALF_LIFE", "MOST_DEATHS", "PARAMETERS", "Severity", "Sums",
    "death_probability", "draw_event", "draw_events", "event_at", "fit_severity", "sums_of_days",
]  # fmt: skip

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_DEATHS = 100_000
"""No event draws more: ten times the largest of the 15 country files (9,505). The lognormal is cut off there."""
HALF_LIFE = 365.0
"""Days after which an event counts half: 0.04 better per event than never, 0.004 behind 180, on early data of seven countries."""
PARAMETERS = ("zero", "location", "spread", "all_level", "all_slope", "some_level", "some_slope", "skew")
"""One row per stream: P(no deaths); mean and standard deviation of the log of deaths where there are any; level and slope
(per log of deaths, at four deaths) of the log odds that all are civilians, and that some are where not all; and the
exponent of the share where some are: P(share > u) = (1 - u)^skew."""

_CENTRE = math.log(4.0)
_LEAST_WEIGHT, _MOST_SPREAD = 1 / 256, 5.0  # streams on record: 0.8 to 1.6
_BURN, _THIN, _SPLIT_EVERY = 400, 3, 2
_RIDGE = 0.55  # where most events have one death, a lower location and a wider spread fit alike: both move together
# What conflicts have in common, on the sampler's scale (log odds, logs): where pools lie, and how streams of one pool differ.
_CENTRES = np.array([-2.3, 1.0, 0.2, 0.0, -0.3, -2.5, 0.5, 0.3])
_POOLS_DIFFER = np.array([0.7, 0.7, 0.3, 3.0, 0.4, 1.0, 0.4, 0.6])
_STREAMS_DIFFER = np.array([0.6, 0.5, 0.2, 0.8, 0.2, 0.5, 0.2, 0.3])
_TRUST = 6.0  # weight of the line above, in streams


@njit(cache=True)
def _between(low: float, high: float) -> float:
    """Return P(low < Z < high) of a standard normal, exact in both tails."""
    if low > 0:
        return 0.5 * (math.erfc(low / math.sqrt(2)) - math.erfc(high / math.sqrt(2)))
    return 0.5 * (math.erfc(-high / math.sqrt(2)) - math.erfc(-low / math.sqrt(2)))


@njit(cache=True)
def _size_probability(deaths: int, location: float, spread: float) -> float:
    """Return P(deaths) of an event with at least one, below the cap."""
    whole = _between((math.log(0.5) - location) / spread, (math.log(MOST_DEATHS + 0.5) - location) / spread)
    part = _between((math.log(deaths - 0.5) - location) / spread, (math.log(deaths + 0.5) - location) / spread)
    return float(max(part / whole, 1e-300)) if whole > 1e-280 else 1e-300  # or a place far off would fit all alike


@njit(cache=True)
def death_probability(row: Array, deaths: int) -> float:
    """Return P(deaths) of one event, from one draw's parameters of one stream, in the order of :data:`PARAMETERS`."""
    if deaths < 0 or deaths > MOST_DEATHS:
        return 0.0
    return float(row[0] if deaths == 0 else (1 - row[0]) * _size_probability(deaths, row[1], row[2]))


@njit(cache=True)
def _odds(level: float, slope: float, deaths: int) -> float:
    """Return the probability at a size, from the log odds at four deaths and their slope."""
    return 1 / (1 + math.exp(-level - slope * (math.log(deaths) - _CENTRE)))


@njit(cache=True)
def _share_probability(civilians: int, deaths: int, skew: float) -> float:
    """Return P(civilians) where some but not all of the dead are, 0 < civilians < deaths."""
    parts = deaths - 1
    return float(((parts - civilians + 1) / parts) ** skew - ((parts - civilians) / parts) ** skew)


@njit(cache=True)
def _civilian_probability(civilians: int, deaths: int, row: Array) -> float:
    """Return P(civilians | deaths)."""
    if deaths == 0:
        return 1.0
    every = _odds(row[3], row[4], deaths)
    if civilians == deaths:
        return every
    some = _odds(row[5], row[6], deaths) if deaths > 1 else 0.0
    if civilians == 0:
        return (1 - every) * (1 - some)
    return (1 - every) * some * _share_probability(civilians, deaths, row[7])


@njit(cache=True)
def _quantile(p: float) -> float:
    """Return the standard normal quantile: Abramowitz and Stegun 26.2.23, then two Halley steps, exact to rounding."""
    tail = max(min(p, 1 - p), 1e-300)
    t = math.sqrt(-2 * math.log(tail))
    z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in range(2):
        u = (0.5 * math.erfc(-z / math.sqrt(2)) - tail) * math.sqrt(2 * math.pi) * math.exp(z * z / 2)
        z -= u / (1 + z * u / 2)
    return z if p < 0.5 else -z


@njit(cache=True)
def event_at(row: Array, size: float, kind: float, share: float) -> tuple[int, int]:
    """Return deaths and civilian deaths of one event at three uniforms; more deaths the larger ``size``.

    ``row`` is one draw's parameters of one stream, shape (8,); the uniforms in [0, 1) say how many died, whether none,
    some or all were civilians, and how many. The same uniforms make the same event where the parameters agree.
    """
    zero, location, spread = row[0], row[1], row[2]
    if size < zero:
        return 0, 0
    above = 0.5 * math.erfc((math.log(0.5) - location) / spread / math.sqrt(2))
    beyond = 0.5 * math.erfc((math.log(MOST_DEATHS + 0.5) - location) / spread / math.sqrt(2))
    z = -_quantile(above - (size - zero) / (1 - zero) * (above - beyond))
    deaths = int(min(max(math.floor(math.exp(min(location + spread * z, 30.0)) + 0.5), 1), MOST_DEATHS))
    every = _odds(row[3], row[4], deaths)
    if kind < every:
        return deaths, deaths
    if deaths == 1 or kind >= every + (1 - every) * _odds(row[5], row[6], deaths):
        return deaths, 0
    return deaths, 1 + min(int((1 - (1 - share) ** (1 / row[7])) * (deaths - 1)), deaths - 2)


@njit(cache=True)
def draw_event(row: Array, rng: np.random.Generator) -> tuple[int, int]:
    """Draw deaths and civilian deaths of one event; three uniforms are used up whatever comes."""
    return event_at(row, rng.random(), rng.random(), rng.random())


@njit(cache=True)
def draw_events(row: Array, count: int, rng: np.random.Generator) -> tuple[int, int]:
    """Draw deaths and civilian deaths of ``count`` events together."""
    deaths = civilians = 0
    for _ in range(count):
        one, of_them = draw_event(row, rng)
        deaths, civilians = deaths + one, civilians + of_them
    return deaths, civilians


@njit(cache=True)
def _draw_days(rows: Array, counts: Ints, rng: np.random.Generator) -> Ints:
    """Draw sums for every day and stream; shape (2, days, streams)."""
    out = np.zeros((2, *counts.shape), np.int64)
    for day in range(counts.shape[0]):
        for stream in range(counts.shape[1]):
            if counts[day, stream]:
                out[0, day, stream], out[1, day, stream] = draw_events(rows[stream], counts[day, stream], rng)
    return out


@njit(cache=True)
def _means(rows: Array) -> Array:
    """Return E(deaths) of each row: the sum of P(deaths > k), one by one to 64, then by the integral of the tail."""
    out = np.empty(len(rows))
    for k in range(len(rows)):
        zero, location, spread = rows[k, 0], rows[k, 1], rows[k, 2]
        start = (math.log(0.5) - location) / spread
        middle = (math.log(64.0) - location) / spread
        end = (math.log(MOST_DEATHS + 0.5) - location) / spread
        beyond = _between(end, math.inf)
        total = _between(start, math.inf)
        for size in range(1, 64):
            total += _between((math.log(size + 0.5) - location) / spread, math.inf)
        total += MOST_DEATHS * beyond - 64 * _between(middle, math.inf)
        total += math.exp(location + spread**2 / 2) * _between(middle - spread, end - spread)
        out[k] = (1 - zero) * (total - MOST_DEATHS * beyond) / max(_between(start, math.inf) - beyond, 1e-300)
    return out


@dataclass(frozen=True)
class Sums:
    """Deaths over one or several events of one stream: an event each, or a day each.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (k,)
        Events in each sum, at least one.
    deaths, civilians : numpy.ndarray of int64, shape (k,)
        Deaths over them, and civilians among the dead; never more civilians than deaths.
    stream : numpy.ndarray of int64, shape (k,)
        Index of the stream.
    age : numpy.ndarray of float64, shape (k,)
        Days before the last day of the record; never negative.
    """

    counts: Ints
    deaths: Ints
    civilians: Ints
    stream: Ints
    age: Array

    def __post_init__(self) -> None:
        names = ("deaths", "civilians", "stream", "age")
        checks.require(
            *(checks.shape(name, getattr(self, name), self.counts.shape) for name in names),
            *(checks.not_negative(name, getattr(self, name)) for name in names),
            None if (self.counts >= 1).all() else "a sum over no events",
        )
        bad = np.flatnonzero((self.civilians > self.deaths) | (self.deaths > MOST_DEATHS * self.counts))
        if len(bad):
            raise DataError(
                f"an event has at most {MOST_DEATHS:,} deaths, and no more civilians than deaths",
                found=f"{len(bad):,} sums that cannot be",
                fix="Correct these events, or leave them out.",
                rows=[
                    f"{self.deaths[k]:,} deaths, {self.civilians[k]:,} civilian, {self.counts[k]} events"
                    for k in bad[:5]
                ],
                count=len(bad),
            )


def sums_of_days(counts: NDArray[Any], deaths: NDArray[Any], civilians: NDArray[Any]) -> Sums:
    """Return one sum per day and stream with events, from arrays of shape (days, streams) that end on the last day."""
    day, stream = np.nonzero(counts)
    events, dead, civil = (np.asarray(a[day, stream], np.int64) for a in (counts, deaths, civilians))
    return Sums(events, dead, civil, stream.astype(np.int64), (len(counts) - 1 - day).astype(np.float64))


@dataclass(frozen=True)
class Severity:
    """Posterior draws of how deadly an event of each stream is.

    Parameters
    ----------
    parameters : numpy.ndarray of float64, shape (streams, 8, draws)
        In the order of :data:`PARAMETERS`.
    weight : numpy.ndarray of float64, shape (streams,)
        Events each stream rests on, old ones counting less; a stream near 0 is drawn from its pool.
    """

    parameters: Array
    weight: Array

    @property
    def draws(self) -> int:
        """Number of posterior draws."""
        return int(self.parameters.shape[-1])

    def rows(self, draw: int) -> Array:
        """Return one draw's parameters, contiguous, shape (streams, 8), for :func:`draw_events` in compiled code."""
        return np.ascontiguousarray(self.parameters[:, :, draw])

    def draw(self, counts: NDArray[Any], *, draw: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
        """Draw deaths, and civilians among them, for known numbers of events, with one posterior draw's parameters.

        ``counts`` is of shape (..., streams), per day or any span; so are both results, of int64.
        """
        flat = np.asarray(counts, np.int64).reshape(-1, self.parameters.shape[0])
        checks.require(checks.not_negative("counts", flat))
        deaths, civilians = _draw_days(self.rows(draw), flat, rng)
        return deaths.reshape(counts.shape), civilians.reshape(counts.shape)

    def mean(self) -> Array:
        """Return expected deaths per event, cap included, shape (streams, draws)."""
        rows = np.ascontiguousarray(np.moveaxis(self.parameters, 1, 2)).reshape(-1, len(PARAMETERS))
        return np.asarray(_means(rows).reshape(-1, self.draws))


def fit_severity(
    sums: Sums, pool: NDArray[Any], *, half_life: float | None = HALF_LIFE, draws: int = 1000, rng: np.random.Generator
) -> Severity:
    """Return posterior draws of every stream's severity, by Metropolis within Gibbs.

    Parameters
    ----------
    sums : Sums
        From events or, with :func:`sums_of_days`, from days.
    pool : numpy.ndarray of int, shape (streams,)
        Which streams borrow from each other, 0, 1, …: the type of violence.
    half_life : float or None
        Days after which an event counts half in the likelihood; None to weigh all alike.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> days = np.array([[1], [0], [3]])  # three days of one stream: events, deaths, civilians
    >>> made = fit_severity(sums_of_days(days, 4 * days, days), np.zeros(1, int), draws=50, rng=rng)
    >>> deaths, civilians = made.draw(days, draw=0, rng=rng)
    >>> deaths.shape, bool((civilians <= deaths).all())
    ((3, 1), True)
    """
    pool = np.asarray(pool, np.int64)
    if half_life is not None and not half_life > 0:
        raise UsageError("a half-life must be positive", found=f"{half_life:g}", fix="Give days, or None.")
    if draws < 1 or len(pool) == 0 or (len(sums.stream) and sums.stream.max() >= len(pool)):
        found = f"{draws} draws, {len(pool)} pools, streams up to {sums.stream.max(initial=0)}"
        raise UsageError("at least one draw and a pool for every stream are needed", found=found, fix="Give them.")
    weight = np.ones(len(sums.age)) if half_life is None else 0.5 ** (sums.age / half_life)
    heard = np.bincount(sums.stream, weight * sums.counts, len(pool))
    keep = np.flatnonzero(weight >= _LEAST_WEIGHT)
    keep = keep[np.argsort(sums.stream[keep], kind="stable")]
    counts = sums.counts[keep]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    events = _dealt(counts, sums.deaths[keep], sums.civilians[keep])
    first = np.searchsorted(sums.stream[keep], np.arange(len(pool) + 1)).astype(np.int64)
    chain = _sample((events, start, first, np.repeat(weight[keep], counts)), pool, draws, rng)
    chain[:, 0] = 1 / (1 + np.exp(-chain[:, 0]))
    chain[:, 2], chain[:, 7] = np.minimum(np.exp(chain[:, 2]), _MOST_SPREAD), np.exp(chain[:, 7])
    return Severity(chain, heard.astype(np.float64))


def _dealt(counts: Ints, deaths: Ints, civilians: Ints) -> Ints:
    """Deal each sum out evenly as a start, shape (events, 2): deaths, and civilians into the first events."""
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    each, left = np.divmod(deaths, counts)
    dead = np.repeat(each, counts) + (place < np.repeat(left, counts))
    before = np.repeat(each, counts) * place + np.minimum(place, np.repeat(left, counts))
    return np.stack([dead, np.clip(np.repeat(civilians, counts) - before, 0, dead)], axis=1).astype(np.int64)


@njit(cache=True)
def _natural(point: Array) -> Array:
    """Return the row of :data:`PARAMETERS` at a point of the sampler's scale."""
    row = point.copy()
    row[0] = 1 / (1 + math.exp(-point[0]))
    row[2], row[7] = min(math.exp(point[2]), _MOST_SPREAD), math.exp(point[7])
    return row


@njit(cache=True)
def _ways(total: int, dead: int, other: int, row: Array) -> tuple[Array, int]:
    """Return the weight of each number of civilians in the first of two events, and the least number."""
    least = max(0, total - other)
    out = np.empty(min(total, dead) - least + 1)
    for k in range(len(out)):
        out[k] = _civilian_probability(least + k, dead, row) * _civilian_probability(total - least - k, other, row)
    return out, least


@njit(cache=True)
def _pick(weights: Array, u: float) -> int:
    """Return an index drawn by weight."""
    left = u * weights.sum()
    for k in range(len(weights)):
        left -= weights[k]
        if left < 0:
            return k
    return len(weights) - 1


@njit(cache=True)
def _split(pair: Ints, table: Array, row: Array, rng: np.random.Generator) -> None:
    """Deal the deaths and civilians of two events out anew, given their sums: deaths by Gibbs, both by Metropolis."""
    dead, civil = pair[0, 0] + pair[1, 0], pair[0, 1] + pair[1, 1]
    if dead == 0:
        return
    one = _pick(table[: dead + 1] * table[: dead + 1][::-1], rng.random())
    (new, least), (old, _) = _ways(civil, one, dead - one, row), _ways(civil, pair[0, 0], pair[1, 0], row)
    if rng.random() * old.sum() <= new.sum():
        first = least + _pick(new, rng.random())
        pair[0, 0], pair[0, 1] = one, first
        pair[1, 0], pair[1, 1] = dead - one, civil - first


@njit(cache=True)
def _split_all(events: Ints, start: Ints, row: Array, rng: np.random.Generator) -> None:
    """Deal out pairs of events of every sum of one stream."""
    most = 0
    for group in range(len(start) - 1):
        if start[group + 1] - start[group] > 1:
            most = max(most, events[start[group] : start[group + 1], 0].sum())
    table = np.array([death_probability(row, k) for k in range(most + 1)])
    pair = np.empty((2, 2), np.int64)
    for group in range(len(start) - 1):
        count = start[group + 1] - start[group]
        for _ in range(count // 2 + 1 if count > 1 else 0):
            one = start[group] + int(rng.random() * count)
            two = start[group] + (one - start[group] + 1 + int(rng.random() * (count - 1))) % count
            pair[0], pair[1] = events[one], events[two]
            _split(pair, table, row, rng)
            events[one], events[two] = pair[0], pair[1]


@njit(cache=True)
def _tally(events: Ints, weight: Array) -> tuple[Array, Array]:
    """Return a table by deaths (deaths, weight, of it all civilian, of it some) and one of (deaths, civilians, weight)."""
    order = np.argsort(events[:, 0])
    sizes, shares = np.zeros((len(order), 4)), np.zeros((len(order), 3))
    at, mixed = -1, 0
    for k in order:
        dead, civil = events[k]
        if at < 0 or sizes[at, 0] != dead:
            at += 1
            sizes[at, 0] = dead
        sizes[at, 1] += weight[k]
        if 0 < civil == dead:
            sizes[at, 2] += weight[k]
        elif civil > 0:
            sizes[at, 3] += weight[k]
            shares[mixed, 0], shares[mixed, 1], shares[mixed, 2] = dead, civil, weight[k]
            mixed += 1
    return sizes[: at + 1].copy(), shares[:mixed].copy()


@njit(cache=True)
def _likelihood(which: int, point: Array, sizes: Array, shares: Array) -> float:
    """Return the log-likelihood, as far as it depends on parameter ``which``."""
    row = _natural(point)
    total = 0.0
    if which == 7:
        for k in range(len(shares)):
            total += shares[k, 2] * math.log(max(_share_probability(shares[k, 1], shares[k, 0], row[7]), 1e-300))
        return total
    for k in range(len(sizes)):
        dead, weight, every, some = sizes[k]
        if which == 0:
            total += weight * math.log(row[0] if dead == 0 else 1 - row[0])
        elif dead > 0 and which <= 2:
            total += weight * math.log(_size_probability(int(dead), row[1], row[2]))
        elif dead > 0 and which <= 4:
            p = min(max(_odds(row[3], row[4], dead), 1e-12), 1 - 1e-12)
            total += every * math.log(p) + (weight - every) * math.log(1 - p)
        elif dead > 1:
            p = min(max(_odds(row[5], row[6], dead), 1e-12), 1 - 1e-12)
            total += some * math.log(p) + (weight - every - some) * math.log(1 - p)
    return total


@njit(cache=True)
def _draw_pool(points: Array, centre: Array, variance: Array, rng: np.random.Generator) -> None:
    """Draw where a pool lies and how its streams differ, given the streams that have events; in place."""
    n = len(points)
    for p in range(len(centre)):
        precision = 1 / _POOLS_DIFFER[p] ** 2 + n / variance[p]
        middle = (_CENTRES[p] / _POOLS_DIFFER[p] ** 2 + points[:, p].sum() / variance[p]) / precision
        centre[p] = middle + rng.standard_normal() / math.sqrt(precision)
        spread = _TRUST * _STREAMS_DIFFER[p] ** 2 + ((points[:, p] - centre[p]) ** 2).sum()
        variance[p] = spread / 2 / rng.standard_gamma((_TRUST + n) / 2)


@njit(cache=True)
def _walk(
    at: tuple[Array, Array],
    tally: tuple[Array, Array],
    prior: tuple[Array, Array],
    gain: float,
    rng: np.random.Generator,
) -> None:
    """Move one stream's parameters one after the other, and its steps towards two acceptances in five; in place."""
    point, step = at
    sizes, shares = tally
    centre, variance = prior
    for which in range(len(point)):
        old = _likelihood(which, point, sizes, shares) - ((point - centre) ** 2 / variance).sum() / 2
        move = step[which] * rng.standard_normal()
        before = point.copy()
        point[which] += move
        point[2] -= _RIDGE * move if which == 1 else 0.0
        new = _likelihood(which, point, sizes, shares) - ((point - centre) ** 2 / variance).sum() / 2
        taken = math.log(max(rng.random(), 1e-300)) < new - old
        if not taken:
            point[:] = before
        step[which] *= math.exp(gain * ((1.0 if taken else 0.0) - 0.4))


@njit(cache=True)
def _sample(record: tuple[Ints, Ints, Ints, Array], pool: Ints, draws: int, rng: np.random.Generator) -> Array:
    """Return the chain on the sampler's scale, shape (streams, 8, draws)."""
    events, start, first, weight = record
    streams, pools = len(pool), pool.max() + 1
    centre, variance = np.empty((pools, 8)), np.empty((pools, 8))
    centre[:], variance[:] = _CENTRES, _STREAMS_DIFFER**2
    points, steps = centre[pool], np.sqrt(variance)[pool]
    out = np.empty((streams, 8, draws))
    full = first[1:] > first[:-1]
    ends = start[first]
    tallies = [_tally(events[ends[s] : ends[s + 1]], weight[ends[s] : ends[s + 1]]) for s in range(streams)]
    for sweep in range(_BURN + draws * _THIN):
        for s in range(streams):
            low, high = ends[s], ends[s + 1]
            if high - low > first[s + 1] - first[s] and (sweep % _SPLIT_EVERY == 0 or sweep < 50):
                _split_all(events, start[first[s] : first[s + 1] + 1], _natural(points[s]), rng)
                tallies[s] = _tally(events[low:high], weight[low:high])
            if full[s]:
                gain = 0.5 / math.sqrt(1 + sweep) if sweep < _BURN else 0.0
                _walk((points[s], steps[s]), tallies[s], (centre[pool[s]], variance[pool[s]]), gain, rng)
        for p in range(pools):
            _draw_pool(points[full & (pool == p)], centre[p], variance[p], rng)
        for s in range(streams):
            if not full[s]:
                for k in range(8):
                    points[s, k] = centre[pool[s], k] + math.sqrt(variance[pool[s], k]) * rng.standard_normal()
        if sweep >= _BURN and (sweep - _BURN) % _THIN == _THIN - 1:
            out[:, :, (sweep - _BURN) // _THIN] = points
    return out
