"""What is known of each pair that is not fighting: which triads it stands in, and what else makes a fight likely."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from aftershock.actors.alliances.history import Key, Pair, Ties, pair_of

__all__ = ["CLASSES", "FEATURES", "TRIAD_FEATURES", "Pairs", "find_pairs"]

FEATURES = (
    "allied", "torn", "ally of an enemy", "common enemies", "common friends", "fought before", "activity", "one state",
    "two states", "same country", "crowd",
)  # fmt: skip
"""``allied`` is on the same side, ``torn`` allied with log2(1 + third actors that side with one and fight the other),
``ally of an enemy`` the same count for pairs without a tie; common enemies and friends as log2(1 + count); ``activity`` is the
log of (1 + enemies) of both, ``crowd`` the log of the actors of the least crowded country they share."""
TRIAD_FEATURES = ("torn", "ally of an enemy")
CLASSES = ("torn allies", "ally of an enemy", "allies", "neither")


@dataclass(frozen=True)
class Pairs:
    """Pairs that did not fight in a window.

    Parameters
    ----------
    pairs : tuple of pairs
    features : numpy.ndarray of float64, shape (n, len(FEATURES))
    kind : numpy.ndarray of int64, shape (n,)
        Place in :data:`CLASSES`.
    cluster : numpy.ndarray of int64, shape (n,)
        The lowest country number the two share, -1 where they share none.
    between : tuple of tuple of Key
        The third actors of each pair's unbalanced triads, in no order that means anything.
    """

    pairs: tuple[Pair, ...]
    features: NDArray[np.float64]
    kind: NDArray[np.int64]
    cluster: NDArray[np.int64]
    between: tuple[tuple[Key, ...], ...]


def find_pairs(ties: Ties) -> Pairs:
    """Return the pairs that share a country, or of which one sides with an enemy of the other, and did not fight.

    Examples
    --------
    >>> places = {k: frozenset({652}) for k in (1, 2, 3)}
    >>> found = find_pairs(
    ...     Ties(frozenset({(1, 3)}), frozenset({(1, 2)}), frozenset({(1, 3)}), frozenset(), places, frozenset())
    ... )
    >>> [(pair, CLASSES[kind], between) for pair, kind, between in zip(found.pairs, found.kind, found.between)]
    [((1, 2), 'allies', ()), ((2, 3), 'ally of an enemy', (1,))]
    """
    enemies, friends = _around(ties.hostile), _around(ties.sided)
    within: dict[int, list[Key]] = {}
    for key, countries in ties.places.items():
        for country in countries:
            within.setdefault(country, []).append(key)
    wanted = {pair_of(a, b) for actors in within.values() for a, b in combinations(actors, 2)}
    wanted |= {pair_of(a, far) for a, mine in friends.items() for b in mine for far in enemies.get(b, ()) if far != a}
    wanted |= ties.sided
    pairs = sorted(wanted - ties.busy, key=str)
    none, nowhere = frozenset[Key](), frozenset[int]()
    rows, kinds, clusters, between = [], [], [], []
    for a, b in pairs:
        ea, eb, fa, fb = (of.get(each, none) for of in (enemies, friends) for each in (a, b))
        third = (fa & eb) | (ea & fb)
        allied = (a, b) in ties.sided
        states = (a in ties.states) + (b in ties.states)
        shared = ties.places.get(a, nowhere) & ties.places.get(b, nowhere)
        count = np.log2(1 + len(third))
        rows.append(
            (
                allied, count * allied, count * (not allied), np.log2(1 + len(ea & eb)), np.log2(1 + len(fa & fb)),
                (a, b) in ties.fought, np.log1p(len(ea)) + np.log1p(len(eb)), states == 1, states == 2, bool(shared),
                np.log(min((len(within[c]) for c in shared), default=1)),
            )
        )  # fmt: skip
        kinds.append(
            CLASSES.index(
                ("torn allies" if third else "allies") if allied else ("ally of an enemy" if third else "neither")
            )
        )
        clusters.append(min(shared, default=-1))
        between.append(tuple(sorted(third, key=str)))
    return Pairs(
        pairs=tuple(pairs),
        features=np.array(rows, np.float64).reshape(-1, len(FEATURES)),
        kind=np.array(kinds, np.int64),
        cluster=np.array(clusters, np.int64),
        between=tuple(between),
    )


def _around(pairs: frozenset[Pair]) -> dict[Key, frozenset[Key]]:
    found: dict[Key, set[Key]] = {}
    for a, b in pairs:
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return {key: frozenset(others) for key, others in found.items()}
