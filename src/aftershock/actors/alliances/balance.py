"""How far a network is from two camps, which ties stand in the way, and which three actors do not fit together, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from aftershock.actors.alliances.frustration import divide
from aftershock.actors.alliances.network import Network, Tie
from aftershock.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Balance", "Triad", "balance", "unbalanced_triads"]

_CLASSES = {3: "+++", 1: "++-", -1: "+--", -3: "---"}


@dataclass(frozen=True)
class Triad:
    """Three actors of which one is on the same side as two that fight each other.

    Parameters
    ----------
    between : str
        The actor on the same side as both.
    one, two : str
        Those that fight each other; their order means nothing.
    ties : tuple of Tie
        Of ``between`` and ``one``, of ``between`` and ``two``, of ``one`` and ``two``.
    """

    between: str
    one: str
    two: str
    ties: tuple[Tie, Tie, Tie]

    def line(self) -> str:
        """Return the three in a sentence: "A and B are allies; A fights C, which B supports"."""
        with_one, with_two, _ = self.ties
        one, two = self.one, self.two
        if _supports(with_one, self.between, one) and not _supports(with_two, self.between, two):
            one, two, with_one, with_two = two, one, with_two, with_one
        verb = "supports" if _supports(with_two, self.between, two) else "sides with"
        return f"{one} and {self.between} {_friends(with_one)}; {one} fights {two}, which {self.between} {verb}."


def _supports(tie: Tie, who: str, whom: str) -> bool:
    """Return whether an actor is declared to support another."""
    return {who, whom} == set(tie.actors) and any(each.supporter == who for each in tie.evidence)


def _friends(tie: Tie) -> str:
    """Say what makes two actors friends."""
    for each in tie.evidence:
        if each.kind == "declared" and each.sign > 0:
            return f"are allies ({each.said})"
    kinds = {each.kind for each in tie.evidence if each.sign > 0}
    return "fought on the same side" if "joint side" in kinds else "are tied in UCDP's actor list, without a date"


@dataclass(frozen=True)
class Balance:
    """How far a network is from two camps.

    Parameters
    ----------
    index : float
        The frustration index: the least number (or weight) of ties that speak against a division into two camps. Where
        ``lower`` is less, the solver ran out of time and the index lies between both.
    lower : float
    only : bool
        Whether the camps are the only ones that reach the index; False also where that is not known.
    total : float
        The number (or weight) of all ties.
    camps : tuple of (tuple of str, tuple of str)
        The two camps of each connected part, the largest part first.
    frustrated : tuple of Tie
        The ties that speak against these camps.
    triads : dict of str to int
        Triads by sign: ``+++`` and ``+--`` are balanced, ``++-`` are not; ``---``, three that all fight each other, is
        unbalanced by the strong rule of two camps, not by the weak one of several (Davis 1967, doi:10.1177/001872676702000206).
    unbalanced : tuple of Triad
        The ``++-`` triads.
    contradictory : int
        Ties without a sign, since dated evidence speaks both ways: left out of all of this.
    weight : {"ties", "events"}
    """

    index: float
    lower: float
    only: bool
    total: float
    camps: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    frustrated: tuple[Tie, ...]
    triads: dict[str, int]
    unbalanced: tuple[Triad, ...]
    contradictory: int
    weight: str

    @property
    def exact(self) -> bool:
        """Whether the index is proved."""
        return self.index - self.lower < 1e-6 * max(1.0, self.index)

    def lines(self, most: int | None = None) -> list[str]:
        """Return all of it in plain sentences; ``most`` limits the ties, camps and triads named."""
        said = [self._heading(), self._camps_word()]
        said.append(
            "A camp is what enemies have in common as much as what friends share: two actors of one camp need be no allies."
        )
        for k, camps in enumerate(self.camps[:most]):
            sides = " against ".join(", ".join(camp) for camp in camps if camp)
            said.append(f"Part {k + 1}: {sides}." if len(self.camps) > 1 else f"{sides}.")
        if self.frustrated:
            said.append("Ties that do not fit these camps:")
            said += _shortened([tie.line() for tie in self.frustrated], most)
        said.append(self._triads_word())
        said += _shortened([triad.line() for triad in self.unbalanced], most)
        if self.contradictory:
            pairs = "1 pair" if self.contradictory == 1 else f"{self.contradictory} pairs"
            said.append(f"Left out: {pairs} that, by dated evidence, both fought and stood on the same side.")
        return said

    def _heading(self) -> str:
        unit = "ties" if self.weight == "ties" else "of the ties' weight (log of 1 + events)"
        of = f"of {self.total:,.6g} {unit}"
        if self.exact and self.index == 0:
            return f"The network is balanced: no tie speaks against two camps ({of} in all)."
        if self.exact:
            return (
                f"At least {self.index:,.6g} {of} must change before the network falls into two camps; fewer cannot do."
            )
        return (
            f"Between {self.lower:,.6g} and {self.index:,.6g} {of} must change before the network falls into two camps; "
            "the time was too short to say how many."
        )

    def _camps_word(self) -> str:
        if self.only:
            return "Only this division reaches that:"
        if self.exact:
            return "A division that reaches that; others may be as good, so read no single actor's camp as a finding:"
        return "The best division found:"

    def _triads_word(self) -> str:
        count = self.triads
        return (
            f"Of {sum(count.values()):,} triads {count['++-']:,} are unbalanced: one actor sides with two that fight each other; "
            f"in {count['---']:,} more all three fight each other, which breaks two camps, but not several."
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per unbalanced triad: between, one, two, line."""
        import pandas as pd

        rows = [(each.between, each.one, each.two, each.line()) for each in self.unbalanced]
        return pd.DataFrame(rows, columns=["between", "one", "two", "line"])

    def document(self) -> dict[str, Any]:
        """Return the whole as plain values, ready for JSON."""
        return {
            "index": self.index,
            "lower": self.lower,
            "exact": self.exact,
            "only_division": self.only,
            "weight": self.weight,
            "total": self.total,
            "camps": [[list(camp) for camp in camps] for camps in self.camps],
            "frustrated": [list(tie.actors) for tie in self.frustrated],
            "triads": self.triads,
            "unbalanced": [
                {"between": each.between, "one": each.one, "two": each.two, "line": each.line()} for each in self.unbalanced
            ],
            "contradictory": self.contradictory,
        }  # fmt: skip


