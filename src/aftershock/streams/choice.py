"""Which streams there are, and which of them each event belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aftershock.contract import TYPES, BoolArray, IntArray, Stream
from aftershock.errors import UsageError, nearest
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.streams.lineage import Naming, is_civilians
from aftershock.streams.rows import Rows, distinct
from aftershock.streams.rules import NamedStream, StreamRule

__all__ = ["Keys", "check_streams", "make_keys", "named_streams", "pair_streams", "pooled_streams"]

_TYPE_WORDS = {0: "", 1: "state-based", 2: "non-state", 3: "one-sided"}
_TYPE_NAMES = {number: name for name, number in TYPES.items()}
_ALL = 0  # the type of streams that do not tell types apart


@dataclass(frozen=True)
class Keys:
    """What decides an event's stream, each of shape (n,): ``low`` and ``high`` are places in ``actors``, -1 for victims.

    ``swapped`` says whether ``low`` is the event's side b.
    """

    low: IntArray
    high: IntArray
    swapped: BoolArray
    kind: IntArray
    place: IntArray
    country: IntArray
    types: IntArray
    seen: BoolArray
    actors: tuple[str, ...]
    places: tuple[str, ...]


def make_keys(
    rows: Rows,
    naming: Naming,
    sides: tuple[IntArray, IntArray],
    *,
    rule: StreamRule,
    names: dict[int, str],
    seen: BoolArray,
    side_names: tuple[str, ...],
) -> Keys:
    """Return what decides each event's stream; victims of one-sided violence are no actor unless an alias says so."""
    actors = tuple(sorted(set(naming.actors)))
    code = {name: k for k, name in enumerate(actors)}
    actor = np.array([code[name] for name in naming.actors])
    victims = np.array([is_civilians(n) and not took for n, took in zip(side_names, naming.aliased, strict=True)])
    one, two = actor[sides[0]], actor[sides[1]]
    harmed = [victims[side] & (rows.kind == TYPES["os"]) for side in sides]
    both = harmed[0] & harmed[1]
    one, two = np.where(harmed[0] & ~both, -1, one), np.where(harmed[1] & ~both, -1, two)
    place, places = _places(rows, rule, names)
    return Keys(
        low=np.minimum(one, two),
        high=np.maximum(one, two),
        swapped=two < one,
        kind=rows.kind if rule.by_type else np.full(len(rows), _ALL),
        place=place,
        country=rows.country,
        types=rows.kind,
        seen=seen,
        actors=actors,
        places=places,
    )


