"""ACLED exports: what becomes an event, what is left out and why."""

from __future__ import annotations

import datetime as dt

import pytest

from aftershock.errors import DataError, RejectedError
from aftershock.figures import countries
from aftershock.panel import priogrid_cell
from aftershock.sources.acled import ACLED_COLUMNS
from ged_rows import acled_row, read_events, reasons, write_acled

VIOLENCE = "event_type must be organised violence (battles, explosions, violence against civilians)"


def test_an_export_with_its_byte_order_mark_is_known_by_its_first_column(tmp_path):
    assert len(ACLED_COLUMNS) == 31
    path = write_acled(
        tmp_path / "a.csv", [acled_row(), acled_row(event_id_cnty="SYR20", notes='A "quoted",\nlong note')]
    )
    assert path.read_bytes().startswith(b"\xef\xbb\xbfevent_id_cnty")
    reading, events = read_events(path)
    assert (reading.rows, reading.read, reading.careful) == (2, 2, False)
    first = events.slice(0, 1).to_pylist()[0]
    expected = {
        "year": 2024, "type_of_violence": 1, "side_a": "Military Forces of Syria", "side_b": "Islamic State", "country_id": 652,
        "country": "Syria", "adm_1": "Homs", "best": 4, "low": 4, "high": 4, "deaths_civilians": 0, "deaths_unknown": 4,
        "date_start": dt.date(2024, 3, 1), "date_end": dt.date(2024, 3, 1), "date_prec": 1, "where_prec": 1,
        "priogrid_gid": priogrid_cell(34.55, 38.27), "gwnoa": None,
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected


@pytest.mark.parametrize(
    "names", [("State forces", "Rebel group"), ("1", "2"), ("1.0", "2"), ("state forces", "REBEL GROUP")]
)
def test_inter_codes_may_be_text_or_numbers(tmp_path, names):
    rows = [
        acled_row(inter1=names[0], inter2=names[1]),
        acled_row(event_id_cnty="SYR2", inter1=names[1], inter2=names[0]),
    ]
    _, events = read_events(write_acled(tmp_path / "a.csv", rows))
    assert events["type_of_violence"].to_pylist() == [1, 1]


KINDS = [
    ({}, 1),
    ({"inter1": "External/Other forces"}, 1),
    ({"inter1": "8", "inter2": "3"}, 1),
    ({"inter1": "Rebel group", "inter2": "Political militia"}, 2),
    ({"inter1": "2", "inter2": "3"}, 2),
    ({"inter1": "Rebel group", "inter2": "", "actor2": ""}, 2),
    ({"event_type": "Violence against civilians", "inter2": "Civilians"}, 3),
    ({"event_type": "Violence against civilians", "inter1": "2", "inter2": "7"}, 3),
    ({"event_type": "Explosions/Remote violence", "inter2": "Civilians"}, 3),
    ({"event_type": "Explosions/Remote violence", "civilian_targeting": "Civilian targeting"}, 3),
    ({"event_type": "Explosions/Remote violence"}, 1),
]  # fmt: skip


def test_types_of_violence(tmp_path):
    rows = [acled_row(event_id_cnty=f"SYR{k}", **changes) for k, (changes, _) in enumerate(KINDS, start=1)]
    _, events = read_events(write_acled(tmp_path / "a.csv", rows))
    assert events["type_of_violence"].to_pylist() == [kind for _, kind in KINDS]
    assert events["deaths_civilians"].to_pylist() == [4 if kind == 3 else 0 for _, kind in KINDS]
    assert events["deaths_unknown"].to_pylist() == [0 if kind == 3 else 4 for _, kind in KINDS]


def test_what_is_no_organised_violence_is_left_out_with_that_reason(tmp_path):
    kinds = ["Riots", "Protests", "Strategic developments", "", "battles"]
    rows = [
        acled_row(),
        *(acled_row(event_id_cnty=f"SYR{k}", event_type=kind) for k, kind in enumerate(kinds, start=2)),
    ]
    reading, events = read_events(write_acled(tmp_path / "a.csv", rows))
    found = [f'{VIOLENCE}; found "{kind}"' if kind else f"{VIOLENCE}; found nothing" for kind in kinds]
    assert reasons(reading) == found
    assert len(events) == 1
    with pytest.raises(
        RejectedError, match=r"found 1 rows, all rejected, in b\.csv\. .*\n  row 1: event_type must be organised"
    ):
        read_events(write_acled(tmp_path / "b.csv", rows[1:2]))


def test_a_year_with_its_century_cut_off_is_mended_and_flagged(tmp_path):
    rows = [acled_row(event_date="0025-03-01", year=25), acled_row(event_id_cnty="SYR2")]
    for extra in ([], [acled_row(event_id_cnty="SYR3", event_type="Riots", event_date="0025-01-01")]):
        reading, events = read_events(write_acled(tmp_path / "a.csv", rows + extra))
        assert events["date_start"].to_pylist() == [dt.date(2025, 3, 1), dt.date(2024, 3, 1)]
        assert events["year"].to_pylist() == [2025, 2024]
        assert reading.flags == {"year written 00YY, read as 20YY": 1}
        assert reading.careful == bool(extra)


@pytest.mark.parametrize(
    ("country", "iso", "code"),
    [
        ("Kosovo", 0, 347),
        ("Kosovo", 383, 347),
        ("Palestine", 275, 666),
        ("Israel", 376, 666),
        ("Serbia", 688, 340),
        ("Sudan", "729", 625),
    ],
)
def test_countries(tmp_path, country, iso, code):
    _, events = read_events(write_acled(tmp_path / "a.csv", [acled_row(country=country, iso=iso)]))
    assert events["country_id"].to_pylist() == [code]


def test_every_country_with_an_iso_number_is_found(tmp_path):
    table = countries().dropna(subset="iso_numeric")
    rows = [
        acled_row(event_id_cnty=f"AAA{k + 1}", country=c, iso=i)
        for k, (c, i) in enumerate(zip(table.name, table.iso_numeric, strict=True))
    ]
    _, events = read_events(write_acled(tmp_path / "a.csv", rows))
    assert events["country_id"].to_pylist() == table.gwcode.tolist()


BROKEN = [
    ("iso", 999, 'country must be in the VIEWS list of countries; found "Syria"'),
    ("iso", "", "iso must be a whole number; found nothing"),
    ("iso", "SYR", 'iso must be a number; found "SYR"'),
    ("fatalities", "several", 'fatalities must be a number; found "several"'),
    ("fatalities", "-1", 'fatalities must not be negative; found "-1"'),
    ("fatalities", "2.5", 'fatalities must be a whole number; found "2.5"'),
    ("fatalities", "", "fatalities must be a whole number; found nothing"),
    ("latitude", "134.55", 'latitude must lie between -90 and 90; found "134.55"'),
    ("event_date", "01 March 2024", 'event_date must be a date, YYYY-MM-DD, between 1946-01-01 and 2026-09-25; found "01 March 2024"'),
    ("event_date", "3024-03-01", 'event_date must be a date, YYYY-MM-DD, between 1946-01-01 and 2026-09-25; found "3024-03-01"'),
    ("event_id_cnty", "12345", 'event_id_cnty must be three letters and a number; found "12345"'),
    ("event_id_cnty", "SYR01", 'event_id_cnty must be three letters and a number; found "SYR01"'),
    ("event_id_cnty", "SYR12345678901", 'event_id_cnty must be three letters and a number; found "SYR12345678901"'),
    ("event_id_cnty", "SYR1", 'event_id_cnty stands twice; found "SYR1"'),
    ("time_precision", "x", 'time_precision must be a number; found "x"'),
]  # fmt: skip


def test_every_rule_has_its_reason(tmp_path):
    rows = [
        {**acled_row(event_id_cnty=f"SYR{k}"), column: value} for k, (column, value, _) in enumerate(BROKEN, start=2)
    ]
    reading, events = read_events(write_acled(tmp_path / "a.csv", [acled_row(), *rows]))
    assert reasons(reading) == [reason for *_, reason in BROKEN]
    assert len(events) == 1


def test_ids_of_different_countries_never_meet(tmp_path):
    names = ["AAA1", "AAB1", "BAA1", "AAA999999999", "ZZZ999999999", "AAA11"]
    _, events = read_events(write_acled(tmp_path / "a.csv", [acled_row(event_id_cnty=name) for name in names]))
    assert len(set(events["id"].to_pylist())) == len(names)
    assert min(events["id"].to_pylist()) >= 1


def test_a_pair_of_actors_is_one_dyad_whichever_stands_first(tmp_path):
    one, other = "Military Forces of Syria", "Islamic State"
    rows = [
        acled_row(),
        acled_row(event_id_cnty="SYR2", actor1=other, actor2=one, inter1="Rebel group", inter2="State forces"),
    ]
    _, events = read_events(write_acled(tmp_path / "a.csv", rows))
    assert events["dyad_new_id"][0] == events["dyad_new_id"][1]
    assert events["dyad_name"].to_pylist() == [f"{other} - {one}"] * 2
    assert events["side_a_new_id"][0] == events["side_b_new_id"][1] != events["side_b_new_id"][0]


def test_a_missing_second_actor_is_named_by_what_happened(tmp_path):
    rows = [acled_row(actor2=""), acled_row(event_id_cnty="SYR2", actor2="", event_type="Violence against civilians")]
    _, events = read_events(write_acled(tmp_path / "a.csv", rows))
    assert events["side_b"].to_pylist() == ["unknown", "Civilians"]
    assert None not in events["dyad_new_id"].to_pylist()


def test_precisions_are_put_on_the_ucdp_scale(tmp_path):
    rows = [acled_row(event_id_cnty=f"SYR{k}", time_precision=k, geo_precision=k) for k in (1, 2, 3)]
    rows.append(acled_row(event_id_cnty="SYR4", time_precision="", geo_precision=""))
    _, events = read_events(write_acled(tmp_path / "a.csv", rows))
    assert events["date_prec"].to_pylist() == events["where_prec"].to_pylist() == [1, 3, 4, 4]


def test_a_required_column_is_missed_by_name(tmp_path):
    path = write_acled(tmp_path / "a.csv", [acled_row()])
    path.write_bytes(path.read_bytes().replace(b"fatalities", b"deaths", 1))
    with pytest.raises(DataError, match=r"must have the columns event_id_cnty, .*; found no fatalities \("):
        read_events(path)
