"""Scenarios as people write them: what is taken, and every fault named with its line and what to do."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from aftershock.errors import DataError, UsageError
from aftershock.figures.days import embedded_events
from aftershock.scenarios import Scenario, example_scenarios, read_scenario, whatif, whatif_many
from aftershock.scenarios.changes import plan_course
from aftershock.scenarios.comparing import check_names
from aftershock.scenarios.examples import EXAMPLES
from aftershock.scenarios.interventions import Leaves, Scale
from aftershock.scenarios.scenario import Written, check_contradictions, check_days
from aftershock.scenarios.selecting import asked_streams, streams_touched
from aftershock.streams import build_streams, read_rule
from scenario_systems import made_prepared, scenario_text

DAY = "date: 2017-08-01"
FAULTS = {
    # of the form
    f"kind: dissolves, actor: IS, joins: SDF, share: 1.5, {DAY}": r"line 5 .*share must be less than or equal to 1, not 1\.5",
    f"kind: dissolves, actor: IS, share: 0.5, {DAY}": "line 5 .*joins and share must be given together",
    f"kind: dissolves, actor: IS, joins: IS, share: 0.5, {DAY}": "an organisation cannot join itself",
    f"kind: leaves, actr: IS, {DAY}": r"line 5 .*(nobody knows the key actr|actor is missing)",
    f"kind: leaves, actor: IS, {DAY}, until: 2017-08-01": "line 5 .*until must lie after date, 2017-08-01",
    f"kind: stops, actor: IS, {DAY}": "line 5 .*'stops'",
    f"kind: scale, actor: IS, factor: -1, {DAY}": "line 5 .*factor must be a number between 0 and 100",
    f"kind: scale, actor: IS, factor: [0, 0.5], {DAY}": "a range of factors must begin above 0",
    f"kind: scale, actor: IS, factor: [2, 1], {DAY}": "or the least and the most of them",
    f"kind: scale, actor: IS, what: deaths, factor: 0, {DAY}": "deaths cannot be scaled by 0; scale the events",
    "kind: scale, actor: IS, factor: 0.5, date: 2017-13-01": "line 5 ",
    f"kind: shock, stream: IS – SDF, events: 0, {DAY}": "line 5 .*events must be greater than or equal to 1, not 0",
    f"kind: enters, name: New, actors: [IS], type: sb, country: Iraq, {DAY}": "actors must be 2 for type sb",
    f"kind: enters, name: New, actors: [IS], type: os, country: Iraq, factor: 0, {DAY}": "factor must be above 0",
    f"kind: cut, source: {{actor: IS}}, target: {{actor: SDF}}, factor: -0.5, {DAY}": "line 5 .*factor must be greater than or equal to 0",
    # of the system
    f"kind: leaves, actor: ISS, {DAY}": r"line 5 of the text: 'ISS'\. Did you mean IS\?",
    f"kind: leaves, actor: IS, against: SFD, {DAY}": r"'SFD'\. Did you mean SDF\?",
    f"kind: shock, stream: IS - SDF, events: 3, {DAY}": r"line 5 of the text: 'IS - SDF'\. Did you mean IS – SDF\?",
    f"kind: leaves, actor: IS, countries: [Irak], {DAY}": r"line 5 of the text: 'Irak'\. Did you mean Iraq\?",
    f"kind: leaves, actor: IS, countries: [Chad], {DAY}": r"line 5 of the text: Chad\. Known: Iraq, Syria",
    f"kind: leaves, actor: rebels, against: government, {DAY}": "line 5 of the text: none that fits all that is said",
    f"kind: dissolves, actor: IS, joins: Sdf, share: 0.5, {DAY}": r"'Sdf'\. Did you mean SDF\?",
    f"kind: enters, name: IS – SDF, actors: [IS, SDF], type: ns, country: Syria, {DAY}": "'IS – SDF', which is a stream already",
    f"kind: enters, name: New, actors: [IS, SDF], type: ns, country: Chad, {DAY}": "line 5 of the text: Chad",
    f"kind: cut, source: {{actor: Nobody}}, target: {{actor: SDF}}, {DAY}": "line 5 of the text: 'Nobody'",
    # of its days
    "kind: leaves, actor: IS, date: 2017-07-05": "line 5 of the text: 2017-07-05, before the scenario begins",
    "kind: leaves, actor: IS, date: 2018-01-01": "line 5 of the text: 2018-01-01, after it ends",
}


@pytest.mark.parametrize("line", FAULTS)
def test_a_fault_is_named_with_its_line(line):
    with pytest.raises(UsageError, match=FAULTS[line]):
        whatif(scenario_text(line), made_prepared(), draws=4)


def test_several_faults_are_named_together():
    text = scenario_text(f"kind: leaves, actor: '', {DAY}", f"kind: shock, stream: x, events: many, {DAY}")
    with pytest.raises(UsageError, match="2 faults in the text") as caught:
        read_scenario(text)
    assert [row.split(":")[0] for row in caught.value.rows] == ["line 5 of the text", "line 6 of the text"]


@pytest.mark.parametrize(
    "later",
    [
        "kind: scale, actor: IS, factor: 0.5, date: 2017-10-01",
        "kind: leaves, actor: IS, date: 2017-10-01",
        "kind: shock, stream: IS – SDF, events: 3, date: 2017-10-01",
        "kind: loses_territory, actor: IS, date: 2017-10-01",
    ],
)
@pytest.mark.parametrize(
    "gone", ["kind: leaves, actor: IS, date: 2017-09-01", "kind: dissolves, actor: IS, date: 2017-09-01"]
)
def test_who_has_gone_cannot_be_changed_later(gone, later):
    kind = gone.split(",")[0].removeprefix("kind: ")
    said = rf"must not contradict .*line 6 of the text: \w+ on 2017-10-01, of streams that end with line 5 of the text: {kind} on 2017-09-01"
    with pytest.raises(UsageError, match=said):
        whatif(scenario_text(gone, later), made_prepared(), draws=4)


def test_who_comes_back_or_has_gone_in_part_can_be_changed():
    back = "kind: leaves, actor: IS, date: 2017-09-01, until: 2017-10-01"
    whatif(scenario_text(back, "kind: scale, actor: IS, factor: 0.5, date: 2017-10-01"), made_prepared(), draws=4)
    part = "kind: leaves, actor: IS, against: SDF, date: 2017-09-01"
    whatif(scenario_text(part, "kind: scale, actor: IS, factor: 0.5, date: 2017-10-01"), made_prepared(), draws=4)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ("actor: Is, by: 2017-12-31", r"line 5 of the text: 'Is'\. Did you mean IS\?"),
        ("actor: IS, by: 2018-12-31", "a question's day must lie between 2017-07-06 and 2017-12-31; found line 5"),
        ("actor: IS, by: 2017-12-31, days: 0", "line 5 .*days must be greater than or equal to 1, not 0"),
        ("actor: IS, country: Chad, by: 2017-12-31", "line 5 of the text: Chad"),
    ],
)
def test_questions_are_checked(ask, said):
    with pytest.raises(UsageError, match=said):
        whatif(scenario_text(ask=[ask]), made_prepared(), draws=4)


@pytest.mark.parametrize("until", ["2017-07-05", "2037-01-01"])
def test_a_scenario_ends_within_ten_years_of_the_origin(until):
    with pytest.raises(UsageError, match=f"must end between 2017-07-06 and .*line 3 of the text: {until}"):
        whatif(scenario_text(until=until), made_prepared(), draws=4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: No name\nuntil: 2018-01-01\n", "name is missing"),
        ("name: Two Words\ntitle: x\nuntil: 2018-01-01\n", "line 1 .*small letters, digits and hyphens"),
        ("name: x\ntitle: x\nuntil: 2018-01-01\nintervention: []\n", r"line 4 .*Did you mean interventions\?"),
        ("name: x\nname: y\n", "line 2 .*stands twice"),
        ("- a\n- b\n", "must be a mapping of keys to values; found a list"),
    ],
)
def test_a_document_is_checked(text, said):
    with pytest.raises(UsageError, match=said):
        read_scenario(text)


def test_a_file_is_named_in_its_faults(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(scenario_text(f"kind: leaves, actor: ISS, {DAY}"))
    with pytest.raises(UsageError, match=r"line 5 of mine\.yaml: 'ISS'"):
        whatif(path, made_prepared(), draws=4)
    with pytest.raises(DataError, match="a scenario must be readable"):
        whatif(tmp_path / "none.yaml", made_prepared())


def test_a_scenario_made_in_python_has_places_instead_of_lines():
    day = dt.date(2017, 8, 1)
    made = Scenario(
        name="x", title="x", until=dt.date(2017, 9, 1), interventions=(
            Scale(kind="scale", factor=0.5, date=day), Leaves(kind="leaves", actor="ISS", date=day),
        ),
    )  # fmt: skip
    assert made.interventions[0].factor == (0.5, 0.5)
    with pytest.raises(UsageError, match=r"found interventions 2: 'ISS'\. Did you mean IS\?"):
        whatif(made, made_prepared())


def test_without_a_system_there_is_no_answer():
    with pytest.raises(UsageError, match="a scenario needs a system; .*Give --system DIR, or write `system:`"):
        whatif(scenario_text())
    with pytest.raises(UsageError, match="there must be a scenario"):
        whatif_many([])


@pytest.mark.parametrize("name", ["baseline", "baseline-x", "tried"])
def test_names_that_would_be_mistaken_are_refused(name):
    with pytest.raises(UsageError, match=f"names of their own; found line 1 of the text: {name}"):
        check_names([read_scenario(scenario_text(name=one)) for one in ("tried", name)])


def test_an_unknown_example_is_refused():
    with pytest.raises(UsageError, match=r"'after-isi'\. Did you mean after-isis\?"):
        example_scenarios("after-isi")


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_fit_the_system_they_describe(name):
    written = example_scenarios(name)
    check_names(written)
    (recipe,) = {one.scenario.system for one in written}
    rule = read_rule(written[0].folder / recipe.rule)
    streams = build_streams(
        embedded_events(list(recipe.countries)), countries=list(recipe.countries), rule=rule, first=recipe.first,
        until=recipe.until,
    )  # fmt: skip
    for one in written:
        assert check_days(one, streams.last_day) == int(
            (np.datetime64(one.scenario.until) - streams.last_day).astype(int)
        )
        check_contradictions(one, streams_touched(one, streams))
        assert all(asked_streams(streams, question) for question in one.scenario.ask)
        assert one.scenario.description
        assert one.scenario.source


def test_a_plan_changes_nothing_where_nothing_is_asked():
    prepared = made_prepared()
    planned = plan_course(
        Written(read_scenario(scenario_text()).scenario, None, Path()),
        prepared.system,
        prepared.opening,
        draws=4,
        seed=1,
    )
    assert (planned.touched, planned.fronts, planned.notes, planned.days) == ((), (), (), 179)
    assert (planned.course.presence == 1).all()
    assert not planned.course.extra.any()
