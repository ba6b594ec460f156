"""Data: what was imported, what of it counts, what is missing; getting more; the tables that come with the package."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import shutil
import time
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from aftershock.errors import StoreError, UsageError, nearest
from aftershock.figures import sources
from aftershock.holdings import describe
from aftershock.store import Store
from aftershock.web.errors import MissingError
from aftershock.web.jobs import ENDED, Queue
from aftershock.web.pages.accounts.listing import FormFields, day_of
from aftershock.web.pages.jobs import submit
from aftershock.web.rendering import html
from aftershock.web.settings import MIB
from aftershock.web.work.importing import NAME_PATTERN

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter(tags=["data"])
DayQuery = Annotated[dt.date | None, Query(description="What counted on that day.")]
ENDINGS = (".csv", ".csv.gz", ".zip")
STALE_S = 600  # seconds after which a file that was sent, and that no job waits for, is removed


class VintageBody(BaseModel):
    """An imported file: the fields of ``Vintage``, and whether it counts."""

    id: str
    source: str
    release: str
    kind: str
    span: str
    known_on: dt.date
    added_on: dt.date
    file_name: str
    sha256: str
    url: str
    rows: int
    read: int
    rejected: int
    flags: dict[str, int] = Field(description="Kept, but odd: how many of each.")
    counts: bool = Field(description="Whether it counts on the day asked about, or another has taken its place.")


class RecordBody(BaseModel):
    """What the vintages of one provider add up to."""

    span: str
    provisional_from: str | None
    gaps: list[str] = Field(description="Months that lie between vintages, and that none covers.")
    notes: list[str]
    license: str


class TableBody(BaseModel):
    """A table that comes with the package."""

    name: str
    content: str
    vintage: str
    file: str
    size: int


class DataBody(BaseModel):
    """What data is here."""

    as_of: dt.date | None
    vintages: list[VintageBody]
    records: dict[str, RecordBody]
    embedded: list[TableBody]
    license: str
    citation: list[str]


def _tables() -> list[TableBody]:
    folder, found = files("aftershock.figures"), []
    for name, about in sources()["tables"].items():
        for ending in ("parquet", "csv", "json"):
            place = folder.joinpath(f"{name}.{ending}")
            if place.is_file():
                size = len(place.read_bytes())
                found.append(
                    TableBody(
                        name=name,
                        content=about["content"],
                        vintage=about["vintage"],
                        file=f"{name}.{ending}",
                        size=size,
                    )
                )
    return found


def _data(request: Request, as_of: dt.date | None) -> DataBody:
    held, known = describe(Store(request.app.state.settings.data), as_of), sources()
    return DataBody(
        as_of=as_of,
        vintages=[VintageBody(**one) for one in reversed(held["vintages"])],
        records={name: RecordBody(**record) for name, record in held["records"].items()},
        embedded=_tables(),
        license=known["license"],
        citation=known["citation"],
    )


@api.get("/data", summary="What data is here")
def data_twin(request: Request, as_of: DayQuery = None) -> DataBody:
    """Vintages, what they add up to, gaps, and the tables that come with the package."""
    return _data(request, as_of)


@page.get("/data")
def show(request: Request, as_of: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Show what data is here, and how to get more."""
    queue, day = request.app.state.queue, day_of(as_of)
    jobs = [job for job in queue.all() if job.kind in ("pull", "import")][:5]
    return html(
        request,
        "data.html.j2",
        data=_data(request, day),
        jobs=jobs,
        ended=ENDED,
        most=request.app.state.settings.max_body // MIB,
        as_of=as_of,
        old=request.app.state.shelf.is_old(),
    )


@page.post("/data/pull")
def pull(request: Request) -> Response:
    """Fetch UCDP's newest releases."""
    return RedirectResponse(f"/jobs/{submit(request, 'pull', {}).id}", status_code=303)


@page.post("/data/import")
def bring_in(request: Request, form: FormFields) -> Response:
    """Take a file of events and queue its import."""
    file, known_on = form.get("file"), day_of(str(form.get("known_on", "")))
    if not isinstance(file, UploadFile) or not file.filename:
        raise UsageError("a file must be chosen", found="none", fix="Choose a GED or ACLED file.")
    name = (
        re.sub(r"[^A-Za-z0-9 _.()-]+", "_", file.filename.replace("\\", "/").rpartition("/")[2])
        .lstrip(" _.()-")[-100:]
        .lstrip(" _.()-")
    )
    if not re.fullmatch(NAME_PATTERN, name) or not name.lower().endswith(ENDINGS):
        raise UsageError(
            f"a file of events must end with {', '.join(ENDINGS)}",
            found=repr(file.filename[-40:]),
            fix="Choose another.",
        )
    today = dt.datetime.now(dt.UTC).date()
    if known_on and known_on > today:
        raise UsageError(
            "a file cannot become known in the future", found=str(known_on), fix=f"Give a day up to {today}."
        )
    upload = _keep(request, file, name)
    try:
        job = submit(request, "import", {"upload": upload.name, "name": name, "known_on": known_on})
    except UsageError:
        shutil.rmtree(upload, ignore_errors=True)
        raise
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


def _keep(request: Request, file: UploadFile, name: str) -> FilePath:
    """Keep a file that was sent for its job, in a folder of its own; remove those whose job was cancelled."""
    queue: Queue = request.app.state.queue
    uploads = queue.folder / "uploads"
    wanted = {job.parameters["upload"] for job in queue.all(kind="import") if job.state not in ENDED}
    try:
        for old in uploads.glob("*"):
            if old.name not in wanted and time.time() - old.stat().st_mtime > STALE_S:
                shutil.rmtree(old, ignore_errors=True)
        upload = uploads / secrets.token_hex(8)
        upload.mkdir(parents=True)
        with (upload / name).open("wb") as place:
            shutil.copyfileobj(file.file, place)
    except OSError as error:
        raise StoreError(
            "the data directory must take the file", found=error.strerror or str(error), fix="Free space there."
        ) from error
    return upload


@page.get("/data/embedded/{file}")
def embedded(file: Annotated[str, Path(max_length=100)]) -> Response:
    """Give a table that comes with the package."""
    known = {table.file for table in _tables()}
    if file not in known:
        raise MissingError(
            "a table must be known by its file", found=repr(file[:60]), fix=nearest(file[:60], sorted(known))
        )
    headers: dict[str, Any] = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(
        files("aftershock.figures").joinpath(file).read_bytes(), media_type="application/octet-stream", headers=headers
    )
