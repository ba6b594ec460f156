"""Documents: what people write in YAML, read against a form, faults named with their line; what programs read in JSON or CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from aftershock.errors import DataError, UsageError, nearest

if TYPE_CHECKING:
    from pydantic import BaseModel

    Model = TypeVar("Model", bound=BaseModel)
else:
    Model = TypeVar("Model")

__all__ = ["LARGEST", "Lines", "finite", "read_document", "read_with_lines", "safe_cell"]

LARGEST = 1_000_000
"""Bytes; what people write themselves is smaller."""
_DEEPEST = 40
_MOST_FAULTS = 200  # that are looked for in the document: each takes a walk through it
_SHOWN = 60


@dataclass(frozen=True)
class Lines:
    """Where things stand in a document.

    Parameters
    ----------
    name : str
        The file's name, or "the text".
    root : yaml.Node
        What the document was made from.
    """

    name: str
    root: Any

    def of(self, *keys: str | int) -> int:
        r"""Return the line, from 1, of what these keys and places lead to; of the last that is there, where one is not.

        Examples
        --------
        >>> from pydantic import BaseModel
        >>> class Shop(BaseModel):
        ...     fruit: list[str]
        >>> shop, lines = read_with_lines("fruit:\n  - pear\n  - plum\n", Shop, "a shop")
        >>> lines.of("fruit"), lines.of("fruit", 1)
        (1, 3)
        """
        return self._follow(keys)[0]

    def path(self, *keys: str | int) -> tuple[str | int, ...]:
        """Return those of the keys that lead somewhere."""
        return self._follow(keys)[1]

    def _follow(self, keys: tuple[str | int, ...]) -> tuple[int, tuple[str | int, ...]]:
        node, mark = self.root, self.root.start_mark
        path: list[str | int] = []
        for key in keys:
            if node.id == "mapping":
                found = next(((k, v) for k, v in node.value if str(k.value) == str(key)), None)
                if found is not None:
                    mark, node = found[0].start_mark, found[1]
                    path.append(key)
            elif node.id == "sequence" and isinstance(key, int) and key < len(node.value):
                node = node.value[key]
                mark = node.start_mark
                path.append(key)
        return int(mark.line) + 1, tuple(path)

    def at(self, *keys: str | int) -> str:
        """Return the same in words: "line 3 of relations.yaml"."""
        return f"line {self.of(*keys)} of {self.name}"


def read_document(source: Path | str, model: type[Model], what: str) -> Model:
    r"""Return what a YAML document says, as an instance of its form.

    Parameters
    ----------
    source : Path or str
        A file, or the text itself: a ``str`` with a line break or ``": "`` in it.
    model : type of pydantic.BaseModel
        The form. Keys it does not know are refused, whatever its configuration says.
    what : str
        What the document is, for messages: "a file of relations".

    Raises
    ------
    UsageError
        No YAML, no mapping, a key that stands twice or that nobody knows (the nearest is offered), a value that the form
        refuses, anchors and aliases, or a document that is too large. Lines are named.
    DataError
        The file cannot be read.

    Examples
    --------
    >>> from pydantic import BaseModel
    >>> class Shop(BaseModel):
    ...     fruit: list[str]
    >>> read_document("fruit: [pear]", Shop, "a shop").fruit
    ['pear']
    >>> read_document("fruit: [pear]\nfriut: [plum]", Shop, "a shop")
    Traceback (most recent call last):
    aftershock.errors.UsageError: a shop must be sound; found line 2 of the text: nobody knows the key friut. Did you mean fruit?
    """
    return read_with_lines(source, model, what)[0]


def read_with_lines(
    source: Path | str, model: type[Model], what: str, *, largest: int = LARGEST
) -> tuple[Model, Lines]:
    """Return the same as :func:`read_document`, and the lines, for faults that show only later."""
    from pydantic import ValidationError

    text, name = _text(source, what, largest)
    lines, content = _parse(text, name, what)
    try:
        return model.model_validate(content, extra="forbid"), lines
    except ValidationError as error:
        errors = error.errors(include_url=False)
        faults = sorted(_faults(errors[:_MOST_FAULTS], lines, model), key=lambda fault: fault[0])
        words = [f"line {line} of {name}: {said}" for line, said, _ in faults]
        offers = [fix for _, _, fix in faults if fix]
        fix = next((f for f in offers if f.startswith("Did you")), offers[0] if offers else "Mend the document.")
        if len(words) == 1:
            raise UsageError(f"{what} must be sound", found=words[0], fix=fix) from None
        count = len(words) if len(errors) <= _MOST_FAULTS else len(errors)
        found = f"{count:,} faults in {name}"
        raise UsageError(f"{what} must be sound", found=found, fix=fix, rows=words, count=count) from None


def _text(source: Path | str, what: str, largest: int) -> tuple[str, str]:
    """Return a document's text and its name."""
    if isinstance(source, str) and ("\n" in source or ": " in source or not source.strip()):
        data, name = source.encode("utf-8", "replace"), "the text"
    else:
        path = Path(source)
        name = path.name
        try:
            with path.open("rb") as file:
                data = file.read(largest + 1)
        except OSError as error:
            found = f"{path}: {error.strerror}"
            raise DataError(f"{what} must be readable", found=found, fix="Check the path.") from error
    if len(data) > largest:
        found = f"more in {name}"
        fix = "Check that it is the right file."
        raise UsageError(f"{what} must be of at most {largest:,} bytes", found=found, fix=fix)
    try:
        return data.decode("utf-8-sig"), name
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"line {line} of {name}: a byte that is not UTF-8"
        raise UsageError(f"{what} must be text in UTF-8", found=found, fix="Save it as UTF-8.") from None


