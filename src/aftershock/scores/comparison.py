"""Is one forecast better than another? Paired differences with an interval from resampled countries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aftershock.contract import Scores
from aftershock.errors import DataError, UsageError

__all__ = ["Comparison", "compare"]

FEWEST_UNITS = 5  # resampling fewer countries says nothing of others
COMPARED = ("crps", "log_crps", "ign", "mis")


@dataclass(frozen=True)
class Comparison:
    """Mean difference of one score, A − B; below zero means A is better.

    Attributes
    ----------
    score : str
    a, b : float
        Mean scores.
    difference : float
    lower, upper : float or None
        The 95 % interval of the difference, from countries drawn with replacement; none for fewer than five countries.
    n, units : int
        Forecasts and units compared.
    """

    score: str
    a: float
    b: float
    difference: float
    lower: float | None
    upper: float | None
    n: int
    units: int

    @property
    def verdict(self) -> str:
        """Say in a few words which is better."""
        if self.lower is None or self.upper is None:
            return "cannot say"
        if self.upper < 0:
            return "A is better"
        return "B is better" if self.lower > 0 else "cannot say"


def compare(a: Scores, b: Scores, *, resamples: int = 2000, seed: int = 1) -> list[Comparison]:
    """Compare two forecasts' scores on the rows both have.

    A country's months rise and fall together, so whole countries are resampled, not rows.

    Parameters
    ----------
    a, b : Scores
        Of the same target.
    resamples : int
    seed : int

    Returns
    -------
    list of Comparison
        For ``crps``, ``log_crps``, ``ign`` and ``mis``.

    Raises
    ------
    DataError
        No row in common, or different targets.
    """
    if resamples < 1 or seed < 0:
        raise UsageError(
            "resamples must be 1 or more and a seed 0 or more", found=f"{resamples}, {seed}", fix="Use 2,000 and 1."
        )
    if a.target != b.target:
        raise DataError(
            "two forecasts compared must have the same target",
            found=f"{a.target} and {b.target}",
            fix="Choose one target.",
        )
    key_a, key_b = (s.months * 1_000_000 + s.units for s in (a, b))
    _, rows_a, rows_b = np.intersect1d(key_a, key_b, return_indices=True)
    if not len(rows_a):
        raise DataError(
            "two forecasts compared must share units and months",
            found="none in common",
            fix="Check their months and units.",
        )
    units, group = np.unique(a.units[rows_a], return_inverse=True)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(units), np.full(len(units), 1 / len(units)), size=resamples)
    counts = np.bincount(group)
    out = []
    for name in COMPARED:
        x, y = a.values[name][rows_a], b.values[name][rows_b]
        sums = np.bincount(group, weights=x - y)
        resampled = (weights @ sums) / (weights @ counts)
        ends = np.quantile(resampled, [0.025, 0.975]).tolist() if len(units) >= FEWEST_UNITS else (None, None)
        out.append(
            Comparison(
                score=name,
                a=float(x.mean()),
                b=float(y.mean()),
                difference=float((x - y).mean()),
                lower=ends[0],
                upper=ends[1],
                n=len(x),
                units=len(units),
            )
        )
    return out
