"""What records of organised violence cannot answer, and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from aftershock.accounts.questions.base import Question
from aftershock.accounts.verdicts import Verdict

if TYPE_CHECKING:
    from aftershock.accounts.record import Record

__all__ = ["Outside"]


class Outside(Question):
    """No question to the record: troop numbers, motives, oil, law.

    Parameters
    ----------
    reason : str
        Why it cannot be answered, as a clause: "records of violence hold no numbers of troops".
    """

    asks: ClassVar[str] = "nothing: why records of organised violence cannot tell"
    kind: Literal["outside"] = "outside"
    reason: Annotated[str, Field(min_length=1, max_length=500)]

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        return f"Nothing is asked: {self.reason}."

    def check(self, record: Record, then: dt.date) -> Verdict:  # noqa: ARG002
        """Return that it is outside the record."""
        return Verdict("outside the record", f"{self.reason[:1].upper()}{self.reason[1:]}.", filter="nothing asked")