def _parse(text: str, name: str, what: str) -> tuple[Lines, dict[str, Any]]:
    """Return where everything stands, and the content as plain values."""
    import yaml

    try:
        loader = _loader()(text)
        root = loader.get_single_node()
        content = None if root is None else loader.construct_document(root)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        found = f"line {line} of {name}: a character that no text holds (#x{ord(text[error.position]):04x})"
        raise UsageError(f"{what} must be YAML", found=found, fix="Take it out.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} of {name}" if mark else name
        raise UsageError(f"{what} must be YAML", found=f"{place}: {error.problem}", fix="Mend this line.") from None
    if not isinstance(content, dict):
        kind = {"list": "a list", "NoneType": "nothing"}.get(type(content).__name__, repr(content)[:_SHOWN])
        fix = "Write for example `name: value`."
        raise UsageError(f"{what} must be a mapping of keys to values", found=f"{kind} in {name}", fix=fix)
    return Lines(name, root), content


def _loader() -> Any:
    """Return a YAML loader that makes plain values only and refuses what hides something from a reader.

    Anchors and aliases can blow a short text up to any size; a key that stands twice would lose its first value.
    """
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc, unused-ignore]
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            event = self.peek_event()
            if getattr(event, "anchor", None) is not None:
                said = (
                    f"an anchor or alias ({event.anchor!r}); write it out, or put quotes around what begins with * or &"
                )
                raise yaml.composer.ComposerError(None, None, said, event.start_mark)
            self.depth += 1
            if self.depth > _DEEPEST:
                raise yaml.composer.ComposerError(None, None, f"more than {_DEEPEST} levels", event.start_mark)
            node = super().compose_node(parent, index)
            self.depth -= 1
            return node

        def compose_mapping_node(self, anchor: Any) -> Any:
            node = super().compose_mapping_node(anchor)
            seen: dict[str, int] = {}
            for key, _ in node.value:
                said = None
                if key.id != "scalar" or key.value == "<<":
                    said = "a key that is no plain word"
                elif key.value in seen:
                    said = f"{key.value!r} stands twice, first in line {seen[key.value]}"
                if said:
                    raise yaml.composer.ComposerError(None, None, said, key.start_mark)
                seen[key.value] = key.start_mark.line + 1
            return node

        def construct_object(self, node: Any, deep: bool = False) -> Any:
            try:
                return super().construct_object(node, deep=deep)
            except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
                said = f"{str(node.value)[:_SHOWN]!r} is no value of its kind"
                raise yaml.constructor.ConstructorError(None, None, said, node.start_mark) from None

    return Loader


