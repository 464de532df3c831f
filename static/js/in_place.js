// Records below a record, added and edited in place: the focus goes into the form and back to the button that opened it.
// Escape and Cancel close the form; what was typed is not thrown away without a question.

const contents = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
const asOpened = new WeakMap();
const openers = new Map();

const sectionOf = (element) => element?.closest?.(".in-place");
const panelOf = (section) => section?.querySelector(".in-place-panel");

function isUnsaved(panel) {
  const form = panel?.querySelector("form[data-guard-unsaved]");
  return Boolean(form) && asOpened.get(form) !== contents(form);
}
const mayDiscard = (panel) => !isUnsaved(panel) || confirm("What you typed in the open form is not saved. Discard it?");

function close(section) {
  panelOf(section).replaceChildren();
  focusOpener(section);
}

function focusOpener(section) {
  if (!openers.has(section.id)) return;
  // The button of a row that is gone cannot take the focus.
  (document.getElementById(openers.get(section.id)) ?? section.querySelector("[data-focus-fallback]"))?.focus();
  openers.delete(section.id);
}

document.addEventListener("htmx:confirm", (event) => {
  const section = sectionOf(event.detail.elt);
  const panel = panelOf(section);
  if (panel && !panel.contains(event.detail.elt) && !mayDiscard(panel)) event.preventDefault();
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const section = sectionOf(detail.elt);
  if (!section || panelOf(section).contains(detail.elt)) return;
  // From a row's menu the focus comes back to the button that opened the menu.
  const menu = detail.elt.closest("[popover]");
  openers.set(section.id, menu ? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)?.id : detail.elt.id);
  menu?.hidePopover();
  // The place must not stay on the element: HTMX copies attributes while it swaps, and the page's policy forbids styles in them.
  menu?.removeAttribute("style");
});

document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  const place = document.contains(detail.target) ? detail.target : target;
  const section = sectionOf(place) ?? document.getElementById(place?.id ?? "");
  if (!section?.matches?.(".in-place")) return;
  const panel = panelOf(section);
  const form = panel.querySelector("form");
  if (!form) return focusOpener(section);
  // A form that came back with errors holds what was typed: it is unsaved from the start.
  if (!asOpened.has(form)) asOpened.set(form, panel.querySelector("[data-error-summary]") ? null : contents(form));
  if (panel.contains(document.activeElement) && document.activeElement !== panel) return;
  (panel.querySelector("[data-error-summary]") ?? form.querySelector("[data-focus-first], input:not([type=hidden]), select, textarea, button"))?.focus();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close-in-place]")) return;
  const section = sectionOf(event.target);
  if (!section) return;
  event.preventDefault();
  if (mayDiscard(panelOf(section))) close(section);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const panel = event.target.closest?.(".in-place-panel");
  if (!panel?.firstElementChild) return;
  event.preventDefault();
  if (mayDiscard(panel)) close(sectionOf(panel));
});
