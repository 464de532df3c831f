// In every document of each product: when a step is over, noted at the frame that shows it. Steps and notes live in the tab.
(() => {
  const text = (selector) => [...document.querySelectorAll(selector)].map((element) => element.textContent.trim());
  const rows = () => text("#results tbody th a, #result_list tbody th.field-name a, .RaDatagrid-root tbody td.column-name").join("|");
  const OVER = {
    // Other rows than before, all that fit on the screen.
    rows: () => rows() && rows() !== sessionStorage.rows && !document.querySelector("[data-known], #results[aria-busy=true]"),
    record: () =>
      /offers?\/\d+/.test(location.pathname + location.hash) &&
      document.querySelector("#offer_form [name=_save], main .facts, .RaSaveButton-button, .RaToolbar-defaultToolbar"),
    done: () =>
      document.querySelector(".messagelist .success, .MuiSnackbarContent-message") ||
      document.body?.innerText.includes("activated, and read back"),
  };
  const now = () => performance.timeOrigin + performance.now();
  window.beginStep = (name) => {
    sessionStorage.rows = rows();
    sessionStorage.step = name;
    delete sessionStorage.over;
    sessionStorage.begun = now();
  };
  window.stepMilliseconds = () => sessionStorage.over && sessionStorage.over - sessionStorage.begun;
  const look = () => {
    const name = sessionStorage.step;
    if (name && OVER[name]()) {
      delete sessionStorage.step;
      // After the frame that this one belongs to.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { sessionStorage.over = now(); };
      port2.postMessage(null);
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
