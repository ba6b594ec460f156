"""Does one's violence raise another's? Asked of an actor system, and of the days themselves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from aftershock.accounts.questions.answering.modelled import OfSystem
from aftershock.accounts.questions.answering.systems import (
    cannot_say,
    covered_from,
    last_day_of,
    recipe_words,
    rule_of,
    scope_words,
    streams_of,
    system_or_why,
)
from aftershock.accounts.questions.base import Form, Scope, Type
from aftershock.accounts.verdicts import SURE, Verdict, VerdictWord

if TYPE_CHECKING:
    from aftershock.accounts.questions.answering.placebo import Placebo
    from aftershock.accounts.record import Record
    from aftershock.scenarios.running import Prepared

__all__ = ["COMMON", "LIKELY", "RARE", "Effect", "Feeds", "by_link"]

MARGIN = 0.05
"""What :data:`aftershock.system.tables.LITTLE` says, without its compiled code: a form is read where none is wanted."""
RARE = 0.05
"""Share of placebos that may say as much as the cause itself for a link to count as seen."""
COMMON = 0.5
"""Share from which the days show nothing of a link."""
LIKELY = 0.5
"""Chance of more than the margin that a link seen in the days must have. The prior doubts every link and draws strong ones
towards nothing: of links of six margins one in six would reach nine in ten."""
FloatArray = NDArray[np.float64]


def by_link(chance: float, placebo: Placebo) -> VerdictWord:
    """Return the verdict on a claim that violence feeds violence.

    Supported where the days say so, as no more than one placebo in twenty has as high a score and effect follows cause more than
    cause follows effect, *and* the posterior has the link more likely above the margin than not. Contradicted where the posterior
    is sure that the link is below the margin *and* half of the placebos or more say as much. Else it cannot be said.

    Parameters
    ----------
    chance : float
        Posterior probability of more children than the margin.
    placebo : Placebo

    Examples
    --------
    >>> from aftershock.accounts.questions.answering.placebo import Placebo
    >>> by_link(0.97, Placebo(3.1, 0.01, 0.4, 99, 1200)), by_link(0.97, Placebo(0.8, 0.35, 0.4, 99, 1200))
    ('supported', 'cannot say')
    """
    if chance >= LIKELY and placebo.share <= RARE and placebo.forward:
        return "supported"
    if chance <= 1 - SURE and placebo.share >= COMMON:
        return "contradicted"
    return "cannot say"


class Effect(Form):
    """Whose violence is raised, as criteria say whose raises it."""

    scope: Scope = Scope()
    types: Annotated[tuple[Type, ...], Field(min_length=1)] = ("sb", "ns", "os")


class Feeds(OfSystem):
    """Whether violence of some streams is followed by more of others.

    Parameters
    ----------
    raises : Effect
        The violence that is raised; ``criteria`` say which raises it.
    through : {"events", "civilians"}
        By whatever happens, or only by what harm to civilians adds to an event ("blowback").
    margin : float
        Further events per event below which a link is as good as none.
    system : Recipe, optional
    """

    asks: ClassVar[str] = "whether violence of some is followed by more of others"
    kind: Literal["feeds"] = "feeds"
    raises: Effect
    through: Literal["events", "civilians"] = "events"
    margin: Annotated[float, Field(gt=0, le=10)] = MARGIN

    def worded(self) -> str:
        """Return a sentence made from the keys alone."""
        cause, effect = self._sides()
        what = f"{cause} that kills civilians" if self.through == "civilians" else cause
        return f"Is {what} followed by more {effect}?"

    def named(self) -> tuple[str, ...]:
        """Return the actors whose violence is raised."""
        scope = self.raises.scope
        return tuple(name for name in (*scope.actors, *scope.against) if name.lower() != "civilians")

    def _sides(self) -> tuple[str, str]:
        one, two = self.criteria, self.raises
        return scope_words(one.scope, one.types), scope_words(two.scope, two.types)

    def check(self, record: Record, then: dt.date) -> Verdict:
        """Return whether it does, by the days the record holds."""
        from aftershock.accounts.questions.answering.placebo import placebo_of

        recipe = self.recipe(then)
        ready = system_or_why(record, recipe)
        if isinstance(ready, str):
            return cannot_say(ready, asked=self.worded(), vintage=record.vintage)
        streams, rule = ready.system.streams, rule_of(recipe)
        causes, notes = streams_of(streams, self.criteria.scope, self.criteria.types, rule)
        effects, more = streams_of(streams, self.raises.scope, self.raises.types, rule)
        asked = self._asked(ready, causes, effects)
        harm = self.through == "civilians"
        begin = covered_from(record, streams, [*causes, *effects])
        tested = placebo_of(ready.system, causes, effects, harm=harm, begin=begin) if causes and effects else None
        if tested is None:
            return cannot_say(_nothing(causes, effects, harm=harm), asked=asked, vintage=record.vintage)
        links = _children(ready, causes, effects, harm=harm)
        chance = float((links > self.margin).mean())
        word = by_link(chance, tested)
        low, middle, high = (float(v) for v in np.quantile(links, (0.05, 0.5, 0.95)))
        return Verdict(
            word,
            _sentence(word, (low, middle, high), tested, self.margin, harm=harm),
            figures={
                "low": low, "median": middle, "high": high, "chance": chance, "margin": self.margin, "score": tested.score,
                "placebo_share": tested.share, "backward_score": tested.backward, "placebos": tested.placebos,
            },
            filter=asked,
            sample=tested.days,
            vintage=record.vintage,
            provisional=record.provisional(last_day_of(streams)),
            chance=chance if word != "cannot say" else None,
            notes=(*notes, *more, *_notes(causes, effects, harm=harm)),
        )  # fmt: skip

    def _asked(self, ready: Prepared, causes: list[int], effects: list[int]) -> str:
        names = ready.system.names
        what = (
            "further events per average harm to civilians"
            if self.through == "civilians"
            else "further events per event"
        )
        return (
            f"{what}, from {'; '.join(names[s] for s in causes) or 'nothing'} to "
            f"{'; '.join(names[s] for s in effects) or 'nothing'}, above {self.margin:g}; {recipe_words(ready)}"
        )


def _children(ready: Prepared, causes: list[int], effects: list[int], *, harm: bool) -> FloatArray:
    """Return direct children on the effects of an average event of the causes, shape (m,); own links only for harm."""
    links = (ready.structure.harm if harm else ready.structure.edges)[:, effects][:, :, causes]
    if not harm:
        links = links * (np.array(effects)[:, None] != np.array(causes)[None, :])
    from aftershock.system.tables import events_of

    events = events_of(ready.system)[causes]
    return np.asarray(links.sum(axis=1) @ (events / max(float(events.sum()), 1.0)))


def _nothing(causes: list[int], effects: list[int], *, harm: bool) -> str:
    if not causes or not effects:
        side = "that is said to raise other violence" if not causes else "that is said to be raised"
        return f"The record has too few events of the violence {side}: no stream of the system is of it."
    if harm:
        return "No death of a civilian is on record in the violence asked about, or the system has no link from it."
    return "Cause and effect are one and the same stream, or the system has no link from one to the other."


def _notes(causes: list[int], effects: list[int], *, harm: bool) -> list[str]:
    said = ["Links are what followed what, not proof of cause: what drove both within weeks can look the same."]
    if not harm and set(causes) & set(effects):
        said.append(
            "Streams in which both take part are cause and effect; what they do to themselves is left out, for sides carry no "
            "direction."
        )
    return said


def _sentence(
    word: VerdictWord, ends: tuple[float, float, float], tested: Placebo, margin: float, *, harm: bool
) -> str:
    low, middle, high = ends
    per = "an event's harm to civilians" if harm else "an event"
    said = f"The fit has {middle:.2f} ({low:.2f} to {high:.2f}) further events for {per}"
    placebo = f"{tested.share:.0%} of causes shifted in time, where nothing can follow, say as much".replace("%", " %")
    if harm:
        placebo = f"{tested.share:.0%} of cases with the harm of other events say as much".replace("%", " %")
    back = "" if tested.forward else ", and what came before the cause fits as well as what came after"
    ends_in = {
        "supported": f"; only {placebo}.",
        "contradicted": f"; more than {margin:g} is all but ruled out, and {placebo}.",
    }
    return said + ends_in.get(word, f"; {placebo}{back}: the days cannot tell it from none.")
