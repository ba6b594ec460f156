"""Would another course of events have made a difference? Asked of an actor system, for the course itself never came."""

from __future__ import annotations

import datetime as dt
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from aftershock.accounts.questions.answering.modelled import OfSystem
from aftershock.accounts.questions.answering.systems import (
    EXAMPLES,
    cannot_say,
    counted_streams,
    default_recipe,
    last_day_of,
    recipe_words,
    rule_of,
    streams_of,
    system_or_why,
)
from aftershock.accounts.questions.answering.windows import is_then
from aftershock.accounts.questions.base import Measure, Name
from aftershock.accounts.verdicts import Chart, Verdict, by_chance
from aftershock.errors import DataError, UsageError, nearest
from aftershock.scenarios.answers import Answer
from aftershock.scenarios.scenario import Recipe, Scenario, Written, read_scenario
from aftershock.streams.rules import StreamRule

if TYPE_CHECKING:
    from aftershock.accounts.record import Record
    from aftershock.scenarios.running import Prepared

__all__ = ["WhatIf"]

DRAWS = 500
"""Pairs of futures."""
MOST_KEPT = 16
_KEYS: dict[Measure, str] = {"deaths": "deaths", "civilian deaths": "civilian_deaths", "events": "events"}
_ENDS = (0.05, 0.5, 0.95)
_kept: dict[tuple[str, str, bytes], Verdict] = {}


