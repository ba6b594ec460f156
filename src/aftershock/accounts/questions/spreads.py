"""In how many countries an actor has been active by a date, and how likely the others were."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from aftershock.accounts.questions.answering.evidence import filter_of
from aftershock.accounts.questions.answering.naming import Whom, joined, resolve
from aftershock.accounts.questions.answering.presence import FIRST_ACTIVE, look_for
from aftershock.accounts.questions.answering.windows import active_rows, is_then, open_end, words_of
from aftershock.accounts.questions.base import Question
from aftershock.accounts.questions.happened import YEARS
from aftershock.accounts.record import DYADS, table_vintage
from aftershock.accounts.verdicts import Threshold, Verdict, by_count
from aftershock.contract import TYPES
from aftershock.errors import AftershockError, UsageError
from aftershock.figures import countries as country_table

if TYPE_CHECKING:
    from aftershock.accounts.record import Record
    from aftershock.actors.spread.spread import Spread

__all__ = ["Spreads"]

LONGEST = 5
CHANCE_NOTE = (
    "The chance is that of first activity by the end of the window's last year, learned from all armed groups; chances from 1 % "
    "up came in six cases of ten foretold. Countries are taken to be independent of each other."
)
LEFT_OUT = (
    "The yearly table leaves out dyads that never passed 25 deaths in a year, so an actor may be in more countries."
)


@dataclass(frozen=True)
class _Countries:
    """Countries by whether the actor was active there: yes, not known, no; those of them not known because the window goes on."""

    yes: tuple[str, ...]
    unknown: tuple[str, ...]
    no: tuple[str, ...]
    over: bool


class Spreads(Question):
    """Whether an actor is active in countries by a date.

    With countries in the scope: in all of these, or in as many as the figure says. Without: in as many as it says, one at least.

    Parameters
    ----------
    new : bool
        Count only countries in which it had never been active before the window.
    """

    asks: ClassVar[str] = "in which countries is an actor active by a date"
    kind: Literal["spreads"] = "spreads"
    new: bool = False

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        scope, window = self.criteria.scope, self.criteria.window
        first = " for the first time" if self.new else ""
        where = (
            joined([str(name) for name in scope.countries], "and") if scope.countries else f"{self._bounds} countries"
        )
        return f"Was {', '.join(scope.actors)} active{first} in {where}, {words_of(window.start, window.end)}?"

    @property
    def _bounds(self) -> Threshold:
        if self.criteria.threshold is not None:
            return self.criteria.threshold.bounds
        return Threshold(low=max(len(self.criteria.scope.countries), 1))

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds."""
        whom = resolve(self.criteria.scope, record)
        if len(whom.actors) != 1 or whom.against:
            raise UsageError(
                "a spreads question must name one actor", found=whom.who() or "none", fix="Name it under `actors`."
            )
        end = open_end(self.criteria.window, then)
        running = end is None or end >= record.today
        found = self._listed(record, whom, then) if whom.countries else self._all(record, whom, end)
        low, high = len(found.yes), len(found.yes) + len(found.unknown)
        word = by_count(self._bounds, low, low, high, over=found.over)
        if word == "within the uncertainty" or (word == "not yet decided" and not running):
            word = "cannot say"
        settled = word in ("supported", "contradicted") and not is_then(record, then)
        told = self._chance(record, whom, found, end) if is_then(record, then) and word == "not yet decided" else None
        figures: dict[str, Any] = {
            "low": low,
            "best": low,
            "high": high,
            "countries": list(found.yes),
            "not_known": list(found.unknown),
        }
        return Verdict(
            word,
            self._sentence(whom, found, told),
            figures | ({"new_expected": told[1]} if told else {}),
            filter_of(
                self.criteria.model_copy(update={"measure": "events"}),
                whom,
                self.criteria.window.start,
                end,
                record.days_name + YEARS,
            ),
            low,
            vintage=table_vintage(DYADS) if record.spans is not None else f"{record.vintage}; {table_vintage(DYADS)}",
            provisional=not found.over,
            chance=told[0] if told else None,
            outcome=word == "supported" if settled else None,
            decided_on=str(end or record.today) if settled else None,
            notes=(*([CHANCE_NOTE] if told else []), LEFT_OUT, *record.notes),
        )

    def _sentence(self, whom: Whom, found: _Countries, told: tuple[float, float] | None) -> str:
        total = f" of {len(whom.countries)}" if whom.countries else ""
        listed = f": {joined(found.yes, 'and', most=20)}" if found.yes else ""
        first = " for the first time" if self.new else ""
        said = f"{whom.who()} is on record as active{first} in {len(found.yes)}{total} countries{listed}"
        if found.unknown:
            said += f"; not known of {joined(found.unknown, 'and', most=12)}"
        if found.no:
            said += f"; not in {joined(found.no, 'and', most=12)}"
        if told:
            said += f"; chance that it comes to be as said: {told[0]:.1%}"
        return f"{said}. Stated: {self._bounds}."

    def _listed(self, record: Record, whom: Whom, then: dt.date) -> _Countries:
        """Look for the actor in each country named."""
        held: dict[str, list[str]] = {"active": [], "quiet": [], "ahead": [], "open": []}
        for number, name in zip(whom.countries, whom.country_names(), strict=True):
            one = Whom(whom.actors, (), whom.spelt, frozenset(), None, (number,), ())
            state = look_for(record, one, self.criteria, then).state
            if state == "active" and self.new and self._been(record, one):
                state = "quiet"
            held[state].append(name)
        unknown = (*held["ahead"], *held["open"])
        return _Countries(tuple(held["active"]), unknown, tuple(held["quiet"]), not held["ahead"])

    def _been(self, record: Record, whom: Whom) -> bool:
        """Return whether the actor had been active in a country before the window."""
        start = self.criteria.window.start
        table = active_rows(record.activity, whom)
        here = table[table.gwcode.isin(whom.countries)]
        return start is not None and bool((here.year < start.year).any())

    def _all(self, record: Record, whom: Whom, end: dt.date | None) -> _Countries:
        """Return the countries of the yearly table, by whole years of the window."""
        start, last = self.criteria.window.start or dt.date(FIRST_ACTIVE, 1, 1), end or record.today
        table = active_rows(record.activity, whom)
        table = table[table.type_of_violence.isin([TYPES[name] for name in self.criteria.types])]
        if self.new:
            first = table.groupby("gwcode").year.transform("min")
            table = table[first >= start.year]
        whole = (table.year >= start.year + (start > dt.date(start.year, 1, 1))) & (
            table.year <= last.year - (last < dt.date(last.year, 12, 31))
        )
        touched = (table.year >= start.year) & (table.year <= last.year)
        names = dict(zip(country_table().gwcode.tolist(), country_table().name.tolist(), strict=True))
        yes = sorted({str(names.get(n, n)) for n in table.gwcode[whole]})
        maybe = sorted({str(names.get(n, n)) for n in table.gwcode[touched]} - set(yes))
        over = end is not None and end <= dt.date(record.last_active, 12, 31)
        return _Countries(tuple(yes), tuple(maybe), (), over)

    def _chance(self, record: Record, whom: Whom, found: _Countries, end: dt.date | None) -> tuple[float, float] | None:
        """Return the chance that enough countries come, and how many new ones were to be expected."""
        horizon = (end.year if end else record.today.year + 1) - record.last_active
        told = hazard_of(record, whom.actors[0], min(max(horizon, 1), LONGEST))
        bounds = self._bounds
        if told is None or bounds.low is None:
            return None
        chances = [
            each.probability.value
            for each in told.countries
            if not whom.countries or (each.gwcode in whom.countries and each.country not in found.yes)
        ]
        need = int(np.ceil(bounds.low)) - len(found.yes)
        missing = len(found.unknown) - len(chances) if whom.countries else 0
        if missing > 0:
            return None  # it had been in some of them before: a return is not what was learned
        return float(_at_least(np.array(chances), need)), told.new_countries.value


def hazard_of(record: Record, actor: str, years: int) -> Spread | None:
    """Return where an actor may appear next, as of the record's last whole year; None where nothing can be said."""
    from aftershock.actors.spread.spread import spread

    def make() -> Spread | None:
        try:
            return spread(actor, until=record.last_active, horizon_years=years)
        except AftershockError:
            return None

    return record.keep(("spread", actor, years), make)


def _at_least(chances: np.ndarray, need: int) -> float:
    """Return the chance that so many of independent things come or more.

    Examples
    --------
    >>> _at_least(np.array([0.5, 0.5]), 1)
    0.75
    """
    if need <= 0:
        return 1.0
    shares = np.array([1.0])
    for chance in chances:
        shares = np.convolve(shares, [1 - chance, chance])
    return float(shares[need:].sum())
