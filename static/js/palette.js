// The palette: pages, what can be done on this page, and records of every kind, found while one types (a combobox of ARIA
// over one list box). Loaded with the first Ctrl K. Pages are there at once; each place of the API adds its records when it answers.

const WAIT_MILLISECONDS = 120;
const MOST_OF_A_KIND = 8;
const MOST_ANSWERS_KEPT = 50;
const PART_END = "<hr>";

const { palette: pagesUrl, paletteStyle } = document.body.dataset;
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const attributes = (element, values) => {
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  return element;
};
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
const words = (text) => plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

const input = attributes(make("input", { type: "search", name: "q", autocomplete: "off", spellcheck: false, placeholder: "Search, paste an ID, or say what to do" }), {
  role: "combobox", "aria-expanded": "true", "aria-autocomplete": "list", "aria-controls": "palette-list", "aria-label": "Search and commands",
});
const list = attributes(make("div", { id: "palette-list", className: "palette-list" }), { role: "listbox", "aria-label": "Results" });
const told = attributes(make("div", { className: "visually-hidden" }), { role: "status" });
const hints = attributes(make("div", { className: "palette-hints muted small" }), { "aria-hidden": "true" });
for (const [key, meaning] of [["↑ ↓", "choose"], ["Enter", "open"], [isMac ? "⌘ Enter" : "Ctrl Enter", "in a new tab"], ["Esc", "close"]])
  hints.append(make("span", {}, make("kbd", {}, key), ` ${meaning}`));
const dialog = attributes(make("dialog", { className: "palette" }, make("div", { className: "palette-box" }, input, list, hints), told), { "aria-label": "Search and commands" });

const titleOf = (label) => attributes(make("div", { className: "palette-title" }, label), { "aria-hidden": "true" });
const group = (label, ...parts) => attributes(make("div", {}, ...parts), { role: "group", "aria-label": label });

let pages = [];
let pageActions = [];
// What the places answered to the text that stands in the box, by name; null until one has.
let text = "";
let order = [];
let parts = new Map();
let isComplete = true;
let problem = "";
let request = null;
let timer = 0;
let active = null;
let hasMoved = false;
// Enter was pressed before its record was there: it is opened when it comes.
let wanted = null;
let openedFrom = null;
const answers = new Map();
// Places that had nothing for a text have nothing for a longer one.
const nothingIn = new Map();

/* What can be done on this page: the page says so in its own markup. */
function findActions() {
  const found = new Map();
  for (const element of document.querySelectorAll("main [data-command]")) {
    // One of many that say the same (the *Download* of each row) names none of them.
    if (element.closest("tr, li, dialog, [data-row-menu]") || element.disabled) continue;
    // What stands in a closed menu can be done too; what stands in a folded part cannot be seen.
    if (!element.checkVisibility() && !element.closest("details.menu > .menu-panel, .more-actions")) continue;
    const label = (element.dataset.commandLabel ?? element.getAttribute("aria-label") ?? element.textContent).replace(/\s+/g, " ").trim().replace(/[….]+$/, "");
    if (!label || found.has(label)) continue;
    const keys = document.body.dataset.keys && element.getAttribute("aria-keyshortcuts");
    const option = attributes(make("div", { tabIndex: -1 }, make("span", { className: "cut" }, label), ...(keys ? [make("kbd", {}, keys)] : [])), { role: "option" });
    option.prepend(element.querySelector("svg")?.cloneNode(true) ?? make("span", { className: "palette-no-icon" }));
    option.dataset.words = element.dataset.commandWords ?? "";
    option.act = element;
    found.set(label, option);
  }
  return [...found.values()];
}

