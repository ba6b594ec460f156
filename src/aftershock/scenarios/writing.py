"""A scenario as the YAML text that reads back as the same scenario."""

from __future__ import annotations

from typing import Any

from aftershock.scenarios.scenario import Scenario

__all__ = ["scenario_text"]

WIDTH = 100


def scenario_text(scenario: Scenario) -> str:
    r"""Return a scenario as YAML, with what was set and nothing else.

    Examples
    --------
    >>> from aftershock.scenarios import read_scenario
    >>> text = "name: a-b\ntitle: A and b\nuntil: 2018-12-31\n"
    >>> text += "interventions: [{kind: leaves, actor: IS, date: 2017-09-01}]"
    >>> print(scenario_text(read_scenario(text).scenario))
    name: a-b
    title: A and b
    until: 2018-12-31
    interventions:
    - kind: leaves
      actor: IS
      date: 2017-09-01
    """
    import yaml

    plain = _plain(scenario.model_dump(exclude_unset=True))
    plain["interventions"] = [_kind_first(one) for one in plain.get("interventions", [])]
    order = {name: plain[name] for name in Scenario.model_fields if plain.get(name) not in ("", [], None)}
    return str(yaml.safe_dump(order, sort_keys=False, allow_unicode=True, width=WIDTH))


def _kind_first(one: dict[str, Any]) -> dict[str, Any]:
    """Return an intervention as people write it: what it is, on whom, and at the end from when to when."""
    last = ("date", "until")
    return {
        "kind": one["kind"],
        **{name: value for name, value in one.items() if name != "kind" and name not in last},
        **{name: one[name] for name in last if one.get(name) is not None},
    }


def _plain(value: Any) -> Any:
    """Return lists for tuples; a range of one number is that number."""
    if isinstance(value, dict):
        return {name: _number(each) if name == "factor" else _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _number(factor: Any) -> Any:
    values = [
        int(each) if float(each).is_integer() else each for each in (factor if isinstance(factor, tuple) else (factor,))
    ]
    return values[0] if len(set(values)) == 1 else values
