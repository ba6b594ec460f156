"""The JSON twins of claims: one claim, added, changed, moved, removed; drafts accepted; the kinds of questions."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from aftershock.web.accounts.articles import load_text
from aftershock.web.pages.accounts.asking import doubts
from aftershock.web.pages.accounts.claim_changes import add_claim_to, remove_claim_of
from aftershock.web.pages.accounts.parts import (
    AccountName,
    ClaimName,
    VersionNumber,
    find_part,
    keeper_of,
    put_part,
    save_change,
    valid_claim,
)
from aftershock.web.pages.accounts.twins import AccountBody, account_body

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])


class NewClaimBody(BaseModel):
    """A claim to be added: its text as it stands in the article; the place is found."""

    version: VersionNumber
    text: str = Field(min_length=1, max_length=20_000)
    says: str = Field("", max_length=500)
    kind: Literal["claim", "statement", "quotation", "figure", "prediction", "causal", "event", "relation"] = "claim"


class ClaimBody(BaseModel):
    """A claim to put in place of one that is there."""

    version: VersionNumber
    claim: dict[str, Any] = Field(description="As Claim.dump() returns it; questions and all.")


class MoveBody(BaseModel):
    """The text to which a claim is moved."""

    version: VersionNumber
    text: str = Field(min_length=1, max_length=20_000)


class AcceptBody(BaseModel):
    """Drafts that are right as they stand."""

    version: VersionNumber
    ids: list[Annotated[str, Field(max_length=64)]] = Field([], max_length=2000)
    kinds: list[Annotated[str, Field(max_length=20)]] = Field(
        [], max_length=9, description="All of a kind; claim for all claims."
    )


class AskedBody(BaseModel):
    """A question of a claim, in words."""

    kind: str
    sentence: str
    status: str
    doubts: list[str] = Field(description="Names that the record does not hold, with the nearest that it does.")


class OneClaimBody(BaseModel):
    """A claim as ``Claim.dump()`` returns it, with its questions in words."""

    version: int
    claim: dict[str, Any]
    questions: list[AskedBody]


class QuestionKindBody(BaseModel):
    """A kind of question."""

    kind: str
    asks: str
    criteria: dict[str, Any] = Field(description="JSON schema of the question.")


@api.get("/accounts/questions", summary="The kinds of questions")
def kinds_twin() -> list[QuestionKindBody]:
    """List the kinds of questions that a claim can be bound to, each with its schema."""
    from aftershock.accounts.questions import AnyQuestion

    forms = get_args(get_args(AnyQuestion)[0])
    return [
        QuestionKindBody(kind=form.model_fields["kind"].default, asks=form.asks, criteria=form.model_json_schema())
        for form in forms
    ]


@api.get("/accounts/{name}/claims/{claim}", summary="One claim")
def one_twin(request: Request, name: AccountName, claim: ClaimName) -> OneClaimBody:
    """Give a claim with its questions in words."""
    held = keeper_of(request).load(name)
    found = find_part(held.account, "claims", claim)
    asked = [AskedBody(kind=q.kind, sentence=q.sentence(), status=q.status, doubts=doubts(q)) for q in found.questions]
    return OneClaimBody(version=held.version, claim=found.dump(), questions=asked)


@api.post("/accounts/{name}/claims", summary="Add a claim", status_code=201)
def add_twin(request: Request, name: AccountName, new: NewClaimBody) -> AccountBody:
    """Add a claim by its text as it stands in the article, as ``add_claim`` does."""
    return account_body(request, add_claim_to(request, name, new.version, new.text, says=new.says, kind=new.kind))


@api.put("/accounts/{name}/claims/{claim}", summary="Change a claim")
def claim_twin(request: Request, name: AccountName, claim: ClaimName, change: ClaimBody) -> AccountBody:
    """Put a claim, with its questions, in place of the one of that id."""
    new = valid_claim({**change.claim, "id": claim})

    def put(account: Any) -> Any:
        find_part(account, "claims", claim)
        return put_part(account, "claims", new)

    return account_body(request, save_change(request, name, change.version, put, f"changed {claim}"))


@api.post("/accounts/{name}/claims/{claim}/move", summary="Move a claim")
def move_twin(request: Request, name: AccountName, claim: ClaimName, moved: MoveBody) -> AccountBody:
    """Move a claim to where another text stands in the article, as ``move_claim`` does."""
    from aftershock.accounts.editing import move_claim

    article = load_text(keeper_of(request).place(name))

    def move(account: Any) -> Any:
        found = find_part(account, "claims", claim)
        if article is None:
            return put_part(
                account, "claims", found.model_copy(update={"text": moved.text.strip(), "status": "edited"})
            )
        return move_claim(account, claim, moved.text, article)

    return account_body(request, save_change(request, name, moved.version, move, f"moved {claim}"))


@api.delete("/accounts/{name}/claims/{claim}", summary="Remove a claim")
def remove_twin(
    request: Request, name: AccountName, claim: ClaimName, version: Annotated[int, Query(ge=1, le=2**31)]
) -> AccountBody:
    """Remove a claim, with its questions, from the newest version."""
    return account_body(request, remove_claim_of(request, name, version, claim))


@api.post("/accounts/{name}/accept", summary="Accept drafts")
def accept_twin(request: Request, name: AccountName, accepted: AcceptBody) -> AccountBody:
    """Accept drafts by id, or all of a kind; a claim is accepted with the questions proposed for it."""
    from aftershock.accounts.editing import accept

    def change(account: Any) -> Any:
        return accept(account, accepted.ids, kinds=accepted.kinds)[0]

    return account_body(request, save_change(request, name, accepted.version, change, "accepted drafts"))
