"""An account: an article or a speech taken apart, in a file that a person edits."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from aftershock.accounts.questions import AnyQuestion
from aftershock.accounts.questions.base import Form, Question
from aftershock.documents import Lines, read_with_lines
from aftershock.errors import UsageError

__all__ = [
    "LARGEST", "MOST_QUESTIONS", "AboutAccount", "Account", "Claim", "ClaimKind", "Item", "ItemStatus", "Piece",
    "SourceOfAccount", "WrittenAccount", "plain_question", "read_account",
]  # fmt: skip

ItemStatus = Literal["draft", "accepted", "edited", "rejected"]
ClaimKind = Literal["statement", "quotation", "figure", "prediction", "causal", "event", "relation", "claim"]
MOST_QUESTIONS = 5
LARGEST = 20_000_000
"""Bytes of a file: an account of the longest text that is read takes some four million."""
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
Span = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
Line = Annotated[str, Field(max_length=500)]


def _forward(span: Span | None) -> Span | None:
    if span is not None and span[1] <= span[0]:
        raise ValueError(f"must end after it starts, not {span[0]} to {span[1]}")
    return span


class SourceOfAccount(Form):
    """What was read: the file's name or address, how, and its hash, so that a change is noticed."""

    name: Line
    kind: Literal["text", "html", "markdown", "pdf"] = "text"
    encoding: str = "utf-8"
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    characters: Annotated[int, Field(ge=0)]


class AboutAccount(Form):
    """Whose account it is, and of when. A draft may lack its date; nothing can be checked before it has one."""

    id: Identifier
    title: Line = ""
    outlet: Line | None = None
    author: Line | None = None
    date: dt.date | None = None
    url: Line | None = None
    note: Annotated[str, Field(max_length=2000)] = ""
    source: SourceOfAccount | None = None


class Piece(Form):
    """A piece of the source that is listed so that it is seen: a sentence without an item, a line that was dropped."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str = ""
    why: str = ""


def plain_question(question: Question) -> dict[str, Any]:
    """Return a question as plain values: its kind, and what was written of it.

    Examples
    --------
    >>> from aftershock.accounts.questions import Outside
    >>> plain_question(Outside(reason="oil"))
    {'kind': 'outside', 'reason': 'oil'}
    """
    return {"kind": getattr(question, "kind", "")} | question.model_dump(mode="json", exclude_unset=True)


class Item(Form):
    """One thing found in the source.

    Parameters
    ----------
    id : str
    kind : str
    start, end : int
        Where, in the decoded source.
    text : str
        What stands there.
    mentions : tuple of (int, int)
        Where an actor is named, the first included.
    status : {"draft", "accepted", "edited", "rejected"}
    why : str
        The cue that fired.
    checkable : bool
    fields : dict
        By kind, as :class:`aftershock.accounts.reading.finding.Finding` lists them.
    """

    id: Identifier
    kind: Literal["actor", "quotation", "statement", "figure", "prediction", "causal", "event", "relation"]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    text: str = ""
    status: ItemStatus = "draft"
    why: str = ""
    checkable: bool = False
    mentions: tuple[Span, ...] = ()
    fields: dict[str, str | int | float | bool | list[int] | list[str] | None] = Field(default_factory=dict)

    @field_validator("fields", mode="before")
    @classmethod
    def _days_are_text(cls, value: Any) -> Any:
        """Read a day that a person wrote without quotes."""
        if not isinstance(value, dict):
            return value
        return {key: each.isoformat() if isinstance(each, dt.date) else each for key, each in value.items()}

    @model_validator(mode="after")
    def _spans(self) -> Item:
        for span in ((self.start, self.end), *self.mentions):
            _forward(span)
        return self


class Claim(Form):
    """What the account says is so, or will be, and the questions that would decide it.

    Parameters
    ----------
    id : str
    span : tuple of int, optional
        Where in the decoded source; None in an account without one.
    kind : str
    says : str
        One neutral sentence of one's own.
    text : str
        What stands in the source; left out where that may not be passed on.
    speaker, via : str, optional
        Who says it, and who passed it on.
    date : date, optional
        When it was said; the account's if not given.
    items : tuple of str
        The items it was made from.
    checkable : bool
    status : {"draft", "accepted", "edited", "rejected"}
    why : str
        Why nothing can be asked, where there is no question.
    probability : float, optional
        The account's own, where it states one.
    questions : tuple
        At most five.
    """

    id: Identifier
    span: Span | None = None
    kind: ClaimKind = "claim"
    says: Line = ""
    text: str = ""
    speaker: Line | None = None
    via: Line | None = None
    date: dt.date | None = None
    items: tuple[Identifier, ...] = ()
    checkable: bool = True
    status: ItemStatus = "edited"
    why: str = ""
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    questions: Annotated[tuple[AnyQuestion, ...], Field(max_length=MOST_QUESTIONS)] = ()

    _span = field_validator("span")(_forward)

    def dump(self) -> dict[str, Any]:
        """Return the same as plain values, without what is at its default; `says` and each question's kind stay."""
        plain = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True, exclude={"questions"})
        questions = {"questions": [plain_question(question) for question in self.questions]} if self.questions else {}
        head = (
            {"id": self.id} | ({"span": list(self.span)} if self.span else {}) | {"kind": self.kind, "says": self.says}
        )
        return {**head, **plain, **questions}


