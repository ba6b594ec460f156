"""How well are first events in new countries foretold? Taught to 2014, scored on 2015 to 2024.

    python benchmarks/proof_spread.py

Scored is every active armed actor with every country it has never been in. Log score in nats per new country over the base
rate, higher is better; Brier times 10,000; AUC; how many of the new countries were among the actor's ten likeliest (ties shared).
"anew" learns again at the end of every year, as the command does. The features were chosen by learning to 2004 and scoring 2005 to
2014: places and recent entries were left out there, since an actor's own factor foretold better, and the level is set by the last
ten years known, since first activities had become rarer. That the level as fitted foretells too many shows on both spans of years.
"""

from functools import partial
from itertools import pairwise

import numpy as np

from aftershock.actors.spread.calibration import calibrated, follow
from aftershock.actors.spread.exposure import FEATURES, Situations, came, situations
from aftershock.actors.spread.hazard import Hazard, count_kinds, fit_hazard, taught
from aftershock.actors.spread.presence import presence
from aftershock.actors.spread.spread import spread
from common import read_arguments, write_result

TAUGHT, LAST = 2014, 2024
TOP = 10
ASKED = (("IS", 2013, 1), ("IS", 2014, 1), ("IS", 2013, 3), ("JAS", 2013, 1), ("JAS", 2014, 1), ("AQIM", 2012, 3),
         ("ADF", 2016, 3), ("LRA", 2004, 3), ("LRA", 2007, 3), ("Al-Shabaab", 2009, 3), ("JNIM", 2020, 3))  # fmt: skip


def learn(until: int, horizon: int, used: tuple[str, ...] = tuple(FEATURES)) -> Hazard:
    """Fit to all years up to one."""
    rows, outcome, _ = taught(until, horizon)
    return fit_hazard(count_kinds(rows, outcome), horizon_years=horizon, used=used)


def auc(score: np.ndarray, hit: np.ndarray) -> float:
    """Return the chance that a country that came ranks above one that did not."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    n = hit.sum()
    return float((rank[hit].sum() - n * (n + 1) / 2) / (n * (~hit).sum()))


def among_top(score: np.ndarray, hit: np.ndarray, group: np.ndarray) -> float:
    """Return how many of the new countries were among their actor's ten likeliest; equal scores share the places left."""
    total = 0.0
    for g in np.unique(group[hit]):
        mine, came_here = score[group == g], hit[group == g]
        for value in mine[came_here]:
            above, equal = (mine > value).sum(), (mine == value).sum()
            total += min(max((TOP - above) / equal, 0.0), 1.0)
    return total / hit.sum()


def scores(p: np.ndarray, hit: np.ndarray, group: np.ndarray, base: float) -> dict[str, float]:
    """Return the scores of one way of foretelling."""
    nats = np.where(hit, np.log(p / base), np.log1p(-p) - np.log1p(-base))
    return {
        "nats_per_new_country": round(float(nats.sum() / hit.sum()), 3), "brier_e4": round(float(1e4 * ((p - hit) ** 2).mean()), 3),
        "auc": round(auc(p, hit), 4), "among_top_ten": round(among_top(p, hit, group), 3), "expected": round(float(p.sum()), 1),
    }  # fmt: skip


def reliability(p: np.ndarray, hit: np.ndarray) -> list[dict[str, float]]:
    """Return how often it came, by what was foretold."""
    edges = [0, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 1.0]
    found = []
    for low, high in pairwise(edges):
        inside = (p >= low) & (p < high)
        if inside.any():
            found.append(
                {
                    "from": low,
                    "to": high,
                    "situations": int(inside.sum()),
                    "foretold": round(float(p[inside].mean()), 5),
                    "came": round(float(hit[inside].mean()), 5),
                    "new_countries": int(hit[inside].sum()),
                }
            )
    return found


def foretell(model: Hazard, rows: Situations, *, own: bool) -> np.ndarray:
    """Return probabilities, with or without the actor's own factor."""
    return model.probability(rows.levels, rows.actor) if own else -np.expm1(-np.exp(model.log_hazard(rows.levels)))


