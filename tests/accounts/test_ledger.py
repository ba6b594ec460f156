"""The ledger: what is entered, what changed, and scores beside base rates and stated chances, by hand."""

import datetime as dt
import json

import pytest

from account_checks import answered, checked, outside, question
from aftershock.accounts.ledger import Ledger, enter, read_ledger
from aftershock.errors import StoreError

TODAY = dt.date(2026, 3, 1)
LATER = dt.date(2026, 9, 1)


def entered(tmp_path, *checks):
    for check in checks:
        enter(check, tmp_path, today=TODAY)
    return read_ledger(tmp_path)


def test_an_empty_ledger(tmp_path):
    found = read_ledger(tmp_path)
    assert found == Ledger(())
    assert found.lines() == []
    assert found.document() == {"accounts": [], "by_source": [], "by_question": [], "predictions": [], "changes": []}


def test_scores_by_hand(tmp_path):
    first = checked(
        ("a", [answered("not yet decided", "supported", chance=0.8, base=0.5, came=True)], {"probability": 0.6}),
        ("b", [answered("not yet decided", "contradicted", chance=0.4, came=False), outside()]),
    )
    second = checked(
        ("a", [answered("not yet decided", "not yet decided", chance=0.9)]), name="other", outlet=None, author="J. Doe"
    )
    found = entered(tmp_path, first, second)
    daily = found.by("source").set_index("source").loc["The Daily"]
    assert daily.questions == 3
    assert (daily.supported, daily.contradicted, daily["outside the record"]) == (1, 1, 1)
    assert daily.came == "1 of 2"
    assert (daily.model_brier, daily.model_n) == (pytest.approx((0.04 + 0.16) / 2), 2)
    assert (daily.model_brier_beside_base, daily.base_brier, daily.base_n) == (
        pytest.approx(0.04),
        pytest.approx(0.25),
        1,
    )
    assert (daily.stated_brier, daily.stated_n) == (pytest.approx(0.16), 1)
    doe = found.by("source").set_index("source").loc["J. Doe"]
    assert (doe.came, doe.model_n, doe["not yet decided"]) == ("0 of 0", 0, 1)
    asks = found.by("asks").set_index("asks")
    assert dict(asks.questions) == {"happened": 3, "outside": 1}
    assert len(found.predictions()) == 3
    lines = "\n".join(found.lines())
    assert (
        "The Daily: 1 of 3 supported, 1 of 3 contradicted, 1 of 3 outside the record; open on the day and decided since: 1 of 2 came"
        in lines
    )
    assert "Brier score of the chances given on the day 0.100 (n = 2)" in lines
    assert "beside the base rate 0.040 to 0.250 (n = 1)" in lines


def test_a_new_release_changes_a_verdict_and_it_is_recorded(tmp_path):
    check = checked(("a", [answered("supported", "supported", provisional=True)]))
    assert enter(check, tmp_path, today=TODAY) == []
    assert enter(check, tmp_path, today=TODAY) == []
    again = checked(("a", [answered("supported", "contradicted", vintage="UCDP GED 26.1")]))
    (change,) = enter(again, tmp_path, today=LATER)
    assert (change.account, change.claim, change.before, change.after) == ("mine", "a", "supported", "contradicted")
    assert (change.on, change.vintage) == ("2026-09-01", "UCDP GED 26.1")
    enter(again, tmp_path, today=LATER)
    found = read_ledger(tmp_path)
    assert found.changes() == [change]
    assert found.entries[0]["checked_on"] == "2026-09-01"
    assert found.lines()[-1] == "  2026-09-01, mine, a: supported → contradicted (UCDP GED 26.1)"


def test_another_question_is_no_change(tmp_path):
    enter(checked(("a", [answered()])), tmp_path, today=TODAY)
    other = checked(("a", [answered(now="contradicted", asked=question("Was IS active in Syria?"))]))
    assert enter(other, tmp_path, today=LATER) == []


def test_an_entry_that_cannot_be_read_is_named(tmp_path):
    enter(checked(("a", [answered()])), tmp_path, today=TODAY)
    path = next((tmp_path / "accounts").glob("*.json"))
    path.write_text("{")
    with pytest.raises(StoreError, match="an entry of the ledger must be readable"):
        read_ledger(tmp_path)
    path.write_text("[]")
    with pytest.raises(StoreError, match="must hold claims"):
        enter(checked(("a", [answered()])), tmp_path, today=TODAY)
    assert path.read_text() == "[]"


def test_a_ledger_that_cannot_be_written(tmp_path):
    (tmp_path / "accounts").write_text("a file")
    with pytest.raises(StoreError, match="the ledger must be writable"):
        enter(checked(("a", [answered()])), tmp_path, today=TODAY)


def test_nothing_is_left_half_written(tmp_path):
    enter(checked(("a", [answered(chance=float("nan"))])), tmp_path, today=TODAY)
    (path,) = (tmp_path / "accounts").iterdir()
    assert json.loads(path.read_text())["claims"][0]["questions"][0]["then"]["chance"] is None
