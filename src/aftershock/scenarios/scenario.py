"""A scenario file: which system, from when to when, what is changed, and what is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from aftershock.documents import Lines, read_with_lines
from aftershock.errors import UsageError
from aftershock.scenarios.interventions import Intervention, Name

__all__ = ["Active", "Recipe", "Scenario", "Written", "read_scenario"]

LONGEST = 3660
"""Days a scenario may reach."""


class Recipe(BaseModel):
    """How to fit the system where none is given.

    Parameters
    ----------
    countries : tuple of str or int
    first, until : date, optional
        First and last day learnt from.
    rule : str, optional
        A file of :func:`aftershock.streams.read_rule`, beside the scenario's own.
    background : "constant" or int
        Days between the knots of the background.
    draws : int
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    countries: tuple[str | int, ...] = ()
    first: dt.date | None = None
    until: dt.date | None = None
    rule: str | None = None
    background: Literal["constant"] | Annotated[int, Field(ge=7, le=36_500)] = 365
    draws: Annotated[int, Field(ge=1, le=100_000)] = 400


class Active(BaseModel):
    """Is an actor active by a day: has it an event on any of the ``days`` up to it?"""

    model_config = ConfigDict(extra="forbid", frozen=True)
    actor: Name
    country: str | int | None = None
    by: dt.date
    days: Annotated[int, Field(ge=1, le=3660)] = 90


class Scenario(BaseModel):
    """Another course of events.

    Parameters
    ----------
    name : str
        Short, of letters, digits and hyphens; the ``scenario_id`` of exports.
    title : str
        A line for people.
    description : str
        What is assumed, and why anybody would.
    source : str
        Who proposed or discussed it.
    until : date
        Last day looked at.
    system : Recipe, optional
        How to fit the system where none is given.
    interventions : tuple of Intervention
        None for the course that goes on.
    ask : tuple of Active
        Questions answered for both courses.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: str = ""
    source: str = ""
    until: dt.date
    system: Recipe | None = None
    interventions: Annotated[tuple[Intervention, ...], Field(max_length=100)] = ()
    ask: Annotated[tuple[Active, ...], Field(max_length=50)] = ()

    @field_validator("name", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.replace("-", "").isalnum():
            raise ValueError("a name must be of small letters, digits and hyphens")
        return value


@dataclass(frozen=True)
class Written:
    """A scenario, and where each of its parts stands.

    Parameters
    ----------
    scenario : Scenario
    lines : Lines, optional
        None where it was made in Python.
    folder : pathlib.Path
        What paths in it start from.
    """

    scenario: Scenario
    lines: Lines | None = None
    folder: Path = Path()

    def place(self, *keys: str | int) -> str:
        """Return where something stands, as an opening of a message."""
        if self.lines is not None:
            return f"{self.lines.at(*keys)}: "
        return f"{keys[0]} {keys[1] + 1}: " if len(keys) > 1 and isinstance(keys[1], int) else ""


def read_scenario(source: Path | str) -> Written:
    r"""Return a scenario from a YAML file, or from its text.

    Raises
    ------
    UsageError
        Whatever does not fit the form, with its line.

    Examples
    --------
    >>> text = "name: troops-leave\ntitle: Troops leave\nuntil: 2018-12-31\ninterventions:\n"
    >>> written = read_scenario(text + "  - {kind: leaves, actor: SDF, date: 2017-09-01}\n")
    >>> written.scenario.interventions[0].actor
    'SDF'
    """
    scenario, lines = read_with_lines(source, Scenario, "a scenario")
    given = Path(source) if isinstance(source, Path) or lines.name != "the text" else Path("here")
    return Written(scenario, lines, given.parent)


def check_days(written: Written, origin: np.datetime64) -> int:
    """Return the days a scenario reaches beyond the origin.

    Raises
    ------
    UsageError
        A day on or before the origin, or after the scenario's end.
    """
    scenario = written.scenario
    first, last = origin + 1, np.datetime64(scenario.until)
    days = int((last - origin).astype(int))
    if not 1 <= days <= LONGEST:
        raise UsageError(
            f"a scenario must end between {first} and {origin + LONGEST}",
            found=f"{written.place('until')}{scenario.until}",
            fix="Choose another last day, or a system with another origin.",
        )
    for n, one in enumerate(scenario.interventions):
        if not first <= np.datetime64(one.date) <= last:
            when = "before the scenario begins" if np.datetime64(one.date) < first else "after it ends"
            raise UsageError(
                f"an intervention must lie between {first} and {last}",
                found=f"{written.place('interventions', n, 'date')}{one.date}, {when}",
                fix="Change its date, or the scenario's until, or fit a system with another origin.",
            )
    for n, question in enumerate(scenario.ask):
        if not first <= np.datetime64(question.by) <= last:
            raise UsageError(
                f"a question's day must lie between {first} and {last}",
                found=f"{written.place('ask', n, 'by')}{question.by}",
                fix="Change it.",
            )
    return days


def check_contradictions(written: Written, touched: Sequence[tuple[int, ...]]) -> None:
    """Raise where an intervention acts on streams that another has ended by then.

    Parameters
    ----------
    written : Written
    touched : sequence of tuple of int
        Streams that each intervention touches, by their places.
    """
    ended: dict[int, list[tuple[int, np.datetime64, np.datetime64]]] = {}
    for n, one in enumerate(written.scenario.interventions):
        if one.kind in ("leaves", "dissolves"):
            until = getattr(one, "until", None) or dt.date.max
            for s in touched[n]:
                ended.setdefault(s, []).append((n, np.datetime64(one.date), np.datetime64(until)))
    for n, one in enumerate(written.scenario.interventions):
        day = np.datetime64(one.date)
        gone = [
            next((m for m, begin, end in ended.get(s, []) if m != n and begin <= day < end), None) for s in touched[n]
        ]
        if gone and all(m is not None for m in gone):
            first = written.scenario.interventions[gone[0]]  # type: ignore[index]
            raise UsageError(
                "interventions must not contradict each other",
                found=f"{written.place('interventions', n)}{one.kind} on {one.date}, of streams that end with "
                f"{written.place('interventions', gone[0])}{first.kind} on {first.date}",  # type: ignore[arg-type]
                fix="Take one of them out, or change their days.",
            )
