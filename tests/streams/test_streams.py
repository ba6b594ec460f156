"""Events to streams: sums kept, nothing read into sides, nothing known too early."""

import time
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from aftershock.contract import Events, Provenance
from aftershock.errors import DataError, UsageError
from aftershock.figures import embedded_events
from aftershock.streams.building import build_streams
from aftershock.streams.rules import NamedStream, StreamRule
from ged_rows import make_events

ARRAYS = ("counts", "deaths", "civilians", "losses", "size", "harm", "present")
ONE = StreamRule(least_events=1)


@pytest.fixture(scope="module")
def record():
    return embedded_events()


@pytest.fixture(scope="module")
def syria():
    return embedded_events("Syria")


def changed(events, **columns):
    table = events.table
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, pa.array(values, table.schema.field(name).type))
    return replace(events, table=table)


def same(one, two):
    assert one.streams == two.streams
    assert (one.first_day, one.kin, one.left_out, one.ranged) == (two.first_day, two.kin, two.left_out, two.ranged)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)


def test_a_small_record_by_hand():
    events = make_events(
        ("2016-01-01", 5), ("2016-01-01", 0), ("2016-01-03", 9), ("2016-01-02", 7),
        deaths_civilians=[1, 0, 2, 7], deaths_a=[3, 0, 4, 0], deaths_b=[1, 0, 3, 0], type_of_violence=[1, 1, 1, 3],
        side_a=["Government of Iraq"] * 3 + ["IS"], side_a_new_id=[116] * 3 + [234],
        side_b=["IS"] * 3 + ["Civilians"], side_b_new_id=[234] * 3 + [1],
    )  # fmt: skip
    streams = build_streams(events, rule=ONE, until="2016-01-04")
    assert streams.names == ("Government of Iraq – IS (state-based)", "IS (one-sided)")
    assert [s.actors for s in streams.streams] == [("Government of Iraq", "IS"), ("IS",)]
    assert [(s.types, s.countries, s.place) for s in streams.streams] == [(("sb",), (645,), ""), (("os",), (645,), "")]
    assert streams.first_day == np.datetime64("2016-01-01")
    assert streams.last_day == np.datetime64("2016-01-04")
    assert streams.counts[0].T.tolist() == [[2, 0, 1, 0], [0, 1, 0, 0]]
    assert streams.deaths[0].T.tolist() == [[5, 0, 9, 0], [0, 7, 0, 0]]
    assert streams.civilians[0].T.tolist() == [[1, 0, 2, 0], [0, 7, 0, 0]]
    assert streams.losses[0, :, 0].T.tolist() == [[3, 0, 4, 0], [1, 0, 3, 0]]
    assert not streams.losses[0, :, 1].any()
    np.testing.assert_allclose(streams.size[0, :, 0], [np.log(6), 0, np.log(10), 0], rtol=1e-6)
    np.testing.assert_allclose(streams.harm[0, :, 1], [0, np.log(8), 0, 0], rtol=1e-6)
    assert streams.present.T.tolist() == [[True] * 4, [False, True, True, True]]
    assert (streams.left_out, streams.ranged) == ({}, 0)


@pytest.mark.parametrize(
    "rule",
    [
        StreamRule(),
        StreamRule(by_type=False),
        StreamRule(pairs=False),
        StreamRule(split="province", lineage="none"),
        StreamRule(split="cell", lineage="kin"),
        StreamRule(most_streams=3, widest_precision=2),
        StreamRule(rest="drop", widest_range=3),
        StreamRule(dates="start"),
        StreamRule(aliases={"insurgents": ("*insurgents*", "*Ahrar*")}, others="others"),
        StreamRule(streams=(NamedStream("all IS harms", ("IS",)), NamedStream("war in Syria", (), ("sb",), ("SYR",)))),
    ],
    ids=lambda rule: str(rule.split) + str(rule.most_streams),
)
def test_no_event_and_no_death_is_lost(record, rule):
    streams = build_streams(record, rule=rule)
    table = record.to_frame()
    width = (np.asarray(table.date_end, "M8[D]") - np.asarray(table.date_start, "M8[D]")).astype(int) + 1
    kept = table[(width <= rule.widest_range) & (table.date_prec <= rule.widest_precision)]
    assert (streams.counts.sum(axis=(1, 2)) + sum(streams.left_out.values()) == len(table)).all()
    if rule.rest == "pool":
        assert streams.counts[0].sum() == len(kept)
        for name, column in (("deaths", kept.best), ("civilians", kept.deaths_civilians)):
            assert (getattr(streams, name).sum(axis=(1, 2)) == column.sum()).all()
        assert (streams.losses.sum(axis=(1, 2, 3)) == (kept.deaths_a + kept.deaths_b).sum()).all()
        np.testing.assert_allclose(streams.size.sum(axis=(1, 2), dtype=float), np.log1p(kept.best).sum(), rtol=1e-5)
    assert not streams.counts[:, ~streams.present].any()
    assert (streams.counts.sum(axis=1) == streams.counts[0].sum(axis=0)).all()
    assert len(streams.counts) == (1 if rule.dates == "start" else 5)


