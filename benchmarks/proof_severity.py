"""Which model of deaths per event holds on events it has not seen, how fast should it forget, and what do day sums cost?

    python benchmarks/proof_severity.py --events FOLDER [--part choose,forget,sums,confirm]

Reads UCDP GED files by country, cut in time: the first 70 % of a file's events teach, the rest are scored, each by the
log of the probability it was given. Streams are dyads, pools types of violence; events dated to more than 31 days are
left out. Seven countries choose the family and the half-life (on their first 70 % alone); six others confirm, once.
The tables are kept in ``benchmarks/results/proof_severity.json``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numba import njit
from scipy.optimize import minimize
from scipy.special import gammaln, ndtr
from scipy.stats import nbinom

from aftershock.system.severity import (
    HALF_LIFE,
    MOST_DEATHS,
    Severity,
    Sums,
    death_probability,
    fit_severity,
)
from common import read_arguments, write_result

CHOOSE = ("turkey", "pakistan", "philippines", "nigeria", "sri_lanka", "sudan", "indonesia")
CONFIRM = ("iraq", "syria", "car", "ukraine_2014_2023", "south_sudan", "sierra_leone")
EARLY = ((0.4, 0.5), (0.5, 0.6), (0.6, 0.7))
HALF_LIVES = (90.0, 180.0, 365.0, 730.0, 1460.0, None)
DRAWS = 300
LEVELS = (10, 50, 100)
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Record:
    """Events of one country, oldest first."""

    table: pd.DataFrame
    pool: Array

    def cut(self, low: float, high: float) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return events up to a share of all, and those from there to another."""
        n = len(self.table)
        return self.table[: int(low * n)], self.table[int(low * n) : int(high * n)]


def read(folder: Path, name: str) -> Record:
    """Read one country."""
    columns = ["dyad_new_id", "type_of_violence", "date_start", "date_end", "deaths_civilians", "best"]
    raw = pd.read_csv(folder / f"GEDEvent_{name}.csv.gz", usecols=columns, parse_dates=["date_start", "date_end"])
    raw = raw[(raw.date_end - raw.date_start).dt.days <= 31].sort_values("date_start", kind="stable")
    _, stream = np.unique(raw.dyad_new_id, return_inverse=True)
    pool = np.zeros(stream.max() + 1, int)
    pool[stream] = raw.type_of_violence - 1
    day = (raw.date_start - raw.date_start.min()).dt.days
    civilians = np.minimum(raw.deaths_civilians, raw.best)
    table = {"stream": stream, "day": day, "counts": 1, "deaths": raw.best, "civilians": civilians}
    return Record(pd.DataFrame(table), pool)


def sums_of(table: pd.DataFrame) -> Sums:
    """Return the sums in a table."""
    values = (table[c].to_numpy(np.int64) for c in ("counts", "deaths", "civilians", "stream"))
    return Sums(*values, (table.day.max() - table.day).to_numpy(np.float64))