class Account(Form):
    """An account, whole.

    Parameters
    ----------
    format : int
        1.
    account : AboutAccount
    claims : tuple of Claim
    items : tuple of Item
        What the reader found; relations come last.
    unread : tuple of Piece
        Sentences without an item.
    dropped : tuple of Piece
        What was taken for no article.
    """

    format: Literal[1] = 1
    account: AboutAccount
    claims: Annotated[tuple[Claim, ...], Field(max_length=10_000)] = ()
    items: Annotated[tuple[Item, ...], Field(max_length=100_000)] = ()
    unread: tuple[Piece, ...] = ()
    dropped: tuple[Piece, ...] = ()

    def claim_date(self, claim: Claim) -> dt.date:
        """Return when a claim was made.

        Raises
        ------
        UsageError
            Neither it nor the account has a date.
        """
        day = claim.date or self.account.date
        if day is None:
            raise UsageError(
                "an account must have a date: then and now are told apart by it",
                found=f"none in {self.account.id}",
                fix="Write `date: 2017-07-12` below `account:`.",
            )
        return day

    def dump(self) -> dict[str, Any]:
        """Return the same as plain values, without what is at its default."""
        whole = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True, exclude={"claims"})
        order = ("format", "account", "claims", "items", "unread", "dropped")
        whole |= {"format": self.format} | ({"claims": [claim.dump() for claim in self.claims]} if self.claims else {})
        return {name: whole[name] for name in order if name in whole}


@dataclass(frozen=True)
class WrittenAccount:
    """An account, and where each of its parts stands in its file.

    Parameters
    ----------
    account : Account
    lines : Lines, optional
    path : pathlib.Path, optional
    """

    account: Account
    lines: Lines | None = None
    path: Path | None = None

    def place(self, *keys: str | int) -> str:
        """Return where something stands, as an opening of a message."""
        return f"{self.lines.at(*keys)}: " if self.lines is not None else ""


def read_account(source: Path | str) -> WrittenAccount:
    r"""Return an account from a YAML file, or from its text.

    Raises
    ------
    UsageError
        Whatever does not fit the form, with its line; two claims or items with one id.

    Examples
    --------
    >>> text = "account: {id: mine, date: 2017-07-12}\nclaims:\n"
    >>> text += "  - {id: iran, says: Iran fights IS., questions: [{kind: outside, reason: an example}]}\n"
    >>> read_account(text).account.claims[0].questions[0].kind
    'outside'
    """
    account, lines = read_with_lines(source, Account, "an account", largest=LARGEST)
    for part in ("claims", "items"):
        ids = [one.id for one in getattr(account, part)]
        twice = [name for name, count in Counter(ids).items() if count > 1]
        if twice:
            rows = [f"{lines.at(part, n, 'id')}: {name}" for n, name in enumerate(ids) if name in twice]
            raise UsageError(
                f"{part} must each have an id of their own", found=f"{twice[0]} twice", fix="Rename one.", rows=rows
            )
    path = Path(source) if isinstance(source, Path) or lines.name != "the text" else None
    return WrittenAccount(account, lines, path)
