"""What the signed network is worth: exact indices, their time, and whether unbalanced triads foretell blows.

    python benchmarks/proof_network.py

Frustration: networks of two camps with a tenth of the signs turned, and of signs at random, by size. Blows: learned to 2014,
scored on 2015 to 2024, with and without the triads, and with the alliances of UCDP's undated list in three ways.
"""

import time
from itertools import combinations

import numpy as np

from aftershock.actors.alliances.balance import balance
from aftershock.actors.alliances.blows import blows
from aftershock.actors.alliances.building import network
from aftershock.actors.alliances.frustration import divide
from aftershock.actors.alliances.learning import Score, learn, past_pairs, score_learning
from aftershock.actors.alliances.pairs import CLASSES, FEATURES
from aftershock.figures import embedded_events
from common import read_arguments, write_result

SIZES = ((50, 6), (100, 6), (200, 8), (200, 20), (400, 6))
SEEDS = 5
MODELS = ("base rate", "no triads", "all")


def frustration() -> list[dict[str, object]]:
    """Time exact indices; ten seconds each."""
    rows = []
    for n, ties in SIZES:
        for kind in ("two camps", "at random"):
            took, exact, gap = [], 0, []
            for seed in range(SEEDS):
                rng = np.random.default_rng(seed)
                pairs = np.array(list(combinations(range(n), 2)))
                ends = pairs[rng.choice(len(pairs), n * ties // 2, replace=False)]
                camp = rng.integers(0, 2, n)
                apart = np.where(camp[ends[:, 0]] == camp[ends[:, 1]], 1, -1)
                signs = (
                    apart * np.where(rng.random(len(ends)) < 0.1, -1, 1)
                    if kind == "two camps"
                    else rng.choice((-1, 1), len(ends))
                )
                begun = time.perf_counter()
                found = divide(n, ends, signs, seconds=10)
                took.append(time.perf_counter() - begun)
                exact += found.exact
                gap.append((found.index - found.lower) / max(found.index, 1))
            rows.append(
                {
                    "actors": n, "ties_per_actor": ties, "signs": kind, "seconds_median": round(float(np.median(took)), 2),
                    "exact": f"{exact} of {SEEDS}", "widest_gap": round(max(gap), 3),
                }
            )  # fmt: skip
            print(rows[-1], flush=True)
    return rows


def gain(score: Score, other: Score, draws: int = 2000) -> list[float]:
    """Return nats per thousand pairs gained over another model, and a 90 % interval over countries and years."""
    better = other.per_pair_log - score.per_pair_log
    groups, of = np.unique(score.tested.cluster * 10_000 + score.tested.year, return_inverse=True)
    total, count = np.bincount(of, weights=better), np.bincount(of)
    rng = np.random.default_rng(20170705)
    chosen = rng.integers(0, len(groups), (draws, len(groups)))
    drawn = total[chosen].sum(axis=1) / count[chosen].sum(axis=1)
    return [round(1000 * float(each), 3) for each in (better.mean(), *np.quantile(drawn, [0.05, 0.95]))]


def foretold() -> dict[str, object]:
    """Score 2015 to 2024 by what was learned to 2014."""
    result: dict[str, object] = {}
    for listed in ("dated", "all", "none"):
        scores = {use: score_learning(2014, listed=listed, use=use) for use in MODELS}
        learned, early = learn(listed=listed), learn(last=2013, listed=listed)
        error = np.sqrt(np.diag(learned.covariance))[1:]
        triads = scores["all"].tested.kind < 2
        result[listed] = {
            "pairs": scores["all"].pairs, "fights": scores["all"].fights,
            "models": {
                use: {
                    "expected": round(s.expected, 1), "log": round(s.log, 5), "brier": round(s.brier, 6),
                    "in_triads": {
                        "pairs": s.within(triads).pairs, "fights": s.within(triads).fights,
                        "expected": round(s.within(triads).expected, 1), "log": round(s.within(triads).log, 5),
                    },
                }
                for use, s in scores.items()
            },
            "nats_per_1000_pairs_over_base_rate": gain(scores["all"], scores["base rate"]),
            "nats_per_1000_pairs_of_triads": gain(scores["all"], scores["no triads"]),
            "reliability": [{k: round(v, 4) for k, v in row.items()} for row in scores["all"].reliability()],
            "classes": {
                kind: {
                    "to_2014": list(early.counts[kind]), "all_years": list(learned.counts[kind]),
                    "rate_and_90_percent": [round(each, 4) for each in learned.rate(kind)],
                }
                for kind in CLASSES
            },
            "log_odds_and_standard_error": {
                name: [round(float(c), 2), round(float(e), 2)]
                for name, c, e in zip(FEATURES, learned.coefficients[1:], error, strict=True)
            },
        }  # fmt: skip
        print(listed, result[listed], flush=True)
    return result


def example() -> dict[str, object]:
    """Time Iraq and Syria as of 5 July 2017, and say what comes out."""
    events, times = embedded_events(), {}
    begun = time.perf_counter()
    found = network(events, until="2017-07-05")
    times["network"] = time.perf_counter() - begun
    begun = time.perf_counter()
    state = balance(found)
    times["balance"] = time.perf_counter() - begun
    past_pairs.cache_clear()
    learn.cache_clear()
    begun = time.perf_counter()
    risks = blows(found)
    times["blows"] = time.perf_counter() - begun
    after = network(events, first="2017-07-06", until="2018-07-05")
    fights = {tie.actors for tie in after.ties if any(each.kind == "fought" for each in tie.evidence)}
    seen = [pair for pair in risks.pairs if (pair.a, pair.b) in fights]
    outcome = {
        "expected": round(sum(pair.chance or 0 for pair in risks.pairs), 1), "fought_within_a_year": len(seen),
        "which": [f"{pair.a} – {pair.b}: {pair.chance:.3f}" for pair in seen],
    }  # fmt: skip
    return {
        "year_after": outcome,
        "heading": found.heading(), "frustration": [state.index, state.lower], "triads": state.triads,
        "contradictory_without_sign": state.contradictory, "contradictory": len(found.contradictory), "pairs_at_risk": len(risks.pairs),
        "most_likely": [pair.line() for pair in risks.pairs[:5]], "seconds": {k: round(v, 2) for k, v in times.items()},
    }  # fmt: skip


def main() -> None:
    """Measure all three."""
    read_arguments(__doc__)
    result = {"iraq_and_syria": example(), "blows": foretold(), "frustration": frustration()}
    write_result("proof_network", result)


if __name__ == "__main__":
    main()
