/* Keys of the console.  Each key presses a button or follows a link that is on the page, so
   nothing can be done here that can't be done without this file. */
(() => {
  "use strict";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const cookies = new Map(document.cookie.split("; ").map((pair) => pair.split("=")));
  if (zone && cookies.get("watchpost-zone") !== encodeURIComponent(zone)) {
    document.cookie = `watchpost-zone=${encodeURIComponent(zone)}; path=/console; max-age=31536000; samesite=lax`;
  }

  const find = (selector) => document.querySelector(selector);
  const rows = () => [...document.querySelectorAll(".row")];
  const current = () => find(".row[aria-current]");
  const settings = () => find("meta[name=watchpost-keys]")?.content ?? "";
  const isOff = () => settings() === "off";
  // "r=a x=b": the key that a person pressed → the key that the buttons name
  const renamed = () => new Map(settings().split(" ").filter((pair) => pair.includes("=")).map((pair) => pair.split("=").reverse()));
  const showKeys = () => {
    for (const [own, usual] of renamed()) {
      for (const shown of document.querySelectorAll(`[data-key="${usual}"] kbd`)) shown.textContent = own;
    }
    if (isOff()) for (const shown of document.querySelectorAll("[data-key] kbd")) shown.hidden = true;
  };
  showKeys();
  document.addEventListener("htmx:after:swap", showKeys);

  const focusRow = (row) => {
    if (!row) return;
    const link = row.querySelector("h2 a");
    link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = rows();
    const focused = document.activeElement?.closest?.(".row") ?? current();
    const place = focused ? all.indexOf(focused) + by : 0;
    focusRow(all[Math.max(0, Math.min(place, all.length - 1))]);
  };

  let waiting = false; // for the second key, after `g`
  const actions = {
    j: () => step(1),
    k: () => step(-1),
    o: () => (document.activeElement?.closest?.(".row") ?? current())?.querySelector("h2 a")?.click(),
    Escape: () => find("[data-back]")?.click(),
    g: () => { waiting = true; setTimeout(() => { waiting = false; }, 1500); },
    "?": () => find("[data-keys]")?.click(),
  };

  const press = (key) => {
    const row = document.activeElement?.closest?.(".row");
    const selector = `[data-key="${CSS.escape(key)}"]`;
    const target = row?.querySelector(selector) ?? find(selector);
    if (!target) return false;
    const folded = target.closest("details:not([open])");
    if (folded && folded !== target) folded.open = true;
    if (target.matches("input:not([type=checkbox]), textarea, select")) target.focus(); else target.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    const form = event.ctrlKey && event.key === "Enter" && event.target.closest("form[data-submit=ctrl-enter]");
    if (form && !isOff()) { event.preventDefault(); form.querySelector("button.main").click(); }
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isOff()) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const key = renamed().get(event.key) ?? event.key;
    if (waiting) {
      waiting = false;
      const place = find(`[data-go="${CSS.escape(key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (press(key)) event.preventDefault();
    else if (actions[key]) { event.preventDefault(); actions[key](); }
  });

  // a slider of per cent sets the share in a number field, whose form hears of it
  document.addEventListener("input", (event) => {
    const field = event.target.dataset?.sets && document.getElementById(event.target.dataset.sets);
    if (!field) return;
    field.value = event.target.value / 100;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // "select all" of a list of check boxes
  document.addEventListener("change", (event) => {
    const group = event.target.dataset?.all;
    if (group) for (const box of document.querySelectorAll(`input[name="${CSS.escape(group)}"]`)) box.checked = event.target.checked;
  });
})();
