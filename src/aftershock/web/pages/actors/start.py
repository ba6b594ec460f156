"""The forms that fit a system of actors, or look at one actor: what they offer, and what they refuse before a job begins."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from aftershock.errors import UsageError
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.store import Store
from aftershock.web.errors import status_of
from aftershock.web.pages.actors.twin import result_of, source_of
from aftershock.web.pages.finished import results_of
from aftershock.web.pages.jobs import submit
from aftershock.web.rendering import html
from aftershock.web.spans import Span, busiest_actors, country_spans
from aftershock.web.work.fitting import MOST_COUNTRIES, SystemParameters
from aftershock.web.work.looking import ActorParameters
from aftershock.workflow import split_countries

__all__ = ["page", "show_start"]

page = APIRouter()
Typed = dict[str, list[str]]
FIRST: Typed = {  # offered without a store: where the embedded record has both countries
    "countries": ["Iraq", "Syria"],
    "first": ["2016-01-01"],
    "until": ["2018-12-31"],
}


def show_start(request: Request, fault: UsageError | None = None, typed: Typed | None = None) -> Response:
    """Return the forms, below what there is already; after a fault, with what was typed."""
    store, queue = Store(request.app.state.settings.data), request.app.state.queue
    stored = bool(store.sources())
    going = [
        job for state in ("running", "waiting") for job in queue.all(state=state) if job.kind in ("system", "actor")
    ]
    return html(
        request,
        "actors_start.html.j2",
        status=status_of(fault) if fault else 200,
        fault=fault,
        fitted=typed if typed and "actor" not in typed else {} if stored else FIRST,
        looked=typed if typed and "actor" in typed else {},
        system=SystemParameters.model_fields,
        actor=ActorParameters.model_fields,
        results=[result_of(job) for job in results_of(request, "system", "actor")],
        going=going,
        stored=stored,
        source=source_of(store),
        spans=country_spans(store),
        actors=busiest_actors(store),
        most=MOST_COUNTRIES,
    )


@page.post("/actors/fit")
async def fit(request: Request) -> Response:
    """Take the form: fit a system."""
    form = await request.form()
    typed = _typed(form)
    named = [*typed.pop("countries", []), *split_countries(", ".join(typed.pop("others", [])))]
    try:
        check_choice(
            Store(request.app.state.settings.data), named, *(typed.get(name, [""])[0] for name in ("first", "until"))
        )
        job = submit(
            request, "system", {name: values[0] for name, values in typed.items()} | {"countries": ", ".join(named)}
        )
    except UsageError as fault:
        return show_start(request, fault, _typed(form))
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


@page.post("/actors/look")
async def look(request: Request) -> Response:
    """Take the form: look at an actor."""
    typed = _typed(await request.form())
    try:
        job = submit(request, "actor", {name: values[0] for name, values in typed.items()})
    except UsageError as fault:
        return show_start(request, fault, typed)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


def _typed(form: FormData) -> Typed:
    """Return what a form says; what was left empty is not given."""
    found: Typed = {}
    for key, value in form.multi_items():
        if key != "csrf" and isinstance(value, str) and value.strip():
            found.setdefault(key, []).append(value.strip()[:300])
    return found


def check_choice(store: Store, named: list[str], first: str, until: str) -> None:
    """Raise where no system can come of it: unknown countries, too many, without events, or days outside their record."""
    numbers = find_gwcodes(named, gwcode_names())
    if len(numbers) > MOST_COUNTRIES:
        raise UsageError(
            f"a system must be of {MOST_COUNTRIES} countries at most: who feeds whom is asked of every pair of fronts",
            found=f"{len(numbers)}", fix="Choose neighbours that share actors.",
        )  # fmt: skip
    spans = {one.gwcode: one for one in country_spans(store)}
    if missing := [number for number in numbers if number not in spans]:
        names = {number: name for name, number in reversed(gwcode_names(missing).items())}
        if not store.sources():
            raise UsageError(
                "without imported events, countries must be Iraq or Syria, whose days come with the package",
                found=", ".join(names[number] for number in missing),
                fix="Import UCDP GED or ACLED first, on the page of data or with `aftershock import FILE`.",
            )
        raise UsageError(
            "each country must have events in the store", found=f"none of {', '.join(names[number] for number in missing)}",
            fix="Leave it out, or import a file that has its events, on the page of data.",
        )  # fmt: skip
    _check_days([spans[number] for number in numbers], first, until)


def _check_days(spans: list[Span], first: str, until: str) -> None:
    """Raise where no event of the countries lies between the days; what is no day is named where the job is made."""
    begin, end = min(one.first for one in spans), max(one.last for one in spans)
    whole = min(spans, key=lambda one: one.covered)
    try:
        days = (
            dt.date.fromisoformat(first) if first else begin,
            dt.date.fromisoformat(until) if until else max(one.covered for one in spans),
        )
    except ValueError:
        return
    if days[0] <= days[1] and (days[1] < begin or days[0] > end):
        raise UsageError(
            f"the days must lie in the record, which has events of {', '.join(one.name for one in spans)} from {begin} to {end}",
            found=f"{days[0]} to {days[1]}", fix="Choose other days.",
        )  # fmt: skip
    if days[1] > whole.covered:
        raise UsageError(
            "the record must cover every country to the last day, or its end would be taken for a silence",
            found=f"{whole.name} covered to {whole.covered}, and {f'a last day of {days[1]}' if until else 'no last day given'}",
            fix=f"Set the last day to {whole.covered} or earlier, or leave {whole.name} out.",
        )
