"""A country's deaths by calendar month: the default model's chance as of a day, and what came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from aftershock.accounts.questions.answering.systems import cannot_say, window_sums
from aftershock.accounts.verdicts import Chart, Threshold, Verdict, by_count
from aftershock.contract import MAX_HORIZON, Forecast, Panel
from aftershock.errors import UsageError
from aftershock.figures import countries as countries_table
from aftershock.models import DEFAULT_MODEL, make_model
from aftershock.months import month_end, month_id, month_text

if TYPE_CHECKING:
    from aftershock.accounts.questions.forecast import Forecast as Question
    from aftershock.accounts.record import Record

__all__ = ["chance_of", "outcome_of"]

IntArray = NDArray[np.int64]
NEAR = 14
"""Months up to which the default model needs one forest alone."""
PAST = 120
"""Months whose windows say how often such a thing came before."""
SHOWN = 24
_ENDS = (0.05, 0.5, 0.95)
_made: WeakKeyDictionary[Record, dict[tuple[str, int], Forecast]] = WeakKeyDictionary()


def chance_of(question: Question, record: Record, then: dt.date) -> Verdict:
    """Return the default model's chance, from the months that were over before the day."""
    panel, vintage = record.panel, record.panel.provenance.vintage
    first, last = _months(question, then)
    if first <= panel.last_month:
        raise UsageError(
            "a forecast must be of months after the last that was over on the account's day",
            found=f"{month_text(first)}, where {month_text(panel.last_month)} was over",
            fix="Start the window later, or ask with `kind: count`.",
        )
    units, target = _units(question, record), _target(question)
    asked = _asked(question, first, last)
    if last - panel.last_month > MAX_HORIZON:
        ahead = last - panel.last_month
        why = f"Forecasts reach {MAX_HORIZON} months ahead; {month_text(last)} is {ahead} after {month_text(panel.last_month)}."
        return cannot_say(why, asked=asked, vintage=vintage)
    if not np.isin(units, panel.units[panel.exists[:, -1]]).all():
        why = f"There are no figures of every country asked about in {month_text(panel.last_month)}."
        return cannot_say(why, asked=asked, vintage=vintage)
    made = _forecast(record, target, last - panel.last_month)
    here = (made.months >= first) & (made.months <= last)
    courses = made.of(target)[np.isin(made.units, units)][:, here].sum(axis=0, dtype=np.int64)
    draws = courses.sum(axis=0) if question.over == "window" else courses.max(axis=0)
    bounds = _bounds(question)
    chance = float(np.mean([bounds.holds(float(value)) for value in draws]))
    past = _series(panel, units, target)
    low, middle, high = (float(v) for v in np.quantile(draws, _ENDS))
    what = "deaths" if question.over == "window" else "deaths in the deadliest month"
    return Verdict(
        "not yet decided",
        f"Foretold: {middle:,.0f} ({low:,.0f} to {high:,.0f}) {what}; a chance of {chance * 100:.0f} % of {bounds}.",
        figures={"low": low, "median": middle, "high": high, "chance": chance} | _base_rate(question, past, last - first + 1),
        filter=f"{asked}; model {DEFAULT_MODEL}, origin {month_text(panel.last_month)}, 1,000 draws, seed 1",
        sample=len(draws),
        vintage=vintage,
        provisional=bool(panel.provisional[-1]),
        chance=chance,
        notes=("Country-months of the world; the model knows past deaths alone.",),
        chart=_chart(question, panel, past, _quantiles(courses), made.months[here]),
    )  # fmt: skip


def outcome_of(question: Question, record: Record, then: dt.date) -> Verdict:
    """Return what came, as far as it is known."""
    panel, vintage = record.panel, record.panel.provenance.vintage
    first, last = _months(question, then)
    units, bounds = _units(question, record), _bounds(question)
    asked = _asked(question, first, last)
    if first > panel.last_month:
        ends = month_text(panel.last_month)
        why = f"The months asked about begin in {month_text(first)}; the record of country-months ends in {ends}."
        return cannot_say(why, asked=asked, vintage=vintage, word="not yet decided")
    if not set(units.tolist()) <= set(panel.units.tolist()):
        return cannot_say("The record has no figures of every country asked about.", asked=asked, vintage=vintage)
    months = np.arange(first, min(last, panel.last_month) + 1)
    came = _series(panel, units, _target(question))[months - int(panel.months[0])]
    so_far = np.cumsum(came) if question.over == "window" else np.maximum.accumulate(came)
    words = [
        by_count(bounds, float(v), float(v), float(v), over=bool(m == last))
        for m, v in zip(months, so_far, strict=True)
    ]
    at = next((k for k, word in enumerate(words) if word != "not yet decided"), None)
    word, value = words[-1 if at is None else at], float(so_far[-1])
    over = int(months[-1]) == last
    what = "deaths" if question.over == "window" else "deaths in the deadliest month"
    until = "" if over else f" to {month_text(int(months[-1]))}, where the record ends"
    return Verdict(
        word,
        f"{value:,.0f} {what} from {month_text(first)}{until or f' to {month_text(last)}'}; said was {bounds}.",
        figures={"best": value},
        filter=asked,
        sample=len(months),
        vintage=vintage,
        provisional=bool(panel.provisional[np.isin(panel.months, months)].any()) or not over,
        outcome=None if at is None else word == "supported",
        decided_on=None if at is None else month_end(int(months[at])).isoformat(),
        notes=("Country-months of the world; they have best estimates alone.",),
        chart=_chart(
            question, panel, _series(panel, units, _target(question))[: int(months[-1] - panel.months[0]) + 1]
        ),
    )


