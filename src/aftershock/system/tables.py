"""A fitted system → tables of its links and streams, and what it says in plain sentences.

A link that an interval leaves open is said to be open: "cannot say" is an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.contract import THRESHOLDS
from aftershock.errors import UsageError, nearest
from aftershock.figures.days import gwcode_names
from aftershock.system.fit import System
from aftershock.system.memory import closeness
from aftershock.system.shapes import background_words
from aftershock.system.structure import Structure, overall_share, structure_of
from aftershock.words import percent

if TYPE_CHECKING:
    import pandas as pd

    from aftershock.contract import Streams
    from aftershock.system.residuals import Residuals
    from aftershock.system.scoring import SystemScores
    from aftershock.system.simulate import Paths
    from aftershock.system.spiral import Spiral

__all__ = [
    "CLOSENESS", "LITTLE", "MODEL_WORDS", "NOTHING", "busiest", "edges_table", "events_of", "futures_table", "gain_line",
    "interval", "overall_share", "residual_lines", "spiral_lines", "streams_table", "summary_lines", "units_of",
]  # fmt: skip

FloatArray = NDArray[np.float64]

CLOSENESS = ("itself", "common actor", "same country", "elsewhere")
"""How close a source is to a target, in words; kin count as a common actor."""
NOTHING = 0.01
"""A link is sure where the lower end of its 90 % interval has so many direct children per event or more."""
LITTLE = 0.05
"""A link that is not sure is little, if anything, where the upper end lies below this; else the record cannot say. With
inhibition both hold of either sign."""
NEXT_TO_NOTHING = 0.005
"""Nats a day within which a gain is called nothing."""
MODEL_WORDS = {
    "constant": "a constant rate",
    "own_past": "each stream's own past",
    "own_phase": "its own past and phase",
    "system": "the system: all streams' pasts",
}
SHOWN = 5
_ENDS = (0.05, 0.5, 0.95)


def interval(draws: FloatArray, axis: int = 0) -> FloatArray:
    """Return lower end, median and upper end of the central 90 %, first axis; infinite draws may be among them.

    Examples
    --------
    >>> interval(np.array([1.0, 2.0, np.inf]))
    array([ 1.,  2., inf])
    """
    return np.asarray(np.quantile(draws, _ENDS, axis=axis, method="inverted_cdf"))


def events_of(system: System) -> FloatArray:
    """Return each stream's events over all days, mean over imputations of ranged dates, shape (s,)."""
    return np.asarray(system.streams.counts.sum(axis=1, dtype=np.int64).mean(axis=0))


def busiest(system: System) -> list[int]:
    """Return the streams' places, those with most events first."""
    order: list[int] = np.argsort(-events_of(system), kind="stable").tolist()
    return order


def edges_table(system: System, structure: Structure | None = None) -> pd.DataFrame:
    """Return one row per link that the system's mask lets be.

    Parameters
    ----------
    system : System
    structure : Structure, optional
        ``structure_of(system)``, where it is at hand.

    Returns
    -------
    pandas.DataFrame
        ``target, source``; ``closeness``, one of :data:`CLOSENESS`; ``mean, median, lower_90, upper_90`` of the direct
        children on the target of an average event on the source; ``p_above``, the posterior probability of more than
        :data:`NOTHING`; ``harm``, the part of the mean that goes with harm to civilians; ``main_scale``, the time scale
        with most of the children, in days, not a number where there are none. With inhibition these are events on *later
        days*, fewer where negative, and ``p_below`` is the probability of less than minus :data:`NOTHING`.
    """
    import pandas as pd

    structure = structure_of(system) if structure is None else structure
    near = closeness(system.streams)
    pairs = [(i, int(j)) for i, target in enumerate(system.targets) for j in target.sources]
    to, by = (np.array(side) for side in zip(*pairs, strict=True))
    edges = structure.edges[:, to, by]
    lower, median, upper = interval(edges)
    by_scale = structure.children.mean(axis=0)[to, by]
    by_scale = np.abs(by_scale)
    scale = np.array(system.scales)[by_scale.argmax(axis=1)]
    quiets = {"p_below": (edges < -NOTHING).mean(axis=0)} if system.inhibition else {}
    return pd.DataFrame(
        {
            "target": [system.names[i] for i in to],
            "source": [system.names[j] for j in by],
            "closeness": [CLOSENESS[near[i, j]] for i, j in pairs],
            "mean": edges.mean(axis=0),
            "median": median,
            "lower_90": lower,
            "upper_90": upper,
            "p_above": (edges > NOTHING).mean(axis=0),
            **quiets,
            "harm": structure.harm[:, to, by].mean(axis=0),
            "main_scale": np.where(by_scale.sum(axis=1) > 0, scale, np.nan),
        }
    )


