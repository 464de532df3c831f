// A value of a table to filter by: a button in the cell under the pointer, and items in the row's menu for the keyboard. Where the value is
// edited in its cell, a pencil beside it (row-menus.js).
// Fetched by who points at such a cell first, or opens a row's menu. The head of a column says the filter, the cell the value.

const ICON = '<svg width="14" height="14" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M3 5h18l-7 8v6l-4 2v-8z"/></svg>';
const PENCIL = ICON.replace(/d="[^"]*"/, 'd="M4 20l1-4L16 5l3 3L8 19z"');
/* What is of a page of the rows that were, and of the row that was open. */
const OF_THE_PAGE = ["page[number]", "page[after]", "page[before]", "position", "row"];

const headOf = (cell) => cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
const filterOf = (cell) => headOf(cell)?.dataset.filter;
const wordsOf = (cell) => {
  const shown = cell.querySelector(":scope > a, :scope > .badge") ?? cell;
  return `${headOf(cell).textContent.trim()}: ${shown.textContent.trim()}`;
};

function filterBy(cell) {
  const address = new URL(location.href);
  for (const name of OF_THE_PAGE) address.searchParams.delete(name);
  address.searchParams.set(filterOf(cell), cell.dataset.value);
  const url = address.pathname + address.search.replaceAll("%5B", "[").replaceAll("%5D", "]");
  // A report's filters stand outside of what is swapped.
  if (cell.closest("[data-filter-page]")) location.assign(url);
  else htmx.ajax("GET", url, { source: document.getElementById("results"), target: "#results", swap: "replace settle:0ms" }).catch(() => {});
}

function button(cell, properties) {
  const made = Object.assign(document.createElement("button"), { type: "button", ...properties });
  made.addEventListener("click", (event) => {
    event.stopPropagation();
    filterBy(cell);
  });
  return made;
}

let pointed = null;
export function point(target) {
  const cell = target.closest?.("td[data-value], tbody [class*=edit-]") ?? null;
  if (cell === pointed && (!cell || cell.querySelector(".cell-filter, .cell-form"))) return;
  for (const one of pointed?.querySelectorAll(".cell-filter") ?? []) one.remove();
  pointed = cell;
  // A card has no room beside a value.
  if (!cell || cell.querySelector(".cell-form") || matchMedia("(width < 48rem)").matches) return;
  // With the keyboard the row's menu has both.
  if (cell.dataset.value && filterOf(cell)) {
    const words = `Filter by ${wordsOf(cell)}`;
    cell.append(button(cell, { className: "cell-filter button icon", tabIndex: -1, title: words, ariaLabel: words, innerHTML: ICON }));
  }
  if (cell.matches("[class*=edit-]")) loadScript(document.querySelector("meta[name=scripts]").dataset.rowMenus).then(({ pencilOf }) => {
    const pencil = cell === pointed && !cell.querySelector(".cell-form, a.cell-filter") && pencilOf(cell);
    if (!pencil) return;
    pencil.innerHTML = PENCIL;
    cell.append(pencil);
  });
}
document.addEventListener("pointerover", (event) => event.pointerType === "mouse" && point(event.target));

export function fill(menu) {
  if (menu.querySelector("[data-filter-item]")) return;
  for (const cell of menu.closest("tr").querySelectorAll("td[data-value]")) {
    if (!filterOf(cell)) continue;
    const item = button(cell, { textContent: `Filter by ${wordsOf(cell)}` });
    item.dataset.filterItem = "";
    item.addEventListener("click", () => menu.hidePopover());
    menu.append(item);
  }
  // What places the menu looks again where there is room for it.
  dispatchEvent(new Event("resize"));
}
document.addEventListener("toggle", ({ target, newState }) => newState === "open" && target.matches("[data-row-menu]") && fill(target), true);
