"""What follows when an armed actor loses its ground: learnt from past losses, drawn for the next one.

The cases are in the embedded table ``territory_losses``: who lost what, when, by which public source, and the actor's events
in that country in the year before and in three periods after. Few cases, so draws are wide. Two kinds of aftermath are told
apart: in some the actor's fighting as good as ended, in the others it went on, at a rate drawn from a partially pooled
normal of log ratios (:mod:`aftershock.actors.pooling`). A loss is no experiment: armies attack where they expect to win.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.pooling import next_case
from aftershock.contract import BoolArray
from aftershock.errors import UsageError
from aftershock.figures import load_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "EDGES_DAYS", "FEWEST_BEFORE", "LossCases", "LossRegime", "PooledChange", "dispersion_after_losses", "loss_cases",
    "loss_regime",
]  # fmt: skip

FloatArray = NDArray[np.float64]
EDGES_DAYS = (0, 182, 365, 730)
"""The periods after a loss: half a year, the half-year after it, the second year."""
FEWEST_BEFORE = 20
"""State-based events in the year before that a case needs, so that a rate can be compared with."""
_PERIODS = len(EDGES_DAYS) - 1
_FEWEST_CASES = 5
_FEWEST_ONE_SIDED = 5
"""One-sided events, before and after together, below which a case says nothing of their change."""
_ENDED = 0.1
"""Fighting as good as ended where the first year's rate is below this share of the year before."""
_MOST = 30.0
"""Factors are cut here: with few cases a draw can leave everything that ever happened."""
_MONTH = 30.44
_Z = 1.6449  # half-width of a 90 % interval in standard errors


@dataclass(frozen=True)
class LossCases:
    """Past losses as log ratios of rates, after over before.

    Parameters
    ----------
    names, actors, countries : tuple of str
    dates : tuple of datetime.date
    ratios : numpy.ndarray of float64, shape (n, 7)
        Log ratios: state-based events in each period, one-sided events in each, deaths per state-based event in the
        first year. NaN where not known.
    errors : numpy.ndarray of float64, shape (n, 7)
        Standard errors of counting.
    ended : numpy.ndarray of bool, shape (n,)
        Whether fighting as good as ended in the first year.
    """

    names: tuple[str, ...]
    actors: tuple[str, ...]
    countries: tuple[str, ...]
    dates: tuple[dt.date, ...]
    ratios: FloatArray
    errors: FloatArray
    ended: BoolArray


@dataclass(frozen=True)
class LossRegime:
    """Draws of what a loss of ground changes, as factors on what was before.

    Parameters
    ----------
    state_based, one_sided : numpy.ndarray of float64, shape (draws, periods)
        Factor on the rate of the actor's state-based, and of its one-sided, events in each period.
    deadliness : numpy.ndarray of float64, shape (draws,)
        Factor on deaths per state-based event.
    edges_days : tuple of int
        Days after the loss between which the periods lie.
    cases : tuple of str
        The past losses the draws rest on.
    ended : int
        Those after which fighting as good as ended.
    """

    state_based: FloatArray
    one_sided: FloatArray
    deadliness: FloatArray
    edges_days: tuple[int, ...]
    cases: tuple[str, ...]
    ended: int

    def by_month(self, months: int) -> tuple[FloatArray, FloatArray]:
        """Return both rates' factors by month after the loss, shape (draws, months); the last period's hold on."""
        middle = (np.arange(months) + 0.5) * _MONTH
        period = np.minimum(np.searchsorted(self.edges_days, middle, side="right") - 1, _PERIODS - 1)
        return self.state_based[:, period], self.one_sided[:, period]

    def words(self) -> tuple[str, ...]:
        """Return what the past losses say, one sentence each."""
        said = [
            f"This rests on {len(self.cases)} past losses of ground; after {self.ended} of them "
            "the actor's fighting as good as ended.",
            "They are few and unlike each other, and a loss is no experiment: read these as what was seen, not as its effect.",
        ]
        spans = ("the first half-year", "the second half-year", "the second year")
        for label, factors in (("State-based events", self.state_based), ("One-sided events", self.one_sided)):
            told = [
                f"{span} times {middle:.2g} (90 % of draws: {low:.2g} to {high:.2g})"
                for span, (low, middle, high) in zip(
                    spans, np.quantile(factors, (0.05, 0.5, 0.95), axis=0).T, strict=True
                )
            ]
            said.append(f"{label}, against the year before: {'; '.join(told)}.")
        low, middle, high = np.quantile(self.deadliness, (0.05, 0.5, 0.95))
        said.append(f"Deaths per state-based event: times {middle:.2g} ({low:.2g} to {high:.2g}).")
        return tuple(said)