class WhatIf(OfSystem):
    """A scenario's difference from the course that goes on.

    Parameters
    ----------
    scenario : Scenario or str
        Written out as in a scenario file, or one of the examples ("after-isis/raqqa-falls"), or a file's name in the folder
        the command is run in, or below.
    changes : {"fewer", "more"}, optional
        What it is said to make of ``criteria.measure``, over ``criteria.scope`` and all days of the scenario; if not given,
        ``criteria.threshold`` says between which numbers scenario minus baseline lies.
    system : Recipe, optional
        The scenario's own if not given; without its ``until``, so that it is fitted on all days before the account.
    """

    asks: ClassVar[str] = "what another course of events would have changed"
    kind: Literal["whatif"] = "whatif"
    scenario: Scenario | Name
    changes: Literal["fewer", "more"] | None = None

    @model_validator(mode="after")
    def _says(self) -> WhatIf:
        if (self.changes is None) == (self.criteria.threshold is None):
            raise ValueError("must say either `changes: fewer` or `more`, or a threshold in criteria")
        return self

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        named = self.scenario.title if isinstance(self.scenario, Scenario) else f"Scenario {self.scenario}"
        said = f"{self.changes} {self.criteria.measure}"
        if self.criteria.threshold is not None:
            said = f"a difference in {self.criteria.measure} of {self.criteria.threshold.bounds}"
        return f"“{named}”: would that have brought {said} than the course that goes on?"

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the chance of the difference, or that the record cannot tell."""
        written = _written(self.scenario)
        given = default_recipe(self.system or written.scenario.system, self.criteria.scope, then)
        recipe = given.model_copy(update={"until": None, "rule": _rule(given, self.system, written)})
        if not is_then(record, then):  # the scenario begins after the account, whatever came since
            recipe = recipe.model_copy(update={"until": then - dt.timedelta(days=1)})
        key = (self.model_dump_json(), then.isoformat(), _digest(record, recipe, then))
        if key not in _kept:
            ready = system_or_why(record, recipe)
            if isinstance(ready, str):
                return cannot_say(ready, asked=self.worded(), vintage=record.vintage)
            while len(_kept) >= MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = self._verdict(record, ready, written, rule_of(recipe))
        return _kept[key]

    def _verdict(self, record: Record, ready: Prepared, written: Written, rule: StreamRule | None) -> Verdict:
        from aftershock.scenarios.running import whatif

        streams = ready.system.streams
        scope, types = self.criteria.scope, self.criteria.types
        chosen, notes = streams_of(streams, scope, types, rule)
        answer = whatif(written, ready, draws=DRAWS)
        if not (scope.actors or scope.against or scope.countries) and types == ("sb", "ns", "os"):
            chosen = list(range(len(answer.streams)))  # new fronts, too
        difference = answer.difference(_KEYS[self.criteria.measure], chosen)
        if self.criteria.threshold is not None:
            bounds = self.criteria.threshold.bounds
            held = np.array([bounds.holds(float(value)) for value in difference])
        else:
            held = difference < 0 if self.changes == "fewer" else difference > 0
        chance = float(held.mean())
        low, middle, high = (float(v) for v in np.quantile(difference, _ENDS))
        told = answer.identification
        word = by_chance(chance) if told.verdict == "can say in part" else "cannot say"
        figures = {"low": low, "median": middle, "high": high, "chance": chance} | _courses(
            answer, self.criteria.measure, chosen
        )
        said = f"{middle:+,.0f} ({low:+,.0f} to {high:+,.0f})".replace("-", "−")
        return Verdict(
            word,
            f"The difference in {self.criteria.measure} is {said}, as said in {chance * 100:.0f} % of futures. {told.sentence}",
            figures=figures,
            filter=f"scenario {written.scenario.name}, {streams.last_day + 1} to {written.scenario.until}, minus the course that "
            f"goes on; {self.criteria.measure} of {len(chosen)} streams; {recipe_words(ready)}",
            sample=answer.draws,
            vintage=record.vintage,
            provisional=record.provisional(last_day_of(streams)),
            chance=chance if word != "cannot say" else None,
            notes=(
                *notes,
                *told.facts,
                *answer.assumptions,
                "One course came, the other never did: the answer rests on what was known on the day, then and now.",
            ),
            chart=_chart(answer, self.criteria.measure, chosen),
        )


def _written(given: Scenario | str) -> Written:
    """Return a scenario that is written out, an example, or a file."""
    if isinstance(given, Scenario):
        return Written(given)
    if (place := PurePosixPath(given)).is_absolute() or ".." in place.parts:
        raise UsageError(
            "a scenario must lie in the folder the command is run in, or below",
            found=given,
            fix="Copy it there and write its name.",
        )
    example = EXAMPLES / f"{given}.yaml"
    if example.exists():
        return read_scenario(example)
    if not Path(given).is_file():
        known = sorted(f"{p.parent.name}/{p.stem}" for p in EXAMPLES.glob("*/*.yaml"))
        raise UsageError("a scenario must be an example or a file", found=repr(given), fix=nearest(given, known))
    return read_scenario(Path(given))


def _rule(recipe: Recipe, own: Recipe | None, written: Written) -> str | None:
    """Return where a recipe's rule is: beside the scenario, if the recipe is the scenario's."""
    if recipe.rule is None or own is not None:
        return recipe.rule
    if written.folder.parent == EXAMPLES:
        return f"{written.folder.name}/{recipe.rule}"
    return str(PurePosixPath(written.folder.as_posix()) / recipe.rule)


def _digest(record: Record, recipe: Recipe, then: dt.date) -> bytes:
    """Return what an answer depends on: the same events of the same release give the same answer then and now."""
    made = blake2b(f"{record.vintage}{recipe.model_copy(update={'until': None})}".encode(), digest_size=16)
    try:
        streams = counted_streams(record, recipe, then, then - dt.timedelta(days=1))
    except (DataError, UsageError):  # fitting will say why
        return made.digest()
    for array in (streams.counts, streams.deaths, streams.civilians):
        made.update(np.ascontiguousarray(array).data)
    return made.digest()


def _courses(answer: Answer, measure: Measure, chosen: list[int]) -> dict[str, float]:
    """Return the middle of both courses."""
    made = {course: answer.course(course, _KEYS[measure], chosen).sum(axis=1) for course in ("baseline", "scenario")}
    return {course: float(np.median(values)) for course, values in made.items()}


def _chart(answer: Answer, measure: Measure, chosen: list[int]) -> Chart:
    """Return the difference by month."""
    made = [answer.course(course, _KEYS[measure], chosen) for course in ("baseline", "scenario")]
    low, middle, high = np.quantile(made[1] - made[0], _ENDS, axis=0)
    months = tuple(str(day)[:7] for day in answer.starts)
    first = min((str(one.date)[:7] for one in answer.scenario.interventions), default=None)
    return Chart(
        title=f"{answer.scenario.title}: difference from the course that goes on",
        unit=f"{measure} a month",
        along=months,
        best=tuple(middle.tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        mark=first if first in months else None,
    )