def streams_table(system: System, structure: Structure | None = None) -> pd.DataFrame:
    """Return one row per stream.

    Returns
    -------
    pandas.DataFrame
        ``stream, types, countries`` (Gleditsch–Ward numbers), ``first_fitted``; ``events, deaths``, means over imputations;
        of the deaths ``deaths_1`` on the side of ``actor_1``, ``deaths_2`` on that of ``actor_2``, and ``civilians``, the rest
        being of no known side: actors in alphabetical order, of one-sided violence the perpetrator alone; where a stream has
        no two different actors, ``deaths_1`` is of all sides together, and ``deaths_2`` not a number; then, each with
        ``_lower_90`` and ``_upper_90``, posterior medians of ``background``, events per day that no event caused; ``share``,
        the endogenous share; ``own``, direct children of an average event on its own stream. With inhibition the first two
        are not numbers, and the third is events on later days.
    """
    import pandas as pd

    structure = structure_of(system) if structure is None else structure
    streams = system.streams
    columns: dict[str, Any] = {
        "stream": system.names,
        "types": [" ".join(stream.types) for stream in streams.streams],
        "countries": [" ".join(map(str, stream.countries)) for stream in streams.streams],
        "first_fitted": [str(streams.days[target.start]) for target in system.targets],
        "events": events_of(system),
        "deaths": streams.deaths.sum(axis=1, dtype=np.int64).mean(axis=0),
        **_deaths_by_side(streams),
    }
    own = np.diagonal(structure.edges, axis1=1, axis2=2)
    for name, draws in (("background", structure.background), ("share", structure.share), ("own", own)):
        lower, median, upper = interval(draws)
        columns |= {name: median, f"{name}_lower_90": lower, f"{name}_upper_90": upper}
    return pd.DataFrame(columns)


def _deaths_by_side(streams: Streams) -> dict[str, Any]:
    """Return each stream's actors, the deaths on their sides, and civilian deaths, over all days, means over imputations."""
    actors = [tuple(dict.fromkeys(stream.actors)) for stream in streams.streams]
    losses = streams.losses.sum(axis=1, dtype=np.int64).mean(axis=0)
    return {
        "actor_1": [each[0] if each else "" for each in actors],
        "deaths_1": losses[:, 0],
        "actor_2": [each[1] if len(each) == 2 else "" for each in actors],
        "deaths_2": np.where([len(each) == 2 for each in actors], losses[:, 1], np.nan),
        "civilians": streams.civilians.sum(axis=1, dtype=np.int64).mean(axis=0),
    }


def units_of(streams: Streams, by: str) -> tuple[list[str], list[int]]:
    """Return the names of countries or streams, and the place of each stream among them.

    A stream of several countries counts under all their names together, once.
    """
    if by not in ("country", "stream"):
        raise UsageError("futures must be by country or stream", found=repr(by), fix=nearest(by, ("country", "stream")))
    if by == "stream":
        return list(streams.names), list(range(len(streams.names)))
    names = {number: name for name, number in gwcode_names().items() if not name.isdigit() and len(name) != 3}
    labels = [
        ", ".join(sorted(names.get(number, f"country {number}") for number in stream.countries))
        for stream in streams.streams
    ]
    units = sorted(set(labels))
    return units, [units.index(label) for label in labels]


def futures_table(system: System, paths: Paths, by: str = "country") -> pd.DataFrame:
    """Return one row per unit and bin of simulated futures, then one per unit for all days together.

    Returns
    -------
    pandas.DataFrame
        ``unit, first_day, last_day``; of ``events`` and ``deaths``: the mean, ``_median, _lower_90, _upper_90``;
        ``p_1, p_25, p_100, p_1000``, the chance of so many deaths or more; ``before``, deaths in as many days before.
    """
    import pandas as pd

    names, unit = units_of(system.streams, by)
    ends = (paths.first_day + paths.edges[1:] - 1).astype("datetime64[D]")
    rows = []
    for u, name in enumerate(names):
        mine = np.array(unit) == u
        counts, deaths = (cube[:, :, mine].sum(axis=2) for cube in (paths.counts, paths.deaths))
        recent = system.streams.deaths[:, :, mine].sum(axis=2).mean(axis=0)
        spans = [(counts[:, k], deaths[:, k], paths.starts[k], ends[k]) for k in range(len(ends))]
        spans += [(counts.sum(axis=1), deaths.sum(axis=1), paths.first_day, ends[-1])] if len(ends) > 1 else []
        for events, dead, first, last in spans:
            days = int((last - first).astype(int)) + 1
            row: dict[str, Any] = {"unit": name, "first_day": str(first), "last_day": str(last)}
            for what, draws in (("events", events), ("deaths", dead)):
                lower, median, upper = interval(draws)
                row |= {
                    what: draws.mean(),
                    f"{what}_median": median,
                    f"{what}_lower_90": lower,
                    f"{what}_upper_90": upper,
                }
            row |= {f"p_{level}": (dead >= level).mean() for level in THRESHOLDS}
            rows.append(row | {"before": recent[-days:].sum() if days <= len(recent) else np.nan})
    return pd.DataFrame(rows)


