"""The packaged country outlines: every unit is drawn, where it belongs, from whole and shared arcs."""

import csv
import itertools
import json
from collections import Counter
from pathlib import Path

import pytest

FIGURES = Path(__file__).resolve().parents[2] / "src/aftershock/figures"
FILE = FIGURES / "outlines.json"
TOPOLOGY = json.loads(FILE.read_text(encoding="utf-8"))
OBJECTS = {name: collection["geometries"] for name, collection in TOPOLOGY["objects"].items()}
with (FIGURES / "countries.csv").open(encoding="utf-8", newline="") as table:
    NAMES = {int(row["country_id"]): row["name"] for row in csv.DictReader(table)}
ISRAEL = 218  # drawn as two geometries, so that the border line of Palestine shows
PLACES = {
    "Baghdad": (44.37, 33.31, 60),
    "Damascus": (36.29, 33.51, 220),
    "Kyiv": (30.52, 50.45, 117),
    "Simferopol": (34.10, 44.95, 117),
    "Juba": (31.58, 4.85, 246),
    "Khartoum": (32.53, 15.55, 245),
    "Pristina": (21.17, 42.66, 232),
    "Kinshasa": (15.31, -4.33, 167),
    "Kabul": (69.17, 34.53, 133),
    "Taipei": (121.52, 25.04, 198),
    "Nablus, drawn apart": (35.26, 32.22, ISRAEL),
    "Deir al-Balah, drawn apart": (34.35, 31.42, ISRAEL),
    "Hargeisa, joined": (44.06, 9.56, 120),
    "Kyrenia, joined": (33.32, 35.30, 90),
    "Guiana, overseas": (-53.00, 4.00, 105),
    "Anadyr, by the antimeridian": (177.00, 65.50, 65),
    "Egvekinot, across the antimeridian": (-179.10, 66.60, 65),
}


def place(x, y):
    """Longitude and latitude of a position on the grid of the file."""
    (scale_x, scale_y), (origin_x, origin_y) = TOPOLOGY["transform"]["scale"], TOPOLOGY["transform"]["translate"]
    return x * scale_x + origin_x, y * scale_y + origin_y


def decode(arc):
    return [place(x, y) for x, y in itertools.accumulate(arc, lambda a, b: (a[0] + b[0], a[1] + b[1]))]


ARCS = [decode(arc) for arc in TOPOLOGY["arcs"]]


def parts(ring):
    """The arcs of a ring, each in its direction."""
    return [ARCS[index] if index >= 0 else ARCS[~index][::-1] for index in ring]


def unroll(ring):
    """The closed line of a ring, with the jumps at the antimeridian taken out."""
    corners = [corner for part in parts(ring) for corner in part[:-1]]
    corners.append(corners[0])
    jumps = (round((a[0] - b[0]) / 360) * 360 for a, b in itertools.pairwise(corners))
    return [(x + turn, y) for (x, y), turn in zip(corners, itertools.accumulate(jumps, initial=0), strict=True)]


def signed_area(ring):
    """Area in square degrees; negative when the ring runs clockwise."""
    line = unroll(ring)
    x, y = line[0]
    return sum((a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y) for a, b in itertools.pairwise(line)) / 2


def crossings(ring, longitude, latitude):
    """Count of the ring's edges met on the way west from a place; odd inside."""
    edges = [(a, b) for a, b in itertools.pairwise(unroll(ring)) if (a[1] > latitude) != (b[1] > latitude)]
    at = [a[0] + (latitude - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in edges]
    return sum(x < longitude + turn for x in at for turn in (-360, 0, 360))


def ids_at(longitude, latitude):
    return [
        geometry["id"]
        for geometry in OBJECTS["countries"]
        if sum(crossings(ring, longitude, latitude) for polygon in geometry["arcs"] for ring in polygon) % 2
    ]


@pytest.fixture(scope="module")
def rings():
    """Every ring as (its rank in the polygon, 0 being the outer one, and its arcs)."""
    areas = OBJECTS["countries"] + OBJECTS["other"]
    return [ranked for area in areas for polygon in area["arcs"] for ranked in enumerate(polygon)]


def test_the_file_is_small_and_holds_three_objects():
    assert FILE.stat().st_size <= 160_000
    assert list(OBJECTS) == ["countries", "other", "points"]
    assert {area["type"] for area in OBJECTS["countries"] + OBJECTS["other"]} == {"MultiPolygon"}


def test_every_unit_is_drawn_and_no_other():
    assert Counter(area["id"] for area in OBJECTS["countries"]) == Counter([*NAMES, ISRAEL])
    assert all(area["arcs"] for area in OBJECTS["countries"])
    assert all("id" not in area for area in OBJECTS["other"])


def test_units_too_small_to_see_have_one_point_each():
    ids = [point["id"] for point in OBJECTS["points"]]
    assert len(ids) == len(set(ids))
    small = {"Tuvalu", "Nauru", "Maldives", "Palau", "Marshall Is.", "Micronesia", "Seychelles", "Malta", "Singapore"}
    assert small <= {NAMES[country_id] for country_id in ids}


def test_points_lie_amid_the_largest_piece_of_their_unit():
    """Within its frame, not always on its land: the centre of an atoll is its lagoon."""
    largest = {area["id"]: unroll(area["arcs"][0][0]) for area in OBJECTS["countries"]}
    for point in OBJECTS["points"]:
        for axis, value in zip(zip(*largest[point["id"]], strict=True), place(*point["coordinates"]), strict=True):
            assert min(axis) <= value <= max(axis), NAMES[point["id"]]


def test_coordinates_are_on_the_globe():
    corners = [corner for arc in ARCS for corner in arc]
    assert all(abs(x) <= 180 + 1e-9 and -60 < y < 84 for x, y in corners)


def test_rings_close_and_have_an_inside(rings):
    for _, ring in rings:
        line = parts(ring)
        assert all(a[-1] == b[0] for a, b in itertools.pairwise([*line, line[0]]))
        assert len(set(itertools.chain(*line))) >= 3
        assert signed_area(ring) != 0


def test_rings_are_wound_for_the_sphere(rings):
    """Outer rings run clockwise, holes the other way: else d3-geo fills the rest of the globe."""
    assert [ring for rank, ring in rings if (signed_area(ring) < 0) != (rank == 0)] == []


def test_no_ring_smears_across_the_map(rings):
    for _, ring in rings:
        line = unroll(ring)
        assert line[0] == line[-1]
        assert max(abs(a[0] - b[0]) for a, b in itertools.pairwise(line)) < 45


def test_neighbours_share_their_border(rings):
    used = Counter(index if index >= 0 else ~index for _, ring in rings for index in ring)
    assert set(used) == set(range(len(ARCS)))
    assert set(used.values()) == {1, 2}
    arcs = {60: set(), 220: set()}
    for area in OBJECTS["countries"]:
        if area["id"] in arcs:
            arcs[area["id"]] |= {index for polygon in area["arcs"] for ring in polygon for index in ring}
    assert any(~index in arcs[220] for index in arcs[60])


@pytest.mark.parametrize("name", PLACES)
def test_a_place_lies_in_its_unit_alone(name):
    longitude, latitude, country_id = PLACES[name]
    assert ids_at(longitude, latitude) == [country_id]


def test_land_of_no_unit_is_in_no_unit():
    assert ids_at(-13.0, 25.0) == []  # Western Sahara
    assert ids_at(-42.0, 72.0) == []  # Greenland
