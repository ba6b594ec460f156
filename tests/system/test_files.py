"""A fitted system written and read: the same to the last bit, or one clear sentence."""

import json
from dataclasses import replace

import numpy as np
import pytest

from aftershock.contract import Provenance, Stream, Streams
from aftershock.errors import DataError, StoreError
from aftershock.system.backgrounds import BackgroundChoice, BackgroundComparison
from aftershock.system.files import read_comparison, read_system, write_comparison, write_system
from aftershock.system.fit import fit_system


@pytest.fixture(scope="module")
def system():
    rng = np.random.default_rng(1)
    counts = rng.poisson(0.6, (2, 120, 2)).astype(np.int32)
    marks = np.log1p(counts).astype(np.float32)
    streams = Streams(
        streams=(Stream("A – B (state-based)", ("A", "B"), ("sb",), (645, 652), "Homs"), Stream("other, Łódź", (), ("os",), (290,))),
        first_day=np.datetime64("2016-07-01"), counts=counts, deaths=3 * counts, civilians=counts,
        losses=np.stack([counts, np.zeros_like(counts)], axis=-1), size=marks, harm=marks,
        present=np.ones((120, 2), bool), kin=(("A", "C"),), left_out={"dated too coarsely": 3}, ranged=7,
        provenance=Provenance("test", "test 1", "nobody", ("A note.", "Another.")),
    )  # fmt: skip
    return fit_system(streams, draws=6, background=30, seed=3)


def alike(one, other):
    """Whether two dataclasses hold the same, to the last bit and type of array."""
    assert type(one) is type(other)
    for name, value in vars(one).items():
        there = getattr(other, name)
        if isinstance(value, np.ndarray):
            assert value.dtype == there.dtype, name
            np.testing.assert_array_equal(value, there)
        elif hasattr(value, "__dataclass_fields__"):
            alike(value, there)
        elif isinstance(value, tuple) and value and isinstance(value[0], np.ndarray):
            assert [each.dtype for each in value] == [each.dtype for each in there], name
            assert [each.tolist() for each in value] == [each.tolist() for each in there], name
        elif isinstance(value, tuple) and value and hasattr(value[0], "__dataclass_fields__"):
            assert len(value) == len(there)
            for a, b in zip(value, there, strict=True):
                alike(a, b)
        else:
            assert value == there, name


def test_round_trip_is_exact(system, tmp_path):
    paths = write_system(tmp_path / "new" / "folder", system)
    assert sorted(paths) == ["system.json", "system.npz"]
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == ["system.json", "system.npz"]
    alike(system, read_system(tmp_path / "new" / "folder"))


def test_the_same_system_gives_the_same_bytes(system, tmp_path):
    one, two = write_system(tmp_path / "a", system), write_system(tmp_path / "b", system)
    assert all(one[name].read_bytes() == two[name].read_bytes() for name in one)


def test_nothing_is_pickled_and_the_description_is_plain(system, tmp_path):
    write_system(tmp_path, system)
    with np.load(tmp_path / "system.npz", allow_pickle=False) as arrays:
        assert not any(arrays[name].dtype.hasobject for name in arrays.files)
    described = json.loads((tmp_path / "system.json").read_text())
    assert described["format"] == 2
    assert described["streams"][0]["actors"] == ["A", "B"]
    assert described["left_out"] == {"dated too coarsely": 3}
    assert (described["background"], described["mask"], described["seed"]) == (30, "linked", 3)


def test_a_write_that_fails_leaves_the_old_system_whole(system, tmp_path, monkeypatch):
    write_system(tmp_path, system)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.write_bytes", full)
        with pytest.raises(StoreError, match="No space left on device"):
            write_system(tmp_path, replace(system, seed=4))
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file_is_refused(system, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="the output folder must be writable"):
        write_system(tmp_path / "taken", system)


