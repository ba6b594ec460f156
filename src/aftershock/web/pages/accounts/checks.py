"""Accounts that were checked: verdicts with their evidence, what must be mended, and the ledger of all."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse, Response

from aftershock.documents import finite
from aftershock.web.errors import MissingError
from aftershock.web.pages.accounts.parts import AccountName, FormFields, jobs_of, keeper_of
from aftershock.web.pages.finished import JOB_PATTERN, document, file_answer, finished, piece
from aftershock.web.pages.jobs import submit
from aftershock.web.rendering import JSON, html
from aftershock.web.work.checking import CHECK_FILES, CLAIMS_PER_PAGE, FAULTS, sections_file

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["accounts"])
JobName = Annotated[str, Path(pattern=JOB_PATTERN, description="Id of the job that checked it.")]
VERDICTS = (
    "supported",
    "within the uncertainty",
    "contradicted",
    "not yet decided",
    "cannot say",
    "outside the record",
)


class CheckBody(BaseModel):
    """A checked account: what ``AccountCheck.document()`` returns."""

    model_config = ConfigDict(extra="allow")
    account: dict[str, Any]
    as_of: str | None
    vintages: list[str]
    counts: dict[str, dict[str, int]] = Field(description="Claims by verdict, `then` and `now`.")
    claims: list[dict[str, Any]]
    left_out: dict[str, str]
    notes: list[str]


class FaultBody(BaseModel):
    """Something to be mended, or to be known: what ``lint_account`` finds."""

    model_config = ConfigDict(extra="allow")
    sentence: str
    fails: bool = Field(description="Whether it must be mended.")


class LintBody(BaseModel):
    """An account that was looked through."""

    account: str
    version: int
    sound: bool
    faults: list[FaultBody]


class LedgerBody(BaseModel):
    """All accounts checked: what ``Ledger.document()`` returns."""

    accounts: list[dict[str, Any]]
    by_source: list[dict[str, Any]]
    by_question: list[dict[str, Any]]
    predictions: list[dict[str, Any]]
    changes: list[dict[str, Any]]


def _ledger(request: Request) -> dict[str, Any]:
    from aftershock.accounts.ledger import read_ledger

    plain: dict[str, Any] = finite(_plain(read_ledger(request.app.state.settings.data).document()))
    return plain


def _plain(value: Any) -> Any:
    """Return plain values for those of a table."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.item() if hasattr(value, "item") else value


@api.get("/ledger", summary="The ledger")
def ledger_twin(request: Request) -> LedgerBody:
    """Every account that was checked: verdicts by source and kind of question, how predictions did, what changed."""
    return LedgerBody(**_ledger(request))


@api.get("/accounts/checks/{name}", response_model=CheckBody, summary="A checked account")
def check_twin(request: Request, name: JobName) -> Response:
    """Each claim's verdicts, then and now, with all they rest on."""
    return Response(piece(request, finished(request, name, "check"), "check.json"), media_type=JSON)


@api.get("/accounts/{name}/lint", summary="What must be mended in an account")
def lint_twin(request: Request, name: AccountName) -> LintBody:
    """Give what the last look through found; a job of the kind lint looks anew."""
    keeper_of(request).load(name)
    job = next(iter(jobs_of(request, name, "lint")), None)
    if job is None:
        raise MissingError(
            "an account must have been looked through", found="one that has not", fix="Start a job of the kind lint."
        )
    return LintBody(**document(request, job, FAULTS))


@page.get("/accounts/ledger")
def ledger(request: Request) -> Response:
    """Show the ledger."""
    found = _ledger(request)
    return html(
        request,
        "ledger.html.j2",
        ledger=found,
        verdicts=VERDICTS,
        decided=[row for row in found["predictions"] if row["outcome"] is not None],
    )


@page.get("/accounts/jobs/{name}")
def lead(request: Request, name: JobName) -> Response:
    """Lead from a job that read an account, or looked it through, to the account."""
    job = finished(request, name, "read", "lint")
    address = f"/accounts/{job.parameters['account']}"
    return RedirectResponse(address if job.kind == "read" else f"{address}/lint?result={job.id}", status_code=303)


@page.get("/accounts/checks/{name}")
def check(request: Request, name: JobName, page: Annotated[int, Query(ge=1, le=1000)] = 1) -> Response:
    """Show a checked account, some claims one by one."""
    job = finished(request, name, "check")
    found, folder = document(request, job, "check.json"), request.app.state.queue.results(job.id)
    kept = any(one["id"] == job.parameters["account"] for one in keeper_of(request).all())
    return html(
        request, "check.html.j2", job=job, check=found, sections=piece(request, job, sections_file(page)), kept=kept,
        page=page, pages=max(1, -(-len(found["claims"]) // CLAIMS_PER_PAGE)),
        files=[each for each in CHECK_FILES if (folder / each).is_file()],
    )  # fmt: skip


@page.get("/accounts/checks/{name}/files/{file}")
def take(request: Request, name: JobName, file: str) -> Response:
    """Give a file of a check."""
    return file_answer(request, finished(request, name, "check"), file, CHECK_FILES)


@page.post("/accounts/{name}/check")
def start(request: Request, name: AccountName, form: FormFields) -> Response:
    """Have an account checked."""
    held = keeper_of(request).load(name)
    values: dict[str, Any] = {"account": name, "version": held.version, "ledger": "ledger" in form}
    if as_of := str(form.get("as_of", "")).strip():
        values["as_of"] = as_of
    return RedirectResponse(f"/jobs/{submit(request, 'check', values).id}", status_code=303)


@page.get("/accounts/{name}/lint")
def lint(
    request: Request, name: AccountName, result: Annotated[str | None, Query(pattern=JOB_PATTERN)] = None
) -> Response:
    """Show what must be mended, as a job found it."""
    held = keeper_of(request).load(name)
    done = jobs_of(request, name, "lint")
    if result and result not in [job.id for job in done]:
        raise MissingError("a result must be this account's", found=repr(result), fix="Have it looked through again.")
    job = next((job for job in done if result in (None, job.id)), None)
    return html(request, "lint.html.j2", held=held, found=document(request, job, FAULTS) if job else None)


@page.post("/accounts/{name}/lint")
def look_through(request: Request, name: AccountName) -> Response:
    """Have an account looked through."""
    held = keeper_of(request).load(name)
    return RedirectResponse(
        f"/jobs/{submit(request, 'lint', {'account': name, 'version': held.version}).id}", status_code=303
    )
