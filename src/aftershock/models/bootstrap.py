"""The next months are like any month anywhere: draws from all countries' last twenty years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.models.base import Model, recent

__all__ = ["Bootstrap"]


@dataclass(frozen=True)
class Bootstrap(Model[tuple[int, NDArray[np.int64]]]):
    """Draws with replacement from every unit's last ``window`` months (the VIEWS benchmark boot-240)."""

    name: ClassVar[str] = "bootstrap"
    window: int = 240

    def fit(self, panel: Panel, target: str) -> tuple[int, NDArray[np.int64]]:
        """Return the number of units and all their existing past months, shape (months,)."""
        past = recent(panel, target, self.window)
        return len(past), past[panel.exists[:, -past.shape[1] :]]

    def draw(
        self, state: tuple[int, NDArray[np.int64]], *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return independent picks."""
        units, pool = state
        return pool[rng.integers(0, len(pool), (units, len(horizons), draws))]
