"""Models from outside the package: given as they are, or named by another installed package."""

import pickle
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import ClassVar

import numpy as np
import pytest

import aftershock
from aftershock import Model, backtest, forecast, make_model, model_names
from aftershock.errors import UsageError
from aftershock.models import label_of
from aftershock.workflow import track_record


@dataclass(frozen=True)
class Always(Model[int]):
    """The same number everywhere."""

    name: ClassVar[str] = "always"
    joint: ClassVar[tuple[str, ...]] = ("unit", "month")
    deaths: int = 3

    def fit(self, panel, target):
        return len(panel.units)

    def draw(self, state, *, horizons, draws, rng):
        return np.full((state, len(horizons), draws), self.deaths)


@dataclass(frozen=True)
class Conflictology(Always):
    """Has the name of another model."""

    name: ClassVar[str] = "conflictology"


def installed(monkeypatch, **points):
    """Pretend that a package names models."""
    found = [EntryPoint(name, value, "aftershock.models") for name, value in points.items()]
    monkeypatch.setattr("aftershock.models.entry_points", lambda *, group: [p for p in found if p.group == group])


def test_a_model_is_returned_as_it_is():
    mine = Always(7)
    assert make_model(mine) is mine
    assert (label_of(mine), label_of(Always()), label_of("pool:correlation=0.9")) == (
        "always:deaths=7", "always", "pool:correlation=0.9",
    )  # fmt: skip
    assert pickle.loads(pickle.dumps(mine)) == mine


def test_defining_a_class_does_not_name_it():
    assert "always" not in model_names()
    with pytest.raises(UsageError, match="a model must be known by its name; found 'always'"):
        make_model("always")


@pytest.mark.parametrize("wrong", [Always, None, 3])
def test_what_is_neither_name_nor_model_is_refused(wrong):
    with pytest.raises(UsageError, match="a model must be a name or a Model; found"):
        make_model(wrong)


def test_a_model_of_ones_own_forecasts_and_is_reported(world, tmp_path):
    made = forecast(world, model=Always(), horizons=[1], draws=5, countries=["Syria"])
    assert (made.model, set(made.draws.ravel().tolist())) == ("always", {3})
    record = track_record(world, model=Always(), draws=20)
    assert record.models == ("always", *aftershock.models.BENCHMARKS)
    made = forecast(world, model=Always(), horizons=[1, 2], draws=20)
    paths = aftershock.write_outputs(tmp_path, made, world, record=record)
    assert "<em>always</em>" in paths["report.html"].read_text(encoding="utf-8")


def test_a_backtest_takes_names_and_models_and_compares_them(world):
    made = backtest(world, windows=(2018, 2019), models=[Always(0), "exactly_zero", Always()], draws=10)
    assert made.models == ("always:deaths=0", "exactly_zero", "always")
    assert np.array_equal(
        made.scores["always:deaths=0", 2018].values["crps"], made.scores["exactly_zero", 2018].values["crps"]
    )
    rows = {row.score: row for row in made.compare("exactly_zero", "always")}
    assert rows["log_crps"].verdict == "A is better"
    assert (rows["crps"].n, rows["crps"].units) == (2 * 2292, 191)
    table = made.table().set_index(["model", "window"])
    assert rows["crps"].a == pytest.approx(table.crps["exactly_zero", "all"])
    with pytest.raises(UsageError, match="a model must be in the backtest; found 'alway'. Did you mean always"):
        made.compare("alway", "exactly_zero")


def test_two_models_of_one_name_are_refused(world):
    for models in ([Conflictology(), "conflictology"], ["pool", "pool"]):
        with pytest.raises(UsageError, match="a backtest's models must have different names; found .* twice"):
            backtest(world, windows=(2018,), models=models, draws=5)


def test_an_own_model_takes_the_place_of_a_benchmark_of_its_name(world):
    record = track_record(world, model=Conflictology(0), draws=12)
    assert record.models[0] == "conflictology:deaths=0"
    record = track_record(world, model=Conflictology(), draws=12)
    assert record.models.count("conflictology") == 1
    assert record.scores["conflictology", 2021].values["crps"].min() == 0
    assert np.array_equal(record.together("conflictology").values["p_1"], np.ones(4 * 2292))


def test_a_model_of_an_installed_package_is_found_by_its_name(monkeypatch, run, tmp_path):
    installed(monkeypatch, always=f"{__name__}:Always")
    assert "always" in model_names()
    assert make_model("always:deaths=5") == Always(5)
    code, text, _ = run("backtest", "--models", "always,exactly_zero", "--windows", "2018", "--draws", "5")
    assert code == 0
    assert "always" in text
    with pytest.raises(UsageError, match="an option of always must be known; found 'death'. Did you mean deaths"):
        make_model("always:death=5")
    with pytest.raises(UsageError, match="Did you mean always"):
        make_model("alway")


def test_a_package_cannot_take_the_name_of_an_own_model(monkeypatch):
    installed(monkeypatch, conflictology=f"{__name__}:Conflictology")
    assert model_names().count("conflictology") == 1
    assert type(make_model("conflictology")).__module__ == "aftershock.models.conflictology"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no_such_package:Model", r"must load; found no_such_package:Model: ModuleNotFoundError"),
        (f"{__name__}:Nothing", r"must load; found .*: AttributeError"),
        (f"{__name__}:installed", r"must be a Model of that name; found"),
        (f"{__name__}:Conflictology", r"must be a Model of that name; found"),
    ],
)
def test_a_package_that_is_broken_is_named_and_harms_no_other(value, said, monkeypatch):
    installed(monkeypatch, always=value)
    assert "always" in model_names()
    assert make_model("pool").name == "pool"
    with pytest.raises(UsageError, match=f"the installed model always {said}"):
        make_model("always")
