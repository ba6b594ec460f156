"""``aftershock system`` as a user meets it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from aftershock.cli.system import _say_matrix
from aftershock.errors import DataError, UsageError
from aftershock.figures.days import embedded_events
from aftershock.streams import StreamRule, build_streams
from aftershock.system import workflow
from aftershock.system.files import read_system, write_system
from ged_rows import acled_row, day_row, make_events, write_acled, write_ged

RULE = StreamRule(least_events=100, dates="start")
SPAN = ("--countries", "Iraq", "--first", "2016-07-01")
QUICK = ("--background", "constant", "--draws", 40)


@pytest.fixture(scope="module")
def fitted():
    """A few streams of a year of Iraq's days."""
    events = embedded_events(["Iraq"])
    return workflow.fit_events(events, rule=RULE, first="2016-07-01", until="2017-07-05", draws=40)


@pytest.fixture(scope="module")
def kept(tmp_path_factory, fitted):
    folder = tmp_path_factory.mktemp("system")
    workflow.write_fitted(folder, fitted)
    return folder


@pytest.fixture
def folder(tmp_path, kept):
    return Path(shutil.copytree(kept, tmp_path / "system"))


@pytest.fixture
def rule(tmp_path):
    path = tmp_path / "rule.yaml"
    path.write_text("least_events: 100\ndates: start\n")
    return path


def test_the_comparison_says_of_the_systems_background_what_the_system_says(fitted):
    assert fitted.comparison.backgrounds == (365,)
    assert fitted.comparison.ratio[0].tolist() == fitted.structure.ratio.tolist()


def test_help_names_the_four_commands(run):
    code, text, _ = run("system", "--help")
    assert code == 0
    assert all(f"  {name} " in text for name in ("fit", "show", "simulate", "score"))


def test_fit_writes_one_folder_and_says_what_was_found(run, rule, tmp_path):
    out = tmp_path / "out"
    code, text, err = run("system", "fit", *SPAN, "--until", "2017-07-05", "--streams", rule, *QUICK, "--out", out)
    assert (code, err) == (0, "")
    names = [
        "backgrounds.csv",
        "backgrounds.json",
        "edges.csv",
        "report.html",
        "streams.csv",
        "system.json",
        "system.npz",
    ]
    assert sorted(p.name for p in out.iterdir()) == names
    assert text.startswith("Data: embedded figures (")
    assert "Note: The days of Iraq end in December 2018." in text
    assert "The days of Syria" not in text
    assert "The branching ratio is " in text
    assert "90 % interval" in text
    assert "Source: UCDP" in text
    streams = read_system(out).names
    assert list(pd.read_csv(out / "streams.csv").stream) == list(streams)
    assert len(pd.read_csv(out / "edges.csv")) == len(streams) ** 2
    page = (out / "report.html").read_text()
    assert page.startswith("<!doctype html>") or page.lower().startswith("<!doctype html>")
    assert "<script src" not in page


def test_fit_in_json_and_from_files(run, tmp_path):
    rng = np.random.default_rng(1)
    days = [str(np.datetime64("2017-01-01") + int(k)) for k in np.sort(rng.integers(0, 150, 120))]
    rows = [day_row(k + 1, day) for k, day in enumerate(days)]
    half = write_ged(tmp_path / "a.csv", rows[:80])
    write_ged(tmp_path / "b.csv", [*rows[60:], day_row(900, "2017-05-01", best=-4)])
    args = (
        "system",
        "fit",
        half,
        tmp_path / "b.csv",
        "--draws",
        20,
        "--background",
        "constant",
        "--json",
        "--out",
        tmp_path / "o",
    )
    code, text, _ = run(*args)
    assert code == 0
    document = json.loads(text)
    assert document["source"] == "a.csv, b.csv"
    assert any("1 of 61 rows of b.csv were left out, the first, row 61, because" in note for note in document["notes"])
    assert document["streams"] == ["Government of Iraq – IS (state-based)"]
    assert document["per_stream"][0]["events"] == 120  # those in both files count once
    assert set(document["ratio"]) == {"lower_90", "median", "upper_90", "p_one_or_more"}
    assert document["spiral"] is None
    assert document["draws"] == 20
    assert Path(document["files"]["report.html"]).exists()
    assert run(*args)[1] == text


