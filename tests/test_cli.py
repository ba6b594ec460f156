"""The command line as a user meets it: what it prints, what it writes, how it refuses."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

COMMAND = [sys.executable, "-m", "aftershock"]


@pytest.fixture
def panel_file(tmp_path, world):
    path = tmp_path / "panel.csv"
    frame = world.to_frame()
    frame[frame.month_id > 380].to_csv(path, index=False)
    return path


FAST = ("--draws", "40", "--no-track-record", "--horizons", "1,2")


@pytest.fixture
def no_report(monkeypatch):
    """Leave the report out where only the other files matter."""
    monkeypatch.setattr("aftershock.report.write_report", lambda path, *_, **__: path.write_text("report"))


def test_the_main_job_writes_four_files_and_says_what_it_rests_on(run, tmp_path):
    out = tmp_path / "out"
    code, text, _ = run("forecast", "--out", out, "--draws", "60", "--horizons", "1-3")
    assert code == 0
    assert {p.name for p in out.iterdir()} == {"forecast.parquet", "forecast.hub.parquet", "summary.csv", "report.html"}
    assert "Data: embedded figures (UCDP GED, revised series to December 2021), to 2021-12." in text
    assert "CC BY 4.0" in text
    assert pq.read_schema(out / "forecast.parquet").names == ["month_id", "country_id", "draw", "outcome"]
    summary = pd.read_csv(out / "summary.csv")
    assert len(summary) == 191 * 4 * 3
    assert {"mean", "median", "lower_95", "upper_95", "p_1", "p_25", "p_100", "p_1000", "change"} <= set(summary)


def test_same_seed_same_bytes(run, tmp_path):
    for name in ("a", "b"):
        assert run("forecast", "--out", tmp_path / name, "--countries", "Syria,IRQ", *FAST)[0] == 0
    run("forecast", "--out", tmp_path / "c", "--countries", "Syria,IRQ", "--seed", "2", *FAST)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name
    assert (tmp_path / "a/forecast.parquet").read_bytes() != (tmp_path / "c/forecast.parquet").read_bytes()


@pytest.mark.usefixtures("no_report")
def test_a_panel_file_an_origin_and_a_target(run, tmp_path, panel_file):
    args = ("--origin", "2017-10", "--target", "ns", "--horizons", "3-14", "--draws", "12", "--no-track-record")
    code, text, _ = run("forecast", panel_file, "--out", tmp_path / "out", "--model", "conflictology", *args, "--json")
    document = json.loads(text)
    assert code == 0
    assert document["source"] == "panel.csv"
    assert (document["origin"], document["months"][0], document["months"][-1]) == ("2017-10", "2018-01", "2018-12")
    draws = pd.read_parquet(tmp_path / "out/forecast.parquet")
    nigeria = draws[(draws.country_id == 79) & (draws.month_id == 457)].outcome.tolist()
    past = pd.read_csv(panel_file).query("country_id == 79 and 443 <= month_id <= 454").ged_ns.tolist()
    assert nigeria == past


def test_score_and_compare(run, tmp_path, world):
    for name in ("conflictology", "exactly_zero"):
        made = (
            __import__("aftershock")
            .make_model(name)
            .forecast(world.until(454), horizons=range(3, 15), targets=("sb",), draws=12)
        )
        frame = __import__("aftershock").views_table(made, "sb").to_pandas()
        frame.to_parquet(tmp_path / f"{name}.parquet", index=False)
    frame = world.to_frame()
    frame[frame.month_id.between(457, 468)].to_csv(tmp_path / "actuals.csv", index=False)
    code, text, _ = run("score", tmp_path / "conflictology.parquet", tmp_path / "actuals.csv", "--json")
    assert code == 0
    assert json.loads(text)["crps"] == pytest.approx(14.48, abs=0.03)
    code, text, _ = run("score", tmp_path / "conflictology.parquet", tmp_path / "actuals.csv")
    assert "taken as sb: 2,292 forecasts scored\n" in text
    args = [tmp_path / f"{n}.parquet" for n in ("conflictology", "exactly_zero")]
    code, text, _ = run("compare", *args, tmp_path / "actuals.csv", "--json")
    rows = {row["score"]: row for row in json.loads(text)["scores"]}
    assert rows["ign"]["verdict"] == "A is better"
    assert rows["ign"]["upper"] < 0
    assert "A is better" in run("compare", *args, tmp_path / "actuals.csv")[1]


def test_backtest_prints_and_writes_the_table(run, tmp_path):
    args = ("--windows", "2021", "--models", "conflictology:window=6,exactly_zero", "--draws", "20")
    code, text, _ = run("backtest", *args, "--out", tmp_path / "table.csv")
    assert code == 0
    assert "conflictology:window=6" in text
    table = pd.read_csv(tmp_path / "table.csv")
    assert table.window.astype(str).tolist() == ["2021", "all", "2021", "all"]
    rows = json.loads(run("backtest", *args, "--json")[1])["rows"]
    assert rows[2]["crps"] == pytest.approx(87.34, abs=0.01)


def test_panel_writes_the_embedded_countries(run, tmp_path):
    assert run("panel", "--out", tmp_path / "p.parquet")[0] == 0
    assert len(pd.read_parquet(tmp_path / "p.parquet")) == 73717
    code, _, err = run("panel", "--unit", "priogrid", "--out", tmp_path / "p.csv")
    assert code == 3
    assert "the store must hold UCDP data" in err


def test_status_of_an_empty_store_says_what_will_be_used(run, tmp_path):
    _, text, _ = run("status", "--data-dir", tmp_path / "none")
    assert "Empty: forecasts use the embedded figures" in text
    assert json.loads(run("status", "--json")[1])["vintages"] == []


BAD = [
    (("forecast", "--model", "conflictolgy"), 2, "a model must be known by its name; found 'conflictolgy'. Did you mean conflictology?"),
    (("forecast", "--horizons", "0"), 2, "horizons must lie between 1 and 36; found 0 to 0."),
    (("forecast", "--horizons", "14-3"), 2, "horizons must be months ahead, in order; found '14-3'."),
    (("forecast", "--horizons", "1,000"), 2, "horizons must lie between 1 and 36; found 0 to 1."),
    (("forecast", "--horizons", "1000"), 2, "horizons must lie between 1 and 36; found 1000 to 1000."),
    (("forecast", "--draws", "0"), 2, "draws must be a whole number between 1 and 100,000; found 0."),
    (("forecast", "--origin", "2031-01"), 2, "an origin must lie within the data, 1989-01 to 2021-12; found 2031-01."),
    (("forecast", "--origin", "2021-13"), 2, "a month must be written YYYY-MM; found '2021-13'."),
    (("forecast", "--target", "war"), 2, "a target must be one of sb, ns, os, total; found 'war'."),
    (("forecast", "--countries", "Syira"), 2, "Did you mean Syria?"),
    (("forecast", "--as-of", "yesterday"), 2, "--as-of must be a day, YYYY-MM-DD; found 'yesterday'."),
    (("forecast", "--as-of", "2020-01-01"), 2, "--as-of needs stored vintages"),
    (("forecast", "nothere.csv"), 3, "an input file must be readable; found nothere.csv: No such file or directory."),
    (("import", "nothere.csv"), 3, "an input file must be readable; found nothere.csv: No such file or directory."),
    (("backtest", "--windows", "2021-2018"), 2, "windows must be years; found '2021-2018'."),
    (("panel", "--out", "p.txt"), 2, "a panel must be written as .csv or .parquet; found p.txt."),
    (("pull", "--from", "ftp://example.invalid/"), 2, "http"),
    (("forecast", "--nonsense"), 2, "No such option"),
    (("forcast",), 2, "No such command"),
    (("backtest", "--models", ""), 2, "a backtest needs a model and a window; found none."),
    (("forecast", "--countries", ","), 2, "countries must be named; found none."),
    (("forecast", "--countries", "South Sudan", "--origin", "2005-12"), 2, "countries asked for must have figures at the origin"),
    (("forecast", "--model", "pool:correlation=2"), 2, "a correlation must lie between 0 and 1; found 2."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("args", "code", "message"), BAD, ids=lambda value: " ".join(value) if isinstance(value, tuple) else None
)
def test_bad_input_gets_one_sentence(run, tmp_path, monkeypatch, args, code, message):
    monkeypatch.chdir(tmp_path)
    got, out, err = run(*args)
    assert got == code
    assert message in err
    assert "Traceback" not in out + err
    assert not (tmp_path / "aftershock-forecast/report.html").exists()


def pdf(path):
    path.write_bytes(b"%PDF-1.7 something")


def duplicate(path):
    path.write_text("month_id,country_id,ged_sb,ged_ns,ged_os\n500,60,1,0,0\n500,60,2,0,0\n")


def gap(path):
    path.write_text("month_id,country_id,ged_sb,ged_ns,ged_os\n500,60,1,0,0\n502,60,2,0,0\n")


def unknown_country(path):
    path.write_text("month_id,country_id,ged_sb,ged_ns,ged_os\n500,9999,1,0,0\n")


def negative(path):
    path.write_text("month_id,country_id,ged_sb,ged_ns,ged_os\n500,60,-1,0,0\n")


def wrong_columns(path):
    path.write_text("month,country,deaths\n1,2,3\n")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda p: p.write_bytes(b""), "an input file must hold data; found"),
        (pdf, "an input file must be CSV text in UTF-8; found"),
        (duplicate, "month_id, country_id must name each row once; found 1 keys twice"),
        (gap, "a panel must hold every month of a country from its first to the panel's last; found 1 missing"),
        (unknown_country, "country_id must be a VIEWS country; found 9999"),
        (negative, "ged_sb must hold whole numbers of 0 or more; found 1 others"),
        (
            wrong_columns,
            "the file must have the columns month_id, country_id, ged_sb, ged_ns, ged_os; found no month_id",
        ),
    ],
)
def test_a_bad_panel_gets_one_sentence(run, tmp_path, write, message):
    path = tmp_path / "panel.csv"
    write(path)
    code, _, err = run("forecast", path, "--out", tmp_path / "out", *FAST)
    assert code == 3
    assert message in err


def test_an_unwritable_out_is_refused_before_any_work(run, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run("forecast", "--out", tmp_path / "file/out", *FAST)
    assert code == 4
    assert "the output folder must be writable" in err


@pytest.mark.parametrize("delay", [0.15, 0.6, 1.2, 2.5])
def test_an_interrupt_at_any_moment_leaves_whole_files(tmp_path, delay):
    out = tmp_path / "out"
    heeding = ["env", "--default-signal=INT"]  # what is started in the background ignores it, and so would its children
    process = subprocess.Popen(
        [*heeding, *COMMAND, "forecast", "--out", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=180)
    assert "Traceback" not in err
    assert process.returncode in (0, 130, -signal.SIGINT)
    for path in out.glob("*") if out.exists() else ():
        assert not path.name.startswith("."), "a temporary file was left"
        if path.suffix == ".parquet":
            assert pq.read_table(path).num_rows > 0


def test_numbers_are_whole_in_the_challenges_file(run, tmp_path):
    run("forecast", "--out", tmp_path / "out", "--countries", "Iraq", *FAST)
    outcome = pd.read_parquet(tmp_path / "out/forecast.parquet").outcome
    assert outcome.dtype == np.int32
    assert outcome.min() >= 0


def test_help_names_every_option():
    text = subprocess.run([*COMMAND, "forecast", "--help"], capture_output=True, text=True, check=True).stdout
    for option in (
        "--origin",
        "--horizons",
        "--target",
        "--model",
        "--draws",
        "--seed",
        "--countries",
        "--out",
        "--as-of",
        "--json",
    ):
        assert option in text
