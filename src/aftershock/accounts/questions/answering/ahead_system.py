"""Actors' deaths or events by day: an actor system's chance as of a day, and what came, counted alike."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

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
from aftershock.accounts.questions.base import Measure
from aftershock.accounts.verdicts import Threshold, Verdict, by_count
from aftershock.contract import Streams
from aftershock.errors import UsageError

if TYPE_CHECKING:
    from aftershock.accounts.questions.forecast import Forecast as Question
    from aftershock.accounts.record import Record

__all__ = ["LONGEST", "chance_of", "outcome_of"]

FloatArray = NDArray[np.float64]
LONGEST = 1095
"""Days that a system is run forward at most."""
ONE_DAY = dt.timedelta(days=1)
_ENDS = (0.05, 0.5, 0.95)


def chance_of(question: Question, record: Record, then: dt.date) -> Verdict:
    """Return the share of simulated futures in which it is as said."""
    recipe = question.recipe(then)
    ready = system_or_why(record, recipe)
    if isinstance(ready, str):
        return cannot_say(ready, asked=question.worded(), vintage=record.vintage)
    streams = ready.system.streams
    first, last = _days(question, then)
    begin, end = ((day - last_day_of(streams)).days - 1 for day in (first, last + ONE_DAY))
    if begin < 0:
        raise UsageError(
            "a forecast must begin after the last day that the system has seen",
            found=f"{first}, where that is {streams.last_day}",
            fix="Start the window later, or fit the system on days before it.",
        )
    if end > LONGEST:
        why = f"A system is run {LONGEST:,} days forward at most; {last} is {end:,} after {streams.last_day}."
        return cannot_say(why, asked=question.worded(), vintage=record.vintage)
    chosen, notes = streams_of(streams, question.criteria.scope, question.criteria.types, rule_of(recipe))
    if not chosen:
        why = "The record has too few events of the violence asked about: no stream of the system is of it."
        return cannot_say(why, asked=question.worded(), vintage=record.vintage)
    draws, more = foretold(ready, chosen, question.criteria.measure, begin, end)
    bounds = _bounds(question)
    chance = float(np.mean([bounds.holds(float(value)) for value in draws]))
    daily = _daily(streams, chosen, question.criteria.measure)[covered_from(record, streams, chosen) :]
    low, middle, high = (float(v) for v in np.quantile(draws, _ENDS))
    return Verdict(
        "not yet decided",
        f"Foretold: {middle:,.0f} ({low:,.0f} to {high:,.0f}) {question.criteria.measure} in {end - begin:,} days; a chance of "
        f"{chance * 100:.0f} % of {bounds}.",
        figures={"low": low, "median": middle, "high": high, "chance": chance} | _base_rate(daily, end - begin, bounds),
        filter=f"{_asked(question, streams, chosen, (first, last))}; {recipe_words(ready)}",
        sample=len(draws),
        vintage=record.vintage,
        provisional=record.provisional(last_day_of(streams)),
        chance=chance,
        notes=(*notes, *more),
    )


def outcome_of(question: Question, record: Record, then: dt.date) -> Verdict:
    """Return what came, of the same streams, as far as the record goes."""
    recipe = question.recipe(then)
    first, last = _days(question, then)
    held = record.last_day(recipe.countries)
    if held is None or held < first:
        word: Literal["cannot say", "not yet decided"] = "cannot say" if held is None else "not yet decided"
        until = "does not cover the place" if held is None else f"ends on {held}"
        why = f"The window begins on {first}; the record of events {until}."
        return cannot_say(why, asked=question.worded(), vintage=record.vintage, word=word)
    seen = min(last, held)
    streams = counted_streams(record, recipe, then, seen)
    chosen, notes = streams_of(streams, question.criteria.scope, question.criteria.types, rule_of(recipe))
    days = (seen - first).days + 1
    so_far = np.cumsum(_daily(streams, chosen, question.criteria.measure)[-days:])
    bounds, value = _bounds(question), float(so_far[-1])
    words = [by_count(bounds, v, v, v, over=seen == last and k == days - 1) for k, v in enumerate(so_far.tolist())]
    at = next((k for k, each in enumerate(words) if each != "not yet decided"), None)
    verdict = words[-1 if at is None else at]
    until = "" if seen == last else ", where the record ends"
    return Verdict(
        verdict,
        f"{value:,.0f} {question.criteria.measure} from {first} to {seen}{until}; said was {bounds}.",
        figures={"best": value},
        filter=_asked(question, streams, chosen, (first, seen)),
        sample=int(streams.counts[0][-days:, chosen].sum()),
        vintage=record.vintage,
        provisional=record.provisional(seen) or seen < last,
        outcome=None if at is None else verdict == "supported",
        decided_on=None if at is None else (first + at * ONE_DAY).isoformat(),
        notes=(*notes, "Best estimates, counted in the streams that were foretold."),
    )


def _days(question: Question, then: dt.date) -> tuple[dt.date, dt.date]:
    window = question.criteria.window
    first, last = window.start or then, window.end
    assert last is not None  # the form says so
    if first < then or last < first:
        raise UsageError(
            "a forecast's window must not begin before the account's day",
            found=f"{first} to {last}, the account's day being {then}",
            fix="Start the window later, or ask with `kind: count`.",
        )
    return first, last


def _bounds(question: Question) -> Threshold:
    assert question.criteria.threshold is not None  # the form says so
    return question.criteria.threshold.bounds


def _daily(streams: Streams, chosen: list[int], measure: Measure) -> FloatArray:
    values = {"deaths": streams.deaths, "civilian deaths": streams.civilians, "events": streams.counts}[measure]
    return np.asarray(values[:, :, chosen].sum(axis=2, dtype=np.int64).mean(axis=0))


def _base_rate(daily: FloatArray, days: int, bounds: Threshold) -> dict[str, float]:
    """Return how often the same was so on as many days on record; nothing where it is too short."""
    if len(daily) < 2 * days:
        return {}
    return {"base_rate": float(np.mean([bounds.holds(float(value)) for value in window_sums(daily, days)]))}


def _asked(question: Question, streams: Streams, chosen: list[int], days: tuple[dt.date, dt.date]) -> str:
    names = "; ".join(streams.names[s] for s in chosen)
    return f"{question.criteria.measure} from {days[0]} to {days[1]}, {_bounds(question)}; streams: {names}"
