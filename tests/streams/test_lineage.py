"""Who counts as one actor, under which name, and who is kin. The actors are real ones of UCDP's list."""

import pytest

from aftershock.errors import UsageError
from aftershock.streams.building import build_streams
from aftershock.streams.lineage import is_civilians
from aftershock.streams.rules import StreamRule
from ged_rows import make_events

JFS, HTS, IS, SYRIA = (1170, "Jabhat Fateh al-Sham"), (6815, "HTS"), (234, "IS"), (118, "Government of Syria")
LTTE, LTTE_K, LANKA = (329, "LTTE"), (330, "LTTE - K"), (145, "Government of Sri Lanka")


def events(*rows, **options):
    """Events given as day, one side, the other."""
    columns = {
        "side_a": [a[1] for _, a, _ in rows],
        "side_b": [b[1] for *_, b in rows],
        "side_a_new_id": [a[0] for _, a, _ in rows],
        "side_b_new_id": [b[0] for *_, b in rows],
        "type_of_violence": options.pop("types", [2] * len(rows)),
    }
    return make_events(*[(day, 1) for day, *_ in rows], **columns, **options)


def names(*rows, chosen_until=None, types=None, **rule):
    options = {"types": types} if types else {}
    rule = StreamRule(least_events=1, **rule)
    return build_streams(events(*rows, **options), rule=rule, chosen_until=chosen_until).names


def test_a_successor_inherits_its_predecessors_stream():
    rows = [("2016-05-01", JFS, IS), ("2017-03-01", HTS, IS), ("2017-04-01", HTS, IS)]
    assert names(*rows) == ("HTS – IS (non-state)",)
    assert names(*rows, lineage="none") == ("HTS – IS (non-state)", "IS – Jabhat Fateh al-Sham (non-state)")
    notes = build_streams(events(*rows), rule=StreamRule()).provenance.notes
    assert "By lineage, HTS stands for Jabhat Fateh al-Sham too." in notes


def test_allies_that_live_side_by_side_are_two_unless_kin_count_as_one():
    rows = [("2016-05-01", JFS, IS), ("2017-03-01", HTS, IS), ("2017-04-01", JFS, IS), ("2017-05-01", HTS, IS)]
    assert len(names(*rows)) == 2
    assert names(*rows, lineage="kin") == ("HTS – IS (non-state)",)


def test_the_order_of_succession_is_that_of_the_list():
    rows = [("2016-05-01", HTS, IS), ("2017-03-01", JFS, IS)]
    assert len(names(*rows)) == 2


def test_an_actor_active_elsewhere_before_succeeds_nobody():
    bifm = (1160, "BIFM")  # allied to IS, which UCDP has from 2004 on
    rows = [
        ("2015-05-01", bifm, (154, "Government of Philippines")),
        ("2016-11-01", IS, (154, "Government of Philippines")),
    ]
    assert len(names(*rows)) == 2


@pytest.mark.parametrize("lineage", ["successors", "kin"])
def test_those_who_fought_each_other_are_never_one(lineage):
    rows = [("2016-04-01", HTS, JFS), ("2016-05-01", JFS, IS), ("2017-03-01", HTS, IS)]
    assert "HTS – IS (non-state)" in names(*rows, lineage=lineage)
    assert "IS – Jabhat Fateh al-Sham (non-state)" in names(*rows, lineage=lineage)


@pytest.mark.parametrize("lineage", ["successors", "kin"])
def test_a_faction_is_never_its_government(lineage):
    faction, government = (764, "Military faction (forces of Raol Cédras)"), (6, "Government of Haiti")
    rows = [("2012-05-01", government, IS), ("2017-03-01", faction, IS)]
    assert len(names(*rows, lineage=lineage)) == 2


def test_what_comes_after_the_choice_of_streams_decides_nothing():
    rows = [("2016-05-01", JFS, IS), ("2017-03-01", HTS, IS), ("2018-04-01", JFS, IS), ("2018-05-01", HTS, JFS)]
    assert names(*rows, chosen_until="2017-12-31")[0] == "HTS – IS (non-state)"
    assert "IS – Jabhat Fateh al-Sham (non-state)" in names(*rows)


