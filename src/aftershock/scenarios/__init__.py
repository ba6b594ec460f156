"""What if? Another course tried on a fitted system: scenarios, answered as differences of distributions.

Names are loaded when they are asked for: a scenario can be read and checked without the compiled code that runs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aftershock.scenarios.answers import Answer, answer_table
    from aftershock.scenarios.examples import example_scenarios
    from aftershock.scenarios.files import answers_document, comparison_table, hub_scenarios, write_answer
    from aftershock.scenarios.running import whatif, whatif_many
    from aftershock.scenarios.scenario import Scenario, read_scenario
    from aftershock.scenarios.writing import scenario_text

_HOMES = {
    "answers": ("Answer", "answer_table"),
    "examples": ("example_scenarios",),
    "files": ("answers_document", "comparison_table", "hub_scenarios", "write_answer"),
    "running": ("whatif", "whatif_many"),
    "scenario": ("Scenario", "read_scenario"),
    "writing": ("scenario_text",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Answer", "Scenario", "answer_table", "answers_document", "comparison_table", "example_scenarios", "hub_scenarios",
    "read_scenario", "scenario_text", "whatif", "whatif_many", "write_answer",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'aftershock.scenarios' has no attribute {name!r}")
    return getattr(import_module(f"aftershock.scenarios.{_HOME_OF[name]}"), name)
