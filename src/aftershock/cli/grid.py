"""``aftershock grid``: forecasts below the country, by PRIO-GRID cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aftershock.cli.options import as_json, bar, dask, data_dir, emit, open_store, parse_day, source, spread, target

if TYPE_CHECKING:
    from aftershock.contract import Forecast
    from aftershock.grid import Written
    from aftershock.store import Store

__all__ = ["grid"]


@click.command()
@click.option("--origin", metavar="YYYY-MM", help="Last month the model may see.  [default: the data's last]")
@click.option("--horizons", default="1-36", show_default=True, help="Months ahead: 1-36, 3-14 or 1,3,6.")
@target
@click.option(
    "--model", "model_name", help="Model of the countries by name, options after a colon.  [default: that of forecast]"
)
@click.option("--draws", type=int, default=1000, show_default=True, help="Draws per cell and month.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--countries", help="Names, ISO3 codes or VIEWS numbers, separated by commas.  [default: all]")
@click.option(
    "--layout",
    default="full",
    show_default=True,
    metavar="full|sparse",
    help="Every draw a row, or only those above 0.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("aftershock-grid"),
    show_default=True,
    help="Folder for the files.",
)
@click.option("--as-of", metavar="YYYY-MM-DD", help="Use only data known by that day.")
@dask
@source
@spread
@data_dir
@as_json
def grid(
    origin: str | None, horizons: str, target: str, model_name: str | None, draws: int, seed: int, countries: str | None,
    layout: str, out: Path, as_of: str | None, dask: str | None, parts: Path | None, source: str | None, spread: str, data_dir: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Forecast PRIO-GRID cells (half a degree): draws, a summary and a map, in one folder.

    Each country's draws are placed in its cells, so that cells add up to countries draw by draw. Needs imported events,
    which say in which cell they were: run pull or import first.
    """
    from aftershock import workflow
    from aftershock.exports import ready_folder
    from aftershock.grid import check_layout, write_outputs
    from aftershock.jobs import open_runner
    from aftershock.models import DEFAULT_MODEL, make_model
    from aftershock.months import parse_month

    check_layout(layout)
    names = None if countries is None else workflow.split_countries(countries)
    ahead = workflow.parse_horizons(horizons)
    last = parse_month(origin) if origin else None
    model = make_model(model_name or DEFAULT_MODEL)
    store, day = open_store(data_dir), parse_day(as_of, "--as-of")
    chosen = _source_with_cells(store, source)
    ready_folder(out)
    with bar() as progress, open_runner(dask, parts=parts) as runner:
        progress("counting events", 0, None)
        data = store.panel(source=chosen, as_of=day, spread=spread)  # type: ignore[arg-type]
        counts = store.cells(source=chosen, as_of=day, spread=spread)  # type: ignore[arg-type]
        made = workflow.forecast(
            data,
            origin=last,
            horizons=ahead,
            model=model,
            draws=draws,
            seed=seed,
            countries=names,
            progress=progress,
        )
        paths, written = write_outputs(
            out,
            made,
            counts,
            target=target,
            layout=layout,  # type: ignore[arg-type]
            executor=runner,
            progress=progress,
        )
    if json_:
        emit(_document(made, written, target=target, layout=layout, paths=paths))
    else:
        _tell(made, written, paths)


def _source_with_cells(store: Store, source: str | None) -> str:
    """Return whose events to use, or say that there are none."""
    from aftershock.errors import DataError

    sources = store.sources()
    if not sources:
        raise DataError(
            "a grid needs events, which say in which cell they were; the embedded figures have none",
            found=f"nothing in {store.folder}",
            fix="Run `aftershock pull` or `aftershock import FILE` first.",
        )
    return source or sources[0]


def _document(made: Forecast, written: Written, *, target: str, layout: str, paths: dict[str, Path]) -> dict[str, Any]:
    """Return what a program wants to know of a grid."""
    from aftershock.months import month_text

    return {
        "source": made.provenance.source,
        "vintage": made.provenance.vintage,
        "citation": made.provenance.citation,
        "notes": made.provenance.notes,
        "model": made.model,
        "origin": month_text(made.origin),
        "months": [month_text(int(m)) for m in made.months],
        "target": target,
        "layout": layout,
        "countries": len(made.units),
        "cells": len(written.cells),
        "rows": written.rows,
        "draws": made.draws.shape[-1],
        "seed": made.seed,
        "files": {name: str(path) for name, path in paths.items()},
    }


def _tell(made: Forecast, written: Written, paths: dict[str, Path]) -> None:
    """Print what a person wants to know of a grid."""
    from aftershock.months import month_name, month_text

    known, first, last = (month_text(int(m)) for m in (made.origin, made.months[0], made.months[-1]))
    click.echo(f"Data: {made.provenance.source} ({made.provenance.vintage}), to {known}.")
    for note in made.provenance.notes:
        click.echo(f"Note: {note}")
    click.echo(
        f"Forecast: {first} to {last}, model {made.model}, {made.draws.shape[-1]:,} draws, {len(made.units)} countries, "
        f"{len(written.cells):,} cells; {written.rows:,} rows."
    )
    when = " to ".join(dict.fromkeys(month_name(m) for m in written.span))
    likely = int((written.chance >= 0.5).sum())
    click.echo(f"At least one death is more likely than not in {likely:,} cells ({when}).")
    click.echo(f"Source: {made.provenance.citation}.")
    click.echo(f"Files: {', '.join(str(path) for path in paths.values())}.")
