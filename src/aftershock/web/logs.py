"""One line of JSON per request and job on the error output. No query, no text of an article, no token is in it.

What libraries have to say, and what goes wrong in a thread, is such a line too.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import sys
import threading
import time
import traceback
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Logged", "log", "log_exception", "log_libraries"]

_ONE_AT_A_TIME = threading.Lock()
LONGEST_PATH = 300


def log(event: str, **facts: Any) -> None:
    """Write one line, in ASCII: what a terminal would obey, or a reader take for a line's end, is written out."""
    line = {"time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), "event": event, **facts}
    with _ONE_AT_A_TIME:
        sys.stderr.write(json.dumps(line, default=str) + "\n")
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


class _Lines(logging.Handler):
    """Write what libraries log; the values in it are left out, as they may be what a person typed."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        facts = {"error": error} if error else {}
        text = str(record.msg)
        if record.name == "py.warnings":  # a warning with all it says: where it comes from is enough
            text = record.getMessage().partition(": ")[0].rpartition("/")[2]
        log("library", level=record.levelname.lower(), name=record.name, text=text[:200], **facts)


def log_libraries() -> None:
    """Write what libraries log or warn of, and what goes wrong in a thread, as lines of JSON too; for a whole process."""

    def failed(what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None:
            log_exception("thread failed", what.exc_value, thread=what.thread.name if what.thread else "")

    logging.basicConfig(level=logging.WARNING, handlers=[_Lines()], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = failed
    # Python's tracker cleans up after a job that was ended; it is a process of its own, and would say so in plain text.
    sys.warnoptions.append("ignore:resource_tracker")


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
            from aftershock.web.guards import HEADERS

            number = log_exception("unforeseen", error, method=scope["method"], path=scope["path"][:LONGEST_PATH])
            if not answer["status"]:
                plain = unforeseen(Request(scope), number)
                plain.headers.update(HEADERS | {"cache-control": "no-store"})
                await plain(scope, receive, watched)
        took = round((time.perf_counter() - started) * 1000, 1)
        log("request", method=scope["method"], path=scope["path"][:LONGEST_PATH], ms=took, **answer)
