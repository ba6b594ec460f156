// The world's page: the report's world, its views each with an address, pictures to take away.

import { byId } from "./core.js";
import { state } from "./payload.js";
import { chooseMeasure, prepareWorld, updateWorld } from "./world.js";
import { preparePictures } from "./pictures.js";

const KEY = "view";
const asked = () => new URLSearchParams(location.search).get(KEY) ?? "";

/** Return an address with another view. */
function withView(address, view) {
  const there = new URL(address, location.href);
  if (view) there.searchParams.set(KEY, view);
  else there.searchParams.delete(KEY);
  return `${there.pathname}${there.search}`;
}

/** Show the view that the address names, and let the links to other types of violence keep it. */
function showView() {
  chooseMeasure(asked() || byId("measure").value);
  for (const link of byId("views").children) {
    if (link.dataset.view === asked()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const link of document.querySelectorAll(".controls nav a")) link.href = withView(link.href, asked());
}

state.unit = -1; // no country is chosen here
prepareWorld();
updateWorld();
if (asked()) showView();
byId("views").addEventListener("click", (event) => {
  const view = event.target.closest("a")?.dataset.view;
  if (view === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", withView(location.href, view));
  showView();
});
addEventListener("popstate", showView);
preparePictures();
document.body.dataset.drawn = "all";
