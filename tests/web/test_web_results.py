"""Which forecast pages read: the newest made, the shipped one else; answers kept hold no longer than that."""

import json

import pytest

from aftershock.web import results
from aftershock.web.work import KINDS


@pytest.fixture
def finish(client, monkeypatch):
    """Put a finished forecast into the data directory, the shipped one under another date, and return its job's id."""
    monkeypatch.setattr(results, "FRESH_S", 0.0)
    queue, kind = client.app.state.queue, KINDS["forecast"]

    def make(day, **parameters):
        job = queue.add(kind, kind.parameters(**parameters))
        assert queue.claim().id == job.id
        folder = queue.results(job.id)
        folder.mkdir(parents=True)
        shipped = results.Edition(results.SHIPPED)
        for name in ("payload", "risks", "reasons", "actors"):
            (folder / f"{name}.json").write_bytes(shipped.content(f"{name}.json"))
        (folder / "about.json").write_text(json.dumps(shipped.about | {"made_on": day}))
        queue.finish(job.id, {})
        return job.id

    return make


def made_on(client, **query):
    return client.get("/api/v1/world", params=query).json()["about"]["made_on"]


def test_the_newest_forecast_is_shown_and_older_ones_by_their_job(client, finish):
    before = made_on(client)
    first = finish("2031-01-01", seed=1)
    assert made_on(client) == "2031-01-01"
    second = finish("2031-02-01", seed=2)
    assert made_on(client) == "2031-02-01"
    assert [made_on(client, forecast=name) for name in (first, second, "shipped")] == [
        "2031-01-01",
        "2031-02-01",
        before,
    ]
    client.app.state.queue.remove(second)
    assert made_on(client) == "2031-01-01"
    assert "2031-01-01" in client.get("/world").text


def test_more_editions_than_are_kept_stay_what_they_are(client, finish):
    names = [finish(f"2031-0{k}-01", seed=k) for k in range(1, 6)]
    for _ in range(2):
        for k, name in enumerate(names, start=1):
            assert made_on(client, forecast=name) == f"2031-0{k}-01"
        assert made_on(client, forecast="shipped").startswith("20")
    assert len(client.app.state.shelf._editions) <= results.KEPT


def test_a_forecast_without_a_track_record_shows_the_shipped_one_and_says_so(client, finish):
    assert "without a track record" not in client.get("/track-record").text
    finish("2031-01-01")
    assert "The newest forecast was made without a track record" in client.get("/track-record").text


def test_a_job_that_is_no_finished_forecast_is_none(client):
    queue, kind = client.app.state.queue, KINDS["forecast"]
    job = queue.add(kind, kind.parameters())
    assert client.get(f"/world?forecast={job.id}").status_code == 404
    assert client.get("/world?forecast=../../etc").status_code == 404


def test_imported_data_makes_a_forecast_old(client, finish):
    finish("2031-01-01")
    assert "has changed since" not in client.get("/world").text
    folder = client.app.state.settings.data / "vintages" / "one"
    folder.mkdir(parents=True)
    vintage = {
        "id": "one", "source": "ucdp", "release": "25.1", "kind": "annual", "first_month": 109, "last_month": 540,
        "known_on": "2025-06-01", "added_on": "2025-06-01", "file_name": "f", "sha256": "0", "rows": 1, "read": 1, "rejected": 0,
    }  # fmt: skip
    (folder / "vintage.json").write_text(json.dumps(vintage))
    assert "has changed since" in client.get("/world").text