async function loadPages() {
  const integration = document.querySelector("#site-search [name=integration_id]")?.value;
  const address = integration ? `${pagesUrl}?${new URLSearchParams({ integration_id: integration })}` : pagesUrl;
  try {
    const response = await fetch(address, { headers: { "HX-Request": "true" } });
    if (isSignedOut(response)) return;
    const answer = new DOMParser().parseFromString(await response.text(), "text/html");
    pages = [...answer.querySelectorAll("[data-palette-pages], [data-palette-group]")].map((element) => document.adoptNode(element));
  } catch { /* The records can still be found. */ }
  show();
}

function isSignedOut(response) {
  const address = response.headers.get("HX-Redirect") ?? (response.redirected ? response.url : null);
  if (!address) return false;
  // Found again by the same person alone.
  try { sessionStorage.setItem("palette", JSON.stringify([document.querySelector("meta[name=scripts]").dataset.person, input.value])); } catch { /* It is typed again. */ }
  location.assign(address);
  return true;
}

/* The options of a group that fit what was typed: each word begins one of theirs. */
function fitting(options) {
  const typed = words(text);
  if (!typed.length) return text ? [] : options;
  const place = (option) => {
    const own = words(option.querySelector(".cut")?.textContent ?? "");
    const all = [...own, ...words(option.dataset.words ?? ""), ...words(option.querySelector(".muted")?.textContent ?? "")];
    if (!typed.every((word) => all.some((one) => one.startsWith(word)))) return -1;
    return own[0]?.startsWith(typed[0]) ? 0 : 1;
  };
  return options.map((option) => [place(option), option]).filter(([rank]) => rank >= 0).sort(([a], [b]) => a - b).map(([, option]) => option).slice(0, MOST_OF_A_KIND);
}

const optionsOf = (element) => [...element.querySelectorAll("[role=option]")];
const groupedPages = new WeakMap();
function pageGroups() {
  return pages.flatMap((element) => {
    if (!groupedPages.has(element)) groupedPages.set(element, optionsOf(element));
    const options = fitting(groupedPages.get(element));
    return options.length ? [group(element.getAttribute("aria-label"), titleOf(element.getAttribute("aria-label")), ...options)] : [];
  });
}

function show() {
  const known = order.map((name) => parts.get(name)).filter(Boolean);
  const exact = known.flatMap((part) => part.exact);
  const groups = [
    ...(exact.length ? [group("This very one", ...exact)] : []),
    ...[fitting(pageActions)].filter((options) => options.length).map((options) => group("On this page", titleOf("On this page"), ...options)),
    ...pageGroups(),
    ...known.filter((part) => part.rest.length || part.words.length).map((part) => group(part.label, ...part.titles, ...part.rest, ...part.words)),
    ...(text ? [group("Search page", searchOption())] : []),
  ];
  list.replaceChildren(...groups);
  const waiting = text && !isComplete;
  if (isAsked(text) && isComplete && !problem && groups.length === 1) list.prepend(make("div", { className: "palette-none muted" }, "Nothing has this name or ID."));
  list.setAttribute("aria-busy", String(Boolean(waiting)));
  dialog.toggleAttribute("data-waiting", Boolean(waiting));
  if (problem) list.prepend(make("div", { className: "palette-words" }, problem));
  const options = optionsOf(list);
  options.forEach((option, number) => { option.id = `palette-${number}`; });
  if (!hasMoved || !active || !list.contains(active)) mark(options[0] ?? null);
  else mark(active, false);
  tell(options.length);
}

function searchOption() {
  const form = document.getElementById("site-search");
  const query = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "q").concat([["q", text]]));
  return attributes(make("a", { href: `${form.getAttribute("action")}?${query}`, tabIndex: -1 }, make("span", { className: "palette-no-icon" }), make("span", { className: "cut" }, `Search everything for “${text}”`)), { role: "option" });
}

let tellTimer = 0;
function tell(count) {
  clearTimeout(tellTimer);
  tellTimer = setTimeout(() => {
    const said = !text ? "" : `${count - 1 || "No"} ${count === 2 ? "result" : "results"}${isComplete ? "" : ", still searching"}`;
    if (told.textContent !== said) told.textContent = said;
  }, 500);
}

