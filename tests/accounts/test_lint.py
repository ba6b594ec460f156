"""What must hold of an account, each fault with its line."""

import hashlib

import pytest

from aftershock.accounts.account import read_account
from aftershock.accounts.lint import lint_account
from aftershock.accounts.record import record_at
from aftershock.store import Store

TEXT = (
    "The army of Iraq attacked the group IS near the city of Mosul on Monday, and 30 people were killed in the attack."
)
SOUND = f"""\
account:
  id: a
  date: 2017-07-12
  source: {{name: a.txt, sha256: {hashlib.sha256(TEXT.encode()).hexdigest()}, characters: {len(TEXT)}}}
claims:
  - id: c
    span: [0, {len(TEXT)}]
    says: Thirty died.
    text: {TEXT}
    items: [actor-1]
    questions: [{{kind: happened, criteria: {{scope: {{actors: [IS], countries: [Iraq]}}}}}}]
items:
  - {{id: actor-1, kind: actor, start: 36, end: 38, text: IS, status: accepted, fields: {{canonical: IS}}}}
"""


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return record_at(store=Store(tmp_path_factory.mktemp("none")))


@pytest.fixture
def faults(tmp_path, record):
    (tmp_path / "a.txt").write_text(TEXT)

    def of(text, **more):
        path = tmp_path / "account.yaml"
        path.write_text(text)
        return [str(fault) for fault in lint_account(read_account(path), record=record, **more)]

    return of


def test_a_sound_account_has_no_fault(faults):
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("text: IS,", "text: ISIS,", "line 13 of account.yaml: its text differs from what stands at 36 to 38"),
        ("start: 36, end: 38", "start: 36, end: 3800", "line 13 of account.yaml: its span ends at 3,800, after the source's 113 characters"),
        ("canonical: IS", "canonical: Daeshh", "line 13 of account.yaml: actor-1: an actor must be named as in the record; found 'Daeshh'."),
        ("status: accepted", "status: draft", "line 13 of account.yaml: actor-1 is still a draft"),
        ("actors: [IS]", "actors: [Ansar al-Islm]", "line 11 of account.yaml: an actor must be named as in the record; found 'Ansar al-Islm'. Did you mean Ansar al-Islam"),
        ("countries: [Iraq]", "countries: [Iraqq]", "line 11 of account.yaml: a country must be given by name, ISO3 code or Gleditsch–Ward number; found 'Iraqq'. Did you mean Iraq?"),
        ("{kind: happened,", "{kind: happened, status: proposed,", "line 11 of account.yaml: a question of c waits to be accepted: Was IS active in Iraq"),
        ("items: [actor-1]", "items: [actor-9]", "line 10 of account.yaml: c names actor-9, which is no item"),
        ("says: Thirty died.", "says: ''", "line 8 of account.yaml: c says nothing yet"),
        ("  date: 2017-07-12\n", "", "line 1 of account.yaml: the account has no date"),
        ("    says: Thirty died.", "    status: draft\n    says: Thirty died.", "line 8 of account.yaml: c is still a draft"),
    ],
)  # fmt: skip
def test_a_fault_and_its_line(faults, old, new, said):
    assert old in SOUND
    found = faults(SOUND.replace(old, new))
    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_claim_without_a_question(faults):
    text = SOUND.replace(
        "    questions: [{kind: happened, criteria: {scope: {actors: [IS], countries: [Iraq]}}}]\n", ""
    )
    assert faults(text) == ["line 6 of account.yaml: c has no question; write one, or `kind: outside` with the reason"]
    assert faults(text.replace("says: Thirty", "checkable: false\n    says: Thirty")) == []
    assert faults(text.replace("says: Thirty", "status: rejected\n    says: Thirty")) == []


def test_a_changed_source_is_one_fault(faults, tmp_path):
    (tmp_path / "a.txt").write_text("Yesterday " + TEXT)
    assert faults(SOUND) == [
        "line 4 of account.yaml: a.txt changed since it was read, and 2 texts differ from what stands at their span; "
        "run `aftershock read a.txt` again, what you edited is kept"
    ]


def test_a_source_that_is_not_at_hand_is_a_note(tmp_path, record, faults):
    path = tmp_path / "elsewhere"
    path.mkdir()
    (path / "account.yaml").write_text(SOUND)
    found = lint_account(read_account(path / "account.yaml"), record=record)
    assert [(fault.fails, fault.sentence) for fault in found] == [
        (False, "a.txt is not at hand: texts were not compared")
    ]
    assert lint_account(read_account(path / "account.yaml"), record=record, source=tmp_path / "a.txt") == []
    (path / "a.txt").write_bytes(b"")
    assert "a.txt cannot be read: an article must hold text" in str(
        lint_account(read_account(path / "account.yaml"), record=record)[0]
    )


def test_faults_stand_in_the_order_of_the_file(faults):
    text = (
        SOUND.replace("status: accepted", "status: draft")
        .replace("says: Thirty died.", "says: ''")
        .replace("  date: 2017-07-12\n", "")
    )
    lines = [int(fault.split()[1]) for fault in faults(text)]
    assert lines == sorted(lines)
    assert len(lines) == 3
