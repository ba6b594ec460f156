"""The bins in which the map by grid cell shows numbers; a cell holds far fewer deaths than a country."""

from __future__ import annotations

from typing import Any

from aftershock.report.colours import CHANCES, measure

__all__ = ["CELL_MEASURES", "DEFAULT_BIN"]

CELL_MEASURES: dict[str, dict[str, Any]] = {
    "p_1": measure("Chance of at least one death", *CHANCES),
    "mean": measure(
        "Deaths: average of the forecast",
        [0.05, 0.5, 1.5, 4.5, 24.5, 99.5],
        "under 0.05|0.05–0.5|0.5–1|2–4|5–24|25–99|100+",
        "zero d1 d2 d3 d4 d5 d6",
    ),
    "change": measure(
        "Change from the last 12 months",
        [-24.5, -4.5, -0.5, 0.5, 4.5, 24.5],
        "−25 or lower|−24 to −5|−4 to −1|about the same|+1 to +4|+5 to +24|+25 or higher",
        "c1 c2 c3 c4 c5 c6 c7",
    ),
    "p_25": measure("Chance of 25 or more deaths", *CHANCES),
    "p_100": measure("Chance of 100 or more deaths", *CHANCES),
    "p_1000": measure("Chance of 1,000 or more deaths", *CHANCES),
}
"""As :data:`aftershock.report.colours.MEASURES` has them for countries."""
DEFAULT_BIN = {name: 3 if name == "change" else 0 for name in CELL_MEASURES}
"""The bin of cells that a map does not list."""
