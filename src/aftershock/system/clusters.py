"""Clusters of events, simulated forward from a history: binned counts of a marked self-exciting process.

Every event on stream r has a Poisson number of direct children on stream s, ``weights[s, r, b]`` on average, each after an
exponential delay of mean ``scales[b]`` days. Events that no event caused arrive at rate ``base``. What the past has yet to
bring is told by its *memory*, ``state[r, b] = Σ exp(−(t − tᵢ)/scales[b])`` over the events tᵢ of stream r before t: since the
delay forgets how long it has lasted, ``weights[s, r, b]·state[r, b]`` children on s are still to come, and from now on they
come as if their parents had all happened now. (The intensity is ``weights·state/scales``.)

Two processes share the code. In the first, events have times within the day, and a child may fall on its parent's day. In the
second (``same_day=False``) time goes in whole days, the delay is 1 + ⌊exponential⌋ days, and the count of a day given the past
is Poisson with mean ``base + weights·state·(1 − exp(−1/scales))``: what a likelihood of daily counts describes.

Only counts leave the simulation, so it keeps no list of events: a stack holds those whose children are still to be drawn, and
the block on its top is taken off, bred and put back as children, with few branches that depend on chance. Random numbers are
those of SplitMix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195), read by position, 2⁴⁰ of them set aside for each
draw; choices are made from alias tables (Walker 1977, doi:10.1145/355744.355749). No draw depends on another, so the number of
threads changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

from aftershock.checks import require, shape
from aftershock.errors import UsageError

__all__ = ["CAP", "Clusters", "memory_of", "simulate_clusters"]

Floats = NDArray[np.float64]
Kernel = TypeVar("Kernel", bound=Callable[..., Any])

CAP = 1_000_000
"""The most events of one draw: far above any year on record, and reached at once by a system that explodes."""
MOST_CHILDREN = 1000.0
"""The largest mean number of children of one event: the tables of their number grow with it."""
BLOCK = 256
"""Events that are bred together: their times, streams and random numbers fit the first-level cache."""
COPIES = 4
"""Siblings written down without asking how many there are; more take a loop, which is rare."""
FEW = 50_000
"""First events of all draws below which starting threads costs more than they save."""
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class Clusters(NamedTuple):
    """Simulated counts.

    Attributes
    ----------
    counts : ndarray of int32, shape (draws, days, streams)
        Events.
    capped : ndarray of bool, shape (draws,)
        Whether the draw reached the cap; its counts hold what was simulated until then, in no order of time.
    """

    counts: NDArray[np.int32]
    capped: NDArray[np.bool_]


class _Table(NamedTuple):
    """Alias tables of 2**bits columns, row after row: the upper bits hold the threshold, the lower ones the alias."""

    entries: NDArray[np.uint64]
    bits: int


class _Plan(NamedTuple):
    """All that draws share."""

    cells: _Table  # one row: day and stream of an event that no event caused
    numbers: _Table  # a row per stream: how many children an event has
    kinds: _Table  # a row per stream and one for the memory: stream and scale of a child
    targets: NDArray[np.int32]
    scales: Floats
    days: int
    streams: int
    same_day: bool


class _Work(NamedTuple):
    """The stack, and the arrays of one block."""

    times: Floats
    streams: NDArray[np.int32]
    numbers: NDArray[np.uint64]
    delays: Floats
    block_times: Floats
    block_streams: NDArray[np.int32]
    children: NDArray[np.int32]


def _compiled(function: Kernel) -> Kernel:
    """Compile a kernel that lets other threads run; a division by zero is not looked for, which would forbid SIMD."""
    return cast(Kernel, njit(cache=True, nogil=True, error_model="numpy")(function))


@_compiled
def _mixed(word: np.uint64) -> np.uint64:
    """Return SplitMix64's scrambling of a position."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@_compiled
