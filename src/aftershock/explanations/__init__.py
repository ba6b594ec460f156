"""Why a forecast says what it says: the past situations it rests on, what made the difference, the models' weights.

An explanation is an account of how the default model came to its forecast from the record. It says nothing of causes.
"""

from __future__ import annotations

from aftershock.explanations.explaining import Explanation, explain, explain_units
from aftershock.explanations.features import PARTS
from aftershock.explanations.members import described, forest_of, members_table, pools
from aftershock.explanations.outlook import Outlook, outlook
from aftershock.explanations.words import about, reading, span_of, tell

__all__ = [
    "PARTS", "Explanation", "Outlook", "about", "described", "explain", "explain_units", "forest_of", "members_table",
    "outlook", "pools", "reading", "span_of", "tell",
]  # fmt: skip
