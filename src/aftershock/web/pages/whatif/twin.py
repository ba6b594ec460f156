"""What if, as JSON: what scenarios may be tried on, a scenario checked, an answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from aftershock.scenarios.examples import example_scenarios
from aftershock.web.pages.finished import finished, piece
from aftershock.web.pages.whatif.building import checked
from aftershock.web.pages.whatif.scenarios import (
    BaseName,
    JobName,
    Text,
    base_of,
    changes_of,
    kept_answers,
    known_bases,
)
from aftershock.web.rendering import JSON
from aftershock.web.work.bases import EXAMPLE

__all__ = ["api"]

api = APIRouter(tags=["what if"])


class BaseBody(BaseModel):
    """A system that scenarios may be tried on."""

    id: str
    title: str
    origin: str = Field(description="Its last day; scenarios start the day after.")
    first: str
    vintage: str
    streams: list[str]
    actors: list[str]
    countries: list[str]


class KeptBody(BaseModel):
    """An answer that is kept."""

    id: str
    title: str
    said: str = Field(description="The difference in a sentence; empty where there are several scenarios.")
    record: str = Field(description="What the record can tell: the verdict.")
    ended: dt.datetime


class WhatIfBody(BaseModel):
    """What there is: systems, examples, and answers that are kept."""

    systems: list[BaseBody]
    examples: dict[str, list[str]] = Field(description="Names of the scenarios of each example.")
    answers: list[KeptBody] = Field(description="Kept answers, the newest first; read one at /api/v1/whatif/{id}.")


class CheckBody(BaseModel):
    """A scenario that is sound, as far as it shows before it runs."""

    scenario: dict[str, Any] = Field(description="As ``aftershock.scenarios.Scenario`` has it.")
    changes: list[str] = Field(description="Its interventions in words.")
    text: str = Field(description="The scenario as YAML.")


class AnswersBody(BaseModel):
    """Answers: what ``aftershock.scenarios.answers_document`` returns."""

    table: list[dict[str, Any]] = Field(
        description="comparison_table: a row per scenario, after that of the course that goes on."
    )
    answers: list[dict[str, Any]] = Field(
        description="Of each scenario: sentences, identification, assumptions, totals and more."
    )


@api.get("/whatif", summary="Systems, examples and kept answers")
def whatif_twin(request: Request) -> WhatIfBody:
    """List what scenarios may be tried on. Start one at /api/v1/jobs/whatif."""
    known = [found for name, _ in known_bases(request) if (found := base_of(request, name))]
    systems = [
        BaseBody(id=one.id, title=one.title, origin=one.origin, first=one.first, vintage=one.vintage, streams=list(one.names),
                 actors=one.actors, countries=one.countries)
        for one in known
    ]  # fmt: skip
    examples = {EXAMPLE: [written.scenario.name for written in example_scenarios(EXAMPLE)]}
    return WhatIfBody(systems=systems, examples=examples, answers=[KeptBody(**one) for one in kept_answers(request)])


@api.get("/whatif/check", summary="Check a scenario")
def check_twin(request: Request, scenario: Text, base: BaseName = EXAMPLE) -> CheckBody:
    """Check a scenario against a system without running it; faults are named with their line."""
    written = checked(scenario, base_of(request, base))
    plain = written.scenario.model_dump(mode="json", exclude_unset=True)
    return CheckBody(scenario=plain, changes=changes_of(written), text=scenario)


@api.get("/whatif/{name}", response_model=AnswersBody, summary="An answer")
def answer_twin(request: Request, name: JobName) -> Response:
    """Say what a scenario changes, as the distribution of a difference, and what the record can tell of it."""
    return Response(piece(request, finished(request, name, "whatif"), "answers.json"), media_type=JSON)