def test_a_splinter_not_seen_before_counts_with_the_group_it_left():
    tanzim = (7118, "Tanzim Hurras ad-Din")
    rows = [("2017-03-01", HTS, IS), ("2018-03-01", tanzim, IS)]
    streams = build_streams(events(*rows), rule=StreamRule(least_events=1), chosen_until="2017-12-31")
    assert streams.names == ("HTS – IS (non-state)",)
    assert streams.counts.sum() == 2
    other = build_streams(
        events(("2017-03-01", JFS, IS), ("2018-03-01", HTS, IS)),
        rule=StreamRule(least_events=1, rest="drop"),
        chosen_until="2017-12-31",
    )
    assert other.left_out == {"of pairs without a stream of their own": 1}  # an ally not seen before counts with nobody


def test_an_alias_goes_before_lineage():
    rows = [("2016-05-01", JFS, IS), ("2017-03-01", HTS, IS)]
    assert names(*rows, aliases={"old": ("Jabhat*",)}) == ("HTS – IS (non-state)", "IS – old (non-state)")


def test_one_number_under_two_names_is_one_actor():
    rows = [("2016-05-01", (9001, "JAS"), IS), ("2016-06-01", (9001, "Boko"), IS), ("2016-07-01", (9001, "Boko"), IS)]
    assert names(*rows) == ("Boko – IS (non-state)",)
    assert names(*rows, aliases={"x": ("JAS",)}) == ("IS – x (non-state)",)


def test_two_numbers_under_one_name_are_two_actors():
    rows = [("2016-05-01", (1162, "SRF"), IS), ("2016-06-01", (6011, "SRF"), IS)]
    assert names(*rows, lineage="none") == ("IS – SRF (UCDP 1162) (non-state)", "IS – SRF (UCDP 6011) (non-state)")
    assert names(*rows, chosen_until="2016-05-10")[0] == "IS – SRF (non-state)"


def test_kin_are_those_the_list_ties_and_those_with_a_member_in_common():
    room = (9002, "Ahrar al-Sham, HTS")
    rows = [("2016-05-01", JFS, IS), ("2017-03-01", HTS, IS), ("2017-03-02", room, IS), ("2017-03-03", SYRIA, IS)]
    streams = build_streams(events(*rows), rule=StreamRule(least_events=1, lineage="none"))
    assert streams.kin == (
        ("Ahrar al-Sham, HTS", "HTS"),
        ("Ahrar al-Sham, HTS", "Jabhat Fateh al-Sham"),
        ("HTS", "Jabhat Fateh al-Sham"),
    )


def test_kin_are_told_under_the_names_aliases_give():
    rows = [("2016-05-01", JFS, IS), ("2017-03-01", HTS, IS), ("2017-03-01", SYRIA, IS)]
    rule = StreamRule(least_events=1, aliases={"a": ("HTS",), "b": ("Jabhat*",)}, others="others")
    assert build_streams(events(*rows), rule=rule).kin == (("a", "b"),)


def test_an_unknown_actor_in_an_alias_is_refused_and_an_idle_one_told():
    rows = [("2016-05-01", JFS, IS)]
    with pytest.raises(
        UsageError, match=r"found 'Jabhat Fateh al-Scham' under 'x'. Did you mean Jabhat Fateh al-Sham\?"
    ):
        names(*rows, aliases={"x": ("Jabhat Fateh al-Scham",)})
    streams = build_streams(events(*rows), rule=StreamRule(aliases={"x": ("LTTE", "*Nusra*", "IS")}))
    assert "Aliases that fit no side of these events: LTTE, *Nusra*." in streams.provenance.notes


def test_civilians_are_told_from_those_who_bear_the_word():
    assert is_civilians("Civilians (Nigeria)")
    assert not is_civilians("Civilians' Committee")