def _places(rows: Rows, rule: StreamRule, names: dict[int, str]) -> tuple[IntArray, tuple[str, ...]]:
    """Return where each event was, as a place in a list of names."""
    if rule.split == "none":
        return np.zeros(len(rows), np.int64), ("",)
    if rule.split == "province":
        pairs, place = distinct(rows.country * (len(rows.places) + 1) + rows.place + 1)
        found = [divmod(int(pair), len(rows.places) + 1) for pair in pairs]
        texts = [f"{rows.places[k - 1] if k else 'no region given'}, {names[country]}" for country, k in found]
        return place, tuple(texts)
    row, column = np.divmod(rows.cell - 1, 720)
    block = np.where(rows.cell > 0, row // rule.block * 720 + column // rule.block, -1)
    blocks, place = distinct(block)
    return place, tuple(_block_text(int(each), rule.block) for each in blocks)


def _block_text(block: int, size: int) -> str:
    """Return the extent of a block of PRIO-GRID cells, degrees north and east.

    Examples
    --------
    >>> _block_text(62 * 720 + 108, 4)
    '34 to 36°N, 36 to 38°E'
    """
    if block < 0:
        return "no cell given"
    south, west = (block // 720) * size / 2 - 90, (block % 720) * size / 2 - 180
    return f"{south:g} to {south + size / 2:g}°N, {west:g} to {west + size / 2:g}°E"


def pair_streams(keys: Keys, rule: StreamRule) -> tuple[list[Stream], IntArray]:
    """Return a stream for each pair (type, place) with enough events, busiest first, and each event's stream, or -1."""
    width = len(keys.actors) + 1
    pair = (keys.low + 1) * width + keys.high + 1
    found, index = distinct((pair * 4 + keys.kind) * len(keys.places) + keys.place)
    count = np.bincount(index, weights=keys.seen, minlength=len(found)).astype(np.int64)
    enough = np.flatnonzero(count >= rule.least_events) if rule.pairs else np.zeros(0, np.int64)
    types, countries = (_values_of(index, value, keys.seen, len(found)) for value in (keys.types, keys.country))
    made = []
    for k in enough.tolist():
        rest, place = divmod(int(found[k]), len(keys.places))
        (low, high), kind = divmod(rest // 4, width), rest % 4
        actors = tuple(keys.actors[side - 1] for side in (low, high) if side)
        stream = Stream(
            name=_pair_name(actors, kind, keys.places[place]),
            actors=actors,
            types=tuple(_TYPE_NAMES[t] for t in types[k]),
            countries=tuple(countries[k]),
            place=keys.places[place],
        )
        made.append((-int(count[k]), stream.name, k, stream))
    made = sorted(made, key=lambda each: each[:2])[: rule.most_streams]
    lookup = np.full(len(found), -1)
    lookup[[k for *_, k, _ in made]] = np.arange(len(made))
    return [stream for *_, stream in made], lookup[index]


def _pair_name(actors: tuple[str, ...], kind: int, place: str) -> str:
    """Return a stream's name; nothing in it says who attacked whom.

    Examples
    --------
    >>> _pair_name(("Government of Iraq", "IS"), 1, ""), _pair_name(("IS",), 0, "Homs, Syria")
    ('Government of Iraq – IS (state-based)', 'IS (one-sided), Homs, Syria')
    """
    words = _TYPE_WORDS[3 if len(actors) == 1 else kind]
    return " – ".join(actors) + (f" ({words})" if words else "") + (f", {place}" if place else "")


def _values_of(index: IntArray, value: IntArray, seen: BoolArray, groups: int) -> list[list[int]]:
    """Return the values that occur in each group among the events seen, ascending."""
    base = int(value.max()) + 2
    found: list[list[int]] = [[] for _ in range(groups)]
    for pair in np.unique(index[seen] * base + value[seen] + 1).tolist():
        found[pair // base].append(pair % base - 1)
    return found


def named_streams(keys: Keys, rule: StreamRule) -> tuple[list[Stream], IntArray]:
    """Return the streams a rule names, in its order, and each event's stream, or -1."""
    of = np.full(len(keys.low), -1)
    streams = []
    for k, wanted in enumerate(rule.streams):
        mine = (of < 0) & _fits(keys, wanted)
        if not (mine & keys.seen).any():
            later = " by the day streams are chosen" if mine.any() else ""
            raise UsageError(
                f"a named stream must hold an event{later}",
                found=f"{wanted.name!r} with none that no stream before it takes",
                fix="Change its actors, types or countries, or take it out.",
            )
        of[mine] = k
        held = mine & keys.seen
        types = tuple(_TYPE_NAMES[t] for t in np.unique(keys.types[held]).tolist())
        countries = tuple(np.unique(keys.country[held]).tolist())
        streams.append(Stream(wanted.name, tuple(sorted(wanted.actors)), types, countries))
    return streams, of


def _fits(keys: Keys, wanted: NamedStream) -> BoolArray:
    """Return which events a named stream is meant to hold."""
    for actor in wanted.actors:
        if actor not in keys.actors:
            raise UsageError(
                "a stream's actors must be in the record, after aliases and lineage",
                found=f"{actor!r} in {wanted.name!r}",
                fix=nearest(actor, keys.actors),
            )
    fits = np.isin(keys.types, [TYPES[name] for name in wanted.types])
    if wanted.countries:
        fits &= np.isin(keys.country, find_gwcodes(wanted.countries, gwcode_names()))
    places = sorted(keys.actors.index(actor) for actor in wanted.actors)
    if len(places) == 1:
        return np.asarray(fits & (keys.low < 0) & (keys.high == places[0]))
    if places:
        fits &= (keys.low == places[0]) & (keys.high == places[1])
    return np.asarray(fits)


def pooled_streams(
    keys: Keys, streams: list[Stream], of: IntArray, names: dict[int, str]
) -> tuple[list[Stream], IntArray]:
    """Return the streams and those that pool the rest of each country and type, and each event's stream, or -1."""
    rest = of < 0
    pool = keys.country * 4 + keys.kind
    numbers, counts = np.unique(pool[rest & keys.seen], return_counts=True)
    made, of = list(streams), of.copy()
    homes: dict[int, tuple[int, int, int]] = {}
    order = sorted(zip(numbers.tolist(), counts.tolist(), strict=True), key=lambda n: (names[n[0] // 4], n[0]))
    for number, count in order:
        country, kind = divmod(number, 4)
        mine = rest & (pool == number)
        types = tuple(_TYPE_NAMES[t] for t in np.unique(keys.types[mine & keys.seen]).tolist())
        name = ", ".join(text for text in ("other", names[country], _TYPE_WORDS[kind]) if text)
        of[mine] = len(made)
        homes[country] = max(homes.get(country, (0, 0, 0)), (count, -kind, len(made)))
        made.append(Stream(name, (), types, (country,)))
    for country, (_, _, home) in homes.items():
        of[(of < 0) & (keys.country == country)] = home
    return made, of


def check_streams(streams: list[Stream], keys: Keys) -> None:
    """Refuse a choice without any stream, or with two of one name."""
    names = [stream.name for stream in streams]
    if not streams:
        pairs = np.unique(((keys.low + 1) * len(keys.actors) * 2 + keys.high)[keys.seen], return_counts=True)[1]
        raise UsageError(
            "at least one stream must form",
            found=f"none; the busiest of {len(pairs):,} pairs has {pairs.max():,} events",
            fix="Lower least_events, or pool the rest.",
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UsageError("streams must have names of their own", found=f"two named {twice[0]!r}", fix="Rename one.")
