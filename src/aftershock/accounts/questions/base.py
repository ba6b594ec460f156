"""What every question has: whom, where and when it asks about, in the words that question files of the field share."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftershock.accounts.verdicts import ABOUT, Verdict
from aftershock.accounts.verdicts import Threshold as Bounds

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = [
    "Criteria",
    "Form",
    "Measure",
    "Name",
    "Question",
    "Resolution",
    "Scope",
    "Status",
    "Threshold",
    "Type",
    "Window",
]

Name = Annotated[str, Field(min_length=1, max_length=200)]
Place = Name | int
Type = Literal["sb", "ns", "os"]
Measure = Literal["deaths", "civilian deaths", "events"]
Status = Literal["proposed", "accepted", "rejected"]


class Form(BaseModel):
    """A form that knows its keys and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Scope(Form):
    """Whom and where.

    Parameters
    ----------
    actors : tuple of str
        Any of these; UCDP's names or those of the press. Sides carry no direction.
    against : tuple of str
        On the other side, any of these; "Civilians" for one-sided violence.
    countries : tuple of str or int
        Names, ISO3 codes or Gleditsch–Ward numbers; all if empty.
    regions : tuple of str
        First-level regions as UCDP writes them, or a part of the name: "Ninawa"; all if empty.
    kind, id, name : optional
        The same of one country or dyad, as other question files write it.
    """

    actors: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    against: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    countries: Annotated[tuple[Place, ...], Field(max_length=250)] = ()
    regions: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    kind: Literal["country", "dyad", "actor", "global"] | None = None
    id: int | str | None = None
    name: str | None = None


class Threshold(Form):
    """The figure a claim states; one of the keys, or both ends of a range.

    Parameters
    ----------
    about, at_least, at_most, more_than, fewer_than, exactly : float
    between : tuple of two floats
    """

    about: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    more_than: float | None = None
    fewer_than: float | None = None
    exactly: float | None = None
    between: tuple[float, float] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        """Read a bare number as "at least", the way other question files mean it."""
        return {"at_least": value} if isinstance(value, int | float) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _one(self) -> Threshold:
        said = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if not said:
            raise ValueError("must state a figure, for example `about: 300`")
        if len(said) > 1 and set(said) not in ({"at_least", "at_most"}, {"more_than", "fewer_than"}):
            raise ValueError(f"must state one figure, not {' and '.join(said)}")
        bounds = self.bounds
        if bounds.low is not None and bounds.high is not None and bounds.low > bounds.high:
            raise ValueError(f"must state the lower figure first, not {bounds.low:g} and {bounds.high:g}")
        return self

    @property
    def bounds(self) -> Bounds:
        """The numbers that would be as said."""
        if self.about is not None:
            return Bounds(self.about * (1 - ABOUT), self.about * (1 + ABOUT))
        if self.exactly is not None:
            return Bounds(self.exactly, self.exactly)
        if self.between is not None:
            return Bounds(*self.between)
        low = self.at_least if self.more_than is None else self.more_than + 1
        high = self.at_most if self.fewer_than is None else self.fewer_than - 1
        return Bounds(low, high)


class Window(Form):
    """From when to when, both days included; open where not given."""

    start: dt.date | None = None
    end: dt.date | None = None

    @model_validator(mode="after")
    def _forward(self) -> Window:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"must end on or after its start, not on {self.end} with a start on {self.start}")
        return self


class Criteria(Form):
    """What is counted: whom, where, which violence, by which measure, in which window, against which figure."""

    scope: Scope = Scope()
    types: Annotated[tuple[Type, ...], Field(min_length=1)] = ("sb", "ns", "os")
    measure: Measure = "deaths"
    threshold: Threshold | None = None
    window: Window = Window()


class Resolution(Form):
    """How a question was decided, as other question files write it."""

    outcome: Literal["yes", "no"] | None = None
    decided_on: dt.date | None = None
    provisional: bool = True
    basis: dict[str, str | int | float | None] = {}


class Question(Form):
    """A claim as a question to the record or a model.

    Each kind of question is a subclass with its own ``kind`` and keys, in a file of its own.

    Parameters
    ----------
    says : str
        The question as a plain sentence; made from the keys if empty.
    status : {"proposed", "accepted", "rejected"}
        What the reader proposed waits to be accepted; what a person writes is accepted.
    criteria : Criteria
    probability : float, optional
        The account's own, where it states one.
    resolution : Resolution, optional
        How it was decided last.
    """

    asks: ClassVar[str]
    """What the kind asks, in a few words."""
    states_figure: ClassVar[bool | None] = None
    """Whether the criteria must (True), may (None) or must not (False) state a figure."""
    says: Annotated[str, Field(max_length=500)] = ""
    status: Status = "accepted"
    criteria: Criteria = Criteria()
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    resolution: Resolution | None = None

    @model_validator(mode="after")
    def _figure_where_wanted(self) -> Question:
        stated = self.criteria.threshold is not None
        if self.states_figure is not None and stated != self.states_figure:
            kind = str(getattr(self, "kind", "this"))
            raise ValueError(
                f"a {kind} question must state a figure, for example `threshold: {{about: 300}}` under `criteria`"
                if self.states_figure
                else f"a {kind} question states no figure: take `threshold` out"
            )
        return self

    def sentence(self) -> str:
        """Return the question as a plain sentence."""
        return self.says or self.worded()

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        raise NotImplementedError

    def faults(self, record: Record) -> list[str]:
        """Return what of the question cannot be: unknown actors, countries and regions, windows before the record begins.

        Each is a clause with the nearest names that the record has.
        """
        from aftershock.accounts.questions.answering.naming import faults_of

        return faults_of(self, record)

    def named(self) -> tuple[str, ...]:
        """Return actors that keys of the kind name, besides those of the scope."""
        return ()

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return the verdict by what a record holds.

        Parameters
        ----------
        record : Record
            What was known by a day, or is known now.
        then : date
            Of the account: before and after are meant from here.

        Raises
        ------
        UsageError
            An actor, a country or a window that cannot be.
        """
        raise NotImplementedError
