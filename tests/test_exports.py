import datetime as dt

import numpy as np
import pyarrow.parquet as pq
import pytest

from aftershock import hub_table, make_model, read_forecast, views_table
from aftershock.errors import StoreError, UsageError
from aftershock.exports import HUB_QUANTILES, ready_folder, write_bytes, write_parquet


@pytest.fixture
def made(make_panel, rng):
    panel = make_panel(rng.poisson(40, (3, 24)), first=481)
    return make_model().forecast(panel, horizons=[1, 2, 14], draws=50)


def test_views_file_has_exactly_the_challenges_columns_and_comes_back(made, tmp_path):
    path = tmp_path / "forecast.parquet"
    write_parquet(path, views_table(made, "ns"))
    schema = pq.read_schema(path)
    assert schema.names == ["month_id", "country_id", "draw", "outcome"]
    assert {str(kind) for kind in schema.types} == {"int32"}
    back = read_forecast(path, target="ns")
    assert np.array_equal(back.of("ns"), made.of("ns"))
    assert back.months.tolist() == made.months.tolist()


def test_same_forecast_same_bytes(made, tmp_path):
    for name in ("a", "b"):
        write_parquet(tmp_path / name, hub_table(made, "sb"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_hub_rows_follow_the_schema(made):
    table = hub_table(made, "sb").to_pandas()
    assert table.columns.tolist() == [
        "origin_date", "target", "horizon", "location", "target_end_date", "output_type", "output_type_id", "value",
    ]  # fmt: skip
    assert set(table.output_type) == {"mean", "median", "quantile", "cdf", "sample"}
    assert table.origin_date.unique().tolist() == [dt.date(2021, 12, 31)] if made.origin == 504 else True
    assert set(table.location) == {"IRQ", "SYR", "SDN"}
    assert set(table[table.output_type == "sample"].target) == {"ged_sb"}
    row = table[(table.horizon == 2) & (table.location == "SYR")]
    end = row.target_end_date.iloc[0]
    assert (end + dt.timedelta(days=1)).day == 1
    assert row[row.output_type.isin(["mean", "median"])].output_type_id.isna().all()
    assert row[row.output_type == "sample"].value.tolist() == made.of("sb")[1, 1].tolist()


def test_hub_samples_share_an_id_only_where_they_are_joint(made, make_panel):
    def ids_per_draw(forecast, key):
        table = hub_table(forecast, "sb").to_pandas()
        return set(table[table.output_type == "sample"].groupby("output_type_id")[key].nunique())

    assert (ids_per_draw(made, "horizon"), ids_per_draw(made, "location")) == ({3}, {3})
    past = make_panel([[1, 2], [3, 4]])
    courses = make_model("pool").forecast(past, horizons=[1, 2], draws=5)
    assert (ids_per_draw(courses, "horizon"), ids_per_draw(courses, "location")) == ({2}, {1})
    apart = make_model("bootstrap").forecast(past, horizons=[1, 2], draws=5)
    assert (ids_per_draw(apart, "horizon"), ids_per_draw(apart, "location")) == ({1}, {1})
    together = make_model("conflictology").forecast(past, horizons=[1, 2], draws=5)
    assert (ids_per_draw(together, "horizon"), ids_per_draw(together, "location")) == ({1}, {2})


def test_hub_quantiles_and_cdf_are_those_of_the_draws(made):
    table = hub_table(made, "sb").to_pandas()
    cell = (
        table[(table.horizon == 14) & (table.location == "IRQ") & (table.target == "ged_total")]
        .set_index("output_type_id")
        .value
    )
    draws = made.of("total")[0, 2]
    assert [cell[f"{q:g}"] for q in HUB_QUANTILES] == pytest.approx(np.quantile(draws, HUB_QUANTILES))
    assert cell["24"] == pytest.approx((draws <= 24).mean())


def test_hub_needs_countries_with_a_code(made, make_panel):
    odd = make_model().forecast(make_panel([[1, 2]], units=(9999,)), draws=5)
    with pytest.raises(UsageError, match="a hubverse location needs an ISO3 code; found none for country_id 9999"):
        hub_table(odd, "sb")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_bytes(path, b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(StoreError, match="No space left on device"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_below_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(
        StoreError, match=r"the output folder must be writable; found .*file/out.*Choose another with --out"
    ):
        ready_folder(tmp_path / "file" / "out")
