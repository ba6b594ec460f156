"""The jobs that put an account's claims to the record and the models, and that look for what must be mended in it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import Field

from aftershock.errors import UsageError
from aftershock.web.accounts.keeping import ACCOUNT_PATTERN, Held, Keeper
from aftershock.web.work.kinds import Kind, Parameters, Place, Progress
from aftershock.web.work.pieces import write_piece

__all__ = [
    "CHECK_FILES",
    "CLAIMS_PER_PAGE",
    "FAULTS",
    "KIND",
    "LINT",
    "CheckParameters",
    "LintParameters",
    "sections_file",
]

CHECK_FILES = (
    "report.html",
    "account.yaml",
    "claims.csv",
    "claims.md",
    "claimreview.json",
    "questions.json",
    "check.json",
)
FAULTS = "faults.json"
CLAIMS_PER_PAGE = 40


def sections_file(page: int) -> str:
    """Return the name of the file that holds a page of a check."""
    return "sections.html" if page == 1 else f"sections-{page}.html"


class CheckParameters(Parameters):
    """Which account to check, and as of when."""

    account: str = Field(pattern=ACCOUNT_PATTERN, title="Account")
    version: int | None = Field(None, ge=1, title="Version", description="The newest, if not given")
    as_of: dt.date | None = Field(None, title="As of", description="Answer `now` from what was known by that day")
    ledger: bool = Field(True, title="Enter it into the ledger")


class LintParameters(Parameters):
    """Which account to look through."""

    account: str = Field(pattern=ACCOUNT_PATTERN, title="Account")
    version: int | None = Field(None, ge=1, title="Version", description="The newest, if not given")


def run(parameters: CheckParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Check an account; write its report and files, and enter it into the ledger."""
    from aftershock.accounts.checking import check_account
    from aftershock.accounts.exports import write_check
    from aftershock.accounts.ledger import enter
    from aftershock.report.account_page import render_account_sections, write_account_report
    from aftershock.store import Store
    from aftershock.web.accounts.articles import load_text

    held, store = _held(parameters.account, parameters.version, place), Store(place.data.resolve())
    asked = [
        c
        for c in held.account.claims
        if c.status in ("accepted", "edited") and any(q.status == "accepted" for q in c.questions)
    ]
    if not asked:
        raise UsageError(
            "an account to be checked must have a claim with a question, both accepted", found="none",
            fix="Accept a claim, write what it says, and choose its questions.",
        )  # fmt: skip
    article = load_text(Keeper(place.data / "web").place(held.id))
    out = place.folder.resolve()
    with _nowhere(out):
        checked = check_account(held.account, as_of=parameters.as_of, store=store, progress=progress)
        progress("writing files", 0, None)
        today = dt.datetime.now(dt.UTC).date()
        write_check(out, checked, on=today.isoformat())
        write_account_report(checked, out / "report.html", article=article)
    sections = render_account_sections(checked, article=article, each=CLAIMS_PER_PAGE)
    for number, text in enumerate(sections, 1):
        write_piece(place, sections_file(number), text)
    _write_yaml(held, out / "account.yaml")
    changes = enter(checked, store.folder, today=today) if parameters.ledger and parameters.as_of is None else []
    counts = ", ".join(f"{count} {word}" for word, count in checked.counts().items())
    facts = {
        "account": held.id,
        "version checked": held.version,
        "title": held.account.account.title,
        "claims": len(checked.claims),
        "now": counts,
    }
    if changes:
        facts["changed since the last check"] = ", ".join(f"{c.claim}: {c.before} is now {c.after}" for c in changes)[
            :1000
        ]
    return facts


def lint(parameters: LintParameters, place: Place, progress: Progress) -> dict[str, Any]:
    """Look through an account: texts against its article, names against the record, what is left a draft."""
    from aftershock.accounts.account import WrittenAccount
    from aftershock.accounts.lint import lint_account
    from aftershock.accounts.record import record_at
    from aftershock.store import Store

    held, store = _held(parameters.account, parameters.version, place), Store(place.data.resolve())
    article = Keeper(place.data.resolve() / "web").article_file(held.id)
    progress("reading the record", 0, 2)
    record = record_at(store=store)
    progress("comparing", 1, 2)
    with _nowhere(place.folder.resolve()):
        named = held.account.account.source
        faults = lint_account(WrittenAccount(held.account), source=article if named else None, record=record)
    failing = sum(fault.fails for fault in faults)
    document = {
        "account": held.id,
        "version": held.version,
        "sound": not failing,
        "faults": [vars(fault) for fault in faults],
    }
    write_piece(place, FAULTS, document)
    return {"account": held.id, "version": held.version, "found": f"{failing} to mend" if failing else "sound"}


def _held(name: str, version: int | None, place: Place) -> Held:
    return Keeper(place.data / "web").load(name, version)


def _write_yaml(held: Held, path: Path) -> None:
    from aftershock.accounts.editing import write_account

    write_account(held.account, path)


@contextlib.contextmanager
def _nowhere(folder: Path) -> Iterator[None]:
    """Work in an empty folder: a question may name a rule's file below the working folder, which here holds nothing of others."""
    empty = folder / "empty"
    empty.mkdir()
    before = Path.cwd()
    os.chdir(empty)
    try:
        yield
    finally:
        os.chdir(before)
        empty.rmdir()


KIND = Kind(
    name="check",
    title="Check an account",
    parameters=CheckParameters,
    run=run,
    page="/accounts/checks/{id}",
    minutes=60,
)
LINT = Kind(
    name="lint",
    title="Look an account through",
    parameters=LintParameters,
    run=lint,
    page="/accounts/jobs/{id}",
    minutes=10,
)
