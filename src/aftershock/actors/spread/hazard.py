"""The hazard of first activity in a new country: a regularised regression with a complementary log-log link.

``P(first activity within the horizon) = 1 − exp(−exp(x·β))``, so β are log ratios of hazards (Prentice & Gloeckler 1978,
doi:10.2307/2529588). Priors: β ~ N(0, 1), the constant ~ N(−7, 5²). Draws of β are normal around the mode (Laplace), with a
spread that lets each actor have a habit of its own: the errors are clustered by actor (Huber 1967). Windows of several years
overlap; the clustering covers that too.

Each actor's hazard has a factor of its own, gamma with mean 1 and a variance taken from how far actors' counts scatter. What
an actor did up to the origin says which factor it has: gamma again, by Bayes' rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.spread.exposure import FEATURES, Situations, came, design, situations
from aftershock.actors.spread.presence import FIRST_YEAR, presence
from aftershock.contract import BoolArray, IntArray

__all__ = ["FIRST_ORIGIN", "Counted", "Hazard", "count_kinds", "fit_hazard", "known_situations", "levelled", "taught"]

FloatArray = NDArray[np.float64]
FIRST_ORIGIN = FIRST_YEAR + 2
"""Before this year the record is too short to tell a new country from an old one."""
_CONSTANT, _CONSTANT_SD, _SLOPE_SD = -7.0, 5.0, 1.0
_STEPS, _TOLERANCE = 100, 1e-8


@dataclass(frozen=True)
class Counted:
    """Situations counted by kind and actor.

    Parameters
    ----------
    levels : numpy.ndarray of int8, shape (k, f)
        The kinds.
    kind, actor : numpy.ndarray of int64, shape (n,)
    trials, successes : numpy.ndarray of float64, shape (n,)
        Situations, and those after which the actor came.
    """

    levels: NDArray[np.int8]
    kind: IntArray
    actor: IntArray
    trials: FloatArray
    successes: FloatArray


@dataclass(frozen=True)
class Hazard:
    """A fitted model.

    Parameters
    ----------
    mode : numpy.ndarray of float64, shape (p,)
        In the order of :func:`aftershock.actors.spread.exposure.design`.
    root : numpy.ndarray of float64, shape (p, p)
        Lower root of the covariance.
    habit : float
        Variance of actors' own factor, mean 1, on the hazard.
    seen, expected : numpy.ndarray of float64, shape (a,)
        First activities of each actor, and how many the model expects of it without a factor of its own.
    entries : int
        First activities it was fitted on.
    used : tuple of str
        Features used.
    level : numpy.ndarray of float64, shape (3,)
        a, b and log c of :mod:`aftershock.actors.spread.calibration`; 0, 1 and infinity leave the hazard as it is.
    level_root : numpy.ndarray of float64, shape (3, 3)
        Lower root of their covariance.
    """

    mode: FloatArray
    root: FloatArray
    habit: float
    seen: FloatArray
    expected: FloatArray
    entries: int
    used: tuple[str, ...]
    level: FloatArray = field(default_factory=lambda: np.array([0.0, 1.0, np.inf]))
    level_root: FloatArray = field(default_factory=lambda: np.zeros((3, 3)))

    def log_hazard(self, levels: NDArray[np.int8]) -> FloatArray:
        """Return the log hazard at the mode, shape (n,)."""
        return self.masked(levels) @ self.mode

    def masked(self, levels: NDArray[np.int8]) -> FloatArray:
        """Return the model's matrix with features that are not used put to zero."""
        return design(_mask(levels, self.used))

    def own_factor(self, actors: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return shape and rate of the gamma of each actor's own factor, given what it did; an actor not seen has the prior's."""
        known = np.minimum(actors, len(self.seen) - 1)
        there = actors < len(self.seen)
        prior = 1.0 / max(self.habit, 1e-3)
        return prior + np.where(there, self.seen[known], 0.0), prior + np.where(there, self.expected[known], 0.0)

    def probability(self, levels: NDArray[np.int8], actors: IntArray) -> FloatArray:
        """Return the probability of each situation at the mode, the own factor averaged over, shape (n,)."""
        shape, rate = self.own_factor(actors)
        hazard = shape * np.log1p(np.exp(self.log_hazard(levels)) / rate)
        return np.asarray(-np.expm1(-levelled(hazard, self.level)))

    def draw(self, rng: np.random.Generator, levels: NDArray[np.int8], actor: int, draws: int) -> FloatArray:
        """Return draws of one actor's probabilities, joint over its situations, shape (n, draws)."""
        beta = self.mode[:, None] + self.root @ rng.standard_normal((len(self.mode), draws))
        (shape,), (rate,) = self.own_factor(np.array([actor]))
        own = rng.gamma(shape, 1.0 / rate, draws)
        hazard = own * np.exp(self.masked(levels) @ beta)
        return np.asarray(
            -np.expm1(-levelled(hazard, self.level[:, None] + self.level_root @ rng.standard_normal((3, draws))))
        )


def levelled(hazard: FloatArray, level: FloatArray) -> FloatArray:
    """Return hazards at a level (a, b, log c), whose draws, if any, come last in both."""
    a, b, log_c = level
    raised = np.exp(a) * hazard**b
    return np.asarray(raised / (1.0 + raised * np.exp(-log_c)))


def _mask(levels: NDArray[np.int8], used: tuple[str, ...]) -> NDArray[np.int8]:
    return levels * np.array([name in used for name in FEATURES], np.int8)


def count_kinds(rows: Situations, outcome: BoolArray) -> Counted:
    """Return situations counted by kind and actor."""
    code = np.ravel_multi_index(tuple(rows.levels.T.astype(np.int64)), tuple(FEATURES.values()))
    kinds, kind = np.unique(code, return_inverse=True)
    levels = np.stack(np.unravel_index(kinds, tuple(FEATURES.values())), axis=1).astype(np.int8)
    pairs, place = np.unique(kind * (rows.actor.max() + 1) + rows.actor, return_inverse=True)
    trials, successes = np.bincount(place, np.ones(len(place))), np.bincount(place, outcome)
    kind, actor = np.divmod(pairs, rows.actor.max() + 1)
    return Counted(levels, kind, actor, np.asarray(trials, np.float64), np.asarray(successes, np.float64))


@lru_cache(maxsize=64)
def known_situations(year: int) -> Situations:
    """Return the situations at the end of a year; kept, since every fit needs those of all years before."""
    return situations(presence(), year)


def taught(until: int, horizon_years: int) -> tuple[Situations, BoolArray, IntArray]:
    """Return every situation whose window had ended by a year, whether the actor came, and the situation's year."""
    years = range(FIRST_ORIGIN, until - horizon_years + 1)
    parts = [known_situations(year) for year in years]
    outcomes = [came(presence(), rows, year, horizon_years) for rows, year in zip(parts, years, strict=True)]
    rows = Situations(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("actor", "country", "levels"))
    )
    return rows, np.concatenate(outcomes), np.repeat(np.array(years), [len(part.actor) for part in parts])


