"""The commands on actors: sentences, JSON, a report where one is asked for, and what they refuse."""

import json

import pytest

from ged_rows import day_row, write_ged

RELATION = """relations:
  - a: Government of Turkey
    relation: supports
    b: Hawar Kilis Operations Room
    from: 2016-08-24
    until: ongoing
    source: "a report, page 12"
"""


@pytest.fixture
def relations(tmp_path):
    def write(text):
        path = tmp_path / "relations.yaml"
        path.write_text(text)
        return path

    return write


def test_help_names_the_commands_and_their_options(run):
    code, text, _ = run("--help")
    assert code == 0
    for name in ("network", "spread", "succession", "dispersion"):
        assert f"  {name} " in text
        options = run(name, "--help")[1]
        assert all(f"--{option} " in options for option in ("data-dir", "source", "as-of", "out", "json"))


def test_network_in_sentences_with_a_report(run, relations, tmp_path):
    out = tmp_path / "new" / "network.html"
    code, text, err = run(
        "network", "--until", "2017-07-05", "--countries", "Syria", "--relations", relations(RELATION), "--out", out
    )
    assert (code, err) == (0, "")
    assert text.startswith("Data: embedded figures (")
    assert "Note: The days of Syria run from January 2016" in text
    assert " actors and " in text
    assert "How far from two camps\n  At least " in text
    assert "Which pairs may come to blows\n  " in text
    assert "(90 %: " in text
    assert "Source: UCDP (CC BY 4.0)" in text
    assert f"Report: {out}. Open it in a browser." in text
    page = out.read_text()
    assert '<section id="blows"' in page
    assert "Government of Turkey supports Hawar Kilis Operations Room" in page


def test_network_as_json_with_aliases_and_a_window(run, tmp_path):
    rule = tmp_path / "rule.yaml"
    rule.write_text("aliases:\n  Nusra: [HTS, Jabhat Fateh al-Sham]\n")
    code, text, _ = run("network", "--until", "2017-07-05", "--window-days", 90, "--streams", rule, "--json")
    found = json.loads(text)
    assert code == 0
    assert (found["first"], found["until"], found["files"]) == ("2017-04-07", "2017-07-05", {})
    names = {actor["name"] for actor in found["actors"]}
    assert "Nusra" in names
    assert not names & {"HTS", "Jabhat Fateh al-Sham"}
    assert {"a", "b", "sign", "evidence"} <= set(found["ties"][0])
    assert found["balance"]["exact"] is True
    assert found["balance"]["lower"] <= found["balance"]["index"] <= len(found["ties"])
    assert {"chance", "low", "high", "between", "words"} <= set(found["blows"]["pairs"][0])
    assert "NaN" not in text


def test_network_of_files(run, tmp_path):
    rows = [day_row(k, f"2017-0{k % 5 + 1}-10") for k in range(1, 11)]
    code, text, err = run("network", write_ged(tmp_path / "iraq.csv", rows))
    assert (code, err) == (0, "")
    assert text.startswith("Data: iraq.csv (")
    assert "2 actors and 1 tie from " in text
    assert "The network is balanced" in text
    assert "0 pairs that do not fight" in text


def test_before_there_is_anything_to_learn_from_the_network_is_told_all_the_same(run, tmp_path):
    path = write_ged(tmp_path / "early.csv", [day_row(1, "1990-02-01"), day_row(2, "1990-03-01")])
    code, text, err = run("network", path, "--out", tmp_path / "early.html")
    assert (code, err) == (0, "")
    assert "2 actors and 1 tie from " in text
    assert "Cannot say: learning needs pairs that came to blows; found none up to 1988." in text
    assert json.loads(run("network", path, "--json")[1])["blows"] is None
    assert 'id="blows"' not in (tmp_path / "early.html").read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('    source: "a report, page 12"\n', "", "source"),
        ("    from: 2016-08-24\n", "", "from"),
        ("    until: ongoing\n", "", "until"),
        ("until: ongoing", "until: 2016-01-01", "before it begins on 2016-08-24"),
        ("relation: supports", "relation: likes", "'supports'"),
    ],
)
def test_a_relation_with_a_fault_is_named_with_its_line(run, relations, old, new, said):
    code, out, err = run("network", "--relations", relations(RELATION.replace(old, new)))
    assert (code, out) == (2, "")
    assert said in err
    assert "line " in err
    assert "relations.yaml" in err


def test_a_relation_of_somebody_unknown_offers_the_nearest(run, relations):
    text = RELATION.replace("Government of Turkey", "Goverment of Turky")
    code, _, err = run("network", "--until", "2017-07-05", "--relations", relations(text))
    assert code == 2
    assert "found 'Goverment of Turky' in line 2 of" in err
    assert "Did you mean Government of Turkey?" in err


