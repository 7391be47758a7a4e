// The table of all rows: those that are seen are drawn.

const HEIGHT = 34; // Pixels of a row, as in views.css.
const SPARE = 12; // Rows that are drawn above and below what is seen.
const rowBox = document.getElementById("row_box"), rowCount = document.getElementById("row_count");
const rowHead = document.querySelector("#row_table thead"), rowBody = document.querySelector("#row_table tbody");
const TEXT_COLUMNS = [
  { key: "label", title: "True class", least: true, className: "text" },
  { key: "predicted", title: "Predicted", least: true, className: "text" },
].filter(({ key }) => table.classes[key].some((index) => index >= 0));
const ROW_COLUMNS = [
  { key: null },
  { key: "key", title: "Name", least: true, className: "name" },
  ...TEXT_COLUMNS,
  ...table.numbers.map(({ name, kind, title, about }) => ({ key: name, title, about, kind, least: name === "suspect" })),
];
let drawn = {};

function drawRows() {
  if (state.view !== "rows") return;
  const { rows } = rowList(), top = rowBox.scrollTop / HEIGHT, end = top + rowBox.clientHeight / HEIGHT;
  if (drawn.rows === rows && drawn.first <= top && Math.min(end, rows.length) <= drawn.last) return;
  const first = Math.max(Math.min(Math.floor(top), rows.length) - SPARE, 0);
  const last = Math.min(Math.ceil(end) + SPARE, rows.length);
  const before = drawn.rows === rows ? drawn.lines : new Map();
  const lines = new Map(Array.from(rows.subarray(first, last), (row, at) => [row, before.get(row) ?? line(row, first + at)]));
  drawn = { rows, first, last, lines };
  rowBody.replaceChildren(space(first), ...lines.values(), space(rows.length - last));
  markRow();
}

function space(count) {
  const element = make("tr", { ariaHidden: "true" });
  element.style.height = `${count * HEIGHT}px`;
  return element;
}

function line(row, place) {
  const picture = make("img", { className: "mean", alt: "" });
  rowMap(row).then((map) => map && thumbnail(picture, map));
  const numbers = table.numbers.map(({ values, kind }) => make("td", { textContent: written(values[row], kind) }));
  const texts = TEXT_COLUMNS.map(({ key }) => textCell(key, className(table.classes[key][row])));
  const name = make("th", { scope: "row", textContent: table.keys[row], title: table.keys[row] });
  const element = make("tr", {}, make("td", { className: "picture" }, picture), name, ...texts, ...numbers);
  element.classList.toggle("wrong", isDecided(row) && !isRight(row));
  element.setAttribute("aria-rowindex", place + 2);
  element.dataset.row = row;
  return element;
}

const drawing = make("canvas");

/** Draws a map as a picture: hundreds of canvases that come and go are slow. */
function thumbnail(picture, map) {
  paint(drawing, map, methods[0], [3 * map.height, 3 * map.width]);
  picture.src = drawing.toDataURL();
}

const textCell = (key, text) => make("td", { className: `text ${key}`, textContent: text, title: text });

function markRow() {
  const chosen = String(rowOf(state.image));
  for (const element of rowBody.querySelectorAll("[data-row]")) {
    if (element.dataset.row === chosen) element.setAttribute("aria-current", "true");
    else element.removeAttribute("aria-current");
  }
}

/** Scrolls the chosen row into what is seen of the table. */
function revealRow() {
  const place = rowList().numbers.indexOf(state.image), room = rowBox.clientHeight - rowHead.offsetHeight;
  if (place < 0 || state.view !== "rows") return;
  const most = place * HEIGHT, least = most + HEIGHT - room;
  rowBox.scrollTop = Math.max(Math.min(rowBox.scrollTop, most), least);
}

function tellRows() {
  const { rows } = rowList();
  const decided = rows.filter(isDecided), right = decided.filter(isRight).length;
  const of = rows.length === table.count ? counted(table.count) : `${counted(rows.length)} of ${counted(table.count)}`;
  rowCount.textContent = `${of} images${decided.length ? `, accuracy ${shareOf(right, decided.length)}` : ""}`;
  rowBox.firstChild.setAttribute("aria-rowcount", rows.length + 1);
  markHead(rowHead, state.by);
}

const shareOf = (part, whole) => `${Number(((100 * part) / whole).toFixed(1))}%`;

rowBody.onclick = (event) => {
  const row = event.target.closest("[data-row]")?.dataset.row;
  if (row === undefined) return;
  change({ image: numberOf(Number(row)) });
  if (narrow.matches) document.getElementById("viewer").scrollIntoView();
};
rowBox.onscroll = drawRows;
new ResizeObserver(drawRows).observe(rowBox);

function showRows(changed) {
  const has = (...names) => !changed || names.some((name) => changed.has(name));
  if (has(...listing)) tellRows();
  if (has("view", "scale")) drawn = {};
  if (has("view", "image", ...listing)) revealRow();
  drawRows();
  markRow();
}

rowHead.append(sortingHead(ROW_COLUMNS, "by"));
rowBox.firstChild.style.minWidth = `${12 + 7.5 * TEXT_COLUMNS.length + 6.9 * table.numbers.length}rem`; // As wide as its columns and a name.
showRows();
listeners.push(showRows);
