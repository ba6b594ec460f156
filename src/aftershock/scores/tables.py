"""From a forecast and what came to score tables: one row per forecast, then named summaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import THRESHOLDS, Forecast, Panel, Scores
from aftershock.errors import DataError
from aftershock.months import month_text
from aftershock.scores import kernels

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COVERAGES", "actuals_of", "score", "summarise_scores"]

COVERAGES = (0.5, 0.8, 0.9, 0.95)
_NOT_SCORES = ("pit", "median", "lower_90", "upper_90")


def actuals_of(panel: Panel, target: str) -> pd.Series[int]:
    """Return what came, as a series of deaths indexed by ``month_id`` and ``country_id``."""
    import pandas as pd

    unit, month = np.nonzero(panel.exists)
    index = pd.MultiIndex.from_arrays([panel.months[month], panel.units[unit]], names=["month_id", panel.kind])
    return pd.Series(panel.series(target)[unit, month], index=index, name="outcome")


def score(forecast: Forecast, actuals: pd.Series[int], *, target: str | None = None, seed: int = 1) -> Scores:
    """Score every forecast whose outcome is known.

    Parameters
    ----------
    forecast : Forecast
    actuals : pandas.Series
        Deaths indexed by ``month_id`` and unit, as :func:`actuals_of` or :func:`aftershock.sources.read_actuals` gives.
    target : str, optional
        Which target to score; the forecast's first one if not given.
    seed : int
        Of the random tie-breaking in the PIT.

    Returns
    -------
    Scores
        ``crps`` (1/m² estimator), ``crps_fair`` (given two draws or more), ``log_crps``, ``ign``, ``mis`` (interval
        score of the central 90 %),
        ``brier_1 … brier_1000``, ``covered_50 … covered_95``, ``pit``, and ``p_1 … p_1000``, the probability given to
        at least so many deaths, and ``median, lower_90, upper_90`` of the draws.

    Raises
    ------
    DataError
        No outcome is known for any forecast.
    """
    target = target or forecast.targets[0]
    draws = forecast.of(target)
    unit, month = (a.ravel() for a in np.meshgrid(forecast.units, forecast.months, indexing="ij"))
    known = actuals.reindex(list(zip(month.tolist(), unit.tolist(), strict=True))).to_numpy(dtype=np.float64)
    has = ~np.isnan(known)
    if not has.any():
        span = f"{month_text(int(forecast.months[0]))} to {month_text(int(forecast.months[-1]))}"
        raise DataError(
            f"the actuals must hold months that were forecast, {span}",
            found="none of them",
            fix="Give the outcomes of those months and units.",
        )
    outcome = known[has].astype(np.int64)
    drawn = draws.reshape(-1, draws.shape[-1])[has]
    return Scores(
        model=forecast.model,
        target=target,
        units=unit[has],
        months=month[has],
        outcome=outcome,
        values=_all_scores(outcome, drawn, np.random.default_rng(seed)),
        unscored=int((~has).sum()),
    )


def _all_scores(
    outcome: NDArray[np.int64], draws: NDArray[np.int32], rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    ordered = kernels.sort_draws(draws)
    values = {"crps": kernels.crps(outcome, ordered)}
    if ordered.shape[1] > 1:
        values["crps_fair"] = kernels.crps_fair(outcome, ordered)
    values["log_crps"] = kernels.log_crps(outcome, ordered)
    values["ign"] = kernels.ignorance(outcome, draws)
    values["mis"] = kernels.interval_score(outcome, ordered, 0.9)
    for threshold in THRESHOLDS:
        values[f"p_{threshold}"] = (ordered >= threshold).mean(axis=1)
        values[f"brier_{threshold}"] = (values[f"p_{threshold}"] - (outcome >= threshold)) ** 2
    values["lower_90"], values["upper_90"] = kernels.central_interval(ordered, 0.9)
    values["median"] = np.median(ordered, axis=1)
    for level in COVERAGES:
        values[f"covered_{level * 100:.0f}"] = kernels.covered(outcome, ordered, level)
    values["pit"] = kernels.pit(outcome, ordered, rng)
    return values


def summarise_scores(scores: Sequence[Scores], by: Sequence[str] = ("model",)) -> pd.DataFrame:
    """Return mean scores.

    Parameters
    ----------
    scores : sequence of Scores
    by : sequence of str
        Of ``model, target, month_id, country_id, window`` (the calendar year forecast).

    Returns
    -------
    pandas.DataFrame
        ``n`` and a column per score; the PIT, the probabilities and the interval are left out, their means say nothing.
    """
    import pandas as pd

    if not scores:
        raise DataError("a summary needs scores", found="none", fix="Score a forecast first.")
    frames = [s.to_frame().assign(model=s.model, target=s.target) for s in scores]
    table = pd.concat(frames, ignore_index=True)
    table["window"] = 1980 + (table.month_id - 1) // 12
    kept = [c for c in scores[0].values if c not in _NOT_SCORES and not c.startswith("p_")]
    groups = table.groupby(list(by), sort=False)
    return groups[kept].mean().assign(n=groups.size()).reset_index()[[*by, "n", *kept]]
