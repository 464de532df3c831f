// A list of texts: one input for each entry, over the textarea with one on each line, which stays and carries the value.
// Enter adds an entry, Backspace in an empty one takes it away, pasted lines become entries of their own.

const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

function enhance(area) {
  const { id } = area;
  const label = document.querySelector(`label[for="${CSS.escape(id)}"]`)?.firstChild?.textContent.trim() ?? "";
  const list = make("ul", { className: "lines" });
  const add = make("button", { type: "button", className: "button" }, "Add another");
  const inputs = () => [...list.querySelectorAll("input")];

  function store() {
    area.value = inputs().map((input) => input.value).filter((text) => text.trim()).join("\n");
    inputs().forEach((input, index) => {
      // The label, and links of the error summary, lead to the first one.
      input.id = index ? `${id}_${index}` : id;
      input.ariaLabel = `${label} ${index + 1}`;
      input.nextElementSibling.ariaLabel = `Remove ${label} ${index + 1}`;
    });
  }

  function insert(text, after = null) {
    const input = make("input", { type: "text", value: text, autocomplete: "off", spellcheck: false });
    for (const name of ["aria-describedby", "aria-invalid"]) if (area.hasAttribute(name)) input.setAttribute(name, area.getAttribute(name));
    const item = make("li", {}, input, make("button", { type: "button", className: "button quiet", textContent: "Remove" }));
    if (after) after.after(item);
    else list.append(item);
    return input;
  }

  function remove(item) {
    const next = item.previousElementSibling ?? item.nextElementSibling;
    item.remove();
    const place = next?.querySelector("input") ?? insert("");
    store();
    place.focus();
    document.dispatchEvent(new CustomEvent("desk:announce", { detail: "Removed" }));
  }

  list.addEventListener("input", store);
  list.addEventListener("click", (event) => event.target.closest("button") && remove(event.target.closest("li")));
  list.addEventListener("keydown", (event) => {
    if (event.isComposing || !event.target.matches("input")) return;
    const item = event.target.closest("li");
    if (event.key === "Enter") {
      event.preventDefault();
      const input = insert("", item);
      store();
      input.focus();
    } else if (event.key === "Backspace" && !event.target.value && list.children.length > 1) {
      event.preventDefault();
      remove(item);
    }
  });
  list.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").split(/[\r\n]+/).filter((line) => line.trim());
    if (lines.length < 2) return;
    event.preventDefault();
    let item = event.target.closest("li");
    if (!event.target.value.trim()) event.target.value = lines.shift().trim();
    for (const line of lines) item = insert(line.trim(), item).closest("li");
    store();
    item.querySelector("input").focus();
  });
  add.addEventListener("click", () => {
    const input = insert("");
    store();
    input.focus();
  });

  const isFocused = document.activeElement === area;
  area.removeAttribute("id");
  area.hidden = true;
  area.before(list, add);
  for (const line of area.value.split("\n")) if (line.trim() || !list.children.length) insert(line);
  const before = area.value;
  store();
  // What was there is not changed by being shown.
  area.value = before;
  if (isFocused) inputs()[0].focus({ preventScroll: true });
}

function prepare(root) {
  for (const area of root.querySelectorAll?.("textarea[data-lines]") ?? []) if (!area.hidden) enhance(area);
}
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
prepare(document);
