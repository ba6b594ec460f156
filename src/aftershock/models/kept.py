"""Fitted states kept for a while, so that a forecast, its report and its explanation share one fit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Protocol, TypeVar

import numpy as np

from aftershock.contract import Panel

__all__ = ["LARGEST", "MOST", "forget", "kept"]

MOST = 8
"""States kept at a time: a forecast's four targets, and the four years of a track record after it."""
LARGEST = 250_000
"""Units × months of a panel whose state is kept: countries are, grid cells would fill the memory."""
State_co = TypeVar("State_co", covariant=True)


class Learner(Protocol[State_co]):
    """A model whose state may be kept: hashable, and its state is not changed by those who use it."""

    def learn(self, panel: Panel, target: str) -> State_co:
        """Return the state."""


@dataclass(frozen=True)
class _Past:
    """What a state depends on. Panels of the same figures are the same, whatever they were read from."""

    model: Learner[Any]
    target: str
    digest: bytes
    panel: Panel = field(compare=False)


def kept(model: Learner[State_co], panel: Panel, target: str) -> State_co:
    """Return the state that a model learns from a panel, learned anew only if it is not among the last :data:`MOST`.

    Threads may ask at once; at worst both learn the same.
    """
    if panel.exists.size > LARGEST:
        return model.learn(panel, target)
    state: State_co = _learned(_Past(model, target, _digest(panel), panel))
    return state


def forget() -> None:
    """Let go of every state kept."""
    _learned.cache_clear()


@lru_cache(maxsize=MOST)
def _learned(past: _Past) -> Any:
    panel = past.panel  # the caller's, who may write into its arrays
    own = replace(panel, deaths=panel.deaths.copy(), exists=panel.exists.copy())
    return past.model.learn(own, past.target)


def _digest(panel: Panel) -> bytes:
    """Return a fingerprint of a panel's figures."""
    made = blake2b(panel.kind.encode(), digest_size=16)
    for array in (panel.units, panel.months, panel.deaths, panel.exists):
        made.update(f"{array.dtype}{array.shape}".encode())
        made.update(np.ascontiguousarray(array).data)
    return made.digest()
