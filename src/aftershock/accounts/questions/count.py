"""How many died, or how many events there were, against the figure that an account states."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from aftershock.accounts.questions.answering.evidence import (
    Estimates,
    build_up,
    estimates,
    filter_of,
    largest,
    measured,
    selected,
)
from aftershock.accounts.questions.answering.naming import FIRST_DAY, Whom, resolve
from aftershock.accounts.questions.answering.windows import Asked, asked_window, is_then, words_of
from aftershock.accounts.questions.base import Question
from aftershock.accounts.verdicts import Chart, Threshold, Verdict, VerdictWord, by_count
from aftershock.contract import TYPES
from aftershock.figures import countries as country_table
from aftershock.months import month_end, month_id, month_text

if TYPE_CHECKING:
    from aftershock.accounts.columns import Columns
    from aftershock.accounts.record import Record, Span

__all__ = ["Count"]

MONTHS = "UCDP deaths by country and month"
CIVILIANS_NOTE = (
    "UCDP gives civilian deaths among its best estimate alone: low takes off, and high adds, whatever its other estimates and "
    "the deaths of no known side allow."
)
SIDES_NOTE = (
    "Civilian deaths are those in fighting the actor had a part in; in clashes the record does not say who killed them."
)


class Count(Question):
    """Deaths, civilian deaths or events against a stated figure.

    The criteria say all of it: ``scope`` whom and where, ``measure`` what, ``window`` when, ``threshold`` the figure.
    """

    asks: ClassVar[str] = "deaths or events against a stated figure"
    states_figure: ClassVar[bool | None] = True
    kind: Literal["count"] = "count"

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        c = self.criteria
        who = f" in violence of {', '.join(c.scope.actors)}" if c.scope.actors else ""
        where = ", ".join(map(str, (*c.scope.regions, *c.scope.countries)))
        place = f" in {where}" if where else ""
        return f"Were there {self._bounds} {c.measure}{who}{place}, {words_of(c.window.start, c.window.end)}?"

    @property
    def _bounds(self) -> Threshold:
        threshold = self.criteria.threshold
        return threshold.bounds if threshold else Threshold()

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        whom = resolve(self.criteria.scope, record)
        asked = asked_window(self.criteria.window, whom, record, then)
        if asked.ahead:
            said = f"The window, {words_of(asked.start, asked.end)}, had not begun by {record.today}."
            asks = filter_of(self.criteria, whom, asked.start, asked.end, record.days_name)
            return Verdict(
                "not yet decided", said, filter=asks, vintage=record.vintage, provisional=True, notes=record.notes
            )
        by_months = whom.anybody and not whom.regions and self.criteria.measure == "deaths"
        if by_months and not (asked.span and asked.begins and (asked.over or asked.running)):
            told = self._by_months(record, whom, asked, then)
            if told is not None:
                return told
        return self._by_days(record, whom, asked, then)

    def _by_days(self, record: Record, whom: Whom, asked: Asked, then: dt.date) -> Verdict:
        """Count events."""
        c = self.criteria
        if asked.span is None:
            said = f"Cannot say: {asked.reason}."
            series = filter_of(c, whom, asked.start, asked.end, record.days_name)
            return Verdict("cannot say", said, filter=series, vintage=record.vintage, notes=record.notes)
        rows = selected(record, whom, c.types, *asked.span)
        counted = estimates(rows, c.measure)
        made = _Told(self, record, asked, then, asked.span, counted.total(), begins=asked.begins, over=asked.over)
        notes = [*record.notes]
        if c.measure == "civilian deaths" and record.days_name.startswith("UCDP"):
            notes = [CIVILIANS_NOTE, *([SIDES_NOTE] if whom.actors and set(c.types) != {"os"} else []), *notes]
        return made.verdict(
            filter=filter_of(c, whom, *asked.span, record.days_name),
            sample=len(rows),
            event_ids=largest(record, rows, counted.best),
            vintage=record.vintage,
            notes=tuple(notes),
            chart=build_up(
                rows,
                counted,
                asked.span,
                title=_title(c.measure, whom),
                unit=c.measure,
                stated=_drawn(self._bounds),
                mark=then,
            ),
            decided=_crossed(rows, counted, self._bounds),
            series="days",
        )

    def _by_months(self, record: Record, whom: Whom, asked: Asked, then: dt.date) -> Verdict | None:
        """Count deaths of countries by month, where whole months are all that is needed; None where it cannot be."""
        panel = record.panel
        table = country_table()
        units = table.country_id[table.gwcode.isin(whom.countries)].to_numpy() if whom.countries else panel.units
        if not np.isin(units, panel.units).all() or not len(units):
            return None
        first = month_end(int(panel.months[0]) - 1) + dt.timedelta(days=1)
        held = (first, month_end(panel.last_month))
        span = (max(asked.start or first, first), min(asked.end or held[1], held[1]))
        if span[0] > span[1]:
            return None
        deaths = panel.deaths[np.isin(panel.units, units)][:, :, [TYPES[name] - 1 for name in self.criteria.types]]
        low, best, high = _edged(deaths.sum(axis=(0, 2)), panel.months, span)
        begins = asked.start is None or asked.start >= min(first, FIRST_DAY)
        over = asked.end is not None and asked.end <= held[1]
        made = _Told(self, record, asked, then, span, (low[-1], best[-1], high[-1]), begins=begins, over=over)
        months = range(month_id(span[0].year, span[0].month), month_id(span[1].year, span[1].month) + 1)
        along = tuple(month_text(month) for month in months)
        marked = f"{then:%Y-%m}"
        chart = Chart(
            _title("deaths", whom), "deaths", along, tuple(best), tuple(low), tuple(high),
            marked if marked in along else None, _drawn(self._bounds),
        )  # fmt: skip
        notes = ["Rests on deaths by country and month, which hold UCDP's best estimate alone."]
        if low[-1] != high[-1]:
            notes.append(
                "Months that lie in the window only in part count in none, by days, and in full: low, best and high."
            )
        return made.verdict(
            filter=filter_of(self.criteria, whom, *span, MONTHS), sample=len(along), event_ids=(),
            vintage=panel.provenance.vintage, notes=(*notes, *panel.provenance.notes), chart=chart, decided=None, series="months",
        )  # fmt: skip


@dataclass(frozen=True)
class _Told:
    """A count on its way to a verdict."""

    question: Count
    record: Record
    asked: Asked
    then: dt.date
    span: Span
    counts: tuple[float, float, float]
    begins: bool
    over: bool

    def word(self) -> VerdictWord:
        """Return the verdict; of a count that is not whole only what more days cannot change."""
        word = by_count(self.question._bounds, *self.counts, over=self.over and self.begins)
        if word == "not yet decided" and not (self.begins and self.asked.running):
            return "cannot say"
        return word

    def verdict(
        self, *, filter: str, sample: int, event_ids: tuple[int, ...], vintage: str, notes: tuple[str, ...],  # noqa: A002
        chart: Chart, decided: dt.date | None, series: str,
    ) -> Verdict:  # fmt: skip
        """Return it in words."""
        word, (low, best, high) = self.word(), self.counts
        bounds, measure = self.question._bounds, self.question.criteria.measure
        ends = f" (low {min(self.counts):,.0f}, high {max(self.counts):,.0f})" if low != high or low != best else ""
        held = f"{measured(measure, best)}{ends} from {self.span[0]} to {self.span[1]}"
        said = f"The record by {series} has {held}; stated: {bounds}."
        if not (self.begins and self.over):
            why = (
                "The window is not over."
                if self.begins and self.asked.running
                else "The rest of the window is not covered."
            )
            said = f"{said} {why}"
        settled = word in ("supported", "contradicted") and not is_then(self.record, self.then)
        day = decided if word == "supported" and bounds.high is None and decided else self.asked.end or self.span[1]
        return Verdict(
            word, said, {"low": low, "best": best, "high": high}, filter, sample, event_ids, vintage,
            provisional=not self.over or (series == "days" and self.record.provisional(self.span[1])),
            outcome=word == "supported" if settled else None, decided_on=str(day) if settled else None, notes=notes, chart=chart,
        )  # fmt: skip


def _title(measure: str, whom: Whom) -> str:
    who, where = whom.who(), whom.where() or "the world"
    return f"{measure.capitalize()} in {where}{f', {who}' if who else ''}, added up"


def _drawn(bounds: Threshold) -> tuple[float, ...]:
    return tuple(dict.fromkeys(value for value in (bounds.low, bounds.high) if value is not None))


def _crossed(rows: Columns, counted: Estimates, bounds: Threshold) -> dt.date | None:
    """Return the day on which the best count reached the least stated."""
    if bounds.low is None or not len(rows):
        return None
    order = np.argsort(rows.end, kind="stable")
    reached = np.flatnonzero(np.cumsum(counted.best[order]) >= bounds.low)
    return rows.end[order][reached[0]].astype(dt.date) if len(reached) else None


def _edged(deaths: np.ndarray, months: np.ndarray, span: Span) -> tuple[list[float], list[float], list[float]]:
    """Return deaths added up by month of the span: of whole months, by days, and of every month touched."""
    low, best, high = [0.0], [0.0], [0.0]
    for month in range(month_id(span[0].year, span[0].month), month_id(span[1].year, span[1].month) + 1):
        value = float(deaths[month - int(months[0])])
        opens, closes = month_end(month - 1) + dt.timedelta(days=1), month_end(month)
        inside = (min(closes, span[1]) - max(opens, span[0])).days + 1
        share = inside / ((closes - opens).days + 1)
        low.append(low[-1] + (value if share == 1 else 0.0))
        best.append(best[-1] + round(value * share))
        high.append(high[-1] + value)
    return low[1:], best[1:], high[1:]
