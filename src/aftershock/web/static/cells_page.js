// The map by grid cell: every cell a small quadrangle on a canvas, coloured by its bin in the month chosen.

import { block, byId, count, element, fillTable, keyEntry, monthName, options, percentShort, refreshTables, showTip, tableView } from "./core.js";
import { borders, project, rings, unproject } from "./equal_earth.js";

const C = block("cells");
const NAMES = block("names");
const OUTLINES = block("outlines");
const T = C.months.length;
const ROWS = 100; // of the table
const FEW = 12; // countries: the map shows them alone
const measure = C.measures[C.measure];
const canvas = byId("map");
const pen = canvas.getContext("2d");
const lines = borders(OUTLINES);
const land = ["countries", "other"].flatMap((name) => (OUTLINES.objects[name] ? rings(OUTLINES, name, lines) : []));
const state = { t: C.months.findIndex((month) => month > C.origin), view: null };
let cells = null; // gid, country, corners (x, y of four), digits

const place = (gid) => [((gid - 1) % 720) / 2 - 180, Math.floor((gid - 1) / 720) / 2 - 90];
const binOf = (k) => cells.bins.charCodeAt(k * T + state.t) - 48;
const past = () => C.months[state.t] <= C.origin;
const provisional = new Set(C.provisional);
const monthText = () => `${monthName(C.months[state.t])}, ${!past() ? "forecast" : provisional.has(C.months[state.t]) ? "recorded, provisional" : "recorded"}`;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function label(bin) {
  if (past() && C.measure.startsWith("p_")) return `${Number(C.measure.slice(2)).toLocaleString("en")} or more ${bin ? "came" : "did not come"}`;
  return measure.labels[bin];
}

