"""Events → :class:`~aftershock.contract.Streams`: which streams there are, and what fell on each of their days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import BoolArray, Events, IntArray, Provenance, Stream, Streams
from aftershock.errors import DataError, UsageError
from aftershock.streams.choice import Keys, check_streams, make_keys, named_streams, pair_streams, pooled_streams
from aftershock.streams.imputation import imputed_days
from aftershock.streams.lineage import Naming, kin_pairs, name_actors
from aftershock.streams.rows import Rows, Window, country_numbers, day_text, keep_rows, read_rows, read_sides
from aftershock.streams.rules import StreamRule, rule_text

__all__ = ["build_streams"]

_MOST_CELLS = 35_000_000  # imputations × days × streams: 1 GB in all


def build_streams(
    events: Events,
    *,
    countries: Sequence[str | int] | str | int | None = None,
    rule: StreamRule | None = None,
    first: Any = None,
    until: Any = None,
    chosen_until: Any = None,
    seed: int = 1,
) -> Streams:
    """Return events per stream and day, with their marks.

    Sides carry no direction: exchanging side_a and side_b of state-based or non-state events changes nothing.

    Parameters
    ----------
    events : Events
    countries : sequence of str or int, optional
        Names, ISO3 codes or Gleditsch–Ward numbers; every country of the record if not given.
    rule : StreamRule, optional
        The default rule if not given.
    first : date or str, optional
        First day; the first on which an event may have fallen if not given. An event that ended before it is not counted;
        one whose range begins before it and ends later is left out and counted.
    until : date or str, optional
        Last day; the record's last if not given, which for files that say nothing of quiet days is the last day of an event.
        An event that ended later is not known by then, and neither used nor counted.
    chosen_until : date or str, optional
        Events that ended by this day decide which streams there are, and which actors count as one; ``until`` if not
        given. A later event of a pair without a stream goes to its country's pooled stream of the same type; where that
        had no event by this day, to the busiest pooled stream of the country; where there is none, it is left out.
    seed : int
        Of the days of events dated to a range.

    Returns
    -------
    Streams
        The busiest pairs first, then what is pooled.

    Raises
    ------
    UsageError
        Countries, actors or days that cannot be, or no stream.
    DataError
        No event, or events with broken dates.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> streams = build_streams(embedded_events(), countries=["Syria"], first="2016-01-01")
    >>> streams.names[0], streams.counts.shape[:2]
    ('Government of Syria – Syrian insurgents (state-based)', (5, 1431))
    """
    rule = rule or StreamRule()
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
        raise UsageError("a seed must be a whole number", found=repr(seed), fix="Give for example seed=1.")
    rows = read_rows(events)
    named = country_numbers(events, rows, countries)
    rows = rows.where(np.isin(rows.country, list(named)))
    rows, window, left_out = keep_rows(events, rows, rule, first=first, until=until, chosen_until=chosen_until)
    seen = rows.end <= window.chosen
    if not seen.any():
        must, fix = "streams need an event by the day they are chosen", "Choose a later chosen_until."
        raise UsageError(must, found=f"none by {day_text(window.chosen)}", fix=fix)
    sides, a, b = read_sides(rows, seen)
    naming = name_actors(sides, rule, window.chosen)
    keys = make_keys(rows, naming, (a, b), rule=rule, names=named, seen=seen, side_names=sides.names)
    streams, of = named_streams(keys, rule) if rule.streams else pair_streams(keys, rule)
    reason = "of pairs without a stream of their own"
    if rule.rest == "pool":
        streams, of = pooled_streams(keys, streams, of, named)
        reason = f"of a pair first seen after {day_text(window.chosen)}, in a country without a pooled stream"
    if lost := int((of < 0).sum()):
        left_out[reason] = lost
    check_streams(streams, keys)
    losses = _losses(rows, keys, of, streams)[:, of >= 0]
    placed, of = rows.where(of >= 0), of[of >= 0]
    filled = _fill(placed, of, losses, rule=rule, window=window, width=len(streams), seed=int(seed))
    notes = _notes(placed, rule, naming, window, worldwide=events.worldwide, names=named)
    taking_part = {name for stream in streams for name in stream.actors} - {rule.others}
    return Streams(
        streams=tuple(streams),
        first_day=np.datetime64(window.first, "D"),
        **filled,
        kin=kin_pairs(sides, naming, taking_part),
        left_out=left_out,
        ranged=int((placed.end > placed.start).sum()),
        provenance=_provenance(events.provenance, (*notes, *_drawn(placed, rule, int(seed)))),
    )


def _losses(rows: Rows, keys: Keys, of: IntArray, streams: list[Stream]) -> IntArray:
    """Return each event's deaths on the sides of its stream's first and second actor, shape (2, n).

    Where the stream has no two different actors, nobody can say which of the sides is the first: the first holds the
    perpetrator's own deaths in one-sided violence, those of both sides together else.
    """
    low = np.where(keys.swapped, rows.deaths_b, rows.deaths_a)
    high = np.where(keys.swapped, rows.deaths_a, rows.deaths_b)
    pair = np.array([len(set(stream.actors)) == 2 for stream in streams])[of]
    one_sided = keys.low < 0
    first = np.where(pair, low, np.where(one_sided, high, low + high))
    return np.stack([first, np.where(pair, high, 0)])


def _fill(
    rows: Rows, of: IntArray, losses: IntArray, *, rule: StreamRule, window: Window, width: int, seed: int
) -> dict[str, Any]:
    """Return counts, marks and presence per imputation, day and stream."""
    days = window.last - window.first + 1
    spread = (rows.end > rows.start) if rule.dates == "impute" else np.zeros(len(rows), bool)
    imputations = rule.imputations if spread.any() else 1
    if imputations * days * width > _MOST_CELLS:
        raise UsageError(
            f"imputations × days × streams must stay under {_MOST_CELLS:,}",
            found=f"{imputations} × {days:,} × {width:,}",
            fix="Choose fewer countries or days, fewer imputations, or a higher least_events.",
        )
    drawn = imputed_days(
        rows.ids[spread],
        rows.start[spread],
        (rows.end - rows.start + 1)[spread],
        imputations=imputations,
        seed=seed,
    )
    at = (rows.start - window.first) * width + of
    moved = (drawn - window.first) * width + of[spread]
    shape = (imputations, days, width)
    filled: dict[str, Any] = {
        "counts": _summed("counts", None, at, moved, spread=spread, out=np.empty(shape, np.int32)),
        "losses": np.empty((*shape, 2), np.int32),
    }
    for name, value in (("deaths", rows.best), ("civilians", rows.civilians)):
        filled[name] = _summed(name, value, at, moved, spread=spread, out=np.empty(shape, np.int32))
    for name, deaths in (("size", rows.best), ("harm", rows.civilians)):
        filled[name] = _summed(name, _mark(deaths, rule), at, moved, spread=spread, out=np.empty(shape, np.float32))
    for side in (0, 1):
        _summed("losses", losses[side], at, moved, spread=spread, out=filled["losses"][..., side])
    begin = np.full(width, window.last + 1)
    np.minimum.at(begin, of, rows.start)
    filled["present"] = np.arange(window.first, window.last + 1)[:, None] >= begin
    return filled


def _summed(
    name: str, value: NDArray[Any] | None, at: IntArray, moved: IntArray, *, spread: BoolArray, out: NDArray[Any]
) -> NDArray[Any]:
    """Sum a value of events, or count them, by day and stream into ``out``; those of a range anew in each imputation."""
    size = out[0].size
    exact, ranged = (None if value is None else value[which] for which in (~spread, spread))
    fixed = np.bincount(at[~spread], weights=exact, minlength=size)
    for k, places in enumerate(moved):
        total = fixed + np.bincount(places, weights=ranged, minlength=size)
        _check_size(total, name)
        out[k] = total.reshape(out.shape[1:])
    return out


def _check_size(total: NDArray[Any], name: str) -> None:
    if total.max() > np.iinfo(np.int32).max:
        raise DataError(
            f"{name} of one stream and day must stay under 2³¹",
            found=f"{total.max():,.0f}",
            fix="Check the deaths of its events.",
        )


def _mark(deaths: IntArray, rule: StreamRule) -> NDArray[np.float64]:
    """Return the mark of each event's deaths."""
    if rule.mark == "none":
        return np.zeros(len(deaths))
    if rule.mark == "log":
        return np.log1p(deaths)
    return np.asarray(np.minimum(deaths, rule.cap).astype(np.float64) ** rule.power)


