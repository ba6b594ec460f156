"""What questions to a model share: which actor system they are put to, and which of its streams they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aftershock import scenarios
from aftershock.accounts.questions.answering.naming import joined
from aftershock.accounts.questions.base import Measure, Scope, Type
from aftershock.accounts.verdicts import Verdict, VerdictWord
from aftershock.actors.naming import find_actor
from aftershock.contract import Streams
from aftershock.errors import DataError, UsageError, nearest
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.scenarios.scenario import Recipe
from aftershock.scenarios.selecting import actors_of
from aftershock.streams import build_streams, read_rule
from aftershock.streams.aliases import alias_finder
from aftershock.streams.rules import StreamRule

if TYPE_CHECKING:
    from aftershock.accounts.record import Record
    from aftershock.scenarios.running import Prepared
    from aftershock.system.simulate import Paths

__all__ = [
    "DRAWS", "EXAMPLES", "cannot_say", "counted_streams", "covered_from", "default_recipe", "foretold", "last_day_of",
    "recipe_words", "rule_folder", "rule_of", "scope_words", "streams_of", "system_or_why", "window_sums",
]  # fmt: skip

EXAMPLES = Path(next(iter(scenarios.__path__))) / "examples"
"""Where a recipe's rule is looked for that is not beside the reader: "after-isis/fronts.yaml"."""
YEARS = 4
"""Whole years before the account's that a system is fitted on where nothing else is said."""
DRAWS = 1000
"""Futures."""
_CIVILIANS = "civilians"
_last: list[tuple[Prepared, int, int, Paths]] = []


def default_recipe(given: Recipe | None, scope: Scope, then: dt.date) -> Recipe:
    """Return the recipe of a question's system: what it says itself, or the countries of its scope and the last four years.

    Raises
    ------
    UsageError
        Neither a recipe nor countries.
    """
    if given is not None:
        return given
    if not scope.countries:
        raise UsageError(
            "a question to a system must say which countries it is of",
            found="neither system nor countries in its scope",
            fix="Write for example `system: {countries: [Iraq, Syria], first: 2014-01-01}`.",
        )
    return Recipe(countries=scope.countries, first=dt.date(then.year - YEARS, 1, 1))


def rule_folder(recipe: Recipe) -> Path:
    """Return the folder that a recipe's rule is read from: the working directory, or that of the examples.

    Raises
    ------
    UsageError
        A rule outside of both: an account may come from anybody.
    """
    if recipe.rule is None:
        return Path()
    if (place := PurePosixPath(recipe.rule)).is_absolute() or ".." in place.parts:
        raise UsageError(
            "a rule must lie in the folder the command is run in, or below",
            found=recipe.rule,
            fix="Copy it there and write its name.",
        )
    return EXAMPLES if not Path(recipe.rule).exists() and (EXAMPLES / recipe.rule).exists() else Path()


def system_or_why(record: Record, recipe: Recipe) -> Prepared | str:
    """Return the fitted system, or the reason why the record has none."""
    try:
        return record.system(recipe, folder=rule_folder(recipe))
    except DataError as error:
        return f"{error.must[:1].upper()}{error.must[1:]}; found {error.found}."


def cannot_say(reason: str, *, asked: str, vintage: str, word: VerdictWord = "cannot say") -> Verdict:
    """Return a verdict without figures."""
    return Verdict(word, reason, filter=asked, vintage=vintage)


def recipe_words(prepared: Prepared) -> str:
    """Return what a system rests on, in words."""
    system = prepared.system
    streams = system.streams
    rule = "constant" if system.background == "constant" else f"bending every {system.background} days"
    return (
        f"a system of {len(system.names)} streams fitted on {streams.first_day} to {streams.last_day}, background {rule}, "
        f"{system.draws:,} draws, seed {system.seed}"
    )


def scope_words(scope: Scope, types: tuple[Type, ...] = ("sb", "ns", "os")) -> str:
    """Return whom and where a scope means.

    Examples
    --------
    >>> scope_words(Scope(actors=("IS",), against=("SDF",), countries=("Syria",)))
    'violence of IS with SDF in Syria'
    """
    if types == ("os",):
        said = "violence against civilians"
        said += f" by {' or '.join(scope.actors)}" if scope.actors else ""
    else:
        kinds: dict[tuple[Type, ...], str] = {("sb",): "state-based violence", ("ns",): "non-state violence"}
        said = kinds.get(types, "violence")
        said += f" of {' or '.join(scope.actors)}" if scope.actors else ""
        said += f" with {' or '.join(scope.against)}" if scope.against else ""
    return said + (f" in {joined([str(name) for name in scope.countries], 'and')}" if scope.countries else "")


def rule_of(recipe: Recipe) -> StreamRule | None:
    """Return the rule a recipe names, None where it names none."""
    return None if recipe.rule is None else read_rule(rule_folder(recipe) / recipe.rule)


