// Ticking rows of a table: the box of the page, Shift ranges, the count, Escape. What is ticked stays ticked over paging, sorting,
// filtering, Back and reload, until it is cleared or carried out: this tab remembers the ids of each list.

const rows = () => [...document.querySelectorAll("[data-select-row]")];
const say = (words) => document.dispatchEvent(new CustomEvent("desk:announce", { detail: words }));
const form = () => document.getElementById("bulk");
const nameOf = (list) => `selection ${list}`;
// The address of the bulk form lies below that of the list; a button is called "action", which hides the property.
const list = () => form() && new URL("..", new URL(form().getAttribute("action"), location.href)).pathname;

let last = null;

/* The ids ticked in the list on this page. Where the browser keeps nothing they last as long as the page does. */
let known = { list: null, ids: new Set() };
function selected() {
  if (known.list !== list()) {
    let ids = [];
    try {
      ids = JSON.parse(sessionStorage.getItem(nameOf(list()))) ?? [];
    } catch { /* not kept, or not readable */ }
    known = { list: list(), ids: new Set(ids) };
  }
  return known.ids;
}

function store(ids) {
  known = { list: list(), ids };
  try {
    if (ids.size) sessionStorage.setItem(nameOf(list()), JSON.stringify([...ids]));
    else sessionStorage.removeItem(nameOf(list()));
  } catch { /* not kept */ }
}

function show() {
  if (!form()) return;
  const all = rows();
  const ids = selected();
  for (const row of all) row.checked = ids.has(row.value);
  const here = all.filter((row) => row.checked).length;
  const elsewhere = ids.size - here;
  for (const box of document.querySelectorAll("[data-select-page]")) {
    box.checked = here > 0 && here === all.length;
    box.indeterminate = here > 0 && here < all.length;
  }
  for (const place of document.querySelectorAll("[data-selected-count]")) place.textContent = ids.size.toLocaleString("en");
  for (const place of document.querySelectorAll("[data-selected-elsewhere]")) {
    place.hidden = !elsewhere;
    place.querySelector("b").textContent = elsewhere.toLocaleString("en");
  }
  document.querySelector(".bulk-bar")?.toggleAttribute("data-in-use", ids.size > 0);
}

function tick(boxes, isTicked) {
  const ids = selected();
  for (const box of boxes) ids[isTicked ? "add" : "delete"](box.value);
  store(ids);
  show();
  const elsewhere = ids.size - rows().filter((row) => row.checked).length;
  say(`${ids.size} selected${elsewhere ? `, ${elsewhere} not on this page` : ""}`);
}

function clear() {
  store(new Set());
  last = null;
  show();
  say("Selection cleared");
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.closest("[data-clear-selection]")) clear();
  else if (box.matches("[data-select-page]")) {
    last = null;
    tick(rows(), box.checked);
  } else if (box.matches("[data-select-row]")) {
    const all = rows();
    let range = [box];
    if (event.shiftKey && last && document.contains(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      range = all.slice(from, to + 1);
    }
    last = box;
    tick(range, box.checked);
  }
});

// A label passes a click on without the Shift key, and a range must not select text.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest("label:has([data-select-row])")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const isBusyElsewhere = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog, details[open]");
  if (event.key !== "Escape" || event.defaultPrevented || isBusyElsewhere || !form() || !selected().size) return;
  clear();
});

// The browser sends the boxes of this page; those ticked on others go along.
addEventListener("formdata", (event) => {
  if (event.target !== form()) return;
  const here = new Set(rows().map((row) => row.value));
  for (const id of selected()) if (!here.has(id)) event.formData.append("id", id);
});

// What was carried out is selected no more; whoever signs out leaves nothing behind.
function forget() {
  const done = document.querySelector("[data-selection-done]")?.dataset.selectionDone;
  try {
    if (done) sessionStorage.removeItem(nameOf(new URL(done, location.href).pathname));
  } catch { /* not kept */ }
}
document.addEventListener("submit", (event) => {
  try {
    if (event.target.getAttribute("action")?.endsWith("/account/logout/")) sessionStorage.clear();
  } catch { /* not kept */ }
});

document.addEventListener("htmx:afterSettle", () => {
  forget();
  show();
});
addEventListener("pageshow", (event) => {
  // A page that comes back as it was left may have been carried out since.
  if (event.persisted) known = { list: null, ids: new Set() };
  forget();
  show();
});
