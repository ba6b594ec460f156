"""How much of the violence in Iraq 2003-2007 earlier violence triggered: ours beside Lewis, Mohler, Brantingham & Bertozzi (2012).

    python benchmarks/proof_literature.py [--data ../shared/data/events]

They (doi:10.1057/sj.2011.21) fitted self-exciting processes to Iraq Body Count's events in districts and found 37 to 50 % of
events self-excited, each within two to six weeks at most. Here the same regions' days come from UCDP: all events of a
province in one stream, March 2003 to December 2007, each stream fed by its own past alone, under three backgrounds. And Sri
Lanka 1989-2009, all events in one stream, of which such ratios were published under three backgrounds.
"""

from pathlib import Path

import numpy as np

from aftershock.figures import embedded_events
from aftershock.streams import StreamRule, build_streams
from aftershock.system.fit import fit_system
from aftershock.system.structure import structure_of
from aftershock.system.workflow import load_events
from common import read_arguments, write_result

BACKGROUNDS = ("constant", 365, 90)
LEAST = 100  # events of a province


def half_of(children: np.ndarray, scales: np.ndarray) -> float:
    """Return the days within which half of an event's direct children come, of mean children by time scale."""
    days = np.arange(1, 2000) / 4
    share = (children[:, None] * -np.expm1(-days / scales[:, None])).sum(axis=0) / children.sum()
    return float(days[np.searchsorted(share, 0.5)])


def sri_lanka(data: Path) -> dict[str, list[float]]:
    """Return the branching ratio of all events in Sri Lanka, lower end, median and upper end of the central 90 %."""
    rule = StreamRule(pairs=False, by_type=False)
    streams = build_streams(load_events([data / "GEDEvent_sri_lanka.csv.gz"]), rule=rule, until="2009-05-18")
    out = {}
    for background in BACKGROUNDS:
        found = structure_of(fit_system(streams, background=background, draws=500))
        out[str(background)] = [round(float(v), 3) for v in np.quantile(found.ratio, [0.05, 0.5, 0.95])]
    print(out, flush=True)
    return out


def main() -> None:
    """Fit every province under every background, and print shares beside theirs."""
    given = read_arguments(__doc__, data=str(Path(__file__).parents[2] / "shared/data/events"))
    rule = StreamRule(aliases={"all": ("*",)}, by_type=False, split="province", least_events=LEAST, rest="drop")
    streams = build_streams(embedded_events(["Iraq"]), rule=rule, first="2003-03-20", until="2007-12-31")
    rows = []
    for background in BACKGROUNDS:
        system = fit_system(streams, background=background, mask="own", draws=500)
        found = structure_of(system)
        for s, stream in enumerate(streams.streams):
            low, middle, high = np.quantile(found.share[:, s], [0.05, 0.5, 0.95])
            half = half_of(found.children[:, s, s].mean(axis=0), np.array(system.scales))
            rows.append(
                {
                    "province": stream.place, "background": background,
                    "events": int(streams.counts[:, :, s].sum(axis=1).mean()),
                    "endogenous_share": round(float(middle), 3), "lower_90": round(float(low), 3),
                    "upper_90": round(float(high), 3), "half_of_children_within_days": half,
                }
            )  # fmt: skip
            print(rows[-1], flush=True)
    write_result(
        "proof_literature",
        {"theirs": {"share": [0.37, 0.50], "weeks": [2, 6]}, "ours": rows, "sri_lanka": sri_lanka(Path(given.data))},
    )


if __name__ == "__main__":
    main()
