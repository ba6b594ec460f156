"""Make every choice of the default model, on outcomes to December 2017, and freeze them in ``models/frozen.toml``.

    python benchmarks/tune_stack.py --stage forest|history|weights [--dask local] [--parts FOLDER]

``forest`` and ``history`` score variants of one member, one change at a time, on the windows 2006 to 2017 (origins October,
3 to 14 months ahead, state-based deaths); each score is divided by conflictology's in the same window and averaged. What is
adopted from their tables is written into ``frozen.toml`` by hand: a variant replaces what stands there only if its mean of
the four ratios is more than one percent better. ``weights`` then draws all members at the origins October
2005 to 2016, 1 to 36 months ahead as far as outcomes end by December 2017, finds the weights with the best proper scores
for each target, group of horizons and class of intensity, chooses by leaving windows out how far they shrink towards the
weights of all classes together, compares linear and quantile pooling, and writes the weights. Tables are kept in
``benchmarks/results/tune_stack_*.json``. No month after December 2017 is ever read.
"""

import itertools
import re
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

import numpy as np

import aftershock.models
from aftershock import Panel, Runner, embedded_panel, run_jobs
from aftershock.contract import TARGETS
from aftershock.jobs import Codec, pack_arrays, unpack_arrays
from aftershock.models.base import Model
from aftershock.models.conflictology import Conflictology
from aftershock.models.forest import Forest
from aftershock.models.stack import CLASSES, GROUPS, MEMBERS, group_of, intensity, mixed
from aftershock.models.weighted_history import WeightedHistory
from aftershock.months import month_id
from aftershock.scores import kernels
from common import open_runner_of, read_arguments, write_result

LAST = month_id(2017, 12)
WINDOWS = range(2006, 2018)
AHEAD = np.arange(3, 15)
DRAWS = 400
SCORES = ("crps", "ign", "mis", "log_crps")
FOREST = (
    {}, {"leaf": 10}, {"leaf": 40}, {"candidates": 0.33}, {"candidates": 1.0}, {"relative": 0.0}, {"relative": 1.0},
    {"half_life": 60}, {"half_life": 1000}, {"level_half_life": 2.5}, {"season": 1}, {"season": 3}, {"season": 20},
    {"own": 1}, {"own": 10}, {"season": 1, "own": 1},
)  # fmt: skip
HISTORY = [
    {"half_life": h, "spread": s} for h in (2.0, 3.0, 4.0, 6.0, 9.0) for s in (0.0, 0.1, 0.15, 0.2, 0.25, 0.3)
] + [{"season": s} for s in (1.0, 2.0, 4.0, 8.0)]
ORIGINS = [month_id(year, 10) for year in range(2005, 2017)]
AHEAD_LONG = np.array([1, 2, 3, 4, 6, 8, 10, 12, 14, 18, 22, 26, 30, 36])
QUANTILES = 200
WEIGHED = 1000  # draws that weights rest on: rare onsets count
REFERENCE = [m.name for m in MEMBERS].index("conflictology")
GRID = np.array([w for w in itertools.product(range(11), repeat=len(MEMBERS)) if sum(w) == 10]) / 10
ARRAYS = Codec(pack_arrays, unpack_arrays)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
CLUSTER = 3  # windows left out together


def known() -> Panel:
    """Return what these choices may rest on."""
    return embedded_panel().until(LAST)


