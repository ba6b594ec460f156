"""Questions that the reader proposes for what it found in a sentence: a start, for a person to accept, edit or reject."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from aftershock.accounts.questions import AnyQuestion
from aftershock.accounts.reading.finding import Finding
from aftershock.actors.naming import find_actor, is_government
from aftershock.errors import UsageError
from aftershock.figures import countries

__all__ = ["MOST", "Proposal", "propose"]

MOST = 3
"""Questions proposed for a sentence, at most: what a person can read at a glance."""
_YEAR = dt.timedelta(days=365)
_FIRST, _LAST = dt.date(1990, 1, 1), dt.date(9998, 12, 31)
_DEAD = re.compile(r"\b(dead|deaths?|died|killed|killings?|fatalities|bodies|corpses|casualties)\b", re.I)
_SUM = re.compile(
    r"\b(so far|in all|altogether|total(?:l?ed|s)?|overall|toll|(?:over|in|during) the (?:past|last) year|months of"
    r"|estimates?)\b",
    re.I,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SINCE = re.compile(
    rf"\bsince\s+(?:(\d{{1,2}})\s+)?({'|'.join(_MONTHS)})[a-z]*\.?(?:\s+(\d{{4}}))?\b|\bsince\s+(\d{{4}})\b", re.I
)
_DENIAL = re.compile(
    r"\b(no|not|never|nor|neither|nobody|none|without|cannot|unlikely|fails? to|failed to)\b|n['’]t\b", re.I
)
_MEASURE = re.compile(
    r"\b(feet|foot|met(?:er|re)s?|kilomet(?:er|re)s?|km|miles?|dollars?|euros?|pounds?|per ?cent|percent|times|years?|months?"
    r"|weeks?|days?|hours?|minutes?|tons?|tonnes)\b|[%$€£]",
    re.I,
)
_KILLED_AFTER = re.compile(
    r"\W*(?:\w+\W+){0,5}?(?:killed|dead|died|massacred|slain|lost (?:their|his|her) li(?:ves|fe))\b", re.I
)
_KILLED_BEFORE = re.compile(
    r"\b(?:kill(?:s|ed|ing)?|deaths? (?:toll )?(?:of|at)|lives of|claimed|massacred)\W+(?:\w+\W+){0,4}$", re.I
)
_CIVILIAN = re.compile(
    r"\b(civilians?|villagers|residents|worshippers|children|women|bystanders|non-combatants)\b", re.I
)
_SPIRAL = re.compile(
    r"\b(spiral\w*|out of control|escalat\w*|all-out|conflagration|engulf\w*|cycle of violence)\b", re.I
)
_SPREAD = re.compile(
    r"\b(spread\w*|spill\w*|emerg\w*|appear\w*|expand\w*|reach\w*|gain\w* a foothold|metastasi\w*)\b", re.I
)
_SCATTER = re.compile(r"\b(scatter\w*|dispers\w*|cells|underground|insurgency|guerrilla|melt\w* away)\b", re.I)
_MORE = re.compile(r"\b(ris(?:e|es|en|ing)|rose|increas\w*|grow\w*|grew|surg\w*|worsen\w*|intensif\w*)\b", re.I)
_LESS = re.compile(
    r"\b(fell|fall(?:s|en|ing)? (?:in|by|off|away)|declin\w*|decreas\w*|drop\w*|eas(?:e|ed|ing)|subsid\w*|calm\w*)\b",
    re.I,
)
_VIOLENCE = re.compile(
    r"\b(violence|attack(?:s|ed|ing)?|fight(?:s|ing)?|fought|kill(?:s|ed|ing|ings)?|deaths|casualties|bomb(?:s|ed|ing|ings)?|raids?"
    r"|clash(?:es|ed)?|strikes?|offensives?|battles?|war|shell(?:ed|ing)|assaults?|ambush(?:es|ed)?)\b",
    re.I,
)
_TROOPS = re.compile(
    r"\b(troops?|soldiers?|fighters?|militants?|recruits?|men|guards?|servicemen|personnel|advisers|advisors|police(?:men)?|gunmen|guerrillas|jihadists)\b",
    re.I,
)
_LONGEST = 500
_ONE_SIDE = "deaths can be asked for all together or for civilians, not for the fighters of one side"
_GONE = "records of organised violence hold events and deaths, not {}"


@dataclass(frozen=True)
class Proposal:
    """What a sentence might be asked.

    Parameters
    ----------
    says : str
        The claim in a plain sentence made from what was found; empty where only a person can write it.
    why : str
        Why nothing is proposed, where nothing is.
    questions : tuple of Question
        All of them wait to be accepted.
    """

    says: str
    why: str
    questions: tuple[Any, ...]


@dataclass(frozen=True)
class _Sentence:
    """What is known of a sentence when its questions are made."""

    text: str
    findings: Sequence[Finding]
    actors: tuple[str, ...]
    places: tuple[str, ...]
    date: dt.date | None
    home: tuple[str, ...] = ()
    start: int = 0

    @property
    def groups(self) -> tuple[str, ...]:
        """The actors that are no governments."""
        return tuple(name for name in self.actors if not is_government(name))

    def of(self, kind: str) -> list[Finding]:
        return [found for found in self.findings if found.kind == kind]

    @property
    def denies(self) -> bool:
        """Whether something is denied somewhere in it."""
        return bool(_DENIAL.search(self.text))

    def kills(self, found: Finding) -> bool:
        """Return whether a figure counts the dead, by its unit or by what stands next to it."""
        if _DEAD.search(str(found.fields.get("unit") or "")):
            return True
        before, after = self.text[: found.start - self.start], self.text[found.end - self.start :]
        return bool(_KILLED_AFTER.match(after[:120]) or _KILLED_BEFORE.search(before[-120:]))

    def past(self, day: Any = None) -> dict[str, str]:
        """Return the window up to a day, at most the last before the account."""
        if self.date is None:
            return {"end": str(day)} if day else {}
        last = (self.date - dt.timedelta(days=1)).isoformat()
        return {"end": min(str(day), last) if day else last}

    def around(self, day: Any) -> dict[str, str]:
        """Return the window of a day and its neighbours: days of the press and of the record may differ by one."""
        try:
            at, one = dt.date.fromisoformat(str(day)), dt.timedelta(days=1)
            return {"start": (at - one).isoformat(), "end": (at + one).isoformat()}
        except (ValueError, OverflowError):
            return {}

    def scope(self, **more: Any) -> dict[str, Any]:
        """Return whom and where; places only where there are any."""
        return ({"countries": list(self.places)} if self.places else {}) | more

    def before(self) -> dict[str, str]:
        """Return the window of the year before the account."""
        if self.date is None:
            return {}
        return {
            "start": (max(self.date, _FIRST) - _YEAR).isoformat(),
            "end": (self.date - dt.timedelta(days=1)).isoformat(),
        }

    def since(self) -> dict[str, str]:
        """Return the window from the day or month after "since" to the day before the account."""
        said = _SINCE.search(self.text)
        if said is None or self.date is None:
            return {}
        day, month, year, alone = said.groups()
        number = _MONTHS.index(month[:3].lower()) + 1 if month else 1
        try:
            start = dt.date(int(alone or year or self.date.year), number, int(day or 1))
            if start >= self.date and not (alone or year):
                start = start.replace(year=start.year - 1)
        except ValueError:
            return {}
        return {"start": start.isoformat()} | self.past() if start < self.date else {}

    def ahead(self, by: Any) -> dict[str, str]:
        """Return the window from the account's day to a day, or over a year."""
        if self.date is None:
            return {}
        end = by if by and str(by) > self.date.isoformat() else min(self.date, _LAST) + _YEAR
        return {"start": self.date.isoformat(), "end": str(end)}


