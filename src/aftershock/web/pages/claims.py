"""Claims and findings of an account, mended one by one: accepted, edited, rejected, asked about, added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from aftershock.errors import AftershockError, UsageError
from aftershock.web.articles import load_text
from aftershock.web.errors import MissingError, status_of
from aftershock.web.keeping import Held
from aftershock.web.pages.accounts import (
    AccountBody,
    AccountName,
    FormFields,
    VersionNumber,
    account_body,
    keeper_of,
    vars_of,
)
from aftershock.web.pages.asking import (
    BOUNDS,
    FORMS,
    LONGEST_QUESTION,
    doubts,
    question_from_fields,
    question_from_text,
    question_text,
)
from aftershock.web.rendering import html

__all__ = ["api", "find_part", "page", "put_part", "save_change", "version_of"]

page, api = APIRouter(), APIRouter(tags=["accounts"])
ClaimName = Annotated[str, Path(max_length=64)]
KINDS = ("claim", "statement", "quotation", "figure", "prediction", "causal", "event", "relation")
TEXTS = ("kind", "says", "speaker", "via", "date", "probability", "why")


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


class AcceptBody(BaseModel):
    """Drafts that are right as they stand."""

    version: VersionNumber
    ids: list[Annotated[str, Field(max_length=64)]] = Field([], max_length=2000)
    kinds: list[Annotated[str, Field(max_length=20)]] = Field(
        [], max_length=9, description="All of a kind; claim for all claims."
    )


def version_of(form: Any) -> int:
    """Return the version that a form was made for."""
    text = str(form.get("version", ""))
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(
            "a change must say which version it was made to", found=repr(text[:20]), fix="Load the page again."
        )
    return int(text)


def save_change(request: Request, name: str, version: int, change: Callable[[Any], Any], what: str) -> Held:
    """Keep a change made to a version; one made to an older version is refused before it is made."""
    keeper = keeper_of(request)
    held = keeper.load(name)
    account = held.account
    if held.version == version:
        account = change(account)
    return keeper.save(name, account, version=version, what=what)


def find_part(account: Any, part: str, name: str) -> Any:
    """Return one of an account's claims or items by its id."""
    found = next((one for one in getattr(account, part) if one.id == name), None)
    if found is None:
        raise MissingError(
            f"one of the {part} must be known by its id", found=repr(name[:64]), fix="Load the account's page again."
        )
    return found


def put_part(account: Any, part: str, new: Any) -> Any:
    """Return the account with one of its claims or items replaced."""
    return account.model_copy(update={part: tuple(new if one.id == new.id else one for one in getattr(account, part))})


