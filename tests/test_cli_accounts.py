"""``aftershock read``, ``claim``, ``accept``, ``lint``, ``check`` and ``ledger`` as a user meets them."""

import io
import json
import shutil
import sys
import zlib
from pathlib import Path

import pytest
import yaml

from ged_rows import day_row, write_ged

GOLDEN = Path(__file__).parent / "golden"
KIVU = Path(__file__).parent / "accounts" / "articles" / "choosing" / "04-kivu.html"
TEXT = (
    "Truce frays in Iraq\n\nBy Jane Doe\n\n12 July 2017\n\nIS attacked Mosul on 3 May 2017, killing 30 people. Officials told Reuters that "
    "about 400 civilians have been killed in Iraq since January.\n\nThe Turkish army will attack the PKK in Iraq again this year. Oil was dear.\n"
)
HAND = """\
account: {id: hand, title: By hand, date: 2016-01-01, outlet: The Daily}
claims:
  - id: many
    says: At least five died in Iraq from 2015 on.
    questions: [{kind: count, criteria: {scope: {countries: [Iraq]}, threshold: {at_least: 5}, window: {start: 2015-01-01, end: 2016-12-31}}}]
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("article.txt").write_text(TEXT)
    Path("hand.yaml").write_text(HAND)
    return tmp_path


def loaded(path="account.yaml"):
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def test_from_an_article_to_the_ledger(run, here):
    code, out, err = run("read", "article.txt")
    assert (code, err) == (0, "")
    assert "Truce frays in Iraq, 2017-07-12\nFound: " in out
    assert loaded()["account"]["author"] == "Jane Doe"
    assert run("lint", "account.yaml")[0] == 1
    assert run("claim", "account.yaml", "Oil  was dear.", "--says", "Oil was dear.")[1].startswith("Added claim-")
    document = loaded()
    for claim in document["claims"]:
        claim["says"] = claim["says"] or "In our own words."
        claim.setdefault("questions", [{"kind": "outside", "reason": "no series of oil"}])
    Path("account.yaml").write_text(yaml.safe_dump(document))
    kinds = ("claim", "actor", "quotation", "statement", "figure", "prediction", "causal", "event", "relation")
    assert run("accept", "account.yaml", *(word for kind in kinds for word in ("--kind", kind)))[1].startswith(
        "Accepted "
    )
    code, out, _ = run("lint", "account.yaml")
    assert (code, out) == (0, "Sound.\n")
    code, out, err = run("check", "account.yaml")
    assert (code, err) == (0, "")
    assert sorted(path.name for path in Path("check").iterdir()) == [
        "check.json", "claimreview.json", "claims.csv", "claims.md", "questions.json", "report.html",
    ]  # fmt: skip
    assert "<mark>Officials told Reuters" in Path("check/report.html").read_text(encoding="utf-8")
    code, out, _ = run("ledger")
    assert out.startswith("truce-frays-in-iraq (Jane Doe, 2017-07-12): ")
    assert " of " in out
    assert json.loads(run("ledger", "--json")[1])["accounts"][0]["claims"] == len(document["claims"])


def test_read_prints_the_lists_and_writes_no_file(run, here):
    _, out, _ = run("read", "article.txt", "--json")
    document = json.loads(out)
    lists = ["actors", "quotations", "statements", "figures", "predictions", "causal", "relations", "events", "dropped"]
    assert set(lists) <= set(document)
    assert not Path("account.yaml").exists()
    for name in lists:
        for one in document[name]:
            assert TEXT[one["start"] : one["end"]] == one["text"]
    assert {"canonical", "gwcode"} <= set(document["actors"][0])
    assert {"value", "unit"} <= set(document["figures"][0])


def test_read_standard_input_several_articles_and_pages(run, here, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    code, out, _ = run("read", "-", "--date", "2017-07-13", "--out", "piped.yaml")
    assert (code, loaded("piped.yaml")["account"]["date"].isoformat()) == (0, "2017-07-13")
    assert loaded("piped.yaml")["account"]["source"]["name"] == "standard input"
    shutil.copy(KIVU, "kivu.html")
    Path("empty.txt").write_text("")
    code, out, err = run("read", "article.txt", "kivu.html", "empty.txt", "--out", "drafts")
    assert code == 2
    assert sorted(path.name for path in Path("drafts").iterdir()) == ["article.yaml", "kivu.yaml"]
    assert err == "empty.txt: an article must hold text; found nothing in empty.txt. Name a file that holds it.\n"
    code, out, _ = run("read", "article.txt", "kivu.html", "--json")
    assert [json.loads(line)["source"]["kind"] for line in out.splitlines()] == ["text", "html"]
    assert loaded("drafts/kivu.yaml")["account"]["source"]["kind"] == "html"


def pdf(text):
    """Return a PDF file of one page, written by hand."""
    lines = "".join(f"({line}) Tj T* " for line in text.splitlines())
    stream = zlib.compress(f"BT /F1 11 Tf 40 740 Td 14 TL {lines}ET".encode())
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(data),
    )


def test_read_a_pdf(run, here):
    Path("paper.pdf").write_bytes(
        pdf(
            "Truce frays in Iraq\n\nIS attacked the town of Mosul on 3 May 2017 and\nkilled 30 people there, the army of Iraq said."
        )
    )
    code, _, err = run("read", "paper.pdf", "--date", "2017-07-12", "--out", "paper.yaml")
    assert (code, err) == (0, "")
    texts = [claim["text"] for claim in loaded("paper.yaml")["claims"]]
    assert any("killed 30 people" in text for text in texts)
    Path("broken.pdf").write_bytes(b"%PDF-1.7\nnothing")
    code, _, err = run("read", "broken.pdf")
    assert (code, err.count("\n")) == (2, 1)


def test_reading_again_keeps_what_was_edited(run, here):
    run("read", "article.txt")
    run("claim", "account.yaml", "Oil was dear.", "--says", "Oil was dear.")
    document = loaded()
    mine = next(claim for claim in document["claims"] if "400" in claim["text"])
    mine |= {"says": "Four hundred civilians died.", "status": "edited"}
    event = next(item for item in document["items"] if item["kind"] == "event")
    event |= {"status": "rejected"}
    Path("account.yaml").write_text(yaml.safe_dump(document))
    Path("article.txt").write_text("Baghdad, " + TEXT.replace("Oil was dear.", "Oil was cheap."))
    code, out, _ = run("read", "article.txt")
    assert code == 0
    again = loaded()
    claims = {claim["id"]: claim for claim in again["claims"]}
    assert claims[mine["id"]]["says"] == "Four hundred civilians died."
    assert claims[mine["id"]]["span"] == [place + len("Baghdad, ") for place in mine["span"]]
    kept = [item for item in again["items"] if item["id"] == event["id"]]
    assert [item["status"] for item in kept] == ["rejected"]
    oil = next(claim for claim in again["claims"] if claim["says"] == "Oil was dear.")
    assert f"{oil['id']}: its text is no longer in the source; its span was left as it was." in out


def ged(*years):
    rows = [day_row(1, "2015-03-01", best=3, low=3, high=3), day_row(2, "2016-03-01", best=4, low=4, high=4)]
    return [row for row in rows if row["date_start"][:4] in years]


def test_a_new_vintage_changes_the_verdict_of_now_not_of_then(run, here):
    write_ged(here / "GEDEvent_old.csv", ged("2015"))
    write_ged(here / "GEDEvent_new.csv", ged("2015", "2016"))
    country = ged("2015")[0]["country"]
    Path("hand.yaml").write_text(
        HAND.replace("Iraq", country).replace("threshold: {at_least: 5}", "measure: events, threshold: {at_least: 2}")
    )
    assert run("import", "GEDEvent_old.csv", "--known-on", "2015-12-01")[0] == 0
    code, out, err = run("check", "hand.yaml", "--json")
    assert (code, err) == (0, "")
    first = json.loads(out)
    assert first["vintages"] == ["UCDP GED GEDEvent_old.csv"]
    assert run("import", "GEDEvent_new.csv", "--known-on", "2017-06-01")[0] == 0
    second = json.loads(run("check", "hand.yaml", "--json")[1])
    questions = [document["claims"][0]["questions"][0] for document in (first, second)]
    assert questions[0]["then"] == questions[1]["then"]
    assert second["vintages"] == ["UCDP GED GEDEvent_old.csv", "UCDP GED GEDEvent_old.csv, GEDEvent_new.csv"]
    assert questions[0]["now"]["word"] != questions[1]["now"]["word"] == "supported"
    assert [change["after"] for change in second["changes"]] == ["supported"]
    assert "Verdicts that changed:" in run("ledger")[1]
    early = json.loads(run("check", "hand.yaml", "--json", "--as-of", "2016-02-01")[1])
    assert early["vintages"] == ["UCDP GED GEDEvent_old.csv"]
    assert len(json.loads(run("ledger", "--json")[1])["accounts"]) == 1


def test_check_without_the_ledger(run, here):
    assert run("check", "hand.yaml", "--no-ledger")[0] == 0
    assert run("ledger")[1] == "No account was checked yet. Try `aftershock check --example after-isis`.\n"


BAD = {
    "bad_key": "account: {id: a, date: 2017-07-12}\nclaims:\n  - id: c\n    questions: [{kind: happened, critera: {}}]\n",
    "bad_kind": "account: {id: a, date: 2017-07-12}\nclaims:\n  - id: c\n    questions: [{kind: cuont}]\n",
    "no_kind": "account: {id: a, date: 2017-07-12}\nclaims:\n  - id: c\n    questions: [{criteria: {}}]\n",
    "no_figure": "account: {id: a, date: 2017-07-12}\nclaims:\n  - id: c\n    questions: [{kind: count}]\n",
    "bomb": "a: &a [x, x]\nb: &b [*a, *a]\naccount: {id: a}\n",
    "tag": "account: !!python/object/apply:os.system [ls]\n",
    "two_ids": "account: {id: a}\nclaims: [{id: c}, {id: c}]\n",
    "span": "account: {id: a}\nclaims: [{id: c, span: [9, 3]}]\n",
    "early": "account: {id: a, date: 2017-07-12}\nclaims:\n  - id: c\n    questions: [{kind: happened, criteria: {scope: {actors: [IS], countries: [Iraq]}, window: {start: 1950-01-01, end: 1951-01-01}}}]\n",
    "actor": "account: {id: a, date: 2017-07-12}\nclaims:\n  - id: c\n    questions: [{kind: happened, criteria: {scope: {actors: [Ansar al-Islm]}}}]\n",
    "undated": "account: {id: a}\nclaims:\n  - id: c\n    questions: [{kind: happened, criteria: {scope: {actors: [IS]}}}]\n",
    "empty": "",
    "list": "- a\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_account_is_refused_in_a_sentence(name, run, here, request):
    Path("account.yaml").write_text(BAD[name])
    code, out, err = run("check", "account.yaml")
    assert "Traceback" not in err
    assert not Path("check").exists()
    path = GOLDEN / f"account_{name}.txt"
    text = f"$ aftershock check account.yaml\n{out}{err}exit code {code}\n"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert code == 2


ARTICLES = {
    "empty": b"",
    "blank": b" \n\n\t ",
    "binary": bytes(range(256)) * 20,
    "arabic": ("قالت القوات إن المعركة انتهت في المدينة. " * 20).encode(),
    "russian": ("Войска заявили, что сражение в городе закончилось. " * 20).encode(),
    "german": ("Die Truppen haben gesagt, dass die Schlacht um die Stadt zu Ende ist. " * 20).encode(),
    "large": b"Troops came to the town. " * 4_200_000,
    "broken": b"%PDF-1.7\nnothing",
}


@pytest.mark.parametrize("name", ARTICLES)
def test_a_bad_article_is_refused_in_a_sentence(name, run, here, request):
    Path("bad.txt").write_bytes(ARTICLES[name])
    Path("account.yaml").write_text("mine")
    code, out, err = run("read", "bad.txt")
    path = GOLDEN / f"article_{name}.txt"
    text = f"$ aftershock read bad.txt\n{out}{err}exit code {code}\n"
    if request.config.getoption("--update-golden"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    assert Path("account.yaml").read_text() == "mine"


def test_a_novel_is_read_and_said_to_hold_nothing(run, here):
    Path("novel.txt").write_text(
        "She walked along the river and thought of her mother, who had never liked the sea. " * 40
    )
    code, out, _ = run("read", "novel.txt")
    assert code == 0
    assert "No actor of the record and no state is named: there may be nothing here that records can answer." in out


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "http://10.0.0.8/a", "http://localhost/"],
)
def test_private_addresses_are_refused(run, here, address, monkeypatch):
    code, _, err = run("read", address)
    assert code == 2
    assert err.startswith("Error: a page must lie on the public internet; found ")


def test_a_file_that_is_no_account_is_not_overwritten(run, here):
    Path("account.yaml").write_text("notes: mine\n")
    code, _, err = run("read", "article.txt")
    assert code == 2
    assert "nobody knows the key notes" in err
    assert Path("account.yaml").read_text() == "notes: mine\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["check"], "there must be one account; found none."),
        (["check", "hand.yaml", "--example", "after-isis"], "there must be one account; found both a file and --example."),
        (["check", "--example", "after-is"], "an example account must exist; found 'after-is'. Did you mean after-isis?"),
        (["check", "hand.yaml", "--as-of", "2015-12-31"], "must not lie before the account's; found 2015-12-31 before 2016-01-01."),
        (["check", "nothere.yaml"], "an account must be readable; found nothere.yaml: No such file or directory."),
        (["accept", "hand.yaml"], "what to accept must be named; found nothing."),
        (["accept", "hand.yaml", "mny"], "found 'mny'. Did you mean many?"),
        (["claim", "hand.yaml", "Text"], "the article must be at hand to find a claim's place"),
        (["claim", "hand.yaml", "Nowhere", "--article", "article.txt"], "must stand once in the article; found it nowhere."),
        (["read", "article.txt", "--date", "yesterday"], "--date must be a day"),
        (["read", "article.txt", "--aliases", "none.yaml"], "none.yaml"),
        (["read", "article.txt", "--out", "none/a.yaml"], "the account must be written; found none/a.yaml: No such file or directory."),
        (["read", "article.txt", "--assistant", "http://x"], "Error: "),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(run, here, args, words):
    code, _, err = run(*args)
    assert code in (2, 3, 4)
    assert words in err
    assert err.count("\n") == 1
    assert Path("hand.yaml").read_text() == HAND


def test_scripts_in_a_page_are_text_everywhere(run, here):
    Path("page.html").write_text(
        "<html><head><title>War &lt;script&gt;alert(1)&lt;/script&gt;</title></head><body><article><p>IS attacked <b>Mosul</b> in Iraq on 3 May "
        "2016 and &lt;script&gt;alert(2)&lt;/script&gt; 30 people were killed, the army of Iraq said.</p><script>alert(3)</script></article></body></html>"
    )
    run("read", "page.html", "--date", "2017-07-12")
    run("accept", "account.yaml", "--kind", "claim")
    assert run("check", "account.yaml")[0] == 0
    report = Path("check/report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(2)" in report
    assert "<script" not in report
    assert "<script" not in Path("check/claims.md").read_text(encoding="utf-8")


def test_help(run, here, request):
    for name in ("read", "check"):
        _, out, _ = run(name, "--help")
        path = GOLDEN / f"help_{name}.txt"
        text = f"$ aftershock {name} --help\n{out}"
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")
