"""``aftershock submission`` and ``check-submission``: the VIEWS prediction challenge's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aftershock.cli.options import as_json, bar, data_dir, emit, load, source, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aftershock.contract import Forecast, Panel
    from aftershock.models.base import Model, Progress

__all__ = ["check_submission", "submission"]

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("panel", required=False, type=_FILE)
@click.option("--team", required=True, help="Your team's short name, as tables show it.")
@click.option("--name", required=True, help="One or two words for the model, without the team's name.")
@click.option("--contact", required=True, help="An e-mail address.")
@click.option("--title", help='The model in a sentence.  [default: "NAME by TEAM"]')
@click.option("--author", "authors", multiple=True, metavar="NAME; AFFILIATION",
              help="An author, and after a semicolon the affiliation; may be given again.  [default: the team]")  # fmt: skip
@click.option("--model", "model_name", help="Model by name; options after a colon.  [default: that of forecast]")
@click.option("--windows", default="2018-2021", show_default=True, help="Calendar years: 2018-2021 or 2018,2020.")
@click.option("--draws", type=int, default=1000, show_default=True, help="Draws per country and month.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--out", type=_FILE, default=Path("aftershock-submission"), show_default=True, help="Folder to write.")
@source
@spread
@data_dir
@as_json
def submission(
    panel: Path | None, team: str, name: str, contact: str, title: str | None, authors: tuple[str, ...],
    model_name: str | None, windows: str, draws: int, seed: int, out: Path, source: str | None, spread: str,
    data_dir: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Write a submission to the VIEWS prediction challenge, and check it.

    State-based deaths of every country and month of each window, forecast from October of the year before: one file per
    window, and submission_details.yml.
    """
    from aftershock import submission as submissions
    from aftershock.backtests import parse_windows
    from aftershock.exports import ready_folder
    from aftershock.models import DEFAULT_MODEL, make_model

    pairs = [(who.strip(), where.strip()) for who, _, where in (author.partition(";") for author in authors)]
    details = submissions.SubmissionDetails(team, title or f"{name} by {team}", name, contact, pairs or [(team, "")])
    years = parse_windows(windows)
    model = make_model(model_name or DEFAULT_MODEL)
    with bar() as progress:
        data = load(panel, data_dir=data_dir, source=source, spread=spread)
        _check_windows(data, years)
        ready_folder(out)
        forecasts = _forecasts(data, years, model=model, draws=draws, seed=seed, progress=progress)
        paths = submissions.write_submission(out, forecasts, details)
        progress("checking", len(years), len(years))
        faults = submissions.check_submission(out, windows=years, draws=draws)
    if json_:
        emit(
            {
                "folder": str(out),
                "model": model.spec,
                "windows": years,
                "files": [str(p) for p in paths],
                "faults": faults,
            }
        )
    else:
        click.echo(f"Data: {data.provenance.source} ({data.provenance.vintage}); model {model.spec}, {draws:,} draws.")
        click.echo(f"Files: {', '.join(str(path) for path in paths)}.")
    _tell(out, faults, quiet=json_)


def _check_windows(data: Panel, years: Sequence[int]) -> None:
    """Raise :class:`UsageError` where a window cannot be forecast, before any is."""
    from aftershock.errors import UsageError
    from aftershock.months import month_id

    first, last = int(data.months[0]), data.last_month
    if wrong := [year for year in years if not first <= month_id(year - 1, 10) <= last]:
        known = [year for year in range(1980, 2200) if first <= month_id(year - 1, 10) <= last]
        raise UsageError(
            "October of the year before a window must lie within the data",
            found=", ".join(map(str, wrong)),
            fix=f"Choose from {known[0]} to {known[-1]}." if known else "Import data of more months.",
        )


def _forecasts(
    data: Panel, years: Sequence[int], *, model: Model[Any], draws: int, seed: int, progress: Progress
) -> Iterator[Forecast]:
    from aftershock.backtests import forecast_window

    for done, year in enumerate(years):
        progress(f"{model.spec} {year}", done, len(years))
        yield forecast_window(data, year, model=model, draws=draws, seed=seed)


@click.command("check-submission")
@click.argument("folder", type=_FILE)
@click.option("--windows", default="2018-2021", show_default=True, help="Calendar years that must be there.")
@click.option("--draws", type=int, default=1000, show_default=True, help="Draws that each unit and month must have.")
@click.option(
    "--actuals", type=_FILE, help="Outcomes whose units must be there, and no others.  [default: embedded figures]"
)
@as_json
def check_submission(folder: Path, windows: str, draws: int, actuals: Path | None, json_: bool) -> None:
    """Check FOLDER against the VIEWS prediction challenge's rules of layout, and name every fault."""
    from aftershock import submission as submissions
    from aftershock.backtests import parse_windows
    from aftershock.sources import read_actuals

    outcomes = None if actuals is None else read_actuals(actuals)
    faults = submissions.check_submission(folder, windows=parse_windows(windows), draws=draws, actuals=outcomes)
    if json_:
        emit({"folder": str(folder), "faults": faults})
    _tell(folder, faults, quiet=json_)


def _tell(folder: Path, faults: list[str], *, quiet: bool) -> None:
    """Name every fault, and end with the exit code of data that breaks a rule."""
    from aftershock.errors import DataError

    for fault in () if quiet else faults:
        click.echo(fault)
    if faults:
        raise DataError(
            "a submission must keep the challenge's rules",
            found=f"{len(faults):,} {'fault' if len(faults) == 1 else 'faults'} in {folder}",
            fix="Mend what is named above.",
        )
    if not quiet:
        click.echo(f"Checked: {folder} keeps the challenge's rules.")
