// What a field is set to takes the focus as soon as its choice asks for it.

document.addEventListener("change", ({ target }) => {
  const row = target.closest(".edit-row");
  if (!row || target.parentElement !== row) return;
  const controls = row.querySelectorAll(".edit-values :is(input:not([type=hidden]), select, textarea)");
  [...controls].find((control) => control.checkVisibility())?.focus();
});
