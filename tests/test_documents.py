"""Documents people write: every fault is one sentence with its line."""

import datetime as dt
from typing import Literal

import pytest
from pydantic import BaseModel, Field, field_validator

from aftershock.documents import LARGEST, read_document, read_with_lines
from aftershock.errors import DataError, UsageError


class Tie(BaseModel):
    a: str = Field(min_length=1)
    kind: Literal["hostile", "allied"]
    begun: dt.date = Field(alias="from")
    weight: float = Field(1.0, gt=0)

    @field_validator("a")
    @classmethod
    def _no_brackets(cls, value):
        if "[" in value:
            raise ValueError("must hold no bracket")
        return value


class Ties(BaseModel):
    name: str = "none"
    ties: list[Tie] = []
    best: Tie | None = None


GOOD = """\
name: a test
ties:
  - a: IS
    kind: hostile
    from: 2014-06-29
  - {a: SDF, kind: allied, from: "2015-10-10", weight: 2}
"""


def read(text):
    return read_document(text, Ties, "a file of ties")


def test_a_sound_document_is_read_and_its_lines_are_known():
    ties, lines = read_with_lines(GOOD, Ties, "a file of ties")
    assert [tie.begun for tie in ties.ties] == [dt.date(2014, 6, 29), dt.date(2015, 10, 10)]
    assert [lines.of("ties", k, "a") for k in (0, 1)] == [3, 6]
    assert lines.of("ties", 0, "kind") == 4
    assert lines.of("ties", 1, "absent") == lines.of("ties", 1) == 6
    assert lines.at("name") == "line 1 of the text"


def test_a_file_is_named(tmp_path):
    path = tmp_path / "ties.yaml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    assert read_document(path, Ties, "x").name == read_document(str(path), Ties, "x").name == "a test"
    path.write_text(GOOD + "tise: []\n", encoding="utf-8")
    with pytest.raises(
        UsageError, match=r"a test of ties must be sound; found line 7 of ties\.yaml: nobody knows the key tise"
    ):
        read_document(path, Ties, "a test of ties")
    with pytest.raises(DataError, match="must be readable; found .*none.yaml: No such file"):
        read_document(tmp_path / "none.yaml", Ties, "x")
    with pytest.raises(DataError, match="must be readable"):
        read_document(tmp_path, Ties, "x")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    kind: hostile", "    kind: hostil", "line 4 of the text: kind must be 'hostile' or 'allied', not 'hostil'. Did you mean hostile?"),
        ("a: IS", "a: ''", "line 3 of the text: a must not be empty"),
        ("a: IS", "a: 7", "line 3 of the text: a must be a valid string, not 7"),
        ("a: IS", "a: I[S", "line 3 of the text: a must hold no bracket, not 'I[S'"),
        ("    from: 2014-06-29\n", "", "line 3 of the text: from is missing. Write `from: ...`."),
        ("2014-06-29", "2014-06-31", "line 5 of the text: '2014-06-31' is no value of its kind"),
        ('"2015-10-10"', '"2015-10-99"', "line 6 of the text: from must be a valid date"),
        ("weight: 2", "weight: -2", "line 6 of the text: weight must be greater than 0, not -2"),
        ("weight: 2", "wieght: 2", "line 6 of the text: nobody knows the key wieght. Did you mean weight?"),
        ("weight: 2", "form: 2", "line 6 of the text: nobody knows the key form. Did you mean from?"),
        ("weight: 2", "a: 2", "line 6 of the text: 'a' stands twice, first in line 6"),
        ("name: a test", "name: a test\nname: b", "line 2 of the text: 'name' stands twice, first in line 1"),
        ("name: a test", "best: {a: x, kind: allied, frm: 1}", "Did you mean from?"),
        ("a: IS", "a: *IS", "line 3 of the text: an anchor or alias ('IS'); write it out"),
        ("a: IS", "a: &x IS", "an anchor or alias ('x')"),
        ("a: IS", "a: !!python/object:os.system IS", "line 3 of the text: could not determine a constructor"),
        ("a: IS", "a: !!int IS", "line 3 of the text: 'IS' is no value of its kind"),
        ("a: IS", "a: !!bool IS", "line 3 of the text: 'IS' is no value of its kind"),
        ("a: IS", "<<: {a: IS}", "line 3 of the text: a key that is no plain word"),
        ("a: IS", "[a]: IS", "a key that is no plain word"),
        ("a: IS", "a: [IS", "the text:"),
        ("a: IS", "\ta: IS", "line 3 of the text: found character '\\t'"),
        ("a: IS", "a: I\x00S", "line 3 of the text: a character that no text holds (#x0000)"),
        ("name: a test", "---\nname: a\n---\nname: b", "found another document"),
    ],
)  # fmt: skip
def test_every_fault_is_a_sentence_with_its_line(old, new, said):
    assert old in GOOD
    with pytest.raises(UsageError) as caught:
        read(GOOD.replace(old, new, 1))
    assert said in str(caught.value)


def test_several_faults_are_listed_in_the_order_of_their_lines():
    with pytest.raises(UsageError, match="found 2 faults in the text") as caught:
        read(GOOD.replace("weight: 2", "weight: 0").replace("kind: hostile", "kind: x"))
    assert [row.split(":")[0] for row in caught.value.rows] == ["line 4 of the text", "line 6 of the text"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "found nothing"), ("\n# only words\n", "found nothing"), ("- a\n- b\n", "found a list"), ("\njust this", "found 'just this'")],
)  # fmt: skip
def test_what_is_no_mapping_is_refused(text, said):
    with pytest.raises(UsageError, match=f"must be a mapping of keys to values; {said}"):
        read(text)


def test_bombs_are_refused(tmp_path):
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    with pytest.raises(UsageError, match="line 1 of the text: an anchor"):
        read(bomb)
    with pytest.raises(UsageError, match="more than 40 levels"):
        read("name: " + "[" * 500_000)
    path = tmp_path / "large.yaml"
    path.write_bytes(b"name: x\n" + b"#" * LARGEST)
    with pytest.raises(UsageError, match=r"at most 1,000,000 bytes; found more in large\.yaml"):
        read(path)


def test_what_is_no_utf8_is_refused(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: x\nties: é".encode("latin-1"))
    with pytest.raises(UsageError, match=r"text in UTF-8; found line 2 of latin\.yaml"):
        read(path)
