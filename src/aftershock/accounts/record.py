"""What questions are put to: the record as it is known now, or as it was known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from aftershock.accounts.columns import Columns, read_columns
from aftershock.accounts.series import (
    DYADS,
    EMBEDDED,
    Span,
    activity_before,
    cut_events,
    cut_panel,
    cut_spans,
    find_everywhere,
    find_series,
    of_countries,
    spans_of,
)
from aftershock.actors.naming import NamedActor
from aftershock.contract import Events, Panel
from aftershock.errors import DataError, UsageError
from aftershock.figures import sources
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.months import FIRST_MONTH, month_id
from aftershock.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from aftershock.scenarios.running import Prepared
    from aftershock.scenarios.scenario import Recipe

__all__ = ["DYADS", "Record", "Span", "record_at", "table_vintage"]

T = TypeVar("T")
LAST_ACTIVE = 2024


def table_vintage(name: str) -> str:
    """Return the vintage of an embedded table.

    Examples
    --------
    >>> table_vintage(DYADS)
    'UCDP GED 25.1'
    """
    return str(sources()["tables"][name]["vintage"])


@dataclass(frozen=True, eq=False)
class Record:
    """The record on a day.

    Three series, never mixed: events by day, deaths by country and month, and who was active where by year. A verdict says
    which one it rests on.

    Parameters
    ----------
    day : datetime.date or None
        Only what is dated before it is in here; None for all that is known now.
    events : Events
        Those that ended before the day.
    panel : Panel
        Deaths by country and whole month before the day.
    activity : pandas.DataFrame
        ``gwcode, year, type_of_violence, dyad_id, dyad_name, side_a, side_b``: which dyad was active where in which whole
        year before the day. Sides carry no direction.
    published : bool
        Whether the events come from data published before the day, or from a later release cut to it.
    spans : dict of int to (datetime.date, datetime.date) or None
        First and last day the events cover, by Gleditsch–Ward number; None where they cover the whole world.
    whole : (datetime.date, datetime.date) or None
        First and last day of a record of the whole world.
    notes : tuple of str
    """

    day: dt.date | None
    events: Events
    panel: Panel
    activity: pd.DataFrame
    published: bool
    spans: dict[int, Span] | None
    whole: Span | None
    notes: tuple[str, ...]
    _systems: dict[tuple[str, str, int], Prepared] = field(default_factory=dict, repr=False)
    _actors: dict[str, NamedActor] = field(default_factory=dict, repr=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def vintage(self) -> str:
        """The release the events come from."""
        return self.events.provenance.vintage.partition(". ")[0]

    @property
    def today(self) -> dt.date:
        """The day of the record: the account's, or today."""
        return self.day or dt.datetime.now(dt.UTC).date()

    @property
    def has_ids(self) -> bool:
        """Whether events carry UCDP's own numbers: the embedded days and ACLED's have none."""
        return self.events.provenance.source != EMBEDDED and self.days_name.startswith("UCDP")

    @property
    def days_name(self) -> str:
        """What the series of events is called in a verdict."""
        return f"{'ACLED' if self.vintage.startswith('ACLED') else 'UCDP'} events by day"

    @cached_property
    def columns(self) -> Columns:
        """The events as columns."""
        return read_columns(self.events)

    def actor(self, name: str) -> NamedActor:
        """Return the actor of that name: as the events write it, else as the table of who was active where does.

        On a past day a name that nobody had by then is an actor without events.

        Raises
        ------
        UsageError
            Nobody has that name; the nearest are offered.
        """
        if name not in self._actors:
            self._actors[name] = find_everywhere(self.events, name, past=self.day is not None)
        return self._actors[name]

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what several questions need, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    @property
    def last_active(self) -> int:
        """The last whole year that the table of who was active where holds."""
        return LAST_ACTIVE if self.day is None else min(LAST_ACTIVE, self.day.year - 1)

    def numbers(self, countries: Sequence[str | int]) -> list[int]:
        """Return the Gleditsch–Ward numbers of countries by name, code or number, ascending.

        Raises
        ------
        UsageError
            A name nobody knows; the nearest is offered.
        """
        return find_gwcodes(list(countries), gwcode_names()) if countries else []

    def span(self, countries: Sequence[str | int] = ()) -> Span | None:
        """Return the first and last day that the events cover for every one of some countries.

        Parameters
        ----------
        countries : sequence of str or int
            The whole world if none are given.
        """
        if self.spans is None:
            return self.whole
        found = [self.spans.get(number) for number in self.numbers(countries)]
        held = [one for one in found if one is not None]
        if not held or len(held) < len(found):
            return None
        first, last = max(one[0] for one in held), min(one[1] for one in held)
        return (first, last) if first <= last else None

    def last_day(self, countries: Sequence[str | int] = ()) -> dt.date | None:
        """Return the last day that the events cover for these countries, None where they do not cover them all."""
        held = self.span(countries)
        return held[1] if held else None

    def covers(self, countries: Sequence[str | int], start: dt.date, end: dt.date) -> bool:
        """Return whether the events cover these countries from one day to another."""
        held = self.span(countries)
        return held is not None and held[0] <= start and end <= held[1]

    def provisional(self, day: dt.date) -> bool:
        """Return whether what is known of a day rests on data that will still be revised."""
        return month_id(day.year, day.month) >= self.events.provisional_from

    def system(self, recipe: Recipe, *, folder: Path = Path(), seed: int = 1) -> Prepared:
        """Return the system of a recipe, fitted on what is in here once.

        Parameters
        ----------
        recipe : Recipe
            Its ``until`` is cut to the last day covered for all of its countries.
        folder : pathlib.Path
            What the recipe's rule is looked for in.
        seed : int

        Raises
        ------
        DataError
            The events do not cover the recipe's countries.
        """
        from aftershock.scenarios.running import fit_recipe, prepare  # compiled code: only where a system is asked

        key = (recipe.model_dump_json(), str(folder), seed)
        if key not in self._systems:
            named = recipe.countries or tuple(self.spans or ())
            last = self.last_day(named)
            if last is None:
                raise DataError(
                    "a system needs events of its countries",
                    found=f"none of {', '.join(map(str, named)) or 'any country'}{self._before}",
                    fix="Import events with `aftershock import`, or name countries that the record covers.",
                )
            cut = recipe.model_copy(update={"until": min(recipe.until or last, last)})
            self._systems[key] = prepare(fit_recipe(cut, self.events, folder=folder, seed=seed))
        return self._systems[key]

    @property
    def _before(self) -> str:
        return f" before {self.day}" if self.day else ""


