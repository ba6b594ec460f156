"""Whether an actor or a dyad was active in a place by a date, or in a window."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Literal

from aftershock.accounts.questions.answering.evidence import filter_of, month_chart
from aftershock.accounts.questions.answering.naming import resolve
from aftershock.accounts.questions.answering.presence import Found, look_for
from aftershock.accounts.questions.answering.windows import is_then, words_of
from aftershock.accounts.questions.base import Question
from aftershock.accounts.record import DYADS, table_vintage
from aftershock.accounts.verdicts import Verdict, VerdictWord
from aftershock.errors import UsageError

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Happened"]

YEARS = ", and UCDP dyads by year"


class Happened(Question):
    """Whether an actor or a dyad was active.

    Parameters
    ----------
    active : bool
        What the account says: that it was (or will be), or that it was not.
    """

    asks: ClassVar[str] = "was an actor or dyad active in a place by a date"
    states_figure: ClassVar[bool | None] = False
    kind: Literal["happened"] = "happened"
    active: bool = True

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        scope, window = self.criteria.scope, self.criteria.window
        who = (
            " and ".join(part for part in (", ".join(scope.actors), ", ".join(scope.against)) if part)
            or scope.name
            or "anybody"
        )
        where = ", ".join(map(str, (*scope.regions, *scope.countries)))
        quiet = "" if self.active else " without events"
        place = f" in {where}" if where else ""
        return f"Was {who}{' active' if self.active else quiet}{place}, {words_of(window.start, window.end)}?"

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        whom = resolve(self.criteria.scope, record)
        if whom.anybody and not whom.countries:
            raise UsageError(
                "a happened question must name an actor, a dyad or a country", found="none", fix="Add it to the scope."
            )
        found = look_for(record, whom, self.criteria, then)
        series = record.days_name + YEARS
        asked, word = found.asked, _word(found, active=self.active)
        settled = word in ("supported", "contradicted") and not is_then(record, then)
        day = found.first if found.state == "active" and found.first and asked.start else asked.end
        span = asked.span or (found.first, found.last)
        vintage = record.vintage if len(found.rows) or not found.years else table_vintage(DYADS)
        return Verdict(
            word,
            f"{whom.who() or whom.where()}{f' in {whom.where()}' if whom.who() and whom.where() else ''}: {found.sentence}.",
            {"events": len(found.rows), "first": _iso(found.first), "last": _iso(found.last), "years": list(found.years)},
            filter_of(self.criteria.model_copy(update={"measure": "events"}), whom, asked.start, asked.end, series),
            found.sample,
            found.event_ids,
            vintage,
            provisional=found.state == "ahead" or bool(found.last and record.provisional(found.last)),
            outcome=word == "supported" if settled else None,
            decided_on=_iso(day or found.last) if settled else None,
            notes=record.notes,
            chart=month_chart(found.rows, span, title=f"Events, {whom.who() or whom.where()}", mark=then),
        )  # fmt: skip


def _word(found: Found, *, active: bool) -> VerdictWord:
    if found.state in ("active", "quiet"):
        return "supported" if (found.state == "active") == active else "contradicted"
    return "not yet decided" if found.state == "ahead" else "cannot say"


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
