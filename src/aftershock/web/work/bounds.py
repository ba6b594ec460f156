"""Low and high estimates of each country's months, counted as the panel counts the best ones."""

from __future__ import annotations

from typing import Any

from aftershock.contract import TYPES
from aftershock.figures import countries
from aftershock.panel import UNITS
from aftershock.store import Store

__all__ = ["bounds"]

_QUERY = """
SELECT {unit} AS gwcode, type_of_violence AS kind, (year(date_end) - 1980) * 12 + month(date_end) AS month_id,
       sum(least(low, best))::BIGINT AS low, sum(greatest(high, best))::BIGINT AS high
FROM events WHERE best > 0 OR high > 0 GROUP BY ALL HAVING low < high ORDER BY ALL
"""


def bounds(store: Store, payload: dict[str, Any]) -> dict[str, list[list[int]]]:
    """Return per type and country place, low, high, place, low, high, …: the month's place in the record, and its bounds.

    Months whose bounds are the best estimate are left out. Of the few events whose bounds do not hold the best one, the best
    is taken for the bound. An event over several months counts in its last, as in the panel.

    Parameters
    ----------
    store : Store
        With events.
    payload : dict
        Of the report; gives units and the span of the record.
    """
    rows = store.sql(_QUERY.format(unit=UNITS["country_id"]), source=store.sources()[0])
    table = countries()
    views = dict(zip(table.gwcode.tolist(), table.country_id.tolist(), strict=True))
    place = {unit["id"]: k for k, unit in enumerate(payload["units"])}
    first, last = payload["record"]["first"], payload["record"]["last"]
    kinds = {number: name for name, number in TYPES.items()}
    found: dict[str, list[list[int]]] = {name: [[] for _ in place] for name in TYPES}
    for code, kind, month, low, high in rows.itertuples(index=False):
        unit = place.get(views.get(int(code), -1))
        if unit is not None and first <= month <= last:
            found[kinds[int(kind)]][unit] += [int(month) - first, int(low), int(high)]
    return found
