"""Lineages, ends and what follows them, against cases that are known and against made-up ones with a known answer."""

import json
from datetime import date

import numpy as np
import pytest

from aftershock.actors.succession import ends as ends_module
from aftershock.actors.succession.ends import (
    AFTER,
    FEATURES,
    OUTCOMES,
    End,
    all_ends,
    features,
    has_earlier,
    outcome_years,
    person_years,
)
from aftershock.actors.succession.hazards import any_successor, base_rates, fit_hazard, maximise
from aftershock.actors.succession.lineages import (
    LAST_LISTED,
    LAST_YEAR,
    Lineage,
    Tie,
    lineages,
    listed_actor,
    successors,
)
from aftershock.actors.succession.sizes import SizeCases, draw_sizes, size_cases
from aftershock.actors.succession.succession import succession
from aftershock.errors import DataError, UsageError
from aftershock.figures import embedded_events, load_table


@pytest.fixture(scope="module")
def iraq():
    return embedded_events(["Iraq"])


def names_after(actor):
    return {tie.successor.name: tie for tie in successors(listed_actor(actor).number)}


# Lineages


@pytest.mark.parametrize(
    ("actor", "after"),
    [
        ("GIA", {"AQIM"}),
        ("MNLF", {"MILF", "BIFM", "MNLF - NM", "MNLF - HM"}),
        ("Seleka", {"FPRC", "UPC", "MPC", "RPRC"}),
        ("FARC", {"FARC dissidents"}),
        ("TTP", {"Jamaat-ul-Ahrar", "TTP-KM", "TTP-SM"}),
        ("PWG", {"CPI-Maoist"}),
        ("SPLM/A", {"SPLM/A-North", "SSDF"}),
        ("LTTE", {"LTTE - K", "PLOTE"}),
    ],
)
def test_known_lineages(actor, after):
    assert after <= set(names_after(actor))


@pytest.mark.parametrize("actor", ["RUF", "UNITA"])
def test_actors_without_a_listed_successor(actor):
    assert not names_after(actor)


def test_ties_say_which_and_through_whom():
    after = names_after("MNLF")
    assert after["MILF"].says("MNLF").startswith("UCDP lists MILF as a splinter of MNLF; active 1990")
    assert (
        after["BIFM"].says("MNLF", until=2012).endswith("a splinter of MILF, which came out of MNLF; active 2011–2012")
    )
    assert (after["BIFM"].kind, after["BIFM"].through) == ("splinter", "MILF")
    assert names_after("PWG")["CPI-Maoist"].kind == "allied"


def test_is_is_one_actor_through_its_names():
    assert listed_actor("IS").number == listed_actor("islamic state").number == 234
    assert listed_actor("IS").years[0] <= 2004
    assert listed_actor("IS").years[-1] == LAST_YEAR


def test_a_name_of_which_another_begins_is_another_actor():
    # "SPLM/A - IO" fought from 2013; SPLM/A itself is last seen in 2004
    assert listed_actor("SPLM/A").years[-1] == 2004
    assert listed_actor("SPLM/A - IO").years[0] == 2013


def test_names_of_newer_releases_lead_to_the_listed_actor():
    assert listed_actor("JAS").number == listed_actor("Boko Haram").number == 1051
    assert listed_actor("FARC-EMC").name == "FARC dissidents"
    assert 2023 in listed_actor("FARC dissidents").years


def test_actors_of_one_name_are_told_apart_by_place():
    with pytest.raises(UsageError, match=r"3 named 'UPC'.*5999 \(Central African Republic\)"):
        listed_actor("UPC")
    here, there = lineages()[5999], lineages()[1076]
    assert here.years[0] == 2014
    assert there.years[-1] < 2014


def test_an_unknown_actor_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="Did you mean LTTE?"):
        succession("LTTEE")


def test_governments_are_no_successors():
    assert not any(name.startswith("Government of") for number in lineages() for name in
                   (tie.successor.name for tie in successors(number)))  # fmt: skip


# Ends


