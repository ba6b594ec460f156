"""Counts with a heavier tail than Poisson, matched to the last months' mean and variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.models.base import Model, poisson_draws, recent

__all__ = ["NegativeBinomial"]

Moments = tuple[NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True)
class NegativeBinomial(Model[Moments]):
    """A negative binomial with the moments of a unit's last ``window`` months; Poisson where they are not overdispersed.

    Size r = mean²/(variance − mean), so that variance = mean + mean²/r. A unit without a death stays at zero.
    """

    name: ClassVar[str] = "negative_binomial"
    window: int = 12

    def fit(self, panel: Panel, target: str) -> Moments:
        """Return mean and variance (n − 1) of the last months, each of shape (units,)."""
        past = recent(panel, target, self.window).astype(np.float64)
        variance = past.var(axis=1, ddof=1) if past.shape[1] > 1 else past[:, 0]
        return past.mean(axis=1), variance

    def draw(
        self, state: Moments, *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return independent counts: a Poisson whose mean is itself gamma distributed."""
        mean, variance = state
        shape = (len(mean), len(horizons), draws)
        out = poisson_draws(np.where(variance > mean, 0, mean), shape=shape, rng=rng)
        wide = (variance > mean) & (mean > 0)
        size = mean[wide] ** 2 / (variance[wide] - mean[wide])
        size, scale = size[:, None, None], (mean[wide] / size)[:, None, None]
        out[wide] = rng.poisson(rng.gamma(size, scale, (int(wide.sum()), *shape[1:])))
        return out
