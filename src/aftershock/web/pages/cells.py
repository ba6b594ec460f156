"""The world by PRIO-GRID cell, half a degree on a side."""

from __future__ import annotations

import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from aftershock.figures import country_names, outlines
from aftershock.web.answers import respond_again
from aftershock.web.cell_bins import CELL_MEASURES, DEFAULT_BIN
from aftershock.web.errors import MissingError
from aftershock.web.pages.world import About, ForecastName, Target, about_of
from aftershock.web.rendering import HTML, JSON, Packed, pack, pack_json, page_text
from aftershock.web.results import Edition, check_target
from aftershock.web.slices import type_links

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["cells"])
Measure = Literal["p_1", "mean", "change", "p_25", "p_100", "p_1000"]


class Cells(BaseModel):
    """One measure of every cell by month, in bins."""

    priogrid_gid: list[int] = Field(description="Cells that are ever out of the usual bin.")
    country_id: list[int] = Field(description="The country that holds most of each; 0 for none.")
    bins: str = Field(description="One digit per cell and month, cell by cell: the bin's number.")


class CellMonths(BaseModel):
    """Where the bins begin, and which months there are."""

    about: About
    months: list[int] = Field(description="month_id, past months first.")
    origin: int = Field(description="Last month_id of the record.")
    edges: dict[str, list[float]] = Field(description="By measure: a bin holds values from an edge up to the next.")
    usual: dict[str, int] = Field(description="By measure: the bin of cells that are not listed.")


class Cell(BaseModel):
    """The forecast of one cell: months in which a death is possible."""

    about: About
    target: Target
    priogrid_gid: int
    rows: list[dict[str, float]] = Field(description="month_id and the columns of ``cells.parquet``.")


def _meta(edition: Edition) -> dict[str, Any]:
    found: dict[str, Any] | None = edition.document("cells")
    if found is None:
        raise MissingError(
            "a map by cell needs events, which say in which cell they were",
            found="a forecast from figures by country",
            fix="Import events (`aftershock pull`), then forecast on the page of jobs.",
        )
    return found


@api.get("/cells", response_model=CellMonths, summary="Months and bins of the map by grid cell")
def cells_twin(request: Request, forecast: ForecastName = None) -> Response:
    """Say what the digits of a measure mean."""
    edition = request.app.state.shelf.find(forecast)
    meta = _meta(edition)
    document = {"about": about_of(edition), "months": meta["months"], "origin": meta["origin"], "usual": DEFAULT_BIN}
    document["edges"] = {name: each["edges"] for name, each in CELL_MEASURES.items()}
    return respond_again(request, edition.packed("api/cells", lambda: pack_json(document)))


@api.get("/cells/map/{measure}", response_model=Cells, summary="One measure of every grid cell by month")
def cells_map(request: Request, measure: Measure, target: Target = "sb", forecast: ForecastName = None) -> Response:
    """Bins by cell and month; what they mean says /cells."""
    edition = request.app.state.shelf.find(forecast)
    _meta(edition)
    return respond_again(request, edition.packed(f"cells/{target}/{measure}", lambda: _file(edition, target, measure)))


def _file(edition: Edition, target: str, measure: str) -> Packed:
    content = edition.content(f"cells-{target}-{measure}.json")
    if content is None:
        raise MissingError("a stored map must be whole", found=f"none of {target}, {measure}", fix="Forecast anew.")
    return pack(content, JSON)


@api.get("/cells/{priogrid_gid}", response_model=Cell, summary="The forecast of one grid cell")
def cell_twin(
    request: Request,
    priogrid_gid: Annotated[int, Path(ge=1, le=259_200)],
    target: Target = "sb",
    forecast: ForecastName = None,
) -> Response:
    """Average, median, intervals and chances by month."""
    import pyarrow.parquet

    edition = request.app.state.shelf.find(forecast)
    _meta(edition)
    content = edition.content(f"cells-{target}.parquet")
    if content is None:
        raise MissingError("a stored map must be whole", found=f"none of {target}", fix="Forecast anew.")
    table = pyarrow.parquet.read_table(io.BytesIO(content), filters=[("priogrid_gid", "==", priogrid_gid)])
    rows = table.drop_columns("priogrid_gid").to_pylist()
    return respond_again(
        request, pack_json({"about": about_of(edition), "target": target, "priogrid_gid": priogrid_gid, "rows": rows})
    )


@page.get("/world/cells")
def cells(
    request: Request,
    target: str = "sb",
    measure: Annotated[str, Query(max_length=20)] = "p_1",
    forecast: str | None = None,
) -> Response:
    """Show the map by cell."""
    edition, target = request.app.state.shelf.find(forecast), check_target(target)
    if measure not in CELL_MEASURES:
        raise MissingError("a measure must be known", found=repr(measure), fix=f"Choose of {', '.join(CELL_MEASURES)}.")
    key = f"page/cells/{target}/{measure}/{bool(forecast)}"
    return respond_again(request, edition.packed(key, lambda: _page(edition, target, measure, chosen=bool(forecast))))


def _page(edition: Edition, target: str, measure: str, *, chosen: bool) -> Packed:
    meta, payload = edition.document("cells"), edition.document("payload")
    query = f"&forecast={edition.name}" if chosen else ""
    blocks = meta and {
        "cells": meta
        | {"target": target, "measure": measure, "query": query, "measures": CELL_MEASURES, "usual": DEFAULT_BIN}
        | {"provisional": payload["record"]["provisional"], "thresholds": payload["thresholds"]},
        "names": country_names() | {unit["id"]: unit["name"] for unit in payload["units"]},
        "outlines": outlines(),
    }
    text = page_text(
        "cells_page.html.j2", path="/world/cells", target=target, type_links=type_links(edition), measure=measure,
        more_query=query, about=edition.about, shipped=edition.shipped, old=False, blocks=blocks or {}, meta=meta,
        measures=CELL_MEASURES,
    )  # fmt: skip
    return pack(text, HTML)
