"""The jobs that get data in: fetch UCDP's newest releases, import a file that was sent."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

from pydantic import Field

from aftershock.errors import DataError, UsageError
from aftershock.web.work.kinds import Kind, Parameters, Place, Progress

__all__ = ["IMPORT", "PULL", "UPLOAD_PATTERN", "ImportParameters", "PullParameters"]

UPLOAD_PATTERN = r"^[0-9a-f]{16}$"
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9 _.()-]{0,99}$"


class PullParameters(Parameters):
    """Nothing to be chosen: the newest release, and the candidate months after it."""


class ImportParameters(Parameters):
    """A file that was sent, and since when it has been known."""

    upload: str = Field(pattern=UPLOAD_PATTERN, title="File sent", description="As the page of data gave it")
    name: str = Field(pattern=NAME_PATTERN, title="File", description="UCDP's names tell which release it is")
    known_on: dt.date | None = Field(None, title="Known since", description="Today, if not given")


def pull(parameters: PullParameters, place: Place, progress: Progress) -> dict[str, Any]:  # noqa: ARG001
    """Fetch what is not here yet. A download that breaks off goes on from there the next time."""
    from aftershock.holdings import pull_newest
    from aftershock.store import Store

    added = pull_newest(Store(place.data), today=_today(), progress=progress)
    new = ", ".join(vintage.release for vintage, _ in added)
    return {"new": new or "nothing: the newest release and candidate months are here"}


def bring_in(parameters: ImportParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Import a file; rows that cannot be read are kept apart with the reason."""
    from aftershock.store import Store

    folder = place.data / "web" / "uploads" / parameters.upload
    path = folder / Path(parameters.name).name
    if not path.is_file():
        raise UsageError(
            "a file to be imported must have been sent", found="none of that name", fix="Send it on the page of data."
        )
    progress(f"reading {path.name}, {path.stat().st_size / 1e6:.1f} MB", 0, None)
    try:
        vintage, new = Store(place.data).add(path, today=_today(), known_on=parameters.known_on)
    except DataError as error:  # it names the file by where it lies on the server
        found = error.found.replace(f"{folder}{os.sep}", "")
        fix = "Choose another file, or mend it."
        raise DataError(error.must, found=found, fix=fix, rows=error.rows, count=error.count) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts: dict[str, Any] = {"file": vintage.file_name, "release": vintage.release}
    if not new:
        return facts | {"found": "already here, nothing done"}
    facts["rows"] = f"{vintage.read:,} of {vintage.rows:,} read, {vintage.rejected:,} rejected"
    if vintage.flags:
        facts["kept, but odd"] = ", ".join(f"{count:,} × {flag}" for flag, count in vintage.flags.items())
    return facts


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


PULL = Kind(
    name="pull", title="Fetch UCDP’s newest data", parameters=PullParameters, run=pull, page="/data", minutes=180
)
IMPORT = Kind(
    name="import", title="Import a file of events", parameters=ImportParameters, run=bring_in, page="/data", minutes=60
)
