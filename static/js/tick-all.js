// The box in a table's head ticks all boxes below it; its mark follows them.

const boxesOf = (head) => [...head.closest("table").querySelectorAll("tbody [type=checkbox]")];

document.addEventListener("change", ({ target }) => {
  const head = target.closest("table")?.querySelector("[data-tick-all]");
  if (!head) return;
  const boxes = boxesOf(head);
  if (target === head) for (const box of boxes) box.checked = head.checked;
  const ticked = boxes.filter((box) => box.checked).length;
  head.checked = ticked > 0 && ticked === boxes.length;
  head.indeterminate = ticked > 0 && ticked < boxes.length;
});
