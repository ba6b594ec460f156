"""Do what-ifs hold? Against known truth, against the record of twelve dated interventions, and where nothing happened.

    python benchmarks/proof_whatif.py [--parts truth,record,placebo,example] [--data FOLDER]

Truth: systems of known parameters are run forward, with and without an intervention, on the same random numbers; a system fitted to
their past alone must say what the difference was, within its 90 % interval nine times in ten. Record: dated_interventions.yaml, each
fitted on the days before, both courses held against what came. Placebo: the same kinds of intervention put at days and actors of the
same files where none of them happened. What is asked there is not whether the scenario is right, for nothing happened, but whether
the course that goes on is: what came should lie within its 90 % nine times in ten, and beat the scenario's course.
"""

from pathlib import Path

import numpy as np
import yaml

from aftershock import StreamRule, build_streams, fit_system, read_rule
from aftershock.contract import Provenance, Stream, Streams
from aftershock.errors import UsageError
from aftershock.figures import load_table
from aftershock.scenarios import Scenario, example_scenarios, whatif, whatif_many
from aftershock.scenarios import examples as fronts
from aftershock.scenarios.changes import plan_course
from aftershock.scenarios.interventions import Selection
from aftershock.scenarios.pairs import Ensemble, run_course
from aftershock.scenarios.running import prepare
from aftershock.scenarios.scenario import Written
from aftershock.scenarios.selecting import select
from aftershock.system.fit import StreamPosterior, System
from aftershock.system.memory import Memory
from aftershock.system.opening import Opening
from aftershock.system.phase import LEVELS
from aftershock.system.severity import Severity
from aftershock.system.simulate import Assumptions, simulate_system
from aftershock.system.workflow import load_events
from common import read_arguments, write_result

HERE = Path(__file__).parent
SCALES = (1.0, 7.0, 30.0, 120.0)
DAYS, AHEAD, SYSTEMS = 1500, 180, 60
STEADY = Assumptions(phase="steady", drift=0.0, wander=0.0)
TRUE = Assumptions(
    phase="steady", drift=0.0, wander=0.0, cap=1000
)  # a past not made yet has no busiest days that could hold it
PAST = "2010-01-01"
TRUTHS = {
    "leaves": {"kind": "leaves", "actor": "a"},
    "scale events by half": {"kind": "scale", "actor": "a", "factor": 0.5},
    "spare civilians": {"kind": "scale", "actor": "a", "what": "civilian_deaths", "factor": 0},
    "cut a link": {"kind": "cut", "source": {"streams": ["a – x"]}, "target": {"streams": ["b – x"]}},
    "shock of 40 events": {"kind": "shock", "stream": "a – x", "events": 40},
    "dissolves, half joins": {"kind": "dissolves", "actor": "a", "joins": "c", "share": 0.5},
}
PLACEBOS = 40
GWCODES = {
    "sri_lanka": 780, "philippines": 840, "iraq": 645, "nigeria": 475, "pakistan": 770, "sierra_leone": 451, "turkey": 640,
    "south_sudan": 626, "car": 482, "indonesia": 850,
}  # fmt: skip
FILES = tuple(GWCODES)


def crps(draws: np.ndarray, came: float) -> float:
    """Return the continuous ranked probability score of an ensemble."""
    ordered = np.sort(draws.astype(float))
    n = len(ordered)
    spread = ((2 * np.arange(1, n + 1) - n - 1) * ordered).sum() / n**2
    return float(np.abs(ordered - came).mean() - spread)


def middle(draws: np.ndarray) -> list[float]:
    """Return the median and the ends of the central 90 %."""
    return [round(float(v), 1) for v in np.quantile(draws, (0.05, 0.5, 0.95))]


# ---- truth


def true_system(rng: np.random.Generator) -> tuple[System, Opening]:
    """Return a system of three streams of known parameters with a past it made itself, and where it stands."""
    feeds = np.zeros((3, 3, 2, 4))
    for s in range(3):
        feeds[s, s, 0, 1] = rng.uniform(0.3, 0.6)
    feeds[1, 0, 0, 1], feeds[1, 0, 1, 1] = rng.uniform(0.0, 0.2), rng.uniform(0.0, 0.2)
    base = rng.uniform(0.15, 0.5, 3)
    rows = np.zeros((3, 8))
    rows[:, 1], rows[:, 2] = -5.0, 0.1  # one death an event
    rows[:, 3] = rng.uniform(-1.5, 0.5, 3)  # log odds that it is a civilian's
    rows[:, 7] = 1.0
    severity = Severity(rows[:, :, None], np.ones(3))
    nothing = make_record(np.zeros((60, 3), int), np.zeros((60, 3), int))
    begun = with_record(nothing, feeds, base)
    past = simulate_system(
        begun,
        days=DAYS,
        draws=1,
        bins="day",
        opening=standing(begun, severity),
        assumptions=TRUE,
        seed=int(rng.integers(2**31)),
    )
    system = with_record(make_record(past.counts[0], past.civilians[0]), feeds, base)
    return system, standing(system, severity)