def _fill_numbers(out: NDArray[np.uint64], n: int, position: np.uint64) -> None:
    """Write n random words, or a few more, which nothing reads: whole SIMD registers are filled."""
    for i in range(min(len(out), (n + 31) // 32 * 32)):
        out[i] = _mixed(position + np.uint64(i) * GOLDEN)


@_compiled
def _fill_exponentials(out: Floats, n: int, position: np.uint64) -> None:
    """Write n exponential numbers of mean one, or a few more: −log(u), by the series of artanh, to 2e-15 and without a branch.

    The exponent is cut off where the rest lies within a factor √2 of one; 0x3FE6A09E667F3BCD are the bits of √½.
    """
    for i in range(min(len(out), (n + 31) // 32 * 32)):
        word = _mixed(position + np.uint64(i) * GOLDEN) >> np.uint64(11)
        bits = np.float64(np.float64(np.int64(word)) + 1.0).view(np.int64)
        exponent = (bits - np.int64(0x3FE6A09E667F3BCD)) >> np.int64(52)
        rest = np.int64(bits - (exponent << np.int64(52))).view(np.float64)
        f = (rest - 1.0) / (rest + 1.0)
        q = f * f
        tail = 1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17)))))
        out[i] = (53.0 - exponent) * math.log(2.0) - 2.0 * (f + f * q * (1 / 3 + q * (1 / 5 + q * tail)))


@_compiled
def _pick(table: _Table, row: int, word: np.uint64) -> np.int32:
    """Return a column of a row with its chance; one of chance zero never comes."""
    bits = np.uint64(table.bits)
    mask = (np.uint64(1) << bits) - np.uint64(1)
    column = word >> (np.uint64(64) - bits)
    entry = table.entries[(np.uint64(row) << bits) | column]
    return np.int32(column) if ((word << bits) | mask) < entry else np.int32(entry & mask)


@_compiled
def _alias_rows(weights: Floats, bits: int) -> NDArray[np.uint64]:
    """Return alias tables, one per row of weights, after Vose (doi:10.1109/32.92917)."""
    rows, columns = weights.shape
    size = 1 << bits
    entries, share, order = np.zeros(rows * size, np.uint64), np.zeros(size), np.empty(size, np.int64)
    for row in range(rows):
        share[:] = 0.0
        if weights[row].sum() > 0:
            share[:columns] = weights[row] / weights[row].sum() * size
        small, large = 0, size
        for column in range(size):
            entries[row * size + column] = np.uint64(column)
            if share[column] < 1:
                order[small] = column
                small += 1
            else:
                large -= 1
                order[large] = column
        while small > 0 and large < size:
            small -= 1
            poor, rich = order[small], order[large]
            threshold = np.uint64(share[poor] * 2.0**53) << np.uint64(11)
            entries[row * size + poor] = (threshold >> np.uint64(bits) << np.uint64(bits)) | np.uint64(rich)
            share[rich] -= 1.0 - share[poor]
            if share[rich] < 1:
                order[small] = rich
                small += 1
                large += 1
    return entries


@_compiled
def _place(  # noqa: PLR0917
    plan: _Plan, work: _Work, n: int, top: int, position: np.uint64, counts: NDArray[np.int32]
) -> None:
    """Put n events that no event caused on the stack, and count them."""
    _fill_numbers(work.numbers, n, position)
    for i in range(n):
        cell = np.uint32(_pick(plan.cells, 0, work.numbers[i]))
        day = cell // np.uint32(plan.streams)
        counts[cell] += 1
        work.times[top + i] = day
        work.streams[top + i] = cell - day * np.uint32(plan.streams)
    if plan.same_day:
        _fill_numbers(work.numbers, n, position + np.uint64(n) * GOLDEN)
        for i in range(n):
            work.times[top + i] += np.float64(np.int64(work.numbers[i] >> np.uint64(11))) * 2.0**-53


@_compiled
def _grown(work: _Work, top: int, needed: int) -> _Work:
    """Return the work with room on its stack for this many entries above the top."""
    if top + needed <= len(work.times):
        return work
    times, streams = np.empty(2 * (top + needed)), np.empty(2 * (top + needed), np.int32)
    times[:top], streams[:top] = work.times[:top], work.streams[:top]
    return _Work(times, streams, work.numbers, work.delays, work.block_times, work.block_streams, work.children)


