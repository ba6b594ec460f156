"""Pictures of single charts."""

from aftershock.report import write_pictures


def size(path):
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG")
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def test_pictures_are_written(tmp_path, world, world_forecast, record):
    paths = write_pictures(tmp_path / "pictures", world_forecast, world, record)
    assert [path.name for path in paths] == ["map.png", "fan.png", "reliability.png"]
    assert all(width > 1000 and height > 500 for width, height in map(size, paths))


def test_without_a_track_record_there_are_two(tmp_path, world, world_forecast):
    assert len(write_pictures(tmp_path, world_forecast, world)) == 2
