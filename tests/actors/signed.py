"""Events made by hand, for tests of the signed network."""

import datetime as dt

import pyarrow as pa

from aftershock.contract import EVENT_COLUMNS, Events, Provenance
from aftershock.months import month_id

TYPES = {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "TINYINT": pa.int8(), "VARCHAR": pa.string(), "DOUBLE": pa.float64(), "DATE": pa.date32()}  # fmt: skip


def events_of(*rows):
    """Return events from rows of side a, side b, day, and type (1), deaths (1), country (652), numbers (None) by name."""
    made = []
    for k, (a, b, day, *more) in enumerate(rows):
        given = more[0] if more else {}
        numbers = given.get("numbers", (None, None))
        made.append(
            {
                "id": k + 1, "type_of_violence": given.get("type", 1), "side_a": a, "side_b": b, "side_a_new_id": numbers[0],
                "side_b_new_id": numbers[1], "date_start": dt.date.fromisoformat(day), "date_end": dt.date.fromisoformat(day),
                "best": given.get("deaths", 1), "country_id": given.get("country", 652), "country": "Syria", "date_prec": 1,
            }
        )  # fmt: skip
    columns = {name: pa.array([row.get(name) for row in made], TYPES[kind]) for name, kind in EVENT_COLUMNS.items()}
    span = (month_id(2010, 1), month_id(2019, 12))
    return Events(pa.table(columns), span, span[1] + 1, worldwide=False, provenance=Provenance("test", "test", "test"))
