"""The next months are like the last twelve: the past year's months themselves are the draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.models.base import Model, recent

__all__ = ["Conflictology"]


@dataclass(frozen=True)
class Conflictology(Model[NDArray[np.int64]]):
    """A unit's last ``window`` months as its draws, oldest first, repeated in turn (the VIEWS benchmark of that name).

    Draw ``k`` is the same past month for every unit, target and horizon, so it is joint over units and types of
    violence; it is not a course of months.
    """

    name: ClassVar[str] = "conflictology"
    joint: ClassVar[tuple[str, ...]] = ("target", "unit")
    window: int = 12

    def fit(self, panel: Panel, target: str) -> NDArray[np.int64]:
        """Return the last months' deaths, oldest first, shape (units, window)."""
        return recent(panel, target, self.window)

    def draw(
        self, state: NDArray[np.int64], *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return the months in turn, the same at every horizon."""
        turn = np.arange(draws) % state.shape[1]
        return np.repeat(state[:, None, turn], len(horizons), axis=1)
