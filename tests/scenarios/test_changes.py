"""Every kind of intervention does what it says, from its day on and on its streams alone."""

from functools import cache

import numpy as np
import pytest

from aftershock.actors.territory import loss_regime
from aftershock.errors import UsageError
from aftershock.scenarios import read_scenario, whatif
from aftershock.scenarios.changes import plan_course
from aftershock.scenarios.running import prepare
from aftershock.system.simulate import Assumptions, simulate_system
from scenario_systems import FEEDS, NAMES, made_prepared, made_streams, made_system, scenario_text

GOVERNMENT, SDF, CIVILIANS, REBELS = range(4)
IS = [GOVERNMENT, SDF, CIVILIANS]
DATE, DAY = "2017-09-10", 66  # days after 2017-07-06
DRAWS = 40


def simulated(prepared, course=None, *, draws=DRAWS, **assumed):
    paths = simulate_system(
        prepared.system, days=179, draws=draws, bins="day", opening=prepared.opening, course=course,
        assumptions=Assumptions(**assumed), seed=1,
    )  # fmt: skip
    return np.stack([paths.counts, paths.deaths, paths.civilians])  # measure, draw, day, stream


@cache
def before():
    return simulated(made_prepared())


def planned(*interventions, prepared=None, draws=DRAWS):
    prepared = prepared or made_prepared()
    return plan_course(
        read_scenario(scenario_text(*interventions)), prepared.system, prepared.opening, draws=draws, seed=1
    )


def after(*interventions):
    return simulated(made_prepared(), planned(*interventions).course)


@pytest.mark.parametrize(
    "line",
    [
        "kind: leaves, actor: IS",
        "kind: scale, actor: IS, factor: 3",
        "kind: scale, actor: IS, what: civilian_deaths, factor: 0.5",
        "kind: scale, actor: IS, what: deaths, factor: 0.2",
        "kind: cut, source: {actor: IS}, target: {actor: SDF}",
        "kind: shock, stream: IS – SDF, events: 30",
        "kind: dissolves, actor: IS, joins: SDF, share: 0.5",
        "kind: loses_territory, actor: IS",
    ],
)
def test_nothing_differs_before_the_day_and_something_after(line):
    made = after(f"{line}, date: {DATE}")
    assert np.array_equal(made[:, :, :DAY], before()[:, :, :DAY])
    assert not np.array_equal(made[:, :, DAY:], before()[:, :, DAY:])


def test_who_leaves_has_no_event_and_what_it_fed_gets_fewer():
    made = after(f"kind: leaves, actor: IS, date: {DATE}")
    assert not made[:, :, DAY:, IS].any()
    assert before()[0, :, DAY:, IS].sum() > 1000
    assert (made[0, :, DAY:, REBELS].sum(axis=1) <= before()[0, :, DAY:, REBELS].sum(axis=1)).all()
    assert made[0, :, DAY:, REBELS].sum() < 0.9 * before()[0, :, DAY:, REBELS].sum()


def test_who_leaves_until_a_day_comes_back_on_it():
    made = after(f"kind: leaves, actor: IS, date: {DATE}, until: 2017-10-10")
    assert not made[:, :, DAY : DAY + 30, IS].any()
    assert made[0, :, DAY + 30 :, GOVERNMENT].sum() > 0
    assert made[0, :, DAY + 30 : DAY + 33, IS].any()


def test_a_selection_says_which_streams_leave():
    made = after(f"kind: leaves, actor: IS, against: SDF, date: {DATE}")
    assert not made[:, :, DAY:, SDF].any()
    assert np.array_equal(made[..., GOVERNMENT], before()[..., GOVERNMENT])
    assert planned(f"kind: leaves, actor: IS, types: [os], date: {DATE}").touched == ((CIVILIANS,),)
    assert planned(f"kind: scale, factor: 1, countries: [Syria], date: {DATE}").touched == ((SDF, REBELS),)