def _months(question: Question, then: dt.date) -> tuple[int, int]:
    """Return the first and last month that begin within the window."""
    window = question.criteria.window
    start = window.start or (then.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    first = month_id(start.year, start.month) + (start.day > 1)
    last = month_id(window.end.year, window.end.month)  # type: ignore[union-attr]  # the form says so
    if last < first:
        raise UsageError(
            "a forecast's window must hold the first of a month",
            found=f"{start} to {window.end}",
            fix="Give whole months, for example 2018-01-01 to 2018-12-31.",
        )
    return first, last


def _units(question: Question, record: Record) -> IntArray:
    """Return the VIEWS numbers of the countries asked about."""
    scope = question.criteria.scope
    if scope.regions:
        raise UsageError(
            "a forecast must be of whole countries or of actors",
            found=", ".join(scope.regions),
            fix="Leave regions out.",
        )
    table = countries_table()
    return np.sort(table.country_id[table.gwcode.isin(record.numbers(scope.countries))].to_numpy(np.int64))


def _target(question: Question) -> str:
    types = sorted(set(question.criteria.types))
    if len(types) == 2:
        raise UsageError(
            "a forecast of a country must be of one type of violence, or of all",
            found=" and ".join(types),
            fix="Ask about each, or leave types out.",
        )
    return types[0] if len(types) == 1 else "total"


def _bounds(question: Question) -> Threshold:
    assert question.criteria.threshold is not None  # the form says so
    return question.criteria.threshold.bounds


def _asked(question: Question, first: int, last: int) -> str:
    what = "deaths" if question.over == "window" else "deaths of the deadliest month"
    countries = ", ".join(map(str, question.criteria.scope.countries))
    types = "+".join(question.criteria.types)
    return f"{what}, {types}, {countries}, {month_text(first)} to {month_text(last)}, {_bounds(question)}"


def _forecast(record: Record, target: str, horizon: int) -> Forecast:
    """Return the forecast of all countries, made once per record and target."""
    reach = NEAR if horizon <= NEAR else MAX_HORIZON
    held = _made.setdefault(record, {})
    if (target, reach) not in held:
        made = make_model(DEFAULT_MODEL).forecast(record.panel, horizons=range(1, reach + 1), targets=(target,))
        held[target, reach] = made
    return held[target, reach]


def _series(panel: Panel, units: IntArray, target: str) -> IntArray:
    """Return deaths of the countries together, shape (months,)."""
    return np.asarray(panel.series(target)[np.isin(panel.units, units)].sum(axis=0))


def _base_rate(question: Question, past: IntArray, length: int) -> dict[str, float]:
    """Return how often the same was so in windows as long of the last ten years; nothing where there are too few months."""
    recent = past[-PAST:]
    if len(recent) < 2 * length:
        return {}
    sums = window_sums(recent.astype(np.float64), length)
    if question.over == "month":
        sums = np.lib.stride_tricks.sliding_window_view(recent, length).max(axis=1).astype(np.float64)
    bounds = _bounds(question)
    return {"base_rate": float(np.mean([bounds.holds(float(value)) for value in sums]))}


def _quantiles(courses: IntArray) -> NDArray[np.float64]:
    return np.asarray(np.quantile(courses, _ENDS, axis=1))


def _chart(
    question: Question,
    panel: Panel,
    past: IntArray,
    ahead: NDArray[np.float64] | None = None,
    months: IntArray | None = None,
) -> Chart:
    """Return the last months seen, and what was foretold."""
    seen = past[-SHOWN:].astype(np.float64)
    last = int(panel.months[0]) + len(past) - 1
    along = [month_text(last - len(seen) + 1 + k) for k in range(len(seen))]
    best, low, high = seen.tolist(), seen.tolist(), seen.tolist()
    if ahead is not None and months is not None:
        along += [month_text(int(month)) for month in months]
        low, best, high = (part + values.tolist() for part, values in zip((low, best, high), ahead, strict=True))
    bounds = _bounds(question)
    stated = tuple(v for v in (bounds.low, bounds.high) if v is not None) if question.over == "month" else ()
    return Chart(
        title=", ".join(map(str, question.criteria.scope.countries)),
        unit="deaths a month",
        along=tuple(along),
        best=tuple(best),
        low=tuple(low),
        high=tuple(high),
        mark=month_text(last) if ahead is not None else None,
        stated=stated,
    )
