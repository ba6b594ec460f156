"""Will deaths reach so many by a date? The chance as of the account's day; then what came."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from aftershock.accounts.questions.answering import ahead_countries, ahead_system
from aftershock.accounts.questions.answering.modelled import OfSystem
from aftershock.accounts.questions.answering.systems import scope_words
from aftershock.accounts.questions.answering.windows import is_then
from aftershock.accounts.verdicts import Verdict

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Forecast"]


class Forecast(OfSystem):
    """Whether deaths will be as many as said in a window after the account's day.

    Of whole countries the default model answers, by calendar months: those that begin within the window, from the month after
    the account's unless it says otherwise. Of actors, or of events or civilian deaths, an actor system answers, by days.

    Parameters
    ----------
    over : {"window", "month"}
        Whether the threshold is for the whole window, or for its deadliest month: "at least 500" then means in some month,
        "at most 500" in none more.
    system : Recipe, optional
        Of the actor system.
    """

    asks: ClassVar[str] = "the chance on the day that deaths would reach so many by a date, and what came"
    kind: Literal["forecast"] = "forecast"
    states_figure: ClassVar[bool | None] = True
    over: Literal["window", "month"] = "window"

    @model_validator(mode="after")
    def _asks_something(self) -> Forecast:
        if self.criteria.window.end is None:
            raise ValueError("must state the window's end in criteria")
        if not self.criteria.scope.countries and not (self.by_system and self.system):
            raise ValueError("must name the countries of its scope")
        if self.by_system and self.over == "month":
            raise ValueError("must be over the window where it is about actors, events or civilian deaths")
        return self

    @property
    def by_system(self) -> bool:
        """Whether an actor system answers."""
        criteria = self.criteria
        return bool(criteria.scope.actors or criteria.scope.against) or criteria.measure != "deaths"

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        criteria = self.criteria
        assert criteria.threshold is not None  # the form says so
        begin = f"from {criteria.window.start} " if criteria.window.start else ""
        month = " in its deadliest month" if self.over == "month" else ""
        what = f"{criteria.threshold.bounds} {criteria.measure}{month}"
        return (
            f"Will there be {what} from {scope_words(criteria.scope, criteria.types)}, {begin}to {criteria.window.end}?"
        )

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the chance on the day; later, what came."""
        if self.by_system:
            way = ahead_system.chance_of if is_then(record, then) else ahead_system.outcome_of
        else:
            way = ahead_countries.chance_of if is_then(record, then) else ahead_countries.outcome_of
        return way(self, record, then)
