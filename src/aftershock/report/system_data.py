"""A fitted system → the figures its page shows: links, backgrounds, streams' records, residuals, scores.

Plain dictionaries and lists for the template; numbers are text already where they are only read.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import Streams
from aftershock.figures import countries
from aftershock.report.system_pictures import area, bars, share_of

if TYPE_CHECKING:  # the system's code is compiled, and slow to load
    from aftershock.system import Structure, System, SystemScores
    from aftershock.system.backgrounds import BackgroundComparison
    from aftershock.system.residuals import Residuals

__all__ = [
    "LEAST",
    "LITTLE",
    "SHOWN",
    "STATES",
    "Links",
    "background_rows",
    "brief",
    "country_names_of",
    "links_csv",
    "links_of",
    "matrix",
    "record_rows",
    "residual_rows",
    "score_rows",
    "short",
    "sure_links",
    "words_of",
]  # fmt: skip

FloatArray = NDArray[np.float64]

SHOWN = 15
"""Streams shown; the busiest."""
LEAST = 0.01
"""A link is sure where the lower end of its 90 % interval has so many direct children per event."""
LITTLE = 0.05
"""A link that is not sure is little if anything where the upper end stays below."""
EDGES = (0.05, 0.2, 0.5, 0.8)
"""Direct children at which the colour of a cell changes."""
VAGUE = 10.0
"""Of a sure link nobody knows how strong it is where the upper end is more than so many times the lower one."""
STATES = ("sure", "little", "unsure", "unasked")
PIT_ENDS = (0.05, 0.95)
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Links:
    """What is known of every link: direct children on a target (row) of one event on a source (column), shape (s, s).

    Attributes
    ----------
    median, lower, upper : numpy.ndarray of float64
        The middle, and the ends of the central 90 % interval.
    chance : numpy.ndarray of float64
        Of :data:`LEAST` direct children or more.
    state : numpy.ndarray of int64
        Place in ``STATES``; ``unasked`` where the mask lets no link be.
    share : numpy.ndarray of float64
        Of the target's events, those that are direct children of the source's; the middle.
    events : numpy.ndarray of float64, shape (s,)
        Events of each stream; mean over imputations.
    signed : bool
        Whether events may quiet: then all is of events on later days, more or, below zero, fewer; ``chance`` is that of so many
        more or so many fewer, whichever is likelier.
    """

    median: FloatArray
    lower: FloatArray
    upper: FloatArray
    chance: FloatArray
    state: NDArray[np.int64]
    share: FloatArray
    events: FloatArray
    signed: bool = False

    @property
    def unit(self) -> str:
        """What the figures count."""
        return "events on later days per event" if self.signed else "direct children per event"

    def count(self, state: str) -> int:
        """Return how many links between two different streams are in a state."""
        between = ~np.eye(len(self.events), dtype=bool)
        return int((self.state[between] == STATES.index(state)).sum())

    @property
    def vague(self) -> NDArray[np.bool_]:
        """Which links may be weak or strong, as far as the record tells, shape (s, s)."""
        near, far = np.sort(np.abs([self.lower, self.upper]), axis=0)
        return np.asarray(far > VAGUE * np.maximum(near, 1e-9))

    @property
    def busiest(self) -> list[int]:
        """The streams shown, in order of their events."""
        return [int(s) for s in np.argsort(-self.events, kind="stable")[:SHOWN]]


def links_of(system: System, structure: Structure) -> Links:
    """Return what is known of every link of a system."""
    edges = structure.edges
    lower, median, upper = np.quantile(edges, [0.05, 0.5, 0.95], axis=0)
    asked = np.zeros(median.shape, bool)
    for row, target in zip(asked, system.targets, strict=True):
        row[target.sources] = True
    sure, most = (lower >= LEAST) | (upper <= -LEAST), np.maximum(upper, -lower)
    state = np.where(sure, 0, np.where(most < LITTLE, 1, 2))
    events = system.streams.counts.sum(axis=1).mean(axis=0)
    return Links(
        median=median,
        lower=lower,
        upper=upper,
        chance=np.where(median < 0, edges <= -LEAST, edges >= LEAST).mean(axis=0),
        state=np.where(asked, state, STATES.index("unasked")),
        share=np.minimum(median * events[None, :] / np.maximum(events, 1.0)[:, None], 1.0),
        events=events,
        signed=system.inhibition,
    )


def short(value: float) -> str:
    """Return direct children in words short enough for a cell.

    Examples
    --------
    >>> short(0.003), short(0.1234), short(12.3), short(-0.4)
    ('<0.01', '0.12', '12', '−0.40')
    """
    if value < 0:
        return f"−{short(-value)}" if value <= -0.01 else ">−0.01"
    return "<0.01" if value < 0.01 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def brief(name: str, most: int = 60) -> str:
    """Return a name of at most so many signs; the middle is left out, since a stream's name ends with its other side and type.

    Examples
    --------
    >>> brief("Ahrar al-Sham, HTS – IS (non-state)", 30)
    'Ahrar … IS (non-state)'
    """
    if len(name) <= most:
        return name
    head, tail = name[: most - most // 2 - 3], name[-(most // 2) :]
    head = head.rpartition(" ")[0] or head
    tail = tail.partition(" ")[2] or tail
    return f"{head.rstrip(' ,')} … {tail}"


def country_names_of(numbers: tuple[int, ...]) -> str:
    """Return countries in words; a number that no list knows stays one.

    Examples
    --------
    >>> country_names_of((645, 652))
    'Iraq, Syria'
    """
    table = countries()
    known = dict(zip(table.gwcode.tolist(), table.name.tolist(), strict=True))
    return ", ".join(str(known.get(number, number)) for number in numbers)


def matrix(system: System, links: Links) -> dict[str, Any]:
    """Return the table of direct children of the streams shown, rows by target, cells by source."""
    order = links.busiest
    names = system.names
    rows = [
        {
            "number": n,
            "name": brief(names[i]),
            "whole": names[i],
            "cells": [_cell(links, i, j, f"{names[j]} to {names[i]}") for j in order],
        }
        for n, i in enumerate(order, start=1)
    ]
    rest = [i for i in range(len(names)) if i not in order]
    others = np.ix_(rest, range(len(names)))
    beyond = int((links.state == 0).sum() - (links.state[np.ix_(order, order)] == 0).sum())
    return {
        "heads": [{"number": n, "name": brief(names[i]), "whole": names[i]} for n, i in enumerate(order, start=1)],
        "rows": rows,
        "rest": len(rest),
        "rest_events": float(links.events[rest].sum()),
        "beyond": beyond if others[0].size else 0,
        "unasked": bool((links.state[np.ix_(order, order)] == STATES.index("unasked")).any()),
    }


def _cell(links: Links, i: int, j: int, what: str) -> dict[str, Any]:
    state = STATES[links.state[i, j]]
    middle, lower, upper = (float(value[i, j]) for value in (links.median, links.lower, links.upper))
    tip = f"{what}: {short(middle)} {links.unit}, 90 % interval {short(lower)} to {short(upper)}"
    return {
        "state": state,
        "own": i == j,
        "middle": short(middle),
        "interval": _between(links, i, j),
        "upper": _between(links, i, j) if links.signed else f"≤{max(upper, 0.01):.2f}",
        "vague": bool(links.vague[i, j]),
        "bin": 0 if state != "sure" else 1 if links.vague[i, j] else 1 + sum(abs(middle) >= edge for edge in EDGES),
        "quiets": state == "sure" and middle < 0,
        "tip": f"{what}: not asked" if state == "unasked" else tip,
    }


def _between(links: Links, i: int, j: int) -> str:
    """Return the ends of a link's interval."""
    return f"{short(float(links.lower[i, j]))}{' to ' if links.signed else '–'}{short(float(links.upper[i, j]))}"


