"""The start, the sign-in, the files that pages load, the server's health."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from aftershock._version import __version__
from aftershock.store import Store
from aftershock.web.answers import respond_again
from aftershock.web.assets import assets
from aftershock.web.errors import MissingError, RefusedError
from aftershock.web.rendering import JSON, html, pack, packed_asset, respond
from aftershock.web.signing import SESSION_COOKIE, knows_token, session_cookie, set_cookie

__all__ = ["api", "page"]

page, api = APIRouter(), APIRouter()
HEALTH_S = 1.0  # seconds that an answer about the server's health holds
WRONG_TOKEN_S = 1.0  # seconds that a wrong token costs


class Health(BaseModel):
    """Whether the server does its work, and with what."""

    status: str
    version: str
    data: list[str]
    jobs: dict[str, int]


def _health(request: Request, *, whole: bool) -> Response:
    """Answer, and give the same answer for a second: whoever watches may ask often."""
    settings, queue = request.app.state.settings, request.app.state.queue
    data = [vintage.id for vintage in Store(settings.data).vintages()]
    found = Health(status="ok", version=__version__, data=data if whole else [], jobs=queue.counts())
    return respond_again(request, pack(found.model_dump_json(), JSON), seconds=HEALTH_S)


@api.get("/health", tags=["server"], summary="Whether the server does its work", response_model=Health)
def health_twin(request: Request) -> Response:
    """Version, data vintages, jobs by state; at most a second old."""
    return _health(request, whole=True)


@page.get("/health")
def health(request: Request) -> Response:
    """Say the same without the token; of a server that has one, without its data."""
    return _health(request, whole=not request.app.state.settings.token)


@page.get("/")
def start() -> Response:
    """Lead to the world."""
    return RedirectResponse("/world", status_code=307)


@page.get("/static/{mark}/{name}")
def static(request: Request, mark: str, name: str) -> Response:
    """Give a script or style; its address changes with its content."""
    if name not in assets():
        raise MissingError(
            "a file must be known by its name", found=repr(f"{mark}/{name}"[:60]), fix="Load the page again."
        )
    return respond(request, packed_asset(name), cache="public, max-age=31536000, immutable")


@page.get("/sign-in")
def sign_in_form(request: Request, to: str = "/") -> Response:
    """Ask for the token."""
    return html(request, "sign_in.html.j2", to=_own(to))


@page.post("/sign-in")
async def sign_in(request: Request, token: Annotated[str, Form()], to: Annotated[str, Form()] = "/") -> Response:
    """Take the token and remember the visitor."""
    settings = request.app.state.settings
    if not settings.token or not knows_token(settings, token):
        await asyncio.sleep(WRONG_TOKEN_S)
        raise RefusedError("the token must be this server's", found="another", fix="Ask whoever runs it.")
    answer = RedirectResponse(_own(to), status_code=303)
    set_cookie(request, answer, SESSION_COOKIE, session_cookie(settings))
    return answer


def _own(address: str) -> str:
    r"""Return an address of this server; another leads to the start.

    Examples
    --------
    >>> _own("/jobs?a=b"), _own("//example.org"), _own("/\\example.org"), _own("https://example.org")
    ('/jobs?a=b', '/', '/', '/')
    """
    plain = all(" " < sign < "\x7f" for sign in address) and "\\" not in address
    return address if plain and address.startswith("/") and not address.startswith("//") else "/"
