"""How often pairs of actors that did not fight came to blows in the next year, learned from all years since 1991.

A logistic regression with a Gaussian prior of 1 on each coefficient, in log odds; its uncertainty is taken over countries, since
the pairs of one war are no independent cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import beta, norm

from aftershock.actors.alliances.history import FIRST_YEAR, LAST_YEAR, fights_of, ties_of_years
from aftershock.actors.alliances.pairs import CLASSES, FEATURES, TRIAD_FEATURES, find_pairs
from aftershock.errors import UsageError

__all__ = ["LEVEL", "Learned", "PastPairs", "Score", "learn", "past_pairs", "score_learning"]

Listed = Literal["dated", "all", "none"]
Use = Literal["all", "no triads", "base rate"]
FloatArray = NDArray[np.float64]
LEVEL = 0.9
"""Of every interval here."""
_PRIOR = 1.0
_WINDOW = 2  # calendar years, as a network's default of 730 days


@dataclass(frozen=True)
class PastPairs:
    """Pairs that did not fight in a window of two years, of every year, and whether they fought in the year after.

    Parameters
    ----------
    year : numpy.ndarray of int64, shape (n,)
        The window's last year.
    features, kind, cluster : numpy.ndarray
        As in :class:`aftershock.actors.alliances.pairs.Pairs`.
    fought : numpy.ndarray of bool, shape (n,)
    """

    year: NDArray[np.int64]
    features: FloatArray
    kind: NDArray[np.int64]
    cluster: NDArray[np.int64]
    fought: NDArray[np.bool_]

    def where(self, keep: NDArray[np.bool_]) -> PastPairs:
        """Return some of them."""
        return PastPairs(self.year[keep], self.features[keep], self.kind[keep], self.cluster[keep], self.fought[keep])


@cache
def past_pairs(listed: Listed = "dated") -> PastPairs:
    """Return every pair and year of the embedded table of dyads.

    Parameters
    ----------
    listed : {"dated", "all", "none"}
        Which alliances of UCDP's undated list count: from the first year the alliance is in the record, all, or none.
    """
    if listed not in ("dated", "all", "none"):
        raise UsageError("listed must be dated, all or none", found=repr(listed), fix="Leave it out for dated.")
    years, features, kinds, clusters, fought = [], [], [], [], []
    for year in range(FIRST_YEAR + _WINDOW - 1, LAST_YEAR):
        found = find_pairs(ties_of_years(year - _WINDOW + 1, year, listed=listed))
        after = fights_of(year + 1)
        years.append(np.full(len(found.pairs), year))
        features.append(found.features)
        kinds.append(found.kind)
        clusters.append(found.cluster)
        fought.append(np.array([pair in after for pair in found.pairs], bool))
    return PastPairs(*(np.concatenate(each) for each in (years, features, kinds, clusters, fought)))


@dataclass(frozen=True)
class Learned:
    """What past pairs say about the next year.

    Parameters
    ----------
    coefficients : numpy.ndarray of float64, shape (1 + len(FEATURES),)
        Log odds, the constant first; 0 for features not used.
    covariance : numpy.ndarray of float64, shape (1 + len(FEATURES),) * 2
        Over countries.
    counts : dict of str to (int, int)
        Pair-years and fights in the year after, per class of :data:`aftershock.actors.alliances.pairs.CLASSES`.
    first, last : int
        Windows end in these years.
    """

    coefficients: FloatArray
    covariance: FloatArray
    counts: dict[str, tuple[int, int]]
    first: int
    last: int

    def chances(self, features: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the probability of a fight in the next year, and its 90 % interval, each of shape (n,)."""
        design = _design(features)
        centre = design @ self.coefficients
        spread = norm.ppf((1 + LEVEL) / 2) * np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        return expit(centre), expit(centre - spread), expit(centre + spread)

    def rate(self, kind: str) -> tuple[float, float, float]:
        """Return how often a class of pairs fought in the year after, and a 90 % interval (Jeffreys' prior)."""
        pairs, fights = self.counts[kind]
        tail = (1 - LEVEL) / 2
        low, high = (float(beta.ppf(each, fights + 0.5, pairs - fights + 0.5)) for each in (tail, 1 - tail))
        return fights / pairs if pairs else 0.0, low, high


def _design(features: FloatArray) -> FloatArray:
    return np.column_stack([np.ones(len(features)), features])


