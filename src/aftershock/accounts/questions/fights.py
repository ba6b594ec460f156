"""Whether two actors fight each other in the record."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from aftershock.accounts.questions.answering.evidence import filter_of, month_chart
from aftershock.accounts.questions.answering.naming import Whom
from aftershock.accounts.questions.answering.pairs import (
    chance_of_fight,
    later_words,
    pair_asked,
    seen_together,
    triads_of,
)
from aftershock.accounts.questions.answering.presence import Found, look_for
from aftershock.accounts.questions.answering.windows import is_then, words_of
from aftershock.accounts.questions.base import Question
from aftershock.accounts.questions.happened import YEARS
from aftershock.accounts.record import DYADS, table_vintage
from aftershock.accounts.verdicts import Verdict, VerdictWord

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Fights"]

TRIADS = 2
CHANCE_NOTE = (
    "The chance is that of a fatal event between the two, learned from all pairs of actors that did not fight, year by year; it "
    "says nothing on who would begin, and chances above 3 % came true half as often as said."
)

PROXY_NOTE = "UCDP counts an event under the dyad: forces that fight in the stead of one of the two are another."


class Fights(Question):
    """Whether two actors fought each other in a window.

    Parameters
    ----------
    holds : bool
        What the account says: that they do (or will), or that they do not.
    """

    asks: ClassVar[str] = "do two actors fight each other in the record"
    states_figure: ClassVar[bool | None] = False
    kind: Literal["fights"] = "fights"
    holds: bool = True

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        scope, window = self.criteria.scope, self.criteria.window
        where = f" in {', '.join(map(str, scope.countries))}" if scope.countries else ""
        verb = "fight" if self.holds else "keep from fighting"
        pair = f"{', '.join(scope.actors)} and {', '.join(scope.against)}"
        return f"Did {pair} {verb} each other{where}, {words_of(window.start, window.end)}?"

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        whom, criteria = pair_asked(self.criteria, record, self.kind)
        found = look_for(record, whom, criteria, then)
        beside = seen_together(record, whom, found)
        word = _word(found, holds=self.holds)
        said = [f"{' and '.join((whom.actors[0], whom.against[0]))}: {found.sentence}"]
        if beside:
            said.append(f"they also stood on one side: {beside}")
        triads = triads_of(record, whom)
        said += [*later_words(record, whom, criteria, found.asked), *triads[:TRIADS]]
        told = self._chance(record, whom, found) if is_then(record, then) else None
        settled = word in ("supported", "contradicted") and not is_then(record, then)
        figures: dict[str, Any] = {
            "events": len(found.rows), "deaths": int(found.rows.best.sum()), "first": _iso(found.first), "last": _iso(found.last),
            "years": list(found.years), "joint_events": beside.events, "unbalanced_triads": len(triads),
        }  # fmt: skip
        return Verdict(
            word,
            f"{'; '.join(said)}.",
            figures | (told or {}),
            filter_of(
                criteria.model_copy(update={"measure": "events"}),
                whom,
                found.asked.start,
                found.asked.end,
                record.days_name + YEARS,
            ),
            found.sample,
            found.event_ids,
            record.vintage if len(found.rows) or not found.years else table_vintage(DYADS),
            provisional=found.state == "ahead" or bool(found.last and record.provisional(found.last)),
            chance=told["chance"] if told else None,
            outcome=word == "supported" if settled else None,
            decided_on=_decided(found) if settled else None,
            notes=(*([CHANCE_NOTE] if told else []), *([PROXY_NOTE] if found.state == "quiet" else []), *record.notes),
            chart=_chart(found, whom, then),
        )

    def _chance(self, record: Record, whom: Whom, found: Found) -> dict[str, float] | None:
        """Return the chance on the day, where nothing has come yet."""
        told = chance_of_fight(record, whom, found.asked.end) if found.state == "ahead" else None
        if told is None:
            return None
        values = (told.chance, told.low, told.high, told.base_rate)
        if not self.holds:
            values = (1 - told.chance, 1 - told.high, 1 - told.low, 1 - told.base_rate)
        return dict(zip(("chance", "low", "high", "base_rate"), values, strict=True)) | {"over_years": told.years}


def _word(found: Found, *, holds: bool) -> VerdictWord:
    if found.state in ("active", "quiet"):
        return "supported" if (found.state == "active") == holds else "contradicted"
    return "not yet decided" if found.state == "ahead" else "cannot say"


def _decided(found: Found) -> str | None:
    return _iso(
        found.first if found.state == "active" and found.first and found.asked.start else found.asked.end or found.last
    )


def _chart(found: Found, whom: Whom, then: dt.date) -> Any:
    span = found.asked.span or (found.first, found.last)
    return month_chart(found.rows, span, title=f"Events, {whom.who()}", mark=then)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
