"""Answers to scenarios as one HTML file without scripts: both courses, their difference, and what the record can tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aftershock.exports import write_bytes
from aftershock.report.system_pictures import on_scale
from aftershock.report.system_words import percent
from aftershock.report.templates import frame_of, template_of
from aftershock.report.whatif_charts import difference_histogram, interval_rows, paired_fans, scale_of
from aftershock.report.whatif_words import ENDS, answer_sentence, glance_words, intervention_words, span

if TYPE_CHECKING:  # the system's code is compiled, and slow to load
    from aftershock.scenarios.answers import Answer

__all__ = ["render_whatif_report", "render_whatif_sections", "write_whatif_report"]

CAPPED = 0.1
"""Share of futures held at a cap from which on a warning stands beside the figures."""


def write_whatif_report(answers: Answer | Sequence[Answer], path: Path) -> None:
    """Write answers to scenarios as one HTML file; see :func:`render_whatif_report`.

    Parameters
    ----------
    answers : Answer or sequence of Answer
    path : pathlib.Path
        Written whole or not at all.
    """
    write_bytes(path, render_whatif_report(answers).encode("utf-8"))


def render_whatif_report(answers: Answer | Sequence[Answer]) -> str:
    """Return answers to scenarios as one HTML page that works offline and runs no script.

    Deaths by month under both courses, the distribution of their difference, and beside it what the record can and cannot tell;
    all scenarios in one table. The same answers give the same text.

    Parameters
    ----------
    answers : Answer or sequence of Answer
        Of scenarios with names of their own.

    Raises
    ------
    UsageError
        No answer, or scenarios that share a name.
    """
    frame = frame_of("report.css", "system.css", "whatif.css")
    return str(_template("whatif.html.j2").render(**_values(answers), **frame))


def render_whatif_sections(answers: Answer | Sequence[Answer]) -> str:
    """Return the same as sections of HTML, for a page that has a frame of its own.

    It needs ``report.css``, ``system.css``, ``whatif.css`` and, as custom properties, the report's colours.
    """
    return str(_template("whatif_sections.html.j2").render(**_values(answers), **frame_of()))


def _values(answers: Answer | Sequence[Answer]) -> dict[str, Any]:
    """Return what the sections show."""
    from aftershock.scenarios.answers import Answer
    from aftershock.scenarios.comparing import baseline_ids

    listed = [answers] if isinstance(answers, Answer) else list(answers)
    ids = baseline_ids(listed)
    return {
        **_words(listed),
        "glance": glance_words(listed),
        "overview": _overview(listed, ids),
        "shared": len(set(ids)) == 1,
        "sections": [_section(answer) for answer in listed],
    }


@cache
def _template(name: str) -> Any:
    return template_of(name, {"percent": _share})


def _share(value: float) -> str:
    return "–" if np.isnan(value) else percent(value)


def _words(answers: list[Answer]) -> dict[str, Any]:
    """Return what the template says of data and options."""
    first = answers[0]
    return {
        "where": ", ".join(first.units("country")) or "no country",
        "first_day": str(first.origin + 1),
        "last_day": str(max(answer.origin + int(answer.edges[-1]) for answer in answers)),
        "origin": str(first.origin),
        "draws": f"{first.draws:,}",
        "seed": first.seed,
        "origins": list({repr(answer.provenance): answer.provenance for answer in answers}.values()),
    }


def _overview(answers: list[Answer], ids: list[str]) -> dict[str, Any]:
    """Return a row per scenario, after that of each course that goes on."""
    gaps = [answer.difference() for answer in answers]
    low, high = scale_of(gaps)
    asked = list(dict.fromkeys(one.words for answer in answers for one in answer.asked))
    rows: list[dict[str, Any]] = []
    for answer, baseline, gap in zip(answers, ids, gaps, strict=True):
        if baseline not in {row["key"] for row in rows}:
            rows.append(_overview_row(answer, 0, asked) | {"key": baseline, "difference": None})
        at = on_scale(np.quantile(gap, ENDS).tolist(), low=low, high=high)
        rows.append(
            _overview_row(answer, 1, asked)
            | {"key": answer.scenario.name, "difference": span(gap, sign=True) if gap.any() else None, "at": at}
        )
    return {"rows": rows, "asked": asked, "zero": on_scale([0.0], low=low, high=high)[0]}


def _overview_row(answer: Answer, which: int, asked: list[str]) -> dict[str, Any]:
    everything = answer.units("all")["all"]
    course = ("baseline", "scenario")[which]
    told = {one.words: (one.baseline, one.scenario)[which] for one in answer.asked}
    return {
        "title": answer.scenario.title if which else "The course that goes on",
        "verdict": answer.identification.verdict if which else "",
        "own": bool(which),
        "deaths": span(answer.course(course, "deaths", everything).sum(axis=1)),
        "civilians": span(answer.course(course, "civilian_deaths", everything).sum(axis=1)),
        "ratio": float(answer.spirals.supercritical[which]),
        "doubled": float(answer.spirals.doubled[which]),
        "asked": [told.get(words, float("nan")) for words in asked],
        "capped": answer.capped[which] if answer.capped[which] >= CAPPED else None,
    }


def _section(answer: Answer) -> dict[str, Any]:
    """Return what is shown of one scenario."""
    scenario, spirals = answer.scenario, answer.spirals
    ends = [np.quantile(one, ENDS) for one in spirals.ratio]
    everything = answer.units("all")["all"]
    totals = []
    for measure, words in (("deaths", "Deaths"), ("civilian_deaths", "Civilian deaths"), ("events", "Events")):
        made = [answer.course(course, measure, everything).sum(axis=1) for course in ("baseline", "scenario")]
        totals.append((words, span(made[0]), span(made[1]), span(made[1] - made[0], sign=True)))
    questions: list[tuple[str, float, float]] = [(one.words, one.baseline, one.scenario) for one in answer.asked]
    low, high = (float(value) for value in spirals.supercritical)
    questions.append(("Branching ratio of 1 or more on the last day", low, high))
    if np.isfinite(spirals.doubled).all():
        low, high = (float(value) for value in spirals.doubled)
        questions.append(("Deaths of the first 365 days more than twice those of the 365 before", low, high))
    return {
        "id": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "source": scenario.source,
        "changes": [intervention_words(one) for one in scenario.interventions],
        "sentence": answer_sentence(answer),
        "identification": answer.identification,
        "totals": totals,
        "fans": paired_fans(answer),
        "histogram": difference_histogram(answer.difference()),
        "countries": interval_rows(answer, "country"),
        "streams": interval_rows(answer, "stream"),
        "shared": any(len(where) > 1 for where in answer.countries),
        "questions": questions,
        "ratio": [f"{middle:.2f} ({low:.2f}–{high:.2f})" for low, middle, high in ends],
        "assumptions": answer.assumptions,
        "capped": max(answer.capped),
        "warn": max(answer.capped) >= CAPPED,
    }
