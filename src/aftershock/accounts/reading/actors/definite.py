"""Actors told by a description: "the army", "the generals", "the government in Beirut", "the rebels"; whose, the article says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aftershock.accounts.reading.actors.names import Name, home_shares, seats, states
from aftershock.accounts.reading.finding import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

__all__ = ["Chosen", "find_described"]

Chosen = tuple[int, int, Name, str]
"""Where a mention begins and ends, which name it is, and why."""

_KINDS = (
    r"(?:national |ruling |military |army |transitional |interim |caretaker |federal |central |elected |new |beleaguered |"
    r"embattled |Western-backed |western-backed |internationally recogni[sz]ed |U\.N\.-backed |UN-backed |civilian |unity |"
    r"coalition |regular |state |government |official ){0,2}"
)
_STATE = re.compile(
    rf"\b[Tt]he {_KINDS}(?P<head>government|army|military|regime|junta|generals|armed forces|security forces|authorities|"
    r"air force|navy|president|prime minister|troops|forces)\b(?!-|/| of (?!(?:[A-Z][a-z]+ )?(?:President|Prime Minister|Premier|Chancellor|King|General)\b))"  # noqa: E501
)
_MINISTRY = re.compile(
    r"\b[Tt]he (?P<head>(?:defen[cs]e|foreign|interior|information|health|justice|finance) ministry)\b(?! of\b)"
)
_SEATED = re.compile(r" (?:in|at) (?P<seat>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)")
_ONLY_KIND = ("troops", "forces")
"""Words that mean a state's own only with a kind before them: "the government forces"."""
_REBELS = re.compile(
    r"\b[Tt]he (?P<head>rebels|insurgents|guerrillas|militants|jihadists|jihadis|separatists|insurgency|rebel group|"
    r"militant group|insurgent group|jihadist group|rebel movement)\b(?!-)"
)
_CLEAR = 1.5
_JOINED = re.compile(r"\s*(?:,|and|or|, and)\s*")
_CAPITALISED = re.compile(r"\b[A-Z][\w']+(?: (?:[A-Z][\w']+|es Salaam))?")
_PERSONS = ("president", "prime minister")


def find_described(reading: Reading, folded: str, chosen: Sequence[Chosen]) -> list[Chosen]:
    """Return descriptions that stand for an actor whom the article names.

    Parameters
    ----------
    reading : Reading
    folded : str
    chosen : sequence of tuple
        The mentions by name.
    """
    if not chosen:
        return []
    told = _Told(reading, folded, sorted(chosen, key=lambda c: c[0]))
    return [*told.of_states(), *told.of_rebels()]


