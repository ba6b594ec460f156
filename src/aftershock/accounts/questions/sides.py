"""Whether two actors stand on one side in the record."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Literal

from aftershock.accounts.questions.answering.evidence import filter_of
from aftershock.accounts.questions.answering.pairs import (
    Together,
    later_words,
    pair_asked,
    seen_together,
    tied_in_list,
    triads_of,
)
from aftershock.accounts.questions.answering.presence import Found, look_for
from aftershock.accounts.questions.answering.windows import is_then, words_of
from aftershock.accounts.questions.base import Question
from aftershock.accounts.questions.happened import YEARS
from aftershock.accounts.verdicts import Verdict, VerdictWord

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Sides"]

TRIADS = 2
JOINT = f"{YEARS}: joint sides of"
UNSEEN = "The record sees allies only where they fight on one side of one event: support without that is not in it."


class Sides(Question):
    """Whether two actors side with each other.

    Parameters
    ----------
    holds : bool
        What the account says: that they do (or will), or that they do not.
    """

    asks: ClassVar[str] = "do two actors stand on one side in the record"
    states_figure: ClassVar[bool | None] = False
    kind: Literal["sides"] = "sides"
    holds: bool = True

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        scope, window = self.criteria.scope, self.criteria.window
        verb = "side" if self.holds else "keep from siding"
        pair = f"{', '.join(scope.actors)} and {', '.join(scope.against)}"
        return f"Did {pair} {verb} with each other, {words_of(window.start, window.end)}?"

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        whom, criteria = pair_asked(self.criteria, record, self.kind)
        fought = look_for(record, whom, criteria, then)
        beside = seen_together(record, whom, fought)
        listed, triads = tied_in_list(record, whom), triads_of(record, whom)
        word = _word(fought, beside, holds=self.holds)
        names = f"{whom.actors[0]} and {whom.against[0]}"
        series = record.days_name + JOINT
        said = [f"{names}: {beside if beside else 'not seen on one side of a fight'}"]
        if fought.state == "active":
            said.append(f"fought each other: {fought.sentence}")
        if listed:
            said.append(f"tied in UCDP's actor list, without a date: {listed}")
        said += [*later_words(record, whom, criteria, fought.asked), *triads[:TRIADS]]
        settled = word in ("supported", "contradicted") and not is_then(record, then)
        return Verdict(
            word,
            f"{'; '.join(said)}.",
            {"joint_events": beside.events, "joint_years": list(beside.years), "events": len(fought.rows),
             "years": list(fought.years), "listed": bool(listed), "unbalanced_triads": len(triads)},
            filter_of(
                criteria.model_copy(update={"measure": "events"}), whom, fought.asked.start, fought.asked.end, series
            ),
            beside.events or len(beside.years) or fought.sample,
            fought.event_ids,
            record.vintage,
            provisional=word == "not yet decided" or bool(beside.last and record.provisional(beside.last)),
            outcome=word == "supported" if settled else None,
            decided_on=str(fought.asked.end or beside.last or fought.last) if settled else None,
            notes=(UNSEEN, *record.notes),
        )  # fmt: skip


def _word(fought: Found, beside: Together, *, holds: bool) -> VerdictWord:
    """Return the verdict: siding seen and no fight, a fight and no siding, or neither of both."""
    active = fought.state == "active"
    if beside and active:
        return "within the uncertainty"
    if beside or active:
        return "supported" if bool(beside) == holds else "contradicted"
    return "not yet decided" if fought.state == "ahead" else "cannot say"
