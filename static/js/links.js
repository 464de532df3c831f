// Links for several publishers: each one that is chosen goes on the list, the look-up is empty again, and HTMX brings the links.

const form = () => document.getElementById("link-form");
const list = () => form().elements.publishers;
const box = () => form().querySelector("[data-lookup]");
const idsIn = (text) => text.split(/[\s,;]+/).filter(Boolean);
const entries = () => idsIn(list().value);
const put = (ids) => { list().value = [...new Set(ids)].join(", "); };
const tell = () => list().dispatchEvent(new Event("change", { bubbles: true }));
const named = () => box().querySelector("input[type=hidden]");
// An id, several of them, or one that was chosen by its name.
const isId = () => /^[\d\s,;#]*\d[\d\s,;#]*$/.test(named().value) || named().value !== box().querySelector("[role=combobox]").value;

function take() {
  put([...entries(), ...idsIn(named().value)]);
  box().dispatchEvent(new CustomEvent("desk:clear"));
}

// Before HTMX hears of it: a choice among publishers, or an id that was typed.
document.addEventListener("change", (event) => {
  if (!form() || event.target !== named() || !named().value || !isId()) return;
  event.stopImmediatePropagation();
  take();
  tell();
}, true);
document.addEventListener("submit", ({ target }) => { if (target === form() && named()?.value && isId()) take(); }, true);

// A whole name that was sent is one publisher: it joins the list too.
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const found = target.id === "links" && target.querySelector("[data-found]")?.dataset.found;
  if (!found) return;
  put([...entries(), found]);
  box().dispatchEvent(new CustomEvent("desk:clear"));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#links [data-leave-out]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  put(entries().filter((entry) => entry.replace(/^#/, "") !== link.dataset.leaveOut));
  if (named().value === link.dataset.leaveOut) box().dispatchEvent(new CustomEvent("desk:clear"));
  box().querySelector("[role=combobox]").focus();
  tell();
});

// A choice goes on the list by itself, and Enter sends the form. While nothing is chosen, the cursor is where one chooses.
function begin() {
  form()?.querySelector("[name=add]")?.parentElement.remove();
  if (form() && box().querySelector("[role=combobox]") && !document.querySelector("#links li, [data-error-summary]")) box().querySelector("[role=combobox]").focus();
}
document.addEventListener("htmx:load", ({ detail }) => { if (detail.elt.id === "main") begin(); });
begin();
