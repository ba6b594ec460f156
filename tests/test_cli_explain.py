"""``aftershock explain`` as a user meets it."""

import json

import pytest


@pytest.fixture
def panel_file(tmp_path, world):
    path = tmp_path / "panel.parquet"
    frame = world.to_frame()
    frame[frame.month_id.between(385, 454)].to_parquet(path)
    return path


def test_explain_says_the_forecast_first_and_then_why(run, panel_file):
    code, text, _ = run("explain", "Nigeria", panel_file, "--target", "os", "--horizon", "3", "--most", "4")
    assert code == 0
    lines = text.splitlines()
    assert lines[0] == "Nigeria: one-sided deaths, November 2017 to January 2018, from what was known in October 2017"
    heads = [line for line in lines if line and line[0] != " "]
    assert heads[1:5] == [
        "Forecast for the 3 months together",
        "Similar situations of the past",
        "What made the difference",
        "The models behind it",
    ]
    start = next(k for k, line in enumerate(lines) if line.split()[:2] == ["share", "where"])
    assert all("%" in line for line in lines[start + 1 : start + 5])
    assert lines[start + 5] == ""
    assert lines[-1].startswith("Data: panel.parquet (")


def test_a_quiet_country_gets_a_sensible_text(run, panel_file):
    code, text, _ = run("explain", "ISL", panel_file, "--horizon", "2")
    assert code == 0
    assert text.startswith("Iceland: state-based deaths, November 2017 to December 2017")
    assert "There is little to go on: Iceland resembles the many quiet situations" in text


def test_json_for_programs(run, panel_file):
    args = ("explain", "79", panel_file, "--origin", "2017-06", "--horizon", "3", "--most", "3", "--json")
    code, text, _ = run(*args)
    document = json.loads(text)
    assert code == 0
    assert (document["country"], document["origin"], document["horizon"]) == ("Nigeria", "2017-06", 3)
    assert (document["forecast"]["first"], document["forecast"]["last"]) == ("2017-07", "2017-09")
    assert len(document["situations"]) == len(document["features"]) == 3
    assert {"country", "country_id", "first", "last", "weight", "level", "followed"} <= set(document["situations"][0])
    assert max(row["last"] for row in document["situations"]) <= "2017-03"
    assert sum(row["weight"] for row in document["members"]) == pytest.approx(4)
    assert run(*args)[1] == text


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["explain"], 2, "Missing argument 'COUNTRY'"),
        (["explain", "Nigerai"], 2, "Did you mean Nigeria?"),
        (["explain", "Syria", "--horizon", "40"], 2, "a horizon must lie between 1 and 36; found 40."),
        (["explain", "Syria", "--origin", "1990-12"], 3, "an explanation needs 50 past situations whose outcome is known; found 24"),
        (["explain", "South Sudan", "--origin", "2005-12"], 2, "a unit to explain must have figures at the origin"),
        (["explain", "Syria", "--target", "war"], 2, "a target must be one of sb, ns, os, total; found 'war'."),
        (["explain", "Syria", "--as-of", "2020-01-01"], 2, "--as-of needs stored vintages"),
        (["explain", "Syria", "nothere.csv"], 3, "an input file must be readable; found nothere.csv"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence(run, tmp_path, monkeypatch, args, code, message):
    monkeypatch.chdir(tmp_path)
    got, out, err = run(*args)
    assert got == code
    assert message in err
    assert "Traceback" not in out + err
