"""The signed network of actors: who fights whom, who is on whose side, and what each tie rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from aftershock.actors.alliances.history import Key, Pair
from aftershock.contract import Provenance
from aftershock.errors import UsageError, nearest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Actor", "Evidence", "Network", "Tie"]

LIST_NOTE = (
    "UCDP's actor list gives alliances without dates; two members of one count as tied from when the alliance itself is "
    "in the record."
)


@dataclass(frozen=True)
class Actor:
    """One actor of a network.

    Parameters
    ----------
    name : str
        As UCDP writes it, or an alias.
    keys : tuple of int or str
        UCDP's numbers of those it stands for; a name where there is no number.
    state : bool
        Whether it is a government.
    events : int
        State-based and non-state events in the window that it had a part in; 0 for those only declared.
    countries : tuple of int
        Where those lay, Gleditsch–Ward numbers.
    last : datetime.date or None
        The last day of those; None where there are none.
    """

    name: str
    keys: tuple[Key, ...]
    state: bool
    events: int
    countries: tuple[int, ...]
    last: dt.date | None = None


@dataclass(frozen=True)
class Evidence:
    """One thing a tie rests on.

    Parameters
    ----------
    kind : {"fought", "joint side", "listed", "declared"}
    sign : int
        -1 or 1.
    said : str
        In words.
    events, deaths : int
        Of the record; 0 where it rests on none.
    first, last : datetime.date or None
        Days of the evidence; None where it is undated, or goes on.
    supporter : str
        Who supports, where that is declared; else empty.
    """

    kind: str
    sign: int
    said: str
    events: int = 0
    deaths: int = 0
    first: dt.date | None = None
    last: dt.date | None = None
    supporter: str = ""


@dataclass(frozen=True)
class Tie:
    """Two actors that fight or side with each other; the order of ``a`` and ``b`` means nothing.

    Parameters
    ----------
    a, b : str
    evidence : tuple of Evidence
    """

    a: str
    b: str
    evidence: tuple[Evidence, ...]

    @property
    def sign(self) -> int:
        """-1 fights, 1 sides with, 0 where dated evidence speaks both ways: what is undated does not outweigh what is dated."""
        dated = {each.sign for each in self.evidence if each.kind != "listed"}
        signs = dated or {each.sign for each in self.evidence}
        return signs.pop() if len(signs) == 1 else 0

    @property
    def contradictory(self) -> bool:
        """Whether any of the evidence says that they fight, and any that they side with each other."""
        return len({each.sign for each in self.evidence}) > 1

    @property
    def actors(self) -> tuple[str, str]:
        """Both."""
        return self.a, self.b

    @property
    def events(self) -> int:
        """Events that speak for the tie's sign."""
        return sum(each.events for each in self.evidence if each.sign == self.sign)

    def line(self) -> str:
        """Return the tie in a sentence."""
        verb = {-1: "fight", 1: "side with each other", 0: "both fight and side with each other"}[self.sign]
        doubt = ", though not all evidence says so" if self.contradictory and self.sign else ""
        return f"{self.a} and {self.b} {verb}{doubt}: {'; '.join(each.said for each in self.evidence)}."


