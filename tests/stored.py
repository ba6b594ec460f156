"""What tests of the store share: names of files, and what a store holds."""

from __future__ import annotations

from typing import Any

from aftershock.store import Store

ANNUAL, NEXT = "ged251-csv.csv", "GEDEvent_v26_1.csv"


def best_by_id(store: Store, **options: Any) -> dict[int, int]:
    events = store.events(**options)
    return dict(zip(events.table["id"].to_pylist(), events.table["best"].to_pylist(), strict=True))
