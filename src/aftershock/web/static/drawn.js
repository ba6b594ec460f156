// Pictures of charts that the server has drawn: a chart with its caption and the words of its scale, as a file of its own.

import { byId } from "./core.js";
import { download } from "./pictures.js";

const SVG = "http://www.w3.org/2000/svg";
const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "font-size", "text-anchor", "vector-effect"];
const LINE = 20;

/** Give a copy the looks that the page's style gives the original. */
function dressed(original) {
  const copy = original.cloneNode(true);
  const olds = [original, ...original.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((node, n) => {
    const style = getComputedStyle(olds[n]);
    for (const name of KEPT) node.setAttribute(name, style.getPropertyValue(name));
    node.removeAttribute("class");
  });
  return copy;
}

function words(text, x, y, anchor) {
  const node = document.createElementNS(SVG, "text");
  for (const [key, value] of Object.entries({ x, y, "font-size": 12, "text-anchor": anchor, fill: "var(--muted)" })) node.setAttribute(key, value);
  node.textContent = text;
  return node;
}

/** Return a chart with the words above and below it, as one SVG element. */
function composed(chart) {
  const { width, height } = chart.getBoundingClientRect();
  const whole = document.createElementNS(SVG, "svg");
  const scales = [...(chart.closest(".plot")?.querySelectorAll(".scale") ?? [])];
  const above = scales.filter((scale) => scale.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING);
  const top = above.length ? LINE : 0;
  const tall = height + LINE * scales.length;
  for (const [key, value] of Object.entries({ width, height: tall, viewBox: `0 0 ${width} ${tall}` })) whole.setAttribute(key, value);
  const copy = dressed(chart);
  for (const [key, value] of Object.entries({ x: 0, y: top, width, height })) copy.setAttribute(key, value);
  whole.append(copy);
  for (const scale of scales) {
    const y = above.includes(scale) ? 14 : top + height + 15;
    const parts = [...scale.children];
    parts.forEach((part, n) => whole.append(words(part.textContent, (n * width) / Math.max(parts.length - 1, 1), y, n === 0 ? "start" : n === parts.length - 1 ? "end" : "middle")));
  }
  return whole;
}

/** Return intervals that stand beneath each other, each with its name and its figure, as one SVG element. */
function composedRows(list) {
  const [width, row, left, right] = [680, 28, 230, 130];
  const charts = [...list.querySelectorAll("svg")];
  const whole = document.createElementNS(SVG, "svg");
  const tall = row * charts.length;
  for (const [key, value] of Object.entries({ width, height: tall, viewBox: `0 0 ${width} ${tall}` })) whole.setAttribute(key, value);
  charts.forEach((chart, n) => {
    const copy = dressed(chart);
    for (const [key, value] of Object.entries({ x: left, y: n * row + 6, width: width - left - right, height: 14 })) copy.setAttribute(key, value);
    const figure = [...chart.nextElementSibling.childNodes].map((node) => node.textContent.trim()).filter(Boolean).join("  ");
    whole.append(words(chart.previousElementSibling.textContent.trim(), 0, n * row + 17, "start"), copy, words(figure, width - right + 12, n * row + 17, "start"));
  });
  return whole;
}

function titleOf(chart) {
  const named = chart.closest("figure")?.querySelector("figcaption") ?? chart.closest("li")?.querySelector(".unit");
  const section = chart.closest("section");
  const heads = [...(section?.querySelectorAll("h2, h3") ?? [])].filter((head) => head.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING);
  const parts = [heads[0], heads.findLast((head) => head.tagName === "H3"), named].map((node) => node?.textContent.trim()).filter(Boolean);
  return [...new Set(parts)].join(": ");
}

function take(chart, format, n) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const place = document.createElement("div");
  figure.className = "offscreen";
  const verdict = chart.closest("section")?.querySelector(".told > p")?.textContent.trim(); // goes wherever the picture goes
  caption.textContent = verdict ? `${titleOf(chart)}. ${verdict}` : titleOf(chart);
  place.id = `chart-${n + 1}`;
  place.append(chart.matches(".beneath") ? composedRows(chart) : composed(chart));
  figure.append(caption, place);
  document.body.append(figure);
  download(place.id, format);
  figure.remove();
}

/** Put the two buttons below each chart; without a script there are none. */
export function prepareDrawn() {
  [...byId("main").querySelectorAll("svg[role=img], .beneath")].filter((chart) => !chart.closest(".chart")).forEach((chart, n) => {
    const line = document.createElement("p");
    line.className = "small downloads";
    for (const format of ["svg", "png"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Picture (${format.toUpperCase()})`;
      button.setAttribute("aria-label", `${button.textContent}: ${titleOf(chart)}`);
      button.addEventListener("click", () => take(chart, format, n));
      line.append(button, " ");
    }
    (chart.closest(".plot, .scroll") ?? chart).after(line);
  });
}

if (!document.querySelector("script[src$='vega.js']")) {
  prepareDrawn();
  document.body.dataset.drawn = "all";
}