def test_sides_carry_no_direction(syria):
    table = syria.to_frame()
    swap = (table.type_of_violence != 3).to_numpy()
    swapped = {}
    for one, two in (("side_a", "side_b"), ("side_a_new_id", "side_b_new_id"), ("deaths_a", "deaths_b")):
        swapped[one], swapped[two] = np.where(swap, table[two], table[one]), np.where(swap, table[one], table[two])
    same(build_streams(changed(syria, **swapped)), build_streams(syria))


def losses_of(rule=ONE, **columns):
    """Losses of the one stream of two events, five and two deaths of side a, three and one of side b."""
    events = make_events(
        ("2016-01-01", 9), ("2016-01-01", 9),
        **{"deaths_a": [5, 2], "deaths_b": [3, 1], "side_a_new_id": [1, 1], "side_b_new_id": [2, 2]} | columns,
    )  # fmt: skip
    streams = build_streams(events, rule=rule, until="2016-01-01")
    assert streams.losses.shape == (1, 1, 1, 2)
    return streams.streams[0].actors, streams.losses[0, 0, 0].tolist()


def test_losses_stand_with_their_actor_whichever_side_the_record_has_it_on():
    assert losses_of(side_a=["X", "X"], side_b=["Y", "Y"]) == (("X", "Y"), [7, 4])
    assert losses_of(side_a=["Y", "Y"], side_b=["X", "X"]) == (("X", "Y"), [4, 7])
    crossed = {"side_a": ["X", "Y"], "side_b": ["Y", "X"], "side_a_new_id": [1, 2], "side_b_new_id": [2, 1]}
    assert losses_of(**crossed) == (("X", "Y"), [6, 5])
    named = StreamRule(streams=(NamedStream("war", ("Y", "X")),))
    assert losses_of(named, **crossed) == (("X", "Y"), [6, 5])
    renamed = StreamRule(least_events=1, aliases={"A": ("Y",)})
    assert losses_of(renamed, side_a=["X", "X"], side_b=["Y", "Y"]) == (("A", "X"), [4, 7])


def test_losses_of_a_stream_without_two_actors_are_together():
    sides = {"side_a": ["X", "X"], "side_b": ["Y", "Y"]}
    assert losses_of(StreamRule(), **sides) == ((), [11, 0])
    assert losses_of(StreamRule(least_events=1, others="others"), **sides) == (("others", "others"), [11, 0])
    assert losses_of(StreamRule(streams=(NamedStream("all"),)), **sides) == ((), [11, 0])


def test_losses_in_one_sided_violence_are_the_perpetrators_own():
    one_sided = {"type_of_violence": [3, 3], "side_a": ["IS", "IS"], "side_b": ["Civilians", "Civilians"]}
    assert losses_of(**one_sided) == (("IS",), [7, 0])
    assert losses_of(**one_sided | {"side_a": ["Civilians"] * 2, "side_b": ["IS"] * 2}) == (("IS",), [4, 0])
    assert losses_of(StreamRule(), **one_sided) == ((), [7, 0])


def test_losses_that_are_not_known_are_none():
    sides = {"side_a": ["X", "X"], "side_b": ["Y", "Y"]}
    assert losses_of(**sides, deaths_unknown=[1, 1]) == (("X", "Y"), [7, 4])
    events = changed(make_events(("2016-01-01", 3)), deaths_a=[None], deaths_b=[2])
    assert build_streams(events, until="2016-01-01").losses.tolist() == [[[[2, 0]]]]


def test_the_order_of_rows_changes_nothing(syria, rng):
    shuffled = replace(syria, table=syria.table.take(rng.permutation(len(syria))))
    same(build_streams(shuffled), build_streams(syria))


