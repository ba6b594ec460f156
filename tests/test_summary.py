import numpy as np
import pytest

from aftershock import headline, make_model, summarise, summarise_totals
from aftershock.summary import chance


@pytest.fixture
def made(make_panel, rng):
    panel = make_panel(rng.poisson(40, (3, 24)))
    return make_model().forecast(panel, horizons=range(1, 13), draws=400), panel


def test_summary_has_every_unit_target_and_month(made):
    forecast, panel = made
    table = summarise(forecast, panel)
    assert len(table) == 3 * 4 * 12
    assert table.columns[:4].tolist() == ["country_id", "gwcode", "isoab", "country"]
    assert set(table.country) == {"Iraq", "Syria", "Sudan"}
    levels = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]
    assert (np.diff(table[levels], axis=1) >= 0).all()
    assert (np.diff(table[["p_1", "p_25", "p_100", "p_1000"]], axis=1) <= 0).all()


def test_change_is_against_the_mean_month_of_the_last_year(made):
    forecast, panel = made
    row = summarise(forecast, panel).query("country == 'Syria' and target == 'sb' and horizon == 3").iloc[0]
    assert row.change == pytest.approx(row["mean"] - panel.series("sb")[1, -12:].mean())


def test_totals_are_sums_of_courses_not_of_intervals(made):
    forecast, panel = made
    totals = summarise_totals(forecast, panel).query("target == 'sb'")
    months = summarise(forecast, panel).query("target == 'sb'")
    summed = months.groupby("country")[["mean", "upper_95"]].sum()
    totals = totals.set_index("country").loc[summed.index]
    assert np.allclose(totals["mean"], summed["mean"])
    assert (totals["upper_95"] < summed["upper_95"]).all()


ROW = {"p_1": 0.9, "p_25": 0.2, "p_100": 0.1, "p_1000": 0.0, "p_10000": 0.0, "past": 40, "p_more": 0.2}


@pytest.mark.parametrize(
    ("change", "months", "text"),
    [
        ({}, 12, "A 1 in 5 chance of 25 or more deaths over the next year; probably fewer than in the past year (40)."),
        ({"past": 0}, 6, "A 1 in 5 chance of 25 or more deaths over the next 6 months; there were none in the past 6 months."),
        ({"p_more": 0.9}, 1, "A 1 in 5 chance of 25 or more deaths over the next month; probably more than in the past month (40)."),
        ({"p_25": 0.97, "p_100": 0.5}, 12, "An even chance of 100 or more deaths over the next year; probably fewer than in the past year (40)."),
    ],
)  # fmt: skip
def test_headlines_are_plain(change, months, text):
    assert headline(ROW | change, horizons=range(1, months + 1)) == text


def test_headlines_of_later_months_do_not_say_next():
    assert "over the 12 months forecast; probably fewer than in the past year" in headline(ROW, horizons=range(3, 15))
    assert "over the 3 months forecast;" in headline(ROW, horizons=[1, 3, 6])
    assert "over the month forecast;" in headline(ROW, horizons=[6])


@pytest.mark.parametrize("probability", np.linspace(0, 1, 41))
def test_chances_are_close_to_the_probability(probability):
    text = chance(float(probability))
    numbers = [int(word) for word in text.split() if word.isdigit()]
    said = numbers[0] / numbers[1] if numbers else 0.5
    assert said == pytest.approx(probability, abs=0.051)
