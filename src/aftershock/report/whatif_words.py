"""Scenarios and their answers in plain sentences, for their page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.report.data import rounded
from aftershock.report.system_words import percent

if TYPE_CHECKING:  # the system's code is compiled, and slow to load
    from aftershock.scenarios.answers import Answer
    from aftershock.scenarios.interventions import Intervention, Selection

__all__ = ["answer_sentence", "glance_words", "intervention_words", "number", "signed", "span"]

TYPE_WORDS = {"sb": "state-based", "ns": "non-state", "os": "one-sided"}
WHAT_WORDS = {"events": "Events", "civilian_deaths": "Civilian deaths", "deaths": "Deaths per event"}
ANSWERS = "Whether other violence would answer, the record"
ENDS = (0.05, 0.5, 0.95)


def number(value: float) -> str:
    """Return a count to three significant digits.

    Examples
    --------
    >>> number(106307.5), number(0.4)
    ('106,000', '0')
    """
    return f"{round(rounded([value])[0] or 0):,}"


def signed(value: float) -> str:
    """Return a difference to three significant digits, with a true minus.

    Examples
    --------
    >>> signed(-37635.0), signed(6738.0), signed(0.2)
    ('−37,600', '+6,740', '0')
    """
    text = number(abs(value))
    return text if text == "0" else f"{'−' if value < 0 else '+'}{text}"


def span(draws: np.ndarray, *, sign: bool = False) -> tuple[str, str]:
    """Return the middle of draws and their 90 % interval in words.

    Examples
    --------
    >>> span(np.arange(101.0)), span(np.arange(101.0) - 50, sign=True)
    (('50', '5 to 95'), ('0', '−45 to +45'))
    """
    write = signed if sign else number
    low, middle, high = (write(float(value)) for value in np.quantile(draws, ENDS))
    return middle, f"{low} to {high}"


def answer_sentence(answer: Answer) -> str:
    """Return what a scenario changes of all deaths, in a sentence or two."""
    difference = answer.difference()
    if not difference.any():
        return "Not one death more or fewer, in any pair of futures."
    middle, interval = span(difference, sign=True)
    fewer, more = (float(share.mean()) for share in (difference < 0, difference > 0))
    way = f"fewer in {percent(fewer)}" if fewer >= more else f"more in {percent(more)}"
    return f"{middle} deaths (90\u00a0% interval {interval}) beside the course that goes on; {way} of futures."


def glance_words(answers: Sequence[Answer]) -> list[str]:
    """Return what all answers say together: the course that goes on, the farthest from it, what the record can tell."""
    first = answers[0]
    everything = first.units("all")["all"]
    middle, interval = span(first.course("baseline", "deaths", everything).sum(axis=1))
    last = first.origin + int(first.edges[-1])
    said = [f"The course that goes on brings {middle} deaths ({interval}) from {first.origin + 1} to {last}."]
    if len(answers) == 1:
        return [*said, f"{first.scenario.title}: {_uncapital(answer_sentence(first))}", _verdicts(answers)]
    changed = [answer for answer in answers if answer.difference().any()]
    for which, words in ((np.argmin, "Fewest deaths"), (np.argmax, "Most deaths")):
        middles = [float(np.median(answer.difference())) for answer in changed]
        if middles and (value := middles[int(which(middles))]) and (value < 0) == (which is np.argmin):
            one = changed[int(which(middles))]
            said.append(f"{words}: {one.scenario.title}. {answer_sentence(one)}")
    return [*said, _verdicts(answers)]


def _verdicts(answers: Sequence[Answer]) -> str:
    held = [answer.identification.verdict for answer in answers if answer.identification.verdict != "nothing changed"]
    part = held.count("can say in part")
    if not held:
        return "No scenario changes anything."
    if len(held) == 1:
        words = "can say in part" if part else "cannot say"
        return f"{ANSWERS} {words}."
    if not part:
        return f"{ANSWERS} cannot say in any of the {len(held)} scenarios that change something."
    return f"{ANSWERS} can say in part of {part} scenarios, and cannot say of {len(held) - part}."


def _uncapital(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"


def intervention_words(one: Intervention) -> str:
    """Return what an intervention changes, in a clause with its date.

    Examples
    --------
    >>> import datetime as dt
    >>> from aftershock.scenarios.interventions import Scale
    >>> intervention_words(Scale(kind="scale", actor="IS", against="SDF", factor=0.5, date=dt.date(2017, 8, 1)))
    'From 2017-08-01: Events times 0.5; streams of IS against SDF'
    """
    until = getattr(one, "until", None)
    when = f"From {one.date}" if until is None else f"From {one.date} to the day before {until}"
    if one.kind == "shock":
        return f"On {one.date}: {one.events:,} events besides on {one.stream}"
    return f"{when}: {_lasting(one)}"


def _lasting(one: Any) -> str:
    """Say what an intervention changes from its day on."""
    words = {
        "leaves": lambda: f"{one.actor} leaves; {_selection(one)}",
        "scale": lambda: f"{_scaled(one)}; {_selection(one)}",
        "cut": lambda: f"what {_selection(one.source)} feed is {_left(one.factor)}, on {_selection(one.target)}",
        "loses_territory": lambda: f"{one.actor} has lost its ground{_in(one.countries)}",
        "enters": lambda: _front(one),
        "dissolves": lambda: f"{one.actor} is dissolved{_joined(one)}",
    }
    return words[one.kind]()


def _scaled(one: Any) -> str:
    what = WHAT_WORDS[one.what]
    return f"No {_uncapital(what)}" if one.factor[1] == 0 else f"{what}{_times(one.factor)}"


def _left(factor: float) -> str:
    return "cut" if factor == 0 else f"times {factor:g}"


def _front(one: Any) -> str:
    rates = "" if tuple(one.factor) == (1.0, 1.0) else f", borrowed rates{_times(one.factor)}"
    return f"a new {TYPE_WORDS[one.type]} front of {' and '.join(one.actors)}{_in((one.country,))}{rates}"


def _joined(one: Any) -> str:
    return f"; {one.share * 100:.0f}\u00a0% joins {one.joins}" if one.joins else ""


def _times(factor: tuple[float, float]) -> str:
    low, high = factor
    return f" times {low:g}" if low == high else f" times {low:g} to {high:g}"


def _in(countries: Sequence[Any]) -> str:
    return f" in {', '.join(map(str, countries))}" if countries else ""


def _selection(one: Selection) -> str:
    """Say which streams are meant."""
    if one.streams:
        return "; ".join(one.streams)
    whose = f" of {one.actor}" if one.actor else ""
    against = f" against {one.against}" if one.against else ""
    types = "" if len(one.types) == len(TYPE_WORDS) else f", {' and '.join(TYPE_WORDS[kind] for kind in one.types)}"
    everything = "" if whose or against or types or one.countries else "all "
    return f"{everything}streams{whose}{against}{types}{_in(one.countries)}"
