"""The actor system: which violence feeds which, estimated from days, with uncertainty."""

from aftershock.system.backgrounds import BackgroundComparison, choose_background, compare_backgrounds
from aftershock.system.files import read_system, write_system
from aftershock.system.fit import System, fit_system
from aftershock.system.forecasts import forecast_system, outcomes_of
from aftershock.system.residuals import Residuals, residuals_of
from aftershock.system.scoring import SystemScores, score_system
from aftershock.system.shapes import Shock
from aftershock.system.simulate import Assumptions, Paths, simulate_system
from aftershock.system.spiral import Spiral, follow_spiral, spiral_of
from aftershock.system.structure import Structure, structure_of
from aftershock.system.tables import edges_table, streams_table

__all__ = [
    "Assumptions", "BackgroundComparison", "Paths", "Residuals", "Shock", "Spiral", "Structure", "System", "SystemScores",
    "choose_background", "compare_backgrounds", "edges_table", "fit_system", "follow_spiral", "forecast_system", "outcomes_of",
    "read_system", "residuals_of", "score_system", "simulate_system", "spiral_of", "streams_table", "structure_of",
    "write_system",
]  # fmt: skip
