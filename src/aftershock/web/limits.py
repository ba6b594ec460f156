"""How large a request may be, by where it goes, and how long it may take."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aftershock.web.errors import BusyError, TooLargeError, error_answer
from aftershock.web.settings import MIB, Settings

__all__ = ["Limited", "most_bytes"]

FILES = ("/accounts/file", "/data/import")
"""Where files are sent: as large as settings allow."""
WRITINGS = ("/accounts", "/api/v1/accounts")
"""Where articles and accounts are written, and all below."""
LONGEST_NUMBER = 18  # digits of a length
MOST_WRITING = 4 * MIB
MOST_ELSE = MIB // 4  # of all else; a form, a scenario, a job's parameters


def most_bytes(settings: Settings, path: str) -> int:
    """Return how large a request to an address may be.

    What is sent as JSON or as a form's text is read whole, in the thread that all requests share, and takes fifty times its
    size in memory if it is made to: only what needs it may be large.
    """
    if path in FILES:
        return settings.max_body
    return min(settings.max_body, MOST_WRITING if path.startswith(WRITINGS) else MOST_ELSE)


class Limited:
    """Refuse a body above the limit, at its announcement or while it streams in, and end what takes too long."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        request = Request(scope)
        most = most_bytes(self.settings, scope["path"])
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or len(announced) > LONGEST_NUMBER or int(announced) > most:
            await error_answer(request, _too_large(most))(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await self.app(scope, _counted(receive, most), noted)
        except TimeoutError:
            if begun:
                return
            slow = BusyError(
                f"a request must be done within {self.settings.request_seconds:.0f} seconds",
                found="more",
                fix="Ask for less, or let a job do it.",
            )
            await error_answer(request, slow, status=503)(scope, receive, send)


def _counted(receive: Receive, most: int) -> Receive:
    so_far = 0

    async def counted() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > most:
            # as an HTTPException, which passes through readers of forms unchanged
            raise HTTPException(413) from _too_large(most)
        return message

    return counted


def _too_large(most: int) -> TooLargeError:
    size = f"{most / MIB:g} MiB" if most >= MIB else f"{most // 1024} KiB"
    return TooLargeError(f"a request to this address may hold {size}", found="more", fix="Send less.")
