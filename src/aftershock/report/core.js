// Shared by all parts: the data blocks, words for numbers and months, small builders of elements, and charts.
// Text from the data enters the page through textContent alone. A part is an ES module; the report joins them into one script.

export const block = (name) => JSON.parse(document.getElementById(`block-${name}`)?.textContent ?? "null");
export const SPECS = block("specs");
export const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
export const LEVELS = [50, 80, 95];

export const byId = (id) => document.getElementById(id);
export const monthName = (m) => `${MONTHS[(m - 1) % 12]} ${1980 + Math.floor((m - 1) / 12)}`;
export const monthShort = (m) => `${MONTHS[(m - 1) % 12].slice(0, 3)} ${1980 + Math.floor((m - 1) / 12)}`;
export const monthStart = (m) => Date.UTC(1980, m - 1, 1);
/** A count of deaths for people: whole from 10 on, one decimal below. */
export function count(value) {
  if (value === null || value === undefined) return "no data";
  if (value > 0 && value < 0.05) return "under 0.1";
  return value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 });
}

export function signed(value) {
  if (value === null) return "no data";
  const text = count(Math.abs(value));
  return text === "0" || Math.abs(value) < 0.05 ? "0" : `${value > 0 ? "+" : "−"}${text}`;
}

/** A chance in per cent; draws cannot tell "never" from "rarely". */
export function percent(p) {
  if (p === null || p === undefined) return "no data";
  if (p < 0.01) return "under 1\u00a0%";
  if (p > 0.99) return "over 99\u00a0%";
  return `${Math.round(p * 100)}\u00a0%`;
}

export const percentShort = (p) => percent(p).replace("under ", "<").replace("over ", ">");

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") made.textContent = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export const plural = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

export function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, text]) => element("option", { value, selected: value === chosen, text })));
}

/** The sign of one entry of a key, as a small drawing; its text is set as text. */
export function keyEntry(shape, fill, text) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const drawings = { box: "M0 1H16V13H0Z", line: "M0 6H16V8.5H0Z", tick: "M7 0H9.5V14H7Z", diamond: "M8 1L14 7L8 13L2 7Z", circle: "M8 2A5 5 0 1 1 7.99 2Z",
    square: "M3 2H13V12H3Z", "triangle-up": "M8 1L14 12H2Z", cross: "M6 1H10V5H14V9H10V13H6V9H2V5H6Z", "triangle-down": "M2 2H14L8 13Z" };
  const path = document.createElementNS(svg.namespaceURI, "path");
  const set = (node, values) => Object.entries(values).forEach(([k, v]) => node.setAttribute(k, v));
  set(svg, { width: 16, height: 14, viewBox: "0 0 16 14", "aria-hidden": "true" });
  set(path, { d: drawings[shape] });
  path.style.fill = fill;
  if (fill.includes("zero") || fill.includes("url") || fill.includes("card")) set(path, { stroke: "var(--hatch)", "stroke-width": 0.8 });
  if (fill.includes("card")) set(path, { stroke: "var(--accent)", "stroke-width": 2 });
  svg.append(path);
  return element("li", {}, svg, element("span", { text }));
}

/** Fill a table with header texts and rows of texts or nodes; the first cell of a row names it. */
export function fillTable(table, heads, rows, caption) {
  const cells = (row) => row.map((value, k) => {
    const attributes = k ? { class: "n" } : { scope: "row" };
    const made = element(k ? "td" : "th", attributes);
    made.append(value instanceof Node ? value : String(value));
    return made;
  });
  const top = element("tr", {}, ...heads.map((text, k) => element("th", { scope: "col", class: k ? "n" : null, text })));
  table.replaceChildren(...(caption ? [element("caption", { text: caption })] : []), element("thead", {}, top),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells(row)))));
}

const tables = {};

/** Register the table behind a chart: made when it is opened, and again after each change while it is open. */
export function tableView(id, make) {
  const details = byId(id);
  tables[id] = () => {
    if (!details.open) return;
    const table = element("table");
    fillTable(table, ...make());
    details.querySelector(".scroll").replaceChildren(table);
  };
  details.addEventListener("toggle", tables[id]);
}

export const refreshTables = (...ids) => ids.forEach((id) => tables[id]?.());

const tip = byId("tip");

export function showTip(text, event) {
  tip.hidden = !text;
  if (!text) return;
  tip.textContent = text;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
  tip.style.top = `${event.clientY + 18 + height > innerHeight ? event.clientY - height - 10 : event.clientY + 18}px`;
}

export const charts = new Map();

/** Draw a chart, or give a drawn one new data. `say` is read to those who do not see it; `tell` makes a tip of a datum. */
export async function draw(id, spec, datasets, { say, tell, change, again = false } = {}) {
  const target = byId(id);
  target.setAttribute("aria-label", say);
  const old = charts.get(id);
  if (old && !again) {
    const view = (await old).view;
    for (const [name, rows] of Object.entries(datasets)) view.data(name, rows);
    await view.runAsync();
    target.setAttribute("aria-label", say);
    return view;
  }
  const made = structuredClone(SPECS[spec]);
  made.datasets = datasets;
  change?.(made);
  const handler = tell ? (_, event, __, value) => showTip(value ? tell(value) : "", event) : () => {};
  const drawing = vegaEmbed(target, made, { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: handler });
  charts.set(id, drawing);
  const result = await drawing;
  if (old) (await old).finalize();
  for (const [name, value] of Object.entries({ role: "img", "aria-label": say })) target.setAttribute(name, value);
  target.removeAttribute("aria-roledescription");
  target.querySelector("svg").setAttribute("aria-hidden", "true"); // the label of the chart says it all
  return result.view;
}
