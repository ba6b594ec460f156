"""What a server hands out and knows again: the cookie of a visitor who gave the token, and the tokens of forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import AsyncIterator

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.responses import Response

from aftershock.errors import UsageError
from aftershock.web.errors import RefusedError
from aftershock.web.settings import Settings

__all__ = ["FORM_COOKIE", "check_form", "form_token", "knows_token", "session_cookie", "session_holds", "set_cookie"]

SESSION_COOKIE, FORM_COOKIE = "aftershock_session", "aftershock_form"
SESSION_SECONDS = 30 * 24 * 3600
SAFE = ("GET", "HEAD", "OPTIONS")
MOST_FILES, LONGEST_FIELD = 10, 4 * 2**20  # of a form; the limit of a request is lower where no article is sent


def _signed(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def knows_token(settings: Settings, given: str) -> bool:
    """Return whether a token is the server's, in a time that says nothing of how much of it is right."""
    return hmac.compare_digest((settings.token or "").encode(), given.encode("utf-8", "replace"))


def session_cookie(settings: Settings) -> str:
    """Return a cookie for a visitor who gave the token; it ends with the token, or after a month."""
    until = str(int(time.time()) + SESSION_SECONDS)
    return f"{until}.{_signed((settings.token or '').encode(), until)}"


def session_holds(settings: Settings, cookie: str) -> bool:
    """Return whether a cookie is one of :func:`session_cookie`, and not past its time."""
    until, _, signature = cookie.partition(".")
    right = hmac.compare_digest(
        _signed((settings.token or "").encode(), until).encode(), signature.encode("utf-8", "replace")
    )
    return right and until.isdecimal() and int(until) > time.time()


def set_cookie(request: Request, answer: Response, name: str, value: str) -> None:
    """Set a cookie that no script reads and no other site makes a browser send."""
    secure = request.url.scheme == "https"
    answer.set_cookie(name, value, max_age=SESSION_SECONDS, httponly=True, samesite="strict", secure=secure)


def form_token(request: Request) -> str:
    """Return what a form must send along as ``csrf``. Pages made with :func:`rendering.html` set the cookie it belongs to."""
    cookie = request.cookies.get(FORM_COOKIE) or getattr(request.state, "form_cookie", None) or secrets.token_hex(16)
    request.state.form_cookie = cookie
    return _signed(request.app.state.settings.secret, cookie)


async def check_form(request: Request) -> AsyncIterator[None]:
    """Refuse a form that did not come from a page of this server; a dependency of every page's router.

    The form's files are closed when the answer is made, whoever refused it. Programs write to /api/v1, where the same-origin
    rule of :mod:`aftershock.web.guards` does the same.
    """
    if request.method in SAFE:
        yield
        return
    form = await _read_form(request)
    try:
        _check_mark(request, form)
        yield
    finally:
        await form.close()


async def _read_form(request: Request) -> FormData:
    """Read a form, which must be in UTF-8: other encodings that a sender may name make text that none of this is made for."""
    charset = parse_options_header(request.headers.get("content-type"))[1].get(b"charset", b"utf-8")
    if charset.lower() not in (b"utf-8", b"utf8"):
        raise UsageError("a form must be in UTF-8", found=repr(charset[:20].decode("latin-1")), fix="Send it so.")
    return await request.form(max_files=MOST_FILES, max_part_size=LONGEST_FIELD)


def _check_mark(request: Request, form: FormData) -> None:
    cookie = request.cookies.get(FORM_COOKIE, "")
    right = _signed(request.app.state.settings.secret, cookie)
    if not cookie or not hmac.compare_digest(right.encode(), str(form.get("csrf", "")).encode("utf-8", "replace")):
        raise RefusedError(
            "a form must come from a page of this server",
            found="one without its mark, or from before the server's last start",
            fix="Load the page again and send it once more.",
        )
