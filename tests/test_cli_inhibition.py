"""``aftershock system fit --inhibition`` as a user meets it."""

import json

import pandas as pd


def test_a_system_with_inhibition_from_end_to_end(run, tmp_path):
    out = tmp_path / "out"
    options = ("--countries", "Iraq", "--first", "2016-07-01", "--until", "2017-07-05", "--least-events", 200)
    code, text, err = run("system", "fit", *options, "--inhibition", "--draws", 40, "--json", "--out", out)
    assert (code, err) == (0, "")
    document = json.loads(text)
    assert document["inhibition"] is True
    assert document["ratio"]["upper_bound"] is True
    assert document["share"] == document["half_life"] == {"lower_90": None, "median": None, "upper_90": None}
    assert document["backgrounds"] == []
    assert document["spiral"]["bound"] is True
    assert document["spiral"]["edges"] == []
    assert {"p_above", "p_below"} <= set(document["edges"][0])
    assert pd.read_csv(out / "edges.csv").lower_90.min() < 0
    assert not (out / "backgrounds.csv").exists()
    code, text, err = run("system", "show", out)
    assert (code, err) == (0, "")
    assert "On later days, per event of:" in text
    assert "That is an upper bound:" in text
    assert "branching ratio" not in text
    code, text, _ = run("system", "simulate", out, "--days", 20, "--draws", 20)
    assert code == 0
    assert text.startswith("Futures: ")
