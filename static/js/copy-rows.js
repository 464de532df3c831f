// Rows of a table for a spreadsheet: a row a line, a tab between cells, plain numbers, and nothing that runs as a formula.
// Fetched by whoever copies first. An amount's currency, a name's id and a status's reason get a column of their own.

/* What apps/ui/files/csv_files.py takes for the start of a formula, for what nobody sees before it, and for the end of a cell. */
const SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫\\u2212";
const UNSEEN = "\\s\"\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0";
const ENDS = ";|\\t\\r\\n\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029";
const FORMULA = new RegExp(`^(?:[${UNSEEN}]*[${SIGNS}]|[\\t\\r\\n])`);
const NEXT_CELL = new RegExp(`([${ENDS}][${ENDS}${UNSEEN}]*)([${SIGNS}])`, "g");
const NUMBER = /^[-\u2212]?[0-9]+(?:\.[0-9]+)?$/;

export function safeCell(text) {
  const first = !NUMBER.test(text) && FORMULA.test(text) ? `'${text}` : text;
  return first.replace(NEXT_CELL, "$1'$2");
}

const LEFT_OUT = ".select-cell, .row-menu";
const SUFFIX = ":scope > .muted:last-child, :scope > .badge ~ .badge";
const cellsOf = (row) => [...row.cells].filter((cell) => !cell.matches(LEFT_OUT));
const legible = (element) => element.textContent.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();

/* A time as spreadsheets read it, on the clock that the page shows: 2026-11-29 14:05. */
const stamp = (time) => time.dateTime.replace("T", " ").replace(/(:\d\d)(:00)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/, "$1");

/* A report's time, "29 Nov 2026, 14:05:09", is one of no zone. */
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const plainTime = (text) => text.replace(/^(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}), (\d\d:\d\d(:\d\d)?)$/, (whole, day, month, year, clock) =>
  MONTHS.includes(month) ? `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}-${day.padStart(2, "0")} ${clock}` : whole);

function valuesOf(cell) {
  const copy = cell.cloneNode(true);
  for (const part of copy.querySelectorAll("button, form, svg, .visually-hidden")) part.remove();
  const suffix = copy.querySelector(SUFFIX);
  suffix?.remove();
  const time = copy.querySelector("time[datetime]");
  let text = time ? stamp(time) : plainTime(legible(copy));
  if (text === "—") text = "";
  if (cell.matches(".number")) text = text.replace(/(\d),(?=\d{3})/g, "$1");
  return [text, suffix ? legible(suffix) : ""];
}

const suffixName = (cell) => (cell.matches(".number") ? "currency" : cell.querySelector(".badge") ? "reason" : "ID");

function tabbed(table, rows, hasHead, isWanted = () => true) {
  const all = rows.map((row) => cellsOf(row));
  const head = cellsOf(table.tHead.rows[0]);
  const places = head.map((_, place) => place).filter((place) => all.some((cells) => cells[place] && isWanted(cells[place])));
  const columns = places.map((place) => {
    const cells = all.map((row) => row[place]);
    const values = cells.map((cell) => (cell ? valuesOf(cell) : ["", ""]));
    const name = legible(head[place]);
    const second = cells.find((cell, row) => values[row][1]);
    return [
      [name, ...values.map(([text]) => text)],
      ...(second ? [[`${name} ${suffixName(second)}`, ...values.map(([, suffix]) => suffix)]] : []),
    ];
  }).flat();
  const lines = ["head", ...rows].map((_, line) => columns.map((column) => safeCell(column[line])).join("\t"));
  return `${(hasHead ? lines : lines.slice(1)).join("\n")}\n`;
}

/* Where the page is not served securely the browser has no clipboard but what a copy command fills. */
async function put(text) {
  try {
    return await navigator.clipboard.writeText(text);
  } catch {
    const fill = (event) => {
      event.clipboardData.setData("text/plain", text);
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener("copy", fill, { capture: true, once: true });
    if (!document.execCommand("copy")) throw new Error("refused");
  }
}

/* The rows of the page, or the ticked ones, with the columns' names. */
export async function copyRows(button) {
  const table = document.querySelector("#results .table");
  const all = [...table.tBodies[0].rows];
  const ticked = all.filter((row) => row.querySelector("[data-select-row]:checked"));
  const rows = ticked.length ? ticked : all;
  const words = await put(tabbed(table, rows, true)).then(() => `Copied ${rows.length} row${rows.length === 1 ? "" : "s"}`, () => "Copying is not allowed here");
  document.dispatchEvent(new CustomEvent("desk:announce", { detail: words }));
  const label = button.querySelector("[data-copy-words]");
  label.dataset.copyWords ||= label.textContent;
  label.textContent = words;
  setTimeout(() => { label.textContent = label.dataset.copyWords; }, 2500);
}

/* What is selected with the mouse within one table: its rows whole, or some cells of one row. */
document.addEventListener("copy", (event) => {
  const selected = getSelection();
  if (selected.isCollapsed || event.target.closest?.("input, textarea")) return;
  const around = selected.getRangeAt(0).commonAncestorContainer;
  const table = (around.nodeType === Node.TEXT_NODE ? around.parentElement : around).closest(".table");
  if (!table?.tHead) return;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => selected.containsNode(row, true));
  const isSelected = (cell) => rows.length > 1 || selected.containsNode(cell, true);
  if (rows.length === 0 || (rows.length === 1 && cellsOf(rows[0]).filter(isSelected).length < 2)) return;
  event.clipboardData.setData("text/plain", tabbed(table, rows, selected.containsNode(table.tHead, true), isSelected));
  event.preventDefault();
});
