"""The job that reads an article that was pasted or sent, into an account that is kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field

from aftershock.errors import UsageError
from aftershock.web.accounts.keeping import ACCOUNT_PATTERN, Keeper
from aftershock.web.work.kinds import Kind, Parameters, Place, Progress

__all__ = ["KIND", "ReadParameters"]


class ReadParameters(Parameters):
    """Which account's article to read, and of when it is."""

    account: str = Field(pattern=ACCOUNT_PATTERN, title="Account")
    date: dt.date | None = Field(None, title="Day of publication", description="As the article says it, if not given")


def run(parameters: ReadParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Read an article; what a person did to an earlier draft of it is kept."""
    from aftershock.accounts.drafting import draft_account
    from aftershock.accounts.editing import merge
    from aftershock.accounts.reading.reader import LISTS, read_text
    from aftershock.accounts.texts import article_of
    from aftershock.web.accounts.articles import save_text
    from aftershock.web.work.pieces import write_piece

    keeper = Keeper(place.data / "web")
    path = keeper.article_file(parameters.account)
    if path is None:
        raise UsageError("an account must have an article to be read", found="none", fix="Start one with the article.")
    progress("telling the article from what surrounds it", 0, 4)
    article = article_of(path.read_bytes(), name=path.name)
    progress("loading the language model and reading", 1, 4)
    draft = read_text(article, date=parameters.date)
    progress("writing the draft", 3, 4)
    account = draft_account(draft)
    lost: list[str] = []
    version = 0
    if any((path.parent / "versions").glob("*.json")):
        held = keeper.load(parameters.account)
        version = held.version
        account, lost = merge(held.account, account, article)
    save_text(path.parent, article)
    keeper.save(parameters.account, account, version=version, what="read the article")
    document = draft.document()
    write_piece(place, "notes.json", {"notes": [*draft.notes, *lost]})
    found = {name: len(document[name]) for name in LISTS.values() if document[name]}
    return {
        "account": parameters.account,
        "claims": len(account.claims),
        "found": ", ".join(f"{count} {name}" for name, count in found.items()) or "nothing",
        "notes": " ".join([*draft.notes, *lost])[:2000],
    }


KIND = Kind(
    name="read", title="Read an article", parameters=ReadParameters, run=run, page="/accounts/jobs/{id}", minutes=10
)
