"""A checked account as files that others read: ClaimReview, a table, Markdown, all figures."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from aftershock._version import __version__
from aftershock.accounts.checking import AccountCheck, CheckedClaim
from aftershock.accounts.verdicts import VerdictWord
from aftershock.documents import finite, safe_cell
from aftershock.errors import StoreError
from aftershock.exports import ready_folder

__all__ = ["RATINGS", "claim_reviews", "json_text", "markdown_of", "question_records", "write_check"]

RATINGS: Mapping[VerdictWord, int] = {"contradicted": 1, "within the uncertainty": 3, "supported": 5}
"""Of 1 to 5; the other verdicts are no rating, and are given by their word alone."""


_MARKUP = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


class _Schema(BaseModel):
    """A type of schema.org."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    type_: str = Field(serialization_alias="@type")


class _Organization(_Schema):
    type_: Literal["Organization"] = Field(default="Organization", serialization_alias="@type")
    name: str = Field(min_length=1)
    url: str | None = None


class _Work(_Schema):
    type_: Literal["CreativeWork"] = Field(default="CreativeWork", serialization_alias="@type")
    url: str | None = None
    headline: str | None = None
    datePublished: str | None = None  # noqa: N815


class _Claim(_Schema):
    type_: Literal["Claim"] = Field(default="Claim", serialization_alias="@type")
    author: _Organization | None = None
    datePublished: str  # noqa: N815
    appearance: list[_Work] | None = None
    firstAppearance: _Work | None = None  # noqa: N815


class _Rating(_Schema):
    type_: Literal["Rating"] = Field(default="Rating", serialization_alias="@type")
    ratingValue: int | None = Field(default=None, ge=1, le=5)  # noqa: N815
    bestRating: int | None = None  # noqa: N815
    worstRating: int | None = None  # noqa: N815
    alternateName: str  # noqa: N815
    ratingExplanation: str  # noqa: N815


class _ClaimReview(_Schema):
    context: Literal["https://schema.org"] = Field(default="https://schema.org", serialization_alias="@context")
    type_: Literal["ClaimReview"] = Field(default="ClaimReview", serialization_alias="@type")
    url: str
    datePublished: str  # noqa: N815
    claimReviewed: str = Field(min_length=1)  # noqa: N815
    author: _Organization
    itemReviewed: _Claim  # noqa: N815
    reviewRating: _Rating  # noqa: N815


def claim_reviews(
    check: AccountCheck, *, on: str, publisher: str = "Aftershock, an automatic check", address: str = "report.html"
) -> list[dict[str, Any]]:
    """Return a schema.org ClaimReview for each claim that says something, checked against their form.

    Parameters
    ----------
    check : AccountCheck
    on : str
        ISO day of the check.
    publisher : str
        Who publishes the check.
    address : str
        Where its report is, or will be.
    """
    about = check.account.account
    whose = about.outlet or about.author
    work = _Work(
        url=about.url, headline=about.title or None, datePublished=about.date.isoformat() if about.date else None
    )
    reviews = []
    for checked in check.claims:
        said = checked.claim.says or checked.claim.text
        if not said:
            continue
        rating = RATINGS.get(checked.now)
        review = _ClaimReview(
            url=f"{address}#{checked.claim.id}",
            datePublished=on,
            claimReviewed=said,
            author=_Organization(name=publisher),
            itemReviewed=_Claim(
                author=_Organization(name=whose) if whose else None,
                datePublished=checked.date.isoformat(),
                appearance=[work] if about.url or about.title else None,
            ),
            reviewRating=_Rating(
                ratingValue=rating,
                bestRating=5 if rating else None,
                worstRating=1 if rating else None,
                alternateName=checked.now,
                ratingExplanation=" ".join(answer.now.sentence for answer in checked.answers),
            ),
        )
        reviews.append(review.model_dump(mode="json", by_alias=True, exclude_none=True))
    return reviews


