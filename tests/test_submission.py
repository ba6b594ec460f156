"""A folder that the challenge takes: what is written keeps its rules, and every breach of them is found."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from aftershock import (
    SubmissionDetails,
    check_submission,
    forecast_window,
    make_model,
    read_forecast,
    write_submission,
)
from aftershock.contract import Forecast, Provenance
from aftershock.errors import DataError, UsageError

WHO = SubmissionDetails("peace", "Last year: again", "again", "office@example.org", [("Ä. Author", "An Institute")])
WINDOWS = (2018, 2019)
FILE = "cm/window=Y2018/predictions_2018.parquet"


@pytest.fixture
def folder(world, tmp_path):
    forecasts = (forecast_window(world, year, model="conflictology", draws=12) for year in WINDOWS)
    write_submission(tmp_path / "mine", forecasts, WHO)
    return tmp_path / "mine"


def faults_of(folder, **options):
    return check_submission(folder, **({"windows": WINDOWS, "draws": 12} | options))


def rewrite(folder, change, file=FILE):
    """Change one window's table."""
    table = change(pd.read_parquet(folder / file, partitioning=None))
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / file)


def test_what_is_written_keeps_the_rules(folder, world):
    assert faults_of(folder) == []
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert files == [FILE, FILE.replace("2018", "2019"), "submission_details.yml"]
    details = yaml.safe_load((folder / "submission_details.yml").read_text(encoding="utf-8"))
    assert list(details) == ["team", "short_title", "even_shorter_identifier", "authors", "contact"]
    assert details["short_title"] == "Last year: again"
    assert details["authors"] == [{"name": "Ä. Author", "affil": "An Institute"}]
    back = read_forecast(folder / FILE)
    asked = forecast_window(world, 2018, model="conflictology", draws=12)
    assert back.months.tolist() == list(range(457, 469))
    assert np.array_equal(back.of("sb"), asked.of("sb"))


def test_the_whole_folder_reads_as_one_partitioned_table(folder):
    table = pq.ParquetDataset(folder / "cm", filters=[("window", "=", "Y2019")]).read().to_pandas()
    assert set(table.columns) == {"month_id", "country_id", "draw", "outcome", "window"}
    assert len(table) == 191 * 12 * 12


def test_a_second_writing_changes_no_byte(folder, world):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    write_submission(folder, [forecast_window(world, year, model="conflictology", draws=12) for year in WINDOWS], WHO)
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_cells_go_to_their_own_folder(tmp_path, rng):
    made = Forecast(
        model="test",
        kind="priogrid_gid",
        units=np.array([100, 49182]),
        origin=454,
        months=np.arange(457, 469),
        targets=("sb",),
        draws=rng.poisson(2, (1, 2, 12, 5)).astype(np.int32),
        joint=(),
        provenance=Provenance("test", "test", "test"),
        seed=1,
        code_version="0",
    )
    paths = write_submission(tmp_path, [made], WHO)
    assert paths[0] == tmp_path / "pgm/window=Y2018/predictions_2018.parquet"
    assert check_submission(tmp_path, windows=[2018], draws=5) == []
    index = pd.MultiIndex.from_product([made.months, [100, 49182, 50000]], names=["month_id", "priogrid_gid"])
    (fault,) = check_submission(tmp_path, windows=[2018], draws=5, actuals=pd.Series(0, index=index))
    assert "must hold the priogrid_gid of the outcomes and no others; found that it lacks 50000" in fault


def test_outcomes_are_used_for_their_units_and_must_hold_the_windows(folder):
    def outcomes(unit, units, months):
        return pd.Series(0, index=pd.MultiIndex.from_product([months, units], names=["month_id", unit]))

    with pytest.raises(UsageError, match="the outcomes must hold every window that is checked; found none of 2019"):
        faults_of(folder, actuals=outcomes("country_id", [1, 2], range(457, 469)))
    rewrite(folder, lambda t: t[t.country_id > 1])
    (fault,) = faults_of(folder, actuals=outcomes("priogrid_gid", [100], range(457, 481)))
    assert "must hold the country_id of the outcomes and no others; found that it lacks 1" in fault


