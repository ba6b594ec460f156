"""Where an actor may appear next: the chance of its first events in each country where it has never been.

Learnt from all armed actors that are not governments, on the embedded table of who was active where, in years up to
the origin alone. A chance is no plan: nobody's intentions are in these figures, only where such actors came before.
"""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.dispersion import Estimate
from aftershock.actors.naming import find_actor, is_government
from aftershock.actors.spread.calibration import calibrated
from aftershock.actors.spread.exposure import FEATURES, RECENT_YEARS, Situations, situations
from aftershock.actors.spread.hazard import FIRST_ORIGIN, Hazard
from aftershock.actors.spread.presence import FIRST_YEAR, LAST_YEAR, Presence, adjacency, presence
from aftershock.contract import Events
from aftershock.errors import UsageError
from aftershock.figures import countries

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NewCountry", "Spread", "spread"]

_EARLIEST = 2000
"""Origins before this year leave too few first activities to learn from."""
_LONGEST = 5
_DRAWS = 2000
_SHOWN = 3


@dataclass(frozen=True)
class NewCountry:
    """A country in which an actor has never been active.

    Parameters
    ----------
    gwcode : int
    country : str
    probability : Estimate
        Chance of its first activity there within the horizon, with a 90 % interval.
    reasons : tuple of str
        What speaks for it, in words.
    came : int or None
        The first year of activity there, where the record goes on and there was one within the horizon.
    """

    gwcode: int
    country: str
    probability: Estimate
    reasons: tuple[str, ...]
    came: int | None


