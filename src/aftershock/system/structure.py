"""From what follows on later days to direct children: the structure of a system, and what it implies.

The model in continuous time: an event of stream r has, on average, ``W[s, r]`` direct children on s, after a delay drawn from
exponentials with the time scales of memory. Days are bins: children, and theirs, may fall on the day of the event itself.
What a regression on days sees is what follows on *later* days, all generations of a day included. The two are tied by the
exact mean of the binned process, a linear differential equation over the day, solved by a matrix exponential; so the
regression's weights are turned into ``W`` and nothing within the day is lost or invented.

A system with inhibition has no such reading: no event has fewer than no children. There ``W`` is what the regression sees,
events on later days per event, below zero where one stream quiets another; and the ratio is that of what feeds alone. The
soft-plus never exceeds its argument's positive part by more than a constant, so a system that feeds itself less than that dies
out as well (Brémaud & Massoulié 1996, doi:10.1214/aop/1065725193): an upper bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from threadpoolctl import threadpool_limits

from aftershock.system.fit import System

__all__ = ["Structure", "children_of", "later_days", "overall_share", "structure_of", "within_day"]

FloatArray = NDArray[np.float64]
ROUNDS = 30
CLOSE = 1e-7
MOST_EXACT = 400  # streams × scales up to which each draw has a matrix exponential of its own
LONGEST = 5 * 365  # days over which echoes are followed


def _flow(children: FloatArray, decay: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return how memories move within a day, shape (s b, s b), and the rates they cause, shape (s, s b).

    An event on r adds ``decay`` to each of its memories, which fade at that rate.
    """
    s, _, b = children.shape
    rate = children.reshape(s, s * b)
    flow = np.kron(np.eye(s), np.diag(-decay)) + np.kron(np.eye(s), decay[:, None]) @ rate
    return flow, rate


def later_days(children: FloatArray, scales: FloatArray) -> FloatArray:
    """Return the response of a day's counts to memory, which a regression on days sees.

    Parameters
    ----------
    children : numpy.ndarray of float64, shape (s, s, b)
        Direct children on s (first) of an event on r (second), by time scale.
    scales : numpy.ndarray of float64, shape (b,)
        Days.

    Returns
    -------
    numpy.ndarray of float64, shape (s, s, b)
        Weights of the memories of :func:`aftershock.system.kernel.decaying_sums`. An event spread evenly over its day leaves
        ``1 - exp(-1 / scale)`` at its end in either memory.
    """
    s, _, b = children.shape
    flow, rate = _flow(children, 1.0 / scales)
    whole = np.zeros((s * b + s, s * b + s))
    whole[: s * b, : s * b], whole[s * b :, : s * b] = flow, rate
    return np.asarray(expm(whole)[s * b :, : s * b].reshape(s, s, b))


def within_day(children: FloatArray, scales: FloatArray) -> FloatArray:
    """Return events of a day on s per unit of background on r: one on the diagonal, and the day's own children, shape (s, s)."""
    s, _, b = children.shape
    decay = 1.0 / scales
    flow, rate = _flow(children, decay)
    n = s * b
    whole = np.zeros((n + 2 * s, n + 2 * s))
    whole[:n, :n], whole[n : n + s, :n] = flow, rate
    whole[:n, n + s :] = np.kron(np.eye(s), decay[:, None])
    whole[n : n + s, n + s :] = np.eye(s)
    return np.asarray(expm(whole)[n : n + s, n + s :])


def _own_day(scales: FloatArray) -> FloatArray:
    """Return the share of an event's direct children that fall on its own day, shape (b,)."""
    return np.asarray(1.0 + np.expm1(-1.0 / scales) * scales)


