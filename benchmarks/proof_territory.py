"""Do past losses of ground say what follows the next one?

    python benchmarks/proof_territory.py

Every case is foretold twice: from all other actors' cases, and from what was known on its own day. Told is the log ratio of its
state-based events per day, after over before, with the error of counting. Beside the regime stand no change at all, no change
but as wide as the cases, past cases taken as they are (one drawn, whole), and the partially pooled normal without the two kinds of
aftermath. CRPS in units of the
log ratio, lower is better.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable

import numpy as np

from aftershock.actors import territory
from aftershock.actors.pooling import next_case
from aftershock.actors.territory import EDGES_DAYS, LossCases, dispersion_after_losses, loss_cases
from aftershock.scores.kernels import crps, sort_draws
from common import read_arguments, write_result

DRAWS = 2000
PERIODS = len(EDGES_DAYS) - 1
SPANS = ("0 to 6 months", "6 to 12 months", "12 to 24 months")


def regime(rng: np.random.Generator, cases: LossCases) -> np.ndarray:
    """Return log factors by the package's regime, taught on some cases."""
    told = territory.loss_cases
    try:
        territory.loss_cases = lambda **_: cases
        return np.log(np.maximum(territory.loss_regime(rng, DRAWS).state_based, 1e-9))
    finally:
        territory.loss_cases = told


def one_kind(rng: np.random.Generator, cases: LossCases) -> np.ndarray:
    """Return log factors of the pooled normal alone."""
    return next_case(rng, cases.ratios, cases.errors, DRAWS)[:, :PERIODS]


def as_they_are(rng: np.random.Generator, cases: LossCases) -> np.ndarray:
    """Return the log ratios of past cases, drawn whole."""
    return cases.ratios[rng.integers(len(cases.names), size=DRAWS), :PERIODS]


def unmoved(rng: np.random.Generator, cases: LossCases) -> np.ndarray:
    """Return no change, but as wide as the pooled normal."""
    drawn = one_kind(rng, cases)
    return drawn - drawn.mean(axis=0)


def no_change(_: np.random.Generator, cases: LossCases) -> np.ndarray:
    """Return no change."""
    return np.zeros((DRAWS, PERIODS)) * len(cases.names)


WAYS: dict[str, Callable[[np.random.Generator, LossCases], np.ndarray]] = {
    "regime": regime, "pooled normal alone": one_kind, "past cases as they are": as_they_are, "no change": no_change,
    "no change, as wide": unmoved,
}  # fmt: skip


def part(cases: LossCases, keep: np.ndarray) -> LossCases:
    """Return some of the cases."""
    values = {
        field.name: getattr(cases, field.name)[keep]
        if isinstance(getattr(cases, field.name), np.ndarray)
        else tuple(x for x, k in zip(getattr(cases, field.name), keep, strict=True) if k)
        for field in dataclasses.fields(cases)
    }
    return LossCases(**values)


def score(teach: Callable[[int], LossCases | None]) -> dict[str, object]:
    """Foretell every case by every way."""
    every = loss_cases()
    found: dict[str, list[list[float]]] = {name: [[] for _ in range(PERIODS)] for name in WAYS}
    inside: dict[int, list[bool]] = {50: [], 90: []}
    taught = 0
    for i in range(len(every.names)):
        cases = teach(i)
        if cases is None or len(cases.names) < 5:
            continue
        taught += 1
        for name, way in WAYS.items():
            rng = np.random.default_rng(i)
            drawn = way(rng, cases)
            for k in range(PERIODS):
                outcome = every.ratios[i, k]
                if not np.isfinite(outcome):
                    continue
                draws = drawn[np.isfinite(drawn[:, k]), k]
                draws = draws + every.errors[i, k] * rng.standard_normal(len(draws))
                found[name][k].append(float(crps(np.array([outcome]), sort_draws(draws[None]))[0]))
                if name == "regime":
                    for level, hits in inside.items():
                        low, high = np.quantile(draws, [0.5 - level / 200, 0.5 + level / 200])
                        hits.append(bool(low <= outcome <= high))
    gain = np.concatenate(found["no change"]) - np.concatenate(found["regime"])
    return {
        "cases": taught,
        "crps": {name: dict(zip(SPANS, (round(float(np.mean(x)), 3) for x in values), strict=True)) for name, values in found.items()},
        "crps_all": {name: round(float(np.mean(np.concatenate(values))), 3) for name, values in found.items()},
        "better_than_no_change_in": round(float((gain > 0).mean()), 3),
        **{f"inside_{level}": round(float(np.mean(hits)), 3) for level, hits in inside.items()},
        "periods": len(inside[90]),
    }  # fmt: skip


def main() -> None:
    """Score, and pool the change of dispersion."""
    read_arguments(__doc__)
    every = loss_cases()
    actors = np.array(every.actors)
    others = score(lambda i: part(every, actors != actors[i]))
    then = score(lambda i: loss_cases(known_by=every.dates[i] - dt.timedelta(days=1)))
    regime_now = territory.loss_regime(np.random.default_rng(0), DRAWS)
    result = {
        "cases": len(every.names), "ended": int(every.ended.sum()), "words": regime_now.words(),
        "from other actors": others, "from what was known then": then,
        "fell": {span: f"{int((x < 0).sum())} of {int(np.isfinite(x).sum())}" for span, x in zip(SPANS, every.ratios.T[:PERIODS], strict=True)},
        "dispersion": {name: {k: round(v, 3) for k, v in dataclasses.asdict(value).items()} for name, value in dispersion_after_losses().items()},
    }  # fmt: skip
    write_result("proof_territory", result)


if __name__ == "__main__":
    main()
