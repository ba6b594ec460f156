"""The next months are like the last one: a Poisson count around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.models.base import Model, poisson_draws, recent

__all__ = ["LastHistoricalPoisson"]


@dataclass(frozen=True)
class LastHistoricalPoisson(Model[NDArray[np.float64]]):
    """Poisson draws with the last month's deaths as mean (the VIEWS benchmark of that name)."""

    name: ClassVar[str] = "last_historical_poisson"

    def fit(self, panel: Panel, target: str) -> NDArray[np.float64]:
        """Return the last month's deaths, shape (units,)."""
        return recent(panel, target, 1)[:, 0].astype(np.float64)

    def draw(
        self, state: NDArray[np.float64], *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return independent counts."""
        return poisson_draws(state, shape=(len(state), len(horizons), draws), rng=rng)
