// Choosing by name: an input with a list below it (the combobox pattern of ARIA). Two kinds share it: a look-up of records,
// which asks the server (templates/components/_lookup.html), and a long select, which holds its own options ([data-searchable]).

const MOST_SHOWN = 50;
const FEWEST_LETTERS = 2;
const WAIT_MILLISECONDS = 200;
const say = (words) => document.dispatchEvent(new CustomEvent("desk:announce", { detail: words }));
const make = (tag, properties, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const plain = (text) => text.trim().replace(/^#/, "").toLowerCase();

class Combobox {
  // `find(text, signal)` gives {options: [{value, label, item}], words}; `take(value, label)` stores what was chosen.
  constructor(input, { find, take, fewest = FEWEST_LETTERS }) {
    Object.assign(this, { input, find, take, fewest, options: [], active: -1, chosen: { value: "", label: "" }, answered: null });
    this.items = make("ul", { id: `${input.id}_list`, role: "listbox", ariaLabel: "Suggestions", hidden: true });
    this.words = make("p", { hidden: true });
    this.list = make("div", { className: "lookup-list", hidden: true }, this.items, this.words);
    input.after(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.items.id }))
      input.setAttribute(name, value);
    input.autocomplete = "off";
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("focus", () => this.chosen.value && input.select());
    input.addEventListener("blur", () => this.left());
    // The focus stays in the input: a press on the list only chooses.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.items.addEventListener("click", (event) => {
      const index = [...this.items.children].indexOf(event.target.closest("li"));
      if (index >= 0) this.choose(this.options[index]);
    });
  }

  start(value, label) {
    this.chosen = { value, label };
    this.input.value = label || value;
  }

  typed() {
    const text = this.input.value.trim();
    // Until something is chosen the text itself counts, so that an id can be typed or pasted.
    this.take(text, "", true);
    this.answered = null;
    clearTimeout(this.timer);
    this.request?.abort();
    if (text.length < this.fewest) return this.close();
    this.timer = setTimeout(() => this.ask(text), WAIT_MILLISECONDS);
  }

  async ask(text) {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    const waiting = setTimeout(() => this.show([], "Searching…"), 300);
    let answer;
    try {
      answer = await this.find(text, request.signal);
    } catch {
      answer = { options: [], words: "The server could not be asked. You can still type an ID.", isError: true };
    }
    clearTimeout(waiting);
    if (request.signal.aborted || this.request !== request) return;
    this.answered = text;
    if (document.activeElement === this.input) this.show(answer.options, answer.words, true);
    else {
      this.options = answer.options;
      this.settle();
    }
  }

  show(options, words = "", isAnswer = false) {
    this.options = options;
    this.items.replaceChildren(...options.map((option, index) => {
      const item = option.item ?? make("li", {}, option.label);
      item.id = `${this.items.id}_${index}`;
      item.setAttribute("role", "option");
      return item;
    }));
    this.words.textContent = words;
    this.words.hidden = !words;
    this.items.hidden = !options.length;
    this.list.hidden = !options.length && !words;
    this.input.setAttribute("aria-expanded", String(Boolean(options.length)));
    this.input.setAttribute("aria-busy", String(!isAnswer && words !== ""));
    this.mark(options.length ? 0 : -1);
    this.hasMoved = false;
    if (isAnswer) say([options.length && `${options.length} ${options.length === 1 ? "suggestion" : "suggestions"}`, words].filter(Boolean).join(". "));
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-busy");
    this.mark(-1);
  }

  mark(index) {
    this.active = index;
    for (const [number, item] of [...this.items.children].entries()) item.setAttribute("aria-selected", String(number === index));
    const item = this.items.children[index];
    if (!item) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", item.id);
    if (!this.list.hidden) item.scrollIntoView({ block: "nearest" });
  }

  choose({ value, label }) {
    this.start(value, label);
    this.take(value, label);
    this.close();
    this.answered = null;
    say(`${label} chosen`);
  }

  // The text is the id or the whole name of something suggested: that is what is meant.
  settle() {
    const text = plain(this.input.value);
    if (!text || this.answered === null) return;
    const named = this.options.filter((option) => plain(option.label) === text);
    const meant = this.options.find((option) => plain(option.value) === text) ?? (named.length === 1 ? named[0] : null);
    if (meant) this.choose(meant);
  }

  left() {
    this.settle();
    // A request still under way is let finish: its answer may name a pasted id.
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  pressed(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    const count = isOpen ? this.options.length : 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (count) {
        this.mark((this.active + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
        this.hasMoved = true;
      } else if (!isOpen) this.ask(this.chosen.label === this.input.value && !this.fewest ? "" : this.input.value.trim());
    } else if (event.key === "Enter" && isOpen) {
      if (!count) return this.close();
      event.preventDefault();
      this.choose(this.options[this.active]);
    } else if (event.key === "Tab" && count && this.hasMoved && !event.shiftKey) {
      this.choose(this.options[this.active]);
    } else if (event.key === "Escape") {
      const isChanged = this.input.value !== (this.chosen.label || this.chosen.value);
      if (!isOpen && !isChanged) return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
      if (!isOpen) {
        this.start(this.chosen.value, this.chosen.label);
        this.take(this.chosen.value, this.chosen.label);
      }
    }
  }
}

/* Records: the server is asked, and a hidden input beside the visible one carries the id. */
async function readSuggestions(url, text, signal) {
  const response = await fetch(`${url}?${new URLSearchParams({ q: text })}`, { headers: { "HX-Request": "true" }, signal });
  const answer = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-suggestions]");
  if (!answer) return { options: [], words: "The suggestions could not be read. You can still type an ID." };
  const options = [...answer.querySelectorAll("li")].map((item) => ({ value: item.dataset.value, label: item.dataset.label, item: document.adoptNode(item) }));
  return { options, words: answer.querySelector("p")?.textContent ?? "" };
}

