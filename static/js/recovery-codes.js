// Recovery codes are printed, saved as a file or copied: all of it in the browser, the codes go nowhere.

const bar = document.querySelector("[data-recovery-codes]");
const codes = () => [...document.querySelectorAll("#recovery-codes code")].map((code) => code.textContent).join("\n");

const save = () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${location.host}\n\n${codes()}\n`], { type: "text/plain" }));
  link.download = "recovery-codes.txt";
  link.click();
  URL.revokeObjectURL(link.href);
};

bar.hidden = false;
bar.addEventListener("click", async ({ target }) => {
  const what = target.closest("button")?.dataset.do;
  if (what === "print") window.print();
  if (what === "save") save();
  if (what === "copy") {
    await navigator.clipboard.writeText(codes());
    document.getElementById("status").textContent = "Copied";
    target.textContent = "Copied";
  }
});
