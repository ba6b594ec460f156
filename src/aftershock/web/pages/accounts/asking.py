"""Questions as a person writes them: by the fields of a form, or as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from aftershock.errors import AftershockError, UsageError
from aftershock.web.pages.accounts.question_fields import FORMS, TYPES, Field, Keys

if TYPE_CHECKING:
    from aftershock.accounts.questions import AnyQuestion

__all__ = [
    "LONGEST_QUESTION", "doubts", "fields_of_question", "question_from_fields", "question_from_text", "question_text",
]  # fmt: skip

LONGEST_QUESTION = 8_000
"""Characters of a question's YAML."""
_ALL = tuple(name for name, _ in TYPES)


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


def question_from_fields(kind: str, fields: Mapping[str, Sequence[str]]) -> AnyQuestion:
    """Return a question from the fields of a form; empty ones are left out.

    Parameters
    ----------
    kind : str
    fields : mapping from str to sequence of str
        By the field's name; several where several can be ticked.

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
    plain: dict[str, Any] = {"kind": kind}
    for field in FORMS[kind].fields:
        value = _value(field, fields)
        if value is not None:
            _put(plain, field.keys, value)
    if asked := _text(fields, "asked"):
        plain["says"] = asked
    if kind == "feeds":  # its effect is a key that must be there, whatever is in it
        plain.setdefault("raises", {})
    try:
        question: AnyQuestion = TypeAdapter(AnyQuestion).validate_python(plain)
    except ValidationError as error:
        rows = [
            f"{_where(kind, fault['loc'][1:])}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()[:20]
        ]
        raise UsageError(
            "a question must be sound", found=f"{len(rows)} that do not fit", fix="Mend them.", rows=rows
        ) from None
    return question


def _text(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return (fields.get(name) or [""])[0].strip()


def _value(field: Field, fields: Mapping[str, Sequence[str]]) -> Any:
    """Return what a field says, None where it says nothing."""
    text = _text(fields, field.name)
    if field.kind == "types":
        ticked = [name for name in _ALL if name in fields.get(field.name, ())]
        return ticked if ticked and len(ticked) < len(_ALL) else None
    if field.kind == "figure":
        bound, more = _text(fields, f"{field.name}_bound") or "at_least", _text(fields, f"{field.name}_to")
        return None if not text else {bound: [text, more] if bound == "between" else text}
    if field.kind == "tick":
        return True if text else None
    if not text:
        return None
    if field.kind == "names":
        return [name.strip() for name in text.split(",") if name.strip()] or None
    return text == "yes" if field.kind == "truth" else text


def _put(plain: dict[str, Any], keys: Keys, value: Any) -> None:
    for key in keys[:-1]:
        plain = plain.setdefault(key, {})
    plain[keys[-1]] = value


def _where(kind: str, keys: tuple[int | str, ...]) -> str:
    """Return the label of the field that a fault lies in."""
    names = tuple(str(key) for key in keys if not isinstance(key, int))
    best = max(
        FORMS[kind].fields, key=lambda field: sum(a == b for a, b in zip(field.keys, names, strict=False)), default=None
    )
    if best is None or best.keys[: len(names)] != names[: len(best.keys)] or not names:
        return names[-1].replace("_", " ") if names else "the question"
    return best.label if len(names) >= len(best.keys) else "the question"


def fields_of_question(question: AnyQuestion) -> dict[str, list[str]] | None:
    """Return a question as the fields of its form; None where its form cannot hold all of it."""
    from aftershock.accounts.account import plain_question

    plain = plain_question(question)
    said: dict[str, list[str]] = {"asked": [str(plain.get("says", ""))]}
    for field in FORMS[plain["kind"]].fields:
        value: Any = plain
        for key in field.keys:
            value = value.get(key) if isinstance(value, dict) else None
        said |= _fill(field, value)
    try:
        same = question_from_fields(plain["kind"], said)
    except AftershockError:
        return None
    unsaid = {"status": "accepted", "resolution": None}
    return said if same.model_copy(update=unsaid) == question.model_copy(update=unsaid) else None


def _fill(field: Field, value: Any) -> dict[str, list[str]]:
    """Return what stands in a field, as texts."""
    if field.kind == "types":
        return {field.name: list(value or _ALL)}
    if field.kind == "figure":
        bound, figure = next(iter((value or {}).items()), ("at_least", ""))
        both = figure if isinstance(figure, list | tuple) else [figure, ""]
        return {f"{field.name}_bound": [bound], field.name: [_words(both[0])], f"{field.name}_to": [_words(both[1])]}
    if value is None:
        return {field.name: ["" if field.name == "changes" else field.first]}
    said = {"names": ", ".join(str(each) for each in value) if isinstance(value, list) else ""}
    said |= {"truth": "yes" if value else "no", "tick": "yes" if value else ""}
    return {field.name: [said.get(field.kind, _words(value))]}


def _words(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


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
