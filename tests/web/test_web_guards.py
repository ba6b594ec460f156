"""Who may ask what: hosts, origins, tokens, forms; headers; limits; errors without a leak."""

import json

import pytest

from aftershock.errors import UsageError
from aftershock.web.pages import PAGES
from aftershock.web.settings import Settings
from aftershock.web.signing import check_form
from web_hostile import routes_of
from web_server import HOSTILE, make_client

TOKEN = "a-token-of-many-signs"


@pytest.fixture
def closed(tmp_path):
    """A server that others can reach."""
    with make_client(tmp_path, host="0.0.0.0", token=TOKEN) as found:
        yield found


def test_every_answer_forbids_foreign_scripts_frames_and_guessing(client):
    for address in ("/jobs", "/none", "/health", "/api/v1/jobs", "/static/x/core.js"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"


def test_a_name_that_is_not_the_servers_is_refused(client):
    assert client.get("/jobs", headers={"host": "evil.example:8650"}).status_code == 403
    assert client.get("/jobs", headers={"host": "[::1]:8650"}).status_code == 200
    assert client.get("/jobs", headers={"host": "LOCALHOST"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:9999"},
    ],
)
def test_a_change_asked_for_by_another_site_is_refused(client, headers):
    answer = client.post("/api/v1/jobs/forecast", json={}, headers=headers)
    assert (answer.status_code, answer.json()["found"]) == (403, "another site")
    assert client.get("/api/v1/jobs").json() == []
    own = {"origin": "http://127.0.0.1:8650", "sec-fetch-site": "same-origin"}
    assert client.post("/api/v1/jobs/forecast", json={}, headers=own).status_code == 202


def test_a_form_needs_its_mark(client, csrf):
    values = {"months": "12", "draws": "100", "seed": "1"}
    assert client.post("/jobs/new/forecast", data=values).status_code == 403
    mark = csrf(client)
    assert client.post("/jobs/new/forecast", data=values | {"csrf": mark[:-1] + "x"}).status_code == 403
    client.cookies.clear()
    assert client.post("/jobs/new/forecast", data=values | {"csrf": mark}).status_code == 403


def test_no_page_that_changes_something_goes_without_the_mark(client):
    addresses = [(path, method) for path, methods in routes_of(PAGES) for method in methods - {"GET", "HEAD"}]
    assert ("/jobs/{name}/cancel", "POST") in addresses
    for path, method in addresses:
        answer = client.request(method, path.replace("{name}", "x").replace("{code}", "x"))
        assert answer.status_code in (403, 422), (path, answer.text)
    assert check_form.__doc__


def test_a_server_others_can_reach_asks_for_its_token(closed):
    assert closed.get("/api/v1/jobs").status_code == 401
    page = closed.get("/jobs?x=1", headers={"accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?to=/jobs%3Fx%3D1")
    assert closed.get("/health").json()["data"] == []
    for given in ("", "another-token-of-signs", TOKEN[:-1]):
        assert closed.get("/api/v1/jobs", headers={"authorization": f"Bearer {given}"}).status_code == 401
    assert closed.get("/api/v1/jobs", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_signing_in_leaves_a_cookie_that_is_not_the_token(closed, csrf, monkeypatch):
    monkeypatch.setattr("aftershock.web.pages.home.WRONG_TOKEN_S", 0)
    mark = csrf(closed, "/sign-in")
    assert closed.post("/sign-in", data={"csrf": mark, "token": "wrong"}).status_code == 403
    answer = closed.post(
        "/sign-in", data={"csrf": mark, "token": TOKEN, "to": "//evil.example"}, follow_redirects=False
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert TOKEN not in cookie
    assert closed.get("/jobs", headers={"accept": "text/html"}, follow_redirects=False).status_code == 200
    closed.cookies.set("aftershock_session", "9999999999.0000")
    closed.cookies.delete("aftershock_session", domain="127.0.0.1")
    assert closed.get("/jobs", follow_redirects=False).status_code in (303, 401)


@pytest.mark.parametrize("options", [{"host": "0.0.0.0"}, {"host": "192.0.2.1"}, {"token": "short"}])
def test_an_open_address_without_a_good_token_is_refused(tmp_path, options):
    with pytest.raises(UsageError, match="token"):
        Settings(data=tmp_path, **options)


def test_a_body_above_the_limit_is_refused_announced_or_not(tmp_path):
    with make_client(tmp_path, max_body=1000) as client:
        assert client.post("/api/v1/jobs/forecast", content=b"x" * 1001).status_code == 413
        for address, kind in (
            ("/api/v1/jobs/forecast", "application/json"),
            ("/jobs/new/forecast", "multipart/form-data; boundary=b"),
        ):
            answer = client.post(
                address,
                content=(b"x" * 600 for _ in range(3)),
                headers={"content-type": kind, "accept": "application/json"},
            )
            assert (answer.status_code, answer.json()["found"]) == (413, "more"), address


def test_a_slow_request_is_ended(tmp_path, monkeypatch):
    with make_client(tmp_path, request_seconds=0.05) as client:

        async def slow(scope, receive, send):
            import asyncio

            await asyncio.sleep(5)

        client.app.mount("/slow", slow)
        assert client.get("/slow/").status_code == 503


def test_what_nobody_foresaw_shows_a_number_and_no_more(client, capsys):
    @client.app.get("/broken")
    def broken():
        raise RuntimeError("a secret")

    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "a secret" not in answer.text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (fault,) = [line for line in lines if line["event"] == "unforeseen"]
    assert fault["id"] in answer.text
    assert "a secret" not in json.dumps(lines)


def test_the_log_has_a_line_per_request_without_its_query(client, capsys):
    client.get("/jobs?secret=1", headers={"authorization": "Bearer secret"})
    (line,) = [json.loads(text) for text in capsys.readouterr().err.splitlines() if '"/jobs"' in text]
    assert (line["method"], line["status"]) == ("GET", 200)
    assert "secret" not in json.dumps(line)


def test_hostile_words_are_shown_as_words(client):
    for address in (f"/jobs/{HOSTILE}", f"/world?target={HOSTILE}", f"/countries/{HOSTILE}", f"/jobs/new/{HOSTILE}"):
        answer = client.get(address.replace("?", "?") if "?" in address else address)
        assert answer.status_code == 404
        assert "<img" not in answer.text
        assert "49" not in answer.text.split("<main")[1].split("</main")[0]


def test_errors_are_pages_for_people_and_documents_for_programs(client):
    assert client.get("/nowhere").headers["content-type"].startswith("text/html")
    assert client.get("/nowhere", headers={"accept": "application/json"}).json()["found"] == "/nowhere"
    assert client.get("/api/v1/nowhere").json()["must"] == "a page must be known by its address"
    assert client.put("/api/v1/jobs").status_code == 405


@pytest.mark.parametrize(
    "host", ["x/health?", "x/health#", "[::1", "127.0.0.1/health?", "a@b", "x y", "é", "a:b:c", ":80"]
)
def test_a_host_that_is_no_name_opens_nothing(closed, host):
    assert closed.get("/api/v1/jobs", headers={"host": host.encode("latin-1")}).status_code == 403


@pytest.mark.parametrize("cookie", ["1.é", "9" * 5000 + "." + "0" * 64, ".", "²." + "0" * 64])
def test_a_cookie_that_cannot_be_one_is_no_cookie(closed, cookie):
    header = f"aftershock_session={cookie}".encode("latin-1")
    answer = closed.get("/api/v1/jobs", headers=[(b"cookie", header)])
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert closed.get("/api/v1/jobs", headers=[(b"authorization", "Bearer é".encode("latin-1"))]).status_code == 401


@pytest.mark.parametrize(
    "origin",
    ["http://[", "//", "http://127.0.0.1:8650@evil.example", "http://[::1]:99999999", "http://127.0.0.1:8650/x"],
)
def test_an_origin_that_is_none_is_another_site(client, origin):
    assert client.post("/api/v1/jobs/forecast", json={}, headers={"origin": origin}).status_code == 403


def test_a_head_is_the_page_without_its_body(client):
    page, head = client.get("/jobs"), client.head("/jobs")
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", page.headers["content-type"])


def test_what_nobody_foresaw_has_the_headers_of_every_answer(client):
    @client.app.get("/broken-too")
    def broken():
        raise RuntimeError

    headers = client.get("/broken-too").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_no_terminal_obeys_the_log(client, capsys):
    client.get("/x%1b%5b2J%c2%9b2J%e2%80%ae%0a" + "y" * 5000)
    lines = [text for text in capsys.readouterr().err.splitlines() if "request" in text]
    assert all(text.isascii() and text.isprintable() and len(text) < 2000 for text in lines)
    assert len(lines) == 1


def test_a_token_is_not_in_what_settings_show(tmp_path):
    assert TOKEN not in repr(Settings(data=tmp_path, token=TOKEN))
