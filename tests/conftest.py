"""Fixtures every test may use."""

import os
import shutil
import sys

import numpy as np
import pytest

from aftershock import embedded_panel
from aftershock.__main__ import main
from aftershock.contract import Panel, Provenance


@pytest.fixture(autouse=True)
def _own_data_directory(tmp_path, monkeypatch):
    """No test sees, or touches, the user's data."""
    for name in list(os.environ):
        if name.startswith("AFTERSHOCK_") and name != "AFTERSHOCK_TEST_DATA":
            monkeypatch.delenv(name)
    monkeypatch.setenv("AFTERSHOCK_DATA", str(tmp_path / "data"))


@pytest.fixture
def rng():
    return np.random.default_rng(20170705)


@pytest.fixture(scope="session")
def world():
    """The embedded panel."""
    return embedded_panel()


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command as a user does; return (exit code, stdout, stderr)."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)

    def call(*args):
        monkeypatch.setattr(sys, "argv", ["aftershock", *map(str, args)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def make_panel():
    """Make a small country panel from deaths of shape (units, months) or (units, months, 3)."""

    def make(deaths, *, first=400, units=(60, 220, 245), exists=None):
        deaths = np.asarray(deaths, np.int64)
        if deaths.ndim == 2:
            deaths = np.stack([deaths, np.zeros_like(deaths), np.zeros_like(deaths)], axis=2)
        n, t = deaths.shape[:2]
        return Panel(
            kind="country_id",
            units=np.array(units[:n], np.int64),
            months=np.arange(first, first + t),
            deaths=deaths,
            exists=np.ones((n, t), bool) if exists is None else exists,
            provisional=np.zeros(t, bool),
            provenance=Provenance("test", "test", "test"),
        )

    return make


FIRST = (
    "tests/web/", "tests/test_cli.py", "tests/accounts/test_example.py", "src/aftershock/__init__.py", "tests/report/",
    "tests/system/test_simulate.py", "docs/after-the-fall.md", "tests/accounts/questions/",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that at the end no core waits for a long file that began late."""
    items.sort(key=lambda item: next((k for k, one in enumerate(FIRST) if item.nodeid.startswith(one)), len(FIRST)))


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="Write the texts in tests/golden anew.")
    parser.addoption("--update-pictures", action="store_true", help="Take the pictures in tests/web/pictures anew.")


SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of pages: its driver cannot be started twice in a process."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("The tests of pages open them in a browser: install Chromium with `sh tests/install_browser.sh`.")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield found
        found.close()