def _notes(
    rows: Rows, rule: StreamRule, naming: Naming, window: Window, *, worldwide: bool, names: dict[int, str]
) -> list[str]:
    said = f"the default rule, but for {rule_text(rule, brief=True)}" if rule != StreamRule() else "the default rule"
    notes = [f"Streams by {said}."]
    if naming.idle:
        notes.append(f"Aliases that fit no side of these events: {', '.join(naming.idle)}.")
    if window.chosen < window.last:
        notes.append(f"Events to {day_text(window.chosen)} decided which streams there are.")
    for name, others in naming.merged.items():
        notes.append(f"By lineage, {name} stands for {', '.join(others)} too.")
    if coarse := int(((rows.start == rows.end) & (rows.precision > 2)).sum()):
        notes.append(f"{coarse:,} events dated to a week or more carry one day in the record and stand on it.")
    for number, name in () if worldwide else names.items():
        ends = rows.end[rows.country == number]
        if len(ends) and window.last - int(ends.max()) > 60:
            notes.append(
                f"The last event in {name} ended on {day_text(int(ends.max()))}; the files do not say that none came after."
            )
    return notes


def _drawn(rows: Rows, rule: StreamRule, seed: int) -> list[str]:
    ranged = int((rows.end > rows.start).sum())
    if not ranged:
        return []
    if rule.dates == "start":
        return [f"{ranged:,} events dated to a range of days stand on its first day, for comparison only."]
    how = f"in {rule.imputations} imputations (seed {seed})"
    return [f"{ranged:,} events dated to a range of days fall on one of them at random, {how}."]


def _provenance(of: Provenance, notes: tuple[str, ...]) -> Provenance:
    return replace(of, notes=(*of.notes, *notes))
