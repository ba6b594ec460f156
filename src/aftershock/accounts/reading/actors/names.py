"""Names by which states and armed actors go in English, and what each stands for; from data files and UCDP's actor list."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from aftershock.figures import countries, load_table

__all__ = [
    "Name",
    "Role",
    "State",
    "actor_number",
    "home_shares",
    "homes_of",
    "known_names",
    "seats",
    "states",
    "traps",
]

Role = Literal["state", "adjective", "people", "capital", "actor", "listed", "leader", "surname", "trap"]


@dataclass(frozen=True)
class State:
    """A state as the record knows it."""

    gwcode: int
    canonical: str
    name: str
    iso3: str | None


@dataclass(frozen=True)
class Name:
    """One way to write an actor.

    Parameters
    ----------
    text : str
        As it is written.
    role : str
        What kind of name: it decides in what surroundings it counts.
    canonical : str
        UCDP's name.
    gwcode : int, optional
        For a state.
    near : frozenset of int
        States of which the article must speak for the name to count; empty if it always does.
    since, until : datetime.date, optional
        The articles' dates for which it counts.
    alone : bool
        A surname that needs no introduction.
    whose : str
        For a leader: the full name.
    left : datetime.date, optional
        For a leader: the end of the term.
    """

    text: str
    role: Role
    canonical: str
    gwcode: int | None = None
    near: frozenset[int] = frozenset()
    since: dt.date | None = None
    until: dt.date | None = None
    alone: bool = True
    whose: str = ""
    left: dt.date | None = None

    def dated(self, date: dt.date | None) -> bool:
        """Return whether the name counts in an article of that day."""
        if date is None:
            return True
        return (self.since is None or self.since <= date) and (self.until is None or date <= self.until)


def _file(name: str) -> str:
    return files("aftershock.accounts.reading").joinpath("lexicon", name).read_text(encoding="utf-8")


@cache
def traps() -> dict[str, Any]:
    """Return the lists of words that make a name something else."""
    return dict(yaml.safe_load(_file("traps.yaml")))


@cache
def _state_rows() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(_file("states.csv").splitlines()))


@cache
def states() -> Mapping[int, State]:
    """Return every state by its Gleditsch–Ward number, old ones too.

    Examples
    --------
    >>> states()[775].canonical, states()[775].iso3
    ('Government of Myanmar (Burma)', 'MMR')
    """
    table = countries()
    codes = dict(zip(table.gwcode.tolist(), table.isoab.tolist(), strict=True))
    out = {}
    for row in _state_rows():
        number, name = int(row["gwcode"]), row["names"].split(";")[0]
        short = min(row["names"].split(";"), key=lambda n: ("." in n or n.isupper(), row["ucdp"] != n))
        out[number] = State(number, f"Government of {row['ucdp']}", short or name, codes.get(number))
    return out


@cache
def _numbers() -> dict[str, tuple[tuple[int, frozenset[int]], ...]]:
    """Return UCDP's numbers of each name in its list, with the states where the actor fought."""
    table = load_table("actors")
    out: dict[str, list[tuple[int, frozenset[int]]]] = defaultdict(list)
    for number, name, where in zip(table.actor_id.tolist(), table.name, table.gwno_locations.fillna(""), strict=True):
        places = frozenset(int(w) for w in str(where).replace(" ", "").split(",") if w.isdigit())
        out[name.strip()].append((int(number), places))
    return {name: tuple(found) for name, found in out.items()}


def actor_number(canonical: str, near: Mapping[int, int]) -> int | None:
    """Return UCDP's number of an actor; where several share a name, of the one at home in the states spoken of most.

    Examples
    --------
    >>> actor_number("IS", {}), actor_number("ELN", {}) is None
    (234, True)
    """
    found = _numbers().get(canonical, ())
    if len(found) < 2:
        return found[0][0] if found else None
    scores = [(sum(near.get(place, 0) for place in places), number) for number, places in found]
    best = max(scores)
    return best[1] if best[0] and sum(s[0] == best[0] for s in scores) == 1 else None


def homes_of(canonical: str) -> frozenset[int]:
    """Return the states where an actor fought, by UCDP's list and its dyads.

    Examples
    --------
    >>> homes_of("MILF") == {840}
    True
    """
    return _homes().get(canonical, frozenset())


@cache
def _homes() -> Mapping[str, frozenset[int]]:
    places: dict[str, set[int]] = defaultdict(set)
    for name, found in _numbers().items():
        places[name] |= {place for _, where in found for place in where}
    dyads = load_table("dyad_country_year_1989_2024")
    for dyad, number in {(d, int(g)) for d, g in zip(dyads.dyad_name, dyads.gwcode, strict=True) if d}:
        sides = str(dyad).split(" - ")
        if len(sides) == 2 and ", " not in dyad:
            for side in sides:
                places[side.strip()].add(number)
    return {name: frozenset(found) for name, found in places.items()}


@cache
def seats() -> Mapping[str, int]:
    """Return the state of which each capital is the seat.

    Examples
    --------
    >>> seats()["Beirut"]
    660
    """
    return {seat: int(row["gwcode"]) for row in _state_rows() for seat in row["capitals"].split(";") if seat}


