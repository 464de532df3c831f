// What forms do besides being sent: parts shown with a check box, long sets searched, units beside amounts, a guard over what is unsaved, drafts.

const { drafts } = document.querySelector("meta[name=scripts]").dataset;
const contents = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
const asOpened = new WeakMap();

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
  for (const form of root.querySelectorAll("form[data-guard-unsaved]")) if (!asOpened.has(form)) asOpened.set(form, isFilled ? null : contents(form));
  const kept = root.querySelectorAll("form[data-draft]");
  if (kept.length) import(drafts).then(({ keepDraft }) => { for (const form of kept) keepDraft(form, isFilled); });
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
