"""An actor found by name: as UCDP writes it, by UCDP's number, or by one of the common names it goes by in the press.

A side may be several actors ("Ahrar al-Sham, IS"), and then is each of them. A side carries no direction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

import numpy as np

from aftershock.contract import BoolArray, Events
from aftershock.errors import UsageError
from aftershock.figures import load_table
from aftershock.streams.aliases import members
from aftershock.streams.lineage import is_civilians

__all__ = ["NamedActor", "find_actor", "find_actors", "is_government", "matches", "sides_of", "split_dyad"]

# Common names to UCDP's, which differ between releases; nothing here merges two actors, it saves a look into UCDP's list.
_JAS = ("JAS", "Jama'atu Ahlis Sunna Lidda'awati wal-Jihad")
_COMMON: dict[str, tuple[str, ...]] = {
    "isis": ("IS",), "isil": ("IS",), "daesh": ("IS",), "islamic state": ("IS",),
    # earlier names under which UCDP counts the same actor
    "al-qaida in iraq": ("IS",), "al-qaeda in iraq": ("IS",), "aqi": ("IS",), "islamic state of iraq": ("IS",), "isi": ("IS",),
    "boko haram": _JAS, "jas": _JAS, _JAS[1].lower(): _JAS, "pakistani taliban": ("TTP",), "tamil tigers": ("LTTE",),
    "lord's resistance army": ("LRA",), "allied democratic forces": ("ADF",),
    "al-qaida in the islamic maghreb": ("AQIM",), "séléka": ("Seleka",), "free aceh movement": ("GAM",),
    "revolutionary united front": ("RUF",), "moro islamic liberation front": ("MILF",),
}  # fmt: skip


@dataclass(frozen=True)
class NamedActor:
    """An actor of the record.

    Parameters
    ----------
    name : str
        As the record writes it most often.
    spellings : tuple of str
        Every name under which it stands alone, ``name`` first.
    ids : tuple of int
        UCDP's numbers of the sides that are this actor alone, ascending; several where two actors share a name.
    events : int
        Events in which it is a side, alone or with others.
    """

    name: str
    spellings: tuple[str, ...]
    ids: tuple[int, ...]
    events: int


def is_government(name: str) -> bool:
    """Return whether a side is a government, by UCDP's way of writing it.

    Examples
    --------
    >>> is_government("Government of Syria"), is_government("IS")
    (True, False)
    """
    return name.strip().startswith("Government of ")


def find_actor(events: Events | None, name: str) -> NamedActor:
    """Return the actor of that name.

    Parameters
    ----------
    events : Events or None
        The record to look in; None for the embedded table of who was active where, which has no numbers and no events.
    name : str
        As UCDP writes it (letters' size does not matter), UCDP's number of it, or a common press name.

    Raises
    ------
    UsageError
        Nobody of the record has that name; the nearest are offered.

    Examples
    --------
    >>> find_actor(None, "isis").name, find_actor(None, "Boko Haram").name
    ('IS', 'JAS')
    """
    counts, alone = _from_table() if events is None else _from_events(events)
    wanted = " ".join(name.split())
    found = {alone_name for alone_name in alone if int(wanted) in alone[alone_name]} if wanted.isdigit() else set()
    if not found:
        for key in (wanted, *_COMMON.get(wanted.lower(), ())):
            exact = {each for each in counts if each == key}
            found = exact or {each for each in counts if each.lower() == key.lower()}
            if found:
                break
    if not found:
        raise UsageError("an actor must be named as in the record", found=repr(name), fix=_offer(wanted, counts))
    ids = sorted({number for each in found for number in alone.get(each, ())})
    spelt = {each for each in alone if ids and set(ids) & alone[each]} | found
    ordered = sorted(spelt, key=lambda each: (-counts[each], each))
    total = int(sum(counts[each] for each in ordered)) if events is not None else 0
    return NamedActor(ordered[0], tuple(ordered), tuple(ids), total)


def find_actors(events: Events | None, names: str | Sequence[str]) -> NamedActor:
    """Return several actors as one, under the first's name: an actor that the record knows by another name later.

    Examples
    --------
    >>> find_actors(None, ["Boko Haram", "IS"]).spellings
    ('JAS', 'IS')
    """
    listed = [names] if isinstance(names, str) else list(names)
    if not listed:
        raise UsageError("an actor must be named", found="none", fix="Write for example IS.")
    found = [find_actor(events, name) for name in listed]
    spelt = tuple(dict.fromkeys(each for actor in found for each in actor.spellings))
    ids = tuple(sorted({number for actor in found for number in actor.ids}))
    return NamedActor(found[0].name, spelt, ids, sum(actor.events for actor in found))


def _offer(name: str, counts: Counter[str]) -> str:
    """Say which actors are meant: those the name is part of, most events first, then those spelt alike."""
    inside = [each for each, _ in counts.most_common() if len(name) > 2 and name.lower() in each.lower()]
    by_key = {each.lower(): each for each in counts}
    alike = [by_key[each] for each in get_close_matches(name.lower(), by_key, n=5, cutoff=0.5)]
    offered = list(dict.fromkeys([*inside[:5], *alike]))[:5]
    if not offered:
        offered = [each for each, _ in counts.most_common(5)]
        return f"Those with most events are {', '.join(offered)}." if offered else "The record has no events."
    return f"Did you mean {' or '.join(offered)}?"


def _from_events(events: Events) -> tuple[Counter[str], dict[str, set[int]]]:
    """Return events per actor's name, and the numbers of the sides that are this actor alone."""
    counts: Counter[str] = Counter()
    alone: dict[str, set[int]] = {}
    for letter in "ab":
        columns = [f"side_{letter}", f"side_{letter}_new_id"]
        grouped = events.table.select(columns).group_by(columns).aggregate([([], "count_all")]).to_pylist()
        for row in grouped:
            side = row[columns[0]] or ""
            if not side.strip() or is_civilians(side.strip()):
                continue
            parts = members(side)
            for part in parts:
                counts[part] += row["count_all"]
            if len(parts) == 1:
                alone.setdefault(parts[0], set()).add(int(row[columns[1]]))
    return counts, alone


@cache
def _from_table() -> tuple[Counter[str], dict[str, set[int]]]:
    """Return the same of the embedded dyads: dyad-years per name, and the number where UCDP's list has one of it."""
    counts: Counter[str] = Counter()
    for dyad, years in load_table("dyad_country_year_1989_2024").dyad_name.value_counts().items():
        for side in split_dyad(str(dyad)):
            if side and not is_civilians(side):
                counts.update(dict.fromkeys(members(side), int(years)))
    listed = load_table("actors").drop_duplicates("name", keep=False)
    numbers = dict(zip(listed.name.str.strip().tolist(), listed.actor_id.tolist(), strict=True))
    return counts, {each: {int(numbers[each])} for each in counts if each in numbers}


@cache
def _known_sides() -> frozenset[str]:
    """Return every name that can be a side: UCDP's list, and the sides of dyads that can be split in one way only."""
    known = set(load_table("actors").name.str.strip())
    for dyad in load_table("dyad_country_year_1989_2024").dyad_name.dropna().unique():
        parts = str(dyad).split(" - ")
        if parts[-1].strip() == "Civilians":
            known |= set(members(" - ".join(parts[:-1]).strip()))
        elif len(parts) == 2 or is_government(parts[0]):
            known |= set(members(parts[0].strip())) | set(members(" - ".join(parts[1:]).strip()))
    return frozenset(known)


@cache
def split_dyad(name: str) -> tuple[str, str]:
    """Return the two sides of a dyad from its name, where a side's own name may hold the same dash.

    The second is empty where the name holds no dash at all.

    Examples
    --------
    >>> split_dyad("SLM/A - SLM/A - MM")
    ('SLM/A', 'SLM/A - MM')
    >>> split_dyad("ULIMO - J - Civilians")
    ('ULIMO - J', 'Civilians')
    """
    parts = [part.strip() for part in name.split(" - ")]
    if len(parts) < 2:
        return parts[0], ""
    if parts[-1] == "Civilians":
        return " - ".join(parts[:-1]), "Civilians"
    cuts = [(" - ".join(parts[:k]), " - ".join(parts[k:])) for k in range(1, len(parts))]

    def doubt(sides: tuple[str, str]) -> int:
        parts = (part for side in sides for part in members(side))
        return sum(max(1, part.count(" - ") ** 2) for part in parts if part not in _known_sides())

    return min(cuts, key=doubt)  # the first where several are as good: governments come first and hold no dash


def matches(names: list[str | None], actor: NamedActor) -> BoolArray:
    """Return which sides are the actor, alone or with others."""
    spelt = set(actor.spellings)
    known = {side: bool(spelt & set(members(side))) for side in {side for side in names if side}}
    return np.array([side is not None and known.get(side, False) for side in names], np.bool_)


def sides_of(events: Events, actor: NamedActor) -> tuple[BoolArray, BoolArray]:
    """Return in which events the actor is side a, and in which side b; neither is the attacker.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> events = embedded_events(["Syria"])
    >>> a, b = sides_of(events, find_actor(events, "IS"))
    >>> bool((a & b).any()), int((a | b).sum())
    (False, 6472)
    """
    a, b = (matches(events.table.column(f"side_{letter}").to_pylist(), actor) for letter in "ab")
    return a, b