def test_an_end_is_followed_by_a_silent_year():
    for end in all_ends():
        assert end.last_year in end.actor.years
        assert end.last_year + 1 not in end.actor.years
        assert end.actor.formal
        assert end.last_year < LAST_YEAR


def test_ends_known_by_a_year_are_those_of_the_record_cut_there():
    early = all_ends(2009)
    assert {(e.actor.number, e.last_year) for e in early} == {
        (e.actor.number, e.last_year) for e in all_ends() if e.last_year < 2009
    }


def test_features_do_not_see_what_came_later():
    end = End(listed_actor("Seleka"), 2007)
    seen = dict(zip(FEATURES, features(end), strict=True))
    assert seen["had splinters"] == 0  # FPRC is first seen in 2013
    assert seen["relative active at the end"] == 0
    assert seen["ended before"] == 0
    assert seen["Africa"] == 1
    assert dict(zip(FEATURES, features(End(listed_actor("Seleka"), 2013)), strict=True))["ended before"] == 1


def test_outcomes_tell_the_new_from_those_there_already():
    held = outcome_years(End(listed_actor("Seleka"), 2007), LAST_LISTED)
    assert held["new successor"][0] == 2013
    assert held["earlier successor"] == []
    assert held["itself again"] == [2011, 2012, 2013]
    held = outcome_years(End(listed_actor("GIA"), 2004), LAST_LISTED)
    assert held["earlier successor"][0] == 2005
    assert held["new successor"][0] == 2012
    assert held["successor"] == sorted(set(held["earlier successor"]) | set(held["new successor"]))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_years_at_risk_stop_at_the_outcome_and_where_the_record_does(outcome):
    ends, limit = all_ends(), LAST_YEAR if outcome == "itself again" else LAST_LISTED
    rows = person_years(ends, outcome)
    for place in np.unique(rows.end):
        mine = rows.end == place
        assert (np.diff(rows.after[mine]) == 1).all()
        assert not rows.came[mine][:-1].any()
        assert ends[place].last_year + rows.after[mine].max() <= limit
        whole = rows.came[mine].any() or rows.after[mine].max() == AFTER
        assert whole or ends[place].last_year + rows.after[mine].max() == limit
    assert rows.after.min() == (2 if outcome == "itself again" else 1)


def test_a_return_in_the_silent_year_cannot_be():
    rows = person_years(all_ends(), "itself again")
    assert set(rows.after) == {2, 3, 4, 5}


# Chances


def test_the_regression_finds_known_coefficients(rng):
    design = np.concatenate([np.ones((20_000, 1)), rng.standard_normal((20_000, 2))], axis=1)
    truth = np.array([-1.0, 0.8, -0.5])
    came = rng.random(20_000) < 1 / (1 + np.exp(-design @ truth))
    mode, covariance = maximise(design, came, np.zeros(3), np.full(3, 0.01))
    assert (np.abs(mode - truth) < 4 * np.sqrt(np.diag(covariance))).all()
    assert (np.sqrt(np.diag(covariance)) < 0.03).all()


def test_without_data_the_prior_is_returned():
    mode, covariance = maximise(np.zeros((1, 2)), np.array([True]), np.array([-3.0, 0.0]), np.array([0.25, 1.0]))
    assert mode == pytest.approx([-3, 0])
    assert np.diag(covariance) == pytest.approx([4, 1])


def test_chances_of_either_are_no_less_than_of_one(rng):
    one, two = rng.random((2, 50))
    both = any_successor(one, two)
    assert (both >= np.maximum(one, two)).all()
    assert any_successor(np.zeros(1), np.full(1, 0.3)) == pytest.approx([0.3])


