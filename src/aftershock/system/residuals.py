"""What a fitted system misses: where each day's count fell within what the model, knowing the days before, thought possible.

The place of a count is its randomised probability integral transform (PIT; Smith 1985, doi:10.1002/for.3980040305; Dunn & Smyth
1996, doi:10.2307/1390802): a number drawn evenly between the chances of fewer events and of as many at most. Were the model
right, places would be even between 0 and 1, and their normal quantiles, the residuals, independent standard normal numbers,
however few the events. Long records make any flaw significant. So a flaw is spoken of where it is significant among all
flaws (Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x) *and* of a size that matters. Parameters were learnt
on the same days, which makes the tests a little lenient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, gammaincc, kolmogorov, ndtri
from scipy.stats import binom, chi2, false_discovery_control, norm

from aftershock.contract import Streams
from aftershock.errors import UsageError, nearest
from aftershock.system.fit import System
from aftershock.system.kernel import FLOOR, softplus
from aftershock.system.memory import Memory

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MATTERS", "Finding", "Residuals", "residuals_of"]

FloatArray = NDArray[np.float64]
BINS = 10
LAGS = 7
LEVEL = 0.05
"""Share of false findings among those spoken of; of streams and of pairs apart."""
MATTERS = {
    "shape": 0.1, "spread": 0.1, "tail": 0.5, "memory": 0.1, "weekday": 0.1, "drift": 0.05, "together": 0.1, "followed": 0.1,
}  # fmt: skip
"""From which size on a flaw is spoken of.

