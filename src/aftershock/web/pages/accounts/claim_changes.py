"""What is done to an account's claims: added by their text, moved to another, removed, asked about; pages and twins alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from aftershock.errors import UsageError
from aftershock.web.accounts.articles import load_text
from aftershock.web.accounts.keeping import Held
from aftershock.web.pages.accounts.parts import find_part, keeper_of, put_part, save_change, valid_claim

__all__ = ["add_claim_to", "change_head", "choose_question", "edit_claim", "put_question", "remove_claim_of"]

TEXTS = ("speaker", "via", "date", "probability")


def add_claim_to(request: Request, name: str, version: int, text: str, *, says: str = "", kind: str = "claim") -> Held:
    """Add a claim by its text as it stands in the article; an account without one takes what it says."""
    from aftershock.accounts.editing import add_claim, free_name

    article = load_text(keeper_of(request).place(name))

    def change(account: Any) -> Any:
        if article is not None:
            return add_claim(account, text, article, says=says, kind=kind)
        said = says or " ".join(text.split())[:500]
        if not said:
            raise UsageError("a claim must say something", found="nothing", fix="Write what the account says.")
        new = valid_claim({"id": free_name(account), "kind": kind, "says": said, "status": "edited"})
        return account.model_copy(update={"claims": (*account.claims, new)})

    return save_change(request, name, version, change, "added a claim")


def remove_claim_of(request: Request, name: str, version: int, claim: str) -> Held:
    """Remove a claim with its questions."""

    def change(account: Any) -> Any:
        find_part(account, "claims", claim)
        return account.model_copy(update={"claims": tuple(one for one in account.claims if one.id != claim)})

    return save_change(request, name, version, change, f"removed {claim}")


def edit_claim(account: Any, name: str, given: Mapping[str, str], *, checkable: bool, article: Any = None) -> Any:
    """Return the account with what a person wrote about a claim; a new text moves it to where that stands."""
    from aftershock.accounts.editing import move_claim

    claim = find_part(account, "claims", name)
    text = given.get("text")
    if text is not None and " ".join(text.split()) != " ".join(claim.text.split()):
        if article is not None:
            account = move_claim(account, name, text, article)
            claim = find_part(account, "claims", name)
        else:
            claim = claim.model_copy(update={"text": text.strip()})
    plain = claim.dump() | {key: given.get(key) or None for key in TEXTS}
    plain |= {"says": given.get("says", ""), "why": given.get("why", ""), "kind": given.get("kind") or "claim"}
    return put_part(account, "claims", valid_claim(plain | {"checkable": checkable, "status": "edited"}))


def change_head(account: Any, given: Mapping[str, str]) -> Any:
    """Return the account with another title, source or day."""
    from pydantic import ValidationError

    from aftershock.accounts.account import AboutAccount

    plain = account.account.model_dump(exclude_none=True) | {
        key: value or None for key, value in given.items() if key not in ("title", "note")
    }
    try:
        new = AboutAccount.model_validate(plain | {"title": given["title"], "note": given["note"]})
    except ValidationError as error:
        rows = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()[:10]]
        raise UsageError(
            "an account's head must be sound", found=f"{len(rows)} that do not fit", fix="Mend it.", rows=rows
        ) from None
    return account.model_copy(update={"account": new})


def put_question(account: Any, name: str, question: Any, place: int | None = None) -> Any:
    """Return the account with a question added to a claim, or put in place of one."""
    from aftershock.accounts.account import MOST_QUESTIONS

    claim = find_part(account, "claims", name)
    questions = list(claim.questions)
    if place is not None and place < len(questions):
        questions[place] = question
    elif len(questions) >= MOST_QUESTIONS:
        raise UsageError(
            f"a claim must have at most {MOST_QUESTIONS} questions", found="one more", fix="Remove one first."
        )
    else:
        questions.append(question)
    return put_part(account, "claims", _taken_up(claim, questions))


def choose_question(account: Any, name: str, place: int, do: str) -> Any:
    """Return the account with a question of a claim accepted, rejected or removed."""
    claim = find_part(account, "claims", name)
    questions = list(claim.questions)
    if place >= len(questions) or do not in ("accept", "reject", "remove"):
        raise UsageError(
            "a question must be one of the claim's", found=f"number {place + 1}", fix="Load the page again."
        )
    if do == "remove":
        del questions[place]
    else:
        questions[place] = questions[place].model_copy(update={"status": f"{do}ed"})
    new = _taken_up(claim, questions) if do == "accept" else claim.model_copy(update={"questions": tuple(questions)})
    return put_part(account, "claims", new)


def _taken_up(claim: Any, questions: list[Any]) -> Any:
    """Return a claim with its questions changed by a person, who has thereby taken it up."""
    status = "edited" if claim.status == "draft" else claim.status
    return claim.model_copy(update={"questions": tuple(questions), "status": status})
