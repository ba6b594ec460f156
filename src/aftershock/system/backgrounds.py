"""How much a background may move: chosen on days held out, and what each choice says of feedback.

A background that follows every rise leaves nothing to feedback; one that stands still calls every slow rise feedback. Days seen
cannot tell the two apart, days held out can to some degree. So smoothness is chosen there, and the branching ratio is shown
under several backgrounds whatever is chosen.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from threadpoolctl import threadpool_limits

from aftershock import checks
from aftershock.contract import Streams
from aftershock.errors import UsageError, nearest
from aftershock.system.fit import System, check_fit, first_fitted, fit_system, stream_problem
from aftershock.system.kernel import log_probabilities
from aftershock.system.memory import SCALES, Mask, Memory, closeness, sources_of
from aftershock.system.shapes import Background, Shock, background_shapes, background_words, shock_shapes
from aftershock.system.structure import Structure, overall_share, structure_of
from aftershock.system.target import Problem, draw_posterior, fit_target

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CANDIDATES", "BackgroundChoice", "BackgroundComparison", "choose_background", "compare_backgrounds"]

FloatArray = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

CANDIDATES: tuple[Background, ...] = ("constant", 1460, 365, 180, 90)
"""Backgrounds among which one is chosen."""
SHOWN: tuple[Background, ...] = ("constant", 365, 90)
"""Backgrounds under which the branching ratio is shown."""
BLOCK = 14
"""Days held out in a row."""
FOLDS = 5
"""Every so many blocks one is held out, in as many rounds."""
SLIGHT = 2.0
"""Nats, over all days, for which smoothness is not given up: what a stream of few events says is not more."""


@dataclass(frozen=True)
class BackgroundChoice:
    """Which background foretells days held out, per stream.

    Attributes
    ----------
    names : tuple of str
        Streams, shape (s,).
    candidates : tuple of "constant" or int
        The smoothest first, shape (c,).
    scores : numpy.ndarray of float64, shape (c, s)
        Log probability of all days, each while it was held out, in nats.
    behind : numpy.ndarray of float64, shape (c, s)
        How far behind the stream's best, in nats.
    error : numpy.ndarray of float64, shape (c, s)
        Standard error of that distance, from blocks.
    chosen : tuple of "constant" or int
        Per stream the smoothest no more than one standard error, or two nats, behind the best.
    together : "constant" or int
        The same for one background that all streams share.
    """

    names: tuple[str, ...]
    candidates: tuple[Background, ...]
    scores: FloatArray
    behind: FloatArray
    error: FloatArray
    chosen: tuple[Background, ...]
    together: Background

    def to_frame(self) -> pd.DataFrame:
        """Return one row per stream and candidate: ``stream, background, score, behind, error, chosen``."""
        import pandas as pd

        rows = [
            (name, str(one), self.scores[c, s], self.behind[c, s], self.error[c, s], one == self.chosen[s])
            for s, name in enumerate(self.names)
            for c, one in enumerate(self.candidates)
        ]
        return pd.DataFrame(rows, columns=["stream", "background", "score", "behind", "error", "chosen"])


@dataclass(frozen=True)
class BackgroundComparison:
    """What a system says of feedback under several backgrounds.

    Attributes
    ----------
    backgrounds : tuple of "constant" or int
        Shape (c,).
    ratio : tuple of numpy.ndarray of float64, shape (m,) each
        Branching ratio; a background may have more draws than another.
    share : tuple of numpy.ndarray of float64, shape (m,) each
        Endogenous share: of all events of all streams, those caused by earlier ones.
    half_life : tuple of numpy.ndarray of float64, shape (m,) each
        Days until half of an event's later descendants have come; infinite where they never end.
    choice : BackgroundChoice
        The same backgrounds on days held out.
    """

    backgrounds: tuple[Background, ...]
    ratio: tuple[FloatArray, ...]
    share: tuple[FloatArray, ...]
    half_life: tuple[FloatArray, ...]
    choice: BackgroundChoice

    def __post_init__(self) -> None:
        draws = [[len(each) for each in part] for part in (self.ratio, self.share, self.half_life)]
        checks.require(
            None
            if len(draws[0]) == len(self.backgrounds)
            else f"{len(draws[0])} ratios of {len(self.backgrounds)} backgrounds",
            None if draws[0] == draws[1] == draws[2] else "ratio, share and half_life of different numbers of draws",
            None if all(draws[0]) else "a background without a draw",
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per background: medians with central 90 % intervals, and the score on days held out, in nats."""
        import pandas as pd

        scores = self.choice.scores.sum(axis=1)
        columns: dict[str, object] = {"background": [str(one) for one in self.backgrounds]}
        for name in ("ratio", "share", "half_life"):
            ends = [np.quantile(each, [0.5, 0.05, 0.95], method="inverted_cdf") for each in getattr(self, name)]
            middle, lower, upper = np.transpose(ends)
            columns |= {name: middle, f"{name}_lower": lower, f"{name}_upper": upper}
        columns["explosive"] = [float((ratio >= 1).mean()) for ratio in self.ratio]
        at = [self.choice.candidates.index(one) for one in self.backgrounds]
        columns["score"] = scores[at]
        columns["chosen"] = [one == self.choice.together for one in self.backgrounds]
        return pd.DataFrame(columns)

    def said(self) -> str:
        """Return the branching ratio and the endogenous share under every background, in one sentence.

        The ratio of a system follows its most excitable part, be it small; the share counts events.
        """
        parts = []
        for one, ratio, share in zip(self.backgrounds, self.ratio, self.share, strict=True):
            lower, middle, upper = np.quantile(ratio, [0.05, 0.5, 0.95], method="inverted_cdf")
            part = f"{middle:.2f} ({lower:.2f}–{upper:.2f}) with {background_words(one)}"
            parts.append(f"{part}, and {100 * np.median(share):.0f} % of events follow from others")
        return (
            f"The branching ratio is {'; '.join(parts)}. Days held out favour {background_words(self.choice.together)}."
        )


