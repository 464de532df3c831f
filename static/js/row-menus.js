// Menus of rows, made from their table's template when they are first opened: beside their button, with the focus inside; arrows and first
// letters go through them. A value that is edited in its cell of a list or beside the facts of a record's page: Escape and Cancel bring back
// what was there, and the focus goes back to where the field was opened from: the row's name, its button, or the pencil.

/* An item of the template for one row: its addresses lead on from the record's. */
function addressed(item, row) {
  const button = row.querySelector("[data-row-actions]");
  const record = new URL(button.getAttribute("formaction"), location.href);
  const id = decodeURIComponent(button.id.replace("row-", ""));
  for (const name of ["href", "formaction", "hx-get", "hx-post"]) {
    if (!item.hasAttribute(name)) continue;
    const address = new URL(item.getAttribute(name), record);
    item.setAttribute(name, address.pathname + address.search + ("ofRecord" in item.dataset ? encodeURIComponent(id) : ""));
  }
  if (item.hasAttribute("hx-post")) item.setAttribute("hx-vals", JSON.stringify({ next: `${record.pathname}row/` }));
  if (item.dataset.edits) item.setAttribute("hx-target", `previous .${item.dataset.edits}`);
  if ("copy" in item.dataset) item.dataset.copy = record.href;
  return item;
}
const items = () => [...document.getElementById("row-menu").content.cloneNode(true).children];

/* The menu of the row that has this button, which opens it from then on by itself. */
export function menuOf(button) {
  const row = button.closest("tr");
  const made = row.querySelector("[data-row-menu]");
  if (made) return made;
  const isDone = button.dataset.rowActions.split(" ").filter(Boolean);
  const menu = Object.assign(document.createElement("div"), { className: "menu-panel", id: `${button.id}-menu`, popover: "auto" });
  menu.dataset.rowMenu = "";
  menu.append(...items().filter((item) => !("inCell" in item.dataset) && !isDone.includes(item.value)).map((item) => addressed(item, row)));
  // The browser gives it the focus when the menu opens.
  menu.firstElementChild.autofocus = true;
  button.after(menu);
  htmx.process(menu);
  button.type = "button";
  button.setAttribute("popovertarget", menu.id);
  return menu;
}

/* The pencil of a cell; none where nothing is edited. */
export function pencilOf(cell) {
  const row = cell.closest("tr");
  const item = row.querySelector("[data-row-actions]") && items().find((one) => one.dataset.edits && cell.classList.contains(one.dataset.edits));
  if (!item) return null;
  const words = `Edit ${item.textContent.replace("…", "").toLowerCase()}`;
  item.removeAttribute("data-command");
  addressed(Object.assign(item, { className: "cell-filter button icon", tabIndex: -1, title: words, ariaLabel: words }), row);
  item.setAttribute("hx-target", "closest [class*=edit-]");
  htmx.process(item);
  return item;
}

const buttonOf = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);

/* Below the button, or above where there is no room; it goes along when the page moves. */
function placeMenu(menu) {
  const button = buttonOf(menu);
  if (!button) return;
  const place = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = place.bottom + 4;
  menu.style.left = `${Math.max(8, Math.min(place.right - width, innerWidth - width - 8))}px`;
  const isTooLow = below + height > innerHeight;
  menu.style.top = `${isTooLow && place.top > height ? place.top - height - 4 : isTooLow ? Math.max(8, innerHeight - height - 8) : below}px`;
}
document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches(".menu-panel[popover]")) return;
  if (event.newState === "open") placeMenu(menu);
  else menu.removeAttribute("style");
}, true);
function follow(event) {
  const menu = document.querySelector(".menu-panel[popover]:popover-open");
  if (menu && event.target !== menu) placeMenu(menu);
}
document.addEventListener("scroll", follow, { capture: true, passive: true });
addEventListener("resize", follow);

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-row-menu] [data-copy]")) target.closest("[data-row-menu]").hidePopover();
});

