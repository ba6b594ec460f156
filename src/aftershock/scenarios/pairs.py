"""Futures of one course, here or in parts on a cluster; those of two courses with the same seed are pairs."""

from __future__ import annotations

import io
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aftershock.jobs import Codec, Runner, run_jobs
from aftershock.models.base import Progress
from aftershock.system.courses import Course
from aftershock.system.fit import System
from aftershock.system.opening import Opening
from aftershock.system.simulate import Assumptions, simulate_system

__all__ = ["Ensemble", "Futures", "run_course"]

IntArray = NDArray[np.int64]
PART = 250
"""Futures that make a job of their own on a cluster."""


@dataclass(frozen=True)
class Ensemble:
    """What futures of one course are made from; with the same seed, two courses are pairs.

    Parameters
    ----------
    system : System
    opening : Opening
    course : Course, optional
        What a scenario changes; None for the course that goes on.
    bins : numpy.ndarray of int64, shape (days,)
        The bin of each day.
    draws, seed : int
    assumptions : Assumptions
    """

    system: System
    opening: Opening
    course: Course | None
    bins: IntArray
    draws: int
    seed: int
    assumptions: Assumptions


@dataclass(frozen=True)
class Futures:
    """Futures of one course, by bin.

    Attributes
    ----------
    values : numpy.ndarray of int64, shape (3, m, bins, s)
        Events, deaths and civilian deaths.
    capped : numpy.ndarray of bool, shape (m,)
        Whether the draw reached a cap.
    """

    values: IntArray
    capped: NDArray[np.bool_]


def run_course(
    ensemble: Ensemble, *, executor: Executor | Runner | None = None, progress: Progress | None = None
) -> Futures:
    """Return the futures of a course.

    Parameters
    ----------
    ensemble : Ensemble
    executor : concurrent.futures.Executor or Runner, optional
        This process, with its threads, if not given; else jobs of :data:`PART` draws, with the same results.
    progress : callable, optional
    """
    draws = ensemble.draws
    if executor is None:
        return _run(ensemble, range(draws), progress)
    parts = list(
        run_jobs(
            _run,
            [(range(k, min(k + PART, draws)),) for k in range(0, draws, PART)],
            shared=(ensemble,),
            executor=executor,
            codec=_CODEC,
            progress=progress,
            label=lambda part: f"futures {part.start + 1:,} to {part.stop:,}",
        )
    )
    return Futures(
        np.concatenate([part.values for part in parts], axis=1), np.concatenate([part.capped for part in parts])
    )


def _run(ensemble: Ensemble, part: range, progress: Progress | None = None) -> Futures:
    """Return some of the draws."""
    one = ensemble
    paths = simulate_system(
        one.system, days=len(one.bins), draws=one.draws, bins=one.bins, opening=one.opening, assumptions=one.assumptions,
        course=one.course, part=part, seed=one.seed, progress=progress,
    )  # fmt: skip
    return Futures(np.stack([paths.counts, paths.deaths, paths.civilians]), paths.capped)


def _pack(result: Futures) -> bytes:
    sink = io.BytesIO()
    np.savez_compressed(sink, values=result.values, capped=result.capped)
    return sink.getvalue()


def _unpack(content: bytes) -> Futures:
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return Futures(stored["values"], stored["capped"])


_CODEC = Codec(_pack, _unpack)