def test_censored_ends_bias_no_chance(rng, monkeypatch):
    """Yearly chances of 0.2, most ends cut short: the base rate finds 1 − 0.8ᵏ all the same."""
    made = []
    for number in range(3000):
        last = int(rng.integers(2005, LAST_LISTED))
        wait = int(rng.geometric(0.2))
        years = {last + wait: frozenset({("a - b", 1, 500)})}
        made.append(
            (End(Lineage(10 + number, "a", True, (), (), (), (), {last: frozenset({("a - c", 1, 500)})}), last), years)
        )
    after = {
        end.actor.number: (Tie(Lineage(2, "heir", True, (), (), (), (), years), "splinter"),) for end, years in made
    }
    monkeypatch.setattr(ends_module, "successors", lambda number: after[number])
    found = base_rates(tuple(end for end, _ in made), "new successor", LAST_LISTED)
    assert found == pytest.approx(1 - 0.8 ** np.arange(1, AFTER + 1), abs=0.035)


def test_a_fitted_hazard_foretells_its_own_cases_on_average(rng):
    """A logistic regression with an intercept matches the mean of what it learnt from, up to its weak prior."""
    ends = all_ends(2012)
    fitted = fit_hazard(ends, "itself again", 2012)
    complete = [end for end in ends if end.last_year + AFTER <= 2012]
    came = [any(y <= e.last_year + AFTER for y in outcome_years(e, 2012)["itself again"]) for e in complete]
    told = [fitted.draw(rng, features(end), 50)[AFTER - 1].mean() for end in complete]
    assert np.mean(told) == pytest.approx(np.mean(came), abs=0.03)


# Sizes


def test_sizes_grow_with_own_deaths_where_cases_do(rng):
    own = np.round(np.exp(rng.uniform(2, 9, 400))).astype(np.int64)
    later = np.round(2 * own * np.exp(0.3 * rng.standard_normal(400))).astype(np.int64)
    cases = SizeCases(np.arange(400), np.full(400, 2000), own, later)
    _, ratio = draw_sizes(rng, 4000, cases, 5000)
    assert np.median(ratio) == pytest.approx(2, rel=0.1)
    assert np.quantile(ratio, 0.95) == pytest.approx(2 * np.exp(1.645 * 0.3), rel=0.15)


def test_few_cases_are_wider_than_many(rng):
    one = np.array([10, 100, 1000, 50, 500, 3000])
    few = SizeCases(np.arange(6), np.full(6, 2000), one, 2 * one)
    many = SizeCases(np.arange(60), np.full(60, 2000), np.tile(one, 10), np.tile(2 * one, 10))
    spread = [np.ptp(np.log(np.quantile(draw_sizes(rng, 8000, c, 300)[1], (0.05, 0.95)))) for c in (few, many)]
    assert spread[0] > 1.5 * spread[1]


def test_an_actor_that_ended_often_weighs_once(rng):
    base = np.array([10, 100, 1000, 50, 500, 3000])
    once = SizeCases(np.arange(6), np.full(6, 2000), base, base)
    often = SizeCases(
        np.r_[np.arange(6), np.zeros(3, int)], np.full(9, 2000), np.r_[base, [10] * 3], np.r_[base, [10] * 3]
    )
    a, b = (np.median(draw_sizes(np.random.default_rng(1), 20_000, cases, 300)[0]) for cases in (once, often))
    assert a == pytest.approx(b, rel=1e-6)


def test_too_few_cases_say_nothing(rng):
    assert draw_sizes(rng, 10, size_cases(2001), 100) is None


def test_the_size_table_holds_ten_years_of_each_end():
    table = load_table("succession_sizes")
    for (_, last), rows in table.groupby(["actor_id", "last_year"]):
        assert sorted(rows.year) == list(range(last - 4, last + 6))
        assert (rows.year[rows.of == "own"] <= last).all()
    assert (table.deaths >= 0).all()


# The whole


def test_an_actor_still_there_gets_what_an_end_now_would_bring():
    said = succession("IS")
    assert not said.ended
    assert said.came == {}
    assert said.lines()[0].startswith("IS has not ended: it was active in 2024.")
    assert said.lines() == succession("Daesh").lines()


