// Which part of the page is looked at: findings with their images, classes, or all rows.

const VIEWED = { examples: "examples", classes: "class_view", rows: "row_view" };
const viewButtons = [...document.querySelectorAll("#views button")];

for (const button of viewButtons) button.onclick = () => change({ view: button.dataset.view });

function showView() {
  for (const button of viewButtons) button.setAttribute("aria-pressed", String(button.dataset.view === state.view));
  for (const [name, id] of Object.entries(VIEWED)) document.getElementById(id).hidden = name !== state.view;
  for (const list of [control.class, control.sort]) {
    list.parentElement.hidden = state.view !== "examples" || list.options.length < 2;
  }
}

/** Returns the head of a table: buttons that order it by a column, from the other end when pressed again, then no more. */
function sortingHead(columns, name) {
  const cells = columns.map(({ key, title, about, least, className = "" }) => {
    if (!key) return make("td", { className: "picture" });
    const button = make("button", { type: "button", textContent: title, title: about ?? "" });
    const [first, second] = least ? [key, `-${key}`] : [`-${key}`, key];
    button.onclick = () => change({ [name]: state[name] === first ? second : state[name] === second ? "" : first });
    button.dataset.by = key;
    return make("th", { scope: "col", className }, button);
  });
  return make("tr", {}, ...cells);
}

/** Says at a table's head by what it is ordered. */
function markHead(head, by) {
  for (const button of head.querySelectorAll("[data-by]")) {
    const { by: key } = button.dataset, cell = button.parentElement;
    if (by === key) cell.setAttribute("aria-sort", "ascending");
    else if (by === `-${key}`) cell.setAttribute("aria-sort", "descending");
    else cell.removeAttribute("aria-sort");
  }
}

showView();
listeners.push((changed) => changed.has("view") && showView());