async function load() {
  const answer = await fetch(`/api/v1/cells/map/${C.measure}?target=${C.target}${C.query}`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error((await answer.json()).fix);
  const { priogrid_gid: gids, country_id: owners, bins } = await answer.json();
  const corners = new Float32Array(gids.length * 8);
  gids.forEach((gid, k) => {
    const [x, y] = place(gid);
    const east = x + 0.4999; // the cell at the cut stays on its side
    [[x, y], [x, y + 0.5], [east, y + 0.5], [east, y]].forEach(([a, b], side) => corners.set(project(a, b), k * 8 + side * 2));
  });
  cells = { gids, owners, bins, corners, at: new Map(gids.map((gid, k) => [gid, k])) };
}

/** What part of the earth is seen: its middle, and pixels per unit. */
function fit(box) {
  const width = Math.max(280, canvas.parentElement.clientWidth);
  const height = Math.round(box ? Math.min(width * 0.7, 620) : width * 0.455);
  const ratio = devicePixelRatio || 1;
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  canvas.style.height = `${height}px`;
  const [x0, y0, x1, y1] = box ?? [-2.5, -1.02, 2.62, 1.3];
  const scale = Math.min(width / (x1 - x0), height / (y1 - y0)) * ratio;
  state.view = { scale, x: canvas.width / 2 - ((x0 + x1) / 2) * scale, y: canvas.height / 2 + ((y0 + y1) / 2) * scale, ratio };
}

function trace(points) {
  const { scale, x, y } = state.view;
  let last = null;
  for (const [longitude, latitude] of points) {
    const [px, py] = project(longitude, latitude);
    if (last === null || Math.abs(px - last) > 2) pen.moveTo(x + px * scale, y - py * scale);
    else pen.lineTo(x + px * scale, y - py * scale);
    last = px;
  }
}

function paint() {
  const { scale, x, y, ratio } = state.view;
  pen.fillStyle = colour("paper");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.beginPath();
  for (const each of land) each.rings.forEach(trace);
  pen.fillStyle = colour(measure.colours[C.usual[C.measure]]);
  pen.fill("evenodd");
  if (cells) paintCells(scale, x, y);
  pen.beginPath();
  lines.forEach(trace);
  pen.strokeStyle = colour("bar");
  pen.lineWidth = 0.6 * ratio;
  pen.stroke();
}

/** All cells of one colour are one path: a few hundred thousand corners a second. */
function paintCells(scale, x, y) {
  const { corners, gids } = cells;
  const byBin = measure.colours.map(() => []);
  for (let k = 0; k < gids.length; k += 1) byBin[binOf(k)].push(k);
  byBin.forEach((members, bin) => {
    if (bin === C.usual[C.measure] || !members.length) return;
    pen.beginPath();
    for (const k of members) {
      const at = k * 8;
      pen.moveTo(x + corners[at] * scale, y - corners[at + 1] * scale);
      for (let side = 2; side < 8; side += 2) pen.lineTo(x + corners[at + side] * scale, y - corners[at + side + 1] * scale);
      pen.closePath();
    }
    pen.fillStyle = colour(measure.colours[bin]);
    pen.fill();
    pen.strokeStyle = pen.fillStyle;
    pen.lineWidth = 0.4 * state.view.ratio;
    pen.stroke();
  });
}

const usual = () => C.usual[C.measure];
const nameOf = (k) => NAMES[cells.owners[k]] ?? "no country of the list";
const degrees = (value, signs) => `${Math.abs(value)}° ${signs[value < 0 ? 1 : 0]}`;
const whereOf = (gid) => place(gid).map((each) => each + 0.25).reverse();

/** Cells out of the usual bin in the month shown, of the country chosen or of all, those that stand out most first. */
function listed() {
  const id = byId("zoom").value;
  const all = cells.gids.map((gid, k) => ({ gid, k, bin: binOf(k) })).filter(({ bin, k }) => bin !== usual() && (!id || String(cells.owners[k]) === id));
  return all.sort((a, b) => Math.abs(b.bin - usual()) - Math.abs(a.bin - usual()) || b.bin - a.bin || a.gid - b.gid);
}

function cellsTable() {
  const rows = listed().slice(0, ROWS).map(({ gid, k, bin }) => {
    const [north, east] = whereOf(gid);
    const open = element("button", { type: "button", onclick: () => showCell(gid), "aria-label": `Forecast of cell ${gid}` }, String(gid));
    return [open, element("bdi", { text: nameOf(k) }), `${degrees(north, "NS")}, ${degrees(east, "EW")}`, label(bin)];
  });
  return [["Cell", "Country", "Middle", measure.name], rows, `${monthText()}: ${rows.length ? `the ${rows.length} that stand out most; choose one for its forecast` : "none is out of the usual"}`];
}

/** Show one cell's forecast month by month below the map. */
async function showCell(gid) {
  const section = byId("cell");
  const k = cells.at.get(gid);
  const [north, east] = whereOf(gid);
  byId("cell-title").textContent = `Cell ${gid}, ${k === undefined ? "" : `${nameOf(k)}, `}${degrees(north, "NS")}, ${degrees(east, "EW")}`;
  section.hidden = false;
  byId("cell-note").textContent = "Loading …";
  const answer = await fetch(`/api/v1/cells/${gid}?target=${C.target}${C.query}`, { credentials: "same-origin" });
  const found = await answer.json();
  byId("cell-note").textContent = !answer.ok ? `The cell could not be loaded. ${found.fix}` : found.rows.length ? "The cell’s forecast by month: deaths, and chances of at least so many." : "No death is forecast here in any month.";
  const levels = C.thresholds;
  const heads = ["Month", "Average", "Middle", "9 in 10 futures: at most", ...levels.map((level) => `${level.toLocaleString("en")}+`)];
  const rows = (found.rows ?? []).map((row) => [monthName(row.month_id), count(row.mean), count(row.median), count(row.upper_80), ...levels.map((level) => percentShort(row[`p_${level}`]))]);
  fillTable(byId("cell-table"), heads, rows);
  section.focus();
}

function update() {
  const slider = byId("month");
  slider.value = state.t;
  slider.setAttribute("aria-valuetext", monthText());
  byId("month-text").textContent = monthText();
  paint();
  if (!cells) return;
  const found = listed();
  const high = C.measure.startsWith("p_") && !past() ? found.filter(({ bin }) => bin >= 4).length : found.length;
  const what = past() ? "with deaths on record or out of the usual" : C.measure.startsWith("p_") ? "where it is at least as likely as not" : "out of the usual";
  const where = byId("zoom").value ? ` in ${NAMES[byId("zoom").value]}` : "";
  byId("map-title").textContent = `${measure.name}, ${monthText()}${where}: ${high.toLocaleString("en")} ${high === 1 ? "cell" : "cells"} ${what}`;
  canvas.setAttribute("aria-label", `Map by grid cell. ${byId("map-title").textContent}. The table below holds those that stand out most.`);
  refreshTables("map-table");
}

/** Offer the world, and each country that has a cell of note. */
function prepareZoom() {
  const there = [...new Set(cells.owners)].filter((id) => NAMES[id]).map((id) => [String(id), NAMES[id]]);
  options(byId("zoom"), [["", "all countries"], ...there.sort((a, b) => a[1].localeCompare(b[1], "en"))]);
  const wanted = new URLSearchParams(location.search).get("country");
  byId("zoom").value = there.some(([id]) => id === wanted) ? wanted : "";
  byId("zoom").addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.set("country", byId("zoom").value);
    history.replaceState(null, "", address);
    fit(boxOf(byId("zoom").value));
    update();
  });
}