def propose(
    text: str,
    findings: Sequence[Finding],
    actors: Sequence[Finding],
    date: dt.date | None,
    *,
    home: int | None = None,
    start: int = 0,
) -> Proposal:
    """Return what a sentence might be asked.

    Only actors that the record knows, and countries by name, are asked about.

    Parameters
    ----------
    text : str
        The sentence.
    findings : sequence of Finding
        What was found in it but for actors.
    actors : sequence of Finding
        Who and which states it names.
    date : date, optional
        Of the account.
    home : int, optional
        The country, by its Gleditsch–Ward number, that a sentence which names none is taken to be about.
    start : int
        Where the sentence stands, in the text that places of findings count in.
    """
    groups = tuple(
        dict.fromkeys(name for a in actors if (name := str(a.fields.get("canonical") or "")) and _known(name))
    )
    named = [a for a in actors if a.why.startswith("state")]  # a demonym says who, not where
    codes = [f.fields.get("gwcode") for f in (*(f for f in findings if f.kind == "event"), *named)]
    sentence = _Sentence(text, findings, groups, _names(codes), date, _names([home]), start)
    makers = (_of_relations, _of_predictions, _of_figures, _of_causal, _of_trend, _of_events)
    made: dict[str, Any] = {}
    for maker in makers:
        for wanted in maker(sentence):
            question = _made(wanted)
            if question is not None:
                made.setdefault(question.sentence(), question)
    asked = [question for question in made.values() if question.kind != "outside"] or list(made.values())
    why = "" if asked else "nothing here has the form of a question that the reader knows; write one by hand"
    return Proposal(_says(sentence), why, tuple(asked[:MOST]))


