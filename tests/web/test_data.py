"""Data: what is here is listed, what is sent is imported, what is asked for by another path is refused."""

import datetime as dt
import io
import os
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from hostile_server import Answer, HostileServer
from hostile_server import page as listing

from aftershock.store import Store
from ged_rows import csv_text, day_row
from web_server import HOSTILE, wait_for

ACLED = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,"
    "interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,notes,"
    "fatalities,tags,timestamp\n"
)


def acled(rows=3, country="Sudan"):
    line = "SDN{n},2024-0{m}-12,2024,1,Political violence,Battles,Armed clash,Rapid Support Forces,,2,Military Forces of Sudan,,1,12,,729,Northern Africa,{c},Khartoum,,,Khartoum,15.5,32.5,1,Radio,Local,x,{n},,1700000000\n"
    return ACLED + "".join(line.format(n=n, m=n, c=country) for n in range(1, rows + 1))


def send(client, csrf, content, name="acled.csv", **data):
    return client.post("/data/import", data={"csrf": csrf(client, "/data"), **data}, files={"file": (name, content)})


def done(client, answer, state="done"):
    path = f"/api/v1{answer.url.path}"
    job = wait_for(lambda: (found := client.get(path).json())["ended"] and found, 200)
    assert job["state"] == state, job
    return job


def test_an_empty_store_says_what_pages_rest_on(client):
    found = client.get("/api/v1/data").json()
    assert (found["vintages"], found["records"]) == ([], {})
    assert {table["name"] for table in found["embedded"]} >= {"country_month_1989_2021", "actors", "outlines"}
    page = client.get("/data").text
    assert "Nothing was imported" in page
    assert "CC BY 4.0" in page


def test_a_file_is_imported_and_listed_with_what_was_left_out(working_client, csrf, tmp_path):
    content = acled() + "SDN9,not a day,2024" + "," * 28 + "\n"
    job = done(working_client, send(working_client, csrf, content.encode(), known_on="2024-05-01"))
    assert job["facts"]["rows"] == "3 of 4 read, 1 rejected"
    found = working_client.get("/api/v1/data").json()
    (vintage,) = found["vintages"]
    assert (vintage["source"], vintage["read"], vintage["rejected"], vintage["known_on"], len(vintage["sha256"])) == (
        "acled",
        3,
        1,
        "2024-05-01",
        64,
    )
    assert (
        found["records"]["acled"]["span"] == "January 2024 to March 2024" or "2024" in found["records"]["acled"]["span"]
    )
    assert "stay on this machine" in found["records"]["acled"]["license"]
    rejects = working_client.get(f"/data/vintages/{vintage['id']}/rejects.csv")
    assert "not a day" in rejects.text
    left_out = working_client.get(f"/api/v1/data/vintages/{vintage['id']}/rejects").json()
    assert (left_out["rejected"], [one["rows"] for one in left_out["reasons"]]) == (1, [1])
    assert left_out["first"][0]["line"] == 5
    assert left_out["first"][0]["reason"] in working_client.get(f"/data/vintages/{vintage['id']}/rejects").text.replace(
        "&#34;", '"'
    )
    page = working_client.get("/data").text
    assert vintage["sha256"][:12] in page
    assert working_client.get("/api/v1/data", params={"as_of": "2024-04-01"}).json()["vintages"] == []
    assert not list((tmp_path / "web" / "uploads").iterdir())
    again = done(working_client, send(working_client, csrf, content.encode()))
    assert again["facts"]["found"] == "already here, nothing done"


def test_files_that_are_none_fail_in_a_sentence(working_client, csrf, tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", b"0" * 30_000_000)
    for name, content in (("a.zip", bomb.getvalue()), ("a.csv", b"\x00\x01\x02"), ("b.csv.gz", b"\x1f\x8bnothing")):
        job = done(working_client, send(working_client, csrf, content, name), "failed")
        assert job["error"]["found"]
        assert "error of its own" not in job["error"]["found"]
        assert str(tmp_path) not in str(job["error"])
        assert "Try again" not in working_client.get(f"/jobs/{job['id']}").text  # its file is gone
    assert working_client.get("/api/v1/data").json()["vintages"] == []
    assert not list((tmp_path / "web" / "uploads").iterdir())


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", {}, "must end with"),
        ("a.csv", {"known_on": "2999-01-01"}, "in the future"),
        ("a.csv", {"known_on": "x"}, "date must be written"),
        (".csv", {}, "must end with"),
    ],
)
def test_what_cannot_be_imported_is_refused_at_once(client, csrf, name, data, said):
    answer = send(client, csrf, b"x", name, **data)
    assert answer.status_code == 400
    assert said in answer.text
    assert client.get("/api/v1/jobs").json() == []


def test_a_file_name_leads_nowhere_else(client, csrf, tmp_path):
    answer = send(client, csrf, acled().encode(), "../../../evil/<img src=x>.csv")
    assert answer.status_code == 200
    (job,) = client.get("/api/v1/jobs").json()
    assert "/" not in job["parameters"]["name"]
    assert [path.name for path in tmp_path.rglob("*.csv")] == [job["parameters"]["name"]]
    assert client.post("/api/v1/jobs/import", json={"upload": "0" * 16, "name": "../x.csv"}).status_code in (400, 422)


