// Up and Down beside a column move it at once; without this script the same buttons are sent to the server.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-column-order] [data-move]");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("li");
  const isTicked = (other) => other.querySelector("input").checked;
  const ticked = [...item.parentElement.children].filter(isTicked);
  const place = ticked.indexOf(item);
  const neighbour = ticked[place + (button.dataset.move === "up" ? -1 : 1)];
  if (neighbour) neighbour[button.dataset.move === "up" ? "before" : "after"](item);
  button.focus();
  const name = item.querySelector("label").textContent.trim();
  const now = neighbour ? place + (button.dataset.move === "up" ? 0 : 2) : place + 1;
  document.dispatchEvent(new CustomEvent("desk:announce", { detail: `${name}, column ${now} of ${ticked.length}` }));
});
