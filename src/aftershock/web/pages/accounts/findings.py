"""What the reader found in an account's article, kind by kind: accepted, rejected, or mended."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from aftershock.errors import UsageError
from aftershock.web.pages.accounts.parts import (
    AccountName,
    FormFields,
    find_part,
    keeper_of,
    put_part,
    save_change,
    version_of,
)
from aftershock.web.rendering import html

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])
KINDS = {
    "actor": "Actors",
    "quotation": "Quotations",
    "statement": "Statements",
    "figure": "Figures",
    "prediction": "Predictions",
    "causal": "Causes",
    "event": "Events",
    "relation": "Relations",
}
"""In the order in which a person is shown them: relations, the least sure, come last."""
KindName = Annotated[str, Query(pattern="^(|actor|quotation|statement|figure|prediction|causal|event|relation)$")]
PER_PAGE = 100
LONGEST = 500  # characters of a field


class FindingsBody(BaseModel):
    """What the reader found: the account's items."""

    version: int
    items: list[dict[str, Any]] = Field(description="As Item.model_dump() returns them.")


@api.get("/accounts/{name}/items", summary="What the reader found")
def items_twin(request: Request, name: AccountName, kind: KindName = "") -> FindingsBody:
    """Give an account's items, all or of a kind."""
    held = keeper_of(request).load(name)
    items = [item.model_dump(mode="json") for item in held.account.items if kind in ("", item.kind)]
    return FindingsBody(version=held.version, items=items)


@page.get("/accounts/{name}/findings")
def show(
    request: Request, name: AccountName, kind: KindName = "", page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> Response:
    """Show what was found, a kind at a time."""
    held = keeper_of(request).load(name)
    counts = Counter(str(item.kind) for item in held.account.items)
    waiting = Counter(str(item.kind) for item in held.account.items if item.status == "draft")
    kind = kind or next((each for each in KINDS if counts[each]), "actor")
    items = [item for item in held.account.items if item.kind == kind]
    pages = max(1, -(-len(items) // PER_PAGE))
    shown = [(item, _fields(item)) for item in items[(page - 1) * PER_PAGE : page * PER_PAGE]]
    return html(
        request,
        "findings.html.j2",
        held=held,
        kind=kind,
        kinds=KINDS,
        counts=counts,
        waiting=waiting,
        items=shown,
        pages=pages,
        page=page,
        ticked=kind != "relation",
    )


def _fields(item: Any) -> list[tuple[str, str]]:
    """Return what is known of an item, in words."""
    return [
        (key.replace("_", " "), _words(value))
        for key, value in item.fields.items()
        if value not in (None, "", []) and not key.endswith("_span")
    ]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@page.post("/accounts/{name}/findings")
def choose(request: Request, name: AccountName, form: FormFields) -> Response:
    """Accept or reject those that are ticked."""
    do, ids = str(form.get("do", "")), {str(one) for one in form.getlist("item")}
    if do not in ("accepted", "rejected", "draft"):
        raise UsageError("what to do must be named", found=repr(do[:20]), fix="Load the page again.")

    def change(account: Any) -> Any:
        items = tuple(item.model_copy(update={"status": do}) if item.id in ids else item for item in account.items)
        return account.model_copy(update={"items": items})

    save_change(request, name, version_of(form), change, f"{len(ids)} findings: {do}")
    kind, page = str(form.get("kind", "")), str(form.get("page", "1"))
    return RedirectResponse(
        f"/accounts/{name}/findings?kind={kind if kind in KINDS else ''}&page={page if page.isdecimal() else '1'}",
        status_code=303,
    )


@page.get("/accounts/{name}/findings/{item}")
def one(request: Request, name: AccountName, item: Annotated[str, Path(max_length=64)]) -> Response:
    """Show one finding, to be mended."""
    held = keeper_of(request).load(name)
    found = find_part(held.account, "items", item)
    fields = [
        (key, _words(value) if value is not None else "", _kind_of(value))
        for key, value in found.fields.items()
        if not key.endswith("_span")
    ]
    return html(request, "finding.html.j2", held=held, item=found, fields=fields, longest=LONGEST)


def _kind_of(value: Any) -> str:
    return "tick" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "text"


@page.post("/accounts/{name}/findings/{item}")
def mend(request: Request, name: AccountName, item: Annotated[str, Path(max_length=64)], form: FormFields) -> Response:
    """Keep what was mended in a finding."""

    def change(account: Any) -> Any:
        found = find_part(account, "items", item)
        fields = dict(found.fields)
        for key, value in found.fields.items():
            if not key.endswith("_span"):
                fields[key] = _read(key, value, str(form.get(f"f-{key}", "")).strip()[:LONGEST])
        return put_part(account, "items", found.model_copy(update={"fields": fields, "status": "edited"}))

    held = save_change(request, name, version_of(form), change, f"mended {item}")
    kind = find_part(held.account, "items", item).kind
    return RedirectResponse(f"/accounts/{name}/findings?kind={kind}#item.{item}", status_code=303)


def _read(key: str, old: Any, text: str) -> Any:
    """Return a field's new value, of the kind the old one has."""
    if isinstance(old, bool):
        return text == "yes"
    if isinstance(old, list):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return (
            [int(part) for part in parts]
            if old and all(isinstance(one, int) for one in old) and all(p.isdecimal() for p in parts)
            else parts
        )
    if isinstance(old, int | float) and text:
        try:
            number = float(text.replace(",", ""))
            if abs(number) < 1e15:
                return int(number) if number.is_integer() else number
        except ValueError:
            pass
        raise UsageError(f"{key.replace('_', ' ')} must be a number", found=repr(text[:40]), fix="Write it in digits.")
    return text or None