function mark(option, isScrolled = true) {
  active?.removeAttribute("aria-selected");
  active = option;
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", option.id);
  if (!isScrolled) return;
  if (option === optionsOf(list)[0]) list.scrollTop = 0;
  else option.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const options = optionsOf(list);
  if (!options.length) return;
  hasMoved = true;
  mark(options.at((options.indexOf(active) + by) % options.length));
}

/* Asking: one question at a time, about what stands in the box. */
function typed() {
  text = input.value.trim();
  wanted = null;
  hasMoved = false;
  problem = "";
  clearTimeout(timer);
  request?.abort();
  request = null;
  parts = new Map();
  isComplete = !isAsked(text);
  const known = answers.get(text);
  if (known) {
    ({ order, parts } = known);
    isComplete = true;
  } else if (!isComplete) timer = setTimeout(ask, WAIT_MILLISECONDS, text);
  show();
}

const isAsked = (asked) => asked.length > 1 || /^\d$/.test(asked);

const emptyPlaces = (asked) => /\d/.test(asked) ? [] : [...nothingIn].filter(([, shorter]) => shorter.some((one) => plain(asked).includes(one))).map(([name]) => name);

async function ask(asked) {
  const mine = new AbortController();
  request = mine;
  const integration = document.querySelector("#site-search [name=integration_id]")?.value;
  const query = new URLSearchParams([["q", asked], ...(integration ? [["integration_id", integration]] : []), ...emptyPlaces(asked).map((name) => ["without", name])]);
  try {
    const response = await fetch(`${pagesUrl}records/?${query}`, { headers: { "HX-Request": "true" }, signal: mine.signal });
    if (isSignedOut(response)) return;
    if (!response.ok) throw new Error(String(response.status));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let waiting = "", piece; !(piece = await reader.read()).done;) {
      const pieces = (waiting + piece.value).split(PART_END);
      waiting = pieces.pop();
      if (request !== mine) return;
      pieces.forEach((html) => take(html, asked));
      show();
      settle();
    }
  } catch {
    if (mine.signal.aborted) return;
    problem = "The records could not be searched. Pages still open.";
  }
  if (request !== mine) return;
  isComplete = true;
  if (!problem && ![...parts.values()].some((part) => part.words.length)) {
    if (answers.size >= MOST_ANSWERS_KEPT) answers.delete(answers.keys().next().value);
    answers.set(asked, { order, parts });
  }
  show();
  settle();
}

function take(html, asked) {
  const element = new DOMParser().parseFromString(html, "text/html").querySelector("[data-group]");
  if (!element) return;
  document.adoptNode(element);
  const name = element.dataset.group;
  // The trace is first where it is what is meant, and else the last.
  if (element.dataset.order !== undefined) order = [...element.dataset.order.split(" ").filter(Boolean), name];
  const options = optionsOf(element);
  parts.set(name, {
    label: element.getAttribute("aria-label"),
    exact: options.filter((option) => option.hasAttribute("data-exact")),
    rest: options.filter((option) => !option.hasAttribute("data-exact")),
    titles: [...element.querySelectorAll(".palette-title")],
    words: [...element.querySelectorAll(".palette-words")],
  });
  if (element.hasAttribute("data-empty")) nothingIn.set(name, [...(nothingIn.get(name) ?? []), plain(asked)]);
}

/* Enter: what is marked; an id waits for its record, and a name for its first hit, in the order of the places. What is
   marked for its beginning is meant at once; of several words it may have those of a record's name by chance. */
function enter(isNewTab) {
  if (!text && !active) return;
  const isId = /^\S*\d\S*$/.test(text);
  const isSearchAlone = active && optionsOf(list).length === 1 && text;
  const isMeant = words(text).length < 2 || plain(active?.textContent ?? "").startsWith(plain(text));
  if (hasMoved || isComplete || (active && !isId && !isSearchAlone && isMeant)) return active && choose(active, isNewTab);
  wanted = { isNewTab, isId };
  // Whoever pressed Enter waits for nothing but the answer.
  if (!request) {
    clearTimeout(timer);
    ask(text);
  }
  settle();
}

