"""An account as YAML: what is written is what is read, whatever it holds, and it is short enough to edit."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from account_checks import HOSTILE
from aftershock.accounts.account import AboutAccount, Account, Claim, Item, Piece, read_account
from aftershock.accounts.writing import account_text

COUNT = {
    "kind": "count",
    "status": "proposed",
    "criteria": {
        "scope": {"countries": ["Iraq"]},
        "types": ["sb"],
        "measure": "civilian deaths",
        "threshold": {"at_least": 1000},
        "window": {"start": "2017-01-01", "end": "2017-07-11"},
    },
}


def test_a_claim_as_it_is_written():
    claim = Claim(
        id="c", span=(3, 9), kind="figure", text="Many.", status="draft", items=("figure-1",), questions=(COUNT,)
    )
    account = Account(account=AboutAccount(id="a", date="2017-07-12"), claims=(claim,))
    assert account_text(account).partition("claims:\n")[2] == (
        "  - id: c\n    span: [3, 9]\n    kind: figure\n    says: ''\n    text: Many.\n    items: [figure-1]\n    status: draft\n"
        "    questions:\n      # Were there at least 1,000 civilian deaths in Iraq, from 2017-01-01 to 2017-07-11?\n"
        "      - kind: count\n        status: proposed\n        criteria:\n          scope: {countries: [Iraq]}\n          types: [sb]\n"
        "          measure: civilian deaths\n          threshold: {at_least: 1000}\n"
        "          window: {start: 2017-01-01, end: 2017-07-11}\n"
    )


def test_what_is_at_its_default_but_was_written_stays():
    asked = {"kind": "happened", "active": True, "criteria": {"scope": {"actors": ["IS"]}, "types": ["sb", "ns", "os"]}}
    account = Account(account=AboutAccount(id="a"), claims=(Claim(id="c", questions=(asked,)),))
    kept = yaml.safe_load(account_text(account))["claims"][0]["questions"][0]
    assert kept == asked


TEXT = st.one_of(
    st.text(max_size=200),
    st.sampled_from([*HOSTILE, "- kind: outside", "a\n- kind: outside\nb", "# no", "2017-07-12", "null", "\x85x", "~"]),
)


@given(
    TEXT,
    TEXT,
    st.dictionaries(
        st.sampled_from(["canonical", "unit", "by"]), st.one_of(TEXT, st.booleans(), st.floats(allow_nan=False))
    ),
)
def test_whatever_it_holds_comes_back(text, says, fields):
    says = says[:500]
    outside = {"kind": "outside", "reason": (says or "x")[:400]}
    account = Account(
        account=AboutAccount(id="a", title=says),
        claims=(Claim(id="c", span=(0, 3), text=text, says=says, questions=(outside,)), Claim(id="d", text=text)),
        items=(Item(id="i", kind="figure", start=0, end=3, text=text, fields=fields),),
        unread=(Piece(start=1, end=2, text=text),),
    )
    try:
        written = account_text(account)
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    assert read_account(written).account == account


@pytest.mark.parametrize("says", ["x\n  - kind: outside", "a\u2028b", "tab\tbell\x07"])
def test_a_sentence_never_ends_the_comment_it_stands_in(says):
    asked = {"kind": "outside", "reason": "x", "says": says}
    text = account_text(Account(account=AboutAccount(id="a"), claims=(Claim(id="c", questions=(asked,)),)))
    comment = next(line for line in text.splitlines() if line.startswith("      # "))
    assert all(part in comment for part in says.split() if part.isprintable())
    assert read_account(text).account.claims[0].questions[0].says == says
