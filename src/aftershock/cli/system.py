"""``aftershock system``: which violence feeds which; fit it, look at it, run it forward, score it."""

from __future__ import annotations

import math
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
    parse_day,
)  # fmt: skip
from aftershock.documents import finite

if TYPE_CHECKING:
    import pandas as pd

    from aftershock.contract import Provenance
    from aftershock.streams import StreamRule
    from aftershock.system.fit import System
    from aftershock.system.scoring import SystemScores
    from aftershock.system.workflow import Fitted, Futures, View

__all__ = ["system"]

MOST_SHOWN = 10  # streams in the printed matrix
_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def system() -> None:
    """Fit the system of actors: which violence feeds which, how long it lasts, whether it can spiral.

    EVENTS are UCDP GED or ACLED files, or folders of them. Without them the store is used if it has data, else the embedded
    days of Iraq and Syria.
    """


def _data(command: F) -> F:
    """Add the options that say which events and streams."""
    for option in (
        event_files,
        click.option(
            "--mask", metavar="own|linked|all", default="linked", show_default=True,
            help="Which streams may feed which: itself, those of common actors and the country's busiest, or all.",
        ),
        click.option("--least-events", type=int, help="A pair of actors with so many events has a stream of its own; goes before the rule."),
        click.option("--streams", metavar="RULE.yaml", type=_PATH, help="How events become streams.  [default: a stream per pair and type]"),
        click.option("--first", metavar="YYYY-MM-DD", help="First day learnt from.  [default: the record's first]"),
        countries,
    ):  # fmt: skip
        command = option(command)
    return command