def _shortened(lines: list[str], most: int | None) -> list[str]:
    left = len(lines) - most if most is not None else 0
    return [*lines[:most], f"… and {left:,} more."] if left > 0 else lines


def balance(network: Network, *, weight: Literal["ties", "events"] = "ties", seconds: float = 10) -> Balance:
    """Return how far a network is from two camps.

    Parameters
    ----------
    network : Network
    weight : {"ties", "events"}
        What a tie counts: 1, or log(1 + events), at least log 2.
    seconds : float
        Time for the exact index; where it is too short, bounds are returned and said.

    Examples
    --------
    >>> from aftershock.actors.alliances.building import network
    >>> from aftershock.figures import embedded_events
    >>> found = balance(network(embedded_events(["Iraq"]), until="2017-07-05"))
    >>> found.index, found.exact
    (0.0, True)
    """
    if weight not in ("ties", "events"):
        raise UsageError("weight must be ties or events", found=repr(weight), fix="Leave it out for ties.")
    ties = network.signed()
    names = sorted({name for tie in ties for name in tie.actors})
    place = {name: k for k, name in enumerate(names)}
    ends = np.array([[place[tie.a], place[tie.b]] for tie in ties], np.int64).reshape(-1, 2)
    signs = np.array([tie.sign for tie in ties], np.int64)
    weights = np.ones(len(ties)) if weight == "ties" else np.log1p([max(tie.events, 1) for tie in ties])
    division = divide(len(names), ends, signs, weights, seconds=seconds)
    counts, unbalanced = _triads(ties)
    return Balance(
        index=division.index,
        lower=division.lower,
        only=division.only,
        total=float(weights.sum()),
        camps=_camps(names, division.part.tolist(), division.camp.tolist()),
        frustrated=tuple(tie for tie, against in zip(ties, division.frustrated, strict=True) if against),
        triads=counts,
        unbalanced=unbalanced,
        contradictory=len(network.ties) - len(ties),
        weight=weight,
    )


def _camps(names: list[str], part: list[int], camp: list[int]) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """Return the camps of each connected part by name, the largest part and the larger camp first."""
    held: dict[int, tuple[list[str], list[str]]] = {}
    for name, where, side in zip(names, part, camp, strict=True):
        held.setdefault(where, ([], []))[side].append(name)
    ordered = [tuple(sorted(map(tuple, camps), key=lambda c: (-len(c), c))) for camps in held.values()]
    ordered.sort(key=lambda camps: (-len(camps[0]) - len(camps[1]), camps[0]))
    return tuple((camps[0], camps[1]) for camps in ordered)


def unbalanced_triads(network: Network) -> tuple[Triad, ...]:
    """Return the triads in which one actor sides with two that fight each other."""
    return _triads(network.signed())[1]


def _triads(ties: tuple[Tie, ...]) -> tuple[dict[str, int], tuple[Triad, ...]]:
    """Return how many triads there are of each kind, and those that are unbalanced."""
    of = {tie.actors: tie for tie in ties}  # a tie's actors are in order
    after: dict[str, set[str]] = {}
    for a, b in of:
        after.setdefault(a, set()).add(b)
    counts: Counter[str] = Counter(dict.fromkeys(_CLASSES.values(), 0))
    found = []
    for a, b in sorted(of):
        for c in sorted(after.get(a, set()) & after.get(b, set())):
            three = (of[a, b], of[a, c], of[b, c])
            kind = _CLASSES[sum(tie.sign for tie in three)]
            counts[kind] += 1
            if kind == "++-":
                found.append(_triad(three))
    found.sort(key=lambda each: (-each.ties[2].events, each.between, each.one, each.two))
    return dict(counts), tuple(found)


def _triad(three: tuple[Tie, Tie, Tie]) -> Triad:
    """Return three ties, one of them of fighting, as a triad."""
    fight = next(tie for tie in three if tie.sign < 0)
    one, two = fight.actors
    friends = [tie for tie in three if tie is not fight]
    with_one = next(tie for tie in friends if one in tie.actors)
    with_two = next(tie for tie in friends if two in tie.actors)
    between = next(name for name in with_one.actors if name != one)
    return Triad(between, one, two, (with_one, with_two, fight))