def fit_hazard(counted: Counted, *, horizon_years: int = 1, used: tuple[str, ...] = tuple(FEATURES)) -> Hazard:
    """Return the model fitted to counted situations."""
    x = design(_mask(counted.levels, used))
    trials = np.bincount(counted.kind, counted.trials, len(x))
    successes = np.bincount(counted.kind, counted.successes, len(x))
    precision = np.full(x.shape[1], _SLOPE_SD**-2)
    precision[0] = _CONSTANT_SD**-2
    centre = np.zeros(x.shape[1])
    centre[0] = _CONSTANT
    beta = centre.copy()
    for _ in range(_STEPS):
        hazard = np.exp(np.minimum(x @ beta, 5.0))
        slope = successes * hazard / np.expm1(hazard) - (trials - successes) * hazard
        weight = trials * hazard**2 / np.expm1(hazard)
        information = (x.T * weight) @ x + np.diag(precision)
        step = np.linalg.solve(information, x.T @ slope - precision * (beta - centre))
        beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < _TOLERANCE:
            break
    hazard = np.exp(np.minimum(x @ beta, 5.0))
    inverse = np.linalg.inv((x.T * (trials * hazard**2 / np.expm1(hazard))) @ x / horizon_years + np.diag(precision))
    # what each actor adds to the slope: were situations independent, its square would be the information
    mine = hazard[counted.kind]
    pull = counted.successes * mine / np.expm1(mine) - (counted.trials - counted.successes) * mine
    by_actor = np.zeros((int(counted.actor.max()) + 1, x.shape[1]))
    np.add.at(by_actor, counted.actor, x[counted.kind] * pull[:, None])
    robust = inverse @ (by_actor.T @ by_actor / horizon_years**2 + np.diag(precision)) @ inverse
    root = np.asarray(np.linalg.cholesky(robust + 1e-10 * np.eye(len(beta))), np.float64)
    # windows overlap: every first activity lies in as many of them as the horizon has years
    expected = np.bincount(counted.actor, counted.trials * -np.expm1(-mine)) / horizon_years
    seen = np.bincount(counted.actor, counted.successes) / horizon_years
    habit = max(float(((seen - expected) ** 2 - expected).sum() / (expected**2).sum()), 0.0)  # by moments
    return Hazard(
        np.asarray(beta, np.float64),
        root,
        habit,
        np.asarray(seen),
        np.asarray(expected),
        round(float(successes.sum()) / horizon_years),
        used,
    )
