"""What if: build a scenario or load one, have it worked out, read the answer."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from aftershock.errors import AftershockError, UsageError
from aftershock.report.whatif_words import intervention_words
from aftershock.scenarios.examples import example_scenarios
from aftershock.scenarios.scenario import Written
from aftershock.web.errors import MissingError, status_of
from aftershock.web.pages.building import KINDS, ScenarioError, changed, checked, line_of, new_text
from aftershock.web.pages.finished import JOB_PATTERN, document, file_answer, finished, piece, results_of
from aftershock.web.pages.jobs import submit
from aftershock.web.rendering import JSON, html
from aftershock.web.work.bases import EXAMPLE, Base, example_base, read_base
from aftershock.web.work.trying import ANSWER_FILES, LONGEST_TEXT, OWN, SECTIONS, WhatIfParameters, folder_of_rules

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["what if"])
JobName = Annotated[str, Path(pattern=JOB_PATTERN, description="Id of the job that answered it.")]
BaseName = Annotated[
    str,
    Query(pattern=r"^(|after-isis|own|[0-9a-f]{16})$", description="after-isis, own, or the job that fitted a system"),
]
Text = Annotated[str, Query(max_length=LONGEST_TEXT, description="A scenario in YAML.")]
MOST_BASES = 30


class SystemBody(BaseModel):
    """A system that scenarios may be tried on."""

    id: str
    title: str
    origin: str = Field(description="Its last day; scenarios start the day after.")
    first: str
    vintage: str
    streams: list[str]
    actors: list[str]
    countries: list[str]


class WhatIfBody(BaseModel):
    """What there is: systems, examples, and answers that are kept."""

    systems: list[SystemBody]
    examples: dict[str, list[str]] = Field(description="Names of the scenarios of each example.")
    answers: list[dict[str, Any]] = Field(description="Kept answers, the newest first: id, title, ended.")


class CheckBody(BaseModel):
    """A scenario that is sound, as far as it shows before it runs."""

    scenario: dict[str, Any]
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


def _base(request: Request, name: str) -> Base | None:
    """Return a system by its name; None for a scenario's own."""
    if name == OWN:
        return None
    if name in ("", EXAMPLE):
        return example_base()
    job = finished(request, name, "system")
    return read_base(request.app.state.queue.results(job.id), job.id)


def _bases(request: Request) -> list[tuple[str, str]]:
    fits = [
        (job.id, f"{job.parameters['countries']}, {(job.facts or {}).get('days', '')}")
        for job in results_of(request, "system")[:MOST_BASES]
    ]
    return [*fits, (EXAMPLE, f"{example_base().title}, that of the examples")]


def _address(base: str, text: str) -> str:
    return f"/whatif?{urlencode({'base': base, 'scenario': text})}"


@api.get("/whatif", summary="Systems, examples and kept answers")
def whatif_twin(request: Request) -> WhatIfBody:
    """List what scenarios may be tried on. Start one at /api/v1/jobs/whatif."""
    known = [found for name, _ in _bases(request) if (found := _base(request, name))]
    systems = [
        SystemBody(id=one.id, title=one.title, origin=one.origin, first=one.first, vintage=one.vintage, streams=list(one.names),
                   actors=one.actors, countries=one.countries)
        for one in known
    ]  # fmt: skip
    examples = {EXAMPLE: [written.scenario.name for written in example_scenarios(EXAMPLE)]}
    return WhatIfBody(systems=systems, examples=examples, answers=_kept(request))


@api.get("/whatif/check", summary="Check a scenario")
def check_twin(request: Request, scenario: Text, base: BaseName = EXAMPLE) -> CheckBody:
    """Check a scenario against a system without running it; faults are named with their line."""
    written = checked(scenario, _base(request, base))
    plain = written.scenario.model_dump(mode="json", exclude_unset=True)
    return CheckBody(scenario=plain, changes=_changes(written), text=scenario)


