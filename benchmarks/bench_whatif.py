"""Time and memory of what-ifs: pairs of futures against streams, days and draws, three sizes each.

    python benchmarks/bench_whatif.py [--runs 2]

Systems of known parameters, every stream fed by itself and up to eleven others. The target: 1,000 pairs × 365 days × 50 streams in
under ten seconds on two cores. Beside it in the same run, pair by pair: the same futures run forward twice without common random
numbers or any change, by the simulator alone, so that what pairing and the scenario cost is seen.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from aftershock.contract import Provenance, Stream, Streams
from aftershock.scenarios import Scenario
from aftershock.scenarios.changes import plan_course
from aftershock.scenarios.pairs import Ensemble, run_course
from aftershock.scenarios.scenario import Written
from aftershock.system.fit import StreamPosterior, System
from aftershock.system.memory import Memory
from aftershock.system.opening import Opening
from aftershock.system.phase import LEVELS
from aftershock.system.severity import Severity
from aftershock.system.simulate import Assumptions, simulate_system
from common import peak_gib, read_arguments, write_result

SCALES = (1.0, 7.0, 30.0, 120.0)
SIZES = [
    (10, 365, 1000),
    (50, 365, 1000),
    (200, 365, 1000),
    (50, 90, 1000),
    (50, 1095, 1000),
    (50, 365, 250),
    (50, 365, 2000),
]


def make(streams: int) -> tuple[System, Opening]:
    """Return a system in which each stream has half an event a day, and its opening."""
    rng = np.random.default_rng(3)
    counts = rng.poisson(0.5, (1, 400, streams)).astype(np.int32)
    civilians = rng.binomial(counts, 0.3).astype(np.int32)
    record = Streams(
        streams=tuple(Stream(f"stream {s}", (f"actor {s}", "state"), ("sb",), (652,)) for s in range(streams)),
        first_day=np.datetime64("2016-01-01"), counts=counts, deaths=2 * counts, civilians=civilians,
        losses=np.zeros((*counts.shape, 2), np.int32), size=(counts * np.log(3)).astype(np.float32),
        harm=(civilians * np.log(2)).astype(np.float32), present=np.ones(counts.shape[1:], bool), kin=(), left_out={},
        ranged=0, provenance=Provenance("simulated", "", ""),
    )  # fmt: skip
    draws = 200
    targets = []
    for s in range(streams):
        sources = np.sort(np.r_[s, rng.choice(np.delete(np.arange(streams), s), min(11, streams - 1), replace=False)])
        feeds = np.full((draws, len(sources), 2, 4), 0.001)
        feeds[:, sources == s] = 0.05
        targets.append(
            StreamPosterior(
                sources,
                30,
                np.full((draws, 1), 0.2),
                feeds,
                np.full(draws, 0.3),
                np.full(draws, 0.1),
                np.zeros(draws, int),
                1.0,
            )
        )
    memory = Memory.of(record, 0)
    system = System(record, tuple(targets), "constant", "linked", SCALES, memory.harm_unit, 1, "bench")
    row = np.array([0.1, np.log(2.0), 0.8, -1.0, 0.0, 0.0, 0.0, 1.0])
    severity = Severity(np.tile(row[None, :, None], (streams, 1, 1)), np.ones(streams))
    ones = np.ones((1, streams, len(LEVELS)))
    opening = Opening(
        memory.sums[-1][None], memory.harm_unit[None], np.full((streams, len(LEVELS)), 0.25), ones, ones, severity
    )
    return system, opening


def measure(size: tuple[int, int, int], runs: int) -> dict[str, float]:
    """Time one size, in a process of its own, so that its peak of memory is its own."""
    streams, days, draws = size
    system, opening = make(streams)
    changes = [
        {"kind": "leaves", "actor": "actor 0", "date": (system.streams.last_day + 20).item()},
        {"kind": "scale", "actor": "actor 1", "factor": [0.5, 1.0], "date": (system.streams.last_day + 20).item()},
    ]
    until = (system.streams.last_day + days).item()
    scenario = Scenario(name="bench", title="Bench", until=until, interventions=changes)
    bins = np.arange(days) // 30
    bound = Assumptions(total=10_000_000)
    took: list[float] = []
    plain: list[float] = []
    for run in range(runs + 1):  # the first does not count: it compiles
        start = time.perf_counter()
        planned = plan_course(Written(scenario), system, opening, draws=draws, seed=1)
        pairs = [
            run_course(Ensemble(system, opening, course, bins, draws, 1, bound)) for course in (None, planned.course)
        ]
        middle = time.perf_counter()
        peak = peak_gib()
        for seed in (1, 2):
            simulate_system(system, days=days, draws=draws, bins=bins, opening=opening, assumptions=bound, seed=seed)
        if run:
            took.append(middle - start)
            plain.append(time.perf_counter() - middle)
    events = float(sum(one.values[0].sum() for one in pairs))
    return {
        "streams": streams, "days": days, "pairs": draws, "seconds": round(float(np.median(took)), 2),
        "two_plain_runs_seconds": round(float(np.median(plain)), 2), "peak_gib": peak,
        "million_events_a_second": round(events / float(np.median(took)) / 1e6, 2),
    }  # fmt: skip


def main() -> None:
    """Time every size."""
    runs = int(read_arguments(__doc__, runs="2").runs)
    out = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for size in SIZES:
            out.append(pool.submit(measure, size, runs).result())
            print(out[-1], flush=True)
    write_result("whatif", {"sizes": out, "target": "50 streams × 365 days × 1,000 pairs under 10 s"})


if __name__ == "__main__":
    main()
