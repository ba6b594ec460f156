"""A scenario built step by step from a form's fields: each step gives its whole text anew, checked as a file would be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from aftershock.errors import AftershockError, UsageError, nearest
from aftershock.scenarios.scenario import Scenario, Written
from aftershock.scenarios.writing import scenario_text
from aftershock.web.work.bases import Base, check_scenario
from aftershock.web.work.trying import read_text_of_scenario

__all__ = ["KINDS", "ScenarioError", "changed", "checked", "line_of", "new_text"]

KINDS = {
    "leaves": "An actor leaves",
    "scale": "A kind of violence is scaled, or stops",
    "cut": "A link is cut",
    "shock": "A shock: events happen besides",
    "loses_territory": "An actor loses its ground",
    "enters": "An actor enters: a new front",
    "dissolves": "An organisation dissolves",
}
YEAR = 365
_DAYS, _NUMBERS = ("date", "until", "by"), ("events", "days")


class ScenarioError(UsageError):
    """A fault in a scenario, with the text it stands in."""

    def __init__(self, error: AftershockError, text: str) -> None:
        super().__init__(error.must, found=error.found, fix=error.fix, rows=error.rows)
        self.text = text


def new_text(base: Base | None) -> str:
    """Return the text of a scenario that changes nothing yet, a year long."""
    plain: dict[str, Any] = {"name": "my-scenario", "title": "My scenario"}
    origin = dt.date.fromisoformat(base.origin) if base else dt.datetime.now(dt.UTC).date()
    plain["until"] = origin + dt.timedelta(days=YEAR)
    if base and base.system:
        plain["system"] = base.system
    return scenario_text(Scenario.model_validate(plain))


def checked(text: str, base: Base | None) -> Written:
    """Return a scenario from its text, as far as it can be checked before it runs; where no system is known, its form alone.

    Raises
    ------
    ScenarioError
        The same sentence as on the command line, with the line.
    """
    try:
        written = read_text_of_scenario(text)
        if base is not None:
            check_scenario(written, base)
    except AftershockError as error:
        raise ScenarioError(error, text) from None
    return written


def changed(text: str, base: Base | None, what: str, fields: Mapping[str, str]) -> str:
    """Return a scenario's text after one step.

    Parameters
    ----------
    text : str
    base : Base, optional
    what : {"rename", "add", "remove", "ask", "unask"}
    fields : mapping of str to str
        As the form gives them; empty ones count as not given.

    Raises
    ------
    ScenarioError
        The step leads to something that is no sound scenario.
    """
    plain = checked(text, None).scenario.model_dump(mode="json", exclude_unset=True)
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    lists = {"add": "interventions", "remove": "interventions", "ask": "ask", "unask": "ask"}
    if what == "rename":
        title = given.get("title", "")
        plain |= {"title": title, "name": _name(title), "until": _day(given.get("until", ""))}
    elif what in ("add", "ask"):
        plain[lists[what]] = [*plain.get(lists[what], []), _intervention(given) if what == "add" else _question(given)]
    elif what in ("remove", "unask"):
        listed = list(plain.get(lists[what], []))
        place = given.get("n", "")
        if place.isdecimal() and int(place) < len(listed):
            del listed[int(place)]
        plain[lists[what]] = listed
    else:
        raise UsageError("a step must be known", found=repr(what[:40]), fix=nearest(what[:40], ["rename", *lists]))
    return scenario_text(checked(_dumped(plain), base).scenario)


def _dumped(plain: dict[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=1000))


def _name(title: str) -> str:
    """Return a short name for a title.

    Examples
    --------
    >>> _name("Troops leave, and don't come back!"), _name("“”")
    ('troops-leave-and-don-t-come-back', 'my-scenario')
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:64].strip("-") or "my-scenario"


def _day(text: str) -> Any:
    """Return a day; what is none stays as it is, and is named where the scenario is checked."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def _value(name: str, text: str) -> Any:
    if name in _DAYS:
        return _day(text)
    if name in _NUMBERS:
        return int(text) if text.isdecimal() else text
    return text


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _intervention(given: dict[str, str]) -> dict[str, Any]:
    """Return an intervention as it stands in YAML."""
    kind = given.get("kind", "")
    if kind not in KINDS:
        raise UsageError(
            "a change must be of a known kind", found=repr(kind[:40]), fix=f"Choose one of: {', '.join(KINDS)}."
        )
    plain: dict[str, Any] = {"kind": kind}
    for name in ("what", "actor", "against", "joins", "stream", "name", "type", "country", "events", "date", "until"):
        if name in given:
            plain[name] = _value(name, given[name])
    if "types" in given:
        plain["types"] = [given["types"]]
    if "countries" in given:
        plain["countries"] = [given["countries"]]
    if "factor" in given:
        low, high = _number(given["factor"]), _number(given.get("factor_most", given["factor"]))
        plain["factor"] = low if low == high or kind == "cut" else [low, high]
    if "share" in given:
        share = _number(given["share"])
        plain["share"] = share / 100 if isinstance(share, float) else share
    if "actors" in given:
        plain["actors"] = [each.strip() for each in given["actors"].split(";") if each.strip()]
    for side in ("source", "target"):
        if side in given:
            plain[side] = {"streams": [given[side]]}
    return plain


def _question(given: dict[str, str]) -> dict[str, Any]:
    return {name: _value(name, given[name]) for name in ("actor", "country", "by", "days") if name in given}


def line_of(error: ScenarioError) -> list[tuple[int, str]]:
    """Return the lines that an error names, with what stands there."""
    lines = error.text.splitlines()
    named = {int(number) for number in re.findall(r"\bline (\d{1,6}) of", " ".join([error.found, *error.rows]))}
    return [(number, lines[number - 1][:200]) for number in sorted(named)[:8] if 1 <= number <= len(lines)]