``shape``: Cohen's w of the histogram of places. ``spread``: variance of residuals, less one. ``tail``: days above the 99 %
quantile for each expected, less one. ``memory``: root of the sum of squared autocorrelations, lags 1 to 7. ``weekday``: root of
the share of variance that goes with the day of the week. ``drift``: share of events that came earlier or later than the model
has it. ``together``, ``followed``: correlation of two streams, on the same day and a day later. Autocorrelations, correlations
and shares of variance are those of what the counts settle: what the random part of places hides is added back.
"""
UNTOLD = 0.1
PAIRS_SHOWN = 5
MOST_AVERAGED = 20  # posterior draws
EDGE = 1e-12
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True)
class Finding:
    """What one test says of every stream, shape (s,), or of every pair, shape (s, s).

    Attributes
    ----------
    p_value : numpy.ndarray of float64
        One where the test does not apply.
    size : numpy.ndarray of float64
        As :data:`MATTERS` says.
    matters : numpy.ndarray of bool
        Significant among all, and of a size that matters.
    """

    p_value: FloatArray
    size: FloatArray
    matters: NDArray[np.bool_]


@dataclass(frozen=True)
class Residuals:
    """Where every day's count fell within what was thought possible, and what that says of the model.

    Attributes
    ----------
    streams : Streams
        What the system rests on; imputation 0 is looked at.
    places : numpy.ndarray of float64, shape (d, s)
        Randomised PIT; not a number on days that were not fitted.
    mean : numpy.ndarray of float64, shape (d, s)
        Events expected; not a number on days that were not fitted.
    told : numpy.ndarray of float64, shape (s,)
        Share of the residuals' variance that the counts settle. The rest is drawn: near zero, residuals can show nothing.
    tests : dict of str to Finding
        By the names in :data:`MATTERS`. Of ``together`` the upper triangle counts; ``followed[i, j]`` asks whether stream
        i is above expectation the day after stream j was.
    """

    streams: Streams
    places: FloatArray
    mean: FloatArray
    told: FloatArray
    tests: dict[str, Finding]

    @property
    def normal(self) -> FloatArray:
        """Residuals, shape (d, s): standard normal were the model right."""
        return np.asarray(ndtri(self.places))

    @property
    def untold(self) -> tuple[str, ...]:
        """Streams with too few events for their residuals to show anything."""
        return tuple(name for name, told in zip(self.streams.names, self.told, strict=True) if told < UNTOLD)

    def missed(self) -> list[str]:
        """Return what the model misses, a sentence each; none where nothing of a size that matters was found."""
        said = [
            f"{name}: {_SENTENCES[kind](self, s)}."
            for s, name in enumerate(self.streams.names)
            for kind in _SENTENCES
            if self.tests[kind].matters[s] and not (kind == "shape" and self._explained(s))
        ]
        return said + self._pairs("together") + self._pairs("followed")

    def histogram(self, stream: str) -> pd.DataFrame:
        """Return ``from, to, share`` of days by place, with the central 90 % (``lower, upper``) were the model right."""
        import pandas as pd

        places = self._of(stream, self.places)
        edges = np.linspace(0, 1, BINS + 1)
        share = np.histogram(places, edges)[0] / len(places)
        lower, upper = (binom.ppf(q, len(places), 1 / BINS) / len(places) for q in (0.05, 0.95))
        return pd.DataFrame({"from": edges[:-1], "to": edges[1:], "share": share, "lower": lower, "upper": upper})

    def quantiles(self, stream: str, *, points: int = 100) -> pd.DataFrame:
        """Return sorted residuals (``residual``) beside normal quantiles (``normal``), with 90 % bands (``lower, upper``)."""
        import pandas as pd

        ordered = np.sort(ndtri(self._of(stream, self.places)))
        n = len(ordered)
        rank = np.unique(np.linspace(1, n, min(points, n)).round().astype(int))
        lower, upper = (ndtri(betaincinv(rank, n - rank + 1, q)) for q in (0.05, 0.95))
        columns = {"normal": ndtri((rank - 0.5) / n), "residual": ordered[rank - 1], "lower": lower, "upper": upper}
        return pd.DataFrame(columns)

    def course(self, stream: str, *, points: int = 200) -> pd.DataFrame:
        """Return ``day``, events so far (``came``) and as the model adds them up (``expected``), thinned.

        Counted in expected events instead of days, a point process that the model has right runs evenly.
        """
        import pandas as pd

        fitted, came, expected = self._sums(self._number(stream))
        at = np.unique(np.linspace(0, len(fitted) - 1, min(points, len(fitted))).round().astype(int))
        return pd.DataFrame({"day": fitted[at], "came": came[at], "expected": expected[at]})

    def to_frame(self) -> pd.DataFrame:
        """Return one row per stream: ``stream, days, events, told``, and of each question ``_p``, ``_size``, ``_matters``."""
        import pandas as pd

        fitted = np.isfinite(self.places)
        events = np.where(fitted, self.streams.counts[0], 0).sum(axis=0)
        columns = {"stream": self.streams.names, "days": fitted.sum(axis=0), "events": events, "told": self.told}
        for kind, test in self.tests.items():
            if test.size.ndim == 1:
                columns |= {f"{kind}_p": test.p_value, f"{kind}_size": test.size, f"{kind}_matters": test.matters}
        return pd.DataFrame(columns)

    def _number(self, stream: str) -> int:
        if stream not in self.streams.names:
            fix = nearest(stream, self.streams.names)
            raise UsageError("a stream must be one of the system's", found=repr(stream), fix=fix)
        return self.streams.names.index(stream)

    def _of(self, stream: str, values: FloatArray) -> FloatArray:
        column = values[:, self._number(stream)]
        return np.asarray(column[np.isfinite(column)])

    def _sums(self, s: int) -> tuple[NDArray[np.datetime64], FloatArray, FloatArray]:
        fitted = np.isfinite(self.mean[:, s])
        came = np.cumsum(self.streams.counts[0, fitted, s].astype(np.float64))
        return self.streams.days[fitted], came, np.cumsum(self.mean[fitted, s])

    def _explained(self, s: int) -> bool:
        return any(bool(self.tests[kind].matters[s]) for kind in ("spread", "tail"))

    def _pairs(self, kind: str) -> list[str]:
        test, names = self.tests[kind], self.streams.names
        i, j = np.nonzero(test.matters)
        order = np.argsort(-np.abs(test.size[i, j]), kind="stable")
        words = [_pair_words(kind, names[i[k]], names[j[k]], float(test.size[i[k], j[k]])) for k in order[:PAIRS_SHOWN]]
        left = len(order) - len(words)
        return [*words, f"The same holds, more weakly, for {left} more pairs of streams."] if left > 0 else words


def residuals_of(system: System, *, seed: int = 1) -> Residuals:
    """Return where each day's count fell within what a fitted system thought possible, with tests of what it misses.

    Parameters
    ----------
    system : System
        Parameters are averaged over up to twenty draws from the posterior of imputation 0.
    seed : int
        Of the places' random part.

    Returns
    -------
    Residuals

    Examples
    --------
    >>> from aftershock.figures import embedded_events
    >>> from aftershock.streams import StreamRule, build_streams
    >>> from aftershock.system.fit import fit_system
    >>> streams = build_streams(embedded_events(["Syria"]), rule=StreamRule(least_events=3000), until="2016-07-05")
    >>> residuals = residuals_of(fit_system(streams, draws=20))
    >>> bool(np.nanmin(residuals.places) > 0), bool(np.nanmax(residuals.places) < 1)
    (True, True)
    """
    memory = Memory.of(system.streams, 0, scales=system.scales)
    d, s = memory.counts.shape
    places, means, told = np.full((d, s), np.nan), np.full((d, s), np.nan), np.empty(s)
    for i, generator in enumerate(np.random.default_rng(seed).spawn(s)):
        start = system.targets[i].start
        lower, upper, means[start:, i] = _between(system, memory, i)
        places[start:, i] = np.clip(lower + generator.random(d - start) * (upper - lower), EDGE, 1 - EDGE)
        told[i] = _told(lower, upper)
    return Residuals(system.streams, places, means, told, _tests(system.streams, places, means, told))


def _between(system: System, memory: Memory, i: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the chances of fewer events than came and of as many at most, and the mean, all shape (days fitted,)."""
    target = system.targets[i]
    ours = np.flatnonzero(target.imputation == 0)
    ours = ours[np.unique(np.linspace(0, len(ours) - 1, min(len(ours), MOST_AVERAGED)).astype(int))]
    days = slice(target.start, len(memory.counts))
    counts = memory.counts[days, i]
    features = np.hstack([system.shapes(i), memory.features(target.sources, days)])
    lower, upper, mean = (np.zeros(len(counts)) for _ in range(3))
    for k in ours:
        line = features @ np.r_[target.base[k], target.feeds[k].ravel()]
        one = (softplus(line, target.soft) if target.soft else line) + FLOOR
        mean += one / len(ours)
        lower += _at_most(counts - 1, one, target.delta[k], target.rho[k]) / len(ours)
        upper += _at_most(counts, one, target.delta[k], target.rho[k]) / len(ours)
    return lower, upper, mean


