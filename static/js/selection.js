// Ticking rows of a table: the box of the page, Shift ranges, the count, Escape. What is ticked stays ticked over paging, sorting,
// filtering, Back and reload, until it is cleared or carried out: this tab remembers the ids of each list.
// page.js loads it with the first tick, or with the page where something is ticked or was carried out.

const rows = () => [...document.querySelectorAll("[data-select-row]")];
const say = (words) => document.dispatchEvent(new CustomEvent("desk:announce", { detail: words }));
const form = () => document.getElementById("bulk");
const nameOf = (list) => `selection ${list}`;
const list = () => form()?.dataset.list;
const total = () => Number(form()?.dataset.total) || 0;

let last = null;

/* The ids ticked in the list on this page; or, of all that match a filter, those that are not. Where the browser keeps
   nothing they last as long as the page does. */
let known = { list: null, ids: new Set(), matching: null };
function selection() {
  if (known.list !== list()) {
    let kept = {};
    try {
      kept = JSON.parse(sessionStorage.getItem(nameOf(list()))) ?? {};
    } catch { /* not kept, or not readable */ }
    known = { list: list(), ids: new Set(kept.ids ?? []), matching: kept.matching ?? null };
  }
  // What matched another filter is not what matches this one.
  if (known.matching !== null && known.matching !== form()?.dataset.matching) store(new Set(), null);
  return known;
}

function store(ids, matching) {
  known = { list: list(), ids, matching };
  try {
    if (ids.size || matching !== null) sessionStorage.setItem(nameOf(list()), JSON.stringify({ ids: [...ids], matching }));
    else sessionStorage.removeItem(nameOf(list()));
  } catch { /* not kept */ }
}

const isTicked = (id) => selection().ids.has(id) === (selection().matching === null);
const count = () => selection().matching === null ? selection().ids.size : Math.max(total() - selection().ids.size, 0);

function show() {
  if (!form()) return;
  const all = rows();
  for (const row of all) {
    row.checked = isTicked(row.value);
    row.closest("tr").toggleAttribute("data-ticked", row.checked);
  }
  const here = all.filter((row) => row.checked).length;
  const elsewhere = count() - here;
  for (const box of document.querySelectorAll("[data-select-page]")) {
    box.checked = here > 0 && here === all.length;
    box.indeterminate = here > 0 && here < all.length;
  }
  for (const box of document.querySelectorAll("[data-select-matching]")) box.checked = selection().matching !== null;
  for (const place of document.querySelectorAll("[data-selected-count]")) place.textContent = count().toLocaleString("en");
  for (const place of document.querySelectorAll("[data-selected-elsewhere]")) {
    place.hidden = elsewhere < 1;
    place.querySelector("b").textContent = elsewhere.toLocaleString("en");
  }
  for (const button of document.querySelectorAll("[data-compare]")) button.hidden = selection().matching !== null || count() < 2 || count() > 5;
  document.querySelector(".bulk-bar")?.toggleAttribute("data-in-use", count() > 0);
  if (count() && document.querySelector(".bulk-bar")) plans().catch(() => {});
}

/* The plan of a few records opens over the list; what cannot be loaded is no reason not to send the form. */
const plans = () => loadScript(document.querySelector(".bulk-bar").dataset.plans);
document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (target !== form() || !submitter?.matches("[data-reads]") || event.defaultPrevented) return;
  event.preventDefault();
  plans().then(({ openPlan }) => openPlan(submitter, carriedOut), () => {
    submitter.removeAttribute("data-reads");
    target.requestSubmit(submitter);
  });
});
function carriedOut() {
  store(new Set(), null);
  last = null;
  show();
}

function told() {
  const elsewhere = count() - rows().filter((row) => row.checked).length;
  say(`${count()} selected${elsewhere > 0 ? `, ${elsewhere} not on this page` : ""}`);
}

function tick(boxes, isOn) {
  const { ids, matching } = selection();
  for (const box of boxes) ids[isOn === (matching === null) ? "add" : "delete"](box.value);
  store(ids, matching);
  show();
  told();
}

function tickMatching(isOn) {
  store(new Set(), isOn ? form().dataset.matching : null);
  last = null;
  show();
  told();
}

function clear() {
  store(new Set(), null);
  last = null;
  show();
  say("Selection cleared");
}

export function clicked(event) {
  const box = event.target;
  if (box.closest("[data-clear-selection]")) clear();
  else if (box.matches("[data-select-matching]")) tickMatching(box.checked);
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
}

// A label passes a click on without the Shift key, and a range must not select text.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest("label:has([data-select-row])")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const isBusyElsewhere = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog, details[open]");
  if (event.key !== "Escape" || event.defaultPrevented || isBusyElsewhere || document.querySelector(":popover-open") || !form() || !count()) return;
  clear();
});

// The browser sends the boxes of this page; those ticked on others go along, and of all that match those that are not ticked.
addEventListener("formdata", (event) => {
  if (event.target !== form()) return;
  const { ids, matching } = selection();
  const here = new Set(rows().map((row) => row.value));
  if (matching !== null) for (const id of ids) event.formData.append("excluded", id);
  else for (const id of ids) if (!here.has(id)) event.formData.append("id", id);
});

/* All that match, or the page where that is all, and on to what can be done with them; once more clears it. */
export function toggleAll() {
  if (!form()) return;
  const { ids, matching } = selection();
  if (matching !== null ? !ids.size : rows().every((row) => row.checked) && !document.querySelector("[data-select-matching]")) {
    clear();
    return;
  }
  if (document.querySelector("[data-select-matching]")) tickMatching(true);
  else tick(rows(), true);
  [...document.querySelectorAll(".bulk-bar :is(.more-button, [name=action])")].find((button) => button.checkVisibility())?.focus();
}

// What was carried out is selected no more.
const CARRIED_OUT = "carried out";
function forget() {
  try {
    const plan = document.querySelector("[data-carries-out]");
    const sent = plan ? null : sessionStorage.getItem(CARRIED_OUT);
    sessionStorage.removeItem(CARRIED_OUT);
    const done = document.querySelector("[data-selection-done]")?.dataset.selectionDone ?? sent;
    if (done) sessionStorage.removeItem(nameOf(new URL(done, location.href).pathname));
  } catch { /* not kept */ }
}
document.addEventListener("submit", (event) => {
  try {
    // A short run leads right back to the list; a plan that was not taken is shown again, and its selection stays.
    const plan = event.target.closest("[data-carries-out]");
    if (plan && !event.submitter?.hasAttribute("formaction")) sessionStorage.setItem(CARRIED_OUT, plan.dataset.carriesOut);
  } catch { /* not kept */ }
});

/* What this tab remembers of the list, shown. */
export function start() {
  forget();
  show();
}
document.addEventListener("htmx:afterSettle", start);
