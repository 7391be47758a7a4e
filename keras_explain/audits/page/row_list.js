// Which rows are listed, and in which order.

const SURE = 0.9, UNSURE = 0.7;
const isClass = (text) => /^\d+$/.test(text ?? "") && Number(text) < table.class_names.length;
const oneOf = (...texts) => (text) => (texts.includes(text) ? text : texts[0]);
const order = (names) => (text) => (names.includes((text ?? "").replace(/^-/, "")) ? text : "");

const FILTERS = {
  label: { choose: (text) => (isClass(text) ? text : ""), keeps: (text) => (row) => table.classes.label[row] === Number(text) },
  called: { choose: (text) => (isClass(text) ? text : ""), keeps: (text) => (row) => table.classes.predicted[row] === Number(text) },
  right: { choose: oneOf("", "right", "wrong"), keeps: (text) => (row) => isDecided(row) && isRight(row) === (text === "right") },
  sure: { choose: oneOf("", "sure", "unsure"), keeps: (text) => ofCertainty(valuesOf("probability"), text === "sure") },
  finding: { choose: (text) => (Object.hasOwn(table.findings, text ?? "") && text !== "length" ? text : ""),
    keeps: (text) => { const rows = new Set(table.findings[text]); return (row) => rows.has(row); } },
  key: { choose: (text) => text ?? "", keeps: (text) => { const part = text.toLowerCase(); return (row) => lowered()[row].includes(part); } },
};
const sortable = ["key", "label", "predicted", ...table.numbers.map(({ name }) => name)];

for (const [name, { choose }] of Object.entries(FILTERS)) choices[name] = choose;
choices.view = oneOf("examples", "classes", "rows");
choices.by = order(sortable);
for (const name of [...Object.keys(FILTERS), "by"]) listing.add(name);
walks.rows = { images: () => rowList().numbers, columns: () => 1 };

const isDecided = (row) => table.classes.label[row] >= 0 && table.classes.predicted[row] >= 0;
const isRight = (row) => table.classes.label[row] === table.classes.predicted[row];
const ofCertainty = (chances, sure) => (row) => (sure ? chances[row] >= SURE : chances[row] < UNSURE);

let loweredKeys, listedRows = {};
const lowered = () => (loweredKeys ??= table.keys.map((key) => key.toLowerCase()));

/** Returns {rows, numbers}: the rows that all filters keep, in order, and their numbers as images. */
function rowList() {
  const asked = JSON.stringify([...Object.keys(FILTERS), "by"].map((name) => state[name]));
  if (listedRows.asked !== asked) {
    const rows = sorted(keptRows(), state.by);
    listedRows = { asked, rows, numbers: rows.map(numberOf) };
  }
  return listedRows;
}

function keptRows() {
  const tests = Object.entries(FILTERS).filter(([name]) => state[name] !== "").map(([name, { keeps }]) => keeps(state[name]));
  const rows = new Uint32Array(table.count);
  let count = 0;
  for (let row = 0; row < table.count; row++) if (tests.every((test) => test(row))) rows[count++] = row;
  return rows.slice(0, count);
}

/** Returns rows by a column, from the largest on with a minus before its name; those without a value come last. */
function sorted(rows, by) {
  if (!by) return rows;
  const name = by.replace(/^-/, ""), sign = by === name ? 1 : -1, values = ranks(name);
  const places = new Float64Array(table.count).map((_, row) => (Number.isNaN(values[row]) ? Infinity : sign * values[row]));
  return rows.sort((a, b) => places[a] - places[b] || a - b);
}

const ranked = new Map();

/** Returns numbers by which rows are ordered: of texts their places in the alphabet. */
function ranks(name) {
  if (!["key", "label", "predicted"].includes(name)) return valuesOf(name);
  if (!ranked.has(name)) ranked.set(name, name === "key" ? alphabetical(table.keys) : classRanks(table.classes[name]));
  return ranked.get(name);
}

function classRanks(classes) {
  const places = alphabetical(table.class_names);
  return Float64Array.from(classes, (index) => (index < 0 ? NaN : places[index]));
}

function alphabetical(texts) {
  const order = Uint32Array.from(texts.keys()).sort((a, b) => (texts[a] < texts[b] ? -1 : Number(texts[a] > texts[b])));
  const places = new Float64Array(texts.length);
  order.forEach((index, place) => { places[index] = place; });
  return places;
}
