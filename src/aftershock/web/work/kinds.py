"""What a kind of job is: a name, its parameters, and the function that does it in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["Kind", "Parameters", "Place", "Progress"]

Progress = Callable[[str, float, float | None], None]
"""What the work says of itself: a text, how much is done, and of how much (None if not known)."""


class Parameters(BaseModel):
    """Parameters of a job; subclasses add their own. Values that are not named are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Place:
    """Where a job works.

    Attributes
    ----------
    data : pathlib.Path
        The data directory, as for :class:`aftershock.Store`.
    folder : pathlib.Path
        An empty folder for the job's results.
    """

    data: Path
    folder: Path


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Parameters
    ----------
    name : str
        As in addresses: lower case, words joined by hyphens.
    title : str
        For people.
    parameters : type of Parameters
    run : callable
        Called as ``run(parameters, place, progress)`` in a process of its own. Writes its results to ``place.folder``, and
        returns a few facts for the job's page, JSON values by name. Imports what is heavy inside, since the server loads
        this module too.
    page : str
        Address of the result's page; ``{id}`` is the job's.
    minutes : float
        Time limit.
    """

    name: str
    title: str
    parameters: type[Parameters]
    run: Callable[[Any, Place, Progress], dict[str, Any] | None]
    page: str
    minutes: float = 30.0
