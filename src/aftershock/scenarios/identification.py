"""What the record can and cannot tell of a scenario: measured on the record and the fit, and put in a sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from aftershock.scenarios.answers import Identification
from aftershock.scenarios.changes import Planned
from aftershock.scenarios.interventions import Cut
from aftershock.scenarios.scenario import Scenario
from aftershock.scenarios.selecting import select
from aftershock.system.fit import System
from aftershock.system.structure import Structure
from aftershock.system.tables import NOTHING

__all__ = ["SILENT", "general_assumptions", "identify"]

IntArray = NDArray[np.int64]
SILENT = 60
"""A stream was silent on record if it had no event for so many days on end."""
_SIGNED = (
    " They can only follow those that are: links of this system cannot be negative, so that less of one violence never brings "
    "more of another."
)
_BORROWED = {
    "enters": "how a new front goes on is borrowed from others elsewhere",
    "loses_territory": "how an actor fights that has lost its ground is borrowed from past losses elsewhere",
    "dissolves": "the share that goes on with another actor is the scenario's own",
}


def identify(
    scenario: Scenario, planned: Planned, system: System, structure: Structure, indirect: IntArray
) -> Identification:
    """Return what the record can tell of a scenario.

    The streams that a scenario changes itself follow from its own words; what others do in answer rests on links, of which
    the record is sure or not.

    Parameters
    ----------
    scenario : Scenario
    planned : Planned
    system : System
    structure : Structure
        Of the system.
    indirect : numpy.ndarray of int64, shape (m,)
        Difference in deaths of the streams that the scenario does not touch itself.
    """
    names = system.names
    cuts = [one for one in scenario.interventions if isinstance(one, Cut)]
    touched = sorted(
        {
            s
            for several, one in zip(planned.touched, scenario.interventions, strict=True)
            for s in several
            if s < len(names) and not isinstance(one, Cut)
        }
    )
    others = [s for s in range(len(names)) if s not in touched]
    if not scenario.interventions:
        return Identification("nothing changed", "This is the course that goes on.", ())
    facts = [_silence(system, touched)] if touched else []
    harm_only = all(one.kind == "scale" and one.what == "civilian_deaths" for one in scenario.interventions)
    links = structure.harm if harm_only else structure.edges
    sure = _sure(links, touched, others)
    many = sum(int(r in system.targets[s].sources) for s in others for r in touched)
    if others and touched:
        links_ = "links through harm to civilians" if harm_only else "links"
        facts.append(
            f"Of {many} possible {links_} from the streams changed to others, the record is sure of {sure or 'none'}."
        )
    for one in cuts:
        sources, targets = (list(select(system.streams, side)) for side in (one.source, one.target))
        known = _sure(links, sources, targets)
        facts.append(
            f"Of the {len(sources) * len(targets)} links that are cut, the record is sure of {known or 'none'}."
        )
        sure += known
    own = _sure(links, touched, touched)
    if harm_only:
        facts.append(
            f"Of the links through which harm to civilians feeds the same streams, it is sure of {own or 'none'}."
        )
    if others and indirect.any():
        low, high = np.quantile(indirect, [0.05, 0.95])
        facts.append(
            f"Deaths in the streams that are not changed themselves differ by {low:+,.0f} to {high:+,.0f}.".replace(
                "-", "−"
            )
            + ("" if system.inhibition else _SIGNED)
        )
    borrowed = [words for kind, words in _BORROWED.items() if any(one.kind == kind for one in scenario.interventions)]
    facts += [f"{words[0].upper()}{words[1:]}." for words in borrowed]
    nothing = sure == 0 if others or cuts else own == 0
    if harm_only:
        nothing = sure + own == 0
    verdict = "cannot say" if nothing else "can say in part"
    return Identification(verdict, _sentence(nothing=nothing, harm=harm_only, borrowed=borrowed), tuple(facts))


def _sentence(*, nothing: bool, harm: bool, borrowed: list[str]) -> str:
    direct = (
        "That fewer or more civilians die in the events changed is the scenario's own assumption"
        if harm
        else "What becomes of the streams that the scenario changes follows from its own assumption"
    )
    if borrowed:
        direct += f" ({'; '.join(borrowed)})"
    if nothing:
        return f"{direct}; whether other violence would answer, the record cannot say: it is sure of no link that would carry it."
    return (
        f"{direct}; what other violence does in answer rests on links that days on record show, and holds as far as those are "
        "causes and not common causes."
    )


def _sure(links: NDArray[np.float64], sources: list[int], targets: list[int]) -> int:
    """Return how many links from sources to targets have a 90 % interval apart from next to nothing."""
    if not sources or not targets:
        return 0
    low, high = np.quantile(links[:, targets][:, :, sources], (0.05, 0.95), axis=0)
    return int(((low >= NOTHING) | (high <= -NOTHING)).sum())


def _silence(system: System, touched: list[int]) -> str:
    """Say whether the streams changed were ever silent on record."""
    counts = system.streams.counts[0][:, touched]
    present = system.streams.present[:, touched].any(axis=1)
    busy = counts.any(axis=1)[present]
    days = np.flatnonzero(np.r_[True, busy, True])
    longest = int(np.diff(days).max()) - 1
    who = "The stream changed was" if len(touched) == 1 else "The streams changed were together"
    if longest < SILENT:
        return f"{who} never silent for {SILENT} days in {len(busy):,} days on record: what others do without, it has not shown."
    return f"{who} silent on record for up to {longest:,} days on end."


def general_assumptions(scenario: Scenario, system: System) -> list[str]:
    """Return what every answer takes for granted."""
    said = [
        "Whoever is not named goes on as on record: nobody new enters, changes sides or answers in a way not seen before.",
        "Links are what followed what, not proof of cause; both courses share random numbers, so that they differ by the "
        "scenario alone.",
        "The background of each stream, its level and how deadly its events are move on at random alike in both courses.",
    ]
    if scenario.interventions:
        said.append(
            f"The system was fitted on days from {system.streams.first_day} to {system.streams.last_day} alone."
        )
    return said
