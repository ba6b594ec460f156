"""Panels, forecasts and outcomes from files: alike from CSV and Parquet, and wrong ones refused by row."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aftershock.errors import AftershockError, DataError
from aftershock.figures import countries
from aftershock.sources import read_actuals, read_forecast, read_panel

FORMATS = ["csv", "csv.gz", "parquet", "indexed parquet"]
HEAD = "month_id,country_id,ged_sb,ged_ns,ged_os\n"
SOUND = HEAD + "400,220,1,2,3\n401,220,4,5,6\n401,245,7,8,9\n"


def write(path: Path, frame: pd.DataFrame, form: str) -> Path:
    path = path / f"table.{form.rsplit(maxsplit=1)[-1]}"
    match form:
        case "csv":
            frame.to_csv(path, index=False)
        case "csv.gz":
            path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
        case "parquet":
            frame.to_parquet(path)
        case _:
            frame.set_index([c for c in ("month_id", "country_id", "draw") if c in frame]).to_parquet(path)
    return path


def text(folder: Path, content: str | bytes, name: str = "panel.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def frame(**changes: list[object]) -> pd.DataFrame:
    columns = {
        "month_id": [401, 400, 401],
        "country_id": [245, 220, 220],
        "ged_sb": [7, 1, 4],
        "ged_ns": [8, 2, 5],
        "ged_os": [9, 3, 6],
    }
    return pd.DataFrame(columns | changes)


@pytest.mark.parametrize("form", FORMATS)
def test_a_panel_reads_alike_from_every_format(tmp_path, form):
    panel = read_panel(write(tmp_path, frame(), form))
    assert panel.units.tolist() == [220, 245]
    assert panel.months.tolist() == [400, 401]
    assert panel.deaths.tolist() == [[[1, 2, 3], [4, 5, 6]], [[0, 0, 0], [7, 8, 9]]]
    assert panel.exists.tolist() == [[True, True], [False, True]]
    assert not panel.provisional.any()
    assert panel.provenance.source == f"table.{form.split()[-1]}"


def test_a_panel_written_out_reads_back_the_same(tmp_path, world):
    written = write(tmp_path, world.to_frame(), "csv")
    panel = read_panel(written)
    assert np.array_equal(panel.deaths, world.deaths)
    assert np.array_equal(panel.exists, world.exists)
    assert np.array_equal(panel.months, world.months)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (
            SOUND + "404,220,1,1,1\n404,245,1,1,1\n",
            r"every month of a country from its first to the panel's last; found 4 missing",
        ),
        (SOUND + "402,245,1,1,1\n", r"found 1 missing in .*:\n  country_id 220, month_id 402 \(2013-06\)"),
        (
            SOUND + "401,220,4,5,6\n",
            r"must name each row once; found 1 keys twice in .*:\n  month_id 401, country_id 220",
        ),
        (SOUND.replace("ged_os", "ged_xx"), r"must have the columns .*; found no ged_os \(but month_id, country_id"),
        (SOUND.replace(",", ";"), r"must have the columns month_id, .*; found no month_id"),
        (
            SOUND.replace(",9\n", ",-9\n"),
            r"ged_os must hold whole numbers of 0 or more; found 1 others in .*:\n  row 3: ged_os = -9",
        ),
        (SOUND.replace(",9\n", ",0.5\n"), r"row 3: ged_os = 0\.5"),
        (SOUND.replace(",9\n", ",\n"), r"row 3: ged_os = nan"),
        (SOUND.replace(",9\n", ",inf\n"), r"row 3: ged_os = inf"),
        (SOUND.replace(",9\n", ",1e300\n"), r"row 3: ged_os = 1e\+300"),
        (SOUND.replace(",9\n", ",3000000000\n"), r"row 3: ged_os = 3000000000"),
        (SOUND.replace(",9\n", ",nine\n"), r"row 3: ged_os = nine"),
        (SOUND.replace(",9\n", ",True\n"), r"ged_os = True"),
        (SOUND.replace("400,", "1999-05,"), r"row 1: month_id = 1999-05"),
        (
            SOUND.replace("220", "645"),
            r"country_id must be a VIEWS country; found 645 in .*These are Gleditsch–Ward numbers",
        ),
        (SOUND.replace("220", "9999"), r"found 9999 in .*See the list of 191 countries"),
        (SOUND + "0,220,1,2,3\n", r"month_id must lie between 1 \(January 1980\) and 1452; found 0 in"),
        (SOUND + "999999,220,1,2,3\n", r"month_id must lie between 1 \(January 1980\) and 1452; found 999999 in"),
        (HEAD, "the file must hold rows; found none"),
        (b"", r"must hold data; found .*panel\.csv is empty"),
        (SOUND.replace("\n", ",1\n").replace("ged_os,1", "ged_os"), "rows hold more fields than the header"),
        (SOUND + "402,220,1,2,3,4\n", "must be a whole CSV or Parquet file; found .*Expected 5 fields"),
        (SOUND.replace("ged_ns", "ged_sb"), "column ged_sb stands twice"),
        (SOUND + '402,220,"1,2,3\n', "must be a whole CSV or Parquet file; found .*EOF inside string"),
        (SOUND.encode() + b"402,220,\xff,2,3\n", "must be a whole CSV or Parquet file; found .*utf-8"),
        (b"%PDF-1.4", "is a PDF"),
    ],
)
def test_a_wrong_panel_says_what_is_wrong(tmp_path, content, match):
    with pytest.raises(DataError, match=match):
        read_panel(text(tmp_path, content))


def test_the_first_months_must_not_be_missing_for_everyone_but_one_country_may_begin_late(tmp_path):
    panel = read_panel(text(tmp_path, HEAD + "".join(f"{m},220,1,0,0\n" for m in range(380, 440)) + "439,246,5,0,0\n"))
    assert panel.exists.sum(axis=1).tolist() == [60, 1]
    assert panel.deaths[1].sum() == 5


def test_a_late_row_of_text_in_a_large_file_is_found(tmp_path):
    rows = "".join(f"{m},{c},1,2,3\n" for m in range(109, 830) for c in countries().country_id)
    with pytest.raises(
        DataError,
        match=r"ged_sb must hold whole numbers of 0 or more; found 1 others in .*\n  row 137712: ged_sb = many",
    ):
        read_panel(text(tmp_path, HEAD + rows + "830,220,many,2,3\n"))


@pytest.mark.parametrize(
    "values",
    [
        [True, False, True],
        pd.to_datetime(["2020-01-01"] * 3),
        pd.to_timedelta([1, 2, 3], unit="s"),
        [[1], [2], [3]],
        [{"a": 1}, {"a": 2}, {"a": 3}],
        [None, 1, 2],
        ["a", "b", "c"],
    ],
    ids=["truth", "time", "duration", "list", "struct", "missing", "text"],
)
def test_a_parquet_column_that_holds_no_counts_is_refused(tmp_path, values):
    with pytest.raises(DataError, match=r"ged_os must hold whole numbers of 0 or more"):
        read_panel(write(tmp_path, frame(ged_os=values), "parquet"))


@pytest.mark.parametrize(
    "values", [["1", "2", "3"], pd.array([1, 2, 3], "Int64"), pd.Categorical([1, 2, 3]), [1.0, 2.0, 3.0]]
)
def test_a_parquet_column_of_whole_numbers_in_other_clothes_is_read(tmp_path, values):
    assert read_panel(write(tmp_path, frame(ged_os=values), "parquet")).deaths[:, :, 2].tolist() == [[2, 3], [0, 1]]


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1 is no Parquet PAR1", b"PAR1" + b"\xff" * 100 + b"\xff\0\0\0PAR1"])
def test_a_parquet_that_is_none_is_refused(tmp_path, content):
    for read in (read_panel, read_forecast, read_actuals):
        with pytest.raises(DataError, match=r"must be a whole CSV or Parquet file; found .*Export it again"):
            read(text(tmp_path, content, "a.parquet"))


def test_a_damaged_parquet_is_read_or_refused(tmp_path, rng):
    """Damage in the numbers cannot be seen; damage anywhere must not raise anything else."""
    whole, refused = write(tmp_path, frame(), "parquet").read_bytes(), 0
    for _ in range(300):
        broken = bytearray(whole)
        for at in rng.integers(4, len(whole), 2):
            broken[at] = int(rng.integers(0, 256))
        try:
            read_panel(text(tmp_path, bytes(broken), "broken.parquet"))
        except AftershockError:
            refused += 1
    assert refused > 150


def test_two_columns_of_one_name_in_parquet_are_refused(tmp_path):
    table = pa.Table.from_pandas(frame()).append_column("ged_sb", pa.array([0, 0, 0]))
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(DataError, match=r"must be a whole CSV or Parquet file"):
        read_panel(tmp_path / "a.parquet")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for read in (read_panel, read_forecast, read_actuals):
        with pytest.raises(DataError, match="must be readable; found .*No such file"):
            read(tmp_path / "none.parquet")
        with pytest.raises(DataError, match="must be readable; found .*Is a directory"):
            read(tmp_path)


# --- forecasts ------------------------------------------------------------------------------------------------------

LONG = pd.DataFrame(
    [(m, u, d, 100 * m + 10 * u + d) for d in (2, 0, 1) for u in (9, 5) for m in (403, 401, 402)],
    columns=["month_id", "country_id", "draw", "outcome"],
)
WIDE = LONG.pivot(index=["month_id", "country_id"], columns="draw", values="outcome").add_prefix("d").reset_index()
DRAWS = [[[[100 * m + 10 * u + d for d in range(3)] for m in (401, 402, 403)] for u in (5, 9)]]


@pytest.mark.parametrize(
    "table",
    [LONG, LONG.sample(frac=1, random_state=1), WIDE, WIDE[WIDE.columns[::-1]]],
    ids=["long", "mixed", "wide", "reversed"],
)
@pytest.mark.parametrize("form", FORMATS)
def test_a_forecast_reads_alike_from_every_layout(tmp_path, table, form):
    forecast = read_forecast(write(tmp_path, table, form))
    assert forecast.draws.tolist() == DRAWS
    assert forecast.units.tolist() == [5, 9]
    assert (forecast.months.tolist(), forecast.origin) == ([401, 402, 403], 400)
    assert (forecast.kind, forecast.targets, forecast.model, forecast.joint) == ("country_id", ("sb",), "table", ())


def test_ten_draws_and_more_stay_in_their_order(tmp_path):
    wide = pd.DataFrame({"month_id": [401], "country_id": [5]} | {f"d{k}": [k] for k in reversed(range(12))})
    assert read_forecast(write(tmp_path, wide, "csv")).draws.ravel().tolist() == list(range(12))


def test_a_grid_forecast_and_another_target(tmp_path):
    path = write(tmp_path, LONG.rename(columns={"country_id": "priogrid_gid"}), "csv")
    forecast = read_forecast(path, target="os")
    assert (forecast.kind, forecast.targets) == ("priogrid_gid", ("os",))
    with pytest.raises(DataError, match=r"a target must be one of sb, ns, os, total; found 'all'"):
        read_forecast(path, target="all")


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (LONG.iloc[1:], r"the same draws for every unit and month; found 17 rows for 2 units × 3 months × 3 draws"),
        (WIDE.iloc[1:], r"the same draws for every unit and month; found 15 rows for 2 units × 3 months × 3 draws"),
        (pd.concat([LONG, LONG[:1]]), r"month_id, country_id, draw must name each row once; found 1 keys twice"),
        (pd.concat([WIDE, WIDE[:1]]), r"month_id, country_id must name each row once; found 1 keys twice"),
        (LONG.assign(outcome=-1), r"outcome must hold whole numbers of 0 or more; found 18 others"),
        (LONG.assign(outcome=0.5), r"row 1: outcome = 0\.5"),
        (WIDE.assign(d1=np.nan), r"d1 must hold whole numbers of 0 or more; found 6 others"),
        (LONG.assign(outcome=10**10), r"outcome must hold whole numbers"),
        (LONG.assign(draw="a"), r"draw must hold whole numbers"),
        (LONG.assign(month_id=LONG.month_id - 401), r"month_id must lie between 1 \(January 1980\) and 1452; found 0"),
        (LONG.assign(month_id=999999), r"must name each row once"),
        (LONG[:6].assign(month_id=range(999994, 1000000)), r"must lie between 1 \(January 1980\) and 1452; found 99999\d"),
        (LONG.drop(columns="outcome"), r"must have the columns .*; found no outcome"),
        (LONG.drop(columns="draw"), r"must have the columns .*; found no draw"),
        (LONG.drop(columns="country_id"), r"must have the columns .*; found no country_id"),
        (LONG[:0], "the file must hold rows"),
    ],
)  # fmt: skip
def test_a_wrong_forecast_says_what_is_wrong(tmp_path, table, match):
    for form in ("csv", "parquet"):
        with pytest.raises(DataError, match=match):
            read_forecast(write(tmp_path, table, form))


# --- outcomes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("target", "expected"), [("sb", [1, 4, 7]), ("ns", [2, 5, 8]), ("os", [3, 6, 9]), ("total", [6, 15, 24])]
)
def test_outcomes_of_a_panel(tmp_path, form, target, expected):
    actuals = read_actuals(write(tmp_path, frame(), form), target=target)
    assert actuals.tolist() == expected
    assert actuals.index.tolist() == [(400, 220), (401, 220), (401, 245)]
    assert actuals.index.names == ["month_id", "country_id"]


def test_outcomes_of_their_own(tmp_path):
    table = pd.DataFrame({"outcome": [5, 6], "priogrid_gid": [99, 7], "month_id": [400, 400]})
    actuals = read_actuals(write(tmp_path, table, "csv"), target="ns")
    assert actuals.to_dict() == {(400, 7): 6, (400, 99): 5}


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (frame(month_id=[0, 400, 401]), "month_id must lie between 1"),
        (frame(month_id=[999999, 400, 401]), "month_id must lie between 1 .*; found 999999"),
        (frame(country_id=[220, 220, 220]), "month_id, country_id must name each row once; found 1 keys twice"),
        (frame(ged_sb=[-1, 0, 0]), "ged_sb must hold whole numbers of 0 or more"),
        (frame(ged_sb=[0.2, 0, 0]), r"row 1: ged_sb = 0\.2"),
        (frame().drop(columns="ged_sb"), "must have the columns month_id, country_id, ged_sb; found no ged_sb"),
    ],
)
def test_wrong_outcomes_say_what_is_wrong(tmp_path, table, match):
    with pytest.raises(DataError, match=match):
        read_actuals(write(tmp_path, table, "csv"))


def test_a_target_nobody_knows_is_a_missing_column(tmp_path):
    with pytest.raises(DataError, match="found no ged_xx"):
        read_actuals(write(tmp_path, frame(), "csv"), target="xx")
