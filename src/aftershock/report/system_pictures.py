"""Small drawings as SVG: geometry in a square of 100 by 100 that the page stretches; words stand beside it, as text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["area", "bars", "fan", "on_scale", "share_of"]

FloatArray = NDArray[np.float64]


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def share_of(value: float, top: float) -> float:
    """Return how far below the top a value lies, of 100; what is above the top lies on it.

    Examples
    --------
    >>> share_of(25.0, 100.0), share_of(200.0, 100.0)
    (75.0, 0.0)
    """
    return round(100.0 * (1.0 - min(max(value, 0.0) / max(top, 1e-9), 1.0)), 2)


def area(values: FloatArray) -> str:
    """Return the path of a course of steps, one per value, as an area on the ground.

    Examples
    --------
    >>> area(np.array([1.0, 2.0]))
    'M0 100V50H50V0H100V100Z'
    """
    top, step = float(values.max(initial=0.0)), 100.0 / max(len(values), 1)
    steps = "".join(f"V{_n(share_of(float(v), top))}H{_n((k + 1) * step)}" for k, v in enumerate(values))
    return f"M0 100{steps}V100Z"


def bars(values: FloatArray, *, top: float) -> list[dict[str, float]]:
    """Return a histogram's bars: where each begins, how wide it is, its top and its height."""
    width = 100.0 / len(values)
    return [
        {"x": round(k * width + 0.5, 2), "width": round(width - 1.0, 2), "y": y, "height": round(100.0 - y, 2)}
        for k, y in enumerate(share_of(float(v), top) for v in values)
    ]


def on_scale(values: list[float], *, low: float, high: float) -> list[float]:
    """Return where values lie between two ends, of 100; what is beyond an end lies on it.

    Examples
    --------
    >>> on_scale([0.5, 3.0], low=0.0, high=2.0)
    [25.0, 100.0]
    """
    return [round(float(np.clip(100.0 * (v - low) / (high - low), 0.0, 100.0)), 2) for v in values]


def fan(past: FloatArray, quantiles: FloatArray, came: FloatArray) -> dict[str, Any]:
    """Return past months as bars and the forecast as bands, all on one scale.

    Parameters
    ----------
    past : numpy.ndarray of float64, shape (p,)
        Deaths by month up to the origin.
    quantiles : numpy.ndarray of float64, shape (5, h)
        Of the draws: 5, 25, 50, 75 and 95 %.
    came : numpy.ndarray of float64, shape (h,)
        Not a number where it is not known.

    Returns
    -------
    dict
        The scale's ``top``, whether a band goes on above it (``cut``), and shapes.
    """
    known = came[np.isfinite(came)]
    most = max(float(past.max(initial=0.0)), float(quantiles[3].max()), float(known.max(initial=0.0)), 1.0)
    top = max(most, min(float(quantiles[4].max()), 2.0 * most)) * 1.04
    n, width = len(past) + quantiles.shape[1], 100.0 / (len(past) + quantiles.shape[1])
    start = len(past) * width
    dots = [
        {"x": round(start + (k + 0.5) * width, 2), "y": share_of(float(v), top)}
        for k, v in enumerate(came)
        if np.isfinite(v)
    ]
    return {
        "top": top,
        "cut": bool(quantiles[4].max() > top),
        "months": n,
        "start": round(start, 2),
        "past": [
            {"x": round(k * width, 2), "width": round(width * 0.86, 2), "y": share_of(float(v), top)}
            for k, v in enumerate(past)
        ],
        "outer": _band(quantiles[0], quantiles[4], start, width, top),
        "inner": _band(quantiles[1], quantiles[3], start, width, top),
        "median": _steps(quantiles[2], start, width, top),
        "came": dots,
    }


def _steps(values: FloatArray, start: float, width: float, top: float) -> str:
    first = f"M{_n(start)} {_n(share_of(float(values[0]), top))}"
    return first + "".join(
        f"V{_n(share_of(float(v), top))}H{_n(start + (k + 1) * width)}" for k, v in enumerate(values)
    )


def _band(lower: FloatArray, upper: FloatArray, start: float, width: float, top: float) -> str:
    back = "".join(
        f"V{_n(share_of(float(lower[k]), top))}H{_n(start + k * width)}" for k in range(len(lower) - 1, -1, -1)
    )
    return f"{_steps(upper, start, width, top)}{back}Z"
