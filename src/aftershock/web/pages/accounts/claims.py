"""One claim, mended: what it says, its text, and the questions that it is bound to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from aftershock.errors import AftershockError, DataError, UsageError
from aftershock.report.account_text import marked_account
from aftershock.web.accounts.articles import load_text
from aftershock.web.accounts.keeping import Held
from aftershock.web.errors import status_of
from aftershock.web.pages.accounts.asking import (
    LONGEST_QUESTION,
    doubts,
    fields_of_question,
    question_from_fields,
    question_from_text,
    question_text,
)
from aftershock.web.pages.accounts.claim_changes import choose_question, edit_claim, put_question, remove_claim_of
from aftershock.web.pages.accounts.parts import (
    KINDS,
    AccountName,
    ClaimName,
    FormFields,
    find_part,
    keeper_of,
    save_change,
    vars_of,
    version_of,
)
from aftershock.web.pages.accounts.question_fields import BOUNDS, FORMS, TYPES, scenario_names
from aftershock.web.rendering import html

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])
WRITTEN = ("kind", "says", "speaker", "via", "date", "probability", "why")


@page.get("/accounts/{name}/claims/{claim}")
def show(request: Request, name: AccountName, claim: ClaimName) -> Response:
    """Show a claim, to be edited and asked about."""
    return _page(request, keeper_of(request).load(name), claim)


def _page(
    request: Request, held: Held, name: str, fault: AftershockError | None = None, typed: dict[str, Any] | None = None
) -> Response:
    claim = find_part(held.account, "claims", name)
    ids = [one.id for one in held.account.claims]
    at, items = ids.index(name), {item.id: item for item in held.account.items}
    article = load_text(keeper_of(request).place(held.id))
    return html(
        request, "claim.html.j2", status=status_of(fault) if fault else 200,
        fault=vars_of(fault) if fault else None, typed=typed or {},
        held=held, about=held.account.account, claim=claim, has_article=article is not None,
        around=_around(held.account, claim, article),
        questions=[_asked(n, question) for n, question in enumerate(claim.questions)],
        before=ids[at - 1] if at else None, after=ids[at + 1] if at + 1 < len(ids) else None, place=at + 1, total=len(ids),
        items=[items[one] for one in claim.items if one in items],
        kinds=KINDS, forms=FORMS, bounds=BOUNDS, types=TYPES, scenarios=scenario_names(), longest=LONGEST_QUESTION,
    )  # fmt: skip


def _asked(n: int, question: Any) -> dict[str, Any]:
    """Return what the page shows of a question; its fields where its form holds all of it."""
    return {
        "n": n, "sentence": question.sentence(), "status": question.status, "kind": question.kind, "asks": type(question).asks,
        "text": question_text(question), "doubts": doubts(question), "fields": fields_of_question(question),
    }  # fmt: skip


def _around(account: Any, claim: Any, article: Any) -> list[dict[str, Any]]:
    """Return the paragraphs that a claim stands in."""
    if article is None or claim.span is None:
        return []
    alone = account.model_copy(update={"claims": (claim.model_copy(update={"status": "edited"}),)})
    return [block for block in marked_account(alone, article) if any(piece["claim"] for piece in block["pieces"])]


@page.post("/accounts/{name}/claims/{claim}")
def edit(request: Request, name: AccountName, claim: ClaimName, form: FormFields) -> Response:
    """Keep what was written about a claim."""
    given = {key: str(form.get(key, "")).strip() for key in WRITTEN}
    if "text" in form:
        given["text"] = str(form["text"])[:20_000]
    article = load_text(keeper_of(request).place(name))

    def change(account: Any) -> Any:
        return edit_claim(account, claim, given, checkable="checkable" in form, article=article)

    return _try(request, (name, claim), form, change, f"edited {claim}", given)


def _try(  # noqa: PLR0917
    request: Request,
    names: tuple[str, str],
    form: Any,
    change: Callable[[Any], Any],
    what: str,
    typed: dict[str, Any],
    at: str = "said",
) -> Response:
    """Keep a change; where it does not fit, show the claim's page with the fault and what was typed."""
    name, claim = names
    try:
        save_change(request, name, version_of(form), change, what)
    except (UsageError, DataError) as fault:
        if status_of(fault) not in (400, 422):
            raise
        return _page(request, keeper_of(request).load(name), claim, fault, typed)
    return RedirectResponse(f"/accounts/{name}/claims/{claim}#{at}", status_code=303)


@page.post("/accounts/{name}/claims/{claim}/remove")
def remove(request: Request, name: AccountName, claim: ClaimName, form: FormFields) -> Response:
    """Remove a claim; undoing brings it back."""
    remove_claim_of(request, name, version_of(form), claim)
    return RedirectResponse(f"/accounts/{name}#claims", status_code=303)


@page.post("/accounts/{name}/claims/{claim}/questions")
def ask(request: Request, name: AccountName, claim: ClaimName, form: FormFields) -> Response:
    """Add a question, by fields or as YAML, or put one in place of another."""
    fields = {
        key: [str(value)[:LONGEST_QUESTION] for value in form.getlist(key)]
        for key in form
        if key not in ("csrf", "version")
    }
    typed = {key: values if key.endswith("types") else values[0] for key, values in fields.items()}
    kind, place = str(typed.get("form", "")), str(typed.get("n", ""))

    def change(account: Any) -> Any:
        question = question_from_fields(kind, fields) if kind else question_from_text(str(typed.get("text", "")))
        return put_question(account, claim, question, int(place) if place.isdecimal() and len(place) < 4 else None)

    return _try(request, (name, claim), form, change, f"asked about {claim}", typed, "questions")


@page.post("/accounts/{name}/claims/{claim}/questions/{n}")
def choose(
    request: Request, name: AccountName, claim: ClaimName, n: Annotated[int, Path(ge=0, le=100)], form: FormFields
) -> Response:
    """Accept, reject or remove a question."""
    do = str(form.get("do", ""))

    def change(account: Any) -> Any:
        return choose_question(account, claim, n, do)

    return _try(request, (name, claim), form, change, f"{do} a question of {claim}", {}, "questions")
