"""What the chances of succession, the sizes and the borrowed courses of entries are worth on cases they have not seen.

    python benchmarks/proof_succession.py

Ends to 2009 teach, as they were known at the end of 2009; ends from 2010 on are scored, beside the base rate: the
yearly chances of all those ends, with an earlier successor only where a group had been active. The list's ties are of 2021 in both, since they carry no dates. Sizes are scored with each actor left out in turn,
entries with their country left out and nothing known later than their first month. Everything rests on the embedded
tables; ``benchmarks/results/proof_succession.json`` keeps the figures.
"""

from datetime import date
from typing import Any

import numpy as np

from aftershock.actors.entries import entry_course
from aftershock.actors.succession.ends import (
    AFTER,
    OUTCOMES,
    all_ends,
    features,
    has_earlier,
    outcome_years,
    person_years,
)
from aftershock.actors.succession.hazards import HORIZONS, any_successor, base_rates, fit_hazard
from aftershock.actors.succession.lineages import LAST_LISTED, LAST_YEAR
from aftershock.actors.succession.sizes import draw_sizes, size_cases
from aftershock.figures import load_table
from aftershock.scores.kernels import crps, log_crps, sort_draws
from common import read_arguments, write_result

TAUGHT = 2009
DRAWS = 1000
KINDS = {1: "sb", 2: "ns", 3: "os"}
SEED = 20100101


def predicted(test, teach) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return chances by each year after the end, shape (n, AFTER): of the regression, and the base rate."""
    rng = np.random.default_rng(SEED)
    model: dict[str, np.ndarray] = {}
    base: dict[str, np.ndarray] = {}
    some = np.array([has_earlier(end) for end in test])[:, None]
    for outcome in OUTCOMES[1:]:
        fitted = fit_hazard(teach, outcome, TAUGHT)
        model[outcome] = np.array([fitted.draw(rng, features(end), DRAWS).mean(axis=1) for end in test])
        base[outcome] = np.tile(base_rates(teach, outcome, TAUGHT), (len(test), 1))
    model["earlier successor"] = model["earlier successor"] * some
    base["earlier successor"] = base["earlier successor"] * some
    model["successor"] = any_successor(model["earlier successor"], model["new successor"])
    base["successor"] = any_successor(base["earlier successor"], base["new successor"])
    return model, base


def score_chances(test, model: np.ndarray, base: np.ndarray, outcome: str) -> dict[str, Any]:
    """Return Brier scores at each horizon of ends followed that long, and nats per year at risk of all ends."""
    until = LAST_YEAR if outcome == "itself again" else LAST_LISTED
    first = {
        place: next((year - end.last_year for year in outcome_years(end, until)[outcome]), AFTER + 1)
        for place, end in enumerate(test)
    }
    found: dict[str, Any] = {}
    for within in HORIZONS[outcome == "itself again" :]:
        kept = [place for place, end in enumerate(test) if end.last_year + within <= until]
        if outcome == "earlier successor":
            kept = [place for place in kept if has_earlier(test[place])]
        came = np.array([first[place] <= within for place in kept])
        ours, rate = model[kept, within - 1], base[kept, within - 1]
        better = (rate - came) ** 2 - (ours - came) ** 2
        found[f"within {within}"] = {
            "ends": len(kept),
            "came": float(came.mean()),
            "foretold": float(ours.mean()),
            "foretold by base rate": float(rate.mean()),
            "Brier": float(((ours - came) ** 2).mean()),
            "Brier of base rate": float(((rate - came) ** 2).mean()),
            "gain, 90 % interval": resampled(better, np.array([test[place].actor.number for place in kept])),
        }
    rows = person_years(test, outcome, until)
    for name, chances in (("nats per year at risk", model), ("nats of base rate", base)):
        before = np.concatenate([np.zeros((len(test), 1)), chances], axis=1)
        yearly = 1 - (1 - before[rows.end, rows.after]) / (1 - before[rows.end, rows.after - 1])
        given = np.where(rows.came, yearly, 1 - yearly)
        found[name] = float(np.log(given.clip(1e-9)).mean())
    return found


def resampled(better: np.ndarray, actors: np.ndarray) -> list[float]:
    """Return the 90 % interval of a mean gain, actors drawn with replacement."""
    rng = np.random.default_rng(SEED)
    numbers, place = np.unique(actors, return_inverse=True)
    total, count = np.bincount(place, better), np.bincount(place)
    drawn = rng.integers(len(numbers), size=(2000, len(numbers)))
    return np.quantile(total[drawn].sum(axis=1) / count[drawn].sum(axis=1), (0.05, 0.95)).tolist()


def score_sizes() -> dict[str, Any]:
    """Return how often the 90 % and 50 % intervals of successors' deaths held, each actor left out in turn."""
    cases = size_cases(LAST_LISTED)
    held: dict[str, list[bool]] = {"90 %": [], "50 %": []}
    for actor, own, later in zip(cases.actor, cases.own, cases.later, strict=True):
        rng = np.random.default_rng(SEED)
        deaths, _ = draw_sizes(rng, 20 * DRAWS, size_cases(LAST_LISTED, int(actor)), int(own))
        held["90 %"].append(bool(abs((deaths <= later).mean() - 0.5) <= 0.45))
        held["50 %"].append(bool(abs((deaths <= later).mean() - 0.5) <= 0.25))
    ratio = cases.later / cases.own
    return {
        "ends": len(cases.own),
        "actors": cases.actors,
        "held": {name: float(np.mean(values)) for name, values in held.items()},
        "ratio, quartiles": np.quantile(ratio, (0.25, 0.5, 0.75)).tolist(),
        "successors killed more": float((ratio > 1).mean()),
    }


