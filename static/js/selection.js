// Ticking rows of a table: the box of the page, Shift ranges, the count, Escape. What is ticked belongs to the page seen.

const rows = () => [...document.querySelectorAll("[data-select-row]")];
const ticked = () => rows().filter((box) => box.checked);
const say = (words) => document.dispatchEvent(new CustomEvent("desk:announce", { detail: words }));

let last = null;
let count = 0;

function show() {
  const all = rows();
  count = ticked().length;
  for (const box of document.querySelectorAll("[data-select-page]")) {
    box.checked = count > 0 && count === all.length;
    box.indeterminate = count > 0 && count < all.length;
  }
  for (const place of document.querySelectorAll("[data-selected-count]")) place.textContent = count.toLocaleString("en");
}

function clear() {
  for (const box of ticked()) box.checked = false;
  last = null;
  show();
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.closest("[data-clear-selection]")) {
    clear();
    say("Selection cleared");
  } else if (box.matches("[data-select-page]")) {
    for (const row of rows()) row.checked = box.checked;
    last = null;
    show();
    say(`${count} selected`);
  } else if (box.matches("[data-select-row]")) {
    const all = rows();
    if (event.shiftKey && last && document.contains(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const row of all.slice(from, to + 1)) row.checked = box.checked;
    }
    last = box;
    show();
    say(`${count} selected`);
  }
});

// A label passes a click on without the Shift key, and a range must not select text.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest("label:has([data-select-row])")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const isBusyElsewhere = event.target.closest?.("input:not([type=checkbox]), textarea, select, dialog, details[open]");
  if (event.key !== "Escape" || event.defaultPrevented || isBusyElsewhere || !count) return;
  clear();
  say("Selection cleared");
});

document.addEventListener("htmx:afterSettle", () => {
  const before = count;
  show();
  if (before && !count) {
    last = null;
    say("Selection cleared");
  }
});
addEventListener("pageshow", show);
show();