def test_a_seed_repeats_and_another_moves_ranged_events_alone(syria):
    one, again, other = (build_streams(syria, seed=seed) for seed in (1, 1, 2))
    same(one, again)
    assert (one.counts != other.counts).any()
    rule = StreamRule(widest_range=1)
    assert (build_streams(syria, rule=rule).counts == build_streams(syria, rule=rule, seed=2).counts).all()
    assert one.ranged == 1035
    assert abs(one.counts[0].astype(int) - other.counts[0]).sum() <= 2 * one.ranged


def test_ranged_events_fall_on_every_day_of_their_range():
    events = make_events(*[("2016-01-03/2016-01-06", 1)] * 4000, date_prec=[2] * 4000)
    streams = build_streams(events, rule=replace(ONE, imputations=2), first="2016-01-01", until="2016-01-08")
    for counts in streams.counts[:, :, 0]:
        assert counts.tolist()[:2] == counts.tolist()[6:] == [0, 0]
        assert (abs(counts[2:6] - 1000) < 120).all()
    assert streams.present[:, 0].tolist() == [False, False] + [True] * 6
    assert streams.ranged == 4000


def test_dates_at_the_start_are_for_comparison():
    events = make_events(("2016-01-03/2016-01-06", 1), ("2016-01-04", 2), date_prec=[2, 1])
    streams = build_streams(events, rule=replace(ONE, dates="start"), until="2016-01-08")
    assert streams.counts[:, :, 0].tolist() == [[1, 1, 0, 0, 0, 0]]
    assert "1 events dated to a range of days stand on its first day, for comparison only." in streams.provenance.notes


def test_too_wide_and_too_coarse_are_left_out_and_counted():
    events = make_events(
        ("2016-01-01", 1), ("2016-01-01/2016-01-31", 1), ("2016-01-01/2016-02-01", 1), ("2016-01-01/2016-01-05", 1),
        date_prec=[1, 4, 4, 5],
    )  # fmt: skip
    streams = build_streams(events, rule=ONE)
    assert streams.left_out == {
        "dated to a range of more than 31 days": 1, "dated more coarsely than date_prec 4": 1,
    }  # fmt: skip
    assert streams.counts[0].sum() == 2


def test_an_event_of_a_week_that_carries_one_day_stands_on_it_and_is_told():
    streams = build_streams(make_events(("2016-01-01", 1), date_prec=[3]), rule=ONE)
    assert streams.counts[0, 0, 0] == 1
    assert any(note.startswith("1 events dated to a week or more") for note in streams.provenance.notes)


def test_a_single_event_is_enough():
    streams = build_streams(make_events(("2016-01-01", 3)), until="2016-01-01")
    assert streams.names == ("other, Iraq, state-based",)
    assert streams.streams[0].actors == ()
    assert streams.counts.shape == (1, 1, 1)
    assert streams.deaths.sum() == 3


def test_what_ends_after_the_last_day_is_not_known(syria):
    day = np.datetime64("2018-06-30")
    ends = np.asarray(syria.table.column("date_end").to_numpy(), "M8[D]")
    cut = replace(syria, table=syria.table.filter(pa.array(ends <= day)))
    same(build_streams(cut, until=str(day)), build_streams(syria, until=str(day)))
    assert build_streams(syria, until=str(day)).last_day == day


def test_later_events_choose_no_stream_and_change_no_earlier_day(syria, rng):
    day = np.datetime64("2018-06-30")
    ends = np.asarray(syria.table.column("date_end").to_numpy(), "M8[D]")
    later = np.flatnonzero(ends > day)
    whole = build_streams(syria, chosen_until=str(day))
    early = build_streams(syria, until=str(day))
    fewer = np.sort(np.concatenate([np.flatnonzero(ends <= day), rng.choice(later, 200)]))
    some = build_streams(replace(syria, table=syria.table.take(fewer)), until="2019-11-30", chosen_until=str(day))
    assert whole.streams == early.streams == some.streams
    assert whole.kin == early.kin == some.kin
    days = int((day - whole.first_day).astype(int)) + 1
    spilled = int(((ends > day) & (np.asarray(syria.table.column("date_start").to_numpy(), "M8[D]") <= day)).sum())
    assert abs(whole.counts[0, :days] - early.counts[0]).sum() <= spilled
    assert whole.counts[0].sum() + sum(whole.left_out.values()) == len(syria)


