"""Getting data in by the command line: import, pull, status, and the main job on what the store then holds."""

import io
import json
import zipfile

import pandas as pd
import pytest
from hostile_server import Answer, HostileServer, page

from ged_rows import acled_row, csv_text, day_row, ged_row, write_acled


def annual(year=2024):
    """A tiny annual release: one event a year to the end of ``year``, in Iraq and in Syria."""
    rows = [day_row(y, f"{y}-06-15", best=y - 1988, high=99, low=0) for y in range(1989, year + 1)]
    rows += [
        day_row(5000 + y, f"{y}-03-15", country_id=652, country="Syria", best=7, low=0, high=9)
        for y in range(1989, year + 1)
    ]
    return csv_text(rows)


def candidate(month, number, **changes):
    return csv_text([day_row(number, f"2025-{month:02d}-10", best=40, high=50, low=30, **changes)])


@pytest.fixture
def files(tmp_path):
    """An annual release to 2024 and candidate files of the first two months after it."""
    (tmp_path / "GEDEvent_v25_1.csv").write_text(annual())
    for month in (1, 2):
        (tmp_path / f"GEDEvent_v25_0_{month}.csv").write_text(candidate(month, 9000 + month))
    return tmp_path


def test_import_status_and_forecast(run, files, tmp_path):
    code, text, _ = run("import", files)
    assert code == 0
    assert "GEDEvent_v25_1.csv: 72 of 72 rows read, 0 rejected" in text
    _, text, _ = run("status")
    assert "UCDP record: 1989-01 to 2025-02, provisional from 2025-01" in text
    code, text, _ = run(
        "forecast", "--out", tmp_path / "out", "--draws", "40", "--no-track-record", "--countries", "Iraq", "--json"
    )
    document = json.loads(text)
    assert code == 0
    assert (document["source"], document["origin"], document["provisional"]) == ("store", "2025-02", True)
    assert document["vintage"] == "UCDP GED 25.1, 25.0.1, 25.0.2"


def test_the_same_file_twice_changes_nothing(run, files):
    run("import", files)
    assert "already here, nothing done" in run("import", files / "GEDEvent_v25_1.csv")[1]
    assert len(json.loads(run("status", "--json")[1])["vintages"]) == 3


def test_as_of_answers_from_what_was_known(run, files, tmp_path):
    run("import", files / "GEDEvent_v25_1.csv", "--known-on", "2025-06-10")
    run("import", files / "GEDEvent_v25_0_1.csv", files / "GEDEvent_v25_0_2.csv", "--known-on", "2025-07-20")
    assert "1989-01 to 2024-12\n" in run("status", "--as-of", "2025-07-01")[1]
    assert "1989-01 to 2025-02, provisional" in run("status", "--as-of", "2025-07-20")[1]
    run("panel", "--out", tmp_path / "then.csv", "--as-of", "2025-07-01")
    assert pd.read_csv(tmp_path / "then.csv").month_id.max() == 540
    code, _, err = run("status", "--as-of", "2020-01-01")
    assert code == 3
    assert "the store must hold UCDP data known by 2020-01-01; found the first known on 2025-06-10" in err


def test_rejected_rows_are_counted_and_kept(run, tmp_path):
    rows = [
        ged_row(id=1),
        ged_row(id=2, latitude=95),
        ged_row(id=3, best=-1),
        ged_row(id=4, date_start="3025-01-01", date_end="3025-01-01"),
    ]
    (tmp_path / "GEDEvent_v25_0_1.csv").write_text(csv_text(rows))
    text = run("import", tmp_path / "GEDEvent_v25_0_1.csv")[1]
    assert "1 of 4 rows read, 3 rejected" in text
    rejects = pd.read_csv(next((tmp_path / "data").glob("vintages/*/rejects.csv")))
    assert rejects.row.tolist() == [2, 3, 4]
    assert rejects.reason.tolist()[0] == 'latitude must lie between -90 and 90; found "95"'


def test_acled_stays_apart_and_is_attributed(run, files, tmp_path):
    write_acled(tmp_path / "acled.csv", [acled_row(), acled_row(event_id_cnty="SYR2", event_type="Riots")])
    text = run("import", tmp_path / "acled.csv")[1]
    assert "1 of 2 rows read, 1 rejected" in text
    assert "These figures stay on this machine" in text
    run("import", files / "GEDEvent_v25_1.csv")
    _, text, _ = run("status")
    assert "UCDP record: 1989-01 to 2024-12" in text
    assert "ACLED record: 2024-03 to 2024-03" in text
    run("panel", "--out", tmp_path / "acled.parquet", "--source", "acled")
    assert pd.read_parquet(tmp_path / "acled.parquet")[["country_id", "ged_sb"]].to_numpy().tolist() == [[220, 4]]


def test_cells_and_dyads_count_the_same_deaths(run, files, tmp_path):
    run("import", files)
    totals = set()
    for unit in ("country", "priogrid", "dyad"):
        assert run("panel", "--unit", unit, "--out", tmp_path / f"{unit}.csv")[0] == 0
        totals.add(int(pd.read_csv(tmp_path / f"{unit}.csv")[["ged_sb", "ged_ns", "ged_os"]].to_numpy().sum()))
    assert len(totals) == 1


def zip_of(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("GEDEvent_v25_1.csv", text)
    return packed.getvalue()


def test_pull_fetches_the_newest_and_says_so_when_there_is_none_newer(run):
    months = [f"candidateged/GEDEvent_v25_0_{month}.csv" for month in (1, 2)]
    with HostileServer() as server:
        server.serve("", page("ged/ged241-csv.zip", "ged/ged251-csv.zip", *months))
        server.serve("ged/ged251-csv.zip", Answer(zip_of(annual())))
        for month, path in enumerate(months, start=1):
            server.serve(path, Answer(candidate(month, 9000 + month).encode()))
        code, text, err = run("pull", "--from", server.url)
        assert (code, err) == (0, "")
        assert "ged251-csv.zip: 72 of 72 rows read" in text
        assert "1989-01 to 2025-02, provisional from 2025-01" in run("status")[1]
        assert "Nothing new" in run("pull", "--from", server.url)[1]
        assert len(server.asked("ged/ged251-csv.zip")) == 1


def test_pull_where_nothing_is_listed_says_what_to_do(run):
    with HostileServer() as server:
        server.serve("", page())
        code, _, err = run("pull", "--from", server.url)
    assert code == 5
    assert "aftershock import FILE" in err
    assert "Traceback" not in err
