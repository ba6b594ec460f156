// What if: copy the address of a scenario or an answer; on narrow screens the assumptions begin closed; a fault comes into view.

const byId = (id) => document.getElementById(id);
const NARROW = "(max-width: 62rem)";

const copy = byId("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(byId("share").href);
      byId("copied").textContent = "Copied.";
    } catch {
      byId("copied").textContent = "The browser did not let it be copied; use the link’s own menu.";
    }
  });
}
if (matchMedia(NARROW).matches) byId("assumed")?.removeAttribute("open");
byId("fault")?.focus();
byId("mended")?.querySelector("select, input:not([type=hidden])")?.focus();
if (!document.querySelector("script[src$='drawn.js']")) document.body.dataset.drawn = "all";
