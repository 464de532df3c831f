// A row of a report beside its table: opened without leaving the page, stepped through by the keys for rows, closed with Escape.

const say = (words) => document.dispatchEvent(new CustomEvent("desk:announce", { detail: words }));
const openDrawer = () => document.querySelector("#drawer[open]");
const rowLinks = () => [...document.querySelectorAll("#results tbody th a")];
const rowOf = (address) => new URL(address, location.href).searchParams.get("row");
const linkOf = (row) => rowLinks().find((link) => rowOf(link.href) === row);

// The row wanted last, and whether an answer is on its way: someone who holds j down is ahead of the answers.
let wanted = null;
let isAsking = false;

async function show(address) {
  wanted = address;
  if (isAsking) return;
  isAsking = true;
  while (wanted) {
    const asked = wanted;
    await htmx.ajax("GET", asked, { source: document.getElementById("results"), target: "#drawer", swap: "outerHTML" }).catch(() => {});
    if (wanted === asked) wanted = null;
  }
  isAsking = false;
}

function mark(row) {
  for (const link of rowLinks()) link.removeAttribute("aria-current");
  const link = row && linkOf(row);
  link?.setAttribute("aria-current", "true");
  return link;
}

function close() {
  const drawer = openDrawer();
  const { row, close: address } = drawer.dataset;
  drawer.open = false;
  drawer.replaceChildren();
  wanted = null;
  if (address) history.replaceState(history.state, "", address);
  (mark(null), linkOf(row) ?? document.querySelector("#results [data-focus-fallback]"))?.focus();
}

function step(by) {
  const links = rowLinks();
  const place = links.findIndex((link) => rowOf(link.href) === (wanted ? rowOf(wanted) : openDrawer().dataset.row));
  const next = links[place + by];
  if (place < 0 || !next) say(by > 0 ? "This is the last row of the page" : "This is the first row of the page");
  else show(next.href);
}

const isPlain = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || !isPlain(event)) return;
  const close_ = event.target.closest("[data-close-drawer]");
  if (close_) {
    event.preventDefault();
    close();
  } else {
    const row = event.target.closest("#results tbody tr");
    const link = event.target.closest("a, button, label");
    const opener = event.target.closest("#drawer [data-step], #results tbody th a") ?? (row && !link && !String(getSelection()) ? row.querySelector("th a") : null);
    if (!opener) return;
    event.preventDefault();
    show(opener.href);
  }
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (event.key !== "Escape" || event.defaultPrevented || isTyping || !openDrawer()) return;
  close();
  event.preventDefault();
});

// While a row is open the keys for rows step through them.
document.addEventListener("desk:command", (event) => {
  const by = { next_row: 1, previous_row: -1 }[event.detail];
  if (!by || !openDrawer()) return;
  event.preventDefault();
  step(by);
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const drawer = openDrawer();
  if (detail.target?.id !== "drawer" && detail.elt?.id !== "drawer") return;
  if (!drawer) return;
  mark(drawer.dataset.row)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (!drawer.contains(document.activeElement)) drawer.querySelector("[data-focus-fallback]")?.focus({ preventScroll: true });
});

// On a phone the form would push the rows out of sight; a form with an error stays open.
const filters = document.querySelector(".report-more");
if (filters) {
  if (matchMedia("(width < 48rem)").matches && !filters.querySelector("[aria-invalid=true]")) filters.open = false;
  filters.dataset.ready = "";
}
