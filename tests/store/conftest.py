"""A store, and files that are imported into it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from aftershock.store import Store
from aftershock.vintages import Vintage
from ged_rows import TODAY, day_row, write_ged


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def put(store: Store, tmp_path: Path):
    """Import a file made of ``id=day`` or ``id=(day, best)``; it becomes known on a day."""

    def put(name: str, known_on: str, /, **events: str | tuple[str, int]) -> Vintage:
        rows = []
        for key, value in events.items():
            day, best = value if isinstance(value, tuple) else (value, 3)
            rows.append(day_row(int(key.removeprefix("e")), day, best=best))
        path = write_ged(tmp_path / name, rows)
        return store.add(path, today=TODAY, known_on=dt.date.fromisoformat(known_on))[0]

    return put
