"""What a scenario may change: the forms of its interventions, as people write them in YAML."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

__all__ = [
    "Cut", "Dissolves", "Enters", "Intervention", "Leaves", "LosesTerritory", "Range", "Scale", "Selection", "Shock", "Timed",
]  # fmt: skip

Kind = Literal["sb", "ns", "os"]
Name = Annotated[str, Field(min_length=1, max_length=300)]
ALL_TYPES: tuple[Kind, ...] = get_args(Kind)


def _as_range(value: Any) -> Any:
    """Take one number for a range of itself alone."""
    return (value, value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Range = Annotated[tuple[float, float], BeforeValidator(_as_range)]
"""A number, or the least and the most that are thought possible: then each draw takes one between, evenly by logarithm."""


class Selection(_Form):
    """Which streams an intervention touches: those that fit all that is said.

    Parameters
    ----------
    streams : tuple of str
        By name.
    actor : str, optional
        One of whose sides is this actor, under the name the streams give it.
    against : str, optional
        Whose other side is this one.
    types : tuple of str
        Of ``sb, ns, os``; all if not given.
    countries : tuple of str or int
        Names, ISO3 codes or Gleditsch–Ward numbers; all if not given.
    """

    streams: tuple[Name, ...] = ()
    actor: Name | None = None
    against: Name | None = None
    types: tuple[Kind, ...] = ALL_TYPES
    countries: tuple[str | int, ...] = ()


class Timed(_Form):
    """An intervention from a day on, to the day before another if that is given."""

    date: dt.date
    until: dt.date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until <= self.date:
            raise ValueError(f"until must lie after date, {self.date}")
        return self


class Leaves(Timed, Selection):
    """An actor leaves: its streams fall silent from ``date``, to the day before ``until`` if it comes back then."""

    kind: Literal["leaves"]
    actor: Name


class Scale(Timed, Selection):
    """A kind of violence stops or is scaled, from ``date`` to the day before ``until``.

    Parameters
    ----------
    what : {"events", "civilian_deaths", "deaths"}
        Expected events of the streams; civilian deaths of each event; or all deaths of each event.
    factor : float or (float, float)
        0 stops it. A range is an assumption that is not sure of itself.
    """

    kind: Literal["scale"]
    what: Literal["events", "civilian_deaths", "deaths"] = "events"
    factor: Range

    @model_validator(mode="after")
    def _sound(self) -> Scale:
        low, high = self.factor
        if not 0 <= low <= high <= 100:
            raise ValueError("factor must be a number between 0 and 100, or the least and the most of them")
        if low == 0 < high:
            raise ValueError("a range of factors must begin above 0: it is drawn evenly by logarithm")
        if self.what == "deaths" and low == 0:
            raise ValueError("deaths cannot be scaled by 0; scale the events")
        return self


class Cut(Timed):
    """An edge is cut, or scaled: what violence of some streams feeds that of others.

    Parameters
    ----------
    source, target : Selection
        From these streams to those; a stream's link with itself is cut only where both are the same single stream.
    factor : float
        What is left.
    """

    kind: Literal["cut"]
    source: Selection
    target: Selection
    factor: Annotated[float, Field(ge=0, le=100)] = 0.0


class Shock(_Form):
    """Events happen besides: ``events`` of them on one stream, on ``date``, as deadly as its others."""

    kind: Literal["shock"]
    stream: Name
    events: Annotated[int, Field(ge=1, le=10_000)]
    date: dt.date


class LosesTerritory(_Form):
    """An actor loses the ground it holds: it moves to what actors turned to that had lost theirs.

    Its state-based and non-state streams change their number of events and their deaths per event, its one-sided ones their
    number of events, as in past losses known by the origin.
    """

    kind: Literal["loses_territory"]
    actor: Name
    countries: tuple[str | int, ...] = ()
    date: dt.date


class Enters(Timed):
    """A new front: an actor begins to fight, at rates borrowed from comparable entries known by the origin.

    Parameters
    ----------
    name : str
        Of the new stream.
    actors : tuple of str
        One for one-sided violence, two for the others.
    type : {"sb", "ns", "os"}
    country : str or int
    date : date
    until : date, optional
    factor : float or (float, float)
        On the borrowed rates.
    """

    kind: Literal["enters"]
    name: Name
    actors: Annotated[tuple[Name, ...], Field(min_length=1, max_length=2)]
    type: Kind
    country: str | int
    factor: Range = (1.0, 1.0)

    @model_validator(mode="after")
    def _sound(self) -> Enters:
        wanted = 1 if self.type == "os" else 2
        if len(self.actors) != wanted:
            raise ValueError(f"actors must be {wanted} for type {self.type}")
        if not 0 < self.factor[0] <= self.factor[1] <= 100:
            raise ValueError("factor must be above 0 and at most 100, or the least and the most of such numbers")
        return self


class Dissolves(_Form):
    """An organisation is dissolved, and a share of it joins another.

    Its streams end. The share of their background, and of what their past still feeds, goes on in the streams of the actor
    that is joined: against the same other side where there is such a stream, else in its busiest of the country.
    """

    kind: Literal["dissolves"]
    actor: Name
    joins: Name | None = None
    share: Annotated[float, Field(ge=0, le=1)] = 0.0
    date: dt.date

    @model_validator(mode="after")
    def _sound(self) -> Dissolves:
        if (self.joins is None) != (self.share == 0):
            raise ValueError("joins and share must be given together, or neither")
        if self.joins == self.actor:
            raise ValueError("an organisation cannot join itself")
        return self


Intervention = Annotated[
    Leaves | Scale | Cut | Shock | LosesTerritory | Enters | Dissolves, Field(discriminator="kind")
]
