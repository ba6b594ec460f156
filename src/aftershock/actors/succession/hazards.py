"""The yearly chance of what may follow an actor's end: a small logistic regression, its uncertainty by Laplace's method.

Each year at risk is one observation, so an end close to the end of the record gives the years it has, and chances over
one, two and five years hang together. Priors are weak and fixed; nothing is tuned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from aftershock.actors.succession.ends import AFTER, FEATURES, End, features, person_years
from aftershock.contract import BoolArray, IntArray

__all__ = ["HORIZONS", "Hazard", "any_successor", "base_rates", "fit_hazard", "maximise"]

HORIZONS = (1, 2, AFTER)
_CENTRE = {
    "years active (log)": 1.1,
    "dyads (log)": 0.4,
}  # about their means, so that the intercept is an ordinary actor
_REGION_SD, _SD, _INTERCEPT = 0.5, 1.0, (-3.0, 2.0)
_ALIVE = FEATURES.index("relative active at the end")
_REGION = FEATURES.index("Americas")

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Hazard:
    """A fitted yearly chance of one outcome.

    Parameters
    ----------
    outcome : str
    ends, actors : int
        Ends it was learnt from, and actors they are of.
    came : int
        Ends after which the outcome came within the years known.
    mode : numpy.ndarray of float64, shape (c,)
        Coefficients of highest posterior density.
    spread : numpy.ndarray of float64, shape (c, c)
        Cholesky factor of their covariance.
    """

    outcome: str
    ends: int
    actors: int
    came: int
    mode: FloatArray
    spread: FloatArray

    def draw(self, rng: np.random.Generator, of: FloatArray, draws: int) -> FloatArray:
        """Return the chance that the outcome came by each year after the end, shape (AFTER, draws).

        Parameters
        ----------
        rng : numpy.random.Generator
        of : numpy.ndarray of float64, shape (len(FEATURES),)
            What was visible of the actor, :func:`aftershock.actors.succession.ends.features`.
        draws : int
        """
        coefficients = self.mode[:, None] + self.spread @ rng.standard_normal((len(self.mode), draws))
        after = np.arange(1, AFTER + 1)
        yearly = expit(_design(np.tile(of, (AFTER, 1)), after) @ coefficients)
        if self.outcome == "itself again":
            yearly[0] = 0.0  # the silent year that makes the end
        return np.asarray(1 - np.cumprod(1 - yearly, axis=0))


def _design(of: FloatArray, after: IntArray) -> FloatArray:
    """Return one row per year at risk: intercept, features, which year it is, and a relative's fading presence."""
    centred = of - np.array([_CENTRE.get(name, 0.0) for name in FEATURES])
    later = (after[:, None] == np.arange(2, AFTER + 1)).astype(np.float64)
    fading = (of[:, _ALIVE] * (after > 1))[:, None]
    return np.concatenate([np.ones((len(of), 1)), centred, later, fading], axis=1)


def maximise(
    design: FloatArray, came: BoolArray, mean: FloatArray, precision: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the mode and covariance of a logistic regression with independent normal priors, by Newton's method.

    Examples
    --------
    >>> came = np.array([True] * 30 + [False] * 70)
    >>> mode, covariance = maximise(np.ones((100, 1)), came, np.zeros(1), np.full(1, 1e-9))
    >>> round(float(expit(mode[0])), 3), round(float(covariance[0, 0]), 4)  # 1 / (100 · 0.3 · 0.7)
    (0.3, 0.0476)
    """
    beta = mean.copy()
    for _ in range(100):
        chance = expit(design @ beta)
        slope = design.T @ (came - chance) - precision * (beta - mean)
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        beta += step * min(1.0, 3.0 / max(1e-12, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-10:
            break
    return beta, np.asarray(np.linalg.inv(curve), np.float64)


def fit_hazard(ends: tuple[End, ...], outcome: str, until: int) -> Hazard:
    """Return the yearly chance of an outcome, learnt from ends as they were known at the end of a year.

    Priors: intercept N(−3, 2²), regions N(0, 0.5²), everything else N(0, 1).
    """
    rows = person_years(ends, outcome, until)
    known = np.array([features(end) for end in ends]).reshape(-1, len(FEATURES))
    design = _design(known[rows.end], rows.after)
    sd = np.full(design.shape[1], _SD)
    sd[0] = _INTERCEPT[1]
    sd[1 + _REGION : 1 + len(FEATURES)] = _REGION_SD
    mean = np.zeros(design.shape[1])
    mean[0] = _INTERCEPT[0]
    mode, covariance = maximise(design, rows.came, mean, sd**-2)
    used = set(rows.end.tolist())
    actors = len({ends[place].actor.number for place in used})
    return Hazard(
        outcome, len(used), actors, int(rows.came.sum()), mode, np.asarray(np.linalg.cholesky(covariance), np.float64)
    )


def any_successor(earlier: FloatArray, new: FloatArray) -> FloatArray:
    """Return the chance that one successor or the other came, from those of an earlier and of a new one.

    The two are taken as independent given what was visible, so that the whole is never less than a part.
    """
    return np.asarray(1 - (1 - earlier) * (1 - new))


def base_rates(ends: tuple[End, ...], outcome: str, until: int) -> FloatArray:
    """Return the chance by each year after an end whatever the actor, shape (AFTER,): what the regression must beat.

    Yearly chances with half a case added to either side.
    """
    rows = person_years(ends, outcome, until)
    came = np.bincount(rows.after[rows.came], minlength=AFTER + 1)[1:]
    risk = np.bincount(rows.after, minlength=AFTER + 1)[1:]
    yearly = np.where(risk > 0, (came + 0.5) / (risk + 1), 0.0)
    return np.asarray(1 - np.cumprod(1 - yearly))
