// The unread count in the header and in the title; loaded when an answer says another one than the page does.

export function showUnread(bell, count) {
  const number = Number(count);
  const isMore = number > Number(bell.dataset.unread);
  bell.dataset.unread = count;
  bell.querySelector("summary").setAttribute("aria-label", number ? `Notifications, ${count} unread` : "Notifications");
  const badge = bell.querySelector(".bell-count");
  badge.textContent = number > 99 ? "99+" : count;
  badge.hidden = !number;
  document.title = `${number ? `(${count}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  if (isMore) document.dispatchEvent(new CustomEvent("desk:announce", { detail: `${count} unread notification${number === 1 ? "" : "s"}` }));
}
