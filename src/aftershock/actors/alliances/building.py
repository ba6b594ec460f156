"""Events and declared relations → the signed network of actors.

State-based and non-state events make ties: between the two sides one of fighting, among the actors of one side one of siding with
each other. One-sided violence makes none. Sides carry no direction.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

from aftershock.actors.alliances.history import Key, Pair, first_years, listed_pairs, pair_of, ties_of_years
from aftershock.actors.alliances.listing import governments, listed_name, listed_names, number_of, split_side
from aftershock.actors.alliances.network import LIST_NOTE, Actor, Evidence, Network, Tie
from aftershock.actors.alliances.relations import Relation, read_relations
from aftershock.actors.alliances.window import Row, find_window, fought_before, numbers_alone, sum_sides
from aftershock.actors.naming import find_actor, is_government
from aftershock.contract import Events
from aftershock.errors import AftershockError, DataError, UsageError, nearest
from aftershock.streams import StreamRule, read_rule
from aftershock.streams.aliases import alias_finder
from aftershock.streams.rows import day_text

__all__ = ["network"]

Aliases = Mapping[str, Sequence[str]] | StreamRule | Path | str


def network(
    events: Events,
    *,
    countries: Sequence[str | int] | str | int | None = None,
    actors: Sequence[str] | None = None,
    aliases: Aliases | None = None,
    first: Any = None,
    until: Any = None,
    window_days: int = 730,
    relations: Sequence[Relation] | Path | str = (),
) -> Network:
    """Return the signed network of actors in a window of days.

    Parameters
    ----------
    events : Events
    countries : sequence of str or int, optional
        Name, ISO3 code or Gleditsch–Ward number; all if not given.
    actors : sequence of str, optional
        Only these; all if not given.
    aliases : mapping, StreamRule or path to a rule, optional
        Actors under one name, as in a rule for streams.
    first, until : date or str, optional
        The window; ``until`` is the record's last day if not given, ``first`` follows from ``window_days``.
    window_days : int
        How long fighting, or standing on one side, counts after it was seen.
    relations : sequence of Relation, or path
        Declared ones. Those that hold on the window's last day count; the others are named in the notes.

    Raises
    ------
    UsageError
        Days out of order, a country or actor nobody knows (the nearest is offered), a relation with a fault (with its line).
    DataError
        No event lies in the window.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> found = network(embedded_events(), until="2017-07-05", actors=["IS", "SDF", "Government of Syria", "HTS"])
    >>> [tie.sign for tie in found.ties], found.tie("HTS", "IS").events
    ([-1, -1, -1, -1], 87)
    """
    declared = read_relations(relations) if isinstance(relations, str | Path) else tuple(relations)
    begin, end = find_window(events, first, until, window_days)
    made = _Making(events, _alias_entries(aliases))
    for row in sum_sides(events, begin, end, countries):
        made.take(row)
    if not made.counts:
        found = f"none from {day_text(begin)} to {day_text(end)}"
        raise DataError(
            "a network needs a state-based or non-state event", found=found, fix="Choose other days or countries."
        )
    ended = made.declare(declared, dt.date.fromisoformat(day_text(end)))
    made.tie_listed(dt.date.fromisoformat(day_text(end)).year)
    return made.finish(events, begin, end, ended, made.chosen(actors))


def _alias_entries(aliases: Aliases | None) -> dict[str, tuple[str, ...]]:
    """Return aliases as a rule for streams would hold them."""
    if aliases is None:
        return {}
    if isinstance(aliases, str | Path):
        aliases = read_rule(aliases)
    if isinstance(aliases, StreamRule):
        return dict(aliases.aliases)
    given = {name: (entries,) if isinstance(entries, str) else tuple(entries) for name, entries in aliases.items()}
    return dict(StreamRule(aliases=given).aliases)


@dataclass
class _Seen:
    """What a window holds of one pair and one sign."""

    events: int = 0
    deaths: int = 0
    first: dt.date = dt.date.max
    last: dt.date = dt.date.min

    def add(self, row: Row) -> None:
        self.events += row.events
        self.deaths += row.deaths
        self.first, self.last = min(self.first, row.first), max(self.last, row.last)


class _Making:
    """A network on its way: ties by the heads of actors, where a head is a key or the name of an alias."""

    def __init__(self, events: Events, aliases: dict[str, tuple[str, ...]]) -> None:
        self.events = events
        self.aliases = aliases
        self.find = alias_finder(aliases) if aliases else (lambda _: None)
        self.alone = numbers_alone(events)
        self.names: dict[Key, Counter[str]] = {}
        self.keys: dict[Key, set[Key]] = {}
        self.countries: dict[Key, set[int]] = {}
        self.counts: Counter[Key] = Counter()
        self.last: dict[Key, dt.date] = {}
        self.seen: dict[tuple[Pair, int], _Seen] = {}
        self.more: dict[Pair, list[Evidence]] = {}
        self.within = 0

    def head(self, name: str, number: int | None, country: int) -> Key:
        """Return what an actor counts as, and remember its name."""
        key: Key | None = number
        if key is None:
            here = frozenset({country} if country else ())
            key = self.alone.get(name) or number_of(name, here) or name
        head: Key = self.find(name) or key
        self.names.setdefault(head, Counter())[head if head != key and isinstance(head, str) else name] += 1
        self.keys.setdefault(head, set()).add(key)
        return head

    def take(self, row: Row) -> None:
        """Take in what two sides did."""
        sides = []
        for side, number in row.sides:
            parts = split_side(side)
            sides.append(
                list(dict.fromkeys(self.head(p, number if len(parts) == 1 else None, row.country) for p in parts))
            )
        for head in {*sides[0], *sides[1]}:
            self.counts[head] += row.events
            self.countries.setdefault(head, set()).add(row.country)
            self.last[head] = max(row.last, self.last.get(head, row.last))
        fights = {pair_of(a, b) for a, b in product(*sides) if a != b}
        if not fights:
            self.within += row.events
        joint = {pair_of(a, b) for side in sides for a, b in combinations(side, 2)} - fights
        for pairs, sign in ((fights, -1), (joint, 1)):
            for pair in pairs:
                self.seen.setdefault((pair, sign), _Seen()).add(row)

    def declare(self, relations: Sequence[Relation], day: dt.date) -> list[str]:
        """Take in declared relations; return words on those that do not hold on the day."""
        ended = []
        for each in relations:
            a, b = (self._named(name, each) for name in (each.a, each.b))
            if a == b:
                found = f"{each.a!r} and {each.b!r} in {each.place}"
                raise UsageError(
                    "a relation must tie two actors", found=f"one under two names: {found}", fix="Take it out."
                )
            if not each.holds_on(day):
                ended.append(
                    f"Declared in {each.place}, but not for {day}: {each.a} {each.relation} {each.b}, {each.said}."
                )
                continue
            verb = f"{each.a} supports {each.b}" if each.relation == "supports" else each.relation
            said = f"declared: {verb}, {each.said}"
            supporter = each.a if each.relation == "supports" else ""
            evidence = Evidence("declared", each.sign, said, first=each.first, last=each.until, supporter=supporter)
            self.more.setdefault(pair_of(a, b), []).append(evidence)
        return ended

    def _named(self, name: str, relation: Relation) -> Key:
        """Return the head of an actor that a relation names."""
        if name in self.aliases:
            head: Key = name
            self.names.setdefault(head, Counter())[name] += 1
            self.keys.setdefault(head, set())
            return head
        spelled = {spelling.lower(): head for head, names in self.names.items() for spelling in names}
        if name.lower() in spelled:
            return spelled[name.lower()]
        number = int(name) if name.isdigit() else self.alone.get(name) or number_of(name)
        if number is not None and (listed_name(number) or number in self.alone.values()):
            written = listed_name(number) or name
            return self.head(written, number, 0)
        try:
            return self.head(found := find_actor(self.events, name).name, self.alone.get(found), 0)
        except AftershockError:
            known = {*self.aliases, *(s for names in self.names.values() for s in names), *self.alone, *listed_names()}
            must = "a relation must name actors of the record or of UCDP's list"
            raise UsageError(must, found=f"{name!r} in {relation.place}", fix=nearest(name, known)) from None

    def tie_listed(self, year: int) -> None:
        """Take in the alliances of UCDP's list that stood in the record by then."""
        owner = {key: head for head, keys in self.keys.items() for key in keys}
        known = {key for key, first in first_years().items() if first < year} | set(owner)
        for (one, two), (how, other) in sorted(listed_pairs(owner, known).items(), key=str):
            a, b = owner[one], owner[two]
            if a == b:
                continue
            by = listed_name(other) or str(other)
            words = {
                "alliance": f"one entered the alliance {by}",
                "joined": f"one joined {by}",
                "members": f"both entered {by}",
            }
            evidence = Evidence("listed", 1, f"in UCDP's actor list, undated: {words[how]}")
            held = self.more.setdefault(pair_of(a, b), [])
            if evidence not in held:
                held.append(evidence)

    def chosen(self, actors: Sequence[str] | None) -> set[Key] | None:
        """Return the heads of the actors asked for."""
        if actors is None:
            return None
        shown = self._shown()
        by_name = {name: head for head, name in shown.items()}
        by_name |= {
            spelling: head for head, names in self.names.items() for spelling in names if spelling not in by_name
        }
        wanted = (actors,) if isinstance(actors, str) else tuple(actors)
        if unknown := [name for name in wanted if name not in by_name]:
            must = "an actor must have a state-based or non-state event in the window"
            raise UsageError(must, found=repr(unknown[0]), fix=nearest(unknown[0], by_name))
        return {by_name[name] for name in wanted}

    def _shown(self) -> dict[Key, str]:
        """Return each head's name, the number beside it where two share one."""
        first = {head: min(names, key=lambda n: (-names[n], n)) for head, names in self.names.items()}
        often = Counter(first.values())
        return {h: f"{n} (UCDP {h})" if often[n] > 1 and isinstance(h, int) else n for h, n in first.items()}

    def finish(self, events: Events, begin: int, end: int, ended: list[str], chosen: set[Key] | None) -> Network:
        """Return the network."""
        shown = self._shown()
        evidence: dict[Pair, list[Evidence]] = {}
        for (pair, sign), seen in sorted(self.seen.items(), key=str):
            evidence.setdefault(pair, []).append(_of_record(sign, seen))
        for pair, more in self.more.items():
            evidence.setdefault(pair, []).extend(more)
        ties = [
            Tie(min(shown[a], shown[b]), max(shown[a], shown[b]), tuple(found))
            for (a, b), found in evidence.items()
            if chosen is None or {a, b} <= chosen
        ]
        tied = {name for tie in ties for name in tie.actors}
        actors = [self._actor(head, name) for head, name in shown.items() if name in tied]
        notes = [LIST_NOTE] if any(each.kind == "listed" for tie in ties for each in tie.evidence) else []
        if self.within:
            some = "1 event" if self.within == 1 else f"{self.within:,} events"
            notes.append(f"Left out, since it makes no tie: {some} between actors under one alias.")
        first = dt.date.fromisoformat(day_text(begin))
        return Network(
            actors=tuple(sorted(actors, key=lambda actor: actor.name)),
            ties=tuple(sorted(ties, key=lambda tie: tie.actors)),
            first=first,
            until=dt.date.fromisoformat(day_text(end)),
            notes=(*notes, *ended),
            fought=fought_before(events, begin, self.alone) | ties_of_years(first.year, first.year).fought,
            provenance=events.provenance,
        )

    def _actor(self, head: Key, name: str) -> Actor:
        keys = tuple(sorted(self.keys[head], key=lambda key: (isinstance(key, str), str(key))))
        state = all(key in governments() or (isinstance(key, str) and is_government(key)) for key in keys) and bool(
            keys
        )
        return Actor(
            name, keys, state, self.counts[head], tuple(sorted(self.countries.get(head, ()))), self.last.get(head)
        )


def _of_record(sign: int, seen: _Seen) -> Evidence:
    counted = f"{seen.events:,} event{'s' * (seen.events != 1)} with {seen.deaths:,} death{'s' * (seen.deaths != 1)}"
    days = f"on {seen.first}" if seen.first == seen.last else f"{seen.first} to {seen.last}"
    said = f"{counted}, {days}" if sign < 0 else f"joint side in {counted}, {days}"
    return Evidence("fought" if sign < 0 else "joint side", sign, said, seen.events, seen.deaths, seen.first, seen.last)
