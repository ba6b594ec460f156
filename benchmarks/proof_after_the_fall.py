"""Iraq and Syria as of 5 July 2017: what was forecast per front for 28 months, two questions, and what came.

    python benchmarks/proof_after_the_fall.py [--picture docs/images/after-the-fall.html]

The worked case of docs/after-the-fall.md. Only events that ended by 5 July 2017 are used to choose streams, to fit and to
forecast; later events are the outcome. The figures of July 2017 are what was seen of it and what was simulated.
"""

from pathlib import Path

import numpy as np

from aftershock import (
    build_streams,
    compare_backgrounds,
    embedded_events,
    fit_system,
    forecast_system,
    outcomes_of,
    read_rule,
    residuals_of,
    score,
    simulate_system,
    spiral_of,
    structure_of,
    write_system_report,
)  # fmt: skip
from aftershock.months import month_text, parse_month
from common import read_arguments, write_result

ORIGIN, FIRST, LAST = "2017-07-05", "2014-01-01", "2019-11-30"
RULE = Path(__file__).parents[1] / "docs" / "iraq-syria.yaml"
TURKEY = "SDF – Turkey and allied rebels"
IRAQ = ("IS – government of Iraq", "IS against civilians, Iraq")
MONTHS = 29  # July 2017, of which five days were seen, and 28 more


def monthly(streams, name: str) -> dict[int, int]:
    """Return a stream's deaths per month of the record, mean over imputations."""
    s = streams.names.index(name)
    months = streams.days.astype("datetime64[M]").astype(int) - (1980 - 1970) * 12 + 1
    deaths = streams.deaths[:, :, s].mean(axis=0)
    return {int(m): float(deaths[months == m].sum()) for m in np.unique(months)}


def main() -> None:
    """Fit, forecast, ask, and score."""
    given = read_arguments(__doc__, picture="", draws="1000")
    rule = read_rule(RULE)
    streams = build_streams(embedded_events(), rule=rule, first=FIRST, until=ORIGIN)
    whole = build_streams(embedded_events(), rule=rule, first=FIRST, until=LAST, chosen_until=ORIGIN)
    system = fit_system(streams, draws=int(given.draws))
    structure = structure_of(system)
    compared = compare_backgrounds(streams, draws=200)
    made = forecast_system(system, months=MONTHS, by="stream", draws=1000)
    came = outcomes_of(whole, made.months, by="stream")
    draws, names = made.of("total"), list(streams.names)

    fronts, covered = [], []
    for s, name in enumerate(names):
        known = np.array([came.get((m, s + 1), np.nan) for m in made.months], np.float64)
        if "Iraq" in name:
            known[made.months > parse_month("2018-12")] = np.nan
        has = ~np.isnan(known)
        low, _, high = np.quantile(draws[s], [0.05, 0.5, 0.95], axis=1)
        inside = ((known >= low) & (known <= high))[has]
        covered.append(inside)
        total = draws[s][has].sum(axis=0)
        fronts.append(
            {
                "front": name, "months": int(has.sum()), "year_before": int(streams.deaths[0, -365:, s].sum()),
                "forecast_5_50_95": [int(x) for x in np.quantile(total, [0.05, 0.5, 0.95])],
                "came": int(known[has].sum()), "months_inside_90": round(float(inside.mean()), 2),
            }
        )  # fmt: skip
        print(fronts[-1], flush=True)

    past, s = monthly(streams, TURKEY), names.index(TURKEY)
    peak = max(past.values())
    later = np.array([came[(m, s + 1)] for m in made.months])
    turkey = {
        "past_peak": round(peak), "probability": float((draws[s].max(axis=0) > peak).mean()),
        "came": bool(later.max() > peak), "highest": int(later.max()), "in": month_text(int(made.months[later.argmax()])),
    }  # fmt: skip
    through = made.months <= parse_month("2018-12")
    rows = [names.index(name) for name in IRAQ]
    each = (draws[rows].sum(axis=0)[through] > 0).all(axis=0)
    seen = np.array([sum(came[(m, r + 1)] for r in rows) for m in made.months[through]])
    iraq = {"probability": float(each.mean()), "came": bool((seen > 0).all()), "fewest": int(seen.min())}
    paths = simulate_system(system, days=365, draws=1000, bins="all")
    spiral = spiral_of(system, paths)
    scored = score(made, came, target="total").values
    result = {
        "fronts": fronts, "turkey": turkey, "iraq": iraq,
        "months_inside_90": round(float(np.concatenate(covered).mean()), 3),
        "crps": round(float(scored["crps"].mean()), 1), "log_crps": round(float(scored["log_crps"].mean()), 3),
        "ratio": {str(b): [round(float(x), 2) for x in np.quantile(r, [0.05, 0.5, 0.95], method="inverted_cdf")]
                  for b, r in zip(compared.backgrounds, compared.ratio, strict=True)},
        "share": {str(b): round(float(np.median(x)), 2) for b, x in zip(compared.backgrounds, compared.share, strict=True)},
        "spiral": {"supercritical": spiral.supercritical, "exceeds": spiral.exceeds},
        "missed": residuals_of(system).missed(),
        "sure_links": [
            [names[i], names[j], *(round(float(x), 3) for x in np.quantile(structure.edges[:, i, j], [0.05, 0.5, 0.95]))]
            for i in range(len(names)) for j in range(len(names))
            if i != j and np.quantile(structure.edges[:, i, j], 0.05) > 0.01
        ],
    }  # fmt: skip
    print({k: v for k, v in result.items() if k != "fronts"})
    if given.picture:
        write_system_report(
            Path(given.picture), system, structure=structure, backgrounds=compared, spiral=spiral,
            residuals=residuals_of(system), forecast=made,
            came=whole.until("2018-12-31"),  # where the days of Iraq end
        )  # fmt: skip
    write_result("proof_after_the_fall", result)


if __name__ == "__main__":
    main()
