"""Relations that a user declares: who fights, sides with or supports whom, from when until when, and who says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from aftershock.documents import Lines, read_with_lines

__all__ = ["Relation", "read_relations"]

Kind = Literal["hostile", "allied", "supports"]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
SIGNS = {"hostile": -1, "allied": 1, "supports": 1}


@dataclass(frozen=True)
class Relation:
    """One relation that somebody declares.

    Parameters
    ----------
    a, b : str
        Actors; the order has a meaning for ``supports`` alone.
    relation : {"hostile", "allied", "supports"}
    first : datetime.date
        The first day it holds on.
    until : datetime.date or None
        The last; None where it is said to go on.
    source : str
        Who says so.
    place : str
        Where it was declared: "line 3 of relations.yaml".
    """

    a: str
    relation: Kind
    b: str
    first: dt.date
    until: dt.date | None
    source: str
    place: str = "the call"

    @property
    def sign(self) -> int:
        """-1 of who fights, 1 of who sides with or supports whom."""
        return SIGNS[self.relation]

    @property
    def said(self) -> str:
        """The dates and the source in words."""
        until = "ongoing" if self.until is None else f"to {self.until}"
        return f"from {self.first}, {until}; source: {self.source}"

    def holds_on(self, day: dt.date) -> bool:
        """Return whether it holds on a day."""
        return self.first <= day and (self.until is None or day <= self.until)


class _Declared(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(frozen=True)

    a: Text
    relation: Kind
    b: Text
    first: dt.date = Field(alias="from")
    until: dt.date | Literal["ongoing"]
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> _Declared:
        if self.a == self.b:
            raise ValueError(f"ties {self.a} to itself")
        if self.until != "ongoing" and self.until < self.first:
            raise ValueError(f"ends on {self.until}, before it begins on {self.first}")
        return self


class _Declarations(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True)

    relations: list[_Declared]


def read_relations(source: Path | str) -> tuple[Relation, ...]:
    r"""Return the relations of a YAML file, or of a text.

    Every relation has a source and dates; ``until`` is a date, or ``ongoing``.

    Raises
    ------
    UsageError
        A relation without source or dates, or any other fault, with its line.
    DataError
        The file cannot be read.

    Examples
    --------
    >>> (relation,) = read_relations('''
    ... relations:
    ...   - a: Government of Turkey
    ...     relation: supports
    ...     b: SNA
    ...     from: 2017-05-30
    ...     until: ongoing
    ...     source: "a report, page 12"
    ... ''')
    >>> relation.place, relation.said
    ('line 3 of the text', 'from 2017-05-30, ongoing; source: a report, page 12')
    """
    content, lines = read_with_lines(source, _Declarations, "a file of relations")
    return tuple(_relation(each, lines, k) for k, each in enumerate(content.relations))


def _relation(each: _Declared, lines: Lines, place: int) -> Relation:
    until = each.until if isinstance(each.until, dt.date) else None
    return Relation(each.a, each.relation, each.b, each.first, until, each.source, lines.at("relations", place))
