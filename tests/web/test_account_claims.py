"""Claims of an account: mended, moved, removed, asked about, by forms and by programs."""

import re

import pytest

from aftershock.accounts.account import Account, read_account
from aftershock.accounts.checking import check_account
from aftershock.accounts.editing import add_claim
from aftershock.accounts.texts import article_of
from aftershock.report import render_account_report
from aftershock.web.accounts.articles import save_text
from aftershock.web.accounts.limits import MOST_CLAIMS
from aftershock.web.pages.accounts.asking import fields_of_question, question_from_fields
from aftershock.web.pages.accounts.question_fields import FORMS
from web_accounts import ARTICLE, YAML, send, upload, version


@pytest.fixture
def mine(client, csrf):
    """The address of an account that was sent as YAML."""
    answer = upload(client, csrf, YAML.replace("TITLE", "Mine").encode())
    assert answer.status_code == 200, answer.text
    return answer.url.path


def test_claims_are_accepted_rejected_and_taken_back(client, csrf, mine):
    send(client, csrf, f"{mine}/accept", version="1", do="accept", claim="bread")
    send(client, csrf, f"{mine}/accept", version="2", do="reject", claim="oil")
    found = client.get(f"/api/v1{mine}").json()
    states = {claim["id"]: claim.get("status") for claim in found["account"]["claims"]}
    assert (states["bread"], states["oil"], found["version"]) == ("accepted", "rejected", 3)
    assert {left["claim"] for left in found["left"]} == {"bread"}  # no question
    send(client, csrf, f"{mine}/undo", version="3")
    found = client.get(f"/api/v1{mine}").json()
    assert [claim.get("status") for claim in found["account"]["claims"]][1] != "rejected"
    assert found["version"] == 4


def test_a_change_to_an_older_version_is_refused(client, csrf, mine):
    send(client, csrf, f"{mine}/accept", version="1", do="reject", claim="oil")
    answer = send(client, csrf, f"{mine}/claims/oil", version="1", says="Another sentence.", kind="claim")
    assert answer.status_code == 409
    twin = client.post(f"/api/v1{mine}/accept", json={"version": 1, "kinds": ["claim"]})
    assert (twin.status_code, twin.json()["found"]) == (409, "one to version 1, after which came 2")
    assert client.put(f"/api/v1{mine}", json={"version": 1, "account": {"account": {"id": "a"}}}).status_code == 409
    assert "Another sentence" not in client.get(mine).text


def test_a_claim_is_edited_and_asked_about(client, csrf, mine):
    answer = send(
        client,
        csrf,
        f"{mine}/claims/bread",
        version="1",
        says="Deaths rose.",
        kind="figure",
        probability="0.3",
        checkable="on",
    )
    assert "Deaths rose." in answer.text
    form = {"form": "count", "actors": "IS, SDF", "countries": "Syria", "measure": "deaths", "figure_bound": "about", "figure": "300", "start": "2017-01-01",
            "end": "2017-06-30", "types": "sb"}  # fmt: skip
    answer = send(client, csrf, f"{mine}/claims/bread/questions", version="2", **form)
    assert "Were there 225 to 375 deaths in violence of IS, SDF in Syria, from 2017-01-01 to 2017-06-30?" in answer.text
    text = "kind: trend\ndirection: falls\nat: 2017-07-01\ncriteria:\n  scope: {actors: [Boko Harm]}\n"
    answer = send(client, csrf, f"{mine}/claims/bread/questions", version="3", text=text)
    assert "Boko Haram" in answer.text or "an actor must be named as in the record" in answer.text
    send(client, csrf, f"{mine}/claims/bread/questions/1", version="4", do="remove")
    send(client, csrf, f"{mine}/claims/bread/questions/0", version="5", do="reject")
    claim = client.get(f"/api/v1{mine}").json()["account"]["claims"][2]
    assert (claim["says"], claim.get("status", "edited"), claim["probability"]) == (
        "Deaths rose.",
        "edited",
        0.3,
    )
    assert [question["status"] for question in claim["questions"]] == ["rejected"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "kind: happened\ncriteria:\n  scope: {actrs: [IS]}\n",
            "line 3 of the text: nobody knows the key actrs. Did you mean actors?",
        ),
        ("knd: happened", "must say its kind"),
        ("kind: count\n", "must state a figure"),
        ("kind: happened\ncriteria: &a {scope: *a}\n", "an anchor or alias"),
        ("/etc/passwd", "must say its kind"),
    ],
)
def test_a_question_that_does_not_fit_comes_back_with_its_line(client, csrf, mine, text, said):
    answer = send(client, csrf, f"{mine}/claims/oil/questions", version="1", text=text)
    assert answer.status_code == 400
    page = re.sub(r"&#39;", "'", answer.text)
    assert said in re.sub(r"<[^>]+>", "", page)
    assert text.splitlines()[0] in page  # what was typed is still there
    assert version(client, mine) == 1


