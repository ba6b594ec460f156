"""Actors found by name."""

import numpy as np
import pytest

from aftershock.actors.naming import find_actor, is_government, sides_of, split_dyad
from aftershock.errors import UsageError
from aftershock.figures import embedded_events, load_table


@pytest.fixture(scope="module")
def syria():
    return embedded_events(["Syria"])


@pytest.mark.parametrize("asked", ["IS", "is", " Isis ", "Islamic State", "234"])
def test_an_actor_has_many_names(syria, asked):
    found = find_actor(syria, asked)
    assert (found.name, found.ids) == ("IS", (234,))


def test_an_actor_is_found_on_either_side_and_among_others(syria):
    actor = find_actor(syria, "SDF")
    a, b = sides_of(syria, actor)
    frame = syria.to_frame()
    assert (a | b).sum() == actor.events
    assert set(frame.side_a[a]) | set(frame.side_b[b]) >= {"SDF"}
    joint = frame.side_a.str.contains("Ahrar al-Sham, ", regex=False).to_numpy()
    assert joint.any()
    assert sides_of(syria, find_actor(syria, "Ahrar al-Sham"))[0][joint].all()


def test_a_name_within_another_is_not_that_actor(syria):
    a, b = sides_of(syria, find_actor(syria, "IS"))
    frame = syria.to_frame()
    names = {part.strip() for name in [*frame.side_a[a], *frame.side_b[b]] for part in name.split(", ")}
    assert "IS" in names
    assert not np.any((frame.side_a == "Syrian insurgents").to_numpy() & a)


def test_a_name_nobody_has_is_refused_with_the_nearest(syria):
    with pytest.raises(
        UsageError, match=r"named as in the record; found 'Syrian insurgent'. Did you mean Syrian insurgents"
    ):
        find_actor(syria, "Syrian insurgent")
    with pytest.raises(UsageError, match="Those with most events are"):
        find_actor(syria, "qqqq")
    with pytest.raises(UsageError, match="named as in the record"):
        find_actor(syria, "Civilians")


def test_releases_name_boko_haram_differently():
    assert find_actor(None, "Boko Haram").name == "JAS"
    assert find_actor(None, "Jama'atu Ahlis Sunna Lidda'awati wal-Jihad").name == "JAS"


@pytest.mark.parametrize(
    ("dyad", "sides"),
    [
        ("IS - Civilians", ("IS", "Civilians")),
        ("Government of South Sudan - SPLM/A - IO", ("Government of South Sudan", "SPLM/A - IO")),
        (
            "Sinaloa Cartel - Los Chapitos - Sinaloa Cartel - Los Mayos",
            ("Sinaloa Cartel - Los Chapitos", "Sinaloa Cartel - Los Mayos"),
        ),
        ("FARC - Segunda Marquetalia  - Civilians", ("FARC - Segunda Marquetalia", "Civilians")),
        ("RRA - RRA - MH", ("RRA", "RRA - MH")),
    ],
)
def test_a_dyad_is_split_where_its_sides_meet(dyad, sides):
    assert split_dyad(dyad) == sides


def test_every_dyad_has_two_sides():
    for dyad in load_table("dyad_country_year_1989_2024").dyad_name.dropna().unique():
        assert all(split_dyad(dyad)) == (" - " in dyad), dyad


def test_governments_are_told_by_their_name():
    assert is_government("Government of Iraq")
    assert not is_government("Military faction (forces of Samuel Doe)")
