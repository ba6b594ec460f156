// One country: headline, fan, chances by month, the types apart.

import { LEVELS, byId, count, draw, element, fillTable, keyEntry, monthName, monthShort, monthStart, options, percent, percentShort, refreshTables, tableView } from "./core.js";
import { H, P, cell, deathsOf, provisional, recorded, state } from "./payload.js";
import { updateWhy } from "./why.js";

/** Rows of the fan of one type: past, gaps, ahead, what came after the origin, and how high the scale must reach. */
function fanData(type, u, length) {
  const first = Math.max(P.record.first, P.origin - length + 1);
  const span = (m) => ({ month: m, start: monthStart(m), end: monthStart(m + 1) });
  const months = Array.from({ length: P.record.last - first + 1 }, (_, k) => first + k);
  const known = months.map((m) => ({ ...span(m), deaths: recorded(type, u, m), provisional: provisional.has(m) }));
  const ahead = P.months.map((m, h) => {
    const row = { ...span(m), median: cell(type, "median", u, h) };
    for (const level of LEVELS) for (const end of ["lower", "upper"]) row[`${end}_${level}`] = cell(type, `${end}_${level}`, u, h);
    return row;
  });
  const past = known.filter((row) => row.month <= P.origin && row.deaths !== null);
  const came = known.filter((row) => row.month > P.origin && row.month <= P.months[H - 1] && row.deaths !== null)
    .map((row) => ({ ...row, middle: (row.start + row.end) / 2 }));
  const bounds = boundsOf(type, first);
  return { past, ahead, came, bounds, gaps: known.filter((row) => row.deaths === null && row.month <= P.origin) };
}

/** The record's low and high estimates of months where they differ from the best, where the record has them. */
function boundsOf(type, first) {
  const kinds = P.record.bounds ?? {};
  const found = new Map();
  for (const kind of type === "total" ? Object.keys(kinds) : [type]) {
    const rows = kinds[kind]?.[0] ?? [];
    for (let i = 0; i < rows.length; i += 3) {
      const [low, high] = found.get(rows[i]) ?? [0, 0];
      found.set(rows[i], [low + rows[i + 1], high + rows[i + 2]]);
    }
  }
  const months = [...found].map(([place, [low, high]]) => ({ month: P.record.first + place, low, high }));
  return months.filter((row) => row.month >= first && row.low < row.high)
    .map((row) => ({ ...row, middle: (monthStart(row.month) + monthStart(row.month + 1)) / 2 }));
}

/** The same with a row in each set that is not seen: Vega warns of empty sets. It keeps the scale from 0 to 5 at least. */
function drawable(data) {
  const start = data.ahead[0].start;
  const nothing = { start, end: start, middle: start, unseen: true };
  return { ...data, past: [...data.past, { ...nothing, deaths: 0 }], gaps: [...data.gaps, nothing], came: [...data.came, { ...nothing, deaths: 5 }], bounds: [...data.bounds, { ...nothing, low: 0, high: 0 }] };
}

function highest(data) {
  return Math.max(5, ...data.past.map((row) => row.deaths), ...data.ahead.map((row) => row.upper_95), ...data.came.map((row) => row.deaths), ...data.bounds.map((row) => row.high));
}

/** Set the fan's scale; steps of ten have marks of their own. */
function setScale(spec, data) {
  if (state.scale === "linear") return;
  spec.encoding.y.scale = { type: "symlog", constant: 3 };
  const top = highest(data) * 1.5;
  spec.encoding.y.axis.values = [0, 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7].filter((tick) => tick <= top && (tick !== 1 || top < 1000));
  spec.encoding.y.axis.labelOverlap = "greedy";
}

