"""Forecasts of PRIO-GRID cells: a country's draws placed in its cells, draw by draw, so that both agree."""

from __future__ import annotations

from aftershock.grid.forecasts import Task, forecast_cells, make_tasks, place_country
from aftershock.grid.outputs import write_outputs
from aftershock.grid.patterns import Placing
from aftershock.grid.write import LAYOUTS, Written, check_layout, write_grid

__all__ = [
    "LAYOUTS", "Placing", "Task", "Written", "check_layout", "forecast_cells", "make_tasks", "place_country", "write_grid",
    "write_outputs",
]  # fmt: skip
