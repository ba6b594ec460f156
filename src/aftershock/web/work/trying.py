"""The job that tries a scenario: both courses of the same futures, their difference, and what the record can tell of it."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from aftershock._version import __version__
from aftershock.errors import UsageError
from aftershock.web.work.bases import EXAMPLE, example_base, read_base
from aftershock.web.work.kinds import Kind, Parameters, Place, Progress

if TYPE_CHECKING:  # their code is compiled, and slow to load
    from aftershock.scenarios.answers import Answer
    from aftershock.scenarios.scenario import Recipe, Written
    from aftershock.system.fit import System

__all__ = [
    "ANSWER_FILES",
    "KIND",
    "LONGEST_TEXT",
    "OWN",
    "WhatIfParameters",
    "folder_of_rules",
    "read_text_of_scenario",
]

OWN = "own"
LONGEST_TEXT = 12_000
"""Characters of a scenario: it travels in addresses, so that it can be shared."""
ANSWER_FILES = ("answers.json", "comparison.csv", "differences.csv", "draws.parquet", "hubverse.parquet", "report.html")
SECTIONS = "sections.html"
RULE = "fronts.yaml"


class WhatIfParameters(Parameters):
    """What to try, on what, and how often."""

    base: str = Field(
        EXAMPLE,
        pattern=r"^(after-isis|own|[0-9a-f]{16})$",
        title="System",
        description="after-isis, own (the scenario's), or a job that fitted one",
    )
    scenario: str = Field("", max_length=LONGEST_TEXT, title="Scenario", description="YAML, as for `aftershock whatif`")
    example: Literal["", "after-isis"] = Field("", title="Examples", description="All scenarios of an example instead")
    draws: int = Field(500, ge=20, le=2000, title="Pairs of futures")
    seed: int = Field(1, ge=0, le=2**31, title="Seed")


def read_text_of_scenario(text: str) -> Written:
    """Return a scenario from what somebody wrote, never from a file that the words would name.

    Raises
    ------
    UsageError
        What does not fit the form, with its line, or a rule for streams that does not come with the examples.
    """
    from aftershock.scenarios.scenario import read_scenario

    if len(text) > LONGEST_TEXT:
        raise UsageError(
            f"a scenario must have at most {LONGEST_TEXT:,} characters here",
            found=f"{len(text):,}",
            fix="Use `aftershock whatif FILE` for longer ones.",
        )
    written = read_scenario(text.replace("\r\n", "\n").rstrip() + "\n")
    recipe = written.scenario.system
    named = recipe.rule if recipe is not None else None
    if named is not None and named != RULE:
        raise UsageError(
            "a rule for streams must be one that comes with the examples",
            found=f"{written.place('system', 'rule')}{named[:60]!r}",
            fix=f"Write `rule: {RULE}`, leave it out, or use `aftershock whatif FILE`.",
        )
    return written


def folder_of_rules() -> Path:
    """Return where the examples' rules for streams lie."""
    return Path(str(files("aftershock.scenarios").joinpath("examples", EXAMPLE)))


def run(parameters: WhatIfParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Answer a scenario, or all of an example, and write what the page shows and programs read."""
    from aftershock.exports import write_bytes
    from aftershock.report.whatif_page import render_whatif_sections, write_whatif_report
    from aftershock.scenarios.examples import example_scenarios
    from aftershock.scenarios.files import write_answer
    from aftershock.scenarios.running import prepare, whatif_many

    if bool(parameters.example) == bool(parameters.scenario.strip()):
        raise UsageError(
            "there must be a scenario, or an example",
            found="both" if parameters.example else "neither",
            fix="Give one of them.",
        )
    written = (
        example_scenarios(parameters.example) if parameters.example else [read_text_of_scenario(parameters.scenario)]
    )
    ready = prepare(_system(parameters, written[0], place, progress))
    answers = whatif_many(written, ready, draws=parameters.draws, seed=parameters.seed, progress=progress)
    progress("writing files", 0, None)
    write_answer(place.folder, answers)
    write_whatif_report(answers, place.folder / "report.html")
    write_bytes(place.folder / SECTIONS, render_whatif_sections(answers).encode())
    return _facts(answers)


def _facts(answers: list[Answer]) -> dict[str, Any]:
    from aftershock.report.whatif_words import answer_sentence

    first = answers[0]
    said = (
        {"scenario": first.scenario.title, "difference": answer_sentence(first)}
        if len(answers) == 1
        else {"scenarios": len(answers)}
    )
    return {**said, "the record": first.identification.verdict if len(answers) == 1 else "see each"}


def _system(parameters: WhatIfParameters, written: Written, place: Place, progress: Progress) -> System:
    """Return the system: fitted by a job before, or by a recipe, then kept."""
    from aftershock.figures import embedded_events
    from aftershock.store import Store
    from aftershock.system.files import read_system
    from aftershock.system.workflow import load_events

    example = parameters.base == EXAMPLE or bool(parameters.example)
    if not example and parameters.base != OWN:
        folder = place.folder.parent / parameters.base
        read_base(folder, parameters.base)
        return read_system(folder)
    recipe = _recipe(written, example=example)
    progress("reading events", 0, None)
    countries = list(recipe.countries)
    events = (
        embedded_events(countries or None)
        if example
        else load_events(store=Store(place.data), countries=countries, progress=progress)
    )
    seed = parameters.seed
    said = [recipe.model_dump(mode="json"), seed, __version__, events.provenance.source, events.provenance.vintage]
    key = hashlib.blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=8).hexdigest()
    return _kept(recipe, events, place.folder.parent.parent / "systems" / key, seed, progress)


def _recipe(written: Written, *, example: bool) -> Recipe:
    from aftershock.scenarios.scenario import Recipe

    if example:
        return Recipe.model_validate(example_base().system)
    if written.scenario.system is None:
        raise UsageError(
            "a scenario needs a system", found="no recipe in it", fix="Write `system:`, or choose a fitted one."
        )
    return written.scenario.system


def _kept(recipe: Recipe, events: Any, folder: Path, seed: int, progress: Progress) -> System:
    """Return what a recipe gives: from its folder, or fitted as the command line would, and put there."""
    from aftershock.errors import DataError
    from aftershock.scenarios.running import fit_recipe
    from aftershock.system.files import read_system, write_system

    try:
        return read_system(folder)
    except DataError:  # none yet, or one of another version
        system = fit_recipe(recipe, events, folder=folder_of_rules(), seed=seed, progress=progress)
        write_system(folder, system)
        return system


KIND = Kind(
    name="whatif", title="Try a scenario", parameters=WhatIfParameters, run=run, page="/whatif?result={id}", minutes=60
)
