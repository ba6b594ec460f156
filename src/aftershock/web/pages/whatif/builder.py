"""What if: build a scenario or load one, have it worked out, read the answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from aftershock.errors import AftershockError, UsageError
from aftershock.scenarios.examples import example_scenarios
from aftershock.scenarios.scenario import Written
from aftershock.store import Store
from aftershock.web.errors import MissingError, status_of
from aftershock.web.pages.jobs import submit
from aftershock.web.pages.whatif import files, twin
from aftershock.web.pages.whatif.answering import Lost, answer_of, show_answer
from aftershock.web.pages.whatif.building import ScenarioError, changed, checked, line_of, name_of, new_text
from aftershock.web.pages.whatif.changing import KINDS, fields_of
from aftershock.web.pages.whatif.files import is_base
from aftershock.web.pages.whatif.scenarios import (
    BaseName,
    Draws,
    Seed,
    Text,
    address_of,
    base_of,
    base_of_text,
    changes_of,
    kept_answers,
    known_bases,
    same_answers,
)
from aftershock.web.rendering import html
from aftershock.web.work.bases import EXAMPLE, example_base
from aftershock.web.work.trying import OWN, WhatIfParameters, folder_of_rules

__all__ = ["api", "page"]

page, api = APIRouter(), twin.api
page.include_router(files.page)


@dataclass
class _Said:
    """What the builder says besides the scenario: a fault, what was typed, a link that led nowhere, how it is to be run."""

    fault: UsageError | None = None
    typed: dict[str, list[str]] = field(default_factory=dict)
    lost: Lost | None = None
    draws: int = 500
    seed: int = 1


@page.get("/what-if")
def guessed(request: Request) -> Response:
    """Lead whoever guesses the address to the page."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/whatif{query}", status_code=308)


@page.get("/whatif")
def show(  # noqa: PLR0917
    request: Request, base: BaseName = "", scenario: Text = "",
    result: Annotated[str | None, Query(max_length=40)] = None, draws: Draws = 500, seed: Seed = 1,
) -> Response:  # fmt: skip
    """Show an answer, or a scenario being built."""
    found = answer_of(request, result) if result else Lost("")
    if not isinstance(found, Lost):
        return (
            show_answer(request, found)
            if found.state == "done"
            else RedirectResponse(f"/jobs/{found.id}", status_code=303)
        )
    if found.draws:
        base, scenario, draws, seed = found.base, found.scenario, found.draws, found.seed
    base = base_of_text(scenario, base)
    if not _is_there(request, base):
        base, found = EXAMPLE, found.without_system()
    return _builder(request, base, scenario, _Said(lost=found, draws=draws, seed=seed))


def _is_there(request: Request, base: str) -> bool:
    try:
        base_of(request, base)
    except AftershockError:
        return False
    return True


def _builder(request: Request, name: str, text: str, said: _Said) -> Response:
    """Return the page on which a scenario is built; with a fault it says so, and keeps what was there and what was typed."""
    base, fault = base_of(request, name), said.fault
    tried = text.replace("\r\n", "\n") if text.strip() else new_text(base)
    written: Written | None = None
    try:
        written = checked(tried, base)
    except ScenarioError as error:
        fault = fault or error
    bases = known_bases(request)
    if name == OWN or name not in dict(bases):
        bases.append((name, "the scenario’s own system, fitted when it runs"))
    return html(
        request,
        "whatif_build.html.j2",
        status=status_of(fault) if fault else 404 if said.lost and said.lost.why and not text.strip() else 200,
        base=base,
        name=name,
        bases=bases,
        text=tried,
        written=written,
        own_name=written.scenario.name if written and written.scenario.name != name_of(written.scenario.title) else "",
        fault=fault,
        lines=line_of(fault) if isinstance(fault, ScenarioError) else [],
        typed=said.typed,
        lost=said.lost,
        draws=said.draws,
        seed=said.seed,
        kinds=KINDS,
        assumptions=base.assumptions if base else example_base().assumptions[:-1],  # the last is on its own days
        changes=changes_of(written) if written else [],
        answers=kept_answers(request),
        same=same_answers(request, name, tried),
        examples=_examples(),
        going=[
            job for state in ("running", "waiting") for job in request.app.state.queue.all(kind="whatif", state=state)
        ],
        address=address_of(name, tried),
        stored=bool(Store(request.app.state.settings.data).sources()),
        first_day=(dt.date.fromisoformat(base.origin) + dt.timedelta(days=1)).isoformat() if base else "",
    )


@page.get("/whatif/change")
def change(
    request: Request, do: Annotated[str, Query(max_length=20)], base: BaseName = EXAMPLE, scenario: Text = ""
) -> Response:
    """Take one step of the builder; the next page's address holds the whole scenario. ``remove:2`` takes out the third."""
    given = _given(request)
    what, _, place = do.partition(":")
    if place:
        given["n"] = [place]
    if what == "example":
        return _example(given.get("example", [""])[0])
    found = base_of(request, base)
    try:
        if what == "edit":
            return _edited(request, base, scenario, place)
        text = changed(scenario or new_text(found), found, what, given)
    except UsageError as fault:
        typed = given | {"do": [what]} | ({"kind": ["ask"]} if what == "ask" else {})
        return _builder(request, base or EXAMPLE, scenario, _Said(fault, typed))
    return RedirectResponse(f"{address_of(base or EXAMPLE, text)}#step-3", status_code=303)


def _given(request: Request) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        if key not in ("do", "base", "scenario"):
            given.setdefault(key, []).append(value[:2000])
    return given


def _edited(request: Request, base: str, scenario: str, place: str) -> Response:
    """Return the builder with a change's form open, filled with the change."""
    changes = checked(scenario, None).scenario.interventions
    if not place.isdecimal() or int(place) >= len(changes):
        raise UsageError("a change to be mended must be there", found=repr(place), fix="Choose one of the list.")
    return _builder(request, base, scenario, _Said(typed=fields_of(changes[int(place)]) | {"n": [place]}))


@cache
def _examples() -> list[tuple[str, str]]:
    """Return name and title of each example."""
    return [(written.scenario.name, written.scenario.title) for written in example_scenarios(EXAMPLE)]


def _example(name: str) -> Response:
    known = dict(_examples())
    if name not in known:
        raise MissingError("an example must be known", found=repr(name[:40]), fix=f"There are: {', '.join(known)}.")
    text = (folder_of_rules() / f"{name}.yaml").read_text(encoding="utf-8")
    return RedirectResponse(address_of(EXAMPLE, text), status_code=303)


@page.post("/whatif/start")
async def start(request: Request) -> Response:
    """Have a scenario worked out, or all of an example."""
    form = await request.form()
    given: dict[str, Any] = {
        key: str(value) for key, value in form.items() if key in WhatIfParameters.model_fields and str(value).strip()
    }
    text, base = given.get("scenario", ""), given.get("base", EXAMPLE)
    if not text or given.get("example"):
        return RedirectResponse(f"/jobs/{submit(request, 'whatif', given).id}", status_code=303)
    shown = base if is_base(base) or base == OWN else EXAMPLE
    try:
        if shown != base:
            raise UsageError("a system must be chosen", found=repr(base[:40]), fix="Choose one of the list.")
        given["base"] = shown = base_of_text(text, base)
        checked(text, base_of(request, shown))
        job = submit(request, "whatif", given)
    except AftershockError as fault:
        if not isinstance(fault, UsageError):
            raise
        return _builder(request, shown, text, _Said(fault))
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)