def described(folder, **changes):
    path = folder / "system.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "system.json").unlink(), "must hold system.json and system.npz; found no system.json in "),
        (lambda f: (f / "system.npz").unlink(), "must hold system.json and system.npz; found no system.npz in "),
        (lambda f: (f / "system.json").write_text("{"), r"files must be whole; found .*system.json: Expecting property name"),
        (lambda f: (f / "system.json").write_bytes(b"\xff\xfe"), r"files must be whole; found .*system.json: 'utf-8' codec"),
        (lambda f: (f / "system.json").write_text("[1]"), "must describe a fitted system"),
        (lambda f: (f / "system.json").write_text('{"a": 1}'), "must describe a fitted system"),
        (lambda f: described(f, format=3, code_version="9.9"), "format must be 2, which this version reads; found 3 in .*, written by Aftershock 9.9"),
        (lambda f: described(f, format=1), "format must be 2, which this version reads; found 1 in .* or fit the system again"),
        (lambda f: described(f, format=True), "format must be 2"),
        (lambda f: (f / "system.npz").write_bytes(b"PK"), "found .*system.npz: it is not the file that system.json was written with"),
        (lambda f: (f / "system.npz").write_bytes((f / "system.npz").read_bytes()[:-9]), "it is not the file that"),
        (lambda f: described(f, streams=[]), "must hold a sound system; found no streams"),
        (lambda f: described(f, targets=[{"start": 5, "taken": 0.5}]), "must hold a sound system; found 1 fitted streams of 2"),
        (lambda f: described(f, targets=[{"start": 500, "taken": 0.5}] * 2), "a start must lie within the record"),
        (lambda f: described(f, scales=[1, 2]), "feeds of shape"),
        (lambda f: described(f, provenance={}), "found .*system.json: no 'source'"),
        (lambda f: described(f, first_day="yesterday"), "found .*system.json: Error parsing datetime"),
    ],
)  # fmt: skip
def test_a_broken_or_foreign_folder_gets_one_sentence(system, tmp_path, spoil, message):
    write_system(tmp_path, system)
    spoil(tmp_path)
    with pytest.raises(DataError, match=message) as caught:
        read_system(tmp_path)
    assert caught.value.exit_code == 3
    assert "\n" not in str(caught.value)


def test_no_folder_at_all(tmp_path):
    with pytest.raises(DataError, match="found no folder .*nowhere. Check the path, or run `aftershock system fit"):
        read_system(tmp_path / "nowhere")


def comparison():
    choice = BackgroundChoice(("A", "B"), ("constant", 90), np.array([[-1.0, -2], [-3, -4]]), np.zeros((2, 2)), np.ones((2, 2)),
                              ("constant", 90), "constant")  # fmt: skip
    ratio = (np.array([0.1, 1.2, 1 / 3]), np.array([0.1, 0.2]))  # fewer draws under the second
    return BackgroundComparison(
        ("constant", 90), ratio, (np.ones(3) / 7, np.ones(2) / 7), (np.array([3.0, np.inf, 4]), np.ones(2)), choice
    )


def test_a_comparison_of_backgrounds_comes_back(tmp_path):
    assert read_comparison(tmp_path) is None
    write_comparison(tmp_path, comparison())
    assert "Infinity" not in (tmp_path / "backgrounds.json").read_text()
    alike(comparison(), read_comparison(tmp_path))


def test_a_comparison_whose_parts_do_not_fit_is_refused(tmp_path):
    write_comparison(tmp_path, comparison())
    path = tmp_path / "backgrounds.json"
    plain = json.loads(path.read_text())
    path.write_text(json.dumps(plain | {"share": [[0.5], [0.5, 0.5]]}))
    with pytest.raises(
        DataError, match="found .*backgrounds.json: .*ratio, share and half_life of different numbers of draws"
    ):
        read_comparison(tmp_path)


@pytest.mark.parametrize("content", ["{", "{}", '{"choice": 3}'])
def test_a_broken_comparison_gets_one_sentence(tmp_path, content):
    (tmp_path / "backgrounds.json").write_text(content)
    with pytest.raises(DataError, match="files must be whole; found .*backgrounds.json"):
        read_comparison(tmp_path)