def make_record(counts: np.ndarray, civilians: np.ndarray) -> Streams:
    """Return days as streams; every event has one death."""
    names = (("a", "x"), ("b", "x"), ("c", "x"))
    return Streams(
        streams=tuple(Stream(f"{one} – {other}", (one, other), ("sb",), (652,)) for one, other in names),
        first_day=np.datetime64(PAST),
        counts=counts[None].astype(np.int32),
        deaths=counts[None].astype(np.int32),
        civilians=civilians[None].astype(np.int32),
        losses=np.zeros((1, *counts.shape, 2), np.int32),
        size=(counts[None] * np.log(2)).astype(np.float32),
        harm=(civilians[None] * np.log(2)).astype(np.float32),
        present=np.ones(counts.shape, bool),
        kin=(),
        left_out={},
        ranged=0,
        provenance=Provenance("simulated", "", ""),
    )


def with_record(streams: Streams, feeds: np.ndarray, base: np.ndarray) -> System:
    """Return the system of these parameters on a record."""
    unit = Memory.of(streams, 0).harm_unit
    own = np.where(unit > 0, unit, 0.25)  # the harm channel counts in marks of an average event
    targets = tuple(
        StreamPosterior(
            sources=np.arange(3), start=0, base=np.array([[base[s]]]),
            feeds=feeds[s][None] * np.stack([np.ones(3), own / 0.25], axis=1)[None, :, :, None],
            delta=np.array([0.3]), rho=np.array([0.1]), imputation=np.zeros(1, int), taken=1.0,
        )
        for s in range(3)
    )  # fmt: skip
    return System(streams, targets, "constant", "all", SCALES, unit, 1, "truth")


def standing(system: System, severity: Severity) -> Opening:
    """Return a system's opening: what its past still feeds, its level one."""
    memory = Memory.of(system.streams, 0)
    weights = np.zeros((3, len(LEVELS)))
    weights[:, 0] = 1.0
    unit = np.where(memory.harm_unit > 0, memory.harm_unit, 0.25)
    ones = np.ones((1, 3, len(LEVELS)))
    return Opening(memory.sums[-1][None], unit[None], weights, ones, ones, severity)


def truth(systems: int) -> dict[str, object]:
    """Return how often intervals of the difference hold what it was."""
    held: dict[str, dict[str, list[bool]]] = {}
    widths: dict[str, list[float]] = {}
    verdicts: dict[str, list[bool]] = {}
    for k in range(systems):
        system, opening = true_system(np.random.default_rng([11, k]))
        ready = prepare(fit_system(system.streams, background="constant", draws=200, seed=k))
        first = system.streams.last_day + 15
        for name, one in TRUTHS.items():
            scenario = Scenario(
                name="known",
                title=name,
                until=(system.streams.last_day + AHEAD).item(),
                interventions=[{**one, "date": first.item()}],
            )
            planned = plan_course(Written(scenario), system, opening, draws=1, seed=k)
            both = [
                run_course(Ensemble(system, opening, course, np.zeros(AHEAD, np.int64), 1, 1000 + k, TRUE)).values.sum(
                    axis=(1, 2, 3)
                )
                for course in (None, planned.course)
            ]
            was = both[1] - both[0]
            for how, assumed in (("default", None), ("steady", STEADY)):
                answer = whatif(scenario, ready, draws=400, seed=k, assumptions=assumed)
                for m, measure in ((0, "events"), (2, "civilian_deaths")):  # every event has one death
                    low, high = np.quantile(answer.difference(measure), (0.05, 0.95))
                    inside = bool(low <= was[m] <= high)
                    held.setdefault(f"{name}, {how}", {}).setdefault(measure, []).append(inside)
                    if how == "default":
                        verdicts.setdefault(answer.identification.verdict, []).append(inside)
                widths.setdefault(f"{name}, {how}", []).append(float(was[0]))
    return {
        name: {"mean difference in events": round(float(np.mean(widths[name])), 1)}
        | {m: round(float(np.mean(v)), 3) for m, v in each.items()}
        for name, each in held.items()
    } | {"systems": systems, "by_verdict": {k: [len(v), round(float(np.mean(v)), 3)] for k, v in verdicts.items()}}


# ---- record