def test_fields_that_do_not_fit_are_named(client, csrf, mine):
    answer = send(client, csrf, f"{mine}/claims/oil/questions", version="1", form="count", figure="many", actors="IS")
    assert answer.status_code == 400
    assert "As many as:" in answer.text
    assert 'value="IS"' in answer.text  # what was typed is still there
    for n in range(4):
        assert (
            send(
                client, csrf, f"{mine}/claims/oil/questions", version=str(n + 1), form="outside", reason="why"
            ).status_code
            == 200
        )
    full = send(client, csrf, f"{mine}/claims/oil/questions", version="5", form="outside", reason="why")
    assert (full.status_code, "at most 5 questions" in full.text) == (400, True)
    assert send(client, csrf, f"{mine}/claims/nothing", version="5").status_code == 404


def test_programs_change_claims_under_the_names_of_python(client, mine):
    claim = {
        "says": "IS is in Syria.",
        "questions": [{"kind": "happened", "criteria": {"scope": {"actors": ["IS"], "countries": ["Syria"]}}}],
    }
    found = client.put(f"/api/v1{mine}/claims/oil", json={"version": 1, "claim": claim}).json()
    assert found["account"]["claims"][1]["questions"][0]["kind"] == "happened"
    assert Account.model_validate(found["account"]).claims[1].says == "IS is in Syria."
    bad = client.put(f"/api/v1{mine}/claims/oil", json={"version": 2, "claim": {"says": 3}})
    assert (bad.status_code, bad.json()["rows"]) == (400, ["says: Input should be a valid string"])
    many = {"account": {"id": "many"}, "claims": [{"id": f"c{n}", "says": "x"} for n in range(MOST_CLAIMS + 1)]}
    assert client.post("/api/v1/accounts", json=many).status_code == 413
    assert client.post("/api/v1/accounts", json={"account": {"id": "ok"}}).status_code == 201
    half = client.post(
        "/api/v1/accounts",
        content=b'{"account": {"id": "a", "title": "\\ud800"}}',
        headers={"content-type": "application/json"},
    )
    assert half.status_code in (400, 422)
    assert client.delete(f"/api/v1{mine}").status_code == 204
    assert client.get(f"/api/v1{mine}").status_code == 404


