"""The signed network: what makes a tie, what it rests on, and what is said of it."""

import json
from dataclasses import replace

import pytest

from actors.signed import events_of
from aftershock.actors.alliances.building import network
from aftershock.actors.alliances.relations import read_relations
from aftershock.errors import DataError, UsageError
from aftershock.figures import embedded_events


def declared(a="A", relation="allied", b="C", begun="2017-01-01", until="ongoing"):
    return read_relations(
        f"relations: [{{a: {a}, relation: {relation}, b: {b}, from: {begun}, until: {until}, source: s}}]\n"
    )


@pytest.fixture(scope="module")
def wars():
    """Iraq and Syria as of 5 July 2017."""
    return network(embedded_events(), until="2017-07-05")


def signs(found):
    return {tie.actors: tie.sign for tie in found.ties}


def test_sides_fight_and_members_of_a_side_side_with_each_other():
    found = network(events_of(("A, B", "C", "2017-01-05", {"deaths": 7}), ("C", "A", "2017-02-01")))
    assert signs(found) == {("A", "B"): 1, ("A", "C"): -1, ("B", "C"): -1}
    assert found.tie("C", "A").line() == "A and C fight: 2 events with 8 deaths, 2017-01-05 to 2017-02-01."
    assert (
        found.tie("A", "B").line()
        == "A and B side with each other: joint side in 1 event with 7 deaths, on 2017-01-05."
    )
    assert found.heading() == (
        "3 actors and 3 ties from 2015-02-03 to 2017-02-01: 2 of fighting, 1 of siding with each other, "
        "0 that the record says both of."
    )


def test_exchanging_the_sides_changes_nothing():
    one = network(events_of(("A, B", "C", "2017-01-05"), ("D", "A", "2017-02-01")))
    two = network(events_of(("C", "A, B", "2017-01-05"), ("A", "D", "2017-02-01")))
    assert one == two


def test_one_sided_violence_makes_no_tie():
    found = network(
        events_of(
            ("A", "B", "2017-01-05"),
            ("A", "Civilians", "2017-01-06", {"type": 3}),
            ("A", "D", "2017-01-06", {"type": 3}),
        )
    )
    assert signs(found) == {("A", "B"): -1}
    with pytest.raises(DataError, match="needs a state-based or non-state event"):
        network(events_of(("A", "Civilians", "2017-01-06", {"type": 3})))


def test_only_the_window_counts():
    events = events_of(
        ("A", "B", "2015-01-01"),
        ("A", "C", "2016-12-31"),
        ("A", "D", "2017-01-01"),
        ("A", "E", "2017-12-31"),
        ("A", "F", "2018-01-01"),
    )
    assert set(signs(network(events, until="2017-12-31", window_days=365))) == {("A", "D"), ("A", "E")}
    assert set(signs(network(events, first="2016-12-31", until="2017-01-01"))) == {("A", "C"), ("A", "D")}
    found = network(events, until="2017-12-31", window_days=365)
    assert ("A", "B") in found.fought
    assert ("A", "D") not in found.fought
    with pytest.raises(UsageError, match="first must not come after until; found 2018-01-01 after 2017-01-01"):
        network(events, first="2018-01-01", until="2017-01-01")
    with pytest.raises(UsageError, match="window_days must be a whole number"):
        network(events, window_days=0)
    with pytest.raises(UsageError, match="until must be a date"):
        network(events, until="2017-13-01")


def test_evidence_of_both_kinds_is_marked_and_has_no_sign():
    found = network(events_of(("A, B", "C", "2017-01-05"), ("A", "B", "2017-02-01")))
    tie = found.tie("A", "B")
    assert (tie.sign, tie.contradictory, found.contradictory) == (0, True, (tie,))
    assert len(found.signed()) == 2
    assert tie.line() == (
        "A and B both fight and side with each other: 1 event with 1 death, on 2017-02-01; "
        "joint side in 1 event with 1 death, on 2017-01-05."
    )


def test_what_is_undated_does_not_outweigh_fights(wars):
    tie = wars.tie("IS", "Liwa al-Aqsa")  # UCDP's list: joined IS
    assert (tie.sign, tie.contradictory) == (-1, True)
    assert tie.line().startswith("IS and Liwa al-Aqsa fight, though not all evidence says so: ")


def test_members_of_an_alliance_are_not_tied_before_it_is_in_the_record():
    rows = [("Jaysh al-Islam", "IS", day, {"numbers": (6377, 234)}) for day in ("2016-05-01", "2019-05-01")]
    rows += [("Rahman Corps", "IS", day, {"numbers": (6391, 234)}) for day in ("2016-05-01", "2019-05-01")]
    events = events_of(*rows)  # both entered the SNA, which is in the record from 2017
    assert network(events, until="2016-06-01").tie("Jaysh al-Islam", "Rahman Corps") is None
    later = network(events, until="2019-06-01").tie("Jaysh al-Islam", "Rahman Corps")
    assert later.line().endswith("side with each other: in UCDP's actor list, undated: both entered SNA.")
    assert later.evidence[0].first is None


def test_numbers_are_keys_and_names_are_shown():
    found = network(
        events_of(
            ("IS", "SDF", "2017-01-05", {"numbers": (234, 6288)}),
            ("ISIL", "SDF", "2017-01-06", {"numbers": (234, 6288)}),
            ("IS", "SDF", "2017-01-06", {"numbers": (234, 6288), "country": 645}),
        )
    )
    assert [(actor.name, actor.keys, actor.countries, actor.events) for actor in found.actors] == [
        ("IS", (234,), (645, 652), 3),
        ("SDF", (6288,), (645, 652), 3),
    ]
    twins = network(
        events_of(
            ("UPC", "G", "2017-01-05", {"numbers": (564, 9001)}), ("UPC", "G", "2017-01-05", {"numbers": (5999, 9001)})
        )
    )
    assert [actor.name for actor in twins.actors] == ["G", "UPC (UCDP 564)", "UPC (UCDP 5999)"]