def score_entries() -> dict[str, Any]:
    """Return scores of events in an entry's first 360 days: comparable entries, beside entries of all kinds."""
    table = load_table("entries")
    rows = []
    for entry in table.itertuples():
        came = sum(getattr(entry, f"period_{k}") for k in range(1, 13))
        known = date(int(entry.first_month[:4]), int(entry.first_month[5:]), 1)
        past = (table.first_month < f"{known.year - 2}-{known.month:02d}") & (table.gwcode != entry.gwcode)
        if past.sum() < 20:
            continue
        rng = np.random.default_rng(SEED)
        kind = KINDS[entry.type_of_violence]
        course = entry_course(
            rng,
            DRAWS,
            kind=kind,
            state=entry.state,
            foreign=entry.foreign,
            periods=12,
            known_by=known,
            leave_out_country=entry.gwcode,
        )
        events = rng.poisson(course.rates.sum(axis=1) * 30)
        all_kinds = table[past]
        pool = all_kinds[[f"period_{k}" for k in range(1, 13)]].sum(axis=1).to_numpy()
        other = rng.choice(pool, DRAWS)
        rows.append((kind, came, events, other, len(course.widened) > 0))
    found: dict[str, Any] = {
        "entries": len(rows),
        "widened": float(np.mean([widened for *_, widened in rows])),
        "events came, mean": float(np.mean([came for _, came, *_ in rows])),
    }
    for place, name in ((2, "comparable entries"), (3, "entries of all kinds")):
        came, drawn = [row[1] for row in rows], [row[place] for row in rows]
        found[name] = {
            "events foretold, mean": float(np.mean(drawn)),
            "CRPS": float(crps(came, sort_draws(drawn)).mean()),
            "CRPS of log(1 + events)": float(log_crps(came, sort_draws(drawn)).mean()),
        }
        for kind in (*KINDS.values(), "all"):
            kept = [k for k, row in enumerate(rows) if kind in (row[0], "all")]
            below = np.array([(drawn[k] < came[k]).mean() + (drawn[k] == came[k]).mean() / 2 for k in kept])
            found[name][f"intervals held, {kind}"] = [float((abs(below - 0.5) <= half).mean()) for half in (0.25, 0.45)]
    return found


def main() -> None:
    """Score everything once and write it down."""
    read_arguments(__doc__)
    teach = all_ends(TAUGHT)
    test = tuple(end for end in all_ends() if end.last_year > TAUGHT)
    model, base = predicted(test, teach)
    chances = {outcome: score_chances(test, model[outcome], base[outcome], outcome) for outcome in OUTCOMES}
    result = {
        "ends taught": len(teach),
        "ends scored": len(test),
        "chances": chances,
        "sizes": score_sizes(),
        "entries": score_entries(),
    }
    write_result("proof_succession", result)


if __name__ == "__main__":
    main()