@dataclass(frozen=True)
class Spread:
    """Where an actor may appear next, and where it came before.

    Parameters
    ----------
    actor : str
    until : int
        The last year that was looked at.
    horizon_years : int
    active_in : tuple of str
        Countries of its activity in the three years to ``until``.
    past : tuple of (str, int)
        Countries by the first year of activity there, up to ``until``.
    countries : tuple of NewCountry
        All others, the likeliest first.
    new_countries : Estimate
        How many new ones to expect; the interval holds the number itself in 90 % of draws.
    came : tuple of (str, int) or None
        New countries within the horizon, where the record covers all of it.
    entries : int
        First activities the model was fitted on.
    notes : tuple of str
    """

    actor: str
    until: int
    horizon_years: int
    active_in: tuple[str, ...]
    past: tuple[tuple[str, int], ...]
    countries: tuple[NewCountry, ...]
    new_countries: Estimate
    came: tuple[tuple[str, int], ...] | None
    entries: int
    notes: tuple[str, ...]

    def words(self) -> tuple[str, ...]:
        """Return what the figures say, one sentence each."""
        expected = self.new_countries
        said = [
            f"By the end of {self.until}, {self.actor} had been active in {len(self.past)} "
            f"{'country' if len(self.past) == 1 else 'countries'}, {len(self.active_in)} of them "
            f"since {self.until - RECENT_YEARS + 1}.",
            f"New countries to expect within {_years(self.horizon_years)}: {expected.value:.2g} "
            f"(90 % of draws: {expected.low:.0f} to {expected.high:.0f}).",
        ]
        for each in self.countries[:_SHOWN]:
            why = f": {'; '.join(each.reasons)}" if each.reasons else ""
            chance = each.probability
            said.append(
                f"{each.country}: {_percent(chance.value)} ({_percent(chance.low)} to {_percent(chance.high)}){why}."
            )
        if self.came is not None:
            listed = ", ".join(f"{name} ({year})" for name, year in self.came)
            said.append(f"What came: {listed or 'no new country'}.")
        return tuple(said)

    def lines(self) -> list[str]:
        """Return :meth:`words`, and the notes after them."""
        return [*self.words(), *self.notes]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per country, the likeliest first: gwcode, country, chance, low, high, came, reasons."""
        import pandas as pd

        columns = ["gwcode", "country", "chance", "low", "high", "came", "reasons"]
        rows = [(c.gwcode, c.country, *astuple(c.probability), c.came, "; ".join(c.reasons)) for c in self.countries]
        return pd.DataFrame(rows, columns=columns).astype({"came": "Int64"})

    def document(self) -> dict[str, Any]:
        """Return the whole as plain values, ready for JSON."""
        named = {name: dict(pairs) for name, pairs in (("past", self.past), ("came", self.came or ()))}
        return {**asdict(self), **named, "came": None if self.came is None else named["came"], "lines": self.lines()}


def _years(count: int) -> str:
    return "a year" if count == 1 else f"{count} years"


def _percent(chance: float) -> str:
    return "below 0.1 %" if chance < 0.001 else f"{100 * chance:.2g} %"


@lru_cache(maxsize=8)
def _fitted(until: int, horizon_years: int) -> Hazard:
    return calibrated(until, horizon_years)


def _check(until: int | str | None, horizon_years: int) -> int:
    """Return the last whole year known at an origin, which may be a year, a month or a day."""
    if until is None:
        year = LAST_YEAR
    else:
        parts = str(until).strip().split("-")
        if not all(part.isdigit() for part in parts) or len(parts[0]) != 4 or len(parts) > 3:
            raise UsageError(
                "an origin must be a year, a month or a day",
                found=repr(until),
                fix="Write 2014, 2014-06 or 2014-06-30.",
            )
        whole = len(parts) == 1 or parts[1:] in (["12"], ["12", "31"])
        year = int(parts[0]) - (not whole)
    if not _EARLIEST <= year <= LAST_YEAR or not 1 <= horizon_years <= _LONGEST:
        raise UsageError(
            f"an origin must lie between {_EARLIEST} and {LAST_YEAR}, and the horizon between 1 and {_LONGEST} years",
            found=f"the end of {year}, {horizon_years} years",
            fix="Choose another; before, too few first activities are on record to learn from.",
        )
    return year


def spread(
    actor: str, *, events: Events | None = None, until: int | str | None = None, horizon_years: int = 1, seed: int = 0
) -> Spread:
    """Return the chance of an actor's first activity in each country where it has never been.

    Parameters
    ----------
    actor : str
        By name; governments are refused, since where they act is another question.
    events : Events, optional
        A record in which the actor is looked up by its names there. What is known of its activity elsewhere is the embedded
        table of dyads by country and year all the same.
    until : int or str, optional
        The origin: a year, or a month or day, of which the last whole year counts. The table's last year if not given.
    horizon_years : int
        1 to 5.
    seed : int
        Of the draws that give the intervals.

    Raises
    ------
    UsageError
        Nobody of that name, a government, or an actor not active in the three years to the origin.

    Examples
    --------
    >>> found = spread("IS", until=2013)
    >>> found.active_in, found.countries[0].country, found.countries[0].came
    (('Iraq', 'Syria', 'Turkey'), 'Lebanon', 2014)
    """
    year = _check(until, horizon_years)
    who = presence()
    name, place = _place(who, actor, events)
    recent = slice(year - RECENT_YEARS + 1 - FIRST_YEAR, year + 1 - FIRST_YEAR)
    names = countries().name.to_numpy()
    here = np.flatnonzero(who.active[place][:, recent].any(axis=1))
    if not len(here):
        seen = np.flatnonzero(who.active[place].any(axis=0)) + FIRST_YEAR
        raise UsageError(
            f"an actor must have been active in the {RECENT_YEARS} years to the origin, or nothing can be said of it",
            found=f"{name}, active in {seen[0]} to {seen[-1]}, at the end of {year}",
            fix="Choose another origin.",
        )
    rows = situations(who, year, np.array([place]))
    hazard = _fitted(year, horizon_years)
    rng = np.random.default_rng(seed)
    chances = hazard.draw(rng, rows.levels, place, _DRAWS)
    number = (rng.random(chances.shape) < chances).sum(axis=0)
    order = np.argsort(-chances.mean(axis=1), kind="stable")
    listed = tuple(_new_country(who, rows, k, chances[k], year=year, horizon_years=horizon_years) for k in order)
    past = sorted((int(who.entered[place, c]), str(names[c])) for c in np.flatnonzero(who.entered[place] <= year))
    came = [(each.country, each.came) for each in listed if each.came is not None]
    return Spread(
        name, year, horizon_years, tuple(sorted(names[here])), tuple((each, first) for first, each in past), listed,
        Estimate(float(chances.sum(axis=0).mean()), *np.quantile(number, (0.05, 0.95)).tolist()),
        tuple(sorted(came, key=lambda pair: pair[1])) if year + horizon_years <= LAST_YEAR else None,
        hazard.entries, _notes(hazard),
    )  # fmt: skip


def _place(who: Presence, actor: str, events: Events | None) -> tuple[str, int]:
    """Return an actor's name and its place in the presence."""
    if is_government(actor):
        raise UsageError(
            "a spread is learnt of armed groups, not of governments", found=repr(actor), fix="Name a group."
        )
    if actor in who.actors:
        return actor, who.actors.index(actor)
    spellings = () if events is None else find_actor(events, actor).spellings
    named = next((each for each in spellings if each in who.actors), None) or find_actor(None, actor).name
    if named in who.actors:
        return named, who.actors.index(named)
    several = [each for each in who.actors if each.startswith(f"{named} (UCDP ")]
    raise UsageError(
        "a name must mean one armed group",
        found=repr(actor),
        fix=f"Write {' or '.join(several)}." if several else "Name a group.",
    )


