"""A fitted system run forward from the last day of its record: events and deaths of every stream, draw by draw.

One day of one stream, given all days before it, is what was fitted: a negative binomial count with mean
``level · (base + Σ feeds · memory) + FLOOR`` and variance ``mean (1 + delta) + mean² rho``; with inhibition a soft-plus keeps
the sum, levels included, above zero. Streams of one day are independent
given the past; what follows an event on its own day is in the fitted feeds. Each draw has its own posterior parameters,
imputation of ranged dates, phase and severity.

The level (:mod:`aftershock.system.phase`) of each draw and stream keeps one way of moving, chosen by the weight it has at the
origin, in weekly steps. It scales the background and moves on at random: ``g' = B g + G`` with ``B ~ Beta(p k, p (1 - k))``,
``G ~ Gamma(p (1 - k), rate p)`` and ``k = keep⁷``, whose stationary law is ``Gamma(p, p)`` (Lewis, McKenzie & Hugus 1989,
doi:10.1080/15326348908807096). What earlier events feed it scales too, but only as far as it is known at the origin: there it
goes back to one, ``g' = 1 + k (g - 1)``. Feeds were fitted as if levels were one; a branching ratio of 0.95 under a level that
stays at 1.5 for months explodes, as four in ten futures of Turkey and Pakistan did.

The background itself wanders from its last value: its logarithm takes a random walk, in weekly steps, that leaves its mean where
it is, so that most futures calm down and a few grow. Nothing draws it back to what it was in the long run: that made forecasts
worse. How deadly an event is drifts: the location of a stream's log deaths takes a random walk, in weekly steps, that leaves
expected deaths where they are.

Nothing can run away: a stream has at most ``cap`` events a day and a draw at most ``total``; what reached either is marked.
Every draw has a random generator of its own, so the number of threads changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numba import config
from numpy.typing import NDArray

from aftershock import checks
from aftershock.contract import Streams
from aftershock.errors import UsageError, nearest
from aftershock.system.courses import Course, draw_with_fronts, with_fronts
from aftershock.system.daily import WEEK, Draw, Plan, nothing_changed, run_draw
from aftershock.system.fit import System
from aftershock.system.memory import CHANNELS
from aftershock.system.opening import Opening, opening_of
from aftershock.system.phase import LEVELS

__all__ = [
    "DRIFT",
    "MOST_EVENTS",
    "WANDER",
    "Assumptions",
    "Paths",
    "Phase",
    "bin_days",
    "cap_notes",
    "check_whole",
    "simulate_system",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
Phase = Literal["moving", "fading", "steady"]

DRIFT = 0.75
"""Standard deviation a year brings to the log of a stream's deaths per event, see ``benchmarks/proof_simulation.py``."""
WANDER = 1.0
"""Standard deviation a year brings to the log of a stream's background, see the same script."""
MOST_EVENTS = 1_000_000
"""The most events of one draw, far above any years on record."""
TIMES_BUSIEST, LEAST_CAP = 10, 20
TIMES_MONTH, LEAST_MONTH = (
    3,
    3,
)  # expected events: so many times those of the busiest month, and events a month at least
MONTH = 30
"""A stream's cap if none is given: so many times its busiest day on record, and no fewer than so many events."""
_MOST_NUMBERS = 100_000_000  # draws × bins × streams: 2 GB in all
_MOST = {"days": 3660, "draws": 100_000, "total": 100_000_000, "cap": 100_000}
_PIECE = 8  # draws a thread takes at a time


@dataclass(frozen=True)
class Assumptions:
    """What a simulation takes for granted beyond the fit.

    Parameters
    ----------
    phase : {"moving", "fading", "steady"}
        What becomes of each stream's level: that of the background moves on at random; or all go back to one; or all are one
        from the first day.
    drift : float
        Standard deviation that a year brings to the log of a stream's deaths per event; 0 for none.
    wander : float
        Standard deviation that a year brings to the log of a stream's background; 0 for a background that keeps its last value.
    cap : int, optional
        Events per stream and day; ten times the stream's busiest day on record if not given, and no less than twenty. Without
        it, expected events stay below three times those of the stream's busiest thirty days, too: no war grows for ever.
    total : int
        Events per draw. A draw that reached it repeats its last day until the end.
    """

    phase: Phase = "moving"
    drift: float = DRIFT
    wander: float = WANDER
    cap: int | None = None
    total: int = MOST_EVENTS

    def __post_init__(self) -> None:
        check_whole({"total": self.total} | ({} if self.cap is None else {"cap": self.cap}))
        for name, value, usual in (("drift", self.drift, DRIFT), ("wander", self.wander, WANDER)):
            if not 0 <= value < 10:
                raise UsageError(f"a {name} must lie between 0 and 10", found=repr(value), fix=f"Give {usual}.")
        if self.phase not in get_args(Phase):
            known = get_args(Phase)
            raise UsageError("a phase must be known", found=repr(self.phase), fix=nearest(str(self.phase), known))