const itemsOf = (menu) => [...menu.querySelectorAll("a, button")];
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-row-menu]");
  if (!menu || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = itemsOf(menu);
  const here = items.indexOf(event.target);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const later = [...items.slice(here + 1), ...items.slice(0, here + 1)];
  const next = step ? items.at((here + step) % items.length) : later.find((item) => event.key.length === 1 && item.textContent.toLowerCase().startsWith(event.key.toLowerCase()));
  if (!next || event.key === " ") return;
  event.preventDefault();
  next.focus();
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const menu = detail.elt.closest?.("[data-row-menu]");
  if (!menu) return;
  // A key of the page takes an item without opening its menu: the focus stays where it is.
  const hadFocus = menu.contains(document.activeElement);
  menu.hidePopover();
  // HTMX copies attributes while it swaps, and the page's policy forbids styles in them.
  menu.removeAttribute("style");
  if (hadFocus) buttonOf(menu)?.focus();
});

/* What is typed while a field is being opened goes into it, not to the page; Escape opens it no more. */
let typed = null;
let opening = null;
let name = null;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!detail.elt.matches("[data-edits], .fact-value > a")) return;
  typed = "";
  opening = detail.elt;
  name = document.activeElement.closest("tbody th a");
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) typed = null;
});
document.addEventListener("keydown", (event) => {
  if (typed === null || event.ctrlKey || event.metaKey || event.altKey || (event.key.length > 1 && !/^(Enter|Backspace|Escape)$/.test(event.key))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.key === "Escape") {
    typed = null;
    htmx.trigger(opening, "htmx:abort");
    return;
  }
  typed = event.key === "Backspace" ? typed.slice(0, -1) : typed + (event.key === "Enter" ? "\n" : event.key);
}, true);
function takeTyped(input) {
  const [text, ...rest] = (typed ?? "").split("\n");
  typed = null;
  if (text && input.matches("[type=text]:not([role=combobox])") && !input.closest(".lookup")) {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (text && rest.length) input.form.requestSubmit();
}

/* What a cell, or a fact of a record's page, had before its form. */
const PLACES = "tbody [class*='edit-'], .fact-value";
const before = new WeakMap();
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const cell = detail.target;
  if (!detail.shouldSwap || !cell?.matches?.(PLACES) || cell.querySelector(".cell-form")) return;
  for (const pointed of cell.querySelectorAll(".cell-filter")) pointed.remove();
  before.set(cell, [...cell.childNodes]);
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const input = target.querySelector?.(".cell-form [aria-invalid], .cell-form :is(input:not([type=hidden]), select, textarea)");
  if (!input || !target.closest(PLACES)) return;
  holdPlace(input.closest("td, th"));
  input.focus();
  input.select?.();
  input.form.scrollIntoView({ block: "nearest", inline: "nearest" });
  takeTyped(input);
});

/* What the cell had stays in it, unseen, below its form: no column gets another width. */
function holdPlace(cell) {
  if (!before.has(cell) || cell.querySelector(".cell-before")) return;
  const kept = Object.assign(document.createElement("span"), { className: "cell-before", inert: true });
  kept.append(...before.get(cell));
  cell.append(kept);
}
// A row that was saved is another one: the focus goes on to its name where it came from there.
document.addEventListener("htmx:afterSettle", () => {
  if (!name || name.isConnected || !document.activeElement.matches("tr [data-focus-fallback]")) return;
  document.activeElement.closest("tr").querySelector(`a[href="${CSS.escape(name.getAttribute("href"))}"]`)?.focus({ preventScroll: true });
  name = null;
});

function leave(form) {
  const cell = form.closest(PLACES);
  if (!before.has(cell)) return false;
  cell.replaceChildren(...before.get(cell));
  before.delete(cell);
  // HTMX forgot what it took out.
  htmx.process(cell);
  (name?.isConnected ? name : (cell.closest("tr") ?? cell).querySelector("[data-focus-fallback]"))?.focus();
  name = null;
  return true;
}
// Another value that is being edited stays so when this one is saved.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target.querySelector(":scope > .fact-value > .cell-form")) detail.shouldSwap = false;
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-leave-cell]")?.form ?? event.target.closest("[data-leave-cell]")?.closest("form");
  if (form && leave(form)) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  const form = !event.defaultPrevented && event.target.closest?.(".cell-form");
  if (!form) return;
  // In a select the browser's own Enter opens its list.
  const isSaved = event.key === "Enter" && event.target.matches("select");
  if (isSaved) form.requestSubmit();
  if (isSaved || (event.key === "Escape" && leave(form))) event.preventDefault();
});
