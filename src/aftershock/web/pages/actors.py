"""Actors: fit a system of them, see it from several sides; look at one actor."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse, Response

from aftershock.errors import UsageError
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.report.actors_timeline import ratio_chart, side_chart
from aftershock.report.charts import css
from aftershock.report.system_words import percent
from aftershock.store import Store
from aftershock.web.jobs import Job
from aftershock.web.pages.finished import JOB_PATTERN, document, file_answer, finished, piece, results_of
from aftershock.web.pages.jobs import submit
from aftershock.web.rendering import JSON, html
from aftershock.web.work.fitting import DOCUMENT, FEEDBACK, FIT_FILES, OVERVIEW, SIDES, SystemParameters
from aftershock.web.work.looking import ACTOR_FILES, ActorParameters
from aftershock.workflow import split_countries

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["actors"])
JobName = Annotated[str, Path(pattern=JOB_PATTERN, description="Id of the job that made it.")]
EMBEDDED = {645, 652}  # Iraq and Syria, whose days come with the package
DAYS = {"first": "2016-01-01", "until": "2018-12-31"}  # where the embedded record has both countries
TYPES = (
    ("sb", "state-based", "model1"),
    ("ns", "non-state", "model2"),
    ("os", "one-sided", "model3"),
    ("several", "several types", "model5"),
)
WIDEST = 1.5  # where the gauge ends


class Result(BaseModel):
    """A stored result: what was asked for, and when."""

    id: str
    kind: str = Field(description="system or actor")
    parameters: dict[str, Any]
    facts: dict[str, Any]
    ended: dt.datetime


class ActorsBody(BaseModel):
    """What can be read, and where events come from if anything is fitted now."""

    results: list[Result] = Field(description="The newest first; read one at /api/v1/actors/{id}.")
    source: str = Field(description="Where events come from: a store's, or the embedded figures.")


class SystemBody(BaseModel):
    """A fitted system: names are those of ``aftershock system show --json`` and of the Python API's tables."""

    source: str
    vintage: str
    citation: str
    notes: list[str]
    left_out: dict[str, int]
    first: str
    until: str
    streams: list[str]
    draws: int
    seed: int
    mask: str
    background: str | int
    inhibition: bool
    ratio: dict[str, Any] = Field(description="Branching ratio: lower_90, median, upper_90, p_one_or_more.")
    half_life: dict[str, float | None]
    share: dict[str, float | None] = Field(description="Share of events that go back to earlier ones.")
    backgrounds: list[dict[str, Any]]
    summary: list[str]
    missed: list[str] = Field(description="What the residuals show.")
    spiral: dict[str, Any] | None
    spiral_course: list[dict[str, Any]] = Field(description="The spiral's history: SpiralCourse.to_frame().")
    per_stream: list[dict[str, Any]] = Field(description="streams_table")
    edges: list[dict[str, Any]] = Field(description="edges_table")
    timeline: dict[str, Any] = Field(description="Events and deaths by month, side and type of violence.")
    network: dict[str, Any] | None
    balance: dict[str, Any] | None
    blows: dict[str, Any] | None
    unsaid: str = Field(description="What could not be said of the sides, and why.")


class ActorBody(BaseModel):
    """One actor: what ``spread``, ``succession`` and ``dispersion`` return; null where the record cannot say."""

    actor: str
    spread: dict[str, Any] | None
    succession: dict[str, Any] | None
    dispersion: dict[str, Any] | None
    unsaid: list[str]


def _result(job: Job) -> Result:
    ended = dt.datetime.fromtimestamp(round(job.ended or job.created), dt.UTC)
    return Result(id=job.id, kind=job.kind, parameters=job.parameters, facts=job.facts or {}, ended=ended)


def _source(request: Request) -> str:
    sources = Store(request.app.state.settings.data).sources()
    return f"the store's {sources[0].upper()} events" if sources else "the embedded days of Iraq and Syria"


@api.get("/actors", summary="Results on actors")
def actors_twin(request: Request) -> ActorsBody:
    """Fitted systems and actors looked at. Start new ones at /api/v1/jobs/system and /api/v1/jobs/actor."""
    return ActorsBody(results=[_result(job) for job in results_of(request, "system", "actor")], source=_source(request))


@api.get("/actors/{name}", summary="One result on actors", response_model=SystemBody | ActorBody)
def actor_twin(request: Request, name: JobName) -> Response:
    """Give a fitted system, or an actor looked at."""
    return Response(piece(request, finished(request, name, "system", "actor"), DOCUMENT), media_type=JSON)


