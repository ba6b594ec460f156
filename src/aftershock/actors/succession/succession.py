"""What comes after an actor: whether successors take up its violence, whether it comes back, and how much they kill.

An actor that loses its land may end, live on in another group, or return. UCDP's list says which groups came out of which;
what followed the ends of some hundred actors says how often. It says nothing on why this one ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.succession.ends import (
    AFTER,
    OUTCOMES,
    End,
    all_ends,
    features,
    has_earlier,
    outcome_years,
    person_years,
)
from aftershock.actors.succession.hazards import HORIZONS, Hazard, any_successor, fit_hazard
from aftershock.actors.succession.lineages import (
    FIRST_YEAR,
    LAST_LISTED,
    LAST_YEAR,
    Lineage,
    Tie,
    listed_actor,
    successors,
)
from aftershock.actors.succession.record import SILENCE, Seen, seen_in
from aftershock.actors.succession.sizes import draw_sizes, size_cases
from aftershock.contract import Events
from aftershock.errors import DataError, UsageError
from aftershock.months import year_runs
from aftershock.words import percent

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Succession", "succession"]

DRAWS, SEED = 4000, 20240101
INTERVAL = (0.05, 0.5, 0.95)
_SAID = {
    "successor": "a successor is active",
    "earlier successor": "a successor is active that had been before",
    "new successor": "a successor appears that had never been active",
    "itself again": "it is active again itself",
}

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Succession:
    """What followed an actor's end, and what follows such ends.

    Parameters
    ----------
    actor : str
        Its name in UCDP's list.
    number : int
        UCDP's number.
    at : int
        The last year that was looked at.
    last_year : int
        Its last active year by then.
    last_day : datetime.date or None
        Its last day in the events given; None without events.
    ended : bool
        Whether 12 months without an event had passed; if not, the chances are those of an end now.
    ended_before : tuple of int
        Earlier years after which it was silent for a calendar year or more.
    ties : tuple of Tie
        The groups in which it may go on.
    chances : dict of str to numpy.ndarray of float64, shape (3, draws)
        By outcome (``successor``: either of the next two; ``earlier successor``, ``new successor``, ``itself again``), the chance
        within 1, 2 and 5 years after the last active year. ``itself again`` is 0 within 1 year: its silence makes the end.
    learnt_from : dict of str to (int, int, int)
        By outcome: ends, actors they are of, and ends after which it came. The actor's own ends are not among them.
    ratio : numpy.ndarray of float64, shape (draws,), or None
        Deaths by successors in the 5 years after, if one is active, to the actor's in its last 5; None where cases of fewer
        than 5 actors are known.
    deaths : numpy.ndarray of float64, shape (draws,), or None
        Deaths by successors in those years, 0 where none is active; None where the actor's own deaths are not known.
    own_deaths : int or None
        Deaths in its last 5 years, in the events given.
    size_cases : (int, int)
        Ends, and actors, that the sizes rest on.
    came : dict of str to tuple of int
        By outcome, the years after the end in which it held, as far as known; empty dict if it has not ended.
    notes : tuple of str
        What else a reader must know.
    """

    actor: str
    number: int
    at: int
    last_year: int
    last_day: date | None
    ended: bool
    ended_before: tuple[int, ...]
    ties: tuple[Tie, ...]
    chances: dict[str, FloatArray]
    learnt_from: dict[str, tuple[int, int, int]]
    ratio: FloatArray | None
    deaths: FloatArray | None
    own_deaths: int | None
    size_cases: tuple[int, int]
    came: dict[str, tuple[int, ...]]
    notes: tuple[str, ...]

    def status(self, tie: Tie) -> str:
        """Return whether a group took up after the end, was there already, or has not been active since."""
        years = [year for year in tie.successor.years if year <= self.at]
        if not years:
            return "never active in the record"
        if not self.ended:
            return "active already" if years[-1] >= self.last_year - 1 else "silent by then"
        if years[0] > self.last_year:
            return "new after the end"
        return "there already by the end" if years[-1] > self.last_year else "not active after the end"

    def lines(self) -> list[str]:
        """Return it in sentences."""
        return [*self._end_lines(), *self._tie_lines(), *self._chance_lines(), *self._size_lines(), *self.notes]

    def _end_lines(self) -> list[str]:
        last = f"on {self.last_day}" if self.last_day else f"in {self.last_year}"
        if self.ended:
            said = [f"{self.actor} was last active {last} and then silent for 12 months or more."]
        else:
            said = [f"{self.actor} has not ended: it was active {last}. The chances are those of an end now."]
        if self.ended_before:
            years = ", ".join(map(str, self.ended_before))
            said.append(f"It had been silent for a calendar year or more before, after {years}.")
        return said

    def _tie_lines(self) -> list[str]:
        said = [f"{tie.says(self.actor, self.at)}: {self.status(tie)}." for tie in self.ties]
        return said or [
            f"UCDP's list (to {LAST_LISTED}) names no group that came out of {self.actor} or that it joined."
        ]

    def _chance_lines(self) -> list[str]:
        said = []
        for outcome, words in _SAID.items():
            if outcome == "earlier successor" and not self.chances[outcome].any():
                continue  # there was none
            parts = [
                f"{percent(middle)} ({percent(low)} to {percent(high)}) within {within} year{'s' if within > 1 else ''}"
                for within, (low, middle, high) in zip(HORIZONS, self._quantiles(outcome), strict=True)
                if not (within == 1 and outcome == "itself again")
            ]
            ends, actors, came = self.learnt_from[outcome]
            said.append(
                f"Chance that {words}, with 90 % intervals: {', '.join(parts)};"
                f" learnt from {ends:,} ends of {actors:,} other actors, after {came:,} of which it came."
            )
        if self.ended:
            said += [
                f"What came by {self.at}: {words}, {year_runs(self.came[outcome]) or 'never'}."
                for outcome, words in (
                    ("successor", "a successor active"),
                    ("itself again", "the actor itself active again"),
                )
            ]
        return said

    def _size_lines(self) -> list[str]:
        cases = f"{_count(self.size_cases[0], 'end')} of {_count(self.size_cases[1], 'actor')}"
        if self.ratio is None:
            return [f"How large the violence of successors is cannot be said: {cases} are too few."]
        low, middle, high = np.quantile(self.ratio, INTERVAL)
        said = [
            f"If a successor is active, its deaths in the {AFTER} years after are {_times(middle)} times the actor's own in its"
            f" last {AFTER} (90 % interval {_times(low)} to {_times(high)}); this rests on {cases}."
        ]
        if self.deaths is not None:
            low, middle, high = np.quantile(self.deaths, INTERVAL)
            said.append(
                f"With its {self.own_deaths:,} deaths in those years in the events given, and the chance that no"
                f" successor is active: {middle:,.0f} deaths by successors (90 % interval {low:,.0f} to {high:,.0f})."
            )
        return said

    def _quantiles(self, outcome: str) -> FloatArray:
        return np.asarray(np.quantile(self.chances[outcome], INTERVAL, axis=1).T)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per outcome and years after: ``low``, ``median``, ``high`` of the chance, and the cases."""
        import pandas as pd

        rows = [
            (outcome, within, *quantiles, *self.learnt_from[outcome])
            for outcome in OUTCOMES
            for within, quantiles in zip(HORIZONS, self._quantiles(outcome), strict=True)
        ]
        return pd.DataFrame(
            rows, columns=["outcome", "within_years", "low", "median", "high", "ends", "actors", "came"]
        )

    def document(self) -> dict[str, Any]:
        """Return it as plain values, ready for JSON."""
        drawn = {"ratio": self.ratio, "deaths": self.deaths}
        sizes = {name: None if values is None else _quantiles(values) for name, values in drawn.items()}
        return {
            "actor": self.actor,
            "ucdp_actor_id": self.number,
            "at": self.at,
            "last_year": self.last_year,
            "last_day": self.last_day.isoformat() if self.last_day else None,
            "ended": self.ended,
            "ended_before": list(self.ended_before),
            "successors": [
                {
                    "name": tie.successor.name,
                    "ucdp_actor_id": tie.successor.number,
                    "tie": tie.kind,
                    "through": tie.through or None,
                    "years": [year for year in tie.successor.years if year <= self.at],
                    "status": self.status(tie),
                }
                for tie in self.ties
            ],
            "chances": self.to_frame().to_dict("records"),
            "sizes": {**sizes, "own_deaths": self.own_deaths, "ends": self.size_cases[0], "actors": self.size_cases[1]},
            "came": {outcome: list(years) for outcome, years in self.came.items()},
            "lines": self.lines(),
        }


