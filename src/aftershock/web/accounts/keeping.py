"""Accounts that are kept: a folder each, every change a version of its own, so that no change undoes another unseen.

::

    DIR/web/accounts/ID/article.txt        the article as it came, .txt, .html, .md or .pdf
    DIR/web/accounts/ID/article.json       its text, with what is no article told apart
    DIR/web/accounts/ID/versions/7.json    the account at its seventh version; the newest counts, some older ones stay
    DIR/web/accounts/ID/summary.json       what a list of accounts shows
    DIR/web/accounts/ID/account.yaml       the newest version for people; large ones are written when asked for

A version's file is made once and never written again: of two who change the same version, the second is told.
What a person changed in account.yaml becomes a version of its own when the account is next read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import secrets
import shutil
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftershock.errors import StoreError
from aftershock.exports import write_bytes
from aftershock.web.accounts import handfile
from aftershock.web.accounts.limits import ARTICLE_BYTES, KEPT_VERSIONS, MOST_ACCOUNTS, check_size
from aftershock.web.accounts.versions import make_version, newest_conflict, read_version, sweep_versions, versions_in
from aftershock.web.errors import BusyError, ConflictError, MissingError, TooLargeError

if TYPE_CHECKING:  # its questions load compiled code
    from aftershock.accounts.account import Account

__all__ = ["ACCOUNT_PATTERN", "Held", "Keeper"]

ACCOUNT_PATTERN = r"^[0-9a-f]{16}$"
WRITTEN_AT_ONCE = 400  # claims and items up to which the YAML is written with every change
_KINDS = {"text": "txt", "html": "html", "markdown": "md", "pdf": "pdf"}
_MEMORY = 4


@dataclass(frozen=True)
class Held:
    """An account as it is kept.

    Attributes
    ----------
    id : str
        Of its folder; the account has an id of its own.
    version : int
        From 1.
    changed : datetime.datetime
    what : str
        What was changed last, in a few words.
    account : Account
    """

    id: str
    version: int
    changed: dt.datetime
    what: str
    account: Account


class Keeper:
    """The accounts below a server's folder; safe to use from several threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "accounts"
        self._read: OrderedDict[tuple[str, int], Held] = OrderedDict()
        self._lock = threading.Lock()

    def place(self, name: str) -> Path:
        """Return an account's folder.

        Raises
        ------
        MissingError
            There is none of that id.
        """
        path = self.folder / name
        if not re.fullmatch(ACCOUNT_PATTERN, name) or not path.is_dir():
            raise MissingError(
                "an account must be known by its id", found=repr(name[:40]), fix="See the page of accounts, /accounts."
            )
        return path

    def all(self) -> list[dict[str, Any]]:
        """Return the summaries of all accounts, the last changed first."""
        found = []
        for path in self.folder.glob("*/summary.json"):
            with contextlib.suppress(OSError, ValueError):  # one that is being removed
                found.append(json.loads(path.read_text(encoding="utf-8")))
        return sorted(found, key=lambda one: str(one["changed"]), reverse=True)

    def begin(self, article: bytes | None = None, *, file_name: str = "article.txt") -> str:
        """Make a folder for a new account and return its id.

        Raises
        ------
        TooLargeError
            The article is too large.
        BusyError
            As many accounts are kept as may be.
        """
        if article is not None and len(article) > ARTICLE_BYTES:
            most = f"{ARTICLE_BYTES // 1_000_000} MB"
            raise TooLargeError(
                f"an article must be of at most {most} here", found="more", fix="Read it with `aftershock read`."
            )
        if self.folder.is_dir() and sum(1 for _ in self.folder.iterdir()) >= MOST_ACCOUNTS:
            raise BusyError(
                f"at most {MOST_ACCOUNTS} accounts are kept", found="as many", fix="Remove some that are done with."
            )
        name = secrets.token_hex(8)
        try:
            (self.folder / name / "versions").mkdir(parents=True)
            if article is not None:
                ending = Path(file_name).suffix.lower().lstrip(".")
                ending = ending if ending in (*_KINDS.values(), "htm", "markdown") else "txt"
                write_bytes(self.folder / name / f"article.{ending}", article)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        return name

    def article_file(self, name: str) -> Path | None:
        """Return the article as it came, None where there is none."""
        return next((path for path in self.place(name).glob("article.*") if path.suffix != ".json"), None)

    def load(self, name: str, version: int | None = None) -> Held:
        """Return an account, its newest version unless another is asked for.

        Raises
        ------
        MissingError
            There is none of that id, it has not been read yet, or the version is no longer kept.
        """
        if version is None:
            self._take_hand_edit(name)
        versions = versions_in(self._folder(name))
        if not versions:
            raise MissingError(
                "an account must have been read",
                found="one that has not",
                fix="See its job on the page of jobs, /jobs.",
            )
        version = versions[-1] if version is None else version
        if version not in versions:
            raise MissingError(
                "a version must be kept", found=str(version), fix=f"There are {versions[0]} to {versions[-1]}."
            )
        with self._lock:
            if (name, version) in self._read:
                self._read.move_to_end((name, version))
                return self._read[name, version]
        held = self._load(name, version)
        with self._lock:
            self._read[name, version] = held
            while len(self._read) > _MEMORY:
                self._read.popitem(last=False)
        return held

    def _load(self, name: str, version: int) -> Held:
        from aftershock.accounts.account import Account

        found = read_version(self._folder(name), version)
        try:
            account = Account.model_validate(found["account"])
            return Held(name, version, dt.datetime.fromisoformat(found["changed"]), str(found["what"]), account)
        except (ValueError, TypeError) as error:
            raise StoreError(
                "a kept account must be readable", found=type(error).__name__, fix="Undo, or remove it."
            ) from error

    def save(self, name: str, account: Account, *, version: int, what: str) -> Held:
        """Keep a change, made to a version.

        Raises
        ------
        ConflictError
            The account has a newer version by now.
        TooLargeError
            It has more claims than are kept here.
        """
        self._take_hand_edit(name)
        return self._save(name, account, version=version, what=what)

    def _save(self, name: str, account: Account, *, version: int, what: str) -> Held:
        check_size(len(account.claims))
        folder = self._folder(name)
        newest = (versions_in(folder) or [0])[-1]
        if newest != version:
            raise newest_conflict(newest, version)
        held = Held(name, version + 1, dt.datetime.now(dt.UTC).replace(microsecond=0), what[:200], account)
        facts = {"version": held.version, "changed": held.changed.isoformat(), "what": held.what}
        make_version(folder, facts | {"account": account.dump()})
        sweep_versions(folder, KEPT_VERSIONS)
        self._summarise(held)
        if len(account.claims) + len(account.items) <= WRITTEN_AT_ONCE:
            handfile.write(self.place(name), held.version, account)
        else:
            handfile.forget(self.place(name))  # an old file would be edited in vain
        return held

    def _take_hand_edit(self, name: str) -> None:
        """Keep what a person changed in the file as a version; of two processes that see it, one does."""
        folder = self.place(name)
        if not handfile.is_changed(folder):
            return
        newest = (versions_in(self._folder(name)) or [0])[-1]
        account = handfile.read_changed(folder)
        if account is not None:
            with contextlib.suppress(ConflictError):
                self._save(name, account, version=newest, what="changed by hand in account.yaml")

    def _folder(self, name: str) -> Path:
        return self.place(name) / "versions"

    def _summarise(self, held: Held) -> None:
        about = held.account.account
        status = Counter(claim.status for claim in held.account.claims)
        summary = {
            "id": held.id, "version": held.version, "changed": held.changed.isoformat(), "title": about.title or about.id,
            "outlet": about.outlet, "author": about.author, "date": about.date.isoformat() if about.date else None,
            "claims": len(held.account.claims), "drafts": status["draft"], "rejected": status["rejected"],
        }  # fmt: skip
        write_bytes(self.place(held.id) / "summary.json", json.dumps(summary, ensure_ascii=False).encode())

    def yaml(self, name: str) -> Path:
        """Return the file of the newest version, for people and for the command line, written where there is none."""
        held, folder = self.load(name), self.place(name)
        if not handfile.is_there(folder):
            handfile.write(folder, held.version, held.account)
        return folder / handfile.NAME

    def undo(self, name: str, *, version: int) -> Held:
        """Take the last change back: the version before it becomes the newest."""
        earlier = [one for one in versions_in(self._folder(name)) if one < version]
        if not earlier:
            raise ConflictError(
                "a change to be undone must have a version before it", found="none", fix="Nothing is left to do."
            )
        return self.save(name, self.load(name, earlier[-1]).account, version=version, what="undid the last change")

    def remove(self, name: str) -> None:
        """Remove an account for good; what the ledger has of it stays."""
        shutil.rmtree(self.place(name), ignore_errors=True)


def _unwritable(place: Path, error: OSError) -> StoreError:
    return StoreError(
        "the data directory must be writable", found=f"{place.name}: {error.strerror}", fix="Free space there."
    )
