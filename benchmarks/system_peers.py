"""One task of one peer of ``bench_system.py``, run by the peers' own Python: ``system_peers.py TASK PEER IN.npz OUT.npz``.

IN holds the process (``base`` (s,), ``weights`` (s, s), target first, ``scale`` in days), ``horizon`` in days, and for fits and
judgements ``times`` and ``streams``. OUT gets the seconds of every run, and what was made. Imports are not counted, nor is a first
run on a small case, in which compilers do their work.
"""

import contextlib
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def make_tick(given: dict[str, Any], horizon: float) -> int:
    """Simulate with tick (thinning), one path."""
    from tick.hawkes import SimuHawkesExpKernels

    simulation = SimuHawkesExpKernels(
        given["weights"], 1 / given["scale"], baseline=given["base"], end_time=horizon, seed=1, verbose=False,
        max_jumps=2**31 - 1,
    )  # fmt: skip
    simulation.simulate()
    return int(simulation.n_total_jumps)


def make_hawkes_rs(given: dict[str, Any], horizon: float) -> int:
    """Simulate with hawkes-rs (thinning, Rust), one path."""
    from hawkes import multivariate

    process = multivariate.Parameters(given["base"], given["weights"], 1 / given["scale"])
    return sum(len(times) for times in multivariate.simulate(process, horizon=horizon, seed=1))


def make_hawkes_engine(given: dict[str, Any], horizon: float, method: str = "cluster") -> int:
    """Simulate with hawkes-engine (C++), one path."""
    import hawkes_engine

    decay = np.full(given["weights"].shape, 1 / given["scale"])
    return len(
        hawkes_engine.simulate(given["base"], given["weights"] * decay, decay, horizon, seed=1, method=method)[0]
    )


def make_hawkesbook(given: dict[str, Any], horizon: float) -> int:
    """Simulate with hawkesbook (numba, one stream only), one path."""
    from hawkesbook import exp_simulate_by_thinning

    decay = 1 / given["scale"]
    return len(exp_simulate_by_thinning((given["base"][0], given["weights"][0, 0] * decay, decay), horizon))


def lists(given: dict[str, Any]) -> list[np.ndarray]:
    """Return the times of every stream."""
    return [given["times"][given["streams"] == stream] for stream in range(len(given["base"]))]


def fit_tick(given: dict[str, Any], **options: Any) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit with tick at the true decay, as it must be given, its penalty almost off and else as it comes."""
    from tick.hawkes import HawkesExpKern

    learner = HawkesExpKern(float(1 / given["scale"]), penalty="l2", C=1e6, **options)
    learner.fit(lists(given))
    return learner.baseline, learner.adjacency, float(given["scale"])


def fit_adm4(given: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit with tick's ADM4 (likelihood, sparse and low rank), its penalty almost off."""
    from tick.hawkes import HawkesADM4

    learner = HawkesADM4(float(1 / given["scale"]), C=1e6)
    learner.fit(lists(given))
    return learner.baseline, learner.adjacency, float(given["scale"])


def fit_hawkes_rs(given: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit with hawkes-rs: likelihood, the decay too."""
    from hawkes import multivariate

    process = multivariate.fit(lists(given), horizon=float(given["horizon"])).parameters
    return process.baseline, process.excitation, 1 / process.decay


def fit_hawkes_engine(given: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, float]:
    """Fit with hawkes-engine: likelihood at the true decays, without standard errors."""
    import hawkes_engine

    decay = np.full(given["weights"].shape, 1 / given["scale"])
    made = hawkes_engine.fit(
        given["times"],
        given["streams"],
        beta=decay,
        T=float(given["horizon"]),
        M=len(given["base"]),
        seed=1,
        se_method=None,
    )
    return made.mu, made.alpha / decay, float(given["scale"])


MAKERS: dict[str, Callable[..., int]] = {
    "tick": make_tick,
    "hawkes-rs": make_hawkes_rs,
    "hawkes-engine": make_hawkes_engine,
    "hawkesbook": make_hawkesbook,
}
SVRG_STEPS = {3: 1e-3, 4: 3e-3, 5: 1e-3, 6: 1e-4}
FITTERS: dict[str, Callable[..., Any]] = {
    "tick least squares": fit_tick,
    # Steps of 1e-1 to 1e-8 and seeds were tried at every size: with most it fails, or stays where it began.
    "tick likelihood, SVRG": lambda given: fit_tick(
        given, gofit="likelihood", solver="svrg", step=SVRG_STEPS[round(np.log10(len(given["times"])))], random_state=3
    ),
    "tick ADM4": fit_adm4,
    "hawkes-rs": fit_hawkes_rs,
    "hawkes-engine": fit_hawkes_engine,
}


def judge(given: dict[str, Any]) -> float:
    """Return the log-likelihood of times at given parameters, by hawkes-rs for all."""
    from hawkes import multivariate

    floor = 1e-10  # hawkes-rs wants a positive baseline and no negative weight
    process = multivariate.Parameters(
        np.maximum(given["base"], floor), np.maximum(given["weights"], 0.0), float(1 / given["scale"])
    )
    return -multivariate.negative_log_likelihood(process, lists(given), horizon=float(given["horizon"]))


def repeat(work: Callable[[], Any], budget: float = 5.0) -> tuple[list[float], Any]:
    """Run up to five times within a budget of seconds; return every time and what the last run made."""
    taken: list[float] = []
    while len(taken) < 5 and sum(taken) < budget:
        start = time.perf_counter()
        made = work()
        taken.append(time.perf_counter() - start)
    return taken, made


def main() -> None:
    """Do what the command line says."""
    task, peer, source, target = sys.argv[1:]
    given = {name: value if value.ndim else value.item() for name, value in np.load(source).items()}
    if task == "simulate":
        MAKERS[peer](given, min(100.0, given["horizon"]))
        taken, events = repeat(lambda: MAKERS[peer](given, given["horizon"]))
        np.savez(target, seconds=taken, events=events)
    elif task == "fit":
        few = {**given, "horizon": 1.0 + given["times"][2000]}
        with contextlib.suppress(ValueError):  # a fit that fails on so few may work on more
            FITTERS[peer]({**few, "times": given["times"][:2000], "streams": given["streams"][:2000]})
        taken, (base, weights, scale) = repeat(lambda: FITTERS[peer](given))
        np.savez(target, seconds=taken, base=base, weights=weights, scale=scale)
    elif task == "judge":
        np.savez(target, value=judge(given))
    else:
        import hawkes_engine

        decay = np.full(given["weights"].shape, 1 / given["scale"])
        times, streams = hawkes_engine.simulate(
            given["base"], given["weights"] * decay, decay, given["horizon"], seed=1, method="cluster"
        )
        np.savez(target, times=times, streams=streams)


if __name__ == "__main__":
    main()
