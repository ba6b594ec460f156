"""The pages' own files: templates, style and scripts beside this module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

from aftershock._version import __version__
from aftershock.figures import sources
from aftershock.report.colours import DARK, LIGHT, style

__all__ = ["frame_of", "read_text", "template_of"]


def read_text(name: str) -> str:
    """Return a file of this folder."""
    return files("aftershock.report").joinpath(name).read_text(encoding="utf-8")


def template_of(name: str, filters: Mapping[str, Callable[..., str]]) -> Any:
    """Return a template that escapes every value, with filters of one's own."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(read_text),
    )
    environment.filters |= filters
    return environment.from_string(read_text(name))


def frame_of(*styles: str) -> dict[str, Any]:
    """Return what every page without colours of its own shows around its content: style, colours, version, sources."""
    return {
        "css": "".join(read_text(name) for name in styles),
        "light": style(LIGHT),
        "dark": style(DARK),
        "version": __version__,
        "sources": sources(),
    }
