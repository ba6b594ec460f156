// "Picture" buttons: a chart as it stands, with its caption and source, as an SVG or PNG file made in the browser.

import { byId } from "./core.js";

const SVG = "http://www.w3.org/2000/svg";
const FONT = "system-ui, 'Liberation Sans', sans-serif";
const MARGIN = 20;

const made = (tag, attributes, text = "") => {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  return node;
};

/** Put colours in place of their names, since the file leaves the page's style behind. */
function withColours(node) {
  const style = getComputedStyle(document.documentElement);
  const named = (text) => text.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
  for (const each of [node, ...node.querySelectorAll("*")]) {
    for (const { name, value } of [...each.attributes]) if (value.includes("var(")) each.setAttribute(name, named(value));
    if (each.classList.contains("hatch-ground")) each.setAttribute("fill", named("var(--card)"));
    if (each.classList.contains("hatch-line")) each.setAttribute("fill", named("var(--bar)"));
    if (each.classList.contains("missing-ground")) each.setAttribute("fill", named("var(--none)"));
    if (each.classList.contains("missing-line")) each.setAttribute("fill", named("var(--hatch)"));
  }
  return node;
}

function lines(text, width, size) {
  const most = Math.max(20, Math.floor(width / (size * 0.52)));
  const found = [""];
  for (const word of text.split(/\s+/)) {
    if (found.at(-1) && `${found.at(-1)} ${word}`.length > most) found.push(word);
    else found.push(`${found.pop()} ${word}`.trim());
  }
  return found;
}

/** Return a chart with caption and source as one SVG element. */
export function picture(id) {
  const chart = byId(id);
  const inner = chart.querySelector("svg").cloneNode(true);
  const { width, height } = chart.querySelector("svg").getBoundingClientRect();
  const caption = chart.closest("figure")?.querySelector("figcaption")?.textContent.trim() ?? "";
  const source = document.querySelector("footer.page p")?.textContent.trim() ?? "";
  const heads = lines(caption, width, 17);
  const notes = lines(`${source} ${location.pathname}`, width, 11);
  const top = MARGIN + heads.length * 23 + 8;
  const whole = top + height + 14 + notes.length * 15 + MARGIN;
  const wide = width + 2 * MARGIN;
  const out = made("svg", { xmlns: SVG, width: wide, height: whole, viewBox: `0 0 ${wide} ${whole}`, "font-family": FONT });
  out.append(document.querySelector("svg.patterns defs").cloneNode(true));
  out.append(made("rect", { width: wide, height: whole, fill: "var(--card)" }));
  heads.forEach((text, k) => out.append(made("text", { x: MARGIN, y: MARGIN + 16 + k * 23, "font-size": 17, "font-weight": 600, fill: "var(--ink)" }, text)));
  inner.setAttribute("x", MARGIN);
  inner.setAttribute("y", top);
  inner.setAttribute("width", width);
  inner.setAttribute("height", height);
  out.append(inner);
  notes.forEach((text, k) => out.append(made("text", { x: MARGIN, y: top + height + 22 + k * 15, "font-size": 11, fill: "var(--muted)" }, text)));
  return withColours(out);
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Save a chart as a file. */
export async function download(id, format) {
  const svg = picture(id);
  const blob = new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
  if (format === "svg") return save(blob, `aftershock-${id}.svg`);
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: svg.width.baseVal.value * 2, height: svg.height.baseVal.value * 2 });
  const pen = canvas.getContext("2d");
  pen.scale(2, 2);
  pen.drawImage(image, 0, 0);
  URL.revokeObjectURL(image.src);
  return canvas.toBlob((drawn) => save(drawn, `aftershock-${id}.png`), "image/png");
}

/** Make the buttons of a page work; they are hidden without a script. */
export function preparePictures() {
  for (const group of document.querySelectorAll("[data-picture]")) {
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const { format } = event.target.closest("button")?.dataset ?? {};
      if (format) download(group.dataset.picture, format);
    });
  }
}
