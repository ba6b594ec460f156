"""A forecast made and written as the documents that pages read.

::

    about.json       what it was made from, when and how
    payload.json     the report's payload: months, countries, record, forecast, totals over a year
    risks.json       chances of conflict, onset, escalation
    reasons.json     why, by country
    track.json       the track record by type of violence, and past forecasts by country
    actors.json      pairs of sides by country
    cells.json       where cells are known: months; beside it the maps by cell of :mod:`aftershock.web.work.cells`
    summary.parquet, totals.parquet, summary.csv     the tables of summarise and summarise_totals, these over twelve months
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aftershock.documents import finite
from aftershock.exports import write_bytes, write_csv, write_parquet
from aftershock.web.work.kinds import Progress

if TYPE_CHECKING:
    from aftershock.contract import Forecast, Panel
    from aftershock.store import Store

__all__ = ["publish"]

TOTALS = 12  # months of the totals: change against the last year


class Wanted(Protocol):
    """How to forecast."""

    months: int
    draws: int
    seed: int
    track_record: bool


def publish(store: Store, folder: Path, wanted: Wanted, progress: Progress) -> dict[str, Any]:
    """Forecast every country from a store, or from the embedded figures where it is empty, and write all documents.

    Returns
    -------
    dict
        What the job's page says.
    """
    from aftershock import workflow
    from aftershock.report.data import forecast_payload
    from aftershock.report.reasons import reasons_payload
    from aftershock.web.work.documents import risks

    progress("reading the record", 0, None)
    panel = workflow.load_panel(store=store)
    made = workflow.forecast(
        panel, horizons=range(1, wanted.months + 1), draws=wanted.draws, seed=wanted.seed, progress=progress
    )
    progress("figures", 0, None)
    payload = forecast_payload(made, panel, target="sb", total_months=min(TOTALS, wanted.months))
    names = {unit["id"]: unit["name"] for unit in payload["units"]}
    _with_bounds(store, payload)
    documents: dict[str, Any] = {"payload": payload, "risks": risks(made, panel), "actors": _actors(store, payload)}
    progress("reasons", 0, None)
    documents["reasons"] = reasons_payload(made, panel, names=names)
    documents["track"] = _tracks(made, panel, names, wanted, progress) if wanted.track_record else None
    documents["cells"] = _cells(store, folder, made, progress)
    documents["about"] = _about(made, panel, store)
    progress("writing", 0, None)
    for name, document in documents.items():
        if document is not None:
            text = json.dumps(finite(document), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            write_bytes(folder / f"{name}.json", text.encode("utf-8"))
    _write_tables(folder, made, panel)
    about = documents["about"]
    return {
        "Record": f"{about['vintage']}, to {about['origin']}",
        "Countries": len(made.units),
        "Months": len(made.months),
    }


def _about(made: Forecast, panel: Panel, store: Store) -> dict[str, Any]:
    from aftershock.months import month_name, month_text
    from aftershock.report.reasons import members_words

    provisional = panel.months[panel.provisional & (panel.months <= made.origin)]
    return {
        "made_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "code_version": made.code_version,
        "model": made.model,
        "origin": month_text(made.origin),
        "origin_name": month_name(made.origin),
        "months": [month_text(int(m)) for m in made.months],
        "draws": int(made.draws.shape[-1]),
        "seed": made.seed,
        "source": made.provenance.source,
        "vintage": made.provenance.vintage,
        "citation": made.provenance.citation,
        "notes": list(made.provenance.notes),
        "provisional_from": month_name(int(provisional[0])) if len(provisional) else None,
        "vintages": [v.id for v in store.vintages()],
        "members": members_words(made, target="sb"),
    }


def _tracks(
    made: Forecast, panel: Panel, names: dict[int, str], wanted: Wanted, progress: Progress
) -> dict[str, Any] | None:
    """Return the track record of the last complete years, per target."""
    from aftershock import workflow
    from aftershock.report.track import track_payload
    from aftershock.web.work.documents import country_tracks

    past = panel.until(made.origin)
    found: dict[str, Any] = {}
    for target in made.targets:
        record = workflow.track_record(past, target=target, draws=wanted.draws, seed=wanted.seed, progress=progress)
        if record is None:
            return None
        shown = track_payload(record, model=made.model, names=names, panel=past)
        found[target] = shown | {"countries": country_tracks(record, shown["model"], made.units.tolist())}
    return found


def _actors(store: Store, payload: dict[str, Any]) -> dict[str, Any]:
    """Return pairs of sides by country: from the store's events, or else from the embedded table."""
    from aftershock.figures import countries, load_table, sources
    from aftershock.web.work.documents import active_dyads

    known = countries().set_index("country_id").gwcode
    gwcodes = [int(known.get(unit["id"], -1)) for unit in payload["units"]]
    if store.sources():
        rows = store.sql(
            "SELECT country_id AS gwcode, year(date_end) AS year, type_of_violence, dyad_name, count(*) AS events, "
            "sum(best)::BIGINT AS deaths FROM events WHERE dyad_name IS NOT NULL GROUP BY ALL",
            source=store.sources()[0],
        )
        vintage = "the events of the data directory"
    else:
        rows = load_table("dyad_country_year_1989_2024")
        vintage = sources()["tables"]["dyad_country_year_1989_2024"]["vintage"]
    last_year = int(rows.year.max())
    return {"vintage": vintage, "last_year": last_year, "countries": active_dyads(rows, gwcodes, last_year=last_year)}


def _with_bounds(store: Store, payload: dict[str, Any]) -> None:
    """Add the low and high estimates of each country's months to a payload, where the record has them."""
    if not store.sources():
        return
    from aftershock.web.work.bounds import bounds

    payload["record"]["bounds"] = bounds(store, payload)


def _cells(store: Store, folder: Path, made: Forecast, progress: Progress) -> dict[str, Any] | None:
    """Return the map by cell, where the record says in which cell events were."""
    if not store.sources():
        return None
    from aftershock.web.work.cells import write_cells

    return write_cells(store, folder, made, progress)


def _write_tables(folder: Path, made: Forecast, panel: Panel) -> None:
    """Write the tables people take away; floats as numbers of four bytes, which hold more digits than 1,000 draws do."""
    import numpy as np
    import pyarrow as pa

    from aftershock.summary import summarise, summarise_totals

    summary = summarise(made, panel)
    near = replace(made, months=made.months[:TOTALS], draws=made.draws[:, :, :TOTALS])  # as the pages have them
    write_csv(folder / "summary.csv", summary)
    for name, table in (("summary", summary), ("totals", summarise_totals(near, panel))):
        floats = dict.fromkeys(table.select_dtypes("float64"), np.float32)
        write_parquet(folder / f"{name}.parquet", pa.Table.from_pandas(table.astype(floats), preserve_index=False))
