"""What a person does with an account: read again without loss, add a claim, accept what is right."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from aftershock.accounts.account import Account, Claim, Item
from aftershock.accounts.writing import account_text
from aftershock.errors import DataError, StoreError, UsageError

if TYPE_CHECKING:
    from aftershock.accounts.texts import ArticleText

__all__ = ["accept", "add_claim", "free_name", "merge", "move_claim", "write_account"]

One = TypeVar("One", Item, Claim)


def write_account(account: Account, path: Path) -> None:
    """Write an account as YAML, at once or not at all.

    Raises
    ------
    StoreError
        The file cannot be written.
    """
    text = account_text(account)
    work = path.with_name(f".{path.name}.part")
    try:
        work.write_text(text, encoding="utf-8")
        work.replace(path)
    except OSError as error:
        work.unlink(missing_ok=True)
        raise StoreError(
            "the account must be written", found=f"{path}: {error.strerror}", fix="Choose another place for it."
        ) from error


def merge(old: Account, new: Account, article: ArticleText) -> tuple[Account, list[str]]:
    """Return a new draft with what a person has done to the old one, and what could not be placed, in sentences.

    Whatever is no draft is kept as it is. Where the source has changed, it moves with its text; where that is gone or stands
    in several places, it stays where it was and is named.

    Parameters
    ----------
    old, new : Account
    article : ArticleText
        What the new draft was made from.
    """
    lost: list[str] = []
    source = old.account.source
    same = source is not None and source.sha256 == article.sha256
    items = _merged(old.items, new.items, article, lost, same=same)
    claims = _merged(old.claims, new.claims, article, lost, same=same)
    about = new.account.model_copy(
        update={name: value for name, value in old.account if value and name not in ("source",)}
    )
    order = {kind: n for n, kind in enumerate(("actor", "quotation", "statement", "figure", "prediction", "causal"))}
    items.sort(key=lambda item: (order.get(item.kind, 6 + (item.kind == "relation")), item.start))
    return new.model_copy(update={"account": about, "items": tuple(items), "claims": tuple(claims)}), lost


def _merged(old: Iterable[One], new: Iterable[One], article: ArticleText, lost: list[str], *, same: bool) -> list[One]:
    """Return the old ones that a person touched, then the new ones that stand nowhere among them."""
    kept: list[One] = [one if same else _moved(one, article, lost) for one in old if one.status != "draft"]
    taken = {_key(one) for one in kept}
    names = {one.id for one in kept}
    fresh: list[One] = []
    for one in new:
        if _key(one) in taken:
            continue
        name = one.id
        while name in names:
            stem, _, number = name.rpartition("-")
            name = f"{stem}-{int(number) + 1}"
        names.add(name)
        fresh.append(one.model_copy(update={"id": name}))
    return sorted(kept + fresh, key=_place)


def _key(one: Item | Claim) -> tuple[Any, ...]:
    """Return what makes two the same: kind and span; an actor's kind and name; a sentence holds one claim."""
    if isinstance(one, Claim):
        return ("claim", one.span) if one.span else ("claim", one.id)
    return (one.kind, one.fields.get("canonical")) if one.kind == "actor" else (one.kind, one.start, one.end)


def _place(one: Item | Claim) -> int:
    if isinstance(one, Claim):
        return one.span[0] if one.span else 0
    return one.start


def _moved(one: One, article: ArticleText, lost: list[str]) -> One:
    """Return it where its text now stands."""
    if not one.text:
        return one
    places = _places(article, one.text)
    if len(places) != 1:
        where = "is no longer in the source" if not places else f"stands in {len(places)} places of the source"
        if isinstance(one, Claim) or one.kind != "actor":
            lost.append(f"{one.id}: its text {where}; its span was left as it was.")
        return one
    if isinstance(one, Claim):
        return one.model_copy(update={"span": places[0]})
    update: dict[str, Any] = {"start": places[0][0], "end": places[0][1]}
    return one.model_copy(update=update | ({"mentions": (places[0],)} if one.mentions else {}))


def _places(article: ArticleText, text: str) -> list[tuple[int, int]]:
    """Return where a text stands in the decoded source; blanks and kinds of quotes do not matter."""
    import re

    plain = {"“": '"', "”": '"', "‘": "'", "’": "'"}
    pattern = r"\s+".join(re.escape("".join(plain.get(c, c) for c in word)) for word in text.split())
    return [article.span(*m.span()) for m in re.finditer(pattern, article.text)] if pattern else []