def choose_background(  # noqa: PLR0913
    streams: Streams,
    stream: str | None = None,
    *,
    candidates: Sequence[Background] = CANDIDATES,
    shocks: Sequence[Shock] = (),
    mask: Mask = "linked",
    block: int = BLOCK,
    folds: int = FOLDS,
    draws: int = 0,
    progress: Progress | None = None,
) -> BackgroundChoice:
    """Return which background foretells days held out, the smoothest of those about as good as the best.

    Every ``folds``-th block of days is left out of the likelihood, and scored one day ahead from what came before, left out or
    not; in turn, so that every day is scored once. Imputation 0 of ranged dates is used.

    Parameters
    ----------
    streams : Streams
    stream : str, optional
        Only this one; all if not given.
    candidates : sequence of "constant" or int
        As in :func:`aftershock.system.fit.fit_system`.
    shocks : sequence of Shock
        Dated changes that every background may follow.
    mask : {"own", "linked", "all"}
        Which streams may feed which.
    block : int
        Days held out in a row.
    folds : int
        Rounds, 2 or more.
    draws : int
        Draws from the posterior that a score averages over; 0 for the posterior's mode alone, which takes less time.
    progress : callable, optional

    Returns
    -------
    BackgroundChoice

    Raises
    ------
    UsageError
        Too few days, an unknown stream, or options that cannot be.

    Notes
    -----
    One standard error: Hastie, Tibshirani & Friedman 2009, ch. 7.10; here of the difference to the best, over blocks.
    """
    check_fit(streams, 1, SCALES)
    ordered = _ordered(candidates, streams.counts.shape[1])
    _check_blocks(streams.counts.shape[1], block, folds)
    if stream is not None and stream not in streams.names:
        raise UsageError("a stream must be one of the system's", found=repr(stream), fix=nearest(stream, streams.names))
    asked = range(len(streams.names)) if stream is None else [streams.names.index(stream)]
    near, memory = closeness(streams), Memory.of(streams)
    sources = sources_of(near, streams.counts.mean(axis=0).sum(axis=0), mask)
    end, shocked = len(memory.counts), shock_shapes(streams.days, shocks)[0]

    def one(job: tuple[Background, int]) -> FloatArray:
        background, s = job
        start = first_fitted(streams, s, end)
        days = slice(start, end)
        problem = stream_problem(
            memory, s, sources[s], near[s], days=days, background=background, shocked=shocked[days]
        )
        number = np.arange(start, end) // block  # the same blocks of the calendar for every stream
        logs = held_out(problem, number % folds, draws)
        return np.asarray(np.bincount(number, logs, minlength=(end - 1) // block + 1), dtype=np.float64)

    jobs = [(background, s) for background in ordered for s in asked]
    blocks = []
    with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
        for k, scored in enumerate(pool.map(one, jobs)):
            blocks.append(scored)
            if progress:
                progress("scoring backgrounds", k + 1, len(jobs))
    values = np.array(blocks).reshape(len(ordered), len(asked), -1)
    behind, error, chosen = _smoothest(values)
    together = _smoothest(values.sum(axis=1, keepdims=True))[2][0]
    names = tuple(streams.names[s] for s in asked)
    return BackgroundChoice(
        names, ordered, values.sum(axis=2), behind, error, tuple(ordered[c] for c in chosen), ordered[together]
    )


def held_out(problem: Problem, fold: NDArray[np.int64], draws: int = 0) -> FloatArray:
    """Return the log probability of every day's count where the days of its fold were not learnt from, shape (d,), in nats."""
    out, fit = np.empty(len(fold)), None
    for one in np.unique(fold):
        left_out = fold == one
        known = replace(problem, day_weights=problem.weights * ~left_out)
        fit = fit_target(known, fit)
        points = np.r_[fit.weights, fit.delta, fit.rho][None]
        if draws:
            points, _ = draw_posterior(known, fit, draws=draws, rng=np.random.default_rng(int(one)))
        scores = [
            log_probabilities(problem.counts[left_out], problem.mean(point[:-2])[left_out], point[-2], point[-1])
            for point in points
        ]
        out[left_out] = logsumexp(scores, axis=0) - np.log(len(points))
    return out


def _smoothest(values: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """Return distances to the best, their standard errors, and the first candidate near, from (c, s, blocks)."""
    best = values.sum(axis=2).argmax(axis=0)
    gaps = values[best, np.arange(values.shape[1])] - values
    behind, error = gaps.sum(axis=2), gaps.std(axis=2, ddof=1) * np.sqrt(gaps.shape[2])
    return behind, error, np.asarray((behind <= np.maximum(error, SLIGHT)).argmax(axis=0))


def compare_backgrounds(  # noqa: PLR0913
    streams: Streams,
    backgrounds: Sequence[Background] = SHOWN,
    *,
    draws: int = 200,
    shocks: Sequence[Shock] = (),
    mask: Mask = "linked",
    seed: int = 1,
    fitted: System | None = None,
    structure: Structure | None = None,
    progress: Progress | None = None,
) -> BackgroundComparison:
    """Return branching ratio, endogenous share and half life under several backgrounds, and how each foretells days held out.

    Parameters
    ----------
    streams : Streams
    backgrounds : sequence of "constant" or int
    draws : int
        Draws from each posterior.
    shocks : sequence of Shock
        Dated changes that every background may follow.
    mask : {"own", "linked", "all"}
    seed : int
    fitted : System, optional
        A system of these streams, shocks and mask: its background is not fitted again, and counts with all its draws.
    structure : Structure, optional
        Of ``fitted``, where it is at hand.
    progress : callable, optional

    Returns
    -------
    BackgroundComparison
        In the order given.

    Raises
    ------
    UsageError
        ``fitted`` is of other streams, shocks or another mask, or has inhibition; or options that cannot be.
    """
    _check_fitted(fitted, streams, tuple(shocks), mask)
    choice = choose_background(streams, candidates=backgrounds, shocks=shocks, mask=mask, progress=progress)
    rows = []
    for background in backgrounds:
        if fitted and fitted.background == background:
            system, found = fitted, structure or structure_of(fitted)
        else:
            system = fit_system(
                streams, background=background, shocks=shocks, mask=mask, draws=draws, seed=seed, progress=progress
            )
            found = structure_of(system)
        rows.append((found.ratio, overall_share(system, found), found.half_life))
    ratio, share, half_life = zip(*rows, strict=True)
    return BackgroundComparison(tuple(backgrounds), ratio, share, half_life, choice)


def _check_fitted(fitted: System | None, streams: Streams, shocks: tuple[Shock, ...], mask: Mask) -> None:
    if fitted is None:
        return
    wrong = {
        "other streams": fitted.streams is not streams,
        f"the mask {fitted.mask}": fitted.mask != mask,
        "other shocks": fitted.shocks != shocks,
        "inhibition": fitted.inhibition,
    }
    if any(wrong.values()):
        raise UsageError(
            "a fitted system must be of the streams, shocks and mask compared, without inhibition",
            found=", ".join(name for name, is_so in wrong.items() if is_so),
            fix="Leave it out, and it is fitted again.",
        )


def _ordered(candidates: Sequence[Background], days: int) -> tuple[Background, ...]:
    """Return candidates, the smoothest first."""
    if not candidates or len(set(candidates)) < len(candidates):
        found = ", ".join(str(one) for one in candidates) or "none"
        raise UsageError("backgrounds must be one or more, each once", found=found, fix="Try constant, 365 and 90.")
    for one in candidates:
        background_shapes(days, one)  # raises where there is no such background
    return tuple(sorted(candidates, key=lambda one: -np.inf if isinstance(one, str) else -float(one)))


def _check_blocks(days: int, block: int, folds: int) -> None:
    if block < 1:
        raise UsageError("days of a block must be 1 or more", found=str(block), fix="Give for example 14.")
    if folds < 2 or days < folds * block:
        raise UsageError(
            f"folds must be 2 or more, and {days} days hold a block of {block} days for each",
            found=str(folds),
            fix="Give fewer folds, shorter blocks or a longer record.",
        )
