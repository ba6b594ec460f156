"""Does it help to foretell the next day, if weights between streams may be negative? Part of ``proof_system.py``."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import logsumexp
from threadpoolctl import threadpool_limits

from aftershock.contract import Streams
from aftershock.streams import build_streams
from aftershock.system.fit import BACKGROUND, first_fitted, softness, stream_problem
from aftershock.system.kernel import DEPTH, FLOOR, log_probabilities, softplus
from aftershock.system.memory import Memory, closeness, sources_of
from aftershock.system.scoring import SystemScores
from aftershock.system.target import Problem, draw_posterior, fit_target
from aftershock.system.workflow import load_events

Array = np.ndarray[Any, Any]
SHARE, DRAWS = 0.7, 200


def score_ahead(path: Path) -> dict[str, Any]:
    """Score a country's last 30 % of days, each from the days before it, under parameters learnt on the first 70 %.

    Three ways: the mean is the weighted sum and no weight is negative; a soft-plus between the two; the soft-plus, and weights
    between streams that may be negative. A posterior's draws are mixed; no levels, the background keeps its last value.
    """
    events = load_events([path])
    start = np.asarray(events.table["date_start"].to_numpy().min(), "M8[D]")
    last = np.asarray(events.table["date_end"].to_numpy().max(), "M8[D]")
    split = start + int((last - start).astype(int) * SHARE)
    streams = build_streams(events, chosen_until=str(split))
    with threadpool_limits(limits=1):
        made = [score_stream(streams, s, len(streams.until(str(split)).days)) for s in range(len(streams.names))]
    values = {name: np.stack([one[0][name] for one in made], axis=1) for name in made[0][0]}
    days = len(values["identity"])
    scores = SystemScores(
        streams.names,
        streams.days[-days],
        streams.last_day,
        values,
        streams.counts[0, -days:].sum(axis=0).astype(float),
    )
    return {
        "streams": len(streams.names), "days": days, "events": int(scores.events.sum()),
        "links": sum(one[1] for one in made), "links_surely_negative": sum(one[2] for one in made),
        **{name: round(scores.per_day(name), 4) for name in values},
        "gain_of_inhibition": [round(x, 4) for x in scores.gain("inhibition", "identity")],
        "gain_over_the_soft_plus_alone": [round(x, 4) for x in scores.gain("inhibition", "soft_plus")],
    }  # fmt: skip


def score_stream(streams: Streams, s: int, split: int) -> tuple[dict[str, Array], int, int]:
    """Return a stream's log probabilities, shape (days held out,), and how many links into it were asked, and are negative."""
    memory, near = Memory.of(streams, 0, learnt=split), closeness(streams)
    sources = sources_of(near, memory.counts[:split].sum(axis=0).astype(float), "linked")[s]
    begin = first_fitted(streams, s, split)
    days, own = slice(begin, split), near[s]
    soft = softness(streams.until(str(streams.days[split - 1])), s, begin)
    plain = stream_problem(memory, s, sources, own, days=days, background=BACKGROUND)
    signed = stream_problem(memory, s, sources, own, days=days, background=BACKGROUND, soft=soft)
    ways: dict[str, Problem] = {"identity": plain, "soft_plus": replace(signed, signed=None), "inhibition": signed}
    ahead = slice(split, len(memory.counts))
    past = memory.features(sources, ahead)
    shapes = plain.features.shape[1] - past.shape[1]
    features = np.hstack([np.repeat(plain.features[-1:, :shapes], len(past), axis=0), past])
    out = {}
    for name, problem in ways.items():
        drawn, _ = draw_posterior(problem, fit_target(problem), draws=DRAWS, rng=np.random.default_rng(s))
        logs = np.array([_logs(memory.counts[ahead, s], features @ one[:-2], one, problem.soft) for one in drawn])
        out[name] = logsumexp(logs, axis=0) - np.log(len(logs))
    edges = drawn[:, shapes:-2].reshape(len(drawn), len(sources), 2, -1)
    edges[:, memory.harm_unit[sources] == 0, 1] = 0.0
    high = np.quantile(edges.sum(axis=(2, 3)), 0.95, axis=0)[sources != s]
    return out, len(high), int((high <= -0.01).sum())


def _logs(counts: Array, line: Array, point: Array, soft: float | None) -> Array:
    mean = (line if soft is None else softplus(line - DEPTH * soft, soft)) + FLOOR
    return np.asarray(log_probabilities(counts, mean, point[-2], point[-1]))
