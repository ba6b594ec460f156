"""Accounts: start one from an article or a file, see its claims in the text and beside it, have it checked."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile
from starlette.responses import FileResponse, RedirectResponse, Response

from aftershock.errors import AftershockError, UsageError
from aftershock.report.account_text import marked_account
from aftershock.web.articles import load_text
from aftershock.web.errors import MissingError, TooLargeError
from aftershock.web.jobs import ENDED, Job
from aftershock.web.keeping import ACCOUNT_PATTERN, ARTICLE_BYTES, Held, Keeper, check_size
from aftershock.web.pages.asking import unfinished
from aftershock.web.pages.jobs import JobBody, job_twin, submit
from aftershock.web.rendering import html

__all__ = ["AccountName", "FormFields", "VersionNumber", "account_body", "api", "form_fields", "keeper_of", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])
AccountName = Annotated[str, Path(pattern=ACCOUNT_PATTERN, description="Id under which it is kept.")]
VersionNumber = Annotated[
    int, Field(ge=1, le=2**31, description="The version that is changed; 409 where there is a newer one.")
]
LONGEST_PASTE = 1_000_000
EXAMPLE = "after-isis"
PATIENCE_S, SHORT = 8.0, 20_000  # a text so short is waited for, rather than shown as a job
PER_PAGE = 60
LARGEST_FILE = 400_000  # bytes of YAML, which takes some seconds to read


async def form_fields(request: Request) -> AsyncIterator[FormData]:
    """Give a form's fields to a route that runs in a thread, and close its files afterwards."""
    form = await request.form()
    try:
        yield form
    finally:
        await form.close()


FormFields = Annotated[FormData, Depends(form_fields)]


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


def keeper_of(request: Request) -> Keeper:
    """Return the server's keeper of accounts."""
    keeper: Keeper = request.app.state.keeper
    return keeper


def _jobs_of(request: Request, name: str, kind: str) -> list[Job]:
    return [job for job in request.app.state.queue.all(kind=kind) if job.parameters.get("account") == name]


def account_body(request: Request, held: Held) -> AccountBody:
    """Return an account as programs read it."""
    return AccountBody(
        id=held.id,
        version=held.version,
        changed=held.changed,
        what=held.what,
        account=held.account.dump(),
        left=[LeftBody(claim=claim, sentence=said) for claim, said in unfinished(held.account)],
        checks=[job.id for job in _jobs_of(request, held.id, "check") if job.state == "done"],
    )


@api.get("/accounts", summary="All accounts, the last changed first")
def accounts_twin(request: Request) -> list[SummaryBody]:
    """List what is kept."""
    return [SummaryBody(**one) for one in keeper_of(request).all()]


@api.post("/accounts/read", summary="Read an article", status_code=202)
def read_twin(request: Request, article: ArticleBody) -> JobBody:
    """Keep an article and put its reading into the queue; the job's parameters name the account."""
    job = _begin(request, article.text.encode("utf-8", "replace"), "article.txt", article.date)
    return job_twin(request, job.id)


@api.post("/accounts", summary="Keep an account", status_code=201)
def keep_twin(
    request: Request, account: Annotated[dict[str, Any], Body(description="As Account.dump() returns it.")]
) -> AccountBody:
    """Keep an account that was made elsewhere."""
    return account_body(request, _keep(request, account))


@api.get("/accounts/{name}", summary="An account")
def account_twin(request: Request, name: AccountName) -> AccountBody:
    """Give an account with its claims, questions and items, what is left to do, and its checks."""
    return account_body(request, keeper_of(request).load(name))


@api.put("/accounts/{name}", summary="Change an account")
def change_twin(request: Request, name: AccountName, change: WholeBody) -> AccountBody:
    """Put an account in place of a version."""
    held = keeper_of(request).save(name, _valid(change.account), version=change.version, what="changed by a program")
    return account_body(request, held)


@api.delete("/accounts/{name}", summary="Remove an account", status_code=204)
def remove_twin(request: Request, name: AccountName) -> None:
    """Remove an account for good; what the ledger has of it stays."""
    keeper_of(request).remove(name)


def _valid(plain: dict[str, Any]) -> Any:
    """Return an account from plain values, or say what does not fit."""
    from pydantic import ValidationError

    from aftershock.accounts.account import Account

    try:
        account = Account.model_validate(plain)
    except ValidationError as error:
        rows = [f"{'.'.join(map(str, fault['loc']))[:200]}: {fault['msg']}" for fault in error.errors()[:20]]
        raise UsageError(
            "an account must be sound", found=f"{error.error_count()} that do not fit", fix="Mend it.", rows=rows
        ) from None
    for part in (account.claims, account.items):
        if len({one.id for one in part}) < len(part):
            raise UsageError("claims and items must each have an id of their own", found="one twice", fix="Rename one.")
    check_size(account)
    return account


def _keep(request: Request, plain: dict[str, Any], what: str = "kept as it came") -> Held:
    account, keeper = _valid(plain), keeper_of(request)
    return keeper.save(keeper.begin(), account, version=0, what=what)


def _begin(request: Request, article: bytes, file_name: str, date: dt.date | None) -> Job:
    """Keep an article and queue its reading; where the queue takes no more, nothing is kept."""
    keeper = keeper_of(request)
    name = keeper.begin(article, file_name=file_name)
    try:
        return submit(request, "read", {"account": name, "date": date})
    except UsageError:
        keeper.remove(name)
        raise


@page.get("/accounts")
def show(request: Request) -> Response:
    """List accounts, and start one."""
    return _start(request)