function chooseRecords(box) {
  const input = box.querySelector("input");
  const now = box.querySelector("[data-lookup-label]");
  const hidden = make("input", { type: "hidden", name: input.name, value: input.value, autocomplete: "off" });
  const id = make("span", { className: "lookup-id mono muted", ariaHidden: "true" });
  const show = (value, label) => {
    id.textContent = label ? value : "";
    id.hidden = !label;
  };
  // Who listens for a change hears of a choice, not of every letter.
  let told = hidden.value;
  const tell = () => {
    if (hidden.value === told) return;
    told = hidden.value;
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const take = (value, label, isTyped = false) => {
    hidden.value = isTyped ? value.replace(/^#/, "") : value;
    show(value, label);
    if (!isTyped) tell();
  };
  const combobox = new Combobox(input, { find: (text, signal) => (text ? readSuggestions(box.dataset.lookup, text, signal) : { options: [], words: "Type two letters of the name, or an ID." }), take });
  input.addEventListener("blur", tell);
  // Who keeps what was chosen elsewhere empties it for the next one.
  box.addEventListener("desk:clear", () => { combobox.close(); combobox.start("", ""); hidden.value = told = ""; show("", ""); });
  input.before(hidden);
  input.after(id);
  input.removeAttribute("name");
  now?.remove();
  combobox.start(hidden.value, now?.dataset.lookupLabel ?? "");
  show(hidden.value, now?.dataset.lookupLabel ?? "");
}

/* A long select: it stays, hidden, and carries the value; an input searches its options. */
function searchOptions(select) {
  const options = [...select.options].map((option) => ({ value: option.value, label: option.label }));
  const find = (text) => {
    const wanted = text.toLowerCase().split(/\s+/);
    const found = options.filter((option) => wanted.every((word) => `${option.label} ${option.value}`.toLowerCase().includes(word)));
    const words = found.length ? (found.length > MOST_SHOWN ? `${found.length - MOST_SHOWN} more: type more of the name.` : "") : "Nothing in the list matches.";
    return { options: found.slice(0, MOST_SHOWN), words };
  };
  const input = make("input", { type: "text", id: select.id, spellcheck: false });
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  const hasEmpty = options.some((option) => !option.value);
  const take = (value, label, isTyped = false) => {
    if (isTyped && (value || !hasEmpty)) return;
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const isFocused = document.activeElement === select;
  select.removeAttribute("id");
  select.hidden = true;
  input.placeholder = options.find((option) => !option.value)?.label ?? "";
  select.before(make("div", { className: "lookup" }, input));
  const combobox = new Combobox(input, { find, take, fewest: 0 });
  const present = () => combobox.start(select.value, select.value ? select.selectedOptions[0].label : "");
  // A text that is nothing of the list goes back to what is chosen.
  input.addEventListener("blur", present);
  present();
  if (isFocused) input.focus({ preventScroll: true });
}

function prepare(root) {
  const all = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  for (const box of all("[data-lookup]")) if (box.querySelector("input[name]:not([type=hidden])")) chooseRecords(box);
  for (const select of all("select[data-searchable]")) if (!select.hidden) searchOptions(select);
}
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
prepare(document);
