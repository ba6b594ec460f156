"""One account: its text with the claims marked, the claims beside it, and what is done to it as a whole."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from aftershock.errors import AftershockError, DataError, UsageError
from aftershock.report.account_text import marked_account
from aftershock.web.accounts.articles import load_text
from aftershock.web.errors import MissingError, status_of
from aftershock.web.pages.accounts.claim_changes import add_claim_to, change_head
from aftershock.web.pages.accounts.parts import (
    KINDS,
    AccountName,
    FormFields,
    find_part,
    jobs_of,
    keeper_of,
    put_part,
    save_change,
    vars_of,
    version_of,
)
from aftershock.web.pages.accounts.unfinished import is_ready, unfinished
from aftershock.web.pages.jobs import submit
from aftershock.web.rendering import html

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])
PER_PAGE = 60
SHOWN = 200  # sentences without a finding, lines that were dropped
PageNumber = Annotated[int, Query(ge=1, le=10_000)]
ABOUT = ("title", "outlet", "author", "date", "note")


@page.get("/accounts/{name}")
def account(request: Request, name: AccountName, page: PageNumber = 1) -> Response:
    """Show an account: its text with the claims marked, and the claims beside it."""
    return _show(request, name, page)


def _show(
    request: Request,
    name: str,
    number: int = 1,
    fault: AftershockError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    keeper = keeper_of(request)
    going = jobs_of(request, name, "read", "check", states=("waiting", "running"))
    try:
        held = keeper.load(name)
    except MissingError:
        if not keeper.place(name) or not going:
            raise
        return RedirectResponse(f"/jobs/{going[0].id}", status_code=303)
    article, claims = load_text(keeper.place(name)), held.account.claims
    pages = max(1, -(-len(claims) // PER_PAGE))
    shown = claims[(number - 1) * PER_PAGE : number * PER_PAGE]
    return html(
        request, "account_page.html.j2", status=status_of(fault) if fault else 200,
        fault=vars_of(fault) if fault else None, typed=typed or {}, kinds=KINDS,
        held=held, about=held.account.account, claims=shown, total=len(claims), pages=pages, page=number,
        blocks=marked_account(held.account, article) if article else [],
        here={claim.id for claim in shown}, counts=Counter(claim.status for claim in claims),
        ready=sum(is_ready(claim) for claim in claims), states={claim.id: claim.status for claim in claims},
        left=unfinished(held.account), going=going, unread=held.account.unread[:SHOWN], dropped=held.account.dropped[:SHOWN],
        checks=jobs_of(request, name, "check"), has_article=keeper.article_file(name) is not None,
    )  # fmt: skip


@page.post("/accounts/{name}/claims")
def add(request: Request, name: AccountName, form: FormFields) -> Response:
    """Add a claim by its pasted or selected text, and go on to its questions; where its text is not found, say so."""
    typed = {"text": str(form.get("text", ""))[:20_000], "kind": str(form.get("kind", "claim"))}
    kind = typed["kind"] if typed["kind"] in KINDS else "claim"
    before = {claim.id for claim in keeper_of(request).load(name).account.claims}
    try:
        held = add_claim_to(request, name, version_of(form), typed["text"], kind=kind)
    except (DataError, UsageError) as fault:
        if status_of(fault) not in (400, 422):
            raise
        return _show(request, name, 1, fault, typed)
    new = next(claim.id for claim in held.account.claims if claim.id not in before)
    return RedirectResponse(f"/accounts/{name}/claims/{new}", status_code=303)


@page.post("/accounts/{name}/accept")
def accept_some(request: Request, name: AccountName, form: FormFields) -> Response:
    """Accept, reject or take back a claim, or accept all; back to where the claim stands."""
    from aftershock.accounts.editing import accept

    do, one = str(form.get("do", "")), str(form.get("claim", ""))
    states = {"reject": "rejected", "draft": "draft"}

    def change(account: Any) -> Any:
        if do == "all":
            return accept(account, kinds=["claim"])[0]
        claim = find_part(account, "claims", one)
        if do == "accept":
            claim = claim.model_copy(update={"status": "draft"}) if claim.status == "rejected" else claim
            return accept(put_part(account, "claims", claim), [one])[0]
        if do not in states:
            raise UsageError("what to do must be named", found=repr(do[:20]), fix="Load the page again.")
        return put_part(account, "claims", claim.model_copy(update={"status": states[do]}))

    save_change(request, name, version_of(form), change, f"{do} {one}".strip())
    back = str(form.get("page", "1"))
    query = f"?page={back}" if back.isdecimal() and back != "1" else ""
    return RedirectResponse(f"/accounts/{name}{query}#{f'claim.{one}' if one else 'claims'}", status_code=303)


@page.post("/accounts/{name}/about")
def about(request: Request, name: AccountName, form: FormFields) -> Response:
    """Change whose account it is, and of when."""
    given = {key: str(form.get(key, "")).strip().replace("\r\n", "\n") for key in ABOUT}
    try:
        save_change(request, name, version_of(form), lambda account: change_head(account, given), "changed the head")
    except UsageError as fault:
        if status_of(fault) != 400:
            raise
        return _show(request, name, 1, fault, given | {"head": "yes"})
    return RedirectResponse(f"/accounts/{name}", status_code=303)


@page.post("/accounts/{name}/undo")
def undo(request: Request, name: AccountName, form: FormFields) -> Response:
    """Take the last change back."""
    keeper_of(request).undo(name, version=version_of(form))
    return RedirectResponse(f"/accounts/{name}", status_code=303)


@page.post("/accounts/{name}/read")
def read_again(request: Request, name: AccountName) -> Response:
    """Read the article again; what a person did is kept."""
    keeper_of(request).place(name)
    return RedirectResponse(f"/jobs/{submit(request, 'read', {'account': name}).id}", status_code=303)


@page.post("/accounts/{name}/remove")
def remove(request: Request, name: AccountName) -> Response:
    """Remove an account for good."""
    keeper_of(request).remove(name)
    return RedirectResponse("/accounts", status_code=303)


@page.get("/accounts/{name}/account.yaml")
def as_yaml(request: Request, name: AccountName) -> Response:
    """Give an account as a file."""
    held, path = keeper_of(request).load(name), keeper_of(request).yaml(name)
    return FileResponse(path, media_type="application/yaml; charset=utf-8", filename=f"{held.account.account.id}.yaml")


@page.get("/accounts/{name}/article")
def article(request: Request, name: AccountName) -> Response:
    """Give an article as it came, to be kept, not shown."""
    path = keeper_of(request).article_file(name)
    if path is None:
        raise MissingError(
            "an account must have an article to be given", found="none", fix="This one was made from a file of claims."
        )
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)
