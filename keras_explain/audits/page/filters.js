// The controls above the table of all rows.

const filter = Object.fromEntries([...Object.keys(FILTERS), "unfiltered"].map((id) => [id, document.getElementById(id)]));

/** Returns the changes after which all rows are listed. */
function unfiltered() {
  return Object.fromEntries(Object.keys(FILTERS).map((name) => [name, ""]));
}

function fillFilters() {
  const option = (value, textContent) => make("option", { value, textContent });
  for (const [name, column] of [["label", "label"], ["called", "predicted"]]) {
    filter[name].append(option("", "all"), ...classesOf(table.classes[column]).map(([index, count]) =>
      option(index, `${className(index)} (${counted(count)})`)));
  }
  filter.finding.append(option("", "all"), ...table.findings.map((rows, number) => option(number, page.groups[number].title)));
  filter.right.parentElement.hidden = filter.label.options.length < 2 || filter.called.options.length < 2;
  filter.sure.parentElement.hidden = !valuesOf("probability");
  for (const list of [filter.label, filter.called, filter.finding]) list.parentElement.hidden = list.options.length < 2;
  document.querySelector("#views [data-view=rows]").textContent = `All ${counted(table.count)} images`;
  const explained = table.numbers.map(({ title, about }) => `${title}: ${about}.`);
  document.getElementById("row_note").textContent = [table.note, ...explained].join(" ");
}

/** Returns the classes of a column by name, with the number of their rows. */
function classesOf(column) {
  const counts = new Map();
  for (const index of column) if (index >= 0) counts.set(index, (counts.get(index) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => className(a).localeCompare(className(b)) || a - b);
}

function showFilters() {
  for (const name of Object.keys(FILTERS)) if (filter[name].value !== state[name]) filter[name].value = state[name];
  filter.unfiltered.hidden = Object.keys(FILTERS).every((name) => state[name] === "");
}

for (const name of Object.keys(FILTERS)) filter[name].oninput = () => change({ [name]: filter[name].value });
filter.unfiltered.onclick = () => change(unfiltered());
const classFocus = KEYS["/"];
KEYS["/"] = () => (state.view === "rows" ? filter.key.focus() : classFocus());

fillFilters();
showFilters();
listeners.push(showFilters);
