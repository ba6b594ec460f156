"""The rule by which events become streams: written in YAML, checked once, and printed again for whoever repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args

from aftershock.contract import TYPES
from aftershock.errors import DataError, UsageError, nearest
from aftershock.streams.aliases import outer_names

__all__ = ["NamedStream", "StreamRule", "read_rule", "rule_text"]

Split = Literal["none", "province", "cell"]
Lineage = Literal["none", "successors", "kin"]
Dates = Literal["impute", "start"]
Rest = Literal["pool", "drop"]
Mark = Literal["log", "power", "none"]

_CHOICES = {
    "split": get_args(Split),
    "lineage": get_args(Lineage),
    "dates": get_args(Dates),
    "rest": get_args(Rest),
    "mark": get_args(Mark),
}
_WHOLE = {
    "least_events": None,
    "block": 360,
    "widest_precision": 5,
    "widest_range": None,
    "imputations": 1000,
    "cap": None,
}
_TRUTH = ("pairs", "by_type")


@dataclass(frozen=True)
class NamedStream:
    """One stream that a rule names itself.

    Parameters
    ----------
    name : str
    actors : tuple of str
        After aliases: two for a pair, one for the perpetrator of one-sided violence, none for everything.
    types : tuple of str
        Of ``sb, ns, os``.
    countries : tuple of str or int
        Names, ISO3 codes or Gleditsch–Ward numbers; everywhere if empty.
    """

    name: str
    actors: tuple[str, ...] = ()
    types: tuple[str, ...] = tuple(TYPES)
    countries: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class StreamRule:
    """How streams form, which events count, and what an event's mark is.

    Parameters
    ----------
    least_events : int
        A pair of actors with at least this many events has a stream of its own.
    most_streams : int, optional
        At most so many pairs have one: the busiest.
    pairs : bool
        False pools everything per country.
    by_type : bool
        False puts all types of violence of a pair (or a country's rest) into one stream.
    aliases : dict of str to tuple of str
        Merged name to UCDP's names, in which ``*`` stands for anything. The first alias that fits wins; a side's whole name
        is tried first, then each member of a side of several ("Ahrar al-Sham, HTS"). An entry may be another alias. Where
        an alias takes in Civilians, they count as an actor, opposite the perpetrator of one-sided violence.
    others : str, optional
        One name for all actors that no alias takes in, Civilians apart; without it they keep their own.
    split : {"none", "province", "cell"}
        Split pairs by first-level region or by blocks of PRIO-GRID cells.
    block : int
        Cells on a block's side; 4 are 2°.
    lineage : {"none", "successors", "kin"}
        Actors tied in UCDP's list (splinters, alliances, joined groups) that count as one, under the name of the one with
        most events: ``successors`` where one fell silent before the other began, ``kin`` always. Governments, and actors
        that fought each other, never do.
    dates : {"impute", "start"}
        ``start`` puts ranges of days on their first day, for comparison only.
    imputations : int
        Draws of the days of events dated to a range.
    widest_range : int
        Days; events dated to a wider range are left out.
    widest_precision : int
        Highest ``date_prec`` that counts; 5 is a year or the like.
    streams : tuple of NamedStream
        These instead of a stream per pair; the first that fits takes an event. They are not split.
    rest : {"pool", "drop"}
        Pool events without a stream of their own per country and type, or leave them out.
    mark : {"log", "power", "none"}
        Of an event with d deaths: log(1 + d), min(d, cap)**power, or 0.
    power, cap : float, int

    Examples
    --------
    >>> StreamRule(least_events=50, aliases={"rebels": ("SNA", "*Ahrar*")}).by_type
    True
    """

    least_events: int = 20
    most_streams: int | None = None
    pairs: bool = True
    by_type: bool = True
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    others: str | None = None
    split: Split = "none"
    block: int = 4
    lineage: Lineage = "successors"
    dates: Dates = "impute"
    imputations: int = 5
    widest_range: int = 31
    widest_precision: int = 4
    streams: tuple[NamedStream, ...] = ()
    rest: Rest = "pool"
    mark: Mark = "log"
    power: float = 0.5
    cap: int = 1000

    def __post_init__(self) -> None:
        if faults := [*_scalar_faults(self), *_alias_faults(self.aliases), *_stream_faults(self.streams)]:
            fix = "Mend it; the documentation of StreamRule lists every key."
            raise UsageError("a rule for streams must be sound", found="; ".join(faults), fix=fix)
        outer_names(self.aliases)


def _whole(value: Any, most: int | None = None) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= (most or value)


def _texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, str) and each.strip() for each in value)


def _scalar_faults(rule: StreamRule) -> list[str]:
    faults = []
    for name, allowed in _CHOICES.items():
        if getattr(rule, name) not in allowed:
            faults.append(f"{name} must be {' or '.join(allowed)}, not {getattr(rule, name)!r}")
    for name, most in _WHOLE.items():
        if not _whole(getattr(rule, name), most):
            limit = f" from 1 to {most}" if most else " from 1 up"
            faults.append(f"{name} must be a whole number{limit}, not {getattr(rule, name)!r}")
    faults += [
        f"{n} must be true or false, not {getattr(rule, n)!r}" for n in _TRUTH if not isinstance(getattr(rule, n), bool)
    ]
    if rule.most_streams is not None and not _whole(rule.most_streams):
        faults.append(f"most_streams must be a whole number from 1 up, not {rule.most_streams!r}")
    if rule.others is not None and not _texts((rule.others,)):
        faults.append(f"others must be a name, not {rule.others!r}")
    if isinstance(rule.power, bool) or not isinstance(rule.power, int | float) or not 0 < rule.power <= 1:
        faults.append(f"power must lie above 0, up to 1, not {rule.power!r}")
    return faults


def _alias_faults(aliases: Any) -> list[str]:
    if not isinstance(aliases, Mapping):
        return [f"aliases must map a merged name to a list of names, not {aliases!r}"]
    return [
        f"alias {name!r} must list names, not {entries!r}"
        for name, entries in aliases.items()
        if not _texts((name,)) or not _texts(entries) or not entries
    ]


def _stream_faults(streams: Any) -> list[str]:
    if not isinstance(streams, tuple) or not all(isinstance(each, NamedStream) for each in streams):
        return [f"streams must be a list of name, actors, types and countries, not {streams!r}"]
    faults, names = [], [each.name for each in streams]
    for each in streams:
        if not _texts((each.name,)) or names.count(each.name) > 1:
            faults.append(f"a stream must have a name of its own, not {each.name!r}")
        if not _texts(each.actors) or len(each.actors) > 2:
            faults.append(f"stream {each.name!r} must have none, one or two actors, not {each.actors!r}")
        if not _texts(each.types) or not each.types or not set(each.types) <= set(TYPES):
            faults.append(f"stream {each.name!r} must have types of {', '.join(TYPES)}, not {each.types!r}")
        elif len(each.actors) == 1 and each.types not in {("os",), tuple(TYPES)}:
            faults.append(f"stream {each.name!r} has one actor, which only one-sided violence can have (types: [os])")
        if not isinstance(each.countries, tuple) or not all(_texts((c,)) or _whole(c) for c in each.countries):
            faults.append(f"stream {each.name!r} must have countries by name, ISO3 or number, not {each.countries!r}")
    return faults


def read_rule(path: Path | str) -> StreamRule:
    """Read a rule from a YAML file; keys that are left out keep their defaults.

    Raises
    ------
    UsageError
        A key nobody knows, the nearest offered, or a value that cannot be.
    DataError
        The file cannot be read, or is not YAML.
    """
    import yaml

    path = Path(path)
    try:
        content = _loader()(path.read_text(encoding="utf-8")).get_single_data()
    except OSError as error:
        raise DataError("a rule must be readable", found=f"{path}: {error.strerror}", fix="Check the path.") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        found = f"{path}: {' '.join(str(error).split())}"
        raise DataError("a rule must be YAML", found=found, fix="Mend the file.") from error
    content = {} if content is None else content
    _check_keys(content, StreamRule, str(path))
    if isinstance(content.get("aliases"), Mapping):
        content["aliases"] = {name: _tuple(entries) for name, entries in content["aliases"].items()}
    if isinstance(content.get("streams"), list):
        content["streams"] = tuple(_named(each, f"streams in {path}") for each in content["streams"])
    try:
        return StreamRule(**content)
    except UsageError as error:
        raise UsageError(error.must, found=f"{error.found} ({path})", fix=error.fix) from None


def _loader() -> Any:
    """Return a YAML loader that refuses a key that stands twice, where YAML's own keeps the last without a word."""
    import yaml

    class Loader(yaml.SafeLoader):  # type: ignore[misc, unused-ignore]
        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            keys = [key.value for key, _ in node.value]
            if twice := next((key for key in keys if keys.count(key) > 1), None):
                raise yaml.constructor.ConstructorError(None, None, f"{twice!r} stands twice", node.start_mark)
            mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
            return mapping

    return Loader


def _check_keys(content: Any, kind: type[StreamRule] | type[NamedStream], where: str) -> None:
    known = {each.name for each in fields(kind)}
    if not isinstance(content, dict):
        raise UsageError(
            "a rule must be a mapping of keys to values",
            found=f"{type(content).__name__} in {where}",
            fix="Write for example `least_events: 50`.",
        )
    if unknown := [str(key) for key in content if key not in known]:
        raise UsageError(
            "a rule's keys must be known",
            found=f"{', '.join(map(repr, unknown))} in {where}",
            fix=nearest(unknown[0], known),
        )
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    if missing := [name for name in needed if name not in content]:
        raise UsageError("a stream must be named", found=f"no {missing[0]} in {where}", fix="Write `name: ...`.")


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _named(content: Any, where: str) -> NamedStream:
    _check_keys(content, NamedStream, where)
    return NamedStream(**{key: _tuple(value) for key, value in content.items()})


def rule_text(rule: StreamRule, *, brief: bool = False) -> str:
    """Return a rule as YAML, which :func:`read_rule` reads back as the same rule.

    Parameters
    ----------
    rule : StreamRule
    brief : bool
        One line, of what differs from the defaults.

    Examples
    --------
    >>> rule_text(StreamRule(least_events=50, others="others"), brief=True)
    '{least_events: 50, others: others}'
    >>> rule_text(StreamRule(split="province")).splitlines()[6]
    'split: province'
    """
    import yaml

    plain = asdict(rule)
    plain["aliases"] = {name: list(entries) for name, entries in rule.aliases.items()}
    plain["streams"] = [
        {key: list(value) if isinstance(value, tuple) else value for key, value in each.items()}
        for each in plain["streams"]
    ]
    if brief:
        default = StreamRule()
        plain = {name: plain[name] for name in plain if getattr(rule, name) != getattr(default, name)}
        return str(
            yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, default_flow_style=True, width=10**6)
        ).strip()
    return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120))
