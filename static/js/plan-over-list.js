// The short plan of a selection, in a dialog over its list; once it is carried out the list's rows are as they were read back.
// selection.js loads it with the first tick.

export async function openPlan(dialog, button, carriedOut) {
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
  dialog.addEventListener("cancel", (event) => {
    // What is being sent is seen to its end.
    if (dialog.querySelector("form")?.dataset.sending) event.preventDefault();
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
