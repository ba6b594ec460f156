"""The embedded days of Iraq and Syria as events, so that the actor system runs without any other data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from aftershock import figures
from aftershock.contract import EVENT_COLUMNS, Events, Provenance
from aftershock.errors import UsageError, nearest
from aftershock.months import month_id

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EMBEDDED_SPANS", "embedded_events", "find_gwcodes", "gwcode_names"]

EMBEDDED_SPANS = {645: (month_id(2003, 1), month_id(2018, 12)), 652: (month_id(2016, 1), month_id(2019, 11))}
"""First and last ``month_id`` of the embedded days, by Gleditsch–Ward number."""


def gwcode_names(numbers: Iterable[int] | None = None) -> dict[str, int]:
    """Return every way to name a country with its Gleditsch–Ward number: name, ISO3 code, number.

    Examples
    --------
    >>> gwcode_names([652])
    {'Syria': 652, 'SYR': 652, '652': 652}
    """
    table = figures.countries()
    wanted = None if numbers is None else set(numbers)
    return {
        key: int(number)
        for number, iso, name in zip(table.gwcode, table.isoab, table.name, strict=True)
        if wanted is None or number in wanted
        for key in (name, iso, str(number))
    }


def find_gwcodes(names: Sequence[str | int] | str | int, known: Mapping[str, int]) -> list[int]:
    """Return the Gleditsch–Ward numbers of named countries, ascending.

    Raises
    ------
    UsageError
        A name nobody knows; the nearest is offered.
    """
    listed = [names] if isinstance(names, str | int) else list(names)
    if not listed:
        raise UsageError("countries must be named", found="none", fix="Write for example Syria, IRQ or 652.")
    numbers = {name.lower(): number for name, number in known.items()}
    for name in listed:
        key = str(name).strip().lower()
        if key not in numbers:
            near = [each for each in known if each.isdigit() == key.isdigit() and (len(each) == 3) == (len(key) == 3)]
            alike = [each for each in near if each[:1].lower() == key[:1]]
            close = get_close_matches(key, [each.lower() for each in alike], n=1, cutoff=0.5)
            raise UsageError(
                "a country must be given by name, ISO3 code or Gleditsch–Ward number",
                found=repr(name),
                fix=nearest(key, alike if close else near),
            )
    return sorted({numbers[str(name).strip().lower()] for name in listed})


def _dealt(units: NDArray[np.int64], events: NDArray[np.int64], turn: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return how many of ``units``, dealt out in turn like cards, the event at place ``turn`` of ``events`` gets."""
    return np.asarray((units + events - 1 - turn) // events, np.int32)


def embedded_events(countries: Sequence[str | int] | str | int | None = None) -> Events:
    """Return the embedded days of Iraq (2003–2018) and Syria (2016 to November 2019), one row per event.

    The table holds a row per day (or range of days), region, type and dyad. A row of several events is dealt out evenly, so
    that its events and deaths add up to the row's. GED columns the table does not have are null.

    Parameters
    ----------
    countries : sequence of str or int, optional
        Name, ISO3 code or Gleditsch–Ward number; both if not given.

    Examples
    --------
    >>> events = embedded_events(["Syria"])
    >>> len(events), events.table.column("country").unique().to_pylist()
    (16566, ['Syria'])
    """
    import pyarrow as pa

    wanted = sorted(EMBEDDED_SPANS) if countries is None else find_gwcodes(countries, gwcode_names(EMBEDDED_SPANS))
    rows = figures.load_table("iraq_syria_days_2003_2019").merge(
        figures.load_table("iraq_syria_dyads"), on="dyad_id", how="left"
    )
    rows["country_id"] = rows.country.map({"Iraq": 645, "Syria": 652}).astype("int64")
    rows["id"] = rows.events.cumsum() - rows.events + 1
    rows = rows[rows.country_id.isin(wanted)]
    count = rows.events.to_numpy(np.int64)
    turn = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    made = rows.loc[rows.index.repeat(count)].reset_index(drop=True)
    made["id"] += turn
    _deal_deaths(made, turn)
    renamed = {"adm1": "adm_1", "dyad_id": "dyad_new_id", "side_a_id": "side_a_new_id", "side_b_id": "side_b_new_id"}
    made = made.rename(columns=renamed)
    made["priogrid_gid"] = ((made.latitude + 90) * 2 // 1 * 720 + (made.longitude + 180) * 2 // 1 + 1).astype("int64")
    made["year"] = [day.year for day in made.date_start]
    made["region"] = "Middle East"
    types = {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "TINYINT": pa.int8(), "VARCHAR": pa.string()}
    types |= {"DOUBLE": pa.float64(), "DATE": pa.date32()}
    columns = {
        name: pa.array(made[name], types[kind], from_pandas=True) if name in made else pa.nulls(len(made), types[kind])
        for name, kind in EVENT_COLUMNS.items()
    }
    span = min(EMBEDDED_SPANS[c][0] for c in wanted), max(EMBEDDED_SPANS[c][1] for c in wanted)
    vintage = figures.sources()["tables"]["iraq_syria_days_2003_2019"]["vintage"]
    provenance = Provenance("embedded figures", vintage, figures.CITATION, tuple(_notes(wanted)))
    return Events(pa.table(columns), span, span[1] + 1, worldwide=False, provenance=provenance)


def _deal_deaths(made: pd.DataFrame, turn: NDArray[np.int64]) -> None:
    """Replace the deaths of a row of several events by those of each, their sum, ``best``, among them."""
    events = made.events.to_numpy(np.int64)
    for name in ("low", "high"):
        made[name] = _dealt(made[name].to_numpy(np.int64), events, turn)
    parts = ("deaths_a", "deaths_b", "deaths_civilians")
    before = np.zeros(len(made), np.int64)
    ends = [before := before + made[name].to_numpy(np.int64) for name in parts] + [made.best.to_numpy(np.int64)]
    upto = [_dealt(end, events, turn) for end in ends]
    made["best"] = upto[-1]
    for name, mine, previous in zip(
        (*parts, "deaths_unknown"), upto, [np.zeros_like(upto[0]), *upto[:-1]], strict=True
    ):
        made[name] = mine - previous


def _notes(wanted: list[int]) -> list[str]:
    said = {
        645: "The days of Iraq end in December 2018.",
        652: "The days of Syria run from January 2016 to November 2019.",
    }
    dealt = (
        "Rows of several events were dealt out evenly, so single events are not as UCDP published them; sums are exact."
    )
    return [*(said[country] for country in wanted), dealt]
