"""What if? Another course tried on a fitted system: scenarios, answered as differences of distributions."""

from aftershock.scenarios.answers import Answer, answer_table
from aftershock.scenarios.examples import example_scenarios
from aftershock.scenarios.files import answers_document, comparison_table, hub_scenarios, write_answer
from aftershock.scenarios.running import whatif, whatif_many
from aftershock.scenarios.scenario import Scenario, read_scenario

__all__ = [
    "Answer", "Scenario", "answer_table", "answers_document", "comparison_table", "example_scenarios", "hub_scenarios",
    "read_scenario", "whatif", "whatif_many", "write_answer",
]  # fmt: skip
