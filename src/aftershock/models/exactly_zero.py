"""Nobody dies: the floor that every forecast must beat, and in most countries does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.models.base import Model

__all__ = ["ExactlyZero"]


@dataclass(frozen=True)
class ExactlyZero(Model[int]):
    """Zero in every draw (the VIEWS benchmark of that name)."""

    name: ClassVar[str] = "exactly_zero"
    joint: ClassVar[tuple[str, ...]] = ("target", "unit", "month")

    def fit(self, panel: Panel, target: str) -> int:
        """Return the number of units."""
        return len(panel.series(target))

    def draw(
        self, state: int, *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return zeros."""
        return np.zeros((state, len(horizons), draws), np.int64)
