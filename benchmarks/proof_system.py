"""Is the fitted system's uncertainty right? Simulation-based calibration, recovery, false edges, and days held out.

    python benchmarks/proof_system.py [--part calibrate,recover,edges,spread,time,inhibition] [--replicates 200] [--events FOLDER]

``calibrate``: parameters drawn from the prior, days simulated from them, fitted; the rank of each truth among the posterior's
draws must be uniform (Talts et al. 2018, arXiv:1804.06788). Branching ratios of 0.9 and more are left out on both sides.
``recover``: events in continuous time, which the fit only sees by day or by week, at fixed truths; beside it what a regression
on earlier days says by itself, "lag 1 and more". Its forecasts are the same, as it is the same regression; only its reading
differs. ``edges``: ten streams, most edges zero. ``spread``: days held out of real streams under either dispersion, both or
none. ``time``: 1,000 draws of the Syrian camps, and the modes of 200 streams over 13,000 days. ``inhibition``: the same
calibration where weights between streams may be negative, behind a soft-plus; three streams of which one quiets another; and
country files learnt on the first 70 % of days, scored one day ahead with and without. Two processes. The tables are kept in
``benchmarks/results/proof_system.json``.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from scipy.stats import chisquare, kstest
from threadpoolctl import threadpool_limits

import common
from aftershock.figures import embedded_events
from aftershock.streams import build_streams, read_rule
from aftershock.system import fit_system, structure_of
from aftershock.system.clusters import simulate_clusters
from aftershock.system.fit import stream_problem
from aftershock.system.kernel import DEPTH, DISPERSION_CENTRE, FLOOR, TAIL, decaying_sums, log_probabilities
from aftershock.system.memory import SCALES, Memory, remembered, sources_of
from aftershock.system.structure import children_of, within_day
from aftershock.system.target import DISPERSION_SD, Problem, draw_posterior, fit_target
from common import peak_gib, read_arguments, write_result
from inhibition_ahead import score_ahead

Array = np.ndarray[Any, Any]
BURN_IN, MOST, FAR = 30, 0.9, 6.0
TRUTH, RATE = 0.6, 0.5
SOFT = 0.3  # events a day, where weights may be negative
AHEAD = ("pakistan", "syria")


@njit
def simulate_days(  # noqa: PLR0917
    base: Array, weights: Array, spread: Array, scales: Array, days: int, rng: Any, soft: float = 0.0
) -> Array:
    """Simulate the daily model itself; ``spread`` holds delta and rho of every stream."""
    s, _, b = weights.shape
    memory, keep = np.zeros((s, b)), np.exp(-1 / scales)
    out = np.zeros((days, s), np.int64)
    for t in range(days):
        for i in range(s):
            mean = base[i] + (weights[i] * memory).sum()
            if soft > 0:
                mean -= DEPTH * soft
                mean = max(mean, 0.0) + soft * np.log1p(np.exp(-abs(mean) / soft))
            mean += FLOOR
            over = spread[i, 0] + mean * spread[i, 1]
            out[t, i] = rng.poisson(over * rng.standard_gamma(mean / over) if over > 1e-7 else mean)
        for r in range(s):
            memory[r] = keep * memory[r] + (1 - keep) * out[t, r]
    return out


def memory_of_counts(counts: Array, scales: Array, *, empty: bool = False) -> Memory:
    """Return the memory of counts without harm, empty at first or as of a record that begins in the midst of a war."""
    sums = np.zeros((len(counts) + 1, counts.shape[1], 2, len(scales)))
    sums[:, :, 0] = (decaying_sums if empty else remembered)(counts.astype(np.float64), scales)
    return Memory(counts, sums, np.zeros(counts.shape[1]), scales)


def problems_of(counts: Array, scales: Array, start: int = 0, soft: float = 0.0) -> list[Problem]:
    """Return the regression of every stream on all, as ``fit_system`` states it."""
    s, memory = counts.shape[1], memory_of_counts(counts, scales, empty=not start)
    near = [np.where(np.arange(s) == i, 0, 1) for i in range(s)]
    days = slice(start, len(counts))
    return [
        stream_problem(memory, i, np.arange(s), near[i], days=days, background="constant", soft=soft) for i in range(s)
    ]


def draw_system(problems: list[Problem], draws: int, rng: np.random.Generator, keep: int) -> tuple[Array, Array, Array]:
    """Return base (m, s), later days' weights (m, s, s, b) and dispersions (m, s, 2), one draw in ``keep``."""
    s = len(problems)
    drawn = np.stack([draw_posterior(p, fit_target(p), draws=draws, rng=rng)[0][::keep] for p in problems], axis=1)
    later = drawn[:, :, 1:-2].reshape(len(drawn), s, s, 2, -1)[:, :, :, 0]
    return drawn[:, :, 0], later, drawn[:, :, -2:]


