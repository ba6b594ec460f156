"""The picture of a signed network: the two camps face to face, fights across, friends within, and the ties that do not fit.

Actors stand on both halves of an ellipse at even heights, so that their names never touch. Signs differ in colour and in
dash, camps in colour and in shape. Of a large network the busiest actors are drawn.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aftershock.report.system_data import brief
from aftershock.report.system_network import ordered

if TYPE_CHECKING:  # the actors' code loads SciPy's solvers
    from aftershock.actors.alliances.balance import Balance
    from aftershock.actors.alliances.network import Actor, Network, Tie

__all__ = ["MOST_ACTORS", "signed_picture", "tie_words"]

FloatArray = NDArray[np.float64]

MOST_ACTORS = 24
WIDTH, ROW, LEAST_HEIGHT = 940, 50, 150
RADIUS, NECK = 250, 110  # of the ellipse, to either side, in its middle and at its ends
LABEL = 30  # signs of a line
NODE = (5.0, 15.0)
THICK = (1.2, 5.5)
KINDS = {-1: "fights", 1: "sides", 0: "both"}
_WORDS = {-1: "fight", 1: "on one side", 0: "both, by dated evidence"}


def tie_words(tie: Tie) -> str:
    """Return a tie's sign in words."""
    return _WORDS[tie.sign]


def signed_picture(network: Network, balance: Balance | None = None) -> dict[str, Any] | None:
    """Return the picture of a network, or None where it has no tie.

    Parameters
    ----------
    network : Network
    balance : Balance, optional
        Of that network: which camp stands on which side, and which ties do not fit. Without it actors stand where ties are short.
    """
    actors, ties = _chosen(network)
    if not ties:
        return None
    camp = _camps(balance)
    names = [actor.name for actor in actors]
    order = _ordered(names, ties, camp)
    left = sum(camp.get(name, 0) == 0 for name in order) if camp else len(order) // 2
    at, height = _places(len(order) - left, left)
    where = dict(zip(order, at, strict=True))
    most = max(1, *(actor.events for actor in actors))
    nodes = [_node(actor, where[actor.name], most, camp.get(actor.name)) for actor in actors]
    frustrated = {tie.actors for tie in balance.frustrated} if balance else set()
    drawn = [_curve(tie, where, ties, height, tie.actors in frustrated) for tie in ties]
    return {
        "box": _box(nodes, height),
        "nodes": nodes,
        "ties": sorted(drawn, key=lambda each: (each["odd"], -each["thick"])),
        "camps": bool(camp),
        "neither": bool(camp) and any(node["camp"] is None for node in nodes),
        "left": len(network.actors) - len(actors),
        "left_ties": len(network.ties) - len(ties),
        "odd": sum(each["odd"] for each in drawn),
        "both": any(tie.sign == 0 for tie in ties),
    }


def _chosen(network: Network) -> tuple[list[Actor], list[Tie]]:
    """Return the busiest actors that are tied to each other, and these ties."""
    busiest = sorted(network.actors, key=lambda actor: (-actor.events, actor.name))[:MOST_ACTORS]
    names = {actor.name for actor in busiest}
    ties = [tie for tie in network.ties if set(tie.actors) <= names]
    tied = {name for tie in ties for name in tie.actors}
    return [actor for actor in busiest if actor.name in tied], ties


def _camps(balance: Balance | None) -> dict[str, int]:
    """Return each actor's camp, 0 or 1: the larger of its part is 0."""
    parts = balance.camps if balance else ()
    return {name: side for camps in parts for side, camp in enumerate(camps) for name in camp}


def _ordered(names: list[str], ties: list[Tie], camp: dict[str, int]) -> list[str]:
    """Return actors in the order in which they stand, clockwise from the top: the second camp, then the first."""
    sides = [f"{1 - camp.get(name, 0)}" if camp else "" for name in names]
    pairs = [(names.index(tie.a), names.index(tie.b)) for tie in ties]
    return [names[k] for k in ordered(list(range(len(names))), sides, pairs)]


def _places(right: int, left: int) -> tuple[FloatArray, int]:
    """Return places, those to the right from top to bottom, then those to the left from bottom to top, and the height."""
    height = max(LEAST_HEIGHT, ROW * max(right, left) + 20)
    out = []
    for count, side in ((right, 1), (left, -1)):
        level = (np.arange(count) + 0.5) / max(count, 1) * 2 - 1
        x = WIDTH / 2 + side * (NECK + (RADIUS - NECK) * np.sqrt(1.0 - level**2))
        y = height / 2 + level * (height / 2 - 10)
        out.append(np.column_stack([x, y])[::side])
    return np.concatenate(out), int(height)


def _node(actor: Actor, at: FloatArray, most: int, camp: int | None) -> dict[str, Any]:
    under = f"{actor.events:,} event{'s' * (actor.events != 1)}" if actor.events else "declared only"
    lines = wrap(brief(actor.name, 2 * LABEL - 10), LABEL, max_lines=2, placeholder="…", break_on_hyphens=False)
    return {
        "x": round(float(at[0]), 1),
        "y": round(float(at[1]), 1),
        "r": round(NODE[0] + (NODE[1] - NODE[0]) * float(np.sqrt(actor.events / most)), 1),
        "right": bool(at[0] >= WIDTH / 2),
        "lines": lines or [actor.name],
        "name": actor.name,
        "under": under,
        "camp": camp,
    }


def _curve(tie: Tie, where: dict[str, FloatArray], ties: list[Tie], height: int, odd: bool) -> dict[str, Any]:
    """Return a tie as a curve bent towards the middle, and where its mark goes."""
    start, end = where[tie.a], where[tie.b]
    middle_of_page = np.array([WIDTH / 2, height / 2])
    if (start[0] >= WIDTH / 2) == (end[0] >= WIDTH / 2):  # within a camp: the further apart, the wider the arc
        inward = -1.0 if start[0] >= WIDTH / 2 else 1.0
        bend = (start + end) / 2 + np.array([inward * (24 + 0.42 * abs(end[1] - start[1])), 0.0])
    else:
        bend = (start + end) / 2 * 0.75 + middle_of_page * 0.25
    middle = 0.25 * start + 0.5 * bend + 0.25 * end
    share = float(np.log1p(tie.events) / max(np.log1p(max(each.events for each in ties)), 1e-9))
    return {
        "path": f"M{_xy(start)}Q{_xy(bend)} {_xy(end)}",
        "mark": [round(float(middle[0]), 1), round(float(middle[1]), 1)],
        "kind": KINDS[tie.sign],
        "thick": round(THICK[0] + (THICK[1] - THICK[0]) * share**2, 1),
        "odd": odd,
        "said": tie.line(),
    }


def _box(nodes: list[dict[str, Any]], height: int) -> list[int]:
    """Return left, top, width and height of the picture with its names."""
    reach = {False: 0.0, True: 0.0}
    for node in nodes:
        signs = max(len(line) for line in (*node["lines"], node["under"]))
        reach[node["right"]] = max(reach[node["right"]], abs(node["x"] - WIDTH / 2) + node["r"] + 12 + 7.6 * signs)
    return [round(WIDTH / 2 - reach[False]), -4, round(reach[False] + reach[True]), height + 8]


def _xy(point: FloatArray) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
