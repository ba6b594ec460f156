"""The actor system beside the libraries for self-exciting processes: simulating and fitting, three sizes each, in the same run.

    python -m pip install tick numpydoc six hawkes-rs hawkes-engine hawkesbook    # in an environment of its own
    python benchmarks/bench_system.py --python PEERS/bin/python [--limit SECONDS]

Ten streams, one time scale of five days, branching ratio 0.7. The peers simulate one path of event times; Aftershock simulates
futures of a year each, counted by day, from the memory of a stationary past. Fits see the same events. Peers run one at a time in
a process of their own (``system_peers.py``), which is ended after the limit; imports, files and compilation are not counted, the
fastest run is. The peers are given the true time scale, but for hawkes-rs, which has to find it.

In the same run: how many bytes a second this machine copies and how long its random numbers take, to say how near the simulation
comes to either limit.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from threadpoolctl import threadpool_limits

from aftershock.system import clusters
from aftershock.system.clusters import simulate_clusters
from aftershock.system.kernel import decaying_sums
from aftershock.system.structure import children_of, within_day
from aftershock.system.target import Problem, fit_target
from common import read_arguments, seconds, write_result

WORKER = Path(__file__).with_name("system_peers.py")
SIMULATED, FITTED = (100_000, 1_000_000, 10_000_000), (10_000, 100_000, 1_000_000)
DENSE, RECORD = (100_000, 1_000_000, 10_000_000), 13_000  # events on as many days as UCDP's record has
SCALE, DAYS, RATIO = 5.0, 365, 0.7
MAKERS = {10: ("tick", "hawkes-rs", "hawkes-engine"), 1: ("tick", "hawkes-rs", "hawkes-engine", "hawkesbook")}
FITTERS = ("tick least squares", "tick likelihood, SVRG", "tick ADM4", "hawkes-rs", "hawkes-engine")
VERSIONS = "import importlib.metadata as m; print(*(p + ' ' + m.version(p) for p in ('tick', 'hawkes-rs', 'hawkes-engine', 'hawkesbook')), sep=', ')"


class Process:
    """A self-exciting process in its stationary state."""

    def __init__(self, streams: int) -> None:
        weights = np.random.default_rng(1).gamma(1, 1, (streams, streams))
        self.weights = weights * RATIO / np.abs(np.linalg.eigvals(weights)).max()
        self.base = np.full(streams, 1.0 / streams)
        self.rates = np.linalg.solve(np.eye(streams) - self.weights, self.base)

    def given(self, events: int) -> dict[str, Any]:
        """Return what a peer is told."""
        return {
            "base": self.base,
            "weights": self.weights,
            "scale": SCALE,
            "horizon": events / self.rates.sum(),
        }

    def simulate(self, events: int, *, threads: int, same_day: bool = True) -> np.ndarray:
        """Simulate about as many events with Aftershock; return their counts."""
        clusters.config.NUMBA_NUM_THREADS = threads
        return simulate_clusters(
            self.weights[:, :, None],
            np.array([SCALE]),
            np.tile(self.base, (DAYS, 1)),
            state=self.rates[:, None] * SCALE,
            draws=max(1, round(events / DAYS / self.rates.sum())),
            rng=np.random.default_rng(1),
            cap=2**30,
            same_day=same_day,
        ).counts


def run_peer(
    python: str, task: str, peer: str, given: dict[str, Any], limit: float
) -> tuple[dict[str, Any] | None, str]:
    """Let a peer do a task in its own process; return what it made, or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.npz"), Path(folder, "out.npz")
        np.savez(source, **given)
        command = [python, "-W", "ignore", WORKER, task, peer, source, target]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return None, f"not within {limit:.0f} s"
        if done.returncode:
            return None, f"failed: {(done.stderr.strip().splitlines() or ['no word'])[-1][:150]}"
        made = np.load(target)
        return {name: made[name] for name in made.files}, ""


def million_a_second(way: Callable[[], np.ndarray]) -> float:
    """Return million events a second of the fastest run."""
    return round(int(way().sum(dtype=np.int64)) / min(seconds(way, runs=7)) / 1e6, 2)