def summary_lines(system: System, structure: Structure | None = None) -> list[str]:
    """Return what a fitted system says, a plain sentence each, with 90 % intervals.

    Parameters
    ----------
    system : System
    structure : Structure, optional
    """
    structure = structure_of(system) if structure is None else structure
    if system.inhibition:
        return [_record_line(system), *_bound_lines(structure.ratio), *_edge_lines(system, structure), _SIGNED]
    return [
        _record_line(system),
        *_ratio_lines(structure.ratio),
        _half_life_line(structure.half_life),
        _share_line(overall_share(system, structure)),
        *_edge_lines(system, structure),
        "Feeding is what the background leaves unexplained; a cause that no stream records can look the same.",
    ]


def _record_line(system: System) -> str:
    streams = system.streams
    number, events = len(system.names), events_of(system).sum()
    return (
        f"{number:,} {'stream' if number == 1 else 'streams'} with {events:,.0f} events from {streams.first_day} to "
        f"{streams.last_day}; {system.draws:,} draws from the posterior, with {background_words(system.background)}."
    )


def _ratio_lines(ratio: FloatArray) -> list[str]:
    lower, median, upper = interval(ratio)
    chance = float((ratio >= 1).mean())
    words = "whether it is one or more, so that violence would feed itself on, the record cannot say"
    if chance < 0.05:
        words = "an event leads to fewer than one more, so violence fades unless the background keeps it up"
    if chance > 0.95:
        words = "an event leads to one more or more, so violence would grow until the background changes"
    said = f"The branching ratio is {median:.2f} (90 % interval {lower:.2f} to {upper:.2f})"
    return [f"{said}, one or more in {percent(chance)} of draws: {words}."]


_SIGNED = (
    "With inhibition links are events on later days, same-day ones apart; half-life and endogenous share are not defined. A "
    "cause that no stream records can look like a link of either sign."
)


def _bound_lines(ratio: FloatArray) -> list[str]:
    """Say how far events can feed each other at most where some quiet others."""
    lower, median, upper = interval(ratio)
    chance = float((ratio < 1).mean())
    words = "whether violence could feed itself on, it cannot say"
    if chance > 0.95:
        words = "violence fades unless the background keeps it up"
    said = f"Without the links that quiet, the ratio is {median:.2f} (90 % interval {lower:.2f} to {upper:.2f})"
    return [f"{said}, below one in {percent(chance)} of draws. That is an upper bound: {words}."]


def _half_life_line(half_life: FloatArray) -> str:
    ends = np.isfinite(half_life)
    if not ends.any():
        return "What follows an event does not end in any draw, so it has no half-life."
    if ends.mean() < 0.5:
        where = _whole_days(float(interval(half_life[ends])[1]))
        endless = percent(1 - ends.mean())
        return f"What follows an event does not end in {endless} of draws; in the others half has come after {where}."
    lower, median, upper = map(_whole_days, interval(half_life).tolist())
    return f"Half of what follows an event has come after {median} (90 % interval {lower} to {upper})."


def _whole_days(number: float) -> str:
    return "no end" if np.isinf(number) else f"{number:,.0f} {'day' if number == 1 else 'days'}"


def _share_line(share: FloatArray) -> str:
    lower, median, upper = (percent(float(one)) for one in interval(share))
    return f"By this model, {median} of all events go back to earlier ones (90 % interval {lower} to {upper})."


