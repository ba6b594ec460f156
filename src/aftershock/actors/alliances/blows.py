"""Which pairs of a network are torn or stand across an ally's fight, and how likely each is to come to blows within a year."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from aftershock.actors.alliances.history import Ties, pair_of
from aftershock.actors.alliances.learning import LEVEL, Learned, Listed, learn
from aftershock.actors.alliances.network import Network
from aftershock.actors.alliances.pairs import CLASSES, find_pairs

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AtRisk", "Blows", "blows", "chance_of_blows"]

_LEVEL = f"{LEVEL:.0%}".replace("%", " %")
_SILENT = 90  # days
_NOTES = (
    "A chance is that of a fatal event between the two in the next year, as learned from calendar years; it says nothing on "
    "who would begin. Pairs that never passed 25 deaths in a year were not learned from: a record that holds these sees more "
    "such fights than are said here.",
    "Past fights, shared enemies and many open fights carry these chances. On 2015 to 2024, foretold from the years "
    "before, unbalanced triads added nothing, and chances above 3 % came true half as often as said.",
)


@dataclass(frozen=True)
class AtRisk:
    """A pair that does not fight, in an unbalanced triad or about to close one.

    Parameters
    ----------
    a, b : str
        The order means nothing.
    kind : {"torn allies", "ally of an enemy"}
        Allies of whom one sides with an enemy of the other, or two without a tie of whom one sides with the other's enemy.
    between : tuple of str
        The third actors.
    words : tuple of str
        Each triad in a clause.
    chance, low, high : float or None
        Of a fight within a year, and its 90 % interval; None where one of the two has no events in the window, so that nothing
        like it was learned from.
    fought : bool
        Whether they are known to have fought before the window.
    silent : tuple of str
        Which of the two had no event in the last 90 days, and since when: it may be gone, or have become the other.
    """

    a: str
    b: str
    kind: str
    between: tuple[str, ...]
    words: tuple[str, ...]
    chance: float | None
    low: float | None
    high: float | None
    fought: bool
    silent: tuple[str, ...] = ()

    def line(self) -> str:
        """Return the pair in a sentence."""
        shown = "; ".join(self.words[:2]) + (f"; and {len(self.words) - 2} more alike" if len(self.words) > 2 else "")
        tie = "on the same side" if self.kind == "torn allies" else "without a tie"
        past = "".join([", fought before" if self.fought else "", *(f", {each}" for each in self.silent)])
        if self.chance is None or self.low is None or self.high is None:
            return f"{self.a} and {self.b} ({tie}{past}): cannot say, since one of them has no event in the window. {shown}."
        chance = f"{percent(self.chance)} ({_LEVEL}: {percent(self.low)} to {percent(self.high)})"
        return f"{self.a} and {self.b} ({tie}{past}): {chance}. {shown}."


@dataclass(frozen=True)
class Blows:
    """How likely the unbalanced pairs of a network are to come to blows within a year.

    Parameters
    ----------
    pairs : tuple of AtRisk
        The most likely first, those of whom nothing can be said last.
    learned : Learned
    """

    pairs: tuple[AtRisk, ...]
    learned: Learned

    def lines(self, most: int | None = 20) -> list[str]:
        """Return all of it in plain sentences; ``most`` limits the pairs named."""
        said = [f"{len(self.pairs):,} pairs that do not fight stand in an unbalanced triad, or across an ally's fight."]
        said += [pair.line() for pair in self.pairs[:most]]
        if most is not None and len(self.pairs) > most:
            said.append(f"… and {len(self.pairs) - most:,} more, less likely.")
        return [*said, *self.past_lines(), *_NOTES]

    def past_lines(self) -> list[str]:
        """Return how often such pairs came to blows in the past."""
        words = {
            "torn allies": "allies torn by a fight",
            "ally of an enemy": "pairs without a tie, one an ally of the other's enemy",
            "allies": "allies not so torn",
            "neither": "other pairs of one country",
        }
        said = []
        for kind in CLASSES:
            pairs, fights = self.learned.counts[kind]
            _, low, high = self.learned.rate(kind)
            share = f"{percent(fights / pairs)}; {_LEVEL}: {percent(low)} to {percent(high)}" if pairs else "no case"
            years = f"{self.learned.first}–{self.learned.last}"
            said.append(
                f"{words[kind].capitalize()}, {years}: {fights:,} of {pairs:,} fought in the next year ({share})."
            )
        return said

    def to_frame(self) -> pd.DataFrame:
        """Return one row per pair: a, b, kind, between, chance, low, high, fought, line."""
        import pandas as pd

        columns = ["a", "b", "kind", "between", "chance", "low", "high", "fought", "line"]
        rows = [
            (p.a, p.b, p.kind, ", ".join(p.between), p.chance, p.low, p.high, p.fought, p.line()) for p in self.pairs
        ]
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"chance": float, "low": float, "high": float})

    def document(self) -> dict[str, Any]:
        """Return the whole as plain values, ready for JSON."""
        pairs = [
            {
                **asdict(p),
                "between": list(p.between),
                "words": list(p.words),
                "silent": list(p.silent),
                "line": p.line(),
            }
            for p in self.pairs
        ]
        past = {k: {"pairs": n, "fights": m} for k, (n, m) in self.learned.counts.items()}
        return {"pairs": pairs, "past": past, "notes": list(_NOTES)}


def percent(share: float) -> str:
    """Return a share in words, with no more digits than it bears.

    Examples
    --------
    >>> percent(0.0024), percent(0.032), percent(0.24), percent(0.00001)
    ('0.2 %', '3 %', '24 %', 'below 0.1 %')
    """
    if share < 0.001:
        return "below 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.0095 else f"{100 * share:.0f} %"


def blows(network: Network, *, listed: Listed = "dated", learned: Learned | None = None) -> Blows:
    """Return how likely the unbalanced pairs of a network are to come to blows within a year.

    Parameters
    ----------
    network : Network
    listed : {"dated", "all", "none"}
        Which alliances of UCDP's undated list past triads were made with.
    learned : Learned, optional
        What was learned elsewhere; else from the years whose outcome is known before the network's last day.

    Examples
    --------
    >>> from aftershock.actors.alliances.building import network
    >>> from aftershock.figures import embedded_events
    >>> found = blows(network(embedded_events(["Syria"]), until="2017-07-05"))
    >>> found.pairs[1].kind, found.pairs[1].words
    ('torn allies', ('Jaysh al-Islam sides with Levant Front, which fights Ahrar al-Sham',))
    """
    ties = _ties(network)
    known = learn(last=network.until.year - 2, listed=listed) if learned is None else learned
    found = find_pairs(ties)
    chance, low, high = known.chances(found.features)
    seen = {actor.name for actor in network.actors if actor.events}
    rows = []
    for k, (a, b) in enumerate(found.pairs):
        if not found.between[k]:
            continue
        names, between = (str(a), str(b)), tuple(str(each) for each in found.between[k])
        can = names[0] in seen and names[1] in seen
        rows.append(
            AtRisk(
                *names,
                kind=CLASSES[found.kind[k]],
                between=between,
                words=tuple(_words(ties, names, third) for third in between),
                chance=float(chance[k]) if can else None,
                low=float(low[k]) if can else None,
                high=float(high[k]) if can else None,
                fought=(a, b) in ties.fought,
                silent=tuple(_silence(network, name) for name in names if _silence(network, name)),
            )
        )
    rows.sort(key=lambda row: (-(row.chance if row.chance is not None else -1), row.a, row.b))
    return Blows(tuple(rows), known)


def chance_of_blows(
    network: Network, one: str, two: str, *, learned: Learned | None = None
) -> tuple[float, float, float] | None:
    """Return the chance that two actors who do not fight come to blows within a year, and its 90 % interval.

    None where they fight in the window already, share no country and no ally's fight, or have no events in it.

    Parameters
    ----------
    network : Network
    one, two : str
        By their names in the network.
    learned : Learned, optional
        As :func:`blows` takes it.
    """
    known = learn(last=network.until.year - 2) if learned is None else learned
    found = find_pairs(_ties(network))
    seen = {actor.name for actor in network.actors if actor.events}
    if not {one, two} <= seen or pair_of(one, two) not in found.pairs:
        return None
    place = found.pairs.index(pair_of(one, two))
    chance, low, high = (float(values[place]) for values in known.chances(found.features))
    return chance, low, high


def _ties(network: Network) -> Ties:
    """Return a network as ties of names, as past years are kept."""
    owner = {key: actor.name for actor in network.actors for key in actor.keys}
    fought = {
        pair_of(owner[a], owner[b]) for a, b in network.fought if a in owner and b in owner and owner[a] != owner[b]
    }
    against = {pair_of(*t.actors) for t in network.ties if any(each.sign < 0 for each in t.evidence)}
    return Ties(
        hostile=frozenset(pair_of(*tie.actors) for tie in network.ties if tie.sign < 0),
        sided=frozenset(pair_of(*tie.actors) for tie in network.ties if tie.sign > 0),
        busy=frozenset(against),
        fought=frozenset(fought),
        places={actor.name: frozenset(actor.countries) for actor in network.actors},
        states=frozenset(actor.name for actor in network.actors if actor.state),
    )


def _silence(network: Network, name: str) -> str:
    """Say since when an actor is silent, if it is."""
    last = network.actor(name).last
    long = last is not None and (network.until - last).days > _SILENT
    return f"{name} not seen since {last}" if long else ""


def _words(ties: Ties, pair: tuple[str, str], third: str) -> str:
    """Say why a third actor sets two against each other."""
    one, two = pair if pair_of(pair[0], third) in ties.sided else (pair[1], pair[0])
    return f"{one} sides with {third}, which fights {two}"
