"""The models in the pool: what each is, and its weight by class of intensity and months ahead."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from aftershock.errors import UsageError
from aftershock.models import ModelChoice, make_model
from aftershock.models.forest import Forest
from aftershock.models.stack import CHOSEN, CLASSES, GROUPS, MEMBERS, Stack

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["described", "forest_of", "members_table", "pools"]


def forest_of(model: ModelChoice) -> Forest | None:
    """Return the forest that a model's forecasts rest on, or None.

    Examples
    --------
    >>> forest_of("stack").name, forest_of("forest:leaf=5").leaf, forest_of("conflictology")
    ('forest', 5, None)
    """
    made = make_model(model)
    if pools(made):
        return next(member for member in MEMBERS if isinstance(member, Forest))
    return made if isinstance(made, Forest) else None


def pools(model: ModelChoice) -> bool:
    """Return whether a model is the pool with weights by class."""
    return isinstance(make_model(model), Stack)


def members_table(target: str) -> pd.DataFrame:
    """Return the pool's weights for one target: ``intensity, first_horizon, last_horizon, model, weight``.

    Examples
    --------
    >>> weights = members_table("sb").groupby(["intensity", "last_horizon"]).weight.sum()
    >>> weights.round(6).unique().tolist()
    [1.0]
    """
    import pandas as pd

    rows = [
        (name, 1 + (GROUPS[g - 1] if g else 0), last, model.name, weight)
        for name in CLASSES
        for g, last in enumerate(GROUPS)
        for model, weight in zip(MEMBERS, np.asarray(CHOSEN["weights"][target][name])[g].tolist(), strict=True)
    ]
    return pd.DataFrame(rows, columns=["intensity", "first_horizon", "last_horizon", "model", "weight"])


def described(name: str) -> tuple[str, str]:
    """Return what a model is, first plainly and then exactly: the first lines of its module's and its class's text.

    Examples
    --------
    >>> described("bootstrap")[0]
    "The next months are like any month anywhere: draws from all countries' last twenty years."
    >>> described("nobody knows this one")
    ('', '')
    """
    try:
        model = type(make_model(name))
    except UsageError:
        return "", ""
    texts = (sys.modules[model.__module__].__doc__, model.__doc__)
    plain, exact = ((text or "").strip().partition("\n")[0].replace("``", "") for text in texts)
    return plain, exact
