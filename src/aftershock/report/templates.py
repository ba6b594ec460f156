"""The pages' own files: templates, style and scripts beside this module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

__all__ = ["read_text", "template_of"]


def read_text(name: str) -> str:
    """Return a file of this folder."""
    return files("aftershock.report").joinpath(name).read_text(encoding="utf-8")


def template_of(name: str, filters: Mapping[str, Callable[..., str]]) -> Any:
    """Return a template that escapes every value, with filters of one's own."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= filters
    return environment.from_string(read_text(name))
