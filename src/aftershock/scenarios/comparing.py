"""Several answers beside each other: which share a course that goes on, all of them in one table, and as a document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock._version import __version__
from aftershock.errors import UsageError
from aftershock.scenarios.answers import COURSES, MEASURES, Answer
from aftershock.scenarios.scenario import Written

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BASELINE", "answers_document", "baseline_ids", "check_names", "comparison_table", "short_row"]

BASELINE = "baseline"
"""The ``scenario_id`` of the course that goes on."""
_ENDS = (0.05, 0.5, 0.95)
_ENDS_NAMES = ("lower_90", "median", "upper_90")


def check_names(scenarios: Sequence[Written]) -> None:
    """Raise :class:`UsageError` where two scenarios share a name, or one has that of the course that goes on."""
    seen: set[str] = set()
    for one in scenarios:
        name = one.scenario.name
        if name in seen or name == BASELINE or name.startswith(f"{BASELINE}-"):
            taken = "the name of another" if name in seen else "a name of the course that goes on"
            raise UsageError(
                "scenarios answered together must have names of their own",
                found=f"{one.place('name')}{name}, {taken}",
                fix="Rename it.",
            )
        seen.add(name)


def baseline_ids(answers: Sequence[Answer]) -> list[str]:
    """Return for each answer the name of the course that goes on: answers whose courses are the same share one.

    Answers to scenarios of one system, seed and last day share the first, :data:`BASELINE`; any other is named after the first
    scenario it belongs to.
    """
    if not answers:
        raise UsageError("there must be an answer", found="none", fix="Ask `whatif` first.")
    check_names([Written(answer.scenario) for answer in answers])
    known: dict[tuple[Any, ...], str] = {}
    ids = []
    for answer in answers:
        fitted = len(answer.streams) - sum(one.kind == "enters" for one in answer.scenario.interventions)
        course = np.ascontiguousarray(answer.baseline[..., :fitted])
        key = (answer.origin, answer.edges.tobytes(), answer.streams[:fitted], course.shape, course.tobytes())
        ids.append(known.setdefault(key, f"{BASELINE}-{answer.scenario.name}" if known else BASELINE))
    return ids


def comparison_table(answers: Sequence[Answer]) -> pd.DataFrame:
    """Return one row per scenario, after that of the course that goes on.

    Returns
    -------
    pandas.DataFrame
        ``scenario, title, verdict``; ``deaths_``, ``civilian_deaths_`` and, of deaths, ``difference_`` over all days with
        ``lower_90``, ``median``, ``upper_90``; ``p_fewer``, ``p_more``; ``p_ratio_one``, probability of a branching ratio of 1 or
        more; ``p_doubled``, that the first year's deaths are more than twice those of the year before; and a column per question
        asked, with its probability. What was not asked of a scenario is not a number.
    """
    import pandas as pd

    rows, shown = [], set()
    for answer, baseline in zip(answers, baseline_ids(answers), strict=True):
        if baseline not in shown:
            shown.add(baseline)
            rows.append({"scenario": baseline, "title": "The course that goes on", "verdict": ""} | _row(answer, 0))
        head = {"scenario": answer.scenario.name, "title": answer.scenario.title}
        rows.append(head | {"verdict": answer.identification.verdict} | _row(answer, 1))
    return pd.DataFrame(rows)


def _row(answer: Answer, which: int) -> dict[str, Any]:
    course, everything = COURSES[which], list(range(len(answer.streams)))
    deaths, civilians = (answer.course(course, m, everything).sum(axis=1) for m in ("deaths", "civilian_deaths"))
    difference = answer.difference() if which else np.zeros(answer.draws, np.int64)
    return {
        **_ends("deaths", deaths),
        **_ends("civilian_deaths", civilians),
        **_ends("difference", difference),
        "p_fewer": float((difference < 0).mean()),
        "p_more": float((difference > 0).mean()),
        "p_ratio_one": float(answer.spirals.supercritical[which]),
        "p_doubled": float(answer.spirals.doubled[which]),
        **{one.words: (one.baseline, one.scenario)[which] for one in answer.asked},
    }


def _ends(name: str, draws: NDArray[Any]) -> dict[str, float]:
    values = np.quantile(draws, _ENDS).tolist()
    return {f"{name}_{end}": value for end, value in zip(_ENDS_NAMES, values, strict=True)}


def short_row(row: Mapping[Any, Any]) -> tuple[dict[str, str], dict[str, str]]:
    r"""Return a row of :func:`comparison_table` in few words: numbers of deaths by head, and chances by what they are chances of.

    Examples
    --------
    >>> row = {"title": "Troops leave", "deaths_median": 1234.5, "deaths_lower_90": 980.0, "deaths_upper_90": 2011.0}
    >>> row |= {"civilian_deaths_median": 0.0, "civilian_deaths_lower_90": 0.0, "civilian_deaths_upper_90": 3.0}
    >>> row |= {"difference_median": -60.0, "difference_lower_90": -90.0, "difference_upper_90": 5.0}
    >>> row |= {"p_ratio_one": 0.0, "p_doubled": 0.5, "IS active": float("nan")}
    >>> numbers, chances = short_row(row)
    >>> numbers["Difference"], list(chances.values())
    ('−60\n−90 to\n+5', ['<1 %', '50 %', '–'])
    """

    def over(name: str, sign: str = "") -> str:
        low, middle, high = (format(round(row[f"{name}_{end}"]), f"{sign},").replace("-", "−") for end in _ENDS_NAMES)
        return "none" if sign and low == high == "+0" else f"{middle}\n{low} to\n{high}"

    fixed = ("scenario", "title", "verdict", "p_fewer", "p_more", "p_ratio_one", "p_doubled")
    asked = [name for name in row if name not in fixed and not str(name).endswith(_ENDS_NAMES)]
    numbers = {"Deaths": over("deaths"), "Difference": over("difference", "+"), "Civilians": over("civilian_deaths")}
    chances = {
        "branching ratio of 1 or more on the last day": row["p_ratio_one"],
        "deaths of the first 365 days more than twice those of the 365 before": row["p_doubled"],
        **{str(name): row[name] for name in asked},
    }
    return numbers, {name: _percent(share) for name, share in chances.items()}


def _percent(share: float) -> str:
    if math.isnan(share):
        return "–"
    if share < 0.01:
        return "<1 %"
    return ">99 %" if share > 0.99 else f"{share * 100:.0f} %"


def answers_document(answers: Sequence[Answer]) -> dict[str, Any]:
    """Return answers as JSON holds them: the table of all, and a document per answer; what is unknown is None."""
    ids = baseline_ids(answers)
    return {
        "table": _records(comparison_table(answers)),
        "answers": [_document(answer, baseline) for answer, baseline in zip(answers, ids, strict=True)],
    }


def _document(answer: Answer, baseline: str) -> dict[str, Any]:
    spirals = answer.spirals
    return {
        "scenario": answer.scenario.model_dump(mode="json", exclude_unset=True),
        "baseline": baseline,
        "origin": str(answer.origin),
        "last_day": str(answer.origin + int(answer.edges[-1])),
        "draws": answer.draws,
        "seed": answer.seed,
        "sentences": answer.lines(),
        "identification": asdict(answer.identification),
        "assumptions": list(answer.assumptions),
        "asked": [asdict(one) for one in answer.asked],
        "spirals": {
            course: _ends("ratio", spirals.ratio[k])
            | {"p_ratio_one": float(spirals.supercritical[k]), "p_doubled": _known(float(spirals.doubled[k]))}
            for k, course in enumerate(COURSES)
        },
        "capped": dict(zip(COURSES, answer.capped, strict=True)),
        "streams": [
            {"stream": name, "countries": list(where), "changed": s in answer.touched}
            for s, (name, where) in enumerate(zip(answer.streams, answer.countries, strict=True))
        ],
        "totals": list(_totals(answer)),
        "provenance": asdict(answer.provenance),
        "code_version": __version__,
    }


def _totals(answer: Answer) -> Iterator[dict[str, Any]]:
    """Give both courses and their difference over all days, of all streams and of each country."""
    for level in ("all", "country"):
        for unit, streams in answer.units(level).items():
            for measure in MEASURES:
                made = [answer.course(course, measure, streams).sum(axis=1) for course in COURSES]
                yield {
                    "level": level,
                    "unit": unit,
                    "measure": measure,
                    **_ends("baseline", made[0]),
                    **_ends("scenario", made[1]),
                    **_ends("difference", made[1] - made[0]),
                    "p_more": float((made[1] > made[0]).mean()),
                    "p_fewer": float((made[1] < made[0]).mean()),
                }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows for JSON: days as text, what is not a number as None."""
    return [{str(name): _known(value) for name, value in row.items()} for row in table.to_dict("records")]


def _known(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)[:10] if hasattr(value, "year") else value
