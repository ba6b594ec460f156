"""The kinds of jobs, by name."""

from __future__ import annotations

from aftershock.errors import nearest
from aftershock.web.errors import MissingError
from aftershock.web.work import checking, fitting, forecasting, importing, looking, reading, trying
from aftershock.web.work.kinds import Kind, Parameters, Place, Progress

__all__ = ["KINDS", "Kind", "Parameters", "Place", "Progress", "find_kind"]

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        forecasting.KIND,
        fitting.KIND,
        looking.KIND,
        trying.KIND,
        reading.KIND,
        checking.KIND,
        checking.LINT,
        importing.PULL,
        importing.IMPORT,
    )
}  # fmt: skip


def find_kind(name: str) -> Kind:
    """Return a kind by its name."""
    if name not in KINDS:
        raise MissingError("a kind of job must be known", found=repr(name[:60]), fix=nearest(name[:60], KINDS))
    return KINDS[name]