def add_claim(account: Account, pasted: str, article: ArticleText, *, says: str = "", kind: str = "claim") -> Account:
    """Return the account with one claim more: the tool finds where the pasted text stands.

    Raises
    ------
    DataError
        The text does not stand in the article, or in several places.
    UsageError
        Its place already has a claim.
    """
    places = _places(article, pasted)
    if len(places) != 1:
        found = "it nowhere" if not places else f"it {len(places)} times"
        fix = "Paste it as it stands there." if not places else "Paste more of its sentence."
        raise DataError("the text of a claim must stand once in the article", found=found, fix=fix)
    held = next((claim for claim in account.claims if claim.span == places[0]), None)
    if held is not None:
        raise UsageError("a piece of text must hold one claim", found=f"{held.id} there", fix=f"Edit {held.id}.")
    about: dict[str, Any] = {"kind": kind, "says": says, "text": article.rendered(*places[0]), "status": "edited"}
    claim = Claim(id=free_name(account), span=places[0], **about)
    claims = sorted([*account.claims, claim], key=_place)
    return account.model_copy(update={"claims": tuple(claims)})


def free_name(account: Account) -> str:
    """Return an id for one claim more."""
    names = {claim.id for claim in account.claims}
    return next(f"claim-{n}" for n in range(len(names) + 1, 2 * len(names) + 3) if f"claim-{n}" not in names)


def move_claim(account: Account, name: str, pasted: str, article: ArticleText) -> Account:
    """Return the account with a claim moved to where another text stands; if in several places, to the one it overlaps.

    Raises
    ------
    DataError
        The text does not stand in the article, or in several places, none of them where the claim is.
    UsageError
        No claim has the name, or its new place has one already.
    """
    claim = next((one for one in account.claims if one.id == name), None)
    if claim is None:
        raise UsageError("a claim must be known by its id", found=repr(name), fix="See the ids in the file.")
    places = _places(article, pasted)
    if len(places) > 1 and claim.span is not None:
        first, last = claim.span
        places = [place for place in places if place[0] < last and place[1] > first] or places
    if len(places) != 1:
        found = "it nowhere" if not places else f"it {len(places)} times"
        fix = "Paste it as it stands there." if not places else "Paste more of its sentence."
        raise DataError("the text of a claim must stand once in the article", found=found, fix=fix)
    other = next((one for one in account.claims if one.span == places[0] and one.id != name), None)
    if other is not None:
        raise UsageError("a piece of text must hold one claim", found=f"{other.id} there", fix=f"Edit {other.id}.")
    moved = claim.model_copy(update={"span": places[0], "text": article.rendered(*places[0]), "status": "edited"})
    claims = sorted((moved if one.id == name else one for one in account.claims), key=_place)
    return account.model_copy(update={"claims": tuple(claims)})


def accept(account: Account, ids: Collection[str] = (), *, kinds: Collection[str] = ()) -> tuple[Account, int]:
    """Return the account with drafts accepted, and how many: those named, and all of some kinds.

    A claim is accepted with the questions proposed for it.

    Parameters
    ----------
    account : Account
    ids : collection of str
    kinds : collection of str
        Kinds of items; "claim" for all claims.

    Raises
    ------
    UsageError
        An id that nothing has.
    """
    known = {item.id for item in account.items} | {claim.id for claim in account.claims}
    for name in ids:
        if name not in known:
            from aftershock.errors import nearest

            fix = nearest(name, sorted(known)) or "See the ids in the file."
            raise UsageError("only what the account holds can be accepted", found=repr(name), fix=fix)
    items, claims, count = [], [], 0
    for item in account.items:
        wanted = item.status == "draft" and (item.id in ids or item.kind in kinds)
        count += wanted
        items.append(item.model_copy(update={"status": "accepted"}) if wanted else item)
    for claim in account.claims:
        waits = claim.status == "draft" or any(q.status == "proposed" for q in claim.questions)
        wanted = waits and (claim.id in ids or "claim" in kinds)
        count += wanted
        claims.append(_accepted(claim) if wanted else claim)
    return account.model_copy(update={"items": tuple(items), "claims": tuple(claims)}), count


def _accepted(claim: Claim) -> Claim:
    questions = tuple(
        q.model_copy(update={"status": "accepted"}) if q.status == "proposed" else q for q in claim.questions
    )
    status = "accepted" if claim.status == "draft" else claim.status
    return claim.model_copy(update={"status": status, "questions": questions})