def compare_simulation(python: str, limit: float) -> dict[str, Any]:
    """Simulate with Aftershock and every peer, at every size; million events a second."""
    table: dict[str, Any] = {}
    threads = len(os.sched_getaffinity(0))
    for streams, peers in MAKERS.items():
        process = Process(streams)
        for events in SIMULATED:
            row: dict[str, Any] = {}
            ways: dict[str, Callable[[], np.ndarray]] = {
                f"aftershock, {threads} threads": lambda: process.simulate(events, threads=threads),
                "aftershock, 1 thread": lambda: process.simulate(events, threads=1),
                "aftershock, whole days, 1 thread": lambda: process.simulate(events, threads=1, same_day=False),
            }
            for name, way in ways.items():
                row[name] = million_a_second(way)
            for peer in peers:
                made, why = run_peer(python, "simulate", peer, process.given(events), limit)
                row[peer] = round(float(made["events"] / made["seconds"].min()) / 1e6, 3) if made else why
            for name in list(ways)[:1]:  # once more, as a machine's moods last longer than a run
                row[name] = max(row[name], million_a_second(ways[name]))
            row["times tick"] = (
                round(row[next(iter(ways))] / row["tick"], 1) if isinstance(row["tick"], float) else None
            )
            print(streams, events, row, flush=True)
            table.setdefault(f"{streams} streams", {})[f"{events:.0e}"] = row
    return table


@njit(nogil=True, error_model="numpy")
def draw_words(blocks: int) -> np.uint64:
    """Fill a block with random words again and again."""
    out, total = np.empty(clusters.BLOCK, np.uint64), np.uint64(0)
    for block in range(blocks):
        clusters._fill_numbers(out, len(out), np.uint64(block))
        total ^= out[block % len(out)]
    return total


@njit(nogil=True, error_model="numpy")
def draw_exponentials(blocks: int) -> float:
    """Fill a block with exponential numbers again and again."""
    out, total = np.empty(clusters.BLOCK), 0.0
    for block in range(blocks):
        clusters._fill_exponentials(out, len(out), np.uint64(block))
        total += out[block % len(out)]
    return total


