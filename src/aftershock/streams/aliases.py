"""Merging actors by name: which alias takes in a side as UCDP writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from aftershock.errors import UsageError

__all__ = ["alias_finder", "entry_pattern", "members", "outer_names"]


def members(side: str) -> tuple[str, ...]:
    """Return who makes up a side: UCDP writes several with commas between them.

    Examples
    --------
    >>> members("Ahrar al-Sham, Islamic Front")
    ('Ahrar al-Sham', 'Islamic Front')
    """
    return tuple(name.strip() for name in side.split(", "))


def outer_names(aliases: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return for each alias the one it ends in, where aliases are entries of others.

    Raises
    ------
    UsageError
        Aliases lead in a circle.

    Examples
    --------
    >>> outer_names({"opposition": ("rebels",), "rebels": ("SNA",)})
    {'opposition': 'opposition', 'rebels': 'opposition'}
    """
    above: dict[str, str] = {}
    for name, entries in aliases.items():
        for entry in entries:
            if entry in aliases and entry != name:
                above.setdefault(entry, name)
    ends = {}
    for name in aliases:
        trail = [name]
        while trail[-1] in above:
            trail.append(above[trail[-1]])
            if trail[-1] in trail[:-1]:
                circle = " → ".join(trail[trail.index(trail[-1]) :])
                raise UsageError("aliases must not lead in a circle", found=circle, fix="Take one of them out.")
        ends[name] = trail[-1]
    return ends


def alias_finder(aliases: Mapping[str, tuple[str, ...]]) -> Callable[[str], str | None]:
    """Return a function that gives the merged name of a side as UCDP writes it, or None.

    Examples
    --------
    >>> find = alias_finder({"IS": ("IS",), "rebels": ("*Ahrar*", "SNA")})
    >>> find("IS"), find("Levant Front, SNA"), find("ISIL")
    ('IS', 'rebels', None)
    """
    ends = outer_names(aliases)
    patterns = [(ends[name], entry_pattern(entries)) for name, entries in aliases.items()]

    def find(side: str) -> str | None:
        for tried in ((side,), members(side)):
            for name, pattern in patterns:
                if any(pattern.fullmatch(each) for each in tried):
                    return name
        return None

    return find


def entry_pattern(entries: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of an alias's entries; only ``*`` is special, and letters count as they are."""
    return re.compile("|".join(".*".join(map(re.escape, entry.split("*"))) for entry in entries), re.DOTALL)