def record_at(
    day: dt.date | None = None,
    *,
    store: Store | None = None,
    source: str | None = None,
    events: Events | None = None,
    countries: Sequence[str | int] | None = None,
) -> Record:
    """Return the record as it was known on a day, or as it is known now.

    Of a store only what was published before the day is taken; where it holds nothing so old, or there is no store, a later
    release cut to the day, and a note says so.

    Parameters
    ----------
    day : datetime.date, optional
        Of the account; everything is dated before it. Now if not given.
    store : Store, optional
        The default data directory if not given.
    source : {"ucdp", "acled"}, optional
        Whose events in the store; UCDP's first if not given.
    events : Events, optional
        These instead, as :func:`aftershock.system.workflow.load_events` reads them from files.
    countries : sequence of str or int, optional
        Only events there.

    Raises
    ------
    UsageError
        A day before the record begins, or a country nobody knows.

    Examples
    --------
    >>> record = record_at(dt.date(2017, 7, 5))
    >>> record.last_day(["Iraq"]), record.last_day(["Yemen"]), record.last_active
    (datetime.date(2017, 7, 4), None, 2016)
    """
    if day is not None and month_id(day.year, day.month) <= FIRST_MONTH:
        raise UsageError(
            "an account's day must lie after January 1989, when the record begins",
            found=str(day),
            fix="Give a later day.",
        )
    found, panel, published, notes = find_series(day, store, source, events)
    spans, whole = spans_of(found)
    if countries is not None:
        found, spans = of_countries(found, spans, whole, find_gwcodes(list(countries), gwcode_names()))
        whole = None
    spans, whole = cut_spans(spans, whole, day)
    return Record(
        day=day,
        events=cut_events(found, day),
        panel=cut_panel(panel, day),
        activity=activity_before(day),
        published=published,
        spans=spans,
        whole=whole,
        notes=tuple(dict.fromkeys((*notes, *found.provenance.notes))),
    )
