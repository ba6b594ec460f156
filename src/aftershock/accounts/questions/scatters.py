"""Whether an actor's events scattered over more places after a date, such as that of a loss of ground."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from aftershock.accounts.questions.answering.naming import Whom, resolve
from aftershock.accounts.questions.answering.windows import ONE_DAY, asked_window, is_then
from aftershock.accounts.questions.base import Question
from aftershock.accounts.questions.base import Window as Days
from aftershock.accounts.verdicts import Chart, Verdict, by_interval
from aftershock.actors.dispersion import Estimate, Rows, Window, actor_rows, compare_windows, window_of
from aftershock.actors.naming import NamedActor
from aftershock.errors import UsageError

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Scatters"]

SEED = 0
QUARTER = 91


class Scatters(Question):
    """Whether an actor's events lie in more cells, or in fewer, after a date than before it.

    Parameters
    ----------
    direction : {"more", "less"}
        What the account says of how scattered they are.
    at : date, optional
        The last day before the change; the day before the account's if not given.
    days : int
        How long before and after it are compared.
    """

    asks: ClassVar[str] = "do an actor's events scatter after a date or a loss of ground"
    states_figure: ClassVar[bool | None] = False
    kind: Literal["scatters"] = "scatters"
    direction: Literal["more", "less"] = "more"
    at: dt.date | None = None
    days: Annotated[int, Field(ge=30, le=3660)] = 365

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        scope = self.criteria.scope
        where = f" in {', '.join(map(str, scope.countries))}" if scope.countries else ""
        return (
            f"Were the events of {', '.join(scope.actors)}{where} {self.direction} scattered in the {self.days} days after "
            f"{self.at or 'the day before the account'} than in those before?"
        )

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        whom, at = resolve(self.criteria.scope, record), self.at or then - ONE_DAY
        if not whom.actors or whom.against or whom.regions:
            raise UsageError(
                "a scatters question must name actors alone",
                found=whom.who() or "none",
                fix="Name them under `actors`.",
            )
        window = Days(start=at - dt.timedelta(days=self.days - 1), end=at + dt.timedelta(days=self.days))
        asked = asked_window(window, whom, record, then)
        asks = (
            f"{record.days_name} with {whom.who()}; in {whom.where() or 'all countries'}; of one-sided violence those it is the "
            f"perpetrator of; {window.start} to {at} against {at + ONE_DAY} to {window.end}; effective number of PRIO-GRID cells"
        )
        if not asked.whole:
            if window.end is not None and window.end >= record.today:
                said = f"The {self.days} days after {at} were not over by {record.today}."
                return Verdict(
                    "not yet decided", said, filter=asks, vintage=record.vintage, provisional=True, notes=record.notes
                )
            return Verdict(
                "cannot say", f"Cannot say: {asked.reason}.", filter=asks, vintage=record.vintage, notes=record.notes
            )
        return self._judged(record, whom, (window.start or at, at, window.end or at), then, asks)

    def _judged(
        self, record: Record, whom: Whom, days: tuple[dt.date, dt.date, dt.date], then: dt.date, asks: str
    ) -> Verdict:
        first, at, last = days
        rows = _rows(record, whom)
        before, after, cells, share, deaths = compare_windows(rows, (first, at), (at + ONE_DAY, last), seed=SEED)
        sample = before.events + after.events
        if cells is None:
            said = f"Cannot say: {before.events:,} events before and {after.events:,} after are too few."
            return Verdict("cannot say", said, filter=asks, sample=sample, vintage=record.vintage, notes=record.notes)
        word = by_interval(float(np.log(cells.low)), float(np.log(cells.high)), rises=self.direction == "more")
        settled = word in ("supported", "contradicted") and not is_then(record, then)
        held = f"{_cells(before)} before {at + ONE_DAY} ({before.events:,} events), {_cells(after)} after ({after.events:,})"
        ratio = f"{cells.value:.2g} (90 % interval {cells.low:.2g} to {cells.high:.2g})"
        return Verdict(
            word,
            f"{whom.who()}: effective number of cells {held}; ratio {ratio}.",
            {"ratio": cells.value, "low": cells.low, "high": cells.high, **_more("share_of_one_sided_change", share),
             **_more("deaths_per_event_ratio", deaths)},
            asks,
            sample,
            vintage=record.vintage,
            provisional=record.provisional(last),
            outcome=word == "supported" if settled else None,
            decided_on=str(last) if settled else None,
            notes=(*_unplaced(rows, before, after), *record.notes),
            chart=_chart(rows, first, at, last, whom),
        )  # fmt: skip


def _rows(record: Record, whom: Whom) -> Rows:
    """Return the actors' events as one."""
    actor = NamedActor(whom.actors[0], tuple(sorted(whom.spelt)), (), 0)
    return record.keep(
        ("scatter", whom.spelt, whom.countries),
        lambda: actor_rows(record.events, actor, countries=list(whom.countries) or None),
    )


def _cells(window: Window) -> str:
    return f"{window.cells.value:.3g}" if window.cells else "unknown"


def _more(name: str, value: Estimate | None) -> dict[str, Any]:
    return {} if value is None else {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}


def _unplaced(rows: Rows, before: Window, after: Window) -> tuple[str, ...]:
    if not rows.precise:
        return ("This record does not say how exactly its events are placed: all are taken to be in their cell.",)
    unplaced = before.unplaced + after.unplaced
    return (f"{unplaced:,} events are placed more coarsely than a cell and left out.",) if unplaced else ()


def _chart(rows: Rows, first: dt.date, at: dt.date, last: dt.date, whom: Whom) -> Chart | None:
    """Return the effective number of cells by quarters counted from the date, where enough events can be placed."""
    rng = np.random.default_rng(SEED)
    back, ahead = ((at - first).days + 1) // QUARTER, (last - at).days // QUARTER
    starts = [at + ONE_DAY + dt.timedelta(days=QUARTER * k) for k in range(-back, ahead)]
    told = [(start, window_of(rows, start, start + dt.timedelta(days=QUARTER - 1), rng)[0].cells) for start in starts]
    known = [(start, cells) for start, cells in told if cells]
    if not known:
        return None
    along = tuple(str(start) for start, _ in known)
    mark = str(at + ONE_DAY)
    value, low, high = (tuple(getattr(cells, name) for _, cells in known) for name in ("value", "low", "high"))
    title = f"Effective number of cells, {whom.who()}"
    return Chart(title, "cells", along, value, low, high, mark if mark in along else None)