CHANGES = {
    "columns": (lambda t: t.assign(extra=1), "must have the columns month_id, country_id, draw, outcome and no others"),
    "renamed": (lambda t: t.rename(columns={"draw": "sample"}), "found month_id, country_id, sample, outcome"),
    "text": (lambda t: t.assign(draw="a"), "must be numbers; found text or something else in draw"),
    "half": (lambda t: t.assign(country_id=t.country_id + 0.5), "must be whole numbers; found 27,504 rows with others"),
    "missing": (lambda t: t.assign(outcome=t.outcome.where(t.index > 2)), "outcome must be there in every row; found 3 missing"),
    "negative": (lambda t: t.assign(outcome=t.outcome.where(t.index > 0, -1)), "outcome must be 0 or more; found 1 below"),
    "huge": (lambda t: t.assign(outcome=t.outcome.where(t.index > 0, np.inf)), "outcome must be at most 10,000,000,000; found 1 above"),
    "month": (lambda t: t[t.month_id > 457], "month_id 457 to 468, and no others; found that it lacks 457"),
    "year": (lambda t: t.assign(month_id=t.month_id + 1), "found that it lacks 457 and has also 469"),
    "unit": (lambda t: t.assign(country_id=t.country_id.replace(1, 9999)), "found that it lacks 1 and has also 9999"),
    "hole": (lambda t: t[(t.month_id > 457) | (t.country_id > 1)], "every country_id must have every month; found 1 missing"),
    "draw": (lambda t: t[t.index > 0], "found 1 others, first country_id 1 in month_id 457: 11 rows, 11 draws"),
    "twice": (lambda t: t.assign(draw=t.draw.replace(1, 0)), "found 2,292 others, first country_id 1 in month_id 457: 12 rows, 11 draws"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_every_breach_in_a_file_is_found(name, folder):
    change, said = CHANGES[name]
    rewrite(folder, change)
    faults = faults_of(folder)
    assert any(said in fault for fault in faults), faults
    assert all(fault.startswith(f"{FILE}: ") for fault in faults)


def test_floats_that_are_whole_and_an_index_of_pandas_are_taken(folder):
    table = pd.read_parquet(folder / FILE, partitioning=None).astype(float)
    table.set_index(["month_id", "country_id", "draw"]).to_parquet(folder / FILE)
    assert faults_of(folder) == []
    table.index = table.index.to_numpy() ** 2
    table.to_parquet(folder / FILE)
    assert pq.read_schema(folder / FILE).names[-1] == "__index_level_0__"
    assert faults_of(folder) == []


def test_a_path_may_hold_any_sign(folder):
    odd = folder.rename(folder.with_name("it's [a] *? %20"))
    assert faults_of(odd) == []


def test_a_folder_named_as_a_file_is_a_fault(folder):
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    (fault,) = faults_of(folder)
    assert "must be a Parquet file; found" in fault


def test_a_broken_file_is_a_fault(folder):
    content = (folder / FILE).read_bytes()
    for broken in (b"", b"not Parquet", content[: len(content) // 2], content[:50] + b"\0" * 2000 + content[2050:]):
        (folder / FILE).write_bytes(broken)
        (fault,) = faults_of(folder)
        assert "Parquet file; found" in fault


def test_the_layout_is_checked(folder):
    one = folder / FILE
    one.with_name("again.parquet").write_bytes(one.read_bytes())
    assert faults_of(folder)[0] == "cm/window=Y2018: must hold one .parquet file; found 2"
    one.with_name("again.parquet").unlink()
    one.parent.rename(folder / "cm/test_window_2018")
    said = faults_of(folder)
    assert said[0].startswith("cm/test_window_2018/predictions_2018.parquet: must lie in cm/window=…")
    assert said[1] == "cm/window=Y2018: must hold one .parquet file; found none"
    assert len(faults_of(folder, windows=(2018,))) == 3
    assert check_submission(folder)[-1] == "cm/window=Y2021: must hold one .parquet file; found none"


def test_evaluations_and_other_files_are_passed_over(folder):
    for place in ("eval/cm/window=Y2018/metric=crps", "cm/window=Y2018/eval", "__MACOSX/cm"):
        (folder / place).mkdir(parents=True)
        (folder / place / "crps.parquet").write_bytes(b"")
    (folder / "cm/eval_cm.parquet").write_bytes(b"")
    (folder / "README.md").write_text("ours")
    assert faults_of(folder) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "must be there; found none"),
        ("a: [1", "must be readable YAML"),
        ("\0", "must be readable YAML"),
        ("- team", "must hold keys and values; found list"),
        ("", "must hold keys and values; found NoneType"),
        ("team: 7", "team must be a text; found 7"),
        ("team:", "team must be a text; found None"),
        ("contact: office", "contact must be an e-mail address; found 'office'"),
        ("authors: me", "authors must be a list of name and affil; found 'me'"),
        ("authors:\n- affil: here", "every author must have a name"),
        ("!!python/object/apply:os.getcwd []", "must be readable YAML"),
    ],
)
def test_details_are_checked(text, said, folder):
    path = folder / "submission_details.yml"
    path.unlink()
    if text is not None:
        path.write_text(text)
    faults = faults_of(folder)
    assert all(fault.startswith("submission_details.yml: ") for fault in faults)
    assert any(said in fault for fault in faults), faults


def test_all_faults_are_named_at_once(folder):
    (folder / "submission_details.yml").unlink()
    rewrite(folder, lambda t: t.assign(outcome=-1.0))
    rewrite(folder, lambda t: t[t.month_id > 480], FILE.replace("2018", "2019"))
    assert len(faults_of(folder)) >= 3


def test_an_empty_folder_and_none_at_all(tmp_path):
    said = check_submission(tmp_path)
    assert said == [
        "submission_details.yml: must be there; found none",
        "must hold forecasts below cm or pgm; found none",
    ]
    with pytest.raises(DataError, match="a submission must be a folder; found .*nothing"):
        check_submission(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"team": ""}, "team must be a text; found ''"),
        ({"contact": "a@b"}, "contact must be an e-mail address"),
        ({"authors": [("", "x")]}, "every author must have a name"),
    ],
)
def test_details_that_cannot_be_are_refused(change, said):
    whole = {"team": "a", "short_title": "b", "even_shorter_identifier": "c", "contact": "a@b.org"}
    with pytest.raises(UsageError, match=f"the details of a submission must be whole; found .*{said}"):
        SubmissionDetails(**(whole | change))