def find_limits() -> dict[str, Any]:
    """Measure the machine's limits, and one thread of the simulation against them, where counts are dense and where not."""
    big = np.ones(2**24)
    other = np.empty_like(big)
    copy = 2 * big.nbytes / min(seconds(lambda: np.copyto(other, big), runs=7)) / 1e9
    blocks = 40_000
    word = min(seconds(lambda: draw_words(blocks), runs=7)) / blocks / clusters.BLOCK * 1e9
    exponential = min(seconds(lambda: draw_exponentials(blocks), runs=7)) / blocks / clusters.BLOCK * 1e9
    clusters.config.NUMBA_NUM_THREADS = 1
    process = Process(10)
    # Every event: how many children; a child (of RATIO events, a few of them after the last day): which, and when.
    share = float((process.weights @ process.rates).sum() / process.rates.sum())
    floor = word * (1 + 2 * (1 - share) + share) + exponential * share
    out: dict[str, Any] = {
        "copy_gb_a_second": round(copy, 1),
        "random_word_ns": round(word, 3),
        "exponential_ns": round(exponential, 3),
        "random_numbers_of_an_event_ns": round(floor, 2),
    }
    for name, times in (("a year of draws", 1), ("100 times the rate", 100)):
        draws = max(1, 4000 // times)
        base, state = np.tile(process.base * times, (DAYS, 1)), process.rates[:, None] * SCALE * times

        def work() -> np.ndarray:
            return simulate_clusters(
                process.weights[:, :, None], np.array([SCALE]), base, state=state, draws=draws,
                rng=np.random.default_rng(1), cap=2**30,
            ).counts  # fmt: skip

        counts = work()
        events = int(counts.sum(dtype=np.int64))
        taken = min(seconds(work, runs=7))
        zeros = min(seconds(lambda: np.zeros(counts.shape, np.int32).fill(0), runs=7))
        out[name] = {
            "events": events,
            "cells_of_an_event": round(counts.size / events, 2),
            "ns_of_an_event": round(taken / events * 1e9, 2),
            "of_which_new_memory_ns": round(zeros / events * 1e9, 2),
            "share_of_arithmetic_limit": round(floor * events / taken / 1e9, 3),
            "share_of_bandwidth_limit": round(2 * counts.nbytes / copy / taken / 1e9, 3),
        }
    print(out, flush=True)
    return out


def fit_ours(counts: np.ndarray, runs: int = 3) -> dict[str, Any]:
    """Fit with Aftershock to daily counts (days, streams): full likelihood, same-day children and both dispersions included.

    Two threads, one stream each. Returns ``seconds`` of every run, ``base`` (streams,) per day, ``weights`` (streams, streams),
    target first, and ``scale`` in days.
    """
    scales, streams = np.array([SCALE]), counts.shape[1]
    made: dict[str, Any] = {"scale": SCALE}

    def work() -> None:
        past = decaying_sums(counts.astype(np.float64), scales)[:-1, :, 0]
        features = np.hstack([np.ones((len(past), 1)), past])

        def one(stream: int) -> np.ndarray:
            return fit_target(Problem(np.ascontiguousarray(counts[:, stream]), features, np.zeros(streams + 1))).weights

        with threadpool_limits(limits=1), ThreadPoolExecutor(2) as pool:
            fitted = np.array(list(pool.map(one, range(streams))))
        children = children_of(fitted[:, 1:, None], scales)
        made["weights"] = children[:, :, 0]
        made["base"] = np.linalg.solve(within_day(children, scales), fitted[:, 0])

    made["seconds"] = seconds(work, runs=runs)
    return made


def fit_dense() -> dict[str, Any]:
    """Fit ever more events on the same days, as many as UCDP's record has: the cost is that of days, not of events."""
    table: dict[str, Any] = {}
    process = Process(10)
    for events in DENSE:
        times = events / RECORD / process.rates.sum()
        counts = simulate_clusters(
            process.weights[:, :, None], np.array([SCALE]), np.tile(process.base * times, (RECORD, 1)), draws=1,
            rng=np.random.default_rng(1), cap=2**30,
        ).counts[0].astype(np.int64)  # fmt: skip
        fitted = fit_ours(counts)
        table[f"{events:.0e}"] = {
            "events": int(counts.sum()),
            "seconds": round(min(fitted["seconds"]), 4),
            "mean_error_of_weights": round(float(np.abs(fitted["weights"] - process.weights).mean()), 5),
            "branching_ratio": round(float(np.abs(np.linalg.eigvals(fitted["weights"])).max()), 4),
        }
        print(f"{RECORD} days", table[f"{events:.0e}"], flush=True)
    return table


def compare_fits(python: str, limit: float) -> dict[str, Any]:
    """Fit the same events with every library; seconds, and the log-likelihood an event lacks against the best."""
    table: dict[str, Any] = {}
    process = Process(10)
    for events in FITTED:
        given = process.given(events)
        made, why = run_peer(python, "make", "hawkes-engine", given, limit)
        if made is None:
            raise RuntimeError(why)
        given |= made
        days = int(np.ceil(given["horizon"]))
        counts = np.zeros((days, 10), np.int64)
        np.add.at(counts, (given["times"].astype(int), given["streams"].astype(int)), 1)
        rows: dict[str, Any] = {}
        for name in ("aftershock", *FITTERS):
            fitted, why = (
                (fit_ours(counts), "") if name == "aftershock" else run_peer(python, "fit", name, given, limit)
            )
            rows[name] = why
            if fitted is None:
                print(events, name, why, flush=True)
                continue
            judged, why = run_peer(
                python, "judge", "", given | {key: fitted[key] for key in ("base", "weights", "scale")}, limit
            )
            rows[name] = {
                "seconds": round(float(np.min(fitted["seconds"])), 4),
                "log_likelihood": float(judged["value"]) if judged else why,
                "mean_error_of_weights": round(float(np.abs(fitted["weights"] - process.weights).mean()), 5),
                "branching_ratio": round(float(np.abs(np.linalg.eigvals(fitted["weights"])).max()), 4),
            }
            print(events, name, rows[name], flush=True)
        judged, _ = run_peer(python, "judge", "", given, limit)
        known = [
            row["log_likelihood"]
            for row in rows.values()
            if isinstance(row, dict) and isinstance(row["log_likelihood"], float)
        ]
        for row in rows.values():
            if isinstance(row, dict) and isinstance(row["log_likelihood"], float):
                row["gap_to_best"] = round(max(known) - row["log_likelihood"], 3)
        truth = float(judged["value"]) if judged else None
        table[f"{events:.0e}"] = {"events": len(given["times"]), "log_likelihood_of_the_truth": truth, "fits": rows}
    return table


def main(python: str, limit: float) -> None:
    """Measure all."""
    start = time.perf_counter()
    versions = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=True).stdout.strip()
    limits = find_limits()
    simulation = compare_simulation(python, limit)
    fits = compare_fits(python, limit)
    write_result(
        "system",
        {
            "peers": versions,
            "process": f"one time scale of {SCALE} days, branching ratio {RATIO}, stationary",
            "simulation_million_events_a_second": simulation,
            "limits_one_thread": limits,
            "fits": fits,
            f"fits_on_{RECORD}_days": fit_dense(),
            "minutes": round((time.perf_counter() - start) / 60, 1),
        },
    )


if __name__ == "__main__":
    arguments = read_arguments(__doc__, python=".system-peers/bin/python", limit="60")
    main(str(Path(arguments.python).absolute()), float(arguments.limit))