def _new_country(
    who: Presence, rows: Situations, k: int, chances: NDArray[np.float64], *, year: int, horizon_years: int
) -> NewCountry:
    place = int(rows.country[k])
    first = int(who.entered[rows.actor[k], place])
    table = countries()
    low, high = np.quantile(chances, (0.05, 0.95))
    return NewCountry(
        int(table.gwcode[place]), str(table.name[place]), Estimate(float(chances.mean()), float(low), float(high)),
        _reasons(who, rows, k, year), first if year < first <= year + horizon_years else None,
    )  # fmt: skip


def _reasons(who: Presence, rows: Situations, k: int, year: int) -> tuple[str, ...]:
    """Say what of the situation speaks for a first activity."""
    actor, place = int(rows.actor[k]), int(rows.country[k])
    level = dict(zip(FEATURES, rows.levels[k].tolist(), strict=True))
    recent = slice(year - RECENT_YEARS + 1 - FIRST_YEAR, year + 1 - FIRST_YEAR)
    names = countries().name.to_numpy()
    there = who.active[:, place, recent].any(axis=1)
    said = []
    if level["near"] >= 2:
        beside, _ = adjacency()
        said.append(f"borders {_listed(names[who.active[actor][:, recent].any(axis=1) & (beside[place] > 0)])}")
    elif level["near"] == 1:
        said.append("in the same part of the world")
    if level["affiliate"]:
        tied = np.flatnonzero((who.joint[actor] <= year) & there)
        said.append(f"{_listed([who.actors[each] for each in tied])}, tied to it, active there")
    if level["foe"]:
        foes = np.flatnonzero(who.opposed[actor][:, recent].any(axis=1) & there)
        if who.opposed_states[actor, place, recent].any():
            said.append("fights its government elsewhere")
        if len(foes):
            said.append(f"{_listed([who.actors[each] for each in foes])}, its opponent, active there")
    if level["target_actors"]:
        said.append(f"{int(there.sum())} armed {'actor' if there.sum() == 1 else 'actors'} active there")
    return tuple(said)


def _listed(names: NDArray[np.str_] | list[str]) -> str:
    ordered = sorted(str(name) for name in names)
    return ", ".join(ordered[:3]) + (f" and {len(ordered) - 3} more" if len(ordered) > 3 else "")


def _notes(hazard: Hazard) -> tuple[str, ...]:
    return (
        f"Learnt from {hazard.entries:,} first activities in new countries since {FIRST_ORIGIN}; what came before 1989 is "
        "not on record.",
        "Activity is a year in which a dyad of the actor cost a life there; dyads that never passed 25 deaths in a year are "
        "not in the table.",
        "Ties between actors are UCDP's list of 2022, which has no dates: they count from the first year in which both had "
        "been seen.",
        "What the actor does within the horizon does not feed back: of several years, the later ones rest on the origin too.",
        "On 2015 to 2024, chances from 1 % up came in six cases of ten foretold: read them as an order rather than as odds.",
    )