def sure_links(system: System, links: Links, *, state: str = "sure", most: int = 20) -> list[dict[str, Any]]:
    """Return links between different streams in a state, those of most of their target's events first."""
    between = (links.state == STATES.index(state)) & ~np.eye(len(links.events), dtype=bool)
    pairs = sorted(zip(*np.nonzero(between), strict=True), key=lambda p: (-abs(links.share[p]), int(p[0]), int(p[1])))
    return [
        {
            "target": int(i),
            "source": int(j),
            "to": system.names[i],
            "by": system.names[j],
            "median": float(links.median[i, j]),
            "middle": short(float(links.median[i, j])),
            "interval": _between(links, i, j),
            "chance": float(links.chance[i, j]),
            "vague": bool(links.vague[i, j]),
            "share": float(links.share[i, j]),
        }
        for i, j in pairs[:most]
    ]


def links_csv(system: System, links: Links) -> str:
    """Return every link that was asked for as CSV, the strongest first."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    chance = "chance_beyond_0.01" if links.signed else "chance_above_0.01"
    columns = ("median", "lower_5", "upper_95", chance, "share_of_target")
    write(("target", "source", "target_events", "source_events", *columns))
    tables = (links.median, links.lower, links.upper, links.chance, links.share)
    rows = sorted(
        zip(*np.nonzero(links.state != STATES.index("unasked")), strict=True), key=lambda p: -abs(links.median[p])
    )
    for i, j in rows:
        counted = (f"{links.events[i]:.1f}", f"{links.events[j]:.1f}")
        write((_plain(system.names[i]), _plain(system.names[j]), *counted, *(f"{t[i, j]:.6g}" for t in tables)))
    return out.getvalue()


def _plain(name: str) -> str:
    """Return a name that no spreadsheet takes for a formula.

    Examples
    --------
    >>> _plain("=1+1"), _plain("IS – Syria")
    ("'=1+1", 'IS – Syria')
    """
    return f"'{name}" if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name


def background_rows(
    system: System, structure: Structure, backgrounds: BackgroundComparison | None
) -> list[dict[str, Any]]:
    """Return per background what it says of feedback: median, lower and upper end each, and the chance of one or more."""
    from aftershock.system.structure import overall_share

    mine = _background(system.background, structure.ratio, overall_share(system, structure), structure.half_life)
    if backgrounds is None:
        return [mine]
    values = zip(backgrounds.ratio, backgrounds.share, backgrounds.half_life, strict=True)
    rows = [
        mine if one == system.background else _background(one, *value)
        for one, value in zip(backgrounds.backgrounds, values, strict=True)
    ]
    for row, one in zip(rows, backgrounds.backgrounds, strict=True):
        row["chosen"] = one == backgrounds.choice.together
    return rows if system.background in backgrounds.backgrounds else [mine, *rows]


def words_of(background: Any) -> str:
    """Return how a background moves, in a few words."""
    if isinstance(background, tuple):
        return "chosen stream by stream"
    return "constant" if background == "constant" else f"bends every {background} days"


def _background(one: Any, ratio: FloatArray, share: FloatArray, half_life: FloatArray) -> dict[str, Any]:
    at: dict[str, Any] = {"q": [0.05, 0.5, 0.95], "method": "inverted_cdf"}  # infinite half lives cannot be averaged
    return {
        "words": words_of(one),
        "constant": one == "constant",
        "ratio": np.quantile(ratio, **at).tolist(),
        "spiral": float((ratio >= 1).mean()),
        "share": np.quantile(share, **at).tolist(),
        "half_life": np.quantile(half_life, **at).tolist(),
        "chosen": False,
    }


def record_rows(system: System, structure: Structure, links: Links) -> dict[str, Any]:
    """Return the streams' records by month, with their background and endogenous share."""
    streams = system.streams
    month = streams.days.astype("M8[M]")
    starts, place = np.unique(month, return_inverse=True)
    ends = np.array([streams.first_day, streams.last_day + 1]).astype("M8[D]")
    whole = (starts.astype("M8[D]") >= ends[0]) & ((starts + 1).astype("M8[D]") <= ends[1])
    keep = whole if whole.sum() > 2 else np.ones(len(starts), bool)
    counts = np.zeros((len(starts), len(system.names)))
    np.add.at(counts, place, streams.counts.mean(axis=0))
    deaths = streams.deaths.sum(axis=1).mean(axis=0)
    base = np.quantile(structure.background, [0.05, 0.5, 0.95], axis=0) * DAYS_A_MONTH
    share = np.quantile(structure.share, [0.05, 0.5, 0.95], axis=0)
    rows = [
        {
            "number": n,
            "name": system.names[i],
            "where": country_names_of(streams.streams[i].countries),
            "events": f"{links.events[i]:,.0f}",
            "deaths": f"{deaths[i]:,.0f}",
            "top": f"{counts[keep, i].max():,.0f}",
            "absent": _absent(streams, keep[place], i),
            "path": area(counts[keep, i]),
            "level": [_height(b, counts[keep, i]) for b in base[:, i]],
            "base": [f"{b:,.1f}" for b in base[:, i]],
            "share": share[:, i].tolist(),
        }
        for n, i in enumerate(links.busiest, start=1)
    ]
    months = [str(m) for m in starts[keep]]
    return {"rows": rows, "first": months[0], "last": months[-1], "partial": int((~keep).sum())}


