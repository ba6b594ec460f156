"""Which streams of a system an intervention touches."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from aftershock.contract import Streams
from aftershock.errors import UsageError, nearest
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.scenarios.interventions import Cut, Dissolves, Enters, LosesTerritory, Selection, Shock
from aftershock.scenarios.scenario import Active, Written

__all__ = ["actors_of", "asked_streams", "heirs", "select", "streams_touched"]


def actors_of(streams: Streams) -> tuple[str, ...]:
    """Return every actor that is a side of a stream, in alphabetical order."""
    return tuple(sorted({actor for stream in streams.streams for actor in stream.actors}))


def _known_actor(streams: Streams, name: str, place: str) -> None:
    known = actors_of(streams)
    if name not in known:
        raise UsageError(
            "an actor of a scenario must be a side of the system's streams, under the name they give it",
            found=f"{place}{name!r}",
            fix=nearest(name, known),
        )


def countries_of(streams: Streams, names: Sequence[str | int], place: str) -> set[int]:
    """Return Gleditsch–Ward numbers; each must be a country of the system."""
    if not names:
        return set()
    try:
        wanted = set(find_gwcodes(list(names), gwcode_names()))
    except UsageError as error:
        raise UsageError(error.must, found=f"{place}{error.found}", fix=error.fix) from None
    here = {number for stream in streams.streams for number in stream.countries}
    if strange := wanted - here:
        name_of = {number: name for name, number in reversed(gwcode_names(here | strange).items())}
        raise UsageError(
            "a country of a scenario must be one of the system's",
            found=f"{place}{name_of.get(min(strange), min(strange))}",
            fix=f"Known: {', '.join(str(name_of.get(n, n)) for n in sorted(here))}.",
        )
    return wanted


def select(streams: Streams, chosen: Selection, place: str = "") -> tuple[int, ...]:
    """Return the places of the streams that fit a selection, ascending.

    Raises
    ------
    UsageError
        An unknown stream, actor or country (the nearest are offered), or nothing that fits.
    """
    for name in chosen.streams:
        if name not in streams.names:
            raise UsageError(
                "a stream of a scenario must be one of the system's",
                found=f"{place}{name!r}",
                fix=nearest(name, streams.names),
            )
    for actor in (chosen.actor, chosen.against):
        if actor is not None:
            _known_actor(streams, actor, place)
    countries = countries_of(streams, chosen.countries, place)
    found = [
        s
        for s, stream in enumerate(streams.streams)
        if (not chosen.streams or stream.name in chosen.streams)
        and all(actor is None or actor in stream.actors for actor in (chosen.actor, chosen.against))
        and set(stream.types) & set(chosen.types)
        and (not countries or set(stream.countries) & countries)
    ]
    if not found:
        raise UsageError(
            "an intervention must touch a stream of the system",
            found=f"{place}none that fits all that is said",
            fix=f"Streams: {'; '.join(streams.names[:10])}{'; …' if len(streams.names) > 10 else ''}.",
        )
    if countries and (wide := [streams.names[s] for s in found if not set(streams.streams[s].countries) <= countries]):
        _refuse_wide(wide, place)
    return tuple(found)


def _refuse_wide(names: list[str], place: str) -> None:
    raise UsageError(
        "what is said of one country must not touch streams that lie in others, too",
        found=f"{place}{names[0]}" + (f" and {len(names) - 1} more" if len(names) > 1 else ""),
        fix="Leave countries out, or fit the system with streams named by country.",
    )


def streams_touched(written: Written, streams: Streams) -> list[tuple[int, ...]]:
    """Return for each intervention the places of the streams it touches; none for a new front."""
    found: list[tuple[int, ...]] = []
    for n, one in enumerate(written.scenario.interventions):
        place = written.place("interventions", n)
        if isinstance(one, Enters):
            countries_of(streams, [one.country], place)
            if one.name in streams.names or one.name in (
                other.name
                for m, other in enumerate(written.scenario.interventions)
                if m < n and isinstance(other, Enters)
            ):
                raise UsageError(
                    "a new front must have a name of its own",
                    found=f"{place}{one.name!r}, which is a stream already",
                    fix="Choose another name, or scale that stream.",
                )
            found.append(())
        elif isinstance(one, Cut):
            select(streams, one.source, place)
            found.append(select(streams, one.target, place))
        elif isinstance(one, Shock):
            found.append(select(streams, Selection(streams=(one.stream,)), place))
        elif isinstance(one, LosesTerritory | Dissolves):
            countries = one.countries if isinstance(one, LosesTerritory) else ()
            found.append(select(streams, Selection(actor=one.actor, countries=countries), place))
            if isinstance(one, Dissolves) and one.joins is not None:
                _known_actor(streams, one.joins, place)
        else:
            found.append(select(streams, one, place))
    return found


def heirs(streams: Streams, one: Dissolves, ended: Sequence[int], gone: Collection[int]) -> dict[int, int | None]:
    """Return for each stream that ends the one that takes over, or None where nobody can.

    The joined actor's stream against the same other side and of the same type; else its busiest of the same type in a common
    country; else its busiest in a common country. What the two fought against each other has no heir, and streams that are
    ``gone`` themselves take nothing over.
    """
    busy = streams.counts.mean(axis=0).sum(axis=0)
    order = [int(s) for s in np.argsort(-busy, kind="stable") if one.joins in streams.streams[s].actors]
    order = [s for s in order if s not in gone]
    out: dict[int, int | None] = {}
    for e in ended:
        over = streams.streams[e]
        others = set(over.actors) - {one.actor}
        here = [s for s in order if set(streams.streams[s].countries) & set(over.countries)]
        alike = [s for s in here if streams.streams[s].types == over.types]
        same = [s for s in alike if others and others <= set(streams.streams[s].actors)]
        out[e] = None if one.joins in over.actors else next(iter(same or alike or here), None)
    return out


def asked_streams(
    streams: Streams, question: Active, fronts: Sequence[Enters] = (), place: str = ""
) -> tuple[int, ...]:
    """Return the streams that count for a question: those with the actor on a side, of the country; new fronts come last."""
    if not any(question.actor in front.actors for front in fronts):
        _known_actor(streams, question.actor, place)
    countries = countries_of(streams, () if question.country is None else [question.country], place)
    places = [(stream.name, stream.actors, set(stream.countries)) for stream in streams.streams]
    places += [(front.name, front.actors, countries_of(streams, [front.country], place)) for front in fronts]
    found = [
        s
        for s, (_, actors, where) in enumerate(places)
        if question.actor in actors and (not countries or where & countries)
    ]
    if not found:
        raise UsageError(
            "a question must be about an actor with a stream in its country",
            found=f"{place}no stream of {question.actor} in {question.country}",
            fix="Leave the country out, or ask about another actor.",
        )
    if countries and (wide := [places[s][0] for s in found if not places[s][2] <= countries]):
        _refuse_wide(wide, place)
    return tuple(found)
