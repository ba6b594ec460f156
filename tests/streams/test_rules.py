"""Rules for streams: read, refused and printed."""

import pytest
import yaml

from aftershock.errors import DataError, UsageError
from aftershock.streams.rules import NamedStream, StreamRule, read_rule, rule_text

FULL = StreamRule(
    least_events=50,
    most_streams=12,
    by_type=False,
    aliases={"rebels": ("SNA", "*Ahrar*"), "IS": ("IS",)},
    others="others",
    split="cell",
    block=2,
    lineage="kin",
    dates="start",
    streams=(NamedStream("front", ("IS", "rebels"), ("ns",), ("Syria", 645)), NamedStream("rest of it")),
    rest="drop",
    mark="power",
    power=0.7,
)


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "rule.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("rule", [StreamRule(), FULL])
@pytest.mark.parametrize("brief", [False, True])
def test_a_rule_printed_and_read_is_the_same_rule(rule, brief, written):
    assert read_rule(written(rule_text(rule, brief=brief))) == rule


def test_an_empty_file_is_the_default_rule(written):
    assert read_rule(written("# nothing\n")) == StreamRule()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("leest_events: 5", r"keys must be known; found 'leest_events' in .*rule.yaml. Did you mean least_events\?"),
        ("least_events: many", "least_events must be a whole number from 1 up, not 'many'"),
        ("least_events: 0", "least_events must be a whole number from 1 up, not 0"),
        ("least_events: yes", "least_events must be a whole number from 1 up, not True"),
        ("most_streams: 1.5", "most_streams must be a whole number from 1 up, not 1.5"),
        ("widest_precision: 6", "widest_precision must be a whole number from 1 to 5, not 6"),
        ("by_type: 1", "by_type must be true or false, not 1"),
        ("split: provinces", "split must be none or province or cell, not 'provinces'"),
        ("lineage: [kin]", r"lineage must be none or successors or kin, not \['kin'\]"),
        ("power: 2", "power must lie above 0, up to 1, not 2"),
        ("power: .nan", "power must lie above 0, up to 1, not nan"),
        ("others: no", "others must be a name, not False"),
        ("aliases: [SNA]", r"aliases must map a merged name to a list of names, not \['SNA'\]"),
        ("aliases: {rebels: SNA}", "alias 'rebels' must list names, not 'SNA'"),
        ("aliases: {rebels: []}", r"alias 'rebels' must list names, not \(\)"),
        ("aliases: {rebels: [1]}", r"alias 'rebels' must list names, not \(1,\)"),
        ("streams: front", "streams must be a list of name, actors, types and countries, not 'front'"),
        ("streams: [front]", "must be a mapping of keys to values; found str in streams in"),
        ("streams: [{actors: [IS]}]", "a stream must be named; found no name in streams in"),
        ("streams: [{name: a, actor: [IS]}]", r"found 'actor' in streams in .* Did you mean actors\?"),
        ("streams: [{name: a, actors: [A, B, C]}]", "must have none, one or two actors"),
        ("streams: [{name: a, actors: [A], types: [sb]}]", "one actor, which only one-sided violence can have"),
        ("streams: [{name: a, types: [war]}]", "must have types of sb, ns, os, not"),
        ("streams: [{name: a, countries: Syria}]", "must have countries by name, ISO3 or number, not 'Syria'"),
        ("streams: [{name: a}, {name: a}]", "must have a name of its own, not 'a'"),
        ("- least_events", "a rule must be a mapping of keys to values; found list"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(text, message, written):
    with pytest.raises(UsageError, match=message) as caught:
        read_rule(written(text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["aliases: {a: [", "split: cell\nsplit: none", "a: \x00", "!!python/object:os.system {}"]
)
def test_what_is_not_yaml_is_refused_in_one_sentence(text, written):
    with pytest.raises(DataError, match="a rule must be YAML; found .*rule.yaml") as caught:
        read_rule(written(text))
    assert "\n" not in str(caught.value)


def test_a_key_that_stands_twice_is_named(written):
    with pytest.raises(DataError, match="'IS' stands twice"):
        read_rule(written("aliases:\n  IS: [IS]\n  IS: [HTS]\n"))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match="a rule must be readable; found .*gone.yaml"):
        read_rule(tmp_path / "gone.yaml")


def test_every_fault_is_told_at_once():
    with pytest.raises(UsageError, match="split must be .*; block must be .*; by_type must be"):
        StreamRule(split="town", block=0, by_type=None)


@pytest.mark.parametrize(
    "aliases",
    [{"a": ("b",), "b": ("a",)}, {"x": ("IS",), "a": ("b",), "b": ("c",), "c": ("SNA", "a")}],
)
def test_aliases_in_a_circle_are_refused(aliases):
    with pytest.raises(UsageError, match="aliases must not lead in a circle; found a → .* → a"):
        StreamRule(aliases=aliases)


def test_the_full_text_holds_every_key():
    text = yaml.safe_load(rule_text(StreamRule()))
    assert set(text) == set(StreamRule.__dataclass_fields__)
    assert StreamRule(**text | {"streams": ()}) == StreamRule()
