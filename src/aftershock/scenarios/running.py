"""A scenario run on a fitted system: both courses of the same futures, summed up by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Events, Streams
from aftershock.errors import UsageError
from aftershock.figures.days import gwcode_names
from aftershock.jobs import Runner
from aftershock.models.base import Progress
from aftershock.scenarios.answers import Answer, Asked, Spirals
from aftershock.scenarios.changes import Planned, country_of, plan_course
from aftershock.scenarios.identification import general_assumptions, identify
from aftershock.scenarios.pairs import Ensemble, Futures, run_course
from aftershock.scenarios.scenario import Active, Recipe, Scenario, Written, read_scenario
from aftershock.scenarios.selecting import asked_streams
from aftershock.streams import build_streams, read_rule
from aftershock.system.fit import System, fit_system
from aftershock.system.opening import Opening, opening_of
from aftershock.system.simulate import Assumptions, cap_notes, check_whole
from aftershock.system.structure import Structure, structure_of
from aftershock.system.workflow import check_events, load_events, most_events

__all__ = ["Prepared", "fit_recipe", "prepare", "whatif", "whatif_many"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
YEAR = 365


@dataclass
class Prepared:
    """A system with what every scenario on it shares, made when it is first asked for.

    The course that goes on is simulated once for like questions.
    """

    system: System
    _kept: tuple[tuple[object, ...], Futures] | None = field(default=None, repr=False)

    @cached_property
    def opening(self) -> Opening:
        """From what its simulations start."""
        return opening_of(self.system)

    @cached_property
    def structure(self) -> Structure:
        """Its links, as posterior draws."""
        return structure_of(self.system)

    def baseline(self, job: Ensemble, executor: Executor | Runner | None, progress: Progress | None) -> Futures:
        """Return the futures of the course that goes on."""
        key = (job.bins.tobytes(), job.draws, job.seed, job.assumptions)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, run_course(job, executor=executor, progress=progress)
        return self._kept[1]


def prepare(system: System) -> Prepared:
    """Return a system ready for several scenarios."""
    return Prepared(system)


def whatif(
    scenario: Path | str | Scenario | Written,
    system: System | Prepared | None = None,
    *,
    events: Events | None = None,
    draws: int = 1000,
    seed: int = 1,
    assumptions: Assumptions | None = None,
    executor: Executor | Runner | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Return what another course of events would change, as a difference of distributions.

    Baseline and scenario share random numbers: the same seed gives the same pair, and draw by draw the two differ by what the
    scenario changes alone.

    Parameters
    ----------
    scenario : pathlib.Path, str, Scenario or Written
        A YAML file, its text, or what :func:`read_scenario` gave.
    system : System or Prepared, optional
        Fitted; by the scenario's own recipe if not given.
    events : Events, optional
        What to fit on where no system is given; what :func:`aftershock.system.workflow.load_events` finds if not given.
    draws : int
        Pairs of futures.
    seed : int
    assumptions : Assumptions, optional
        Of the simulation.
    executor : concurrent.futures.Executor or Runner, optional
        Where to run; :func:`aftershock.open_runner` gives a Dask cluster. The results are the same.
    progress : callable, optional

    Raises
    ------
    UsageError
        A scenario that does not fit the form or the system, with its line.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.streams import StreamRule, build_streams
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=1000), until="2017-07-05")
    >>> text = '''
    ... name: is-leaves
    ... title: IS leaves
    ... until: 2017-12-31
    ... interventions:
    ...   - {kind: leaves, actor: IS, date: 2017-08-01}
    ... '''
    >>> answer = whatif(text, fit_system(streams, draws=20), draws=40)
    >>> bool((answer.difference("deaths") < 0).mean() > 0.9), answer.identification.verdict
    (True, 'cannot say')
    """
    written = _written(scenario)
    check_whole({"draws": draws})
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise UsageError("a seed must be a whole number, 0 or more", found=repr(seed), fix="Give for example seed=1.")
    ready = system if isinstance(system, Prepared) else prepare(system or _fit(written, events, seed, progress))
    made, streams = ready.system, ready.system.streams
    planned = plan_course(written, made, ready.opening, draws=draws, seed=seed)
    asked = written.scenario.ask
    where = [asked_streams(streams, one, planned.fronts, written.place("ask", n)) for n, one in enumerate(asked)]
    bins, edges = _bins(streams.last_day, planned.days, [(one.by, one.days) for one in asked])
    bound = assumptions or Assumptions(total=most_events(streams, planned.days, draws))
    job = Ensemble(made, ready.opening, None, bins, draws, seed, bound)
    before = ready.baseline(job, executor, progress)
    after = before
    if written.scenario.interventions:
        after = run_course(replace(job, course=planned.course), executor=executor, progress=progress)
    both = [_widened(one.values, after.values.shape[-1]) for one in (before, after)]
    months, month_edges = _months(streams.last_day, edges)
    summed = [np.add.reduceat(values, months, axis=2) for values in both]
    touched = tuple(sorted({s for several in planned.touched for s in several}))
    others = [s for s in range(len(made.names)) if s not in touched]
    names = {number: name for name, number in reversed(gwcode_names().items())}
    numbers = [stream.countries for stream in streams.streams] + [(country_of(one),) for one in planned.fronts]
    return Answer(
        scenario=written.scenario,
        origin=streams.last_day,
        streams=(*made.names, *(one.name for one in planned.fronts)),
        countries=tuple(tuple(names.get(number, str(number)) for number in several) for several in numbers),
        types=(*(stream.types for stream in streams.streams), *((one.type,) for one in planned.fronts)),
        edges=month_edges,
        baseline=summed[0],
        scenario_course=summed[1],
        capped=(float(before.capped.mean()), float(after.capped.mean())),
        asked=tuple(_asked(streams, both, edges, at, one) for at, one in zip(where, asked, strict=True)),
        spirals=_spirals(ready, planned, both, edges),
        identification=identify(
            written.scenario, planned, made, ready.structure, (summed[1] - summed[0])[1][:, :, others].sum(axis=(1, 2))
        ),
        assumptions=(
            *planned.notes,
            *general_assumptions(written.scenario, made),
            *cap_notes(bound, before.capped | after.capped),
        ),
        touched=touched,
        seed=seed,
        provenance=streams.provenance,
    )


