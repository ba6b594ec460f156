"""A written submission, read and scored by the challenge's own means, gets the scores that Aftershock gives it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aftershock import (
    SubmissionDetails,
    check_submission,
    forecast_window,
    read_actuals,
    read_panel,
    score,
    write_submission,
)

YEARS = (2018, 2021)


@pytest.mark.parametrize("model", ["pool", "conflictology"])
def test_the_challenges_scorer_reads_what_is_written(data: Path, scorer: Path, tmp_path: Path, model: str) -> None:
    panel = read_panel(data / "views" / "country_month_1989_2021.parquet")
    actuals = read_actuals(data / "views" / "actuals_2018_2021.parquet")
    forecasts = {year: forecast_window(panel, year, model=model) for year in YEARS}
    details = SubmissionDetails("peace", model, model, "office@example.org", [("peace", "")])
    write_submission(tmp_path, forecasts.values(), details)
    assert check_submission(tmp_path, windows=YEARS, actuals=actuals) == []
    for year, made in forecasts.items():
        path = tmp_path / f"cm/window=Y{year}/predictions_{year}.parquet"
        first, last = (str(month) for month in made.months[[0, -1]])
        command = [sys.executable, scorer, path, data / "views" / "actuals_2018_2021.parquet"]
        command += ["--month-from", first, "--month-to", last]
        theirs = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        ours = score(made, actuals)
        assert theirs["n"] == len(ours) == 191 * 12
        for name, digits in (("crps", 4), ("ign", 4), ("mis", 3), ("log_crps", 5)):
            assert theirs[name] == pytest.approx(ours.values[name].mean(), abs=0.51 * 10**-digits), name