class _Told:
    """What the mentions by name tell of those without."""

    def __init__(self, reading: Reading, folded: str, chosen: Sequence[Chosen]) -> None:
        self._reading, self._folded, self._chosen = reading, folded, chosen
        self._starts = [start for start, _, _, _ in chosen]
        self._breaks = [m.start() for m in re.finditer(r"\n\s*\n|\n(?=\S)", reading.text)]
        self._scores = self._theatre()

    def _theatre(self) -> dict[int, float]:
        """Return how much the article is about each state's own war: how often named, and whose rebels are named."""
        named = Counter(name.gwcode for _, _, name, _ in self._chosen if name.gwcode is not None)
        groups = Counter(name.canonical for _, _, name, _ in self._chosen if name.gwcode is None)
        shares: dict[int, float] = defaultdict(float)
        for canonical, times in groups.items():
            for number, share in home_shares(canonical).items():
                shares[number] += times * share
        every = sum(groups.values())
        seat = seats()
        for found in _CAPITALISED.finditer(self._folded):  # a war's capital is named as a place too
            number = seat.get(found[0], 0)
            if number in named:
                named[number] += 1
        return {number: times * (0.25 + (shares[number] / every if every else 0.75)) for number, times in named.items()}

    def _ranked(self) -> list[tuple[int, float]]:
        return sorted(self._scores.items(), key=lambda each: -each[1])[:4]

    def _before(self, start: int, *, back: int = 0) -> list[Chosen]:
        """Return the mentions by name of the paragraph before a place, and of those before it."""
        at = bisect_left(self._breaks, start)
        first = self._breaks[at - 1 - back] if at > back else 0
        return list(self._chosen[bisect_left(self._starts, first) : bisect_left(self._starts, start)])

    def _whose(self, start: int) -> int | None:
        """Return the state whose army "the army" is: the last at home here that the paragraph names, or the article's."""
        ranked = self._ranked()
        if not ranked:
            return None
        best, top = ranked[0]
        at_home = {number for number, score in ranked if score >= 0.4 * top}
        if len(ranked) == 1 or top >= 3 * ranked[1][1]:
            return best
        here = [(a, b, n.gwcode) for a, b, n, _ in self._before(start) if n.gwcode in at_home]
        if here:
            joined = (
                len(here) > 1
                and here[-1][2] != here[-2][2]
                and _JOINED.fullmatch(self._folded, here[-2][1], here[-1][0])
            )
            return None if joined else here[-1][2]
        if top >= _CLEAR * ranked[1][1]:
            return best
        for _, _, name, _ in reversed(self._before(start, back=2)):
            if name.gwcode in at_home:
                return name.gwcode
        return None

    def of_states(self) -> list[Chosen]:
        """Return the descriptions of states, their armies and heads."""
        out: list[Chosen] = []
        for pattern in (_STATE, _MINISTRY):
            for found in pattern.finditer(self._folded):
                start = found.start("head") if pattern is _MINISTRY else found.start()
                head = found["head"]
                if head in _ONLY_KIND and not re.search(r"(?:government|regular|state|army|federal) \w+\Z", found[0]):
                    continue
                if not self._is_noun(found.start("head"), found.end("head")):
                    continue
                seat = self._seat(found.end())
                if seat and pattern is _MINISTRY:
                    continue  # it is the ministry that is named
                number = seat[0] if seat else self._whose(start)
                end = seat[1] if seat else found.end()
                if number is None or self._taken(start, end) or (head in _PERSONS and self._named_after(found.end())):
                    continue
                state = states()[number]
                out.append((start, end, Name(found[0], "state", state.canonical, number), f'description "{found[0]}"'))
        return out

    def _seat(self, end: int) -> tuple[int, int] | None:
        """Return the state whose seat follows: "the government in Beirut"."""
        found = _SEATED.match(self._folded, end)
        number = seats().get(found["seat"]) or seats().get(found["seat"].split()[0]) if found else None
        if found is None or number is None or number not in self._scores:
            return None
        return number, found.start("seat") + len(
            found["seat"] if found["seat"] in seats() else found["seat"].split()[0]
        )

    def _named_after(self, end: int) -> bool:
        """Return whether a person's name follows, who may be anybody's president."""
        return bool(re.match(r",? [A-Z]", self._folded[end : end + 3]))

    def _taken(self, start: int, end: int) -> bool:
        at = bisect_left(self._starts, start)
        near = self._chosen[max(0, at - 1) : at + 1]
        return any(a < end and start < b for a, b, _, _ in near)

    def _is_noun(self, start: int, end: int) -> bool:
        """Return whether a description's last word is the head of its phrase: not "the army officers"."""
        span = self._reading.doc.char_span(start, end, alignment_mode="expand")
        if span is None:
            return False
        token: Token = span[-1]
        return token.dep_ not in ("compound", "amod", "nmod") and token.pos_ in ("NOUN", "PROPN", "ADJ")

    def of_rebels(self) -> list[Chosen]:
        """Return the descriptions of armed groups where but one group can be meant."""
        groups = Counter(name.canonical for _, _, name, _ in self._chosen if name.gwcode is None)
        if not groups:
            return []
        main, times = groups.most_common(1)[0]
        alone = times >= 0.75 * sum(groups.values())
        out: list[Chosen] = []
        for found in _REBELS.finditer(self._folded):
            start, end = found.span()
            if self._taken(start, end) or not self._is_noun(found.start("head"), end):
                continue
            here = [name for _, _, name, _ in self._before(start) if name.gwcode is None]
            here = here or [name for _, _, name, _ in self._before(start, back=1) if name.gwcode is None]
            kinds = {name.canonical for name in here}
            name = here[-1] if len(kinds) == 1 else None
            if name is None and alone and (not kinds or main in kinds):
                name = next((n for _, _, n, _ in self._chosen if n.canonical == main and self._starts[0] < start), None)
            if name is not None:
                out.append((start, end, name, f'description "{found[0]}"'))
        return out