def whatif_many(
    scenarios: Sequence[Path | str | Scenario | Written],
    system: System | Prepared | None = None,
    *,
    events: Events | None = None,
    draws: int = 1000,
    seed: int = 1,
    executor: Executor | Runner | None = None,
    progress: Progress | None = None,
) -> list[Answer]:
    """Return the answers to several scenarios on one system, all on the same random numbers.

    Without a system, scenarios of the same recipe share one fit.
    """
    if not scenarios:
        raise UsageError("there must be a scenario", found="none", fix="Give one or more.")
    written = [_written(one) for one in scenarios]
    fitted: dict[tuple[Path, Recipe | None], Prepared] = {}
    answers = []
    for one in written:
        key = (one.folder, one.scenario.system)
        if isinstance(system, Prepared):
            ready = system
        elif key in fitted:
            ready = fitted[key]
        else:
            ready = fitted[key] = prepare(system or _fit(one, events, seed, progress))
        answers.append(whatif(one, ready, draws=draws, seed=seed, executor=executor, progress=progress))
    return answers


def _written(scenario: Path | str | Scenario | Written) -> Written:
    if isinstance(scenario, Written):
        return scenario
    return Written(scenario) if isinstance(scenario, Scenario) else read_scenario(scenario)


def _fit(written: Written, events: Events | None, seed: int, progress: Progress | None) -> System:
    """Fit the system a scenario's recipe describes."""
    recipe = written.scenario.system
    if recipe is None:
        raise UsageError(
            "a scenario needs a system",
            found="neither a fitted one nor a recipe",
            fix="Give --system DIR, or write `system:`.",
        )
    return fit_recipe(recipe, events, folder=written.folder, seed=seed, progress=progress)


