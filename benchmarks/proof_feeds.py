"""How often the rule of `feeds` questions is right: worlds with and without a link, and with shocks that drive all streams alike.

Each world has three streams of 1,300 days with memories of a week, a background that wanders, and counts wider than Poisson. The
first stream feeds the second by its events, or by their harm to civilians alone. Nothing of a real record is used.

    python benchmarks/proof_feeds.py --worlds 50
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from aftershock.accounts.questions.answering.placebo import placebo_of
from aftershock.accounts.questions.feeds import by_link
from aftershock.contract import Provenance, Stream, Streams
from aftershock.system import fit_system, structure_of

DAYS = 1300
CASES = [
    ("no link", 0.0, 0.0, False),
    ("no link, shocks to all", 0.0, 0.5, False),
    ("link of 0.15", 0.15, 0.0, False),
    ("link of 0.3", 0.3, 0.0, False),
    ("link of 0.3, shocks to all", 0.3, 0.5, False),
    ("no link by harm", 0.0, 0.0, True),
    ("link of 0.3 by harm", 0.3, 0.0, True),
]


def world(rng, *, link, shock, harm_only):
    """Return three streams; the first feeds the second."""
    keep, fade = np.exp(-1 / 7), np.exp(-1 / 20)
    memory, harmed, common = np.zeros(3), 0.0, 0.0
    counts, harm = np.zeros((DAYS, 3), np.int64), np.zeros((DAYS, 3))
    level = np.exp(np.cumsum(rng.normal(0, 0.02, (DAYS, 3)), axis=0))
    level /= level.mean(axis=0)
    for t in range(DAYS):
        common = fade * common + np.sqrt(1 - fade**2) * rng.normal()
        rate = np.array([0.4, 0.3, 0.3]) * level[t] * np.exp(shock * common - shock**2 / 2) + 0.4 * memory
        rate[1] += link * (harmed if harm_only else memory[0])
        counts[t] = rng.poisson(rate * rng.gamma(2, 0.5, 3))
        harm[t] = [np.log1p(rng.choice([0, 0, 1, 3, 20], size=k)).sum() for k in counts[t]]
        memory = keep * memory + (1 - keep) * counts[t]
        harmed = keep * harmed + (1 - keep) * harm[t, 0] / 0.95
    cube = counts[None].astype(np.int32)
    return Streams(
        streams=tuple(Stream(name, (name,), ("sb",), (652,)) for name in "abc"),
        first_day=np.datetime64("2001-01-01"),
        counts=cube,
        deaths=2 * cube,
        civilians=cube,
        losses=np.zeros((*cube.shape, 2), np.int32),
        size=cube.astype(np.float32),
        harm=harm[None].astype(np.float32),
        present=np.ones((DAYS, 3), bool),
        kin=(),
        left_out={},
        ranged=0,
        provenance=Provenance("simulated", "simulated", "simulated"),
    )


def judged(rng, *, link, shock, harm_only):
    """Return the verdict on a world, and how sure posterior and placebos are."""
    system = fit_system(world(rng, link=link, shock=shock, harm_only=harm_only), draws=100)
    structure = structure_of(system)
    links = (structure.harm if harm_only else structure.edges)[:, 1, 0]
    chance = float((links > 0.05).mean())
    placebo = placebo_of(system, [0], [1], harm=harm_only)
    return by_link(chance, placebo), chance, placebo.share, placebo.forward


def main():
    """Judge all worlds and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=50)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "proof_feeds.json")
    asked = parser.parse_args()
    rows = []
    for name, link, shock, harm_only in CASES:
        start = time.perf_counter()
        told = [
            judged(np.random.default_rng([7, k]), link=link, shock=shock, harm_only=harm_only)
            for k in range(asked.worlds)
        ]
        words, chances, shares, forward = zip(*told, strict=True)
        rows.append(
            {
                "case": name,
                "worlds": asked.worlds,
                **{word: words.count(word) for word in ("supported", "contradicted", "cannot say")},
                "posterior_sure": sum(chance >= 0.9 for chance in chances),
                "placebo_rare": sum(share <= 0.05 for share in shares),
                "placebo_rare_and_forward": sum(s <= 0.05 and f for s, f in zip(shares, forward, strict=True)),
                "seconds": round(time.perf_counter() - start, 1),
            }
        )
        print(rows[-1], flush=True)
    asked.out.write_text(json.dumps({"days": DAYS, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
