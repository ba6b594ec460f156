"""Which countries have events here, how many, and from when to when: what the forms of actors offer, and check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aftershock.figures.days import gwcode_names
from aftershock.months import month_end
from aftershock.store import Store

__all__ = ["EMBEDDED", "Span", "busiest_actors", "country_spans"]

MOST_ACTORS = 400


@dataclass(frozen=True)
class Span:
    """The events of a country.

    Attributes
    ----------
    gwcode : int
    name : str
    events : int
    first, last : datetime.date
        Of events.
    covered : datetime.date
        The last day that the record covers; days after it would be taken for silence.
    """

    gwcode: int
    name: str
    events: int
    first: dt.date
    last: dt.date
    covered: dt.date


EMBEDDED = (
    Span(645, "Iraq", 7074, dt.date(2003, 2, 8), dt.date(2018, 12, 25), dt.date(2018, 12, 31)),
    Span(652, "Syria", 16566, dt.date(2016, 1, 1), dt.date(2019, 12, 1), dt.date(2019, 11, 30)),
)
"""Of the days that come with the package; a test counts them again."""


def country_spans(store: Store) -> list[Span]:
    """Return the countries with events in a store, those with most first; those of the embedded days where it has none."""
    return [*_asked(store, _spans)] or list(EMBEDDED)


def busiest_actors(store: Store) -> list[str]:
    """Return the names of actors with most events in a store; none where it has none."""
    return [*_asked(store, _actors)]


def _asked(store: Store, question: Callable[[Path, str, tuple[str, ...]], tuple]) -> tuple:  # type: ignore[type-arg]
    sources = store.sources()
    return question(store.folder, sources[0], tuple(one.id for one in store.vintages())) if sources else ()


@lru_cache(maxsize=4)
def _spans(folder: Path, source: str, _vintages: tuple[str, ...]) -> tuple[Span, ...]:
    names = {number: name for name, number in reversed(gwcode_names().items())}
    with Store(folder).connect(source) as (connection, record):
        query = "SELECT country_id, count(*), min(date_start), max(date_end) FROM events GROUP BY 1 ORDER BY 2 DESC, 1"
        rows = connection.execute(query).fetchall()
    ends = {code: max(end for _, end in spans) for code, spans in (record.coverage or {}).items()}
    return tuple(
        Span(int(code), names.get(int(code), str(code)), n, first, last, month_end(ends.get(int(code), record.span[1])))
        for code, n, first, last in rows
    )


@lru_cache(maxsize=4)
def _actors(folder: Path, source: str, _vintages: tuple[str, ...]) -> tuple[str, ...]:
    with Store(folder).connect(source) as (connection, _):
        query = (
            "SELECT name FROM (SELECT side_a AS name FROM events UNION ALL SELECT side_b FROM events) "
            f"WHERE name IS NOT NULL AND name <> 'Civilians' GROUP BY name ORDER BY count(*) DESC, name LIMIT {MOST_ACTORS}"
        )
        return tuple(str(name) for (name,) in connection.execute(query).fetchall())