def _edge_lines(system: System, structure: Structure) -> list[str]:
    if len(system.names) == 1:
        return []
    if system.mask == "own":
        return ["Whether streams feed each other was not asked (mask own)."]
    table = edges_table(system, structure)
    cross = table[table.target != table.source]
    certain = (cross.lower_90 >= NOTHING) | (cross.upper_90 <= -NOTHING)
    sure = cross[certain].sort_values("median", ascending=False, kind="stable", key=np.abs)
    left = cross[~certain]
    most = np.maximum(left.upper_90, -left.lower_90)
    unsure = left.assign(most=most)[most >= LITTLE].sort_values("most", ascending=False, kind="stable")
    what, kind, either = (
        ("events on later days", "events more or fewer", ", more or fewer")
        if system.inhibition
        else ("direct children", "children", " or more")
    )
    told = _signed_edge_line if system.inhibition else _edge_line
    lines = [told(row) for row in sure.head(SHOWN).to_dict("records")]
    if (more := len(sure) - SHOWN) > 0:
        lines.append(
            f"{more} more {'links' if more > 1 else 'link'} between streams, as sure, {'are' if more > 1 else 'is'} weaker."
        )
    if not len(sure):
        lines.append(f"No link between two streams is sure to have {NOTHING:g} {what} per event{either}.")
    if len(unsure):
        widest = unsure.iloc[0]
        many = f"{len(unsure):,} links" if len(unsure) > 1 else "one link"
        lines.append(
            f"Of {many} between streams the record cannot say whether {'they are' if len(unsure) > 1 else 'it is'} nothing or "
            f"{LITTLE:g} and more {what} per event; widest is that of {widest.target} after {widest.source}, "
            f"{widest.lower_90:.2f} to {widest.upper_90:.2f}."
        )
    if little := len(left) - len(unsure):
        lines.append(
            f"{little:,} links between streams are little, if anything: less than {LITTLE:g} {kind} per event."
        )
    return lines


def _edge_line(row: dict[Any, Any]) -> str:
    harm = row["harm"] / row["mean"] if row["mean"] > 0 else 0.0
    civil = f"; {percent(harm)} of them go with harm to civilians" if harm >= 0.05 else ""
    return (
        f"An average event of {row['source']} is followed directly by {row['median']:.2f} events of {row['target']} (90 % "
        f"interval {row['lower_90']:.2f} to {row['upper_90']:.2f}), mostly at a time scale of {_days(row['main_scale'])}{civil}."
    )


def _signed_edge_line(row: dict[Any, Any]) -> str:
    size = f"{abs(row['median']):.2f} {'fewer' if row['median'] < 0 else 'more'}"
    return (
        f"An average event of {row['source']} is followed on later days by {size} "
        f"events of {row['target']} (90 % interval {row['lower_90']:+.2f} to {row['upper_90']:+.2f}), mostly at a time scale of "
        f"{_days(row['main_scale'])}."
    )


def _days(number: float) -> str:
    return "a day" if number == 1 else f"{number:g} days"


def residual_lines(residuals: Residuals, most: int = 10) -> list[str]:
    """Return what the model misses, a sentence each, at most so many and the rest counted."""
    missed = residuals.missed()
    lines = missed[:most] or ["Nothing of a size that matters was found that the model misses."]
    if len(missed) > most:
        lines.append(f"The report has {len(missed) - most} more.")
    if residuals.untold:
        number = len(residuals.untold)
        lines.append(
            f"{number} {'stream has' if number == 1 else 'streams have'} too few events for this to show anything."
        )
    return lines


def spiral_lines(spiral: Spiral) -> list[str]:
    """Return how near the system is to feeding itself, in sentences."""
    twice, five = spiral.exceeds["2"], spiral.exceeds["5"]
    lines = [
        f"From {spiral.origin}, the next {spiral.days} days bring {spiral.next:,.0f} deaths (90 % interval "
        f"{spiral.next_low:,.0f} to {spiral.next_high:,.0f}), after {spiral.last:,.0f} in the last; more than twice as many in "
        f"{percent(twice)} of futures, more than five times in {percent(five)}."
    ]
    if spiral.capped:
        lines.append(f"{percent(spiral.capped)} of futures reached the simulation's cap and were held there.")
    for edge in (edge for edge in spiral.edges[:3] if edge.share >= 0.05):
        own = edge.source == edge.target
        lines.append(
            f"{percent(edge.share)} of the branching ratio ({percent(edge.low)} to {percent(edge.high)}) rests on "
            + (f"{edge.target} feeding itself." if own else f"{edge.target} following {edge.source}.")
        )
    return lines


def gain_line(scores: SystemScores) -> str:
    """Return how much, or little, the other streams' pasts add one day ahead, in a sentence."""
    gain, lower, upper = scores.gain("system", "own_phase")
    per_event = gain * scores.days / float(scores.events.sum()) if scores.events.sum() else float("nan")
    size = f"{_signed(gain)} nats a day (90 % interval {_signed(lower)} to {_signed(upper)}), {_signed(per_event, 4)} an event"
    said = "Whether the other streams' pasts add anything, these days cannot say"
    if max(abs(lower), abs(upper)) < NEXT_TO_NOTHING:
        said = "The other streams' pasts add next to nothing"
    elif lower > 0:
        said = "The other streams' pasts add to what each stream's own past foretells"
    elif upper < 0:
        said = "The other streams' pasts make the forecast worse"
    return f"{said}: {size}."


def _signed(value: float, digits: int = 3) -> str:
    """Return a number with its sign; one that rounds to zero has a plus."""
    return f"{round(value, digits) + 0.0:+.{digits}f}"