@dataclass(frozen=True)
class Paths:
    """Simulated futures, draw by draw; every draw is one joint course of all streams.

    Attributes
    ----------
    names : tuple of str
        Streams, shape (s,).
    first_day : numpy.datetime64
        The day after the record's last.
    edges : numpy.ndarray of int64, shape (n + 1,)
        First day of each bin, counted from ``first_day``, and the day after the last.
    counts, deaths, civilians : numpy.ndarray of int64, shape (m, n, s)
        Per draw, bin and stream.
    capped : numpy.ndarray of bool, shape (m,)
        Whether the draw reached a cap; from there on it is held there.
    which : numpy.ndarray of int64, shape (m,)
        The posterior draw each rests on.
    notes : tuple of str
    """

    names: tuple[str, ...]
    first_day: np.datetime64
    edges: IntArray
    counts: IntArray
    deaths: IntArray
    civilians: IntArray
    capped: NDArray[np.bool_]
    which: IntArray
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        shape = (len(self.which), len(self.edges) - 1, len(self.names))
        checks.require(
            *(checks.shape(name, getattr(self, name), shape) for name in ("counts", "deaths", "civilians")),
            *(checks.not_negative(name, getattr(self, name)) for name in ("counts", "deaths", "civilians")),
            checks.shape("capped", self.capped, shape[:1]),
            checks.ascending("edges", self.edges),
        )

    @property
    def draws(self) -> int:
        """Simulated futures."""
        return len(self.which)

    @property
    def starts(self) -> NDArray[np.datetime64]:
        """The first day of each bin, shape (n,)."""
        return np.asarray(self.first_day + self.edges[:-1])


def _mark_of(streams: Streams) -> tuple[float, float]:
    """Return the power and cut-off of an event's mark as the record shows it on days of one event; power 0 is the logarithm."""
    alone = (streams.counts[0] == 1) & (streams.civilians[0] > 1)
    civilians, harm = (np.asarray(a[0][alone], np.float64) for a in (streams.civilians, streams.harm))
    if not len(harm) or not harm.any() or np.allclose(harm, np.log1p(civilians), rtol=1e-4):
        return 0.0, math.inf
    powers = np.log(np.maximum(harm, 1e-9)) / np.log(civilians)
    power = float(np.clip(np.median(powers), 1e-3, 1.0))
    return power, float(harm.max() ** (1 / power)) if (powers < power - 1e-3).any() else math.inf


def bin_days(first_day: np.datetime64, days: int, bins: str | IntArray) -> tuple[IntArray, IntArray]:
    """Return each day's bin, and the bins' edges: by day, by calendar month, all in one, or as given.

    Raises
    ------
    UsageError
        Bins that are not ascending, or not one per day.
    """
    if isinstance(bins, str):
        months = (first_day + np.arange(days)).astype("datetime64[M]").astype(np.int64)
        known = {"day": np.arange(days), "month": months - months[0], "all": np.zeros(days, np.int64)}
        if bins not in known:
            raise UsageError("bins must be day, month or all, or a number per day", found=repr(bins), fix="Write day.")
        of = known[bins]
    else:
        of = np.asarray(bins, np.int64)
        steps = np.diff(of)
        if of.shape != (days,) or of[0] != 0 or not np.isin(steps, (0, 1)).all():
            raise UsageError(
                "bins must be a whole number per day, from 0 up without a gap", found=f"{of[:5]} …", fix="Mend them."
            )
    return of, np.r_[np.flatnonzero(np.diff(of, prepend=-1)), days].astype(np.int64)


