"""Streams made by hand, for tests of the system."""

import numpy as np

from aftershock.contract import Provenance, Stream, Streams


def make_streams(counts, *, names=None, harm=None, actors=None, countries=None, first_day="2001-01-01"):
    """Return streams of counts of shape (days, streams) or (imputations, days, streams); each of its own actor, in one country."""
    counts = np.asarray(counts, np.int32)
    counts = counts[None] if counts.ndim == 2 else counts
    s = counts.shape[2]
    marks = np.zeros(counts.shape) if harm is None else np.broadcast_to(harm, counts.shape)
    names = [f"s{i}" for i in range(s)] if names is None else list(names)[:s]
    actors = actors or [(name,) for name in names]
    countries = countries or [(652,)] * s
    return Streams(
        streams=tuple(Stream(n, a, ("sb",), c) for n, a, c in zip(names, actors, countries, strict=True)),
        first_day=np.datetime64(first_day),
        counts=counts,
        deaths=2 * counts,
        civilians=counts,
        losses=np.zeros((*counts.shape, 2), np.int32),
        size=counts.astype(np.float32),
        harm=np.array(marks, np.float32),
        present=np.ones((counts.shape[1], s), bool),
        kin=(),
        left_out={},
        ranged=0,
        provenance=Provenance("test", "test", "test"),
    )
