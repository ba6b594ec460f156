"""What feeds a stream: the memories of its own events and of other streams'.

Two channels per source. ``events``: one per event. ``harm``: events weighted by the mark of their civilian deaths, scaled
to one per event on average; what harm to civilians adds to the effect of an event ("blowback").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Streams
from aftershock.errors import UsageError, nearest
from aftershock.system.kernel import decaying_sums

__all__ = ["CHANNELS", "SCALES", "Mask", "Memory", "closeness", "remembered", "sources_of"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Mask = Literal["own", "linked", "all"]

SCALES = (1.0, 7.0, 30.0, 120.0)
"""Time scales of memory, in days."""
CHANNELS = ("events", "harm")
EARLY = 60
"""Days at a record's beginning whose mean stands for the days before it, of which nothing is known."""
MOST_SOURCES = 12  # of a stream where there are more streams than that and the mask is "linked"
OWN, SAME_ACTOR, SAME_COUNTRY, ELSEWHERE = range(4)
"""How close a source is to a target."""


@dataclass(frozen=True)
class Memory:
    """Decaying sums of every stream's events and harm, one imputation.

    Attributes
    ----------
    counts : numpy.ndarray of int64, shape (d, s)
    sums : numpy.ndarray of float64, shape (d + 1, s, c, b)
        Before each day, and after the last.
    harm_unit : numpy.ndarray of float64, shape (s,)
        Mark of civilian deaths per event, by which harm was divided; 0 where there was none.
    scales : numpy.ndarray of float64, shape (b,)
    """

    counts: IntArray
    sums: FloatArray
    harm_unit: FloatArray
    scales: FloatArray

    @classmethod
    def of(
        cls, streams: Streams, imputation: int = 0, *, learnt: int | None = None, scales: tuple[float, ...] = SCALES
    ) -> Memory:
        """Return the memory of streams; units are learnt on the first ``learnt`` days."""
        counts = streams.counts[imputation].astype(np.int64)
        harm = streams.harm[imputation].astype(np.float64)
        events = counts[:learnt].sum(axis=0)
        unit = harm[:learnt].sum(axis=0) / np.maximum(events, 1)
        harm = harm / np.where(unit > 0, unit, 1.0) * (unit > 0)
        signal = np.concatenate([counts.astype(np.float64), harm], axis=1)
        given = np.array(scales, dtype=np.float64)
        sums = remembered(signal, given, learnt=learnt)
        shape = (len(sums), len(CHANNELS), counts.shape[1], len(given))
        return cls(counts, sums.reshape(shape).transpose(0, 2, 1, 3), unit, given)

    def features(self, sources: IntArray, days: slice) -> FloatArray:
        """Return the memories of sources before each day, shape (days, sources × channels × scales)."""
        chosen = self.sums[days][:, sources]
        return np.ascontiguousarray(chosen.reshape(len(chosen), -1))


def remembered(signal: FloatArray, scales: FloatArray, *, learnt: int | None = None) -> FloatArray:
    """Return the memory of signals before each day and after the last, shape (d + 1, r, b).

    A record may begin in the midst of a war: memory begins as if the mean of its first days, of the first ``learnt``, had been
    there for ever.

    Parameters
    ----------
    signal : numpy.ndarray of float64, shape (d, r)
    scales : numpy.ndarray of float64, shape (b,)
        Days.
    learnt : int, optional
    """
    before = signal[:learnt][:EARLY].mean(axis=0)
    fading = np.exp(-np.arange(len(signal) + 1)[:, None, None] / scales)
    return np.asarray(decaying_sums(np.ascontiguousarray(signal), scales) + before[:, None] * fading)


def closeness(streams: Streams) -> IntArray:
    """Return how close each source (column) is to each target (row): own, same actor or kin, same country, elsewhere."""
    kin = {frozenset(pair) for pair in streams.kin}
    all_ = streams.streams
    out = np.full((len(all_), len(all_)), ELSEWHERE)
    for i, one in enumerate(all_):
        for j, other in enumerate(all_):
            if i == j:
                out[i, j] = OWN
            elif set(one.actors) & set(other.actors) or any(
                frozenset((a, b)) in kin for a in one.actors for b in other.actors
            ):
                out[i, j] = SAME_ACTOR
            elif set(one.countries) & set(other.countries):
                out[i, j] = SAME_COUNTRY
    return out


def sources_of(near: IntArray, busy: FloatArray, mask: Mask) -> list[IntArray]:
    """Return the streams that may feed each stream, ascending.

    Parameters
    ----------
    near : numpy.ndarray of int, shape (s, s)
        As :func:`closeness` gives.
    busy : numpy.ndarray of float64, shape (s,)
        Events of each stream.
    mask : {"own", "linked", "all"}
        ``linked``: itself, those of a common actor, and the busiest of the country; twelve at most.

    Raises
    ------
    UsageError
        Unknown mask.
    """
    if mask not in get_args(Mask):
        raise UsageError(
            "a mask must be one of own, linked, all", found=repr(mask), fix=nearest(str(mask), get_args(Mask))
        )
    s = len(near)
    if mask == "own":
        return [np.array([i]) for i in range(s)]
    if mask == "all" or s <= MOST_SOURCES:
        return [np.arange(s)] * s
    return [np.sort(np.lexsort((-busy, row))[:MOST_SOURCES]) for row in np.where(near == ELSEWHERE, ELSEWHERE, near)]
