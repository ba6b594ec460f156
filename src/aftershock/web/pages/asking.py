"""Questions as a person writes them: by the fields of a short form for each common kind, or as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, get_args

from aftershock.errors import AftershockError, UsageError

if TYPE_CHECKING:  # its questions load compiled code
    from aftershock.accounts.account import Account, Claim
    from aftershock.accounts.questions import AnyQuestion

__all__ = [
    "BOUNDS",
    "FORMS",
    "LONGEST_QUESTION",
    "doubts",
    "question_from_fields",
    "question_from_text",
    "question_text",
    "unfinished",
]

LONGEST_QUESTION = 8_000
"""Characters of a question's YAML."""
FORMS = {
    "count": "Count: were there as many deaths or events as it says?",
    "happened": "Happened: was somebody active there, by then?",
    "trend": "Trend: did violence rise or fall at a date?",
    "fights": "Fights: did two actors fight each other?",
    "spreads": "Spreads: was an actor active in these countries?",
    "outside": "Outside: the record cannot tell, and why",
}
BOUNDS = {
    "at_least": "at least", "at_most": "at most", "about": "about", "more_than": "more than", "fewer_than": "fewer than",
    "exactly": "exactly", "between": "between",
}  # fmt: skip
_TYPES = ("sb", "ns", "os")


def question_from_text(text: str) -> AnyQuestion:
    """Return a question from its YAML.

    Raises
    ------
    UsageError
        What does not fit, with its line.
    """
    from aftershock.accounts.questions import AnyQuestion
    from aftershock.documents import read_document

    if len(text) > LONGEST_QUESTION:
        raise UsageError(
            f"a question must have at most {LONGEST_QUESTION:,} characters", found=f"{len(text):,}", fix="Write less."
        )
    forms = {form.model_fields["kind"].default: form for form in get_args(get_args(AnyQuestion)[0])}
    found = re.search(r"^kind:\s*[\"']?([\w-]*)", text, re.MULTILINE)
    name = found[1] if found else ""
    if name not in forms:
        said = repr(name[:40]) if found else "no line that begins with kind:"
        raise UsageError(
            "a question must say its kind", found=said, fix=f"Write `kind:` and one of {', '.join(forms)}."
        )
    question: AnyQuestion = read_document(text.replace("\r\n", "\n") + "\n", forms[name], "a question")
    return question


def question_from_fields(kind: str, fields: Mapping[str, str], types: list[str]) -> AnyQuestion:
    """Return a question from the fields of a form; empty ones are left out.

    Raises
    ------
    UsageError
        What does not fit, field by field.
    """
    from pydantic import TypeAdapter, ValidationError

    from aftershock.accounts.questions import AnyQuestion

    if kind not in FORMS:
        raise UsageError(
            "a form must be of a kind that has one", found=repr(kind[:40]), fix=f"There are: {', '.join(FORMS)}."
        )
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    plain: dict[str, Any] = {"kind": kind}
    if "asked" in given:
        plain["says"] = given["asked"]
    if kind == "outside":
        plain["reason"] = given.get("reason", "")
    else:
        plain["criteria"] = _criteria(kind, given, types)
        plain |= _own(kind, given)
    try:
        question: AnyQuestion = TypeAdapter(AnyQuestion).validate_python(plain)
    except ValidationError as error:
        rows = [f"{_where(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()]
        raise UsageError(
            "a question must be sound", found=f"{len(rows)} that do not fit", fix="Mend them.", rows=rows
        ) from None
    return question


def _where(keys: tuple[int | str, ...]) -> str:
    """Return the words for a field that a fault lies in."""
    names = [
        str(key).replace("_", " ")
        for key in keys[1:]
        if not isinstance(key, int) and key not in ("criteria", "scope", "window", "threshold")
    ]
    return names[-1] if names else "the question"


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _criteria(kind: str, given: Mapping[str, str], types: list[str]) -> dict[str, Any]:
    scope = {name: _names(given[name]) for name in ("actors", "against", "countries", "regions") if name in given}
    window = {name: given[name] for name in ("start", "end") if name in given}
    criteria: dict[str, Any] = {"scope": scope} if scope else {}
    if types and set(types) != set(_TYPES):
        criteria["types"] = [name for name in _TYPES if name in types]
    if kind in ("count", "trend") and "measure" in given:
        criteria["measure"] = given["measure"]
    if "figure" in given and kind in ("count", "spreads"):
        bound = given.get("bound", "at_least")
        criteria["threshold"] = {
            bound: [given["figure"], given.get("figure_to", "")] if bound == "between" else given["figure"]
        }
    if window and kind != "trend":
        criteria["window"] = window
    return criteria


def _own(kind: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys that a kind has besides the criteria."""
    if kind == "happened":
        return {"active": given.get("holds", "yes") == "yes"}
    if kind == "fights":
        return {"holds": given.get("holds", "yes") == "yes"}
    if kind == "spreads":
        return {"new": True} if given.get("new") else {}
    if kind == "trend":
        return {"direction": given.get("direction", "rises")} | {
            k: given[k] for k in ("at", "before_days", "after_days") if k in given
        }
    return {}


def question_text(question: AnyQuestion) -> str:
    """Return a question as YAML, to be edited; days without quotes."""
    import yaml

    from aftershock.accounts.account import plain_question

    plain = {key: value for key, value in plain_question(question).items() if key != "status"}
    text: str = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=88, default_flow_style=None)
    return re.sub(
        r"((?:^|[{,])\s*(?:start|end|at|first|until): )'(\d{4}-\d\d-\d\d)'(?=[,}\n])", r"\1\2", text, flags=re.MULTILINE
    )


def doubts(question: AnyQuestion) -> list[str]:
    """Return names in a question that the lists of actors and countries do not hold, each with the nearest that they do."""
    from aftershock.actors.naming import find_actor
    from aftershock.figures.days import find_gwcodes, gwcode_names

    scope, said = question.criteria.scope, []
    for name in (*scope.actors, *scope.against, *question.named()):
        if name != "Civilians":
            said += _fault(find_actor, None, name)
    for place in scope.countries:
        said += _fault(find_gwcodes, [place], gwcode_names())
    return said


def _fault(look: Any, *given: Any) -> list[str]:
    try:
        look(*given)
    except AftershockError as error:
        return [f"{error.must}; found {error.found}. {error.fix}".strip()]
    return []


def unfinished(account: Account) -> list[tuple[str, str]]:
    """Return what is left to do before an account can be checked, by claim; the full look through is a job."""
    left = [("", "Give the account’s date: then and now are told apart by it.")] if account.account.date is None else []
    for claim in account.claims:
        left += [(claim.id, said) for said in _of_claim(claim)]
    return left


def _of_claim(claim: Claim) -> list[str]:
    if claim.status == "rejected":
        return []
    if claim.status == "draft":
        return ["still a draft: accept, edit or reject it"]
    said = []
    if not claim.says.strip():
        said.append("says nothing yet: write one neutral sentence of your own")
    if claim.checkable and not claim.questions:
        said.append("has no question: write one, or say why it is outside the record")
    waiting = sum(question.status == "proposed" for question in claim.questions)
    if waiting:
        said.append(f"{waiting} {'question waits' if waiting == 1 else 'questions wait'} to be accepted or rejected")
    return said