@page.get("/actors")
def show(
    request: Request,
    result: Annotated[str | None, Query(max_length=40)] = None,
    view: Literal["overview", "feedback", "sides"] = "overview",
) -> Response:
    """Show a result, or forms for new ones."""
    if not result:
        return _start(request)
    job = finished(request, result, "system", "actor")
    if job.kind == "actor":
        return html(
            request,
            "actors_one.html.j2",
            job=job,
            sections=piece(request, job, SIDES),
            unsaid=document(request, job, DOCUMENT)["unsaid"],
            files=ACTOR_FILES,
        )
    overview = document(request, job, OVERVIEW)
    return html(
        request,
        "actors_result.html.j2",
        job=job,
        view=view,
        about=overview,
        sections=None if view == "overview" else piece(request, job, FEEDBACK if view == "feedback" else SIDES),
        types=TYPES,
        files=_there(request, job),
        chance=percent,
        gauge=_gauge(overview["spiral"]),
        years=_by_year(overview["timeline"]),
        specs={"side": side_chart(css), "ratio": ratio_chart(css)},
    )


def _start(request: Request) -> Response:
    queue = request.app.state.queue
    stored = Store(request.app.state.settings.data).sources()
    going = [
        job for state in ("running", "waiting") for job in queue.all(state=state) if job.kind in ("system", "actor")
    ]
    return html(
        request,
        "actors_start.html.j2",
        system=SystemParameters.model_fields,
        actor=ActorParameters.model_fields,
        results=[_result(job) for job in results_of(request, "system", "actor")],
        going=going,
        stored=bool(stored),
        source=_source(request),
        days={} if stored else DAYS,
        names=[name for name in gwcode_names() if len(name) > 3],
    )


def _gauge(spiral: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the branching ratio's place on a scale from 0 to beyond one, in per cent of it."""
    if spiral is None:
        return None
    ends = [spiral["ratio_low"], spiral["ratio"], spiral["ratio_high"]]
    at = [round(min(value, WIDEST) / WIDEST * 100, 2) for value in ends]
    return {
        "at": at,
        "one": round(100 / WIDEST, 2),
        "words": f"{ends[1]:.2f} (90 % interval {ends[0]:.2f} to {ends[2]:.2f})",
        "beyond": ends[2] > WIDEST,
    }


def _by_year(timeline: dict[str, Any]) -> dict[str, Any]:
    """Return events and deaths of each side by year, for the table."""
    years = sorted({1980 + (month - 1) // 12 for month in timeline["months"]})

    def summed(side: dict[str, Any], words: str, year: int) -> float:
        at = [n for n, month in enumerate(timeline["months"]) if 1980 + (month - 1) // 12 == year]
        return float(sum(values[n] for values in side[words].values() for n in at))

    rows = [
        (side["name"], [(summed(side, "events", year), summed(side, "deaths", year)) for year in years])
        for side in timeline["sides"]
    ]
    return {"years": years, "rows": rows}


def _there(request: Request, job: Job) -> list[str]:
    folder = request.app.state.queue.results(job.id)
    return [name for name in FIT_FILES if (folder / name).is_file()]


@page.get("/actors/{name}/files/{file}")
def take(request: Request, name: JobName, file: str) -> Response:
    """Give a file of a result."""
    job = finished(request, name, "system", "actor")
    return file_answer(request, job, file, FIT_FILES if job.kind == "system" else ACTOR_FILES)


@page.post("/actors/fit")
async def fit(request: Request) -> Response:
    """Take the form: fit a system."""
    values = await _fields(request)
    _check_countries(request, values.get("countries", ""))
    return RedirectResponse(f"/jobs/{submit(request, 'system', values).id}", status_code=303)


@page.post("/actors/look")
async def look(request: Request) -> Response:
    """Take the form: look at an actor."""
    return RedirectResponse(f"/jobs/{submit(request, 'actor', await _fields(request)).id}", status_code=303)


async def _fields(request: Request) -> dict[str, str]:
    """Return what a form says; what was left empty is not given."""
    form = await request.form()
    return {
        key: value.strip() for key, value in form.items() if key != "csrf" and isinstance(value, str) and value.strip()
    }


def _check_countries(request: Request, text: str) -> None:
    """Raise where a country is unknown, or has no events here."""
    numbers = set(find_gwcodes(split_countries(text), gwcode_names()))
    if not numbers <= EMBEDDED and not Store(request.app.state.settings.data).sources():
        raise UsageError(
            "without imported events, countries must be Iraq or Syria, whose days come with the package",
            found=repr(text[:60]), fix="Import UCDP GED or ACLED first, on the page of data or with `aftershock import FILE`.",
        )  # fmt: skip