def loss_cases(*, leave_out: str | None = None, known_by: dt.date | None = None) -> LossCases:
    """Return past losses and what was known of their aftermath.

    Parameters
    ----------
    leave_out : str, optional
        An actor or a country whose losses are not to be used.
    known_by : datetime.date, optional
        Only periods that had ended by that day; a loss with none of them is left out.

    Examples
    --------
    >>> cases = loss_cases(known_by=dt.date(2010, 1, 1))
    >>> max(cases.dates).year, len(cases.names)
    (2009, 9)
    """
    table = load_table("territory_losses")
    if leave_out is not None:
        key = leave_out.strip().lower()
        table = table[(table.actor.str.lower() != key) & (table.country.str.lower() != key)]
    dates = [dt.date.fromisoformat(day) for day in table.date]
    ratios, errors = _log_ratios(table)
    known = _known(table, dates, known_by)
    columns = np.column_stack([known, known, known[:, 1]])
    ratios[~columns] = np.nan
    keep = np.isfinite(ratios[:, 0])
    ended = _ended(table, known)
    rows = table[keep]
    return LossCases(
        tuple(rows["case"]), tuple(rows.actor), tuple(rows.country),
        tuple(day for day, kept in zip(dates, keep, strict=True) if kept), ratios[keep], errors[keep], ended[keep],
    )  # fmt: skip


def _known(table: pd.DataFrame, dates: list[dt.date], known_by: dt.date | None) -> BoolArray:
    """Return which periods are covered at least by half, and had ended by a day."""
    out = np.zeros((len(table), _PERIODS), bool)
    for k in range(_PERIODS):
        covered = table[f"days_{k + 1}"].to_numpy()
        out[:, k] = covered >= (EDGES_DAYS[k + 1] - EDGES_DAYS[k]) / 2
        if known_by is not None:
            out[:, k] &= [
                day + dt.timedelta(days=int(EDGES_DAYS[k] + days)) <= known_by
                for day, days in zip(dates, covered, strict=True)
            ]
    return out


