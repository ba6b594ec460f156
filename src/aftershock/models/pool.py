"""Half the last twelve months as they were, half a smooth count model around them, tied into courses of months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Panel
from aftershock.errors import UsageError
from aftershock.models.base import Model
from aftershock.models.conflictology import Conflictology
from aftershock.models.negative_binomial import NegativeBinomial

__all__ = ["Pool", "courses"]

MEMBERS: tuple[Model[Any], ...] = (Conflictology(), NegativeBinomial())


@dataclass(frozen=True)
class Pool(Model[list[Any]]):
    """An equal linear pool: as many draws from each member, then ordered into courses over months.

    ``correlation`` is that of one month's rank with the next one's within a draw. It leaves every month's distribution
    untouched and decides how wide sums over months are; its value was chosen on origins October 1999
    to October 2015, whose targets end in 2016 (``benchmarks/tune_courses.py``).
    """

    name: ClassVar[str] = "pool"
    joint: ClassVar[tuple[str, ...]] = ("month",)
    members: tuple[Model[Any], ...] = MEMBERS
    correlation: float = 0.9

    def __post_init__(self) -> None:
        if not 0 <= self.correlation <= 1:
            raise UsageError("a correlation must lie between 0 and 1", found=f"{self.correlation:g}", fix="Use 0.9.")

    def fit(self, panel: Panel, target: str) -> list[Any]:
        """Return every member's state."""
        return [member.fit(panel, target) for member in self.members]

    def draw(
        self, state: list[Any], *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator
    ) -> NDArray[np.int64]:
        """Return the members' draws, in equal parts, as courses over months."""
        parts = np.diff(np.linspace(0, draws, len(self.members) + 1).round().astype(int))
        drawn = [
            member.draw(fitted, horizons=horizons, draws=int(part), rng=rng)
            for member, fitted, part in zip(self.members, state, parts, strict=True)
        ]
        return courses(np.concatenate(drawn, axis=2), horizons, self.correlation, rng)


def courses(
    draws: NDArray[np.int64], horizons: NDArray[np.int64], correlation: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Reorder draws so that draw ``k`` is a course of months; each month's draws stay the same set.

    Ranks follow a Gaussian copula whose months correlate as ``correlation ** months_apart``; the reordering is that of the
    Schaake shuffle, with the copula in place of past courses. Source: Clark et al. 2004,
    doi:10.1175/1525-7541(2004)005<0243:TSSAMF>2.0.CO;2.

    Parameters
    ----------
    draws : numpy.ndarray, shape (units, horizons, draws)
    horizons : numpy.ndarray, shape (horizons,)
        Months after the origin, ascending.
    """
    units, _, m = draws.shape
    ordered = np.sort(draws, axis=2)
    out = np.empty_like(ordered)
    z = rng.standard_normal((units, m), dtype=np.float32)
    for h in range(len(horizons)):
        if h:
            rho = np.float32(correlation ** int(horizons[h] - horizons[h - 1]))
            z = rho * z + np.sqrt(1 - rho**2) * rng.standard_normal((units, m), dtype=np.float32)
        np.put_along_axis(out[:, h], np.argsort(z, axis=1), ordered[:, h], axis=1)
    return out