def test_downloads_stay_within_what_is_listed(client):
    assert (
        client.get("/data/embedded/territory_losses.csv").content.startswith(b"actor")
        or client.get("/data/embedded/territory_losses.csv").status_code == 200
    )
    for path in (
        "/data/embedded/..%2f__init__.py", "/data/embedded/__init__.py", "/data/vintages/..%2f..%2fweb/rejects.csv", "/data/vintages/nothing/rejects.csv",
    ):  # fmt: skip
        assert client.get(path).status_code in (404, 422), path


def test_gaps_and_superseded_files_are_named(client, tmp_path):
    for k, months in enumerate(((1,), (4,))):
        path = tmp_path / f"acled{k}.csv"
        path.write_text(ACLED + "".join(acled(4).splitlines(keepends=True)[month] for month in months))
        Store(tmp_path).add(path, today=dt.date(2024, 6, 1))
    record = client.get("/api/v1/data").json()["records"]["acled"]
    assert record["gaps"] in (["2024-02 to 2024-03"], ["February 2024 to March 2024"])
    assert record["gaps"][0] in client.get("/data").text


def test_names_from_data_are_escaped(client, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(acled())
    vintage, _ = Store(tmp_path).add(path, today=dt.date(2024, 6, 1))
    place = tmp_path / "vintages" / vintage.id / "vintage.json"
    place.write_text(place.read_text().replace('"x.csv"', '"' + HOSTILE.replace('"', "'") + '"'))
    page = client.get("/data").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_a_pull_that_reaches_nobody_says_so_and_can_be_cancelled(client, csrf, monkeypatch):
    answer = client.post("/data/pull", data={"csrf": csrf(client, "/data")})
    assert answer.url.path.startswith("/jobs/")
    assert "Fetch UCDP" in answer.text
    cancelled = client.post(f"{answer.url.path}/cancel", data={"csrf": csrf(client, "/data")})
    assert "cancelled" in cancelled.text
    assert client.post("/data/pull").status_code == 403


def pull(client, csrf):
    return client.post("/data/pull", data={"csrf": csrf(client, "/data")})


def test_a_pull_fetches_what_is_new_and_keeps_what_came_when_the_rest_does_not(working_client, csrf, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    year = csv_text([day_row(y, f"{y}-06-15") for y in range(1989, 2025)])
    month = csv_text([day_row(9000, "2025-01-10")])
    with HostileServer() as server:
        monkeypatch.setenv("AFTERSHOCK_UCDP_URL", server.url)
        server.serve("", listing("GEDEvent_v25_1.csv", "candidateged/GEDEvent_v25_0_1.csv"))
        server.serve("GEDEvent_v25_1.csv", Answer(year.encode()))
        job = done(working_client, pull(working_client, csrf), "failed")  # the month is not there: 404
        assert "error of its own" not in job["error"]["found"]
        assert [v["release"] for v in working_client.get("/api/v1/data").json()["vintages"]] == ["25.1"]
        server.serve("candidateged/GEDEvent_v25_0_1.csv", Answer(month.encode()))
        again = working_client.post(f"/jobs/{job['id']}/again", data={"csrf": csrf(working_client, "/data")})
        assert done(working_client, again)["facts"] == {"new": "25.0.1"}
        assert done(working_client, pull(working_client, csrf))["facts"]["new"].startswith("nothing")
    record = working_client.get("/api/v1/data").json()["records"]["ucdp"]
    assert (record["span"], record["provisional_from"], record["gaps"]) == ("1989-01 to 2025-01", "2025-01", [])


def test_a_pull_that_hangs_is_cancelled_and_leaves_the_store_whole(working_client, csrf, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with HostileServer() as server:
        monkeypatch.setenv("AFTERSHOCK_UCDP_URL", server.url)
        server.serve("", listing("GEDEvent_v25_1.csv"))
        server.serve("GEDEvent_v25_1.csv", Answer(csv_text([day_row(1, "2024-06-15")] * 99).encode(), stall=2000))
        answer = pull(working_client, csrf)
        path = f"/api/v1{answer.url.path}"
        wait_for(lambda: "25.1" in working_client.get(path).json()["text"])
        working_client.post(f"{answer.url.path}/cancel", data={"csrf": csrf(working_client, "/data")})
    assert working_client.get(path).json()["state"] == "cancelled"
    assert working_client.get("/api/v1/data").json()["vintages"] == []
    done(working_client, send(working_client, csrf, acled().encode()))  # the worker goes on


def test_a_pull_from_a_mirror_that_is_not_there_fails_in_a_sentence(working_client, csrf, monkeypatch):
    monkeypatch.setenv("AFTERSHOCK_UCDP_URL", "http://127.0.0.1:9/")
    job = done(working_client, pull(working_client, csrf), "failed")
    assert job["error"]["must"]
    assert "error of its own" not in job["error"]["found"]


def test_files_sent_for_cancelled_jobs_are_removed_with_the_next(client, csrf, tmp_path):
    uploads = tmp_path / "web" / "uploads"
    for name in ("waits.csv", "cancelled.csv"):
        send(client, csrf, acled().encode(), name)
    client.post(f"/api/v1/jobs/{client.get('/api/v1/jobs').json()[0]['id']}/cancel")
    for path in uploads.iterdir():
        os.utime(path, (0, 0))
    send(client, csrf, acled().encode(), "next.csv")
    assert {path.name for path in uploads.glob("*/*")} == {"waits.csv", "next.csv"}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_fits_and_axe_finds_nothing(server, visit, width, scheme):
    page = visit(f"{server}/data", width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
