"""Forecast models, one file each, found by name; those of other installed packages, by their entry points."""

from __future__ import annotations

import pkgutil
from dataclasses import fields
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeAlias, get_type_hints

from aftershock.errors import UsageError, nearest
from aftershock.models.base import Model

__all__ = ["BENCHMARKS", "DEFAULT_MODEL", "Model", "ModelChoice", "label_of", "make_model", "model_names"]

ModelChoice: TypeAlias = Model[Any] | str
"""A model, or its name with options as :func:`make_model` takes them."""

DEFAULT_MODEL = "stack"
BENCHMARKS = ("conflictology", "bootstrap", "last_historical_poisson", "exactly_zero")
"""The VIEWS challenge's own benchmarks, which every track record is held against."""
ENTRY_POINTS = "aftershock.models"
"""The group in which another package names its models: ``fading_months = "my_package:FadingMonths"``."""


@cache
def _found() -> dict[str, type[Model[Any]]]:
    """Return the models of this package, by name."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    own = [model for model in Model.__subclasses__() if model.__module__.startswith(f"{__name__}.")]
    return {model.name: model for model in own}


def _installed() -> dict[str, EntryPoint]:
    """Return the models of other packages, by name, none of them loaded; a name of this package's is this package's."""
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINTS) if entry.name not in _found()}


def _class_of(name: str) -> type[Model[Any]]:
    """Return the model of a name, and load it where another package has it."""
    if name in _found():
        return _found()[name]
    installed = _installed()
    if name not in installed:
        known = [*_found(), *installed]
        raise UsageError("a model must be known by its name", found=repr(name), fix=nearest(name, known))
    entry = installed[name]
    try:
        model = entry.load()
    except Exception as error:  # another package's code may fail in any way
        raise UsageError(
            f"the installed model {name} must load",
            found=f"{entry.value}: {type(error).__name__}: {error}",
            fix="Mend or remove the package that names it.",
        ) from error
    if not (isinstance(model, type) and issubclass(model, Model) and getattr(model, "name", None) == name):
        raise UsageError(
            f"the installed model {name} must be a Model of that name",
            found=entry.value,
            fix="Mend or remove the package that names it.",
        )
    return model


def model_names() -> list[str]:
    """Return the name of every model, those of other installed packages among them.

    Examples
    --------
    >>> model_names()
    ['bootstrap', 'conflictology', 'exactly_zero', 'forest', 'last_historical_poisson', 'negative_binomial', 'pool', 'stack',
    'weighted_history']
    """
    return sorted([*_found(), *_installed()])


def label_of(model: ModelChoice) -> str:
    """Return what a model is called in tables: the text it was asked for by, or its :attr:`Model.spec`."""
    return model.spec if isinstance(model, Model) else model


def make_model(text: ModelChoice = DEFAULT_MODEL) -> Model[Any]:
    """Make a model from its name and, after a colon, its options.

    Parameters
    ----------
    text : str or Model
        ``name`` or ``name:option=number,option=number``; a model is returned as it is.

    Raises
    ------
    UsageError
        Unknown model (the nearest name is offered) or option, or a value that is no number.

    Examples
    --------
    >>> make_model("conflictology:window=24").window
    24
    """
    if isinstance(text, Model):
        return text
    if not isinstance(text, str):
        raise UsageError("a model must be a name or a Model", found=repr(text), fix="Write pool, or Pool().")
    name, _, options = text.strip().partition(":")
    model = _class_of(name)
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