def simulate_system(  # noqa: PLR0913
    system: System,
    *,
    days: int,
    draws: int | None = None,
    bins: str | IntArray = "day",
    opening: Opening | None = None,
    assumptions: Assumptions | None = None,
    course: Course | None = None,
    part: range | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Paths:
    """Return futures of a fitted system from the day after its record.

    Parameters
    ----------
    system : System
    days : int
        How far.
    draws : int, optional
        Futures; as many as the posterior has draws if not given. Posterior draws are used in turn, evenly.
    bins : {"day", "month", "all"} or numpy.ndarray of int64, shape (days,)
        What is added up, as days are simulated: the bin of each day.
    opening : Opening, optional
        :func:`aftershock.system.opening.opening_of` the system if not given; simulations of one system can share it.
    assumptions : Assumptions, optional
    course : Course, optional
        What is changed from outside; nothing if not given. Futures of two courses with the same seed share their random
        numbers: draw by draw, they differ by what the courses change alone.
    part : range, optional
        Of the draws, only these, the same as among all.
    seed : int
        The same seed gives the same futures.
    progress : callable, optional

    Raises
    ------
    UsageError
        Options that cannot be, or more numbers than memory should hold.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.streams import StreamRule, build_streams
    >>> from aftershock.system.fit import fit_system
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=2000), until="2017-07-05")
    >>> paths = simulate_system(fit_system(streams, draws=20), days=60, bins="month")
    >>> paths.counts.shape == (20, 3, len(streams.names)), str(paths.first_day)
    (True, '2017-07-06')
    """
    draws = system.draws if draws is None else draws
    check_whole({"days": days, "draws": draws})
    first_day = np.datetime64(system.streams.last_day + 1)
    of, edges = bin_days(first_day, days, bins)
    names = system.names if course is None else (*system.names, *(front.name for front in course.fronts))
    wanted = range(draws) if part is None else part
    shape = (len(wanted), len(edges) - 1, len(names))
    if draws * math.prod(shape[1:]) > _MOST_NUMBERS:
        raise UsageError(
            f"draws × bins × streams must stay under {_MOST_NUMBERS:,}",
            found=" × ".join(f"{n:,}" for n in (draws, *shape[1:])),
            fix="Add days up by bins='month', or ask for fewer draws.",
        )
    assumed = Assumptions() if assumptions is None else assumptions
    opening = opening_of(system) if opening is None else opening
    plan = _plan(system, of, assumed)
    unchanged = nothing_changed(days, len(names), len(plan.source))
    if course is not None:
        course.check(days, draws, len(names), len(plan.source))
        plan = with_fronts(plan, course.fronts)
    made, capped = np.zeros((shape[0], 3, *shape[1:]), np.int64), np.zeros(shape[0], bool)
    which = np.arange(draws) * system.draws // draws if draws <= system.draws else np.arange(draws) % system.draws
    seeds = np.random.SeedSequence(seed).spawn(draws)
    last = _last_shapes(system)

    def run(start: int) -> int:
        stop = min(start + _PIECE, len(wanted))
        for place in range(start, stop):
            k = wanted[place]
            draw, rng = _one_draw(system, opening, (int(which[k]), k), last, seeds[k])
            if assumed.phase == "steady":
                draw.level[:] = draw.fading[:] = draw.keep[:] = 1.0
            change = unchanged
            if course is not None:
                draw, change = draw_with_fronts(draw, course.fronts, k), course.change(k)
            capped[place] = run_draw(plan, draw, change, rng, made[place])
        return stop

    with ThreadPoolExecutor(int(config.NUMBA_NUM_THREADS)) as pool:  # type: ignore[attr-defined]
        for stop in pool.map(run, range(0, len(wanted), _PIECE)):
            if progress:
                progress("simulating", stop, len(wanted))
    counts, deaths, civilians = (made[:, k] for k in range(3))
    which, notes = which[wanted.start : wanted.stop], cap_notes(assumed, capped)
    return Paths(names, first_day, edges, counts, deaths, civilians, capped, which, notes)


def check_whole(given: dict[str, int]) -> None:
    """Raise :class:`UsageError` where days, draws, a cap or a total cannot be."""
    for name, value in given.items():
        most = _MOST[name]
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 1 <= value <= most:
            raise UsageError(
                f"{name} must be a whole number between 1 and {most:,}", found=repr(value), fix="Choose another number."
            )


def _plan(system: System, bins: IntArray, assumed: Assumptions) -> Plan:
    widths = {part.feeds.shape[2:] for part in system.targets}
    if widths != {(len(CHANNELS), len(system.scales))}:
        raise UsageError(
            "a system must have feeds by two channels and its scales", found=str(widths), fix="Fit it anew."
        )
    cap = assumed.cap
    sizes = [len(target.sources) for target in system.targets]
    busiest = system.streams.counts.max(axis=(0, 1))
    caps = np.maximum(TIMES_BUSIEST * busiest, LEAST_CAP) if cap is None else np.full(len(busiest), cap)
    month = np.maximum(TIMES_MONTH * busiest_month(system.streams), LEAST_MONTH) / MONTH
    power, most = _mark_of(system.streams)
    return Plan(
        first=np.r_[0, np.cumsum(sizes)].astype(np.int64),
        source=np.concatenate([target.sources for target in system.targets]).astype(np.int64),
        keep=np.tile(np.exp(-1.0 / np.array(system.scales)), 2),
        bins=bins,
        cap=caps.astype(np.float64),
        ceiling=np.minimum(month, caps) if cap is None else caps.astype(np.float64),
        total=assumed.total,
        power=power,
        most=most,
        drift=assumed.drift * math.sqrt(WEEK / 365.25),
        wander=assumed.wander * math.sqrt(WEEK / 365.25),
        moving=assumed.phase == "moving",
        fitted=len(system.targets),
        soft=np.array([target.soft for target in system.targets]),
    )


def busiest_month(streams: Streams) -> FloatArray:
    """Return the most events of each stream in thirty days on end, shape (s,)."""
    summed = np.cumsum(np.pad(streams.counts, ((0, 0), (1, 0), (0, 0))), axis=1, dtype=np.int64)
    width = min(MONTH, streams.counts.shape[1])
    return np.asarray((summed[:, width:] - summed[:, :-width]).max(axis=(0, 1)), dtype=np.float64)


def _last_shapes(system: System) -> list[FloatArray]:
    """Return each stream's background shapes on the last day: later days keep them."""
    return [system.shapes(s)[-1] for s in range(len(system.targets))]


def _one_draw(
    system: System, opening: Opening, chosen: tuple[int, int], last: list[FloatArray], seed: np.random.SeedSequence
) -> tuple[Draw, np.random.Generator]:
    """Return the parameters of one draw with the state it begins in, and what moves its levels."""
    which, number = chosen
    rng = np.random.default_rng(seed)
    targets = system.targets
    s = len(targets)
    k = int(targets[0].imputation[which])
    picked = np.minimum((rng.random(s)[:, None] > np.cumsum(opening.weights, axis=1)).sum(axis=1), len(LEVELS) - 1)
    keep = np.array([level.keep for level in LEVELS])[picked]
    level = rng.standard_gamma(opening.shape[k, np.arange(s), picked]) / opening.rate[k, np.arange(s), picked]
    level[keep == 1.0] = 1.0
    draw = Draw(
        base=np.array([target.base[which] @ shapes for target, shapes in zip(targets, last, strict=True)]),
        feeds=np.concatenate([target.feeds[which].reshape(len(target.sources), -1) for target in targets]),
        delta=np.array([target.delta[which] for target in targets]),
        rho=np.array([target.rho[which] for target in targets]),
        rows=opening.severity.rows(number % opening.severity.draws).copy(),  # it may hand out a view
        unit=opening.harm_unit[k],
        memory=opening.memory[k].reshape(s, -1).copy(),
        level=level,
        fading=level.copy(),
        keep=keep**WEEK,
        prior=np.array([level.prior for level in LEVELS])[picked],
        key=seed.generate_state(5, np.uint64)[4],
    )
    return draw, rng


def cap_notes(assumed: Assumptions, capped: NDArray[np.bool_]) -> tuple[str, ...]:
    """Return what holds futures back, and how many draws reached that."""
    cap = assumed.cap
    per_day = f"{cap:,}" if cap else f"{TIMES_BUSIEST} times its busiest day on record (at least {LEAST_CAP})"
    month = "" if cap else f" and is expected to have at most {TIMES_MONTH} times those of its busiest {MONTH} days"
    said = f"A stream has at most {per_day} events a day{month}, a draw at most {assumed.total:,}"
    reached = int(capped.sum())
    if not reached:
        return (f"{said}; no draw reached that.",)
    return (f"{said}; {reached:,} of {len(capped):,} draws reached that, were held there and say little of how high.",)
