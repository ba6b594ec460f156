"""How large the violence of successors was, next to the last years of the actor that ended.

Few ends have deaths known throughout, most of them in Syria, Sudan and the Philippines, so the distribution is wide and
says so. What successors do includes wars they were in already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import IntArray
from aftershock.figures import load_table

__all__ = ["ENOUGH", "SizeCases", "draw_sizes", "size_cases"]

FloatArray = NDArray[np.float64]
ENOUGH = 5  # actors below which nothing is said
# log(1 + successors' deaths) on log(1 + own deaths): any slope from 0 (as many whoever ended) to 1 (in proportion) alike;
# level 5 ± 3 noise sds; noise worth two cases of sd 1.5.
_SLOPES, _LEVEL, _SHAPE, _SCALE = np.linspace(0, 1, 21), (5.0, 3.0), 1.0, 2.25


@dataclass(frozen=True)
class SizeCases:
    """Ended actors with a successor active after, and deaths before and after.

    Parameters
    ----------
    actor, last_year : numpy.ndarray of int64, shape (n,)
        UCDP's number and the actor's last active year.
    own : numpy.ndarray of int64, shape (n,)
        Deaths in events of the actor in its last five years.
    later : numpy.ndarray of int64, shape (n,)
        Deaths in events of its successors in the five years after.
    """

    actor: IntArray
    last_year: IntArray
    own: IntArray
    later: IntArray

    @property
    def actors(self) -> int:
        """How many actors the cases are of."""
        return len(set(self.actor.tolist()))


@cache
def _table() -> SizeCases:
    rows = load_table("succession_sizes")
    wide = rows.pivot_table(index=["actor_id", "last_year"], columns="of", values="deaths", aggfunc="sum").reset_index()
    return SizeCases(*(wide[name].to_numpy(np.int64) for name in ("actor_id", "last_year", "own", "successors")))


def size_cases(until: int, leave_out: int | None = None) -> SizeCases:
    """Return the cases whose five years after the end were known at the end of a year, without one actor's own.

    Examples
    --------
    >>> size_cases(2021).actors > 15
    True
    """
    table = _table()
    keep = (table.last_year + 5 <= until) & (table.actor != (leave_out or 0))
    return SizeCases(table.actor[keep], table.last_year[keep], table.own[keep], table.later[keep])


def draw_sizes(
    rng: np.random.Generator, draws: int, cases: SizeCases, own: int | None
) -> tuple[FloatArray, FloatArray] | None:
    """Return deaths by successors in the five years after, if one is active, and their ratio to the actor's last five.

    ``log(1 + deaths) = level + slope · log(1 + own deaths) + noise``, drawn from the posterior predictive: the slope from its
    posterior on a grid from 0 to 1, level and noise given it in closed form (Student t). An actor that ended several times
    weighs as one case in all. Where the own deaths are not known they are drawn from the cases, and only the ratio has a
    meaning.

    Parameters
    ----------
    rng : numpy.random.Generator
    draws : int
    cases : SizeCases
    own : int or None
        Deaths in the actor's last five years.

    Returns
    -------
    tuple of numpy.ndarray of float64, shape (draws,), or None
        Deaths, and the ratio; None where the cases are of fewer than 5 actors.

    Examples
    --------
    >>> deaths, ratio = draw_sizes(np.random.default_rng(1), 1000, size_cases(2021), 500)
    >>> bool(np.allclose(ratio, deaths / 500)), bool(np.quantile(deaths, 0.95) > 20 * np.median(deaths))
    (True, True)
    """
    if cases.actors < ENOUGH:
        return None
    own_log, later_log = np.log1p(cases.own), np.log1p(cases.later)
    weight = 1 / np.array([(cases.actor == number).sum() for number in cases.actor.tolist()], np.float64)
    centre = float(np.average(own_log, weights=weight))
    left_over = later_log - _SLOPES[:, None] * (own_log - centre)
    precision = _LEVEL[1] ** -2 + weight.sum()
    level = (_LEVEL[1] ** -2 * _LEVEL[0] + left_over @ weight) / precision
    squares = left_over**2 @ weight + _LEVEL[1] ** -2 * _LEVEL[0] ** 2 - precision * level**2
    shape, scale = _SHAPE + weight.sum() / 2, _SCALE + squares / 2
    evidence = -shape * np.log(scale)
    chance = np.exp(evidence - evidence.max())
    at = rng.choice(len(_SLOPES), size=draws, p=chance / chance.sum())
    noise = scale[at] / rng.gamma(shape, size=draws) * (1 + 1 / precision)
    if own is None:
        known = own_log[rng.choice(len(own_log), size=draws, p=weight / weight.sum())]
    else:
        known = np.full(draws, np.log1p(own))
    drawn = level[at] + _SLOPES[at] * (known - centre) + np.sqrt(noise) * rng.standard_normal(draws)
    deaths = np.expm1(drawn.clip(0, np.log(1e7)))
    return deaths, deaths / np.maximum(np.expm1(known), 1.0)