def question_records(check: AccountCheck) -> list[dict[str, Any]]:
    """Return every question as other question files write it: criteria, and how it was decided.

    The keys are ``id, question, created, status, criteria{scope, types, measure, threshold, window}, forecasts, resolution``.
    """
    records = []
    for checked in check.claims:
        for n, answer in enumerate(checked.answers, 1):
            now, then = answer.now, answer.then
            outcome = now.outcome
            records.append(
                {
                    "id": f"{check.account.account.id}-{checked.claim.id}-{n}",
                    "question": answer.question.sentence(),
                    "created": checked.date.isoformat(),
                    "status": "open" if outcome is None else "resolved",
                    "criteria": answer.question.criteria.model_dump(mode="json", exclude_none=True),
                    "forecasts": [] if then.chance is None else [{"t": checked.date.isoformat(), "p": then.chance}],
                    "resolution": {
                        "outcome": None if outcome is None else "yes" if outcome else "no",
                        "decided_on": now.decided_on,
                        "provisional": now.provisional,
                        "basis": {"release": now.vintage, "events": now.sample},
                    },
                }
            )
    return records


def markdown_of(check: AccountCheck) -> str:
    """Return the check as Markdown: a heading per claim, a line per answer."""
    about = check.account.account
    lines = [f"# {_plain(about.title or about.id)}", ""]
    lines += [f"{_plain(', '.join(str(x) for x in (about.outlet, about.author, about.date) if x))}", ""]
    lines += ["| claim | then | now |", "|---|---|---|"]
    for checked in check.claims:
        said = _plain(checked.claim.says or checked.claim.text)
        lines.append(f"| {said} | {checked.then} | {_now(checked)} |")
    for checked in check.claims:
        lines += ["", f"## {_plain(checked.claim.says or checked.claim.text or checked.claim.id)}", ""]
        for answer in checked.answers:
            lines += [f"*{_plain(answer.question.sentence())}*", ""]
            lines.append(f"- then, **{answer.then.word}**: {_plain(answer.then.sentence)}")
            lines.append(f"- now, **{answer.now.word}**: {_plain(answer.now.sentence)}")
            lines.append(f"- asked: {_plain(answer.now.filter)}; data: {_plain(answer.now.vintage)}")
            lines.append("")
    if check.left_out:
        lines += ["", "## Not asked", ""]
        lines += [f"- {_plain(name)}: {_plain(why)}" for name, why in check.left_out.items()]
    return "\n".join([*lines, ""])


def _now(checked: CheckedClaim) -> str:
    return f"{checked.now} (provisional)" if checked.provisional else checked.now


def _plain(text: str) -> str:
    """Return a text in which nothing is markup."""
    return " ".join(re.sub(r"[\\`*_\[\]|#~&<>]", lambda m: _MARKUP.get(m[0], f"\\{m[0]}"), text).split())


def write_check(folder: Path, check: AccountCheck, *, on: str) -> dict[str, Path]:
    """Write all files of a check but the report and return their paths.

    Parameters
    ----------
    folder : pathlib.Path
    check : AccountCheck
    on : str
        ISO day of the check.

    Raises
    ------
    StoreError
        A file cannot be written.
    """
    ready_folder(folder)
    document = {"aftershock": __version__, "checked_on": on} | check.document()
    texts = {
        "check.json": json_text(document),
        "claimreview.json": json_text(claim_reviews(check, on=on)),
        "questions.json": json_text(question_records(check)),
        "claims.md": markdown_of(check),
    }
    paths = {name: folder / name for name in ("claims.csv", *texts)}
    try:
        check.to_frame().map(safe_cell).to_csv(paths["claims.csv"], index=False)
        for name, text in texts.items():
            paths[name].write_text(text, encoding="utf-8")
    except OSError as error:
        found = f"{folder}: {error.strerror}"
        raise StoreError("the files of a check must be written", found=found, fix="Choose another --out.") from error
    return paths


def json_text(value: Any) -> str:
    """Return plain values as JSON, without numbers JSON does not have."""
    return json.dumps(finite(value), ensure_ascii=False, indent=1, default=str, allow_nan=False) + "\n"
