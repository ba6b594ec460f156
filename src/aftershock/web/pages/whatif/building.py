"""A scenario built step by step from a form's fields: each step gives its whole text anew, checked as a file would be."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from aftershock.errors import AftershockError, UsageError, nearest
from aftershock.scenarios.scenario import Scenario, Written
from aftershock.scenarios.writing import scenario_text
from aftershock.web.pages.whatif.changing import Fields, change_of, day_of, first_of, question_of
from aftershock.web.work.bases import Base, check_scenario
from aftershock.web.work.trying import read_text_of_scenario

__all__ = ["ScenarioError", "changed", "checked", "line_of", "name_of", "new_text"]

YEAR = 365
_LISTS = {"add": "interventions", "remove": "interventions", "ask": "ask", "unask": "ask"}


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


def changed(text: str, base: Base | None, what: str, fields: Fields) -> str:
    """Return a scenario's text after one step.

    Parameters
    ----------
    text : str
    base : Base, optional
    what : {"rename", "add", "remove", "ask", "unask"}
        With ``n`` among the fields, ``add`` puts a change in the place of another.
    fields : mapping of str to list of str
        As the form gives them; empty ones count as not given.

    Raises
    ------
    ScenarioError
        The step leads to something that is no sound scenario.
    """
    plain = checked(text, None).scenario.model_dump(mode="json", exclude_unset=True)
    if what == "rename":
        plain |= _renamed(fields)
    elif what in _LISTS:
        listed, n = list(plain.get(_LISTS[what], [])), first_of(fields, "n")
        place = int(n) if n.isdecimal() and len(n) < 4 and int(n) < len(listed) else None
        if what in ("add", "ask"):
            new = change_of(fields) if what == "add" else question_of(fields)
            listed = [*listed, new] if place is None else [*listed[:place], new, *listed[place + 1 :]]
        elif place is not None:
            del listed[place]
        plain[_LISTS[what]] = listed
    else:
        raise UsageError("a step must be known", found=repr(what[:40]), fix=nearest(what[:40], ["rename", *_LISTS]))
    return scenario_text(checked(_dumped(plain), base).scenario)


def _renamed(fields: Fields) -> dict[str, Any]:
    """Return what a scenario is called, says of itself, and how far it looks."""
    title = first_of(fields, "title")
    words = {name: first_of(fields, name).replace("\r\n", "\n") for name in ("description", "source") if name in fields}
    return {
        "title": title,
        "name": first_of(fields, "name") or name_of(title),
        "until": day_of(first_of(fields, "until")),
    } | words


def _dumped(plain: dict[str, Any]) -> str:
    import yaml

    return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=1000))


def name_of(title: str) -> str:
    """Return a short name for a title.

    Examples
    --------
    >>> name_of("Troops leave, and don't come back!"), name_of("“”")
    ('troops-leave-and-don-t-come-back', 'my-scenario')
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:64].strip("-") or "my-scenario"


def line_of(error: ScenarioError) -> list[tuple[int, str]]:
    """Return the lines that an error names, with what stands there."""
    lines = error.text.splitlines()
    named = {int(number) for number in re.findall(r"\bline (\d{1,6}) of", " ".join([error.found, *error.rows]))}
    return [(number, lines[number - 1][:200]) for number in sorted(named)[:8] if 1 <= number <= len(lines)]