ANSWERS = {
    "count": {"actors": "IS", "countries": "Iraq", "figure": "10", "figure_to": "20.5", "figure_bound": "between", "types": ["sb", "os"]},
    "happened": {"actors": "IS", "countries": "Iraq, Syria", "active": "no", "end": "2017-07-01"},
    "trend": {"countries": "Iraq", "direction": "falls", "at": "2017-07-01", "before_days": "200", "after_days": "100"},
    "feeds": {"actors": "IS", "countries": "Iraq", "raised": "Government of Iraq", "through": "civilians", "raised_types": ["sb"]},
    "spiral": {"countries": "Iraq", "times": "2", "days": "200", "system": "Iraq, Syria", "first": "2014-01-01"},
    "fights": {"actors": "IS", "against": "SDF", "holds": "no", "start": "2016-01-01"},
    "sides": {"actors": "Government of Iraq", "against": "Government of Iran", "holds": "yes"},
    "succeeds": {"predecessor": "AQI", "successor": "IS"},
    "spreads": {"actors": "IS", "countries": "Yemen, Libya", "new": "yes", "figure": "1", "figure_bound": "at_least"},
    "scatters": {"actors": "IS", "direction": "less", "days": "100", "types": ["ns"]},
    "whatif": {"scenario": "after-isis/raqqa-falls", "changes": "", "figure": "-500", "figure_bound": "at_most", "measure": "events"},
    "forecast": {"countries": "Syria", "end": "2018-07-11", "figure": "500", "figure_bound": "more_than", "over": "month"},
    "outside": {"reason": "records hold no motives"},
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
def test_each_kind_of_question_has_a_form_that_asks_it_and_shows_it_again(client, csrf, mine, kind):
    answer = send(
        client, csrf, f"{mine}/claims/bread/questions", version="1", form=kind, asked="As I ask it?", **ANSWERS[kind]
    )
    assert answer.status_code == 200
    (question,) = client.get(f"/api/v1{mine}").json()["account"]["claims"][2]["questions"]
    assert (question["kind"], question["says"]) == (kind, "As I ask it?")
    asked = question_from_fields(
        kind, {name: value if isinstance(value, list) else [value] for name, value in ANSWERS[kind].items()}
    )
    shown = fields_of_question(asked)
    assert {name: shown[name] for name in ANSWERS[kind]} == {
        name: value if isinstance(value, list) else [value] for name, value in ANSWERS[kind].items()
    }
    for value in ANSWERS[kind].values():
        assert isinstance(value, list) or value.replace("'", "&#39;") in answer.text
    again = send(
        client, csrf, f"{mine}/claims/bread/questions", version="2", form=kind, n="0", asked="Anew?", **ANSWERS[kind]
    )
    assert "Anew?" in again.text
    assert "As I ask it?" not in again.text


def test_the_kinds_are_those_of_python(client):
    listed = client.get("/api/v1/accounts/questions").json()
    assert {each["kind"] for each in listed} == set(FORMS)
    assert all(each["asks"] and "properties" in each["criteria"] for each in listed)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"form": "count", "figure": "5", "start": "2018-01-01", "end": "2017-01-01"},
            "must end on or after its start",
        ),
        ({"form": "trend", "direction": "rises", "before_days": "3"}, "Days before:"),
        ({"form": "forecast", "figure": "5", "countries": "Syria"}, "must state the window"),
        ({"form": "succeeds"}, "The group that ended:"),
        ({"form": "spreads", "actors": "IS", "figure": "9", "figure_bound": "between"}, "In as many countries as:"),
        ({"form": "nothing"}, "a form must be of a kind that has one"),
        ({"form": "count", "figure": "5", "end": "31.12.2017"}, "Until:"),
    ],
)
def test_impossible_values_come_back_with_the_field_and_what_was_typed(client, csrf, mine, fields, said):
    answer = send(client, csrf, f"{mine}/claims/oil/questions", version="1", **fields)
    assert answer.status_code == 400
    assert said.lower() in re.sub(r"&#39;", "'", answer.text).lower()
    assert version(client, mine) == 1


def test_names_that_nobody_knows_are_offered_the_nearest(client, csrf, mine):
    answer = send(
        client, csrf, f"{mine}/claims/oil/questions", version="1", form="happened", actors="Talban", countries="Irak"
    )
    assert "Did you mean Taliban" in answer.text
    assert "Did you mean Iraq" in answer.text


def test_a_question_that_a_form_cannot_hold_is_changed_as_yaml(client, csrf, mine):
    text = "kind: spiral\nsystem: {countries: [Iraq], rule: after-isis/fronts.yaml, draws: 100}\n"
    answer = send(client, csrf, f"{mine}/claims/bread/questions", version="1", text=text)
    assert "Change it as YAML" in answer.text
    assert "<summary>Change it</summary>" not in answer.text


def test_a_claim_is_removed_and_comes_back(client, csrf, mine):
    page = send(client, csrf, f"{mine}/claims/oil/remove", version="1")
    assert "Oil is behind it." not in page.text
    assert client.get(f"{mine}/claims/oil").status_code == 404
    send(client, csrf, f"{mine}/undo", version="2")
    assert client.get(f"{mine}/claims/oil").status_code == 200
    assert client.delete(f"/api/v1{mine}/claims/oil?version=2").status_code == 409
    left = client.delete(f"/api/v1{mine}/claims/oil?version=3").json()
    assert [claim["id"] for claim in left["account"]["claims"]] == ["iran", "bread"]
    assert client.delete(f"/api/v1{mine}/claims/oil?version=4").status_code == 404