def _made(wanted: dict[str, Any]) -> Any | None:
    """Return a question; None where its form refuses what was found, such as a figure below nought."""
    try:
        return _question().validate_python(_written(wanted) | {"status": "proposed"})
    except ValidationError:
        return None


def _written(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return keys without those that say nothing, as a person would leave them out."""
    plain = {key: _written(value) if isinstance(value, dict) else value for key, value in wanted.items()}
    return {key: value for key, value in plain.items() if value not in ({}, [], ())}


@cache
def _known(name: str) -> bool:
    """Return whether the record knows an actor."""
    try:
        find_actor(None, name)
    except UsageError:
        return False
    return True


def _names(codes: Iterable[Any]) -> tuple[str, ...]:
    """Return countries by name, each once."""
    names = _countries()
    return tuple(dict.fromkeys(names[int(code)] for code in codes if code and int(code) in names))


@cache
def _countries() -> dict[int, str]:
    table = countries()
    return {int(code): str(name) for code, name in zip(table.gwcode, table.name, strict=True)}


@cache
def _question() -> TypeAdapter[Any]:
    return TypeAdapter(AnyQuestion)


def _of_relations(sentence: _Sentence) -> Iterable[dict[str, Any]]:
    """Ask whether two fight, or stand on one side."""
    for found in sentence.of("relation"):
        a, relation, b = (str(found.fields.get(key) or "") for key in ("a", "relation", "b"))
        if not (_known(a) and _known(b)) or a == b:
            continue
        if relation == "succeeds":
            yield {"kind": "succeeds", "predecessor": b, "successor": a}
        else:
            window = sentence.past()
            kind = "fights" if relation == "hostile" else "sides"
            yield {"kind": kind, "criteria": {"scope": {"actors": [a], "against": [b]}, "window": window}}


def _of_predictions(sentence: _Sentence) -> Iterable[dict[str, Any]]:
    """Ask what will come of what a prediction names; one that denies something is left to a person."""
    for found in () if sentence.denies else sentence.of("prediction"):
        window = sentence.ahead(found.fields.get("by"))
        groups = sentence.groups
        if _SPIRAL.search(sentence.text) and sentence.places:
            yield {"kind": "spiral", "times": 2, "criteria": {"scope": sentence.scope()}}
        if _SPREAD.search(sentence.text) and groups:
            yield {"kind": "spreads", "new": not sentence.places,
                   "criteria": {"scope": sentence.scope(actors=groups[:1]), "window": window}}  # fmt: skip
        if _SCATTER.search(sentence.text) and groups:
            yield {"kind": "scatters", "criteria": {"scope": sentence.scope(actors=groups[:1])}}
        if len(sentence.actors) == 2 and _VIOLENCE.search(sentence.text):
            one, two = sentence.actors
            yield {"kind": "fights", "criteria": {"scope": {"actors": [one], "against": [two]}, "window": window}}
        elif groups and window and _VIOLENCE.search(sentence.text):
            yield {"kind": "happened", "criteria": {"scope": sentence.scope(actors=groups), "window": window}}


def _of_figures(sentence: _Sentence) -> Iterable[dict[str, Any]]:
    """Ask the record for deaths stated; say of other figures why it holds none."""
    for found in sentence.of("figure"):
        unit = str(found.fields.get("unit") or "")
        stated = _stated(found)
        if stated is None:
            continue
        armed = bool(_TROOPS.search(unit))
        deadly = sentence.kills(found) and not _MEASURE.search(unit)
        if deadly and not armed:
            question = _count(sentence, stated, of_civilians=bool(_CIVILIAN.search(unit)))
            if question:
                yield question
        elif deadly:
            yield {"kind": "outside", "reason": _ONE_SIDE}
        else:
            what = "numbers of fighters and troops" if armed else f"numbers of {unit or 'this kind'}"
            yield {"kind": "outside", "reason": _GONE.format(what[:300])}


def _count(sentence: _Sentence, stated: dict[str, Any], *, of_civilians: bool) -> dict[str, Any] | None:
    """Ask for deaths on the day of an event, since the day that is named, or over the year before where a sentence gives a sum.

    Deaths in an event of no known day are not asked for: any window that holds it holds others too.
    """
    places = sentence.places or sentence.home
    if not places:
        return None
    day = next((str(f.fields["day"]) for f in sentence.of("event") if f.fields.get("day")), None)
    window = sentence.since() or sentence.around(day)
    if not window and _SUM.search(sentence.text):
        window = sentence.before()
    if not window:
        return None
    scope = {"countries": list(places), "actors": sentence.groups[:1]}
    measure = "civilian deaths" if of_civilians else "deaths"
    return {"kind": "count", "criteria": {"scope": scope, "measure": measure, "threshold": stated, "window": window}}


def _stated(found: Finding) -> dict[str, Any] | None:
    """Return a figure as a threshold."""
    value, low, high = (found.fields.get(key) for key in ("value", "low", "high"))
    if any(number is not None and not math.isfinite(number) for number in (value, low, high)):
        return None
    if value is not None and abs(value) < 1:
        return None  # a share
    if low is not None and high is not None:
        return {"between": [min(low, high), max(low, high)]}
    if value is None:
        return None
    bound = found.fields.get("bound")
    return {{"at least": "at_least", "at most": "at_most"}.get(str(bound), "about"): value}


def _of_causal(sentence: _Sentence) -> Iterable[dict[str, Any]]:
    """Ask whether one's violence is followed by the other's; say why nothing can be asked of other causes."""
    for found in sentence.of("causal"):
        cause, effect = (str(found.fields.get(key) or "") for key in ("cause", "effect"))
        if sentence.actors and _VIOLENCE.search(cause) and _VIOLENCE.search(effect) and sentence.places:
            first, last = sentence.actors[0], sentence.actors[-1]
            yield {"kind": "feeds", "criteria": {"scope": sentence.scope(actors=[first])},
                   "raises": {"scope": sentence.scope(actors=[last])}}  # fmt: skip
        elif sentence.actors and _DEAD.search(cause) and _CIVILIAN.search(cause) and sentence.places:
            yield {"kind": "feeds", "through": "civilians", "criteria": {"scope": sentence.scope()},
                   "raises": {"scope": sentence.scope(actors=[sentence.actors[-1]])}}  # fmt: skip
        else:
            yield {
                "kind": "outside",
                "reason": "records of organised violence hold what was done, not why; no series here is of this cause",
            }


def _of_trend(sentence: _Sentence) -> Iterable[dict[str, Any]]:
    """Ask whether violence rose or fell, where a sentence says so of a place or a group."""
    if sentence.date is None or not (sentence.places or sentence.actors) or not _VIOLENCE.search(sentence.text):
        return
    rises, falls = bool(_MORE.search(sentence.text)), bool(_LESS.search(sentence.text))
    if rises != falls and not sentence.denies and not sentence.of("prediction"):
        at = max(sentence.date, _FIRST) - _YEAR
        groups = sentence.groups
        yield {"kind": "trend", "direction": "rises" if rises else "falls", "at": at.isoformat(),
               "criteria": {"scope": sentence.scope(actors=groups[:1])}}  # fmt: skip


def _of_events(sentence: _Sentence) -> Iterable[dict[str, Any]]:
    """Ask whether who is named was active where it is said, about the day that is named or in the year before.

    Without a place or a day the answer would be yes for almost everybody.
    """
    for found in sentence.of("event"):
        who = [str(name) for name in found.fields.get("who") or () if _known(str(name))]
        if not who:
            continue
        place = list(_names([found.fields.get("gwcode")]) or sentence.places)
        day = found.fields.get("day")
        if not place and not day:
            continue
        scope: dict[str, Any] = {"actors": who[:1]} | ({"countries": place} if place else {})
        if len(who) > 1:
            scope["against"] = who[1:2]
        yield {"kind": "happened", "criteria": {"scope": scope, "window": sentence.around(day) or sentence.before()}}


def _says(sentence: _Sentence) -> str:
    """Return a sentence made from relations and events, which need no words but names."""
    verbs = {
        "hostile": "fights",
        "allied": "is allied with",
        "supports": "supports",
        "part of": "is part of",
        "succeeds": "succeeds",
    }
    for found in sentence.of("relation"):
        return f"{found.fields['a']} {verbs.get(str(found.fields['relation']), 'stands beside')} {found.fields['b']}."[
            :_LONGEST
        ]
    for found in sentence.of("event"):
        who = found.fields.get("who")
        if who:
            place = f" in {found.fields['where']}" if found.fields.get("where") else ""
            when = f" on {found.fields['day']}" if found.fields.get("day") else ""
            return f"{' and '.join(map(str, who))} took part in violence{place}{when}."[:_LONGEST]
    return ""