function settle() {
  if (!wanted) return;
  const { isNewTab, isId } = wanted;
  const named = isId ? null : [...parts.values()].flatMap((part) => part.exact)[0];
  if (named) return choose(named, isNewTab);
  // Another place may have the very name that several words are.
  if (!isId && !isComplete && words(text).length > 1) return;
  const places = isId && parts.get("transaction")?.exact.length ? ["transaction"] : order;
  for (const name of places) {
    const part = parts.get(name);
    if (!part && !isComplete) return;
    const option = part?.exact[0] ?? (isId ? null : part?.rest[0]);
    if (option) return choose(option, isNewTab);
  }
  if (isComplete) choose(optionsOf(list)[0], isNewTab);
}

function choose(option, isNewTab) {
  wanted = null;
  if (!option) return;
  if (option.act) {
    const element = option.act;
    if (isNewTab && element.href) return window.open(element.href, "_blank", "noopener");
    dialog.close();
    activate(element);
  } else if (isNewTab) window.open(option.href, "_blank", "noopener");
  else {
    dialog.close();
    location.assign(option.href);
  }
}

function activate(element) {
  element.focus();
  if (!element.matches("input:not([type=checkbox], [type=radio]), select, textarea")) element.click();
}

input.addEventListener("input", typed);
input.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  const isControl = event.ctrlKey || event.metaKey;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !isControl && !event.shiftKey) move(step);
  else if (event.key === "Enter") enter(isControl);
  else if (event.key === "Tab") { /* There is one control: the focus stays in it. */ }
  // A search box empties itself on Escape before the dialog hears of it.
  else if (event.key === "Escape") dialog.close();
  else return;
  event.preventDefault();
});
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option || (option.href && (event.ctrlKey || event.metaKey || event.shiftKey || event.button))) return;
  event.preventDefault();
  choose(option, false);
});
list.addEventListener("mousemove", (event) => {
  const option = event.target.closest("[role=option]");
  if (option && option !== active && (event.movementX || event.movementY)) {
    hasMoved = true;
    mark(option, false);
  }
});
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
dialog.addEventListener("close", () => {
  clearTimeout(timer);
  request?.abort();
  request = null;
  // The browser gives it back to what had it last: the header's box, where that took the first letters.
  if (!document.activeElement?.matches("body, [data-site-search], .palette *")) return;
  // The body takes no focus: the box has to let go of it, or single keys would be typed into it.
  if (openedFrom === document.body) document.activeElement.blur();
  else openedFrom?.focus({ preventScroll: true });
});

const [href, integrity = ""] = paletteStyle.split("#");
const style = make("link", { rel: "stylesheet", href, integrity });
const isStyled = new Promise((resolve) => {
  style.addEventListener("load", resolve);
  style.addEventListener("error", resolve);
});
document.head.append(style);
document.body.append(dialog);

/* `from` gets the focus back; `begun` is what was typed while this was loaded. */
/* What the same person had typed when their session was over. */
function unsent() {
  try {
    const [person, typed] = JSON.parse(sessionStorage.getItem("palette") ?? "[]");
    sessionStorage.removeItem("palette");
    return person === document.querySelector("meta[name=scripts]").dataset.person ? typed : "";
  } catch { return ""; }
}

export async function open(from, begun = "") {
  if (dialog.open) return;
  openedFrom = from;
  await isStyled;
  if (dialog.open) return;
  pageActions = findActions();
  const box = document.querySelector("[data-site-search]");
  input.value = begun || unsent() || (box && document.activeElement === box ? box.value : "");
  if (box) box.value = "";
  document.getElementById("site-search")?.hidePopover?.();
  dialog.showModal();
  input.focus();
  typed();
  loadPages();
}