def test_events_scaled_away_feed_nothing():
    """Half the expected events, and these feed less: base f / (1 − f b) of base / (1 − b)."""
    made = after(f"kind: scale, streams: [rebels – SDF], factor: 0.5, date: {DATE}")
    assert np.array_equal(made[..., :REBELS], before()[..., :REBELS])
    ratio = made[0, :, DAY + 30 :, REBELS].sum() / before()[0, :, DAY + 30 :, REBELS].sum()
    own = FEEDS[REBELS, REBELS]
    assert ratio == pytest.approx(0.5 * (1 - own) / (1 - 0.5 * own), abs=0.05)


def test_a_factor_of_nothing_stops_a_kind_of_violence():
    made = after(f"kind: scale, types: [os], factor: 0, date: {DATE}")
    assert not made[:, :, DAY:, CIVILIANS].any()
    assert np.array_equal(made[..., [GOVERNMENT, SDF]], before()[..., [GOVERNMENT, SDF]])


def test_a_range_gives_each_draw_a_factor_of_its_own():
    plan = planned(f"kind: scale, actor: IS, factor: [0.3, 0.9], date: {DATE}")
    factors = plan.course.presence[:, -1, GOVERNMENT]
    assert len(np.unique(factors)) == DRAWS
    assert 0.3 <= factors.min() < 0.4 < 0.8 < factors.max() <= 0.9
    assert np.log(factors).mean() == pytest.approx((np.log(0.3) + np.log(0.9)) / 2, abs=0.2)
    assert any("0.3 to 0.9 is the scenario's own" in note for note in plan.notes)


def test_civilians_can_be_spared_and_all_else_stays():
    made = after(f"kind: scale, what: civilian_deaths, factor: 0, actor: IS, date: {DATE}")
    assert not made[2, :, DAY:, IS].any()
    assert np.array_equal(made[0], before()[0])  # nothing feeds by harm here
    assert np.array_equal(
        made[1, :, DAY:], before()[1, :, DAY:] - np.where(np.isin(range(4), IS), before()[2, :, DAY:], 0)
    )
    assert np.array_equal(made[..., REBELS], before()[..., REBELS])


def test_deaths_can_be_scaled_and_events_stay():
    made = after(f"kind: scale, what: deaths, factor: 0.2, streams: [IS – SDF], date: {DATE}")
    assert np.array_equal(made[0], before()[0])
    assert (made[1] <= before()[1]).all()
    assert made[1, :, DAY:, SDF].sum() == pytest.approx(0.2 * before()[1, :, DAY:, SDF].sum(), rel=0.05)
    assert (made[2] <= made[1]).all()
    assert np.array_equal(made[..., [0, 2, 3]], before()[..., [0, 2, 3]])


def test_an_edge_cut_from_the_first_day_is_an_edge_that_is_not_there():
    lines = "source: {streams: [IS – SDF]}, target: {streams: [rebels – SDF]}, date: 2017-07-06"
    without = FEEDS.copy()
    without[REBELS, SDF] = 0.0
    other = prepare_with(made_system(without))
    assert np.array_equal(after(f"kind: cut, {lines}"), simulated(other))
    half = FEEDS.copy()
    half[REBELS, SDF] *= 0.5
    assert np.array_equal(after(f"kind: cut, factor: 0.5, {lines}"), simulated(prepare_with(made_system(half))))


def prepare_with(system):
    """The same opening with other links, so that only these differ."""
    ready = prepare(system)
    ready.opening, ready.structure = made_prepared().opening, made_prepared().structure
    return ready


def test_an_own_edge_is_cut_only_where_source_and_target_are_that_stream():
    one = "{streams: [rebels – SDF]}"
    own = after(f"kind: cut, source: {one}, target: {one}, date: 2017-07-06")
    alone = FEEDS.copy()
    alone[REBELS, REBELS] = 0.0
    assert np.array_equal(own, simulated(prepare_with(made_system(alone))))
    all_ = after("kind: cut, source: {}, target: {}, date: 2017-07-06")
    assert np.array_equal(all_, simulated(prepare_with(made_system(np.diag(np.diag(FEEDS))))))


