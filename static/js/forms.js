// What forms do besides being sent: parts shown with a check box, long sets searched, units beside amounts, a guard over what is unsaved, drafts.

const { drafts } = document.querySelector("meta[name=scripts]").dataset;
const CONTROLS = "input:not([type=hidden], [hidden]), select:not([hidden]), textarea:not([hidden])";
const contents = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
const asOpened = new WeakMap();
/* A box as its page came: browsers write some values in another way than pages, as those of dates. */
const asSent = ({ type, defaultValue }) => Object.assign(document.createElement("input"), { type, value: defaultValue }).value;
function isChanged(control) {
  if (control.matches("select")) {
    const options = [...control.options];
    return control.multiple ? options.some((one) => one.selected !== one.defaultSelected) : control.selectedIndex !== Math.max(options.findLastIndex((one) => one.defaultSelected), 0);
  }
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked !== control.defaultChecked;
  return control.matches("textarea") ? control.value !== control.defaultValue : control.matches("input:not([type=file])") && control.value !== asSent(control);
}
/* Whether somebody was quicker than the scripts, whose own boxes have no names. */
const isTouched = (form) => [...form.elements].some((control) => control.name && control.matches(CONTROLS) && isChanged(control));

// The button that led here sent a form without fields.
if (location.href.endsWith("?")) history.replaceState(history.state, "", location.pathname);
// A form that a key opened (commands.js) takes what is typed at once.
let isTyping = false;
try {
  isTyping = sessionStorage.getItem("typing") === location.pathname && !location.hash;
  sessionStorage.removeItem("typing");
} catch { /* nothing is kept */ }
function enterFirst() {
  const field = [...document.querySelectorAll(`main form:not([role=search]) :is(${CONTROLS})`)].find((one) => one.checkVisibility() && !one.disabled && !one.closest("[inert]"));
  field?.focus();
  return !!field;
}

function showConditional(root) {
  for (const section of root.querySelectorAll("[data-shown-with]")) {
    const box = (section.closest("form") ?? document).querySelector(`[type=checkbox][name="${CSS.escape(section.dataset.shownWith)}"]`);
    if (box) section.hidden = !box.checked;
  }
}

export function prepare(root) {
  showConditional(root);
  for (const options of root.querySelectorAll(".field-options:has([data-searchable])")) if (!options.previousElementSibling?.matches("[type=search]")) addSearch(options);
  // A form that came back with errors holds what was typed: it is unsaved from the start.
  const isFilled = !!document.querySelector("[data-error-summary]");
  for (const form of root.querySelectorAll("form[data-guard-unsaved]")) if (!asOpened.has(form)) asOpened.set(form, isFilled || isTouched(form) ? null : contents(form));
  const index = root.querySelector(".form-index");
  if (index) follow(index);
  if (location.hash && !hasEntered) hasEntered = enter(location.hash);
  if (isTyping) isTyping = !enterFirst();
  const kept = root.querySelectorAll("form[data-draft]");
  if (kept.length) loadScript(drafts).then(({ keepDraft }) => { for (const form of kept) keepDraft(form, isFilled, isTouched); });
}

/* A long set of check boxes gets a box to search in; ticked ones stay in sight. */
function addSearch(options) {
  const legend = options.closest("fieldset")?.querySelector("legend")?.firstChild?.textContent.trim() ?? "";
  const search = Object.assign(document.createElement("input"), { type: "search", placeholder: "Search…", autocomplete: "off", ariaLabel: `Search ${legend}` });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const option of options.children)
      option.hidden = !option.querySelector("input").checked && !option.textContent.toLowerCase().includes(wanted);
  });
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  options.before(search);
}

/* The index of a form: the section one writes in, or the first in sight, is the current one. */
function follow(index) {
  const links = new Map([...index.querySelectorAll("a")].map((link) => [document.getElementById(link.hash.slice(1)), link]));
  const sections = [...links.keys()];
  const inSight = new Set();
  const mark = () => {
    const current = sections.find((section) => inSight.has(section) && section.contains(document.activeElement)) ?? sections.find((section) => inSight.has(section));
    for (const [section, link] of links) section === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  };
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) inSight[isIntersecting ? "add" : "delete"](target);
    mark();
  }, { rootMargin: "-20% 0px -10%" });
  for (const section of sections) watch.observe(section);
  document.addEventListener("focusin", mark);
}

/* An address that names a section or a field of a form leads to it: what is folded opens, and the cursor is there. */
let hasEntered = false;
function enter(hash) {
  const place = document.getElementById(decodeURIComponent(hash.slice(1)));
  // What is known until the page comes is not to be used.
  if (!place?.closest("form[data-guard-unsaved]") || place.closest("[inert]")) return false;
  const folded = place.closest("details:not([open])");
  if (folded) folded.open = true;
  place.scrollIntoView();
  (place.matches(CONTROLS) ? place : place.querySelector("[aria-invalid=true]") ?? place.querySelector(CONTROLS))?.focus({ preventScroll: true });
  return true;
}

// The browser goes there first.
document.addEventListener("click", ({ target }) => { const link = target.closest("a[href^='#']"); if (link) setTimeout(enter, 0, link.hash); });

document.addEventListener("change", ({ target }) => {
  for (const unit of target.form?.querySelectorAll("[data-unit-of]") ?? []) if (unit.dataset.unitOf === target.name) unit.textContent = target.value;
  if (target.type === "checkbox") showConditional(document);
});

addEventListener("beforeunload", (event) => {
  const isUnsaved = (form) => !form.dataset.sending && !form.dataset.leaving && asOpened.has(form) && asOpened.get(form) !== contents(form);
  if ([...document.querySelectorAll("form[data-guard-unsaved]")].some(isUnsaved)) event.preventDefault();
});
document.addEventListener("submit", (event) => { event.target.dataset.leaving = "true"; });
document.addEventListener("input", (event) => { if (event.target.form) delete event.target.form.dataset.leaving; });
