"""Results of jobs that pages read: found by the job's id, whole, of the right kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.responses import FileResponse, Response

from aftershock.web.errors import ConflictError, MissingError
from aftershock.web.jobs import Job, Queue

__all__ = ["JOB_PATTERN", "document", "file_answer", "finished", "piece", "results_of"]

JOB_PATTERN = r"^[0-9a-f]{16}$"
MEDIA = {
    "csv": "text/csv; charset=utf-8", "json": "application/json", "html": "text/html; charset=utf-8",
    "npz": "application/octet-stream",
    "parquet": "application/vnd.apache.parquet", "md": "text/markdown; charset=utf-8", "yaml": "application/yaml; charset=utf-8",
}  # fmt: skip


def finished(request: Request, name: str, *kinds: str) -> Job:
    """Return a job that is done.

    Raises
    ------
    MissingError
        There is none of that id, or it is of another kind.
    ConflictError
        It is not done.
    """
    queue: Queue = request.app.state.queue
    job = queue.get(name)
    if job.kind not in kinds:
        raise MissingError(
            "a result must be of this page's kind", found=f"a job of the kind {job.kind}", fix=f"See /jobs/{job.id}."
        )
    if job.state != "done":
        raise ConflictError(
            "a job must be done before its result is read", found=f"one that is {job.state}", fix=f"See /jobs/{job.id}."
        )
    return job


def results_of(request: Request, *kinds: str) -> list[Job]:
    """Return jobs of some kinds that are done, the newest first."""
    queue: Queue = request.app.state.queue
    return [job for job in queue.all(state="done") if job.kind in kinds]


def _path(request: Request, job: Job, name: str) -> Path:
    queue: Queue = request.app.state.queue
    folder = queue.results(job.id)
    path = folder / name
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):  # a link may lead anywhere
        raise MissingError(
            "a result must have the file", found=f"no {name}", fix="It may have nothing to say of this; see its page."
        )
    return path


def piece(request: Request, job: Job, name: str) -> str:
    """Return a part of a page that a job left: HTML that the report's templates made, every value escaped."""
    return _path(request, job, name).read_text(encoding="utf-8")


def document(request: Request, job: Job, name: str) -> Any:
    """Return a document that a job left."""
    return json.loads(piece(request, job, name))


def file_answer(request: Request, job: Job, name: str, allowed: tuple[str, ...]) -> Response:
    """Return a file of a result to be kept; only those that are listed."""
    if name not in allowed:
        raise MissingError(
            "a file must be one of the result's", found=repr(name[:40]), fix=f"There are: {', '.join(allowed)}."
        )
    path = _path(request, job, name)
    return FileResponse(path, media_type=MEDIA[name.rpartition(".")[2]], filename=f"aftershock-{job.id}-{name}")
