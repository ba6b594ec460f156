"""The answer to a scenario: two courses of the same futures, and the distribution of their difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock import checks
from aftershock.contract import Provenance
from aftershock.errors import UsageError, nearest
from aftershock.scenarios.scenario import Scenario
from aftershock.words import percent

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COURSES", "LEVELS", "MEASURES", "Answer", "Asked", "Identification", "Spirals", "answer_table"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MEASURES = ("events", "deaths", "civilian_deaths")
COURSES = ("baseline", "scenario")
LEVELS = ("all", "country", "stream")
_ENDS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Asked:
    """Whether an actor is active by a day, in both courses.

    Attributes
    ----------
    words : str
    baseline, scenario : float
        Probability.
    """

    words: str
    baseline: float
    scenario: float


@dataclass(frozen=True)
class Spirals:
    """How near a course is to feeding itself, draw by draw, in both courses.

    Attributes
    ----------
    ratio : numpy.ndarray of float64, shape (2, m)
        Branching ratio on the last day, by :data:`COURSES` and posterior draw.
    doubled : numpy.ndarray of float64, shape (2,)
        Probability that the first 365 days' deaths exceed twice those of the 365 days before; not a number where there are
        fewer.
    bound : bool
        Whether the ratio is no more than an upper bound, as in systems with inhibition.
    """

    ratio: FloatArray
    doubled: FloatArray
    bound: bool = False

    @property
    def supercritical(self) -> FloatArray:
        """Probability that the ratio is one or more, shape (2,)."""
        return np.asarray((self.ratio >= 1.0).mean(axis=1))


@dataclass(frozen=True)
class Identification:
    """What the record can and cannot tell of a scenario.

    Attributes
    ----------
    verdict : {"can say in part", "cannot say", "nothing changed"}
    sentence : str
    facts : tuple of str
        What it rests on, each measured on the record or the fit.
    """

    verdict: str
    sentence: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Baseline and scenario, draw by draw on the same random numbers.

    Attributes
    ----------
    scenario : Scenario
    origin : numpy.datetime64
        The record's last day.
    streams : tuple of str
        The system's, and the scenario's new fronts, shape (s,).
    countries : tuple of tuple of str
        Of each stream, by name.
    types : tuple of tuple of str
        Types of violence of each stream, of ``sb, ns, os``.
    edges : numpy.ndarray of int64, shape (n + 1,)
        First day of each calendar month, counted from the day after the origin, and the day after the last.
    baseline, scenario_course : numpy.ndarray of int64, shape (3, m, n, s)
        By :data:`MEASURES`, draw, month and stream.
    capped : tuple of float
        Share of draws that reached a cap of the simulation, in either course.
    asked : tuple of Asked
    spirals : Spirals
    identification : Identification
    assumptions : tuple of str
    touched : tuple of int
        Streams that the scenario itself changes.
    seed : int
    provenance : Provenance
    """

    scenario: Scenario
    origin: np.datetime64
    streams: tuple[str, ...]
    countries: tuple[tuple[str, ...], ...]
    types: tuple[tuple[str, ...], ...]
    edges: IntArray
    baseline: IntArray
    scenario_course: IntArray
    capped: tuple[float, float]
    asked: tuple[Asked, ...]
    spirals: Spirals
    identification: Identification
    assumptions: tuple[str, ...]
    touched: tuple[int, ...]
    seed: int
    provenance: Provenance

    def __post_init__(self) -> None:
        shape = (3, self.baseline.shape[1], len(self.edges) - 1, len(self.streams))
        checks.require(
            checks.shape("baseline", self.baseline, shape),
            checks.shape("scenario", self.scenario_course, shape),
            checks.not_negative("baseline", self.baseline),
            checks.not_negative("scenario", self.scenario_course),
        )

    @property
    def draws(self) -> int:
        """Pairs of futures."""
        return int(self.baseline.shape[1])

    @property
    def starts(self) -> NDArray[np.datetime64]:
        """The first day of each month looked at, shape (n,)."""
        return np.asarray(self.origin + 1 + self.edges[:-1])

    def units(self, level: str) -> dict[str, list[int]]:
        """Return the units of a level, ``all``, ``country`` or ``stream``, each with its streams' places."""
        if level not in LEVELS:
            raise UsageError("a level must be all, country or stream", found=repr(level), fix=nearest(level, LEVELS))
        if level == "all":
            return {"all": list(range(len(self.streams)))}
        if level == "stream":
            return {name: [s] for s, name in enumerate(self.streams)}
        names = sorted({name for several in self.countries for name in several})
        return {name: [s for s, several in enumerate(self.countries) if name in several] for name in names}

    def course(self, course: str, measure: str, streams: list[int]) -> IntArray:
        """Return a course's draws by month, summed over streams, shape (m, n)."""
        values = self.baseline if course == "baseline" else self.scenario_course
        return np.asarray(values[MEASURES.index(measure)][:, :, streams].sum(axis=2))

    def difference(self, measure: str = "deaths", streams: list[int] | None = None) -> IntArray:
        """Return scenario minus baseline over all days, draw by draw, shape (m,)."""
        chosen = list(range(len(self.streams))) if streams is None else streams
        made = [self.course(course, measure, chosen).sum(axis=1) for course in COURSES]
        return np.asarray(made[1] - made[0])

    def to_frame(self) -> pd.DataFrame:
        """Return :func:`answer_table` of the answer."""
        return answer_table(self)

    def lines(self) -> list[str]:
        """Return the answer in sentences: deaths, civilian deaths, questions, what the record can tell."""
        last = self.origin + int(self.edges[-1])
        said = [f"{self.scenario.title}, {self.origin + 1} to {last}, beside the course that goes on:"]
        everything = list(range(len(self.streams)))
        for measure, words in (("deaths", "Deaths"), ("civilian_deaths", "Civilian deaths"), ("events", "Events")):
            made = [self.course(course, measure, everything).sum(axis=1) for course in COURSES]
            said.append(f"  {words}: {_range(made[1])} instead of {_range(made[0])}; {_difference(made[1] - made[0])}")
        for one in self.asked:
            said.append(f"  {one.words}: {percent(one.scenario)} instead of {percent(one.baseline)}.")
        low, high = (float(v) for v in self.spirals.supercritical)
        most = ", at most" if self.spirals.bound else ""
        said.append(f"  Branching ratio of 1 or more: {percent(high)} instead of {percent(low)}{most}.")
        if max(self.capped) > 0:
            said.append(
                f"  {percent(self.capped[1])} of futures (without the scenario {percent(self.capped[0])}) reached a cap of the "
                "simulation, were held there and say little of how high."
            )
        said.append(f"What the record can tell: {self.identification.verdict}. {self.identification.sentence}")
        return said


