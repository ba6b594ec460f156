"""A scenario built from controls: every key of every kind, mended and taken out, faults with their lines, texts that last."""

import json
import re

import pytest

from aftershock.errors import UsageError
from aftershock.scenarios import read_scenario, scenario_text
from aftershock.scenarios.examples import example_scenarios
from aftershock.scenarios.interventions import Intervention, Selection
from aftershock.scenarios.running import whatif
from aftershock.web.pages.whatif.building import changed, checked, line_of, new_text
from aftershock.web.pages.whatif.changing import KINDS, change_of, fields_of
from aftershock.web.work.bases import BASE_FILE, check_scenario, describe_base, example_base, read_base
from aftershock.web.work.trying import read_text_of_scenario
from scenario_systems import made_prepared, made_system
from web_scenarios import OWN, TEXT, scenario_of, work_out
from web_server import HOSTILE, make_client

ADDED = {
    "leaves": {
        "actor": ["IS"], "against": ["government"], "types": ["sb", "os"], "countries": ["Iraq"], "streams": ["IS – government"],
        "date": ["2017-08-01"], "until": ["2017-10-01"],
    },
    "scale": {
        "what": ["civilian_deaths"], "factor": ["0.2"], "factor_most": ["0.9"], "actor": ["IS"], "against": ["SDF"],
        "types": ["ns", "os"], "countries": ["Syria"], "streams": ["IS – SDF"], "date": ["2017-08-01"], "until": ["2017-10-01"],
    },
    "cut": {
        "source_streams": ["IS – SDF", "rebels – SDF"], "source_types": ["ns", "os"], "target_actor": ["IS"],
        "target_against": ["government"], "target_countries": ["Iraq"], "source_actor": ["SDF"], "source_against": ["IS"],
        "source_countries": ["Syria"], "target_types": ["sb", "os"], "target_streams": ["IS – government"],
        "factor": ["0"], "date": ["2017-08-01"], "until": ["2017-10-01"],
    },
    "shock": {"stream": ["IS – SDF"], "events": ["12"], "date": ["2017-09-01"]},
    "loses_territory": {"actor": ["IS"], "countries": ["Iraq", "Syria"], "date": ["2017-08-01"]},
    "enters": {
        "name": ["New"], "actors": ["rebels; IS"], "type": ["ns"], "country": ["Syria"], "factor": ["0.5"], "factor_most": ["2"],
        "date": ["2017-08-01"], "until": ["2017-10-01"],
    },
    "dissolves": {"actor": ["rebels"], "joins": ["SDF"], "share": ["40"], "date": ["2017-08-01"]},
}  # fmt: skip
FORMS = {form.model_fields["kind"].annotation.__args__[0]: form for form in Intervention.__origin__.__args__}


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """A data directory with a system made by hand and a scenario worked out on it: folder, system's job, answer's job."""
    folder = tmp_path_factory.mktemp("answered")
    return folder, *work_out(folder)