def _faults(errors: Sequence[Any], lines: Lines, model: type[Any]) -> Iterator[tuple[int, str, str]]:
    """Give each fault's line, what it is, and what to do where that is known."""
    refused: dict[tuple[str | int, ...], list[Any]] = {}
    for error in errors:
        keys, kind = error["loc"], error["type"]
        line, key = lines.of(*keys), str(keys[-1]) if keys else ""
        if kind == "extra_forbidden":
            yield line, f"nobody knows the key {key}", nearest(key, _known(model, keys[:-1]))
        elif kind == "missing":
            yield line, f"{key} is missing", f"Write `{key}: ...`."
        else:
            refused.setdefault(lines.path(*keys), []).append(error)
    for path, found in refused.items():  # where a value may be of several kinds, each of them refuses it
        named = next((str(k) for k in reversed(path) if isinstance(k, str)), "")
        whole = bool(path) and isinstance(path[-1], int) and isinstance(found[0]["input"], dict)
        first, *others = (_must(each) for each in found)
        said = "" if whole and first.startswith("a ") else f"an entry of {named}" if whole else named
        more = "".join(f" or {other.removeprefix('must be ')}" for other in others)
        offer = next((text for each in found if (text := _offer(each, each["input"]))), "")
        yield lines.of(*path), f"{said} {first}{more}{_given(found[0])}".strip(), offer


def _must(error: Any) -> str:
    """Say what a value must be, in a clause."""
    if error["type"] in ("string_too_short", "too_short") and not str(error["input"]).strip(" []{}"):
        return "must not be empty"
    if error["type"].startswith("union_tag"):
        key = str(error["ctx"]["discriminator"]).strip("'")
        allowed = str(error["ctx"].get("expected_tags", "")).replace("'", "")
        return f"must have a {key} of {allowed}, not {error['ctx']['tag']!r}" if allowed else f"must say its {key}"
    said = str(error["msg"]).removeprefix("Value error, ")
    for begin in ("Input", "String", "Value"):
        said = said.replace(f"{begin} should", "must", 1) if said.startswith(f"{begin} should") else said
    return said


def _given(error: Any) -> str:
    """Say what stands there instead, where that is a plain value."""
    given = error["input"]
    if isinstance(given, dict | list) or not str(given).strip():
        return ""
    shown = "nothing" if given is None else repr(given) if isinstance(given, str) else str(given)
    return f", not {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}"


def _offer(error: Any, given: Any) -> str:
    """Offer the nearest of the values allowed, where they are listed."""
    if error["type"] == "union_tag_invalid":
        return nearest(str(error["ctx"]["tag"]), str(error["ctx"]["expected_tags"]).replace("'", "").split(", "))
    if error["type"] != "literal_error" or not isinstance(given, str):
        return ""
    allowed = [part for part in str(error["ctx"]["expected"]).split("'") if part.strip() not in ("", ",", "or")]
    return nearest(given, allowed)


def _known(model: type[Any], keys: Sequence[str | int]) -> set[str]:
    """Return the names of the keys that a form knows at some place."""
    here = {model}
    for key in keys:
        inner = {
            found
            for each in here
            for name, field in each.model_fields.items()
            if key in (name, field.alias)
            for found in _models(field.annotation)
        }
        here = inner or here  # a place in a list, or which of several forms was tried, leads nowhere further
    return {field.alias or name for each in here for name, field in each.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[Any]]:
    """Give the forms that an annotation mentions."""
    if hasattr(annotation, "model_fields"):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def finite(value: Any) -> Any:
    """Return a document without numbers JSON does not have: what is infinite or unknown is null.

    Examples
    --------
    >>> finite({"a": (1.5, float("nan"))})
    {'a': [1.5, None]}
    """
    import math

    if isinstance(value, Mapping):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def safe_cell(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("a"), safe_cell(-1)
    ("'=1+1", 'a', -1)
    """
    risky = isinstance(value, str) and value.lstrip().startswith(("=", "+", "-", "@"))
    return f"'{value}" if risky else value