def _start(
    request: Request, fault: dict[str, Any] | None = None, text: str = "", date: str = "", status: int = 200
) -> Response:
    queue = request.app.state.queue
    going = [
        job
        for state in ("running", "waiting")
        for kind in ("read", "check")
        for job in queue.all(kind=kind, state=state)
    ]
    return html(
        request,
        "accounts.html.j2",
        status=status,
        accounts=keeper_of(request).all(),
        going=going,
        fault=fault,
        text=text,
        date=date,
        longest=LONGEST_PASTE,
        most=ARTICLE_BYTES // 1_000_000,
    )


@page.post("/accounts/paste")
def paste(request: Request, form: FormFields) -> Response:
    """Read an article that was pasted; a short one is waited for."""
    text, date = str(form.get("text", "")).replace("\r\n", "\n"), str(form.get("date", "")).strip()
    if not text.strip() or len(text) > LONGEST_PASTE:
        found = f"{len(text):,}" if text.strip() else "none"
        fix = "Send it as a file." if text.strip() else "Paste its text, or send a file."
        fault = UsageError(
            f"an article must have some text, of at most {LONGEST_PASTE:,} characters", found=found, fix=fix
        )
        return _start(request, vars_of(fault), text[:LONGEST_PASTE], date, 400)
    job = _begin(request, text.encode("utf-8", "replace"), "article.txt", day_of(date))
    return _answer(request, job, text, date)


def vars_of(error: AftershockError) -> dict[str, Any]:
    """Return an error's parts as pages show them."""
    return {"must": error.must, "found": error.found, "fix": error.fix, "rows": list(error.rows)}


def day_of(text: str) -> dt.date | None:
    """Return a day from a form's field.

    Raises
    ------
    UsageError
        It is none.
    """
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise UsageError("a date must be written as 2017-07-12", found=repr(text[:20]), fix="Mend it.") from None


def _answer(request: Request, job: Job, text: str = "", date: str = "") -> Response:
    """Lead to the account where it is read at once; else to its job. A text that cannot be read comes back with the reason."""
    queue, name = request.app.state.queue, job.parameters["account"]
    latest = time.monotonic() + (PATIENCE_S if len(text) <= SHORT and not queue.ahead(job) else 0)
    while time.monotonic() < latest and job.state not in ENDED:
        time.sleep(0.1)
        job = queue.get(job.id)
    if job.state == "failed" and text:
        keeper_of(request).remove(name)
        queue.remove(job.id)
        return _start(request, job.error, text, date, 422)
    return RedirectResponse(f"/accounts/{name}" if job.state == "done" else f"/jobs/{job.id}", status_code=303)


@page.post("/accounts/file")
def send(request: Request, form: FormFields) -> Response:
    """Take a file: an article to be read, or an account."""
    file, date = form.get("file"), day_of(str(form.get("date", "")))
    if not isinstance(file, UploadFile) or not file.filename:
        raise UsageError("a file must be chosen", found="none", fix="Choose an article, or an account's YAML.")
    content = file.file.read(ARTICLE_BYTES + 1)
    if file.filename.lower().endswith((".yaml", ".yml")):
        return RedirectResponse(f"/accounts/{_from_yaml(request, content).id}", status_code=303)
    if not content.strip():
        raise UsageError("an article must have some text", found="an empty file", fix="Choose another file.")
    job = _begin(request, content, file.filename, date)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


def _from_yaml(request: Request, content: bytes) -> Held:
    from aftershock.accounts.account import read_account

    if len(content) > LARGEST_FILE:
        raise TooLargeError(
            f"an account's file must be of at most {LARGEST_FILE // 1000} kB here",
            found="more",
            fix="Check it with `aftershock check`.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            "an account must be text in UTF-8", found=f"byte {error.start:,} that is not", fix="Save it as UTF-8."
        ) from None
    account = read_account(text + "\n").account
    check_size(account)
    keeper = keeper_of(request)
    return keeper.save(keeper.begin(), account, version=0, what="took the file")


@page.post("/accounts/example")
def example(request: Request) -> Response:
    """Start from the account that comes with the package."""
    from aftershock.accounts.examples import example_account

    keeper = keeper_of(request)
    held = keeper.save(keeper.begin(), example_account(EXAMPLE).account, version=0, what="took the example")
    return RedirectResponse(f"/accounts/{held.id}", status_code=303)


@page.get("/accounts/{name}")
def account(request: Request, name: AccountName, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Response:
    """Show an account: its text with the claims marked, and the claims beside it."""
    keeper = keeper_of(request)
    going = [
        job
        for kind in ("read", "check")
        for job in _jobs_of(request, name, kind)
        if job.state in ("waiting", "running")
    ]
    try:
        held = keeper.load(name)
    except MissingError:
        if not keeper.place(name) or not going:
            raise
        return RedirectResponse(f"/jobs/{going[0].id}", status_code=303)
    article = load_text(keeper.place(name))
    claims = held.account.claims
    pages = max(1, -(-len(claims) // PER_PAGE))
    shown = claims[(page - 1) * PER_PAGE : page * PER_PAGE]
    counts = {
        state: sum(claim.status == state for claim in claims) for state in ("draft", "accepted", "edited", "rejected")
    }
    ready = sum(c.status in ("accepted", "edited") and any(q.status == "accepted" for q in c.questions) for c in claims)
    return html(
        request,
        "account_page.html.j2",
        held=held,
        about=held.account.account,
        claims=shown,
        total=len(claims),
        pages=pages,
        page=page,
        blocks=marked_account(held.account, article) if article else [],
        here={claim.id for claim in shown},
        counts=counts,
        ready=ready,
        states={claim.id: claim.status for claim in claims},
        left=unfinished(held.account),
        going=going,
        unread=held.account.unread[:200],
        dropped=held.account.dropped[:200],
        checks=[job for job in _jobs_of(request, name, "check") if job.state == "done"],
        has_article=keeper.article_file(name) is not None,
    )


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
