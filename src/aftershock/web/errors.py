"""An error as a page or as JSON: the same sentence as on the command line, with a fitting status.

::

    UsageError          400, 404 (MissingError), 413 (TooLargeError), 429 (BusyError), 403 (RefusedError), 409 (ConflictError)
    DataError           422
    StoreError          503
    DownloadError       503
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from aftershock.errors import AftershockError, ClusterError, DataError, DownloadError, StoreError, UsageError

__all__ = [
    "BusyError", "ConflictError", "ErrorBody", "MissingError", "RefusedError", "TooLargeError", "add_handlers", "error_answer",
    "status_of", "unforeseen",
]  # fmt: skip


class MissingError(UsageError):
    """Something that is not here."""


class TooLargeError(UsageError):
    """More than may be sent."""


class BusyError(UsageError):
    """Too much at once."""


class RefusedError(UsageError):
    """Something this visitor may not do."""


class ConflictError(UsageError):
    """Something that its present state does not allow."""


class ErrorBody(BaseModel):
    """An error in JSON: what must hold, what was found, what to do next."""

    must: str
    found: str
    fix: str
    rows: list[str] = []


STATUS: tuple[tuple[type[AftershockError], int], ...] = (
    (MissingError, 404),
    (TooLargeError, 413),
    (BusyError, 429),
    (RefusedError, 403),
    (ConflictError, 409),
    (UsageError, 400),
    (DataError, 422),
    (StoreError, 503),
    (DownloadError, 503),
    (ClusterError, 503),
)
ROWS = 5
LONGEST_ROW = 300
LONGEST = 1000  # characters of a part: what was found may repeat what was sent


def status_of(error: AftershockError) -> int:
    """Return the HTTP status of an error.

    Examples
    --------
    >>> status_of(DataError("a", found="b", fix="c")), status_of(MissingError("a", found="b", fix="c"))
    (422, 404)
    """
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def wants_json(request: Request) -> bool:
    """Return whether an answer goes to a program."""
    accepted = request.headers.get("accept", "")
    return request.scope["path"].startswith("/api/") or ("application/json" in accepted and "text/html" not in accepted)


def error_answer(request: Request, error: AftershockError, *, status: int | None = None) -> Response:
    """Return an error's page or document."""
    rows = [_short(row) for row in error.rows[:ROWS]]
    rows += [f"… and {error.count - ROWS:,} more"] if error.count > ROWS else []
    parts = {name: _short(getattr(error, name)) for name in ("must", "found", "fix")}
    return _answer(request, status or status_of(error), **parts, rows=rows)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def unforeseen(request: Request, number: str) -> Response:
    """Return the answer to what nobody foresaw."""
    parts = {
        "must": "the server must be able to answer",
        "found": "an error of its own",
        "fix": f"Try again; if it stays, report it with the number {number}, under which the server's log has the rest.",
    }
    if wants_json(request):
        return JSONResponse(parts | {"rows": []}, status_code=500)
    # no template: the error may have been in one
    return PlainTextResponse(f"{parts['must']}; found {parts['found']}. {parts['fix']}", status_code=500)


def _answer(request: Request, status: int, **parts: Any) -> Response:
    if wants_json(request):
        return JSONResponse(parts, status_code=status)
    from aftershock.web.rendering import html

    return html(request, "error.html.j2", status=status, code=status, name=HTTPStatus(status).phrase, error=parts)


def add_handlers(app: FastAPI) -> None:
    """Make an app answer errors by these rules."""

    async def foreseen(request: Request, error: Exception) -> Response:
        assert isinstance(error, AftershockError)
        return error_answer(request, error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        known = isinstance(error.__cause__, AftershockError)
        if known:
            return error_answer(request, error.__cause__)  # type: ignore[arg-type]
        phrase = HTTPStatus(error.status_code).phrase
        if error.status_code == 404:
            path = request.scope["path"][:LONGEST_ROW]
            parts = {"must": "a page must be known by its address", "found": path, "fix": "Start from /."}
        else:
            found = str(error.detail)[:LONGEST_ROW] if error.status_code == 400 else phrase.lower()
            fix = "See /openapi.json."
            parts = {"must": "a request must be one that the server knows", "found": found, "fix": fix}
        answer = _answer(request, error.status_code, **parts, rows=[])
        answer.headers.update(error.headers or {})
        return answer

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return error_answer(request, _invalid(error), status=422)

    app.add_exception_handler(AftershockError, foreseen)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)


def _invalid(error: RequestValidationError) -> UsageError:
    """Say which values do not fit; the values themselves are not repeated."""
    faults = error.errors()
    rows = [
        f"{'.'.join(str(part) for part in fault['loc'][1:]) or fault['loc'][0]}: {fault['msg']}"[:LONGEST_ROW]
        for fault in faults[:ROWS]
    ]
    return UsageError(
        "values must fit the description in /openapi.json",
        found=f"{len(faults)} that {'does' if len(faults) == 1 else 'do'} not",
        fix="Mend them.",
        rows=rows,
        count=len(faults),
    )