def test_a_pair_unseen_goes_to_its_countrys_pool_else_to_another_of_the_country_else_is_left_out():
    days = ["2016-01-01"] * 3 + ["2016-01-02", "2016-01-02", "2016-06-01", "2016-06-02", "2016-06-03"]
    others = ["IS"] * 3 + ["A", "B", "C", "D", "E"]
    events = make_events(
        *[(day, 1) for day in days],
        side_b=others, side_b_new_id=[9000 + ord(name[0]) for name in others],
        type_of_violence=[1, 1, 1, 2, 2, 2, 1, 1], country_id=[645] * 7 + [652], country=["Iraq"] * 7 + ["Syria"],
    )  # fmt: skip
    streams = build_streams(events, rule=StreamRule(least_events=3), chosen_until="2016-02-01")
    assert streams.names == ("Government of Iraq – IS (state-based)", "other, Iraq, non-state")
    assert streams.counts[0].sum(axis=0).tolist() == [3, 4]
    assert streams.streams[1].types == ("ns",)
    assert streams.left_out == {"of a pair first seen after 2016-02-01, in a country without a pooled stream": 1}


def test_the_first_day_cuts_what_lies_before_and_counts_what_may_have():
    events = make_events(("2016-01-01", 1), ("2016-01-04/2016-01-06", 1), ("2016-01-05", 1), date_prec=[1, 2, 1])
    streams = build_streams(events, rule=ONE, first="2016-01-05")
    assert streams.counts[0].sum() == 1
    assert streams.left_out == {"that may have begun before the first day": 1}


def test_the_last_day_is_the_records_or_the_last_that_files_speak_of():
    worldwide = make_events(("2016-01-01", 1))
    assert build_streams(worldwide).last_day == np.datetime64("2021-12-31")
    files = replace(worldwide, worldwide=False)
    assert build_streams(files).last_day == np.datetime64("2016-01-01")
    assert build_streams(files, until="2017-01-01").last_day == np.datetime64("2017-01-01")


def test_silence_in_files_is_told(record):
    notes = build_streams(record, first="2016-01-01").provenance.notes
    assert "The last event in Iraq ended on 2018-12-25; the files do not say that none came after." in notes


@pytest.mark.parametrize(("split", "words"), [("province", "Governorate, Syria"), ("cell", "°N, ")])
def test_places_add_up_to_the_whole(syria, split, words):
    whole = build_streams(syria, rule=StreamRule(least_events=1, rest="drop"))
    parts = build_streams(syria, rule=StreamRule(least_events=1, rest="drop", split=split))
    assert any(words in stream.place for stream in parts.streams)
    for k, stream in enumerate(whole.streams):
        of = [j for j, part in enumerate(parts.streams) if (part.actors, part.types) == (stream.actors, stream.types)]
        assert (parts.counts[..., of].sum(axis=-1) == whole.counts[..., k]).all()
        assert all(parts.names[j] == f"{stream.name}, {parts.streams[j].place}" for j in of)


def test_provinces_of_one_name_in_two_countries_are_two():
    events = make_events(
        ("2016-01-01", 1), ("2016-01-02", 1), ("2016-01-03", 1),
        adm_1=["Border", "Border", ""], country_id=[645, 652, 652], country=["Iraq", "Syria", "Syria"],
    )  # fmt: skip
    streams = build_streams(events, rule=replace(ONE, split="province"))
    assert sorted(s.place for s in streams.streams) == ["Border, Iraq", "Border, Syria", "no region given, Syria"]


def test_blocks_hold_their_cells():
    cells = [181887, 181888, 181887 + 720 * 4, 181887 + 4]
    events = make_events(*[("2016-01-01", 1)] * 4, priogrid_gid=cells)
    fine = build_streams(events, rule=replace(ONE, split="cell", block=1))
    assert sorted(fine.counts[0, 0].tolist()) == [1, 1, 1, 1]
    assert "36 to 36.5°N, 43 to 43.5°E" in {s.place for s in fine.streams}
    assert build_streams(events, rule=replace(ONE, split="cell", block=360)).counts[0, 0].tolist() == [4]


