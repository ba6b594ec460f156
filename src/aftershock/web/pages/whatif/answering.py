"""An answer to a scenario as a page; a link whose answer is not kept leads to its scenario, to be worked out anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from aftershock.store import Store
from aftershock.web.errors import MissingError
from aftershock.web.jobs import ENDED, Job
from aftershock.web.pages.finished import document, piece
from aftershock.web.pages.whatif.scenarios import address_of, link_to
from aftershock.web.rendering import html
from aftershock.web.work.trying import ANSWER_FILES, SECTIONS

__all__ = ["Lost", "answer_of", "show_answer"]


@dataclass(frozen=True)
class Lost:
    """An answer that is not there, and how it may come back; nothing is said where none was asked for.

    Attributes
    ----------
    why : str
        In words.
    job : str
        Address of the job that was to make it, if that is still known.
    base, scenario, draws, seed
        What it was to be made from, where the job is known; the link itself may say it, too.
    """

    why: str
    job: str = ""
    base: str = ""
    scenario: str = ""
    draws: int = 0
    seed: int = 0

    def without_system(self) -> Lost:
        """Return the same, where the system is not kept either."""
        also = "The system that this scenario was written for is not kept here: choose another, or fit it again."
        return replace(self, why=f"{self.why} {also}".strip())


def answer_of(request: Request, name: str) -> Job | Lost:
    """Return the job that gives an answer, done or on its way there; else what has become of it."""
    try:
        job: Job = request.app.state.queue.get(name)
    except MissingError:
        return Lost("No answer is kept here under this link: it was removed, or made elsewhere.")
    if job.kind != "whatif":
        return Lost("No answer is kept here under this link.")
    if job.state not in ENDED or job.state == "done":
        return job
    why = (
        "Its working out was cancelled."
        if job.state == "cancelled"
        else f"Its working out failed: {_fault(job.error or {})}."
    )
    words = (
        {key: job.parameters[key] for key in ("base", "scenario", "draws", "seed")}
        if job.parameters["scenario"]
        else {}
    )
    return Lost(why, job=f"/jobs/{job.id}", **words)


def _fault(error: dict[str, Any]) -> str:
    return f"{error.get('must', 'it could not be done')}; found {error.get('found', 'no more')}"


def show_answer(request: Request, job: Job) -> Response:
    """Return the page of an answer."""
    answers = document(request, job, "answers.json")["answers"]
    text, base = job.parameters["scenario"], job.parameters["base"]
    folder = request.app.state.queue.results(job.id)
    return html(
        request,
        "whatif_answer.html.j2",
        job=job,
        answers=answers,
        assumptions=_shared(answers),
        sections=piece(request, job, SECTIONS),
        files=[each for each in ANSWER_FILES if (folder / each).is_file()],
        again=address_of(base, text, draws=job.parameters["draws"], seed=job.parameters["seed"]) if text else "/whatif",
        link=link_to(job),
        yaml=f"/whatif/scenario.yaml?{urlencode({'base': base, 'scenario': text})}" if text else None,
        stored=bool(Store(request.app.state.settings.data).sources()),
    )


def _shared(answers: list[dict[str, Any]]) -> list[str]:
    """Return what all scenarios that change something assume; their own stand beside each."""
    changing = [one for one in answers if one["identification"]["verdict"] != "nothing changed"] or answers
    return [said for said in changing[0]["assumptions"] if all(said in one["assumptions"] for one in changing)]
