"""Scripts and styles. Their address holds a hash of all of them, so that a browser keeps them for good.

Vega, which draws the charts, comes out of the vl-convert package, once per data directory and version; nothing is fetched.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from aftershock.errors import StoreError
from aftershock.exports import write_bytes
from aftershock.report.colours import DARK, LIGHT, style
from aftershock.report.system_page import matrix_colours
from aftershock.report.templates import read_text

__all__ = ["Asset", "asset", "assets", "prepare_vega"]

REPORT = (
    "core.js",
    "payload.js",
    "world.js",
    "why.js",
    "country.js",
    "track.js",
    "report.css",
    "system.css",
    "actors.css",
    "whatif.css",
    "account.css",
)
"""What the report has and the pages use too."""
MEDIA = {
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "json": "application/json",
}
_VEGA: dict[str, bytes] = {}
_BUNDLE = """
import sys, vl_convert
from aftershock.report.page import VEGALITE
text = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed; window.vega = vega;", vl_version=VEGALITE)
sys.stdout.buffer.write(text.encode("utf-8"))
"""


@dataclass(frozen=True)
class Asset:
    """A file's content and media type."""

    content: bytes
    media: str


def prepare_vega(folder: Path) -> None:
    """Make Vega's script ready, from the data directory or else anew; done before the server listens.

    A process of its own makes it: the maker takes 100 MB, which the server does not need afterwards.
    """
    path = folder / f"vega-{version('vl-convert-python')}.js"
    if not path.exists():
        made = subprocess.run([sys.executable, "-c", _BUNDLE], capture_output=True, check=False)  # noqa: S603  nothing given
        if made.returncode:
            last = made.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise StoreError(
                "the charts' library must be found",
                found=" ".join(last) or "no vl-convert",
                fix="Install aftershock[web] anew.",
            )
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes(path, made.stdout)
    _VEGA["vega.js"] = path.read_bytes()
    assets.cache_clear()
    _mark.cache_clear()


@cache
def assets() -> dict[str, Asset]:
    """Return every file by its name."""
    found = {name: read_text(name).encode() for name in REPORT}
    for path in files("aftershock.web").joinpath("static").iterdir():
        found[path.name] = path.read_bytes()
    found["colours.css"] = _both(style(LIGHT), style(DARK))
    found["matrix.css"] = _both(style(matrix_colours(dark=False)), style(matrix_colours(dark=True)))
    found |= _VEGA
    return {name: Asset(content, MEDIA[name.rpartition(".")[2]]) for name, content in found.items()}


def _both(light: str, dark: str) -> bytes:
    """Return colours as custom properties, for light, dark and paper."""
    shades = f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    return f"{shades}@media print {{ :root {{ {light} }} }}\n".encode()


@cache
def _mark() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for name, each in sorted(assets().items()):
        digest.update(f"{name}\0{len(each.content)}\0".encode() + each.content)
    return digest.hexdigest()


def asset(name: str) -> str:
    """Return the address of a file."""
    if name not in assets() and name != "vega.js":
        raise KeyError(name)
    return f"/static/{_mark()}/{name}"
