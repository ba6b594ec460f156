"""One line of JSON per request and job on the error output. No query, no text of an article, no token is in it."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sys
import threading
import time
import traceback
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Logged", "log", "log_exception"]

_ONE_AT_A_TIME = threading.Lock()


def log(event: str, **facts: Any) -> None:
    """Write one line."""
    line = {"time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
    with _ONE_AT_A_TIME:
        sys.stderr.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        sys.stderr.flush()


def log_exception(event: str, error: BaseException, **facts: Any) -> str:
    """Write what went wrong and where, and return the number under which it stands in the log.

    The error's own words are left out: they may hold what a person typed.
    """
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    log(event, id=number, error=type(error).__name__, where=where, **facts)
    return number


class Logged:
    """Log each request, and answer what nobody foresaw with a plain page that carries a number."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, answer = time.perf_counter(), {"status": 0, "bytes": 0}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
            elif message["type"] == "http.response.body":
                answer["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001  the last resort: nothing of it is shown
            from aftershock.web.errors import unforeseen

            number = log_exception("unforeseen", error, method=scope["method"], path=scope["path"])
            if not answer["status"]:
                await unforeseen(Request(scope), number)(scope, receive, watched)
        took = round((time.perf_counter() - started) * 1000, 1)
        log("request", method=scope["method"], path=scope["path"], ms=took, **answer)