function fanTip(row) {
  const text = [monthName(row.month)];
  if (row.median !== undefined) {
    text.push(`forecast, middle: ${count(row.median)}`);
    for (const level of LEVELS) text.push(`${level} %: ${count(row[`lower_${level}`])} to ${count(row[`upper_${level}`])}`);
  }
  if (row.low !== undefined) text.push(`low and high estimate: ${count(row.low)} to ${count(row.high)}`);
  if (row.deaths !== undefined) text.push(`${row.provisional ? "recorded, provisional" : "recorded"}: ${count(row.deaths)}`);
  return text.join("\n");
}

function fanTable() {
  const data = fanData(state.type, state.unit, state.past);
  const heads = ["Month", "Recorded", "Middle", ...LEVELS.map((level) => `${level} % interval`)];
  const came = new Map(data.came.map((row) => [row.month, row]));
  const between = new Map(data.bounds.map((row) => [row.month, ` (${count(row.low)}–${count(row.high)})`]));
  const note = (row) => (row ? `${count(row.deaths)}${between.get(row.month) ?? ""}${row.provisional ? " (provisional)" : ""}` : "");
  const ahead = data.ahead.map((row) => [monthName(row.month), note(came.get(row.month)), count(row.median), ...LEVELS.map((l) => `${count(row[`lower_${l}`])}–${count(row[`upper_${l}`])}`)]);
  const past = [...data.past, ...data.gaps].sort((a, b) => b.month - a.month)
    .map((row) => [monthName(row.month), row.deaths === null ? "no data" : note(row), "", "", "", ""]);
  return [heads, [...ahead.reverse(), ...past], `${P.units[state.unit].name}: ${deathsOf(state.type)}, newest first`];
}

function fanSentence(u) {
  const h = 0;
  const [low, middle, high] = ["lower_80", "median", "upper_80"].map((column) => cell(state.type, column, u, h));
  const month = monthName(P.months[h]);
  if (high === 0) return `${month}: no ${deathsOf(state.type)} in at least 9 of 10 futures`;
  return `${month}: ${count(low)} to ${count(high)} ${deathsOf(state.type)} in 8 of 10 futures, the middle at ${count(middle)}`;
}

function updateFanKey(data) {
  const signs = [["box", "var(--bar)", "recorded"]];
  if (data.past.some((row) => row.provisional)) signs.push(["box", "url(#hatch)", "recorded, provisional"]);
  if (data.bounds.length) signs.push(["tick", "var(--ink)", "its low and high estimates"]);
  if (data.gaps.length) signs.push(["box", "url(#missing)", "not on the list of states"]);
  signs.push(["line", "var(--median)", "middle of the forecast"]);
  for (const level of LEVELS) signs.push(["box", `var(--band${level})`, `${level} of 100 futures`]);
  if (data.came.some((row) => !row.provisional)) signs.push(["diamond", "var(--warn)", "what came"]);
  if (data.came.some((row) => row.provisional)) signs.push(["diamond", "url(#hatch)", "what came, provisional"]);
  byId("fan-key").replaceChildren(...signs.map((sign) => keyEntry(...sign)));
}

async function updateFan(again) {
  const data = fanData(state.type, state.unit, state.past);
  const say = `${P.units[state.unit].name}. ${fanSentence(state.unit)}. Recorded deaths month by month, then the forecast; the table below holds the figures.`;
  byId("fan-title").textContent = fanSentence(state.unit);
  const wide = highest(data) > 20 * Math.max(5, ...data.ahead.map((row) => row.median)) && state.scale === "linear";
  byId("fan-note").textContent = wide ? "A few extreme months, past or possible, stretch this scale: choose steps of ten to see the rest." : "";
  updateFanKey(data);
  refreshTables("fan-table");
  await draw("fan", "fan", drawable(data), { say, tell: fanTip, again: again || state.scale !== "linear", change: (spec) => setScale(spec, data) });
}

/** A chance with a bar as long as it is likely. */
function meter(p) {
  const inner = element("i");
  inner.style.width = `${Math.round(p * 100)}%`;
  return element("span", {}, percentShort(p), element("span", { class: "meter", "aria-hidden": "true" }, inner));
}

