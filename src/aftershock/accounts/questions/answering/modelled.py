"""What questions to an actor system have in common."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from aftershock.accounts.questions.answering.systems import default_recipe, rule_of
from aftershock.accounts.questions.base import Question
from aftershock.scenarios.scenario import Recipe

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["OfSystem"]


class OfSystem(Question):
    """A question to an actor system.

    Parameters
    ----------
    system : Recipe, optional
        How the system is fitted: the same recipe in several questions is fitted once. The countries of the scope and the last
        four whole years if not given. Its rule is looked for in the folder the command is run in, then among the examples.
    """

    asks: ClassVar[str] = "an actor system"
    system: Recipe | None = None

    def recipe(self, then: dt.date) -> Recipe:
        """Return how the system is fitted."""
        return default_recipe(self.system, self.criteria.scope, then)

    def faults(self, record: Record) -> list[str]:
        """Return what of the question cannot be; names that the recipe's rule gives to actors can."""
        rule = rule_of(self.system) if self.system else None
        if rule is None or not rule.aliases:
            return super().faults(record)
        known = {name.lower() for name in rule.aliases}
        scope = self.criteria.scope
        left = {
            side: tuple(name for name in getattr(scope, side) if name.lower() not in known)
            for side in ("actors", "against")
        }
        criteria = self.criteria.model_copy(update={"scope": scope.model_copy(update=left)})
        own = Question.faults(self.model_copy(update={"criteria": criteria}), record)
        return [fault for fault in own if not any(f"'{name}'" in fault.lower() for name in known)]
