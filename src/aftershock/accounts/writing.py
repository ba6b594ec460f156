"""An account as YAML that a person reads and edits: short values on one line, each question's sentence above it."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aftershock.accounts.account import Account, Claim

__all__ = ["account_text"]

_HEAD = """\
# An account, to be edited by hand. Whatever has the status draft waits for you: set it to accepted, edited or rejected.
# claims: write in `says` one neutral sentence of your own; a question counts once its status is accepted. The sentence above
#   a question is made from its keys anew whenever this file is written.
# items: what was found, and why; relations, the least sure, come last. unread: sentences in which nothing was found.
# `aftershock lint` says what is left to do, `aftershock accept` ticks many at once, `aftershock claim` adds a claim.
"""
_WIDTH = 120
_SHORT = 110
_DAYS = ("date", "start", "end", "at", "first", "until", "decided_on")
"""Keys whose values are written as days, not as text in quotes."""
_LONG = ("id", "kind", "format", "items", "unread", "dropped")
"""Mappings with any of these keys stand one key to a line."""
_BREAKS = {"\r", "\x85", "\u2028", "\u2029"}


def account_text(account: Account) -> str:
    r"""Return an account as YAML.

    Examples
    --------
    >>> from aftershock.accounts.account import read_account
    >>> text = "account: {id: mine}\nclaims: [{id: a, says: A., questions: [{kind: outside, reason: oil}]}]\n"
    >>> print(*account_text(read_account(text).account).splitlines()[5:], sep="\n")
    format: 1
    account:
      id: mine
    claims:
      - id: a
        kind: claim
        says: A.
        questions:
          # Nothing is asked: oil.
          - kind: outside
            reason: oil
    """
    whole = _plain(account.dump())
    first = {name: whole.pop(name) for name in ("format", "account")}
    whole.pop("claims", None)
    parts = [_HEAD, _yaml(first)]
    if account.claims:
        parts += ["claims:\n", *("\n" * (n > 0) + _claim(claim) for n, claim in enumerate(account.claims))]
    return "".join([*parts, _yaml(whole) if whole else ""])


def _claim(claim: Claim) -> str:
    plain = _plain(claim.dump())
    questions = plain.pop("questions", [])
    text = _entry(plain, 2)
    if questions:
        text += "    questions:\n"
        for question, keys in zip(claim.questions, questions, strict=True):
            text += f"      # {_one_line(question.sentence())}\n" + _entry(keys, 6)
    return text


def _entry(values: dict[str, Any], indent: int) -> str:
    """Return a mapping as an entry of a list."""
    first, *rest = _yaml(values).split("\n")
    blank = " " * (indent + 2)
    return "\n".join([f"{' ' * indent}- {first}", *(blank + line if line.strip() else line for line in rest)])


def _plain(value: Any) -> Any:
    """Return plain values in which days are days, and whole numbers whole."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {
            key: _day(each) if key in _DAYS and isinstance(each, str) else _plain(each) for key, each in value.items()
        }
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _day(text: str) -> dt.date | str:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def _one_line(text: str) -> str:
    """Return a text that cannot end a comment."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def _yaml(value: Any) -> str:
    import yaml

    text: str = yaml.dump(value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=_WIDTH)
    return text


@cache
def _dumper() -> Any:
    """Return what writes plain values, short ones on one line."""
    import yaml

    class Dumper(yaml.SafeDumper):  # type: ignore[misc, unused-ignore]
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:  # noqa: ARG002
            """Let entries of a list stand two places to the right of its key."""
            return super().increase_indent(flow, indentless=False)

        def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:  # noqa: ARG002
            return super().represent_sequence(tag, sequence, flow_style=_short(sequence))

        def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:  # noqa: ARG002
            named = any(name in mapping for name in _LONG)
            return super().represent_mapping(tag, mapping, flow_style=not named and _short(mapping))

        def represent_text(self, text: str) -> Any:
            """Put text that holds line breaks other than the plain one in quotes in which they are escaped."""
            style = '"' if set(text) & _BREAKS else None
            return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, Dumper.represent_text)
    return Dumper


def _short(value: Any) -> bool:
    """Return whether a value fits on one line."""
    return len(repr(value)) <= _SHORT
