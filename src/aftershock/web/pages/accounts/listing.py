"""The page of all accounts, and the ways to start one: an article pasted or sent, a file, the example."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from aftershock.errors import AftershockError, UsageError
from aftershock.web.accounts.limits import ARTICLE_BYTES, LONGEST_PASTE
from aftershock.web.errors import status_of
from aftershock.web.jobs import ENDED, Job
from aftershock.web.pages.accounts.parts import FormFields, keeper_of, vars_of
from aftershock.web.pages.accounts.starts import begin_reading, keep_example, keep_yaml
from aftershock.web.rendering import html

__all__ = ["FormFields", "api", "day_of", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])
PATIENCE_S, SHORT = 8.0, 20_000  # a text so short is waited for, rather than shown as a job


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
        request, "accounts.html.j2", status=status, accounts=keeper_of(request).all(), going=going, fault=fault, text=text,
        date=date, longest=LONGEST_PASTE, most=ARTICLE_BYTES // 1_000_000,
    )  # fmt: skip


def _refused(request: Request, fault: AftershockError, text: str = "", date: str = "") -> Response:
    """Show the page again, with what was wrong and what was typed."""
    return _start(request, vars_of(fault), text[:LONGEST_PASTE], date, status_of(fault))


@page.post("/accounts/paste")
def paste(request: Request, form: FormFields) -> Response:
    """Read an article that was pasted; a short one is waited for."""
    text, date = str(form.get("text", "")).replace("\r\n", "\n"), str(form.get("date", "")).strip()
    try:
        if not text.strip() or len(text) > LONGEST_PASTE:
            raise UsageError(
                f"an article must have some text, of at most {LONGEST_PASTE:,} characters",
                found=f"{len(text):,}" if text.strip() else "none",
                fix="Send it as a file." if text.strip() else "Paste its text, or send a file.",
            )
        job = begin_reading(request, text.encode("utf-8", "replace"), "article.txt", day_of(date))
    except UsageError as fault:
        return _refused(request, fault, text, date)
    return _answer(request, job, text, date)


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


def _answer(request: Request, job: Job, text: str, date: str) -> Response:
    """Lead to the account where it is read at once; else to its job. A text that cannot be read comes back with the reason."""
    queue, name = request.app.state.queue, job.parameters["account"]
    latest = time.monotonic() + (PATIENCE_S if len(text) <= SHORT and not queue.ahead(job) else 0)
    while time.monotonic() < latest and job.state not in ENDED:
        time.sleep(0.1)
        job = queue.get(job.id)
    if job.state == "failed":
        keeper_of(request).remove(name)
        queue.remove(job.id)
        return _start(request, job.error, text, date, 422)
    return RedirectResponse(f"/accounts/{name}" if job.state == "done" else f"/jobs/{job.id}", status_code=303)


@page.post("/accounts/file")
def send(request: Request, form: FormFields) -> Response:
    """Take a file: an article to be read, or an account."""
    file = form.get("file")
    try:
        date = day_of(str(form.get("date", "")))
        if not isinstance(file, UploadFile) or not file.filename:
            raise UsageError("a file must be chosen", found="none", fix="Choose an article, or an account's YAML.")
        content = file.file.read(ARTICLE_BYTES + 1)
        if file.filename.lower().endswith((".yaml", ".yml")):
            return RedirectResponse(f"/accounts/{keep_yaml(request, content).id}", status_code=303)
        if not content.strip():
            raise UsageError("an article must have some text", found="an empty file", fix="Choose another file.")
        job = begin_reading(request, content, file.filename, date)
    except UsageError as fault:
        return _refused(request, fault)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@page.post("/accounts/example")
def example(request: Request) -> Response:
    """Start from the account that comes with the package."""
    return RedirectResponse(f"/accounts/{keep_example(request).id}", status_code=303)
