"""What a document that came in would cost to read, counted before it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aftershock.web.errors import TooLargeError

__all__ = ["MOST_SIGNS", "MOST_VALUES", "check_signs", "check_values"]

MOST_VALUES = 100_000
"""Values of a document in JSON: each may fail to fit its form in several ways, all of which are kept until the last is seen."""
MOST_SIGNS = 60_000
"""Signs of a text that mean something in YAML, which is read by some 30,000 of them a second; prose has few."""
_SIGNS = "-?:,[]{}\n"


def check_values(plain: Any) -> None:
    """Raise :class:`TooLargeError` where a document has more values than are checked.

    Examples
    --------
    >>> check_values({"claims": [{"id": "a"}] * 100})
    >>> check_values([0] * 200_000)
    Traceback (most recent call last):
    aftershock.web.errors.TooLargeError: a document must hold at most 100,000 values here; found more. ...
    """
    if any(count > MOST_VALUES for count, _ in enumerate(_values(plain))):
        raise TooLargeError(
            f"a document must hold at most {MOST_VALUES:,} values here", found="more", fix="Cut it in parts."
        )


def _values(plain: Any) -> Iterator[Any]:
    waiting = [plain]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def check_signs(text: str) -> None:
    """Raise :class:`TooLargeError` where a text in YAML would take too long to read."""
    signs = sum(text.count(sign) for sign in _SIGNS)
    if signs > MOST_SIGNS:
        raise TooLargeError(
            f"a text in YAML must have at most {MOST_SIGNS:,} of the signs {' '.join(_SIGNS.strip())} and line ends here",
            found=f"{signs:,}",
            fix="Cut it in parts, or use the command line.",
        )
