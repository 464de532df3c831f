// Says where the session has ended that the browser keeps what was typed.
try {
  if (Object.keys(localStorage).some((name) => name.startsWith("draft "))) document.getElementById("drafts-kept")?.removeAttribute("hidden");
} catch { /* nothing is kept */ }
