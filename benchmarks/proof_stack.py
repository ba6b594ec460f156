"""Score the default model on the challenge's windows 2018 to 2021, once per release, and say where it fails.

    python benchmarks/proof_stack.py [--models stack,…] [--windows 2018-2021] [--name stack] [--picture FILE.png]

State-based deaths per country and month, data to October, 3 to 14 months ahead, 1,000 draws, as the VIEWS prediction
challenge. Beside mean scores per window: differences to conflictology with a 95 % interval over resampled countries;
calibration where it matters, over countries with a death in the five years before; totals over twelve months by country,
UCDP region and world; and onsets and ends of violence apart. The numbers are written down whatever they are. With
``--windows 2006-2017`` the same is shown on the years that the model's choices rest on.
"""

import itertools
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import vl_convert

from aftershock import Panel, actuals_of, compare, countries, embedded_panel, forecast_window, score, summarise_scores
from aftershock.backtests import Backtest, parse_windows
from aftershock.contract import Forecast, Scores
from aftershock.scores import kernels
from common import read_arguments, write_result

REFERENCE = "conflictology"
MEANS = ["crps", "log_crps", "ign", "mis", "covered_90"]
REGIONS = {
    "Americas": (2, 199),
    "Europe": (200, 399),
    "Africa": (400, 629),
    "Middle East": (630, 699),
    "Asia": (700, 999),
}


def main() -> None:
    """Run every model over every window and write the tables."""
    given = read_arguments(
        __doc__,
        models="stack,forest,weighted_history,pool,conflictology",
        windows="2018-2021",
        name="stack",
        picture="",
    )
    panel, models, windows = embedded_panel(), given.models.split(","), parse_windows(given.windows)
    actuals = actuals_of(panel, "sb")
    scored: dict[str, list[Scores]] = {model: [] for model in models}
    made: list[Forecast] = []
    for model in models:
        for window in windows:
            one = forecast_window(panel, window, model=model)
            scored[model].append(score(one, actuals, target="sb"))
            made += [one] if model == models[0] else []
    first, reference = scored[models[0]], scored[REFERENCE]
    result = {
        "windows": [*windows],
        "scores": {m: {str(w): means([s]) for w, s in zip(windows, scored[m], strict=True)} for m in models},
        "all": {m: means(scored[m]) for m in models},
        "against_conflictology": {
            str(w): [asdict(c) for c in compare(a, b)] for w, a, b in zip(windows, first, reference, strict=True)
        },
        "calibration": calibration(panel, first),
        "totals": totals(panel, made),
        "by_situation": situations(panel, first, reference),
        "worst": worst(first),
        "reliability": reliability(windows, {m: scored[m] for m in (models[0], REFERENCE)}),
    }
    for key in ("all", "calibration", "totals", "by_situation"):
        print(key, result[key], sep="\n", end="\n\n")
    for window, rows in result["against_conflictology"].items():
        print(window, *(f"{r['score']} {r['difference']:+.3f} [{r['lower']:+.3f}, {r['upper']:+.3f}]" for r in rows))
    write_result(f"proof_{given.name}", result)
    if given.picture:
        Path(given.picture).write_bytes(picture(result))


def means(scores: list[Scores]) -> dict[str, float]:
    """Return mean scores."""
    row = summarise_scores(scores).iloc[0]
    return {name: round(float(row[name]), 4) for name in MEANS}