def _range(draws: IntArray) -> str:
    low, middle, high = np.quantile(draws, _ENDS)
    return f"{middle:,.0f} ({low:,.0f} to {high:,.0f})"


def _difference(draws: IntArray) -> str:
    if not draws.any():
        return "no difference."
    low, middle, high = np.quantile(draws, _ENDS)
    fewer, more = (percent(float(share.mean())) for share in (draws < 0, draws > 0))
    said = f"difference {middle:+,.0f} ({low:+,.0f} to {high:+,.0f})".replace("-", "−")
    return f"{said}, fewer in {fewer}, more in {more} of futures."


def answer_table(answer: Answer) -> pd.DataFrame:
    """Return both courses and their difference, by level, unit, span and measure.

    Returns
    -------
    pandas.DataFrame
        ``level, unit, first_day, last_day, measure``; ``baseline_``, ``scenario_`` and ``difference_`` with ``lower_90``,
        ``median``, ``upper_90`` and ``mean``; ``p_more``, ``p_fewer``, shares of futures in which the scenario has more or
        fewer. Months first, then all days together.
    """
    import pandas as pd

    last = answer.origin + int(answer.edges[-1])
    rows: list[dict[str, Any]] = []
    spans = [
        (n, n + 1, answer.starts[n], answer.origin + int(answer.edges[n + 1])) for n in range(len(answer.edges) - 1)
    ]
    spans.append((0, len(answer.edges) - 1, answer.starts[0], last))
    for level in LEVELS:
        for unit, streams in answer.units(level).items():
            for measure in MEASURES:
                made = [answer.course(course, measure, streams) for course in COURSES]
                for begin, end, first_day, last_day in spans:
                    both = [one[:, begin:end].sum(axis=1) for one in made]
                    rows.append(
                        {"level": level, "unit": unit, "first_day": first_day, "last_day": last_day, "measure": measure}
                        | _figures("baseline", both[0])
                        | _figures("scenario", both[1])
                        | _figures("difference", both[1] - both[0])
                        | {"p_more": float((both[1] > both[0]).mean()), "p_fewer": float((both[1] < both[0]).mean())}
                    )
    return pd.DataFrame(rows)


def _figures(name: str, draws: IntArray) -> dict[str, float]:
    low, middle, high = np.quantile(draws, _ENDS).tolist()
    return {
        f"{name}_lower_90": low,
        f"{name}_median": middle,
        f"{name}_upper_90": high,
        f"{name}_mean": float(draws.mean()),
    }