def _at_most(counts: NDArray[np.int64], mean: FloatArray, delta: float, rho: float) -> FloatArray:
    """Return the chance of so many events or fewer; the distribution of :mod:`aftershock.system.kernel`."""
    over = delta + mean * rho
    above = np.maximum(counts, 0) + 1.0
    poisson = over < 1e-7
    size = mean / np.where(poisson, 1.0, over)
    chance = np.where(poisson, gammaincc(above, mean), betainc(size, above, 1.0 / (1.0 + over)))
    return np.where(counts < 0, 0.0, chance)


def _told(lower: FloatArray, upper: FloatArray) -> float:
    """Return the variance of residuals whose random part is averaged out; one were counts continuous."""
    a, b = ndtri(np.clip(lower, EDGE, 1 - EDGE)), ndtri(np.clip(upper, EDGE, 1 - EDGE))
    width = norm.cdf(b) - norm.cdf(a)
    wide = width > 1e-9
    average = np.where(wide, (norm.pdf(a) - norm.pdf(b)) / np.where(wide, width, 1.0), (a + b) / 2)
    return float(np.clip(np.mean(average**2), 1e-3, 1.0))


def _tests(streams: Streams, places: FloatArray, means: FloatArray, told: FloatArray) -> dict[str, Finding]:
    names = ("shape", "spread", "tail", "memory", "weekday", "drift")
    p_values, sizes = np.ones((len(names), places.shape[1])), np.zeros((len(names), places.shape[1]))
    for s in range(places.shape[1]):
        fitted = np.isfinite(places[:, s])
        place, day = places[fitted, s], _weekday(streams.days[fitted])
        normal, counts = ndtri(place), streams.counts[0, fitted, s]
        answers = (_shape(place), _spread(normal), _tail(place), _leftover(normal), _by_weekday(normal, day))
        p_values[:, s], sizes[:, s] = zip(*answers, _drift(normal, counts, means[fitted, s]), strict=True)
    settled = {"memory": told, "weekday": np.sqrt(told)}
    sized = {name: sizes[k] / settled.get(name, 1.0) for k, name in enumerate(names)}
    every = dict.fromkeys(names, np.ones(len(told), bool))
    return _judged(dict(zip(names, p_values, strict=True)), sized, every) | _pair_tests(places, told)


