"""Jobs: queued, done in a process of their own, cancelled, limited, kept over a restart."""

import os
from dataclasses import replace
from sqlite3 import OperationalError

import pytest

from aftershock.web.errors import BusyError, ConflictError, MissingError
from aftershock.web.jobs import Queue
from aftershock.web.settings import Settings
from aftershock.web.work import KINDS as REAL
from aftershock.web.worker import Worker
from web_kinds import KINDS, Number
from web_server import serving, wait_for


@pytest.fixture
def queue(tmp_path):
    return Queue(Settings(data=tmp_path, max_waiting=3, kept_jobs=2))


@pytest.fixture
def working(queue):
    """Start a worker on the queue; it is stopped at the end."""
    started = []

    def start(kinds=KINDS):
        started.append(Worker(queue, kinds))
        started[-1].start()
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


def ended(queue, job):
    return wait_for(lambda: (found := queue.get(job.id)).ended and found)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as status:
        return status.read().split()[2] != "Z"


def test_a_job_is_done_in_a_folder_of_its_own(queue, working):
    job = queue.add(KINDS["count"], Number(number=5))
    assert (job.state, job.parameters) == ("waiting", {"number": 5})
    working()
    done = ended(queue, job)
    assert (done.state, done.facts, done.error) == ("done", {"counted": 5}, None)
    assert (queue.results(job.id) / "count.txt").read_text() == "5"


def test_errors_reach_the_page_and_unforeseen_ones_keep_their_words(queue, working, capfd):
    refused, crashed = queue.add(KINDS["refuse"], Number()), queue.add(KINDS["crash"], Number())
    vanished = queue.add(KINDS["vanish"], Number())
    working()
    assert ended(queue, refused).error == {
        "must": "a file must have rows",
        "found": "none",
        "fix": "Add some.",
        "rows": ["row 1"],
    }
    error = ended(queue, crashed).error
    assert error["found"] == "an error of its own"
    assert "an end with code 9" in ended(queue, vanished).error["found"]
    written = capfd.readouterr().err
    assert "RuntimeError" in written
    assert "a secret" not in written + str(error)


def test_a_running_job_is_cancelled_and_its_process_ends(queue, working):
    job = queue.add(KINDS["sleep"], Number())
    working()
    path = queue.results(job.id) / "pid.txt"
    pid = int(wait_for(lambda: path.exists() and path.read_text()))
    assert queue.get(job.id).share == 0.25
    assert queue.cancel(job.id).state == "cancelled"
    wait_for(lambda: not alive(pid))
    with pytest.raises(ConflictError, match="one that is cancelled"):
        queue.cancel(job.id)


def test_a_job_past_its_time_fails(queue, working):
    job = queue.add(KINDS["sleep"], Number())
    working({"sleep": replace(KINDS["sleep"], minutes=0.05)})
    assert "within 0.05 minutes" in ended(queue, job).error["must"]


def test_a_stopped_server_puts_its_job_back_and_the_next_one_starts_it_again(queue, working):
    job, behind = queue.add(KINDS["sleep"], Number()), queue.add(KINDS["count"], Number())
    first = working()
    path = queue.results(job.id) / "pid.txt"
    pid = int(wait_for(lambda: path.exists() and path.read_text()))
    first.stop()
    assert queue.get(job.id).state == "waiting"
    assert not alive(pid)
    assert queue.ahead(behind) == 1
    working()
    wait_for(lambda: queue.get(job.id).state == "running")
    assert queue.get(job.id).starts == 1  # an end in good order does not count


def test_a_killed_server_leaves_nothing_running_for_good(queue):
    job = queue.add(KINDS["sleep"], Number())
    for _ in range(3):
        assert queue.claim().id == job.id
        queue.recover()
    assert queue.get(job.id).state == "failed"
    assert queue.claim() is None


def test_only_so_many_jobs_wait_and_the_same_job_waits_once(queue):
    jobs = [queue.add(KINDS["count"], Number(number=k)) for k in range(3)]
    assert queue.add(KINDS["count"], Number(number=1)).id == jobs[1].id
    with pytest.raises(BusyError, match="at most 3 jobs may wait at a time; found 3"):
        queue.add(KINDS["count"], Number(number=9))


