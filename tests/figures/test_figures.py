"""The embedded figures against what is known of them."""

import numpy as np
import pytest

from aftershock import countries, embedded_panel, load_table
from aftershock.figures import outlines, sources


def test_panel_holds_the_deaths_of_the_table():
    panel, table = embedded_panel(), load_table("country_month_1989_2021")
    assert panel.deaths.sum() == table[["ged_sb", "ged_ns", "ged_os"]].to_numpy().sum()
    rwanda = panel.deaths[panel.units == 156, 172 - 109]  # April 1994
    assert rwanda[0, 2] > 100_000


def test_countries_are_the_191_of_views_with_three_codes_each():
    table = countries()
    assert len(table) == 191
    for column in ("country_id", "gwcode", "isoab"):
        assert table[column].is_unique
    assert table.isoab.str.fullmatch("[A-Z]{3}").all()
    assert table[table.iso_numeric.isna()].isoab.tolist() == ["XKX"]


@pytest.mark.parametrize(
    ("iso", "month"), [("SSD", 379), ("XKX", 338), ("MNE", 318), ("ERI", 161), ("UKR", 144), ("SYR", 109), ("TLS", 269)]
)
def test_states_begin_when_they_began(iso, month):
    assert countries().set_index("isoab").loc[iso, "exists_from"] == month


def test_nobody_died_before_a_state_existed():
    panel = embedded_panel()
    assert not panel.deaths[~panel.exists].any()


@pytest.mark.parametrize("name", [n for n in sources()["tables"] if n not in ("countries", "outlines")])
def test_every_table_is_there_and_said_to_be(name):
    assert len(load_table(name)) > (20 if name == "territory_losses" else 100)
    assert {"content", "vintage"} <= set(sources()["tables"][name])


def test_the_citation_is_in_full():
    text = " ".join(sources()["citation"])
    assert all(doi in text for doi in ("10.1177/0022343313484347", "10.1177/2053168020935257"))
    assert sources()["license"] == "CC BY 4.0"


def test_the_day_table_agrees_with_its_dyads():
    days, dyads = load_table("iraq_syria_days_2003_2019"), load_table("iraq_syria_dyads")
    assert set(days.dyad_id) <= set(dyads.dyad_id)
    assert (np.asarray(days.date_end) >= np.asarray(days.date_start)).all()


def test_outlines_are_of_the_countries():
    assert {"countries", "points"} <= set(outlines()["objects"])
