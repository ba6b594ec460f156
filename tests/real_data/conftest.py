"""Tests on real records, which lie outside the repository; where the folder is absent, they are not collected.

The folder is ``AFTERSHOCK_TEST_DATA``, or ``shared/data`` beside the repository: ``events/*.csv.gz`` and ``raw/*.csv`` (UCDP
GED), ``views/*.parquet`` (the VIEWS prediction challenge), and ``../bench/score_views.py``, the challenge's scores.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("AFTERSHOCK_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
SCORER = DATA.parent / "bench" / "score_views.py"

collect_ignore_glob = [] if DATA.is_dir() else ["test_*.py"]
if not SCORER.is_file():
    collect_ignore_glob += ["test_real_benchmarks.py", "test_real_submission.py"]


def _line() -> str:
    return f"real records: {DATA}" if DATA.is_dir() else f"real records: none, {DATA} is absent (AFTERSHOCK_TEST_DATA)"


def pytest_report_header() -> str:
    """Say where the records are, when pytest is started on this folder."""
    return _line()


def pytest_report_collectionfinish() -> str:
    """Say it when pytest is started on a folder above, too, which reads this file too late for the header."""
    return _line()


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real records."""
    return DATA


@pytest.fixture(scope="session")
def scorer() -> Path:
    """The challenge's own scores, a Python file."""
    return SCORER