@system.command()
@_data
@click.option("--until", metavar="YYYY-MM-DD", help="Last day learnt from.  [default: the record's last]")
@click.option(
    "--background", metavar="constant|chosen|DAYS", default="365,constant,90", show_default=True,
    help="How fast the background may move: not at all, with so many days between knots, or as days held out choose for each "
    "stream. The first is the system's; the branching ratio is told under each, separated by commas.",
)  # fmt: skip
@click.option(
    "--shock", "shocks", multiple=True, metavar="DATE[:step|pulse[:DAYS]]",
    help="A dated change from outside that the background may follow, again for each: a step, or a pulse that fades.",
)  # fmt: skip
@click.option(
    "--inhibition", is_flag=True,
    help="Streams may quiet each other, too: links are then events on later days, more or fewer, and backgrounds are not compared.",
)  # fmt: skip
@click.option("--draws", type=int, default=400, show_default=True, help="Draws from the posterior.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--out", type=_FOLDER, default=Path("system"), show_default=True, help="Folder for the files.")
@as_json
def fit(
    events: tuple[Path, ...], countries: str | None, first: str | None, until: str | None, streams: Path | None,
    least_events: int | None, background: str, shocks: tuple[str, ...], mask: str, inhibition: bool, draws: int, seed: int,
    out: Path, data_dir: Path | None,
    source: str | None, as_of: str | None, json_: bool,
) -> None:  # fmt: skip
    """Fit a system to EVENTS: the fit, tables of links and streams, and a report, in one folder."""
    from aftershock.exports import ready_folder
    from aftershock.system import workflow
    from aftershock.system.documents import fitted_lines

    begin, end = parse_day(first, "--first"), parse_day(until, "--until")
    backgrounds, rule, names = (
        workflow.parse_backgrounds(background),
        _rule(streams, least_events),
        named_countries(countries),
    )
    ready_folder(out)
    with bar() as progress:
        found = load_events(events, names, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
        fitted = workflow.fit_events(
            found, countries=names, rule=rule, first=begin, until=end, backgrounds=backgrounds,
            shocks=[workflow.parse_shock(text) for text in shocks], mask=mask,  # type: ignore[arg-type]
            draws=draws, seed=seed, inhibition=inhibition, progress=progress,
        )  # fmt: skip
        view = workflow.look_at(fitted, seed=seed, progress=progress)
        paths = workflow.write_fitted(out, fitted)
        paths["report.html"] = _report(out, fitted, view)
    if json_:
        emit(finite(_document(fitted, view, paths)))
        return
    _say_origin(fitted.system.streams.provenance, fitted.system.streams.left_out)
    for line in fitted_lines(fitted):
        click.echo(line)
    click.echo(f"Files: {', '.join(map(str, paths.values()))}. Open the report in a browser.")


@system.command()
@click.argument("folder", metavar="DIR", type=_PATH)
@as_json
def show(folder: Path, json_: bool) -> None:
    """Show a system fitted into DIR: links with 90 % intervals, what it misses, whether it can spiral; and its report."""
    from aftershock.exports import ready_folder
    from aftershock.system import tables, workflow
    from aftershock.system.documents import fitted_lines

    with bar() as progress:
        fitted = workflow.open_fitted(folder)
        ready_folder(folder)
        view = workflow.look_at(fitted, seed=fitted.system.seed, progress=progress)
        page = _report(folder, fitted, view)
    if json_:
        emit(finite(_document(fitted, view, {"report.html": page})))
        return
    _say_matrix(fitted)
    for line in fitted_lines(fitted):
        click.echo(line)
    click.echo("\nWhat the system misses")
    for line in tables.residual_lines(view.residuals):
        click.echo(f"  {line}")
    click.echo("\nWhether it can spiral")
    for line in tables.spiral_lines(view.spiral) if view.spiral else ["It takes a record of a year to say."]:
        click.echo(f"  {line}")
    click.echo(f"\nReport: {page}. Open it in a browser.")


@system.command()
@click.argument("folder", metavar="DIR", type=_PATH)
@click.option("--days", type=int, help="How many days ahead.  [default: 365]")
@click.option(
    "--months", type=int, help="How many calendar months after the last one seen whole, 1 to 36; instead of days."
)
@click.option("--draws", type=int, default=1000, show_default=True, help="Futures.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same futures.")
@click.option("--by", metavar="country|stream", default="country", show_default=True, help="What is told apart.")
@click.option("--out", type=_FOLDER, help="Folder for the files.  [default: DIR]")
@as_json
def simulate(
    folder: Path, days: int | None, months: int | None, draws: int, seed: int, by: str, out: Path | None, json_: bool
) -> None:
    """Run a system fitted into DIR forward from its last day: events and deaths by month, draw by draw.

    Nothing runs away: a stream has at most ten times the events of its busiest day, and what reaches that is counted.
    """
    from aftershock.exports import ready_folder
    from aftershock.system import workflow
    from aftershock.system.files import read_system

    with bar() as progress:
        fitted = read_system(folder)
        ready_folder(out or folder)
        made = workflow.run_forward(fitted, days=days, months=months, draws=draws, by=by, seed=seed, progress=progress)  # type: ignore[arg-type]
        paths = workflow.write_futures(out or folder, fitted, made)
    if json_:
        emit(finite(_futures_document(fitted, made, paths)))
        return
    ends = made.table.iloc[-1]
    days_ahead = int(made.paths.edges[-1])
    click.echo(f"Futures: {made.paths.first_day} to {ends.last_day} ({days_ahead:,} days), {made.paths.draws:,} draws.")
    for row in _rows(_whole(made)):
        before = "" if math.isnan(row["before"]) else f"; {row['before']:,.0f} in as many days before"
        click.echo(
            f"  {row['unit']}: {row['deaths_median']:,.0f} deaths (90 % interval {row['deaths_lower_90']:,.0f} to "
            f"{row['deaths_upper_90']:,.0f}) in {row['events_median']:,.0f} events{before}"
        )
    for note in _own_notes(made):
        click.echo(f"Note: {note}")
    click.echo(f"Source: {fitted.streams.provenance.citation}.")
    click.echo(f"Files: {', '.join(map(str, paths.values()))}.")


@system.command()
@_data
@click.option(
    "--train-until", required=True, metavar="YYYY-MM-DD", help="Last day learnt from, and by which streams are chosen."
)
@click.option("--test-until", metavar="YYYY-MM-DD", help="Last day scored.  [default: the record's last]")
@click.option("--refit-every", type=int, metavar="DAYS", help="Learn anew every so many days.  [default: once]")
@as_json
def score(
    events: tuple[Path, ...], countries: str | None, first: str | None, train_until: str, test_until: str | None,
    streams: Path | None, least_events: int | None, refit_every: int | None, mask: str, data_dir: Path | None,
    source: str | None, as_of: str | None, json_: bool,
) -> None:  # fmt: skip
    """Score a system one day ahead on days of EVENTS it has not seen, beside a constant rate and each stream's own past.

    Log probability in nats per day, all streams together; higher is better.
    """
    from aftershock.system import workflow

    begin, split, end = (
        parse_day(text, option)
        for text, option in ((first, "--first"), (train_until, "--train-until"), (test_until, "--test-until"))
    )
    rule, names = _rule(streams, least_events), named_countries(countries)
    with bar() as progress:
        found = load_events(events, names, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
        scores, streams_used = workflow.score_events(
            found, train_until=split, test_until=end, first=begin, countries=names, rule=rule,
            refit_every=refit_every, mask=mask, progress=progress,  # type: ignore[arg-type]
        )  # fmt: skip
    origin = streams_used.provenance
    if json_:
        emit(finite(_scores_document(scores, train_until=str(split), origin=origin, left_out=streams_used.left_out)))
        return
    _say_origin(origin, streams_used.left_out)
    _say_scores(scores)


def _rule(path: Path | None, least_events: int | None) -> StreamRule | None:
    from dataclasses import replace

    from aftershock.streams import StreamRule, read_rule

    rule = read_rule(path) if path else StreamRule()
    return rule if least_events is None else replace(rule, least_events=least_events)


def _report(folder: Path, fitted: Fitted, view: View) -> Path:
    from aftershock.report import write_system_report

    path = folder / "report.html"
    write_system_report(
        path, fitted.system, structure=fitted.structure, residuals=view.residuals, backgrounds=fitted.comparison,
        spiral=view.spiral, forecast=view.forecast,
    )  # fmt: skip
    return path


def _say_origin(origin: Provenance, left_out: dict[str, int]) -> None:
    click.echo(f"Data: {origin.source} ({origin.vintage}).")
    for note in origin.notes:
        click.echo(f"Note: {note}")
    for reason, count in left_out.items():
        click.echo(f"Left out: {count:,} events {reason}.")
    click.echo(f"Source: {origin.citation}.")


def _say_matrix(fitted: Fitted) -> None:
    """Print direct children with 90 % intervals: rows follow, columns lead; the busiest streams."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from aftershock.system.tables import busiest, interval

    console = Console(highlight=False)
    signed = fitted.system.inhibition
    order = busiest(fitted.system)[: max(2, min(MOST_SHOWN, (console.width - 34) // (16 if signed else 12)))]
    lower, middle, upper = interval(fitted.structure.edges)
    table = Table(box=SIMPLE, padding=(0, 1), show_lines=False)
    what = "On later days, per event of:" if signed else "Direct children of an event of:"
    table.add_column(what, max_width=32)
    for n in range(len(order)):
        table.add_column(str(n + 1), justify="right", no_wrap=True)
    for n, i in enumerate(order, start=1):
        sources = set(fitted.system.targets[i].sources.tolist())
        to = " to " if signed else "–"
        cells = [f"{middle[i, j]:.2f}\n{lower[i, j]:.2f}{to}{upper[i, j]:.2f}" if j in sources else "–" for j in order]
        table.add_row(f"on {n}  {fitted.system.names[i]}", *cells)
    console.print(table)
    if left := len(fitted.system.names) - len(order):
        click.echo(f"{left:,} more {'stream is' if left == 1 else 'streams are'} in the report and in edges.csv.")


def _say_scores(scores: SystemScores) -> None:
    from aftershock.system.tables import MODEL_WORDS, gain_line

    click.echo(
        f"{scores.days:,} days from {scores.first_day} to {scores.last_day}, {len(scores.names):,} streams, {scores.events.sum():,.0f} "
        "events; nats, higher is better"
    )
    click.echo(f"  {'':<34} {'per day':>9} {'per event':>10}")
    for model in scores.values:
        click.echo(
            f"  {MODEL_WORDS.get(model, model):<34} {scores.per_day(model):>9.3f} {scores.per_event(model):>10.3f}"
        )
    click.echo(gain_line(scores))


def _document(fitted: Fitted, view: View, paths: dict[str, Path]) -> dict[str, Any]:
    """Return what a program wants to know of a fitted system."""
    from aftershock.system.documents import fitted_document

    return fitted_document(fitted, view) | {"files": {name: str(path) for name, path in paths.items()}}


def _futures_document(made: System, futures: Futures, paths: dict[str, Path]) -> dict[str, Any]:
    from aftershock.system.documents import origin_document

    return {
        **origin_document(made),
        "origin": str(made.streams.last_day),
        "days": int(futures.paths.edges[-1]),
        "draws": futures.paths.draws,
        "by": futures.by,
        "capped": int(futures.paths.capped.sum()),
        "simulation": _own_notes(futures),
        "totals": _rows(_whole(futures)),
        "files": {name: str(path) for name, path in paths.items()},
    }


def _scores_document(
    scores: SystemScores, *, train_until: str, origin: Provenance, left_out: dict[str, int]
) -> dict[str, Any]:
    """Return scores as JSON holds them: nats per day summed over streams, by model."""
    gains = {}
    for over in (name for name in scores.values if name != "system"):
        gains[f"over_{over}"] = dict(zip(("mean", "lower_90", "upper_90"), scores.gain("system", over), strict=True))
    return {
        **{model: scores.per_day(model) for model in scores.values},
        "per_event": {model: scores.per_event(model) for model in scores.values},
        "days": scores.days,
        "streams": list(scores.names),
        "events": float(scores.events.sum()),
        "gain": gains,
        "train_until": train_until,
        "test_until": str(scores.last_day),
        "per_stream": _rows(scores.to_frame()),
        "refit_every": scores.refit_every,
        "left_out": left_out,
        "source": origin.source,
        "vintage": origin.vintage,
        "citation": origin.citation,
        "notes": origin.notes,
    }


def _whole(futures: Futures) -> pd.DataFrame:
    """Return the rows of all days together."""
    last = futures.table.groupby("unit", sort=False).tail(1)
    return last.sort_values("deaths", ascending=False, kind="stable")


def _own_notes(futures: Futures) -> list[str]:
    made = futures.forecast.provenance.notes if futures.forecast else ()
    return [*futures.paths.notes, *(note for note in made if "what was seen of it" in note)]


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.to_dict("records")
