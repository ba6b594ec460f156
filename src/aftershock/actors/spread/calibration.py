"""The level of the spread model, set by years it had not been taught on.

First activities have become rarer for what is known of a situation, and factors multiplied foretell too much where all speak
for a country. So the model is taught once more on the earlier years alone, foretells the last ten known ones, and what came
there gives ``h = exp(a) · hazardᵇ`` and the hazard used, ``h / (1 + h / c)``, which is never above c. Priors: a ~ N(0, 0.5²),
b ~ N(1, 0.3²), log c ~ N(log 0.3, 1). Nothing after the origin is used.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from aftershock.actors.spread.exposure import FEATURES, came
from aftershock.actors.spread.hazard import (
    FIRST_ORIGIN,
    Hazard,
    count_kinds,
    fit_hazard,
    known_situations,
    levelled,
    taught,
)
from aftershock.actors.spread.presence import presence
from aftershock.contract import BoolArray

__all__ = ["calibrated", "fit_level", "follow"]

FloatArray = NDArray[np.float64]
_YEARS = 10
_PRIOR = np.array([0.0, 1.0, np.log(0.3)])
_PRIOR_SD = np.array([0.5, 0.3, 1.0])


def follow(model: Hazard, until: int, origins: range, horizon_years: int) -> tuple[FloatArray, BoolArray]:
    """Return what a model taught up to a year foretells at later origins, and what came.

    The model stays as it was; each actor's own factor goes on with what the actor did up to each origin.
    """
    who = presence()
    chances, outcomes = [], []
    seen, expected = (np.zeros(len(who.actors)) for _ in range(2))
    seen[: len(model.seen)], expected[: len(model.seen)] = model.seen, model.expected
    for origin in origins:
        ended = origin - horizon_years
        if ended > until - horizon_years:
            past = known_situations(ended)
            hazard = -np.expm1(-np.exp(model.log_hazard(past.levels)))
            expected += np.bincount(past.actor, hazard, len(expected)) / horizon_years
            seen += np.bincount(past.actor, came(who, past, ended, horizon_years), len(seen)) / horizon_years
        rows = known_situations(origin)
        now = replace(model, seen=seen.copy(), expected=expected.copy())
        chances.append(now.probability(rows.levels, rows.actor))
        outcomes.append(came(who, rows, origin, horizon_years))
    return np.concatenate(chances), np.concatenate(outcomes)


def fit_level(chances: FloatArray, hit: BoolArray, *, horizon_years: int = 1) -> tuple[FloatArray, FloatArray]:
    """Return the mode of (a, b, log c), shape (3,), and the lower root of its covariance, shape (3, 3)."""
    hazard = -np.log1p(-np.clip(chances, 1e-12, 1 - 1e-12))

    def cost(level: FloatArray) -> float:
        now = levelled(hazard, level)
        fit = np.log(-np.expm1(-now[hit])).sum() - now[~hit].sum()
        return float(-fit / horizon_years + (((level - _PRIOR) / _PRIOR_SD) ** 2).sum() / 2)

    mode = np.asarray(minimize(cost, _PRIOR, method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-3}).x)
    steps = 0.05 * _PRIOR_SD
    slopes = [(levelled(hazard, mode + step) - levelled(hazard, mode - step)) for step in np.diag(steps)]
    gradient = np.stack(slopes, axis=1) / (2 * steps)
    now = levelled(hazard, mode)
    information = (gradient.T / np.expm1(now)) @ gradient / horizon_years + np.diag(_PRIOR_SD**-2)
    return mode, np.linalg.cholesky(np.linalg.inv(information))


def calibrated(until: int, horizon_years: int, *, used: tuple[str, ...] = tuple(FEATURES)) -> Hazard:
    """Return the model taught up to a year, its level set by the last ten years known."""
    split = max(until - _YEARS, FIRST_ORIGIN + (until - FIRST_ORIGIN) // 2)
    early = _fitted(split, horizon_years, used)
    chances, hit = follow(early, split, range(split, until - horizon_years + 1), horizon_years)
    level, root = fit_level(chances, hit, horizon_years=horizon_years)
    return replace(_fitted(until, horizon_years, used), level=level, level_root=root)


def _fitted(until: int, horizon_years: int, used: tuple[str, ...]) -> Hazard:
    rows, outcome, _ = taught(until, horizon_years)
    return fit_hazard(count_kinds(rows, outcome), horizon_years=horizon_years, used=used)