def by_day(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per stream and day."""
    return table.groupby(["stream", "day"], as_index=False).sum()


def dealt(table: pd.DataFrame) -> pd.DataFrame:
    """Deal each day's deaths out evenly over its events."""
    days = by_day(table)
    out = days.loc[days.index.repeat(days.counts)]
    place = out.groupby(["stream", "day"]).cumcount()
    for name in ("deaths", "civilians"):
        out[name] = out[name] // out.counts + (place < out[name] % out.counts)
    return out.assign(civilians=out[["civilians", "deaths"]].min(axis=1), counts=1)


def singles(table: pd.DataFrame) -> pd.DataFrame:
    """Keep days with one event."""
    days = by_day(table)
    return days[days.counts == 1]


# Families of deaths where there are any, as P(deaths > k); fitted by penalised likelihood, stream within type within country.
def lognormal(k: Array, t: Array) -> Array:
    """Discretised lognormal."""
    return ndtr((t[0] - np.log(k + 0.5)) / np.exp(t[1])) / ndtr((t[0] - np.log(0.5)) / np.exp(t[1]))


def lomax(k: Array, t: Array) -> Array:
    """Discretised generalised Pareto with a heavy tail."""
    return np.exp(-np.log1p(np.exp(t[1] - t[0]) * k) / np.exp(t[1]))


def burr(k: Array, t: Array) -> Array:
    """Discretised Burr XII; log-logistic where the third is 0."""
    c, a = np.exp(t[2]), np.exp(t[1])
    return np.exp(-c * (np.log1p(((k + 0.5) / np.exp(t[0])) ** a) - np.log1p((0.5 / np.exp(t[0])) ** a)))


def log_logistic(k: Array, t: Array) -> Array:
    """Discretised log-logistic."""
    return burr(k, np.array([t[0], t[1], 0.0]))


def weibull(k: Array, t: Array) -> Array:
    """Discrete Weibull."""
    return np.exp(-((k / np.exp(t[0])) ** np.exp(t[1])))


def negative_binomial(k: Array, t: Array) -> Array:
    """Zero-truncated negative binomial."""
    size, mean = np.exp(t)
    return nbinom.sf(k, size, size / (size + mean)) / nbinom.sf(0, size, size / (size + mean))


def yule(k: Array, t: Array) -> Array:
    """Yule, or beta-geometric."""
    rho = np.exp(t[0])
    return np.exp(gammaln(k + 1) + gammaln(rho + 1) - gammaln(k + 1 + rho))


def zipf(k: Array, t: Array) -> Array:
    """Discrete Pareto."""
    return np.exp(-np.exp(t[0]) * np.log1p(k))


def lognormal_pareto(k: Array, t: Array) -> Array:
    """Lognormal to 20, Pareto beyond."""
    return lognormal(np.minimum(k, 20.0), t) * np.exp(-np.exp(t[2]) * np.log(np.maximum(k, 20.0) / 20))


def one_lognormal(k: Array, t: Array) -> Array:
    """A mass at one, lognormal above."""
    return np.where(k == 0, 1.0, lognormal(np.maximum(k - 1, 0.0), t[1:]) / (1 + np.exp(t[0])))


FAMILIES: dict[str, tuple[Callable[[Array, Array], Array], tuple[float, ...], tuple[float, ...]]] = {
    "lognormal": (lognormal, (1.0, 0.3), (0.7, 0.25)),
    "one + lognormal": (one_lognormal, (-1.0, 1.0, 0.3), (0.7, 0.7, 0.25)),
    "lognormal + Pareto tail": (lognormal_pareto, (1.0, 0.3, 0.3), (0.7, 0.25, 0.3)),
    "lomax": (lomax, (1.0, -0.5), (0.7, 0.3)),
    "burr": (burr, (1.0, 0.3, 0.0), (0.7, 0.25, 0.25)),
    "log-logistic": (log_logistic, (1.0, 0.3), (0.7, 0.25)),
    "weibull": (weibull, (1.0, -0.5), (0.7, 0.3)),
    "negative binomial": (negative_binomial, (-0.5, 1.5), (0.5, 0.7)),
    "yule": (yule, (0.0,), (0.5,)),
    "zipf": (zipf, (0.0,), (0.5,)),
}


def mass(above: Callable[[Array, Array], Array], k: Array, t: Array) -> Array:
    """Return P(k) below the cap, with a floor."""
    with np.errstate(all="ignore"):
        p = (above(k - 1.0, t) - above(k * 1.0, t)) / (1 - above(np.array(float(MOST_DEATHS)), t))
    return np.where(np.isfinite(p), np.maximum(p, 1e-12), 1e-12)


def best_point(above: Callable[[Array, Array], Array], table: pd.DataFrame, centre: Array, spread: Array) -> Array:
    """Return the penalised likelihood's best parameters."""
    if table.weight.sum() == 0:
        return centre
    tally = table.groupby("deaths").weight.sum()
    k, w = tally.index.to_numpy(float), tally.to_numpy()

    def loss(t: Array) -> float:
        return float((((t - centre) / spread) ** 2).sum() / 2 - (w * np.log(mass(above, k, t))).sum())

    return np.asarray(minimize(loss, centre, method="Nelder-Mead", options={"maxiter": 400, "xatol": 1e-3}).x)


def family_score(record: Record, name: str, half_life: float = HALF_LIFE) -> dict[str, float]:
    """Score one family on the early cuts: mean log score of events with deaths, expected and observed large ones."""
    above, start, spread = FAMILIES[name]
    logs, expected, seen = [], np.zeros(len(LEVELS)), np.zeros(len(LEVELS))
    for low, high in EARLY:
        past, future = record.cut(low, high)
        past = past[past.deaths > 0].assign(weight=0.5 ** ((past.day.max() - past.day) / half_life))
        future = future[future.deaths > 0]
        whole = best_point(above, past, np.array(start), np.full(len(start), 2.0))
        kinds = {
            p: best_point(above, past[record.pool[past.stream] == p], whole, np.full(len(start), 0.5)) for p in range(3)
        }
        for stream, events in future.groupby("stream"):
            t = best_point(above, past[past.stream == stream], kinds[record.pool[stream]], np.array(spread))
            logs.append(np.log(mass(above, events.deaths.to_numpy(float), t)))
            expected += [len(events) * float(above(np.array(level - 1.0), t)) for level in LEVELS]
            seen += [(events.deaths >= level).sum() for level in LEVELS]
    return {"log_score": float(np.concatenate(logs).mean())} | {
        f"expected_over_seen_{level}": float(e / max(s, 1)) for level, e, s in zip(LEVELS, expected, seen, strict=True)
    }


@njit
def mean_probability(rows: Array, values: Array) -> Array:
    """Return the mean probability of each value over rows of parameters."""
    out = np.zeros(len(values))
    for k in range(len(values)):
        for row in rows:
            out[k] += death_probability(row, values[k]) / len(rows)
    return out


def given_probability(made: Severity, stream: int, deaths: Array) -> Array:
    """Return the posterior mean probability of each number of deaths."""
    values, back = np.unique(deaths, return_inverse=True)
    return np.asarray(mean_probability(np.ascontiguousarray(made.parameters[stream].T), values)[back])


def log_scores(made: Severity, future: pd.DataFrame) -> Array:
    """Return the log score of every event, zeros too, in the table's order."""
    out = pd.Series(0.0, index=future.index)
    for stream, events in future.groupby("stream"):
        out[events.index] = np.log(given_probability(made, int(stream), events.deaths.to_numpy()))
    return out.to_numpy()


def forget(record: Record, half_life: float | None) -> float:
    """Return the mean log score of the early cuts with one half-life."""
    logs = []
    for low, high in EARLY:
        past, future = record.cut(low, high)
        made = fit_severity(sums_of(past), record.pool, half_life=half_life, draws=DRAWS, rng=np.random.default_rng(1))
        logs.append(log_scores(made, future))
    return float(np.concatenate(logs).mean())


def sums_cost(record: Record) -> dict[str, dict[str, float]]:
    """Compare what four records of the same events teach: log score per event, and the mean of the largest stream."""
    past, future = record.cut(0.7, 1.0)
    out = {}
    for name, made_of in {
        "events": past,
        "day sums": by_day(past),
        "dealt evenly": dealt(past),
        "single days": singles(past),
    }.items():
        made = fit_severity(sums_of(made_of), record.pool, half_life=None, draws=DRAWS, rng=np.random.default_rng(1))
        large = past.stream.value_counts().index[0]
        out[name] = {
            "log_score": float(log_scores(made, future).mean()),
            "mean": float(made.mean()[large].mean()),
            "mean_sd": float(made.mean()[large].std()),
            "share_over_50": float(1 - sum(given_probability(made, large, np.arange(50)))),
            "events": float(made_of.counts.sum()),
        }
        out[name]["true_mean"] = float(past.deaths[past.stream == large].mean())
        out[name]["true_share_over_50"] = float((past.deaths[past.stream == large] >= 50).mean())
    return out


def baselines(record: Record) -> dict[str, float]:
    """Score what one would use instead: the record's own sizes, smoothed, by stream; and one distribution for all."""
    past, future = record.cut(0.7, 1.0)
    smooth = fit_severity(
        sums_of(past.assign(stream=0)), np.zeros(1, int), half_life=None, draws=DRAWS, rng=np.random.default_rng(1)
    )
    broad = given_probability(smooth, 0, future.deaths.to_numpy())
    own = np.zeros(len(future))
    for k, (stream, deaths) in enumerate(zip(future.stream, future.deaths, strict=True)):
        mine = past.deaths[past.stream == stream]
        own[k] = ((mine == deaths).sum() + 20 * broad[k]) / (len(mine) + 20)
    return {"one lognormal for all": float(np.log(broad).mean()), "own sizes, smoothed": float(np.log(own).mean())}


def totals(made: Severity, future: pd.DataFrame, days: int, rng: np.random.Generator) -> dict[str, float]:
    """Return coverage of totals over spans of days with their counts known, and the ratio of expected to seen."""
    span = (future.day.to_numpy() - future.day.min()) // days
    spans, row = np.unique(span, return_inverse=True)
    counts = np.zeros((len(spans), made.parameters.shape[0]), int)
    np.add.at(counts, (row, future.stream.to_numpy()), 1)
    drawn = [made.draw(counts, draw=k, rng=rng) for k in range(made.draws)]
    out: dict[str, float] = {"spans": float(len(spans))}
    for at, name in enumerate(("deaths", "civilians")):
        seen = np.bincount(row, future[name].to_numpy(float))
        draws = np.stack([d[at].sum(axis=1) for d in drawn], axis=1)
        # A tie is broken at random, so that coverage can be exact for whole numbers.
        rank = ((draws < seen[:, None]).sum(1) + rng.random(len(seen)) * ((draws == seen[:, None]).sum(1) + 1)) / (
            made.draws + 1
        )
        for level in (50, 80, 90):
            out[f"{name}_covered_{level}"] = float((np.abs(rank - 0.5) <= level / 200).mean())
        out[f"{name}_median_over_seen"] = float(np.median(draws.sum(axis=0)) / max(seen.sum(), 1))
        out[f"{name}_under_95"] = float((rank <= 0.95).mean())
    return out


def confirm(record: Record, half_life: float | None) -> dict[str, Any]:
    """Score the model on the last 30 %: per event, in the tail, and in totals."""
    past, future = record.cut(0.7, 1.0)
    rng = np.random.default_rng(1)
    made = fit_severity(sums_of(by_day(past)), record.pool, half_life=half_life, draws=DRAWS, rng=rng)
    below = np.zeros((len(future), len(LEVELS)))
    quantile = np.zeros((len(future), 2))
    for stream in np.unique(future.stream):
        here = (future.stream == stream).to_numpy()
        cumulative = np.cumsum(given_probability(made, int(stream), np.arange(2000)))
        below[here] = cumulative[np.array(LEVELS) - 1]
        quantile[here] = np.searchsorted(cumulative, [0.9, 0.99])
    deaths = future.deaths.to_numpy()
    first_year = future[future.day < future.day.min() + 365]
    return {
        "events": len(future),
        "log_score": float(log_scores(made, future).mean()),
        "first_year_log_score": float(log_scores(made, first_year).mean()),
        **{f"expected_{v}": float((1 - below[:, k]).sum()) for k, v in enumerate(LEVELS)},
        **{f"seen_{v}": int((deaths >= v).sum()) for v in LEVELS},
        **{f"under_q{q}": float((deaths <= quantile[:, k]).mean()) for k, q in enumerate((90, 99))},
        "day": totals(made, future, 1, rng),
        "month": totals(made, future, 30, rng),
        "month_first_year": totals(made, first_year, 30, rng),
    }


def rounded(value: Any) -> Any:
    """Round every figure in a nest of tables."""
    if isinstance(value, dict):
        return {str(k): rounded(v) for k, v in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def mean_of(table: dict[str, float]) -> float:
    """Return the mean over countries."""
    return float(np.mean(list(table.values())))


def main(folder: Path, parts: list[str]) -> None:
    """Choose, then confirm."""
    result: dict[str, Any] = {"half_life": HALF_LIFE, "choose": CHOOSE, "confirm": CONFIRM}
    learn = {name: read(folder, name) for name in CHOOSE}
    if "choose" in parts:
        table = {f: {n: family_score(r, f) for n, r in learn.items()} for f in FAMILIES}
        result["families"] = {
            f: {k: mean_of({n: s[k] for n, s in t.items()}) for k in t["turkey"]}
            | {"log_score_by_country": {n: s["log_score"] for n, s in t.items()}}
            for f, t in table.items()
        }
        for f, row in result["families"].items():
            print(f"{f:25s}", rounded(row))
    if "forget" in parts:
        scores = {str(h): {n: forget(r, h) for n, r in learn.items()} for h in HALF_LIVES}
        result["half_lives"] = {h: {"mean": mean_of(s)} | s for h, s in scores.items()}
        for h, row in result["half_lives"].items():
            print(f"{h:8s}", rounded(row))
    if "sums" in parts:
        result["day_sums"] = {n: sums_cost(r) for n, r in learn.items()}
        for n, t in result["day_sums"].items():
            print(n, *(f"\n   {k:14s} {rounded(v)}" for k, v in t.items()))
    if "confirm" in parts:
        result["confirmed"] = {}
        for name in CONFIRM:
            record = read(folder, name)
            result["confirmed"][name] = row = {
                "baselines": baselines(record),
                "model": confirm(record, HALF_LIFE),
                "all weighed alike": confirm(record, None),
            }
            print(name, rounded(row), flush=True)
    write_result("proof_severity", rounded(result))


if __name__ == "__main__":
    given = read_arguments(__doc__, events="shared/data/events", part="choose,forget,sums,confirm")
    main(Path(given.events), given.part.split(","))
