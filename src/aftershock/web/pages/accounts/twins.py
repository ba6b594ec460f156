"""The JSON twins of accounts: listed, read from an article, kept, changed as a whole, undone, removed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from pydantic import BaseModel, Field

from aftershock.report.account_text import marked_account
from aftershock.web.accounts.articles import load_text
from aftershock.web.accounts.keeping import Held
from aftershock.web.accounts.limits import LONGEST_PASTE
from aftershock.web.pages.accounts.parts import (
    AccountName,
    VersionNumber,
    jobs_of,
    keeper_of,
    valid_account,
)
from aftershock.web.pages.accounts.starts import begin_reading, keep_account, keep_example
from aftershock.web.pages.accounts.unfinished import unfinished
from aftershock.web.pages.jobs import JobBody, job_twin

__all__ = ["AccountBody", "account_body", "api", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])


class SummaryBody(BaseModel):
    """An account in a list."""

    id: str
    version: int
    changed: dt.datetime
    title: str
    outlet: str | None
    author: str | None
    date: dt.date | None
    claims: int
    drafts: int
    rejected: int


class LeftBody(BaseModel):
    """What is left to do."""

    claim: str = Field(description="Id of a claim; empty for the account as a whole.")
    sentence: str


class AccountBody(BaseModel):
    """An account: as ``read_account`` reads it, with its version."""

    id: str
    version: int
    changed: dt.datetime
    what: str = Field(description="What was changed last.")
    account: dict[str, Any] = Field(description="Account.dump(): format, account, claims, items, unread, dropped.")
    left: list[LeftBody]
    checks: list[str] = Field(description="Jobs that checked it, the newest first.")


class ArticleBody(BaseModel):
    """An article to be read."""

    text: str = Field(min_length=1, max_length=LONGEST_PASTE, description="Plain text, Markdown or HTML.")
    date: dt.date | None = None


class WholeBody(BaseModel):
    """An account to put in place of a version."""

    version: VersionNumber
    account: dict[str, Any] = Field(description="As Account.dump() returns it.")


class UndoBody(BaseModel):
    """The version whose last change is taken back."""

    version: VersionNumber


class PieceBody(BaseModel):
    """A piece of an article's text."""

    text: str
    claim: str | None = Field(description="Id of the shortest claim that holds it.")


class BlockBody(BaseModel):
    """A paragraph, a heading, a caption."""

    kind: str
    pieces: list[PieceBody]


def account_body(request: Request, held: Held) -> AccountBody:
    """Return an account as programs read it."""
    return AccountBody(
        id=held.id,
        version=held.version,
        changed=held.changed,
        what=held.what,
        account=held.account.dump(),
        left=[LeftBody(claim=claim, sentence=said) for claim, said in unfinished(held.account)],
        checks=[job.id for job in jobs_of(request, held.id, "check")],
    )


@api.get("/accounts", summary="All accounts, the last changed first")
def accounts_twin(request: Request) -> list[SummaryBody]:
    """List what is kept."""
    return [SummaryBody(**one) for one in keeper_of(request).all()]


@api.post("/accounts/read", summary="Read an article", status_code=202)
def read_twin(request: Request, article: ArticleBody) -> JobBody:
    """Keep an article and put its reading into the queue; the job's parameters name the account."""
    job = begin_reading(request, article.text.encode("utf-8", "replace"), "article.txt", article.date)
    return job_twin(request, job.id)


@api.post("/accounts/example", summary="Keep the example", status_code=201)
def example_twin(request: Request) -> AccountBody:
    """Keep the account that comes with the package, as ``example_account`` returns it."""
    return account_body(request, keep_example(request))


@api.post("/accounts", summary="Keep an account", status_code=201)
def keep_twin(
    request: Request, account: Annotated[dict[str, Any], Body(description="As Account.dump() returns it.")]
) -> AccountBody:
    """Keep an account that was made elsewhere."""
    return account_body(request, keep_account(request, valid_account(account), "kept as it came"))


@api.get("/accounts/{name}", summary="An account")
def account_twin(request: Request, name: AccountName) -> AccountBody:
    """Give an account with its claims, questions and items, what is left to do, and its checks."""
    return account_body(request, keeper_of(request).load(name))


@api.put("/accounts/{name}", summary="Change an account")
def change_twin(request: Request, name: AccountName, change: WholeBody) -> AccountBody:
    """Put an account in place of a version."""
    account = valid_account(change.account)
    held = keeper_of(request).save(name, account, version=change.version, what="changed by a program")
    return account_body(request, held)


@api.delete("/accounts/{name}", summary="Remove an account", status_code=204)
def remove_twin(request: Request, name: AccountName) -> None:
    """Remove an account for good; what the ledger has of it stays."""
    keeper_of(request).remove(name)


@api.post("/accounts/{name}/undo", summary="Undo the last change")
def undo_twin(request: Request, name: AccountName, undone: UndoBody) -> AccountBody:
    """Take the last change back: the version before it becomes the newest."""
    return account_body(request, keeper_of(request).undo(name, version=undone.version))


@api.get("/accounts/{name}/text", summary="The article, its claims marked")
def text_twin(request: Request, name: AccountName) -> list[BlockBody]:
    """Give an account's article in blocks, each in pieces that a claim marks or not; empty without an article."""
    keeper = keeper_of(request)
    held, article = keeper.load(name), load_text(keeper.place(name))
    blocks = marked_account(held.account, article) if article else []
    return [
        BlockBody(kind=one["kind"], pieces=[PieceBody(**_piece(piece)) for piece in one["pieces"]]) for one in blocks
    ]


def _piece(piece: dict[str, Any]) -> dict[str, Any]:
    return {"text": piece["text"], "claim": piece["claim"]}
