"""``aftershock network``, ``spread``, ``succession`` and ``dispersion``: what the record says of actors as such."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aftershock.cli.options import (
    F,
    as_json,
    bar,
    countries,
    emit,
    event_files,
    load_events,
    named_countries,
    open_store,
    parse_day,
)
from aftershock.documents import finite
from aftershock.errors import AftershockError, UsageError

if TYPE_CHECKING:
    from aftershock.actors.alliances.blows import Blows
    from aftershock.actors.alliances.network import Network
    from aftershock.contract import Events, Provenance
    from aftershock.models.base import Progress

__all__ = ["dispersion", "network", "spread", "succession"]

MOST = 10  # ties of each kind, triads and pairs printed
_PATH = click.Path(path_type=Path)


def _out(command: F) -> F:
    """Add ``--out``."""
    return click.option(
        "--out", metavar="REPORT.html", type=click.Path(path_type=Path, dir_okay=False),
        help="Write a report, too: one page that needs no network.",
    )(command)  # fmt: skip


@click.command()
@countries
@click.option("--until", metavar="YYYY-MM-DD", help="Last day looked at.  [default: the record's last]")
@click.option(
    "--window-days", type=int, default=730, show_default=True,
    help="How long fighting, or standing on one side, counts after it was seen.",
)  # fmt: skip
@click.option(
    "--relations", metavar="FILE.yaml", type=_PATH, help="Relations you declare, each with dates and a source."
)
@click.option(
    "--streams", metavar="RULE.yaml", type=_PATH,
    help="A rule for streams, whose aliases put several actors under one name.  [default: each for itself]",
)  # fmt: skip
@event_files
@_out
@as_json
def network(
    events: tuple[Path, ...], countries: str | None, until: str | None, window_days: int, relations: Path | None,
    streams: Path | None, data_dir: Path | None, source: str | None, as_of: str | None, out: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Say who fights whom and who sides with whom, how far that is from two camps, and which pairs may come to blows.

    EVENTS are UCDP GED or ACLED files, or folders of them. Without them the store is used if it has data, else the embedded
    days of Iraq and Syria.
    """
    from aftershock.actors.alliances.balance import balance
    from aftershock.actors.alliances.building import network as build
    from aftershock.actors.alliances.relations import read_relations

    day, names = parse_day(until, "--until"), named_countries(countries)
    declared = read_relations(relations) if relations else ()
    with bar() as progress:
        found = load_events(events, names, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
        progress("network", 0, None)
        made = build(
            found, countries=names, aliases=streams, until=day, window_days=window_days, relations=declared
        )  # fmt: skip
        progress("balance", 0, None)
        camps = balance(made)
        progress("learning from past years", 0, None)
        pairs, unsaid = _pairs(made)
        files = _report([made, camps, *([pairs] if pairs else [])], out)
    if json_:
        told = pairs.document() if pairs else None
        emit(finite(made.document() | {"balance": camps.document(), "blows": told, "files": files}))
        return
    _say_origin(made.provenance)
    _say("", made.lines(most=MOST))
    _say("How far from two camps", camps.lines(most=MOST))
    _say("Which pairs may come to blows", pairs.lines(most=MOST) if pairs else [unsaid])
    _say_end(made.provenance.citation, files)


@click.command()
@click.argument("actor")
@click.option(
    "--until", metavar="YEAR", help="Last year looked at; of a day, the last whole year before it.  [default: 2024]"
)
@click.option("--years", type=int, default=1, show_default=True, help="How many years ahead, 1 to 5.")
@event_files
@_out
@as_json
def spread(
    actor: str, events: tuple[Path, ...], until: str | None, years: int, data_dir: Path | None, source: str | None,
    as_of: str | None, out: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Say how likely ACTOR is to appear in each country where it has never been.

    Where it has been is taken from UCDP's yearly dyads, which come with the package. In EVENTS, or in the store, the actor is
    looked up by its names there.
    """
    from aftershock.actors.spread.spread import spread as spread_of

    with bar() as progress:
        record = _record(actor, events, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
        progress("learning from past years", 0, None)
        made = spread_of(actor, events=record, until=until, horizon_years=years)
        files = _report([made], out)
    _tell(made, files, json_=json_, origin=None)


@click.command()
@click.argument("actor")
@click.option("--at", metavar="YYYY-MM-DD", help="Look from that day, or year, as if nothing after it were known.")
@event_files
@_out
@as_json
def succession(
    actor: str, events: tuple[Path, ...], at: str | None, data_dir: Path | None, source: str | None, as_of: str | None,
    out: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Say whether ACTOR has ended, in whom it may go on, how often that came elsewhere, and how large it was.

    Without EVENTS the store is used if it knows the actor, else UCDP's yearly dyads, which come with the package. With a record
    by days, an end is 365 days without an event in it.
    """
    from aftershock.actors.succession.succession import succession as succession_of

    day = int(at) if at and len(at) == 4 and at.isdigit() else parse_day(at, "--at")
    with bar() as progress:
        record = _record(actor, events, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
        progress("learning from past ends", 0, None)
        made = succession_of(actor, events=record, at=day)
        files = _report([made], out)
    _tell(made, files, json_=json_, origin=record.provenance if record else None)


@click.command()
@click.argument("actor")
@countries
@click.option("--at", metavar="YYYY-MM-DD", help="A day, such as that of a loss of ground: before it and after it.")
@click.option("--days", type=int, default=365, show_default=True, help="Days before and after --at that are compared.")
@event_files
@_out
@as_json
def dispersion(
    actor: str, events: tuple[Path, ...], countries: str | None, at: str | None, days: int, data_dir: Path | None,
    source: str | None, as_of: str | None, out: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Say how dispersed ACTOR's events are, how many of them are one-sided and how deadly, by half-year and around a day.

    EVENTS are UCDP GED or ACLED files, or folders of them. Without them the store is used if it has data, else the embedded
    days of Iraq and Syria.
    """
    from aftershock.actors.dispersion import dispersion as dispersion_of

    day, names = parse_day(at, "--at"), named_countries(countries)
    with bar() as progress:
        found = load_events(events, names, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
        progress("dispersion", 0, None)
        made = dispersion_of(actor, found, at=day, days=days, countries=names)
        files = _report([made], out)
    _tell(made, files, json_=json_, origin=made.provenance)


def _pairs(made: Network) -> tuple[Blows | None, str]:
    """Return the pairs at risk; none, and why, where the years before the network's last day hold too little to learn from."""
    from aftershock.actors.alliances.blows import blows

    try:
        return blows(made), ""
    except UsageError as fault:
        return None, f"Cannot say: {fault.must}; found {fault.found}."


def _record(
    actor: str,
    paths: tuple[Path, ...],
    *,
    data_dir: Path | None,
    source: str | None,
    as_of: str | None,
    progress: Progress,
) -> Events | None:
    """Return the record an actor is looked up in: files given; the store, if it knows the actor; else none."""
    from aftershock.actors.naming import find_actor

    if not paths and not source and not as_of and not open_store(data_dir).sources():
        return None
    found = load_events(paths, None, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
    if not paths:
        try:
            find_actor(found, actor)
        except AftershockError:
            return None
    return found


def _report(parts: list[Any], out: Path | None) -> dict[str, str]:
    """Write a report where one is asked for; return where it is."""
    if out is None:
        return {}
    from aftershock.exports import ready_folder
    from aftershock.report import write_actors_report

    ready_folder(out.parent)
    write_actors_report(parts, out)
    return {"report.html": str(out)}


def _tell(made: Any, files: dict[str, str], *, json_: bool, origin: Provenance | None) -> None:
    """Print a result on one actor."""
    yearly = _yearly()
    citation = (origin or yearly).citation
    if json_:
        emit(finite(made.document() | {"citation": citation, "files": files}))
        return
    if origin:
        _say_origin(origin)
    else:
        click.echo(f"Data: {yearly.source} ({yearly.vintage}).")
    _say("", made.lines())
    _say_end(citation, files)


def _yearly() -> Provenance:
    """Return what is used where no events are."""
    from aftershock.contract import Provenance
    from aftershock.figures import CITATION

    return Provenance("embedded figures", "UCDP by dyad, country and year, 1989–2024; UCDP's actor list 22.1", CITATION)


def _say_origin(origin: Provenance) -> None:
    click.echo(f"Data: {origin.source} ({origin.vintage}).")
    for note in origin.notes:
        click.echo(f"Note: {note}")


def _say(title: str, lines: Sequence[str]) -> None:
    click.echo(f"\n{title}" if title else "")
    for line in lines:
        click.echo(f"  {line}" if title else line)


def _say_end(citation: str, files: dict[str, str]) -> None:
    click.echo(f"\nSource: {citation}.")
    for path in files.values():
        click.echo(f"Report: {path}. Open it in a browser.")
