"""What every test of the sources may use: a server that misbehaves, and an environment without proxies."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hostile_server import HostileServer


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as running:
        yield running
