"""Relations that a user declares: nothing counts without dates and a source, and every refusal names the line."""

import datetime as dt
import re
from pathlib import Path

import pytest

from aftershock.actors.alliances.building import network
from aftershock.actors.alliances.relations import read_relations
from aftershock.errors import DataError, UsageError
from aftershock.figures import embedded_events

GOOD = """\
relations:
  - a: Government of Turkey
    relation: supports
    b: SNA
    from: 2016-08-24
    until: ongoing
    source: "a report, page 12"
  - {a: IS, relation: hostile, b: SDF, from: 2015-10-10, until: 2019-03-23, source: another}
"""


def test_relations_are_read_in_order():
    one, two = read_relations(GOOD)
    assert (one.a, one.b, one.sign, one.until, one.place) == (
        "Government of Turkey",
        "SNA",
        1,
        None,
        "line 2 of the text",
    )
    assert (two.sign, two.first, two.until, two.place) == (
        -1,
        dt.date(2015, 10, 10),
        dt.date(2019, 3, 23),
        "line 8 of the text",
    )
    assert [one.holds_on(dt.date(y, 1, 1)) for y in (2016, 2017, 2030)] == [False, True, True]
    assert [two.holds_on(day) for day in (two.first, two.until, dt.date(2019, 3, 24))] == [True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('    source: "a report, page 12"\n', "", "line 2 of the text: source is missing"),
        ('source: "a report, page 12"', "source: ' '", "line 7 of the text: source must not be empty"),
        ("    from: 2016-08-24\n", "", "line 2 of the text: from is missing"),
        ("    until: ongoing\n", "", "line 2 of the text: until is missing"),
        ("until: ongoing", "until:", "line 6 of the text: until must be a valid date or 'ongoing', not nothing"),
        ("until: ongoing", "until: ongoin", "Did you mean ongoing?"),
        ("until: ongoing", "until: 2016-08-23", "line 2 of the text: an entry of relations ends on 2016-08-23, before it begins on 2016-08-24"),
        ("relation: supports", "relation: suports", "line 3 of the text: relation must be 'hostile', 'allied' or 'supports', not 'suports'. Did you mean supports?"),
        ("b: SNA", "b: Government of Turkey", "line 2 of the text: an entry of relations ties Government of Turkey to itself"),
        ("b: SNA", "b: SNA\n    sorce: x", "Did you mean source?"),
        ("relations:", "relation:", "Did you mean relations?"),
    ],
)  # fmt: skip
def test_every_fault_names_its_line(old, new, said):
    assert old in GOOD
    with pytest.raises(UsageError) as caught:
        read_relations(GOOD.replace(old, new, 1))
    assert said in str(caught.value)
    assert "a file of relations must be sound" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"a file of relations must be readable; found .*none\.yaml"):
        read_relations(tmp_path / "none.yaml")


def test_the_example_of_the_documentation_is_sound_and_its_actors_are_known():
    page = (Path(__file__).parents[2] / "docs" / "actors.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```yaml\n(relations:\n.*?)^```", page, re.MULTILINE | re.DOTALL)
    (relation,) = read_relations(text)
    found = network(embedded_events(["Syria"]), until="2017-07-05", relations=(relation,))
    assert found.tie(relation.a, relation.b).evidence[-1].supporter == "Government of Turkey"
