"""``aftershock explain``: why the forecast of one country says what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aftershock.cli.options import as_json, bar, data_dir, emit, load, source, spread, target

if TYPE_CHECKING:
    from aftershock.contract import Panel
    from aftershock.explanations import Explanation, Outlook

__all__ = ["explain"]


@click.command()
@click.argument("country")
@click.argument("panel", required=False, type=click.Path(path_type=Path))
@target
@click.option("--origin", metavar="YYYY-MM", help="Last month the model may see.  [default: the data's last]")
@click.option("--horizon", type=int, default=12, show_default=True, help="Months ahead that are explained together.")
@click.option("--most", type=int, default=8, show_default=True, help="Past situations listed.")
@click.option("--as-of", metavar="YYYY-MM-DD", help="Use only data known by that day.")
@source
@spread
@data_dir
@as_json
def explain(
    country: str, panel: Path | None, target: str, origin: str | None, horizon: int, most: int, as_of: str | None,
    source: str | None, spread: str, data_dir: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Say what the forecast of COUNTRY rests on: similar past situations, main features, models and weights.

    COUNTRY is a name, an ISO3 code or a VIEWS number. PANEL is a file as for forecast; without it the store is used if
    it has data, else the embedded figures. The forecast explained is the default model's.
    """
    from aftershock import workflow
    from aftershock.explanations import tell
    from aftershock.figures import country_names

    with bar() as progress:
        data = load(panel, data_dir=data_dir, source=source, as_of=as_of, spread=spread)
        progress("explaining", 0, 2)
        why, what = workflow.explain_country(
            country, data, target=target, origin=origin, horizon=horizon, most=most, progress=progress
        )
    names = country_names()
    if json_:
        emit(_document(why, what, data=data, names=names))
        return
    for line in tell(why, what, names):
        click.echo(line)
    click.echo(f"\nData: {data.provenance.source} ({data.provenance.vintage}). Source: {data.provenance.citation}.")


def _document(why: Explanation, what: Outlook, *, data: Panel, names: dict[int, str]) -> dict[str, Any]:
    """Return what a program wants to know of an explanation; months as ``YYYY-MM``."""
    from dataclasses import asdict

    from aftershock.months import month_text

    situations = [
        row
        | {"country": names.get(row["country_id"]), "first": month_text(row["first"]), "last": month_text(row["last"])}
        for row in why.situations.to_dict("records")
    ]
    return {
        "source": data.provenance.source,
        "vintage": data.provenance.vintage,
        "citation": data.provenance.citation,
        "country_id": why.unit,
        "country": names.get(why.unit),
        "target": why.target,
        "origin": month_text(why.origin),
        "horizon": why.horizon,
        "forecast": asdict(what) | {"first": month_text(what.first), "last": month_text(what.last)},
        "intensity": why.intensity,
        "level": why.level,
        "share": why.share,
        "any_followed": why.any_followed,
        "many_followed": why.many_followed,
        "ended": why.ended,
        "situations": situations,
        "parts": why.parts.to_dict("records"),
        "features": why.features.to_dict("records"),
        "members": why.members.to_dict("records"),
    }
