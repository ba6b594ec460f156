"""The rules that turn figures into a verdict: few, set beforehand, the same for every account.

A verdict speaks of a claim, never of who made it. Where the figures are borderline it is "cannot say".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

__all__ = [
    "ABOUT", "SURE", "VERDICTS", "Chart", "Figures", "Threshold", "Verdict", "VerdictWord", "by_chance", "by_count",
    "by_interval", "of_claim",
]  # fmt: skip

VerdictWord = Literal[
    "supported", "contradicted", "within the uncertainty", "not yet decided", "cannot say", "outside the record"
]
VERDICTS: tuple[VerdictWord, ...] = get_args(VerdictWord)
SURE = 0.9
"""A model's chance from which a claim counts as supported; contradicted at one minus it."""
ABOUT = 0.25
"""How far, as a share of it, "about 300" may lie from the figure."""
Figures = dict[str, Any]


@dataclass(frozen=True)
class Threshold:
    """What a claim says of a figure: it lies between two numbers, either of which may be open.

    Parameters
    ----------
    low, high : float, optional
        Both included.
    """

    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        """Return whether a figure is as said."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            return f"{self.low:,.10g} to {self.high:,.10g}" if self.low != self.high else f"{self.low:,.10g}"
        if self.high is not None:
            return f"at most {self.high:,.10g}"
        return f"at least {self.low:,.10g}" if self.low is not None else "any number"


@dataclass(frozen=True)
class Chart:
    """Figures to look at: values along an axis, each with its low and high.

    Parameters
    ----------
    title : str
    unit : str
        Of the values: "deaths a month".
    along : tuple of str
        Months ("2017-07"), or names.
    best, low, high : tuple of float
        As long as ``along``; ``low`` and ``high`` may be empty.
    mark : str, optional
        One of ``along``: the month of the account, or of the change asked about.
    stated : tuple of float
        What the claim says, drawn as lines.
    """

    title: str
    unit: str
    along: tuple[str, ...]
    best: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    mark: str | None = None
    stated: tuple[float, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """A question's answer, with all it rests on.

    Parameters
    ----------
    word : str
        One of :data:`VERDICTS`.
    sentence : str
        What was found, in a plain sentence with its figures.
    figures : dict
        ``low``, ``best`` and ``high`` of a count; ``median``, ``low``, ``high`` and ``chance`` of a posterior; plain values.
    filter : str
        Exactly what was asked of the record or the model, so that anybody can ask it again.
    sample : int
        Events, months or draws that the figures rest on.
    event_ids : tuple of int
        UCDP's numbers of up to twenty of the events; empty where the record has none.
    vintage : str
        Of the data.
    provisional : bool
        Whether it rests on data that will still be revised, or on a window that is not over.
    chance : float, optional
        A model's or a base rate's probability that what is claimed is, or comes to be.
    outcome : bool, optional
        Whether it came, once that is known.
    decided_on : str, optional
        ISO day on which it was.
    notes : tuple of str
    chart : Chart, optional
    """

    word: VerdictWord
    sentence: str
    figures: Figures = field(default_factory=dict)
    filter: str = ""
    sample: int = 0
    event_ids: tuple[int, ...] = ()
    vintage: str = ""
    provisional: bool = False
    chance: float | None = None
    outcome: bool | None = None
    decided_on: str | None = None
    notes: tuple[str, ...] = ()
    chart: Chart | None = None


def by_count(stated: Threshold, low: float, best: float, high: float, *, over: bool = True) -> VerdictWord:
    """Return the verdict on a count that the record gives with a low and a high estimate.

    Supported where low and high are both as said, and where the best estimate is and the claim is of about so many;
    contradicted where no number from low to high is as said; within the uncertainty in between.

    Parameters
    ----------
    stated : Threshold
    low, best, high : float
        The record's estimates. UCDP sometimes publishes a best outside low and high: the widest of the three counts.
    over : bool
        Whether the window is; before that a count can only grow, so that too few is "not yet decided".

    Examples
    --------
    >>> by_count(Threshold(low=100), 120, 150, 200), by_count(Threshold(low=100), 40, 90, 120)
    ('supported', 'within the uncertainty')
    >>> by_count(Threshold(low=100), 10, 20, 30), by_count(Threshold(low=100), 10, 20, 30, over=False)
    ('contradicted', 'not yet decided')
    >>> by_count(Threshold(75, 125), 60, 110, 300)
    'supported'
    """
    least, most = min(low, best, high), max(low, best, high)
    two_sided = stated.low is not None and stated.high is not None
    if not over and (stated.low is None or least < stated.low or two_sided):
        above = stated.high is not None and least > stated.high
        return "contradicted" if above else "not yet decided"
    if (stated.holds(least) and stated.holds(most)) or (two_sided and stated.holds(best)):
        return "supported"
    apart = (stated.low is not None and most < stated.low) or (stated.high is not None and least > stated.high)
    return "contradicted" if apart else "within the uncertainty"


def by_chance(chance: float) -> VerdictWord:
    """Return the verdict on a claim that a model gives a probability of being so now, as of a posterior.

    Examples
    --------
    >>> by_chance(0.95), by_chance(0.6), by_chance(0.04)
    ('supported', 'cannot say', 'contradicted')
    """
    return "supported" if chance >= SURE else "contradicted" if chance <= round(1 - SURE, 9) else "cannot say"


def by_interval(low: float, high: float, *, rises: bool) -> VerdictWord:
    """Return the verdict on a claim that something rose (or fell), from the 90 % interval of the logarithm of its ratio.

    Examples
    --------
    >>> by_interval(0.1, 0.9, rises=True), by_interval(-0.2, 0.5, rises=True), by_interval(0.1, 0.9, rises=False)
    ('supported', 'within the uncertainty', 'contradicted')
    """
    if low > 0 or high < 0:
        return "supported" if (low > 0) == rises else "contradicted"
    return "within the uncertainty"


def of_claim(words: Sequence[VerdictWord]) -> VerdictWord:
    """Return a claim's verdict from those of its questions.

    What is outside the record or cannot be said leaves the others to decide. Where one is supported and another contradicted, it
    cannot be said; one that is not yet decided, or else within the uncertainty, holds back the rest.

    Examples
    --------
    >>> of_claim(["supported", "cannot say"]), of_claim(["supported", "contradicted"]), of_claim([])
    ('supported', 'cannot say', 'outside the record')
    >>> of_claim(["supported", "not yet decided"])
    'not yet decided'
    """
    said = [word for word in words if word not in ("cannot say", "outside the record")]
    if not said:
        return "cannot say" if "cannot say" in words else "outside the record"
    kinds = set(said)
    if len(kinds) == 1:
        return said[0]
    if {"supported", "contradicted"} <= kinds:
        return "cannot say"
    return "not yet decided" if "not yet decided" in kinds else "within the uncertainty"
