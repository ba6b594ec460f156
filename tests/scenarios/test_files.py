"""Answers as files: what a reader finds, that pairs stay pairs, and that nothing is mistaken for what it is not."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aftershock.errors import StoreError, UsageError
from aftershock.scenarios import whatif
from aftershock.scenarios.comparing import answers_document, baseline_ids, comparison_table, short_row
from aftershock.scenarios.files import hub_scenarios, write_answer
from scenario_systems import NAMES, made_prepared, scenario_text

DRAWS = 20
DATE = "date: 2017-09-10"


def ask(*lines, **more):
    return whatif(scenario_text(*lines, **more), made_prepared(), draws=DRAWS)


@pytest.fixture(scope="module")
def answers():
    front = f"kind: enters, name: New, actors: [government, SDF], type: sb, country: Iraq, {DATE}"
    return [
        ask(name="goes-on"),
        ask(f"kind: leaves, actor: IS, {DATE}", name="is-leaves", ask=["actor: IS, by: 2017-12-31"]),
        ask(front, name="front"),
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, answers):
    folder = tmp_path_factory.mktemp("answers") / "new"
    paths = write_answer(folder, answers)
    assert sorted(path.name for path in folder.iterdir()) == sorted(paths)
    return folder


def test_differences_hold_every_answer_in_one_table(folder, answers):
    table = pd.read_csv(folder / "differences.csv")
    assert table.scenario.unique().tolist() == ["goes-on", "is-leaves", "front"]
    for answer in answers:
        assert len(table[table.scenario == answer.scenario.name]) == len(answer.to_frame())
    whole = table[(table.level == "all") & (table.measure == "deaths") & (table.first_day == "2017-07-06")]
    assert whole.groupby("scenario").tail(1).difference_mean.tolist() == pytest.approx(
        [answer.difference().mean() for answer in answers], rel=1e-5
    )


def test_draws_hold_both_courses_of_a_pair_under_one_number(folder, answers):
    table = pd.read_parquet(folder / "draws.parquet")
    columns = ["scenario", "course", "stream", "first_day", "draw", "events", "deaths", "civilian_deaths"]
    assert list(table.columns) == columns
    assert set(table.course) == {"baseline", "scenario"}
    answer = answers[1]
    rows = table[table.scenario == "is-leaves"]
    wide = rows.pivot_table(index="draw", columns="course", values="deaths", aggfunc="sum")
    assert np.array_equal((wide.scenario - wide.baseline).to_numpy(), answer.difference())
    one = rows[(rows.course == "baseline") & (rows.stream == NAMES[1]) & (rows.first_day.astype(str) == "2017-08-01")]
    assert one.draw.tolist() == list(range(DRAWS))
    assert one.civilian_deaths.tolist() == answer.baseline[2, :, 1, 1].tolist()
    front = table[(table.stream == "New") & (table.course == "baseline")]
    assert len(front) == DRAWS * 6
    assert not front.events.any()


def test_the_document_holds_all_that_is_said(folder, answers):
    document = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    assert [one["scenario"]["name"] for one in document["answers"]] == ["goes-on", "is-leaves", "front"]
    given, answer = document["answers"][1], answers[1]
    assert given["scenario"]["interventions"] == [{"kind": "leaves", "actor": "IS", "date": "2017-09-10"}]
    assert "system" not in given["scenario"]
    assert given["sentences"] == answer.lines()
    assert given["identification"]["facts"] == list(answer.identification.facts)
    assert given["assumptions"] == list(answer.assumptions)
    assert given["asked"][0]["scenario"] == answer.asked[0].scenario
    assert given["spirals"]["baseline"]["p_doubled"] is None
    assert given["spirals"]["scenario"]["ratio_median"] == pytest.approx(np.median(answer.spirals.ratio[1]))
    assert given["provenance"]["citation"] == "UCDP (CC BY 4.0): test"
    assert [one["stream"] for one in given["streams"] if one["changed"]] == list(NAMES[:3])
    assert {one["baseline"] for one in document["answers"]} == {"baseline"}
    units = {(one["level"], one["unit"]) for one in given["totals"]}
    assert units == {("all", "all"), ("country", "Iraq"), ("country", "Syria")}
    assert document["table"][1]["scenario"] == "goes-on"


def test_one_row_per_scenario_after_the_course_that_goes_on(answers):
    table = comparison_table(answers)
    assert table.scenario.tolist() == ["baseline", "goes-on", "is-leaves", "front"]
    words = "IS active in the 90 days to 2017-12-31"
    assert table[words].isna().tolist() == [True, True, False, True]
    leaves = table.iloc[2]
    assert leaves.difference_median < 0 == table.difference_median[1]
    assert leaves.p_fewer == 1.0
    assert leaves.deaths_median == np.median(answers[1].course("scenario", "deaths", [0, 1, 2, 3]).sum(axis=1))
    numbers, chances = short_row(leaves.to_dict())
    assert chances[words] == "<1 %"
    assert numbers["Difference"].startswith("−")
    numbers, chances = short_row(table.iloc[0].to_dict())
    assert (numbers["Difference"], chances[words]) == ("none", "–")


def test_the_hub_tells_courses_apart_and_keeps_pairs(folder, answers):
    table = pd.read_parquet(folder / "hubverse.parquet")
    columns = "origin_date target horizon location target_end_date scenario_id output_type output_type_id value"
    assert list(table.columns) == columns.split()
    assert table.scenario_id.unique().tolist() == ["baseline", "goes-on", "is-leaves", "front"]
    assert table.location.unique().tolist() == ["IRQ", "SYR", "IRQ+SYR"]
    assert {str(day) for day in table.origin_date} == {"2017-06-30"}
    assert sorted(table.horizon.unique()) == [2, 3, 4, 5, 6]  # July is not whole
    assert str(table.target_end_date.min()) == "2017-08-31"
    samples = table[(table.output_type == "sample") & (table.target == "ged_total") & (table.location == "IRQ+SYR")]
    summed = samples.pivot_table(index="output_type_id", columns="scenario_id", values="value", aggfunc="sum")
    order = sorted(summed.index, key=int)
    answer = answers[1]
    months = answer.scenario_course[1][:, 1:].sum(axis=(1, 2)) - answer.baseline[1][:, 1:].sum(axis=(1, 2))
    assert (summed["is-leaves"] - summed["baseline"]).loc[order].tolist() == months.tolist()


def test_the_hub_tells_types_apart_where_they_are_known(folder, answers):
    table = pd.read_parquet(folder / "hubverse.parquet")
    assert set(table.target) == {"ged_total", "ged_sb", "ged_ns", "ged_os"}
    means = table[(table.output_type == "mean") & (table.scenario_id == "front")]
    wide = means.pivot_table(index=["location", "horizon"], columns="target", values="value")
    assert np.allclose(wide.ged_total, wide.ged_sb + wide.ged_ns + wide.ged_os)
    iraq = answers[2].scenario_course[1][:, 1:, [0, 4]].sum(axis=2).mean(axis=0)  # the new front is state-based, too
    assert wide.ged_sb["IRQ"].tolist() == pytest.approx(iraq.tolist())
    mixed = [replace(one, types=(("sb", "ns"), *one.types[1:])) for one in answers]
    assert set(hub_scenarios(mixed)["target"].to_pylist()) == {"ged_total"}


def test_a_stream_of_two_countries_leaves_only_their_sum_in_the_hub(answers):
    wide = replace(answers[1], countries=(("Iraq", "Syria"), *answers[1].countries[1:]))
    table = hub_scenarios([wide])
    assert set(table["location"].to_pylist()) == {"IRQ+SYR"}
    part = replace(answers[1], countries=(("Chad",), ("Syria",), ("Iraq", "Syria"), ("Syria",)))
    assert set(hub_scenarios([part])["location"].to_pylist()) == {"TCD", "TCD+IRQ+SYR"}
    nowhere = replace(answers[1], countries=(("999",), *answers[1].countries[1:]))
    assert set(hub_scenarios([nowhere])["location"].to_pylist()) == {"IRQ", "SYR"}


def test_without_a_whole_month_there_is_no_hub_file(folder, tmp_path):
    (tmp_path / "hubverse.parquet").write_text("of an earlier run")
    paths = write_answer(tmp_path, ask(until="2017-08-20"))
    assert "hubverse.parquet" not in paths
    assert not (tmp_path / "hubverse.parquet").exists()


def test_courses_that_go_on_differently_have_names_of_their_own(answers):
    longer = ask(name="longer", until="2018-01-31")
    assert baseline_ids([*answers, longer]) == ["baseline"] * 3 + ["baseline-longer"]
    assert comparison_table([longer, answers[0]]).scenario.tolist() == [
        "baseline",
        "longer",
        "baseline-goes-on",
        "goes-on",
    ]
    assert hub_scenarios([longer, answers[0]])["scenario_id"].unique().to_pylist() == [
        "baseline", "longer", "baseline-goes-on", "goes-on",
    ]  # fmt: skip


def test_the_same_answers_give_the_same_bytes(folder, answers, tmp_path):
    write_answer(tmp_path, answers)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_what_cannot_be_written_is_said_before_anything_is(answers, tmp_path):
    with pytest.raises(UsageError, match="names of their own; found goes-on, the name of another"):
        write_answer(tmp_path / "a", [answers[0], answers[0]])
    with pytest.raises(UsageError, match="there must be an answer"):
        write_answer(tmp_path / "a", [])
    assert not (tmp_path / "a").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="the output folder must be writable"):
        write_answer(tmp_path / "file", answers)


def test_json_holds_no_number_that_is_none(answers):
    text = json.dumps(answers_document(answers), allow_nan=False)
    assert "NaN" not in text
    assert all(not math.isnan(value) for value in answers[0].capped)