def test_aliases_put_actors_under_one_name():
    events = events_of(("A, B", "C", "2017-01-05"), ("A", "B", "2017-02-01"), ("D", "C", "2017-02-01"))
    found = network(events, aliases={"AB": ["A", "B"], "rest": "D*"})
    assert signs(found) == {("AB", "C"): -1, ("C", "rest"): -1}
    assert found.notes == ("Left out, since it makes no tie: 1 event between actors under one alias.",)
    assert found.actor("AB").keys == ("A", "B")


def test_a_rule_for_streams_gives_the_aliases(tmp_path):
    path = tmp_path / "rule.yaml"
    path.write_text("aliases: {AB: [A, B]}\n", encoding="utf-8")
    assert [a.name for a in network(events_of(("A", "C", "2017-01-05")), aliases=path).actors] == ["AB", "C"]


def test_actors_and_countries_choose():
    events = events_of(("A", "B", "2017-01-05"), ("A", "C", "2017-01-05", {"country": 645}), ("B", "C", "2017-01-05"))
    assert set(signs(network(events, countries=["Iraq"]))) == {("A", "C")}
    assert set(signs(network(events, actors=["A", "B"]))) == {("A", "B")}
    with pytest.raises(UsageError, match=r"an actor must have .* in the window; found 'Bee'\. "):
        network(events, actors=["A", "Bee"])
    with pytest.raises(UsageError, match="found 'Irak'. Did you mean Iraq?"):
        network(events, countries=["Irak"])
    with pytest.raises(UsageError, match="an actor must be in the network; found 'X'"):
        network(events).actor("X")


def test_declared_relations_are_ties_with_source_and_dates():
    events = events_of(("A", "B", "2017-01-05"), ("C", "B", "2017-01-05"))
    found = network(events, relations=declared(relation="supports"))
    tie = found.tie("A", "C")
    assert (tie.sign, tie.evidence[0].supporter) == (1, "A")
    assert tie.line() == "A and C side with each other: declared: A supports C, from 2017-01-01, ongoing; source: s."
    both = network(events, relations=declared(b="B"))
    assert (both.tie("A", "B").sign, both.tie("A", "B").contradictory) == (0, True)


def test_a_relation_that_does_not_hold_is_named_and_does_not_count():
    found = network(
        events_of(("A", "B", "2017-01-05"), ("C", "B", "2017-01-05")), relations=declared(until="2017-01-03")
    )
    assert found.tie("A", "C") is None
    assert found.notes == (
        "Declared in line 1 of the text, but not for 2017-01-05: A allied C, from 2017-01-01, to 2017-01-03; source: s.",
    )


def test_actors_of_relations_may_stand_in_the_list_alone_and_the_unknown_are_refused():
    events = events_of(("Government of Syria", "B", "2017-01-05", {"numbers": (118, 9001)}))
    found = network(events, relations=declared("Government of Iran", "supports", "Government of Syria"))
    assert found.tie("Government of Iran", "Government of Syria").sign == 1
    assert (found.actor("Government of Iran").events, found.actor("Government of Iran").state) == (0, True)
    with pytest.raises(
        UsageError,
        match=r"must name actors of the record or of UCDP's list; found 'Goverment of Iran' in line 1 of the text\. Did you mean Government of Iran\?",
    ):
        network(events, relations=declared("Goverment of Iran", "supports", "Government of Syria"))
    with pytest.raises(UsageError, match="a relation must tie two actors"):
        network(
            events, aliases={"G": ["Government of Syria"]}, relations=declared("Government of Syria", "allied", "G")
        )


def test_the_wars_of_iraq_and_syria(wars):
    found = signs(wars)
    assert found["Government of Iraq", "IS"] == found["Government of Syria", "IS"] == found["IS", "SDF"] == -1
    assert found["Ahrar al-Sham", "Southern Front"] == 1
    assert found["Ahrar al-Sham", "HTS"] == 0  # joint side in 72 events, fights in 18
    assert ("Government of Iraq", "Government of Syria") not in found
    lines = wars.lines(most=3)
    assert lines[0].startswith("60 actors and 181 ties from 2015-07-07 to 2017-07-05: 73 of fighting, 102 of siding")
    assert "… and 70 more." in lines
    assert lines[-1].startswith("UCDP's actor list gives alliances without dates")


def test_frames_and_documents_hold_the_same(wars):
    frame = wars.to_frame()
    document = json.loads(json.dumps(wars.document(), allow_nan=False))
    assert len(frame) == len(document["ties"]) == 181
    assert frame.set_index(["a", "b"]).loc[("IS", "SDF"), "events"] == 1393
    assert document["actors"][0]["name"] == wars.actors[0].name
    assert document["until"] == "2017-07-05"


def test_nothing_after_the_window_is_looked_at(wars):
    """The network is the same whether or not the record goes on."""
    import pyarrow.compute as pc

    events = embedded_events()
    past = replace(events, table=events.table.filter(pc.less_equal(events.table["date_end"], wars.until)))
    assert len(past) < len(events)
    again = network(past, until="2017-07-05")
    assert (again.ties, again.fought) == (wars.ties, wars.fought)
