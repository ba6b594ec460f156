// The world: map, slider, short lists, ranked table.

import { block, byId, count, draw, element, keyEntry, monthName, options, percent, percentShort, plural, refreshTables, signed, tableView } from "./core.js";
import { P, addressOf, cell, countryLink, deathsOf, provisional, recorded, series, state } from "./payload.js";

const SHOWN = 15;
const OUTLINES = block("outlines");
const outlined = new Set(["countries", "points"].flatMap((name) => OUTLINES.objects[name].geometries.map((g) => g.id)));
const unitOfId = new Map(P.units.map((unit, u) => [unit.id, u]));
const frames = (() => {
  const first = Math.max(P.record.first, P.origin - 23);
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
  return value === null ? "url(#missing)" : `var(--${measure.colours[measure.edges.filter((edge) => value >= edge).length]})`;
}

function mapRows() {
  const frame = frames[state.frame];
  const rows = P.units.map((unit, u) => {
    const chosen = u === state.unit;
    return { id: unit.id, fill: colourOf(mapValue(u, frame)), edge: chosen ? "var(--ink)" : "var(--stroke)", weight: chosen ? 1.6 : 0.5 };
  });
  const others = [...outlined].filter((id) => !unitOfId.has(id));
  return rows.concat(others.map((id) => ({ id, fill: "url(#missing)", edge: "var(--stroke)", weight: 0.5 })));
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

export async function updateMap() {
  const frame = frames[state.frame];
  const slider = byId("month");
  slider.value = state.frame;
  slider.disabled = byId("play").disabled = yearly();
  slider.setAttribute("aria-valuetext", frameText(frame));
  byId("month-text").textContent = frameText(frame);
  byId("map-title").textContent = mapSentence();
  const measure = measureOf(state.measure);
  const entries = measure.labels.map((label, k) => keyEntry("box", `var(--${measure.colours[k]})`, label));
  byId("map-key").replaceChildren(...entries, keyEntry("box", "url(#missing)", yearly() ? "not asked here" : "no data"));
  refreshTables("map-table");
  const tell = ({ id }) => {
    const u = unitOfId.get(id);
    const now = frames[state.frame];
    return u === undefined ? "not in this forecast" : `${P.units[u].name}\n${frameText(now)}\n${mapText(mapValue(u, now), now.h)}`;
  };
  const say = `World map. ${byId("map-title").textContent}. The same figures stand in the table below it.`;
  const view = await draw("map", "map", { values: mapRows() }, { say, tell, change: fillOutlines });
  if (!updateMap.ready) prepareMap(view);
}

function fillOutlines(spec) {
  for (const layer of spec.layer) layer.data.values = OUTLINES;
}

function prepareMap(view) {
  updateMap.ready = true;
  view.addEventListener("click", (_, item) => {
    const u = unitOfId.get(item?.datum?.id);
    if (u !== undefined) location.assign(addressOf(u));
  });
  const fit = () => {
    const width = Math.max(280, byId("map").clientWidth);
    if (Math.abs(view.width() - width) > 1) view.width(width).height(width * 0.487).runAsync();
  };
  new ResizeObserver(fit).observe(byId("map"));
  fit();
}

/** The columns of the ranked table: how to sort a country and what to show of it. */
function rankingColumns() {
  const totals = P.totals[state.type];
  const number = (key, head, show = count) => ({ key, head, sort: (u) => totals[key][u], show: (u) => show(totals[key][u]) });
  const within = P.joint ? "" : ", worst month";
  const chances = (P.joint ? [25, 100, 1000, 10000] : [25, 100, 1000])
    .map((k) => number(`p_${k}`, `${k === 25 ? "Chance of " : ""}${k.toLocaleString("en")}+${k === 25 ? within : ""}`, percentShort));
  const range = { key: "upper_80", head: "80 % interval", sort: (u) => totals.upper_80[u], show: (u) => `${count(totals.lower_80[u])}–${count(totals.upper_80[u])}` };
  const asked = measureOf(state.measure);
  const risk = (u) => P.risks[state.type][asked.key][u];
  const question = asked.question ? [{ key: asked.key, head: asked.name, sort: (u) => risk(u) ?? -1, show: (u) => (risk(u) === null ? "–" : percentShort(risk(u))) }] : [];
  return [
    { key: "name", head: "Country", sort: (u) => P.units[u].name.toLocaleLowerCase("en") }, ...question,
    ...(P.joint ? [number("median", "Middle (median)"), range] : []), number("mean", "Average (mean)"),
    ...chances, number("past", "Last 12 months"), number("change", "Change, a month", signed),
  ];
}

function rankedUnits(columns) {
  const { sort } = columns.find((column) => column.key === state.sort) ?? columns[1];
  const wanted = state.filter.trim().toLocaleLowerCase("en");
  const found = P.units.map((_, u) => u).filter((u) => `${P.units[u].name} ${P.units[u].code}`.toLocaleLowerCase("en").includes(wanted));
  const order = (a, b) => (sort(a) < sort(b) ? -1 : sort(a) > sort(b) ? 1 : 0);
  return found.sort((a, b) => (state.down ? -1 : 1) * order(a, b) || a - b);
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
    element("span", { class: "under", text: P.totals[state.type].headline[u] })), ...columns.slice(1).map((column) => element("td", { class: "n", text: column.show(u) })))));
  const more = byId("more");
  more.hidden = units.length <= SHOWN;
  more.textContent = state.all ? `Show the first ${SHOWN} only` : `Show all ${units.length}`;
  byId("ranking-count").textContent = `${plural(units.length, "country", "countries")} found, ${shown.length} shown`;
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

