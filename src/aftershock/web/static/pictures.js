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

/** Copy a drawing to a place in the picture. */
function placed(drawing, x, y) {
  const copy = drawing.cloneNode(true);
  const { width, height } = drawing.getBoundingClientRect();
  for (const [key, value] of Object.entries({ x, y, width, height })) copy.setAttribute(key, value);
  return copy;
}

/** Copy the sign of a key, with the looks that the page's style gives it; style attributes may not be copied. */
function signOf(sign, x, y) {
  const { width, height } = sign.getBoundingClientRect();
  const copy = made("svg", { x, y, width, height, viewBox: sign.getAttribute("viewBox") ?? `0 0 ${width} ${height}` });
  for (const shape of sign.children) {
    const looks = getComputedStyle(shape);
    const kept = [...shape.attributes].filter(({ name }) => name !== "style" && name !== "class").map(({ name, value }) => [name, value]);
    const named = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity"].map((name) => [name, looks.getPropertyValue(name).replaceAll('"', "")]);
    copy.append(made(shape.tagName, Object.fromEntries([...kept, ...named])));
  }
  return copy;
}

/** Return the signs of a chart and their words, as they stand below it, and how much height they take. */
function keyOf(chart, y) {
  const key = chart.closest("figure")?.querySelector("ul.key");
  const { left, top, height } = key?.getBoundingClientRect() ?? { height: 0 };
  const parts = [...(key?.children ?? [])].flatMap((entry) => {
    const [sign, words] = ["svg", "span"].map((name) => entry.querySelector(name));
    if (!sign || !words) return [];
    const [box, text] = [sign, words].map((node) => node.getBoundingClientRect());
    return [signOf(sign, MARGIN + box.left - left, y + box.top - top),
      made("text", { x: MARGIN + text.left - left, y: y + text.top - top + 14, "font-size": 13, fill: "var(--muted)" }, words.textContent.trim())];
  });
  return [parts, height ? height + 8 : 0];
}

/** Return a chart with caption, key and source as one SVG element. */
export function picture(id) {
  const chart = byId(id);
  const drawings = [...chart.querySelectorAll("svg")];
  const { left, top: begin, width, height } = (drawings.length > 1 ? chart : drawings[0]).getBoundingClientRect();
  const caption = chart.closest("figure")?.querySelector("figcaption")?.textContent.trim() ?? "";
  const source = document.querySelector("footer.page p")?.textContent.trim() ?? "";
  const heads = lines(caption, width, 17);
  const notes = lines(`${source} ${location.pathname}`, width, 11);
  const top = MARGIN + heads.length * 23 + 8;
  const [signs, tall] = keyOf(chart, top + height + 8);
  const whole = top + height + tall + 14 + notes.length * 15 + MARGIN;
  const wide = width + 2 * MARGIN;
  const out = made("svg", { xmlns: SVG, width: wide, height: whole, viewBox: `0 0 ${wide} ${whole}`, "font-family": FONT });
  out.append(document.querySelector("svg.patterns defs").cloneNode(true));
  out.append(made("rect", { width: wide, height: whole, fill: "var(--card)" }));
  heads.forEach((text, k) => out.append(made("text", { x: MARGIN, y: MARGIN + 16 + k * 23, "font-size": 17, "font-weight": 600, fill: "var(--ink)" }, text)));
  for (const drawing of drawings) {
    const box = drawing.getBoundingClientRect();
    out.append(placed(drawing, MARGIN + box.left - left, top + box.top - begin));
  }
  for (const head of drawings.length > 1 ? chart.querySelectorAll("h5") : []) {
    const box = head.getBoundingClientRect();
    out.append(made("text", { x: MARGIN + box.left - left, y: top + box.top - begin + 14, "font-size": 13, "font-weight": 600, fill: "var(--ink)" }, head.textContent));
  }
  out.append(...signs);
  notes.forEach((text, k) => out.append(made("text", { x: MARGIN, y: top + height + tall + 22 + k * 15, "font-size": 11, fill: "var(--muted)" }, text)));
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
