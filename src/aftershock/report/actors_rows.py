"""Results on actors → what their page shows: sentences, rows of tables, places of intervals on a scale."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aftershock.report.actors_network import tie_words
from aftershock.report.system_pictures import on_scale

if TYPE_CHECKING:  # the actors' code loads SciPy's solvers
    from aftershock.actors.alliances.balance import Balance
    from aftershock.actors.alliances.blows import Blows
    from aftershock.actors.alliances.network import Network
    from aftershock.actors.dispersion import Dispersion, Estimate, Window
    from aftershock.actors.spread.spread import NewCountry, Spread
    from aftershock.actors.succession.succession import Succession

__all__ = [
    "balance_words", "blows_rows", "chance_words", "dispersion_rows", "glance_words", "spread_rows", "succession_rows",
    "tie_rows", "ties_csv",
]  # fmt: skip

MOST_TIES, MOST_PAIRS, MOST_COUNTRIES, MOST_TRIADS = 300, 20, 15, 12
FURTHER_PAIRS, FURTHER_COUNTRIES = 200, 45
_SAID = {
    "successor": "A successor is active",
    "earlier successor": "… one that had been active before",
    "new successor": "… one that had never been active",
    "itself again": "It is active again itself",
}


def chance_words(chance: float) -> str:
    r"""Return a chance in per cent, with no more digits than it bears, and never none or all.

    Examples
    --------
    >>> chance_words(0.0024), chance_words(0.24), chance_words(0.00001), chance_words(0.999)
    ('0.2\xa0%', '24\xa0%', 'below 0.1\xa0%', 'over 99\xa0%')
    """
    if chance < 0.001:
        return "below 0.1\u00a0%"
    if chance > 0.99:
        return "over 99\u00a0%"
    return f"{100 * chance:.1f}\u00a0%" if chance < 0.0095 else f"{100 * chance:.0f}\u00a0%"


def glance_words(
    network: Network | None, balance: Balance | None, blows: Blows | None, *, spreads: Sequence[Spread],
    successions: Sequence[Succession], dispersions: Sequence[Dispersion],
) -> list[str]:  # fmt: skip
    """Return what stands at the top, a sentence or two per result."""
    said = [network.heading()] if network else []
    said += [balance.lines(most=0)[0]] if balance else []
    likeliest = next((pair for pair in blows.pairs if not pair.silent), None) if blows else None
    if likeliest and likeliest.chance is not None and likeliest.low is not None and likeliest.high is not None:
        said.append(
            f"Of {len(blows.pairs) if blows else 0:,} pairs that do not fight, but stand in an unbalanced triad or across an "
            f"ally's fight, {likeliest.a} and {likeliest.b}, both seen of late, are likeliest to come to blows within a year: "
            f"{_interval_words(likeliest.chance, likeliest.low, likeliest.high)}."
        )
    for after in successions:
        last = [each for each in after.document()["chances"] if each["outcome"] == "successor"][-1]
        chance = _interval_words(last["median"], last["low"], last["high"])
        said.append(
            f"{after.lines()[0]} Chance of an active successor within {last['within_years']} years of such an end: {chance}."
        )
    said += [" ".join(where.lines()[:2]) for where in spreads]
    said += [" ".join(course.lines()[: 2 if course.at else 1]) for course in dispersions]
    return said


def _interval_words(middle: float, low: float, high: float) -> str:
    return f"{chance_words(middle)} (90\u00a0% interval {chance_words(low)} to {chance_words(high)})"


def _row(middle: float, low: float, high: float, top: float) -> dict[str, Any]:
    """Return a chance in words, and its place on a scale from zero."""
    return {
        "middle": chance_words(middle),
        "interval": f"{chance_words(low)} to {chance_words(high)}",
        "at": on_scale([low, middle, high], low=0.0, high=max(top, 1e-9)),
    }


def tie_rows(network: Network, balance: Balance | None) -> list[dict[str, Any]]:
    """Return the ties as rows, those that do not fit the camps first, then those with most events."""
    odd = {tie.actors for tie in balance.frustrated} if balance else set()
    ordered = sorted(network.ties, key=lambda tie: (tie.actors not in odd, -tie.events, tie.actors))
    return [
        {
            "a": tie.a,
            "b": tie.b,
            "kind": tie_words(tie),
            "odd": tie.actors in odd,
            "events": f"{sum(each.events for each in tie.evidence):,}",
            "rests": [each.said for each in tie.evidence],
        }
        for tie in ordered[:MOST_TIES]
    ]


def ties_csv(network: Network) -> str:
    """Return every tie as CSV, with names that no spreadsheet takes for formulas."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    table = network.to_frame()
    write(table.columns)
    for row in table.itertuples(index=False):
        write([f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value for value in row])
    return out.getvalue()


def balance_words(balance: Balance) -> dict[str, Any]:
    """Return the camps, what does not fit them, and the unbalanced triads in words."""
    lines = balance.lines(most=0)
    large = [camps for camps in balance.camps if sum(map(len, camps)) > 2] or list(balance.camps[:1])
    return {
        "heading": lines[0],
        "which": lines[1],
        "caution": lines[2],
        "parts": large,
        "pairs": [camps for camps in balance.camps if camps not in large],
        "frustrated": [tie.line() for tie in balance.frustrated],
        "triads": next(line for line in lines if line.startswith("Of ")),
        "unbalanced": [triad.line() for triad in balance.unbalanced[:MOST_TRIADS]],
        "further": [triad.line() for triad in balance.unbalanced[MOST_TRIADS:]],
        "contradictory": lines[-1] if balance.contradictory else "",
    }


