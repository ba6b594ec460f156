"""Pairs of futures share their random numbers, wherever and in how many parts they are made."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from aftershock import open_runner
from aftershock.jobs import Runner
from aftershock.scenarios import Scenario, pairs, running, whatif, whatif_many
from aftershock.scenarios.answers import LEVELS, answer_table
from scenario_systems import NAMES, made_prepared, made_system, scenario_text

LEAVES = "kind: leaves, actor: IS, date: 2017-10-01"
ASK = ["actor: IS, country: Iraq, by: 2017-12-31", "actor: IS, by: 2017-08-15, days: 20"]
DRAWS = 20


def same(a, b):
    return (
        all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("baseline", "scenario_course", "edges"))
        and a.asked == b.asked
        and a.capped == b.capped
        and a.assumptions == b.assumptions
        and a.lines() == b.lines()
    )


@pytest.fixture(scope="module")
def answer():
    return whatif(scenario_text(LEAVES, ask=ASK), made_prepared(), draws=DRAWS)


def test_months_before_the_first_change_are_the_same_pair_by_pair(answer):
    assert [str(day) for day in answer.starts] == [
        f"2017-{m}" for m in ("07-06", "08-01", "09-01", "10-01", "11-01", "12-01")
    ]
    assert np.array_equal(answer.baseline[:, :, :3], answer.scenario_course[:, :, :3])
    assert not answer.scenario_course[:, :, 3:, :3].any()


def test_the_same_seed_gives_the_same_pair_and_another_does_not(answer):
    again = whatif(scenario_text(LEAVES, ask=ASK), made_prepared(), draws=DRAWS)
    assert same(answer, again)
    other = whatif(scenario_text(LEAVES, ask=ASK), made_prepared(), draws=DRAWS, seed=2)
    assert not np.array_equal(answer.baseline, other.baseline)


def test_a_scenario_that_changes_nothing_differs_nowhere():
    answer = whatif(scenario_text(), made_prepared(), draws=DRAWS)
    assert np.array_equal(answer.baseline, answer.scenario_course)
    table = answer_table(answer)
    assert not table[[c for c in table if c.startswith(("difference_", "p_"))]].to_numpy().any()
    assert answer.identification.verdict == "nothing changed"
    assert "no difference." in answer.lines()[1]


def test_neutral_interventions_change_nothing_to_the_bit():
    lines = ("kind: scale, factor: 1", "kind: cut, source: {}, target: {}, factor: 1")
    answer = whatif(scenario_text(*(f"{line}, date: 2017-08-01" for line in lines)), made_prepared(), draws=DRAWS)
    assert np.array_equal(answer.baseline, answer.scenario_course)


def test_parts_on_an_executor_give_the_same_to_the_bit(answer, monkeypatch, tmp_path):
    monkeypatch.setattr(pairs, "PART", 7)
    with ThreadPoolExecutor(2) as executor:
        assert same(answer, whatif(scenario_text(LEAVES, ask=ASK), made_prepared(), draws=DRAWS, executor=executor))
    runner = Runner(parts=tmp_path / "parts")
    assert same(answer, whatif(scenario_text(LEAVES, ask=ASK), made_prepared(), draws=DRAWS, executor=runner))
    monkeypatch.setattr(pairs, "simulate_system", lambda *_, **__: pytest.fail("finished parts are not made again"))
    assert same(answer, whatif(scenario_text(LEAVES, ask=ASK), made_prepared(), draws=DRAWS, executor=runner))


def test_dask_gives_the_same_to_the_bit(answer, monkeypatch):
    monkeypatch.setattr(pairs, "PART", 10)
    with open_runner("local:2") as runner:
        assert same(answer, whatif(scenario_text(LEAVES, ask=ASK), made_prepared(), draws=DRAWS, executor=runner))


def test_questions_are_answered_from_the_same_pairs(answer):
    """The window of the first is the last quarter in which IS is gone; that of the second lies before the change."""
    gone, before = answer.asked
    iraq = [NAMES.index("IS – government"), NAMES.index("IS against civilians")]
    assert gone.words == "IS active in Iraq in the 90 days to 2017-12-31"
    assert gone.scenario < gone.baseline == 1.0
    assert not answer.scenario_course[0][:, 3:][:, :, iraq].any()
    assert before.scenario == before.baseline > 0.9


def test_an_answer_adds_up(answer):
    table = answer.to_frame()
    assert set(table.level) == set(LEVELS)
    last = table[(table.first_day == answer.starts[0]) & (table.last_day.astype(str) == "2017-12-31")]
    deaths = last[last.measure == "deaths"].set_index(["level", "unit"])
    means = deaths["difference_mean"]
    assert means["all", "all"] == pytest.approx(means["country"].sum())
    assert means["all", "all"] == pytest.approx(means["stream"].sum())
    assert means["all", "all"] == pytest.approx(answer.difference().mean())
    assert (deaths["p_more"] + deaths["p_fewer"] <= 1).all()
    for _, row in deaths.iterrows():
        assert row["difference_lower_90"] <= row["difference_median"] <= row["difference_upper_90"]


def test_what_leaves_takes_the_branching_ratio_down(answer):
    ratio = answer.spirals.ratio
    assert ratio.shape == (2, 20)
    assert (ratio[1] < ratio[0]).all()
    assert np.isnan(answer.spirals.doubled).all()  # less than a year ahead


def test_scenarios_of_one_recipe_share_one_fit(monkeypatch):
    fits = []
    monkeypatch.setattr(running, "_fit", lambda *_: fits.append(1) or made_system())
    monkeypatch.setattr(running, "prepare", lambda _: made_prepared())
    recipe = "system: {countries: [Syria]}\n"
    texts = [scenario_text(name=name, more=recipe) for name in ("one", "two")]
    whatif_many([*texts, scenario_text(name="three", more="system: {countries: [Iraq]}\n")], draws=4)
    assert len(fits) == 2
    assert isinstance(whatif(texts[0], draws=4).scenario, Scenario)
