"""What is left to do before an account can be checked, by claim; the full look through is a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftershock.accounts.account import Account, Claim

__all__ = ["is_ready", "unfinished"]


def is_ready(claim: Claim) -> bool:
    """Return whether a check would answer a claim."""
    return claim.status in ("accepted", "edited") and any(question.status == "accepted" for question in claim.questions)


def unfinished(account: Account) -> list[tuple[str, str]]:
    """Return what is left to do before an account can be checked, by claim; no name as id where it is of the whole account."""
    left = [("", "Give the account’s date: then and now are told apart by it.")] if account.account.date is None else []
    for claim in account.claims:
        left += [(claim.id, said) for said in _of_claim(claim)]
    return left


def _of_claim(claim: Claim) -> list[str]:
    if claim.status == "rejected":
        return []
    if claim.status == "draft":
        return ["still a draft: accept, edit or reject it"]
    said = []
    if not claim.says.strip():
        said.append("says nothing yet: write one neutral sentence of your own")
    if claim.checkable and not claim.questions:
        said.append("has no question: write one, or say why it is outside the record")
    waiting = sum(question.status == "proposed" for question in claim.questions)
    if waiting:
        said.append(f"{waiting} {'question waits' if waiting == 1 else 'questions wait'} to be accepted or rejected")
    return said
