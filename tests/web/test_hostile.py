"""What an attacker sends is refused in a sentence, in little time, and the server answers on."""

import gzip
import json
import re
import time

import pytest

from aftershock.web.limits import MOST_ELSE, MOST_WRITING
from aftershock.web.pages import PAGES
from web_hostile import HEAD, JSONS, PATHS, SCENARIOS, WORD, YAMLS, check, routes_of
from web_server import make_client

CPU_S = 4.0  # of one request; twice what is aimed at, for slow machines


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A client of one data directory for all that follows."""
    with make_client(tmp_path_factory.mktemp("attacked")) as found:
        yield found


@pytest.mark.parametrize("name", YAMLS)
def test_files_of_accounts_that_are_traps(client, csrf, name):
    kept, mark, before = client.get("/api/v1/accounts").json(), csrf(client, "/accounts"), time.process_time()
    answer = client.post("/accounts/file", data={"csrf": mark}, files={"file": ("a.yaml", YAMLS[name].encode())})
    assert time.process_time() - before < CPU_S
    check(client, answer, 400, 413)
    assert client.get("/api/v1/accounts").json() == kept
    if name == "claims":
        assert "at most 2,000 claims" in answer.text


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios_that_are_traps(client, csrf, name):
    before = time.process_time()
    check(client, client.get("/whatif", params={"scenario": SCENARIOS[name]}), 200, 400, 422)
    check(client, client.get("/api/v1/whatif/check", params={"scenario": SCENARIOS[name]}), 200, 400, 422)
    mark = csrf(client, "/whatif")
    check(
        client, client.post("/whatif/file", data={"csrf": mark}, files={"file": ("a.yaml", SCENARIOS[name].encode())})
    )
    assert time.process_time() - before < CPU_S * 2


@pytest.mark.parametrize("name", JSONS)
def test_json_that_is_a_trap(client, name):
    headers = {"content-type": "application/json"}
    for path in ("/api/v1/jobs/forecast", "/api/v1/jobs/system", "/api/v1/accounts", "/api/v1/accounts/read"):
        answer = client.post(path, content=JSONS[name], headers=headers)
        check(client, answer, 400, 422, *((202, 429) if name == "bom" else ()))
        assert set(answer.json()) == {"must", "found", "fix", "rows"} or answer.status_code == 202


@pytest.mark.parametrize("unit", [b"{},", b"[],", b"1,", b'{"id":"a","mentions":[1,1,1,1,1]},'])
@pytest.mark.parametrize("part", ["items", "unread", "claims"])
def test_accounts_of_a_million_parts_are_refused_before_they_are_checked(client, part, unit):
    head, tail = b'{"account":{"id":"a"},"%s":[' % part.encode(), b"0]}"
    body = head + unit * ((MOST_WRITING - 100) // len(unit)) + tail
    before = time.process_time()
    check(
        client,
        client.post("/api/v1/accounts", content=body, headers={"content-type": "application/json"}),
        400,
        413,
        422,
    )
    assert time.process_time() - before < CPU_S


def test_ten_thousand_claims_are_refused_and_as_many_as_may_be_are_shown_in_parts(client, csrf):
    def account(count):
        asks = {
            "kind": "count",
            "says": "x" * 400,
            "criteria": {"scope": {"actors": ["IS"]}, "threshold": {"at_least": 3}, "window": {"end": "2017-06-30"}},
        }
        claims = [{"id": f"c{n}", "says": "y" * 400, "text": "z" * 400, "questions": [asks]} for n in range(count)]
        return {"account": {"id": "a", "date": "2017-07-12"}, "claims": claims}

    refused = client.post(
        "/api/v1/accounts", json={**account(1), "claims": [{"id": f"c{n}", "says": "y"} for n in range(10_000)]}
    )
    check(client, refused, 413)
    assert "at most 2,000 claims" in refused.json()["must"]
    before = time.process_time()
    kept = client.post("/api/v1/accounts", json=account(2000))
    assert kept.status_code == 201
    assert time.process_time() - before < CPU_S
    before = time.process_time()
    for part in ("", "?page=34", "/claims/c1999", "/findings"):
        check(client, client.get(f"/accounts/{kept.json()['id']}{part}"), 200)
    assert time.process_time() - before < CPU_S


def test_bodies_have_a_limit_by_where_they_go(client, csrf):
    addresses = {
        "/api/v1/jobs/forecast": MOST_ELSE,
        "/whatif/start": MOST_ELSE,
        "/api/v1/accounts": MOST_WRITING,
        "/data/import": 20 * 2**20,
    }
    for path, most in addresses.items():
        kind = {"content-type": "application/json" if path.startswith("/api") else "multipart/form-data; boundary=b"}
        for content in (b"x" * (most + 1), (b"x" * 65_536 for _ in range(most // 65_536 + 1))):
            check(
                client,
                client.post(path, content=content, headers=kind),
                413,
                *((400,) if "multipart" in kind["content-type"] else ()),
            )
    assert client.post("/jobs/new/forecast", data={"csrf": csrf(client), "months": "1"}).status_code == 200
    for length in ("9" * 30, "-1", "1e3", "²"):
        headers = {"content-length": length.encode("latin-1")}
        assert client.post("/api/v1/jobs/forecast", content=b"{}", headers=headers).status_code == 413


def test_packed_bodies_are_not_unpacked(client):
    body, before = gzip.compress(b'{"months": 1}' + b" " * 10_000_000), client.get("/api/v1/jobs").json()
    for how in ("gzip", "br", "deflate", "zstd", "gzip, gzip"):
        answer = client.post(
            "/api/v1/jobs/forecast", content=body, headers={"content-type": "application/json", "content-encoding": how}
        )
        check(client, answer, 400, 413, 422)
    assert client.get("/api/v1/jobs").json() == before


def test_no_address_leads_out_of_its_folder(client, hostile):
    folder, ids = hostile
    (folder / "web" / "secret.txt").write_text("a secret of the server", encoding="utf-8")
    file = folder / "web" / "results" / ids["check"] / "claims.md"
    kept = file.rename(file.with_name("kept.md"))
    file.symlink_to(folder / "web" / "secret.txt")
    with make_client(folder) as full:
        assert full.get(f"/accounts/checks/{ids['check']}/files/claims.md").status_code == 404
        kept.replace(file)  # other tests look at the same results
        for path in PATHS:
            for address in (
                f"/static/{path}/core.js", f"/static/x/{path}", f"/accounts/checks/{ids['check']}/files/{path}", f"/actors/{ids['system']}/files/{path}",
                f"/whatif/{ids['whatif']}/files/{path}", f"/accounts/{path}", f"/accounts/{path}/article", f"/accounts/{ids['account']}/claims/{path}",
                f"/jobs/{path}", f"/data/embedded/{path}", f"/data/vintages/{path}/rejects.csv", f"/api/v1/jobs/{path}", f"/api/v1/download/{path}",
                f"/countries/{path}", f"/api/v1/countries/{path}", f"/world?forecast={path}", f"/whatif?result={path}", f"/actors?result={path}",
            ):  # fmt: skip
                answer = full.get(address, follow_redirects=False)
                allowed = (
                    404,
                    422,
                    307,
                    *((200,) if address.endswith("/core.js") else ()),
                )  # whatever stands before it
                assert answer.status_code in allowed, (address, answer.status_code)
                assert "a secret" not in answer.text
                assert "set-cookie" not in answer.headers or "x=y" not in answer.headers["set-cookie"]


def test_every_method_on_every_page_is_answered(client):
    paths = {re.sub(r"\{\w+\}", "0" * 16, route) for route, _ in routes_of(PAGES)} | set(
        client.get("/openapi.json").json()["paths"]
    )
    assert len(paths) > 60
    for path in paths:
        for method in ("HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "LOCK", "CONNECT"):
            answer = client.request(method, path.replace("{", "").replace("}", ""), follow_redirects=False)
            assert answer.status_code < 500, (method, path)
            assert answer.status_code != 405 or answer.headers["allow"]
            assert method != "HEAD" or answer.content == b""
    assert client.head("/world").headers["content-type"].startswith("text/html")
    for header in ("x-http-method-override", "x-method-override", "x-http-method"):
        assert client.get("/jobs", headers={header: "DELETE"}).status_code == 200
        assert client.post("/jobs", headers={header: "GET"}, data={"_method": "GET"}).status_code in (403, 405)


def test_a_part_of_a_file_is_given_and_no_more(client, csrf):
    mark = csrf(client, "/accounts")
    kept = client.post("/accounts/file", data={"csrf": mark}, files={"file": ("a.yaml", HEAD.encode())}).url.path
    for asked in (
        "bytes=0-3",
        "bytes=-5",
        "bytes=99999999999-",
        "bytes=0-0,1-1",
        "bytes=" + "0-1," * 5000 + "0-1",
        "bytes=5-1",
        "lines=1",
        "bytes=" + "9" * 500 + "-",
    ):
        check(client, client.get(f"{kept}/account.yaml", headers={"range": asked}), 200, 206, 400, 416)


def test_a_flood_of_jobs_leaves_room_for_others(tmp_path):
    with make_client(tmp_path) as client:
        statuses = [client.post("/api/v1/jobs/forecast", json={"seed": seed}).status_code for seed in range(40)]
        assert statuses.count(202) == 15
        assert set(statuses) == {202, 429}
        assert client.post("/api/v1/jobs/actor", json={"actor": "IS"}).status_code == 202
        queue = client.app.state.queue
    assert queue.claim().kind == "forecast"
    assert queue.claim().kind == "actor"  # not after fourteen more forecasts
    assert queue.claim().kind == "forecast"


def test_long_words_do_not_come_back_whole(client, csrf):
    mark = csrf(client)
    answer = client.post("/jobs/new/forecast", data={"csrf": mark, "k" * 100_000: WORD, "months": "9" * 100_000})
    check(client, answer, 400)
    assert len(answer.content) < 20_000
    for path in (
        "/jobs/",
        "/countries/",
        "/x/",
        "/world?target=",
        "/whatif/change?do=add&kind=shock&stream=x&date=2017-08-01&events=",
        "/data?as_of=",
    ):
        answer = client.get(path + "9" * 30_000)
        check(client, answer, 400, 404, 422)
        assert len(answer.content) < 60_000
    assert json.loads(client.get("/api/v1/" + "x" * 30_000).text)["found"].endswith("x")