function updateChances() {
  const heads = ["Month", ...P.thresholds.map((k) => `${k.toLocaleString("en")}+`)];
  const rows = P.months.map((m, h) => [monthShort(m), ...P.thresholds.map((k) => meter(cell(state.type, `p_${k}`, state.unit, h)))]);
  if (P.joint && P.sum.months > 1) rows.push([P.sum.months === H ? `All ${H} months` : `First ${P.sum.months} months`, ...P.thresholds.map((k) => meter(P.totals[state.type][`p_${k}`][state.unit]))]);
  fillTable(byId("chances"), heads, rows);
}

function updateTiles() {
  const totals = P.totals[state.type];
  const u = state.unit;
  const tiles = [["Deaths in the last 12 months", count(totals.past[u])]];
  const when = P.joint ? (P.sum.months === 1 ? monthName(P.months[0]) : P.sum.months === H ? `all ${H} months` : `next ${P.sum.months} months`) : "worst month";
  if (P.joint) {
    tiles.push([`Middle of the forecast, ${when}`, count(totals.median[u])], [`8 of 10 futures, ${when}`, `${count(totals.lower_80[u])}–${count(totals.upper_80[u])}`]);
  } else tiles.push(["Average of the forecast, all months", count(totals.mean[u])]);
  for (const k of [25, 1000]) tiles.push([`Chance of ${k.toLocaleString("en")} or more, ${when}`, percent(totals[`p_${k}`][u])]);
  byId("tiles").replaceChildren(...tiles.map(([name, value]) => element("div", {}, element("dt", { text: name }), element("dd", { text: value }))));
}

async function updateTypes() {
  const drawn = P.types.map(({ key, name }) => {
    const data = fanData(key, state.unit, Math.min(state.past, 60));
    const say = `${P.units[state.unit].name}, ${name}: recorded deaths and forecast. The table below holds the figures.`;
    return draw(`type-${key}`, "types", drawable(data), { say, tell: fanTip });
  });
  refreshTables("types-table");
  await Promise.all(drawn);
}

function typesTable() {
  const heads = ["Month", ...P.types.map(({ name }) => `${name}: middle (80 %)`)];
  const show = (key, h) => `${count(cell(key, "median", state.unit, h))} (${count(cell(key, "lower_80", state.unit, h))}–${count(cell(key, "upper_80", state.unit, h))})`;
  return [heads, P.months.map((m, h) => [monthName(m), ...P.types.map(({ key }) => show(key, h))]), `${P.units[state.unit].name}: forecast by type of violence`];
}

export function updateCountry(again = false) {
  const unit = P.units[state.unit];
  byId("unit").value = unit.code;
  byId("unit-name").textContent = unit.name;
  const headline = P.totals[state.type].headline[state.unit];
  byId("headline").textContent = headline;
  updateTiles();
  updateChances();
  updateWhy();
  updateFan(again);
  updateTypes();
}

/** Make the controls work; `go` leads to the country of a code. */
export function prepareCountry(go) {
  const names = (P.countries ?? P.units).map(({ code, name }) => [code, name]).sort((a, b) => a[1].localeCompare(b[1], "en"));
  options(byId("unit"), names);
  const length = P.origin - P.record.first + 1;
  const choices = [60, 120].filter((n) => n < length).map((n) => [String(n), `${n / 12} years`]);
  options(byId("past"), [...choices, [String(length), `all (from ${monthName(P.record.first)})`]]);
  state.past = Number(byId("past").value);
  byId("types").replaceChildren(...P.types.map(({ key, name }) => element("div", {}, element("h5", { text: name }), element("div", { class: "chart", id: `type-${key}` }))));
  tableView("fan-table", fanTable);
  tableView("types-table", typesTable);
  byId("unit").addEventListener("change", (event) => go(event.target.value));
  byId("past").addEventListener("change", (event) => { state.past = Number(event.target.value); updateFan(); updateTypes(); });
  byId("scale").addEventListener("change", (event) => { state.scale = event.target.value; updateFan(true); });
}
