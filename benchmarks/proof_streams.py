"""How well the actor system foretells days it has not seen: ten Syrian streams, and every country file with three streams or more.

    python benchmarks/proof_streams.py [--data ../shared/data] [--countries iraq,turkey]

The ten Syrian streams are those of a public yardstick (benchmarks/syria_camps.yaml): learnt to June 2018, scored to November
2019, once and learnt anew every 30 days. Country files: streams by the default rule, learnt on the first 70 % of days, scored
on the rest. The system's choices (time scales, priors, levels, forgetting) were made on the first 70 % of twelve of the files
and on Syria to June 2018.
"""

import json
import time
from pathlib import Path

import numpy as np

from aftershock.errors import AftershockError
from aftershock.figures import embedded_events
from aftershock.streams import build_streams, read_rule
from aftershock.system.scoring import MODELS, SystemScores, score_system
from aftershock.system.workflow import load_events
from common import read_arguments, write_result

SHARE = 0.7


def row(scores: SystemScores) -> dict[str, object]:
    """Return a result's figures."""
    values = {name: round(scores.per_day(name), 4) for name in MODELS}
    better, low, high = scores.gain("system", "own_past")
    crossed = scores.gain("system", "own_phase")
    return {
        "streams": len(scores.names), "days": scores.days, "events": round(float(scores.events.sum())), **values,
        "gain_over_own_past": [round(x, 4) for x in (better, low, high)],
        "gain_of_other_streams": [round(x, 4) for x in crossed],
    }  # fmt: skip


def country(path: Path) -> dict[str, object]:
    """Score one country file."""
    events = load_events([path])
    start = np.asarray(events.table["date_start"].to_numpy().min(), "M8[D]")
    last = np.asarray(events.table["date_end"].to_numpy().max(), "M8[D]")
    split = start + int((last - start).astype(int) * SHARE)
    streams = build_streams(events, chosen_until=str(split))
    begun = time.perf_counter()
    scores = score_system(streams, train_until=str(split))
    return {"train_until": str(split), **row(scores), "seconds": round(time.perf_counter() - begun, 1)}


def main() -> None:
    """Score the yardstick, then every file."""
    given = read_arguments(__doc__, data="../shared/data", countries="")
    rule = read_rule(Path(__file__).parent / "syria_camps.yaml")
    yard = build_streams(embedded_events(["Syria"]), rule=rule, first="2016-01-01", until="2019-11-30")
    result: dict[str, object] = {"yardstick": {}, "countries": {}}
    for label, every in (("once", None), ("anew every 30 days", 30)):
        begun = time.perf_counter()
        found = row(score_system(yard, train_until="2018-06-30", refit_every=every))
        result["yardstick"][label] = {**found, "seconds": round(time.perf_counter() - begun, 1)}
        print(label, json.dumps(result["yardstick"][label]), flush=True)
    wanted = given.countries.split(",") if given.countries else None
    for path in sorted((Path(given.data) / "events").glob("GEDEvent_*.csv.gz")):
        name = path.name[9:].removesuffix(".csv.gz")
        if wanted and name not in wanted:
            continue
        try:
            result["countries"][name] = country(path)
        except AftershockError as error:
            result["countries"][name] = {"not scored": str(error)}
        print(name, json.dumps(result["countries"][name]), flush=True)
    write_result("proof_streams", result)


if __name__ == "__main__":
    main()
