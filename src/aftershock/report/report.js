// Start: choices shared by the sections, and the country in the address.

import { byId, charts, options } from "./core.js";
import { P, state } from "./payload.js";
import { prepareWorld, updateMap, updateWorld } from "./world.js";
import { prepareCountry, updateCountry } from "./country.js";
import { prepareTrack } from "./track.js";

function choose(code) {
  const u = P.units.findIndex((unit) => unit.code === code);
  if (u < 0) return false;
  state.unit = u;
  updateCountry();
  updateMap();
  return true;
}

function followAddress() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (code && choose(code)) {
    byId("country").scrollIntoView();
    byId("country").focus({ preventScroll: true });
  }
}

function chooseType(type) {
  state.type = type;
  for (const select of document.querySelectorAll(".type-choice")) select.value = type;
  updateWorld();
  updateCountry();
}

for (const select of document.querySelectorAll(".type-choice")) {
  options(select, P.types.map(({ key, name }) => [key, name]), state.type);
  select.addEventListener("change", (event) => chooseType(event.target.value));
}
const heights = P.totals[state.type][P.joint ? "median" : "mean"];
state.unit = heights.indexOf(Math.max(...heights));
prepareWorld();
prepareCountry((code) => {
  history.replaceState(null, "", `#${code}`);
  choose(code);
});
prepareTrack();
updateWorld();
updateCountry();
followAddress();
Promise.all(charts.values()).then(() => { document.body.dataset.drawn = "all"; });
addEventListener("hashchange", followAddress);
