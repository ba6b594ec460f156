"""What a person does to an account is kept, whatever is read again."""

import numpy as np
import pytest

from aftershock.accounts.account import AboutAccount, Account, Claim, Item, SourceOfAccount, read_account
from aftershock.accounts.editing import accept, add_claim, merge, write_account
from aftershock.accounts.texts.article import ArticleText, Block
from aftershock.errors import DataError, StoreError, UsageError

TEXT = 'IS attacked Mosul. Some 300 men died. "We left," he said. We left.'


def article(text=TEXT, sha="0" * 64):
    return ArticleText(text, text, None, (Block(0, len(text), "paragraph"),), sha, "utf-8", "text", "a.txt")


def item(name, start, end, kind="event", text=TEXT, **more):
    return Item(id=name, kind=kind, start=start, end=end, text=text[start:end], **more)


def claim(name, start, end, text=TEXT, **more):
    return Claim(id=name, span=(start, end), text=text[start:end], **{"status": "draft"} | more)


def account(items=(), claims=(), sha="0" * 64, **about):
    source = SourceOfAccount(name="a.txt", sha256=sha, characters=len(TEXT))
    about = {"id": "a", "date": "2017-07-12", "source": source} | about
    return Account(account=AboutAccount(**about), items=tuple(items), claims=tuple(claims))


def test_what_was_edited_stays_and_drafts_are_made_anew():
    old = account(
        [item("event-1", 0, 18, status="edited", fields={"who": ["Ansar al-Islam"]}), item("event-2", 0, 2)],
        [claim("claim-1", 0, 18, says="Mine.", status="accepted"), claim("claim-2", 19, 37)],
        title="My own title",
    )
    new = account(
        [item("event-1", 0, 18, fields={"who": ["IS"]}), item("event-2", 19, 37)],
        [claim("claim-1", 0, 18), claim("claim-2", 19, 37, kind="figure")],
        title="Its title",
    )
    merged, lost = merge(old, new, article())
    assert not lost
    assert merged.account.title == "My own title"
    assert [(i.start, i.status) for i in merged.items] == [(0, "edited"), (19, "draft")]
    assert merged.items[0].fields["who"] == ["Ansar al-Islam"]
    assert [(c.says, c.status, c.kind) for c in merged.claims] == [
        ("Mine.", "accepted", "claim"),
        ("", "draft", "figure"),
    ]


def test_ids_stay_apart():
    old = account([item("event-1", 19, 37, status="rejected")])
    new = account([item("event-1", 0, 18), item("event-2", 38, 57)])
    merged, _ = merge(old, new, article())
    assert [i.id for i in merged.items] == ["event-2", "event-1", "event-3"]


def test_a_changed_source_takes_its_items_along():
    text = "Late on Monday " + TEXT.replace("Some 300 men died. ", "")
    old = account(
        [item("event-1", 0, 18, status="accepted"), item("figure-1", 19, 32, kind="figure", status="accepted")]
    )
    merged, lost = merge(old, account(sha="1" * 64), article(text, sha="1" * 64))
    assert [(i.id, i.start, i.end) for i in merged.items] == [("figure-1", 19, 32), ("event-1", 15, 33)]
    assert lost == ["figure-1: its text is no longer in the source; its span was left as it was."]
    assert merged.account.source.sha256 == "1" * 64


def test_an_actor_is_one_item_however_often_it_is_named():
    kept = item("actor-1", 0, 2, kind="actor", status="rejected", fields={"canonical": "IS"})
    new = account([item("actor-1", 0, 2, kind="actor", fields={"canonical": "IS"}, mentions=((0, 2), (40, 42)))])
    merged, _ = merge(account([kept]), new, article())
    assert [i.status for i in merged.items] == ["rejected"]


