"""Forecast models, one file each, found by name."""

from __future__ import annotations

import pkgutil
from dataclasses import fields
from functools import cache
from importlib import import_module
from typing import Any, get_type_hints

from aftershock.errors import UsageError, nearest
from aftershock.models.base import Model

__all__ = ["BENCHMARKS", "DEFAULT_MODEL", "Model", "make_model", "model_names"]

DEFAULT_MODEL = "pool"
BENCHMARKS = ("conflictology", "bootstrap", "last_historical_poisson", "exactly_zero")
"""The VIEWS challenge's own benchmarks, which every track record is held against."""


@cache
def _found() -> dict[str, type[Model[Any]]]:
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return {model.name: model for model in Model.__subclasses__()}


def model_names() -> list[str]:
    """Return the name of every model.

    Examples
    --------
    >>> model_names()
    ['bootstrap', 'conflictology', 'exactly_zero', 'last_historical_poisson', 'negative_binomial', 'pool']
    """
    return sorted(_found())


def make_model(text: str = DEFAULT_MODEL) -> Model[Any]:
    """Make a model from its name and, after a colon, its options.

    Parameters
    ----------
    text : str
        ``name`` or ``name:option=number,option=number``.

    Raises
    ------
    UsageError
        Unknown model (the nearest name is offered) or option, or a value that is no number.

    Examples
    --------
    >>> make_model("conflictology:window=24").window
    24
    """
    name, _, options = text.strip().partition(":")
    if name not in _found():
        raise UsageError("a model must be known by its name", found=repr(name), fix=nearest(name, _found()))
    model = _found()[name]
    hints = get_type_hints(model)
    known = {field.name: hints[field.name] for field in fields(model) if hints[field.name] in (int, float)}
    values: dict[str, Any] = {}
    for part in filter(None, options.split(",")):
        option, _, value = part.partition("=")
        if option not in known:
            fix = nearest(option, known) if known else "It takes no options."
            raise UsageError(f"an option of {name} must be known", found=repr(option), fix=fix)
        try:
            values[option] = known[option](value)
        except ValueError:
            raise UsageError(
                f"{option} of {name} must be a number", found=repr(value), fix=f"Write {name}:{option}=12."
            ) from None
    return model(**values)
