"""A file becomes events by the fast way or the careful one: same rules, same events, nothing lost, nothing else raised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aftershock.contract import EVENT_COLUMNS
from aftershock.errors import DataError, RejectedError
from aftershock.sources import load_events, reading
from aftershock.sources.ged import GED_COLUMNS, ged_format
from aftershock.sources.reading import Reading
from aftershock.sources.tabular import read_header, split_records, unpacked
from ged_rows import TODAY, csv_text, day_row, ged_row, read_events, reasons, write_ged

FORM = ged_format(TODAY)
REDECODED = "not UTF-8, read as Windows-1252"
ROWS = [
    day_row(1, "2017-07-05", source_headline="a headline\nof two lines"),
    day_row(2, "2017-07-30/2017-08-02", adm_2='the "old" city', best=9),
    day_row(3, "1989-01-01", source_headline="a, b; c", side_b="XXX12", priogrid_gid=""),
    day_row(4, "2026-09-24", where_prec="", gwnob="652"),
]
SOUND = csv_text(ROWS).encode()
PIECES = [
    b'"', b'""', b'","', b",", b",,", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xc3\xa9", b"\xe2\x80\xa8", b"\xef\xbb\xbf", b"\x1a",
    b"nan", b"inf", b"-Infinity", b"1e400", b"1e5", b"2.7", b"-5", b"95", b"-181", b"9" * 400, b"0x1", b"NULL", b"None", b"true",
    b"1025-01-01", b"3025-01-01", b"2017-02-30", b"2017-07-05 23:59:59.999", b"05/07/2017", b"infinity", b" ", b"\t", b"\\", b"'",
    b";", b"#", b"--", b"",
]  # fmt: skip


def of_bytes(content: bytes, at: int, length: int, piece: bytes) -> bytes:
    """Replace, insert or delete bytes anywhere."""
    at %= len(content) + 1
    return content[:at] + piece + content[at + length :]


def of_field(content: bytes, at: int, length: int, piece: bytes) -> bytes:
    """Replace a field, or drop, double, quote or lengthen it."""
    lines = content.split(b"\n")
    fields = lines[at % len(lines)].split(b",")
    k = at // 7 % len(fields)
    fields[k : k + 1] = [[piece], [], [fields[k], fields[k]], [b'"' + fields[k] + b'"'], [fields[k] + piece]][
        length % 5
    ]
    lines[at % len(lines)] = b",".join(fields)
    return b"\n".join(lines)


def of_lines(content: bytes, at: int, length: int, piece: bytes) -> bytes:
    """Swap two lines, or double one."""
    lines = content.split(b"\n")
    one, two = at % len(lines), length % len(lines)
    lines[one], lines[two] = lines[two], lines[one] + piece
    return b"\n".join(lines)


Change = tuple[Callable[[bytes, int, int, bytes], bytes], int, int, bytes]
changes = st.lists(
    st.tuples(
        st.sampled_from([of_bytes, of_field, of_lines]),
        st.integers(0, 5000),
        st.integers(0, 12),
        st.sampled_from(PIECES),
    ),
    min_size=1,
    max_size=4,
)
laws = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def events_of(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    return connection.sql(f"SELECT {', '.join(EVENT_COLUMNS)} FROM events ORDER BY id").to_arrow_table()


def carefully(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[Reading, pa.Table]:
    with unpacked(path) as plain:
        header = read_header(plain, required=FORM.required, default=FORM.default, name=path.name)
        found = reading._load_carefully(connection, plain, header, FORM)
    return found, events_of(connection)


def check_lines(path: Path, rows: int) -> None:
    """Every line after the header is in exactly one record, or blank."""
    header = read_header(path, required=FORM.required, default=FORM.default, name=path.name)
    lines = path.read_bytes()[header.size :].splitlines()
    first, at, found = (2 if header.size else 1), 0, 0
    for record in split_records(path, header):
        begins, found = record.line - first, found + 1
        assert begins >= at
        assert not b"".join(lines[at:begins]).strip()
        at = begins + record.lines
    assert at <= len(lines)
    assert not b"".join(lines[at:]).strip()
    assert found == rows


def check_rules(events: pa.Table) -> None:
    """What was kept keeps the rules of the format."""
    columns = events.to_pydict()
    assert len(set(columns["id"])) == len(events)
    assert set(columns["type_of_violence"]) <= {1, 2, 3}
    for name in ("best", "low", "high", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"):
        assert all(value is not None and 0 <= value <= 2e9 for value in columns[name])
    for start, end in zip(columns["date_start"], columns["date_end"], strict=True):
        assert dt.date(1946, 1, 1) <= start <= end <= TODAY + dt.timedelta(days=1)
    assert all(abs(value) <= 90 for value in columns["latitude"])
    assert all(abs(value) <= 180 for value in columns["longitude"])
    assert all(1 <= value <= 259_200 for value in columns["priogrid_gid"])
    assert None not in {
        *columns["side_a_new_id"],
        *columns["side_b_new_id"],
        *columns["dyad_new_id"],
        *columns["country_id"],
    }


@laws
@given(changes)
@example([(of_field, 49 * 40 + 1, 2, b"")])
@example([(of_bytes, 700, 0, b'"'), (of_bytes, 1100, 0, b'"')])
def test_whatever_a_file_holds_it_is_read_or_refused_and_nothing_is_lost(tmp_path, steps):
    content = SOUND
    for change, at, length, piece in steps:
        content = change(content, at, length, piece)
    path = tmp_path / "mutated.csv"
    path.write_bytes(content)
    with duckdb.connect() as connection:
        try:
            _, found = load_events(connection, path, today=TODAY)
        except DataError as error:
            refusal = error
        else:
            refusal = None
        if refusal:
            assert len(str(refusal)) < 2000
            return
        events = events_of(connection)
        assert found.rows == found.read + found.rejects.num_rows
        assert found.read == len(events) > 0
        assert all(found.rejects["reason"].to_pylist())
        assert found.rejects["row"].to_pylist() == sorted(set(found.rejects["row"].to_pylist()))
        check_lines(path, found.rows)
        check_rules(events)
        if not found.careful:  # then nothing was wrong with it, and the careful way agrees
            again, same = carefully(connection, path)
            assert (again.rows, again.read, again.rejects.num_rows) == (found.rows, found.read, 0)
            assert {**again.flags, REDECODED: 0} == {**found.flags, REDECODED: 0}
            assert same.equals(events)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "side_a": st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12),
                "adm_1": st.text(st.sampled_from("ab,;\"'\n\t é\u2028\\#"), max_size=8),
                "source_headline": st.text(st.sampled_from('a,"\n'), max_size=8),
                "best": st.integers(0, 2_000_000_000),
                "latitude": st.floats(-90, 90),
                "longitude": st.floats(-180, 180),
                "year": st.one_of(st.just(""), st.integers(1989, 2026)),
                "priogrid_gid": st.one_of(st.just(""), st.integers(1, 259_200)),
                "type_of_violence": st.sampled_from([1, 2, 3]),
                "gwnoa": st.sampled_from(["", "645", "645, 652"]),
            }
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_the_fast_and_the_careful_way_give_the_same_events(tmp_path, drawn, newline):
    rows = [ged_row(id=k, **row) for k, row in enumerate(drawn)]
    path = write_ged(tmp_path / "sound.csv", rows, newline=newline)
    with duckdb.connect() as connection:
        header = read_header(path, required=FORM.required, default=FORM.default, name="sound")
        fast = reading._load_fast(connection, path, header, FORM)
        assert fast is not None
        events = events_of(connection)
        slow, same = carefully(connection, path)
    assert (fast.rows, fast.read, fast.flags) == (slow.rows, slow.read, slow.flags)
    assert slow.rejects.num_rows == 0
    assert same.equals(events)
    assert events["adm_1"].to_pylist() == [row["adm_1"] or None for row in rows]
    assert events["latitude"].to_pylist() == [row["latitude"] for row in rows]


BROKEN = [
    ("best", "2.7", 'best must be a whole number; found "2.7"'),
    ("best", "nan", 'best must be a whole number; found "nan"'),
    ("high", "inf", 'high must be a whole number; found "inf"'),
    ("low", "1e400", 'low must be a whole number; found "1e400"'),
    ("best", "9" * 400, f'best must be a whole number; found "{"9" * 40}"'),
    ("best", "3000000000", 'best must be a whole number; found "3000000000"'),
    ("best", "", "best must be a whole number; found nothing"),
    ("best", "three", 'best must be a number; found "three"'),
    ("best", "  ", 'best must be a number; found "  "'),
    ("best", "-1", 'best must not be negative; found "-1"'),
    ("deaths_civilians", "-1", 'deaths_civilians must not be negative; found "-1"'),
    ("deaths_a", "1,5", 'deaths_a must be a number; found "1,5"'),
    ("number_of_sources", "many", 'number_of_sources must be a number; found "many"'),
    ("year", "2017.5", 'year must be a whole number or empty; found "2017.5"'),
    ("where_prec", "300", 'where_prec must be a small number; found "300"'),
    ("priogrid_gid", "259201", 'priogrid_gid must be a PRIO-GRID cell, 1 to 259200, or empty; found "259201"'),
    ("priogrid_gid", "-5", 'priogrid_gid must be a PRIO-GRID cell, 1 to 259200, or empty; found "-5"'),
    ("id", "", "id must be a whole number; found nothing"),
    ("id", "1", 'id stands twice; found "1"'),
    ("id", "1.0", 'id stands twice; found "1.0"'),
    ("type_of_violence", "4", 'type_of_violence must be 1, 2 or 3; found "4"'),
    ("latitude", "95", 'latitude must lie between -90 and 90; found "95"'),
    ("latitude", "nan", 'latitude must lie between -90 and 90; found "nan"'),
    ("longitude", "-180.5", 'longitude must lie between -180 and 180; found "-180.5"'),
    ("longitude", "", "longitude must lie between -180 and 180; found nothing"),
    *(
        (column, value, f'{column} must be a date, YYYY-MM-DD, between 1946-01-01 and 2026-09-25; found "{value}"')
        for column, value in [
            ("date_start", "1025-01-01"), ("date_end", "3025-01-01"), ("date_end", "2026-09-27"),
            ("date_start", "2017-02-30"), ("date_start", "05/07/2017"), ("date_start", "1945-12-31 23:59:59"),
            ("date_end", "infinity"),
        ]
    ),
    ("date_start", "", "date_start must be a date, YYYY-MM-DD, between 1946-01-01 and 2026-09-25; found nothing"),
    ("date_end", "2017-07-04", 'date_end must not come before date_start; found "2017-07-04"'),
    ("country_id", "9999", 'country_id must be a Gleditsch–Ward number; found "9999"'),
    ("country_id", "", "country_id must be a whole number; found nothing"),
]  # fmt: skip


def test_every_rule_has_its_reason(tmp_path):
    rows = [{**ged_row(id=100 + k), column: value} for k, (column, value, _) in enumerate(BROKEN)]
    found, events = read_events(write_ged(tmp_path / "a.csv", [ged_row(id=1), *rows, ged_row(id=2)]))
    assert reasons(found) == [reason for *_, reason in BROKEN]
    assert found.rejects["row"].to_pylist() == list(range(2, len(BROKEN) + 2))
    assert events["id"].to_pylist() == [1, 2]


@pytest.mark.parametrize(("column", "value", "reason"), BROKEN[:1] + BROKEN[-1:])
def test_one_broken_row_is_enough_for_the_careful_way(tmp_path, column, value, reason):
    rows = [ged_row(id=1), {**ged_row(id=2), column: value}]
    assert read_events(write_ged(tmp_path / "a.csv", rows))[0].careful
    with pytest.raises(RejectedError, match=rf"found 1 rows, all rejected, in b\.csv\. .*\n  row 1: {reason}"):
        read_events(write_ged(tmp_path / "b.csv", rows[1:]))


KEPT = [
    ("best", " 7 ", 7), ("best", "7.0", 7), ("best", "7e2", 700), ("best", "2000000000", 2_000_000_000), ("year", "", 2017),
    ("date_end", "2017-07-05", dt.date(2017, 7, 5)), ("date_start", "2017-07-05 18:30:00", dt.date(2017, 7, 5)),
    ("date_end", "2026-09-26", dt.date(2026, 9, 26)), ("date_start", "1946-01-01", dt.date(1946, 1, 1)),
    ("latitude", "-90", -90.0), ("longitude", "180", 180.0), ("conflict_new_id", "", None), ("country_id", "345", 345),
    ("side_a", "", None),
]  # fmt: skip


def test_what_is_unusual_but_sound_is_kept(tmp_path):
    rows = [{**ged_row(id=k), column: value} for k, (column, value, _) in enumerate(KEPT)]
    found, events = read_events(write_ged(tmp_path / "a.csv", rows))
    assert [events[column][k].as_py() for k, (column, *_) in enumerate(KEPT)] == [kept for *_, kept in KEPT]
    assert not found.careful


def test_of_an_id_that_stands_twice_the_first_sound_row_is_kept(tmp_path):
    rows = [ged_row(id=5, best="?"), ged_row(id=5, best=1), ged_row(id=5, best=2), ged_row(id=6)]
    found, events = read_events(write_ged(tmp_path / "a.csv", rows))
    assert events["best"].to_pylist() == [1, 3]
    assert reasons(found) == ['best must be a number; found "?"', 'id stands twice; found "5"']


def test_a_nul_byte_late_in_a_file_costs_no_more_than_its_row(tmp_path):
    rows = [day_row(k, "2020-01-01") for k in range(1, 400)]
    rows[-1]["best"] = "3\0"
    path = write_ged(tmp_path / "a.csv", rows)
    assert path.read_bytes().index(b"\0") > 64 << 10
    found, events = read_events(path)
    assert (found.rows, len(events)) == (399, 398)


def test_only_kept_rows_are_flagged_as_redecoded(tmp_path):
    lines = csv_text([ged_row(id=1, adm_1="M?sul"), ged_row(id=2, adm_1="M?sul", best="x"), ged_row(id=3)])
    path = tmp_path / "a.csv"
    path.write_bytes(lines.encode().replace(b"M?sul", b"M\xf6sul"))
    found, events = read_events(path)
    assert found.flags[REDECODED] == 1
    assert events["adm_1"].to_pylist() == ["Mösul", "Nineveh"]


def test_loading_replaces_what_was_there(tmp_path):
    with duckdb.connect() as connection:
        for rows in ([ged_row(id=1), ged_row(id=2)], [ged_row(id=3)], [ged_row(id=4), ged_row(id=5, best="x")]):
            load_events(connection, write_ged(tmp_path / "a.csv", rows), today=TODAY)
        assert events_of(connection)["id"].to_pylist() == [4]


def test_reasons_of_a_rejected_file_are_shown_up_to_five(tmp_path):
    path = write_ged(tmp_path / "a.csv", [ged_row(id=k, latitude=95) for k in range(9)])
    with pytest.raises(RejectedError, match=r"found 9 rows, all rejected, in a\.csv.*") as error:
        read_events(path)
    assert str(error.value).count("\n  row ") == 5
    assert "… and 4 more" in str(error.value)


def test_the_format_reads_every_kept_column_and_no_other():
    assert set(FORM.events) == set(EVENT_COLUMNS)
    assert set(FORM.staged) <= set(GED_COLUMNS)
    assert {rule.column for rule in FORM.rules} <= set(FORM.staged)
