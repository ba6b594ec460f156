"""Interventions → :class:`~aftershock.system.courses.Course`: what they change, day by day, stream by stream, draw by draw."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.entries import PERIOD, entry_course
from aftershock.actors.naming import is_government
from aftershock.actors.territory import EDGES_DAYS, LossRegime, loss_regime
from aftershock.errors import UsageError
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.scenarios.interventions import (
    Cut,
    Dissolves,
    Enters,
    Intervention,
    Leaves,
    LosesTerritory,
    Scale,
    Shock,
)  # fmt: skip
from aftershock.scenarios.scenario import Written, check_contradictions, check_days
from aftershock.scenarios.selecting import heirs, select, streams_touched
from aftershock.system.courses import Course, Front
from aftershock.system.fit import System
from aftershock.system.opening import Opening
from aftershock.system.severity import Severity
from aftershock.system.simulate import LEAST_CAP, TIMES_BUSIEST
from aftershock.words import percent

__all__ = ["Planned", "plan_course"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
YEAR = 365
_MOST_CELLS = 20_000_000  # draws × stretches × streams: six arrays of 160 MB


@dataclass(frozen=True)
class Planned:
    """A scenario on a system, ready to run.

    Attributes
    ----------
    course : Course
    days : int
        From the day after the record to the scenario's end.
    touched : tuple of tuple of int
        Streams each intervention touches, by their places; a new front's are those it adds.
    fronts : tuple of Enters
        The new fronts, in the order in which they follow the system's streams.
    notes : tuple of str
        What was assumed, one sentence each.
    """

    course: Course
    days: int
    touched: tuple[tuple[int, ...], ...]
    fronts: tuple[Enters, ...]
    notes: tuple[str, ...]


@dataclass
class _Arrays:
    """What is filled in, intervention by intervention; ``starts`` are the first days of the stretches.

    ``own`` is 0 where an actor that lost its ground no longer follows its own past, ``lost_toll`` the factor on its deaths.
    """

    system: System
    opening: Opening
    draws: int
    seed: int
    starts: IntArray
    presence: FloatArray
    own: FloatArray
    harm: FloatArray
    toll: FloatArray
    lost_toll: FloatArray
    extra: FloatArray
    links: FloatArray
    shocks: list[tuple[int, int, int]] = field(default_factory=list)
    joins: list[tuple[int, int, int, float]] = field(default_factory=list)
    fronts: list[tuple[Enters, Front]] = field(default_factory=list)
    leaving: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def day(self, date: dt.date) -> int:
        """Return a date as days after the record's last, the first being 0."""
        return _day(self.system, date)

    def within(self, one: Intervention) -> NDArray[np.intp]:
        """Return the stretches of an intervention."""
        until = getattr(one, "until", None)
        end = self.starts[-1] + 1 if until is None else self.day(until)
        return np.flatnonzero((self.starts >= self.day(one.date)) & (self.starts < end))

    def rng(self, n: int) -> np.random.Generator:
        """Return the generator of an intervention's own draws."""
        return np.random.default_rng([self.seed, 5, n])


def _day(system: System, date: dt.date) -> int:
    return int((np.datetime64(date) - system.streams.last_day).astype(int)) - 1


def _last_day(system: System) -> dt.date:
    day: dt.date = system.streams.last_day.astype("datetime64[D]").item()
    return day


def plan_course(written: Written, system: System, opening: Opening, *, draws: int, seed: int) -> Planned:
    """Return what a scenario changes in a system.

    Parameters
    ----------
    written : Written
    system : System
    opening : Opening
        Of the system.
    draws : int
    seed : int
        The same seed takes the same factors and cases.

    Raises
    ------
    UsageError
        An unknown actor, stream or country, a day outside the scenario, contradictions.
    """
    streams = system.streams
    days = check_days(written, streams.last_day)
    touched = streams_touched(written, streams)
    check_contradictions(written, touched)
    arrays = _empty(written, system, opening, days=days, draws=draws, seed=seed)
    for one, these in zip(written.scenario.interventions, touched, strict=True):
        if one.kind in ("leaves", "dissolves", "loses_territory"):
            arrays.leaving.update(these)
    for n, one in enumerate(written.scenario.interventions):
        _apply(arrays, n, one, touched[n])
        if isinstance(one, Enters):
            touched[n] = (len(streams.names) + len(arrays.fronts) - 1,)
    course = Course(
        stretch=np.searchsorted(arrays.starts, np.arange(days), side="right") - 1,
        presence=arrays.presence * arrays.own,
        harm=arrays.harm,
        toll=arrays.toll * arrays.lost_toll,
        links=arrays.links,
        extra=arrays.extra,
        shocks=np.array(arrays.shocks, np.int64).reshape(-1, 3),
        joins=np.array(arrays.joins, np.float64).reshape(-1, 4),
        fronts=tuple(front for _, front in arrays.fronts),
    )
    return Planned(
        course, days, tuple(touched), tuple(one for one, _ in arrays.fronts), tuple(dict.fromkeys(arrays.notes))
    )