@lru_cache(maxsize=16)
def learn(*, last: int = LAST_YEAR - 1, listed: Listed = "dated", use: Use = "all") -> Learned:
    """Return what pairs up to a year say; nothing after the year that follows it is looked at.

    Parameters
    ----------
    last : int
        The last window's last year; whether its pairs fought is seen in the year after.
    listed : {"dated", "all", "none"}
    use : {"all", "no triads", "base rate"}
        The features: all, all but those of unbalanced triads, or none.

    Examples
    --------
    >>> learned = learn()
    >>> learned.counts["torn allies"]
    (92, 3)
    """
    past = past_pairs(listed)
    seen = past.where(past.year <= last)
    if not seen.fought.any():
        found = f"none up to {last}"
        raise UsageError(
            "learning needs pairs that came to blows", found=found, fix=f"Choose a year up to {LAST_YEAR - 1}."
        )
    counts = {
        name: (int((seen.kind == k).sum()), int(seen.fought[seen.kind == k].sum())) for k, name in enumerate(CLASSES)
    }
    coefficients, covariance = _fit(_design(seen.features), seen.fought, seen.cluster, _used(use))
    return Learned(coefficients, covariance, counts, int(seen.year.min()), int(seen.year.max()))


def _used(use: Use) -> NDArray[np.bool_]:
    """Return which columns of the design a model uses."""
    if use not in ("all", "no triads", "base rate"):
        fix = "Leave it out for all."
        raise UsageError("use must be all, no triads or base rate", found=repr(use), fix=fix)
    held = [use == "all" or (use == "no triads" and name not in TRIAD_FEATURES) for name in FEATURES]
    return np.array([True, *held])


def _fit(
    design: FloatArray, fought: NDArray[np.bool_], cluster: NDArray[np.int64], used: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return the coefficients and their covariance over clusters, by Newton's method; zeros where a column is not used."""
    x, y = design[:, used], fought.astype(np.float64)
    penalty = np.full(x.shape[1], 1 / _PRIOR**2)
    penalty[0] = 0.0
    weight = np.zeros(x.shape[1])
    weight[0] = np.log(y.mean() / (1 - y.mean()))
    for _ in range(100):
        chance = expit(x @ weight)
        slope = x.T @ (y - chance) - penalty * weight
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weight += step * min(1.0, 2 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    groups, of = np.unique(cluster, return_inverse=True)
    scores = np.zeros((len(groups), x.shape[1]))
    np.add.at(scores, of, x * (y - expit(x @ weight))[:, None])
    bread = np.linalg.inv(curve)
    meat = scores.T @ scores * len(groups) / max(len(groups) - 1, 1)
    # The prior's own curvature is added, so that a feature hardly any country has is not thought certain.
    inner = bread @ (meat + np.diag(penalty)) @ bread
    coefficients, covariance = np.zeros(len(used)), np.zeros((len(used), len(used)))
    coefficients[used] = weight
    covariance[np.ix_(used, used)] = inner
    return coefficients, covariance


@dataclass(frozen=True)
class Score:
    """How well years not learned from were foreseen, per pair-year.

    Parameters
    ----------
    pairs, fights : int
    expected : float
        Fights the model expected.
    log, brier : float
        Mean of -log of the probability of what happened (nats), and of its squared error: less is better.
    per_pair_log : numpy.ndarray of float64, shape (n,)
    chances : numpy.ndarray of float64, shape (n,)
    tested : PastPairs
    """

    pairs: int
    fights: int
    expected: float
    log: float
    brier: float
    per_pair_log: FloatArray
    chances: FloatArray
    tested: PastPairs

    def within(self, keep: NDArray[np.bool_]) -> Score:
        """Return the score of some of the pairs."""
        return _score(self.chances[keep], self.tested.where(keep))

    def reliability(self, edges: tuple[float, ...] = (0, 0.001, 0.003, 0.01, 0.03, 0.1, 1)) -> list[dict[str, float]]:
        """Return per band of probability: pairs, mean probability, and how often they fought."""
        band = np.clip(np.searchsorted(edges, self.chances, side="right") - 1, 0, len(edges) - 2)
        rows = []
        for k in np.unique(band).tolist():
            mine = band == k
            fights = int(self.tested.fought[mine].sum())
            said, seen = float(self.chances[mine].mean()), fights / int(mine.sum())
            rows.append(
                {
                    "from": edges[k],
                    "to": edges[k + 1],
                    "pairs": int(mine.sum()),
                    "fights": fights,
                    "said": said,
                    "seen": seen,
                }
            )
        return rows


def score_learning(train_until: int = 2014, *, listed: Listed = "dated", use: Use = "all") -> Score:
    """Return how well the years after one were foreseen from those up to it.

    Parameters
    ----------
    train_until : int
        The last year in which fights are seen; every later year to 2024 is tested.
    """
    past = past_pairs(listed)
    learned = learn(last=train_until - 1, listed=listed, use=use)
    tested = past.where(past.year >= train_until)
    return _score(learned.chances(tested.features)[0], tested)


def _score(chance: FloatArray, tested: PastPairs) -> Score:
    log = -np.log(np.where(tested.fought, chance, 1 - chance))
    brier = (chance - tested.fought) ** 2
    return Score(
        pairs=len(chance),
        fights=int(tested.fought.sum()),
        expected=float(chance.sum()),
        log=float(log.mean()),
        brier=float(brier.mean()),
        per_pair_log=log,
        chances=chance,
        tested=tested,
    )
