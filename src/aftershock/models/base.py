"""What a model is: ``fit`` what the origin knew, ``draw`` what may come. The base owns the loop around both.

A new model is one file in this folder: a frozen dataclass deriving from :class:`Model`, with its options as fields. It
is found by its ``name`` and passes the suite in ``tests/laws/test_models.py`` unchanged.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from aftershock._version import __version__
from aftershock.contract import DEFAULT_DRAWS, MAX_HORIZON, TARGETS, Forecast, Panel
from aftershock.errors import DataError, UsageError

__all__ = ["Model", "Progress", "poisson_draws"]

State = TypeVar("State")
Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many steps are done, and how many there are if that is known."""
MOST_DRAWS = 100_000
MOST_NUMBERS = 500_000_000  # draws in all, about 2 GiB when made; making one target takes several times its share
MOST_DEATHS = 10_000_000  # per unit and month; more than any month on record, and safe to add up


@dataclass(frozen=True)
class Model(ABC, Generic[State]):
    """A way to draw future deaths from a panel's past.

    Attributes
    ----------
    name : str
        What ``--model`` takes.
    joint : tuple of str
        Over which of ``"target", "unit", "month"`` draw ``k`` is one joint course of events.
    """

    name: ClassVar[str]
    joint: ClassVar[tuple[str, ...]] = ()

    @property
    def spec(self) -> str:
        """The name and every option that is not at its default, as ``make_model`` takes them."""
        changed = [
            f"{f.name}={getattr(self, f.name):g}"
            for f in fields(self)
            if isinstance(f.default, int | float) and getattr(self, f.name) != f.default
        ]
        return f"{self.name}:{','.join(changed)}" if changed else self.name

    @abstractmethod
    def fit(self, panel: Panel, target: str) -> State:
        """Return what is needed to draw, learned from a panel that ends at the origin."""

    @abstractmethod
    def draw(self, state: State, *, horizons: NDArray[np.int64], draws: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return deaths of shape (units, horizons, draws), whole and not negative."""

    def forecast(
        self,
        panel: Panel,
        *,
        horizons: Sequence[int] | NDArray[np.int64] = range(1, 13),
        targets: Sequence[str] = TARGETS,
        draws: int = DEFAULT_DRAWS,
        seed: int = 1,
        progress: Progress | None = None,
    ) -> Forecast:
        """Forecast every unit that has figures in a panel's last month, from there.

        Parameters
        ----------
        panel : Panel
            Ends at the origin; cut it with :meth:`Panel.until`.
        horizons : sequence of int
            Months after the origin, 1 to 36.
        targets : sequence of str
            Of ``sb, ns, os, total``.
        draws : int
        seed : int
            The same seed gives the same draws, whichever other targets are asked for.
        progress : callable, optional

        Raises
        ------
        UsageError
            Horizons, draws or seed outside their range.
        """
        ahead = check_horizons(horizons)
        if not isinstance(draws, int | np.integer) or not 1 <= draws <= MOST_DRAWS:
            raise UsageError(
                f"draws must be a whole number between 1 and {MOST_DRAWS:,}",
                found=f"{draws:,}",
                fix="Ask for 1,000, as the field does.",
            )
        if not isinstance(seed, int | np.integer) or seed < 0:
            raise UsageError("a seed must be a whole number of 0 or more", found=str(seed), fix="Use 1.")
        there = panel.exists[:, -1]
        if not there.any():
            raise DataError(
                "a forecast needs a unit with figures at the origin", found="none", fix="Choose an earlier origin."
            )
        numbers = len(targets) * len(panel.units) * len(ahead) * draws
        if numbers > MOST_NUMBERS:
            raise UsageError(
                f"a forecast must hold at most {MOST_NUMBERS:,} draws in all",
                found=f"{numbers:,}",
                fix="Ask for fewer draws or months, or cut the panel with Panel.select.",
            )
        cube = np.empty((len(targets), len(panel.units), len(ahead), draws), np.int32)
        for k, target in enumerate(targets):
            if progress:
                progress(f"{self.name}: {target}", k, len(targets))
            rng = np.random.default_rng([seed, zlib.crc32(target.encode())])
            drawn = self.draw(self.fit(panel, target), horizons=ahead, draws=draws, rng=rng)
            cube[k] = np.minimum(drawn, MOST_DEATHS)
        if progress:
            progress(self.name, len(targets), len(targets))
        return Forecast(
            model=self.spec,
            kind=panel.kind,
            units=panel.units[there],
            origin=panel.last_month,
            months=panel.last_month + ahead,
            targets=tuple(targets),
            draws=cube if there.all() else cube[:, there],
            joint=self.joint,
            provenance=panel.provenance,
            seed=seed,
            code_version=__version__,
        )


def check_horizons(horizons: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return horizons as an array, ascending and each once."""
    ahead = np.unique(np.asarray(horizons, np.int64))
    if not len(ahead) or ahead[0] < 1 or ahead[-1] > MAX_HORIZON:
        found = f"{ahead[0]} to {ahead[-1]}" if len(ahead) else "none"
        raise UsageError(f"horizons must lie between 1 and {MAX_HORIZON}", found=found, fix="Write for example 1-12.")
    return ahead


def recent(panel: Panel, target: str, window: int) -> NDArray[np.int64]:
    """Return deaths in the last ``window`` months, oldest first, shape (units, window or fewer)."""
    if window < 1:
        raise UsageError("a window must be one month or longer", found=str(window), fix="Use 12.")
    series = panel.series(target)
    if series.shape[1] == 0:
        raise DataError("a model needs at least one month of past", found="none", fix="Choose a later origin.")
    return series[:, -window:]


def poisson_draws(mean: NDArray[np.float64], *, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return Poisson counts with mean of shape (units,), drawn to shape (units, …); exactly 0 where the mean is 0."""
    out = np.zeros(shape, np.int64)
    alive = mean > 0
    wide = mean[alive].reshape(-1, *([1] * (len(shape) - 1)))
    out[alive] = rng.poisson(wide, (int(alive.sum()), *shape[1:]))
    return out
