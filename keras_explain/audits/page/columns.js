// All rows, as columns: a few bytes a row in the page, arrays in memory.

const ARRAYS = { Int8Array, Int16Array, Int32Array, Uint8Array, Uint16Array, Float32Array };
const table = await tableOfRows(readJson("audit_rows"));
Object.assign(page.class_names, table.class_names);

/** Resolves to {count, keys, classes: {label, predicted, target}, numbers: [{name, values, ...}], ...}: classes are -1 and
 * numbers NaN where they aren't known. */
async function tableOfRows({ keys, classes, numbers, ...others }) {
  const named = Object.entries(classes).map(async ([name, column]) => [name, await arrayOf(column)]);
  return {
    ...others,
    keys: others.count ? new TextDecoder().decode(await inflated(keys)).split("\n") : [],
    classes: Object.fromEntries(await Promise.all(named)),
    numbers: await Promise.all(numbers.map(async (column) => ({ ...column, data: null, values: await numbersOf(column) }))),
  };
}

async function arrayOf({ type, data }) {
  return new ARRAYS[`${type}Array`](await inflated(data));
}

async function numbersOf({ step, unknown, ...column }) {
  const codes = await arrayOf(column);
  return step ? Float32Array.from(codes, (code) => (code === unknown ? NaN : code * step)) : codes;
}

const valuesOf = (name) => table.numbers.find((column) => column.name === name)?.values;
const thousands = new Intl.NumberFormat("en");
const counted = (number) => thousands.format(number);

/** Returns a number as it stands in a table. */
function written(value, kind) {
  if (value === null || Number.isNaN(value)) return "";
  if (kind === "mark") return value ? "\u2713" : "\u2717";
  if (kind === "count") return counted(value);
  return kind === "share" ? percent(value) : short(value);
}
