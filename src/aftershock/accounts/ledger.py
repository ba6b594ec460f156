"""The ledger: every account that was checked, how its predictions did, and which verdicts changed with a new release."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftershock.accounts.checking import AccountCheck
from aftershock.accounts.exports import json_text
from aftershock.accounts.verdicts import VERDICTS
from aftershock.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Change", "Ledger", "enter", "read_ledger"]

_FOLDER = "accounts"
_ASKED = {"asks", "sentence", "then", "now", "model_score", "base_score", "stated_score"}
_TOLD = {"word", "chance", "figures", "outcome", "decided_on", "vintage"}


@dataclass(frozen=True)
class Change:
    """A verdict that is no longer what it was.

    Attributes
    ----------
    account, claim, question : str
    before, after : str
    on : str
        ISO day on which it was noticed.
    vintage : str
        Of the data that changed it.
    """

    account: str
    claim: str
    question: str
    before: str
    after: str
    on: str
    vintage: str


def enter(check: AccountCheck, folder: Path, *, today: dt.date) -> list[Change]:
    """Write a check into the ledger and return which verdicts changed since the last time.

    Parameters
    ----------
    check : AccountCheck
    folder : pathlib.Path
        The data directory.
    today : date

    Raises
    ------
    StoreError
        The ledger cannot be written or read.
    """
    about = check.account.account
    path = folder / _FOLDER / f"{about.date}-{about.id}.json"
    old = _read(path) if path.exists() else None
    document = check.document()
    changes = list(_changed(old, document, today)) if old else []
    kept = [*(old or {}).get("changes", []), *(vars(change) for change in changes)]
    whole = {**document, "checked_on": today.isoformat(), "changes": kept}
    work = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work.write_text(json_text(whole), encoding="utf-8")
        work.replace(path)
    except OSError as error:
        raise StoreError(
            "the ledger must be writable",
            found=f"{path}: {error.strerror}",
            fix="Choose another --data-dir, or --no-ledger.",
        ) from error
    return changes


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fix = f"Move {path.name} away and check the account again."
        raise StoreError("an entry of the ledger must be readable", found=f"{path}: {error}", fix=fix) from error
    fix = f"Move {path.name} away and check the account again."
    if not isinstance(document, dict) or "claims" not in document:
        raise StoreError("an entry of the ledger must hold claims", found=f"none in {path}", fix=fix)
    try:
        whole = all(
            question.keys() >= _ASKED and all(question[when].keys() >= _TOLD for when in ("then", "now"))
            for _, question in _questions(document)
        ) and {"id", "date"} <= document["account"].keys()  # fmt: skip
    except (AttributeError, KeyError, TypeError):
        whole = False
    if not whole:
        raise StoreError("an entry of the ledger must be as this version writes it", found=str(path), fix=fix)
    return document


def _questions(document: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Give every question of an entry with its claim's id."""
    return ((claim["claim"]["id"], question) for claim in document["claims"] for question in claim["questions"])


def _changed(old: Mapping[str, Any], new: Mapping[str, Any], today: dt.date) -> Iterable[Change]:
    """Give the questions whose verdict of now differs."""
    before = {(claim, q["sentence"]): q["now"]["word"] for claim, q in _questions(old)}
    for claim, question in _questions(new):
        was, now = before.get((claim, question["sentence"])), question["now"]
        if was is not None and was != now["word"]:
            yield Change(
                new["account"]["id"], claim, question["sentence"], was, now["word"], today.isoformat(), now["vintage"]
            )


