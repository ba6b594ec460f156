// The world: map, slider, short lists, ranked table.

import { byId, count, element, keyEntry, monthName, options, percent, percentShort, plural, refreshTables, showTip, signed, tableView } from "./core.js";
import { P, addressOf, cell, countryLink, deathsOf, provisional, recorded, series, state } from "./payload.js";

const SHOWN = 20;
const MISSING = "url(#missing-map)";
/** The shapes of the map by country; the page comes with them drawn. */
const shapes = new Map([...byId("map").querySelectorAll("[data-id]")].map((node) => [Number(node.dataset.id), node]));
const unitOfId = new Map(P.units.map((unit, u) => [unit.id, u]));
const frames = (() => {
  const first = Math.max(P.record.first, P.origin - (P.slider ?? 24) + 1);
  const past = Array.from({ length: P.origin - first + 1 }, (_, k) => ({ month: first + k, h: -1 }));
  return [...past, ...P.months.map((month, h) => ({ month, h }))];
})();
const measureOf = (key) => P.measures.find((measure) => measure.key === key);
/** The deaths whose chance is shown; 0 where the measure is none. */
const level = () => Number(/^p_(\d+)$/.exec(state.measure)?.[1] ?? 0);
/** Whether the measure is about the next twelve months together, not one of them. */
const yearly = () => Boolean(measureOf(state.measure).question);

function meanOfPast(u) {
  const all = series(state.type, u).slice(0, P.origin - P.record.first + 1).slice(-12);
  return all.reduce((sum, deaths) => sum + (deaths ?? 0), 0) / all.length;
}

/** What the map shows of a country in a frame; null where there is nothing to show. */
function mapValue(u, { month, h }) {
  if (yearly()) return P.risks[state.type][state.measure][u];
  if (h >= 0) return cell(state.type, state.measure, u, h);
  const deaths = recorded(state.type, u, month);
  if (deaths === null || deaths === undefined) return null;
  if (state.measure === "change") return deaths - meanOfPast(u);
  return level() ? Number(deaths >= level()) : deaths;
}

function mapText(value, h) {
  if (yearly()) return value === null ? "not asked here" : percent(value);
  if (value === null) return "no data";
  if (state.measure === "change") return `${signed(value)} deaths`;
  const edge = level().toLocaleString("en");
  if (level()) return h >= 0 ? percent(value) : value ? `${edge} or more came` : `fewer than ${edge} came`;
  return `${count(value)} ${value === 1 ? "death" : "deaths"}`;
}

function colourOf(value) {
  const measure = measureOf(state.measure);
  return value === null ? MISSING : `var(--${measure.colours[measure.edges.filter((edge) => value >= edge).length]})`;
}

/** Colour every country; the chosen one is drawn once more above its neighbours. */
function paintMap() {
  const frame = frames[state.frame];
  for (const [id, node] of shapes) {
    const u = unitOfId.get(id);
    node.setAttribute("fill", u === undefined ? MISSING : colourOf(mapValue(u, frame)));
    node.toggleAttribute("data-chosen", u !== undefined && u === state.unit);
  }
  const chosen = shapes.get(P.units[state.unit]?.id);
  chosen?.parentNode.append(chosen);
}

function frameText({ month, h }) {
  if (yearly()) return P.sum.span;
  return `${monthName(month)}, ${h >= 0 ? "forecast" : provisional.has(month) ? "recorded, provisional" : "recorded"}`;
}

/** The finding of the map in one sentence. */
function mapSentence() {
  const frame = frames[state.frame];
  const values = P.units.map((_, u) => mapValue(u, frame)).filter((value) => value !== null);
  const month = monthName(frame.month);
  const deaths = deathsOf(state.type);
  const countries = (n) => (n ? plural(n, "country", "countries") : "no country");
  const atLeast = (edge) => values.filter((value) => value >= edge).length;
  if (yearly()) return `${measureOf(state.measure).question} At least as likely as not in ${countries(atLeast(0.5))}, 1 in 10 or more in ${countries(atLeast(0.1))}`;
  if (state.measure === "change") {
    const [up, down] = [atLeast(4.5), values.filter((value) => value < -4.5).length];
    return `${month}, against the average of the last 12 months: up by 5 or more ${deaths} in ${countries(up)}, down by as much in ${countries(down)}`;
  }
  const edge = level() || 25;
  if (frame.h < 0) return `${month}: ${edge.toLocaleString("en")} or more ${deaths} were recorded in ${countries(atLeast(level() ? 1 : 25))}`;
  if (state.measure === "mean") return `${month}: the average of the forecast is 25 or more ${deaths} in ${countries(atLeast(25))}`;
  return `${month}: ${edge.toLocaleString("en")} or more ${deaths} are at least as likely as not in ${countries(atLeast(level() ? 0.5 : 25))}`;
}

