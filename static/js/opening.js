// A record opens in the place of its list: the shell and the scripts stay, its main part alone comes. Whatever else the server has for its
// address the browser goes to, as it goes to every other page. Back reloads the list, which place.js leads to its place.

const LATE_MILLISECONDS = 300;
const LONGEST_MILLISECONDS = 8000;
const SHEETS = "sheets of records";
/* The heading, what is said above the facts, and the first of those; more than fits into most windows. */
const PARTS_AT_ONCE = 7;
const line = document.getElementById("progress-line");
/* The opening that is under way. */
let opening;

function abandon() {
  opening?.abort();
  opening = undefined;
}

/* Loads sheets in their order. They apply from the moment that their page stands: the list must not change before it goes. */
function load(sheets) {
  let last = document.querySelector("link[href*='components']");
  return Promise.all(sheets.map((sheet) => {
    let link = document.querySelector(`link[href="${CSS.escape(sheet.href)}"]`);
    if (!link) {
      link = Object.assign(document.createElement("link"), { rel: "stylesheet", ...sheet, media: "not all" });
      link.loaded = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: reject }));
      last.after(link);
    }
    last = link;
    return link.loaded;
  }));
}
const later = document.querySelector("meta[name=scripts]").dataset;
const [pagesHref, pagesIntegrity = ""] = later.pagesStyle.split("#");
/* What every page has and lists do without. */
const PAGES = { href: pagesHref, integrity: pagesIntegrity };
/* What the last record had. */
function remembered() {
  try { return JSON.parse(sessionStorage.getItem(SHEETS)) ?? [PAGES]; } catch { return [PAGES]; }
}

export async function openRecord(href) {
  abandon();
  const { signal } = opening = new AbortController();
  // What the list is asking for is not wanted any more.
  htmx.trigger("#results", "htmx:abort");
  const late = setTimeout(() => { line.dataset.shown = ""; }, LATE_MILLISECONDS);
  const tooLate = setTimeout(() => location.assign(href), LONGEST_MILLISECONDS);
  try {
    const coming = fetch(href, { headers: { "X-In-Place": "1", Accept: "text/html" }, redirect: "manual", signal });
    // Done while it is waited for. HTMX reloads whatever the history leads to, with this or with another page's script.
    history.replaceState({ htmx: true }, "");
    load(remembered()).catch(() => {});
    const answer = await coming;
    const text = answer.status === 200 && answer.headers.has("X-In-Place") ? await answer.text() : "";
    if (!text) return go();
    const part = Object.assign(document.createElement("template"), { innerHTML: text }).content;
    const sheets = [PAGES, ...[...part.querySelectorAll("main > link[rel=stylesheet]")].map((link) => {
      link.remove();
      return { href: link.getAttribute("href"), integrity: link.integrity };
    })];
    await load(sheets);
    if (signal.aborted) return;
    opening = undefined;
    show(href, part, sheets, answer.headers.get("X-Unread"));
  } catch {
    if (!signal.aborted) go();
  } finally {
    clearTimeout(late);
    clearTimeout(tooLate);
    if (!opening) delete line.dataset.shown;
  }
  function go() {
    opening = undefined;
    location.assign(href);
  }
}

function show(href, part, sheets, unread) {
  const main = part.querySelector("main");
  const scripts = [...main.querySelectorAll("script")];
  for (const script of scripts) script.remove();
  const rest = new DocumentFragment();
  rest.append(...[...main.children].slice(PARTS_AT_ONCE));
  document.dispatchEvent(new Event("desk:leave"));
  history.pushState({ htmx: true }, "", href);
  for (const link of document.querySelectorAll("link[media='not all']")) link.media = "all";
  document.getElementById("main").replaceWith(main);
  document.title = part.querySelector("title").textContent;
  for (const id of ["alert", "waiting", "toast"]) document.getElementById(id).replaceChildren();
  for (const input of document.querySelectorAll(".header input[name=next]")) input.value = location.pathname + location.search;
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
  // Where the window is taller its scroll bar must not come a frame later.
  if (document.documentElement.scrollHeight <= innerHeight) main.append(rest);
  document.dispatchEvent(new CustomEvent("desk:announce", { detail: main.querySelector("h1")?.textContent.trim() }));
  try { sessionStorage.setItem(SHEETS, JSON.stringify(sheets)); } catch { /* nothing is kept */ }
  // What makes it work comes after the frame that shows it; where nobody looks there is none.
  const after = (frame) => (document.hidden ? frame() : requestAnimationFrame(frame));
  after(() => setTimeout(() => {
    main.append(rest);
    htmx.process(main);
    htmx.trigger(main, "htmx:load", { elt: main });
    htmx.trigger(main, "htmx:afterSettle", { elt: main, target: main });
    const address = ({ integrity }, path) => (integrity ? `${path}#${integrity}` : path);
    for (const script of scripts) loadScript(address(script, script.getAttribute("src"))).catch(() => {});
    const bell = document.getElementById("bell");
    if (bell && unread && unread !== bell.dataset.unread) loadScript(later.bell).then(({ showUnread }) => showUnread(bell, unread));
  }));
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (detail.target?.id === "results") abandon(); });
addEventListener("popstate", abandon);
