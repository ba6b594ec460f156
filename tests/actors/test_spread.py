"""The spread of actors: presence as recorded, nothing from the future, a fit that recovers what was put in."""

from dataclasses import replace

import numpy as np
import pytest

from aftershock.actors.spread.calibration import fit_level
from aftershock.actors.spread.exposure import FEATURES, Situations, came, design, situations
from aftershock.actors.spread.hazard import Hazard, count_kinds, fit_hazard, levelled
from aftershock.actors.spread.presence import FIRST_YEAR, adjacency, presence, region_of
from aftershock.actors.spread.spread import spread
from aftershock.errors import UsageError
from aftershock.figures import countries

NAMES = countries().name.tolist()


@pytest.fixture(scope="module")
def who():
    return presence()


@pytest.fixture(scope="module")
def is_2013():
    return spread("IS", until=2013)


def test_presence_is_that_of_the_record(who):
    k = who.actors.index("LRA")
    assert who.entered[k, NAMES.index("Congo, DRC")] == 2006
    assert who.entered[k, NAMES.index("Sweden")] == 9999
    assert not any(name.startswith("Government of") for name in who.actors)
    assert "Civilians" not in who.actors


def test_one_name_of_two_actors_is_told_apart(who):
    upc = [name for name in who.actors if name.split(" (")[0] == "UPC"]
    assert len(upc) == 2
    assert {tuple(np.flatnonzero(who.active[who.actors.index(name)].any(axis=1))) for name in upc} == {
        (NAMES.index("Central African Republic"),),
        (NAMES.index("Congo, DRC"),),
    }


def test_a_new_state_is_no_new_country(who):
    k, south = who.actors.index("SPLM/A"), NAMES.index("South Sudan")
    assert who.been[k, south, 2012 - FIRST_YEAR]
    assert not who.exists[south, 2010 - FIRST_YEAR]
    assert who.exists[south, 2011 - FIRST_YEAR]


def test_borders_are_of_land_on_one_side_of_the_ocean():
    beside, near = adjacency()
    assert beside[NAMES.index("Iraq"), NAMES.index("Syria")]
    assert not beside[NAMES.index("France"), NAMES.index("Brazil")]
    assert not (beside & near).any()
    assert region_of()[[NAMES.index(n) for n in ("Mexico", "France", "Nigeria", "Iraq", "Nepal")]].tolist() == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_situations_see_nothing_of_the_future(who):
    cut = 2010 - FIRST_YEAR + 1
    blind = {
        name: getattr(who, name).copy()
        for name in (
            "active",
            "dyads",
            "opposed",
            "opposed_states",
            "state_based",
            "violent",
            "been",
            "joint",
            "entered",
        )
    }
    for name in ("active", "opposed", "opposed_states", "been", "dyads", "state_based", "violent"):
        blind[name][..., cut:] = 0
    blind["joint"][blind["joint"] > 2010] = 9999
    blind["entered"][blind["entered"] > 2010] = 9999
    now, then = situations(who, 2010), situations(replace(who, **blind), 2010)
    np.testing.assert_array_equal(now.levels, then.levels)
    np.testing.assert_array_equal(now.country, then.country)


def test_situations_are_of_countries_never_been_in(who):
    rows = situations(who, 2013, np.array([who.actors.index("IS")]))
    there = {NAMES[c] for c in rows.country}
    assert not there & {"Iraq", "Syria", "Turkey", "Jordan"}
    assert {"Lebanon", "Egypt", "South Sudan"} <= there
    level = dict(zip(FEATURES, rows.levels[[NAMES[c] for c in rows.country].index("Lebanon")].tolist(), strict=True))
    assert level["near"] == 2
    assert level["affiliate"] > 0
    hit = {NAMES[c] for c in rows.country[came(who, rows, 2013, 1)]}
    assert hit == {"Lebanon", "Egypt", "Algeria"}


def test_levels_are_within_their_features(who):
    rows = situations(who, 2020)
    assert (rows.levels >= 0).all()
    assert (rows.levels < np.array(list(FEATURES.values()))).all()
    assert design(rows.levels).shape[1] == 1 + sum(size - 1 for size in FEATURES.values())


def made_up(rng, beta, *, habit=0.0, actors=300, each=400):
    """Situations with outcomes from known hazards and actors' own factors."""
    levels = np.stack([rng.integers(0, size, actors * each) for size in FEATURES.values()], axis=1).astype(np.int8)
    actor = np.repeat(np.arange(actors), each)
    own = rng.gamma(1 / habit, habit, actors) if habit else np.ones(actors)
    hit = rng.random(len(actor)) < -np.expm1(-own[actor] * np.exp(design(levels) @ beta))
    return Situations(actor, np.zeros(len(actor), np.int64), levels), hit


def test_the_fit_recovers_known_hazards(rng):
    beta = np.concatenate([[-5.5], rng.normal(0, 0.8, sum(size - 1 for size in FEATURES.values()))])
    model = fit_hazard(count_kinds(*made_up(rng, beta)))
    error = np.sqrt((model.root**2).sum(axis=1))
    assert (np.abs(model.mode - beta) < 4 * error).all()
    assert model.habit < 0.05