function mapTable() {
  const frame = frames[state.frame];
  const rows = P.units.map((unit, u) => [unit.name, mapValue(u, frame)]).sort((a, b) => (b[1] ?? -1e9) - (a[1] ?? -1e9));
  const head = frame.h >= 0 || yearly() ? measureOf(state.measure).name : "Recorded";
  return [["Country", head], rows.map(([name, value]) => [element("bdi", { text: name }), mapText(value, frame.h)]), frameText(frame)];
}

export function updateMap() {
  const frame = frames[state.frame];
  const slider = byId("month");
  slider.value = state.frame;
  slider.setAttribute("aria-valuetext", frameText(frame));
  for (const control of document.querySelectorAll(".by-month")) control.hidden = yearly();
  byId("month-text").textContent = frameText(frame);
  byId("map-title").textContent = mapSentence();
  const measure = measureOf(state.measure);
  const entries = measure.labels.map((label, k) => keyEntry("box", `var(--${measure.colours[k]})`, label));
  byId("map-key").replaceChildren(...entries, keyEntry("box", "url(#missing)", yearly() ? "not asked here, or no data" : "no data"));
  byId("map").setAttribute("aria-label", `World map. ${byId("map-title").textContent}. The same figures stand in the table below it.`);
  refreshTables("map-table");
  paintMap();
}

function countryAt(event) {
  const id = event.target.closest("[data-id]")?.dataset.id;
  return id === undefined ? null : { u: unitOfId.get(Number(id)) };
}

function prepareMap() {
  const map = byId("map");
  map.addEventListener("click", (event) => {
    const { u } = countryAt(event) ?? {};
    if (u !== undefined) location.assign(addressOf(u));
  });
  map.addEventListener("pointermove", (event) => {
    const found = countryAt(event);
    const frame = frames[state.frame];
    const tell = ({ u }) => (u === undefined ? "not in this forecast" : `${P.units[u].name}\n${frameText(frame)}\n${mapText(mapValue(u, frame), frame.h)}`);
    showTip(found ? tell(found) : "", event);
  });
  map.addEventListener("pointerleave", (event) => showTip("", event));
}

/** The columns of the ranked table: how to sort a country and what to show of it. */
function rankingColumns() {
  const totals = P.totals[state.type];
  const number = (key, head, show = count) => ({ key, head, sort: (u) => totals[key][u], show: (u) => show(totals[key][u]) });
  const within = P.joint ? "" : ", worst month";
  const chances = (P.joint ? [25, 100, 1000, 10000] : [25, 100, 1000])
    .map((k) => number(`p_${k}`, `${k === 25 ? "Chance of " : ""}${k.toLocaleString("en")}+${k === 25 ? within : ""}`, percentShort));
  const range = { key: "upper_80", head: "80 % interval", sort: (u) => totals.upper_80[u], show: (u) => `${count(totals.lower_80[u])}–${count(totals.upper_80[u])}` };
  const questions = P.measures.filter(({ question, key }) => question && (state.wide ? key !== "conflict" : key === state.measure)).map(({ key, name }) => {
    const risk = (u) => P.risks[state.type][key][u];
    return { key, head: name, sort: (u) => risk(u) ?? -1, show: (u) => (risk(u) === null ? "–" : percentShort(risk(u))) };
  });
  const [middle, average] = [number("median", "Middle (median)"), number("mean", "Average (mean)")];
  const [past, change] = [number("past", "Last 12 months"), number("change", "Change, a month", signed)];
  const own = state.wide ? [...(P.joint ? [middle, range] : []), average, ...chances] : [P.joint ? middle : average];
  return [{ key: "name", head: "Country", sort: (u) => P.units[u].name.toLocaleLowerCase("en") }, ...own, ...questions, past, change];
}

function rankedUnits(columns) {
  const { sort } = columns.find((column) => column.key === state.sort) ?? columns[1];
  const wanted = state.filter.trim().toLocaleLowerCase("en");
  const found = P.units.map((_, u) => u).filter((u) => `${P.units[u].name} ${P.units[u].code}`.toLocaleLowerCase("en").includes(wanted));
  const order = (a, b) => (sort(a) < sort(b) ? -1 : sort(a) > sort(b) ? 1 : 0);
  const { median = [], mean } = P.totals[state.type];
  const deaths = (a, b) => (median[b] ?? 0) - (median[a] ?? 0) || mean[b] - mean[a] || a - b;
  return found.sort((a, b) => (state.down ? -1 : 1) * order(a, b) || deaths(a, b));
}

