// The controls above the images, and the keys.

const control = Object.fromEntries(["class", "sort", "scale", "opacity", "ask", "help", "methods"].map((id) =>
  [id, document.getElementById(id)]));

function fillControls() {
  const asked = methods.length > 1 ? `${methods.length} methods` : methods[0].title;
  document.title = `${page.title} \u00b7 keras_explain`;
  document.getElementById("title").textContent = page.title;
  document.getElementById("about").textContent = `${asked} \u00b7 keras_explain`;
  document.getElementById("notes").textContent = page.reading.join(" ");
  document.getElementById("left_out").append(...page.left_out.map((line) => make("p", { textContent: line })));
  control.methods.append(...methods.map(({ key, title, layer }, place) => {
    const button = make("button", { type: "button", textContent: title, title: layer ? `looks at layer ${layer}` : "" });
    button.onclick = () => change({ method: key });
    if (place < 9) button.setAttribute("aria-keyshortcuts", String(place + 1));
    button.dataset.method = key;
    return button;
  }));
  const option = (value, textContent) => make("option", { value, textContent });
  control.class.append(option("", "all"), ...classCounts().map(([index, count]) =>
    option(index, `${className(index)} (${count})`)));
  const offered = Object.entries(ORDERS).filter(([, order]) => order.offered !== false);
  control.sort.append(...offered.map(([value, { title }]) => option(value, title)));
  for (const list of [control.class, control.sort]) list.parentElement.hidden = list.options.length < 2;
  control.methods.hidden = methods.length < 2;
}

/** Fills what stands above all images: lines of text, and the groups that can be chosen. */
function fillSummary() {
  const list = document.getElementById("groups");
  document.getElementById("summary").append(...page.summary.map((line) => make("p", { textContent: line })));
  list.hidden = !page.groups.length;
  list.append(...page.groups.map(({ title, sentence, images: { length } }, place) => {
    const count = make("span", { className: "share", textContent: `${length} images` });
    const button = make("button", { type: "button", title: sentence }, make("span", { textContent: title }), count);
    button.onclick = () => change({ group: state.group === place ? null : place });
    return make("li", {}, button, make("p", { className: "sentence", textContent: sentence, hidden: true }));
  }));
}

function showGroup() {
  for (const [place, item] of [...document.getElementById("groups").children].entries()) {
    const [button, sentence] = item.children;
    button.setAttribute("aria-pressed", String(state.group === place));
    sentence.hidden = state.group !== place || sentence.textContent === button.firstChild.textContent;
  }
}

/** Returns the classes that an image is called or truly is, by name, with the number of their images. */
function classCounts() {
  const counts = new Map();
  for (const { predicted, label, targets } of images) {
    for (const index of new Set([predicted, label, ...targets])) {
      if (index in page.class_names) counts.set(index, (counts.get(index) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a], [b]) => className(a).localeCompare(className(b)) || a - b);
}

function showControls() {
  for (const name of ["class", "sort", "scale", "opacity"]) control[name].value = state[name];
  for (const button of control.methods.children) {
    button.setAttribute("aria-pressed", String(button.dataset.method === state.method));
  }
  document.documentElement.style.setProperty("--opacity", state.opacity / 100);
  showGroup();
}

const KEYS = {
  ArrowLeft: () => step(-1),
  ArrowRight: () => step(1),
  ArrowUp: () => step(-listed().columns()),
  ArrowDown: () => step(listed().columns()),
  "[": () => change({ opacity: Math.max(state.opacity - 10, 0) }),
  "]": () => change({ opacity: Math.min(state.opacity + 10, 100) }),
  "/": () => control.class.focus(),
  "?": () => control.help.showModal(),
};

addEventListener("keydown", (event) => {
  const own = event.target.matches("[type=search]") || (event.target.matches("select, input") && event.key.startsWith("Arrow"));
  if (own || event.ctrlKey || event.metaKey || event.altKey || control.help.open) return;
  const method = /^[1-9]$/.test(event.key) && methods[event.key - 1];
  const act = method ? () => change({ method: method.key }) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
addEventListener("hashchange", () => change(readLink(location.hash)));
for (const name of ["class", "sort", "scale"]) control[name].onchange = () => change({ [name]: control[name].value });
control.opacity.oninput = () => change({ opacity: Number(control.opacity.value) });
control.ask.onclick = () => control.help.showModal();

const header = document.getElementById("top");
new ResizeObserver(() => document.documentElement.style.setProperty("--top", `${header.offsetHeight}px`)).observe(header);

fillControls();
fillSummary();
showControls();
listeners.push(showControls);
document.documentElement.classList.add("ready");