def _claim_from(plain: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    from aftershock.accounts.account import Claim

    try:
        return Claim.model_validate(plain)
    except ValidationError as error:
        rows = [
            f"{'.'.join(map(str, fault['loc']))[:200]}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()[:10]
        ]
        raise UsageError(
            "a claim must be sound", found=f"{error.error_count()} that do not fit", fix="Mend it.", rows=rows
        ) from None


@api.post("/accounts/{name}/claims", summary="Add a claim", status_code=201)
def add_twin(request: Request, name: AccountName, new: NewClaimBody) -> AccountBody:
    """Add a claim by its text as it stands in the article."""
    return account_body(request, _add(request, name, new.version, new.text, says=new.says, kind=new.kind))


@api.put("/accounts/{name}/claims/{claim}", summary="Change a claim")
def claim_twin(request: Request, name: AccountName, claim: ClaimName, change: ClaimBody) -> AccountBody:
    """Put a claim, with its questions, in place of the one of that id."""
    new = _claim_from({**change.claim, "id": claim})

    def put(account: Any) -> Any:
        find_part(account, "claims", claim)
        return put_part(account, "claims", new)

    return account_body(request, save_change(request, name, change.version, put, f"changed {claim}"))


@api.post("/accounts/{name}/accept", summary="Accept drafts")
def accept_twin(request: Request, name: AccountName, accepted: AcceptBody) -> AccountBody:
    """Accept drafts by id, or all of a kind; a claim is accepted with the questions proposed for it."""
    from aftershock.accounts.editing import accept

    def change(account: Any) -> Any:
        return accept(account, accepted.ids, kinds=accepted.kinds)[0]

    return account_body(request, save_change(request, name, accepted.version, change, "accepted drafts"))


def _add(request: Request, name: str, version: int, text: str, *, says: str, kind: str) -> Held:
    from aftershock.accounts.editing import add_claim

    article = load_text(keeper_of(request).place(name))

    def change(account: Any) -> Any:
        if article is not None:
            return add_claim(account, text, article, says=says, kind=kind)
        names = {claim.id for claim in account.claims}
        free = next(f"claim-{n}" for n in range(len(names) + 1, 2 * len(names) + 3) if f"claim-{n}" not in names)
        new = _claim_from(
            {"id": free, "kind": kind, "says": (says or " ".join(text.split()))[:500], "status": "edited"}
        )
        return account.model_copy(update={"claims": (*account.claims, new)})

    return save_change(request, name, version, change, "added a claim")


@page.post("/accounts/{name}/claims")
def add(request: Request, name: AccountName, form: FormFields) -> Response:
    """Add a claim by its pasted or selected text, and go on to its questions."""
    before = {claim.id for claim in keeper_of(request).load(name).account.claims}
    kind = str(form.get("kind", "claim"))
    text, says = str(form.get("text", ""))[:20_000], str(form.get("says", "")).strip()[:500]
    held = _add(request, name, version_of(form), text, says=says, kind=kind if kind in KINDS else "claim")
    new = next(claim.id for claim in held.account.claims if claim.id not in before)
    return RedirectResponse(f"/accounts/{name}/claims/{new}", status_code=303)


@page.post("/accounts/{name}/accept")
def accept_some(request: Request, name: AccountName, form: FormFields) -> Response:
    """Accept, reject or take back a claim, or accept all; back to where the claim stands."""
    from aftershock.accounts.editing import accept

    do, one = str(form.get("do", "")), str(form.get("claim", ""))

    def change(account: Any) -> Any:
        if do == "all":
            return accept(account, kinds=["claim"])[0]
        claim = find_part(account, "claims", one)
        if do == "accept":
            claim = claim.model_copy(update={"status": "draft"}) if claim.status == "rejected" else claim
            return accept(put_part(account, "claims", claim), [one])[0]
        if do not in ("reject", "draft"):
            raise UsageError("what to do must be named", found=repr(do[:20]), fix="Load the page again.")
        return put_part(
            account, "claims", claim.model_copy(update={"status": "rejected" if do == "reject" else "draft"})
        )

    save_change(request, name, version_of(form), change, f"{do} {one}".strip())
    back = str(form.get("page", "1"))
    query = f"?page={back}" if back.isdecimal() and back != "1" else ""
    return RedirectResponse(f"/accounts/{name}{query}#{one or 'claims'}", status_code=303)


@page.post("/accounts/{name}/about")
def about(request: Request, name: AccountName, form: FormFields) -> Response:
    """Change whose account it is, and of when."""
    from pydantic import ValidationError

    from aftershock.accounts.account import AboutAccount

    given = {
        key: str(form.get(key, "")).strip().replace("\r\n", "\n")
        for key in ("title", "outlet", "author", "date", "note")
    }

    def change(account: Any) -> Any:
        plain = account.account.model_dump(exclude_none=True) | {
            k: v or None for k, v in given.items() if k not in ("title", "note")
        }
        try:
            new = AboutAccount.model_validate(plain | {"title": given["title"], "note": given["note"]})
        except ValidationError as error:
            rows = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()[:10]]
            raise UsageError(
                "an account's head must be sound", found=f"{len(rows)} that do not fit", fix="Mend it.", rows=rows
            ) from None
        return account.model_copy(update={"account": new})

    save_change(request, name, version_of(form), change, "changed the head")
    return RedirectResponse(f"/accounts/{name}", status_code=303)


@page.post("/accounts/{name}/undo")
def undo(request: Request, name: AccountName, form: FormFields) -> Response:
    """Take the last change back."""
    keeper_of(request).undo(name, version=version_of(form))
    return RedirectResponse(f"/accounts/{name}", status_code=303)


@page.get("/accounts/{name}/claims/{claim}")
def show(request: Request, name: AccountName, claim: ClaimName) -> Response:
    """Show a claim, to be edited and asked about."""
    return _page(request, keeper_of(request).load(name), claim)


