"""Actors: fit a system of them, see it from several sides; look at one actor."""

from __future__ import annotations

import io
import zipfile
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from aftershock.report.actors_timeline import ratio_chart, side_chart
from aftershock.report.charts import css
from aftershock.report.system_words import percent
from aftershock.web.jobs import Job
from aftershock.web.pages.actors import start, twin
from aftershock.web.pages.actors.start import show_start
from aftershock.web.pages.actors.twin import JobName
from aftershock.web.pages.finished import document, file_answer, finished, piece
from aftershock.web.rendering import html
from aftershock.web.work.fitting import DOCUMENT, FEEDBACK, FIT_FILES, OVERVIEW, SIDES
from aftershock.web.work.looking import ACTOR_FILES

__all__ = ["api", "page"]

page, api = APIRouter(), twin.api
page.include_router(start.page)
TYPES = (
    ("sb", "state-based", "model1"),
    ("ns", "non-state", "model2"),
    ("os", "one-sided", "model3"),
    ("several", "several types", "model5"),
)
SYSTEM_FILES = ("system.json", "system.npz", "edges.csv", "streams.csv", "backgrounds.csv")
WIDEST = 1.5  # where the gauge ends


@page.get("/actors")
def show(
    request: Request,
    result: Annotated[str | None, Query(max_length=40)] = None,
    view: Literal["overview", "feedback", "sides"] = "overview",
) -> Response:
    """Show a result, or forms for new ones."""
    if not result:
        return show_start(request)
    asked = request.app.state.queue.get(result)
    if (
        asked.kind in ("system", "actor") and asked.state != "done"
    ):  # the job says how far it is, or why there is no result
        return RedirectResponse(f"/jobs/{asked.id}", status_code=303)
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


@page.get("/actors/{name}/system.zip")
def take_system(request: Request, name: JobName) -> Response:
    """Give a fitted system as a folder, as ``aftershock whatif --system`` reads it."""
    job = finished(request, name, "system")
    folder, packed = request.app.state.queue.results(job.id), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in SYSTEM_FILES:
            if (folder / file).is_file():
                archive.write(folder / file, f"aftershock-{job.id}/{file}")
    headers = {"content-disposition": f'attachment; filename="aftershock-{job.id}.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)