def _absent(streams: Streams, shown: NDArray[np.bool_], i: int) -> float:
    """Return the share of the days shown before a stream had begun, in per cent."""
    return round(100.0 * float((~streams.present[shown, i]).mean()), 2)


def _height(value: float, counts: FloatArray) -> float:
    return round(100.0 * (1.0 - min(value / max(float(counts.max()), 1e-9), 1.0)), 2)


def residual_rows(residuals: Residuals, links: Links) -> dict[str, Any]:
    """Return histograms of the places of what came, and sentences on what is missed."""
    rows = []
    for n, i in enumerate(links.busiest, start=1):
        name = residuals.streams.names[i]
        table = residuals.histogram(name)
        top = max(0.15, float(table[["share", "upper"]].to_numpy().max()))
        rows.append(
            {
                "number": n,
                "name": name,
                "bars": bars(table["share"].to_numpy(), top=top),
                "even": share_of(1 / len(table), top),
                "band": [share_of(float(table[end].iloc[0]), top) for end in ("upper", "lower")],
                "cells": [
                    (f"{a * 100:.0f}–{b * 100:.0f} %", share)
                    for a, b, share in zip(table["from"], table["to"], table["share"], strict=True)
                ],
                "outside": int(((table["share"] < table["lower"]) | (table["share"] > table["upper"])).sum()),
            }
        )
    return {"rows": rows, "missed": residuals.missed(), "untold": list(residuals.untold)}


