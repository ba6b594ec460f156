"""The regime after a loss of ground: cases as recorded, nothing from the future, draws as wide as the cases."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from aftershock.actors import territory
from aftershock.actors.pooling import next_case
from aftershock.actors.territory import (
    EDGES_DAYS,
    FEWEST_BEFORE,
    LossCases,
    dispersion_after_losses,
    loss_cases,
    loss_regime,
)
from aftershock.errors import UsageError
from aftershock.figures import load_table, sources


@pytest.fixture(scope="module")
def table():
    return load_table("territory_losses")


def test_every_case_has_a_source_a_day_and_enough_events(table):
    assert table["case"].is_unique
    assert table.source.str.len().min() > 10
    assert (table.sb_0 >= FEWEST_BEFORE).all()
    assert (table.days_0 >= 60).all()
    assert all(1989 < dt.date.fromisoformat(day).year < 2025 for day in table.date)
    assert (table[["days_1", "days_2", "days_3"]].to_numpy() <= np.diff(EDGES_DAYS)).all()
    assert "territory_losses" in sources()["tables"]


def test_known_losses_look_as_history_has_them(table):
    by = table.set_index("case")
    assert by.loc["ltte-2009", ["sb_2", "sb_3"]].tolist() == [0, 0]
    assert by.loc["is-iraq-2017", "cells_ratio_low"] > 2
    assert by.loc["jas-2015", "sb_1"] > 20


def test_ratios_are_those_of_the_table(table):
    cases, row = loss_cases(), table.iloc[0]
    ratio = np.log((row.sb_1 + 0.5) / row.days_1) - np.log((row.sb_0 + 0.5) / row.days_0)
    assert cases.names[0] == row["case"]
    assert cases.ratios[0, 0] == pytest.approx(ratio)
    assert cases.errors[0, 0] == pytest.approx(np.sqrt(1 / (row.sb_1 + 0.5) + 1 / (row.sb_0 + 0.5)))


@pytest.mark.parametrize("year", [2005, 2011, 2016, 2018, 2020])
def test_nothing_is_used_that_was_not_known(table, year):
    """The regime of an origin stays the same whatever came after it."""
    origin = dt.date(year, 1, 1)
    cases = loss_cases(known_by=origin)
    assert all(day + dt.timedelta(days=EDGES_DAYS[1]) <= origin for day in cases.dates)
    for k in range(3):
        known = np.isfinite(cases.ratios[:, k])
        starts = np.array([day + dt.timedelta(days=EDGES_DAYS[k]) for day in cases.dates])
        assert all(starts[known] < origin)
    future = table.copy()
    dates = np.array([dt.date.fromisoformat(day) for day in table.date])
    for k in range(1, 4):
        ends = np.array(
            [
                day + dt.timedelta(days=int(EDGES_DAYS[k - 1] + n))
                for day, n in zip(dates, table[f"days_{k}"], strict=True)
            ]
        )
        future.loc[ends > origin, [f"sb_{k}", f"os_{k}"]] = 9999
    first_year = np.array([day + dt.timedelta(days=365) for day in dates]) > origin
    future.loc[first_year, "deadliness_log"] = 5.0
    before = territory.load_table
    try:
        territory.load_table = lambda _: future
        changed = loss_cases(known_by=origin)
    finally:
        territory.load_table = before
    assert changed.names == cases.names
    np.testing.assert_array_equal(changed.ended, cases.ended)
    np.testing.assert_array_equal(changed.ratios, cases.ratios)


def test_an_actor_or_a_country_is_left_out_whole():
    assert "IS" not in loss_cases(leave_out="is").actors
    assert "Iraq" not in loss_cases(leave_out="Iraq").countries
    left = Counter(loss_cases().actors)["IS"]
    assert len(loss_cases().names) - len(loss_cases(leave_out="IS").names) == left > 2


def test_too_few_cases_say_nothing(rng):
    with pytest.raises(
        UsageError, match="needs 5 past losses to learn from, and one draw or more; found 3 known by 2002-01-01"
    ):
        loss_regime(rng, 100, known_by=dt.date(2002, 1, 1))
    with pytest.raises(UsageError, match="found 25 known, 0 draws"):
        loss_regime(rng, 0)


def test_draws_have_the_shape_and_repeat_for_a_seed():
    one, two = (loss_regime(np.random.default_rng(7), 300) for _ in range(2))
    assert one.state_based.shape == one.one_sided.shape == (300, 3)
    assert one.deadliness.shape == (300,)
    np.testing.assert_array_equal(one.state_based, two.state_based)
    for factors in (one.state_based, one.one_sided, one.deadliness):
        assert np.isfinite(factors).all()
        assert (factors >= 0).all()
        assert (factors <= 30).all()


def test_draws_are_as_wide_as_the_cases():
    regime, cases = loss_regime(np.random.default_rng(3), 3000), loss_cases()
    for k in range(3):
        seen = cases.ratios[:, k][np.isfinite(cases.ratios[:, k])]
        low, high = np.quantile(np.log(np.maximum(regime.state_based[:, k], 1e-9)), (0.05, 0.95))
        assert ((seen >= low) & (seen <= high)).mean() > 0.8
    assert (regime.state_based[:, 0] < 0.1).mean() == pytest.approx(3.5 / 26, abs=0.06)


def test_months_take_the_factor_of_their_period():
    regime = loss_regime(np.random.default_rng(3), 50)
    state_based, one_sided = regime.by_month(36)
    assert state_based.shape == one_sided.shape == (50, 36)
    np.testing.assert_array_equal(state_based[:, 0], regime.state_based[:, 0])
    np.testing.assert_array_equal(state_based[:, 6], regime.state_based[:, 1])
    np.testing.assert_array_equal(state_based[:, [12, 35]], regime.state_based[:, [2, 2]])


def test_words_say_how_little_is_known():
    said = " ".join(loss_regime(np.random.default_rng(3), 500).words())
    assert "rests on 25 past losses of ground; after 3 of them" in said
    assert "not as its effect" in said
    assert "90 % of draws" in said


def test_without_a_known_end_an_end_is_any_small_rate(rng):
    dates = tuple(dt.date(2000, 1, k + 1) for k in range(8))
    names = tuple("abcdefgh")
    cases = LossCases(names, names, names, dates, np.zeros((8, 7)), np.full((8, 7), 0.2), np.zeros(8, bool))
    told = territory.loss_cases
    try:
        territory.loss_cases = lambda **_: cases
        regime = loss_regime(rng, 4000)
    finally:
        territory.loss_cases = told
    over = regime.state_based[:, 0] < 0.1
    assert 0.01 < over.mean() < 0.12  # half a case in nine
    np.testing.assert_array_equal(regime.state_based[over], regime.one_sided[over])


def test_pooling_finds_what_cases_were_drawn_from(rng):
    truth = rng.multivariate_normal([0.5, -1.0], [[0.6, 0.4], [0.4, 0.8]], 200)
    error = np.full(truth.shape, 0.3)
    seen = truth + error * rng.standard_normal(truth.shape)
    seen[rng.random(seen.shape) < 0.2] = np.nan
    drawn = next_case(rng, seen, error, 4000)
    np.testing.assert_allclose(drawn.mean(axis=0), [0.5, -1.0], atol=0.15)
    np.testing.assert_allclose(np.cov(drawn.T), [[0.6, 0.4], [0.4, 0.8]], atol=0.2)


def test_pooling_of_few_cases_is_wide(rng):
    few = next_case(rng, np.zeros((3, 1)), np.full((3, 1), 0.1), 2000)
    many = next_case(rng, np.zeros((60, 1)), np.full((60, 1), 0.1), 2000)
    assert few.std() > 2 * many.std()


def test_dispersion_over_all_losses_is_pooled_with_its_spread():
    found = dispersion_after_losses()
    assert set(found) == {"cells", "one_sided_share", "deadliness"}
    for change in found.values():
        assert change.low < change.mean < change.high
        assert change.rose + change.fell <= change.cases
    assert found["cells"].spread > 0.1
