// What keys do (apps/ui/keyboard/commands.py); loaded with the first of them. A page module may take a command first: it listens to
// "desk:command" and prevents its default. Otherwise an element of the page stands for it ([data-command]), or a function here.

const { keysStyle, keyboard } = document.body.dataset;
const say = (words) => document.dispatchEvent(new CustomEvent("desk:announce", { detail: words }));
const GO_MILLISECONDS = 2000;

const linkOf = (row) => row?.querySelector("th a[href]:not([data-leave-cell])");
const rows = () => [...document.querySelectorAll("main tbody tr")].filter((row) => linkOf(row)?.checkVisibility());
// The row with the focus; where a swap or a menu took the focus away, the one that had it last.
let lastAddress = "";
const focusedRow = () => document.activeElement.closest("main tbody tr");
const currentRow = () => focusedRow() ?? rows().find((row) => linkOf(row).href === lastAddress);

function goTo(row) {
  const link = linkOf(row);
  lastAddress = link.href;
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function move(by) {
  const all = rows();
  const here = all.indexOf(currentRow());
  const next = here < 0 ? all.at(by > 0 ? 0 : -1) : all[here + by];
  if (next) goTo(next);
  else say(!all.length ? "There are no rows here" : by > 0 ? "This is the last row of the page" : "This is the first row of the page");
}

function select(isRange) {
  const box = currentRow()?.querySelector("[data-select-row]");
  if (!box) return false;
  box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: isRange }));
}

function press(selector) {
  const element = document.querySelector(selector);
  if (!element) return false;
  element.click();
}

async function refresh() {
  const results = document.getElementById("results");
  const row = focusedRow();
  if (!results) return location.reload();
  if (row) lastAddress = linkOf(row)?.href ?? "";
  await htmx.ajax("GET", location.pathname + location.search, { source: results, target: "#results", swap: "replace settle:0ms" }).catch(() => {});
  const again = row && rows().find((one) => linkOf(one).href === lastAddress);
  if (again) goTo(again);
  say("Read again");
}

function copyAddress() {
  const address = linkOf(focusedRow())?.href ?? location.href;
  navigator.clipboard.writeText(address).then(() => say("Copied the page's address"), () => say("Copying is not allowed here"));
}

/* The list of keys over the page. */
async function help() {
  if (document.querySelector(".keys-dialog[open]")) return;
  const from = document.activeElement;
  let dialog = document.querySelector(".keys-dialog");
  if (!dialog) {
    const response = await fetch(keyboard, { headers: { "HX-Request": "true" } }).catch(() => null);
    const list = response?.ok && new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-keyboard]");
    if (!list) return location.assign(keyboard);
    const [href, integrity = ""] = keysStyle.split("#");
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href, integrity });
    const isStyled = new Promise((resolve) => { style.onload = style.onerror = resolve; });
    document.head.append(style);
    await isStyled;
    dialog = Object.assign(document.createElement("dialog"), { className: "keys-dialog" });
    dialog.setAttribute("aria-label", "Keyboard");
    dialog.innerHTML = '<div class="toolbar"><h1>Keyboard</h1><span class="grow"></span><form method="dialog"><button class="button" autofocus>Close</button></form></div>';
    dialog.append(document.adoptNode(list));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
  }
  dialog.addEventListener("close", () => from.focus(), { once: true });
  dialog.showModal();
}

let isGoing = 0;
const ACTS = {
  next_row: () => move(1),
  previous_row: () => move(-1),
  select_row: () => select(false),
  select_range: () => select(true),
  select_page: () => press("[data-select-page]"),
  select_all: () => press(document.querySelector("[data-select-matching]") ? "[data-select-matching]" : "[data-select-page]"),
  refresh,
  help,
  undo: () => press("#toast [data-command=undo], main [data-command=undo]"),
  go: () => { isGoing = Date.now(); },
};
// What is done where no element stands for it.
const OTHERWISE = { copy_link: copyAddress };

function activate(element) {
  if (element.matches("input:not([type=checkbox], [type=radio]), select, textarea")) {
    element.focus();
    element.select?.();
    return;
  }
  element.focus({ preventScroll: true });
  const fold = element.matches("summary") && element.parentElement;
  if (!fold) return element.click();
  fold.open = true;
  fold.querySelector(":is(a, button, input:not([type=hidden]), select, textarea)")?.focus();
}

/* What stands for the command in a row; its menu is made when something of it is wanted. */
async function inRow(row, command) {
  const button = row?.querySelector("[data-row-actions]:not([popovertarget])");
  if (button) (await loadScript(document.querySelector("meta[name=scripts]").dataset.rowMenus)).menuOf(button);
  return row?.querySelector(`[data-command="${command}"]`);
}

function onPage(command) {
  return [...document.querySelectorAll(`main [data-command="${command}"]`)].find((element) => !element.closest("tr, [data-row-menu]") && !element.disabled && (element.checkVisibility() || element.matches("[open] > summary, .more-actions *")));
}

async function perform(command, key) {
  if (!document.dispatchEvent(new CustomEvent("desk:command", { detail: command, cancelable: true }))) return;
  const act = ACTS[command];
  if (act) {
    if (act() === false) say(`Nothing to do here with ${key}`);
    return;
  }
  const element = (await inRow(focusedRow(), command)) ?? onPage(command) ?? (lastAddress && (await inRow(currentRow(), command)));
  if (element) {
    if (FORMS.includes(command)) typeThere(element);
    activate(element);
  } else if (OTHERWISE[command]) OTHERWISE[command]();
  else say(`Nothing to do here with ${key}`);
}

/* The form that a key opens takes what is typed at once (forms.js). */
const FORMS = ["create", "edit", "duplicate"];
function typeThere({ href, form }) {
  const address = href ?? form?.action;
  try { if (address) sessionStorage.setItem("typing", new URL(address).pathname); } catch { /* nothing is kept */ }
}

export function pressed(key, commands) {
  const isPlace = Date.now() - isGoing < GO_MILLISECONDS;
  isGoing = 0;
  const place = isPlace && document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (place) return place.click();
  if (!isPlace && commands[key]) perform(commands[key], key);
}

document.addEventListener("focusin", () => {
  const link = linkOf(focusedRow());
  if (link) lastAddress = link.href;
});
