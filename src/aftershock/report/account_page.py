"""A checked account as one HTML file without scripts: every claim, its verdict then and now, and what it rests on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftershock.exports import write_bytes
from aftershock.report.account_charts import chart_of, said
from aftershock.report.account_text import marked_text
from aftershock.report.templates import frame_of, template_of

if TYPE_CHECKING:
    from aftershock.accounts.checking import AccountCheck, Answered, CheckedClaim
    from aftershock.accounts.texts import ArticleText
    from aftershock.accounts.verdicts import Verdict

__all__ = ["MEANINGS", "render_account_report", "render_account_sections", "write_account_report"]

MEANINGS = {
    "supported": "the figures are as said, even at the end of their range that speaks against it",
    "contradicted": "no figure within the range is as said",
    "within the uncertainty": "some figures within the range are as said, some are not",
    "not yet decided": "the time asked about was not over on that day",
    "cannot say": "the record does not cover it, or what it holds is too little to tell",
    "outside the record": "records of organised violence hold no such thing; the reason stands beside it",
}
_SIGNS = {
    "supported": "yes", "contradicted": "no", "within the uncertainty": "maybe", "not yet decided": "open",
    "cannot say": "unsaid", "outside the record": "outside",
}  # fmt: skip


def write_account_report(check: AccountCheck, path: Path, *, article: ArticleText | None = None) -> None:
    """Write a checked account as one HTML file; see :func:`render_account_report`.

    Parameters
    ----------
    check : AccountCheck
    path : pathlib.Path
        Written whole or not at all.
    article : ArticleText, optional
    """
    write_bytes(path, render_account_report(check, article=article).encode("utf-8"))


def render_account_report(check: AccountCheck, *, article: ArticleText | None = None) -> str:
    """Return a checked account as one HTML page that works offline and runs no script.

    Parameters
    ----------
    check : AccountCheck
    article : ArticleText, optional
        Its claims are marked in it. The page then holds its text: whether that may be passed on is for its reader to know.
    """
    text = _template("account.html.j2").render(
        **_values(check, article), **frame_of("report.css", "system.css", "account.css")
    )
    return str(text)


def render_account_sections(check: AccountCheck, *, article: ArticleText | None = None, each: int = 0) -> list[str]:
    """Return the same as sections of HTML, for pages that have a frame of their own.

    They need ``report.css``, ``system.css`` and ``account.css`` and, as custom properties, the report's colours.

    Parameters
    ----------
    check : AccountCheck
    article : ArticleText, optional
    each : int
        How many claims a page shows one by one; all on one page if 0. The first page holds the rest, too. Claims of another
        page are found at ``?page=N``.
    """
    values, template = _values(check, article) | frame_of(), _template("account_sections.html.j2")
    claims = values["claims"]
    each = each or max(len(claims), 1)
    page_of = {one["id"]: n // each + 1 for n, one in enumerate(claims)}
    pages = []
    for number, first in enumerate(range(0, max(len(claims), 1), each), 1):
        at = {name: f"{'' if page == number else f'?page={page}'}#claim.{name}" for name, page in page_of.items()}
        parts = {"shown": claims[first : first + each], "whole": first == 0, "at": at}
        pages.append(str(template.render(**(values | parts))))
    return pages


def _values(check: AccountCheck, article: ArticleText | None) -> dict[str, Any]:
    """Return what the sections show."""
    about, claims = check.account.account, [_claim(checked) for checked in check.claims]
    return {
        "title": about.title or about.id,
        "whose": ", ".join(str(part) for part in (about.outlet, about.author, about.date) if part),
        "date": str(about.date),
        "note": about.note,
        "url": about.url if (about.url or "").startswith(("http://", "https://")) else None,
        "as_of": str(check.as_of) if check.as_of else None,
        "glance": _glance(check),
        "meanings": MEANINGS,
        "signs": _SIGNS,
        "claims": claims,
        "shown": claims,
        "whole": True,
        "at": {one["id"]: f"#claim.{one['id']}" for one in claims},
        "blocks": marked_text(check, article) if article is not None else [],
        "predictions": _predictions(check),
        "unasked": _unasked(check),
        "vintages": check.vintages,
        "notes": check.notes,
    }


@cache
def _template(name: str) -> Any:
    return template_of(name, {"said": said})


def _glance(check: AccountCheck) -> list[str]:
    """Return the whole in a few sentences."""
    total = len(check.claims)
    counts = check.counts("now")
    lines = [f"{total} {'claim' if total == 1 else 'claims'} put to the record and the models"]
    if total:
        lines[0] += f": {', '.join(f'{count} {word}' for word, count in counts.items())}."
    changed = sum(checked.then != checked.now for checked in check.claims)
    if total:
        lines.append(f"{changed} of {total} have another verdict now than by what was known on the day.")
    scored = [answer for checked in check.claims for answer in checked.answers if answer.model_score]
    if scored:
        came = sum(bool(answer.now.outcome) for answer in scored)
        mean = sum(answer.model_score.brier for answer in scored if answer.model_score) / len(scored)
        lines.append(
            f"Of {len(scored)} questions that were open on the day and got a chance, {came} came true; "
            f"mean Brier score of those chances {mean:.2f} (0 is best, 0.25 is what a coin gets)."
        )
    return lines


def _claim(checked: CheckedClaim) -> dict[str, Any]:
    claim = checked.claim
    return {
        "id": claim.id,
        "says": claim.says or claim.text or claim.id,
        "kind": claim.kind,
        "speaker": claim.speaker,
        "via": claim.via,
        "date": str(checked.date),
        "then": checked.then,
        "now": checked.now,
        "provisional": checked.provisional,
        "answers": [_answer(answer) for answer in checked.answers],
    }


def _answer(answer: Answered) -> dict[str, Any]:
    return {
        "sentence": answer.question.sentence(),
        "both": [("Then", _verdict(answer.then)), ("Now", _verdict(answer.now))],
        "score": answer.model_score,
        "came": answer.now.outcome,
        "outside": answer.now.word if answer.now.word == answer.then.word == "outside the record" else None,
        "reason": answer.now.sentence,
        "same": _told(answer.then) == _told(answer.now),
    }


def _told(verdict: Verdict) -> tuple[Any, ...]:
    """Return what a reader sees of a verdict at first; where both are alike, they stand there once."""
    return verdict.word, verdict.sentence, verdict.figures, verdict.chance


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "word": verdict.word,
        "sentence": verdict.sentence,
        "figures": [(name.replace("_", " "), said(value)) for name, value in verdict.figures.items()],
        "filter": verdict.filter,
        "sample": f"{verdict.sample:,}",
        "ids": verdict.event_ids,
        "vintage": verdict.vintage,
        "provisional": verdict.provisional,
        "chance": verdict.chance,
        "decided_on": verdict.decided_on,
        "notes": verdict.notes,
        "chart": chart_of(verdict.chart),
    }


def _predictions(check: AccountCheck) -> list[dict[str, Any]]:
    """Return a row per question that was open on the day: the chance given, and what came."""
    rows = []
    for checked in check.claims:
        for answer in checked.answers:
            if answer.then.word != "not yet decided" and answer.model_score is None:
                continue
            base = answer.base_score()
            rows.append(
                {
                    "id": checked.claim.id,
                    "sentence": answer.question.sentence(),
                    "chance": answer.then.chance,
                    "base": base.chance if base else None,
                    "outcome": answer.now.outcome,
                    "decided_on": answer.now.decided_on,
                    "brier": answer.model_score.brier if answer.model_score else None,
                    "log": answer.model_score.log if answer.model_score else None,
                    "base_brier": base.brier if base else None,
                }
            )
    return rows


def _unasked(check: AccountCheck) -> list[tuple[str, str]]:
    """Return the claims that were not asked, or could not be, with the reason."""
    says = {claim.id: claim.says or claim.text or claim.id for claim in check.account.claims}
    outside = [
        (says[checked.claim.id], answer.now.sentence)
        for checked in check.claims
        for answer in checked.answers
        if answer.now.word == "outside the record"
    ]
    return [*outside, *((says[name], f"Left out: {why}.") for name, why in check.left_out.items())]