def fit_recipe(
    recipe: Recipe,
    events: Events | None = None,
    *,
    folder: Path = Path(),
    seed: int = 1,
    progress: Progress | None = None,
) -> System:
    """Return a system fitted as a recipe says.

    Parameters
    ----------
    recipe : Recipe
    events : Events, optional
        What :func:`aftershock.system.workflow.load_events` finds if not given.
    folder : pathlib.Path
        What the recipe's rule is looked for in.
    seed : int
    progress : callable, optional
    """
    rule = None if recipe.rule is None else read_rule(folder / recipe.rule)
    countries = list(recipe.countries) or None
    found = load_events(countries=countries) if events is None else events
    streams = build_streams(found, countries=countries, rule=rule, first=recipe.first, until=recipe.until, seed=seed)
    check_events(streams)
    return fit_system(streams, background=recipe.background, draws=recipe.draws, seed=seed, progress=progress)


def _bins(origin: np.datetime64, days: int, windows: list[tuple[dt.date, int]]) -> tuple[IntArray, IntArray]:
    """Return each day's bin and the bins' edges: months, cut where a question's window or the first year begins or ends."""
    dates = origin + 1 + np.arange(days)
    cuts = {0, days, min(YEAR, days)} | {int(d) for d in np.flatnonzero(dates == dates.astype("datetime64[M]"))}
    for by, length in windows:
        end = int((np.datetime64(by) - origin).astype(int))
        cuts |= {max(0, end - length), end}
    edges = np.array(sorted(cuts), np.int64)
    return np.searchsorted(edges, np.arange(days), side="right") - 1, edges


def _months(origin: np.datetime64, edges: IntArray) -> tuple[IntArray, IntArray]:
    """Return the first bin of each calendar month, and the months' edges in days."""
    starts = origin + 1 + edges[:-1]
    month = starts.astype("datetime64[M]").astype(np.int64)
    first = np.flatnonzero(np.diff(month, prepend=-(10**6)))
    return first, np.r_[edges[first], edges[-1]]


def _widened(values: IntArray, streams: int) -> IntArray:
    """Return futures with room for streams that a scenario adds."""
    if values.shape[-1] == streams:
        return values
    return np.pad(values, ((0, 0), (0, 0), (0, 0), (0, streams - values.shape[-1])))


def _asked(streams: Streams, both: list[IntArray], edges: IntArray, where: tuple[int, ...], one: Active) -> Asked:
    """Return an answer; days of the window that lie in the record are answered by it."""
    end = int((np.datetime64(one.by) - streams.last_day).astype(int))
    inside = (edges[:-1] >= max(0, end - one.days)) & (edges[1:] <= end)
    on_record = [s for s in where if s < len(streams.names)]
    seen = max(0, one.days - end)
    known = bool(streams.counts[0, -seen:, on_record].any()) if seen else False
    shares = [float(((values[0][:, inside][:, :, list(where)].sum(axis=(1, 2)) > 0) | known).mean()) for values in both]
    place = f" in {one.country}" if one.country else ""
    return Asked(f"{one.actor} active{place} in the {one.days} days to {one.by}", shares[0], shares[1])


def _spirals(ready: Prepared, planned: Planned, both: list[IntArray], edges: IntArray) -> Spirals:
    """Return branching ratios on the last day, and the chance that deaths double, in both courses."""
    system, course, structure = ready.system, planned.course, ready.structure
    s = len(system.names)
    which = np.arange(system.draws) % len(course.presence)
    presence, harm = (values[which % len(values), -1, :s] for values in (course.presence, course.harm))
    links = np.ones((s, s))
    at = [(i, int(r)) for i, target in enumerate(system.targets) for r in target.sources]
    for edge, (i, r) in enumerate(at):
        links[i, r] = course.links[0, -1, edge]
    children = np.maximum(structure.edges, 0.0)  # with inhibition, an upper bound
    changed = np.maximum(children - structure.harm * (1.0 - harm)[:, None, :], 0.0) * links * presence[:, :, None]
    ratio = np.stack([np.abs(np.linalg.eigvals(one)).max(axis=1) for one in (children, changed)])
    doubled = np.full(2, np.nan)
    streams = system.streams
    if planned.days >= YEAR and streams.counts.shape[1] >= YEAR:
        last = streams.deaths[:, -YEAR:].sum(axis=(1, 2), dtype=np.int64).mean()
        upto = edges[1:] <= YEAR
        doubled[:] = [float((values[1][:, upto].sum(axis=(1, 2)) > 2 * last).mean()) for values in both]
    return Spirals(ratio, doubled, system.inhibition)
