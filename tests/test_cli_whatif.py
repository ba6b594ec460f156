"""``aftershock whatif`` as a user meets it."""

import json
from pathlib import Path

import pandas as pd
import pytest

from aftershock.scenarios import running
from aftershock.scenarios.examples import EXAMPLES
from aftershock.system.files import write_system
from scenario_systems import made_prepared, made_system, scenario_text

GOLDEN = Path(__file__).parent / "golden"
LEAVES = "kind: leaves, actor: IS, date: 2017-10-01"
FILES = ["answers.json", "comparison.csv", "differences.csv", "draws.parquet", "hubverse.parquet", "report.html"]
QUICK = ("--draws", 20)
PREPARE = running.prepare


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("system")
    write_system(folder, made_system())
    return folder


@pytest.fixture
def place(tmp_path, monkeypatch, kept):
    """A folder with a fitted system, prepared once for all tests, and two scenarios, in which the command runs."""
    monkeypatch.setattr(running, "prepare", lambda _: made_prepared())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("system").symlink_to(kept)
    asked = ["actor: IS, country: Iraq, by: 2017-12-31"]
    Path("leaves.yaml").write_text(scenario_text(LEAVES, name="is-leaves", ask=asked))
    Path("front.yaml").write_text(
        scenario_text("kind: shock, stream: IS – SDF, events: 40, date: 2017-10-01", name="a-burst", ask=asked)
    )
    return tmp_path


def test_a_scenario_gives_sentences_files_and_a_page(run, place, monkeypatch):
    monkeypatch.setattr(running, "prepare", PREPARE)
    code, text, err = run("whatif", "leaves.yaml", "--system", "system", *QUICK)
    assert (code, err) == (0, "")
    assert text.startswith("Is-leaves here, 2017-07-06 to 2017-12-31, beside the course that goes on:\n  Deaths: ")
    assert "IS active in Iraq in the 90 days to 2017-12-31: under 1 % instead of over 99 %." in text
    assert "What the record can tell: " in text
    assert "Source: UCDP (CC BY 4.0): test." in text
    assert sorted(path.name for path in (place / "whatif").iterdir()) == FILES
    assert set(pd.read_parquet(place / "whatif" / "hubverse.parquet").target) >= {"ged_total", "ged_sb", "ged_os"}
    assert "What if" in (place / "whatif" / "report.html").read_text(encoding="utf-8")


GOLDEN_RUNS = {
    "whatif_two": ["whatif", "leaves.yaml", "front.yaml", "--system", "system", "--draws", "20", "--out", "o"],
    "whatif_unknown_actor": ["whatif", "unknown.yaml", "--system", "system"],
    "whatif_contradiction": ["whatif", "contradiction.yaml", "--system", "system"],
    "whatif_before": ["whatif", "before.yaml", "--system", "system"],
    "whatif_share": ["whatif", "share.yaml", "--system", "system"],
    "whatif_no_system": ["whatif", "leaves.yaml"],
}


@pytest.mark.parametrize("name", GOLDEN_RUNS)
def test_words_stay_as_they_are(name, run, place, request):
    faults = {
        "unknown": ["kind: leaves, actor: ISS, date: 2017-10-01"],
        "contradiction": [LEAVES, "kind: scale, actor: IS, factor: 0.5, date: 2017-11-01"],
        "before": ["kind: leaves, actor: IS, date: 2017-07-01"],
        "share": [
            "kind: dissolves, actor: IS, joins: SDF, share: 1.5, date: 2017-10-01",
            "kind: leaves, date: 2017-10-01",
        ],
    }
    for file, lines in faults.items():
        Path(f"{file}.yaml").write_text(scenario_text(*lines))
    code, out, err = run(*GOLDEN_RUNS[name])
    text = f"$ aftershock {' '.join(GOLDEN_RUNS[name])}\n{out}{err}exit code {code}\n"
    path = GOLDEN / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_json_is_one_document_and_the_same_again(run, place):
    args = ("whatif", "leaves.yaml", "front.yaml", "--system", "system", *QUICK, "--json")
    code, text, err = run(*args)
    document = json.loads(text)
    assert (code, err) == (0, "")
    assert [row["scenario"] for row in document["table"]] == ["baseline", "is-leaves", "a-burst"]
    assert sorted(document["files"]) == FILES
    assert document["answers"][0]["identification"]["verdict"] in ("cannot say", "can say in part")
    assert {key: value for key, value in document.items() if key != "files"} == json.loads(
        (place / "whatif" / "answers.json").read_text(encoding="utf-8")
    )
    pages = (place / "whatif" / "report.html").read_bytes()
    assert run(*args)[1] == text
    assert (place / "whatif" / "report.html").read_bytes() == pages
    assert run(*args, "--seed", 2)[1] != text