@_compiled
def _breed(plan: _Plan, work: _Work, n: int, top: int, position: np.uint64) -> tuple[_Work, np.int64]:
    """Replace the n events from the top up by their children, each still at its parent's time and stream."""
    _fill_numbers(work.numbers, n, position)
    total = np.int64(0)
    for i in range(np.uint64(n)):
        at = np.uint64(top) + np.uint64(i)
        stream = work.streams[at]
        number = _pick(plan.numbers, stream, work.numbers[i])
        work.block_times[i], work.block_streams[i], work.children[i] = work.times[at], stream, number
        total += np.int64(number)
    work = _grown(work, top, int(total) + 2 * BLOCK)
    end = np.uint64(top)
    for i in range(np.uint64(n)):
        time, stream, number = work.block_times[i], work.block_streams[i], work.children[i]
        for copy in range(COPIES):
            work.times[end + np.uint64(copy)] = time
        for copy in range(COPIES):
            work.streams[end + np.uint64(copy)] = stream
        for more in range(end + np.uint64(COPIES), end + np.uint64(number)):
            work.times[more], work.streams[more] = time, stream
        end += np.uint64(number)
    return work, total


@_compiled
def _settle(  # noqa: PLR0917
    plan: _Plan, work: _Work, n: int, first: int, top: int, position: np.uint64, counts: NDArray[np.int32]
) -> int:
    """Give n children their time and stream, count them and keep those within the days; return the new top."""
    _fill_numbers(work.numbers, n, position)
    _fill_exponentials(work.delays, n, position + np.uint64(n) * GOLDEN)
    for i in range(np.uint64(n)):
        at = np.uint64(first) + np.uint64(i)
        kind = np.uint64(_pick(plan.kinds, work.streams[at], work.numbers[i]))
        delay = work.delays[i] * plan.scales[kind]
        if not plan.same_day:
            delay = 1.0 + np.floor(delay)
        work.block_times[i] = work.times[at] + delay
        work.block_streams[i] = plan.targets[kind]
    end, last = np.uint64(top), np.float64(plan.days)
    for i in range(np.uint64(n)):
        time, stream = work.block_times[i], work.block_streams[i]
        within = time < last
        work.times[end], work.streams[end] = time, stream
        cell = np.uint64(np.int64(time)) * np.uint64(plan.streams) + np.uint64(stream) if within else np.uint64(0)
        counts[cell] += within
        end += np.uint64(within)
    return np.int64(end)  # type: ignore[return-value]


