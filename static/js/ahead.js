// Asks for what is behind a link before it is wanted: when a pointer rests on it for a moment, or the focus comes to it. A page waits at the
// server for the request that follows; a part of this page waits here, for seconds. The server says no where that would cost somebody something.

const INTENT_MILLISECONDS = 80;
const LINKS = "#results .pager a[hx-get], #results thead a[hx-get], #results tbody .name-cell > a";
const PAGE_MILLISECONDS = 9000;
const PART_MILLISECONDS = 5000;
let timer;
let quietUntil = 0;
/* What was asked for last: its address, when, and of a part its answer once it is there. */
let asked;

const isFresh = ({ at, isPart }) => Date.now() - at < (isPart ? PART_MILLISECONDS : PAGE_MILLISECONDS);
// A change in any tab makes old what was read before it, or beside it.
const hasChanged = () => { try { return Date.now() - (localStorage.changed ?? 0) < 2 * PART_MILLISECONDS; } catch { return false; } };

export function intend(element) {
  clearTimeout(timer);
  const link = element?.closest(LINKS);
  if (link && !navigator.connection?.saveData) timer = setTimeout(ask, INTENT_MILLISECONDS, link);
}

function ask(link) {
  const isPart = link.hasAttribute("hx-get");
  const address = new URL(isPart ? link.getAttribute("hx-get") : link.href, location.href).href;
  // A row of a report opens beside its table, of what was read already.
  if (new URL(address).searchParams.has("row") || !link.isConnected || (isPart && hasChanged())) return;
  if (Date.now() < quietUntil || (asked?.address === address && isFresh(asked))) return;
  const headers = { "X-Ahead": "1", Accept: "text/html" };
  const target = link.closest("[hx-target]")?.getAttribute("hx-target");
  if (isPart) Object.assign(headers, { "HX-Request": "true", "HX-Target": target.replace("#", ""), "HX-Current-URL": location.href });
  const question = asked = { address, isPart, at: Date.now() };
  question.coming = fetch(address, { headers, redirect: "manual" }).then(async (answer) => {
    if (answer.headers.get("X-Ahead") === "no" || ![200, 204].includes(answer.status)) quietUntil = Date.now() + 30_000;
    else if (answer.status === 200) question.answer = { url: answer.url, headers: answer.headers, text: await answer.text() };
    return question.answer;
  }).catch(() => {});
}

/* Ends a request of htmx with what was answered before. */
function end(xhr, { url, headers, text }) {
  const values = { readyState: 4, status: 200, response: text, responseText: text, responseURL: url };
  for (const [name, value] of Object.entries(values)) Object.defineProperty(xhr, name, { value });
  xhr.getResponseHeader = (name) => headers.get(name);
  xhr.getAllResponseHeaders = () => [...headers].map((pair) => pair.join(": ")).join("\r\n");
  xhr.onload();
}

document.addEventListener("htmx:beforeSend", ({ detail: { xhr, requestConfig, pathInfo } }) => {
  // A click brings the focus too: what it asks for itself is not asked for ahead.
  clearTimeout(timer);
  const question = asked;
  asked = undefined;
  if (!question?.isPart || requestConfig.verb !== "get" || !isFresh(question) || hasChanged()) return;
  if (new URL(pathInfo.finalRequestPath, location.href).href !== question.address) return;
  let isOver = false;
  xhr.abort = () => {
    isOver = true;
    xhr.onabort();
  };
  xhr.send = (body) => {
    const go = (answer) => {
      if (isOver) return;
      // Without the two above it is an ordinary request again.
      delete xhr.abort;
      delete xhr.send;
      if (answer) end(xhr, answer);
      else xhr.send(body);
    };
    if (question.answer) go(question.answer);
    else question.coming.then(go);
  };
});
