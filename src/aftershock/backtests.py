"""Rolling origins: what the models would have said then, scored by what came.

A window is a calendar year as in the VIEWS challenge: the data ends in October of the year before, and the twelve
months of the year, 3 to 14 months ahead, are forecast.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from aftershock.contract import DEFAULT_DRAWS, THRESHOLDS, Panel, Scores
from aftershock.errors import UsageError
from aftershock.models import BENCHMARKS, DEFAULT_MODEL, make_model
from aftershock.models.base import Progress
from aftershock.months import month_id
from aftershock.scores import actuals_of, score, summarise_scores

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HORIZONS", "Backtest", "backtest", "last_windows", "parse_windows"]

HORIZONS = range(3, 15)


@dataclass(frozen=True)
class Backtest:
    """Scores of several models over several windows.

    Attributes
    ----------
    target : str
    windows : tuple of int
        Calendar years forecast.
    models : tuple of str
        As asked for, options included.
    scores : dict of (str, int) to Scores
        By model and window.
    """

    target: str
    windows: tuple[int, ...]
    models: tuple[str, ...]
    scores: dict[tuple[str, int], Scores]

    def table(self) -> pd.DataFrame:
        """Return mean scores per model and window, then per model over all windows (``window`` is "all")."""
        import pandas as pd

        parts = []
        for model in self.models:
            of_model = [self.scores[model, window] for window in self.windows]
            parts += [
                summarise_scores([s]).assign(model=model, window=str(w))
                for s, w in zip(of_model, self.windows, strict=True)
            ]
            parts.append(summarise_scores(of_model).assign(model=model, window="all"))
        table = pd.concat(parts, ignore_index=True)
        return table[["model", "window", *(c for c in table if c not in ("model", "window"))]]

    def pooled(self, model: str) -> pd.DataFrame:
        """Return one model's rows of all windows: keys, outcome and every score."""
        import pandas as pd

        return pd.concat([self.scores[model, w].to_frame() for w in self.windows], ignore_index=True)

    def reliability(self, model: str, threshold: int, bins: int = 10) -> pd.DataFrame:
        """Return how often at least ``threshold`` deaths came where the model gave it a probability.

        Returns
        -------
        pandas.DataFrame
            ``forecast`` (mean probability in the bin), ``observed`` (share that came), ``lower``, ``upper`` (its 90 %
            Wilson interval), ``n``; bins without a forecast are left out.
        """
        if threshold not in THRESHOLDS:
            raise UsageError(
                f"a threshold must be one of {THRESHOLDS}", found=str(threshold), fix="Choose one of these."
            )
        import pandas as pd

        rows = self.pooled(model)
        p, came = rows[f"p_{threshold}"].to_numpy(), (rows.outcome >= threshold).to_numpy()
        place = np.minimum((p * bins).astype(int), bins - 1)
        n = np.bincount(place, minlength=bins)
        kept = n > 0
        count = np.bincount(place, weights=came, minlength=bins)[kept]
        mean = np.bincount(place, weights=p, minlength=bins)[kept] / n[kept]
        lower, upper = _wilson(count, n[kept])
        columns = {"forecast": mean, "observed": count / n[kept], "lower": lower, "upper": upper, "n": n[kept]}
        return pd.DataFrame(columns)


def _wilson(count: np.ndarray, n: np.ndarray, z: float = 1.645) -> tuple[np.ndarray, np.ndarray]:
    """Return the Wilson interval of a share (doi:10.1080/01621459.1927.10502953)."""
    share = count / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def parse_windows(text: str) -> tuple[int, ...]:
    """Read ``2018-2021`` or ``2018,2020`` as calendar years.

    Examples
    --------
    >>> parse_windows("2018-2020")
    (2018, 2019, 2020)
    """
    match = re.fullmatch(r"(\d{4})-(\d{4})", text.strip())
    if match and int(match[1]) <= int(match[2]):
        return tuple(range(int(match[1]), int(match[2]) + 1))
    if re.fullmatch(r"\d{4}(,\d{4})*", text.strip()):
        return tuple(sorted({int(year) for year in text.split(",")}))
    raise UsageError("windows must be years", found=repr(text), fix="Write for example 2018-2021 or 2018,2020.")


def last_windows(panel: Panel, most: int = 4) -> tuple[int, ...]:
    """Return the last calendar years that are complete in a panel and have three years of past before their origin."""
    last = 1979 + panel.last_month // 12
    first = int(panel.months[0]) + 36
    return tuple(y for y in range(last - most + 1, last + 1) if month_id(y - 1, 10) >= first)


def _run(
    panel: Panel, actuals: pd.Series[int], model: str, window: int, *, target: str, draws: int, seed: int
) -> Scores:
    origin = panel.until(month_id(window - 1, 10))
    made = make_model(model).forecast(origin, horizons=HORIZONS, targets=[target], draws=draws, seed=seed)
    return score(made, actuals, target=target, seed=seed)


def backtest(
    panel: Panel,
    *,
    windows: Sequence[int],
    models: Sequence[str] = (DEFAULT_MODEL, *BENCHMARKS),
    target: str = "sb",
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast and score every window with every model.

    Parameters
    ----------
    panel : Panel
        Holds each window's whole year and its origin, October of the year before.
    windows : sequence of int
        Calendar years.
    models : sequence of str
        Names, with options after a colon.
    target : str
    draws, seed : int
    executor : concurrent.futures.Executor, optional
        Where to run; a Dask client's ``get_executor()`` spreads the work over a cluster. The scores are the same.
    progress : callable, optional

    Raises
    ------
    UsageError
        A window whose origin or months lie outside the panel, or an unknown model.
    """
    if not models or not windows:
        raise UsageError("a backtest needs a model and a window", found="none", fix="Name at least one of each.")
    for model in models:
        make_model(model)
    for window in windows:
        if month_id(window - 1, 10) < panel.months[0] or month_id(window, 12) > panel.last_month:
            raise UsageError(
                "a window must lie within the data, from October of the year before",
                found=str(window),
                fix=f"Data covers {1980 + (int(panel.months[0]) - 1) // 12} to {1980 + (panel.last_month - 1) // 12}.",
            )
    actuals = actuals_of(panel, target)
    jobs = [(model, window) for model in models for window in windows]
    run = partial(_run, panel, actuals, target=target, draws=draws, seed=seed)
    if executor:
        futures = [executor.submit(run, *job) for job in jobs]
        results = (future.result() for future in futures)
    else:
        results = (run(*job) for job in jobs)
    scores = {}
    for done, (job, result) in enumerate(zip(jobs, results, strict=True), start=1):
        scores[job] = result
        if progress:
            progress(f"track record: {job[0]} {job[1]}", done, len(jobs))
    return Backtest(target=target, windows=tuple(windows), models=tuple(models), scores=scores)
