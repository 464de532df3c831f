// The search of every page: Ctrl or Cmd and K go to it; on a narrow page they open it first.

const site = document.getElementById("site-search");
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

function focusSearch() {
  const inPage = document.querySelector("main [aria-keyshortcuts~='Control+K']");
  if (!inPage && site && getComputedStyle(site).display === "none") site.showPopover();
  const box = inPage ?? site?.querySelector("[data-site-search]");
  box?.focus();
  box?.select();
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(isMac ? event.metaKey : event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  focusSearch();
});

site?.addEventListener("toggle", (event) => {
  if (event.newState === "open") site.querySelector("[data-site-search]").focus();
});
// A page that grows wide has the search in its header.
matchMedia("(width >= 48rem)").addEventListener("change", () => site?.hidePopover());
if (isMac) site?.querySelector("kbd")?.replaceChildren("⌘K");