def test_perpetrator_alone_or_civilians_as_an_actor(syria):
    plain = build_streams(syria, rule=StreamRule(least_events=100))
    assert ("IS (one-sided)", ("IS",)) in [(s.name, s.actors) for s in plain.streams]
    assert all("Civilians" not in s.actors for s in plain.streams)
    rule = StreamRule(least_events=100, by_type=False, aliases={"civilians": ("Civilians",)})
    asked = build_streams(syria, rule=rule)
    at = asked.names.index("IS – civilians")
    assert asked.streams[at].types == ("os",)
    assert (asked.counts[..., at] == plain.counts[..., plain.names.index("IS (one-sided)")]).all()


def test_others_takes_in_everyone_but_civilians(syria):
    rule = StreamRule(least_events=1, aliases={"IS": ("IS",)}, others="others", by_type=False)
    streams = build_streams(syria, rule=rule)
    assert set(streams.names) == {"others – others", "IS – others", "IS (one-sided)", "others (one-sided)"}
    assert streams.streams[streams.names.index("others – others")].actors == ("others", "others")
    assert streams.kin == ()


def test_one_sided_violence_between_two_armed_actors_names_no_perpetrator():
    events = make_events(("2016-01-01", 1), type_of_violence=[3])
    assert build_streams(events, rule=ONE).names == ("Government of Iraq – IS (one-sided)",)


def test_named_streams_take_events_in_their_order(syria):
    rule = StreamRule(
        streams=(
            NamedStream("raids", ("SDF", "IS"), ("ns",)),
            NamedStream("harm", ("IS",), ("os",), (652,)),
            NamedStream("harm by others", (), ("os",)),
        )
    )
    streams = build_streams(syria, rule=rule)
    assert streams.names == ("raids", "harm", "harm by others", "other, Syria, state-based", "other, Syria, non-state")
    assert streams.streams[0].actors == ("IS", "SDF")
    assert streams.streams[1].actors == ("IS",)
    assert streams.counts[0].sum(axis=0)[:3].tolist() == [2726, 294, 182]


def test_marks_by_power_and_none():
    events = make_events(("2016-01-01", 2500), ("2016-01-01", 9), deaths_civilians=[0, 4])
    powered = build_streams(events, rule=replace(ONE, mark="power", power=0.5, cap=1600))
    assert powered.size[0, 0, 0] == 43
    assert powered.harm[0, 0, 0] == 2
    assert not build_streams(events, rule=replace(ONE, mark="none")).size.any()


def test_events_without_numbers_or_deaths_count():
    events = make_events(("2016-01-01", 3), ("2016-01-02", 2), ("2016-01-03", 1))
    blank = changed(
        events, best=[None, 2, 1], deaths_civilians=[None] * 3, side_a_new_id=[None] * 3, side_b_new_id=[None] * 3,
        date_prec=[None] * 3, adm_1=[None] * 3, priogrid_gid=[None] * 3,
    )  # fmt: skip
    streams = build_streams(blank, rule=replace(ONE, split="cell"))
    assert streams.names == ("Government of Iraq – IS (state-based), no cell given",)
    assert (streams.counts.sum(), streams.deaths.sum()) == (3, 3)


