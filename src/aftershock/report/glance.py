"""The forecast in three sentences, for the top of the page."""

from __future__ import annotations

from typing import Any

import numpy as np

from aftershock.months import month_name
from aftershock.report.data import WORDS
from aftershock.summary import chance

__all__ = ["glance"]

NAMED = 6
BIG = 1000  # deaths, the field's threshold of war when reached in a year


def glance(payload: dict[str, Any]) -> list[str]:
    """Return what stands out in a payload of :func:`aftershock.report.data.forecast_payload`, in plain sentences."""
    target, months, units = payload["target"], payload["months"], payload["units"]
    totals, cells = payload["totals"][target], payload["cells"][target]
    deaths = f"{WORDS[target][1]} deaths".strip()
    summed = months[: payload["sum"]["months"]]
    if len(units) == 1:
        headline = totals["headline"][0]
        return [f"{units[0]['name']}: {headline[0].lower()}{headline[1:]}"]
    likely = sum(p >= 0.5 for p in cells["p_25"][:: len(months)])
    said = [
        f"{_have(likely, len(units))} an even or better chance of 25 or more {deaths} in {month_name(months[0])}.",
    ]
    names = [unit["name"] for unit in units]
    if payload["joint"]:
        said.append(_passing(totals, names, f"{deaths} {_over(summed)}"))
        quiet = sum(p < 0.01 for p in totals["p_1"])
        said.append(f"{_have(quiet, len(units))} {chance(0)} of any {deaths} {_over(summed)}.")
    else:
        top = int(np.argmax(totals["mean"]))
        said.append(f"The highest average is {names[top]}'s: {totals['mean'][top]:,} {deaths} {_over(summed)}.")
    return said


def _some(count: int, whole: int) -> str:
    return f"{count or 'None'} of {whole} countries"


def _have(count: int, whole: int) -> str:
    return f"{_some(count, whole)} {'has' if count == 1 else 'have'}"


def _over(months: list[int]) -> str:
    return f"in {month_name(months[0])}" if len(months) == 1 else f"over {len(months)} months"


def _passing(totals: dict[str, list[Any]], names: list[str], what: str) -> str:
    """Say which countries are more likely than not to reach the threshold of war."""
    order = sorted((k for k, p in enumerate(totals[f"p_{BIG}"]) if p >= 0.5), key=lambda k: -totals["median"][k])
    if not order:
        return f"No country is more likely than not to reach {BIG:,} {what}."
    more = f" and {len(order) - NAMED} more" if len(order) > NAMED else ""
    listed = ", ".join(names[k] for k in order[:NAMED])
    verb = "is" if len(order) == 1 else "are"
    return f"{_some(len(order), len(names))} {verb} more likely than not to reach {BIG:,} {what}: {listed}{more}."