@_compiled
def _run_draws(  # noqa: PLR0917
    plan: _Plan, start: np.uint64, founders: NDArray[np.int64], heirs: NDArray[np.int64], cap: int,
    counts: NDArray[np.int32], capped: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Simulate draws one after the other; ``heirs`` are the children still to come of the history."""
    work = _Work(
        np.empty(8 * BLOCK), np.empty(8 * BLOCK, np.int32), np.empty(BLOCK, np.uint64), np.empty(BLOCK),
        np.empty(BLOCK), np.empty(BLOCK, np.int32), np.empty(BLOCK, np.int32),
    )  # fmt: skip
    for draw in range(len(founders)):
        position = start + (np.uint64(draw) << np.uint64(40)) * GOLDEN
        top, events, alone, owed, out = 0, 0, founders[draw], heirs[draw], counts[draw]
        while events < cap and (top > 0 or alone > 0 or owed > 0):
            if top < BLOCK and alone > 0:
                n = min(alone, BLOCK)
                _place(plan, work, n, top, position, out)
                position += np.uint64(2 * n) * GOLDEN
                alone, top, events = alone - n, top + n, events + n
                continue
            if top < BLOCK and owed > 0:
                total = min(owed, BLOCK)
                owed -= total
                work.times[top : top + total] = 0.0 if plan.same_day else -1.0
                work.streams[top : top + total] = plan.streams
            else:
                n = min(top, BLOCK)
                top -= n
                work, total = _breed(plan, work, n, top, position)
                position += np.uint64(n) * GOLDEN
            bottom = top
            for first in range(bottom, bottom + total, BLOCK):
                n = min(BLOCK, bottom + total - first)
                top = _settle(plan, work, n, first, top, position, out)
                position += np.uint64(2 * n) * GOLDEN
            events += top - bottom
        capped[draw] |= events >= cap


def _table(weights: Floats) -> _Table:
    """Return alias tables of rows of weights."""
    bits = max(1, (weights.shape[1] - 1).bit_length())
    return _Table(_alias_rows(np.ascontiguousarray(weights, np.float64), bits), bits)


def _poisson_weights(means: Floats) -> Floats:
    """Return the Poisson probabilities of every mean, a row each, up to where what is left out is below 1e-15."""
    largest = float(means.max(initial=0.0))
    number = np.arange(int(largest + 10 * math.sqrt(largest)) + 24, dtype=np.float64)
    log_factorial = np.cumsum(np.log(np.maximum(number, 1)))
    safe = np.where(means > 0, means, 1.0)[:, None]
    chances = np.exp(number * np.log(safe) - safe - log_factorial)
    out: Floats = np.where(means[:, None] > 0, chances, number == 0)
    return out


def _check(weights: Floats, scales: Floats, base: Floats, state: Floats) -> None:
    """Raise all that is wrong with the arrays of a process together."""
    sizes = [array.ndim == n for array, n in ((weights, 3), (scales, 1), (base, 2))]
    if not all(sizes):
        found = f"weights {weights.shape}, scales {scales.shape}, base {base.shape}"
        require(f"{found} instead of (streams, streams, scales), (scales,), (days, streams)")
    days, streams = base.shape
    named = {"weights": weights, "scales": scales, "base": base, "state": state}
    most = weights.sum(axis=(0, 2)).max(initial=0.0)
    require(
        shape("weights", weights, (streams, streams, len(scales))),
        shape("state", state, (streams, len(scales))),
        *(
            f"{name} with a value that is negative, missing or infinite"
            for name, array in named.items()
            if not np.all((array >= 0) & np.isfinite(array))
        ),
        None if np.all(scales > 0) else "scales with a zero",
        None if min(days, streams, len(scales)) else "no day, no stream or no scale",
        None if days * streams < 2**31 else f"{days:,} days × {streams:,} streams, more than 2³¹ cells",
        None
        if not most > MOST_CHILDREN
        else f"{most:,.0f} children of one event on average, above {MOST_CHILDREN:,.0f}",
    )


def simulate_clusters(
    weights: Floats, scales: Floats, base: Floats, *, draws: int, rng: np.random.Generator,
    state: Floats | None = None, cap: int = CAP, same_day: bool = True,
) -> Clusters:  # fmt: skip
    """Return simulated counts of events of every stream on every day.

    Threads share the draws; how many there are (``NUMBA_NUM_THREADS``) does not change the result.

    Parameters
    ----------
    weights : ndarray of float, shape (streams, streams, scales)
        Mean number of direct children on the first stream of an event on the second, per time scale. No missing values.
    scales : ndarray of float, shape (scales,)
        Mean delay of a child, in days.
    base : ndarray of float, shape (days, streams)
        Expected events per day that no event caused.
    draws : int
        Independent futures.
    rng : numpy.random.Generator
        Source of chance.
    state : ndarray of float, shape (streams, scales), optional
        Memory of the history when the first day begins (see :func:`memory_of`); none by default.
    cap : int
        A draw stops once it holds this many events or a few more, so that a system in which every event has more than one
        child on average ends.
    same_day : bool
        Whether events may have children on their own day; if not, time goes in whole days.

    Returns
    -------
    Clusters
        Counts, and which draws reached the cap.

    Raises
    ------
    DataError
        If an array has a wrong shape, a negative, missing or infinite value.
    UsageError
        If ``draws`` or ``cap`` cannot be.

    Examples
    --------
    >>> made = simulate_clusters(
    ...     np.array([[[0.5]]]), np.array([3.0]), np.full((200, 1), 2.0), draws=50, rng=np.random.default_rng(1)
    ... )
    >>> made.counts.shape, made.capped.any()
    ((50, 200, 1), np.False_)
    >>> print(round(made.counts[:, 50:].mean(), 1))  # base / (1 − weight)
    4.0
    """
    weights, scales, base = (np.asarray(array, np.float64) for array in (weights, scales, base))
    state = np.zeros(weights.shape[1:]) if state is None else np.asarray(state, np.float64)
    _check(weights, scales, base, state)
    for name, value, most in (("draws", draws, 2**24), ("cap", cap, 2**30)):
        if not 1 <= value <= most:
            raise UsageError(f"{name} must lie between 1 and {most:,}", found=str(value), fix="Choose another number.")
    (days, streams), children = base.shape, weights.transpose(1, 2, 0).reshape(weights.shape[1], -1)
    coming = np.einsum("srb,rb->bs", weights, state).reshape(1, -1)
    plan = _Plan(
        cells=_table(base.reshape(1, -1)),
        numbers=_table(_poisson_weights(children.sum(axis=1))),
        kinds=_table(np.concatenate([children, coming])),
        targets=np.tile(np.arange(streams, dtype=np.int32), len(scales)),
        scales=np.repeat(scales, streams),
        days=days,
        streams=streams,
        same_day=same_day,
    )
    founders, heirs = rng.poisson(base.sum(), draws), rng.poisson(coming.sum(), draws)
    key = rng.integers(0, 2**64, dtype=np.uint64)
    made = Clusters(np.zeros((draws, days, streams), np.int32), heirs > cap)
    _share(plan, key, founders, np.minimum(heirs, cap), cap, made)
    return made


def _share(  # noqa: PLR0917
    plan: _Plan, key: np.uint64, founders: NDArray[np.int64], heirs: NDArray[np.int64], cap: int, made: Clusters
) -> None:
    """Run the draws on threads, in pieces small enough that one long draw holds up little."""
    threads, draws = int(config.NUMBA_NUM_THREADS), len(founders)  # type: ignore[attr-defined]
    edges = np.linspace(0, draws, min(draws, 16 * threads) + 1).astype(np.int64)
    counts = made.counts.reshape(draws, -1)

    def run(piece: slice) -> None:
        start = np.uint64((int(key) + (piece.start << 40) * int(GOLDEN)) % 2**64)
        _run_draws(plan, start, founders[piece], heirs[piece], cap, counts[piece], made.capped[piece])

    pieces = [slice(int(a), int(b)) for a, b in pairwise(edges)]
    if threads == 1 or founders.sum() + heirs.sum() < FEW:
        list(map(run, pieces))
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, pieces))


def memory_of(counts: NDArray[Any], scales: Floats, *, same_day: bool = True) -> Floats:
    """Return the memory that a past of daily counts leaves when its last day has ended.

    Formula: Σⱼ counts[last − j]·exp(−j/scale), and with ``same_day``, as an event's hour is unknown, times its mean over
    the day, scale·(1 − exp(−1/scale)). Range [0, ∞), in events.

    Parameters
    ----------
    counts : ndarray, shape (days, streams)
        Events of the past, the newest day last. No missing values.
    scales : ndarray of float, shape (scales,)
        Time scales in days.
    same_day : bool
        As in :func:`simulate_clusters`.

    Returns
    -------
    ndarray of float, shape (streams, scales)
        The ``state`` of :func:`simulate_clusters`.

    Examples
    --------
    >>> memory_of(np.array([[4], [0], [1]]), np.array([1.0]), same_day=False).round(3)
    array([[1.541]])
    """
    scales = np.asarray(scales, np.float64)
    ago = np.arange(len(counts))[::-1, None]
    mean = scales * -np.expm1(-1 / scales) if same_day else 1.0
    return np.asarray(np.asarray(counts, np.float64).T @ (np.exp(-ago / scales) * mean))
