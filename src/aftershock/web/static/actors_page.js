// A fitted system over time: events or deaths of each side by month, and the history of the branching ratio.

import { block, byId, charts, draw, monthName, monthStart, percent, refreshTables, tableView } from "./core.js";
import { prepareDrawn } from "./drawn.js";
import { preparePictures } from "./pictures.js";

const TIMELINE = block("timeline");
const COURSE = block("course");
const TYPES = [["sb", "model1", "state-based"], ["ns", "model2", "non-state"], ["os", "model3", "one-sided"], ["several", "model5", "several types"]];
const whole = (value) => Math.round(value).toLocaleString("en");

function rowsOf(side, what) {
  const rows = [];
  TIMELINE.months.forEach((month, n) => {
    let low = 0;
    for (const [kind, colour, words] of TYPES) {
      const value = side[what][kind]?.[n] ?? 0;
      if (value > 0) {
        rows.push({ start: monthStart(month), end: monthStart(month + 1), low, high: low + value, value, month, words, fill: `var(--${colour})` });
        low += value;
      }
    }
  });
  const ends = [TIMELINE.months[0], TIMELINE.months.at(-1) + 1]; // all charts span the same months
  for (const end of ends) rows.push({ start: monthStart(end), end: monthStart(end), low: 0, high: 0, value: 0, month: end, words: "", fill: "none" });
  return rows;
}

function drawSides() {
  const what = byId("what").value;
  TIMELINE.sides.forEach((side, k) => {
    const total = Object.values(side[what]).flat().reduce((sum, value) => sum + value, 0);
    const say = `${side.name}: ${whole(total)} ${what}, ${monthName(TIMELINE.months[0])} to ${monthName(TIMELINE.months.at(-1))}, by month; the table holds them`;
    const tell = (row) => `${monthName(row.month)}: ${whole(row.value)} ${what}, ${row.words}`;
    draw(`side-${k}`, "side", { past: rowsOf(side, what) }, { say, tell });
  });
}

/** What a side has in a month: the whole, and by type where there are several. */
function cell(side, what, n) {
  const parts = TYPES.map(([kind, , words]) => [side[what][kind]?.[n] ?? 0, words]).filter(([value]) => value > 0);
  const sum = whole(parts.reduce((total, [value]) => total + value, 0));
  return parts.length > 1 ? `${sum} (${parts.map(([value, words]) => `${whole(value)} ${words}`).join(", ")})` : sum;
}

function monthsTable() {
  const what = byId("what").value;
  const rows = TIMELINE.months.map((month, n) => [monthName(month), ...TIMELINE.sides.map((side) => cell(side, what, n))]);
  return [["Month", ...TIMELINE.sides.map((side) => side.name)], rows, `${what === "events" ? "Events" : "Deaths"} by month and side`];
}

drawSides();
byId("controls").hidden = false;
byId("months").hidden = false;
tableView("months-table", monthsTable);
byId("what").addEventListener("change", () => { drawSides(); refreshTables("months-table"); });
if (byId("ratio")) {
  const said = COURSE.map((row) => `${row.origin} ${row.ratio.toFixed(2)}`).join(", ");
  const tell = (row) => (row.ratio ? `${row.origin}: ${row.ratio.toFixed(2)} (${row.ratio_low.toFixed(2)}–${row.ratio_high.toFixed(2)}), 1 or more: ${percent(row.supercritical)}` : "");
  draw("ratio", "ratio", { course: COURSE }, { say: `Branching ratio by the last day fitted: ${said}`, tell });
}
preparePictures();
prepareDrawn();
Promise.all(charts.values()).then(() => { document.body.dataset.drawn = "all"; });