def _nearly(later: FloatArray, own_day: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return children as if every generation had the whole day left, and the matrix that undoes a day's generations."""
    first = later / (1.0 - own_day)
    undo = np.linalg.inv(np.eye(len(later)) + (first * own_day).sum(axis=2))
    return np.maximum(np.einsum("ij,jkb->ikb", undo, first), 0.0), undo


def children_of(later: FloatArray, scales: FloatArray) -> FloatArray:
    """Return direct children from what follows on later days; the inverse of :func:`later_days`, never below zero.

    Parameters
    ----------
    later : numpy.ndarray of float64, shape (s, s, b)
    scales : numpy.ndarray of float64, shape (b,)

    Returns
    -------
    numpy.ndarray of float64, shape (s, s, b)

    Examples
    --------
    >>> scales = np.array([1.0, 7.0])
    >>> truth = np.array([[[0.3, 0.2]]])
    >>> children_of(later_days(truth, scales), scales).round(6)
    array([[[0.3, 0.2]]])
    """
    own_day = _own_day(scales)
    children, undo = _nearly(later, own_day)
    for _ in range(ROUNDS):
        miss = later - later_days(children, scales)
        new = np.maximum(children + np.einsum("ij,jkb->ikb", undo, miss / (1.0 - own_day)), 0.0)
        moved = float(np.abs(new - children).max())
        children = new
        if moved < CLOSE:
            break
    return children


@dataclass(frozen=True)
class Structure:
    """What a fitted system implies, draw by draw.

    Attributes
    ----------
    children : numpy.ndarray of float64, shape (m, s, s, b)
        ``W``: mean number of direct children on the first stream of an average event on the second, by time scale.
    harm : numpy.ndarray of float64, shape (m, s, s)
        The part of them that goes with an average event's harm to civilians.
    ratio : numpy.ndarray of float64, shape (m,)
        Branching ratio, the spectral radius of ``W``: at one or more, every event has at least one descendant after another
        for ever, until the background changes.
    background : numpy.ndarray of float64, shape (m, s)
        Events per day that no event caused, mean over the days fitted.
    share : numpy.ndarray of float64, shape (m, s)
        Endogenous share: events caused by earlier ones, of all events.
    half_life : numpy.ndarray of float64, shape (m,)
        Days until half of all later descendants of an event have come; infinite where they never end.
    inhibition : bool
        Whether events may quiet. Then ``children`` and ``harm`` are events on *later days* per event, negative where fewer come;
        ``ratio`` is that of the weights above zero alone, an upper bound; and ``background``, ``share`` and ``half_life`` are
        not numbers, as no event can be said to have caused another.
    """

    children: FloatArray
    harm: FloatArray
    ratio: FloatArray
    background: FloatArray
    share: FloatArray
    half_life: FloatArray
    inhibition: bool = False

    @property
    def edges(self) -> FloatArray:
        """Direct children by target and source, all time scales together, shape (m, s, s)."""
        return np.asarray(self.children.sum(axis=3))

    def route(self, sources: list[int], targets: list[int], weights: FloatArray, *, harm: bool = False) -> FloatArray:
        """Return direct children on any of the targets of an average event on the sources, shape (m,).

        Parameters
        ----------
        sources, targets : list of int
        weights : numpy.ndarray of float64, shape (s,)
            Events of each stream; busy sources count for more.
        harm : bool
            Only the part that goes with harm to civilians.
        """
        edges = self.harm if harm else self.edges
        share = weights[sources] / weights[sources].sum()
        return np.asarray(edges[:, targets][:, :, sources].sum(axis=1) @ share)


def structure_of(system: System) -> Structure:
    """Return the structure of a fitted system.

    Parameters
    ----------
    system : System

    Returns
    -------
    Structure
    """
    with threadpool_limits(limits=1):  # small matrices, many of them: threads would only wait for one another
        return _signed_structure(system) if system.inhibition else _plain_structure(system)


def _plain_structure(system: System) -> Structure:
    scales = np.array(system.scales)
    later = system.feeds()
    children = _all_children(later, scales)
    ratio = np.abs(np.linalg.eigvals(children.sum(axis=3))).max(axis=1)
    counts = np.maximum(_events_per_day(system), 1e-9)
    base = _base_per_day(system)
    background = np.minimum(np.maximum(np.einsum("mij,mj->mi", _undo_day(children, scales), base), 0.0), counts)
    return Structure(
        children=children,
        harm=_harm(system, later, children),
        ratio=ratio,
        background=background,
        share=1.0 - background / counts,
        half_life=_half_life(later, ratio, counts.mean(axis=0), scales),
    )


def _signed_structure(system: System) -> Structure:
    """Return what can be said where events may quiet: weights by sign, and the ratio of those above zero."""
    m, s = system.draws, len(system.targets)
    harm, feeding = np.zeros((m, s, s)), np.zeros((m, s, s))
    for i, target in enumerate(system.targets):
        harm[:, i, target.sources] = target.feeds[:, :, 1].sum(axis=2)
        feeding[:, i, target.sources] = np.maximum(target.feeds, 0.0).sum(axis=(2, 3))
    untold = np.full((m, s), np.nan)
    return Structure(
        children=system.feeds(),
        harm=harm,
        ratio=np.abs(np.linalg.eigvals(feeding)).max(axis=1),
        background=untold,
        share=untold,
        half_life=untold[:, 0],
        inhibition=True,
    )


def overall_share(system: System, structure: Structure) -> FloatArray:
    """Return the endogenous share of all streams' events together, shape (m,)."""
    events = [system.streams.counts[:, target.start :, s].sum() for s, target in enumerate(system.targets)]
    weights = np.array(events, np.float64)
    return np.asarray(structure.share @ (weights / max(float(weights.sum()), 1.0)))


def _all_children(later: FloatArray, scales: FloatArray) -> FloatArray:
    """Return children draw by draw; of large systems corrected as their mean is."""
    if _small(later):
        return np.array([children_of(one, scales) for one in later])
    own_day = _own_day(scales)
    mean = later.mean(axis=0)
    nearly = _nearly(mean, own_day)[0]
    correct = np.divide(children_of(mean, scales), nearly, out=np.ones_like(mean), where=nearly > 1e-9)
    return np.array([_nearly(one, own_day)[0] * correct for one in later])


def _small(links: FloatArray) -> bool:
    """Say whether each draw can have a matrix exponential of its own."""
    return bool(links.shape[1] * links.shape[3] <= MOST_EXACT)


def _undo_day(children: FloatArray, scales: FloatArray) -> FloatArray:
    """Undo :func:`within_day`; in large systems as if every generation had the whole day left, shape (m, s, s)."""
    if _small(children):
        return np.linalg.inv(np.array([within_day(one, scales) for one in children]))
    same = (children * _own_day(scales)).sum(axis=3)
    return np.asarray(np.eye(same.shape[1]) - same)


def _harm(system: System, later: FloatArray, children: FloatArray) -> FloatArray:
    """Return the share of each edge that goes with harm, times the edge."""
    harm = np.zeros(later.shape[:3])
    for i, target in enumerate(system.targets):
        harm[:, i, target.sources] = target.feeds[:, :, 1].sum(axis=2)
    total = later.sum(axis=3)
    return np.asarray(np.divide(harm, total, out=np.zeros_like(harm), where=total > 0) * children.sum(axis=3))


def _events_per_day(system: System) -> FloatArray:
    """Return the mean number of events per day over the days fitted, shape (m, s)."""
    counts = system.streams.counts
    return np.array(
        [
            [counts[k, target.start :, s].mean() for s, target in enumerate(system.targets)]
            for k in system.targets[0].imputation
        ]
    )


def _base_per_day(system: System) -> FloatArray:
    """Return the mean background of the regression over the days fitted, shape (m, s)."""
    columns = [target.base @ system.shapes(s).mean(axis=0) for s, target in enumerate(system.targets)]
    return np.stack(columns, axis=1)


def _half_life(later: FloatArray, ratio: FloatArray, rates: FloatArray, scales: FloatArray) -> FloatArray:
    """Return the days until half of all later descendants of a typical event have come, shape (m,)."""
    m, s, _, b = later.shape
    gain = 1.0 - np.exp(-1.0 / scales)
    share = rates / rates.sum()
    weights = later.reshape(m, s, s * b)
    memory = np.broadcast_to((share[:, None] * gain).ravel(), (m, s * b)).copy()
    total = np.zeros((LONGEST, m))
    for day in range(LONGEST):
        events = np.einsum("msk,mk->ms", weights, memory)
        total[day] = events.sum(axis=1)
        memory = (memory.reshape(m, s, b) * np.exp(-1.0 / scales) + events[:, :, None] * gain).reshape(m, s * b)
        if day > 30 and (total[day] < 1e-6 * total[: day + 1].sum(axis=0).max()).all():
            break
    cumulated = np.cumsum(total[: day + 1], axis=0)
    half = 1.0 + (cumulated < 0.5 * cumulated[-1]).sum(axis=0)
    return np.where(ratio < 1.0, half, np.inf)
