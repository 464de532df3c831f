// What is typed in a form is kept in this browser for a day, for the person who typed it, and offered when the form is opened anew.
// Never passwords and keys; signing out forgets all. Restoring is the server's: it shows the form filled, as after a lost session.

const DAY = 24 * 3600 * 1000;
// Marked by the form engine, by its kind, by what browsers fill in; a telling name is the last net.
const SECRET = "[data-secret], [type=password], [autocomplete~=current-password], [autocomplete~=new-password], [autocomplete~=one-time-code], [autocomplete^=cc-]";
const SECRET_NAME = /pass(word|wd)|secret|token|api_?key|^key$|credential/i;
const { person, restore } = document.querySelector("meta[name=scripts]").dataset;
const addressOf = (form) => { const { pathname, search } = new URL(form.getAttribute("action") || location.href, location.href); return pathname + search; };
const nameOf = (form) => `draft ${person} ${addressOf(form)}`;
const make = (tag, properties, ...children) => { const element = Object.assign(document.createElement(tag), properties); element.append(...children); return element; };

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}
function forget(name) {
  try { localStorage.removeItem(name); } catch { /* not kept */ }
}
function write(form) {
  const secret = new Set([...form.elements].filter((control) => control.matches(SECRET)).map(({ name }) => name));
  const values = new URLSearchParams([...new FormData(form)].filter(([name, value]) => !secret.has(name) && !SECRET_NAME.test(name) && typeof value === "string")).toString();
  try { localStorage.setItem(nameOf(form), JSON.stringify({ at: Date.now(), values })); } catch { /* not kept */ }
}

function offer(form, draft) {
  const time = new Date(draft.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: document.querySelector("meta[name=scripts]").dataset.zone });
  const field = (name, value) => make("input", { type: "hidden", name, value });
  const discard = make("button", { type: "button", className: "button quiet", onclick: () => { forget(nameOf(form)); notice.remove(); } }, "Discard");
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const back = make("form", { method: "post", action: restore, className: "cluster" }, field("csrfmiddlewaretoken", token), field("address", addressOf(form)), field("values", draft.values), make("button", { className: "button" }, "Restore"), discard);
  back.addEventListener("submit", () => forget(nameOf(form)));
  const notice = make("div", { className: "notice info", role: "status" }, make("div", { className: "notice-body" }, `You have an unsaved draft from ${time}.`), back);
  form.before(notice);
}

const seen = new WeakSet();
export function keepDraft(form, isFilled, isTouched) {
  if (seen.has(form) || !person) return;
  seen.add(form);
  const name = nameOf(form);
  const draft = read(name);
  if (draft && !isFilled && draft.at > Date.now() - DAY) offer(form, draft);
  else if (draft) forget(name);
  let timer;
  let isLeft = false;
  const save = () => { clearTimeout(timer); timer = undefined; if (!isLeft) write(form); };
  const later = () => { isLeft = false; timer ??= setTimeout(save, 400); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  // What was typed while this was being loaded.
  if (isTouched(form)) later();
  addEventListener("pagehide", () => { if (timer) save(); });
  const leave = () => { isLeft = true; clearTimeout(timer); timer = undefined; forget(name); };
  // What is sent and not taken comes back filled; what meets no session is kept by the sign-in page.
  form.addEventListener("submit", leave);
  form.addEventListener("click", (event) => { if (event.target.closest(".form-actions a[href]")) leave(); });
}

try {
  for (const name of Object.keys(localStorage)) if (name.startsWith("draft ") && (read(name)?.at ?? 0) < Date.now() - DAY) forget(name);
} catch { /* not kept */ }
