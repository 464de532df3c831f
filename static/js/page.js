// What every page does.

// Tells the server that a page may come in two parts.
addEventListener("load", () => {
  document.cookie = `scripts=1; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
});

const byId = (id) => document.getElementById(id);
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const button = (label, onclick, className = "button") => make("button", { type: "button", className, onclick }, label);

/* Loads a script if it has the digest behind the "#" of its address. */
const loading = new Map();
globalThis.loadScript = (address) => {
  const [href, integrity] = address.split("#");
  if (!loading.has(href)) loading.set(href, new Promise((resolve, reject) => {
    const link = make("link", { rel: "modulepreload", href, onload: resolve, onerror: reject });
    if (!integrity || !link.relList.supports("modulepreload")) return resolve();
    link.integrity = integrity;
    document.head.append(link);
  }).then(() => import(href)).catch((error) => { loading.delete(href); throw error; }));
  return loading.get(href);
};

/* Announcements: anything may dispatch "desk:announce" with the words as detail. */
let waitingWords = [];
let announceTimer;
function announce(words) {
  if (words && !waitingWords.includes(words)) waitingWords.push(words);
  clearTimeout(announceTimer);
  announceTimer = setTimeout(() => {
    byId("status").textContent = waitingWords.join(". ");
    waitingWords = [];
  }, 100);
}
document.addEventListener("desk:announce", (event) => announce(event.detail));

/* Requests of htmx. */
// A poll has no event that set it off.
const isPoll = ({ requestConfig }) => !!requestConfig && !requestConfig.triggeringEvent && requestConfig.elt.matches("[hx-trigger*='every']");
// A poll keeps no session alive unless somebody was at the page.
let isUsed = false;
for (const name of ["keydown", "pointerdown", "wheel"]) document.addEventListener(name, () => { isUsed = true; }, { capture: true, passive: true });
/* What other tabs have fetched ahead is old now; signing in changes nothing. */
const noteChange = () => { try { localStorage.changed = Date.now(); } catch { /* nothing is kept */ } };
document.addEventListener("submit", ({ target }) => { if (site && target.method === "post") noteChange(); });
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") noteChange();
  if (isPoll({ requestConfig: detail }) && !isUsed) detail.headers["X-Background"] = "1";
  isUsed = false;
});
// A form that is sent to be looked at alone says so.
const isRead = ({ requestConfig: { verb, elt } }) => verb === "get" || elt.matches("[data-reads]");
// Of a long table the rows out of sight come in the frame after: a hundred rows are on the screen as soon as fifty.
const ROWS_AT_ONCE = 50;
function holdBack(rows) {
  if (!rows.length || document.hidden || document.activeElement?.closest("#rows")) return;
  const body = rows[0].parentNode;
  const rest = new DocumentFragment();
  rest.append(...rows);
  requestAnimationFrame(() => setTimeout(() => {
    body.append(rest);
    restoreSelection(body);
  }));
}
// Swaps results: outerHTML without an event for each element that goes.
htmx.defineExtension("replace", {
  handleSwap(style, target, fragment, settled) {
    if (style !== "replace") return false;
    holdBack([...fragment.querySelectorAll("#rows > tr")].slice(ROWS_AT_ONCE));
    const come = [...fragment.childNodes];
    settled.elts = [...settled.elts.filter((element) => element !== target), ...come.filter((node) => node instanceof Element)];
    target.replaceWith(...come);
    return come;
  },
});
const unswapped = new WeakSet();
const waiting = new Map();
let alertedUrl = "";

function showAlert(words, detail) {
  const { verb, path, elt } = detail.requestConfig;
  if (isPoll(detail) && alertedUrl === path) return;
  alertedUrl = path;
  const close = () => byId("alert").replaceChildren();
  const again = () => {
    close();
    alertedUrl = "";
    if (!document.contains(elt)) location.reload();
    else htmx.ajax(verb, path, { source: elt, target: detail.target }).catch(() => {});
  };
  const id = detail.xhr?.getResponseHeader?.("X-Request-ID");
  byId("alert").replaceChildren(
    make("div", { className: "notice bad" },
      make("div", { className: "notice-body" },
        make("p", {}, words),
        ...(id ? [make("p", { className: "small" }, `Quote ${id} if you ask for help.`)] : [])),
      make("div", { className: "cluster" },
        // A reload would throw away what was typed.
        isRead(detail) ? button("Try again", again) : make("a", { className: "button", href: location.href, target: "_blank" }, "Look in a new tab"),
        button("Close", close, "button quiet"))));
}

const doubt = (detail) => (isRead(detail) ? "" : " It is not known whether the change was made: check before you repeat it.");

document.addEventListener("htmx:beforeRequest", (event) => {
  const { detail } = event;
  if (isPoll(detail)) {
    if (document.hidden) event.preventDefault();
    return;
  }
  // What comes at once needs no word of waiting, and the page no new style for it.
  const busy = setTimeout(() => {
    detail.target?.setAttribute("aria-busy", "true");
    byId("progress-line").dataset.shown = "";
  }, 300);
  const timer = setTimeout(() => {
    const notice = make("div", { className: "notice info" }, make("div", { className: "notice-body" }, "Still waiting…"));
    if (isRead(detail)) notice.append(button("Cancel", () => detail.xhr.abort()));
    byId("waiting").replaceChildren(notice);
  }, 8000);
  waiting.set(detail.xhr, [busy, timer]);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  waiting.get(detail.xhr)?.forEach(clearTimeout);
  waiting.delete(detail.xhr);
  detail.target?.removeAttribute("aria-busy");
  if (!waiting.size) {
    byId("waiting").replaceChildren();
    delete byId("progress-line").dataset.shown;
  }
  if (detail.successful) {
    if (!isPoll(detail) || alertedUrl === detail.requestConfig.path) byId("alert").replaceChildren();
    alertedUrl = "";
  }
  release(detail.elt.closest?.("form"));
  // Every answer says how many notifications are unread.
  const bell = byId("bell"), unread = detail.xhr.getResponseHeader("X-Unread");
  if (bell && unread && unread !== bell.dataset.unread) lazily("bell").then(({ showUnread }) => showUnread(bell, unread));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // An error is swapped in only when it is a fragment of ours, not a whole page or a proxy's words.
  const isWholePage = /^\s*(<!--.*?-->\s*)*<(!doctype|html)/i.test(detail.serverResponse ?? "");
  if (detail.isError && (isWholePage || !detail.xhr.getResponseHeader("X-Request-ID"))) detail.shouldSwap = false;
  if (!detail.shouldSwap) unswapped.add(detail.xhr);
  focusedBefore = detail.target?.contains(document.activeElement) ? detail.target.id : null;
});

const REASONS = {
  401: "You are signed out. Sign in again in another tab, then try again.",
  403: "You may not do this.",
  404: "This is gone or was never there.",
  413: "This is too large to send.",
  429: "Too many requests. Wait a little, then try again.",
};
document.addEventListener("htmx:responseError", ({ detail }) => {
  const { status } = detail.xhr;
  if (!unswapped.has(detail.xhr)) return;
  showAlert(REASONS[status] ?? `The server could not answer (code ${status}).${doubt(detail)}`, detail);
});
document.addEventListener("htmx:sendError", ({ detail }) => showAlert(`There is no connection to the server.${doubt(detail)}`, detail));
document.addEventListener("htmx:timeout", ({ detail }) => showAlert(`The server took too long to answer.${doubt(detail)}`, detail));

/* After a swap: words and focus. */
let focusedBefore = null;
const announced = new Map();
document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  const swapped = document.contains(detail.target) ? detail.target : byId(focusedBefore ?? target.id) ?? target;
  for (const element of [swapped, ...swapped.querySelectorAll("[data-announce]")]) {
    const words = element.dataset?.announce;
    if (!words || (isPoll(detail) && announced.get(swapped.id) === words)) continue;
    announced.set(swapped.id, words);
    announce(words);
  }
  prepare(swapped);
  restoreSelection(swapped);
  // What is told beside the page takes no focus.
  if (swapped.closest(".toasts")) return;
  const summary = !isPoll(detail) && swapped.querySelector("[data-error-summary]");
  const lost = focusedBefore !== null && (!document.activeElement || document.activeElement === document.body);
  focusedBefore = null;
  if (summary) summary.focus();
  else if (lost) {
    const place = swapped.querySelector("[data-focus-fallback]") ?? swapped;
    if (!place.matches("a, button, input, select, textarea, [tabindex]")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
});

/* What only some forms need is loaded with the first of those. */
const scripts = document.querySelector("meta[name=scripts]").dataset;
const lazily = (name) => loadScript(scripts[name]);
/* Whether a table is wider than its box, and some of its cells stay in sight (components.css). */
const width = new ResizeObserver(() => byId("main")?.toggleAttribute("data-wide", [...document.querySelectorAll(".table-box")].some((box) => box.scrollWidth > box.clientWidth)));
function prepare(root) {
  for (const sized of root.querySelectorAll(".table-box, .table-box > .table")) width.observe(sized);
  if (root.querySelector("[data-guard-unsaved], [data-draft], [data-shown-with], [data-searchable], [data-unit-of]")) lazily("forms").then((forms) => forms.prepare(root));
}

/* A search asks not twice for the same. */
const askedFor = new WeakMap();
document.addEventListener("htmx:confirm", (event) => {
  const { elt, triggeringEvent } = event.detail;
  if (!elt.matches("form[role=search]")) return;
  const wanted = new URLSearchParams(new FormData(elt)).toString();
  if (triggeringEvent?.type === "input" && askedFor.get(elt) === wanted) event.preventDefault();
  else if (triggeringEvent?.type === "submit") elt.querySelector("[type=search]").focus();
  askedFor.set(elt, wanted);
});

function release(form) {
  if (!form?.dataset.sending) return;
  delete form.dataset.sending;
  for (const element of form.querySelectorAll("[data-idle-label]")) {
    element.disabled = false;
    element.textContent = element.dataset.idleLabel;
    delete element.dataset.idleLabel;
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "true";
  const sender = event.submitter;
  // A disabled button's own value would be left out.
  setTimeout(() => {
    if (!sender || !form.dataset.sending) return;
    sender.dataset.idleLabel = sender.textContent;
    sender.textContent = sender.dataset.busyLabel ?? "Working…";
    sender.disabled = true;
  });
  setTimeout(release, 30_000, form);
}, true);

/* Menus close on Escape, on a click elsewhere, and when the focus leaves. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(except)) menu.open = false;
}
document.addEventListener("click", (event) => {
  closeMenus(event.target);
  if (event.target.closest("[data-close-toast]")) byId("toast").replaceChildren();
  const opener = event.target.closest("a[data-dialog]");
  if (opener && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    Promise.all(opener.dataset.dialog.split(" ").map(loadScript)).then(([{ openDialog }]) => openDialog(opener));
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => announce(`Copied ${copy.dataset.copyLabel ?? copy.dataset.copy}`), () => announce("Copying is not allowed here"));
});
document.addEventListener("focusin", (event) => closeMenus(event.target));

/* What a table can do besides is fetched by who needs it first. */
const copying = () => lazily("copyRows");
const filtering = () => lazily("cellFilters");
const once = (type, selector, use) => document.addEventListener(type, function first(event) {
  const { target } = event;
  if (!(target.closest ? target : target.parentElement)?.closest(selector)) return;
  document.removeEventListener(type, first, true);
  use(event);
}, true);
once("selectstart", ".table", copying);
once("pointerover", "td[data-value], tbody [class*=edit-]", ({ target, pointerType }) => filtering().then(({ point }) => pointerType === "mouse" && point(target)));
for (const kind of ["pointerover", "focusin"]) once(kind, "#rows", () => lazily("rowMenus"));
once("toggle", "[data-row-menu]", ({ target }) => filtering().then(({ fill }) => fill(target)));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy-rows], [data-row-actions]:not([popovertarget])");
  if (!button) return;
  if ("copyRows" in button.dataset) return copying().then(({ copyRows }) => copyRows(button));
  event.preventDefault();
  // Pressed again while it is loaded, it opens all the same.
  lazily("rowMenus").then(({ menuOf }) => menuOf(button).matches(":popover-open") || menuOf(button).showPopover());
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    // The keys of the rows work from here; what was typed stays.
    if (event.target.matches?.("main [type=search]:not([role])")) {
      event.target.blur();
      return event.preventDefault();
    }
    const menu = document.activeElement.closest?.("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
});

/* Until the palette is loaded the header's box takes what is typed. */
const site = byId("site-search");
const siteBox = site?.querySelector("[data-site-search]");
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
let palette;
function openPalette() {
  const from = document.activeElement;
  if (!palette) siteBox.focus();
  palette ??= loadScript(document.body.dataset.paletteScript);
  palette.then(({ open }) => open(from), () => {
    palette = undefined;
    if (getComputedStyle(site).display === "none") site.showPopover();
    siteBox.focus();
  });
}
if (site) {
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(isMac ? event.metaKey : event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-site-search], [popovertarget=site-search]")) return;
    event.preventDefault();
    openPalette();
  });
  try { if (sessionStorage.getItem("palette")) openPalette(); } catch { /* nothing is kept */ }
  if (isMac) site.querySelector("kbd").replaceChildren("⌘K");
}

/* Pages before they are wanted; the place to come back to. */
if (scripts.person) {
  let ahead;
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, ({ target }) => {
    if (ahead || target.closest?.("#results a")) (ahead ??= lazily("ahead")).then(({ intend }) => intend(target), () => {});
  }, { passive: true });
  lazily("place");
  const opening = () => lazily("opening");
  const RECORD = "[data-opens-records] .name-cell > a";
  for (const kind of ["pointerover", "focusin"]) once(kind, RECORD, opening);
  document.addEventListener("click", (event) => {
    const link = event.target.closest(RECORD);
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    // A browser asks before it leaves what is typed.
    if (document.querySelector("main [data-guard-unsaved]")) return;
    event.preventDefault();
    opening().then(({ openRecord }) => openRecord(link.href), () => location.assign(link.href));
  });
}
/* Ticking rows. */
const TICKING = "[data-select-row], [data-select-page], [data-select-matching], [data-clear-selection]";
const selection = () => lazily("selection");
function restoreSelection(root) {
  let isKept = false;
  try { isKept = Object.keys(sessionStorage).some((name) => /^(selection|carried out)/.test(name)); } catch { /* nothing is kept */ }
  if (isKept || root.querySelector("[data-carries-out], [data-selection-done]")) selection().then(({ start }) => start());
}
once("pointerover", ".select-cell", selection);
document.addEventListener("click", (event) => {
  if (event.target.closest(TICKING)) selection().then(({ clicked }) => clicked(event));
});
document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyA" || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !byId("bulk")) return;
  event.preventDefault();
  selection().then(({ toggleAll }) => toggleAll());
});
restoreSelection(document);

document.addEventListener("submit", ({ target }) => {
  if (target.getAttribute("action")?.endsWith("/account/logout/")) try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("draft ")) localStorage.removeItem(name);
    sessionStorage.clear();
  } catch {}
});

/* Single keys (apps/ui/keyboard/commands.py). */
const { keys = "", commandsScript } = document.body.dataset;
const commandOf = Object.fromEntries(keys.split(" ").map((pair) => pair.split(":")));
const TAKES_LETTERS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [data-row-menu], dialog:modal";
let commands;
document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  // Some keyboards write brackets with Alt.
  const isHeld = event.metaKey || ((event.ctrlKey || event.altKey) && !(event.altKey && /^[[\]]$/.test(key)));
  if (!keys || event.defaultPrevented || event.isComposing || isHeld || key?.length !== 1 || target.closest?.(TAKES_LETTERS)) return;
  const pressed = !/[a-z]/i.test(key) ? key : event.shiftKey ? `Shift+${key.toUpperCase()}` : key.toLowerCase();
  const command = commandOf[pressed];
  if (event.repeat && !command?.endsWith("_row")) return;
  if (command === "search") {
    event.preventDefault();
    const box = document.querySelector("main input[type=search]");
    box?.focus();
    if (box) box.select();
    else openPalette();
  } else if (command || commands) {
    commands ??= loadScript(commandsScript);
    commands.then((module) => module.pressed(pressed, commandOf), () => { commands = undefined; });
  }
});

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
  document.querySelectorAll("form[data-sending]").forEach(release);
});

const summary = document.querySelector("[data-error-summary]");
if (summary) {
  if (!document.title.startsWith("Error: ")) document.title = `Error: ${document.title}`;
  summary.focus();
}
prepare(document);

