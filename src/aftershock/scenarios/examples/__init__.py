"""Scenarios that come with the package, in a folder each."""

from __future__ import annotations

from pathlib import Path

from aftershock.errors import UsageError, nearest
from aftershock.scenarios.scenario import Written, read_scenario

__all__ = ["EXAMPLES", "example_scenarios"]

EXAMPLES = {
    "after-isis": (
        "air-campaign-goes-on", "air-campaign-stops", "air-campaign-spares-civilians", "foreign-troops-stay",
        "foreign-troops-leave", "raqqa-falls", "turkey-moves", "proxies-come-to-blows",
    ),
}  # fmt: skip
"""The scenarios of each example, in the order in which they are shown."""


def example_scenarios(name: str) -> list[Written]:
    """Return the scenarios of an example.

    Examples
    --------
    >>> [written.scenario.name for written in example_scenarios("after-isis")][:2]
    ['air-campaign-goes-on', 'air-campaign-stops']
    """
    if name not in EXAMPLES:
        raise UsageError("an example must be known", found=repr(name), fix=nearest(name, EXAMPLES))
    return [read_scenario(Path(__file__).parent / name / f"{one}.yaml") for one in EXAMPLES[name]]
