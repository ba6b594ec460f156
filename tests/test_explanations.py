"""Why a forecast says what it says: true to the draws, blind to what was not known, and readable."""

import numpy as np
import pytest

import aftershock
from aftershock.errors import DataError, UsageError
from aftershock.explanations import PARTS, explain_units, members_table, outlook, reading, span_of, tell
from aftershock.explanations.features import effects, measure_of, part_of
from aftershock.explanations.situations import nearest_past
from aftershock.models import forest as forest_module
from aftershock.models.features import make_features
from aftershock.models.forest import Forest, similar

MODEL = Forest(trees=20, leaf=4)
FIRST = 400


@pytest.fixture
def panel(make_panel, rng):
    """Three units: much, some and no violence."""
    deaths = np.stack([rng.negative_binomial(2, 0.05, 120), rng.negative_binomial(1, 0.4, 120), np.zeros(120, int)])
    return make_panel(deaths, first=FIRST)


def test_weights_sum_to_one(panel):
    for horizon in (1, 12, 36):
        for why in explain_units(panel, [60, 220, 245], horizon=horizon, most=1000, model=MODEL):
            assert why.situations.weight.sum() == pytest.approx(1)
            assert (why.situations.weight.to_numpy()[:-1] >= why.situations.weight.to_numpy()[1:]).all()
            assert 0 <= why.many_followed <= why.any_followed <= 1
            assert why.ended == pytest.approx((why.situations.ended * why.situations.weight).sum())
    for target in ("sb", "ns", "os", "total"):
        sums = members_table(target).groupby(["intensity", "first_horizon"]).weight.sum()
        assert sums.to_numpy() == pytest.approx(1)
        assert len(sums.loc["quiet"]) == 4