def _prior_weights(problem: Problem, rng: np.random.Generator) -> Array:
    """Return a stream's weights: a group's are kept with the chance ``exp(-TAIL · sum)``, which bends its tail.

    Those that may be negative are so with even odds.
    """
    out = rng.standard_exponential(len(problem.rates)) / problem.rates
    for group, scale in enumerate(problem.doubt):
        mine = problem.groups == group
        while True:
            out[mine] = rng.standard_exponential(mine.sum()) * scale / rng.standard_gamma(1.0)
            if rng.random() < np.exp(-TAIL * out[mine].sum()):
                break
    return out if problem.signed is None else np.where(problem.signed & (rng.random(len(out)) < 0.5), -out, out)


def prior_draw(problems: list[Problem], scales: Array, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Return a system drawn from the prior, its branching ratio below ``MOST``."""
    s = len(problems)
    while True:
        weights = [_prior_weights(problem, rng) for problem in problems]
        base, later = np.array(weights)[:, 0], np.array(weights)[:, 1:].reshape(s, s, 2, -1)[:, :, 0]
        spread = np.exp(DISPERSION_CENTRE + DISPERSION_SD * rng.standard_normal((s, 2)))
        signed = problems[0].signed is not None
        if facts(base, later, spread, scales, np.ones(s), signed=signed)["branching ratio"] < MOST:
            return base, later, spread


def facts(
    base: Array, later: Array, spread: Array, scales: Array, rates: Array, *, signed: bool = False
) -> dict[str, float]:
    """Return what is ranked; where weights may be negative, the ratio is that of those above zero."""
    own = {
        "own": later[0, 0, 0],
        "own, long": later[0, 0, -1],
        "cross": later[0, 1, 0],
        "base": base[0],
        "delta": spread[0, 0],
        "rho": spread[0, 1],
    }
    if signed:
        feeding = np.maximum(later, 0.0).sum(axis=2)
        return own | {
            "cross, all scales": later[0, 1].sum(),
            "branching ratio": float(np.abs(np.linalg.eigvals(feeding)).max()),
        }
    children = children_of(later, scales) if later.sum() < FAR else np.full(later.shape, FAR)
    ratio = float(np.abs(np.linalg.eigvals(children.sum(axis=2))).max())
    background = np.linalg.solve(within_day(children, scales), base) if ratio < MOST else base
    return own | {
        "branching ratio": ratio,
        "endogenous share": 1 - min(max(background[0], 0.0), rates[0]) / rates[0],
    }


def rank(seed: int, days: int = 500, soft: float = 0.0) -> dict[str, float]:
    """Return where each truth lies among its posterior's draws, uniform if all is well."""
    rng, scales = np.random.default_rng(seed), np.array([2.0, 14.0])
    with threadpool_limits(limits=1):
        base, later, spread = prior_draw(problems_of(np.zeros((days, 2), np.int64), scales, soft=soft), scales, rng)
        counts = simulate_days(base, later, spread, scales, days, rng, soft)
        rates = np.maximum(counts.mean(axis=0), 1e-9)
        said = partial(facts, scales=scales, rates=rates, signed=soft > 0)
        truth = said(base, later, spread)
        drawn = zip(*draw_system(problems_of(counts, scales, soft=soft), 1000, rng, keep=10), strict=True)
        found = [one for one in (said(*one) for one in drawn) if one["branching ratio"] < MOST]
    below = {name: sum(one[name] < value for one in found) for name, value in truth.items()}
    tied = {name: sum(one[name] == value for one in found) for name, value in truth.items()}  # shares of zero
    return {name: (below[name] + rng.random() * (tied[name] + 1)) / (len(found) + 1) for name in truth}


def calibrate(replicates: int, soft: float = 0.0) -> dict[str, Any]:
    """Rank truths drawn from the prior."""
    ranks = in_two(partial(rank, soft=soft), list(range(1000, 1000 + replicates)))
    out: dict[str, Any] = {"replicates": replicates}
    for name in ranks[0]:
        values = np.array([one[name] for one in ranks])
        bins = np.histogram(values, 10, (0, 1))[0]
        out[name] = {
            "bins": bins.tolist(),
            "p_chi_square": round(float(chisquare(bins).pvalue), 3),
            "p_kolmogorov": round(float(kstest(values, "uniform").pvalue), 3),
            "covered_by_90": round(float(((values > 0.05) & (values < 0.95)).mean()), 3),
        }
        print(name, out[name], flush=True)
    return out


def recover_one(job: tuple[int, float, int, bool]) -> dict[str, float]:
    """Fit one stream of events in continuous time, seen by bins of days."""
    seed, scale, width, known = job
    rng = np.random.default_rng([seed, int(10 * scale), width])
    counts = simulate_clusters(
        np.array([[[TRUTH]]]), np.array([scale]), np.full((3400, 1), RATE), draws=1, rng=rng
    ).counts[0, 400:].astype(np.int64)  # fmt: skip
    binned = counts[: len(counts) // width * width].reshape(-1, width, 1).sum(axis=1)
    scales = np.array([scale] if known else SCALES) / width
    with threadpool_limits(limits=1):
        _, later, _ = draw_system(problems_of(binned, scales, BURN_IN // width), 800, rng, keep=8)
        children = np.array([children_of(one, scales).sum() for one in later])
    low, middle, high = np.quantile(children, [0.05, 0.5, 0.95])
    return {
        "median": middle, "sd": children.std(), "covered": low <= TRUTH <= high, "lag": np.median(later.sum(axis=(1, 2, 3))),
    }  # fmt: skip


def recover(replicates: int) -> dict[str, Any]:
    """Fit known branching ratios of 0.6."""
    out: dict[str, Any] = {"truth": TRUTH, "days": 3000, "replicates": replicates}
    for known in (True, False):
        for width in (1, 7):
            for scale in (1.0, 2.0, 5.0):
                made = in_two(recover_one, [(seed, scale, width, known) for seed in range(replicates)])
                column = {name: np.array([one[name] for one in made], float) for name in made[0]}
                name = f"scale {scale:g} d, bins of {width} d, {'true scale' if known else 'default scales'}"
                out[name] = {
                    "mean_of_medians": round(float(column["median"].mean()), 3),
                    "covered_by_90": round(float(column["covered"].mean()), 3),
                    "posterior_sd_by_true_spread": round(float(column["sd"].mean() / column["median"].std(ddof=1)), 2),
                    "lag_1_and_more": round(float(column["lag"].mean()), 3),
                }
                print(name, out[name], flush=True)
    return out


def sparse_system() -> Array:
    """Return ten streams' children: own feedback of 0.3 on all, five pairs that feed each other by 0.3, 80 edges zero."""
    return (0.3 * np.eye(10) + 0.3 * np.kron(np.eye(5), np.array([[0.0, 1.0], [1.0, 0.0]])))[:, :, None]


def edges_one(seed: int) -> dict[str, float]:
    """Fit ten streams in continuous time."""
    rng, scales, truth = np.random.default_rng(seed), np.array([3.0]), sparse_system()
    counts = simulate_clusters(truth, scales, np.full((2000, 10), 0.15), draws=1, rng=rng).counts[0].astype(np.int64)
    with threadpool_limits(limits=1):
        _, later, _ = draw_system(problems_of(counts, scales, BURN_IN), 500, rng, keep=5)
        children = np.array([children_of(one, scales)[:, :, 0] for one in later])
    low, high = np.quantile(children, [0.05, 0.95], axis=0)
    ratio = np.abs(np.linalg.eigvals(children)).max(axis=1)
    real = truth[:, :, 0] > 0
    inside = (low <= truth[:, :, 0]) & (truth[:, :, 0] <= high)
    return {
        "false_edges_above_0.01": float((low[~real] > 0.01).sum()),
        "zero_edges_median": float(np.median(children, axis=0)[~real].mean()),
        "true_edges_covered_by_90": float(inside[real].mean()),
        "true_edges_above_0.01": float((low[real] > 0.01).mean()),
        "ratio_median": float(np.median(ratio)),
        "ratio_covered_by_90": float(np.quantile(ratio, 0.05) <= 0.6 <= np.quantile(ratio, 0.95)),
    }


def edges(replicates: int) -> dict[str, Any]:
    """Count edges made up and edges missed."""
    made = in_two(edges_one, list(range(replicates)))
    out = {
        "replicates": replicates,
        **{name: round(float(np.mean([one[name] for one in made])), 3) for name in made[0]},
    }
    print(out, flush=True)
    return out


def spread(_: int) -> dict[str, Any]:
    """Score held-out days of the busiest Syrian camps: nats per day against Poisson counts of the same regression."""
    streams = build_streams(embedded_events(["Syria"]), rule=read_rule(Path(__file__).with_name("syria_camps.yaml")))
    split, memory = int(len(streams.days) * 0.7), Memory.of(streams)
    totals = dict.fromkeys(("poisson", "delta", "rho", "both"), 0.0)
    for s in range(len(streams.names)):
        counts, past = memory.counts[:, s], memory.features(np.arange(len(streams.names)), slice(0, len(memory.counts)))
        features = np.hstack([np.ones((len(past), 1)), past])
        kept = stream_problem(
            memory, s, np.arange(len(streams.names)), np.where(np.arange(len(streams.names)) == s, 0, 1),
            days=slice(BURN_IN, split), background="constant",
        )  # fmt: skip
        for name, allowed in (("poisson", (0, 0)), ("delta", (1, 0)), ("rho", (0, 1)), ("both", (1, 1))):
            weights, dispersions = mode_with(kept, np.array(allowed, float))
            mean = features[split : len(counts)] @ weights + FLOOR
            totals[name] += log_probabilities(counts[split:], mean, *dispersions).mean()
    out = {name: round(float(value - totals["poisson"]), 4) for name, value in totals.items()}
    print(out, flush=True)
    return {"days": len(streams.days) - split, "streams": len(streams.names), "nats_per_day_over_poisson": out}


def mode_with(problem: Problem, allowed: Array) -> tuple[Array, Array]:
    """Return the mode's weights and dispersions where a dispersion that is not allowed is zero."""
    from scipy.optimize import minimize

    from aftershock.system.kernel import nb_terms

    start = fit_target(problem)

    def loss(x: Array) -> tuple[float, Array]:
        delta, rho = np.exp(x[-2:]) * allowed
        value, slope, by_delta, by_rho = nb_terms(problem.counts, problem.mean(x[:-2]), delta, rho, problem.weights)
        slopes = np.r_[problem.features.T @ slope - problem.rates, np.array([by_delta * delta, by_rho * rho]) * allowed]
        return problem.rates @ x[:-2] - value, -slopes

    bounds = [(0, None)] * len(start.weights) + [(-14.0, 7.0)] * 2
    found = minimize(loss, start.point, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000})
    return found.x[:-2], np.exp(found.x[-2:]) * allowed


def take_time(_: int) -> dict[str, Any]:
    """Measure 1,000 draws of ten streams, and the modes of 200 streams over 13,000 days under a sparse mask."""
    streams = build_streams(embedded_events(["Syria"]), rule=read_rule(Path(__file__).with_name("syria_camps.yaml")))
    streams = streams.until("2018-06-30")
    fit_system(streams, draws=10)
    start = time.perf_counter()
    system = fit_system(streams, draws=1000)
    middle = time.perf_counter()
    structure_of(system)
    out = {
        "streams": len(streams.names),
        "days": len(streams.days),
        "seconds_of_1000_draws": round(middle - start, 1),
        "seconds_of_their_structure": round(time.perf_counter() - middle, 1),
    }
    print(out, flush=True)
    return out | time_of_many()


def time_of_many(streams: int = 200, days: int = 13_000) -> dict[str, Any]:
    """Measure the modes of many streams, two threads."""
    rng = np.random.default_rng(1)
    busy = rng.pareto(1.2, streams) * 0.02 + 0.01
    counts = simulate_clusters(
        0.5 * np.eye(streams)[:, :, None], np.array([5.0]), np.tile(busy, (days, 1)), draws=1, rng=rng, cap=2**30
    ).counts[0].astype(np.int64)  # fmt: skip
    start = time.perf_counter()
    memory = memory_of_counts(counts, np.array(SCALES))
    near = np.where(np.eye(streams, dtype=bool), 0, 3)
    sources = sources_of(near, counts.sum(axis=0).astype(float), "linked")

    def one(s: int) -> float:
        span = slice(BURN_IN, days)
        return fit_target(
            stream_problem(memory, s, sources[s], near[s], days=span, background="constant")
        ).log_posterior

    with threadpool_limits(limits=1), ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(streams)))
    out = {"seconds_of_200_modes": round(time.perf_counter() - start, 1), "peak_gib": peak_gib()}
    print(out, flush=True)
    return out


def quieted_one(seed: int) -> dict[str, float]:
    """Fit three streams: the second quiets the first and feeds the third, each feeds itself."""
    rng, scales, days = np.random.default_rng(seed), np.array([2.0, 14.0]), 3000
    truth = np.zeros((3, 3, 2))
    truth[range(3), range(3), 0] = 0.3
    truth[0, 1, 1], truth[2, 1, 0] = -0.5, 0.3
    soft = 0.05
    counts = simulate_days(
        np.array([0.6, 0.4, 0.3]) + DEPTH * soft, truth, np.full((3, 2), 0.2), scales, days, rng, soft
    )
    with threadpool_limits(limits=1):
        _, later, _ = draw_system(problems_of(counts, scales, BURN_IN, soft), 800, rng, keep=4)
    edges, real = later.sum(axis=3), truth.sum(axis=2)
    low, middle, high = np.quantile(edges, [0.05, 0.5, 0.95], axis=0)
    none = real == 0
    return {
        "quieting_median": float(middle[0, 1]),
        "quieting_sure": float(high[0, 1] <= -0.01),
        "quieting_covered_by_90": float(low[0, 1] <= real[0, 1] <= high[0, 1]),
        "true_edges_covered_by_90": float(((low <= real) & (real <= high))[~none].mean()),
        "absent_edges_covered_by_90": float(((low <= 0) & (high >= 0))[none].mean()),
        "absent_edges_called_sure": float(((low >= 0.01) | (high <= -0.01))[none].mean()),
    }


def inhibition(replicates: int, events: Path = Path("../shared/data/events")) -> dict[str, Any]:
    """Rank truths, find a stream that quiets another, and score days held out, with weights that may be negative."""
    made = in_two(quieted_one, list(range(max(2, replicates // 12))))
    found = {name: round(float(np.mean([one[name] for one in made])), 3) for name in made[0]}
    print(found, flush=True)
    paths = [events / f"GEDEvent_{name}.csv.gz" for name in AHEAD]
    return {
        "calibrate": calibrate(replicates, SOFT),
        "recover": {"truth": -0.5, "days": 3000, "replicates": len(made), **found},
        "ahead": dict(zip(AHEAD, in_two(score_ahead, paths), strict=True)),
    }


def in_two(work: Callable[[Any], Any], jobs: list[Any]) -> list[Any]:
    """Do jobs in two processes, in order."""
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(work, jobs, chunksize=1))


PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "calibrate": calibrate,
    "recover": recover,
    "edges": edges,
    "spread": spread,
    "time": take_time,
    "inhibition": inhibition,
}


if __name__ == "__main__":
    arguments = read_arguments(__doc__, part=",".join(PARTS), replicates="200", events="../shared/data/events")
    PARTS["inhibition"] = partial(inhibition, events=Path(arguments.events))
    for part in arguments.part.split(","):
        if part not in PARTS:
            sys.exit(f"unknown part {part!r}; one of {', '.join(PARTS)}")
        result = PARTS[part](int(arguments.replicates))
        path = common.RESULTS / "proof_system.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        write_result("proof_system", {**{k: v for k, v in known.items() if k in PARTS}, part: result})