/** Offer the measures; those of a month apart from those of a year, where there are any. */
function fillMeasures() {
  const select = byId("measure");
  options(select, P.measures.map(({ key, name }) => [key, name]), state.measure);
  const asked = [...select.options].filter((option) => measureOf(option.value).question);
  if (!asked.length) return;
  const rest = [...select.options].filter((option) => !asked.includes(option));
  select.replaceChildren(element("optgroup", { label: "Month by month" }, ...rest), element("optgroup", { label: `${P.sum.months} months together` }, ...asked));
  select.value = state.measure;
}

function chooseMeasure(measure) {
  const before = measureOf(state.measure);
  state.measure = measure;
  if (yearly()) [state.sort, state.down] = [measure, true];
  else if (before.question && state.sort === before.key) state.sort = P.joint ? "median" : "mean";
  updateMap();
  updateRanking();
}

export function prepareWorld() {
  const deaths = P.joint ? "middle of the forecast" : "average of the forecast";
  const before = P.sum.months === 1 ? "the month before" : `the ${P.sum.months} months before`;
  byId("highest-what").textContent = `Deaths over ${P.sum.span}, ${deaths}.`;
  byId("rising-what").textContent = P.joint
    ? `Fewer than 25 deaths in ${before}, more now at least as likely as not; chance of 25 or more.`
    : "Fewer than 25 deaths in 12 months, a higher worst month ahead; chance of 25 or more in it.";
  byId("falling-what").textContent = P.joint
    ? `100 or more deaths in ${before}, fewer likely now; before → forecast.`
    : `100 or more deaths in the last 12 months, fewer expected now; ${before} → forecast.`;
  byId("world").classList.toggle("few", P.units.length < 4);
  byId("ranking-what").textContent = P.joint
    ? `Deaths over ${P.sum.span}${P.sum.months > 1 ? `, ${P.sum.months} months together` : ""}. Change: the middle of the forecast less as many months before, a month. Choose a heading to sort.`
    : `Months from ${P.sum.span}; chances are those of the month with the highest average. Change: average month of the forecast less the average of the last 12 months. Choose a heading to sort.`;
  const lost = P.units.filter((unit) => !outlined.has(unit.id)).length;
  byId("map-note").textContent = `Choose a country on the map, or by name in the table below.${lost ? ` ${plural(lost, "country is", "countries are")} in the table only: no outline is known.` : ""}`;
  fillMeasures();
  state.frame = frames.findIndex(({ h }) => h === 0);
  byId("month").max = frames.length - 1;
  for (const part of byId("parts").children) part.style.flexGrow = frames.filter(({ h }) => (h >= 0) === (part.textContent === "forecast")).length;
  tableView("map-table", mapTable);
  byId("month").addEventListener("input", (event) => { state.frame = Number(event.target.value); updateMap(); });
  byId("measure").addEventListener("change", (event) => chooseMeasure(event.target.value));
  byId("filter").addEventListener("input", (event) => { state.filter = event.target.value; updateRanking(); });
  byId("more").addEventListener("click", () => { state.all = !state.all; updateRanking(); });
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
