"""How large a request may be and how long it may take."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aftershock.web.errors import BusyError, TooLargeError, error_answer
from aftershock.web.settings import MIB, Settings

__all__ = ["Limited"]


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
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > self.settings.max_body:
            await error_answer(request, self._too_large())(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await self.app(scope, self._counted(receive), noted)
        except TimeoutError:
            if begun:
                return
            slow = BusyError(
                f"a request must be done within {self.settings.request_seconds:.0f} seconds",
                found="more",
                fix="Ask for less, or let a job do it.",
            )
            await error_answer(request, slow, status=503)(scope, receive, send)

    def _counted(self, receive: Receive) -> Receive:
        so_far = 0

        async def counted() -> Message:
            nonlocal so_far
            message = await receive()
            so_far += len(message.get("body", b""))
            if so_far > self.settings.max_body:
                # as an HTTPException, which passes through readers of forms unchanged
                raise HTTPException(413) from self._too_large()
            return message

        return counted

    def _too_large(self) -> TooLargeError:
        most = self.settings.max_body / MIB
        return TooLargeError(f"a request may hold {most:g} MiB", found="more", fix="Send less.")
