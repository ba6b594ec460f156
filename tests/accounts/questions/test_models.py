"""Spirals, scenarios and forecasts: a chance for then, an outcome for now, and no draw that sees what came later."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from aftershock.accounts.questions import whatif as whatif_module
from aftershock.accounts.questions.answering import ahead_countries
from aftershock.accounts.questions.answering.systems import EXAMPLES as FOLDER
from aftershock.accounts.questions.answering.systems import streams_of, window_sums
from aftershock.accounts.questions.forecast import Forecast
from aftershock.accounts.questions.spiral import Spiral
from aftershock.accounts.questions.whatif import WhatIf
from aftershock.accounts.record import record_at
from aftershock.errors import UsageError
from aftershock.figures import load_table
from aftershock.scenarios.running import prepare
from scenario_systems import made_streams

SYSTEM = {
    "countries": ["Iraq", "Syria"],
    "first": "2016-01-01",
    "rule": "after-isis/fronts.yaml",
    "draws": 20,
    "background": "constant",
}
IRAQ = 60  # country_id
TURKEY = {"actors": ["Government of Turkey"], "against": ["SDF"]}


@pytest.fixture
def quick(monkeypatch):
    """A model that is quick and joint over months."""
    monkeypatch.setattr(ahead_countries, "DEFAULT_MODEL", "pool")
    ahead_countries._made.clear()
    yield
    ahead_countries._made.clear()


def forecast(threshold, end, start=None, *, countries=("Iraq",), scope=None, **more):
    criteria = {
        "scope": scope or {"countries": list(countries)},
        "threshold": threshold,
        "window": {"start": start, "end": end},
    }
    criteria |= {key: more.pop(key) for key in ("types", "measure") if key in more}
    return Forecast.model_validate({"criteria": criteria, **more})


def months_of(country_id, first, last):
    rows = load_table("country_month_1989_2021")
    rows = rows[(rows.country_id == country_id) & rows.month_id.between(first, last)]
    return rows.set_index("month_id")[["ged_sb", "ged_ns", "ged_os"]]


def test_a_country_has_a_chance_then_and_an_outcome_now(quick, then, now, day):
    asked = forecast({"at_least": 5000}, "2018-07-31")
    before, after = asked.check(then, day), asked.check(now, day)
    assert before.word == "not yet decided"
    assert 0 < before.chance < 1
    assert (before.outcome, before.decided_on) == (None, None)
    assert "origin 2017-06" in before.filter
    came = months_of(IRAQ, 452, 463).sum(axis=1)  # August 2017 to July 2018
    assert after.figures["best"] == came.sum()
    assert after.outcome is bool(came.sum() >= 5000)
    assert (after.word == "supported") is after.outcome
    assert after.chance is None


def test_a_threshold_is_crossed_on_a_day(quick, now, day):
    came = months_of(IRAQ, 452, 463).sum(axis=1).cumsum()
    after = forecast({"at_least": 1000}, "2018-07-31").check(now, day)
    crossed = int(came.index[(came >= 1000).to_numpy().argmax()])
    assert crossed < 463
    assert (
        after.decided_on
        == f"{1980 + (crossed - 1) // 12}-{(crossed - 1) % 12 + 1:02d}-{31 if crossed in (452, 454) else 30}"
    )


def test_the_deadliest_month_is_another_question(quick, then, now, day):
    came = months_of(IRAQ, 452, 463).sum(axis=1)
    after = forecast({"at_most": 400}, "2018-07-31", over="month").check(now, day)
    assert after.figures["best"] == came.max()
    assert after.outcome is bool(came.max() <= 400)
    told = forecast({"at_least": 400}, "2018-07-31", over="month").check(then, day)
    less = forecast({"at_least": 4000}, "2018-07-31", over="month").check(then, day)
    assert told.chance >= less.chance
    assert told.chart.stated == (400,)


def test_no_draw_sees_a_later_month(quick, now, day):
    """The same chance from a world in which everything after the day came otherwise."""
    panel = now.panel
    changed = panel.deaths.copy()
    changed[:, panel.months > 450] = 7
    other = replace(now, panel=replace(panel, deaths=changed))
    asked = forecast({"at_least": 5000}, "2018-07-31")
    cut = [replace(one, day=day, panel=one.panel.until(450)) for one in (now, other)]
    assert asked.check(cut[0], day).figures == asked.check(cut[1], day).figures


def test_how_often_such_a_thing_had_come_before(quick, then, day):
    told = forecast({"at_least": 5000}, "2018-07-31").check(then, day)
    past = months_of(IRAQ, 331, 450).sum(axis=1).reindex(range(331, 451), fill_value=0).to_numpy()
    sums = [past[k : k + 12].sum() for k in range(len(past) - 11)]
    assert told.figures["base_rate"] == pytest.approx(np.mean(np.array(sums) >= 5000))


def test_the_record_may_end_before_the_window(quick, now):
    late = dt.date(2021, 6, 10)
    open_ = forecast({"at_least": 100_000}, "2022-06-30", countries=["Syria"]).check(now, late)
    assert (open_.word, open_.outcome, open_.provisional) == ("not yet decided", None, True)
    assert "where the record ends" in open_.sentence
    ahead = forecast({"at_least": 1}, "2022-06-30", "2022-01-01", countries=["Syria"]).check(now, late)
    assert ahead.word == "not yet decided"
    reached = forecast({"at_least": 10}, "2022-06-30", countries=["Syria"]).check(now, late)
    assert (reached.word, reached.outcome, reached.decided_on) == ("supported", True, "2021-07-31")
    over = forecast({"at_most": 10}, "2022-06-30", countries=["Syria"]).check(now, late)
    assert (over.word, over.outcome) == ("contradicted", False)


def test_forecasts_reach_three_years(quick, then, day):
    told = forecast({"at_least": 1}, "2021-01-31").check(then, day)
    assert told.word == "cannot say"
    assert "36 months" in told.sentence


def test_windows_hold_the_months_that_begin_in_them(quick, now, day):
    told = forecast({"at_least": 1}, "2018-03-15", "2017-09-02").check(now, day)
    assert "2017-10 to 2018-03" in told.filter
    with pytest.raises(UsageError, match="must hold the first of a month"):
        forecast({"at_least": 1}, "2017-09-20", "2017-09-02").check(now, day)
    with pytest.raises(UsageError, match="after the last that was over on the account's day"):
        forecast({"at_least": 1}, "2017-09-20", "2017-06-01").check(record_at(day), day)


def test_one_type_of_violence_or_all(quick, then, now, day):
    after = forecast({"at_least": 1}, "2018-07-31", types=["os"]).check(now, day)
    assert after.figures["best"] == months_of(IRAQ, 452, 463).ged_os.sum()
    with pytest.raises(UsageError, match="one type of violence, or of all"):
        forecast({"at_least": 1}, "2018-07-31", types=["os", "sb"]).check(then, day)


def test_forms_of_forecasts_are_checked():
    with pytest.raises(ValidationError, match="must state a figure"):
        forecast(None, "2018-07-31")
    with pytest.raises(ValidationError, match="must state the window's end"):
        forecast({"at_least": 1}, None)
    with pytest.raises(ValidationError, match="must name the countries"):
        forecast({"at_least": 1}, "2018-07-31", scope={"actors": ["IS"]})
    with pytest.raises(ValidationError, match="over the window where it is about actors"):
        forecast({"at_least": 1}, "2018-07-31", scope={"actors": ["IS"], "countries": ["Syria"]}, over="month")


def test_actors_have_a_chance_then_and_an_outcome_now(then, now, day):
    asked = forecast({"at_least": 500}, "2018-07-04", scope=TURKEY, system=SYSTEM)
    before, after = asked.check(then, day), asked.check(now, day)
    assert 0 < before.chance < 1
    assert before.figures["low"] < before.figures["median"] < before.figures["high"]
    assert "streams: SDF – Turkey and allied rebels" in before.filter
    rows = load_table("iraq_syria_days_2003_2019").merge(load_table("iraq_syria_dyads"), on="dyad_id")
    rows["date_end"] = rows.date_end.astype(str)
    turkey = rows.side_a.str.contains("Turkey|Hawar Kilis|SNA|Fatah Halab|Mare'")
    year = (
        (rows.country == "Syria")
        & rows.date_end.between("2017-07-05", "2018-07-04")
        & (rows.date_start.astype(str) >= "2017-07-05")
    )
    by_hand = rows[turkey & rows.side_b.str.contains("SDF") & year].best.sum()
    assert after.figures["best"] == pytest.approx(by_hand, rel=0.02)  # ranges of days across the edges apart
    assert (after.word, after.outcome) == ("supported", True)
    assert after.decided_on.startswith("2018-01")


def test_actors_are_not_foretold_for_ever(then, now, day):
    assert (
        "1,095 days" in forecast({"at_least": 1}, "2021-07-04", scope=TURKEY, system=SYSTEM).check(then, day).sentence
    )
    later = forecast({"at_least": 10**6}, "2019-06-30", scope=TURKEY, system=SYSTEM).check(now, day)
    assert (later.word, later.outcome) == ("not yet decided", None)
    ahead = forecast({"at_least": 1}, "2020-12-31", "2020-01-01", scope=TURKEY, system=SYSTEM).check(now, day)
    assert "ends on 2018-12-31" in ahead.sentence
    with pytest.raises(UsageError, match="must not begin before the account's day"):
        forecast({"at_least": 1}, "2018-07-04", "2017-01-01", scope=TURKEY, system=SYSTEM).check(now, day)


def test_where_there_is_no_record_of_days_nothing_is_said(then, now, day):
    asked = forecast({"at_least": 1}, "2018-07-04", scope={"actors": ["IS"], "countries": ["Yemen"]})
    assert asked.check(then, day).word == asked.check(now, day).word == "cannot say"
    assert (
        Spiral.model_validate({"criteria": {"scope": {"countries": ["Yemen"]}}}).check(then, day).word == "cannot say"
    )
    assert (
        Spiral.model_validate({"criteria": {"scope": {"countries": ["Yemen"]}}, "times": 2}).check(now, day).word
        == "cannot say"
    )


def test_feedback_is_asked_of_all_days_of_the_record(then, now, day):
    before = Spiral.model_validate({"system": SYSTEM}).check(then, day)
    assert before.word in ("contradicted", "cannot say", "supported")
    assert before.chance == pytest.approx(
        float(
            (
                then.system(Spiral.model_validate({"system": SYSTEM}).recipe(day), folder=FOLDER).structure.ratio >= 1
            ).mean()
        )
    )
    assert "2017-07-04" in before.filter


def test_feedback_that_is_the_backgrounds_is_not_supported(monkeypatch, then, day):
    """Where only a background that hardly bends says spiral, it cannot be said."""
    asked = Spiral.model_validate({"system": SYSTEM})
    real = then.system(asked.recipe(day), folder=FOLDER)

    class Two:
        def __getattr__(self, name):
            return getattr(then, name)

        def system(self, recipe, **_):
            high = 1.2 if recipe.background == "constant" else 0.7
            ready = prepare(real.system)
            ready.structure = replace(real.structure, ratio=np.full(20, high))
            return ready

    told = asked.check(Two(), day)
    assert (told.word, told.chance) == ("contradicted", 0.0)
    assert "every 90 days the chance is under 1 %" in told.notes[1]


def test_a_rise_has_a_chance_then_and_an_outcome_now(then, now, day):
    asked = Spiral.model_validate({"system": SYSTEM, "times": 1.2, "days": 200})
    before, after = asked.check(then, day), asked.check(now, day)
    assert (before.word, before.outcome) == ("not yet decided", None)
    assert 0 <= before.chance <= 1
    rows = load_table("iraq_syria_days_2003_2019")
    ends, starts = rows.date_end.astype(str), rows.date_start.astype(str)
    deaths = [
        rows[(starts >= a) & (ends <= b)].best.sum()
        for a, b in (("2016-12-17", "2017-07-04"), ("2017-07-05", "2018-01-20"))
    ]
    assert after.figures["before"] == pytest.approx(deaths[0], rel=0.05)
    assert after.figures["best"] == pytest.approx(deaths[1], rel=0.05)
    assert after.outcome is bool(after.figures["best"] > 1.2 * after.figures["before"])
    assert before.figures["last"] == pytest.approx(after.figures["before"], rel=0.05)


def test_a_rise_needs_days_of_every_country(then, now, day):
    asked = Spiral.model_validate({"system": SYSTEM, "times": 2, "days": 700})
    assert "found 551" in asked.check(then, day).sentence
    short = Spiral.model_validate({"system": SYSTEM, "times": 2, "days": 500})
    assert "does not cover the 500 days before" in short.check(now, dt.date(2017, 1, 1)).sentence
    late = Spiral.model_validate({"system": SYSTEM, "times": 2}).check(now, dt.date(2018, 6, 1))
    assert (late.word, late.outcome) == ("not yet decided", None)


SCENARIO = {
    "name": "is-leaves", "title": "IS leaves Syria", "until": "2017-12-31",
    "interventions": [{"kind": "leaves", "actor": "IS", "date": "2017-08-01"}],
}  # fmt: skip


def whatif(scenario=SCENARIO, **more):
    return WhatIf.model_validate({"scenario": scenario, "system": SYSTEM, **more})


def test_a_scenario_that_rests_on_its_own_words_cannot_be_said(then, now, day):
    told = whatif(changes="fewer").check(then, day)
    assert told.word == "cannot say"
    assert told.figures["high"] < 0
    assert "the record cannot say" in told.sentence
    assert told.chance is None
    assert len(told.chart.along) == 6
    assert whatif(changes="fewer").check(now, day) == told  # what never came cannot have been seen since


def test_a_scenario_that_the_record_can_tell_in_part_is_judged_by_its_chance(monkeypatch, then, day):
    from aftershock.scenarios.answers import Identification
    from aftershock.scenarios.running import whatif as run

    def told(*args, **kwargs):
        return replace(run(*args, **kwargs), identification=Identification("can say in part", "It can.", ()))

    whatif_module._kept.clear()
    monkeypatch.setattr("aftershock.scenarios.running.whatif", told)
    assert whatif(changes="fewer").check(then, day).word == "supported"
    assert whatif(changes="more").check(then, day).word == "contradicted"
    assert whatif(criteria={"threshold": {"between": [-(10**6), -1]}}).check(then, day).word == "supported"
    assert whatif(criteria={"threshold": {"at_most": -(10**6)}}).check(then, day).word == "contradicted"
    whatif_module._kept.clear()


def test_scenarios_are_named_written_out_or_files(then, day, tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="must be an example or a file.*turkey-moves"):
        whatif("after-isis/turkey-move", changes="more").check(then, day)
    with pytest.raises(UsageError, match="or below"):
        whatif("../secret.yaml", changes="more").check(then, day)
    with pytest.raises(UsageError, match="or below"):
        Spiral.model_validate({"system": SYSTEM | {"rule": "/etc/passwd"}}).check(then, day)
    with pytest.raises(ValidationError, match="must say either"):
        whatif()
    with pytest.raises(UsageError, match="before the scenario begins|must lie between"):
        whatif(
            SCENARIO | {"interventions": [{"kind": "leaves", "actor": "IS", "date": "2016-08-01"}]}, changes="fewer"
        ).check(then, day)


def test_names_are_those_of_the_streams_of_ucdp_or_of_an_alias(now):
    from aftershock.accounts.questions.base import Scope
    from aftershock.streams.rules import StreamRule

    streams, rule = made_streams(), StreamRule(aliases={"rebels": ("*Ahrar*", "SNA")})
    assert streams_of(streams, Scope(actors=("daesh",)), ("sb", "ns", "os"))[0] == [0, 1, 2]
    assert streams_of(streams, Scope(actors=("SNA",)), ("sb", "ns", "os"), rule)[0] == [3]
    assert streams_of(streams, Scope(actors=("IS",), against=("Civilians",)), ("sb", "ns", "os"))[0] == [2]
    assert streams_of(streams, Scope(actors=("IS",), against=("SDF",)), ("sb", "ns", "os"))[0] == [1]
    assert streams_of(streams, Scope(countries=("Syria",)), ("ns",))[0] == [1, 3]
    wide = made_streams(countries=((645, 652), (652,), (645,), (652,)))
    found, notes = streams_of(wide, Scope(actors=("IS",), countries=("Iraq",)), ("sb", "ns", "os"))
    assert (found, len(notes)) == ([2], 1)


def test_names_that_a_rule_gives_are_no_faults(now):
    asked = Spiral.model_validate(
        {"system": SYSTEM, "times": 2, "criteria": {"scope": {"actors": ["rebels", "Nobody Here"]}}}
    )
    assert ["Nobody Here" in fault for fault in asked.faults(now)] == [True]


def test_sums_over_stretches():
    assert window_sums(np.array([1.0, 2.0, 4.0]), 3).tolist() == [7.0]


def test_in_words():
    assert forecast({"at_least": 500}, "2018-07-31", countries=["Iraq", "Syria"]).worded() == (
        "Will there be at least 500 deaths from violence in Iraq and Syria, to 2018-07-31?"
    )
    assert "in its deadliest month" in forecast({"at_most": 5}, "2018-07-31", over="month").worded()
    assert whatif(changes="fewer").worded() == (
        "“IS leaves Syria”: would that have brought fewer deaths than the course that goes on?"
    )
    assert (
        Spiral.model_validate({"system": SYSTEM})
        .worded()
        .startswith("Does violence in Iraq and Syria feed itself without end")
    )