def score_rows(scores: SystemScores) -> dict[str, Any]:
    """Return mean scores by model, and what the cross terms and each stream's own past add."""
    words = {
        "constant": "a constant rate",
        "own_past": "each stream’s own past",
        "own_phase": "its own past and phase",
        "system": "the system: all streams’ pasts",
    }
    rows = [(words[m], _signed(scores.per_day(m)), _signed(scores.per_event(m))) for m in words]
    added, lower, upper = scores.gain("system", "own_phase")
    over = scores.gain("system", "constant")
    verdict = (
        "the other streams’ pasts help to foretell a day" if lower > 0
        else "the other streams’ pasts do not help to foretell a day, they cost a little" if upper < 0
        else "whether the other streams’ pasts help, these days cannot say"
    )  # fmt: skip
    return {
        "rows": rows,
        "days": scores.days,
        "first": str(scores.first_day),
        "last": str(scores.last_day),
        "added": f"{_signed(added, '+')} nats a day (90 % interval {_signed(lower, '+')} to {_signed(upper, '+')})",
        "over": f"{_signed(over[0], '+')} ({_signed(over[1], '+')} to {_signed(over[2], '+')})",
        "verdict": verdict,
    }


def _signed(value: float, sign: str = "") -> str:
    """Return nats with a true minus.

    Examples
    --------
    >>> _signed(-0.0126), _signed(0.5, "+")
    ('−0.013', '+0.500')
    """
    return format(value, f"{sign}.3f").replace("-", "−")