def test_what_is_no_window_is_refused(world, tmp_path):
    past = world.until(454)
    short = make_model("exactly_zero").forecast(past, horizons=range(3, 14), targets=["sb"], draws=2)
    late = make_model("exactly_zero").forecast(past, horizons=range(4, 16), targets=["sb"], draws=2)
    for made, found in ((short, "11 months, month_id 457 to 467"), (late, "12 months, month_id 458 to 469")):
        with pytest.raises(UsageError, match=f"the twelve months of a calendar year; found {found}"):
            write_submission(tmp_path / "out", [made], WHO)
    with pytest.raises(UsageError, match="a submission must hold a window; found none"):
        write_submission(tmp_path / "out", [], WHO)


COMMAND = ("submission", "--team", "peace", "--name", "again", "--contact", "office@example.org")


def test_the_command_writes_and_checks(run, tmp_path):
    out = tmp_path / "out"
    ask = ("--model", "conflictology", "--draws", "12", "--windows", "2018,2020", "--author", "A. Author; An Institute")
    code, text, _ = run(*COMMAND, *ask, "--out", out)
    assert code == 0
    assert f"Checked: {out} keeps the challenge's rules." in text
    details = yaml.safe_load((out / "submission_details.yml").read_text())
    assert details["authors"] == [{"name": "A. Author", "affil": "An Institute"}]
    assert details["short_title"] == "again by peace"
    code, text, _ = run("check-submission", out, "--windows", "2018,2020", "--draws", "12", "--json")
    assert (code, json.loads(text)["faults"]) == (0, [])
    code, text, error = run("check-submission", out, "--draws", "12")
    assert code == 3
    assert "cm/window=Y2021: must hold one .parquet file; found none" in text
    assert "a submission must keep the challenge's rules; found 2 faults" in error


def test_the_command_refuses_before_it_writes(run, tmp_path):
    out = tmp_path / "out"
    for wrong, said in (
        (("--model", "pol"), "Did you mean pool"),
        (("--contact", "here"), "contact must be an e-mail address"),
        (("--windows", "18"), "windows must be years"),
    ):
        code, _, error = run(*COMMAND, "--out", out, *wrong)
        assert code == 2
        assert said in error
    assert not out.exists()


@pytest.mark.parametrize("windows", ["1980", "2018,2024", "0000"])
def test_a_window_outside_the_data_is_refused_before_any_is_written(run, tmp_path, windows):
    code, _, error = run(*COMMAND, "--out", tmp_path / "out", "--model", "conflictology", "--windows", windows)
    assert code == 2
    assert "October of the year before a window must lie within the data" in error
    assert "Choose from 1990 to 2022." in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("wrong", [{"windows": ()}, {"draws": 0}, {"draws": -3}])
def test_checking_for_nothing_is_refused(folder, wrong):
    with pytest.raises(UsageError, match="checked for a window and a draw at least"):
        faults_of(folder, **wrong)
