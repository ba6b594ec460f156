"""Jobs give the same results wherever they run, survive their workers, and are not computed twice."""

import os
import platform
import re
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from distributed import KilledWorker

from aftershock import Runner, backtest, backtests, forecast, open_runner, run_jobs
from aftershock.errors import ClusterError, DataError, StoreError, UsageError
from aftershock.grid import write_grid
from aftershock.grid.cells import land_of
from aftershock.jobs import cluster, keys
from aftershock.jobs.parts import JSON, Parts, pack_arrays, unpack_arrays
from aftershock.panel import CellCounts
from cluster_jobs import add, calls, die_once, refuse

NUMBERS = np.arange(10) / 7
SUMS = [{"sum": float(NUMBERS.sum() + k / 3)} for k in range(8)]
WINDOWS, MODELS = (2018, 2019), ("pool", "conflictology")


def run_all(*args, **options):
    return list(run_jobs(*args, **options))


def jobs(folder):
    return [(str(folder), k) for k in range(8)]


def same(a, b):
    """Whether two backtests hold the same scores to the bit."""
    assert a.scores.keys() == b.scores.keys()
    for key, scores in a.scores.items():
        other = b.scores[key]
        assert (scores.model, scores.target, scores.unscored) == (other.model, other.target, other.unscored)
        assert list(scores.values) == list(other.values)
        pairs = [(scores.values[name], other.values[name]) for name in scores.values]
        pairs += [(getattr(scores, name), getattr(other, name)) for name in ("units", "months", "outcome")]
        assert all(x.dtype == y.dtype and x.tobytes() == y.tobytes() for x, y in pairs)
    return True


@pytest.fixture(scope="module")
def local():
    """Two worker processes on this machine."""
    with open_runner("local:2") as runner:
        yield runner


@pytest.fixture(scope="module")
def here(world):
    return backtest(world, windows=WINDOWS, models=MODELS, draws=100)


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_an_executor_gives_the_same_scores(world, here, kind):
    with kind(2) as executor:
        assert same(here, backtest(world, windows=WINDOWS, models=MODELS, draws=100, executor=executor))


def test_dask_gives_the_same_scores_and_so_do_kept_parts(world, here, local, tmp_path):
    runner = replace(local, parts=tmp_path)
    assert same(here, backtest(world, windows=WINDOWS, models=MODELS, draws=100, executor=runner))
    said = []
    with open_runner(parts=tmp_path) as runner:
        again = backtest(
            world, windows=WINDOWS, models=MODELS, draws=100, executor=runner, progress=lambda *a: said.append(a)
        )
    assert same(here, again)
    assert said[-1] == ("track record: conflictology 2019 (kept)", 4, 4)
    assert all("(kept)" in text for text, *_ in said)


def test_the_grid_is_the_same_on_dask(world, local, tmp_path):
    made = forecast(world, model="conflictology", countries=["Syria", "Iraq"], horizons=[1, 2], draws=30)
    cells = np.concatenate([land_of(220)[:20], land_of(245)[:20]])
    columns = (
        np.repeat([220, 245], 20),
        cells,
        np.tile(world.last_month - np.arange(20), 2),
        np.ones(40),
        np.full(40, 5),
    )
    counts = CellCounts(*(np.asarray(column, np.int64) for column in columns))
    whole = []
    for name, workers, parts in (("a", None, None), ("b", local.workers, "parts"), ("c", None, "parts")):
        (tmp_path / name).mkdir()
        runner = Runner(workers, tmp_path / parts if parts else None)
        write_grid(tmp_path / name, made, counts, target="sb", layout="sparse", executor=runner)
        whole.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    assert whole[0] == whole[1] == whole[2]
    assert len(list((tmp_path / "parts").iterdir())) == 2


def test_a_killed_worker_costs_its_job_alone(local, tmp_path):
    assert run_all(die_once, jobs(tmp_path), shared=(NUMBERS,), executor=local) == SUMS
    assert calls(tmp_path) == {k: 2 if k == 3 else 1 for k in range(8)}


def test_shared_arguments_that_were_lost_are_sent_anew(local, tmp_path, monkeypatch):
    crew = local.workers.crew(add, (NUMBERS,))
    crew.client.cancel([crew.held])  # what Dask does once every worker that held them is dead
    for k, job in enumerate(jobs(tmp_path)[:3]):
        crew.begin(k, job)
    assert dict(crew.finished() for _ in range(3)) == dict(enumerate(SUMS[:3]))
    monkeypatch.setattr(cluster, "TRIES", 1)
    crew.client.cancel([crew.held])
    crew.begin(3, jobs(tmp_path)[3])
    with pytest.raises(ClusterError, match="a job must not end its worker.*Most often memory ran out"):
        crew.finished()
    given_up = cluster._said(KilledWorker("job", SimpleNamespace(address="tcp://127.0.0.1:9"), 3))
    assert "found one during which 4 workers died, the last at tcp://127.0.0.1:9." in str(given_up)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    def stop(_text, done, _total):
        if done == 3:
            raise KeyboardInterrupt

    with open_runner(parts=tmp_path / "parts") as runner:
        with pytest.raises(KeyboardInterrupt):
            run_all(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner, progress=stop)
        assert calls(tmp_path) == dict.fromkeys(range(3), 1)
        assert run_all(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner) == SUMS
    assert calls(tmp_path) == dict.fromkeys(range(8), 1)