def _of_states() -> Iterator[Name]:
    columns: tuple[tuple[str, Role], ...] = (
        ("names", "state"), ("adjectives", "adjective"), ("peoples", "people"), ("capitals", "capital"),
    )  # fmt: skip
    for row in _state_rows():
        number = int(row["gwcode"])
        for column, role in columns:
            for text in filter(None, row[column].split(";")):
                yield Name(text, role, f"Government of {row['ucdp']}", number)


def _by_government() -> dict[str, int]:
    return {state.canonical: number for number, state in reversed(list(states().items()))}


def home_shares(canonical: str) -> Mapping[int, float]:
    """Return the states where an actor fought with the share of its years of fighting, by UCDP's dyads.

    Examples
    --------
    >>> round(home_shares("MILF")[840], 2)
    1.0
    """
    years = _home_years().get(canonical)
    if years:
        every = sum(years.values())
        return {number: count / every for number, count in years.items()}
    homes = homes_of(canonical)
    return dict.fromkeys(homes, 1 / len(homes)) if homes else {}


@cache
def _home_years() -> Mapping[str, Mapping[int, int]]:
    out: dict[str, Counter[int]] = defaultdict(Counter)
    dyads = load_table("dyad_country_year_1989_2024")
    for dyad, number in zip(dyads.dyad_name, dyads.gwcode, strict=True):
        for side in str(dyad or "").split(" - "):
            out[side.strip()][int(number)] += 1
    return out


def _day(text: str) -> dt.date | None:
    parts = [int(part) for part in text.split("-")] if text else []
    return dt.date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1) if parts else None


def _of_contexts() -> Iterator[Name]:
    governments = _by_government()
    for row in csv.DictReader(_file("contexts.csv").splitlines()):
        near = frozenset(int(number) for number in row["states"].split(";") if number)
        code = governments.get(row["canonical"])
        yield Name(row["name"], "actor", row["canonical"], code, near, _day(row["from"]), _day(row["to"]))


def _of_chiefs() -> Iterator[Name]:
    """Names of groups by who led them: "Shekau's men"."""
    told = dict(yaml.safe_load(_file("chiefs.yaml")))
    followers = told.pop("followers")
    for canonical, chiefs in told.items():
        for chief in chiefs:
            for word in followers:
                yield Name(f"{chief}'s {word}", "actor", canonical, None, homes_of(canonical))


def _of_offices() -> Iterator[Name]:
    """Names of those who spoke for a state; counted from the first day of the term on, former leaders too."""
    for number, holders in yaml.safe_load(_file("offices.yaml")).items():
        canonical = states()[number].canonical
        for told in holders:
            full, since, left, *short = [*(part.strip() for part in told.split(",")), "", ""][:4]
            first, last = _day(since), _day(left)
            yield Name(full, "leader", canonical, number, since=first, whose=full, left=last)
            shorts = [] if '"~"' in short[0] else (short[0] or full.split()[-1]).split("/")
            for text in shorts:
                bare = text.rstrip("*")
                names = {bare, bare.split("-", 1)[1]} if bare.startswith(("al-", "el-")) else {bare}
                for each in names:
                    sure = text.endswith("*")
                    yield Name(each, "surname", canonical, number, since=first, alone=sure, whose=full, left=last)


def _safe(name: str) -> bool:
    """Return whether a name of UCDP's list can be told from other words: no bracket, no "forces of", no common word."""
    lowered = name.lower()
    if any(sign in name for sign in '()&"') or name in traps()["unsafe"] or len(name) < 3:
        return False
    begins = (
        "government of",
        "forces of",
        "supporters of",
        "opponents of",
        "military faction",
        "lashk",
        "laskh",
        "republic of",
    )
    return not (lowered.startswith(begins) or "clan" in lowered or "faction" in lowered or " tribe" in lowered)


def _of_list() -> Iterator[Name]:
    """UCDP's own names: all need an article that speaks of a state where the actor fought; peoples, a word for fighters too."""
    table = load_table("actors")
    peoples = set(table.name[table.org == 3].str.strip()) | set(table.name[table.org == 2].str.strip())
    for name, near in sorted(_homes().items()):
        if near and _safe(name) and name != "Civilians":
            bare = name not in _numbers() and not (name.isupper() or " " in name or "-" in name)
            role: Role = "listed" if name in peoples or bare else "actor"
            yield Name(name, role, name, None, near)


@cache
def known_names() -> tuple[Name, ...]:
    """Return every name the reader knows without being told, but those of ``aliases.yaml``."""
    phrases = (Name(text, "trap", "") for text in traps()["phrases"])
    return (*_of_states(), *_of_contexts(), *_of_chiefs(), *_of_offices(), *phrases, *_of_list())


def government_number(canonical: str) -> int | None:
    """Return a government's Gleditsch–Ward number.

    Examples
    --------
    >>> government_number("Government of Syria"), government_number("IS") is None
    (652, True)
    """
    return _by_government().get(canonical)