def _log_ratios(table: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Return log ratios of rates and their errors; half an event is added on both sides, so that none has a logarithm."""
    ratios, errors = [], []
    for kind, fewest in (("sb", 1), ("os", _FEWEST_ONE_SIDED)):
        before = table[f"{kind}_0"].to_numpy(np.float64)
        for k in range(1, _PERIODS + 1):
            after = table[f"{kind}_{k}"].to_numpy(np.float64)
            longer = np.log(np.maximum(table[f"days_{k}"], 1) / table.days_0).to_numpy()
            ratio = np.log((after + 0.5) / (before + 0.5)) - longer
            ratios.append(np.where(before + after >= fewest, ratio, np.nan))
            errors.append(np.sqrt(1 / (after + 0.5) + 1 / (before + 0.5)))
    ratios.append(table.deadliness_log.to_numpy(np.float64))
    errors.append(table.deadliness_error.to_numpy(np.float64))
    return np.column_stack(ratios), np.column_stack(errors)


def _ended(table: pd.DataFrame, known: BoolArray) -> BoolArray:
    """Return after which losses fighting as good as ended, by what is known of the first year."""
    after, days = (sum(np.where(known[:, k], table[f"{name}_{k + 1}"], 0) for k in (0, 1)) for name in ("sb", "days"))
    rate = np.asarray(after) / np.maximum(days, 1)
    return np.asarray(rate / (table.sb_0 / table.days_0).to_numpy() < _ENDED)


def loss_regime(
    rng: np.random.Generator, draws: int, *, leave_out: str | None = None, known_by: dt.date | None = None
) -> LossRegime:
    """Return draws of what a loss of ground changes, joint over periods, types and deadliness.

    Parameters
    ----------
    rng : numpy.random.Generator
    draws : int
    leave_out : str, optional
        An actor or a country whose past losses are not to be used, as when it is the one asked about.
    known_by : datetime.date, optional
        The origin: nothing is used that was not known then.

    Raises
    ------
    UsageError
        Fewer than five past losses are left: then nothing can be said.

    Examples
    --------
    >>> regime = loss_regime(np.random.default_rng(1), 500, known_by=dt.date(2017, 6, 30))
    >>> regime.state_based.shape, len(regime.cases), bool(np.median(regime.state_based[:, 0]) < 1.2)
    ((500, 3), 18, True)
    """
    cases = loss_cases(leave_out=leave_out, known_by=known_by)
    if len(cases.names) < _FEWEST_CASES or draws < 1:
        raise UsageError(
            f"a loss of ground needs {_FEWEST_CASES} past losses to learn from, and one draw or more",
            found=f"{len(cases.names)} known{f' by {known_by}' if known_by else ''}, {draws} draws",
            fix="Choose a later origin, or say yourself by how much events should change.",
        )
    on = ~cases.ended
    drawn = next_case(rng, cases.ratios[on], cases.errors[on], draws)
    factors = np.exp(drawn)
    chance = rng.beta(0.5 + cases.ended.sum(), 0.5 + on.sum(), draws)
    over = rng.random(draws) < chance
    factors[over, : 2 * _PERIODS] = _ended_factors(rng, cases, int(over.sum()))
    factors = np.minimum(factors, _MOST)
    return LossRegime(
        factors[:, :_PERIODS], factors[:, _PERIODS : 2 * _PERIODS], factors[:, -1], EDGES_DAYS, cases.names,
        int(cases.ended.sum()),
    )  # fmt: skip


def _ended_factors(rng: np.random.Generator, cases: LossCases, draws: int) -> FloatArray:
    """Return factors after an end: one of the past ends, within its counting error; any small rate where none is known.

    One-sided events of such a case are too few to compare; they follow its state-based ones.
    """
    past = cases.ratios[cases.ended, :_PERIODS]
    if not len(past):
        return np.repeat(rng.uniform(0.0, _ENDED, (draws, 1)), 2 * _PERIODS, axis=1)
    which = rng.integers(len(past), size=draws)
    error = cases.errors[cases.ended, :_PERIODS][which]
    filled = np.where(np.isfinite(past), past, np.nanmean(past, axis=1, keepdims=True))[which]
    factors = np.exp(np.minimum(filled + error * rng.standard_normal(filled.shape), 0.0))
    return np.hstack([factors, factors])


@dataclass(frozen=True)
class PooledChange:
    """How a figure changed over all past losses.

    Parameters
    ----------
    mean, low, high : float
        Mean over cases and its 90 % interval, cases counting as draws from those that could have been.
    spread : float
        Standard deviation between cases.
    cases, rose, fell : int
        Cases with enough events, and those whose own 90 % interval lies above or below no change.
    """

    mean: float
    low: float
    high: float
    spread: float
    cases: int
    rose: int
    fell: int


def dispersion_after_losses() -> dict[str, PooledChange]:
    """Return how actors' dispersion changed from the year before a loss to the year after.

    Returns
    -------
    dict of str to PooledChange
        ``cells``: log ratio of the effective number of PRIO-GRID cells; ``one_sided_share``: difference of shares;
        ``deadliness``: log ratio of deaths per state-based event.

    Examples
    --------
    >>> found = dispersion_after_losses()
    >>> found["cells"].cases > 15
    True
    """
    table = load_table("territory_losses")
    cells = np.log(table[["cells_ratio", "cells_ratio_low", "cells_ratio_high"]].to_numpy(np.float64))
    share = table[["share_change", "share_change_low", "share_change_high"]].to_numpy(np.float64)
    deadly, error = table.deadliness_log.to_numpy(np.float64), table.deadliness_error.to_numpy(np.float64)
    return {
        "cells": _pooled(cells[:, 0], (cells[:, 2] - cells[:, 1]) / (2 * _Z)),
        "one_sided_share": _pooled(share[:, 0], (share[:, 2] - share[:, 1]) / (2 * _Z)),
        "deadliness": _pooled(deadly, error),
    }


def _pooled(values: FloatArray, errors: FloatArray) -> PooledChange:
    """Pool by DerSimonian and Laird's random effects (doi:10.1016/0197-2456(86)90046-2); cases without error do not count."""
    keep = np.isfinite(values) & (errors > 0)
    y, variance = values[keep], errors[keep] ** 2
    weight = 1 / variance
    fixed = (weight * y).sum() / weight.sum()
    scatter = (weight * (y - fixed) ** 2).sum() - (len(y) - 1)
    between = max(scatter / (weight.sum() - (weight**2).sum() / weight.sum()), 0.0)
    weight = 1 / (variance + between)
    mean, half = (weight * y).sum() / weight.sum(), _Z / np.sqrt(weight.sum())
    rose, fell = (int((sign * y - _Z * errors[keep] > 0).sum()) for sign in (1, -1))
    return PooledChange(
        float(mean), float(mean - half), float(mean + half), float(np.sqrt(between)), len(y), rose, fell
    )
