"""What is known of actors as one HTML file without scripts: who sides with whom, who may follow, where one may appear."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from aftershock.contract import Provenance
from aftershock.errors import UsageError
from aftershock.exports import write_bytes
from aftershock.figures import CITATION
from aftershock.report.actors_charts import course_charts
from aftershock.report.actors_network import signed_picture
from aftershock.report.actors_rows import (
    balance_words,
    blows_rows,
    dispersion_rows,
    glance_words,
    spread_rows,
    succession_rows,
    tie_rows,
    ties_csv,
)  # fmt: skip
from aftershock.report.templates import frame_of, template_of

if TYPE_CHECKING:  # the actors' code loads SciPy's solvers
    from aftershock.actors.alliances.balance import Balance
    from aftershock.actors.alliances.blows import Blows
    from aftershock.actors.alliances.network import Network
    from aftershock.actors.dispersion import Dispersion
    from aftershock.actors.spread.spread import Spread
    from aftershock.actors.succession.succession import Succession

    Part = Network | Balance | Blows | Spread | Succession | Dispersion

__all__ = ["render_actors_report", "render_actors_sections", "write_actors_report"]

T = TypeVar("T")


def write_actors_report(parts: Part | Sequence[Part], path: Path) -> None:
    """Write results on actors as one HTML file; see :func:`render_actors_report`.

    Parameters
    ----------
    parts : Network, Balance, Blows, Spread, Succession, Dispersion, or a sequence of them
    path : pathlib.Path
        Written whole or not at all.
    """
    write_bytes(path, render_actors_report(parts).encode("utf-8"))


def render_actors_report(parts: Part | Sequence[Part]) -> str:
    """Return results on actors as one HTML page that works offline and runs no script.

    Each result has its section; what is not given has none. The same results give the same text.

    Parameters
    ----------
    parts : Network, Balance, Blows, Spread, Succession, Dispersion, or a sequence of them
        One network at most, with its balance and its pairs at risk; of the others as many as there are actors.

    Raises
    ------
    UsageError
        No result, one that is none, two networks, or a balance without its network.

    Examples
    --------
    >>> from aftershock.actors.succession.succession import succession
    >>> "GIA was last active in 2004" in render_actors_report(succession("GIA"))
    True
    """
    frame = frame_of("report.css", "system.css", "actors.css")
    return str(_template("actors.html.j2").render(**_values(parts), **frame))


def render_actors_sections(parts: Part | Sequence[Part]) -> str:
    """Return the same as sections of HTML, for a page that has a frame of its own.

    It needs ``report.css``, ``system.css``, ``actors.css`` and, as custom properties, the report's colours.
    """
    return str(_template("actors_sections.html.j2").render(**_values(parts), **frame_of()))


def _values(parts: Part | Sequence[Part]) -> dict[str, Any]:
    """Return what the sections show."""
    found = _sorted(parts)
    network, balance, blows = found.network, found.balance, found.blows
    return {
        "title": _title(found),
        "stand": _stand(found),
        "glance": glance_words(
            network, balance, blows, spreads=found.spreads, successions=found.successions, dispersions=found.dispersions
        ),
        "network": _network(network, balance) if network else None,
        "balance": balance_words(balance) if balance else None,
        "blows": blows_rows(blows) if blows else None,
        "successions": [succession_rows(each) for each in found.successions],
        "spreads": [spread_rows(each) for each in found.spreads],
        "dispersions": [dispersion_rows(each) | {"charts": course_charts(each)} for each in found.dispersions],
        "origins": _origins(found),
    }


@cache
def _template(name: str) -> Any:
    return template_of(name, {})


class _Found:
    """The results by what they are."""

    def __init__(self, parts: list[Any]) -> None:
        from aftershock.actors.alliances.balance import Balance
        from aftershock.actors.alliances.blows import Blows
        from aftershock.actors.alliances.network import Network
        from aftershock.actors.dispersion import Dispersion
        from aftershock.actors.spread.spread import Spread
        from aftershock.actors.succession.succession import Succession

        def of(kind: type[T]) -> list[T]:
            return [part for part in parts if isinstance(part, kind)]

        self.network = _one(of(Network), "network")
        self.balance = _one(of(Balance), "balance")
        self.blows = _one(of(Blows), "list of pairs at risk")
        self.spreads, self.successions, self.dispersions = of(Spread), of(Succession), of(Dispersion)
        known = (Network, Balance, Blows, Spread, Succession, Dispersion)
        if strange := [part for part in parts if not isinstance(part, known)]:
            raise UsageError(
                "a part must be a result on actors",
                found=type(strange[0]).__name__,
                fix="Give what network, balance, blows, spread, succession or dispersion return.",
            )


def _one(found: list[T], name: str) -> T | None:
    if len(found) > 1:
        raise UsageError(f"there must be one {name} at most", found=str(len(found)), fix="Write a report of each.")
    return found[0] if found else None


def _sorted(parts: Any) -> _Found:
    listed = list(parts) if isinstance(parts, list | tuple) else [parts]
    found = _Found(listed)
    if not listed:
        raise UsageError("there must be a result to report", found="none", fix="Give what network or spread returns.")
    if found.network is None and (found.balance or found.blows):
        raise UsageError(
            "balance and pairs at risk need their network", found="none", fix="Give the network beside them."
        )
    return found


def _title(found: _Found) -> str:
    if found.network:
        return f"Who sides with whom, {found.network.first} to {found.network.until}"
    several: tuple[Sequence[Any], ...] = (found.successions, found.spreads, found.dispersions)
    actors = dict.fromkeys(str(each.actor) for results in several for each in results)
    return ", ".join(actors)


def _stand(found: _Found) -> str:
    """Say how much is on the page."""
    said = []
    if found.network:
        said.append(f"{len(found.network.actors):,} actors, {len(found.network.ties):,} ties")
    for several, words in (
        (found.successions, "what comes after"),
        (found.spreads, "where it may appear"),
        (found.dispersions, "how dispersed it is"),
    ):
        said += [f"{words}: {', '.join(each.actor for each in several)}"] if several else []
    return " · ".join(said)


def _network(network: Network, balance: Balance | None) -> dict[str, Any]:
    """Return the picture of a network and the tables beside it."""
    return {
        "heading": network.heading(),
        "picture": signed_picture(network, balance),
        "ties": tie_rows(network, balance),
        "count": len(network.ties),
        "csv": b64encode(ties_csv(network).encode("utf-8")).decode("ascii"),
        "notes": network.notes,
    }


def _origins(found: _Found) -> list[tuple[str, Provenance]]:
    """Return what each section rests on."""
    yearly = Provenance(
        "embedded figures", "UCDP by dyad, country and year, 1989–2024, and UCDP's list of actors 22.1", CITATION
    )
    rests = [("The network", found.network.provenance)] if found.network else []
    rests += [(f"Dispersion of {each.actor}", each.provenance) for each in found.dispersions]
    if found.blows or found.spreads or found.successions:
        rests.append(("Chances", yearly))
    return rests
