// Back, a reload, and the way from a record to its list lead to the very place: the table's scroll and the focused row.

const nameOf = (path = location.pathname + location.search) => `place ${path}`;
const read = (name) => { try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; } };
const write = (name, value) => { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch {} };
const box = () => document.querySelector("#results .table-box");

// Asked for when the page goes, they would have its style worked out first.
const scrolls = new WeakMap();
const scrollOf = (element) => scrolls.get(element) ?? [0, 0];
addEventListener("scroll", ({ target }) => {
  const element = target.scrollingElement ?? target;
  scrolls.set(element, [element.scrollLeft, element.scrollTop]);
}, true);

function keep() {
  if (!box()) return;
  const focused = document.activeElement;
  const isInside = box().closest("#results").contains(focused);
  write(nameOf(), { box: scrollOf(box()), page: scrollOf(document.scrollingElement)[1], ...(isInside && { id: focused.id, href: focused.getAttribute("href") }) });
  write(`list ${location.pathname}`, location.search);
}

let place = null;
function restore() {
  if (!place || !box() || document.querySelector("[data-known]")) return;
  const { box: scrolled, page, id, href } = place;
  place = null;
  box().scrollTo(...scrolled);
  scrollTo(0, page);
  const focused = (id && document.getElementById(id)) || (href && document.querySelector(`#results a[href="${CSS.escape(href)}"]`));
  focused?.focus({ preventScroll: true });
}

addEventListener("pagehide", keep);
document.addEventListener("desk:leave", keep);
document.addEventListener("htmx:beforeSwap", ({ detail }) => { if (detail.target.id === "results") keep(); });
document.addEventListener("htmx:afterSettle", restore);
// A link to a list without a query leads to it as it was left.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("main .page-heading-actions a[href], main .form-actions a[href]");
  if (!link || link.origin !== location.origin) return;
  const query = link.search || read(`list ${link.pathname}`);
  if (query === null || !read(nameOf(link.pathname + query))) return;
  link.search = query;
  write("return", link.pathname + query);
});

const isBack = ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type);
if (isBack || read("return") === location.pathname + location.search) place = read(nameOf());
write("return", null);
restore();