def test_a_claim_is_found_where_its_text_stands():
    changed = add_claim(account(), "Some  300 men\ndied.", article(), says="300 died.")
    assert changed.claims[0].span == (19, 37)
    assert changed.claims[0].text == "Some 300 men died."
    quoted = add_claim(account(), "“We left,” he said", article())
    assert quoted.claims[0].span == (38, 56)
    with pytest.raises(UsageError, match="must hold one claim; found claim-1 there"):
        add_claim(changed, "Some 300 men died.", article())
    with pytest.raises(DataError, match="must stand once in the article; found it nowhere"):
        add_claim(account(), "Some 400 men died.", article())
    with pytest.raises(DataError, match="must stand once in the article; found it 2 times"):
        add_claim(account(), "We left", article())
    with pytest.raises(DataError, match="found it nowhere"):
        add_claim(account(), "  ", article())


def test_markup_does_not_matter_to_pasted_text():
    decoded = "<p>IS <b>attacked</b> Mosul.</p>"
    text = "IS attacked Mosul."
    offsets = np.array([3, 4, 5, *range(9, 17), *range(21, 28), 28])
    found = add_claim(account(), text, ArticleText(decoded, text, offsets, (), "0" * 64, "utf-8", "html", "a.html"))
    assert found.claims[0].span == (3, 28)
    assert found.claims[0].text == text


def test_accepting_takes_only_what_is_asked():
    outside = {"kind": "outside", "reason": "an example", "status": "proposed"}
    whole = account(
        [item("event-1", 0, 18), item("event-2", 19, 37, status="rejected"), item("actor-1", 0, 2, kind="actor")],
        [claim("claim-1", 0, 18, questions=(outside,)), claim("claim-2", 19, 37)],
    )
    changed, count = accept(whole, ["claim-1"], kinds=["event"])
    assert count == 2
    assert [i.status for i in changed.items] == ["accepted", "rejected", "draft"]
    assert [c.status for c in changed.claims] == ["accepted", "draft"]
    assert changed.claims[0].questions[0].status == "accepted"
    with pytest.raises(UsageError, match="only what the account holds can be accepted; found 'claim-9'"):
        accept(whole, ["claim-9"])


def test_an_account_written_is_the_account_read(tmp_path):
    whole = account(
        [item("actor-1", 0, 2, kind="actor", fields={"canonical": "IS"}, mentions=((0, 2),))],
        [claim("claim-1", 0, 18, says='Says: "yes" – *no* & <b>', speaker="Ä")],
        title="A: title",
    )
    write_account(whole, tmp_path / "a.yaml")
    assert read_account(tmp_path / "a.yaml").account == whole
    assert list(tmp_path.iterdir()) == [tmp_path / "a.yaml"]
    with pytest.raises(StoreError, match="the account must be written"):
        write_account(whole, tmp_path / "none" / "a.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("account: {id: a, date: 2017-07-12}\nclams: []", "nobody knows the key clams"),
        (
            "account: {id: a, date: 2017-07-12}\nclaims: [{id: c}, {id: c}]",
            "claims must each have an id of their own; found c twice",
        ),
        ("account: {id: a, date: yesterday}", "date must be a valid date"),
        ("account: {id: a/b, date: 2017-07-12}", "line 1 of the text: id must match pattern"),
        (
            "account: {id: a}\nclaims:\n  - {id: c, span: [9, 3]}",
            "line 3 of the text: span must end after it starts, not 9 to 3",
        ),
        ("account: {id: a}\nclaims:\n  - {id: c, span: [-1, 3]}", "span must be greater than or equal to 0"),
        ("account: &a {id: a}\nclaims: [*a]", "an anchor or alias"),
        ("account: !!python/object:os.system {id: a}", "must be YAML"),
        ("account: {id: a}\nclaims:\n  - {id: c, questions: [{kind: wat}]}", "line 3 of the text"),
        ("format: 2\naccount: {id: a}", "format must be 1"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_its_line(text, words):
    with pytest.raises(UsageError, match=words):
        read_account(text)