def scores_of(outcome: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the mean of each score."""
    y, x = outcome.reshape(-1), draws.reshape(-1, draws.shape[-1])
    ordered = kernels.sort_draws(x)
    return np.array([
        kernels.crps(y, ordered).mean(), kernels.ignorance(y, x).mean(), kernels.interval_score(y, ordered).mean(),
        kernels.log_crps(y, ordered).mean(),
    ])  # fmt: skip


def window_score(panel: Panel, model: Model, window: int) -> list[float]:
    """Return a model's scores in one window, each divided by conflictology's."""
    past = panel.until(month_id(window - 1, 10))
    at = past.last_month - int(panel.months[0])
    there = panel.exists[:, at]
    outcome = panel.series("sb")[there][:, at + AHEAD]
    made, reference = (
        scores_of(outcome, m.forecast(past, horizons=AHEAD, targets=["sb"], draws=DRAWS).of("sb"))
        for m in (model, Conflictology())
    )
    return (made / reference).tolist()


def try_variants(model: Model, variants: list[dict[str, float]], name: str, runner: Runner) -> None:
    """Score variants of a model and write their table."""
    jobs = [(replace(model, **variant), window) for variant in variants for window in WINDOWS]
    ratios = run_jobs(window_score, jobs, shared=(known(),), executor=runner)
    table = {}
    for variant in variants:
        label = ",".join(f"{k}={v:g}" for k, v in variant.items()) or "as frozen"
        mean = np.mean([*itertools.islice(ratios, len(WINDOWS))], axis=0)
        table[label] = dict(
            zip((*SCORES, "mean"), [*mean.round(4).tolist(), round(float(mean.mean()), 4)], strict=True)
        )
        print(f"{label:<30}", table[label], flush=True)
    write_result(f"tune_stack_{name}", {"windows": [*WINDOWS], "relative_to": "conflictology", "table": table})


def members_of(panel: Panel, target: str, origin: int) -> dict[str, np.ndarray]:
    """Return how each member's draws lie to the outcomes and to each other, and 200 ``quantiles`` of them.

    Rows are units and horizons; see :class:`Rows` for ``error``, ``apart`` and ``hit``; ``quantiles`` has the shape
    (units, horizons, members, 200).
    """
    past = panel.until(origin)
    ahead, there = horizons_of(origin), past.exists[:, -1]
    outcome = panel.series(target)[there][:, past.exists.shape[1] - 1 + ahead].reshape(-1).astype(float)
    drawn = [m.forecast(past, horizons=ahead, targets=[target], draws=WEIGHED).of(target) for m in MEMBERS]
    x = np.sort(np.stack(drawn, axis=2), axis=-1)
    rows = x.reshape(len(outcome), len(MEMBERS), WEIGHED).astype(float)
    bins = kernels.IGNORANCE_BINS
    hit = (np.digitize(rows, bins) == np.digitize(outcome, bins)[:, None, None]).mean(axis=2)
    pairs = [(outcome, rows), (np.log1p(outcome), np.log1p(rows))]
    return {
        "error": np.stack([np.abs(q - y[:, None, None]).mean(axis=2) for y, q in pairs], axis=1),
        "apart": np.stack([distances(q) for _, q in pairs], axis=1),
        "hit": hit,
        "quantiles": x[..., ((np.arange(QUANTILES) + 0.5) / QUANTILES * WEIGHED).astype(int)],
    }


def horizons_of(origin: int) -> np.ndarray:
    """Return the horizons drawn whose outcomes are known."""
    return AHEAD_LONG[origin + AHEAD_LONG <= LAST]


@dataclass
class Rows:
    """What the weights of one target rest on; a row is a unit and horizon at an origin.

    ``error`` (rows, members) and ``apart`` (rows, members, members) hold mean distances to the outcome and between members,
    ``hit`` (rows, members) the share of draws in the outcome's bin; a linear pool's CRPS and IGN follow from them exactly.
    The first axis of the pair of each is deaths, then log(1 + deaths). ``scale`` (rows, scores) divides each score.
    """

    window: np.ndarray
    group: np.ndarray
    level: np.ndarray
    error: np.ndarray
    apart: np.ndarray
    hit: np.ndarray
    scale: np.ndarray

    def part(self, chosen: np.ndarray) -> "Rows":
        """Return some of the rows."""
        return Rows(*(getattr(self, f.name)[chosen] for f in fields(self)))

    def objective(self, weights: np.ndarray) -> np.ndarray:
        """Return the sum of scaled CRPS, log-CRPS and IGN for each of several weights, shape (weights,)."""
        total = np.zeros(len(weights))
        for k in range(2):
            error = (self.error[:, k] / self.scale[:, k, None]).sum(axis=0)
            apart = (self.apart[:, k] / self.scale[:, k, None, None]).sum(axis=0)
            total += weights @ error - 0.5 * np.einsum("wi,ij,wj->w", weights, apart, weights)
        for k, weight in enumerate(weights):
            total[k] += (-np.log2((1000 * (self.hit @ weight) + 1) / 1011) / self.scale[:, 2]).sum()
        return total


def rows_of(panel: Panel, target: str, drawn: dict[int, dict[str, np.ndarray]]) -> Rows:
    """Return the rows of one target from what :func:`members_of` found at each origin."""
    series, parts = panel.series(target), []
    for window, (origin, found) in enumerate(drawn.items()):
        at, ahead = origin - int(panel.months[0]), horizons_of(origin)
        there = panel.exists[:, at]
        group = np.tile(group_of(ahead), int(there.sum()))
        level = np.repeat(intensity(series[there][:, : at + 1]), len(ahead))
        error, apart, hit = (found[name] for name in ("error", "apart", "hit"))
        crps = error[:, :, REFERENCE] - 0.5 * apart[:, :, REFERENCE, REFERENCE]
        scores = np.column_stack([crps, -np.log2((1000 * hit[:, REFERENCE] + 1) / 1011)])
        scale = np.stack([scores[group == g].sum(axis=0) for g in range(len(GROUPS))])[group]
        parts.append(Rows(np.full(len(group), window), group, level, error, apart, hit, scale))
    return Rows(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Rows)))


def distances(x: np.ndarray) -> np.ndarray:
    """Return mean distances between draws of each pair of members, shape (rows, members, members)."""
    members = x.shape[1]
    out = np.zeros((len(x), members, members))
    for i, j in itertools.combinations_with_replacement(range(members), 2):
        both = np.sort(np.concatenate([x[:, i], x[:, j]], axis=1), axis=1)
        out[:, i, j] = 2 * spread(both) - 0.5 * (spread(x[:, i]) + spread(x[:, j])) if i != j else spread(x[:, i])
        out[:, j, i] = out[:, i, j]
    return out


def spread(x: np.ndarray) -> np.ndarray:
    """Return the mean distance between two draws, each taken from all, shape (rows,)."""
    m = x.shape[1]
    return np.sort(x, axis=1) @ (2 * (2 * np.arange(1, m + 1) - m - 1) / m**2)


def best_weights(rows: Rows) -> dict[tuple[int, int], np.ndarray]:
    """Return the best weights by class and group; class -1 is all classes together."""
    found = {}
    for g in range(len(GROUPS)):
        in_group = rows.part(rows.group == g)
        found[-1, g] = GRID[in_group.objective(GRID).argmin()]
        for c in range(len(CLASSES)):
            inside = in_group.part(in_group.level == c)
            found[c, g] = GRID[inside.objective(GRID).argmin()] if len(inside.group) else found[-1, g]
    return found


def shrunk(found: dict[tuple[int, int], np.ndarray], share: float) -> np.ndarray:
    """Return weights moved by a share towards those of all classes, shape (classes, groups, members)."""
    both = [[(1 - share) * found[c, g] + share * found[-1, g] for g in range(len(GROUPS))] for c in range(len(CLASSES))]
    return np.array(both)


def objective_of(rows: Rows, table: np.ndarray) -> float:
    """Return the mean relative score of a whole table of weights, conflictology's being 1."""
    total = 0.0
    for c, g in itertools.product(range(len(CLASSES)), range(len(GROUPS))):
        total += rows.part((rows.level == c) & (rows.group == g)).objective(table[c, g][None])[0]
    return total / 3 / len(np.unique(np.stack([rows.window, rows.group]), axis=1).T)


def choose_weights(runner: Runner) -> None:
    """Find the weights of every target, compare ways of pooling, and write them into the frozen file."""
    panel = known()
    jobs = [(target, origin) for target in TARGETS for origin in ORIGINS]
    ran = run_jobs(members_of, jobs, shared=(panel,), executor=runner, codec=ARRAYS, progress=say)
    weigh(panel, dict(zip(jobs, ran, strict=True)))


def weigh(panel: Panel, drawn: dict[tuple[str, int], dict[str, np.ndarray]]) -> None:
    """Find and write weights from what was found at each target and origin."""
    result, tables = {}, {}
    for target in TARGETS:
        by_origin = {origin: drawn[target, origin] for origin in ORIGINS}
        rows = rows_of(panel, target, by_origin)
        left_out = dict.fromkeys(SHARES, 0.0)
        folds = np.array_split(np.arange(len(ORIGINS)), len(ORIGINS) // CLUSTER)
        for fold in folds:
            inside = np.isin(rows.window, fold)
            found = best_weights(rows.part(~inside))
            for share in SHARES:
                left_out[share] += objective_of(rows.part(inside), shrunk(found, share)) / len(folds)
        share = min(left_out, key=left_out.__getitem__)
        tables[target] = shrunk(best_weights(rows), share).round(3)
        equal = np.full_like(tables[target], 1 / len(MEMBERS))
        alone = {
            m.name: objective_of(rows, np.broadcast_to(np.eye(len(MEMBERS))[k], equal.shape))
            for k, m in enumerate(MEMBERS)
        }
        result[target] = {
            "left_out": {str(s): round(v, 4) for s, v in left_out.items()},
            "shrunk_by": share,
            "relative_score": {
                "stack": round(objective_of(rows, tables[target]), 4),
                "equal weights": round(objective_of(rows, equal), 4),
                **{name: round(v, 4) for name, v in alone.items()},
            },
            "pools": pools(panel, target, {o: d["quantiles"] for o, d in by_origin.items()}, tables[target]),
            "weights": {name: tables[target][k].tolist() for k, name in enumerate(CLASSES)},
        }
        print(target, {k: v for k, v in result[target].items() if k != "weights"}, flush=True)
    write_result("tune_stack_weights", {"members": [m.name for m in MEMBERS], "groups": [*GROUPS], **result})
    freeze(tables)


def pools(panel: Panel, target: str, drawn: dict[int, np.ndarray], table: np.ndarray) -> dict[str, dict[str, float]]:
    """Return a linear and a quantile pool's scores relative to conflictology, 3 to 14 months ahead."""
    out: dict[str, list[np.ndarray]] = {"linear": [], "quantile": []}
    rng = np.random.default_rng(1)
    for origin, quantiles in drawn.items():
        at, ahead = origin - int(panel.months[0]), horizons_of(origin)
        there, challenge = panel.exists[:, at], np.isin(ahead, AHEAD)
        series = panel.series(target)[there]
        q, ahead = quantiles[:, challenge], ahead[challenge]
        weights = table[intensity(series[:, : at + 1])][:, group_of(ahead)]
        outcome = series[:, at + ahead]
        members = [q[:, :, k] for k in range(len(MEMBERS))]
        reference = scores_of(outcome, members[REFERENCE])
        out["linear"].append(scores_of(outcome, mixed(members, weights, rng=rng)) / reference)
        out["quantile"].append(
            scores_of(outcome, np.rint(np.einsum("uhmq,uhm->uhq", q, weights)).astype(np.int64)) / reference
        )
    return {name: dict(zip(SCORES, np.mean(rows, axis=0).round(4).tolist(), strict=True)) for name, rows in out.items()}


def freeze(tables: dict[str, np.ndarray]) -> None:
    """Write the weights into the frozen file, the rest of which stays."""
    path = Path(aftershock.models.__file__).with_name("frozen.toml")
    kept = re.split(r"\n+\[stack\.weights\.", path.read_text(encoding="utf-8"))[0].rstrip()
    blocks = []
    for target, table in tables.items():
        lines = [f"{name} = {table[k].tolist()}" for k, name in enumerate(CLASSES)]
        blocks.append("\n".join([f"[stack.weights.{target}]", *lines]))
    path.write_text(kept + "\n\n" + "\n\n".join(blocks) + "\n", encoding="utf-8")
    print(path)


def say(text: str, done: int, total: int | None) -> None:
    """Tell how far it is."""
    print(f"{text} {done}/{total}", flush=True)


STAGES = {
    "forest": partial(try_variants, Forest(), list(FOREST), "forest"),
    "history": partial(try_variants, WeightedHistory(), HISTORY, "history"),
    "weights": choose_weights,
}

if __name__ == "__main__":
    given = read_arguments(__doc__, stage="weights", dask="", parts="")
    with open_runner_of(given) as opened:
        STAGES[given.stage](opened)
