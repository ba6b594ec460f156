"""Each claim's questions answered twice: by what was known on the account's day, and by what is known now."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aftershock.accounts.account import Account, Claim, WrittenAccount, plain_question
from aftershock.accounts.questions.base import Question
from aftershock.accounts.record import Record, record_at
from aftershock.accounts.verdicts import Verdict, VerdictWord, of_claim
from aftershock.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from aftershock.contract import Events
    from aftershock.models.base import Progress
    from aftershock.store import Store

__all__ = ["AccountCheck", "Answered", "CheckedClaim", "Score", "check_account"]

_LEAST = 0.001
"""No chance is scored as less: a model that says never is held to one in a thousand."""


@dataclass(frozen=True)
class Score:
    """How good a chance was, once it is known what came.

    Attributes
    ----------
    chance : float
    brier : float
        (chance − outcome)², 0 to 1; 0 is best.
    log : float
        −log of the chance given to what came, in nats; chances are kept within 0.001 and 0.999.
    """

    chance: float
    brier: float
    log: float

    @classmethod
    def of(cls, chance: float, *, came: bool) -> Score:
        """Return the score of a chance.

        Examples
        --------
        >>> Score.of(0.8, came=True).brier, round(Score.of(0.5, came=False).log, 3)
        (0.03999999999999998, 0.693)
        """
        held = min(max(chance, _LEAST), 1 - _LEAST)
        return cls(chance, (chance - came) ** 2, -math.log(held if came else 1 - held))


@dataclass(frozen=True)
class Answered:
    """A question and its two answers.

    Attributes
    ----------
    question : Question
    then, now : Verdict
    """

    question: Question
    then: Verdict
    now: Verdict

    @property
    def model_score(self) -> Score | None:
        """Of the chance given on the day, where one was given and it is known what came."""
        if self.then.chance is None or self.now.outcome is None:
            return None
        return Score.of(self.then.chance, came=self.now.outcome)

    def base_score(self) -> Score | None:
        """Of how often such a thing had come before, where that is known."""
        base = self.then.figures.get("base_rate")
        if base is None or self.now.outcome is None:
            return None
        return Score.of(float(base), came=self.now.outcome)


@dataclass(frozen=True)
class CheckedClaim:
    """A claim with its questions answered.

    Attributes
    ----------
    claim : Claim
    date : date
        When it was said.
    answers : tuple of Answered
    then, now : str
        Its verdicts, by :func:`aftershock.accounts.verdicts.of_claim`.
    """

    claim: Claim
    date: dt.date
    answers: tuple[Answered, ...]

    @property
    def then(self) -> VerdictWord:
        """Its verdict by what was known on its day."""
        return of_claim([answer.then.word for answer in self.answers])

    @property
    def now(self) -> VerdictWord:
        """Its verdict by what is known now."""
        return of_claim([answer.now.word for answer in self.answers])

    @property
    def provisional(self) -> bool:
        """Whether its verdict rests on data that will still be revised."""
        return any(answer.now.provisional for answer in self.answers)

    def stated_scores(self) -> tuple[Score | None, ...]:
        """Of the account's own probability, for each question.

        A question's own probability goes with its outcome; the claim's with that of the first question that is decided and has
        none of its own, so that it counts once.
        """
        scores: list[Score | None] = []
        left = self.claim.probability
        for answer in self.answers:
            stated, outcome = answer.question.probability, answer.now.outcome
            if stated is None and outcome is not None:
                stated, left = left, None
            scores.append(None if stated is None or outcome is None else Score.of(stated, came=outcome))
        return tuple(scores)


@dataclass(frozen=True)
class AccountCheck:
    """An account, checked.

    Attributes
    ----------
    account : Account
    claims : tuple of CheckedClaim
        Those that were checked, in the account's order.
    left_out : dict
        Ids of claims that were not, with the reason.
    vintages : tuple of str
        Of the data, then and now.
    as_of : date, optional
        What "now" means, where not today.
    notes : tuple of str
    """

    account: Account
    claims: tuple[CheckedClaim, ...]
    left_out: Mapping[str, str]
    vintages: tuple[str, ...]
    as_of: dt.date | None = None
    notes: tuple[str, ...] = ()

    def counts(self, when: str = "now") -> dict[str, int]:
        """Return how many claims have each verdict, the commonest first."""
        words = [getattr(claim, when) for claim in self.claims]
        return {word: words.count(word) for word in sorted(set(words), key=lambda w: (-words.count(w), w))}

    def to_frame(self) -> pd.DataFrame:
        """Return a row per question."""
        import pandas as pd

        return pd.DataFrame([row for claim in self.claims for row in _rows(claim)])

    def lines(self) -> list[str]:
        """Return the whole in sentences for a terminal."""
        return list(_lines(self))

    def document(self) -> dict[str, Any]:
        """Return everything as plain values."""
        about = self.account.account
        return {
            "account": about.model_dump(mode="json", exclude_none=True),
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "vintages": list(self.vintages),
            "counts": {"then": self.counts("then"), "now": self.counts("now")},
            "claims": [_document(claim) for claim in self.claims],
            "left_out": dict(self.left_out),
            "notes": list(self.notes),
        }


def check_account(
    account: Account | WrittenAccount,
    *,
    as_of: dt.date | None = None,
    store: Store | None = None,
    source: str | None = None,
    events: Events | None = None,
    progress: Progress | None = None,
) -> AccountCheck:
    """Return an account's claims with the verdicts of then and now.

    Parameters
    ----------
    account : Account or WrittenAccount
        Claims that are drafts or rejected, and questions that wait to be accepted, are left out and named.
    as_of : date, optional
        Answer "now" as it could have been answered on that day.
    store : Store, optional
        The data directory; the default one if not given. The embedded figures where it is empty.
    source : {"ucdp", "acled"}, optional
    events : Events, optional
        In place of the store's.
    progress : callable, optional

    Raises
    ------
    UsageError
        The account has no date, a question is about an actor nobody knows, or a day lies before the account's.
    """
    written = account if isinstance(account, WrittenAccount) else WrittenAccount(account)
    account = written.account
    asked, left_out = _asked(account)
    days = sorted({account.claim_date(claim) for claim, _ in asked})
    if as_of is not None and days and as_of < days[-1]:
        raise UsageError(
            "the day of --as-of must not lie before the account's",
            found=f"{as_of} before {days[-1]}",
            fix="Give a later day.",
        )
    now = record_at(as_of, store=store, source=source, events=events)
    _refuse_faults(written, asked, now)
    then = {day: record_at(day, store=store, source=source, events=events) for day in days}
    total, done = sum(len(questions) for _, questions in asked), 0
    checked = []
    for claim, questions in asked:
        day = account.claim_date(claim)
        answers = []
        for question in questions:
            if progress:
                progress(f"checking {claim.id}", done, total)
            try:
                answers.append(Answered(question, question.check(then[day], day), question.check(now, day)))
            except UsageError as error:
                raise _placed(error, written, claim, question) from error
            done += 1
        checked.append(CheckedClaim(claim, day, tuple(answers)))
    records = [*then.values(), now]
    return AccountCheck(
        account,
        tuple(checked),
        left_out,
        tuple(dict.fromkeys(record.vintage for record in records)),
        as_of,
        tuple(dict.fromkeys(note for record in records for note in record.notes)),
    )


def _asked(account: Account) -> tuple[list[tuple[Claim, list[Question]]], dict[str, str]]:
    """Return the claims to be checked with their questions, and why others are not."""
    asked: list[tuple[Claim, list[Question]]] = []
    left_out: dict[str, str] = {}
    for claim in account.claims:
        accepted: list[Question] = [q for q in claim.questions if q.status == "accepted"]
        waiting = sum(q.status == "proposed" for q in claim.questions)
        if claim.status in ("draft", "rejected"):
            left_out[claim.id] = "it is still a draft" if claim.status == "draft" else "it was rejected"
        elif not accepted:
            left_out[claim.id] = "its questions wait to be accepted" if waiting else claim.why or "it has no question"
        else:
            asked.append((claim, accepted))
    return asked, left_out


def _refuse_faults(written: WrittenAccount, asked: list[tuple[Claim, list[Question]]], record: Record) -> None:
    """Raise what of the questions cannot be, all of it, before any of them is answered."""
    rows = [
        f"{_place(written, claim, question)}{said}"
        for claim, questions in asked
        for question in questions
        for said in question.faults(record)
    ]
    if rows:
        first, offer, names = rows[0].partition(" Did you mean ")
        found = first.rstrip(".") if len(rows) == 1 else f"{len(rows)} faults"
        fix = f"{offer.lstrip()}{names}" if names and len(rows) == 1 else "Mend what is named."
        raise UsageError("every question must be answerable", found=found, fix=fix, rows=rows if len(rows) > 1 else ())


def _place(written: WrittenAccount, claim: Claim, question: Question) -> str:
    """Return where a question stands, as an opening of a message."""
    return written.place("claims", written.account.claims.index(claim), "questions", claim.questions.index(question))


def _placed(error: UsageError, written: WrittenAccount, claim: Claim, question: Question) -> UsageError:
    """Return the fault of a question with its line."""
    found = f"{_place(written, claim, question)}{error.must}; found {error.found}"
    return UsageError(f"a question of {claim.id} must be answerable", found=found, fix=error.fix)


def _rows(checked: CheckedClaim) -> list[dict[str, Any]]:
    """Return a claim as rows of a table, one per question."""
    rows = []
    for answer in checked.answers:
        score = answer.model_score
        rows.append(
            {
                "claim": checked.claim.id, "kind": checked.claim.kind, "says": checked.claim.says,
                "speaker": checked.claim.speaker, "date": checked.date.isoformat(), "question": answer.question.sentence(),
                "asks": answer.question.kind,  # type: ignore[attr-defined]
                "then": answer.then.word, "then_found": answer.then.sentence,
                "now": answer.now.word, "now_found": answer.now.sentence, "provisional": answer.now.provisional,
                "chance": answer.then.chance, "outcome": answer.now.outcome, "decided_on": answer.now.decided_on,
                "brier": score.brier if score else None, "log_score": score.log if score else None,
                "filter": answer.now.filter, "sample": answer.now.sample, "vintage": answer.now.vintage,
            }
        )  # fmt: skip
    return rows


def _document(checked: CheckedClaim) -> dict[str, Any]:
    return {
        "claim": checked.claim.model_dump(mode="json", exclude_none=True, exclude={"questions", "text"}),
        "date": checked.date.isoformat(),
        "then": checked.then,
        "now": checked.now,
        "provisional": checked.provisional,
        "questions": [
            {
                "question": plain_question(answer.question),
                "asks": answer.question.kind,  # type: ignore[attr-defined]
                "sentence": answer.question.sentence(),
                "then": _plain(answer.then),
                "now": _plain(answer.now),
                "model_score": _plain(answer.model_score),
                "base_score": _plain(answer.base_score()),
                "stated_score": _plain(stated),
            }
            for answer, stated in zip(checked.answers, checked.stated_scores(), strict=True)
        ],
    }


def _plain(value: Any) -> Any:
    """Return a frozen record as plain values; None stays."""
    from dataclasses import asdict

    return None if value is None else asdict(value)


def _lines(check: AccountCheck) -> Any:
    about = check.account.account
    yield f"{about.title or about.id}, {about.date}: {len(check.claims)} claims checked."
    for checked in check.claims:
        yield ""
        yield f"{checked.claim.id}: {checked.claim.says or checked.claim.text}"
        yield f"  then: {checked.then}; now: {checked.now}{' (provisional)' if checked.provisional else ''}"
        for answer in checked.answers:
            yield f"  ? {answer.question.sentence()}"
            yield f"    then, {answer.then.word}: {answer.then.sentence}"
            yield f"    now, {answer.now.word}: {answer.now.sentence}"
            score = answer.model_score
            if score:
                came = "it came" if answer.now.outcome else "it did not come"
                yield f"    the chance given on the day was {score.chance:.0%}, {came}: Brier score {score.brier:.2f}"
    yield ""
    yield "Now: " + ", ".join(f"{count} {word}" for word, count in check.counts().items()) + "."
    for name, why in check.left_out.items():
        yield f"Left out: {name}, {why}."
    yield from check.notes
