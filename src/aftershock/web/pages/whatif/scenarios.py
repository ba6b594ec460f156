"""What the pages of scenarios share: systems to try them on, addresses that hold a whole scenario, answers that are kept."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Query, Request

from aftershock.report.whatif_words import intervention_words
from aftershock.scenarios.scenario import Written
from aftershock.web.jobs import Job
from aftershock.web.pages.finished import JOB_PATTERN, finished, results_of
from aftershock.web.pages.whatif.building import ScenarioError, checked
from aftershock.web.work.bases import EXAMPLE, Base, example_base, read_base
from aftershock.web.work.trying import LONGEST_TEXT, OWN

__all__ = [
    "BaseName",
    "Draws",
    "JobName",
    "Seed",
    "Text",
    "address_of",
    "base_of",
    "base_of_text",
    "changes_of",
    "kept_answers",
    "known_bases",
    "link_to",
    "runnable",
    "same_answers",
]  # fmt: skip

JobName = Annotated[str, Path(pattern=JOB_PATTERN, description="Id of the job that answered it.")]
BaseName = Annotated[
    str,
    Query(pattern=r"^(|after-isis|own|[0-9a-f]{16})$", description="after-isis, own, or the job that fitted a system"),
]
Text = Annotated[str, Query(max_length=LONGEST_TEXT, description="A scenario in YAML.")]
Draws = Annotated[int, Query(ge=20, le=2000)]
Seed = Annotated[int, Query(ge=0, le=2**31)]
MOST_BASES = 30


def base_of(request: Request, name: str) -> Base | None:
    """Return a system by its name; None for a scenario's own."""
    if name == OWN:
        return None
    if name in ("", EXAMPLE):
        return example_base()
    job = finished(request, name, "system")
    return read_base(request.app.state.queue.results(job.id), job.id)


def known_bases(request: Request) -> list[tuple[str, str]]:
    """Return name and title of each system that can be chosen."""
    fits = [
        (job.id, f"{job.parameters['countries']}, {(job.facts or {}).get('days', '')}")
        for job in results_of(request, "system")[:MOST_BASES]
    ]
    return [*fits, (EXAMPLE, f"{example_base().title}, that of the examples")]


def base_of_text(text: str, base: str = "") -> str:
    """Return what a scenario is tried on: the system named, or its own where its text describes another than the examples'."""
    if base not in ("", EXAMPLE):
        return base
    try:
        recipe = checked(text, None).scenario.system if text.strip() else None
    except ScenarioError:
        return EXAMPLE
    plain = recipe.model_dump(mode="json", exclude_unset=True) if recipe else None
    return EXAMPLE if plain in (None, example_base().system) else OWN


def runnable(text: str, base: Base | None) -> str:
    """Return a scenario as it stands, with the recipe of its system below where it has none and one is known."""
    import yaml

    text = text.replace("\r\n", "\n").rstrip() + "\n"
    if base is None or base.system is None or checked(text, None).scenario.system is not None:
        return text
    days = {key: dt.date.fromisoformat(base.system[key]) for key in ("first", "until")}
    return text + str(yaml.safe_dump({"system": base.system | days}, sort_keys=False, allow_unicode=True))


def address_of(base: str, text: str, **more: Any) -> str:
    """Return the address of a scenario being built."""
    return f"/whatif?{urlencode({'base': base, 'scenario': text} | more)}"


def link_to(job: Job) -> str:
    """Return an answer's address. It holds the scenario, too, so that it can be worked out anew where it is not kept."""
    given = job.parameters
    if given["example"]:
        return f"/whatif?{urlencode({'result': job.id})}"
    words = {key: given[key] for key in ("base", "scenario", "draws", "seed")}
    return f"/whatif?{urlencode({'result': job.id} | words)}"


def kept_answers(request: Request) -> list[dict[str, Any]]:
    """Return the answers that are kept, the newest first."""
    return [
        {
            "id": job.id,
            "title": (job.facts or {}).get("scenario")
            or f"the {(job.facts or {}).get('scenarios', '')} scenarios of {job.parameters['example']}",
            "said": (job.facts or {}).get("difference", ""),
            "record": (job.facts or {}).get("the record", ""),
            "ended": dt.datetime.fromtimestamp(round(job.ended or job.created), dt.UTC),
        }
        for job in results_of(request, "whatif")
    ]


def same_answers(request: Request, base: str, text: str) -> list[dict[str, Any]]:
    """Return how often, and with which seed, a scenario has been worked out already; each with its job as ``result``."""
    wanted = text.strip()
    return [
        {"result": job.id, "draws": job.parameters["draws"], "seed": job.parameters["seed"]}
        for job in results_of(request, "whatif")
        if job.parameters["base"] == base and job.parameters["scenario"].replace("\r\n", "\n").strip() == wanted
    ]


def changes_of(written: Written) -> list[str]:
    """Return a scenario's changes in words."""
    return [intervention_words(one) for one in written.scenario.interventions]