def succession(actor: str | int, *, events: Events | None = None, at: int | date | None = None) -> Succession:
    """Return the chances of violence by an actor's successors after its end, how large it was elsewhere, and what came.

    The chances are learnt from every end of a formally organised non-state actor in UCDP's record from 1989 on: yearly
    chances from a logistic regression on what was visible by the end, with weak fixed priors and Laplace's method for the
    uncertainty. The actor's own ends are left out. An interval is that of the chance, not of what will happen.

    Parameters
    ----------
    actor : str or int
        As UCDP's list names it, or its number there.
    events : Events, optional
        A record by days. With it an end is 365 days without an event of the actor in that record, and the actor's own deaths
        give the successors' in number. Without it an end is a calendar year without a dyad in the embedded yearly table.
    at : int or datetime.date, optional
        Nothing after this year is looked at, in the record, the lineages and the cases: a past day as it was seen then.
        The newest year if not given. A day counts as the last whole year before it.

    Raises
    ------
    UsageError
        Nobody of that name is in UCDP's list (the nearest are offered), or the year lies outside the record.
    DataError
        The actor had not been active by then.

    References
    ----------
    Davies, S., T. Pettersson and M. Öberg (2022), doi:10.1177/00223433221108428.

    Examples
    --------
    >>> said = succession("GIA")
    >>> said.last_year, [tie.successor.name for tie in said.ties][0], said.came["successor"][0]
    (2004, 'AQIM', 2005)
    """
    lineage = listed_actor(actor)
    year, seen = _last_look(lineage, events, at)
    years = [each for each in lineage.years if each <= (seen.last.year if seen else year)]
    if not years:
        raise DataError(
            f"an actor must have been active by {year} for its end to be looked at",
            found=f"{lineage.name} {'active ' + year_runs(lineage.years) if lineage.years else 'never active in the record'}",
            fix="Ask for a later year.",
        )
    end = End(lineage, years[-1])
    silent_year = end.last_year < year and end.last_year + 1 not in lineage.years
    ended = silent_year or (seen is not None and seen.silent >= SILENCE)
    rng = np.random.default_rng(SEED)
    by_year = _chances(rng, end, year)
    cases = size_cases(year, lineage.number)
    own = seen.deaths if seen and seen.covers else None
    sizes = draw_sizes(rng, DRAWS, cases, own)
    active = rng.random(DRAWS) < by_year["successor"][AFTER - 1]
    return Succession(
        actor=lineage.name,
        number=lineage.number,
        at=year,
        last_year=end.last_year,
        last_day=seen.last if seen else None,
        ended=ended,
        ended_before=tuple(each for each in years[:-1] if each + 1 not in years),
        ties=tuple(tie for tie in successors(lineage.number) if year == LAST_YEAR or _by(tie, year)),
        chances={outcome: drawn[[within - 1 for within in HORIZONS]] for outcome, drawn in by_year.items()},
        learnt_from={outcome: _counts(outcome, year, lineage.number) for outcome in OUTCOMES},
        ratio=sizes[1] if sizes else None,
        deaths=np.where(active, sizes[0], 0.0) if sizes and own is not None else None,
        own_deaths=own,
        size_cases=(len(cases.own), cases.actors),
        came={name: tuple(held) for name, held in outcome_years(end, year).items()} if ended else {},
        notes=_notes(lineage, year, seen, end),
    )