def scored_case(case: dict, data: Path) -> dict[str, object]:
    """Return both courses of a dated intervention beside what came."""
    events = load_events([data / f"GEDEvent_{case['file']}.csv.gz"])
    aliases = {name: tuple(entries) for name, entries in case.get("aliases", {}).items()}
    rule = StreamRule(least_events=30, most_streams=12, imputations=3, aliases=aliases)
    until = np.datetime64(str(case["until"]))
    end = until + case["days"]
    options = {"rule": rule, "first": str(case["first"])}
    streams = build_streams(events, until=str(until), **options)
    whole = build_streams(events, until=str(end), chosen_until=str(until), **options)
    assert whole.names == streams.names
    ready = prepare(fit_system(streams, draws=300))
    scenario = Scenario(name="dated", title=case["title"], until=end.item(), interventions=case["interventions"])
    try:
        answer = whatif(scenario, ready, draws=1000)
    except UsageError as error:  # too few past losses of ground were known by then: an answer, too
        print(case["title"], error, flush=True)
        return {"title": case["title"], "until": str(until), "refused": str(error)}
    if "scored" in case:
        chosen = list(select(streams, Selection(**case["scored"])))
    else:
        chosen = [s for s in answer.touched if s < len(streams.names)]
    new = [s for s in answer.touched if s >= len(streams.names)]
    came = whole.deaths[:, len(streams.days) :].sum(axis=1).mean(axis=0)
    out: dict[str, object] = {"title": case["title"], "until": str(until), "days": case["days"], "known": case["known"]}
    for label, these, extra in (("touched", chosen, new), ("all", list(range(len(streams.names))), new)):
        both = [answer.course(course, "deaths", [*these, *extra]).sum(axis=1) for course in ("baseline", "scenario")]
        real = float(came[these].sum())
        before = float(streams.deaths[:, -case["days"] :].sum(axis=1).mean(axis=0)[these].sum())
        out[label] = {
            "before": round(before), "came": round(real), "baseline": middle(both[0]), "scenario": middle(both[1]),
            "difference": middle(both[1] - both[0]),
            "crps_baseline": round(crps(both[0], real), 1), "crps_scenario": round(crps(both[1], real), 1),
            "log_crps_baseline": round(crps(np.log1p(both[0]), np.log1p(real)), 3),
            "log_crps_scenario": round(crps(np.log1p(both[1]), np.log1p(real)), 3),
            "held_baseline": bool(np.quantile(both[0], 0.05) <= real <= np.quantile(both[0], 0.95)),
            "held_scenario": bool(np.quantile(both[1], 0.05) <= real <= np.quantile(both[1], 0.95)),
            "place_in_baseline": round(float((both[0] < real).mean() + 0.5 * (both[0] == real).mean()), 3),
        }  # fmt: skip
    out["verdict"] = answer.identification.verdict
    out["streams"] = [streams.names[s] for s in chosen]
    print(case["title"], out["touched"], flush=True)
    return out


def summary_of(cases: list[dict], label: str = "touched") -> dict[str, float]:
    """Return means over cases."""
    rows = [case[label] for case in cases if label in case]
    return {
        "cases": len(rows),
        "scenario_nearer_log_crps": sum(r["log_crps_scenario"] < r["log_crps_baseline"] for r in rows),
        **{
            name: round(float(np.mean([r[name] for r in rows])), 3)
            for name in (
                "crps_baseline",
                "crps_scenario",
                "log_crps_baseline",
                "log_crps_scenario",
                "held_baseline",
                "held_scenario",
            )
        },
    }


def placebos(data: Path, number: int) -> list[dict]:
    """Return interventions at days and actors where nothing of the kind is listed, drawn at random."""
    rng = np.random.default_rng(2017)
    listed = yaml.safe_load((HERE / "dated_interventions.yaml").read_text(encoding="utf-8"))
    losses = load_table("territory_losses").to_dict("records")
    cases: list[dict] = []
    while len(cases) < number:
        file = FILES[int(rng.integers(len(FILES)))]
        events = load_events([data / f"GEDEvent_{file}.csv.gz"])
        days = events.table.column("date_end").to_numpy().astype("datetime64[D]")
        low, high = days.min() + 4 * 365, days.max() - 400
        if low >= high:
            continue
        until = low + int(rng.integers(int((high - low).astype(int))))
        near = [
            one
            for one in listed
            if one["file"] == file and abs((np.datetime64(str(one["until"])) - until).astype(int)) < 2 * 365
        ]
        if near or any(
            lost["gwcode"] == GWCODES[file] and -365 < (until - np.datetime64(lost["date"])).astype(int) < 365
            for lost in losses
        ):
            continue
        recent = events.table.to_pandas()
        recent = recent[(days > until - 365) & (days <= until) & (recent.type_of_violence != 3)]
        rebels = [name for name in [*recent.side_a, *recent.side_b] if not str(name).startswith("Government of")]
        names, counts = np.unique(np.array(rebels, str), return_counts=True)
        known = names[counts >= 30]
        if not len(known):
            continue
        actor = str(known[int(rng.integers(len(known)))])
        date = (until + 1).item()
        kind = ("leaves", "scale", "loses_territory")[len(cases) % 3]
        if kind == "loses_territory" and until < np.datetime64("2011-01-01"):
            continue  # too few past losses were known before
        one = {"kind": kind, "actor": actor, "date": date} | ({"factor": 0.5} if kind == "scale" else {})
        first = max(until - 8 * 365, days.min())
        cases.append(
            {
                "title": f"{file}, {actor}, {until}: {kind}",
                "file": file,
                "first": str(first),
                "until": str(until),
                "days": 365,
                "known": "nothing",
                "interventions": [one],
            }
        )
    return cases


