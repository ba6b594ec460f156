"""The record as it is now and as it was on the day of the worked case, from the embedded figures; and real records at hand."""

import datetime as dt
import os
from pathlib import Path

import pytest

from aftershock.accounts.record import record_at
from aftershock.store import Store
from aftershock.system.workflow import load_events

DAY = dt.date(2017, 7, 5)
DATA = Path(os.environ.get("AFTERSHOCK_TEST_DATA") or Path(__file__).parents[4] / "shared" / "data")


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("no data"))


@pytest.fixture(scope="session")
def now(empty):
    return record_at(store=empty)


@pytest.fixture(scope="session")
def then(empty):
    return record_at(DAY, store=empty)


@pytest.fixture
def day():
    return DAY


@pytest.fixture(scope="session")
def real():
    """Make UCDP's events of one country, and the path of its file."""
    kept = {}

    def read(name):
        path = DATA / "events" / f"GEDEvent_{name}.csv.gz"
        if not path.is_file():
            pytest.skip(f"real records: none, {path} is absent (AFTERSHOCK_TEST_DATA)")
        if name not in kept:
            kept[name] = load_events([path])
        return kept[name], path

    return read
