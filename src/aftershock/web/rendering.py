"""Templates, and answers that are made once: bytes, packed once, known again by their content."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from aftershock._version import __version__
from aftershock.documents import finite
from aftershock.figures import sources
from aftershock.months import year_runs
from aftershock.report.data import safe_json
from aftershock.report.templates import read_text as read_report_text
from aftershock.web.assets import asset, assets
from aftershock.web.signing import FORM_COOKIE, form_token, set_cookie

__all__ = [
    "HTML",
    "JSON",
    "NAVIGATION",
    "Packed",
    "html",
    "pack",
    "pack_json",
    "packed_asset",
    "page_text",
    "respond",
    "sent",
]

HTML, JSON = "text/html; charset=utf-8", "application/json"
NAVIGATION: list[tuple[str, str]] = [
    ("/world", "World"),
    ("/countries", "Countries"),
    ("/actors", "Actors"),
    ("/whatif", "What if"),
    ("/accounts", "Accounts"),
    ("/track-record", "Track record"),
    ("/data", "Data"),
    ("/jobs", "Jobs"),
]
"""Address and name of each part in the navigation; a page's address begins with its part's."""


@dataclass(frozen=True)
class Packed:
    """An answer's bytes, plain and gzipped, with its media type and a tag of its content."""

    plain: bytes
    zipped: bytes
    media: str
    tag: str


def pack(content: str | bytes, media: str) -> Packed:
    """Return content ready to be sent again and again."""
    plain = content.encode("utf-8") if isinstance(content, str) else content
    zipped = gzip.compress(plain, 6, mtime=0)
    return Packed(plain, zipped, media, f'"{hashlib.blake2b(plain, digest_size=12).hexdigest()}"')


def pack_json(document: Any) -> Packed:
    """Return a document ready to be sent again and again; numbers that JSON has not are null."""
    return pack(json.dumps(finite(document), ensure_ascii=False, separators=(",", ":"), allow_nan=False), JSON)


@cache
def packed_asset(name: str) -> Packed:
    """Return a script or style ready to be sent."""
    return pack(assets()[name].content, assets()[name].media)


def sent(request: Request, packed: Packed, *, cache: str = "private, no-cache", name: str | None = None) -> Response:
    """Return packed content as an answer: gzipped if the reader takes that, nothing if the reader has it already."""
    headers = {"etag": packed.tag, "cache-control": cache, "vary": "accept-encoding"}
    if name:
        headers["content-disposition"] = f'attachment; filename="{name}"'
    if packed.tag in [tag.strip() for tag in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed.zipped, media_type=packed.media, headers=headers | {"content-encoding": "gzip"})
    return Response(packed.plain, media_type=packed.media, headers=headers)


respond = sent


def html(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page made for this request. It may hold forms: ``{{ csrf() }}`` in each that changes something."""
    text = page_text(template, path=request.url.path, csrf=lambda: form_token(request), **values)
    answer = HTMLResponse(text, status_code=status)
    if cookie := getattr(request.state, "form_cookie", None):
        set_cookie(request, answer, FORM_COOKIE, cookie)
    return answer


def page_text(template: str, *, path: str, **values: Any) -> str:
    """Return a page as text, the same for everybody: to be packed and kept. It may hold no form that changes something."""
    return str(_environment().get_template(template).render(path=path, **values))


@cache
def _environment() -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=FunctionLoader(_source)
    )
    environment.globals |= {
        "navigation": NAVIGATION,
        "asset": asset,
        "version": __version__,
        "sources": sources(),
        "block": _block,
    }
    filters: dict[str, Callable[..., str]] = {
        "percent": lambda share: f"{share * 100:.0f}\u00a0%",
        "number": _number,
        "spans": year_runs,
    }
    environment.filters |= filters
    return environment


def _source(name: str) -> str:
    """Return a template of this folder, or else one that the report has."""
    place = files("aftershock.web").joinpath("templates", name)
    return place.read_text(encoding="utf-8") if place.is_file() else read_report_text(name)


def _block(name: str, document: Any) -> Any:
    """Return data for a page's scripts, which read it with ``block(name)``."""
    from markupsafe import Markup

    return Markup('<script type="application/json" id="block-{}">{}</script>').format(name, Markup(safe_json(document)))  # noqa: S704


def _number(value: float | int | None) -> str:
    """Return a number for people: whole from 10 on, one decimal below.

    Examples
    --------
    >>> _number(0.31), _number(5210.7), _number(3), _number(None)
    ('0.3', '5,211', '3', 'no data')
    """
    if value is None:
        return "no data"
    return f"{value:,.0f}" if abs(value) >= 10 or value == int(value) else f"{value:,.1f}"
