"""What a submission's page of details must hold, and the words of its layout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aftershock.errors import UsageError
from aftershock.months import month_id

__all__ = ["DETAILS_FILE", "LEVELS", "WINDOWS", "SubmissionDetails", "details_faults", "months_of"]

WINDOWS = (2018, 2019, 2020, 2021)
"""The challenge's test windows, calendar years."""
DETAILS_FILE = "submission_details.yml"
LEVELS = {"cm": "country_id", "pgm": "priogrid_gid"}
"""Folders of a submission, and the column of their units."""
TEXTS = ("team", "short_title", "even_shorter_identifier")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class SubmissionDetails:
    """Who submits what, as ``submission_details.yml`` has it.

    Parameters
    ----------
    team : str
        Best 3 to 8 characters; it stands in plots and tables.
    short_title : str
    even_shorter_identifier : str
        One or two words for the model, without the team's name.
    contact : str
        An e-mail address.
    authors : sequence of (str, str)
        Name and affiliation of each.

    Examples
    --------
    >>> details = SubmissionDetails("peace", "Last year again", "again", "office@example.org", [("A. Author", "An Institute")])
    >>> print(details.to_yaml(), end="")
    team: peace
    short_title: Last year again
    even_shorter_identifier: again
    authors:
    - name: A. Author
      affil: An Institute
    contact: office@example.org
    """

    team: str
    short_title: str
    even_shorter_identifier: str
    contact: str
    authors: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        if faults := details_faults(self._mapping()):
            fix = "Give a team, a title, an identifier, and an e-mail address for contact."
            raise UsageError("the details of a submission must be whole", found="; ".join(faults), fix=fix)

    def _mapping(self) -> dict[str, Any]:
        authors = [{"name": name, "affil": affiliation} for name, affiliation in self.authors]
        return {name: getattr(self, name) for name in TEXTS} | {"authors": authors, "contact": self.contact}

    def to_yaml(self) -> str:
        """Return the text of ``submission_details.yml``."""
        import yaml

        return str(yaml.safe_dump(self._mapping(), sort_keys=False, allow_unicode=True, width=1000))


def details_faults(content: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the content of ``submission_details.yml``."""
    faults = [
        f"{name} must be a text; found {content.get(name)!r}"
        for name in TEXTS
        if not isinstance(content.get(name), str) or not content[name].strip()
    ]
    contact, authors = content.get("contact"), content.get("authors")
    if not isinstance(contact, str) or not _EMAIL.fullmatch(contact):
        faults.append(f"contact must be an e-mail address; found {contact!r}")
    if not isinstance(authors, list):
        faults.append(f"authors must be a list of name and affil; found {authors!r}")
    elif any(not isinstance(each, Mapping) or not each.get("name") for each in authors):
        faults.append("every author must have a name; found one without")
    return faults


def months_of(year: int) -> list[int]:
    """Return the twelve ``month_id`` of a calendar year."""
    return list(range(month_id(year, 1), month_id(year, 12) + 1))