def test_forms_have_every_key_that_scenarios_know():
    assert set(FORMS) == set(KINDS) == set(ADDED)
    for kind, form in FORMS.items():
        keys = set(form.model_fields) - {"source", "target"}
        if kind == "cut":
            keys |= {f"{end}_{key}" for end in ("source", "target") for key in Selection.model_fields}
        assert keys == set(ADDED[kind]) - {"factor_most"} | {"kind"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_change_is_added_by_its_form_mended_and_taken_out_again(answered, kind):
    folder, base, _ = answered
    with make_client(folder) as client:
        form = client.get("/whatif", params={"base": base}).text
        assert all(f'name="{name}"' in form for name in ADDED[kind])

        def step(do, **values):
            given = {"base": base, "do": do} | values
            return client.get("/whatif/change", params=given, follow_redirects=False)

        added = step("add", kind=kind, **ADDED[kind])
        assert added.status_code == 303
        text = scenario_of(added.headers["location"])
        (one,) = read_scenario(text).scenario.interventions
        assert one.kind == kind
        assert fields_of(one) == ADDED[kind] | {"kind": [kind]}
        assert whatif(text, made_prepared(), draws=5).draws == 5
        shown = step("edit:0", scenario=text)
        assert shown.status_code == 200
        for values in ADDED[kind].values():
            for value in values:
                assert re.search(rf'value="{re.escape(value)}"( checked| selected| required|>|\s)', shown.text), value
        later = ADDED[kind] | {"date": ["2017-09-02"]}
        mended = step("add", scenario=text, kind=kind, n="0", **later)
        (one,) = read_scenario(scenario_of(mended.headers["location"])).scenario.interventions
        assert fields_of(one) == later | {"kind": [kind]}
        gone = step("remove:0", scenario=text)
        assert read_scenario(scenario_of(gone.headers["location"])).scenario.interventions == ()


def test_changes_add_up_and_a_step_nobody_knows_is_refused(answered):
    folder, base, _ = answered
    with make_client(folder) as client:
        text = new_text(None).replace(str(read_scenario(new_text(None)).scenario.until), "2017-12-31")
        for kind in ("scale", "cut", "shock"):
            given = {"base": base, "do": "add", "kind": kind, "scenario": text} | ADDED[kind]
            text = scenario_of(client.get("/whatif/change", params=given, follow_redirects=False).headers["location"])
        assert [one.kind for one in read_scenario(text).scenario.interventions] == ["scale", "cut", "shock"]
        for step in ("edit:9", "edit:x", "stir"):
            assert client.get("/whatif/change", params={"do": step, "base": base, "scenario": text}).status_code == 400


def test_a_country_however_written_is_ticked_when_its_change_is_mended():
    text = TEXT.replace("actor: IS", "actor: IS, countries: [IRQ, 652]")
    (one,) = read_scenario(text).scenario.interventions
    assert fields_of(one)["countries"] == ["Iraq", "Syria"]


def test_an_end_of_a_link_must_be_chosen():
    with pytest.raises(UsageError, match="the target of a link must be chosen"):
        change_of({"kind": ["cut"], "source_actor": ["IS"], "factor": ["0"]})


def test_title_words_end_and_questions_are_set_by_their_forms():
    base = example_base()
    named = {
        "title": ["Troops leave, at last"],
        "until": ["2018-03-01"],
        "description": ["They go."],
        "source": ["A paper"],
    }
    text = changed(new_text(base), base, "rename", named)
    text = changed(text, base, "ask", {"actor": ["IS"], "country": ["Iraq"], "by": ["2018-02-01"], "days": ["60"]})
    scenario = read_scenario(text).scenario
    assert (scenario.name, str(scenario.until), scenario.ask[0].days) == ("troops-leave-at-last", "2018-03-01", 60)
    assert (scenario.description, scenario.source) == ("They go.", "A paper")
    assert read_scenario(changed(text, base, "rename", named | {"name": ["b"]})).scenario.name == "b"
    assert read_scenario(changed(text, base, "unask", {"n": ["0"]})).scenario.ask == ()
    with pytest.raises(UsageError, match="a step must be known"):
        changed(text, base, "stir", {})


@pytest.mark.parametrize("written", example_scenarios("after-isis"), ids=lambda written: written.scenario.name)
def test_saved_text_reads_back_as_the_same_scenario(written):
    assert read_scenario(scenario_text(written.scenario)).scenario == written.scenario


def test_the_example_s_system_is_who_it_says(tmp_path):
    """As ``tools/build_example_base.py`` wrote it down."""
    import importlib.util
    from pathlib import Path

    place = Path(__file__).parents[2] / "tools" / "build_example_base.py"
    spec = importlib.util.spec_from_file_location("build_example_base", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / BASE_FILE).write_text(json.dumps(module.example_document()), encoding="utf-8")
    assert read_base(tmp_path, "after-isis") == example_base()


def test_checks_before_the_run_are_those_of_the_run():
    base = read_base_of_hand()
    for fault in ("actor: ISS", "actor: IS, countries: [Mali]", "actor: IS, types: [ns], against: government"):
        text = TEXT.replace("actor: IS", fault)
        with pytest.raises(UsageError) as before:
            check_scenario(read_text_of_scenario(text), base)
        with pytest.raises(UsageError) as after:
            whatif(text, made_prepared(), draws=2)
        assert str(before.value) == str(after.value)
        assert "line 5 of the text" in str(before.value)


def read_base_of_hand():
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / BASE_FILE).write_text(
            json.dumps(describe_base(made_system(), "Made by hand")), encoding="utf-8"
        )
        return read_base(Path(folder), "0" * 16)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        (TEXT.replace("IS,", "ISS,"), "line 5 of the text: &#39;ISS&#39;", "actor: ISS"),
        (TEXT.replace("kind: leaves", "kind: goes"), "line 5 of the text", "kind: goes"),
        (TEXT.replace("2017-08-01", "2001-08-01"), "before the scenario begins", "2001-08-01"),
        (TEXT + "titel: x\n", "nobody knows the key titel", "titel"),
        ("a: &a [x]\nb: [*a, *a]\n", "an anchor or alias", "a:"),
        (f"name: x\ntitle: {json.dumps(HOSTILE)}\n", "until is missing", None),
        (OWN.replace("draws: 20", "draws: 20, rule: ../../secret.yaml"), "A rule for streams must be one that comes with the examples", "secret"),
        ("/etc/passwd", "a mapping of keys", None),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_line_and_the_text_stays(client, text, words, line):
    answer = client.get("/whatif", params={"scenario": text})
    assert answer.status_code == 400
    assert words in answer.text
    assert "<img" not in answer.text
    assert "Work it out</button>" not in answer.text
    if line:
        excerpt = answer.text.partition('class="excerpt"')[2].partition("</ol>")[0]
        assert line in excerpt
    twin = client.get("/api/v1/whatif/check", params={"scenario": text})
    assert twin.status_code == 400
    assert set(twin.json()) == {"must", "found", "fix", "rows"}


def test_a_fault_of_a_control_keeps_what_was_typed(client):
    given = {"do": "add", "kind": "scale", "types": ["sb", "os"], "factor": "500", "actor": "IS", "date": "2017-08-01"}
    answer = client.get("/whatif/change", params=given)
    assert answer.status_code == 400
    assert 'value="500"' in answer.text
    assert "factor must be a number between 0 and 100" in answer.text
    assert 'name="add" open' in answer.text
    assert re.findall(r'name="types" value="(..)" checked', answer.text) == ["sb", "os"]
    assert client.get("/whatif/change", params={"do": "add", "kind": "nothing"}).status_code == 400


def test_lines_named_are_shown():
    with pytest.raises(UsageError) as fault:
        checked(TEXT.replace("IS,", "ISS,"), example_base())
    assert line_of(fault.value) == [(5, "  - {kind: leaves, actor: ISS, date: 2017-08-01}")]
