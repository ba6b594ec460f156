"""A form's fields → a change or a question as it stands in a scenario's YAML, and a change back into its form's fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from aftershock.errors import UsageError
from aftershock.figures.days import find_gwcodes, gwcode_names
from aftershock.scenarios.interventions import ALL_TYPES, Cut, Intervention

__all__ = ["KINDS", "Fields", "change_of", "day_of", "fields_of", "first_of", "question_of"]

KINDS = {
    "leaves": "An actor leaves",
    "scale": "A kind of violence is scaled or stops, or civilians are spared",
    "cut": "A link is cut",
    "shock": "A shock: events happen besides",
    "loses_territory": "An actor loses its ground",
    "enters": "An actor enters: a new front",
    "dissolves": "An organisation dissolves",
}
Fields = Mapping[str, list[str]]
"""What a form gives: each name with all its values; empty ones count as not given."""
_DAYS, _NUMBERS = ("date", "until", "by"), ("events", "days")
_WORDS = ("what", "actor", "against", "joins", "stream", "name", "type", "country", "events", "date", "until")
_LISTS = ("types", "countries", "streams")


def first_of(fields: Fields, name: str) -> str:
    """Return the first value of a field, or nothing."""
    return next((value.strip() for value in fields.get(name, []) if value.strip()), "")


def change_of(fields: Fields) -> dict[str, Any]:
    """Return an intervention as it stands in YAML.

    Examples
    --------
    >>> change_of({"kind": ["leaves"], "actor": ["IS"], "types": ["os"], "date": ["2017-08-01"], "until": [""]})
    {'kind': 'leaves', 'actor': 'IS', 'date': datetime.date(2017, 8, 1), 'types': ['os']}
    """
    kind = first_of(fields, "kind")
    if kind not in KINDS:
        raise UsageError(
            "a change must be of a known kind", found=repr(kind[:40]), fix=f"Choose one of: {', '.join(KINDS)}."
        )
    plain: dict[str, Any] = {"kind": kind}
    for name in _WORDS:
        if text := first_of(fields, name):
            plain[name] = _value(name, text)
    if kind == "cut":
        return plain | {side: _selection(fields, f"{side}_") for side in ("source", "target")} | _factor(fields, "")
    plain |= _lists(fields, "") | _factor(fields, "factor_most")
    if text := first_of(fields, "share"):
        share = _number(text)
        plain["share"] = share / 100 if isinstance(share, float) else share
    if text := first_of(fields, "actors"):
        plain["actors"] = [each.strip() for each in text.split(";") if each.strip()]
    return plain


def _selection(fields: Fields, prefix: str) -> dict[str, Any]:
    """Return which streams are meant; a link needs both its ends named."""
    words = {name: text for name in ("actor", "against") if (text := first_of(fields, prefix + name))}
    found = words | _lists(fields, prefix)
    if not found:
        raise UsageError(
            f"the {prefix.strip('_')} of a link must be chosen",
            found="no stream",
            fix="Tick one or more, or name an actor.",
        )
    return found


def _lists(fields: Fields, prefix: str) -> dict[str, list[str]]:
    found = {name: [value for value in fields.get(prefix + name, []) if value.strip()] for name in _LISTS}
    if set(found["types"]) == set(ALL_TYPES):
        found["types"] = []
    return {name: values for name, values in found.items() if values}


def _factor(fields: Fields, most: str) -> dict[str, Any]:
    text = first_of(fields, "factor")
    if not text:
        return {}
    low, high = _number(text), _number(first_of(fields, most) or text)
    return {"factor": low if low == high else [low, high]}


def question_of(fields: Fields) -> dict[str, Any]:
    """Return a question as it stands in YAML."""
    given = {name: first_of(fields, name) for name in ("actor", "country", "by", "days")}
    return {name: _value(name, text) for name, text in given.items() if text}


def fields_of(one: Intervention) -> dict[str, list[str]]:
    """Return what a form must hold to give an intervention again."""
    plain = one.model_dump(mode="json", exclude_unset=True)
    if isinstance(one, Cut):
        plain["source"], plain["target"] = _named(plain["source"]), _named(plain["target"])
        ends = {f"{side}_{name}": value for side in ("source", "target") for name, value in plain.pop(side).items()}
        return {name: _texts(value) for name, value in (plain | ends).items()}
    plain = _named(plain)
    if isinstance(factor := plain.pop("factor", None), list):
        plain["factor"] = factor[0]
        if factor[1] != factor[0]:
            plain["factor_most"] = factor[1]
    if plain.get("share"):
        plain["share"] = plain["share"] * 100
    if "actors" in plain:
        plain["actors"] = "; ".join(plain["actors"])
    return {name: _texts(value) for name, value in plain.items() if value is not None}


def _named(plain: dict[str, Any]) -> dict[str, Any]:
    """Return the same with countries under the names that forms offer, however they were written."""
    names = {number: name for name, number in reversed(gwcode_names().items())}

    def name_of(country: Any) -> str:
        return next((names[number] for number in find_gwcodes([country], gwcode_names())), str(country))

    found = dict(plain)
    if "countries" in plain:
        found["countries"] = [name_of(each) for each in plain["countries"]]
    if "country" in plain:
        found["country"] = name_of(plain["country"])
    return found


def _texts(value: Any) -> list[str]:
    """Return values as a form holds them.

    Examples
    --------
    >>> _texts(0.5), _texts(2.0), _texts(["sb", "os"])
    (['0.5'], ['2'], ['sb', 'os'])
    """
    if isinstance(value, list):
        return [str(each) for each in value]
    return [f"{value:.10g}" if isinstance(value, float) else str(value)]


def day_of(text: str) -> Any:
    """Return a day; what is none stays as it is, and is named where the scenario is checked."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text


def _value(name: str, text: str) -> Any:
    if name in _DAYS:
        return day_of(text)
    if name in _NUMBERS:
        return int(text) if text.isdecimal() else text
    return text


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
