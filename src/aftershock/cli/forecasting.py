"""``aftershock forecast``: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aftershock.cli.options import as_json, bar, data_dir, emit, open_store, parse_day, source, spread, target

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
    default="pool",
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
    from aftershock.months import month_text, parse_month

    names = [name for name in (countries or "").split(",") if name.strip()]
    ahead = workflow.parse_horizons(horizons)
    last = parse_month(origin) if origin else None
    ready_folder(out)
    with bar() as progress:
        data = workflow.load_panel(
            panel,
            store=open_store(data_dir),
            source=source,
            as_of=parse_day(as_of, "--as-of"),
            spread=spread,  # type: ignore[arg-type]
        )
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
    lines = _headlines(made, data)
    provisional = bool(data.provisional[data.months <= made.origin].any())
    if json_:
        emit(
            {
                "source": data.provenance.source,
                "vintage": data.provenance.vintage,
                "citation": data.provenance.citation,
                "notes": data.provenance.notes,
                "provisional": provisional,
                "model": made.model,
                "origin": month_text(made.origin),
                "months": [month_text(int(m)) for m in made.months],
                "target": target,
                "countries": len(made.units),
                "draws": made.draws.shape[-1],
                "seed": seed,
                "headlines": dict(lines),
                "files": {name: str(path) for name, path in paths.items()},
            }
        )
        return
    state = ", its last months provisional" if provisional else ""
    click.echo(f"Data: {data.provenance.source} ({data.provenance.vintage}), to {month_text(made.origin)}{state}.")
    for note in data.provenance.notes:
        click.echo(f"Note: {note}")
    click.echo(
        f"Forecast: {month_text(int(made.months[0]))} to {month_text(int(made.months[-1]))}, model {made.model}, {draws:,} draws."
    )
    for name, line in lines:
        click.echo(f"  {name}: {line}")
    click.echo(f"Source: {data.provenance.citation}.")
    click.echo(f"Files in {out}: {', '.join(paths)}. Open {paths['report.html']} in a browser.")


def _headlines(made: Forecast, data: Panel) -> list[tuple[str, str]]:
    """Return the countries with the most deaths expected, all types together, and their headlines."""
    from aftershock.summary import summarise_totals

    if "month" not in made.joint:
        return []
    totals = summarise_totals(made, data)
    worst = totals[totals.target == "total"].nlargest(SHOWN, "mean")
    return list(zip(worst.country, worst.headline, strict=True))