def streams_of(
    streams: Streams, scope: Scope, types: tuple[Type, ...], rule: StreamRule | None = None
) -> tuple[list[int], tuple[str, ...]]:
    """Return the places of the streams that a scope means, and notes on those it cannot tell apart.

    A stream counts if one of its sides is any of ``actors`` and, where given, the other any of ``against``; sides carry no
    direction. An actor goes by the name the streams give it, or by UCDP's or the press'; with a rule, it is who the rule's
    aliases take it in by. Streams of countries outside the scope are left out and named.

    Raises
    ------
    UsageError
        An actor that is no side of a stream (the nearest are offered), or regions, which a system does not tell apart.
    """
    if scope.regions:
        raise UsageError(
            "a question to a system must not name regions",
            found=", ".join(scope.regions),
            fix="Name countries; a rule with `split: province` tells provinces apart as streams.",
        )
    known = actors_of(streams)
    merged = alias_finder(rule.aliases) if rule else (lambda _: None)
    mine = {_side(known, name, merged) for name in scope.actors}
    civilians = any(name.lower() == _CIVILIANS for name in scope.against)
    theirs = {_side(known, name, merged) for name in scope.against if name.lower() != _CIVILIANS}
    countries = set(find_gwcodes(list(scope.countries), gwcode_names())) if scope.countries else set()
    found: list[int] = []
    wide: list[int] = []
    for s, stream in enumerate(streams.streams):
        sides = set(stream.actors)
        if not set(stream.types) & set(types) or (mine and not mine & sides):
            continue
        if scope.against and not (_against(sides, mine, theirs) or (civilians and stream.types == ("os",))):
            continue
        if countries and not set(stream.countries) & countries:
            continue
        (wide if countries and not set(stream.countries) <= countries else found).append(s)
    notes = tuple(f"{streams.names[s]} lies in other countries, too, and is left out." for s in wide)
    return found, notes


def _against(sides: set[str], mine: set[str], theirs: set[str]) -> bool:
    """Say whether one side is among mine and the other among theirs."""
    return any((not mine or other in mine) for one in sides & theirs for other in sides - {one})


def _side(known: tuple[str, ...], name: str, merged: Callable[[str], str | None]) -> str:
    """Return the side of streams that goes by a name: theirs, UCDP's or the press', or the alias that takes it in."""
    try:
        spelt = find_actor(None, name).spellings
    except UsageError:
        spelt = ()
    tried = (name, *spelt, *(merged(each) for each in (name, *spelt)))
    for wanted in (each for each in tried if each):
        found = next((each for each in known if each.lower() == wanted.lower()), None)
        if found is not None:
            return found
    raise UsageError(
        "an actor must be a side of the system's streams, under the name they give it or UCDP's",
        found=repr(name),
        fix=f"{nearest(name, known)} Known: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}.",
    )


def last_day_of(streams: Streams) -> dt.date:
    """Return the last day of streams."""
    day: dt.date = streams.last_day.astype("datetime64[D]").item()
    return day


def foretold(
    ready: Prepared, chosen: list[int], measure: Measure, start: int, end: int
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return what some streams will have, draw by draw, from one day to another, and what the simulation takes for granted.

    Parameters
    ----------
    ready : Prepared
    chosen : list of int
        Streams, by their places.
    measure : {"deaths", "civilian deaths", "events"}
    start, end : int
        Days after the record's last, from 0; ``end`` is not included.
    """
    paths = _paths(ready, start, end)
    values = {"deaths": paths.deaths, "civilian deaths": paths.civilians, "events": paths.counts}[measure]
    return np.asarray(values[:, -1][:, chosen].sum(axis=1)), paths.notes


def _paths(ready: Prepared, start: int, end: int) -> Paths:
    """Return futures; the last ones are kept, as questions of one account often ask for the same year."""
    from aftershock.system.simulate import Assumptions, simulate_system
    from aftershock.system.workflow import most_events

    if not (_last and _last[0][0] is ready and _last[0][1:3] == (start, end)):
        bins = (np.arange(end) >= start).astype(np.int64) if start else "all"
        bound = Assumptions(total=most_events(ready.system.streams, end, DRAWS))
        made = simulate_system(
            ready.system, days=end, draws=DRAWS, bins=bins, opening=ready.opening, assumptions=bound, seed=1
        )
        _last[:] = [(ready, start, end, made)]
    return _last[0][3]


def counted_streams(record: Record, recipe: Recipe, then: dt.date, end: dt.date) -> Streams:
    """Return the streams that a system fitted before a day would have, filled with what came until another."""
    last = min(recipe.until or then, then - dt.timedelta(days=1))
    return build_streams(
        record.events,
        countries=list(recipe.countries) or None,
        rule=rule_of(recipe),
        first=recipe.first,
        until=end,
        chosen_until=last,
        seed=1,
    )


def covered_from(record: Record, streams: Streams, chosen: Sequence[int]) -> int:
    """Return the first day, counted from the streams' first, on which the record covers all countries of some streams."""
    countries = sorted({number for s in chosen for number in streams.streams[s].countries})
    held = record.span(countries) if countries else None
    return max(0, int((np.datetime64(held[0]) - streams.first_day).astype(int))) if held else 0


def window_sums(daily: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Return the sums over every stretch of so many days on end.

    Examples
    --------
    >>> window_sums(np.array([1.0, 2.0, 3.0]), 2).tolist()
    [3.0, 5.0]
    """
    summed = np.r_[0.0, np.cumsum(daily)]
    return np.asarray(summed[days:] - summed[:-days])
