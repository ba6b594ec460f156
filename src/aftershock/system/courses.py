"""A course of events changed from outside: what a simulation takes as given that the record did not bring about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock import checks
from aftershock.system.daily import Change, Draw, Plan

__all__ = ["Course", "Front", "draw_with_fronts", "with_fronts"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Front:
    """A stream that the record does not have.

    Parameters
    ----------
    name : str
    rows : numpy.ndarray of float64, shape (m, 8)
        How deadly its events are, draw by draw, as :meth:`aftershock.system.severity.Severity.rows` gives.
    delta, rho : numpy.ndarray of float64, shape (m,)
        A day's variance is ``mean (1 + delta) + mean² rho``.
    cap : int
        Events a day at most.
    """

    name: str
    rows: FloatArray
    delta: FloatArray
    rho: FloatArray
    cap: int


@dataclass(frozen=True)
class Course:
    """What is changed, by stretches of days (g), streams (s, new fronts last) and edges (e), for each draw (m) or all (1).

    Parameters
    ----------
    stretch : numpy.ndarray of int64, shape (days,)
        The stretch of each day.
    presence : numpy.ndarray of float64, shape (m or 1, g, s)
        Factor on a stream's expected events; 0 where it is gone.
    harm : numpy.ndarray of float64, shape (m or 1, g, s)
        Factor on the civilian deaths of each event; total deaths change by as many.
    toll : numpy.ndarray of float64, shape (m or 1, g, s)
        Factor on all deaths of each event.
    links : numpy.ndarray of float64, shape (1, g, e)
        Factor on what an edge feeds, edges in the order of targets and their sources.
    extra : numpy.ndarray of float64, shape (m or 1, g, s)
        Expected events a day more.
    shocks : numpy.ndarray of int64, shape (k, 3)
        Day, stream, and events that happen on it besides.
    joins : numpy.ndarray of float64, shape (k, 4)
        Day, stream, the stream that takes over a share of its background and of what its past still feeds, and the share.
    fronts : tuple of Front
    """

    stretch: IntArray
    presence: FloatArray
    harm: FloatArray
    toll: FloatArray
    links: FloatArray
    extra: FloatArray
    shocks: IntArray
    joins: FloatArray
    fronts: tuple[Front, ...] = ()

    def check(self, days: int, draws: int, streams: int, edges: int) -> None:
        """Raise where the arrays do not fit a simulation."""
        g = int(self.stretch.max()) + 1 if len(self.stretch) else 0
        shapes = {
            "presence": (g, streams), "harm": (g, streams), "toll": (g, streams), "extra": (g, streams),
            "links": (g, edges),
        }  # fmt: skip
        checks.require(
            checks.shape("stretch", self.stretch, (days,)),
            *(
                checks.shape(name, getattr(self, name), (draws if len(getattr(self, name)) > 1 else 1, *shape))
                for name, shape in shapes.items()
            ),
            *(
                checks.not_negative(name, getattr(self, name))
                for name in ("presence", "harm", "toll", "links", "extra")
            ),
        )

    def change(self, draw: int) -> Change:
        """Return what is changed in one draw."""

        def of(values: FloatArray) -> FloatArray:
            return np.ascontiguousarray(values[draw if len(values) > 1 else 0])

        return Change(
            stretch=self.stretch,
            presence=of(self.presence),
            harm=of(self.harm),
            toll=of(self.toll),
            links=of(self.links),
            extra=of(self.extra),
            shocks=self.shocks,
            joins=self.joins,
        )


def with_fronts(plan: Plan, fronts: tuple[Front, ...]) -> Plan:
    """Return a plan that has room for new fronts: nothing feeds them, and they feed nothing."""
    if not fronts:
        return plan
    caps = np.array([front.cap for front in fronts], np.float64)
    return plan._replace(
        first=np.r_[plan.first, np.full(len(fronts), plan.first[-1])],
        cap=np.r_[plan.cap, caps],
        ceiling=np.r_[plan.ceiling, caps],
    )


def draw_with_fronts(draw: Draw, fronts: tuple[Front, ...], which: int) -> Draw:
    """Return a draw with the state and parameters of new fronts."""
    if not fronts:
        return draw
    none, one = np.zeros(len(fronts)), np.ones(len(fronts))
    k = [which % len(front.rows) for front in fronts]
    return draw._replace(
        base=np.r_[draw.base, none],
        delta=np.r_[draw.delta, [front.delta[i] for front, i in zip(fronts, k, strict=True)]],
        rho=np.r_[draw.rho, [front.rho[i] for front, i in zip(fronts, k, strict=True)]],
        rows=np.vstack([draw.rows, *(front.rows[i][None] for front, i in zip(fronts, k, strict=True))]),
        unit=np.r_[draw.unit, none],
        memory=np.vstack([draw.memory, np.zeros((len(fronts), draw.memory.shape[1]))]),
        level=np.r_[draw.level, one],
        fading=np.r_[draw.fading, one],
        keep=np.r_[draw.keep, one],
        prior=np.r_[draw.prior, one],
    )