function updateRanking() {
  const columns = rankingColumns();
  const heads = columns.map((column, k) => {
    const sorted = column.key === state.sort ? (state.down ? "descending" : "ascending") : "none";
    return element("th", { scope: "col", class: k ? "n" : null, "aria-sort": sorted }, element("button", { type: "button", "data-key": column.key, text: column.head }));
  });
  const table = byId("ranking");
  const focused = document.activeElement?.dataset?.key;
  table.tHead.rows[0].replaceChildren(...heads);
  if (focused) table.querySelector(`button[data-key="${focused}"]`)?.focus();
  const units = rankedUnits(columns);
  const shown = state.all ? units : units.slice(0, SHOWN);
  table.tBodies[0].replaceChildren(...shown.map((u) => element("tr", {}, element("th", { scope: "row" }, countryLink(u),
    ...(state.wide ? [element("span", { class: "under", text: P.totals[state.type].headline[u] })] : [])), ...columns.slice(1).map((column) => element("td", { class: "n", text: column.show(u) })))));
  const more = byId("more");
  more.hidden = units.length <= SHOWN;
  more.textContent = state.all ? `Show the first ${SHOWN} only` : `Show all ${units.length}`;
  byId("ranking-count").textContent = `${plural(units.length, "country", "countries")} found, ${shown.length} shown`;
}

/** Show the table beside the map, or below it with every column. */
function chooseColumns() {
  state.wide = !state.wide;
  byId("columns").setAttribute("aria-pressed", state.wide);
  byId("map-and-rank").classList.toggle("wide", state.wide);
  if (!rankingColumns().some(({ key }) => key === state.sort)) state.sort = P.joint ? "median" : "mean";
  updateRanking();
}

function sortBy(event) {
  const key = event.target.closest("button")?.dataset.key;
  if (!key) return;
  state.down = state.sort === key ? !state.down : key !== "name";
  state.sort = key;
  updateRanking();
}

function updateLists() {
  const totals = P.totals[state.type];
  const key = P.joint ? "median" : "mean";
  const top = P.units.map((_, u) => u).filter((u) => totals[key][u] > 0).sort((a, b) => totals[key][b] - totals[key][a]).slice(0, 6);
  const on = (name, order) => P.units.map((_, u) => u).filter((u) => totals.list[u] === name).sort((a, b) => totals[order][b] - totals[order][a]).slice(0, 6);
  const fill = (id, units, show) => {
    const items = units.map((u) => element("li", {}, countryLink(u), element("span", { text: show(u) })));
    byId(id).replaceChildren(...(items.length ? items : [element("li", { class: "small", text: "No country meets this." })]));
  };
  fill("highest", top, (u) => count(totals[key][u]));
  fill("rising", on("rising", "p_25"), (u) => percent(totals.p_25[u]));
  fill("falling", on("falling", "past"), (u) => `${count(totals.before[u])} → ${count(totals[key][u])}`);
}

export function updateWorld() {
  updateMap();
  updateRanking();
  updateLists();
}

/** Show another measure; a question on the next twelve months together ranks the countries too. */
export function chooseMeasure(measure) {
  const before = measureOf(state.measure);
  state.measure = measure;
  if (yearly()) [state.sort, state.down] = [measure, true];
  else if (before.question && state.sort === before.key) state.sort = P.joint ? "median" : "mean";
  updateMap();
  updateRanking();
}

export function prepareWorld() {
  byId("world").classList.toggle("few", P.units.length < 4);
  const lost = P.units.filter((unit) => !shapes.has(unit.id)).length;
  byId("map-note").textContent = `Choose a country on the map, or by name in the table.${lost ? ` ${plural(lost, "country is", "countries are")} in the table only: no outline is known.` : ""}`;
  options(byId("measure"), P.measures.filter(({ question }) => !question).map(({ key, name }) => [key, name]), state.measure);
  prepareMap();
  state.frame = frames.findIndex(({ h }) => h === 0);
  byId("month").max = frames.length - 1;
  for (const part of byId("parts").children) part.style.flexGrow = frames.filter(({ h }) => (h >= 0) === (part.textContent === "forecast")).length;
  tableView("map-table", mapTable);
  byId("month").addEventListener("input", (event) => { state.frame = Number(event.target.value); updateMap(); });
  byId("measure").addEventListener("change", (event) => chooseMeasure(event.target.value));
  byId("filter").addEventListener("input", (event) => { state.filter = event.target.value; updateRanking(); });
  byId("more").addEventListener("click", () => { state.all = !state.all; updateRanking(); });
  byId("columns").addEventListener("click", chooseColumns);
  byId("ranking").tHead.addEventListener("click", sortBy);
  byId("play").addEventListener("click", play);
}

function play() {
  const button = byId("play");
  const stop = () => { clearInterval(play.timer); play.timer = null; button.setAttribute("aria-pressed", "false"); button.textContent = "Play"; };
  if (play.timer) return stop();
  if (state.frame === frames.length - 1) state.frame = -1;
  button.setAttribute("aria-pressed", "true");
  button.textContent = "Stop";
  play.timer = setInterval(() => {
    state.frame += 1;
    updateMap();
    if (state.frame === frames.length - 1) stop();
  }, 700);
  return undefined;
}