def test_no_more_jobs_are_begun_than_asked_for(local, tmp_path):
    for workers, folder in ((None, tmp_path / "here"), (local.workers, tmp_path / "dask")):
        folder.mkdir()
        results = run_jobs(add, jobs(folder), shared=(NUMBERS,), executor=Runner(workers), ahead=3)
        assert next(results) == SUMS[0]
        assert set(calls(folder)) <= {0, 1, 2}
        assert list(results) == SUMS[1:]


def test_a_failed_job_leaves_the_others_parts(tmp_path):
    with open_runner(parts=tmp_path / "parts") as runner:
        for _ in range(2):
            with pytest.raises(FileNotFoundError):
                run_all(add, [*jobs(tmp_path)[:2], (str(tmp_path / "none"), 2)], shared=(NUMBERS,), executor=runner)
    assert calls(tmp_path) == {0: 1, 1: 1}


DAMAGES = {
    "cut short": lambda content, _: content[:-3],
    "empty": lambda *_: b"",
    "one bit": lambda content, _: content[:-1] + bytes([content[-1] ^ 1]),
    "another part's": lambda _, other: other,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_is_computed_again(tmp_path, damage):
    with open_runner(parts=tmp_path / "parts") as runner:
        run_all(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner)
        path, other = sorted((tmp_path / "parts").glob("*.part"))[:2]
        path.write_bytes(DAMAGES[damage](path.read_bytes(), other.read_bytes()))
        assert run_all(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner) == SUMS
        assert run_all(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner) == SUMS
    assert sorted(calls(tmp_path).values()) == [1] * 7 + [2]


def test_a_part_belongs_to_its_inputs_and_its_code(world, tmp_path, monkeypatch):
    def key(function=add, shared=(NUMBERS,), job=("folder", 1)):
        return Parts(tmp_path, JSON, function, shared).path(job).name

    first = key()
    assert key() == first
    deaths = world.deaths.copy()
    deaths[0, 0, 0] += 1
    others = [
        key(function=refuse),
        key(shared=(NUMBERS + 1e-16 * np.arange(10),)),
        key(shared=(NUMBERS.astype(np.float32),)),
        key(job=("folder", 2)),
        key(job=("folder", "1")),
        key(job=("folde", "r1")),
        key(shared=(world,)),
        key(shared=(replace(world, deaths=deaths),)),
    ]
    monkeypatch.setattr("aftershock.jobs.parts.code_of", lambda _module: "other code")
    others.append(key())
    assert len({first, *others}) == len(others) + 1


def test_a_changed_file_is_changed_code(tmp_path, monkeypatch):
    (tmp_path / "own_model.py").write_text("A = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    import own_model  # noqa: F401  # named below

    first = keys.code_of.__wrapped__("own_model")
    (tmp_path / "own_model.py").write_text("A = 2\n", encoding="utf-8")
    assert keys.code_of.__wrapped__("own_model") != first
    monkeypatch.delattr(sys.modules["own_model"], "__file__")
    with pytest.raises(UsageError, match="finished parts are kept for code that stands in a file"):
        keys.code_of.__wrapped__("own_model")
    with pytest.raises(UsageError, match="found one that depends on a set"):
        keys.digest({1, 2})


def test_a_processor_without_further_instructions_has_a_fingerprint(monkeypatch):
    """NumPy leaves out an empty list, as on an old processor or where NPY_DISABLE_CPU_FEATURES levels all down."""
    for config in ({"SIMD Extensions": {"baseline": ["X86_V2"]}}, {}):
        monkeypatch.setattr(np, "show_config", lambda mode, config=config: config)
        assert keys.fingerprint.__wrapped__()["processor"] == platform.machine()


def test_arrays_come_back_to_the_bit(here):
    arrays = {
        "values/x": np.array([0.1, np.nan, -0.0]),
        "y": np.array([[2**40]]),
        "z": np.array("pool"),
        "e": np.empty(0),
    }
    back = unpack_arrays(pack_arrays(arrays))
    assert list(back) == list(arrays)
    assert all(back[k].dtype == arrays[k].dtype and back[k].tobytes() == arrays[k].tobytes() for k in arrays)
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        pack_arrays({"x": np.array([{}])})
    twice = replace(here, scores={key: backtests._unpack(backtests._pack(s)) for key, s in here.scores.items()})
    assert same(here, twice)


def test_a_folder_of_parts_must_be_usable(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        open_runner(parts=tmp_path / "file") as runner,
        pytest.raises(StoreError, match="the folder of finished parts must be usable"),
    ):
        run_all(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner)


@pytest.mark.parametrize("where", ["processes", "dask"])
def test_a_jobs_own_error_arrives_as_it_was_raised(local, where):
    with ProcessPoolExecutor(1) as processes, pytest.raises(DataError, match="numbers must be good; found 1") as caught:
        run_all(refuse, [(1,)], executor=local if where == "dask" else processes)
    assert str(caught.value).endswith("Mend it.\n  row 1\n  … and 6 more")


def test_other_versions_on_a_worker_are_refused(local, monkeypatch):
    monkeypatch.setattr(cluster, "fingerprint", lambda: keys.fingerprint() | {"numpy": "0.1"})
    found = f"found a worker with numpy {np.__version__} instead of 0.1"
    with pytest.raises(ClusterError, match=re.escape(found)):
        local.workers.check()
    with pytest.raises(ClusterError, match=re.escape(found)):  # a worker that came later
        run_all(add, [("nowhere", 1)], shared=(NUMBERS,), executor=local)


@pytest.mark.parametrize("address", ["loc", "local:0", "local:", "localhost", "tcp://127.0.0.1", "tcp://a:b", "8786"])
def test_an_address_must_be_one(address):
    with pytest.raises(UsageError, match="--dask must say where to run"), open_runner(address):
        pass


def test_no_scheduler_is_said_at_once():
    started = time.monotonic()
    message = "a Dask scheduler must answer; found none at tcp://127.0.0.1:1 "
    with pytest.raises(ClusterError, match=message), open_runner("tcp://127.0.0.1:1"):
        pass
    assert time.monotonic() - started < 5


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=re.escape('pip install "aftershock[dask]"')), open_runner("local"):
        pass


@pytest.fixture
def scheduler(monkeypatch):
    """The address and process of a scheduler that was started apart from us; no worker yet."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "ignore"}
    started = []

    def start(*args):
        command = [sys.executable, "-m", *args, "--no-dashboard"]
        started.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env))
        return started[-1]

    try:
        process = start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        address = next(m[0] for line in process.stderr if (m := re.search(r"tcp://127\.0\.0\.1:\d+", line)))
        yield address, process, lambda: start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny")
    finally:
        for process in started:
            process.kill()
            process.wait()
            process.stderr.close()


def test_a_scheduler_elsewhere_does_the_same(scheduler, tmp_path, monkeypatch):
    address, _, start_worker = scheduler
    monkeypatch.setattr(cluster, "WORKERS_S", 0.2)
    with pytest.raises(ClusterError, match="a Dask scheduler must have a worker"), open_runner(address):
        pass
    monkeypatch.setattr(cluster, "WORKERS_S", 60)
    start_worker()
    with open_runner(address) as runner:
        assert run_all(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner) == SUMS


@pytest.mark.parametrize("noticed", [False, True])
def test_a_scheduler_that_dies_is_an_error_of_ours(scheduler, tmp_path, monkeypatch, caplog, noticed):
    address, process, start_worker = scheduler
    monkeypatch.setattr(cluster, "CONNECT_S", 2)
    start_worker()
    with open_runner(address) as runner:
        results = run_jobs(add, jobs(tmp_path), shared=(NUMBERS,), executor=runner, ahead=2)
        assert next(results) == SUMS[0]
        process.kill()
        while noticed and runner.workers.client.status != "closed":  # Dask has given up before the next job is begun
            time.sleep(0.1)
        with pytest.raises(ClusterError, match="the Dask cluster must last until the jobs are done"):
            list(results)
    assert not [record for record in caplog.records if record.name.startswith(("distributed", "tornado"))]


def test_an_answer_that_was_lost_is_not_waited_for():
    crew = cluster.DaskCrew.__new__(cluster.DaskCrew)
    crew.client, crew.done = SimpleNamespace(status="closed"), SimpleNamespace(has_ready=lambda: False)
    with pytest.raises(ClusterError, match="found its scheduler is gone"):
        crew.finished()


def test_the_command_says_the_same_with_parts(run, tmp_path):
    args = ("backtest", "--windows", "2021", "--models", "conflictology", "--draws", "20", "--json")
    texts = [run(*args, *more)[1] for more in ((), *[("--parts", tmp_path / "parts")] * 2)]
    assert texts[0] == texts[1] == texts[2]
    assert len(list((tmp_path / "parts").iterdir())) == 1
    code, _, err = run(*args, "--dask", "tcp://127.0.0.1:1")
    assert (code, "Traceback" in err) == (6, False)
