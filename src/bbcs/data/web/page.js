"use strict";
// Sorts a table by the column whose header is pressed; again: the other way round.
const number = /-?\d+(?:\.\d+)?/;
const collator = new Intl.Collator("zh-CN", { numeric: true });

function key(row, at, counted) {
  const text = row.cells[at].textContent.trim();
  if (!counted) return text;
  const found = text.match(number);
  return found ? Number(found[0]) : null;
}

function order(a, b) {
  if (a === null || a === "") return b === null || b === "" ? 0 : 1;  // empty cells last
  if (b === null || b === "") return -1;
  return typeof a === "number" ? a - b : collator.compare(a, b);
}

function sort(button) {
  const head = button.closest("th"), body = head.closest("table").tBodies[0];
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const at = head.cellIndex, counted = head.dataset.kind === "number";
  const rows = Array.from(body.rows, (row) => [key(row, at, counted), row]);
  const empty = ([value]) => value === null || value === "";
  rows.sort(([a], [b]) => (down && !empty([a]) && !empty([b]) ? order(b, a) : order(a, b)));
  body.append(...rows.map(([, row]) => row));
}

// no <button>: browsers leave it out of the heads that they repeat on further printed pages
for (const button of document.querySelectorAll("th [role=button]")) {
  button.addEventListener("click", () => sort(button));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    sort(button);
  });
}