def test_a_shock_adds_its_events_on_its_day():
    made = after(f"kind: shock, stream: IS – SDF, events: 30, date: {DATE}")
    assert np.array_equal(made[0, :, DAY, SDF], before()[0, :, DAY, SDF] + 30)
    assert np.array_equal(made[:, :, DAY, [0, 2, 3]], before()[:, :, DAY, [0, 2, 3]])
    assert (made[1, :, DAY, SDF] >= before()[1, :, DAY, SDF] + 10).all()
    later = made[0, :, DAY + 1 :].sum(axis=(0, 1)) - before()[0, :, DAY + 1 :].sum(axis=(0, 1))
    assert (later[[SDF, REBELS]] > 0).all()
    assert (later[[GOVERNMENT, CIVILIANS]] == 0).all()


def test_a_share_of_the_background_of_who_is_dissolved_goes_on_elsewhere():
    prepared = prepare_with(made_system(np.zeros((4, 4))))
    course = planned(
        "kind: dissolves, actor: IS, joins: rebels, share: 0.5, date: 2017-07-06", prepared=prepared
    ).course
    still = {"phase": "steady", "drift": 0.0}
    made, kept = (simulated(prepared, one, **still) for one in (course, None))
    assert not made[..., IS].any()
    gained = made[0, ..., REBELS].mean() - kept[0, ..., REBELS].mean()
    assert gained == pytest.approx(0.5 * 0.3, abs=0.02)


def test_a_share_of_what_the_past_of_who_is_dissolved_still_feeds_goes_on_elsewhere():
    streams = made_streams()
    streams.counts[0, -3:] = [0, 60, 0, 0]
    feeds = np.diag([0.0, 0.0, 0.0, 0.4])
    system = made_system(feeds, base=(0, 0, 0, 0), streams=streams)
    prepared = prepare(system)
    line = "kind: dissolves, actor: IS, date: 2017-07-06"
    kept, gone = (
        simulated(prepared, planned(one, prepared=prepared).course, phase="steady", drift=0.0)[0, ..., REBELS].sum()
        for one in (f"{line}, joins: rebels, share: 1", line)
    )
    assert gone < 0.05 * kept
    assert kept > 100


def test_who_dissolves_without_heirs_ends():
    plan = planned(f"kind: dissolves, actor: IS, date: {DATE}")
    assert len(plan.course.joins) == 0
    assert not simulated(made_prepared(), plan.course)[:, :, DAY:, IS].any()
    said = planned(f"kind: dissolves, actor: IS, joins: rebels, share: 0.25, date: {DATE}").notes
    assert any("No stream of rebels can take over IS – government" in note for note in said)
    assert any("of what drives IS – SDF goes on as rebels – SDF" in note for note in said)


def test_what_two_fought_against_each_other_has_no_heir_when_one_joins_the_other():
    notes = planned(f"kind: dissolves, actor: IS, joins: SDF, share: 0.5, date: {DATE}").notes
    assert any("No stream of SDF can take over IS – SDF" in note for note in notes)


def test_who_is_gone_takes_nothing_over():
    lines = (
        "kind: leaves, actor: SDF, date: 2017-08-01",
        f"kind: dissolves, actor: IS, joins: SDF, share: 0.5, date: {DATE}",
    )
    plan = planned(*lines)
    assert len(plan.course.joins) == 0
    assert not after(*lines)[0, :, DAY:, REBELS].any()


def test_a_draw_held_at_its_total_repeats_no_shock_and_brings_nobody_back():
    shocks = [f"kind: shock, stream: rebels – SDF, events: 500, date: 2017-09-{day}" for day in (10, 20)]
    course = planned(*shocks, "kind: leaves, actor: IS, date: 2017-09-01").course
    made = simulated(made_prepared(), course, total=50)
    assert made[0, :, DAY:, REBELS].sum(axis=1).max() < 2000
    assert not made[0][:, 60:][:, :, IS].any()


def test_what_is_said_of_one_country_must_not_touch_streams_of_two():
    wide = prepare(made_system(streams=made_streams(countries=((645, 652), (652,), (645,), (652,)))))
    with pytest.raises(
        UsageError, match="must not touch streams that lie in others, too; found line .*IS – government"
    ):
        planned(f"kind: leaves, actor: IS, countries: [Syria], date: {DATE}", prepared=wide)


