"""Rows of an imported file that were left out: why, how many, and the first of them."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import islice
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, Response

from aftershock.errors import StoreError, nearest
from aftershock.store import Store
from aftershock.vintages import Vintage
from aftershock.web.errors import MissingError
from aftershock.web.rendering import html

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["data"])
VintageName = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
MOST_COUNTED, MOST_SHOWN = 20_000, 50  # rows


class ReasonBody(BaseModel):
    """A reason for which rows were left out."""

    reason: str
    rows: int


class RejectBody(BaseModel):
    """A row that was left out: its number, its line in the file, the reason, and how it begins."""

    row: int
    line: int
    reason: str
    text: str


class RejectsBody(BaseModel):
    """The rows of a file that were left out, and why."""

    id: str
    release: str
    rejected: int
    reasons: list[ReasonBody] = Field(description=f"The commonest first; of the first {MOST_COUNTED:,} rows.")
    first: list[RejectBody] = Field(description=f"At most {MOST_SHOWN}; all are in rejects.csv.")


def _vintage(request: Request, name: str) -> Vintage:
    known = {vintage.id: vintage for vintage in Store(request.app.state.settings.data).vintages()}
    if name not in known:
        raise MissingError(
            "a vintage must be one of the store's", found=repr(name[:60]), fix=nearest(name[:60], list(known))
        )
    return known[name]


def _rejects(request: Request, name: str) -> RejectsBody:
    vintage = _vintage(request, name)
    try:
        with _rejects_file(request, vintage).open(encoding="utf-8", newline="") as lines:
            rows = list(islice(csv.DictReader(lines), MOST_COUNTED))
    except (OSError, csv.Error) as error:
        raise StoreError(
            "a vintage's rejected rows must be readable", found=type(error).__name__, fix="Import the file again."
        ) from error
    reasons = Counter(row["reason"].partition("; found ")[0] for row in rows)
    return RejectsBody(
        id=vintage.id,
        release=vintage.release,
        rejected=vintage.rejected,
        reasons=[ReasonBody(reason=reason, rows=count) for reason, count in reasons.most_common()],
        first=[RejectBody.model_validate(row) for row in rows[:MOST_SHOWN]],
    )


def _rejects_file(request: Request, vintage: Vintage) -> FilePath:
    folder: FilePath = request.app.state.settings.data
    return folder / "vintages" / vintage.id / "rejects.csv"


@api.get("/data/vintages/{name}/rejects", summary="Rows of a file that were left out")
def rejects_twin(request: Request, name: VintageName) -> RejectsBody:
    """Give reasons with their counts, and the first rows."""
    return _rejects(request, name)


@page.get("/data/vintages/{name}/rejects")
def show_rejects(request: Request, name: VintageName) -> Response:
    """Show reasons with their counts, and the first rows."""
    return html(request, "rejects.html.j2", found=_rejects(request, name))


@page.get("/data/vintages/{name}/rejects.csv")
def rejects(request: Request, name: VintageName) -> Response:
    """Give the rows that were left out, with the reason of each."""
    vintage = _vintage(request, name)
    media = "text/csv; charset=utf-8"
    return FileResponse(_rejects_file(request, vintage), media_type=media, filename=f"{vintage.id}-rejects.csv")
