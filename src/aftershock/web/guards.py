"""Who may ask what, decided before a page is reached: the host asked, the site a request comes from, the token.

Every answer gets headers by which a browser runs only this server's own scripts and lets no other site embed, read or
drive its pages.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aftershock.errors import AftershockError
from aftershock.web.errors import RefusedError, error_answer, wants_json
from aftershock.web.settings import Settings
from aftershock.web.signing import SAFE, SESSION_COOKIE, knows_token, session_holds

__all__ = ["HEADERS", "Guarded"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    "x-frame-options": "DENY",
}
HOST = re.compile(r"([a-z0-9_.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?")
OPEN = ("/health", "/sign-in")  # without the token; and /static, which says nothing of the data


class Guarded:
    """Let through what may be asked; add the headers to every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope  # the same, without its body
        refusal = self._refusal(Request(asked))
        await (refusal or self.app)(asked, receive, dressed)

    def _refusal(self, request: Request) -> Response | None:
        try:
            self._check_host(request)
            self._check_origin(request)
        except AftershockError as error:
            return error_answer(request, error)
        if self._may(request):
            return None
        if wants_json(request) or request.method not in SAFE:
            unknown = RefusedError(
                "this server's token must be given", found="none, or another", fix="Send it as Authorization: Bearer …"
            )
            answer = error_answer(request, unknown, status=401)
            answer.headers["www-authenticate"] = "Bearer"
            return answer
        query = request.scope["query_string"].decode("latin-1")
        to = request.scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"/sign-in?to={quote(to)}", status_code=303)

    def _check_host(self, request: Request) -> None:
        """Refuse another name: a page of another site may have its own point here (DNS rebinding)."""
        allowed = self.settings.allowed_hosts
        host = request.headers.get("host", "").lower()
        known = HOST.fullmatch(host)
        name = known[1] if known else host
        if not known or (allowed is not None and name not in allowed):
            raise RefusedError(
                "a request must name this server",
                found=repr(name[:100]),
                fix="Open it by the address it printed, or start it with --name for that name.",
            )

    def _check_origin(self, request: Request) -> None:
        """Refuse a change that is not asked for by a page of this server, or by a program that is no browser."""
        if request.method in SAFE:
            return
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        host = request.headers.get("host", "").lower()
        own = (f"http://{host}", f"https://{host}")  # which of them, a proxy knows
        if (site is not None and site != "same-origin") or (origin is not None and origin.lower() not in own):
            raise RefusedError(
                "a change must be asked for by a page of this server",
                found="another site",
                fix="Use this server's own pages.",
            )

    def _may(self, request: Request) -> bool:
        path = request.scope["path"]  # not of request.url, which is put together with the host that was named
        if not self.settings.token or path in OPEN or path.startswith("/static/"):
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and knows_token(self.settings, given):
            return True
        return session_holds(self.settings, request.cookies.get(SESSION_COOKIE, ""))
