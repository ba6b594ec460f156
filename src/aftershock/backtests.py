"""Rolling origins: what the models would have said then, scored by what came.

A window is a calendar year as in the VIEWS challenge: the data ends in October of the year before, and the twelve
months of the year, 3 to 14 months ahead, are forecast.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from aftershock.contract import DEFAULT_DRAWS, THRESHOLDS, Forecast, Panel, Scores
from aftershock.errors import UsageError, nearest
from aftershock.jobs import Codec, Runner, pack_arrays, run_jobs, unpack_arrays
from aftershock.models import BENCHMARKS, DEFAULT_MODEL, ModelChoice, label_of, make_model
from aftershock.models.base import Progress
from aftershock.months import month_id
from aftershock.scores import Comparison, actuals_of, compare, score, summarise_scores

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HORIZONS", "Backtest", "backtest", "forecast_window", "last_windows", "parse_windows"]

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
        As asked for, options included; of a model that was given itself, its ``spec``.
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
        return self.together(model).to_frame()

    def together(self, model: str) -> Scores:
        """Return one model's scores of all windows as one."""
        if model not in self.models:
            raise UsageError("a model must be in the backtest", found=repr(model), fix=nearest(model, self.models))
        parts = [self.scores[model, window] for window in self.windows]
        return Scores(
            model=model,
            target=self.target,
            units=np.concatenate([part.units for part in parts]),
            months=np.concatenate([part.months for part in parts]),
            outcome=np.concatenate([part.outcome for part in parts]),
            values={name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values},
            unscored=sum(part.unscored for part in parts),
        )

    def compare(self, a: str, b: str, *, seed: int = 1) -> list[Comparison]:
        """Compare two of the models over all windows, as :func:`aftershock.compare` does."""
        return compare(self.together(a), self.together(b), seed=seed)

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


def forecast_window(
    panel: Panel,
    window: int,
    *,
    model: ModelChoice = DEFAULT_MODEL,
    target: str = "sb",
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
) -> Forecast:
    """Forecast the months of a calendar year from October of the year before, 3 to 14 months ahead.

    Parameters
    ----------
    panel : Panel
        Holds the origin; what lies after it is not seen.
    window : int
        Calendar year.
    model : str or Model
        Name, with options after a colon, or a model.
    target : str
    draws, seed : int

    Examples
    --------
    >>> import aftershock
    >>> made = forecast_window(aftershock.embedded_panel(), 2018, model="conflictology", draws=12)
    >>> made.of("sb").shape
    (191, 12, 12)
    """
    past = panel.until(month_id(window - 1, 10))
    return make_model(model).forecast(past, horizons=HORIZONS, targets=[target], draws=draws, seed=seed)


def _run(panel: Panel, target: str, sampling: tuple[int, int], model: ModelChoice, window: int) -> Scores:
    draws, seed = sampling
    made = forecast_window(panel, window, model=model, target=target, draws=draws, seed=seed)
    year = np.isin(panel.months, made.months)
    came = replace(
        panel,
        months=panel.months[year],
        deaths=panel.deaths[:, year],
        exists=panel.exists[:, year],
        provisional=panel.provisional[year],
    )
    return score(made, actuals_of(came, target), target=target, seed=seed)


def _pack(scores: Scores) -> bytes:
    keys = {
        name: np.asarray(getattr(scores, name))
        for name in ("model", "target", "units", "months", "outcome", "unscored")
    }
    return pack_arrays(keys | {f"values/{name}": value for name, value in scores.values.items()})


def _unpack(content: bytes) -> Scores:
    arrays = unpack_arrays(content)
    return Scores(
        model=str(arrays["model"]),
        target=str(arrays["target"]),
        units=arrays["units"],
        months=arrays["months"],
        outcome=arrays["outcome"],
        values={name.removeprefix("values/"): a for name, a in arrays.items() if name.startswith("values/")},
        unscored=int(arrays["unscored"]),
    )


_CODEC = Codec(_pack, _unpack)


def backtest(
    panel: Panel,
    *,
    windows: Sequence[int],
    models: Sequence[ModelChoice] = (DEFAULT_MODEL, *BENCHMARKS),
    target: str = "sb",
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    executor: Executor | Runner | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast and score every window with every model.

    Parameters
    ----------
    panel : Panel
        Holds each window's whole year and its origin, October of the year before.
    windows : sequence of int
        Calendar years.
    models : sequence of str or Model
        Names, with options after a colon, or models.
    target : str
    draws, seed : int
    executor : concurrent.futures.Executor or Runner, optional
        Where to run, one job per model and window; :func:`aftershock.open_runner` gives a Dask cluster, and a folder in which
        finished parts are kept. The scores are the same.
    progress : callable, optional

    Raises
    ------
    UsageError
        A window whose origin or months lie outside the panel, an unknown model, or two models of one name.
    """
    if not models or not windows:
        raise UsageError("a backtest needs a model and a window", found="none", fix="Name at least one of each.")
    for model in models:
        make_model(model)
    labels = [label_of(model) for model in models]
    if twice := sorted({label for label in labels if labels.count(label) > 1}):
        raise UsageError(
            "a backtest's models must have different names",
            found=f"{', '.join(twice)} twice",
            fix="Name each once; a class of your own needs its own name.",
        )
    for window in windows:
        if month_id(window - 1, 10) < panel.months[0] or month_id(window, 12) > panel.last_month:
            raise UsageError(
                "a window must lie within the data, from October of the year before",
                found=str(window),
                fix=f"Data covers {1980 + (int(panel.months[0]) - 1) // 12} to {1980 + (panel.last_month - 1) // 12}.",
            )
    results = run_jobs(
        _run,
        [(make_model(model), window) for model in models for window in windows],
        shared=(panel, target, (draws, seed)),
        executor=executor,
        codec=_CODEC,
        progress=progress,
        label=lambda model, window: f"track record: {model.spec} {window}",
    )
    keys = [(label, window) for label in labels for window in windows]
    scores = dict(zip(keys, results, strict=True))
    return Backtest(target=target, windows=tuple(windows), models=tuple(labels), scores=scores)
