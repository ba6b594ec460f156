"""Whether a system is about to spiral: its branching ratio, next year's deaths beside last year's, and the edges it rests on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Streams
from aftershock.errors import UsageError
from aftershock.jobs import Codec, Runner, run_jobs
from aftershock.system.fit import BACKGROUND, System, fit_system
from aftershock.system.memory import Mask
from aftershock.system.shapes import Background
from aftershock.system.simulate import Paths, simulate_system
from aftershock.system.structure import Structure, structure_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Edge", "Spiral", "SpiralCourse", "follow_spiral", "ratio_shares", "spiral_of"]

FloatArray = NDArray[np.float64]
YEAR = 365
FACTORS = (2.0, 5.0)
MOST_EDGES = 10
MOST_EXACT = 200  # draws whose eigenvectors are looked at


@dataclass(frozen=True)
class Edge:
    """A path of feedback that the branching ratio rests on.

    Attributes
    ----------
    source, target : str
        Streams: violence of the first feeds that of the second.
    children : float
        Direct children of an average event, posterior mean.
    share, low, high : float
        Relative change of the branching ratio per relative change of the edge, mean and central 90 % interval; the shares of
        all edges add up to one.
    """

    source: str
    target: str
    children: float
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Spiral:
    """How near a system is to feeding itself.

    Attributes
    ----------
    origin : str
        The last day seen.
    days : int
        How far ahead and back deaths are added up, a year.
    supercritical : float
        Probability that the branching ratio is one or more.
    ratio, ratio_low, ratio_high : float
        Its median and central 90 % interval.
    exceeds : dict of str to float
        Probability that the next days' deaths exceed twice and five times those of the last days, ``"2"`` and ``"5"``. Where
        none died, that any will.
    last : float
        Deaths in the last days, mean over the imputations of ranged dates.
    next, next_low, next_high : float
        Deaths in the next days, median and central 90 % interval.
    capped : float
        Share of futures that reached the simulation's cap.
    edges : tuple of Edge
        What the ratio rests on most, at most ten.
    notes : tuple of str
    bound : bool
        Whether the ratio, its ends and ``supercritical`` are upper bounds, as in a system with inhibition; it has no ``edges``.
    """

    origin: str
    days: int
    supercritical: float
    ratio: float
    ratio_low: float
    ratio_high: float
    exceeds: dict[str, float]
    last: float
    next: float
    next_low: float
    next_high: float
    capped: float
    edges: tuple[Edge, ...]
    notes: tuple[str, ...]
    bound: bool = False


@dataclass(frozen=True)
class SpiralCourse:
    """The same at several origins, each from what was known on that day.

    Attributes
    ----------
    spirals : tuple of Spiral
        Oldest first.
    """

    spirals: tuple[Spiral, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per origin: the probabilities, the ratio, and deaths."""
        import pandas as pd

        return pd.DataFrame(
            {
                "origin": np.array([s.origin for s in self.spirals], "datetime64[D]").astype("datetime64[s]"),
                **{
                    name: [getattr(s, name) for s in self.spirals]
                    for name in ("supercritical", "ratio", "ratio_low", "ratio_high")
                },
                **{f"exceeds_{key}": [s.exceeds[key] for s in self.spirals] for key in self.spirals[0].exceeds},
                **{
                    name: [getattr(s, name) for s in self.spirals]
                    for name in ("last", "next", "next_low", "next_high", "capped")
                },
            }
        )

    def edges_frame(self) -> pd.DataFrame:
        """Return one row per origin and edge among its most important: ``origin, source, target, children, share, low, high``."""
        import pandas as pd

        return pd.DataFrame([{"origin": s.origin, **asdict(edge)} for s in self.spirals for edge in s.edges])


def ratio_shares(edges: FloatArray) -> FloatArray:
    """Return how much of the branching ratio rests on each edge: its elasticity, left times right eigenvector.

    ``∂ratio/∂W[s, r] · W[s, r] / ratio = u[s] W[s, r] v[r] / (ratio · u'v)`` (Caswell 2001, Matrix Population Models, ch. 9);
    the shares of a matrix add up to one.

    Parameters
    ----------
    edges : numpy.ndarray of float64, shape (m, s, s)
        Direct children on the first stream of an event on the second, not negative.

    Returns
    -------
    numpy.ndarray of float64, shape (m, s, s)
        Zero where there is no feedback, or where it is spread over paths that cannot be told apart.

    Examples
    --------
    >>> ratio_shares(np.array([[[0.0, 0.5], [0.2, 0.0]]])).round(3)
    array([[[0. , 0.5],
            [0.5, 0. ]]])
    """
    values, right = np.linalg.eig(edges)
    others, left = np.linalg.eig(edges.transpose(0, 2, 1))
    rows = np.arange(len(edges))
    v = np.abs(right[rows, :, values.real.argmax(axis=1)])
    u = np.abs(left[rows, :, others.real.argmax(axis=1)])
    ratio = values.real.max(axis=1)
    scale = ratio * (u * v).sum(axis=1)
    shares = u[:, :, None] * edges * v[:, None, :]
    found = np.isfinite(scale) & (scale > 1e-9)
    out = np.divide(shares, scale[:, None, None], out=np.zeros_like(shares), where=found[:, None, None])
    out[np.abs(out.sum(axis=(1, 2)) - 1.0) > 1e-3] = 0.0
    return np.asarray(out)


