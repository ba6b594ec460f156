"""Write down who is in the system of the example scenarios, for the what-if page: ``after_isis.json``.

Run from the repository's root: ``python tools/build_example_base.py``. It takes seconds; nothing is fitted.
"""

import json
from pathlib import Path

from aftershock.figures import embedded_events
from aftershock.scenarios import examples
from aftershock.scenarios.examples import example_scenarios
from aftershock.streams import build_streams, read_rule
from aftershock.web.work.bases import EXAMPLE, describe_base

PLACE = Path("src/aftershock/web/work/after_isis.json")


class _Unfitted:
    """Streams where a system is asked for."""

    def __init__(self, streams):
        self.streams = streams


def example_document():
    """Return what the file holds."""
    recipe = example_scenarios(EXAMPLE)[0].scenario.system
    rule = read_rule(Path(examples.__file__).parent / EXAMPLE / recipe.rule)
    events = embedded_events(list(recipe.countries))
    streams = build_streams(events, countries=list(recipe.countries), rule=rule, first=recipe.first, until=recipe.until)
    plain = recipe.model_dump(mode="json", exclude_unset=True)
    return describe_base(_Unfitted(streams), "Iraq and Syria as of 5 July 2017") | {"system": plain}


if __name__ == "__main__":
    text = json.dumps(example_document(), indent=1, ensure_ascii=False)
    PLACE.write_text(f"{text}\n", encoding="utf-8")
    print(f"{PLACE}: {len(text):,} characters")
