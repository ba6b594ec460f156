"""Does violence feed itself without end, or will it rise many times over? Asked of an actor system."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from aftershock.accounts.questions.answering.modelled import OfSystem
from aftershock.accounts.questions.answering.naming import joined
from aftershock.accounts.questions.answering.systems import (
    cannot_say,
    counted_streams,
    covered_from,
    foretold,
    last_day_of,
    recipe_words,
    rule_of,
    streams_of,
    system_or_why,
    window_sums,
)
from aftershock.accounts.questions.answering.windows import is_then
from aftershock.accounts.verdicts import SURE, Verdict, by_chance
from aftershock.scenarios.scenario import Recipe
from aftershock.words import percent

if TYPE_CHECKING:
    from aftershock.accounts.record import Record
    from aftershock.scenarios.running import Prepared

__all__ = ["Spiral"]

QUICK: Literal[90] = 90
"""Days between the knots of the background under which feedback without end must hold as well."""
ONE_DAY = dt.timedelta(days=1)
_ENDS = (0.05, 0.5, 0.95)


class Spiral(OfSystem):
    """How near violence is to feeding itself.

    Parameters
    ----------
    times : float, optional
        Whether deaths of the next ``days`` exceed so many times those of the last; whether feedback is supercritical, each event
        with one further event or more, if not given.
    days : int
        Counted from the account's day.
    system : Recipe, optional
    """

    asks: ClassVar[str] = "whether violence feeds itself without end, or rises many times over"
    kind: Literal["spiral"] = "spiral"
    times: Annotated[float, Field(gt=1, le=1000)] | None = None
    days: Annotated[int, Field(ge=30, le=1095)] = 365

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        scope = self.criteria.scope
        where = scope.countries or (self.system.countries if self.system else ())
        place = f" in {joined([str(name) for name in where], 'and')}" if where else ""
        who = f" of {' or '.join(scope.actors)}" if scope.actors else ""
        if self.times is None:
            return f"Does violence{place} feed itself without end, each event bringing one further event or more?"
        last = f"{self.times:g} times those of the last {self.days:,}"
        return f"Will deaths from violence{who}{place} in {self.days:,} days exceed {last}?"

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the chance on the day, and what came."""
        recipe = self.recipe(then)
        if self.times is None:
            return self._feedback(record, recipe)
        if is_then(record, then):
            return self._ahead(record, recipe)
        return self._came(record, recipe, then)

    def _feedback(self, record: Record, recipe: Recipe) -> Verdict:
        """Return whether feedback is supercritical by all days the record holds."""
        ready = system_or_why(record, recipe)
        if isinstance(ready, str):
            return cannot_say(ready, asked=self.worded(), vintage=record.vintage)
        ratio = ready.structure.ratio
        chance, notes = float((ratio >= 1.0).mean()), [_confounded(recipe)]
        if chance >= SURE and recipe.background != QUICK:  # it may be the background that rose
            other = system_or_why(record, recipe.model_copy(update={"background": QUICK}))
            if not isinstance(other, str):
                under = float((other.structure.ratio >= 1.0).mean())
                notes.append(f"With a background that bends every {QUICK} days the chance is {percent(under)}.")
                chance = min(chance, under)
        low, middle, high = (float(v) for v in np.quantile(ratio, _ENDS))
        return Verdict(
            by_chance(chance),
            f"An event brings {middle:.2f} ({low:.2f} to {high:.2f}) further events; the chance of one or more, an endless "
            f"spiral, is {percent(chance)}.",
            figures={"low": low, "median": middle, "high": high, "chance": chance},
            filter=f"branching ratio of 1 or more; {recipe_words(ready)}",
            sample=int(ready.system.streams.counts.shape[1]),
            vintage=record.vintage,
            provisional=record.provisional(last_day_of(ready.system.streams)),
            chance=chance,
            notes=tuple(notes),
        )

    def _ahead(self, record: Record, recipe: Recipe) -> Verdict:
        """Return the chance of a rise, from simulated futures."""
        ready = system_or_why(record, recipe)
        if isinstance(ready, str):
            return cannot_say(ready, asked=self.worded(), vintage=record.vintage)
        streams = ready.system.streams
        chosen, notes = streams_of(streams, self.criteria.scope, self.criteria.types, rule_of(recipe))
        if not chosen:
            why = "The record has too few events of the violence asked about."
            return cannot_say(why, asked=self.worded(), vintage=record.vintage)
        ahead, notes_ahead = foretold(ready, chosen, "deaths", 0, self.days)
        daily = streams.deaths[:, covered_from(record, streams, chosen) :, chosen].sum(axis=2).mean(axis=0)
        if len(daily) < self.days:
            why = f"A rise over {self.days:,} days needs as many days of record of every country; found {len(daily):,}."
            return cannot_say(why, asked=self.worded(), vintage=record.vintage)
        last, times = float(daily[-self.days :].sum()), float(self.times or 0.0)
        chance = float((ahead > times * last).mean())
        base = _base_rate(daily, self.days, times)
        low, middle, high = (float(v) for v in np.quantile(ahead, _ENDS))
        return Verdict(
            "not yet decided",
            f"{last:,.0f} deaths in the {self.days:,} days before; {middle:,.0f} ({low:,.0f} to {high:,.0f}) foretold for as "
            f"many after, and a chance of {percent(chance)} of more than {times:g} times as many.",
            figures={"low": low, "median": middle, "high": high, "last": last, "chance": chance} | base,
            filter=self._asked(ready),
            sample=len(ahead),
            vintage=record.vintage,
            provisional=record.provisional(last_day_of(streams)),
            chance=chance,
            notes=(*notes, *notes_ahead),
        )

    def _came(self, record: Record, recipe: Recipe, then: dt.date) -> Verdict:
        """Return what came, counted as it was foretold."""
        end = then + dt.timedelta(days=self.days - 1)
        asked = f"deaths from {then} to {end} against the {self.days:,} days before"
        last_day = record.last_day(recipe.countries)
        if last_day is None or last_day < end:
            until = f"ends on {last_day}" if last_day else "does not cover the place"
            why = f"The {self.days:,} days asked about end on {end}; the record {until}."
            word: Literal["not yet decided", "cannot say"] = "not yet decided" if last_day else "cannot say"
            return cannot_say(why, asked=asked, vintage=record.vintage, word=word)
        streams = counted_streams(record, recipe, then, end)
        chosen, notes = streams_of(streams, self.criteria.scope, self.criteria.types, rule_of(recipe))
        daily = streams.deaths[:, :, chosen].sum(axis=2).mean(axis=0)
        if streams.counts.shape[1] - covered_from(record, streams, chosen) < 2 * self.days:
            why = f"The record does not cover the {self.days:,} days before {then}."
            return cannot_say(why, asked=asked, vintage=record.vintage)
        after, before = float(daily[-self.days :].sum()), float(daily[-2 * self.days : -self.days].sum())
        times = float(self.times or 0.0)
        came = after > times * before
        ratio = f", {after / before:.2g} times as many" if before else ""
        return Verdict(
            "supported" if came else "contradicted",
            f"{after:,.0f} deaths in the {self.days:,} days from {then}, {before:,.0f} in as many before{ratio}.",
            figures={"best": after, "before": before},
            filter=f"{asked}; streams: {'; '.join(streams.names[s] for s in chosen)}",
            sample=int(streams.counts[0][-self.days :, chosen].sum()),
            vintage=record.vintage,
            provisional=record.provisional(end),
            outcome=came,
            decided_on=end.isoformat(),
            notes=notes,
        )

    def _asked(self, ready: Prepared) -> str:
        return (
            f"deaths of the next {self.days:,} days above {self.times:g} times those of the last; {recipe_words(ready)}"
        )


def _confounded(recipe: Recipe) -> str:
    bends = "is constant" if recipe.background == "constant" else f"bends every {recipe.background} days"
    return (
        f"The background {bends}; the more it may move, the less is left to feedback, and no record can tell the two apart for "
        "certain."
    )


def _base_rate(daily: NDArray[np.float64], days: int, times: float) -> dict[str, float]:
    """Return how often such a rise came on the days fitted; nothing where they are too few for one year's windows."""
    sums = window_sums(daily, days)
    before, after = sums[:-days], sums[days:]
    return {"base_rate": float((after > times * before).mean())} if len(after) >= days else {}
