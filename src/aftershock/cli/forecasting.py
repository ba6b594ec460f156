"""``aftershock forecast``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aftershock.cli.options import as_json, bar, data_dir, emit, load, source, spread, target

if TYPE_CHECKING:
    from aftershock.contract import Forecast, Panel

__all__ = ["forecast"]

SHOWN = 10  # countries whose headline is printed


@click.command()
@click.argument("panel", required=False, type=click.Path(path_type=Path))
@click.option("--origin", metavar="YYYY-MM", help="Last month the model may see.  [default: the data's last]")
@click.option("--horizons", default="1-12", show_default=True, help="Months ahead: 1-12, 3-14 or 1,3,6.")
@target
@click.option(
    "--model",
    "model_name",
    default="stack",
    show_default=True,
    help="Model by name, options after a colon: conflictology:window=24.",
)
@click.option("--draws", type=int, default=1000, show_default=True, help="Draws per country and month.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--countries", help="Names, ISO3 codes or VIEWS numbers, separated by commas.  [default: all]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("aftershock-forecast"),
    show_default=True,
    help="Folder for the files.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="Use only data known by that day.")
@source
@spread
@click.option(
    "--track-record/--no-track-record",
    default=True,
    show_default=True,
    help="Score the model on past years for the report.",
)
@data_dir
@as_json
def forecast(
    panel: Path | None, origin: str | None, horizons: str, target: str, model_name: str, draws: int, seed: int,
    countries: str | None, out: Path, as_of: str | None, source: str | None, spread: str, track_record: bool,
    data_dir: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Forecast every country: draws, summary and a report, in one folder.

    PANEL is a CSV or Parquet file with month_id, country_id, ged_sb, ged_ns, ged_os. Without it the store is used if it
    has data, else the embedded figures.
    """
    from aftershock import workflow
    from aftershock.exports import ready_folder
    from aftershock.months import parse_month

    names = None if countries is None else workflow.split_countries(countries)
    ahead = workflow.parse_horizons(horizons)
    last = parse_month(origin) if origin else None
    ready_folder(out)
    with bar() as progress:
        data = load(panel, data_dir=data_dir, source=source, as_of=as_of, spread=spread)
        made = workflow.forecast(
            data,
            origin=last,
            horizons=ahead,
            model=model_name,
            draws=draws,
            seed=seed,
            countries=names,
            progress=progress,
        )
        record = None
        if track_record:
            record = workflow.track_record(
                data.until(made.origin), model=model_name, target=target, draws=draws, seed=seed, progress=progress
            )
        paths = workflow.write_outputs(out, made, data, target=target, record=record, progress=progress)
    if json_:
        emit(_document(made, data, target=target, paths=paths))
    else:
        _tell(made, data, paths)


def _document(made: Forecast, data: Panel, *, target: str, paths: dict[str, Path]) -> dict[str, Any]:
    """Return what a program wants to know of a forecast."""
    from aftershock.months import month_text

    return {
        "source": made.provenance.source,
        "vintage": made.provenance.vintage,
        "citation": made.provenance.citation,
        "notes": made.provenance.notes,
        "provisional": _provisional(made, data),
        "model": made.model,
        "origin": month_text(made.origin),
        "months": [month_text(int(m)) for m in made.months],
        "target": target,
        "countries": len(made.units),
        "draws": made.draws.shape[-1],
        "seed": made.seed,
        "headlines": dict(_headlines(made, data)),
        "files": {name: str(path) for name, path in paths.items()},
    }


def _tell(made: Forecast, data: Panel, paths: dict[str, Path]) -> None:
    """Print what a person wants to know of a forecast."""
    from aftershock.months import month_text

    known, first, last = (month_text(int(m)) for m in (made.origin, made.months[0], made.months[-1]))
    state = ", its last months provisional" if _provisional(made, data) else ""
    click.echo(f"Data: {made.provenance.source} ({made.provenance.vintage}), to {known}{state}.")
    for note in made.provenance.notes:
        click.echo(f"Note: {note}")
    click.echo(f"Forecast: {first} to {last}, model {made.model}, {made.draws.shape[-1]:,} draws.")
    for name, line in _headlines(made, data):
        click.echo(f"  {name}: {line}")
    if "month" not in made.joint:
        click.echo(f"No headlines: {made.model} draws each month by itself, so totals over months have no meaning.")
    click.echo(f"Source: {made.provenance.citation}.")
    click.echo(f"Files: {', '.join(str(path) for path in paths.values())}. Open the report in a browser.")


def _provisional(made: Forecast, data: Panel) -> bool:
    return bool(data.provisional[data.months <= made.origin].any())


def _headlines(made: Forecast, data: Panel) -> list[tuple[str, str]]:
    """Return the countries with the most deaths expected, all types together, and their headlines."""
    from aftershock.summary import summarise_totals

    if "month" not in made.joint:
        return []
    totals = summarise_totals(made, data)
    worst = totals[totals.target == "total"].nlargest(SHOWN, "mean")
    return list(zip(worst.country, worst.headline, strict=True))