def _by(tie: Tie, year: int) -> bool:
    return any(each <= year for each in tie.successor.years)


def _last_look(lineage: Lineage, events: Events | None, at: int | date | None) -> tuple[int, Seen | None]:
    """Return the last year to look at, and what the events say of the actor by then."""
    if isinstance(at, date):
        year = at.year if (at.month, at.day) == (12, 31) else at.year - 1
    else:
        year = LAST_YEAR if at is None else at
    if not FIRST_YEAR < year <= LAST_YEAR:
        raise UsageError(
            f"the year to look from must lie in {FIRST_YEAR + 1} to {LAST_YEAR}",
            found=str(year),
            fix="Choose one of them.",
        )
    if events is None:
        return year, None
    until = at if isinstance(at, date) else None if at is None else date(at, 12, 31)
    seen = seen_in(events, lineage, until)
    if seen is None:
        raise DataError(
            "the actor must be a side of some event given",
            found=f"no event of {lineage.name}",
            fix="Leave the events out.",
        )
    return year, seen


def _chances(rng: np.random.Generator, end: End, year: int) -> dict[str, FloatArray]:
    """Return by outcome the chance by each year after the end, shape (AFTER, draws), learnt from other actors."""
    drawn = {
        outcome: _fitted(outcome, year, end.actor.number).draw(rng, features(end), DRAWS) for outcome in OUTCOMES[1:]
    }
    if not has_earlier(end):
        drawn["earlier successor"] = np.zeros((AFTER, DRAWS))
    return {"successor": any_successor(drawn["earlier successor"], drawn["new successor"])} | drawn