@pytest.mark.parametrize(("draws", "seed"), [(-1, 1), (0, 1), (2.5, 1), (10**12, 1), (10, -1), (10, 1.5)])
def test_draws_and_seeds_that_cannot_be_are_refused(draws, seed):
    with pytest.raises(UsageError, match="draws must be a whole number|a seed must be a whole number"):
        whatif(scenario_text(f"kind: leaves, actor: IS, date: {DATE}"), made_prepared(), draws=draws, seed=seed)


def test_who_loses_its_ground_fights_on_as_others_did():
    line = "kind: loses_territory, actor: IS, countries: [Iraq], date: 2017-07-06"
    plan = planned(line, draws=400)
    assert plan.touched == ((GOVERNMENT, CIVILIANS),)
    system = made_prepared().system
    regime = loss_regime(np.random.default_rng([1, 5, 0]), 400, known_by=system.streams.last_day.item())
    rate = system.streams.counts[:, -365:].mean(axis=(0, 1))
    for stream, factors in ((GOVERNMENT, regime.state_based), (CIVILIANS, regime.one_sided)):
        assert np.allclose(plan.course.extra[:, 0, stream], factors[:, 0] * rate[stream])
        assert not plan.course.presence[:, :, stream].any()
    assert np.allclose(plan.course.toll[:, 0, GOVERNMENT], regime.deadliness)
    assert (plan.course.toll[:, :, CIVILIANS] == 1).all()
    counts = simulated(made_prepared(), plan.course, draws=400)[0]
    few = regime.state_based[:, 0] * rate[GOVERNMENT] < 2  # far from what holds events back
    expected = regime.state_based[few, 0] * rate[GOVERNMENT] * 179
    seen = counts[few][:, :, GOVERNMENT].sum(axis=1)
    assert seen.sum() == pytest.approx(expected.sum(), rel=0.1)
    assert np.corrcoef(seen, expected)[0, 1] > 0.9


def test_a_new_front_is_nothing_before_its_day_and_feeds_nobody():
    line = f"kind: enters, name: New, actors: [government, SDF], type: sb, country: Iraq, date: {DATE}"
    made = after(line)
    assert made.shape[-1] == len(NAMES) + 1
    assert not made[:, :, :DAY, -1].any()
    assert made[0, :, DAY:, -1].sum() > 50
    assert np.array_equal(made[..., :-1], before())
    more = after(f"{line}, factor: 4")[0, :, DAY:, -1].sum()
    assert 3 < more / made[0, :, DAY:, -1].sum() < 5
    ended = after(f"{line}, until: 2017-10-10")
    assert ended[0, :, DAY : DAY + 30, -1].any()
    assert not ended[:, :, DAY + 30 :, -1].any()


def test_a_new_front_stands_in_the_answer_and_is_nothing_in_the_baseline():
    line = f"kind: enters, name: New, actors: [government, SDF], type: sb, country: Iraq, date: {DATE}"
    answer = whatif(scenario_text(line), made_prepared(), draws=DRAWS)
    assert answer.streams == (*NAMES, "New")
    assert answer.countries[-1] == ("Iraq",)
    assert answer.touched == (4,)
    assert not answer.baseline[..., -1].any()
    assert answer.scenario_course[0, ..., -1].sum() > 50
    assert any("feeds no other stream" in note for note in answer.assumptions)


def test_what_would_grow_without_end_is_held_at_a_stated_cap_and_says_so():
    answer = whatif(scenario_text(f"kind: scale, factor: 40, date: {DATE}"), made_prepared(), draws=DRAWS)
    assert answer.capped[1] == 1.0 > answer.capped[0]
    assert answer.spirals.supercritical.tolist() == [0.0, 1.0]
    busiest = made_prepared().system.streams.counts.max(axis=(0, 1))
    days = np.diff(answer.edges)[None, :, None]
    assert (answer.scenario_course[0] <= days * np.maximum(10 * busiest, 20)).all()
    said = [note for note in answer.assumptions if "A stream has at most 10 times its busiest day" in note]
    assert "40 of 40 draws reached that, were held there and say little of how high" in said[0]
    assert any("Branching ratio of 1 or more: over 99 % instead of under 1 %" in line for line in answer.lines())