def _empty(written: Written, system: System, opening: Opening, *, days: int, draws: int, seed: int) -> _Arrays:
    """Return arrays that change nothing, with a stretch from each day on which something may change."""
    interventions = written.scenario.interventions
    fronts = sum(isinstance(one, Enters) for one in interventions)
    marks = {0}
    for one in interventions:
        begin = _day(system, one.date)
        marks.add(begin)
        if (until := getattr(one, "until", None)) is not None:
            marks.add(_day(system, until))
        if isinstance(one, Enters):
            marks.update(range(begin, days, PERIOD))
        if isinstance(one, LosesTerritory):
            marks.update(begin + edge for edge in EDGES_DAYS[:-1])
    starts = np.array(sorted(mark for mark in marks if mark < days), np.int64)
    uncertain = any(
        isinstance(one, Enters | LosesTerritory) or (isinstance(one, Scale) and one.factor[0] < one.factor[1])
        for one in interventions
    )
    shape = (draws if uncertain else 1, len(starts), len(system.names) + fronts)
    if math.prod(shape) > _MOST_CELLS:
        raise UsageError(
            f"draws × changes in time × streams must stay under {_MOST_CELLS:,}",
            found=" × ".join(f"{n:,}" for n in shape),
            fix="Ask for fewer draws, or a shorter scenario.",
        )
    edges = sum(len(target.sources) for target in system.targets)
    return _Arrays(
        system=system,
        opening=opening,
        draws=draws,
        seed=seed,
        starts=starts,
        presence=np.ones(shape),
        own=np.ones(shape),
        harm=np.ones(shape),
        toll=np.ones(shape),
        lost_toll=np.ones(shape),
        extra=np.zeros(shape),
        links=np.ones((1, len(starts), edges)),
    )


def _apply(arrays: _Arrays, n: int, one: Intervention, touched: tuple[int, ...]) -> None:
    """Enter one intervention."""
    here = np.array(touched, np.intp)
    if isinstance(one, Leaves):
        _silence(arrays, arrays.within(one), here)
    elif isinstance(one, Scale):
        _scale(arrays, n, one, here)
    elif isinstance(one, Cut):
        _cut(arrays, one, here)
    elif isinstance(one, Shock):
        arrays.shocks.append((arrays.day(one.date), touched[0], one.events))
        arrays.notes.append(f"The {one.events:,} events of the shock are as deadly as others of {one.stream}.")
    elif isinstance(one, LosesTerritory):
        _lose(arrays, n, one, touched)
    elif isinstance(one, Enters):
        _enter(arrays, n, one)
    else:
        _dissolve(arrays, one, touched)


def _silence(arrays: _Arrays, at: NDArray[np.intp], here: NDArray[np.intp]) -> None:
    arrays.presence[:, at[:, None], here] = 0.0
    arrays.extra[:, at[:, None], here] = 0.0


def _scale(arrays: _Arrays, n: int, one: Scale, here: NDArray[np.intp]) -> None:
    low, high = one.factor
    at = arrays.within(one)[:, None]
    if low == high:
        factor = np.array([low])
    else:
        factor = np.exp(arrays.rng(n).uniform(math.log(low), math.log(high), arrays.draws))
        arrays.notes.append(
            f"The factor of {low:g} to {high:g} is the scenario's own, drawn evenly by logarithm, not learnt from the record."
        )
    factor = factor[:, None, None]
    if one.what == "events":
        arrays.presence[:, at, here] *= factor
        arrays.extra[:, at, here] *= factor
        arrays.notes.append(
            "The factor is on what is expected day by day: events that do not come feed nothing, and those that come besides "
            "feed more, so that the streams, and those they feed, change by more than the factor."
        )
    elif one.what == "civilian_deaths":
        arrays.harm[:, at, here] *= factor
        arrays.notes.append(
            "Civilian deaths are scaled event by event; the other deaths of an event, and where and when it happens, stay."
        )
    else:
        arrays.toll[:, at, here] *= factor


def _cut(arrays: _Arrays, one: Cut, targets: NDArray[np.intp]) -> None:
    sources = select(arrays.system.streams, one.source)
    edge, at = 0, arrays.within(one)
    for s, target in enumerate(arrays.system.targets):
        for source in target.sources:
            own = source == s and not (len(targets) == 1 and tuple(targets) == sources)
            if s in targets and int(source) in sources and not own:
                arrays.links[:, at, edge] *= one.factor
            edge += 1


def _regime(arrays: _Arrays, n: int) -> LossRegime:
    return loss_regime(arrays.rng(n), arrays.draws, known_by=_last_day(arrays.system))