def held_out(horizon: int) -> dict[str, object]:
    """Teach to 2014, score what came after."""
    who = presence()
    origins = range(TAUGHT, LAST - horizon + 1)
    rows = [situations(who, year) for year in origins]
    hit = np.concatenate([came(who, each, year, horizon) for each, year in zip(rows, origins, strict=True)])
    group = np.concatenate([each.actor * 100 + k for k, each in enumerate(rows)])
    _, outcome, _ = taught(TAUGHT, horizon)
    base = float(outcome.mean())
    full, near = learn(TAUGHT, horizon), learn(TAUGHT, horizon, ("near",))
    once = calibrated(TAUGHT, horizon)
    strangers = calibrated(TAUGHT, horizon, used=tuple(f for f in FEATURES if f != "affiliate"))
    anew = [calibrated(year, horizon) for year in origins]
    told = {
        "base rate": np.full(len(hit), base),
        "contiguity alone": np.concatenate([foretell(near, each, own=False) for each in rows]),
        "all features, no own factor": np.concatenate([foretell(full, each, own=False) for each in rows]),
        "own factor, level as fitted": follow(full, TAUGHT, origins, horizon)[0],
        "without affiliates": follow(strangers, TAUGHT, origins, horizon)[0],
        "spread, taught once": follow(once, TAUGHT, origins, horizon)[0],
        "spread, anew every year": np.concatenate(
            [foretell(model, each, own=True) for model, each in zip(anew, rows, strict=True)]
        ),
    }
    others = group // 100 != who.actors.index("IS")
    tell = partial(scores, base=base)
    return {
        "situations": len(hit), "new_countries": int(hit.sum()), "taught_on": full.entries, "habit": round(full.habit, 2), "level": [round(float(x), 3) for x in once.level],
        "scores": {name: tell(p, hit, group) for name, p in told.items()},
        "without_IS": {"new_countries": int(hit[others].sum()), **{name: tell(p[others], hit[others], group[others]) for name, p in told.items()}},
        "reliability": {name: reliability(told[name], hit) for name in ("spread, taught once", "spread, anew every year")},
        "reliability_without_IS": reliability(told["spread, anew every year"][others], hit[others]),
    }  # fmt: skip


def asked(actor: str, until: int, horizon: int) -> dict[str, object]:
    """Return what is said of a well-known case, and what came."""
    found = spread(actor, until=until, horizon_years=horizon)
    likeliest = [each.country for each in found.countries]
    return {
        "actor": actor, "until": until, "horizon_years": horizon, "expected": [round(x, 2) for x in (found.new_countries.value, found.new_countries.low, found.new_countries.high)],
        "likeliest": {each.country: [round(x, 4) for x in (each.probability.value, each.probability.low, each.probability.high)] for each in found.countries[:TOP]},
        "came": {name: {"year": year, "rank": likeliest.index(name) + 1} for name, year in found.came or ()},
    }  # fmt: skip


def factors(model: Hazard) -> dict[str, list[float]]:
    """Return hazard ratios with 90 % intervals."""
    spread_of = np.sqrt((model.root**2).sum(axis=1))
    names = [f"{name} {level}" for name, size in FEATURES.items() for level in range(1, size)]
    return {
        name: [round(float(np.exp(mode + z * sd)), 2) for z in (0, -1.645, 1.645)]
        for name, mode, sd in zip(names, model.mode[1:], spread_of[1:], strict=True)
    }


def main() -> None:
    """Score one year and three ahead, and ask about known cases."""
    read_arguments(__doc__)
    result = {
        "one year": held_out(1), "three years": held_out(3), "hazard_ratios_to_2024": factors(learn(LAST, 1)), "level_2024": [round(float(x), 3) for x in calibrated(LAST, 1).level],
        "asked": [asked(*case) for case in ASKED],
    }  # fmt: skip
    write_result("proof_spread", result)


if __name__ == "__main__":
    main()
