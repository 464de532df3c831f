// Asks for a page before it is wanted: when a pointer rests on a link to it for a moment, or the focus comes to it. The answer waits at the
// server for the request that follows, so nothing of it is kept here; the server says no where that would cost somebody something.

const INTENT_MILLISECONDS = 80;
const LINKS = "#results .pager a[hx-get], #results thead a[hx-get], #results tbody .name-cell > a";
const KEPT_MILLISECONDS = 9000;
const asked = new Map();
let timer;
let quietUntil = 0;

export function intend(element) {
  clearTimeout(timer);
  const link = element?.closest(LINKS);
  if (link && !navigator.connection?.saveData) timer = setTimeout(ask, INTENT_MILLISECONDS, link);
}

async function ask(link) {
  const address = new URL(link.getAttribute("hx-get") ?? link.href, location.href).href;
  // A row of a report opens beside its table, of what was read already.
  if (new URL(address).searchParams.has("row")) return;
  const now = Date.now();
  if (now < quietUntil || now - (asked.get(address) ?? 0) < KEPT_MILLISECONDS || !link.isConnected) return;
  asked.clear();
  asked.set(address, now);
  const headers = { "X-Ahead": "1", Accept: "text/html" };
  const target = link.closest("[hx-target]")?.getAttribute("hx-target");
  if (link.hasAttribute("hx-get")) Object.assign(headers, { "HX-Request": "true", "HX-Target": target.replace("#", ""), "HX-Current-URL": location.href });
  const answer = await fetch(address, { headers, redirect: "manual" }).catch(() => null);
  if (answer?.status !== 204 || answer.headers.has("X-Ahead")) quietUntil = Date.now() + 30_000;
}

// A click brings the focus too: what it asks for itself is not asked for ahead.
document.addEventListener("htmx:beforeRequest", () => {
  clearTimeout(timer);
  asked.clear();
});