def _lose(arrays: _Arrays, n: int, one: LosesTerritory, touched: tuple[int, ...]) -> None:
    """Replace the actor's own course by its past year's events times what past losses made of such."""
    regime = _regime(arrays, n)
    streams = arrays.system.streams
    year = min(YEAR, streams.counts.shape[1])
    rate = streams.counts[:, -year:].mean(axis=(0, 1))
    begin = arrays.day(one.date)
    for k in np.flatnonzero(arrays.starts >= begin):
        since = arrays.starts[k] - begin
        period = min(int(np.searchsorted(regime.edges_days, since, side="right")) - 1, regime.state_based.shape[1] - 1)
        for s in touched:
            sided = streams.streams[s].types == ("os",)
            factor = (regime.one_sided if sided else regime.state_based)[:, period]
            arrays.extra[:, k, s] = factor * rate[s] * arrays.presence[:, k, s]
            arrays.own[:, k, s] = 0.0
            if not sided:
                arrays.lost_toll[:, k, s] = regime.deadliness
    arrays.notes += [f"{one.actor} after a loss of ground: {line}" for line in regime.words()]
    arrays.notes.append(
        f"From {one.date} {one.actor} has its past year's events times these factors; what its own past and others' events would "
        "feed is left out."
    )


def _enter(arrays: _Arrays, n: int, one: Enters) -> None:
    streams = arrays.system.streams
    rng = arrays.rng(n)
    governments = [is_government(actor.replace("government of", "Government of")) for actor in one.actors]
    periods = max(1, -(-int((arrays.starts[-1] - arrays.day(one.date)) + PERIOD) // PERIOD))
    borrowed = entry_course(
        rng, arrays.draws, kind=one.type, periods=periods, known_by=_last_day(arrays.system), state=any(governments),
        foreign=sum(governments) == 2 or None,
    )  # fmt: skip
    place = len(streams.names) + len(arrays.fronts)
    factor = np.exp(rng.uniform(math.log(one.factor[0]), math.log(one.factor[1]), arrays.draws))
    begin = arrays.day(one.date)
    arrays.own[:, :, place] = 0.0
    for k in arrays.within(one):
        arrays.extra[:, k, place] = borrowed.rates[:, (arrays.starts[k] - begin) // PERIOD] * factor
    front, means = _front(arrays, one, rng)
    arrays.fronts.append((one, front))
    arrays.toll[:, :, place] *= (borrowed.deaths_per_event / np.maximum(means, 0.1))[:, None]
    arrays.notes += [f"{one.name}: {line}" for line in borrowed.lines()]
    arrays.notes.append(f"{one.name} feeds no other stream, for the record has never seen it.")


def _front(arrays: _Arrays, one: Enters, rng: np.random.Generator) -> tuple[Front, FloatArray]:
    """Return a new front, as dispersed and deadly as streams of its type, and its deaths per event so far."""
    system, severity = arrays.system, arrays.opening.severity
    alike = [s for s, stream in enumerate(system.streams.streams) if stream.types == (one.type,)]
    chosen = rng.choice(alike or range(len(system.names)), arrays.draws)
    which = np.arange(arrays.draws)
    rows = severity.parameters[chosen, :, which % severity.draws].copy()
    picked = which % system.draws
    front = Front(
        name=one.name,
        rows=rows,
        delta=np.array([system.targets[s].delta[k] for s, k in zip(chosen, picked, strict=True)]),
        rho=np.array([system.targets[s].rho[k] for s, k in zip(chosen, picked, strict=True)]),
        cap=int(max(TIMES_BUSIEST * system.streams.counts[:, :, alike or slice(None)].max(), LEAST_CAP)),
    )
    return front, Severity(rows.T[None], np.ones(1)).mean()[0]


def _dissolve(arrays: _Arrays, one: Dissolves, touched: tuple[int, ...]) -> None:
    begin = arrays.day(one.date)
    _silence(arrays, np.flatnonzero(arrays.starts >= begin), np.array(touched, np.intp))
    if one.joins is None:
        return
    names = arrays.system.names
    for ended, heir in heirs(arrays.system.streams, one, touched, arrays.leaving).items():
        if heir is None:
            arrays.notes.append(f"No stream of {one.joins} can take over {names[ended]}, which ends without an heir.")
            continue
        arrays.joins.append((begin, ended, heir, one.share))
        arrays.notes.append(f"{percent(one.share)} of what drives {names[ended]} goes on as {names[heir]}.")


def country_of(one: Enters) -> int:
    """Return the Gleditsch–Ward number of a new front's country."""
    found = find_gwcodes([one.country], gwcode_names())
    if len(found) != 1:
        raise UsageError("a new front must be in one country", found=repr(one.country), fix="Name one.")
    return found[0]