def test_actors_own_factors_are_found_and_widen_the_errors(rng):
    beta = np.concatenate([[-5.0], np.full(sum(size - 1 for size in FEATURES.values()), 0.2)])
    plain = fit_hazard(count_kinds(*made_up(rng, beta)))
    rows, hit = made_up(rng, beta, habit=1.0)
    habits = fit_hazard(count_kinds(rows, hit))
    assert habits.habit == pytest.approx(1.0, abs=0.35)
    assert habits.root[0, 0] > 1.1 * plain.root[0, 0]
    shape, rate = habits.own_factor(np.arange(300))
    often = habits.seen > 2 * habits.expected
    assert (shape / rate)[often].min() > 1


def test_counting_loses_no_situation(rng):
    rows, hit = made_up(rng, np.concatenate([[-3.0], np.zeros(sum(size - 1 for size in FEATURES.values()))]), actors=20)
    counted = count_kinds(rows, hit)
    assert counted.trials.sum() == len(hit)
    assert counted.successes.sum() == hit.sum()


def test_draws_lie_around_the_probability(rng):
    rows, hit = made_up(
        rng, np.concatenate([[-5.0], np.full(sum(size - 1 for size in FEATURES.values()), 0.2)]), habit=0.5
    )
    model = fit_hazard(count_kinds(rows, hit))
    levels = rows.levels[:40]
    drawn = model.draw(rng, levels, 5, 4000)
    assert drawn.shape == (40, 4000)
    np.testing.assert_allclose(drawn.mean(axis=1), model.probability(levels, np.full(40, 5)), rtol=0.15)
    other = replace(model, level=np.array([np.log(0.5), 1.0, np.inf]))
    np.testing.assert_allclose(
        other.probability(levels, np.full(40, 5)), model.probability(levels, np.full(40, 5)) / 2, rtol=0.1
    )


def test_an_actor_the_model_has_not_seen_has_the_factor_of_all(rng):
    rows, hit = made_up(
        rng, np.concatenate([[-4.0], np.zeros(sum(size - 1 for size in FEATURES.values()))]), actors=50, habit=1.0
    )
    model = fit_hazard(count_kinds(rows, hit))
    shape, rate = model.own_factor(np.array([999]))
    assert shape == rate
    assert isinstance(model, Hazard)


def test_the_level_is_set_by_what_came(rng):
    chance = np.exp(rng.normal(-4, 1.5, 200_000)).clip(max=0.9)
    hazard = -np.log1p(-chance)
    level = np.array([-0.5, 1.0, np.log(0.2)])
    hit = rng.random(len(chance)) < -np.expm1(-levelled(hazard, level))
    mode, root = fit_level(chance, hit)
    error = np.sqrt((root**2).sum(axis=1))
    assert (np.abs(mode - level) < 4 * error).all()
    assert levelled(np.array([100.0]), mode)[0] < np.exp(mode[2])


def test_a_level_of_nothing_changes_nothing():
    hazard = np.array([0.0, 0.01, 3.0])
    np.testing.assert_allclose(levelled(hazard, np.array([0.0, 1.0, np.inf])), hazard)


def test_lebanon_was_the_likeliest_for_is_in_2013(is_2013):
    first = is_2013.countries[0]
    assert (first.country, first.came) == ("Lebanon", 2014)
    assert any(reason.startswith("borders Syria") for reason in first.reasons)
    assert is_2013.active_in == ("Iraq", "Syria", "Turkey")
    assert {name for name, _ in is_2013.came} == {"Lebanon", "Egypt", "Algeria"}
    assert is_2013.past[0] == ("Iraq", 2003)


def test_chances_are_chances_with_intervals(is_2013):
    for each in is_2013.countries:
        assert 0 <= each.probability.low <= each.probability.value <= each.probability.high <= 1
    values = [each.probability.value for each in is_2013.countries]
    assert values == sorted(values, reverse=True)
    assert sum(values) == pytest.approx(is_2013.new_countries.value)
    said = " ".join(is_2013.words())
    assert "What came: Lebanon (2014)" in said
    assert "as an order rather than as odds" in " ".join(is_2013.notes)


def test_longer_horizons_expect_more_and_seeds_repeat(is_2013):
    longer = spread("IS", until=2013, horizon_years=3)
    assert longer.new_countries.value > is_2013.new_countries.value
    assert spread("isis", until="2014-06").countries == is_2013.countries
    assert spread("IS", until="2013-12").until == 2013


def test_at_the_end_of_the_record_nothing_is_known_to_have_come():
    found = spread("LRA", until=2024)
    assert found.came is None
    assert all(each.came is None for each in found.countries)


@pytest.mark.parametrize(
    ("asked", "options", "words"),
    [
        ("Government of Syria", {}, "of armed groups, not of governments"),
        (
            "LTTE",
            {"until": 2020},
            r"active in the 3 years to the origin, or nothing can be said of it; found LTTE, active in 1989 to 2010|found LTTE",
        ),
        ("IS", {"until": 1995}, "an origin must lie between 2000 and 2024"),
        ("IS", {"horizon_years": 9}, "horizon between 1 and 5 years"),
        ("IS", {"until": "soon"}, "an origin must be a year, a month or a day; found 'soon'"),
        ("UPC", {}, r"a name must mean one armed group; found 'UPC'. Write UPC \(UCDP"),
        ("Islamic Stat", {}, "named as in the record; found 'Islamic Stat'"),
    ],
)
def test_questions_that_cannot_be_are_refused(asked, options, words):
    with pytest.raises(UsageError, match=words):
        spread(asked, **options)
