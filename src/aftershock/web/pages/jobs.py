"""Jobs: what waits, runs and has ended; one job with its progress, result and cancel; forms for new ones."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError
from starlette.responses import RedirectResponse, Response

from aftershock.errors import UsageError
from aftershock.web.errors import ErrorBody
from aftershock.web.jobs import ENDED, Job, Queue
from aftershock.web.rendering import html
from aftershock.web.work import KINDS, Kind, Parameters, find_kind

__all__ = ["JobBody", "api", "page", "submit"]

page, api = APIRouter(), APIRouter(tags=["jobs"])


class JobBody(BaseModel):
    """A job: what is to be done, how far it is, where its result stands."""

    id: str
    kind: str
    title: str
    about: str = Field(description="What it is about: a file, countries, an actor.")
    parameters: dict[str, Any]
    state: str = Field(description="waiting, running, done, failed or cancelled")
    text: str = Field(description="What it does at the moment.")
    share: float | None = Field(description="How much is done, 0 to 1, if that is known.")
    ahead: int = Field(description="Jobs asked for before it; those of other kinds may still come first.")
    created: dt.datetime
    started: dt.datetime | None
    ended: dt.datetime | None
    facts: dict[str, Any] | None = Field(description="What it found, in short.")
    error: ErrorBody | None
    result: str | None = Field(description="Address of the result's page, once it is done.")


def _moment(seconds: float | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(round(seconds), dt.UTC)


def _about(job: Job) -> str:
    return next(
        (str(job.parameters[name])[:80] for name in ("name", "countries", "actor") if job.parameters.get(name)), ""
    )


def _asked(kind: Kind | None, parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what was asked for, in words; less what was left open, and marks of a file's place."""
    fields = kind.parameters.model_fields if kind else {}
    found = []
    for name, value in parameters.items():
        if value is None or value == "" or name == "upload":
            continue
        shown = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
        title = fields[name].title if name in fields else None
        found.append((title or name.replace("_", " "), shown))
    return found


def _body(queue: Queue, job: Job) -> JobBody:
    kind = KINDS.get(job.kind)
    return JobBody(
        id=job.id, kind=job.kind, title=kind.title if kind else job.kind, about=_about(job),
        parameters=job.parameters, state=job.state,
        text=job.text, share=job.share, ahead=queue.ahead(job) if job.state == "waiting" else 0,
        created=dt.datetime.fromtimestamp(round(job.created), dt.UTC), started=_moment(job.started), ended=_moment(job.ended),
        facts=job.facts, error=ErrorBody(**job.error) if job.error else None,
        result=kind.page.replace("{id}", job.id) if kind and job.state == "done" else None,
    )  # fmt: skip


def submit(request: Request, kind: str, values: dict[str, Any]) -> Job:
    """Put a job into the queue.

    Parameters
    ----------
    request : Request
    kind : str
    values : dict
        Parameters, as JSON or as texts of a form; checked here.

    Raises
    ------
    UsageError
        Parameters that do not fit.
    BusyError
        As many jobs wait as may.
    """
    found = find_kind(kind)
    try:
        parameters: Parameters = found.parameters.model_validate(values)
    except ValidationError as error:
        rows = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise UsageError(
            f"a job of the kind {kind} must have fitting parameters",
            found=f"{len(rows)} that do not fit",
            fix="Mend them.",
            rows=rows,
        ) from None
    queue: Queue = request.app.state.queue
    return queue.add(found, parameters)


@api.get("/jobs", summary="All jobs, the newest first")
def jobs_twin(request: Request) -> list[JobBody]:
    """List what waits, runs and has ended."""
    queue = request.app.state.queue
    return [_body(queue, job) for job in queue.all()]


@api.get("/jobs/{name}", summary="One job")
def job_twin(request: Request, name: str) -> JobBody:
    """How far a job is."""
    return _body(request.app.state.queue, request.app.state.queue.get(name))


