"""``aftershock whatif``: another course of events, beside the one that goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aftershock.cli.options import as_json, bar, dask, data_dir, emit, open_store, parse_day, source
from aftershock.errors import UsageError

if TYPE_CHECKING:
    from aftershock.contract import Events
    from aftershock.models.base import Progress
    from aftershock.scenarios.answers import Answer
    from aftershock.scenarios.scenario import Written

__all__ = ["whatif"]

_PATH = click.Path(path_type=Path)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("scenarios", metavar="[SCENARIO.yaml]...", nargs=-1, type=_PATH)
@click.option("--example", metavar="NAME", help="Scenarios that come with the package: after-isis.")
@click.option(
    "--system", "folder", metavar="DIR", type=_PATH,
    help="A system fitted by `aftershock system fit`.  [default: fitted as each scenario's `system:` says]",
)  # fmt: skip
@click.option("--draws", type=int, default=1000, show_default=True, help="Pairs of futures.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same pairs.")
@click.option("--out", type=_FOLDER, default=Path("whatif"), show_default=True, help="Folder for the files.")
@dask
@click.option("--as-of", metavar="YYYY-MM-DD", help="Fit on data known by that day alone.")
@source
@data_dir
@as_json
def whatif(
    scenarios: tuple[Path, ...], example: str | None, folder: Path | None, draws: int, seed: int, out: Path,
    dask: str | None, parts: Path | None, as_of: str | None, source: str | None, data_dir: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Say what another course of events would change: SCENARIO.yaml beside the course that goes on.

    Both courses share their random numbers, so that pair by pair they differ by what the scenario changes alone. The answer is
    the distribution of that difference, with what the record can and cannot tell. Several scenarios come in one table.
    """
    from aftershock.exports import ready_folder
    from aftershock.jobs import open_runner
    from aftershock.report import write_whatif_report
    from aftershock.scenarios import whatif_many
    from aftershock.scenarios.files import write_answer

    written = _read(scenarios, example)
    ready_folder(out)
    with bar() as progress, open_runner(dask, parts=parts) as runner:
        system = events = None
        if folder is None:
            events = _events(written, data_dir=data_dir, source=source, as_of=as_of, progress=progress)
        else:
            system = _fitted(folder, source=source, as_of=as_of)
        answers = whatif_many(
            written, system, events=events, draws=draws, seed=seed, executor=runner if dask or parts else None,
            progress=progress,
        )  # fmt: skip
        progress("writing files", 0, None)
        paths = write_answer(out, answers)
        paths["report.html"] = out / "report.html"
        write_whatif_report(answers, paths["report.html"])
    if json_:
        _emit(answers, paths)
    else:
        _say(answers, paths)


def _read(paths: tuple[Path, ...], example: str | None) -> list[Written]:
    """Return the scenarios asked for, the example's first."""
    from aftershock.scenarios import example_scenarios, read_scenario
    from aftershock.scenarios.comparing import check_names

    written = [*(example_scenarios(example) if example else ()), *map(read_scenario, paths)]
    if not written:
        raise UsageError(
            "there must be a scenario", found="none", fix="Give SCENARIO.yaml, or --example after-isis to see some."
        )
    check_names(written)
    return written


def _fitted(folder: Path, *, source: str | None, as_of: str | None) -> Any:
    """Return a system on disk, ready for several scenarios."""
    from aftershock.scenarios.running import prepare
    from aftershock.system.files import read_system

    if source or as_of:
        raise UsageError(
            "--source and --as-of choose what a system is fitted on",
            found="--system, which is fitted already",
            fix="Leave them out, or fit anew with `aftershock system fit`.",
        )
    return prepare(read_system(folder))


def _events(
    written: list[Written], *, data_dir: Path | None, source: str | None, as_of: str | None, progress: Progress
) -> Events | None:
    """Return what the scenarios' own systems are fitted on; None where one has no system, which is said later."""
    from aftershock.system.workflow import load_events

    recipes = [one.scenario.system for one in written if one.scenario.system]
    if len(recipes) < len(written):
        return None
    named = None
    if all(recipe.countries for recipe in recipes):
        named = list(dict.fromkeys(name for recipe in recipes for name in recipe.countries))
    progress("reading events", 0, None)
    store, day = open_store(data_dir), parse_day(as_of, "--as-of")
    return load_events(store=store, source=source, as_of=day, countries=named, progress=progress)  # type: ignore[arg-type]


def _emit(answers: list[Answer], paths: dict[str, Path]) -> None:
    from aftershock.scenarios.files import answers_document

    emit(answers_document(answers) | {"files": {name: str(path) for name, path in paths.items()}})


def _say(answers: list[Answer], paths: dict[str, Path]) -> None:
    """Print the sentences of each scenario, the table of several, and where all that is written."""
    for answer in answers:
        for line in answer.lines():
            click.echo(line)
        click.echo()
    if len(answers) > 1:
        _say_table(answers)
    click.echo("What is assumed stands in answers.json and in the report.")
    for citation in dict.fromkeys(answer.provenance.citation for answer in answers):
        click.echo(f"Source: {citation}.")
    click.echo(f"Files: {', '.join(map(str, paths.values()))}. Open the report in a browser.")


def _say_table(answers: list[Answer]) -> None:
    """Print a row per scenario, after that of the course that goes on; it fits a terminal of 80 signs, and no number is cut."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from aftershock.scenarios.comparing import comparison_table, short_row

    rows = comparison_table(answers).to_dict("records")
    table = Table(box=SIMPLE, padding=(0, 1), show_lines=False)
    table.add_column("Scenario", overflow="fold")
    numbers, chances = short_row(rows[0])
    letters = [f"{chr(ord('A') + n % 26)}{n // 26 or ''}" for n in range(len(chances))]
    for head in (*numbers, *letters):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        numbers, chances = short_row(row)
        table.add_row(str(row["title"]), *numbers.values(), *chances.values())
    Console(highlight=False).print(table)
    click.echo("Deaths over all days, their difference and civilian deaths: middles above 90 % intervals. Chances of:")
    for letter, words in zip(letters, chances, strict=True):
        click.echo(f"  {letter}  {words}")
