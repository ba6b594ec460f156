"""Answers that are the same for everybody, given again without asking the page: a matter of microseconds.

An answer holds as long as the shelf's state does, see :meth:`aftershock.web.results.Shelf.state`. Guards and limits lie
before this and see every request.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from aftershock.web.rendering import Packed, sent
from aftershock.web.results import Shelf

__all__ = ["Answers", "Quick", "respond_again"]

MOST = 2000  # addresses kept
LONGEST = 200  # characters of a query that is kept


@dataclass(frozen=True)
class _Kept:
    state: tuple[str, bool]
    packed: Packed
    name: str | None
    until: float


class Answers:
    """What was answered to which address."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._kept: dict[tuple[str, bytes], _Kept] = {}

    def keep(self, request: Request, packed: Packed, name: str | None, seconds: float = math.inf) -> None:
        """Keep an answer for its address, for so long at most."""
        query = request.scope["query_string"]
        if len(query) > LONGEST:
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[request.scope["path"], query] = _Kept(self.shelf.state(), packed, name, time.monotonic() + seconds)

    def find(self, scope: Scope) -> Response | None:
        """Return the answer kept for a request, if it still holds."""
        found = self._kept.get((scope["path"], scope["query_string"])) if scope["method"] == "GET" else None
        if found is None or found.state != self.shelf.state() or found.until < time.monotonic():
            return None
        return sent(Request(scope), found.packed, name=found.name)


class Quick:
    """Answer at once what has been answered before."""

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self.app, self.answers = app, answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer."""
        found = self.answers.find(scope) if scope["type"] == "http" else None
        await (found or self.app)(scope, receive, send)


def respond_again(request: Request, packed: Packed, *, name: str | None = None, seconds: float = math.inf) -> Response:
    """Return packed content as an answer, given at once to whoever asks for the same address next.

    For what depends on the address and the stored forecasts alone: not on jobs, cookies or the time, unless it may be some
    seconds old.
    """
    answers: Answers = request.app.state.answers
    answers.keep(request, packed, name, seconds)
    return sent(request, packed, name=name)
