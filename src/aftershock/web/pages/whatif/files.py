"""Scenarios and answers as files: one loaded, one saved so that the command line runs it, an answer's tables and report."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from aftershock.errors import UsageError
from aftershock.web.pages.finished import file_answer, finished
from aftershock.web.pages.whatif.building import checked
from aftershock.web.pages.whatif.scenarios import BaseName, JobName, Text, address_of, base_of, base_of_text, runnable
from aftershock.web.work.bases import EXAMPLE
from aftershock.web.work.trying import ANSWER_FILES, LONGEST_TEXT, OWN, folder_of_rules

__all__ = ["is_base", "page"]

page = APIRouter()


def _yaml(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


@page.get("/whatif/scenario.yaml")
def save(request: Request, scenario: Text, base: BaseName = OWN) -> Response:
    """Give a scenario as a file, if it is sound; with the recipe of its system where a system of a recipe was chosen."""
    written = checked(scenario, None)
    return _yaml(runnable(scenario, base_of(request, base)), f"{written.scenario.name}.yaml")


@page.get("/whatif/fronts.yaml")
def rule() -> Response:
    """Give the examples' rule for streams, which their scenarios name."""
    return _yaml((folder_of_rules() / "fronts.yaml").read_text(encoding="utf-8"), "fronts.yaml")


@page.post("/whatif/file")
async def load(request: Request) -> Response:
    """Take a scenario's file."""
    async with request.form() as form:
        file, base = form.get("file"), str(form.get("base", ""))
        content = await file.read(4 * LONGEST_TEXT + 1) if isinstance(file, UploadFile) else b""
    text = content.decode("utf-8-sig", "replace")
    if not text.strip() or len(text) > LONGEST_TEXT:
        found = f"more than {LONGEST_TEXT:,}" if text.strip() else "an empty file, or none"
        raise UsageError(
            f"a scenario's file must hold text of at most {LONGEST_TEXT:,} characters",
            found=found,
            fix="Choose another file.",
        )
    own = base_of_text(text)
    return RedirectResponse(address_of(base if is_base(base) and own != OWN else own, text), status_code=303)


def is_base(base: str) -> bool:
    """Say whether a text names a system that is there before the scenario."""
    return base == EXAMPLE or (len(base) == 16 and all(sign in "0123456789abcdef" for sign in base))


@page.get("/whatif/{name}/files/{file}")
def take(request: Request, name: JobName, file: str) -> Response:
    """Give a file of an answer."""
    return file_answer(request, finished(request, name, "whatif"), file, ANSWER_FILES)