function boxOf(id) {
  const some = cells ? [...new Set(cells.owners)].filter((each) => NAMES[each]).map(String) : [];
  const wanted = id ? [id] : some;
  if (!wanted.length || (!id && some.length > FEW)) return null;
  const points = land.filter((each) => wanted.includes(String(each.id))).flatMap((each) => each.rings[0]);
  const own = cells.gids.filter((_, k) => wanted.includes(String(cells.owners[k]))).map(place);
  const projected = (points.length ? points : own).map(([a, b]) => project(a, b));
  const [xs, ys] = [0, 1].map((axis) => projected.map((each) => each[axis]));
  const room = 0.03;
  return [Math.min(...xs) - room, Math.min(...ys) - room, Math.max(...xs) + room, Math.max(...ys) + room];
}

/** The cell under the pointer, or undefined. */
function cellAt(event) {
  const { scale, x, y, ratio } = state.view;
  const found = unproject((event.offsetX * ratio - x) / scale, (y - event.offsetY * ratio) / scale);
  return found ? Math.floor((found[1] + 90) * 2) * 720 + Math.floor((found[0] + 180) * 2) + 1 : undefined;
}

function pointAt(event) {
  const gid = cellAt(event);
  if (gid === undefined || !cells) return showTip("", event);
  const k = cells.at.get(gid);
  return showTip(k === undefined ? "" : `cell ${gid}, ${nameOf(k)}\n${monthText()}\n${label(binOf(k))}`, event);
}

function play() {
  const button = byId("play");
  const stop = () => {
    clearInterval(play.timer);
    play.timer = null;
    button.textContent = "Play";
    button.setAttribute("aria-pressed", "false");
  };
  if (play.timer) return stop();
  if (state.t === T - 1) state.t = -1;
  button.textContent = "Stop";
  button.setAttribute("aria-pressed", "true");
  play.timer = setInterval(() => {
    state.t += 1;
    update();
    if (state.t === T - 1) stop();
  }, 600);
  return undefined;
}

function prepare() {
  byId("month").max = T - 1;
  const [before, after] = byId("parts").children;
  before.style.flexGrow = C.months.filter((month) => month <= C.origin).length;
  after.style.flexGrow = C.months.filter((month) => month > C.origin).length;
  byId("map-key").replaceChildren(...measure.labels.map((text, k) => keyEntry("box", `var(--${measure.colours[k]})`, text)));
  byId("month").addEventListener("input", (event) => { state.t = Number(event.target.value); update(); });
  byId("measure").addEventListener("change", () => byId("measure").form.requestSubmit());
  byId("play").addEventListener("click", play);
  canvas.addEventListener("pointermove", pointAt);
  canvas.addEventListener("click", (event) => {
    const gid = cellAt(event);
    if (cells?.at.has(gid)) showCell(gid);
  });
  canvas.addEventListener("pointerleave", (event) => showTip("", event));
  tableView("map-table", cellsTable);
  byId("map-picture").addEventListener("click", (event) => {
    if (event.target.closest("button")) canvas.toBlob((blob) => Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: "aftershock-cells.png" }).click());
  });
  const again = () => { fit(boxOf(byId("zoom").value)); update(); };
  addEventListener("resize", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
}

prepare();
fit(null);
update();
load().then(() => {
  prepareZoom();
  fit(boxOf(byId("zoom").value));
  byId("map-note").textContent = `Point at a cell to read it, choose it for its forecast by month, or choose a country above. Cells without a colour of their own: ${measure.labels[usual()]}.`;
  update();
}).catch((error) => {
  byId("map-note").textContent = `The cells could not be loaded. ${error.message}`;
}).finally(() => { document.body.dataset.drawn = "all"; });
