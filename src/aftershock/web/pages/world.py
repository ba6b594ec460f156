"""The world: map, slider, ranked table, short lists, and the chances of conflict, onset and escalation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from aftershock.errors import nearest
from aftershock.report.glance import glance
from aftershock.report.world_words import world_words
from aftershock.web.answers import respond_again
from aftershock.web.errors import MissingError
from aftershock.web.rendering import HTML, Packed, pack, pack_json, page_text
from aftershock.web.results import Edition, Shelf, check_target
from aftershock.web.slices import QUESTIONS, type_links, world_payload
from aftershock.web.world_parts import map_parts, rows_of, short_lists, table_parts

__all__ = ["About", "ForecastName", "Target", "about_of", "api", "page", "warm"]

page, api = APIRouter(), APIRouter(tags=["world"])
Target = Literal["sb", "ns", "os", "total"]
ForecastName = Annotated[
    str | None, Query(max_length=40, description="Id of the job that made the forecast; the newest if not given.")
]
PARQUET = "application/vnd.apache.parquet"
FILES = {
    "summary.parquet": PARQUET,
    "totals.parquet": PARQUET,
    "cells.parquet": PARQUET,
    "summary.csv": "text/csv; charset=utf-8",
}


class About(BaseModel):
    """What a stored forecast was made from, when and how."""

    made_on: str
    code_version: str
    model: str
    origin: str = Field(description="Last month the model saw, YYYY-MM.")
    months: list[str]
    draws: int
    seed: int
    source: str
    vintage: str
    citation: str
    notes: list[str]


class WorldRow(BaseModel):
    """A country over the first twelve months forecast: names are those of ``summarise_totals``."""

    country_id: int
    isoab: str
    country: str
    median: float | None = Field(description="Deaths; None where draws are no courses of months.")
    lower_80: float | None
    upper_80: float | None
    mean: float
    p_25: float
    p_100: float
    p_1000: float
    past: int = Field(description="Deaths in the last twelve months.")
    change: float = Field(description="Change, in deaths a month.")
    headline: str
    list: str = Field(description="rising (quiet but rising), falling (high and falling), or empty.")
    conflict: float
    onset: float | None
    escalation: float | None


class World(BaseModel):
    """Every country, those with the most deaths expected first."""

    about: About
    target: Target
    months: int = Field(description="Months that the totals are over.")
    rows: list[WorldRow]


class Summary(BaseModel):
    """Every country and month of a forecast: columns of equal length, names as ``summarise`` has them."""

    about: About
    target: Target
    country_id: list[int]
    month: list[str]
    horizon: list[int]
    median: list[float]
    mean: list[float]
    lower_50: list[float]
    upper_50: list[float]
    lower_80: list[float]
    upper_80: list[float]
    lower_95: list[float]
    upper_95: list[float]
    change: list[float]
    p_1: list[float]
    p_25: list[float]
    p_100: list[float]
    p_1000: list[float]


def about_of(edition: Edition) -> dict[str, Any]:
    """Return the part of a document that says what it was made from."""
    return {name: edition.about[name] for name in About.model_fields}


def _shelf(request: Request) -> Shelf:
    shelf: Shelf = request.app.state.shelf
    return shelf


@api.get("/world", response_model=World, summary="Every country over the next twelve months")
def world_twin(request: Request, target: Target = "sb", forecast: ForecastName = None) -> Response:
    """Totals, chances, change against the last twelve months, short lists."""
    edition = _shelf(request).find(forecast)

    def make() -> Packed:
        months = edition.document("payload")["sum"]["months"]
        return pack_json(
            {
                "about": about_of(edition),
                "target": target,
                "months": months,
                "rows": rows_of(edition, target, list(WorldRow.model_fields)),
            }
        )

    return respond_again(request, edition.packed(f"api/world/{target}", make))


@api.get("/summary", response_model=Summary, summary="Every country and month")
def summary_twin(request: Request, target: Target = "sb", forecast: ForecastName = None) -> Response:
    """Intervals and chances by country and month, in columns; numbers to three significant digits."""
    edition = _shelf(request).find(forecast)

    def make() -> Packed:
        payload, about = edition.document("payload"), about_of(edition)
        units, h = payload["units"], len(payload["months"])
        keys = {
            "country_id": [unit["id"] for unit in units for _ in range(h)],
            "month": about["months"] * len(units),
            "horizon": [month - payload["origin"] for month in payload["months"]] * len(units),
        }
        return pack_json({"about": about, "target": target} | keys | payload["cells"][target])

    return respond_again(request, edition.packed(f"api/summary/{target}", make))


@api.get("/download/{name}", summary="The whole table as a file", response_class=Response)
def download(
    request: Request,
    name: Literal["summary.csv", "summary.parquet", "totals.parquet", "cells.parquet"],
    target: Target = "sb",
    forecast: ForecastName = None,
) -> Response:
    """Every country, month and type of violence, as ``summarise`` gives them; over twelve months; every grid cell of a type."""
    edition = _shelf(request).find(forecast)
    stored = f"cells-{target}.parquet" if name == "cells.parquet" else name

    def make() -> Packed:
        content = edition.content(stored)
        if content is None and name == "summary.csv":
            content = _csv(edition.content("summary.parquet"))
        if content is None:
            raise MissingError(
                "a stored forecast must have the file",
                found=f"none of {stored}",
                fix="Forecast anew on the page of jobs.",
            )
        return pack(content, FILES[name])

    return respond_again(
        request, edition.packed(f"download/{stored}", make), name=f"aftershock-{edition.about['origin']}-{stored}"
    )


def _csv(parquet: bytes | None) -> bytes | None:
    """Return a Parquet table as CSV."""
    if parquet is None:
        return None
    import io

    import pyarrow.csv
    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.csv.write_csv(pyarrow.parquet.read_table(io.BytesIO(parquet)), sink)
    return sink.getvalue()


@page.get("/world")
def world(request: Request, target: str = "sb", forecast: str | None = None, view: str = "") -> Response:
    """Show the world by country: month by month, or the chances of conflict, onset or escalation."""
    shelf, target = _shelf(request), check_target(target)
    if view and view not in QUESTIONS:
        raise MissingError(
            "a view must be one of conflict, onset, escalation",
            found=repr(view[:20]),
            fix=nearest(view[:20], tuple(QUESTIONS)),
        )
    return respond_again(request, _packed(shelf, shelf.find(forecast), target, view, chosen=bool(forecast)))


def warm(shelf: Shelf) -> None:
    """Make the page that a visitor sees first."""
    _packed(shelf, shelf.newest(), "sb", "", chosen=False)


def _packed(shelf: Shelf, edition: Edition, target: str, view: str, *, chosen: bool) -> Packed:
    old = edition is shelf.newest() and shelf.is_old()
    key = f"page/world/{target}/{view}/{old}/{chosen}"
    return edition.packed(key, lambda: _page(edition, target, view, old=old, chosen=chosen))


def _page(edition: Edition, target: str, view: str, *, old: bool, chosen: bool) -> Packed:
    more_query = f"&forecast={edition.name}" if chosen else ""
    payload = world_payload(edition, target, more_query)
    rows = rows_of(edition, target, [*WorldRow.model_fields, "before"])
    text = page_text(
        "world_page.html.j2",
        path="/world",
        target=target,
        type_links=type_links(edition),
        more_query=more_query,
        view=view,
        view_query=f"&view={view}" if view else "",
        questions=QUESTIONS,
        about=edition.about,
        shipped=edition.shipped,
        old=old,
        edition=edition.name if chosen else "",
        glance=glance(payload),
        world_words=world_words(payload),
        short_lists=short_lists(rows, payload["address"]),
        blocks={"payload": payload},
        **map_parts(payload, view),
        **table_parts(rows, view, payload["address"]),
    )
    return pack(text, HTML)
