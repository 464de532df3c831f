// Opens a page's form, or the short plan of a selection, in a dialog over the list; loaded with the first of them (page.js, selection.js).

/* The sheet that pages have and lists do without. */
function styled() {
  const [href, integrity = ""] = document.querySelector("meta[name=scripts]").dataset.pagesStyle.split("#");
  const known = document.querySelector(`link[href="${href}"]`);
  // A record that was not opened after all has left it without effect (opening.js).
  if (known) return Object.assign(known, { media: "all" }).loaded;
  return new Promise((resolve) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href, integrity, onload: resolve, onerror: resolve });
    // Before those of the page, as on other pages.
    document.querySelector("link[href*='components']").after(sheet);
  });
}

// What is being sent is seen to its end.
const isSending = (dialog) => !!dialog.querySelector("form[data-sending]");

/* An empty dialog of the page; when it is closed the focus goes back to what opened it. */
function newDialog(opener) {
  document.getElementById("dialog")?.remove();
  const dialog = Object.assign(document.createElement("dialog"), { id: "dialog" });
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.addEventListener("close", () => {
    dialog.remove();
    // A swap may have put another link of the same place there.
    (document.contains(opener) ? opener : document.getElementById(opener.id || "views"))?.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog && !event.target.closest("[data-close-dialog]")) return;
    event.preventDefault();
    if (!isSending(dialog)) dialog.close();
  });
  dialog.addEventListener("cancel", (event) => { if (isSending(dialog)) event.preventDefault(); });
  document.body.append(dialog);
  return dialog;
}

export async function openDialog(link) {
  const sheet = styled();
  const dialog = newDialog(link);
  await htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" });
  await sheet;
  if (dialog.firstElementChild) dialog.showModal();
  else location.assign(link.href);
}

// What was sent from the dialog changed the list behind it.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const dialog = document.getElementById("dialog");
  if (dialog && detail.target !== dialog && dialog.contains(detail.requestConfig?.elt)) dialog.close();
});

/* Once the plan is carried out the list's rows are as they were read back. */
export async function openPlan(button, carriedOut) {
  const dialog = newDialog(button);
  let isOver = false;
  dialog.addEventListener("htmx:afterSettle", () => {
    const done = dialog.querySelector("[data-carried-out]");
    if (!done) return;
    isOver = true;
    // All of it before the focus moves: that has the page's style worked out.
    const { content } = done.querySelector("template") ?? {};
    if (content) showRows(content);
    carriedOut();
    dialog.close();
    document.getElementById("rows")?.focus({ preventScroll: true });
    if (!content) htmx.ajax("GET", location.pathname + location.search, { source: "#results", target: "#results", swap: "replace settle:0ms" });
  });
  dialog.addEventListener("close", () => {
    const form = dialog.querySelector("form");
    if (!isOver && form) fetch(form.dataset.drop, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, keepalive: true }).catch(() => {});
  });
  await htmx.ajax("POST", button.form.getAttribute("action"), { source: button, target: dialog, swap: "innerHTML settle:0ms" });
  if (dialog.firstElementChild) dialog.showModal();
  else dialog.remove();
}

function showRows(content) {
  const idOf = (row) => row.querySelector("[data-select-row]")?.value;
  const shown = new Map([...document.querySelectorAll("#rows > tr")].map((row) => [idOf(row), row]));
  for (const row of [...content.children]) shown.get(idOf(row))?.replaceWith(row);
}