@dataclass(frozen=True)
class Ledger:
    """All accounts that were checked.

    Attributes
    ----------
    entries : tuple of dict
        One document per account, the oldest first.
    """

    entries: tuple[dict[str, Any], ...]

    def accounts(self) -> pd.DataFrame:
        """Return a row per account: its date, its source, its verdicts of now, its predictions."""
        import pandas as pd

        rows = []
        for entry in self.entries:
            about = entry["account"]
            words = [claim["now"] for claim in entry["claims"]]
            row = {"account": about["id"], "date": about["date"], "source": about.get("outlet") or about.get("author") or "",
                   "claims": len(words)}  # fmt: skip
            rows.append(row | {word: words.count(word) for word in VERDICTS} | {"checked_on": entry["checked_on"]})
        return pd.DataFrame(rows)

    def by(self, key: str) -> pd.DataFrame:
        """Return a row per source ("source") or kind of question ("asks"): verdicts, and how chances given on the day did.

        Scores are means over the questions that were open on the account's day and are decided now: of the model, of the base
        rate and of the account's own probability, each with its number. The model and the base rate are compared where both
        are known.
        """
        import pandas as pd

        groups: dict[str, list[dict[str, Any]]] = {}
        for entry in self.entries:
            about = entry["account"]
            source = about.get("outlet") or about.get("author") or "no source named"
            for claim in entry["claims"]:
                for question in claim["questions"]:
                    name = source if key == "source" else question["asks"]
                    groups.setdefault(name, []).append(question)
        return pd.DataFrame([{key: name} | _summary(found) for name, found in sorted(groups.items())])

    def predictions(self) -> pd.DataFrame:
        """Return a row per question that was open on the account's day: chances, and what came."""
        import pandas as pd

        rows = [
            {"account": entry["account"]["id"], "date": entry["account"]["date"], "claim": claim, "asks": q["asks"],
             "question": q["sentence"], "model": q["then"]["chance"], "base_rate": (q["then"]["figures"] or {}).get("base_rate"),
             "outcome": q["now"]["outcome"], "decided_on": q["now"]["decided_on"],
             "brier": (q["model_score"] or {}).get("brier"), "log_score": (q["model_score"] or {}).get("log")}
            for entry in self.entries for claim, q in _questions(entry)
            if q["then"]["word"] == "not yet decided" or q["model_score"]
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def changes(self) -> list[Change]:
        """Return the verdicts that changed, the newest last."""
        found = [Change(**change) for entry in self.entries for change in entry.get("changes", [])]
        return sorted(found, key=lambda change: change.on)

    def lines(self) -> list[str]:
        """Return the whole in sentences for a terminal."""
        if not self.entries:
            return []
        lines = []
        for row in self.accounts().to_dict("records"):
            words = ", ".join(f"{row[word]} {word}" for word in VERDICTS if row[word])
            lines.append(
                f"{row['account']} ({row['source'] or 'no source named'}, {row['date']}): {words or 'nothing checked'}."
            )
        for key, title in (("source", "By source"), ("asks", "By kind of question")):
            lines += ["", f"{title}:"]
            lines += [f"  {row[key]}: {_in_words(row)}" for row in self.by(key).to_dict("records")]
        changes = self.changes()
        if changes:
            lines += ["", "Verdicts that changed:"]
            lines += [f"  {c.on}, {c.account}, {c.claim}: {c.before} → {c.after} ({c.vintage})" for c in changes]
        return lines

    def document(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "accounts": self.accounts().to_dict("records"),
            "by_source": self.by("source").to_dict("records"),
            "by_question": self.by("asks").to_dict("records"),
            "predictions": self.predictions().to_dict("records"),
            "changes": [vars(change) for change in self.changes()],
        }


def _summary(questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return verdicts and scores of some questions."""
    words = [question["now"]["word"] for question in questions]
    decided = [q for q in questions if q["now"]["outcome"] is not None and q["then"]["word"] == "not yet decided"]
    both = [q for q in questions if q["model_score"] and q["base_score"]]
    model = [q["model_score"] for q in questions if q["model_score"]]
    stated = [q["stated_score"] for q in questions if q["stated_score"]]
    return {
        "questions": len(questions),
        **{word: words.count(word) for word in VERDICTS},
        "came": f"{sum(q['now']['outcome'] for q in decided)} of {len(decided)}",
        "model_brier": _mean(model, "brier"), "model_log": _mean(model, "log"), "model_n": len(model),
        "model_brier_beside_base": _mean([q["model_score"] for q in both], "brier"),
        "base_brier": _mean([q["base_score"] for q in both], "brier"), "base_n": len(both),
        "stated_brier": _mean(stated, "brier"), "stated_n": len(stated),
    }  # fmt: skip


def _in_words(row: Mapping[Any, Any]) -> str:
    """Return what became of some questions, with the counts behind every share."""
    parts = [", ".join(f"{row[word]} of {row['questions']} {word}" for word in VERDICTS if row[word])]
    if not row["came"].endswith(" of 0"):
        parts.append(f"open on the day and decided since: {row['came']} came")
    if row["model_n"]:
        parts.append(f"Brier score of the chances given on the day {row['model_brier']:.3f} (n = {row['model_n']})")
    if row["base_n"]:
        parts.append(
            f"beside the base rate {row['model_brier_beside_base']:.3f} to {row['base_brier']:.3f} (n = {row['base_n']})"
        )
    if row["stated_n"]:
        parts.append(f"of the accounts' own chances {row['stated_brier']:.3f} (n = {row['stated_n']})")
    return "; ".join(parts)


def _mean(scores: list[dict[str, float]], name: str) -> float | None:
    return sum(score[name] for score in scores) / len(scores) if scores else None


def read_ledger(folder: Path) -> Ledger:
    """Return the ledger of a data directory; empty where nothing was checked.

    Raises
    ------
    StoreError
        An entry cannot be read.
    """
    return Ledger(tuple(_read(path) for path in sorted((folder / _FOLDER).glob("*.json"))))