@api.get("/whatif/{name}", response_model=AnswersBody, summary="An answer")
def answer_twin(request: Request, name: JobName) -> Response:
    """Say what a scenario changes, as the distribution of a difference, and what the record can tell of it."""
    return Response(piece(request, finished(request, name, "whatif"), "answers.json"), media_type=JSON)


def _kept(request: Request) -> list[dict[str, Any]]:
    return [
        {
            "id": job.id,
            "title": (job.facts or {}).get("scenario")
            or f"the {(job.facts or {}).get('scenarios', '')} scenarios of {job.parameters['example']}",
            "said": (job.facts or {}).get("difference", ""),
            "record": (job.facts or {}).get("the record", ""),
            "ended": dt.datetime.fromtimestamp(round(job.ended or job.created), dt.UTC),
        }
        for job in results_of(request, "whatif")
    ]


def _changes(written: Written) -> list[str]:
    return [intervention_words(one) for one in written.scenario.interventions]


@page.get("/whatif")
def show(
    request: Request,
    base: BaseName = "",
    scenario: Text = "",
    result: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Show an answer, or a scenario being built."""
    if result:
        return _answer(request, result)
    return _builder(request, base or _base_of(scenario), scenario)


def _base_of(text: str) -> str:
    """Return what a scenario from elsewhere is tried on: its own system, unless that is the examples'."""
    if not text.strip():
        return EXAMPLE
    try:
        recipe = checked(text, None).scenario.system
    except ScenarioError:
        return EXAMPLE
    plain = recipe.model_dump(mode="json", exclude_unset=True) if recipe else None
    return EXAMPLE if plain in (None, example_base().system) else OWN


def _builder(
    request: Request, name: str, text: str, fault: UsageError | None = None, typed: dict[str, str] | None = None
) -> Response:
    """Return the page on which a scenario is built; with a fault it says so, and keeps what was there and what was typed."""
    base = _base(request, name)
    tried = text.replace("\r\n", "\n") if text.strip() else new_text(base)
    written: Written | None = None
    try:
        written = checked(tried, base)
    except ScenarioError as error:
        fault = fault or error
    bases = _bases(request)
    if name == OWN or (name and name not in dict(bases)):
        bases.append((name, "the scenario’s own system, fitted when it runs"))
    return html(
        request,
        "whatif_build.html.j2",
        status=status_of(fault) if fault else 200,
        base=base,
        name=name or EXAMPLE,
        bases=bases,
        text=tried,
        written=written,
        fault=fault,
        lines=line_of(fault) if isinstance(fault, ScenarioError) else [],
        typed=typed or {},
        kinds=KINDS,
        assumptions=base.assumptions if base else example_base().assumptions[:-1],  # the last is on its own days
        changes=_changes(written) if written else [],
        answers=_kept(request),
        examples=[(each.scenario.name, each.scenario.title) for each in example_scenarios(EXAMPLE)],
        going=_going(request),
        address=_address(name or EXAMPLE, tried),
        first_day=(dt.date.fromisoformat(base.origin) + dt.timedelta(days=1)).isoformat() if base else "",
    )


def _going(request: Request) -> list[Any]:
    queue = request.app.state.queue
    return [job for state in ("running", "waiting") for job in queue.all(kind="whatif", state=state)]


def _answer(request: Request, name: str) -> Response:
    job = finished(request, name, "whatif")
    answers = document(request, job, "answers.json")["answers"]
    text = job.parameters["scenario"]
    folder = request.app.state.queue.results(job.id)
    return html(
        request,
        "whatif_answer.html.j2",
        job=job,
        answers=answers,
        assumptions=_shared(answers),
        sections=piece(request, job, SECTIONS),
        files=[each for each in ANSWER_FILES if (folder / each).is_file()],
        again=_address(job.parameters["base"], text) if text else "/whatif",
        yaml=f"/whatif/scenario.yaml?{urlencode({'scenario': text})}" if text else None,
    )


def _shared(answers: list[dict[str, Any]]) -> list[str]:
    """Return what all scenarios that change something assume; their own stand beside each."""
    changing = [one for one in answers if one["identification"]["verdict"] != "nothing changed"] or answers
    return [said for said in changing[0]["assumptions"] if all(said in one["assumptions"] for one in changing)]


@page.get("/whatif/change")
def change(
    request: Request, do: Annotated[str, Query(max_length=20)], base: BaseName = EXAMPLE, scenario: Text = ""
) -> Response:
    """Take one step of the builder; the next page's address holds the whole scenario."""
    given = {key: value[:300] for key, value in request.query_params.items() if key not in ("do", "base", "scenario")}
    if do == "example":
        known = {written.scenario.name: written for written in example_scenarios(EXAMPLE)}
        if given.get("example") not in known:
            raise MissingError(
                "an example must be known",
                found=repr(given.get("example", "")[:40]),
                fix=f"There are: {', '.join(known)}.",
            )
        path = folder_of_rules() / f"{given['example']}.yaml"
        return RedirectResponse(_address(EXAMPLE, path.read_text(encoding="utf-8")), status_code=303)
    found = _base(request, base)
    try:
        text = changed(scenario or new_text(found), found, do, given)
    except UsageError as fault:
        return _builder(request, base, scenario, fault, given | {"do": do})
    return RedirectResponse(_address(base, text), status_code=303)


@page.get("/whatif/scenario.yaml")
def save(scenario: Text) -> Response:
    """Give a scenario as a file, as it stands, if it is sound."""
    written = checked(scenario, None)
    text = scenario.replace("\r\n", "\n").rstrip() + "\n"
    headers = {"content-disposition": f'attachment; filename="{written.scenario.name}.yaml"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


@page.get("/whatif/fronts.yaml")
def rule() -> Response:
    """Give the examples' rule for streams, which their scenarios name."""
    text = (folder_of_rules() / "fronts.yaml").read_text(encoding="utf-8")
    return Response(
        text,
        media_type="application/yaml; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="fronts.yaml"'},
    )


@page.post("/whatif/file")
async def load(request: Request) -> Response:
    """Take a scenario's file."""
    async with request.form() as form:
        file, base = form.get("file"), str(form.get("base", ""))
        content = await file.read(4 * LONGEST_TEXT + 1) if isinstance(file, UploadFile) else b""
    text = content.decode("utf-8-sig", "replace")
    if not text.strip() or len(text) > LONGEST_TEXT:
        found = f"more than {LONGEST_TEXT:,}" if text.strip() else "an empty file, or none"
        raise UsageError(
            f"a scenario's file must hold text of at most {LONGEST_TEXT:,} characters",
            found=found,
            fix="Choose another file.",
        )
    name = base if _fits(base) and _base_of(text) != OWN else _base_of(text)
    return RedirectResponse(_address(name or EXAMPLE, text), status_code=303)


def _fits(base: str) -> bool:
    return base == EXAMPLE or (len(base) == 16 and all(sign in "0123456789abcdef" for sign in base))


@page.post("/whatif/start")
async def start(request: Request) -> Response:
    """Have a scenario worked out, or all of an example."""
    form = await request.form()
    given = {
        key: str(value) for key, value in form.items() if key in WhatIfParameters.model_fields and str(value).strip()
    }
    text, base = given.get("scenario", ""), given.get("base", EXAMPLE)
    if text and not given.get("example"):
        try:
            if base not in (EXAMPLE, OWN) and not _fits(base):
                raise UsageError("a system must be chosen", found=repr(base[:40]), fix="Choose one of the list.")
            checked(text, _base(request, base))
        except UsageError as fault:
            return _builder(request, base if _fits(base) or base == OWN else EXAMPLE, text, fault)
    try:
        job = submit(request, "whatif", given)
    except AftershockError as fault:
        if not text or not isinstance(fault, UsageError):
            raise
        return _builder(request, base, text, fault)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@page.get("/whatif/{name}/files/{file}")
def take(request: Request, name: JobName, file: str) -> Response:
    """Give a file of an answer."""
    return file_answer(request, finished(request, name, "whatif"), file, ANSWER_FILES)
