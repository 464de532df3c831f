// The frame of a page that waits for the API: gives way to the page, follows where the answer leads, and says when none came.

const rest = document.getElementById("rest");
const main = () => document.getElementById("main");

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig.elt !== rest) return;
  // HTMX would lend what has the same id the attributes of what goes away.
  for (const element of main().querySelectorAll("[id]")) element.removeAttribute("id");
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt !== rest) return;
  const elsewhere = detail.xhr.getResponseHeader("X-Replace");
  if (elsewhere) location.replace(elsewhere);
  else if (!detail.successful && main().matches(":has(.skeleton), [data-known]")) notRead();
});

/* Cancelled, or no answer: what is known stays, and the page can be asked for again. */
function notRead() {
  const words = Object.assign(document.createElement("p"), { textContent: main().hasAttribute("data-known") ? "This is not the current state: it was not read." : "This page was not read." });
  const again = Object.assign(document.createElement("a"), { className: "button", href: location.href, textContent: "Try again" });
  const notice = Object.assign(document.createElement("div"), { className: "notice warn" });
  notice.append(words, again);
  main().removeAttribute("inert");
  for (const lines of document.querySelectorAll(".skeleton")) lines.remove();
  main().prepend(notice);
}
