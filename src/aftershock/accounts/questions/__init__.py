"""The questions that claims become, one file per kind.

To add a kind: a subclass of :class:`Question` in a file of its own, and its name below.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from aftershock.accounts.questions.base import Criteria, Question, Resolution, Scope, Threshold, Window
from aftershock.accounts.questions.count import Count
from aftershock.accounts.questions.feeds import Feeds
from aftershock.accounts.questions.fights import Fights
from aftershock.accounts.questions.forecast import Forecast
from aftershock.accounts.questions.happened import Happened
from aftershock.accounts.questions.outside import Outside
from aftershock.accounts.questions.scatters import Scatters
from aftershock.accounts.questions.sides import Sides
from aftershock.accounts.questions.spiral import Spiral
from aftershock.accounts.questions.spreads import Spreads
from aftershock.accounts.questions.succeeds import Succeeds
from aftershock.accounts.questions.trend import Trend
from aftershock.accounts.questions.whatif import WhatIf

__all__ = ["AnyQuestion", "Criteria", "Question", "Resolution", "Scope", "Threshold", "Window"]

AnyQuestion = Annotated[
    Count
    | Feeds
    | Fights
    | Forecast
    | Happened
    | Outside
    | Scatters
    | Sides
    | Spiral
    | Spreads
    | Succeeds
    | Trend
    | WhatIf,
    Field(discriminator="kind"),
]
