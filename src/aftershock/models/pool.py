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
from aftershock.models.courses import CORRELATION, courses
from aftershock.models.negative_binomial import NegativeBinomial

__all__ = ["Pool"]

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
    correlation: float = CORRELATION

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
        return courses(np.concatenate(drawn, axis=2), horizons, self.correlation, rng=rng)
