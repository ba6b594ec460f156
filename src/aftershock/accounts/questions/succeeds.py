"""Whether one group goes on in another: the tie in UCDP's list of actors, and violence after the predecessor's end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from aftershock.accounts.questions.answering.windows import is_then
from aftershock.accounts.questions.base import Name, Question
from aftershock.accounts.record import DYADS, table_vintage
from aftershock.accounts.verdicts import Verdict, VerdictWord
from aftershock.actors.succession.ends import AFTER
from aftershock.actors.succession.lineages import LAST_LISTED, Tie, lineages, listed_actor, successors
from aftershock.actors.succession.succession import Succession, succession
from aftershock.errors import DataError, UsageError
from aftershock.months import year_runs
from aftershock.words import percent

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Succeeds"]

LIST_NOTE = (
    f"UCDP's list of actors (22.1) has no dates, and knows groups that appeared by {LAST_LISTED}; the years are those of its "
    "yearly table, which leaves out dyads that never passed 25 deaths in a year."
)


class Succeeds(Question):
    """Whether a group's violence goes on in a successor after its end.

    Parameters
    ----------
    predecessor : str
    successor : str, optional
        Any group that UCDP ties to it, if not given.
    """

    asks: ClassVar[str] = "does a group go on in another after its end"
    states_figure: ClassVar[bool | None] = False
    kind: Literal["succeeds"] = "succeeds"
    predecessor: Name
    successor: Name | None = None

    def named(self) -> tuple[str, ...]:
        """Return both groups."""
        return (self.predecessor, self.successor) if self.successor else (self.predecessor,)

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        return f"Did the violence of {self.predecessor} go on in {self.successor or 'a successor'} after its end?"

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        actors = [record.actor(name) for name in self.named()]
        asks = f"UCDP's actor list and yearly table to {record.last_active}: {' and '.join(actor.name for actor in actors)}"
        settles = not is_then(record, then)
        if len(actors) == 2 and set(actors[0].spellings) & set(actors[1].spellings):
            years = self._years(record, actors[1].name)
            names = f"{self.predecessor} and {self.successor}"
            said = f"UCDP counts {names} as one actor, {actors[1].name}, active {years or 'in no year'}."
            return self._verdict("supported", said, {}, asks, record, settles=settles)
        try:
            told = succession(actors[0].name, at=self._at(record))
        except (UsageError, DataError) as error:
            said = f"Cannot say: {error.must}; found {error.found}."
            return self._verdict("cannot say", said, {}, asks, record, settles=False)
        if len(actors) == 2:
            return self._of_two(told, actors[1].name, asks, record, settles=settles)
        return self._of_any(told, asks, record, settles=settles)

    def _at(self, record: Record) -> dt.date | None:
        return dt.date(record.last_active, 12, 31) if record.day else None

    def _years(self, record: Record, name: str) -> str:
        try:
            return year_runs([year for year in listed_actor(name).years if year <= record.last_active])
        except UsageError:
            return ""

    def _of_two(self, told: Succession, name: str, asks: str, record: Record, *, settles: bool) -> Verdict:
        """Return the verdict on one named successor."""
        try:
            other = listed_actor(name)
        except UsageError as error:
            return self._verdict(
                "cannot say", f"Cannot say: {error.must}; found {error.found}.", {}, asks, record, settles=False
            )
        tie = next((tie for tie in successors(told.number) if tie.successor.number == other.number), None)
        if tie is None:
            back = any(t.successor.number == told.number and t.kind == "splinter" for t in successors(other.number))
            if back:
                said = f"UCDP's list has it the other way: {told.actor} came out of {other.name}."
                return self._verdict("contradicted", said, {}, asks, record, settles=settles)
            said = f"UCDP's list of actors ties {told.actor} and {other.name} in no way."
            return self._verdict("cannot say", said, {}, asks, record, settles=False)
        after = [year for year in other.years if told.last_year < year <= record.last_active]
        word: VerdictWord = (
            "supported" if told.ended and after else "cannot say" if told.ended and settles else "not yet decided"
        )
        said = f"{tie.says(told.actor, record.last_active)}. {self._ended(told)}"
        if told.ended:
            said += (
                f" After that {other.name} was active in {year_runs(after)}."
                if after
                else f" {other.name} was not active after that."
            )
        figures = {"last_year": told.last_year, "years_after": after}
        return self._verdict(word, said, figures, asks, record, settles=settles, sample=len(after))

    def _of_any(self, told: Succession, asks: str, record: Record, *, settles: bool) -> Verdict:
        """Return the verdict on any successor, with the chance where it is not decided."""
        came = list(told.came.get("successor", ()))
        names = _active_names(told, record.last_active)
        low, median, high = np.quantile(told.chances["successor"][-1], (0.05, 0.5, 0.95)).tolist()
        ends, _, times = told.learnt_from["successor"]
        figures: dict[str, Any] = {
            "low": low,
            "median": median,
            "high": high,
            "last_year": told.last_year,
            "years_after": came,
        }
        word: VerdictWord
        if came:
            word, said = (
                "supported",
                f"{self._ended(told)} After that successors were active in {year_runs(came)}: {', '.join(names)}.",
            )
        elif not told.ended or told.at - told.last_year < AFTER:
            word, said = "not yet decided", self._ended(told)
            figures["base_rate"] = times / ends if ends else None
            spread = f"{percent(median)} (90 % interval {percent(low)} to {percent(high)})"
            said += f" Chance of a successor's violence within {AFTER} years of an end: {spread}."
        elif told.last_year + AFTER <= LAST_LISTED:
            word, said = (
                "contradicted",
                f"{self._ended(told)} No successor in UCDP's list was active in the {AFTER} years after.",
            )
        else:
            word, said = (
                "cannot say",
                f"{self._ended(told)} UCDP's list does not know groups that appeared after {LAST_LISTED}.",
            )
        chance = median if word == "not yet decided" else None
        return self._verdict(word, said, figures, asks, record, settles=settles, chance=chance, sample=len(came))

    def _ended(self, told: Succession) -> str:
        if told.ended:
            return f"{told.actor} was last active in {told.last_year}."
        return f"{told.actor} has not ended by {told.at}: it was active in {told.last_year}."

    def _verdict(
        self, word: VerdictWord, said: str, figures: dict[str, Any], asks: str, record: Record, *,
        settles: bool, chance: float | None = None, sample: int = 0,
    ) -> Verdict:  # fmt: skip
        settled = settles and word in ("supported", "contradicted")
        return Verdict(
            word, said, figures, asks, sample, vintage=f"{table_vintage(DYADS)}; {table_vintage('actors')}",
            provisional=word == "not yet decided", chance=chance, outcome=word == "supported" if settled else None,
            decided_on=f"{record.last_active}-12-31" if settled else None, notes=(LIST_NOTE,),
        )  # fmt: skip


def _active_names(told: Succession, until: int) -> list[str]:
    """Return the successors that were active after the end."""

    def after(tie: Tie) -> bool:
        return any(told.last_year < year <= until for year in lineages()[tie.successor.number].years)

    return [tie.successor.name for tie in told.ties if after(tie)][:8]
