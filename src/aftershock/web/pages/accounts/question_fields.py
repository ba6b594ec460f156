"""What the forms of questions ask for: one list of fields per kind, each with its place in the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["BOUNDS", "FORMS", "TYPES", "Field", "Form", "scenario_names"]

Keys = tuple[str, ...]
Options = tuple[tuple[str, str], ...]
BOUNDS: Options = (
    ("at_least", "at least"), ("at_most", "at most"), ("about", "about"), ("more_than", "more than"),
    ("fewer_than", "fewer than"), ("exactly", "exactly"), ("between", "between"),
)  # fmt: skip
TYPES: Options = (("sb", "state-based"), ("ns", "non-state"), ("os", "one-sided"))


@dataclass(frozen=True)
class Field:
    """One field of a form.

    Attributes
    ----------
    name : str
        In the form; with the form's kind its HTML id.
    label : str
    keys : tuple of str
        Where its value stands in the question.
    kind : {"text", "names", "number", "date", "choice", "truth", "tick", "types", "figure"}
        ``names`` are parted by commas; ``truth`` is a choice between yes and no; ``figure`` has a bound and one number or two.
    options : tuple of (str, str)
    first : str
        What stands in it at first.
    hint : str
    low, high : float, optional
    needed : bool
    """

    name: str
    label: str
    keys: Keys
    kind: Literal["text", "names", "number", "date", "choice", "truth", "tick", "types", "figure"] = "text"
    options: Options = ()
    first: str = ""
    hint: str = ""
    low: float | None = None
    high: float | None = None
    needed: bool = False


@dataclass(frozen=True)
class Form:
    """A kind of question as a person meets it: what it asks, and its fields."""

    asks: str
    fields: tuple[Field, ...]


_SCOPE, _WINDOW = ("criteria", "scope"), ("criteria", "window")
_ACTORS = Field(
    "actors", "Actors, separated by commas", (*_SCOPE, "actors"), "names", hint="As UCDP or the press names them"
)
_AGAINST = Field("against", "Against, if that matters", (*_SCOPE, "against"), "names")
_COUNTRIES = Field("countries", "Countries, separated by commas", (*_SCOPE, "countries"), "names")
_REGIONS = Field("regions", "Regions, as UCDP writes them", (*_SCOPE, "regions"), "names")
_START, _END = (
    Field("start", "From", (*_WINDOW, "start"), "date"),
    Field("end", "Until", (*_WINDOW, "end"), "date"),
)
_MEASURE = Field(
    "measure", "Of what", ("criteria", "measure"), "choice",
    (("deaths", "deaths"), ("civilian deaths", "civilian deaths"), ("events", "events")), "deaths",
)  # fmt: skip
_TYPES = Field("types", "Types of violence", ("criteria", "types"), "types")
_FIGURE = Field("figure", "As many as", ("criteria", "threshold"), "figure")
_SYSTEM = Field(
    "system", "Countries whose actor system answers", ("system", "countries"), "names",
    hint="Left empty: the countries above, learnt from the last four years",
)  # fmt: skip
_FIRST = Field(
    "first", "Learnt from", ("system", "first"), "date", hint="Only where countries are named for the system"
)


def _one(label: str) -> Field:
    return Field("actors", label, (*_SCOPE, "actors"), "names", needed=True)


def _other(label: str) -> Field:
    return Field("against", label, (*_SCOPE, "against"), "names", needed=True)


def _truth(name: str, label: str, yes: str, no: str) -> Field:
    return Field(name, label, (name,), "truth", (("yes", yes), ("no", no)), "yes")


def _number(name: str, label: str, ends: tuple[float, float], first: str = "", *, hint: str = "") -> Field:
    return Field(name, label, (name,), "number", first=first, low=ends[0], high=ends[1], hint=hint)


FORMS = {
    "count": Form(
        "Count: were there as many deaths or events as it says?",
        (_ACTORS, _AGAINST, _COUNTRIES, _REGIONS, _MEASURE, _FIGURE, _START, _END, _TYPES),
    ),
    "happened": Form(
        "Happened: was somebody active there, by then?",
        (_ACTORS, _AGAINST, _COUNTRIES, _REGIONS, _truth("active", "The account says that it", "was active", "was not active"),
         _START, _END, _TYPES),
    ),
    "trend": Form(
        "Trend: did violence rise or fall at a date?",
        (_ACTORS, _AGAINST, _COUNTRIES, _REGIONS,
         Field("direction", "The account says that it", ("direction",), "choice",
               (("rises", "rises"), ("falls", "falls")), "rises"),
         _MEASURE, Field("at", "Change on", ("at",), "date", hint="Left empty: the account’s day"),
         _number("before_days", "Days before", (56, 3660), "365"), _number("after_days", "Days after", (56, 3660), "365"),
         _TYPES),
    ),
    "feeds": Form(
        "Feeds: is violence of some followed by more of others?",
        (Field("actors", "Whose violence comes first", (*_SCOPE, "actors"), "names"), _COUNTRIES, _TYPES,
         Field("raised", "Whose violence it raises", ("raises", "scope", "actors"), "names", needed=True),
         Field("raised_types", "Types of violence that it raises", ("raises", "types"), "types"),
         Field("through", "Through", ("through",), "choice",
               (("events", "whatever happens"), ("civilians", "harm to civilians alone")), "events"),
         _SYSTEM, _FIRST),
    ),
    "spiral": Form(
        "Spiral: can violence feed itself without end, or rise many times over?",
        (_COUNTRIES,
         _number("times", "Deaths rise to so many times as before", (1, 1000),
                 hint="Left empty: whether each event brings another"),
         _number("days", "Within so many days", (30, 1095), "365"), _SYSTEM, _FIRST),
    ),
    "fights": Form(
        "Fights: did two actors fight each other?",
        (_one("One side"), _other("The other side"), _COUNTRIES,
         _truth("holds", "The account says that they", "fight", "do not fight"),
         _START, _END),
    ),
    "sides": Form(
        "Sides: do two actors stand on one side?",
        (_one("One actor"), _other("The other"), _COUNTRIES,
         _truth("holds", "The account says that they", "are allied", "are not allied"), _START, _END),
    ),
    "succeeds": Form(
        "Succeeds: does a group go on in another?",
        (Field("predecessor", "The group that ended", ("predecessor",), needed=True),
         Field("successor", "The group that goes on", ("successor",), hint="Left empty: whether any does"),
         _COUNTRIES, _START, _END),
    ),
    "spreads": Form(
        "Spreads: was an actor active in these countries?",
        (_one("Actor"), _COUNTRIES, Field("figure", "In as many countries as", ("criteria", "threshold"), "figure"), _START, _END,
         Field("new", "Only where it had never been active before", ("new",), "tick")),
    ),
    "scatters": Form(
        "Scatters: do an actor’s events lie in more places after a date?",
        (_one("Actor"), _COUNTRIES,
         Field("direction", "The account says that they lie in", ("direction",), "choice",
               (("more", "more places"), ("less", "fewer places")), "more"),
         Field("at", "Change on", ("at",), "date", hint="Left empty: the account’s day"),
         _number("days", "Days before, and after", (30, 3660), "365"), _TYPES),
    ),
    "whatif": Form(
        "What if: what would another course have changed?",
        (Field("scenario", "Scenario", ("scenario",), "choice", needed=True,
               hint="One of your own is written out in the YAML form below"),
         Field("changes", "The account says that it brings", ("changes",), "choice",
               (("fewer", "fewer"), ("more", "more"), ("", "between the figures below")), "fewer"),
         _MEASURE, Field("figure", "Difference, if by figures", ("criteria", "threshold"), "figure"), _ACTORS, _COUNTRIES),
    ),
    "forecast": Form(
        "Forecast: will deaths reach so many by a date?",
        (_COUNTRIES, _ACTORS, _MEASURE, _FIGURE, _START,
         Field("end", "Until", (*_WINDOW, "end"), "date", needed=True),
         Field("over", "Counted over", ("over",), "choice",
               (("window", "the whole time"), ("month", "its deadliest month")), "window"),
         _TYPES, _SYSTEM, _FIRST),
    ),
    "outside": Form(
        "Outside: the record cannot tell, and why",
        (Field("reason", "Why, as a clause", ("reason",), needed=True,
               hint="For example: records of violence hold no numbers of troops"),),
    ),
}  # fmt: skip
"""By kind, in the order in which a person is shown them."""


def scenario_names() -> Options:
    """Return the scenarios that come with the package, as a choice."""
    from importlib.resources import files

    found: list[str] = []
    for folder in files("aftershock.scenarios").joinpath("examples").iterdir():
        if folder.is_dir():
            found += [f"{folder.name}/{file.name[:-5]}" for file in folder.iterdir() if file.name.endswith(".yaml")]
    return tuple((name, name) for name in sorted(found) if not name.endswith("/fronts"))
