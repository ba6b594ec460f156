"""Whether violence rose or fell at a date: the level after it against the level before, and placebo dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from aftershock.accounts.questions.answering.evidence import TYPE_WORDS, estimates, largest, selected
from aftershock.accounts.questions.answering.interrupted import LEAST_BINS, LevelChange, level_change, placebo_changes
from aftershock.accounts.questions.answering.naming import Whom, resolve
from aftershock.accounts.questions.answering.windows import ONE_DAY, Asked, asked_window, is_then
from aftershock.accounts.questions.base import Question, Window
from aftershock.accounts.verdicts import Chart, Verdict, VerdictWord, by_interval
from aftershock.contract import TYPES
from aftershock.figures import countries as country_table
from aftershock.months import month_end, month_id, month_text
from aftershock.words import percent

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Trend"]

PLACEBO = 0.1
"""A change that a larger share of all other dates show as well is none that the date made."""
LEAST_EVENTS = 5
WEEK, MONTH = 7, 30.44
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class _Series:
    """A count by weeks or months of the whole record that covers what is asked; ``at`` is the bin that the date begins."""

    name: str
    bins: str
    starts: tuple[dt.date, ...]
    counts: FloatArray
    events: FloatArray
    at: int
    sides: tuple[int, int]
    ids: tuple[int, ...]
    vintage: str
    notes: tuple[str, ...]
    provisional: bool

    def halves(self) -> tuple[FloatArray, FloatArray]:
        """Return the bins before and after the date."""
        one, two = self.sides
        return self.counts[self.at - one : self.at], self.counts[self.at : self.at + two]

    def shown(self) -> slice:
        return slice(self.at - self.sides[0], self.at + self.sides[1])


class Trend(Question):
    """Whether deaths or events rose or fell after a date, against as long before it.

    Parameters
    ----------
    direction : {"rises", "falls"}
    at : date, optional
        The first day after the change; the account's day if not given.
    before_days, after_days : int
        How long before and after it are compared, in whole weeks.
    """

    asks: ClassVar[str] = "did violence rise or fall at a date"
    states_figure: ClassVar[bool | None] = False
    kind: Literal["trend"] = "trend"
    direction: Literal["rises", "falls"]
    at: dt.date | None = None
    before_days: Annotated[int, Field(ge=56, le=3660)] = 365
    after_days: Annotated[int, Field(ge=56, le=3660)] = 365

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        scope = self.criteria.scope
        who = f" in violence of {', '.join(scope.actors)}" if scope.actors else ""
        where = ", ".join(map(str, (*scope.regions, *scope.countries)))
        place = f" in {where}" if where else ""
        verb = "rise" if self.direction == "rises" else "fall"
        when = self.at or "the account's day"
        return (
            f"Did {self.criteria.measure}{who}{place} {verb} in the {self.after_days} days from {when} on, "
            f"against the {self.before_days} days before?"
        )

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        whom, at = resolve(self.criteria.scope, record), self.at or then
        window = Window(
            start=at - dt.timedelta(days=self.before_days), end=at + dt.timedelta(days=self.after_days) - ONE_DAY
        )
        asked = asked_window(window, whom, record, then)
        series = self._weeks(record, whom, asked, at) or self._months(record, whom, at)
        asks = self._filter(record, whom, window, series)
        if series is None or not series.sides[0]:
            if at >= record.today:
                return Verdict(
                    "not yet decided",
                    f"The days after {at} had not come by {record.today}.",
                    filter=asks,
                    provisional=True,
                )
            return Verdict(
                "cannot say", f"Cannot say: {asked.reason}.", filter=asks, vintage=record.vintage, notes=record.notes
            )
        placebos = placebo_changes(series.counts, series.events, *self._sides(series), at=series.at, least=LEAST_EVENTS)
        if len(placebos) < sum(self._sides(series)):  # dates a few weeks apart show one and the same change
            placebos = placebos[:0]
        if series.sides[1] < self._sides(series)[1]:
            return self._ahead(series, record, at, asks, placebos)
        return self._judged(series, record, then, asks, placebos)

    def _sides(self, series: _Series) -> tuple[int, int]:
        """Return how many bins are asked for on each side."""
        length = WEEK if series.bins == "week" else MONTH
        return int(self.before_days / length + 0.1), int(self.after_days / length + 0.1)

    def _ahead(self, series: _Series, record: Record, at: dt.date, asks: str, placebos: FloatArray) -> Verdict:
        """Return that the days after are not all there, and how common such a change was."""
        due = at + dt.timedelta(days=self.after_days) > record.today
        said = f"Of the {self.after_days} days after {at} the record by {series.bins}s has {series.sides[1]} {series.bins}s"
        figures, chance = {}, None
        if len(placebos):
            chance = float((placebos > 0 if self.direction == "rises" else placebos < 0).mean())
            figures = {"base_rate": chance, "placebo_dates": len(placebos)}
            said += f"; after {percent(chance)} of {len(placebos)} other dates in it, the level was {self._verb}"
        word: VerdictWord = "not yet decided" if due else "cannot say"
        return Verdict(
            word, f"{said}.", figures, asks, len(series.counts), vintage=series.vintage, provisional=True,
            chance=chance if due else None, notes=(*series.notes, *([] if chance is None else [BASE_NOTE])),
        )  # fmt: skip

    @property
    def _verb(self) -> str:
        return "higher" if self.direction == "rises" else "lower"

    def _judged(self, series: _Series, record: Record, then: dt.date, asks: str, placebos: FloatArray) -> Verdict:
        """Compare the levels."""
        before, after = series.halves()
        events = int(series.events[series.shown()].sum())
        if min(len(before), len(after)) < LEAST_BINS or events < LEAST_EVENTS:
            what = "events" if series.bins == "week" else "deaths"
            said = (
                f"Too little to compare: {events} {what}, {len(before)} {series.bins}s before and {len(after)} after."
            )
            return Verdict("cannot say", said, filter=asks, sample=events, vintage=series.vintage, notes=series.notes)
        change = level_change(before, after)
        word = by_interval(change.low, change.high, rises=self.direction == "rises")
        share = float((np.abs(placebos) >= abs(change.log_ratio)).mean()) if len(placebos) else None
        common = share is not None and share > PLACEBO and word in ("supported", "contradicted")
        settled = word in ("supported", "contradicted") and not common and not is_then(record, then)
        rises = self.direction == "rises"
        return Verdict(
            "within the uncertainty" if common else word,
            self._sentence(series, change, share, len(placebos)),
            _figures(change, share, len(placebos)),
            asks,
            events if series.bins == "week" else sum(series.sides),
            series.ids,
            series.vintage,
            series.provisional,
            chance=change.chance_rises if rises else 1 - change.chance_rises,
            outcome=word == "supported" if settled else None,
            decided_on=str(self._last(series)) if settled else None,
            notes=(*([] if share is not None else [NO_PLACEBO]), *series.notes),
            chart=_chart(series, self.criteria.measure),
        )

    def _last(self, series: _Series) -> dt.date:
        length = self._sides(series)[1]
        start = series.starts[series.at]
        return (
            start + dt.timedelta(days=WEEK * length - 1)
            if series.bins == "week"
            else month_end(month_id(start.year, start.month) + length - 1)
        )

    def _sentence(self, series: _Series, change: LevelChange, share: float | None, dates: int) -> str:
        ratio, low, high = (float(np.exp(value)) for value in (change.log_ratio, change.low, change.high))
        said = (
            f"{self.criteria.measure.capitalize()} a {series.bins}: {_amount(change.before)} before {series.starts[series.at]}, "
            f"{_amount(change.after)} after; ratio {ratio:.2g} (90 % interval {low:.2g} to {high:.2g})."
        )
        if share is None:
            return f"{said} There are too few other dates to compare with."
        return f"{said} At {percent(share)} of {dates} other dates the level changed at least as much."

    def _filter(self, record: Record, whom: Whom, window: Window, series: _Series | None) -> str:
        who = f" with {whom.who()}" if whom.who() else ""
        kinds = ", ".join(TYPE_WORDS[name] for name in self.criteria.types)
        name = series.name if series else record.days_name
        by = f"; by {series.bins}" if series else ""
        days = f"{window.start} to {window.end}"
        return f"{name}{who}; in {whom.where() or 'all countries'}; {kinds}; {days}; {self.criteria.measure}{by}"

    def _weeks(self, record: Record, whom: Whom, asked: Asked, at: dt.date) -> _Series | None:
        """Return the record of days by weeks counted from the date; None where it does not cover the time before."""
        wide = asked_window(Window(start=dt.date(1989, 1, 1), end=record.today), whom, record, record.today)
        held = wide.span or asked.span
        if asked.span is None or not asked.begins or held is None or held[0] > at:
            return None
        back, ahead = (at - held[0]).days // WEEK, max((held[1] - at).days + 1, 0) // WEEK
        first, last = at - dt.timedelta(days=WEEK * back), at + dt.timedelta(days=WEEK * ahead) - ONE_DAY
        rows = selected(record, whom, self.criteria.types, first, last)
        place = (rows.end - np.datetime64(first)).astype(np.int64) // WEEK
        best = estimates(rows, self.criteria.measure).best
        counts, events = (np.bincount(place, each, back + ahead).astype(float) for each in (best, np.ones(len(rows))))
        one, two = (int(days / WEEK + 0.1) for days in (self.before_days, self.after_days))
        inside = (place >= back - one) & (place < back + two)
        chosen = rows.take(inside)
        return _Series(
            record.days_name, "week", tuple(first + dt.timedelta(days=WEEK * k) for k in range(back + ahead + 1)),
            counts, events, back, (min(one, back), min(two, ahead)), largest(record, chosen, best[inside]), record.vintage,
            record.notes, record.provisional(last) if ahead else False,
        )  # fmt: skip

    def _months(self, record: Record, whom: Whom, at: dt.date) -> _Series | None:
        """Return deaths of countries by month; None where more is asked than these hold."""
        if not whom.anybody or whom.regions or self.criteria.measure != "deaths":
            return None
        panel, table = record.panel, country_table()
        units = table.country_id[table.gwcode.isin(whom.countries)].to_numpy() if whom.countries else panel.units
        rows = panel.deaths[np.isin(panel.units, units)][:, :, [TYPES[name] - 1 for name in self.criteria.types]]
        counts = rows.sum(axis=(0, 2)).astype(np.float64)
        place = month_id(at.year, at.month) + (at.day > 15) - int(panel.months[0])  # the nearest beginning of a month
        one, two = (int(days / MONTH + 0.1) for days in (self.before_days, self.after_days))
        if not len(rows) or place - one < 0 or place > len(counts):
            return None
        starts = tuple(month_end(month - 1) + ONE_DAY for month in range(int(panel.months[0]), panel.last_month + 2))
        note = "Rests on deaths by country and month, which hold UCDP's best estimate alone."
        return _Series(
            "UCDP deaths by country and month", "month", starts, counts, counts, place, (one, min(two, len(counts) - place)), (),
            panel.provenance.vintage, (note, *panel.provenance.notes), bool(panel.provisional[-1]),
        )  # fmt: skip


NO_PLACEBO = "The record is too short for placebo dates, so a slow change that has nothing to do with the date can look like one."
BASE_NOTE = "The chance is how often the level was so at other dates of the record, each against as long before it."


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _figures(change: LevelChange, share: float | None, dates: int) -> dict[str, float | int | None]:
    return {
        "before": change.before, "after": change.after, "ratio": float(np.exp(change.log_ratio)),
        "low": float(np.exp(change.low)), "high": float(np.exp(change.high)), "dispersion": change.dispersion,
        "inflation": change.inflation, "placebo_share": share, "placebo_dates": dates,
    }  # fmt: skip


def _chart(series: _Series, measure: str) -> Chart:
    where = series.shown()
    starts = series.starts[where]
    along = tuple(str(day) if series.bins == "week" else month_text(month_id(day.year, day.month)) for day in starts)
    return Chart(
        f"{measure.capitalize()} before and after {series.starts[series.at]}", f"{measure} a {series.bins}", along,
        tuple(float(value) for value in series.counts[where]), mark=along[series.sides[0]],
    )  # fmt: skip
