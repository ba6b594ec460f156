"""One small function per rule of the data.

A check returns what is wrong in words, or ``None``; :func:`require` raises all that is wrong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aftershock.errors import DataError

__all__ = ["ascending", "consecutive", "known", "later", "not_negative", "require", "shape", "whole"]


def require(*problems: str | None) -> None:
    """Raise one :class:`DataError` that names every problem.

    Examples
    --------
    >>> require(None, None)
    >>> require("months has a gap after 5")
    Traceback (most recent call last):
    aftershock.errors.DataError: the data must keep its contract; found months has a gap after 5. Mend the input.
    """
    wrong = [problem for problem in problems if problem]
    if wrong:
        raise DataError("the data must keep its contract", found="; ".join(wrong), fix="Mend the input.")


def shape(name: str, array: NDArray[Any], expected: tuple[int, ...]) -> str | None:
    """Check an array's shape."""
    return None if array.shape == expected else f"{name} of shape {array.shape} instead of {expected}"


def ascending(name: str, array: NDArray[Any]) -> str | None:
    """Check that values rise strictly, so that none stands twice."""
    if len(array) == 0:
        return f"no {name}"
    at = np.flatnonzero(np.diff(array) <= 0)
    return f"{name} not ascending at {array[at[0]]}, {array[at[0] + 1]}" if len(at) else None


def consecutive(name: str, array: NDArray[Any]) -> str | None:
    """Check that values follow each other without a gap."""
    if len(array) == 0:
        return f"no {name}"
    at = np.flatnonzero(np.diff(array) != 1)
    return f"{name} with a gap after {array[at[0]]}" if len(at) else None


def not_negative(name: str, array: NDArray[Any]) -> str | None:
    """Check that no value is below zero."""
    return f"{name} below zero, down to {array.min()}" if array.size and array.min() < 0 else None


def whole(name: str, array: NDArray[Any]) -> str | None:
    """Check that values are integers."""
    return None if np.issubdtype(array.dtype, np.integer) else f"{name} of type {array.dtype} instead of integers"


def later(name: str, array: NDArray[Any], origin: int) -> str | None:
    """Check that every month comes after the origin."""
    return f"{name} at or before the origin {origin}" if array.size and array.min() <= origin else None


def known(name: str, values: Sequence[str], allowed: Sequence[str]) -> str | None:
    """Check that every value is one of those allowed."""
    odd = [value for value in values if value not in allowed]
    return f"{name} {', '.join(odd)} (known: {', '.join(allowed)})" if odd else None