# ---- the worked case


def example() -> dict[str, object]:
    """Return the scenarios of July 2017 beside what came: in Iraq to December 2018, in Syria to November 2019."""
    answers = whatif_many(example_scenarios("after-isis"), draws=1000)
    rule = read_rule(Path(fronts.__file__).parent / "after-isis" / "fronts.yaml")
    origin, ends = answers[0].origin, {"Iraq": np.datetime64("2018-12-31"), "Syria": np.datetime64("2019-11-30")}
    whole = build_streams(
        load_events(countries=["Iraq", "Syria"]),
        rule=rule,
        first="2014-01-01",
        until="2019-11-30",
        chosen_until=str(origin),
    )
    out: dict[str, object] = {"origin": str(origin), "scenarios": []}
    came: dict[str, dict[str, float]] = {}
    for answer in answers:
        row: dict[str, object] = {
            "name": answer.scenario.name,
            "title": answer.scenario.title,
            "verdict": answer.identification.verdict,
        }
        for country, end in ends.items():
            streams = answer.units("country")[country]
            months = np.flatnonzero(answer.starts <= end)
            known = [s for s in streams if s < len(whole.names)]
            days = (whole.days > origin) & (whole.days <= end)
            came[country] = {
                "deaths": float(whole.deaths[:, days][:, :, known].sum(axis=(1, 2)).mean()),
                "civilian_deaths": float(whole.civilians[:, days][:, :, known].sum(axis=(1, 2)).mean()),
            }
            for measure, real in came[country].items():
                both = [
                    answer.course(course, measure, streams)[:, months].sum(axis=1)
                    for course in ("baseline", "scenario")
                ]
                row[f"{country}, {measure}"] = {
                    "baseline": middle(both[0]), "scenario": middle(both[1]), "difference": middle(both[1] - both[0]),
                    "came": round(real), "log_crps": round(crps(np.log1p(both[1]), np.log1p(real)), 3),
                }  # fmt: skip
        row["asked"] = {one.words: [one.baseline, one.scenario] for one in answer.asked}
        row["ratio_of_one_or_more"] = answer.spirals.supercritical.tolist()
        row["deaths_double"] = answer.spirals.doubled.tolist()
        row["capped"] = answer.capped
        print(row, flush=True)
        out["scenarios"].append(row)  # type: ignore[attr-defined]
    window = (whole.days > np.datetime64("2018-10-02")) & (whole.days <= np.datetime64("2018-12-31"))
    out["came_active"] = {
        country: bool(
            any(
                whole.counts[0, window, s].any()
                for s, one in enumerate(whole.streams)
                if "IS" in one.actors and number in one.countries
            )
        )
        for country, number in (("Iraq", 645), ("Syria", 652))
    }
    return out


def main() -> None:
    """Run the parts and write what they say."""
    given = read_arguments(
        __doc__,
        parts="truth,record,placebo,example",
        data=str(HERE.parents[1] / "shared/data/events"),
        systems=str(SYSTEMS),
        placebos=str(PLACEBOS),
    )
    data, result = Path(given.data), {}
    parts = given.parts.split(",")
    if "truth" in parts:
        result["truth"] = truth(int(given.systems))
        print(result["truth"])
    if "record" in parts:
        cases = [
            scored_case(case, data)
            for case in yaml.safe_load((HERE / "dated_interventions.yaml").read_text(encoding="utf-8"))
        ]
        result["record"] = {"cases": cases, "touched": summary_of(cases), "all": summary_of(cases, "all")}
        print(result["record"]["touched"])
    if "placebo" in parts:
        made = [scored_case(case, data) for case in placebos(data, int(given.placebos))]
        made = [case for case in made if "touched" in case]
        places = np.sort([case["touched"]["place_in_baseline"] for case in made])
        result["placebo"] = {
            "cases": [{"title": c["title"], **c["touched"]} for c in made],
            "touched": summary_of(made),
            "by_kind": {
                kind: summary_of([c for c in made if c["title"].endswith(kind)])
                for kind in ("leaves", "scale", "loses_territory")
            },
            "places": places.tolist(),
        }
        print(result["placebo"]["touched"])
    if "example" in parts:
        result["example"] = example()
    write_result("proof_whatif", result)


if __name__ == "__main__":
    main()
