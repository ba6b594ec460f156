"""The page on scenarios keeps step with their forms, and its examples are scenarios."""

import re
from pathlib import Path
from typing import get_args

import pytest

from aftershock.scenarios import read_scenario
from aftershock.scenarios.interventions import Intervention
from aftershock.scenarios.scenario import Active, Recipe, Scenario

PAGE = (Path(__file__).parents[2] / "docs" / "whatif.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FORMS = get_args(get_args(Intervention)[0])


@pytest.mark.parametrize("text", EXAMPLES, ids=[text.partition("\n")[0] for text in EXAMPLES])
def test_examples_are_scenarios(text):
    read_scenario(text)


def test_every_kind_of_intervention_has_an_example():
    shown = {one.kind for text in EXAMPLES for one in read_scenario(text).scenario.interventions}
    assert shown == {get_args(form.model_fields["kind"].annotation)[0] for form in FORMS}


def test_every_key_is_on_the_page():
    keys = {name for form in (Scenario, Recipe, Active, *FORMS) for name in form.model_fields}
    assert not [name for name in sorted(keys) if f"`{name}`" not in PAGE and f"`{name}:" not in PAGE]
