"""What scenarios may be tried on: a system fitted by a job, or that of the examples, which is fitted when first needed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from aftershock.contract import Stream, Streams
from aftershock.errors import DataError
from aftershock.scenarios.scenario import Scenario, Written, check_contradictions, check_days
from aftershock.scenarios.selecting import asked_streams, streams_touched

if TYPE_CHECKING:  # its code is compiled, and slow to load
    from aftershock.system.fit import System

__all__ = [
    "BASE_FILE",
    "EXAMPLE",
    "FIT_PATTERN",
    "Base",
    "check_scenario",
    "describe_base",
    "example_base",
    "read_base",
]

EXAMPLE = "after-isis"
BASE_FILE = "base.json"
_SOMETHING = {"kind": "shock", "stream": "any", "events": 1}
FIT_PATTERN = r"^(after-isis|[0-9a-f]{16})$"


@dataclass(frozen=True)
class Base:
    """A system as far as one must know it to write a scenario: who is in it, and from when scenarios start.

    Attributes
    ----------
    id : str
        ``after-isis``, or the job that fitted it.
    title : str
    origin : str
        Its last day; scenarios start the day after.
    first : str
        The first day learnt from.
    vintage : str
    streams : tuple of Stream
    assumptions : tuple of str
        What every answer on it takes for granted.
    system : dict, optional
        The recipe to fit it with, where that is still to be done.
    """

    id: str
    title: str
    origin: str
    first: str
    vintage: str
    streams: tuple[Stream, ...]
    assumptions: tuple[str, ...] = ()
    system: dict[str, Any] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The streams' names."""
        return tuple(stream.name for stream in self.streams)

    @property
    def actors(self) -> list[str]:
        """Every side, in alphabetical order."""
        return sorted({actor for stream in self.streams for actor in stream.actors}, key=str.lower)

    @property
    def countries(self) -> list[str]:
        """The streams' countries by name."""
        from aftershock.figures.days import gwcode_names

        names = {number: name for name, number in reversed(gwcode_names().items())}
        return sorted({names.get(number, str(number)) for stream in self.streams for number in stream.countries})


def describe_base(system: System, title: str) -> dict[str, Any]:
    """Return what :func:`read_base` reads: plain values."""
    from aftershock.scenarios.identification import general_assumptions

    streams = system.streams
    anything = {"name": "any", "title": "Any", "until": str(streams.last_day + 1)}
    scenario = Scenario.model_validate(anything | {"interventions": [_SOMETHING | {"date": anything["until"]}]})
    return {
        "title": title,
        "origin": str(streams.last_day),
        "first": str(streams.first_day),
        "vintage": f"{streams.provenance.vintage} ({streams.provenance.source})",
        "streams": [asdict(stream) for stream in streams.streams],
        "assumptions": general_assumptions(scenario, system),
    }


def read_base(folder: Path, name: str) -> Base:
    """Return the system that a job fitted into a folder.

    Raises
    ------
    DataError
        There is none.
    """
    try:
        return _base(name, json.loads((folder / BASE_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            "a scenario needs a system that was fitted to its end",
            found=type(error).__name__,
            fix="Fit it again on the page of actors.",
        ) from error


def example_base() -> Base:
    """Return the system of the examples; ``tools/build_example_base.py`` wrote down who is in it."""
    text = files("aftershock.web.work").joinpath("after_isis.json").read_text(encoding="utf-8")
    return _base(EXAMPLE, json.loads(text))


def _base(name: str, plain: dict[str, Any]) -> Base:
    def stream(each: dict[str, Any]) -> Stream:
        lists = {key: tuple(each[key]) for key in ("actors", "types", "countries")}
        return Stream(name=each["name"], place=each.get("place", ""), **lists)

    streams = tuple(stream(each) for each in plain["streams"])
    known = {key: plain[key] for key in ("title", "origin", "first", "vintage")}
    return Base(id=name, **known, streams=streams, assumptions=tuple(plain["assumptions"]), system=plain.get("system"))


def check_scenario(written: Written, base: Base) -> None:
    """Raise what is wrong with a scenario on a system, with its line, as far as that shows before it runs.

    Raises
    ------
    UsageError
        Days outside, unknown actors, streams or countries, changes that contradict each other.
    """
    check_days(written, np.datetime64(base.origin))
    streams = cast(Streams, base)  # its names and sides are all that is asked for
    touched = streams_touched(written, streams)
    check_contradictions(written, touched)
    fronts = [one for one in written.scenario.interventions if one.kind == "enters"]
    for n, question in enumerate(written.scenario.ask):
        asked_streams(streams, question, fronts, written.place("ask", n))
