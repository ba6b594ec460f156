// Why the forecast of one country says what it says: the nearest past situations, and what made the difference.

import { block, byId, count, element, fillTable, percent } from "./core.js";
import { deathsOf, state } from "./payload.js";

const R = block("reasons");

/** A share of situations in words. */
function inHundred(share) {
  if (share === 0) return "in none";
  if (share >= 0.995) return share === 1 ? "in all" : "in over 99 of 100";
  return share < 0.01 ? "in fewer than 1 of 100" : `in ${Math.round(share * 100)} of 100`;
}

const times = (effect) => `×\u00a0${effect.toLocaleString("en", { minimumFractionDigits: effect < 10 ? 2 : 0, maximumFractionDigits: effect < 10 ? 2 : 0 })}`;

/** An effect with a bar to the right if it raises, to the left if it lowers; equal factors are equally long. */
function shift(effect, longest) {
  const inner = element("i");
  const length = (50 * Math.abs(Math.log(effect))) / longest;
  inner.style.width = `${length}%`;
  inner.style.left = `${effect < 1 ? 50 - length : 50}%`;
  return element("span", {}, times(effect), element("span", { class: "shift", "aria-hidden": "true" }, inner));
}

function fillNear(rows) {
  const heads = ["Where", "When", "Then", "After", "Share"];
  fillTable(byId("near"), heads, rows.map(([where, when, then, after, share]) => [element("bdi", { text: where }), when, count(then), count(after), percent(share)]), "Deaths a month then, and after; share of the weight");
}

function fillMoved(rows) {
  const longest = Math.max(Math.log(2), ...rows.map(([, effect]) => Math.abs(Math.log(effect))));
  const named = ([part, effect, known]) => [element("span", {}, R.parts[part], element("span", { class: "under", text: known })), shift(effect, longest)];
  fillTable(byId("moved"), ["What is known", "Multiplies by"], rows.map(named));
}

export function updateWhy() {
  if (!R) return;
  const reasons = R.types[state.type];
  const k = reasons.units.indexOf(state.unit);
  const deaths = deathsOf(state.type);
  for (const part of ["why-body", "why-rest"]) byId(part)?.toggleAttribute("hidden", k < 0);
  if (k < 0) {
    byId("why-lead").textContent = `There is little to go on: no ${deaths} are on record here in the past ten years. The situations most like this one are the many other quiet ones of all countries, and single ones of them say little.`;
    return;
  }
  const months = R.horizon === 1 ? "the month" : `the ${R.horizon} months`;
  const share = reasons.share[k] === 1 ? "This forecast is" : `${percent(reasons.share[k])} of this forecast is`;
  const quiet = reasons.any[k] < 0.5 ? " Most of them stayed quiet, so single ones say little." : "";
  byId("why-lead").textContent = `${share} what followed similar situations of the past, in any country, scaled to the level here: ${count(reasons.level[k])} ${deaths} in a typical month now.${quiet}`;
  fillNear(reasons.near[k]);
  byId("near-note").textContent = `Then: ${deaths} in a typical month. After: the mean of ${months} that followed. Of all similar situations, deaths followed ${inHundred(reasons.any[k])}, 25 or more ${inHundred(reasons.many[k])}; the last months of that time were without a death ${inHundred(reasons.ended[k])}.`;
  fillMoved(reasons.moved[k]);
}