@pytest.fixture
def read(client):
    """The address of an account with its article, as the reader leaves it, without a reader."""
    keeper = client.app.state.keeper
    name = keeper.begin(ARTICLE.encode(), file_name="a.txt")
    article = article_of(ARTICLE.encode(), name="a.txt")
    save_text(keeper.place(name), article)
    account = Account.model_validate({"account": {"id": "a", "date": "2017-07-12"}})
    text = "Fighting between the Islamic State and the government of Iraq"
    keeper.save(name, add_claim(account, text, article, says="They fight."), version=0, what="read")
    return f"/accounts/{name}"


def test_a_claim_moves_to_where_its_new_text_stands(client, csrf, read):
    longer = "the Islamic State and the government of Iraq in Iraq will go on\nuntil the end of 2018"
    page = send(client, csrf, f"{read}/claims/claim-1", version="1", says="They fight.", kind="claim", text=longer)
    claim = client.get(f"/api/v1{read}/claims/claim-1").json()["claim"]
    assert ARTICLE[slice(*claim["span"])] == " ".join(longer.split())
    assert f"<mark>{' '.join(longer.split())}</mark>" in page.text
    for text, said in (("nowhere to be found", "it nowhere"), ("the", "times")):
        lost = send(client, csrf, f"{read}/claims/claim-1", version="2", says="Anew.", kind="claim", text=text)
        assert (lost.status_code, said in lost.text, "Anew." in lost.text) == (422, True, True)
    moved = client.post(
        f"/api/v1{read}/claims/claim-1/move", json={"version": 2, "text": "The bread was good that morning"}
    ).json()
    assert moved["account"]["claims"][0]["text"] == "The bread was good that morning"
    pieces = [piece for block in client.get(f"/api/v1{read}/text").json() for piece in block["pieces"]]
    assert [piece["text"] for piece in pieces if piece["claim"]] == ["The bread was good that morning"]


def test_a_claim_is_added_by_its_text_or_what_is_wrong_is_said(client, csrf, read):
    lost = send(client, csrf, f"{read}/claims", version="1", text="never said", kind="figure")
    assert (lost.status_code, "it nowhere" in lost.text, "never said" in lost.text) == (422, True, True)
    page = send(client, csrf, f"{read}/claims", version="1", text="at least 300 civilians", kind="figure")
    assert page.url.path == f"{read}/claims/claim-2"
    found = client.get(f"/api/v1{read}/claims/claim-2").json()
    assert (found["claim"]["kind"], found["claim"]["text"]) == ("figure", "at least 300 civilians")


def test_a_head_that_does_not_fit_comes_back_with_what_was_typed(client, csrf, mine):
    answer = send(client, csrf, f"{mine}/about", version="1", title="Kept", date="12.7.2017")
    assert (answer.status_code, "date:" in answer.text, 'value="Kept"' in answer.text) == (400, True, True)


def test_ids_of_claims_repeat_none_of_the_page(client, csrf):
    names = ["main", "table", "claims", "text", "title", "said", "questions", "claim-text", "kind", "tip", "yaml-new"]
    claims = "".join(
        f"  - {{id: {name}, says: It is {name}., questions: [{{kind: outside, reason: none}}]}}\n" for name in names
    )
    path = upload(client, csrf, f"account: {{id: a, date: 2017-07-12}}\nclaims:\n{claims}".encode()).url.path
    account = read_account(f"account: {{id: a, date: 2017-07-12}}\nclaims:\n{claims}").account
    pages = [client.get(path).text, client.get(f"{path}/claims/main").text]
    pages += [render_account_report(check_account(account))]
    for text in pages:
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(set(ids)) == len(ids), [name for name in ids if ids.count(name) > 1]
        for link in re.findall(r'href="#([^"]+)"', text):
            assert link in ids
