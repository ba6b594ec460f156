"""Actors, as JSON: what has been fitted and looked at, and each result whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from aftershock.store import Store
from aftershock.web.jobs import Job
from aftershock.web.pages.finished import JOB_PATTERN, finished, piece, results_of
from aftershock.web.rendering import JSON
from aftershock.web.spans import country_spans
from aftershock.web.work.fitting import DOCUMENT

__all__ = ["JobName", "api", "result_of", "source_of"]

api = APIRouter(tags=["actors"])
JobName = Annotated[str, Path(pattern=JOB_PATTERN, description="Id of the job that made it.")]


class Result(BaseModel):
    """A stored result: what was asked for, and when."""

    id: str
    kind: str = Field(description="system or actor")
    parameters: dict[str, Any]
    facts: dict[str, Any]
    ended: dt.datetime


class CountryBody(BaseModel):
    """A country with events that a system can be fitted on."""

    gwcode: int
    name: str
    events: int
    first: dt.date
    last: dt.date
    covered: dt.date = Field(description="The last day that the record covers.")


class ActorsBody(BaseModel):
    """What can be read, and where events come from if anything is fitted now."""

    results: list[Result] = Field(description="The newest first; read one at /api/v1/actors/{id}.")
    source: str = Field(description="Where events come from: a store's, or the embedded figures.")
    countries: list[CountryBody] = Field(description="Those with events there, the busiest first.")


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


def result_of(job: Job) -> Result:
    """Return a job that is done as it is listed."""
    ended = dt.datetime.fromtimestamp(round(job.ended or job.created), dt.UTC)
    return Result(id=job.id, kind=job.kind, parameters=job.parameters, facts=job.facts or {}, ended=ended)


def source_of(store: Store) -> str:
    """Return where events come from, in words."""
    sources = store.sources()
    return f"the store's {sources[0].upper()} events" if sources else "the embedded days of Iraq and Syria"


@api.get("/actors", summary="Results on actors")
def actors_twin(request: Request) -> ActorsBody:
    """List systems, actors looked at, and countries. Start new ones at /api/v1/jobs/system and /api/v1/jobs/actor."""
    store = Store(request.app.state.settings.data)
    countries = [CountryBody(**asdict(one)) for one in country_spans(store)]
    results = [result_of(job) for job in results_of(request, "system", "actor")]
    return ActorsBody(results=results, source=source_of(store), countries=countries)


@api.get("/actors/{name}", summary="One result on actors", response_model=SystemBody | ActorBody)
def actor_twin(request: Request, name: JobName) -> Response:
    """Give a fitted system, or an actor looked at."""
    return Response(piece(request, finished(request, name, "system", "actor"), DOCUMENT), media_type=JSON)
