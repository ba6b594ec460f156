"""The job that looks at one actor: where it may appear, what came after such ends, how dispersed it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import Field

from aftershock.errors import AftershockError, UsageError
from aftershock.web.work.kinds import Kind, Parameters, Place, Progress
from aftershock.web.work.pieces import write_piece

if TYPE_CHECKING:
    from aftershock.contract import Events

__all__ = ["ACTOR_FILES", "KIND", "ActorParameters"]

ACTOR_FILES = ("report.html", "document.json")


class ActorParameters(Parameters):
    """Which actor, seen from when."""

    actor: str = Field(
        "IS",
        min_length=1,
        max_length=200,
        title="Actor",
        description="As UCDP names it, its number there, or a common name",
    )
    until: int = Field(2024, ge=1990, le=2100, title="Last year looked at")
    years: int = Field(1, ge=1, le=5, title="Years ahead")


def run(parameters: ActorParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Look at an actor from three sides; what cannot be said of it is said so."""
    from aftershock.actors.dispersion import dispersion
    from aftershock.actors.spread.spread import spread
    from aftershock.actors.succession.succession import succession
    from aftershock.report.actors_page import render_actors_sections, write_actors_report

    name = parameters.actor
    progress("reading events", 0, 4)
    known, events = _records(name, place)
    parts: list[Any] = []
    document: dict[str, Any] = {"actor": name, "spread": None, "succession": None, "dispersion": None, "unsaid": []}
    tasks: dict[str, Callable[[], Any]] = {
        "spread": lambda: spread(name, events=known, until=parameters.until, horizon_years=parameters.years),
        "succession": lambda: succession(name, events=known, at=parameters.until),
        "dispersion": lambda: dispersion(name, events),
    }
    faults = []
    for done, (key, task) in enumerate(tasks.items(), start=1):
        progress(f"{key}: learning from past years" if done < 3 else key, done, 4)
        try:
            made = task()
        except UsageError as fault:
            faults.append(fault)
            document["unsaid"].append(f"{key.capitalize()}: cannot say; {fault.must}; found {fault.found}.")
            continue
        parts.append(made)
        document[key] = made.document()
    if not parts:
        raise faults[0]
    write_actors_report(parts, place.folder / "report.html")
    write_piece(place, "sides.html", render_actors_sections(parts))
    write_piece(place, "document.json", document)
    return {"actor": name, "told": ", ".join(key for key in tasks if document[key])}


def _records(name: str, place: Place) -> tuple[Events | None, Events]:
    """Return the record that knows the actor, if it is a store's, and the events for its dispersion."""
    from aftershock.actors.naming import find_actor
    from aftershock.store import Store
    from aftershock.system.workflow import load_events

    store = Store(place.data)
    events = load_events(store=store)
    if not store.sources():
        return None, events
    try:
        find_actor(events, name)
    except AftershockError:
        return None, events
    return events, events


KIND = Kind(
    name="actor", title="Look at an actor", parameters=ActorParameters, run=run, page="/actors?result={id}", minutes=30
)