def blows_rows(blows: Blows) -> dict[str, Any]:
    """Return the pairs that may come to blows, the likeliest first, and those of whom nothing can be said."""
    told = [pair for pair in blows.pairs if pair.chance is not None]
    top = max([pair.high or 0.0 for pair in told], default=1.0)
    rows = [
        {
            "a": pair.a,
            "b": pair.b,
            "torn": pair.kind == "torn allies",
            "fought": pair.fought,
            "silent": pair.silent,
            "words": pair.words[:3],
            "more": max(len(pair.words) - 3, 0),
            **_row(pair.chance or 0.0, pair.low or 0.0, pair.high or 0.0, top),
        }
        for pair in told
    ]
    return {
        "count": len(blows.pairs),
        "top": chance_words(top),
        "rows": rows[:MOST_PAIRS],
        "further": rows[MOST_PAIRS : MOST_PAIRS + FURTHER_PAIRS],
        "left": max(len(rows) - MOST_PAIRS - FURTHER_PAIRS, 0),
        "silent": len(blows.pairs) - len(told),
        "past": blows.past_lines(),
        "notes": blows.document()["notes"],
    }


def spread_rows(found: Spread) -> dict[str, Any]:
    """Return the countries where an actor has never been, the likeliest first."""
    top = max([each.probability.high for each in found.countries], default=1.0)
    rows = [_country_row(each, top) for each in found.countries]
    shown = MOST_COUNTRIES + FURTHER_COUNTRIES
    rest = found.countries[shown:]
    return {
        "actor": found.actor,
        "until": found.until,
        "within": "a year" if found.horizon_years == 1 else f"{found.horizon_years} years",
        "said": list(found.lines()[:2]),
        "came": found.came,
        "past": found.past,
        "rows": rows[:MOST_COUNTRIES],
        "further": rows[MOST_COUNTRIES:shown],
        "rest": len(rest),
        "rest_words": _rest_words(max((each.probability.value for each in rest), default=0.0)),
        "top": chance_words(top),
        "notes": found.notes,
    }


def _rest_words(most: float) -> str:
    words = chance_words(most)
    return words if words.startswith("below") else f"{words} or less"


def _country_row(each: NewCountry, top: float) -> dict[str, Any]:
    chance = each.probability
    words = {"country": each.country, "reasons": "; ".join(each.reasons), "came": each.came}
    return words | _row(chance.value, chance.low, chance.high, top)


def succession_rows(found: Succession) -> dict[str, Any]:
    """Return whether an actor has ended, in whom it may go on, the chances of that, and how large it was elsewhere."""
    chances = found.document()["chances"]
    rows = []
    for outcome, words in _SAID.items():
        drawn = [each for each in chances if each["outcome"] == outcome]
        if not any(each["high"] for each in drawn):
            continue  # there is no earlier group
        cells = [
            None if each["within_years"] == 1 and outcome == "itself again"
            else _row(each["median"], each["low"], each["high"], 1.0)
            for each in drawn
        ]  # fmt: skip
        ends, actors, came = found.learnt_from[outcome]
        held = found.came.get(outcome, ())
        rows.append({
            "words": words, "cells": cells, "ends": f"{came:,} of {ends:,} ends of {actors:,} actors", "came": _years(held),
        })  # fmt: skip
    said = found.lines()
    return {
        "actor": found.actor,
        "at": found.at,
        "ended": found.ended,
        "said": said[: 2 if found.ended_before else 1],
        "ties": [
            {"says": tie.says(found.actor, found.at), "name": tie.successor.name, "status": found.status(tie)}
            for tie in found.ties
        ],
        "within": sorted({each["within_years"] for each in chances}),
        "rows": rows,
        "sizes": [line for line in said if line.startswith(("If a successor", "With its", "How large"))],
        "notes": found.notes,
    }


def _years(years: Sequence[int]) -> str:
    from aftershock.months import year_runs

    return year_runs(tuple(years)) or "no"


def dispersion_rows(found: Dispersion) -> dict[str, Any]:
    """Return an actor's dispersion before and after a day, and by half-year."""
    compared = [window for window in (found.before, found.after) if window is not None]
    return {
        "actor": found.actor,
        "at": str(found.at) if found.at else None,
        "said": found.lines(),
        "compared": [_window_row(window) for window in compared],
        "course": [_window_row(window) for window in found.course],
        "blank": sum(window.cells is None for window in found.course),
    }


def _window_row(window: Window) -> dict[str, Any]:
    return {
        "start": str(window.start),
        "end": str(window.end),
        "events": f"{window.events:,}",
        "kinds": f"{window.state_based:,} / {window.non_state:,} / {window.one_sided:,}",
        "cells": _figure(window.cells, 1.0, ".1f"),
        "share": _figure(window.one_sided_share, 100.0, ".0f", "\u00a0%"),
        "deaths": _figure(window.deaths_per_event, 1.0, ".1f"),
    }


def _figure(value: Estimate | None, times: float, form: str, unit: str = "") -> tuple[str, str]:
    """Return a figure and its interval; what is not known of too few events is a dash."""
    if value is None:
        return "–", "too few events"
    low, middle, high = (format(times * each, form) for each in (value.low, value.value, value.high))
    return f"{middle}{unit}", f"{low} to {high}{unit}"
