// The Equal Earth projection (Šavrič, Patterson & Jenny 2018, doi:10.1080/13658816.2018.1504949), there and back, in radians;
// and outlines from TopoJSON.

const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;
const ROTATE = 11; // degrees: the map is cut through the Bering Strait

const slope = (t2, t6) => A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2);

/** Return x and y, upwards, of a place in degrees. */
export function project(longitude, latitude) {
  let east = longitude - ROTATE;
  if (east < -180) east += 360;
  const t = Math.asin(M * Math.sin((latitude * Math.PI) / 180));
  const t2 = t * t;
  const t6 = t2 * t2 * t2;
  return [(((east * Math.PI) / 180) * Math.cos(t)) / (M * slope(t2, t6)), t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))];
}

/** Return the place in degrees at x and y; null off the earth. */
export function unproject(x, y) {
  let t = y / A1;
  for (let k = 0; k < 12; k += 1) {
    const t2 = t * t;
    const t6 = t2 * t2 * t2;
    t -= (t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2)) - y) / slope(t2, t6);
  }
  const t2 = t * t;
  const east = (M * x * slope(t2, t2 * t2 * t2)) / Math.cos(t);
  const sine = Math.sin(t) / M;
  if (Math.abs(sine) > 1 || Math.abs(east) > Math.PI) return null;
  const longitude = (east * 180) / Math.PI + ROTATE;
  return [longitude > 180 ? longitude - 360 : longitude, (Math.asin(sine) * 180) / Math.PI];
}

/** Return every line of an outline as lists of longitude and latitude; shared borders once. */
export function borders(topology) {
  const { scale, translate } = topology.transform ?? { scale: [1, 1], translate: [0, 0] };
  return topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]) => {
      [x, y] = topology.transform ? [x + dx, y + dy] : [dx, dy];
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
}

/** Return the closed rings of every geometry of an object. */
export function rings(topology, name, lines) {
  const line = (k) => (k >= 0 ? lines[k] : [...lines[~k]].reverse());
  const ring = (arcs) => arcs.flatMap((k, place) => (place ? line(k).slice(1) : line(k)));
  return topology.objects[name].geometries.flatMap(({ id, type, arcs }) => {
    const parts = type === "Polygon" ? [arcs] : type === "MultiPolygon" ? arcs : [];
    return parts.map((part) => ({ id, rings: part.map(ring) }));
  });
}