def test_one_that_ended_says_what_came():
    said = succession("GIA")
    assert (said.last_year, said.ended) == (2004, True)
    assert said.came["successor"][0] == 2005
    assert "UCDP lists AQIM as a splinter of GIA; active 1998–2023: there already by the end." in said.lines()
    assert any("new after the end" in line for line in said.lines())
    for outcome in OUTCOMES:
        drawn = said.chances[outcome]
        assert (np.diff(drawn, axis=0) >= 0).all()
        assert ((drawn >= 0) & (drawn <= 1)).all()
    assert (said.chances["successor"] >= said.chances["new successor"]).all()
    assert not said.chances["itself again"][0].any()


def test_a_past_year_knows_nothing_later():
    said = succession("Seleka", at=2009)
    assert (said.at, said.last_year, said.ended) == (2009, 2007, True)
    assert said.ties == ()
    assert said.came == dict.fromkeys(OUTCOMES, ())
    assert not any(str(year) in line for line in said.lines() for year in range(2010, 2021))
    now = succession("Seleka")
    assert said.learnt_from["successor"][0] < now.learnt_from["successor"][0]
    assert now.ended_before == (2007,)


def test_its_own_ends_are_not_learnt_from():
    everyone = person_years(all_ends(), "itself again")
    mine = [end for end in all_ends() if end.actor.name == "MNLF"]
    assert len(mine) == 4
    left = succession("MNLF").learnt_from["itself again"][0]
    assert left == len(np.unique(everyone.end)) - len(mine)


def test_without_an_earlier_group_there_is_no_earlier_successor():
    said = succession("RUF")
    assert not has_earlier(End(listed_actor("RUF"), 2001))
    assert not said.chances["earlier successor"].any()
    assert (said.chances["successor"] == said.chances["new successor"]).all()
    assert "UCDP's list (to 2021) names no group that came out of RUF or that it joined." in said.lines()
    assert not any("had been before" in line for line in said.lines())


def test_events_by_day_give_the_last_day_and_the_deaths(iraq):
    said = succession("al-Mahdi Army", events=iraq)
    assert said.ended
    assert said.last_day.year == said.last_year == 2009
    table = iraq.to_frame()
    mine = table[(table.side_a == "al-Mahdi Army") | (table.side_b == "al-Mahdi Army")]
    assert said.own_deaths == mine.best.sum()  # its whole life lies in its last five years
    assert said.last_day == mine.date_end.max()
    assert (said.deaths >= 0).all()
    assert said.size_cases[0] > 20


def test_events_end_an_actor_after_365_silent_days(iraq):
    last = succession("al-Mahdi Army", events=iraq).last_day
    early = succession("al-Mahdi Army", events=iraq, at=date(2009, 12, 31))
    assert not early.ended
    later = succession("al-Mahdi Army", events=iraq, at=date(2010, 12, 31))
    assert later.ended
    assert early.last_day == later.last_day == last


def test_what_the_events_miss_is_said(iraq):
    said = succession("IS", events=iraq)
    assert not said.ended
    assert any("active outside these events or after them: 2019–2024" in line for line in said.lines())


def test_wrong_questions_are_refused(iraq):
    with pytest.raises(UsageError, match="1990 to 2024"):
        succession("RUF", at=2030)
    with pytest.raises(DataError, match=r"RUF active 1991–2001"):
        succession("RUF", at=1990)
    with pytest.raises(DataError, match="no event of LTTE"):
        succession("LTTE", events=iraq)


def test_the_document_is_plain_and_complete():
    document = json.loads(json.dumps(succession("GIA").document()))
    assert document["successors"][0] == {
        "name": "AQIM", "ucdp_actor_id": 539, "tie": "splinter", "through": None,
        "years": list(range(1998, 2024)), "status": "there already by the end",
    }  # fmt: skip
    assert len(document["chances"]) == 3 * len(OUTCOMES)
    assert document["sizes"]["deaths"] is None
    frame = succession("GIA").to_frame()
    assert (frame.low <= frame["median"]).all()
    assert (frame["median"] <= frame.high).all()


def test_the_same_question_has_the_same_answer():
    assert succession("UNITA").document() == succession("UNITA").document()
