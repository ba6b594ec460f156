// A country's page: the report's country, and how past forecasts of it did.

import { block, byId, charts, count, draw, keyEntry, monthName, monthStart, tableView } from "./core.js";
import { P, state } from "./payload.js";
import { prepareCountry, updateCountry } from "./country.js";
import { preparePictures } from "./pictures.js";

const KEPT = block("past-forecasts");

function keptRows() {
  return KEPT.months.map((month, k) => {
    const [lower_90, median, upper_90, outcome] = ["lower_90", "median", "upper_90", "outcome"].map((name) => KEPT[name][k]);
    const [start, end] = [monthStart(month), monthStart(month + 1)];
    return { month, start, end, middle: (start + end) / 2, lower_90, median, upper_90, outcome, inside: outcome >= lower_90 && outcome <= upper_90 };
  }).filter((row) => row.outcome !== null && row.median !== null);
}

function drawKept() {
  if (!KEPT) return;
  const rows = keptRows();
  const held = rows.filter((row) => row.inside).length;
  const tell = (row) => `${monthName(row.month)}\n90 % interval: ${count(row.lower_90)} to ${count(row.upper_90)}\nmiddle: ${count(row.median)}\ncame: ${count(row.outcome)}`;
  tableView("kept-table", () => [["Month", "90 % interval", "Middle", "What came"], rows.map((row) => [monthName(row.month), `${count(row.lower_90)}–${count(row.upper_90)}`, count(row.median), count(row.outcome)])]);
  byId("kept-key").replaceChildren(keyEntry("box", "var(--band80)", "90 % interval of the forecast"), keyEntry("line", "var(--median)", "middle"),
    keyEntry("diamond", "var(--bar)", "what came, inside"), keyEntry("diamond", "var(--warn)", "what came, outside"));
  draw("kept", "past", { kept: rows }, { say: `Past forecasts by month and what came: ${held} of ${rows.length} months inside the 90 % interval. The table below holds the figures.`, tell });
}

/** The same page of another country, or of other months past. */
function go(code) {
  const query = new URLSearchParams(location.search);
  location.assign(`/countries/${code}?${query}`);
}

prepareCountry(go);
byId("unit").value = P.units[state.unit].code;
updateCountry();
drawKept();
preparePictures();
Promise.all(charts.values()).then(() => { document.body.dataset.drawn = "all"; });
