"""What a record by days says of one actor of UCDP's list: its last day, how long it has been silent, and its deaths."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from aftershock.actors.succession.lineages import RENAMED, Lineage
from aftershock.contract import BoolArray, Events
from aftershock.months import month_text
from aftershock.streams.aliases import members

__all__ = ["SILENCE", "Seen", "seen_in"]

SILENCE = 365  # days without an event that make an end
_LAST_YEARS = 5


@dataclass(frozen=True)
class Seen:
    """An actor in a record by days.

    Parameters
    ----------
    last : datetime.date
        Its last day; an event dated to a range counts on its last day.
    silent : int
        Days from then to the end of the record, or to the day of the question.
    deaths : int
        Deaths, best estimate, in events it was a side of, in the five years to its last day.
    covers : bool
        Whether the record reaches back over those five years.
    """

    last: date
    silent: int
    deaths: int
    covers: bool


def seen_in(events: Events, actor: Lineage, until: date | None = None) -> Seen | None:
    """Return what the events say of an actor, None if it is a side of none.

    Examples
    --------
    >>> from aftershock.actors.succession.lineages import listed_actor
    >>> from aftershock.figures import embedded_events
    >>> seen = seen_in(embedded_events(["Iraq"]), listed_actor("IS"), date(2010, 12, 31))
    >>> seen.last.year, seen.silent < 31, seen.covers
    (2010, True, True)
    """
    table = events.table
    mine = _is_side(events, actor, "a") | _is_side(events, actor, "b")
    days = np.asarray(table.column("date_end").to_numpy(), "datetime64[D]")
    end = _day_after(events.span[1]) - 1
    if until is not None:
        end = min(end, np.datetime64(until, "D"))
    mine &= days <= end
    if not mine.any():
        return None
    last = days[mine].max()
    since = (last.astype("datetime64[M]") - 12 * _LAST_YEARS).astype("datetime64[D]") + (
        last - last.astype("datetime64[M]").astype("datetime64[D]")
    )
    best = np.asarray(table.column("best").fill_null(0).to_numpy(), np.int64)
    return Seen(
        last=last.astype(object),
        silent=int((end - last).astype(int)),
        deaths=int(best[mine & (days > since)].sum()),
        covers=bool(_day_after(events.span[0] - 1) <= since + 1),
    )


def _day_after(month: int) -> np.datetime64:
    """Return the first day after a month."""
    return np.datetime64((np.datetime64(month_text(month), "M") + 1).astype("datetime64[D]"))


def _is_side(events: Events, actor: Lineage, letter: str) -> BoolArray:
    """Return in which events the actor is this side, alone or with others: by number, or by name among several."""
    numbers = events.table.column(f"side_{letter}_new_id").fill_null(-1).to_numpy()
    names = {actor.name, *(name for name, number in RENAMED.items() if number == actor.number)}
    sides = events.table.column(f"side_{letter}").to_pylist()
    several = {side for side in set(sides) if side and len(members(side)) > 1 and names & set(members(side))}
    return np.asarray((numbers == actor.number) | np.array([side in several for side in sides], bool))
