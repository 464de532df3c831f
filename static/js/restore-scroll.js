// Rows that ask for themselves again keep the place to which a person scrolled them.

const places = new Map();

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const box = detail.target.querySelector?.(".table-box");
  if (box) places.set(detail.target.id, [box.scrollLeft, box.scrollTop]);
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const id = detail.target.id;
  const box = document.getElementById(id)?.querySelector(".table-box");
  if (box && places.has(id)) box.scrollTo(...places.get(id));
  places.delete(id);
});
