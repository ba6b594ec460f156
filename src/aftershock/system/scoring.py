"""How well a system foretells days it has not seen, one day ahead, in nats: beside a constant rate and each stream's own past."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from aftershock.contract import Streams
from aftershock.errors import UsageError
from aftershock.system.fit import LEAST_DAYS, first_fitted
from aftershock.system.kernel import log_probabilities
from aftershock.system.memory import Mask, Memory, closeness, sources_of
from aftershock.system.target import Problem, fit_target
from aftershock.system.variants import Course, StreamModel, foretell, plain_variant, train

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MODELS", "SystemScores", "score_system"]

FloatArray = NDArray[np.float64]
Trained = Sequence[tuple[StreamModel, FloatArray] | None]  # and the weights of its variants after the last day foretold
MODELS = ("constant", "own_past", "own_phase", "system")
"""A constant rate; its own past with a constant background; the same with levels and forgetting, averaged; and with all
streams' pasts. The last two differ by what the other streams add."""


@dataclass(frozen=True)
class SystemScores:
    """Log probabilities of the days held out, in nats; higher is better.

    Attributes
    ----------
    names : tuple of str
        Streams, shape (s,).
    first_day, last_day : numpy.datetime64
        Days scored.
    values : dict of str to numpy.ndarray of float64, shape (d, s)
        Per model of :data:`MODELS`; mean over imputations.
    events : numpy.ndarray of float64, shape (s,)
        Events per stream on those days.
    refit_every : int or None
        Days after which everything was trained anew.
    """

    names: tuple[str, ...]
    first_day: np.datetime64
    last_day: np.datetime64
    values: dict[str, FloatArray]
    events: FloatArray
    refit_every: int | None = None

    @property
    def days(self) -> int:
        """Days scored."""
        return len(self.values["system"])

    def per_day(self, model: str) -> float:
        """Return nats per day, summed over streams."""
        return float(self.values[model].mean(axis=0).sum())

    def per_event(self, model: str) -> float:
        """Return nats per event; not a number where there was none."""
        total = self.events.sum()
        return float(self.values[model].sum() / total) if total else float("nan")

    def gain(self, model: str, over: str, *, block: int = 28) -> tuple[float, float, float]:
        """Return how many nats per day a model is better than another, with a central 90 % interval.

        Parameters
        ----------
        model, over : str
        block : int
            Days per block of the bootstrap; days near each other are alike.
        """
        daily = (self.values[model] - self.values[over]).sum(axis=1)
        starts = np.arange(0, len(daily), block)
        sums, lengths = np.add.reduceat(daily, starts), np.diff(np.r_[starts, len(daily)])
        picked = np.random.default_rng(1).integers(len(starts), size=(2000, len(starts)))
        means = sums[picked].sum(axis=1) / lengths[picked].sum(axis=1)
        low, high = np.quantile(means, [0.05, 0.95])
        return float(daily.mean()), float(low), float(high)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per stream: ``stream, events`` and nats per day under each model."""
        import pandas as pd

        columns = {model: value.mean(axis=0) for model, value in self.values.items()}
        return pd.DataFrame({"stream": self.names, "events": self.events, **columns})


def score_system(
    streams: Streams,
    *,
    train_until: str | np.datetime64,
    test_until: str | np.datetime64 | None = None,
    refit_every: int | None = None,
    mask: Mask = "linked",
    progress: Callable[[str, int, int], None] | None = None,
) -> SystemScores:
    """Foretell every day after ``train_until`` from the days before it, and score what came.

    Parameters
    ----------
    streams : Streams
        Chosen by events up to ``train_until`` only, see ``chosen_until`` of :func:`aftershock.streams.build_streams`.
    train_until : date or str
        The last day that parameters are learnt from.
    test_until : date or str, optional
        The last day scored; the streams' last if not given.
    refit_every : int, optional
        Learn anew from all days before, every so many days; only once if not given.
    mask : {"own", "linked", "all"}
        Which streams may feed which.
    progress : callable, optional

    Returns
    -------
    SystemScores

    Raises
    ------
    UsageError
        Days outside the record, or too few to learn from.
    """
    last = streams.last_day if test_until is None else np.datetime64(str(test_until), "D")
    split = streams.until(train_until).counts.shape[1]
    streams = streams.until(last)
    days = streams.counts.shape[1]
    _check_days(streams, split, days, refit_every)
    blocks = (
        [(split, days)]
        if refit_every is None
        else [(b, min(days, b + refit_every)) for b in range(split, days, refit_every)]
    )
    near = closeness(streams)
    total = {model: np.zeros((days - split, len(streams.names))) for model in MODELS}
    rounds = len(streams.counts) * len(blocks)
    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        for k in range(len(streams.counts)):
            trained: Trained = [None] * len(streams.names)
            for n, (begin, end) in enumerate(blocks):
                if progress:
                    progress("training and scoring", k * len(blocks) + n, rounds)
                trained, scored = _block(streams, k, (begin, end), near=near, mask=mask, before=trained, pool=pool)
                for name, value in scored.items():
                    total[name][begin - split : end - split] += value / len(streams.counts)
    if progress:
        progress("done", rounds, rounds)
    events = streams.counts[:, split:].sum(axis=1).mean(axis=0)
    first = np.datetime64(str(streams.days[split]), "D")
    return SystemScores(streams.names, first, streams.last_day, total, events, refit_every)


def _block(
    streams: Streams, imputation: int, days: tuple[int, int], *, near: NDArray[np.int64], mask: Mask,
    before: Trained, pool: ThreadPoolExecutor,
) -> tuple[Trained, dict[str, FloatArray]]:  # fmt: skip
    """Train all streams on the days before a block of days, and score the block."""
    begin, end = days
    memory = Memory.of(streams, imputation, learnt=begin)
    sources = sources_of(near, memory.counts[:begin].sum(axis=0).astype(float), mask)

    def one(s: int) -> tuple[tuple[StreamModel, FloatArray], dict[str, FloatArray]]:
        start = first_fitted(streams, s, begin)
        earlier, trusted = before[s] or (None, None)
        model = train(memory, s, sources[s], near[s], start=start, end=begin, before=earlier)
        course = foretell(model, memory, end=end, fresh=begin, trusted=trusted)
        return (model, course.weights[-1]), _scores(model, course, memory, days)

    done = list(pool.map(one, range(len(streams.names))))
    return [kept for kept, _ in done], {name: np.stack([part[name] for _, part in done], axis=1) for name in MODELS}


def _scores(model: StreamModel, course: Course, memory: Memory, days: tuple[int, int]) -> dict[str, FloatArray]:
    begin, end = days
    tested = slice(begin - model.start, end - model.start)
    counts = memory.counts[:, model.target]
    learnt = counts[model.start : begin]
    flat = fit_target(Problem(learnt, np.ones((len(learnt), 1)), np.array([0.0])))
    mean = np.full(end - begin, flat.weights[0] + 1e-6)
    return {
        "constant": log_probabilities(counts[begin:end], mean, flat.delta, flat.rho),
        "own_past": course.logs[plain_variant(), tested],
        "own_phase": course.alone[tested],
        "system": course.system[tested],
    }


def _check_days(streams: Streams, split: int, days: int, refit_every: int | None) -> None:
    if days <= split:
        raise UsageError(
            "days scored must come after those learnt from",
            found=f"learning until {streams.days[min(split, days) - 1]}, scoring until {streams.last_day}",
            fix="Choose a later day for the end of the test, or an earlier one for the end of training.",
        )
    if split < LEAST_DAYS:
        raise UsageError(
            f"a system needs {LEAST_DAYS} days to learn from", found=str(split), fix="Choose a later end of training."
        )
    if refit_every is not None and refit_every < 1:
        raise UsageError("days between trainings must be 1 or more", found=str(refit_every), fix="Give for example 30.")
