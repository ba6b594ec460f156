// The track record: misses, scores by year, reliability, coverage, PIT.

import { block, byId, draw, keyEntry, options, refreshTables, tableView } from "./core.js";

const T = block("track");
const SHAPES = ["circle", "square", "triangle-up", "cross", "triangle-down"];

function drawMisses() {
  const rows = T.misses.rows.map((row) => ({ ...row, label: `${row.country}, ${row.month}` }));
  const figure = byId("misses");
  if (!figure) return;
  figure.hidden = !rows.length;
  if (!rows.length) return;
  draw("misses", "misses", { misses: rows }, { say: "The worst misses: 90 % interval of the forecast and what came, for each country and month. The table below holds the figures." });
  byId("misses-key").replaceChildren(keyEntry("box", "var(--band80)", "90 % interval of the forecast"), keyEntry("tick", "var(--median)", "middle of the forecast"), keyEntry("diamond", "var(--warn)", "what came"));
}

function drawScores() {
  const key = byId("score").value;
  const rows = T.scores.map((row) => ({ ...row, value: row[key] }));
  const { name } = T.score_words[key];
  draw("scores", "scores", { scores: rows }, { say: `${name} by model and year, smaller is better. The table below holds the figures.` });
  refreshTables("scores-table");
}

function scoresTable() {
  const models = [...new Set(T.scores.map((row) => row.model))];
  const windows = [...new Set(T.scores.map((row) => row.window))];
  const key = byId("score").value;
  const value = (model, window) => T.scores.find((row) => row.model === model && row.window === window)[key].toLocaleString("en", { maximumSignificantDigits: 3 });
  return [["Year", ...models], windows.map((window) => [window, ...models.map((model) => value(model, window))]), T.score_words[key].name];
}

function drawReliability() {
  const { text, bins } = T.reliability[byId("threshold").value];
  byId("reliability-text").textContent = text;
  draw("reliability", "reliability", { bins }, { say: `Chances given and how often they came. ${text} The table below holds the figures.` });
  refreshTables("reliability-table");
}

const share = (value) => (value === null ? "none" : `${(value * 100).toFixed(1)}\u00a0%`);

function reliabilityTable() {
  const { bins } = T.reliability[byId("threshold").value];
  const rows = bins.map((bin) => [share(bin.forecast), share(bin.observed), `${share(bin.lower)} to ${share(bin.upper)}`, bin.n.toLocaleString("en")]);
  return [["Chance given (average)", "How often it came", "90 % interval", "Forecasts"], rows];
}

export function prepareTrack() {
  if (!T) return;
  options(byId("score"), Object.entries(T.score_words).map(([key, { name }]) => [key, name]), "log_crps");
  options(byId("threshold"), Object.keys(T.reliability).map((k) => [k, `${Number(k).toLocaleString("en")} or more`]), "25");
  const models = [...new Map(T.scores.map((row) => [row.place, row.model]))];
  byId("scores-key").replaceChildren(...models.map(([place, model]) => keyEntry(SHAPES[(place - 1) % 5], `var(--model${(place - 1) % 5 + 1})`, model)));
  byId("coverage-key").replaceChildren(keyEntry("tick", "var(--ink)", "promised"), keyEntry("circle", "var(--accent)", "where violence was in sight"), keyEntry("circle", "var(--card)", "all"));
  tableView("scores-table", scoresTable);
  tableView("reliability-table", reliabilityTable);
  tableView("coverage-table", () => [["Interval", "Promised", "In sight", "All"], T.coverage.levels.map((row) => [row.level, share(row.promised), share(row.active), share(row.all)])]);
  tableView("pit-table", () => [["Place in the forecast", "Share"], T.pit.map((row) => [`${Math.round(row.from * 100)}–${Math.round(row.to * 100)}\u00a0%`, share(row.share)])]);
  byId("score").addEventListener("change", drawScores);
  byId("threshold").addEventListener("change", drawReliability);
  drawMisses();
  drawScores();
  drawReliability();
  const kept = T.coverage.levels.find((row) => row.promised === 0.9);
  draw("coverage", "coverage", { levels: T.coverage.levels }, { say: `Intervals promised and kept: those of 90 % held ${share(kept.active)} where violence was in sight, ${share(kept.all)} of all. The table below holds the figures.` });
  draw("pit", "pit", { pit: T.pit, even: [{ share: 1 / T.pit.length }] }, { say: "Histogram of where what came fell within the forecast; the table below holds the figures." });
}