def test_old_jobs_go_with_their_results(queue, working):
    working()
    jobs = []
    for k in range(4):
        jobs.append(queue.add(KINDS["count"], Number(number=k)))
        ended(queue, jobs[-1])
    assert [job.id for job in queue.all()] == [job.id for job in jobs[:0:-1]]
    with pytest.raises(MissingError, match="a job must be known by its id"):
        queue.get(jobs[0].id)
    queue.remove(jobs[-1].id)
    assert not (queue.folder / "results" / jobs[-1].id).exists()


def test_pages_and_twins_say_the_same(client, csrf):
    answer = client.post("/jobs/new/forecast", data={"csrf": csrf(client), "months": "12", "draws": "200", "seed": "3"})
    assert answer.status_code == 200
    (job,) = client.get("/api/v1/jobs").json()
    assert job["parameters"] == {"months": 12, "draws": 200, "seed": 3, "track_record": False}
    assert job["id"] in answer.text
    cancelled = client.post(f"/jobs/{job['id']}/cancel", data={"csrf": csrf(client)})
    assert "cancelled" in cancelled.text
    assert client.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert client.post(f"/api/v1/jobs/{job['id']}/cancel").status_code == 409


def test_parameters_that_do_not_fit_are_named(client, csrf):
    answer = client.post("/jobs/new/forecast", data={"csrf": csrf(client), "months": "99", "draws": "200", "seed": "x"})
    assert answer.status_code == 400
    assert "months: Input should be less than or equal to 36" in answer.text
    assert client.post("/api/v1/jobs/forecast", json={"other": 1}).json()["rows"] == [
        "other: Extra inputs are not permitted"
    ]
    assert client.get("/jobs/new/nothing").status_code == 404


def test_the_list_says_what_each_job_is_about_and_a_cancelled_one_can_be_asked_for_again(client, csrf):
    asked = client.post("/api/v1/jobs/system", json={"countries": "Iraq, <b>Syria</b>"}).json()
    assert asked["about"] == "Iraq, <b>Syria</b>"
    assert "<bdi>Iraq, &lt;b&gt;Syria&lt;/b&gt;</bdi>" in client.get("/jobs").text
    page = client.get(f"/jobs/{asked['id']}").text
    assert "Draws from the posterior" in page
    assert "None" not in page
    client.post(f"/api/v1/jobs/{asked['id']}/cancel")
    again = client.post(f"/jobs/{asked['id']}/again", data={"csrf": csrf(client)})
    (newest, oldest) = client.get("/api/v1/jobs").json()
    assert (newest["state"], oldest["state"], newest["parameters"]) == ("waiting", "cancelled", oldest["parameters"])
    assert again.url.path == f"/jobs/{newest['id']}"


def test_a_flooded_queue_says_so_and_takes_more_once_there_is_room(client, csrf):
    for kind in ("forecast", "system"):
        for seed in range(20):
            client.post(f"/api/v1/jobs/{kind}", json={"seed": seed})
    assert len(client.get("/api/v1/jobs").json()) == 20
    mark = csrf(client)
    answer = client.post("/jobs/new/forecast", data={"csrf": mark, "months": "1", "draws": "100", "seed": "99"})
    assert (answer.status_code, "may wait at a time" in answer.text) == (429, True)
    assert client.post("/api/v1/jobs/pull", json={}).status_code == 429
    client.post(f"/api/v1/jobs/{client.get('/api/v1/jobs').json()[0]['id']}/cancel")
    assert client.post("/api/v1/jobs/pull", json={}).status_code == 202


def test_the_list_follows_its_jobs_in_a_browser(tmp_path, visit):
    queue = Queue(Settings(data=tmp_path))
    job = queue.add(REAL["forecast"], REAL["forecast"].parameters())
    queue.claim()
    with serving(tmp_path) as address:
        page = visit(f"{address}/jobs")
        queue.say(job.id, "drawing", 1, 4)
        page.get_by_text("drawing").wait_for()
        assert "25" in page.locator(".doing").inner_text()
        queue.finish(job.id, {})
        page.get_by_role("link", name="Open the result").wait_for()


def test_an_unwritable_disk_is_said_not_crashed(client, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "aftershock.web.jobs.sqlite3.connect", lambda *_, **__: (_ for _ in ()).throw(OperationalError("disk full"))
    )
    answer = client.post("/api/v1/jobs/pull", json={})
    assert answer.status_code == 503
    assert answer.json()["found"].endswith("disk full")
    assert client.get("/health", headers={"accept": "application/json"}).status_code == 503