@dataclass(frozen=True)
class Network:
    """Who fights whom and who sides with whom in a window of days.

    Parameters
    ----------
    actors : tuple of Actor
        Those with a tie, by name.
    ties : tuple of Tie
    first, until : datetime.date
        The window.
    notes : tuple of str
        What a reader must know.
    fought : frozenset of pairs of int or str
        Pairs of keys known to have fought before the window.
    provenance : Provenance

    Examples
    --------
    >>> from aftershock.actors.alliances.building import network
    >>> from aftershock.figures import embedded_events
    >>> found = network(embedded_events(["Syria"]), until="2017-07-05")
    >>> print(found.tie("IS", "SDF").line())
    IS and SDF fight: 1,393 events with 7,842 deaths, 2016-01-01 to 2017-07-05.
    """

    actors: tuple[Actor, ...]
    ties: tuple[Tie, ...]
    first: dt.date
    until: dt.date
    notes: tuple[str, ...]
    fought: frozenset[Pair]
    provenance: Provenance

    def actor(self, name: str) -> Actor:
        """Return an actor by name."""
        found = next((each for each in self.actors if each.name == name), None)
        if found is None:
            known = [each.name for each in self.actors]
            raise UsageError("an actor must be in the network", found=repr(name), fix=nearest(name, known))
        return found

    def tie(self, one: str, two: str) -> Tie | None:
        """Return the tie of two actors, None where they have none."""
        wanted = {self.actor(one).name, self.actor(two).name}
        return next((tie for tie in self.ties if set(tie.actors) == wanted), None)

    @property
    def contradictory(self) -> tuple[Tie, ...]:
        """Ties whose evidence disagrees."""
        return tuple(tie for tie in self.ties if tie.contradictory)

    def signed(self) -> tuple[Tie, ...]:
        """Return the ties with a sign: all that balance is about."""
        return tuple(tie for tie in self.ties if tie.sign)

    def heading(self) -> str:
        """Return what the network is, in a sentence."""
        count = {sign: sum(tie.sign == sign for tie in self.ties) for sign in (-1, 1, 0)}
        parts = [
            f"{count[-1]} of fighting", f"{count[1]} of siding with each other", f"{count[0]} that the record says both of",
        ]  # fmt: skip
        ties = f"{len(self.ties):,} tie{'s' if len(self.ties) != 1 else ''}"
        return f"{len(self.actors):,} actors and {ties} from {self.first} to {self.until}: {', '.join(parts)}."

    def lines(self, most: int | None = None) -> list[str]:
        """Return the network in plain sentences, the ties with most events first.

        Parameters
        ----------
        most : int, optional
            So many ties of each kind; all if not given.
        """
        said = [self.heading()]
        for sign in (-1, 1, 0):
            ties = sorted((tie for tie in self.ties if tie.sign == sign), key=lambda tie: (-tie.events, tie.actors))
            said += [tie.line() for tie in ties[:most]]
            if most is not None and len(ties) > most:
                said.append(f"… and {len(ties) - most:,} more.")
        return [*said, *self.notes]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per tie: a, b, sign, contradictory, events, deaths, first, last, rests_on."""
        import pandas as pd

        columns = ["a", "b", "sign", "contradictory", "events", "deaths", "first", "last", "rests_on"]
        return pd.DataFrame([_row(tie) for tie in self.ties], columns=columns)

    def document(self) -> dict[str, Any]:
        """Return the whole as plain values, ready for JSON."""
        return {
            "first": str(self.first),
            "until": str(self.until),
            "actors": [
                {**_plain(asdict(actor)), "keys": list(actor.keys), "countries": list(actor.countries)}
                for actor in self.actors
            ],
            "ties": [
                {**_row(tie), "evidence": [_plain(asdict(each)) for each in tie.evidence]} for tie in self.ties
            ],
            "notes": list(self.notes),
            "provenance": {**asdict(self.provenance), "notes": list(self.provenance.notes)},
        }  # fmt: skip


def _row(tie: Tie) -> dict[str, Any]:
    """Return a tie as one row of plain values; days are texts, None where there are none."""
    days = [day for each in tie.evidence for day in (each.first, each.last) if day is not None]
    return {
        "a": tie.a,
        "b": tie.b,
        "sign": tie.sign,
        "contradictory": tie.contradictory,
        "events": sum(each.events for each in tie.evidence),
        "deaths": sum(each.deaths for each in tie.evidence),
        "first": str(min(days)) if days else None,
        "last": str(max(days)) if days else None,
        "rests_on": "; ".join(each.said for each in tie.evidence),
    }


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, dt.date) else value for name, value in values.items()}