@lru_cache(maxsize=64)
def _fitted(outcome: str, year: int, leave_out: int) -> Hazard:
    return fit_hazard(_others(year, leave_out), outcome, year)


@lru_cache(maxsize=64)
def _counts(outcome: str, year: int, leave_out: int) -> tuple[int, int, int]:
    """Return ends an outcome was learnt from, actors they are of, and ends after which it came."""
    ends = _others(year, leave_out)
    rows = person_years(ends, outcome, year)
    used = set(rows.end.tolist())
    return len(used), len({ends[place].actor.number for place in used}), int(rows.came.sum())


def _others(year: int, leave_out: int) -> tuple[End, ...]:
    return tuple(end for end in all_ends(year) if end.actor.number != leave_out)


def _notes(lineage: Lineage, year: int, seen: Seen | None, end: End) -> tuple[str, ...]:
    said = []
    if not seen:
        said.append("The record is yearly: 12 months without an event are taken as a calendar year.")
    if year > LAST_LISTED:
        said.append(f"UCDP's list is of {LAST_LISTED}: groups that appeared later are not known as successors.")
    if not lineage.formal:
        said.append("UCDP lists it as a community or as supporters; the chances are learnt from organised groups.")
    if seen:
        later = [each for each in lineage.years if end.last_year < each <= year]
        if later:
            said.append(f"UCDP's yearly table has it active outside these events or after them: {year_runs(later)}.")
        if not seen.covers:
            said.append(
                f"The events do not reach back {AFTER} years before its last day, so its own deaths are not given."
            )
    said.append("The list's ties carry no dates, and it does not say why an actor ended.")
    return tuple(said)


def _quantiles(drawn: FloatArray) -> dict[str, float]:
    return dict(zip(("low", "median", "high"), np.quantile(drawn, INTERVAL).tolist(), strict=True))


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}" if 0.1 <= ratio < 10 else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