def _page(
    request: Request, held: Held, name: str, fault: AftershockError | None = None, typed: dict[str, str] | None = None
) -> Response:
    claim = find_part(held.account, "claims", name)
    ids = [one.id for one in held.account.claims]
    at = ids.index(name)
    questions = [
        {"n": n, "sentence": q.sentence(), "status": q.status, "kind": q.kind, "asks": type(q).asks}
        | {"text": question_text(q), "doubts": doubts(q)}
        for n, q in enumerate(claim.questions)
    ]  # fmt: skip
    about, items = held.account.account, {item.id: item for item in held.account.items}
    return html(
        request,
        "claim.html.j2",
        status=status_of(fault) if fault else 200,
        held=held,
        about=about,
        claim=claim,
        questions=questions,
        before=ids[at - 1] if at else None,
        after=ids[at + 1] if at + 1 < len(ids) else None,
        place=at + 1,
        total=len(ids),
        kinds=KINDS,
        forms=FORMS,
        bounds=BOUNDS,
        fault=vars_of(fault) if fault else None,
        typed=typed or {},
        longest=LONGEST_QUESTION,
        items=[items[one] for one in claim.items if one in items],
    )


@page.post("/accounts/{name}/claims/{claim}")
def edit(request: Request, name: AccountName, claim: ClaimName, form: FormFields) -> Response:
    """Keep what was written about a claim."""
    given = {key: str(form.get(key, "")).strip() for key in TEXTS}

    def change(account: Any) -> Any:
        plain = find_part(account, "claims", claim).dump() | {key: value or None for key, value in given.items()}
        plain |= {
            "says": given["says"],
            "why": given["why"],
            "kind": given["kind"] or "claim",
            "checkable": "checkable" in form,
            "status": "edited",
        }
        return put_part(account, "claims", _claim_from(plain))

    return _try(request, name, claim, form, change, f"edited {claim}", given)


def _try(  # noqa: PLR0917
    request: Request,
    name: str,
    claim: str,
    form: Any,
    change: Callable[[Any], Any],
    what: str,
    typed: dict[str, str],
    at: str = "said",
) -> Response:
    """Keep a change; where it does not fit, show the claim's page with the fault and what was typed."""
    try:
        save_change(request, name, version_of(form), change, what)
    except UsageError as fault:
        if status_of(fault) != 400:
            raise
        return _page(request, keeper_of(request).load(name), claim, fault, typed)
    return RedirectResponse(f"/accounts/{name}/claims/{claim}#{at}", status_code=303)


@page.post("/accounts/{name}/claims/{claim}/questions")
def ask(request: Request, name: AccountName, claim: ClaimName, form: FormFields) -> Response:
    """Add a question, by fields or as YAML, or put one in place of another."""
    from aftershock.accounts.account import MOST_QUESTIONS

    typed = {
        key: str(value)[:LONGEST_QUESTION]
        for key, value in form.items()
        if isinstance(value, str) and key not in ("csrf", "version")
    }
    place = typed.get("n", "")

    def change(account: Any) -> Any:
        kind = typed.get("form", "")
        types = [str(value) for value in form.getlist("types")]
        question = question_from_fields(kind, typed, types) if kind else question_from_text(typed.get("text", ""))
        found = find_part(account, "claims", claim)
        questions = list(found.questions)
        if place.isdecimal() and int(place) < len(questions):
            questions[int(place)] = question
        elif len(questions) >= MOST_QUESTIONS:
            raise UsageError(
                f"a claim must have at most {MOST_QUESTIONS} questions", found="one more", fix="Remove one first."
            )
        else:
            questions.append(question)
        return put_part(account, "claims", _edited(found, questions))

    return _try(request, name, claim, form, change, f"asked about {claim}", typed, "questions")


def _edited(claim: Any, questions: list[Any]) -> Any:
    """Return a claim with its questions changed by a person, who has thereby taken it up."""
    status = "edited" if claim.status == "draft" else claim.status
    return claim.model_copy(update={"questions": tuple(questions), "status": status})


@page.post("/accounts/{name}/claims/{claim}/questions/{n}")
def choose(
    request: Request, name: AccountName, claim: ClaimName, n: Annotated[int, Path(ge=0, le=100)], form: FormFields
) -> Response:
    """Accept, reject or remove a question."""
    do = str(form.get("do", ""))

    def change(account: Any) -> Any:
        found = find_part(account, "claims", claim)
        questions = list(found.questions)
        if n >= len(questions) or do not in ("accept", "reject", "remove"):
            raise UsageError(
                "a question must be one of the claim's", found=f"number {n + 1}", fix="Load the page again."
            )
        if do == "remove":
            del questions[n]
        else:
            questions[n] = questions[n].model_copy(update={"status": f"{do}ed"})
        return put_part(
            account,
            "claims",
            _edited(found, questions) if do == "accept" else found.model_copy(update={"questions": tuple(questions)}),
        )

    return _try(request, name, claim, form, change, f"{do} a question of {claim}", {}, "questions")
