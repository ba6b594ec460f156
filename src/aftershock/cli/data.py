"""``aftershock pull``, ``import``, ``status`` and ``panel``: getting data in, and looking at it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aftershock.cli.options import as_json, bar, data_dir, emit, open_store, parse_day, source, spread, today

if TYPE_CHECKING:
    from aftershock.vintages import Vintage

__all__ = ["import_files", "panel", "pull", "status"]


@click.command()
@click.option(
    "--from",
    "base_url",
    envvar="AFTERSHOCK_UCDP_URL",
    help="UCDP's download area, or a mirror of it.  [default: https://ucdp.uu.se/downloads/]",
)
@data_dir
@as_json
def pull(base_url: str | None, data_dir: Path | None, json_: bool) -> None:
    """Fetch the newest UCDP release and the candidate months after it.

    No account is needed. A broken download is resumed when the command is run again.
    """
    from aftershock.holdings import pull_newest

    with bar() as progress:
        added = pull_newest(open_store(data_dir), base_url=base_url, today=today(), progress=progress)
    _report_added(added, json_=json_, none="Nothing new: the store holds the newest release and candidate months.")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--known-on", metavar="YYYY-MM-DD", help="The day the files became known, for --as-of.  [default: today]")
@data_dir
@as_json
def import_files(files: tuple[Path, ...], known_on: str | None, data_dir: Path | None, json_: bool) -> None:
    """Import event FILES at hand: UCDP GED (.csv, .csv.gz, .zip), ACLED exports, or folders of them."""
    from aftershock.errors import DataError
    from aftershock.sources import event_files

    store = open_store(data_dir)
    day = parse_day(known_on, "--known-on")
    added, refused = [], []
    paths = event_files(list(files))
    with bar() as progress:
        for done, path in enumerate(paths):
            progress(f"importing {path.name}", done, len(paths))
            try:
                added.append(store.add(path, today=today(), known_on=day))
            except DataError as reason:  # the other files are still wanted
                refused.append(reason)
    _report_added(added, json_=json_, none="No file was imported.")
    for error in refused[:-1]:
        click.echo(f"Error: {error}", err=True)
    if refused:
        raise refused[-1]
    if any(vintage.source == "acled" for vintage, _ in added) and not json_:
        from aftershock.sources import ACLED_CITATION

        click.echo(f"Source: {ACLED_CITATION}. These figures stay on this machine.")


def _report_added(added: list[tuple[Vintage, bool]], *, json_: bool, none: str) -> None:
    if json_:
        emit({"vintages": [v.to_json() | {"new": new} for v, new in added]})
        return
    if not added:
        click.echo(none)
    for vintage, new in added:
        state = (
            f"{vintage.read:,} of {vintage.rows:,} rows read, {vintage.rejected:,} rejected"
            if new
            else "already here, nothing done"
        )
        click.echo(f"{vintage.file_name}: {state}")
        for flag, count in vintage.flags.items() if new else ():
            click.echo(f"  kept, but odd: {count:,} × {flag}")
        if new and vintage.rejected:
            click.echo(f"  rejected rows and reasons: vintages/{vintage.id}/rejects.csv in the data directory")


@click.command()
@click.option("--as-of", metavar="YYYY-MM-DD", help="What counted on that day.")
@data_dir
@as_json
def status(as_of: str | None, data_dir: Path | None, json_: bool) -> None:
    """Show what data is here: vintages, spans, provisional months, rejected rows."""
    from aftershock.holdings import describe

    store, day = open_store(data_dir), parse_day(as_of, "--as-of")
    document = {"data_dir": str(store.folder), "as_of": as_of, **describe(store, day)}
    if day and not document["vintages"]:
        for name in store.sources():
            store.choose(name, as_of=day)  # says what the first day is
    if json_:
        emit(document)
        return
    click.echo(f"Data directory: {store.folder}")
    if not document["vintages"]:
        click.echo(
            "Empty: forecasts use the embedded figures (UCDP, January 1989 to December 2021). Fetch newer with `aftershock pull`."
        )
    for v in document["vintages"]:
        click.echo(
            f"  {v['source']} {v['release']} ({v['kind']}): {v['span']}, known {v['known_on']}, {v['read']:,} events, "
            f"{v['rejected']:,} rejected{'' if v['counts'] else ', superseded'}"
        )
        for flag, count in v["flags"].items():
            click.echo(f"    kept, but odd: {count:,} × {flag}")
    for name, record in document["records"].items():
        provisional = f", provisional from {record['provisional_from']}" if record["provisional_from"] else ""
        click.echo(f"{name.upper()} record: {record['span']}{provisional}")
        if record["gaps"]:
            click.echo(f"  No file covers: {', '.join(record['gaps'])}")
        for note in record["notes"]:
            click.echo(f"  Note: {note}")


@click.command()
@click.option(
    "--unit",
    type=click.Choice(["country", "priogrid", "dyad"]),
    default="country",
    show_default=True,
    help="What a row counts.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where to write it, .csv or .parquet.")
@click.option("--as-of", metavar="YYYY-MM-DD", help="Use only data known by that day.")
@source
@spread
@data_dir
def panel(unit: str, out: Path, as_of: str | None, source: str | None, spread: str, data_dir: Path | None) -> None:
    """Write deaths per country, PRIO-GRID cell or dyad and month.

    Countries come from the store, or from the embedded figures where it is empty; cells and dyads need a store.
    """
    from aftershock.errors import UsageError
    from aftershock.exports import ready_folder, write_csv, write_parquet
    from aftershock.workflow import load_panel

    if out.suffix not in (".csv", ".parquet"):
        raise UsageError("a panel must be written as .csv or .parquet", found=str(out), fix="Change the file's name.")
    store, day = open_store(data_dir), parse_day(as_of, "--as-of")
    ready_folder(out.parent)
    if unit == "country":
        made = load_panel(store=store, source=source, as_of=day, spread=spread)  # type: ignore[arg-type]
    else:
        kind = "priogrid_gid" if unit == "priogrid" else "dyad_id"
        chosen = source or (store.sources() or ["ucdp"])[0]
        made = store.panel(kind, source=chosen, as_of=day, spread=spread)  # type: ignore[arg-type]
    frame = made.to_frame() if unit == "country" else made.to_frame().query("ged_sb + ged_ns + ged_os > 0")
    if out.suffix == ".csv":
        write_csv(out, frame)
    else:
        import pyarrow as pa

        write_parquet(out, pa.Table.from_pandas(frame, preserve_index=False))
    sparse = "" if unit == "country" else "; a missing row is zero"
    click.echo(f"{out}: {len(frame):,} rows, {made.provenance.vintage}{sparse}")
    click.echo(f"Source: {made.provenance.citation}.")