def test_show_prints_matrix_sentences_residuals_and_spiral(run, folder, fitted, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    (folder / "report.html").unlink(missing_ok=True)
    code, text, err = run("system", "show", folder)
    assert (code, err) == (0, "")
    assert "Direct children of an event of:" in text
    assert all(f"on {n + 1}  " in text for n in range(len(fitted.system.names)))
    assert "The branching ratio is " in text
    assert "What the system misses" in text
    assert "the next 365 days bring" in text
    assert (folder / "report.html").exists()


def test_the_matrix_shows_the_busiest_streams_and_counts_the_rest(fitted, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    _say_matrix(fitted)
    left = len(fitted.system.names) - 2
    said = f"{left} more stream is" if left == 1 else f"{left} more streams are"
    assert f"{said} in the report and in edges.csv." in capsys.readouterr().out


def test_show_in_json(run, folder, fitted):
    code, text, _ = run("system", "show", folder, "--json")
    document = json.loads(text)
    assert code == 0
    assert len(document["edges"]) == len(fitted.system.names) ** 2
    assert {"target", "source", "median", "lower_90", "upper_90", "p_above"} <= set(document["edges"][0])
    assert {"supercritical", "exceeds", "edges"} <= set(document["spiral"])
    assert document["backgrounds"][0]["background"] == "365"
    assert "NaN" not in text
    assert "Infinity" not in text


def test_simulate_by_days_and_by_months(run, folder, fitted):
    code, text, _ = run("system", "simulate", folder, "--days", 40, "--draws", 30)
    assert code == 0
    assert text.startswith("Futures: 2017-07-06 to 2017-08-14 (40 days), 30 draws.\n  Iraq: ")
    assert "no draw reached that" in text
    assert (folder / "futures.csv").exists()
    assert not (folder / "forecast_total.parquet").exists()
    other = folder / "ahead"
    code, text, _ = run(
        "system", "simulate", folder, "--months", 2, "--draws", 30, "--by", "stream", "--out", other, "--json"
    )
    document = json.loads(text)
    assert code == 0
    assert (document["by"], document["origin"], document["days"], document["capped"]) == ("stream", "2017-07-05", 57, 0)
    assert sorted(row["unit"] for row in document["totals"]) == sorted(fitted.system.names)
    forecast = pd.read_parquet(other / "forecast_total.parquet")
    assert list(forecast.columns) == ["month_id", "stream_id", "draw", "outcome"]
    draws = pd.read_parquet(other / "futures.parquet")
    assert len(draws) == len(fitted.system.names) * 2 * 30
    assert draws.deaths.sum() / 30 == pytest.approx(sum(row["deaths"] for row in document["totals"]))
    run("system", "simulate", folder, "--days", 5, "--draws", 5, "--out", other)
    assert not (other / "forecast_total.parquet").exists()  # it would not fit the new futures


def test_the_same_seed_gives_the_same_futures(run, folder):
    texts, files = [], []
    for seed in (1, 1, 2):
        texts.append(run("system", "simulate", folder, "--days", 20, "--draws", 20, "--seed", seed)[1])
        files.append((folder / "futures.parquet").read_bytes())
    assert texts[0] == texts[1] != texts[2]
    assert files[0] == files[1] != files[2]


def test_a_supercritical_system_stops_at_a_cap_and_says_so(run, fitted, tmp_path):
    wild = tuple(replace(target, feeds=target.feeds * 8) for target in fitted.system.targets)
    write_system(tmp_path / "wild", replace(fitted.system, targets=wild))
    code, text, err = run("system", "simulate", tmp_path / "wild", "--days", 200, "--draws", 4)
    assert (code, err) == (0, "")
    assert "4 of 4 draws reached that, were held there" in text


def test_score_as_json(run, rule):
    args = (*SPAN, "--train-until", "2017-07-05", "--test-until", "2017-08-31", "--streams", rule)
    code, text, _ = run("system", "score", *args, "--json")
    assert code == 0
    document = json.loads(text)
    for model in ("constant", "own_past", "own_phase", "system"):
        assert isinstance(document[model], float)
        assert document[model] * document["days"] == pytest.approx(document["per_event"][model] * document["events"])
    assert document["days"] == 57
    assert len(document["streams"]) == len(document["per_stream"]) > 2
    assert set(document["gain"]) == {"over_constant", "over_own_past", "over_own_phase"}
    gain = document["gain"]["over_own_past"]
    assert gain["mean"] == pytest.approx(document["system"] - document["own_past"])
    assert gain["lower_90"] <= gain["mean"] <= gain["upper_90"]
    assert (document["train_until"], document["test_until"], document["refit_every"]) == (
        "2017-07-05",
        "2017-08-31",
        None,
    )
    assert {"left_out", "source", "vintage", "citation", "notes"} <= set(document)


def test_score_in_words(run, rule):
    args = (
        *SPAN,
        "--train-until",
        "2017-07-05",
        "--test-until",
        "2017-08-04",
        "--streams",
        rule,
        "--refit-every",
        20,
        "--mask",
        "own",
    )
    code, text, _ = run("system", "score", *args)
    assert code == 0
    assert "30 days from 2017-07-06 to 2017-08-04, " in text
    assert "each stream's own past" in text
    assert "other streams' pasts" in text.splitlines()[-1]
    assert "90 % interval" in text.splitlines()[-1]


def test_streams_to_score_are_chosen_by_what_was_known():
    events = embedded_events(["Syria"])
    rule = StreamRule(least_events=300, dates="start")
    scores, used = workflow.score_events(
        events, train_until="2016-12-31", test_until="2017-01-31", first="2016-01-01", rule=rule
    )
    then = build_streams(events, rule=rule, first="2016-01-01", until="2016-12-31")
    assert used.names == then.names == scores.names
    assert workflow.score_events(events, train_until="2019-11-01", first="2019-01-01", rule=rule)[0].days == 30


BAD = {
    "unknown country": (["fit", "--countries", "Syrai"], 2, "Did you mean Syria?"),
    "country without events": (["fit", "--countries", "France"], 2, "a country must have events in the record; found none in France. It has: Iraq, Syria."),
    "origin after the data": (["fit", "--until", "2030-01-01"], 2, "until must lie within the record, 2003-01-01 to 2019-12-01; found 2030-01-01."),
    "origin before the data": (["fit", "--until", "1999-01-01"], 2, "until must lie within the record"),
    "not a day": (["fit", "--until", "2017-7-5"], 2, "--until must be a day, YYYY-MM-DD; found '2017-7-5'."),
    "dates out of order": (["fit", "--first", "2018-01-01", "--until", "2017-01-01"], 2, "first must not come after until; found 2018-01-01 after 2017-01-01."),
    "too few days": (["fit", "--first", "2018-01-01", "--until", "2018-01-31"], 2, "a system needs 60 days to learn from; found 31."),
    "unknown background": (["fit", "--background", "wavy"], 2, "a background must be constant or days between knots, 7 or more; found 'wavy'."),
    "background too short": (["fit", *SPAN, "--until", "2017-01-01", "--least-events", 100, "--background", "3", "--draws", 5], 2, "7 or more; found 3."),
    "unknown mask": (["fit", *SPAN, "--until", "2017-01-01", "--least-events", 100, "--mask", "lnked"], 2, "Did you mean linked?"),
    "no draws": (["fit", *SPAN, "--until", "2017-01-01", "--least-events", 100, "--draws", 0], 2, "draws must be 1 or more; found 0."),
    "least events below one": (["fit", "--least-events", 0], 2, "least_events must be a whole number from 1 up, not 0"),
    "no rule": (["fit", "--streams", "nothere.yaml"], 3, "a rule must be readable; found nothere.yaml"),
    "no file": (["fit", "nothere.csv"], 3, "must be readable; found nothere.csv"),
    "not events": (["fit", "notes.csv"], 3, "notes.csv"),
    "as of without a store": (["fit", "--as-of", "2020-01-01"], 2, "--as-of needs stored vintages"),
    "as of with files": (["fit", "notes.csv", "--as-of", "2020-01-01"], 2, "--as-of chooses among stored vintages"),
    "source that is not there": (["fit", "--source", "acled"], 3, "the store must hold ACLED data"),
    "output is a file": (["fit", "--out", "notes.csv/x"], 4, "the output folder must be writable"),
    "no folder": (["show", "nowhere"], 3, "must hold system.json and system.npz; found no folder nowhere."),
    "show of something else": (["show", "."], 3, "must hold system.json and system.npz; found no system.json in ."),
    "simulate nothing": (["simulate", "nowhere", "--days", 3], 3, "found no folder nowhere."),
    "test before training": (["score", "--train-until", "2018-01-01", "--test-until", "2017-01-01"], 2, "train_until must come before test_until; found 2018-01-01 and 2017-01-01."),
    "training after the data": (["score", "--train-until", "2031-01-01"], 2, "train_until must lie within the record, 2003-01-01 to 2019-12-01; found 2031-01-01."),
    "test after the data": (["score", "--train-until", "2017-01-01", "--test-until", "2031-01-01"], 2, "test_until must lie within the record"),
    "no training day": (["score"], 2, "Missing option '--train-until'"),
    "refit never": (["score", *SPAN, "--least-events", 100, "--train-until", "2017-07-05", "--test-until", "2017-07-31", "--refit-every", 0], 2, "days between trainings must be 1 or more"),
}  # fmt: skip


@pytest.mark.parametrize(("args", "code", "message"), BAD.values(), ids=BAD)
def test_bad_input_gets_one_sentence(run, tmp_path, monkeypatch, args, code, message):
    monkeypatch.chdir(tmp_path)
    Path("notes.csv").write_text("a,b\n1,2\n")
    got, out, err = run("system", *args)
    assert message in err
    assert got == code
    assert "Traceback" not in out + err
    assert not list(tmp_path.rglob("system.npz"))


RULES = {
    "unknown key": ("least_event: 5\n", "a rule's keys must be known; found 'least_event' in rule.yaml. Did you mean least_events?"),
    "aliases in a circle": ("aliases: {a: [b], b: [a]}\n", "aliases must not lead in a circle; found a → b → a"),
    "unknown actor": ("streams: [{name: x, actors: [IS, Government of Syrai], types: [sb]}]\n", "Did you mean Government of Syria?"),
    "unknown alias": ("aliases: {the state: [Government of Syrai]}\n", "Government of Syria"),
    "an empty stream": ("streams: [{name: x, actors: [IS, Government of Syria], types: [ns]}]\n", "a named stream must hold an event"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), RULES.values(), ids=RULES)
def test_a_bad_rule_gets_one_sentence(run, tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    Path("rule.yaml").write_text(text)
    code, out, err = run("system", "fit", "--countries", "Syria", "--streams", "rule.yaml")
    assert code == 2
    assert message in err
    assert "Traceback" not in out + err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--days", 0], "days must be a whole number between 1 and 3,660; found 0."),
        (["--days", -3], "days must be a whole number between 1 and 3,660; found -3."),
        (["--days", 10**9], "days must be a whole number between 1 and 3,660"),
        (["--days", 30, "--months", 2], "days or months must say how far; found 30 days and 2 months."),
        (["--months", 40], "months must lie between 1 and 36; found 40."),
        (["--draws", 0], "draws must be a whole number between 1 and 100,000; found 0."),
        (["--by", "strem"], "futures must be by country or stream; found 'strem'. Did you mean stream?"),
    ],
)
def test_bad_options_of_simulate(run, folder, args, message):
    code, out, err = run("system", "simulate", folder, *args)
    assert code == 2
    assert message in err
    assert "Traceback" not in out + err


def test_a_broken_folder_is_refused_by_show_and_simulate(run, folder):
    (folder / "system.npz").write_bytes((folder / "system.npz").read_bytes()[:500])
    for command in ("show", "simulate"):
        code, out, err = run("system", command, folder)
        assert code == 3
        assert "it is not the file that system.json was written with" in err
        assert "Traceback" not in out + err


def test_one_event_in_all(run, tmp_path):
    path = write_ged(tmp_path / "one.csv", [day_row(1, "2017-07-05")])
    code, _, err = run("system", "fit", path, "--out", tmp_path / "o")
    assert code == 3
    assert "a system needs 10 events on the days fitted; found 1 from 2017-07-05 to 2017-07-05." in err
    for calls in (workflow.fit_events, lambda events: workflow.score_events(events, train_until="2018-01-01")):
        with pytest.raises(DataError, match="a system needs 10 events on the days fitted; found [01] from"):
            calls(make_events(("2017-03-05", 3)))


def test_a_million_events_on_one_day():
    few = make_events(*[(str(np.datetime64("2021-01-01") + k), 1) for k in range(0, 360, 2)])
    day = few.table.slice(60, 1).take(pa.array(np.zeros(1_000_000, np.int64)))
    day = day.set_column(day.schema.get_field_index("id"), "id", pa.array(np.arange(10_000, 1_010_000)))
    events = replace(few, table=pa.concat_tables([few.table, day]))
    made = workflow.fit_events(events, first="2021-01-01", draws=10)
    assert made.system.streams.counts.sum() == 1_000_180
    assert np.isfinite(made.structure.ratio).all()
    scores, _ = workflow.score_events(events, first="2021-01-01", train_until="2021-10-01")
    assert np.isfinite(scores.per_day("system"))


def test_files_of_two_providers_would_count_twice(run, tmp_path):
    one = write_ged(tmp_path / "ged.csv", [day_row(1, "2017-07-05")])
    two = write_acled(tmp_path / "acled.csv", [acled_row()])
    code, _, err = run("system", "fit", one, two)
    assert code == 2
    assert "events must come from one provider, or some would count twice" in err
    assert len(workflow.load_events([one, two], source="acled")) == 1
    with pytest.raises(UsageError, match="files must hold events of ACLED; found those of UCDP"):
        workflow.load_events([one], source="acled")


def test_events_come_from_the_store_where_it_has_some(run, tmp_path):
    rows = [day_row(k, str(np.datetime64("2017-01-01") + k)) for k in range(1, 100)]
    assert run("import", write_ged(tmp_path / "ged.csv", rows))[0] == 0
    events = workflow.load_events()
    assert (events.provenance.source, len(events)) == ("store", 99)