def test_spread_in_sentences_json_and_report(run, tmp_path):
    out = tmp_path / "spread.html"
    code, text, err = run("spread", "GIA", "--until", 2001, "--out", out)
    assert (code, err) == (0, "")
    assert text.startswith("Data: embedded figures (UCDP by dyad, country and year")
    assert "New countries to expect within a year: " in text
    assert "Mali: " in text
    assert "What came: no new country." in text
    assert '<section id="spread-1"' in out.read_text()
    code, text, _ = run("spread", "GIA", "--until", "2002-06-30", "--json")
    found = json.loads(text)
    assert code == 0
    assert found["actor"] == "GIA"
    assert found["until"] == 2001
    assert found["files"] == {}
    chances = [each["probability"] for each in found["countries"]]
    assert len(chances) > 150
    assert all(0 <= each["low"] <= each["value"] <= each["high"] <= 1 for each in chances)
    assert [each["value"] for each in chances] == sorted((each["value"] for each in chances), reverse=True)


def test_succession_in_sentences_json_and_report(run, tmp_path):
    out = tmp_path / "succession.html"
    code, text, err = run("succession", "GIA", "--out", out)
    assert (code, err) == (0, "")
    assert "GIA was last active in 2004" in text
    assert "Chance that a successor is active, with 90 % intervals: " in text
    assert "What comes after <bdi>GIA</bdi>" in out.read_text()
    documents = [json.loads(run("succession", "Seleka", "--at", at, "--json")[1]) for at in ("2016", "2016-12-31")]
    assert documents[0] == documents[1]
    assert documents[0]["at"] == 2016
    assert {"successors", "chances", "sizes", "came", "lines", "citation"} <= set(documents[0])


def test_dispersion_in_sentences_json_and_report(run, tmp_path):
    out = tmp_path / "dispersion.html"
    args = ("dispersion", "IS", "--countries", "Iraq", "--at", "2017-12-09", "--days", 180)
    code, text, err = run(*args, "--out", out)
    assert (code, err) == (0, "")
    assert text.startswith("Data: embedded figures (")
    assert "events from 2017-06-13 to 2017-12-09" in text
    assert "The effective number of cells rose: times " in text
    assert "Before and after 2017-12-09" in out.read_text()
    found = json.loads(run(*args, "--json")[1])
    assert found["at"] == "2017-12-09"
    assert found["cells_ratio"]["low"] <= found["cells_ratio"]["value"] <= found["cells_ratio"]["high"]
    assert found["course"][0]["start"] < found["course"][-1]["end"]


def test_the_store_is_used_where_it_knows_the_actor(run, tmp_path):
    rows = [day_row(k, f"2017-0{k % 5 + 1}-10") for k in range(1, 41)]
    assert run("import", write_ged(tmp_path / "iraq.csv", rows))[0] == 0
    text = run("dispersion", "IS")[1]
    assert text.startswith("Data: store (")
    assert "40 events" in text
    assert run("succession", "IS")[1].startswith("Data: store (")
    assert run("succession", "GIA")[1].startswith("Data: embedded figures (")


@pytest.mark.parametrize("command", ["spread", "succession", "dispersion"])
def test_an_unknown_actor_offers_the_nearest(run, command):
    code, out, err = run(command, "Jabhat Fatah al-Shan")
    assert (code, out) == (2, "")
    assert "found 'Jabhat Fatah al-Shan'" in err
    assert "Did you mean Jabhat Fateh al-Sham" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("network", "--until", "July"), "--until must be a day, YYYY-MM-DD; found 'July'"),
        (("network", "--window-days", "0"), "window_days must be a whole number from 1 up; found 0"),
        (("network", "--until", "1999-01-01"), "a network needs a state-based or non-state event; found none"),
        (("network", "--countries", "Syra"), "Did you mean Syria?"),
        (("network", "--as-of", "2020-01-01"), "--as-of needs stored vintages"),
        (("spread", "Government of Syria"), "not of governments"),
        (("spread", "IS", "--until", "soon"), "an origin must be a year, a month or a day; found 'soon'"),
        (("spread", "IS", "--years", "9"), "the horizon between 1 and 5 years"),
        (("spread", "GIA", "--until", "2020"), "found GIA, active in 1992 to 2004"),
        (("succession", "GIA", "--at", "19"), "--at must be a day, YYYY-MM-DD; found '19'"),
        (("succession", "GIA", "--at", "2050"), "the year to look from must lie in"),
        (("succession", "GIA", "--as-of", "2020-01-01"), "--as-of needs stored vintages"),
        (("dispersion", "IS", "--at", "2030-01-01"), "the day must lie within the record"),
        (("dispersion", "IS", "--at", "2017-07-05", "--days", "3"), "compared over 30 days or more"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run, args, said):
    code, out, err = run(*args)
    assert (code, out) != (0, "")
    assert code in (2, 3)
    assert said in err
    assert "Traceback" not in err
