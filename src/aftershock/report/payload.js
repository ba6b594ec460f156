// The forecast and the record that a page shows, and how to read them.

import { block, element } from "./core.js";

export const P = block("payload");
export const H = P.months.length;
export const state = { type: P.target, unit: 0, frame: 0, measure: P.measure, sort: P.joint ? "median" : "mean", down: true, filter: "", all: false, wide: false, past: 60, scale: "linear" };

export const typeOf = (key) => P.types.find((type) => type.key === key);
export const deathsOf = (key) => `${typeOf(key).adjective} deaths`.trim();
export const provisional = new Set(P.record.provisional);
/** Where a country's page is: below on the same page, or at an address of its own. */
export const addressOf = (u) => (P.address ? P.address.replace("{code}", P.units[u].code) : `#${P.units[u].code}`);
export const countryLink = (u) => element("a", { href: addressOf(u) }, element("bdi", { text: P.units[u].name }));

/** Recorded deaths of a type in each month from the record's first, null where the country did not exist; kept once made. */
export const series = (() => {
  const made = new Map();
  return (type, u) => {
    const key = `${type} ${u}`;
    if (!made.has(key)) made.set(key, readSeries(type, u));
    return made.get(key);
  };
})();

function readSeries(type, u) {
  const out = new Array(P.record.last - P.record.first + 1).fill(0);
  for (const kind of type === "total" ? Object.keys(P.record.counts) : [type]) {
    const pairs = P.record.counts[kind][u];
    for (let i = 0; i < pairs.length; i += 2) out[pairs[i]] += pairs[i + 1];
  }
  const gaps = P.record.gaps[u];
  for (let i = 0; i < gaps.length; i += 2) out.fill(null, gaps[i], gaps[i + 1]);
  return out;
}

export const recorded = (type, u, month) => series(type, u)[month - P.record.first];
export const cell = (type, column, u, h) => P.cells[type][column][u * H + h];
