"""A unit's own recent months, the latest most, with a spread around them that grows with the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.errors import UsageError
from aftershock.models.base import Model, recent
from aftershock.models.frozen import frozen

__all__ = ["WeightedHistory", "dithered"]

CHOSEN = frozen()["weighted_history"]


@dataclass(frozen=True)
class WeightedHistory(Model[NDArray[np.int64]]):
    """Past months drawn with weights that halve every ``half_life`` months, times a lognormal factor of mean 1.

    Past months of the same calendar month count ``season`` times: records have lumps at the turn of the year, when deaths
    whose month is not known are booked. The factor's log has standard deviation ``spread`` × √horizon, a random walk of
    the level. A month without deaths stays one, so a unit without a death in ``window`` months is drawn at zero.
    """

    name: ClassVar[str] = "weighted_history"
    half_life: float = CHOSEN["half_life"]
    spread: float = CHOSEN["spread"]
    window: int = CHOSEN["window"]
    season: float = CHOSEN["season"]

    def __post_init__(self) -> None:
        if not self.half_life > 0:
            raise UsageError("a half-life must be more than 0 months", found=f"{self.half_life:g}", fix="Use 4.")
        if not 0 <= self.spread <= 2:
            raise UsageError("a spread must lie between 0 and 2", found=f"{self.spread:g}", fix="Use 0.2.")
        if not self.season > 0:
            raise UsageError("a season's weight must be more than 0", found=f"{self.season:g}", fix="Use 1 for none.")

    def fit(self, panel: Panel, target: str) -> NDArray[np.int64]:
        """Return the last ``window`` months, the latest first."""
        return recent(panel, target, self.window)[:, ::-1]

    def draw(
        self, state: NDArray[np.int64], *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return past months in proportion to their weights, each widened."""
        units, months = state.shape
        ago = np.arange(months)
        out = np.empty((units, len(horizons), draws), np.int64)
        for k, horizon in enumerate(horizons):
            same = np.where((ago + horizon) % 12 == 0, self.season, 1.0)
            weight = np.cumsum(0.5 ** (ago / self.half_life) * same)
            place = (np.arange(draws) + rng.random((units, draws))) / draws * weight[-1]
            month = np.minimum(np.searchsorted(weight, place), months - 1)
            step = self.spread * np.sqrt(horizon)
            factor = np.exp(step * rng.standard_normal((units, draws)) - step**2 / 2)
            out[:, k] = dithered(np.take_along_axis(state, month, axis=1) * factor, rng)
        return out


def dithered(values: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Round up or down at random so that the mean is kept; exact zeros stay zero."""
    return np.floor(values + rng.random(values.shape)).astype(np.int64)
