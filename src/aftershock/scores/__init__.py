"""Scores: array kernels, tables of them, and paired comparison."""

from __future__ import annotations

from aftershock.scores.comparison import Comparison, compare
from aftershock.scores.tables import COVERAGES, actuals_of, score, summarise_scores

__all__ = ["COVERAGES", "Comparison", "actuals_of", "compare", "score", "summarise_scores"]
