"""What the world's lists and table hold, in words; the first colours of its map."""

from __future__ import annotations

from typing import Any

from aftershock.report.colours import FIRST, MEASURES, bin_of

__all__ = ["first_fills", "world_words"]


def world_words(payload: dict[str, Any]) -> dict[str, str]:
    """Return what each short list and the ranked table hold, of a payload of :func:`aftershock.report.data.forecast_payload`."""
    joint, months, span = payload["joint"], payload["sum"]["months"], payload["sum"]["span"]
    before = "the month before" if months == 1 else f"the {months} months before"
    together = f", {months} months together" if months > 1 else ""
    if joint:
        return {
            "highest": f"Deaths over {span}, middle of the forecast.",
            "rising": f"Fewer than 25 deaths in {before}, more now at least as likely as not; chance of 25 or more.",
            "falling": f"100 or more deaths in {before}, fewer likely now; before → forecast.",
            "ranking": f"Deaths over {span}{together}. Change: the middle of the forecast less as many months before, in "
            "deaths a month. Choose a heading to sort.",
        }
    return {
        "highest": f"Deaths over {span}, average of the forecast.",
        "rising": "Fewer than 25 deaths in 12 months, a higher worst month ahead; chance of 25 or more in it.",
        "falling": f"100 or more deaths in the last 12 months, fewer expected now; {before} → forecast.",
        "ranking": f"Months from {span}; chances are those of the month with the highest average. Change: average month of the "
        "forecast less the average of the last 12 months. Choose a heading to sort.",
    }


def first_fills(payload: dict[str, Any]) -> dict[int, str]:
    """Return the colour of each country on the map before anything is chosen, by VIEWS number: the first month forecast."""
    values = payload["cells"][payload["target"]][FIRST][:: len(payload["months"])]
    colours = MEASURES[FIRST]["colours"]
    return {
        unit["id"]: f"var(--{colours[bin_of(FIRST, value)]})"
        for unit, value in zip(payload["units"], values, strict=True)
    }
