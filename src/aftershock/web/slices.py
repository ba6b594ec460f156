"""What one page needs of a stored forecast: the parts of its documents that are about one type of violence or one country."""

from __future__ import annotations

from typing import Any

from aftershock.report.colours import CHANCES, measure
from aftershock.web.results import Edition

__all__ = ["QUESTIONS", "country_payload", "country_reasons", "type_links", "world_payload"]

PAST = 60  # months of past on the world's slider
MAP = ("median", "mean", "change", "p_25", "p_100", "p_1000")
QUESTIONS: dict[str, tuple[str, str]] = {
    "conflict": ("Conflict", "Will there be 25 or more deaths in the next twelve months?"),
    "onset": (
        "Onset",
        "Where the last twelve months had fewer than 25 deaths: will the next twelve have 25 or more?",
    ),
    "escalation": (
        "Escalation",
        "Where the last twelve months had 25 deaths or more: will the next twelve have at least half as many again?",
    ),
}
"""Views on the next twelve months together: name, question."""


def type_links(edition: Edition) -> list[tuple[str, str]]:
    """Return key and name of each type of violence."""
    return [(each["key"], each["name"]) for each in edition.document("payload")["types"]]


def world_payload(edition: Edition, target: str, more_query: str = "") -> dict[str, Any]:
    """Return what the world's page shows of one type of violence; the query goes on to the pages it links to."""
    whole, risks = edition.document("payload"), edition.document("risks")
    record = whole["record"]
    first = max(record["first"], whole["origin"] - PAST + 1)
    kinds = list(record["counts"]) if target == "total" else [target]
    questions = [
        {"key": key, "question": question, **measure(name, *CHANCES)} for key, (name, question) in QUESTIONS.items()
    ]
    return {
        name: whole[name]
        for name in ("origin", "months", "span", "sum", "draws", "joint", "types", "thresholds", "units")
    } | {
        "target": target,
        "address": f"/countries/{{code}}?target={target}{more_query}",
        "slider": PAST,
        "record": {
            "first": first,
            "last": record["last"],
            "provisional": record["provisional"],
            "counts": {
                kind: [_since(pairs, first - record["first"]) for pairs in record["counts"][kind]] for kind in kinds
            },
            "gaps": [_runs_since(runs, first - record["first"]) for runs in record["gaps"]],
        },
        "cells": {target: {name: whole["cells"][target][name] for name in MAP}},
        "totals": {target: whole["totals"][target]},
        "risks": {target: risks[target]},
        "measures": [*whole["measures"], *questions],
        "measure": whole["measure"],
    }


def _since(pairs: list[int], start: int) -> list[int]:
    """Return month, deaths, month, deaths, … from a month on, counted from it."""
    kept = [(month - start, deaths) for month, deaths in zip(pairs[::2], pairs[1::2], strict=True) if month >= start]
    return [value for pair in kept for value in pair]


def _runs_since(runs: list[int], start: int) -> list[int]:
    """Return begin, end, begin, end, … from a month on, counted from it.

    Examples
    --------
    >>> _runs_since([0, 5, 8, 12], 10)
    [0, 2]
    """
    kept = [
        (max(begin - start, 0), end - start) for begin, end in zip(runs[::2], runs[1::2], strict=True) if end > start
    ]
    return [value for pair in kept for value in pair]


def country_payload(edition: Edition, place: int, target: str) -> dict[str, Any]:
    """Return what a country's page shows: the report's payload of it alone, with the names of all for the choice."""
    whole = edition.document("payload")
    record, h = whole["record"], len(whole["months"])
    kept = ("origin", "months", "span", "sum", "draws", "joint", "types", "thresholds", "measures", "measure")
    bounds = record.get("bounds")
    return {name: whole[name] for name in kept} | {
        "target": target,
        "units": [whole["units"][place]],
        "countries": whole["units"],
        "record": {
            **{name: record[name] for name in ("first", "last", "provisional")},
            "counts": {kind: [counts[place]] for kind, counts in record["counts"].items()},
            "gaps": [record["gaps"][place]],
            "bounds": {kind: [each[place]] for kind, each in bounds.items()} if bounds else None,
        },
        "cells": {
            kind: {name: column[place * h : (place + 1) * h] for name, column in columns.items()}
            for kind, columns in whole["cells"].items()
        },
        "totals": {
            kind: {name: [column[place]] for name, column in columns.items()}
            for kind, columns in whole["totals"].items()
        },
        "risks": {
            kind: {name: column[place] for name, column in columns.items()}
            for kind, columns in edition.document("risks").items()
        },
    }


def country_reasons(edition: Edition, place: int) -> dict[str, Any] | None:
    """Return why a country's forecast says what it says, in the form of the report's, or None where nothing is known."""
    whole = edition.document("reasons")
    if whole is None:
        return None
    types = {}
    for kind, columns in whole["types"].items():
        at = columns["units"].index(place) if place in columns["units"] else None
        types[kind] = {
            name: ([] if at is None else [0] if name == "units" else [column[at]]) for name, column in columns.items()
        }
    return {"horizon": whole["horizon"], "parts": whole["parts"], "types": types}