def calibration(panel: Panel, scores: list[Scores]) -> dict[str, object]:
    """Return how outcomes lie in forecasts of countries with a death in the five years before."""
    rows = pd.concat([in_sight(panel, s) for s in scores])
    tenths = np.histogram(rows.pit, bins=10, range=(0, 1))[0] / len(rows)
    inside = (rows.pit > 0.05) & (rows.pit < 0.95)
    by_window = inside.groupby((rows.month_id - 1) // 12 + 1980).mean().round(3)
    return {
        "n": len(rows),
        "randomised_pit_in_central_90": round(float(inside.mean()), 4),
        "in_90_interval": round(float(rows.covered_90.mean()), 4),
        "pit_tenths": tenths.round(3).tolist(),
        "pit_chi2_over_df": round(float(((tenths - 0.1) ** 2 / 0.1).sum() * len(rows) / 9), 1),
        "by_window": {str(w): float(v) for w, v in by_window.items()},
    }


def in_sight(panel: Panel, scores: Scores) -> pd.DataFrame:
    """Return the rows of countries with a death in the five years before the origin."""
    rows = scores.to_frame()
    at = int(rows.month_id.min()) - 3 - int(panel.months[0])
    active = panel.units[panel.series("sb")[:, at - 59 : at + 1].any(axis=1)]
    return rows[rows.country_id.isin(active)]


def totals(panel: Panel, made: list[Forecast]) -> dict[str, dict[str, float]]:
    """Return how often twelve-month totals lay in their 90 % interval: countries in sight, regions, the world."""
    table = countries().set_index("country_id").gwcode
    rng = np.random.default_rng(1)
    found: dict[str, list[np.ndarray]] = {"countries": [], "regions": [], "world": []}
    for forecast in made:
        at = forecast.origin - int(panel.months[0])
        series = panel.select(forecast.units).series("sb")
        outcome = series[:, at + 3 : at + 15].sum(axis=1)
        draws = forecast.sums("sb")
        active = series[:, at - 59 : at + 1].any(axis=1)
        code = table.loc[forecast.units].to_numpy()
        groups = [(code >= a) & (code <= b) for a, b in REGIONS.values()]
        parts = {
            "countries": (outcome[active], draws[active]),
            "regions": (np.array([outcome[g].sum() for g in groups]), np.stack([draws[g].sum(axis=0) for g in groups])),
            "world": (outcome.sum()[None], draws.sum(axis=0)[None]),
        }
        for name, (came, drawn) in parts.items():
            found[name].append(kernels.pit(came, kernels.sort_draws(drawn), rng))
    out = {}
    for name, values in found.items():
        pit = np.concatenate(values)
        out[name] = {
            "n": len(pit),
            "in_central_90": round(float(((pit > 0.05) & (pit < 0.95)).mean()), 3),
            "below": round(float((pit <= 0.05).mean()), 3),
            "above": round(float((pit >= 0.95).mean()), 3),
        }
    return out


def situations(panel: Panel, scores: list[Scores], reference: list[Scores]) -> dict[str, dict[str, float]]:
    """Return mean scores of onsets, ends, continued violence and continued quiet, and Ethiopia's, beside conflictology's."""
    parts = []
    for own, other in zip(scores, reference, strict=True):
        rows = own.to_frame().merge(other.to_frame(), on=["month_id", "country_id"], suffixes=("", "_reference"))
        at = int(rows.month_id.min()) - 3 - int(panel.months[0])
        before = panel.series("sb")[:, at - 11 : at + 1].sum(axis=1)
        rows["before"] = rows.country_id.map(dict(zip(panel.units, before, strict=True)))
        rows["came"] = rows.groupby("country_id").outcome.transform("sum")
        parts.append(rows)
    rows = pd.concat(parts)
    was, is_ = rows.before >= 25, rows.came >= 25
    ethiopia = rows.country_id == int(countries().set_index("isoab").country_id["ETH"])
    kinds = {"onset": ~was & is_, "end": was & ~is_, "continued": was & is_, "quiet": ~was & ~is_, "Ethiopia": ethiopia}
    out = {}
    for name, mine in kinds.items():
        some = rows[mine]
        out[name] = {"n": len(some)} | {
            f"{key}{suffix}": round(float(some[f"{key}{suffix}"].mean()), 3)
            for key in ("crps", "ign")
            for suffix in ("", "_reference")
        }
    return out


def worst(scores: list[Scores], most: int = 10) -> list[dict[str, object]]:
    """Return the country-months with the largest CRPS."""
    rows = pd.concat([s.to_frame() for s in scores])
    names = countries().set_index("country_id").name
    rows = rows.assign(country=rows.country_id.map(names), share=rows.crps / rows.crps.sum()).nlargest(most, "crps")
    return rows[["country", "month_id", "outcome", "median", "upper_90", "crps", "share"]].round(3).to_dict("records")


def reliability(windows: Sequence[int], scored: dict[str, list[Scores]]) -> list[dict[str, object]]:
    """Return, for chances of at least 1 and 25 deaths, what was forecast and how often it came."""
    scores = {(model, w): s for model, of_model in scored.items() for w, s in zip(windows, of_model, strict=True)}
    record = Backtest(target="sb", windows=tuple(windows), models=tuple(scored), scores=scores)
    parts = [
        record.reliability(model, threshold).assign(
            model=model, threshold=f"{threshold} death{'s' * (threshold > 1)} or more in the month"
        )
        for model in scored
        for threshold in (1, 25)
    ]
    return pd.concat(parts).round(4).to_dict("records")


def picture(result: dict[str, object]) -> bytes:
    """Draw reliability curves and the PIT histogram as PNG."""
    share = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"format": "%"}}
    curve = {
        "x": {"field": "forecast", "title": "chance given", **share},
        "y": {"field": "observed", "title": "share that came", **share},
    }
    colour = {
        "field": "model",
        "title": None,
        "sort": None,
        "scale": {"range": ["#1f5fa8", "#c2702b"]},
        "legend": {"orient": "top"},
    }
    diagonal = {
        "data": {"values": [{"forecast": 0, "observed": 0}, {"forecast": 1, "observed": 1}]},
        "mark": {"type": "line", "color": "#999", "strokeDash": [4, 4]},
        "encoding": curve,
    }
    panels = [
        {
            "title": name, "width": 250, "height": 250, "layer": [
                diagonal,
                {"data": {"values": rows}, "mark": {"type": "rule", "opacity": 0.45}, "encoding": {"x": curve["x"], "y": {"field": "lower", **share}, "y2": {"field": "upper"}, "color": colour}},
                {"data": {"values": rows}, "mark": {"type": "line", "point": {"size": 45}}, "encoding": {**curve, "color": colour}},
            ],
        }
        for name, rows in itertools.groupby(sorted(result["reliability"], key=lambda r: r["threshold"]), key=lambda r: r["threshold"])
        for rows in [[*rows]]
    ]  # fmt: skip
    tenths = [
        {"from": k / 10, "to": (k + 1) / 10, "share": s} for k, s in enumerate(result["calibration"]["pit_tenths"])
    ]
    flat = {"mark": {"type": "rule", "color": "#999", "strokeDash": [4, 4]}, "encoding": {"y": {"datum": 0.1}}}
    bars = {
        "mark": {"type": "bar", "color": "#1f5fa8", "opacity": 0.75},
        "encoding": {
            "x": {"field": "from", "type": "quantitative", "title": "PIT", "bin": {"binned": True, "step": 0.1}},
            "x2": {"field": "to"},
            "y": {"field": "share", "type": "quantitative", "title": "share of outcomes", "axis": {"format": "%"}, "scale": {"domain": [0, 0.2]}},
        },
    }  # fmt: skip
    panels.append(
        {
            "title": "stack, countries with a death in five years",
            "width": 250,
            "height": 250,
            "data": {"values": tenths},
            "layer": [bars, flat],
        }
    )
    spec = {
        "hconcat": panels,
        "background": "white",
        "padding": 14,
        "config": {"font": "sans-serif", "title": {"fontSize": 13}},
    }
    return vl_convert.vegalite_to_png(spec, scale=2)


if __name__ == "__main__":
    main()