def spiral_of(
    system: System, paths: Paths | None = None, *, structure: Structure | None = None, draws: int = 1000, seed: int = 1
) -> Spiral:
    """Return how near a fitted system is to feeding itself.

    Parameters
    ----------
    system : System
    paths : Paths, optional
        Futures of 365 days; simulated if not given.
    structure : Structure, optional
        ``structure_of(system)``, where it is at hand.
    draws : int
        Futures to simulate.
    seed : int

    Raises
    ------
    UsageError
        The record, or the futures given, do not hold 365 days.

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.streams import StreamRule, build_streams
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=2000), until="2017-07-05")
    >>> spiral = spiral_of(fit_system(streams, draws=20), draws=40)
    >>> spiral.origin, spiral.exceeds["5"] <= spiral.exceeds["2"]
    ('2017-07-05', True)
    """
    streams = system.streams
    if streams.counts.shape[1] < YEAR:
        raise UsageError(
            f"a spiral needs a record of {YEAR} days", found=f"{streams.counts.shape[1]}", fix="Choose a later origin."
        )
    if paths is None:
        paths = simulate_system(system, days=YEAR, draws=draws, bins="all", seed=seed)
    inside = np.flatnonzero(paths.edges == YEAR)
    if not len(inside):
        raise UsageError(
            f"futures must hold {YEAR} days in whole bins",
            found=f"{paths.edges[-1]} days",
            fix="Simulate so many days.",
        )
    structure = structure_of(system) if structure is None else structure
    ahead = paths.deaths[:, : inside[0]].sum(axis=(1, 2))
    before = streams.deaths[:, -YEAR:].sum(axis=(1, 2), dtype=np.int64)
    last = before[system.targets[0].imputation[paths.which]]
    ratio_low, ratio, ratio_high = np.quantile(structure.ratio, [0.05, 0.5, 0.95]).tolist()
    next_low, middle, next_high = np.quantile(ahead, [0.05, 0.5, 0.95]).tolist()
    return Spiral(
        origin=str(streams.last_day),
        days=YEAR,
        supercritical=float((structure.ratio >= 1.0).mean()),
        ratio=ratio,
        ratio_low=ratio_low,
        ratio_high=ratio_high,
        exceeds={f"{factor:g}": float((ahead > factor * last).mean()) for factor in FACTORS},
        last=float(before.mean()),
        next=middle,
        next_low=next_low,
        next_high=next_high,
        capped=float(paths.capped.mean()),
        edges=() if system.inhibition else _edges(system.names, structure.edges),
        notes=paths.notes,
        bound=system.inhibition,
    )


def _edges(names: tuple[str, ...], edges: FloatArray) -> tuple[Edge, ...]:
    """Return what the ratio rests on most, from draws spread evenly."""
    some = np.unique(np.linspace(0, len(edges) - 1, min(len(edges), MOST_EXACT)).astype(int))
    shares = ratio_shares(edges[some])
    mean = shares.mean(axis=0)
    found = []
    for flat in np.argsort(-mean, axis=None)[:MOST_EDGES]:
        s, r = (int(i) for i in np.unravel_index(flat, mean.shape))
        if mean[s, r] <= 0:
            break
        low, high = np.quantile(shares[:, s, r], [0.05, 0.95]).tolist()
        found.append(Edge(names[r], names[s], float(edges[:, s, r].mean()), float(mean[s, r]), low, high))
    return tuple(found)


def follow_spiral(
    streams: Streams, origins: Sequence[Any], *, background: Background = BACKGROUND, mask: Mask = "linked", draws: int = 1000,
    seed: int = 1, executor: Executor | Runner | None = None, progress: Callable[[str, int, int | None], None] | None = None,
) -> SpiralCourse:  # fmt: skip
    """Return how near a system was to feeding itself on several days, fitted anew on each from the days until then.

    Parameters
    ----------
    streams : Streams
        Streams that later events decided on know of these; ``chosen_until`` of
        :func:`aftershock.streams.build_streams` at the first origin avoids that.
    origins : sequence of dates
        Days within the record, in any order.
    background : "constant" or int
    mask : {"own", "linked", "all"}
    draws : int
        Draws from the posterior, and futures.
    seed : int
    executor : concurrent.futures.Executor or Runner, optional
        Where to run, one job per origin; :func:`aftershock.open_runner` gives a Dask cluster. The results are the same.
    progress : callable, optional

    Raises
    ------
    UsageError
        No origin, or one outside the data or less than 365 days after its beginning.
    """
    days = sorted({str(np.datetime64(str(origin), "D")) for origin in origins})
    if not days:
        raise UsageError("a spiral must be followed over days", found="no origin", fix="Give one or more.")
    for day in days:
        if streams.until(day).counts.shape[1] < YEAR:
            raise UsageError(
                f"an origin must lie {YEAR} days after the record's beginning, {streams.first_day}, or later",
                found=day,
                fix="Choose a later origin.",
            )
    found = run_jobs(
        _spiral_at,
        [(day,) for day in days],
        shared=(streams, background, mask, draws, seed),
        executor=executor,
        codec=_CODEC,
        progress=progress,
        label=lambda day: f"spiral: {day}",
    )
    return SpiralCourse(tuple(found))


def _spiral_at(streams: Streams, background: Background, mask: Mask, draws: int, seed: int, day: str) -> Spiral:  # noqa: PLR0917
    system = fit_system(streams.until(day), background=background, mask=mask, draws=draws, seed=seed)
    return spiral_of(system, draws=draws, seed=seed)


def _pack(spiral: Spiral) -> bytes:
    return json.dumps(asdict(spiral)).encode()


def _unpack(content: bytes) -> Spiral:
    plain = json.loads(content)
    plain["edges"] = tuple(Edge(**edge) for edge in plain["edges"])
    plain["notes"] = tuple(plain["notes"])
    return Spiral(**plain)


_CODEC = Codec(_pack, _unpack)
