"""What a forecast says of one unit over all its months together, before anything is said of why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aftershock.contract import Forecast, Panel

__all__ = ["Outlook", "outlook"]


@dataclass(frozen=True)
class Outlook:
    """Deaths over all months of a forecast together.

    Attributes
    ----------
    first, last : int
        The month_id forecast.
    median, mean, lower_90, upper_90 : float
    p_1, p_25, p_1000 : float
        Chance of at least so many.
    past : int
        Deaths in as many months before the origin.
    past_months : int
        How many of these are on record.
    """

    first: int
    last: int
    median: float
    mean: float
    lower_90: float
    upper_90: float
    p_1: float
    p_25: float
    p_1000: float
    past: int
    past_months: int


def outlook(made: Forecast, panel: Panel, unit: int, target: str) -> Outlook:
    """Return what a forecast says of one unit.

    Parameters
    ----------
    made : Forecast
        Joint over months.
    panel : Panel
        What it was made from.
    """
    place = int(np.flatnonzero(made.units == unit)[0])
    sums = made.sums(target)[place]
    lower, median, upper = np.quantile(sums, [0.05, 0.5, 0.95]).tolist()
    before = panel.until(made.origin).select(np.array([unit]))
    months = len(made.months)
    return Outlook(
        first=int(made.months[0]),
        last=int(made.months[-1]),
        median=median,
        mean=float(sums.mean()),
        lower_90=lower,
        upper_90=upper,
        **{f"p_{k}": float((sums >= k).mean()) for k in (1, 25, 1000)},
        past=int(before.series(target)[0, -months:].sum()),
        past_months=int(before.exists[0, -months:].sum()),
    )
