"""What must hold before an account can be relied on: texts as in the source, actors known, nothing left a draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aftershock.accounts.account import Account, Claim, Item, WrittenAccount
from aftershock.accounts.record import Record, record_at
from aftershock.errors import AftershockError, UsageError

if TYPE_CHECKING:
    from aftershock.accounts.texts import ArticleText

__all__ = ["Fault", "lint_account", "source_beside"]


@dataclass(frozen=True)
class Fault:
    """What is not as it must be.

    Parameters
    ----------
    place : str
        "line 12 of account.yaml: ", or empty.
    sentence : str
    fails : bool
        Whether the account must not be relied on before it is mended.
    """

    place: str
    sentence: str
    fails: bool = True

    def __str__(self) -> str:
        return f"{self.place}{self.sentence}"


def lint_account(written: WrittenAccount, *, source: Path | None = None, record: Record | None = None) -> list[Fault]:
    """Return the faults of an account, in the file's order.

    Parameters
    ----------
    written : WrittenAccount
    source : pathlib.Path, optional
        The article, where it no longer lies where the account says.
    record : Record, optional
        What the questions will be put to; the embedded figures and the data directory if not given.
    """
    account = written.account
    faults = list(_of_source(written, source))
    if account.account.date is None:
        faults.append(Fault(written.place("account"), "the account has no date; write `date: 2017-07-12`"))
    for n, claim in enumerate(account.claims):
        faults += [Fault(written.place("claims", n, key), said) for key, said in _of_claim(account, claim)]
    record = record or record_at()
    for n, claim in enumerate(account.claims):
        if claim.status != "rejected":
            for k, question in enumerate(claim.questions):
                faults += [Fault(written.place("claims", n, "questions", k), said) for said in question.faults(record)]
    for n, item in enumerate(account.items):
        faults += [Fault(written.place("items", n, key), said) for key, said in _of_item(item, record)]
    return sorted(faults, key=_line)


def _line(fault: Fault) -> int:
    """Return the line a fault stands in; 0 where it has none."""
    found = re.match(r"line (\d+) ", fault.place)
    return int(found[1]) if found else 0


def _of_source(written: WrittenAccount, given: Path | None) -> Iterator[Fault]:
    """Give what differs between the account and the article it was made from."""
    from aftershock.accounts.texts import read_article

    named = written.account.account.source
    if named is None:
        if given is not None:
            yield Fault(written.place("account"), "the account names no source to compare with")
        return
    path = given or source_beside(written)
    if path is None:
        yield Fault(
            written.place("account", "source"), f"{named.name} is not at hand: texts were not compared", fails=False
        )
        return
    try:
        article = read_article(path)
    except AftershockError as error:
        yield Fault(written.place("account", "source"), f"{named.name} cannot be read: {error}")
        return
    apart = list(_apart(written, article))
    if article.sha256 == named.sha256:
        yield from apart
        return
    said = f"{path.name} changed since it was read"
    if apart:
        said += f", and {len(apart):,} texts differ from what stands at their span"
    place = written.place("account", "source", "sha256")
    yield Fault(place, f"{said}; run `aftershock read {path.name}` again, what you edited is kept")


def _apart(written: WrittenAccount, article: ArticleText) -> Iterator[Fault]:
    """Give whatever does not stand at its span."""
    length = len(article.decoded)
    for part in ("claims", "items", "unread", "dropped"):
        for n, one in enumerate(getattr(written.account, part)):
            spans = _spans(one)
            if any(end > length for _, end in spans):
                said = f"its span ends at {max(end for _, end in spans):,}, after the source's {length:,} characters"
                yield Fault(written.place(part, n), said)
            elif one.text and spans and not _same(article.rendered(*spans[0]), one.text):
                yield Fault(written.place(part, n, "text"), f"its text differs from what stands at {_words(spans[0])}")


def _spans(one: object) -> list[tuple[int, int]]:
    """Return where an item, a claim or a piece stands; its own text stands at the first."""
    if isinstance(one, Claim):
        return [one.span] if one.span else []
    spans = [(one.start, one.end)]  # type: ignore[attr-defined]
    return [*spans, *one.mentions] if isinstance(one, Item) else spans


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _words(span: tuple[int, int]) -> str:
    return f"{span[0]:,} to {span[1]:,}"


def source_beside(written: WrittenAccount) -> Path | None:
    """Return the file an account was made from, where it lies as named or beside the account."""
    named = written.account.account.source
    if named is None or named.name.startswith(("http://", "https://")):
        return None
    name = named.name
    folder = written.path.parent if written.path else Path()
    for path in (folder / name, folder / Path(name).name, Path(name)):
        if path.is_file():
            return path
    return None


def _of_claim(account: Account, claim: Claim) -> Iterator[tuple[str, str]]:
    """Give what a claim lacks."""
    if claim.status == "draft":
        yield "status", f"{claim.id} is still a draft: set its status to accepted, edited or rejected"
        return
    if claim.status == "rejected":
        return
    if not claim.says.strip():
        yield "says", f"{claim.id} says nothing yet: write one neutral sentence of your own"
    if claim.checkable and not claim.questions:
        yield "questions", f"{claim.id} has no question; write one, or `kind: outside` with the reason"
    for question in claim.questions:
        if question.status == "proposed":
            yield "questions", f"a question of {claim.id} waits to be accepted: {question.sentence()}"
    known = {item.id for item in account.items}
    for name in claim.items:
        if name not in known:
            yield "items", f"{claim.id} names {name}, which is no item"


def _of_item(item: Item, record: Record) -> Iterator[tuple[str, str]]:
    """Give what is wrong with an item."""
    if item.status == "draft":
        yield "status", f"{item.id} is still a draft: set its status to accepted, edited or rejected"
    if item.kind == "actor" and item.status != "rejected" and not item.fields.get("gwcode"):
        name = str(item.fields.get("canonical") or item.text)
        try:
            record.actor(name)
        except UsageError as error:
            yield "fields", f"{item.id}: {error} Write one of the record's names, or reject it."