@api.post("/jobs/{name}/cancel", summary="End a job")
def cancel_twin(request: Request, name: str) -> JobBody:
    """End a job that waits or runs."""
    return _body(request.app.state.queue, request.app.state.queue.cancel(name))


def _add_start(kind: Kind) -> None:
    """Add the address that starts a job of a kind; its parameters are described in OpenAPI."""

    def start(request: Request, parameters: Any) -> JobBody:
        queue = request.app.state.queue
        return _body(queue, queue.add(kind, parameters))

    start.__annotations__["parameters"] = kind.parameters
    start.__annotations__["request"], start.__annotations__["return"] = Request, JobBody
    api.add_api_route(
        f"/jobs/{kind.name}", start, methods=["POST"], status_code=202, summary=kind.title, name=f"start_{kind.name}",
        description=f"Put it into the queue. Its result's page: {kind.page}. Time limit: {kind.minutes:g} minutes.",
    )  # fmt: skip


for _kind in KINDS.values():
    _add_start(_kind)


@page.get("/jobs")
def jobs(request: Request) -> Response:
    """List jobs and the kinds that can be started."""
    queue = request.app.state.queue
    listed = [_body(queue, job) for job in queue.all()]
    kept, startable = request.app.state.settings.kept_jobs, [kind for kind in KINDS.values() if _fields(kind)]
    return html(request, "jobs.html.j2", jobs=listed, kinds=startable, ended=ENDED, kept=kept)


@page.get("/jobs/new/{name}")
def new_job(request: Request, name: str) -> Response:
    """Show a form for a job's parameters, made from their description."""
    kind = find_kind(name)
    return html(request, "new_job.html.j2", kind=kind, fields=_fields(kind))


@page.post("/jobs/new/{name}")
async def start_job(request: Request, name: str) -> Response:
    """Take the form."""
    form = await request.form()
    kind = find_kind(name)
    values: dict[str, Any] = {key: value for key, value in form.items() if key != "csrf" and isinstance(value, str)}
    for field in _fields(kind):
        if field["type"] == "checkbox":
            values[field["name"]] = field["name"] in form
    job = submit(request, name, values)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


def _fields(kind: Kind) -> list[dict[str, Any]]:
    """Return a kind's fields as a form shows them; none where the kind has a page of its own to start it."""
    found = []
    for name, field in kind.parameters.model_fields.items():
        if field.annotation not in (int, bool) or field.is_required():
            return []
        limits = {key: getattr(rule, key) for rule in field.metadata for key in ("ge", "le") if hasattr(rule, key)}
        kind_of = "checkbox" if field.annotation is bool else "number"
        found.append({"name": name, "type": kind_of, "title": field.title or name, "value": field.default, **limits})
    return found


@page.get("/jobs/{name}")
def job(request: Request, name: str) -> Response:
    """One job."""
    queue = request.app.state.queue
    found = queue.get(name)
    asked = _asked(KINDS.get(found.kind), found.parameters)
    again = (
        found.kind in KINDS and found.state in ("failed", "cancelled") and found.kind != "import"
    )  # its file is gone
    return html(request, "job.html.j2", job=_body(queue, found), asked=asked, again=again, ended=ENDED)


@page.post("/jobs/{name}/again")
def again(request: Request, name: str) -> Response:
    """Ask for the same once more."""
    found = request.app.state.queue.get(name)
    return RedirectResponse(f"/jobs/{submit(request, found.kind, found.parameters).id}", status_code=303)


@page.post("/jobs/{name}/cancel")
def cancel(request: Request, name: str) -> Response:
    """End a job."""
    request.app.state.queue.cancel(name)
    return RedirectResponse(f"/jobs/{name}", status_code=303)


@page.post("/jobs/{name}/remove")
def remove(request: Request, name: str) -> Response:
    """Remove an ended job with its results."""
    request.app.state.queue.remove(name)
    return RedirectResponse("/jobs", status_code=303)