def _pair_tests(places: FloatArray, told: FloatArray) -> dict[str, Finding]:
    filled, known = np.where(np.isfinite(places), ndtri(places), 0.0), np.isfinite(places).astype(np.float64)
    above = np.triu(np.ones((len(told), len(told)), bool), 1)
    asked = {"together": above, "followed": above | above.T}
    p_values, sizes = {}, {}
    for days, kind in enumerate(asked):  # days after which the later stream is looked at
        later, earlier = slice(days, None), slice(0, len(known) - days)
        p_value, found = _correlations(filled[later], filled[earlier], known[later], known[earlier])
        p_values[kind] = np.where(asked[kind], p_value, 1.0)
        sizes[kind] = np.where(asked[kind], np.clip(found / np.sqrt(np.outer(told, told)), -1, 1), 0.0)
    return _judged(p_values, sizes, asked)


def _judged(
    p_values: dict[str, FloatArray], sizes: dict[str, FloatArray], asked: dict[str, NDArray[np.bool_]]
) -> dict[str, Finding]:
    """Return tests of which, all together, at most a twentieth of those significant are so by chance."""
    every = np.concatenate([p_values[kind][asked[kind]] for kind in asked])
    level = every[false_discovery_control(every) <= LEVEL].max(initial=-1.0) if len(every) else -1.0
    return {
        kind: Finding(
            p_values[kind],
            sizes[kind],
            asked[kind] & (p_values[kind] <= level) & (np.abs(sizes[kind]) >= MATTERS[kind]),
        )
        for kind in asked
    }


def _effect(statistic: float, freedom: int, n: int) -> tuple[float, float]:
    """Return the p-value of a chi-square statistic, and its root per day beyond what chance adds (Cohen's w)."""
    return float(chi2.sf(statistic, freedom)), float(np.sqrt(max(0.0, statistic - freedom) / n))


def _shape(places: FloatArray) -> tuple[float, float]:
    found = np.histogram(places, BINS, (0.0, 1.0))[0]
    expected = len(places) / BINS
    return _effect(float(((found - expected) ** 2).sum() / expected), BINS - 1, len(places))


def _spread(normal: FloatArray) -> tuple[float, float]:
    variance, n = float(np.mean(normal**2)), len(normal)
    tail = min(chi2.cdf(n * variance, n), chi2.sf(n * variance, n))
    return float(min(1.0, 2 * tail)), variance - 1.0


def _tail(places: FloatArray) -> tuple[float, float]:
    found, n = int((places > 0.99).sum()), len(places)
    tail = min(binom.sf(found - 1, n, 0.01), binom.cdf(found, n, 0.01))
    return float(min(1.0, 2 * tail)), found / (0.01 * n) - 1.0


def _autocorrelations(normal: FloatArray) -> FloatArray:
    centred = normal - normal.mean()
    lagged = [centred[k:] @ centred[:-k] for k in range(1, LAGS + 1)]
    return np.array(lagged) / max(float(centred @ centred), EDGE)


def _leftover(normal: FloatArray) -> tuple[float, float]:
    """Ljung & Box 1978, doi:10.1093/biomet/65.2.297."""
    n = len(normal)
    statistic = n * (n + 2) * (_autocorrelations(normal) ** 2 / (n - np.arange(1, LAGS + 1))).sum()
    return _effect(float(statistic), LAGS, n)


