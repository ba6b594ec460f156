"""The background of a rate: how it may move, and dated shocks from outside; shapes to be weighted by numbers not below zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aftershock.errors import UsageError, nearest

__all__ = [
    "Background",
    "Backgrounds",
    "Shock",
    "background_of",
    "background_shapes",
    "background_words",
    "shock_shapes",
]

FloatArray = NDArray[np.float64]
Background = Literal["constant"] | int
Backgrounds = Background | tuple[Background, ...]
"""One for all streams, or one for each."""
ShockKind = Literal["step", "pulse"]


def background_of(background: Backgrounds, stream: int) -> Background:
    """Return one stream's background."""
    return background[stream] if isinstance(background, tuple) else background


def background_words(background: Backgrounds) -> str:
    """Name a background in a sentence.

    Examples
    --------
    >>> background_words(365), background_words("constant"), background_words((365, "constant"))
    ('a 365-day background', 'a constant background', 'backgrounds chosen stream by stream')
    """
    if isinstance(background, tuple):
        return "backgrounds chosen stream by stream"
    return "a constant background" if background == "constant" else f"a {background}-day background"


def background_shapes(days: int, background: Background) -> tuple[FloatArray, FloatArray | None]:
    """Return shapes of the background, and how rough a course of their weights is.

    Parameters
    ----------
    days : int
    background : "constant" or int
        Days between the knots of a piecewise linear course; knots count back from the last day.

    Returns
    -------
    numpy.ndarray of float64, shape (days, k)
        Hats that sum to one on every day; a single column of ones if constant.
    numpy.ndarray of float64, shape (k, k), or None
        Sum of squared differences of neighbouring weights as a quadratic form.
    """
    if background == "constant":
        return np.ones((days, 1)), None
    if isinstance(background, bool) or not isinstance(background, int | np.integer) or background < 7:
        raise UsageError(
            "a background must be constant or a number of days between knots, 7 or more",
            found=repr(background),
            fix="Try 365 or 90.",
        )
    knots = max(2, int(np.ceil((days - 1) / background)) + 1)
    at = np.maximum(0.0, (knots - 1) - (days - 1 - np.arange(days)) / background)
    below = np.minimum(at.astype(int), knots - 2)
    shapes = np.zeros((days, knots))
    rows = np.arange(days)
    shapes[rows, below] = 1 - (at - below)
    shapes[rows, below + 1] = at - below
    used = shapes.sum(axis=0) > 0
    shapes = shapes[:, used]
    difference = np.diff(np.eye(shapes.shape[1]), axis=0)
    return shapes, difference.T @ difference


@dataclass(frozen=True)
class Shock:
    """A dated change from outside: an intervention, a truce, an earthquake.

    Parameters
    ----------
    day : str or numpy.datetime64
        The first day it may be felt.
    kind : {"step", "pulse"}
        ``step``: the level before and the level from then on are free of each other. ``pulse``: a rise that fades.
    days : float
        Mean days a pulse lasts; it falls to a third, e⁻¹, in that time. Of no meaning to a step.
    """

    day: str | np.datetime64
    kind: ShockKind = "step"
    days: float = 30.0

    def __post_init__(self) -> None:
        if self.kind not in get_args(ShockKind):
            fix = nearest(str(self.kind), get_args(ShockKind))
            raise UsageError("a shock must be a step or a pulse", found=repr(self.kind), fix=fix)
        if not (np.isfinite(self.days) and self.days > 0):
            raise UsageError("a shock's days must be above zero", found=str(self.days), fix="Give for example 30.")
        if not _is_date(str(self.day)):
            raise UsageError("a shock's day must be a date", found=repr(self.day), fix="Give for example 2016-02-27.")

    @property
    def date(self) -> np.datetime64:
        """The day itself."""
        return np.datetime64(str(self.day), "D")


def _is_date(text: str) -> bool:
    try:
        return not np.isnat(np.datetime64(text, "D"))
    except ValueError:
        return False


def shock_shapes(days: NDArray[np.datetime64], shocks: Sequence[Shock]) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return shapes of the background that dated shocks add, each to be weighted by a number not below zero.

    A weight that cannot be negative lets a level rise only. So a step is two shapes, before and from then on: what is taken
    from the first is a fall.

    Parameters
    ----------
    days : numpy.ndarray of datetime64, shape (d,)
        Consecutive; of the whole record, and days ahead of it if need be, so that a shock lies within. Cut rows afterwards.
    shocks : sequence of Shock

    Returns
    -------
    numpy.ndarray of float64, shape (d, k)
        Zero to one.
    numpy.ndarray of int64, shape (k,)
        The shock each shape belongs to; of the two of a step, before comes first.

    Raises
    ------
    UsageError
        A shock outside the days, or on their first: nothing could be told before from after.

    Examples
    --------
    >>> days = np.datetime64("2016-02-25") + np.arange(4)
    >>> shapes, of = shock_shapes(days, [Shock("2016-02-27"), Shock("2016-02-27", "pulse", 1.0)])
    >>> shapes.round(2)
    array([[1.  , 0.  , 0.  ],
           [1.  , 0.  , 0.  ],
           [0.  , 1.  , 1.  ],
           [0.  , 1.  , 0.37]])
    >>> of
    array([0, 0, 1])
    """
    outside = [str(shock.date) for shock in shocks if not days[0] < shock.date <= days[-1]]
    if outside:
        raise UsageError(
            f"a shock must fall after the first day of the record and on the last at most, {days[0]} to {days[-1]}",
            found=", ".join(outside[:5]),
            fix="Choose a day inside that span, or leave the shock out.",
        )
    columns, belongs = [], []
    for k, shock in enumerate(shocks):
        since = (days - shock.date).astype("timedelta64[D]").astype(np.float64)
        after = (since >= 0).astype(np.float64)
        made = [1.0 - after, after] if shock.kind == "step" else [after * np.exp(-np.maximum(since, 0.0) / shock.days)]
        columns += made
        belongs += [k] * len(made)
    return np.array(columns).reshape(len(columns), len(days)).T, np.array(belongs, dtype=np.int64)