@pytest.mark.parametrize("horizon", [1, 12, 14, 15, 36])
def test_what_followed_a_situation_was_known_at_the_origin(panel, horizon):
    why = aftershock.explain(panel, 60, horizon=horizon, most=1000, model=MODEL)
    assert why.situations["last"].max() <= panel.last_month - horizon
    assert why.situations["first"].min() >= FIRST + forest_module.FIRST
    assert (why.situations["first"] <= why.situations["last"]).all()
    assert ((why.situations["first"] - 1) // 12 == (why.situations["last"] - 1) // 12).all()


def test_later_months_change_nothing(world):
    small = world.select(np.array([60, 220, 245]))
    origin = small.last_month - 24
    changed = small.deaths.copy()
    changed[:, small.months > origin] += 100
    altered = type(small)(**{**vars(small), "deaths": changed})
    seen, blind = (aftershock.explain(p.until(origin), 220, model=MODEL) for p in (small, altered))
    assert seen.situations.equals(blind.situations)
    assert seen.features.equals(blind.features)


def test_what_followed_is_counted_by_hand(make_panel):
    deaths = np.zeros((2, 80), int)
    deaths[1] = 9  # its level is 9 in every month
    deaths[0, 30:34] = [4, 6, 8, 0]
    panel = make_panel(deaths, first=401)  # May 2013
    state = MODEL.fit(panel, "sb")
    grown = MODEL.grown(state, 3)
    at = [np.flatnonzero((grown.unit == 1) & (grown.month == m))[0] for m in (44, 45)]
    weight = np.zeros(len(grown.unit))
    weight[at] = 0.25, 0.75
    near = nearest_past(state, grown, 0, weight, horizon=3, most=5)
    own = state.level[0, -1]
    (row,) = near.table.to_dict("records")
    assert (row["country_id"], row["first"], row["last"], row["weight"]) == (220, 445, 446, 1)
    assert row["level"] == pytest.approx(9)
    assert row["followed"] == pytest.approx(9)
    assert row["scaled"] == pytest.approx(9 * (own + 1) / 10)
    assert (near.any_followed, near.many_followed, near.ended) == (1, 1, 0)
    weight[:] = 0
    quiet = (grown.unit == 0) & (grown.month >= 40)
    weight[np.flatnonzero(quiet)[0]] = 1
    near = nearest_past(state, grown, 1, weight, horizon=3, most=5)
    assert (near.any_followed, near.many_followed, near.ended) == (0, 0, 1)


def test_months_of_one_unit_and_year_stand_together(panel):
    state = MODEL.fit(panel, "sb")
    grown = MODEL.grown(state, 6)
    december = (456 - FIRST, 457 - FIRST)  # December 2017 and the January after
    weight = np.zeros(len(grown.unit))
    at = [np.flatnonzero((grown.unit == 0) & (grown.month == m))[0] for m in december]
    weight[at] = 0.4, 0.6
    near = nearest_past(state, grown, 0, weight, horizon=6, most=5)
    assert [span_of(*row) for row in near.table[["first", "last"]].to_numpy()] == ["Jan 2018", "Dec 2017"]
    followed = panel.deaths[0, december[1] + 1 : december[1] + 7, 0]
    assert near.table.followed[0] == pytest.approx(followed.mean())


def test_effects_add_up_to_the_forests_mean_less_its_roots(panel):
    state = MODEL.fit(panel, "sb")
    grown = MODEL.grown(state, 14)
    moved = effects(MODEL, state, grown, np.arange(3), horizon=14)
    months = np.array([2, 3, 4, 5]) / 14
    now = grown.trees.predict(state.features.values[:, -1])[:, ::3] @ months
    roots = np.mean([tree.tree_.value[0, ::3, 0] @ months for tree in grown.trees.estimators_])
    assert moved[:, :-1].sum(axis=1) == pytest.approx(now - roots)
    level = np.log1p(state.level[grown.unit, grown.month])
    own = np.log1p(state.level[:, -1]) - np.average(level, weights=grown.weight)
    assert moved[:, -1] == pytest.approx(MODEL.relative * own)


def test_parts_hold_every_feature_once(panel):
    why = aftershock.explain(panel, 60, most=1000, model=MODEL)
    assert len(why.features) == len(make_features(panel, "sb").names) + 1
    together = np.log(why.features.effect).groupby(why.features.part).sum()
    assert np.log(why.parts.set_index("part").effect)[together.index].to_numpy() == pytest.approx(together.to_numpy())
    assert why.parts.effect.prod() == pytest.approx(why.features.effect.prod())
    for row in why.parts.to_dict("records"):
        mine = why.features[why.features.part == row["part"]]
        assert row["feature"] == mine.feature[np.log(mine.effect).abs().idxmax()]
    values = why.features.set_index("feature").value
    assert values["deaths in the last month"] == pytest.approx(panel.deaths[0, -1, 0], rel=1e-5)
    assert values["mean deaths of 12 months"] == pytest.approx(panel.deaths[0, -12:, 0].mean(), rel=1e-5)
    assert values["share of 12 months with deaths"] == pytest.approx((panel.deaths[0, -12:, 0] > 0).mean())


@pytest.mark.parametrize("target", ["sb", "ns", "os", "total"])
def test_every_feature_has_a_part_and_plain_words(panel, target):
    for feature in make_features(panel, target).names:
        assert part_of(feature) in PARTS
        text = reading(feature, 2.0, measure_of(feature))
        assert not {"level,", "sb:", "ns:", "os:", "lumps:", "trend", "world:"} & set(text.split()), text
    assert {part_of(name) for name in make_features(panel, target).names} == set(PARTS)


def test_law_a_draw_picks_each_situation_as_often_as_the_explanation_says(panel, rng):
    state = MODEL.fit(panel, "sb")
    grown, weights = similar(MODEL, state, np.arange(3), horizon=12)
    draws = 60_000
    picked = forest_module._pick(state, grown, MODEL.own, draws, rng)
    for unit in range(3):
        often = np.bincount(picked[unit], minlength=len(grown.unit)) / draws
        spread = np.sqrt(weights[unit] * (1 - weights[unit]) / draws)
        assert (np.abs(often - weights[unit]) <= 5 * spread + 1e-9).all()


def test_law_draws_are_what_the_explanation_says_followed(panel):
    drawn = MODEL.forecast(panel, targets=("sb",), draws=40_000).of("sb").astype(float)
    for place, why in enumerate(explain_units(panel, panel.units.tolist(), most=1000, model=MODEL)):
        expected = (why.situations.scaled * why.situations.weight).sum()
        assert drawn[place].mean() == pytest.approx(expected, rel=0.03, abs=0.01)


def test_one_alone_is_explained_as_among_many(panel, monkeypatch):
    together = explain_units(panel, [60, 245, 220], model=MODEL)
    monkeypatch.setattr("aftershock.explanations.explaining.TOGETHER", 1)
    for why in [*explain_units(panel, [245, 220, 60], model=MODEL), aftershock.explain(panel, 60, model=MODEL)]:
        same = next(other for other in together if other.unit == why.unit)
        assert why.situations.equals(same.situations)
        assert why.parts.equals(same.parts)
        assert why.intensity == same.intensity


def test_the_pool_tells_its_members_and_a_forest_has_none(panel):
    why = aftershock.explain(panel, 60, horizon=6)
    assert why.intensity == "high"
    assert set(why.members.model) >= {"forest"}
    groups = why.members[(why.members.model == "forest") & (why.members.first_horizon <= 6)]
    months = groups.last_horizon.clip(upper=6) - groups.first_horizon + 1
    assert why.share == pytest.approx(np.average(groups.weight, weights=months))
    alone = aftershock.explain(panel, 60, horizon=6, model=MODEL)
    assert (len(alone.members), alone.share) == (0, 1.0)
    assert aftershock.explain(panel, 245, model=MODEL).intensity == "quiet"


def test_the_function_is_not_hidden_by_its_module():
    import aftershock.explanations

    assert callable(aftershock.explain)


@pytest.mark.parametrize(
    ("unit", "options", "message"),
    [
        (999, {}, "a unit to explain must have figures at the origin; found none of country_id 999 in 2023-03"),
        (60, {"horizon": 0}, "a horizon must lie between 1 and 36; found 0"),
        (60, {"horizon": 37}, "a horizon must lie between 1 and 36; found 37"),
        (60, {"most": 0}, "what is listed must be one or more; found 0"),
        (60, {"target": "war"}, "a target must be one of sb, ns, os, total; found 'war'"),
        (60, {"model": "conflictology:window=6"}, "rests on like situations of the past; found conflictology:window=6"),
        (60, {"model": "forrest"}, "Did you mean forest"),
    ],
)
def test_what_cannot_be_explained_is_refused(panel, unit, options, message):
    with pytest.raises(UsageError, match=message):
        aftershock.explain(panel, unit, **options)


def test_a_unit_gone_at_the_origin_is_refused(make_panel):
    exists = np.ones((2, 60), bool)
    exists[1, -1] = False
    with pytest.raises(UsageError, match="found none of country_id 220"):
        aftershock.explain(make_panel(np.zeros((2, 60)), exists=exists), 220)


@pytest.mark.parametrize("months", [1, 24, 35])
def test_a_short_past_is_refused(make_panel, months):
    with pytest.raises(DataError, match=f"50 past situations whose outcome is known; found {months} months"):
        aftershock.explain(make_panel(np.ones((2, months))), 60)


def test_a_past_just_long_enough_is_explained(make_panel):
    why = aftershock.explain(make_panel(np.ones((3, 56))), 60, horizon=12, model=Forest(trees=3, leaf=2))
    assert why.situations.followed.to_numpy() == pytest.approx(1)


def told(panel, unit, **options):
    why = aftershock.explain(panel, unit, **options)
    made = MODEL.forecast(panel, targets=(why.target,), horizons=range(1, why.horizon + 1), draws=200)
    return "\n".join(tell(why, outlook(made, panel, unit, why.target), {60: "Hereland", 220: "Thereland"}))


def test_words_begin_with_the_forecast_and_end_with_the_models(panel):
    text = told(panel, 60, horizon=6)
    heads = [line for line in text.splitlines() if line and not line.startswith(" ")]
    assert heads == [
        "Hereland: state-based deaths, April 2023 to September 2023, from what was known in March 2023",
        "Forecast for the 6 months together",
        "Similar situations of the past",
        "What made the difference",
        "The models behind it",
    ]
    past = panel.deaths[0, -6:, 0].sum()
    assert f"The 6 months before had {past:,}." in text
    assert "90 of 100 futures lie between" in text
    assert "Hereland" in text.partition("share")[2]
    assert "They do not say what causes violence in Hereland." in text
    assert "level of 10 deaths a month or more" in text
    assert "forest: What followed in the most similar situations" in text
    assert max(map(len, text.splitlines())) <= 130


def test_of_a_quiet_unit_little_is_said(panel):
    text = told(panel, 245, horizon=1, model=MODEL)
    assert text.startswith("Unit 245: state-based deaths, April 2023, from")
    assert "No death in at least 95 of 100 futures" in text
    assert "There is little to go on: Unit 245 resembles the many quiet situations" in text
    assert "deaths followed within a month in none" in text or "of 100" in text
    assert "share  where" not in text
    assert "The models behind it" not in text  # a forest alone
