// Opens a page's form in a dialog over the list; loaded when the first such link is followed (page.js).

/* The sheet that pages have and lists do without. */
function styled() {
  const [href, integrity = ""] = document.querySelector("meta[name=scripts]").dataset.pagesStyle.split("#");
  if (document.querySelector(`link[href="${href}"]`)) return null;
  return new Promise((resolve) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href, integrity, onload: resolve, onerror: resolve });
    // Before those of the page, as on other pages.
    document.querySelector("link[href*='components']").after(sheet);
  });
}

/* An empty dialog of the page; when it is closed the focus goes back to what opened it. */
export function newDialog(opener) {
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
    dialog.close();
  });
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
