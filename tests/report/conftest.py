"""Reports, written once, and a browser to open them in."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aftershock.backtests import backtest
from aftershock.models import BENCHMARKS, make_model
from aftershock.report import write_report

DRAWS = 200


@pytest.fixture
def open_report(browser):
    """Open a report. At the end of the test nothing may have gone wrong in it, nor been asked of the network."""
    opened = []

    def open_(path: Path, *, width=1280, height=900, scheme="light", fragment=""):
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        page.set_default_timeout(10_000)
        problems, requests = [], []
        page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        opened.append((page, problems, requests, path.as_uri()))
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("body[data-drawn]")
        return page

    yield open_
    for page, problems, requests, address in opened:
        page.close()
        assert problems == []
        assert {url.partition("#")[0] for url in requests} == {address}


@pytest.fixture(scope="session")
def world_forecast(world):
    return make_model("pool").forecast(world, draws=DRAWS)


@pytest.fixture(scope="session")
def record(world):
    return backtest(world, windows=(2020, 2021), models=("pool", *BENCHMARKS), draws=DRAWS)


@pytest.fixture(scope="session")
def world_report(tmp_path_factory, world, world_forecast, record):
    """Every country, twelve months, four targets, a track record."""
    path = tmp_path_factory.mktemp("report") / "world.html"
    write_report(path, world_forecast, world, track_record=record)
    return path


@pytest.fixture(scope="session")
def small(world):
    """A panel of three countries whose last four months are provisional."""
    panel = world.select(np.array([60, 220, 245]))
    return replace(panel, provisional=panel.months > panel.last_month - 4)


@pytest.fixture
def report_of(tmp_path):
    """Write a report of a panel, forecast as asked."""

    def write(panel, *, model="pool", origin=None, target="sb", track_record=None, **options):
        past = panel.until(origin) if origin else panel
        made = make_model(model).forecast(past, draws=DRAWS, **options)
        path = tmp_path / "report.html"
        write_report(path, made, panel, target=target, track_record=track_record)
        return path

    return write
