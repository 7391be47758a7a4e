// The classes, a row each.

const classHead = document.querySelector("#class_table thead"), classBody = document.querySelector("#class_table tbody");
const classLines = new Map();

function classLine(one) {
  const map = make("td", { className: "picture" }, one.map ? meanCanvas(one.map, `mean map of decisions for ${one.name}`) : "");
  const cells = CLASS_COLUMNS.slice(1).map((column) => classCell(one, column));
  return make("tr", {}, map, ...cells);
}

function classCell(one, { key, kind, goes }) {
  if (key === "name") return make("th", { scope: "row" }, nameOrButton(one));
  if (key === "found") return make("td", { className: "marks" }, ...one.groups.map(findingButton), one.found ? counted(one.found) : "");
  const text = written(one[key] ?? NaN, kind), some = goes && text && one[key] > 0;
  return make("td", {}, some ? goingButton(text, { ...unfiltered(), view: "rows", ...goes(String(one.class)) }) : text);
}

/** Returns the name of a class, which leads to its examples where the page has some. */
function nameOrButton({ name, class: index }) {
  const has = ({ predicted, label, targets }) => [predicted, label, ...targets].includes(index);
  if (!images.some(has)) return name;
  return goingButton(name, { view: "examples", class: String(index), group: null });
}

function findingButton(group) {
  const button = goingButton("\u25C9", { view: "examples", class: "", group });
  button.title = page.groups[group].title;
  button.setAttribute("aria-label", page.groups[group].title);
  return button;
}

function goingButton(textContent, changes) {
  const button = make("button", { type: "button", textContent });
  button.onclick = () => change(changes);
  return button;
}

function listClasses() {
  if (state.view !== "classes") return;
  const by = state.classes.replace(/^-/, ""), sign = state.classes === by ? 1 : -1;
  const unknown = (one) => one[by] === null || one[by] === undefined;
  const compared = (a, b) => (by === "name" ? a.name.localeCompare(b.name) : a[by] - b[by]) * sign;
  const list = by ? classes.toSorted((a, b) => unknown(a) - unknown(b) || compared(a, b)) : classes;
  for (const one of list) if (!classLines.has(one)) classLines.set(one, classLine(one));
  classBody.replaceChildren(...list.map((one) => classLines.get(one)));
  markHead(classHead, state.classes);
}

document.querySelector("#views [data-view=classes]").hidden = !classes.length;
classHead.append(sortingHead(CLASS_COLUMNS, "classes"));
listClasses();
listeners.push((changed) => (changed.has("view") || changed.has("classes")) && listClasses());
