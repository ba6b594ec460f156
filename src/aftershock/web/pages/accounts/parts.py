"""What pages and twins of accounts share: names, forms, and changes that are made to the newest version alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from pydantic import Field, ValidationError
from starlette.datastructures import FormData

from aftershock.errors import AftershockError, UsageError
from aftershock.web.accounts.keeping import ACCOUNT_PATTERN, Held, Keeper
from aftershock.web.accounts.limits import check_size
from aftershock.web.errors import MissingError
from aftershock.web.jobs import Job
from aftershock.web.weights import check_values

__all__ = [
    "KINDS", "AccountName", "ClaimName", "FormFields", "VersionNumber", "find_part", "jobs_of", "keeper_of", "put_part",
    "save_change", "valid_account", "valid_claim", "vars_of", "version_of",
]  # fmt: skip

AccountName = Annotated[str, Path(pattern=ACCOUNT_PATTERN, description="Id under which it is kept.")]
ClaimName = Annotated[str, Path(max_length=64, description="Id of a claim.")]
VersionNumber = Annotated[
    int, Field(ge=1, le=2**31, description="The version that is changed; 409 where there is a newer one.")
]
KINDS = ("claim", "statement", "quotation", "figure", "prediction", "causal", "event", "relation")
"""Of claims."""
MOST_FAULTS = 2000  # of which some are named; to list more takes too long


async def form_fields(request: Request) -> AsyncIterator[FormData]:
    """Give a form's fields to a route that runs in a thread, and close its files afterwards."""
    form = await request.form()
    try:
        yield form
    finally:
        await form.close()


FormFields = Annotated[FormData, Depends(form_fields)]


def keeper_of(request: Request) -> Keeper:
    """Return the server's keeper of accounts."""
    keeper: Keeper = request.app.state.keeper
    return keeper


def jobs_of(request: Request, name: str, *kinds: str, states: Sequence[str] = ("done",)) -> list[Job]:
    """Return an account's jobs of some kinds and states, the newest first."""
    found = [job for kind in kinds for job in request.app.state.queue.all(kind=kind)]
    return [job for job in found if job.parameters.get("account") == name and job.state in states]


def vars_of(error: AftershockError) -> dict[str, Any]:
    """Return an error's parts as pages show them."""
    return {"must": error.must, "found": error.found, "fix": error.fix, "rows": list(error.rows)}


def version_of(form: Any) -> int:
    """Return the version that a form was made for."""
    text = str(form.get("version", ""))
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(
            "a change must say which version it was made to", found=repr(text[:20]), fix="Load the page again."
        )
    return int(text)


def save_change(request: Request, name: str, version: int, change: Callable[[Any], Any], what: str) -> Held:
    """Keep a change made to a version; one made to an older version is refused before it is made."""
    keeper = keeper_of(request)
    held = keeper.load(name)
    account = held.account
    if held.version == version:
        account = change(account)
    return keeper.save(name, account, version=version, what=what)


def find_part(account: Any, part: str, name: str) -> Any:
    """Return one of an account's claims or items by its id."""
    found = next((one for one in getattr(account, part) if one.id == name), None)
    if found is None:
        raise MissingError(
            f"one of the {part} must be known by its id", found=repr(name[:64]), fix="Load the account's page again."
        )
    return found


def put_part(account: Any, part: str, new: Any) -> Any:
    """Return the account with one of its claims or items replaced."""
    return account.model_copy(update={part: tuple(new if one.id == new.id else one for one in getattr(account, part))})


def valid_claim(plain: dict[str, Any]) -> Any:
    """Return a claim from plain values, or say what does not fit."""
    from aftershock.accounts.account import Claim

    return _valid(Claim, plain, "a claim")


def valid_account(plain: dict[str, Any]) -> Any:
    """Return an account from plain values, or say what does not fit; one that is too large is refused unread."""
    from aftershock.accounts.account import Account

    claims = plain.get("claims")
    check_size(len(claims) if isinstance(claims, list) else 0)
    account = _valid(Account, plain, "an account")
    for part in (account.claims, account.items):
        if len({one.id for one in part}) < len(part):
            raise UsageError("claims and items must each have an id of their own", found="one twice", fix="Rename one.")
    return account


def _valid(form: Any, plain: dict[str, Any], what: str) -> Any:
    check_values(plain)
    try:
        return form.model_validate(plain)
    except ValidationError as error:
        rows = [
            f"{'.'.join(map(str, fault['loc']))[:200]}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in (error.errors()[:20] if error.error_count() <= MOST_FAULTS else [])
        ]
        raise UsageError(
            f"{what} must be sound", found=f"{error.error_count()} that do not fit", fix="Mend it.", rows=rows
        ) from None