def test_parts_are_kept_and_give_the_same(run, place):
    args = ("whatif", "leaves.yaml", "--system", "system", *QUICK, "--json")
    assert run(*args, "--parts", "parts")[1] == run(*args)[1]
    assert [path for path in (place / "parts").rglob("*") if path.is_file()]


def test_without_a_folder_the_system_is_fitted_as_the_scenario_says(run, place, monkeypatch):
    seen = []

    def fit(written, events, seed, _progress):
        seen.append((written.scenario.system.countries, events.provenance.source, len(events), seed))
        return made_system()

    monkeypatch.setattr(running, "_fit", fit)
    for name, where in (("one", "Syria"), ("two", "Iraq"), ("three", "Iraq")):
        text = scenario_text(LEAVES, name=name, more=f"system: {{countries: [{where}]}}\n")
        Path(f"{name}.yaml").write_text(text)
    code, text, _ = run("whatif", "one.yaml", "two.yaml", "three.yaml", *QUICK, "--seed", 3)
    assert code == 0
    assert [each[0] for each in seen] == [("Syria",), ("Iraq",)]
    assert {each[1:] for each in seen} == {("embedded figures", seen[0][2], 3)}
    assert "Three here" in text
    assert run("whatif", "one.yaml", "--as-of", "2020-01-01")[2].startswith("Error: --as-of needs stored vintages")


def test_examples_come_by_name(run, place, monkeypatch):
    monkeypatch.setattr(running, "_fit", lambda *_: pytest.fail("not for names that are wrong"))
    code, _, err = run("whatif", "--example", "after-isi")
    assert (code, err) == (2, "Error: an example must be known; found 'after-isi'. Did you mean after-isis?\n")
    asked = []
    monkeypatch.setattr(
        "aftershock.scenarios.whatif_many", lambda written, *_, **__: asked.extend(written) or run_dry()
    )
    run("whatif", "--example", "after-isis", "leaves.yaml", "--system", "system")
    assert [one.scenario.name for one in asked] == [*EXAMPLES["after-isis"], "is-leaves"]


def run_dry():
    from aftershock.errors import UsageError

    raise UsageError("nothing more", found="enough", fix="Stop.")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "there must be a scenario; found none. Give SCENARIO.yaml, or --example after-isis to see some."),
        (("leaves.yaml", "leaves.yaml"), "must have names of their own; found line 1 of leaves.yaml: is-leaves"),
        (("leaves.yaml", "--system", "system", "--as-of", "2017-01-01"), "--source and --as-of choose what a system is fitted on"),
        (("leaves.yaml", "--system", "none"), "none"),
        (("none.yaml",), "a scenario must be readable; found none.yaml"),
        (("leaves.yaml", "--system", "system", "--draws", 0), "draws must be a whole number between 1 and 100,000; found 0"),
        (("leaves.yaml", "--system", "system", "--dask", "locl"), "locl"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(run, place, args, said):
    code, text, err = run("whatif", *args)
    assert code in (2, 3)
    assert text == ""
    assert said in err
    assert err.startswith("Error: ")
    assert "Traceback" not in err
