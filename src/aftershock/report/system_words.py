"""A system in plain sentences: what the record says of feedback and links, and what it cannot say."""

from __future__ import annotations

from typing import Any

import numpy as np

from aftershock import words
from aftershock.report.system_data import LEAST, LITTLE, Links, short
from aftershock.summary import chance

__all__ = ["half_life_words", "percent", "share_words", "system_headlines", "verdict_words"]

WIDE = 0.25
"""Where the intervals of the branching ratio span more than this, the record is said not to settle it."""
NEVER = 5 * 365  # days; half lives beyond are as good as endless


def percent(share: float) -> str:
    """Return a share in per cent that no line break divides."""
    return words.percent(share).replace(" ", "\u00a0")


def half_life_words(ends: list[float]) -> str:
    """Return days until half of what follows has come.

    Examples
    --------
    >>> half_life_words([4.0, 9.0, float("inf")])
    '9 days (4 to no end)'
    """
    lower, middle, upper = ("no end" if _endless(d) else f"{d:,.0f}" for d in ends)
    if lower == "no end":
        return lower
    return f"{middle}{'' if middle == 'no end' else ' days'} ({lower} to {upper})"


def _endless(days: float) -> bool:
    return not np.isfinite(days) or days > NEVER


def share_words(ends: list[float]) -> str:
    r"""Return a share and its 90 % interval.

    Examples
    --------
    >>> share_words([0.84, 0.89, 0.95]), share_words([0.001, 0.02, 1.0])
    ('89\xa0% (84–95\xa0%)', '2\xa0% (0–100\xa0%)')
    """
    return f"{percent(ends[1])} ({ends[0] * 100:.0f}–{ends[2] * 100:.0f}\u00a0%)"


def system_headlines(rows: list[dict[str, Any]], links: Links, scores: dict[str, Any] | None = None) -> list[str]:
    """Return what a fitted system says, a sentence or two each.

    Parameters
    ----------
    rows : list of dict
        As :func:`aftershock.report.system_data.background_rows` gives, the first one spoken of first.
    links : Links
    scores : dict, optional
        As :func:`aftershock.report.system_data.score_rows` gives.
    """
    if links.signed:
        return [_bound(rows[0]), _links(links)]
    said = [_ratio(rows[0]), verdict_words(rows), _spiral(rows), _lasting(rows[0]), _links(links)]
    return [*said, f"On days held out, {scores['verdict']}: {scores['added']}."] if scores else said


def _taken(row: dict[str, Any]) -> str:
    return "a constant background" if row["constant"] else f"a background that {row['words']}"


def _ratio(first: dict[str, Any]) -> str:
    lower, middle, upper = (f"{value:.2f}" for value in first["ratio"])
    return (
        f"Each round of events is about {middle} times as large as the one before (the branching ratio; 90\u00a0% interval "
        f"{lower} to {upper}), given {_taken(first)}."
    )


def _bound(first: dict[str, Any]) -> str:
    """Say how far events can feed each other at most, where some quiet others."""
    lower, middle, upper = (f"{value:.2f}" for value in first["ratio"])
    return (
        f"Without the links that quiet, each round of events on later days would be {middle} times as large as the one before "
        f"(90\u00a0% interval {lower} to {upper}), given {_taken(first)}: with them it is smaller, by how "
        "much this page cannot say."
    )


def _spiral(rows: list[dict[str, Any]]) -> str:
    chances = [row["spiral"] for row in rows]
    low, high = min(chances), max(chances)
    what = "that violence feeds itself without end (a ratio of 1 or more)"
    if len(rows) == 1:
        return f"{_capital(chance(high))} {what}, given {_taken(rows[0])}."
    if high - low < 0.05:
        return f"{_capital(chance(high))} {what}, under every background tried."
    return f"The chance {what} hangs on the background: from {percent(low)} to {percent(high)}."


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def verdict_words(rows: list[dict[str, Any]]) -> str:
    """Return whether the record settles how much is feedback."""
    lower, upper = min(row["ratio"][0] for row in rows), max(row["ratio"][2] for row in rows)
    if len(rows) == 1:
        return (
            "Under this one background the record cannot say more than that the ratio lies between "
            f"{lower:.2f} and {upper:.2f}; other backgrounds were not tried, and a background that moves leaves less to feedback."
        )
    if upper - lower <= WIDE:
        return f"On this the record is clear: under all backgrounds tried the ratio lies between {lower:.2f} and {upper:.2f}."
    others = (f"{row['ratio'][1]:.2f} given {_taken(row)}" for row in rows[1:])
    chosen = next((row for row in rows if row["chosen"]), None)
    best = f" Days held out favour {_taken(chosen)}." if chosen else ""
    return (
        f"How much of that is feedback, the record cannot say: the ratio is {' and '.join(others)}, and with all doubts from "
        f"{lower:.2f} to {upper:.2f}.{best}"
    )


def _lasting(row: dict[str, Any]) -> str:
    text = f"Of all events, {share_words(row['share'])} were set off by earlier ones, given {_taken(row)}."
    lower, middle, _ = row["half_life"]
    if _endless(lower):
        return f"{text} What follows an event has then no end."
    if _endless(middle):
        return f"{text} What follows an event may then have no end; half of it has come after {lower:,.0f} days at the earliest."
    return f"{text} Half of what follows an event has come after {half_life_words(row['half_life'])}."


def _links(links: Links) -> str:
    sure, little, unsure = (links.count(state) for state in ("sure", "little", "unsure"))
    asked = sure + little + unsure
    if not asked:
        return "Links between different streams were not asked for."
    text = f"Of {asked:,} possible links between different streams, the record is sure of {sure or 'none'}"
    more = "more or fewer" if links.signed else "or more"
    text += f" ({short(LEAST)} {more} {links.unit}); {little:,} are small if there at all (under {short(LITTLE)})"
    return f"{text}; of {unsure:,} it cannot say." if unsure else f"{text}."