def test_the_record_tells_how_streams_were_made():
    events = make_events(("2016-01-01", 3), ("2016-02-02/2016-02-04", 2))
    streams = build_streams(events, rule=StreamRule(least_events=2), chosen_until="2016-03-01", seed=7)
    assert streams.provenance.notes == (
        "Streams by the default rule, but for {least_events: 2}.",
        "Events to 2016-03-01 decided which streams there are.",
        "1 events dated to a range of days fall on one of them at random, in 5 imputations (seed 7).",
    )
    assert streams.provenance.source == "test"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"countries": ["Sirya"]}, r"Gleditsch–Ward number; found 'Sirya'. Did you mean Syria\?"),
        ({"countries": ["Chad"]}, "a country must have events in the record; found none in Chad. It has: Iraq, Syria."),
        ({"countries": []}, "countries must be named; found none"),
        ({"until": "soon"}, "until must be a date; found 'soon'. Write it YYYY-MM-DD."),
        ({"until": "2018-05"}, "until must be a date; found '2018-05'. Write it YYYY-MM-DD."),
        ({"first": 3.5}, "first must be a date; found 3.5"),
        ({"first": "NaT"}, "first must be a date; found 'NaT'"),
        ({"until": "2031-01-01"}, "until must lie within the record, 2003-01-01 to 2019-12-01; found 2031-01-01"),
        ({"first": "1999-01-01"}, "first must lie within the record"),
        ({"first": "2018-01-01", "until": "2017-01-01"}, "first must not come after until; found 2018-01-01 after 2017-01-01"),
        ({"first": "2018-01-01", "chosen_until": "2017-01-01"}, "first must not come after chosen_until"),
        ({"chosen_until": "2018-01-01", "until": "2017-01-01"}, "chosen_until must not come after until"),
        ({"chosen_until": "2003-01-02"}, "streams need an event by the day they are chosen; found none by 2003-01-02"),
        ({"seed": "one"}, "a seed must be a whole number; found 'one'"),
        ({"rule": StreamRule(least_events=10**6, rest="drop")}, r"at least one stream must form; found none; the busiest of \d+ pairs has 8,7\d\d events"),
        ({"rule": StreamRule(streams=(NamedStream("x", ("ISS", "SDF")),))}, r"after aliases and lineage; found 'ISS' in 'x'. Did you mean IS\?"),
        ({"rule": StreamRule(streams=(NamedStream("x", ("IS", "SDF"), ("sb",)),))}, "a named stream must hold an event; found 'x' with none"),
        ({"rule": StreamRule(streams=(NamedStream("a"), NamedStream("b")))}, "found 'b' with none that no stream before it takes"),
        ({"rule": StreamRule(streams=(NamedStream("other, Iraq, state-based", ("IS",)),))}, "names of their own; found two named 'other, Iraq"),
        ({"rule": StreamRule(imputations=1000)}, "imputations × days × streams must stay under 35,000,000; found 1000 × 6,141 × "),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_one_sentence(record, arguments, message):
    with pytest.raises(UsageError, match=message) as caught:
        build_streams(record, **arguments)
    assert "\n" not in str(caught.value)


def test_a_named_stream_that_only_later_events_fill_is_refused(record):
    rule = StreamRule(streams=(NamedStream("x", ("IS", "SDF")),))
    with pytest.raises(UsageError, match="must hold an event by the day streams are chosen"):
        build_streams(record, rule=rule, chosen_until="2015-12-31")


def test_no_event_at_all_is_refused():
    empty = make_events(("2016-01-01", 1))
    empty = Events(empty.table.slice(0, 0), (385, 504), 505, True, Provenance("t", "t", "t"))
    with pytest.raises(DataError, match="streams need at least one event; found none"):
        build_streams(empty)
    with pytest.raises(UsageError, match="found none in Syria. It holds no event at all."):
        build_streams(empty, countries="Syria")
    wide = make_events(("2016-01-01/2016-12-31", 1))
    with pytest.raises(DataError, match="found only 1 dated to a range of more than 31 days"):
        build_streams(wide)
    with pytest.raises(DataError, match="found none in the days asked for"):
        build_streams(wide, until="2016-05-01")


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        (
            "date_end",
            ["2016-01-01", "2015-12-31"],
            r"must not end before it starts; found 1 .*\n  event 1: 2016-01-02 to 2015-12-31",
        ),
        ("date_start", ["2016-01-01", None], r"must have both its dates; found 1 .*\n  event 1: no date to 2016-01-02"),
        ("type_of_violence", [1, 4], "type of violence must be 1, 2 or 3"),
        ("side_a", ["A", None], "must name its sides"),
    ],
)
def test_broken_events_are_refused(column, values, message):
    events = make_events(("2016-01-01", 1), ("2016-01-02", 1))
    if column.startswith("date"):
        values = [None if v is None else np.datetime64(v).astype(object) for v in values]
    with pytest.raises(DataError, match=message):
        build_streams(changed(events, **{column: values}))


def test_deaths_too_many_for_a_day_are_refused():
    with pytest.raises(DataError, match="deaths of one stream and day must stay under 2³¹; found 4,000,000,000"):
        build_streams(make_events(("2016-01-01", 2 * 10**9), ("2016-01-01", 2 * 10**9)))


def test_a_million_events_on_one_day(syria):
    table = pa.concat_tables([syria.table] * 61)
    n, day = len(table), np.datetime64("2017-01-01")
    many = changed(replace(syria, table=table), id=np.arange(n), date_start=np.full(n, day), date_end=np.full(n, day))
    started = time.perf_counter()
    streams = build_streams(many)
    assert time.perf_counter() - started < 30  # about one second; no timing, but a loop over events would not pass
    assert streams.counts.sum() + sum(streams.left_out.values()) == n > 1_000_000
    assert streams.counts.shape[:2] == (1, 1)