def _weekday(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Return 0 for Mondays to 6 for Sundays."""
    return (days.astype("M8[D]").astype(np.int64) + 3) % 7


def _by_weekday(normal: FloatArray, day: NDArray[np.int64]) -> tuple[float, float]:
    number = np.maximum(np.bincount(day, minlength=7), 1)
    sums = np.bincount(day, normal - normal.mean(), minlength=7)
    return _effect(float((sums**2 / number).sum() / max(float(normal.var()), EDGE)), 6, len(normal))


def _drift(normal: FloatArray, counts: NDArray[np.int32], mean: FloatArray) -> tuple[float, float]:
    """Return Kolmogorov's p-value of the residuals' course, tied at both ends, and the largest gap as a share of events."""
    n, gap = len(normal), np.cumsum(counts - mean)
    course = np.cumsum(normal - normal.mean()) / np.sqrt(n * max(float(normal.var()), EDGE))
    return float(kolmogorov(np.abs(course).max())), float(np.abs(gap).max() / max(float(counts.sum()), 1.0))


def _correlations(
    one: FloatArray, other: FloatArray, known: FloatArray, also: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return p-values and correlations of each column of one with each of the other, over days known to both."""
    squares = np.sqrt(((one**2).T @ also) * (known.T @ other**2))
    correlation = one.T @ other / np.maximum(squares, EDGE)
    return np.asarray(2 * norm.sf(np.abs(correlation) * np.sqrt(known.T @ also))), correlation


def _say_spread(residuals: Residuals, s: int) -> str:
    size = residuals.tests["spread"].size[s]
    return f"counts vary {'more' if size > 0 else 'less'} around what is expected than the model allows ({1 + size:.2f} for 1)"


def _say_tail(residuals: Residuals, s: int) -> str:
    share = 1 + residuals.tests["tail"].size[s]
    return f"days so busy that the model expects them on 1 day in 100 came on {share:.1f}"


def _say_shape(residuals: Residuals, s: int) -> str:
    share = residuals.histogram(residuals.streams.names[s])["share"].to_numpy()
    worst = int(np.abs(share - 1 / BINS).argmax())
    return (
        f"counts do not fall evenly over what the model thinks possible; between its {10 * worst} % and {10 * worst + 10} % "
        f"points lie {100 * share[worst]:.0f} % of days, not 10 %"
    )


def _say_memory(residuals: Residuals, s: int) -> str:
    normal = ndtri(residuals._of(residuals.streams.names[s], residuals.places))
    lagged = np.clip(_autocorrelations(normal) / residuals.told[s], -1, 1)
    lag = int(np.abs(lagged).argmax())
    often, days = ("more" if lagged[lag] > 0 else "less"), ("a day" if lag == 0 else f"{lag + 1} days")
    return (
        f"days above expectation follow each other {often} often than the model has it "
        f"(correlation {lagged[lag]:.2f} after {days})"
    )


def _say_weekday(residuals: Residuals, s: int) -> str:
    fitted = np.isfinite(residuals.places[:, s])
    day = _weekday(residuals.streams.days[fitted])
    came = np.bincount(day, residuals.streams.counts[0, fitted, s], minlength=7)
    expected = np.bincount(day, residuals.mean[fitted, s], minlength=7)
    worst = int(np.abs(np.bincount(day, ndtri(residuals.places[fitted, s]), minlength=7)).argmax())
    ratio = came[worst] / max(expected[worst], EDGE)
    return (
        f"the day of the week counts, which the model does not know; {WEEKDAYS[worst]} see {ratio:.2f} times the events "
        "expected"
    )


def _say_drift(residuals: Residuals, s: int) -> str:
    days, came, expected = residuals._sums(s)
    at = int(np.abs(came - expected).argmax())
    return (
        f"the level drifts; until {days[at]} there came {came[at]:.0f} events where the model adds up to {expected[at]:.0f}, "
        f"of {came[-1]:.0f} in all"
    )


_SENTENCES = {
    "drift": _say_drift,
    "spread": _say_spread,
    "tail": _say_tail,
    "shape": _say_shape,
    "memory": _say_memory,
    "weekday": _say_weekday,
}


def _pair_words(kind: str, one: str, other: str, size: float) -> str:
    correlation = f"(correlation {size:.2f})"
    if kind == "followed":
        often = "more" if size > 0 else "less"
        return f"The day after {other} exceeds expectation, {one} does so {often} often than the model has it {correlation}."
    if size > 0:
        return (
            f"On the same day, {one} and {other} exceed expectation together, which the model leaves out {correlation}."
        )
    return f"On the same day, one of {one} and {other} exceeds expectation as the other falls short {correlation}."
