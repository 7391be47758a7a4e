// The controls around the images, and the keys.

const PACE = 250; // Milliseconds from one step to the next while it plays.
const option = (value, textContent) => make("option", { value, textContent });
let playing = null;

/** Looks at a place: the last one is looked at also when another comes behind it. */
function goTo(at) {
  const last = shown.log.steps.length - 1, there = Math.min(Math.max(at, 0), last);
  change({ step: there === last ? null : shown.log.steps[there] });
}

function play() {
  if (playing) {
    clearInterval(playing);
    playing = null;
    judge();
  } else {
    if (place() === shown.log.steps.length - 1) goTo(0);
    playing = setInterval(() => {
      if (document.hidden || !innerWidth || painting) return;
      place() === shown.log.steps.length - 1 ? play() : goTo(place() + 1);
    }, PACE);
  }
  element.play.textContent = playing ? "\u275a\u275a" : "\u25b6";
  element.play.setAttribute("aria-label", playing ? "Stop" : "Play");
}

function toggleMethod(key) {
  const chosen = chosenMethods().map((method) => method.key);
  const wanted = chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key];
  const known = shown.log.methods.map((method) => method.key).filter((each) => wanted.includes(each));
  if (known.length) change({ methods: known });
}

/** Fills what depends on which logs there are. */
function fillLogs(runs) {
  const several = new Set(runs.map(({ name }) => name)).size > 1;
  const options = () => runs.map(({ run, name }) => option(`${run}\n${name}`, several ? `${run} \u00b7 ${name}` : run));
  for (const list of [element.log, element.other]) {
    const now = runs.map(({ run, name }) => `${run}\n${name}`).join("\n\n");
    if (list.now !== now) list.replaceChildren(...options());
    list.now = now;
  }
  element.log.parentElement.hidden = runs.length < 2;
  element.compare.querySelector("[value=run]").disabled = runs.length < 2;
}

/** Fills what depends on the log that is looked at. */
function fillControls() {
  const log = shown.log, counts = new Map();
  for (const label of log.labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  const classes = [...counts].sort(([a], [b]) => a - b);
  element.class.replaceChildren(option("", "all"), ...classes.map(([label, count]) =>
    option(label, `${className(log, label)} (${count})`)));
  element.class.parentElement.hidden = classes.length < 2;
  element.order.parentElement.hidden = log.count < 2;
  element.frame.replaceChildren(option("", "that counts most"), ...Array.from({ length: log.frames }, (_, at) =>
    option(at, `${at + 1} of ${log.frames}`)));
  element.frame.parentElement.hidden = log.frames < 2;
  element.colors.replaceChildren(option("", "own"), ...Object.keys(log.colors).map((name) => option(name, name)));
  element.methods.replaceChildren(...log.methods.map(({ key, title, layer }, number) => {
    const button = make("button", { type: "button", textContent: title, title: layer ? `looks at layer ${layer}` : "" });
    if (number < 9) button.setAttribute("aria-keyshortcuts", String(number + 1));
    button.dataset.method = key;
    button.onclick = () => toggleMethod(key);
    return button;
  }));
  element.methods.hidden = log.methods.length < 2;
}

function showControls() {
  const log = shown.log, chosen = chosenMethods().map(({ key }) => key), all = sides();
  for (const name of ["compare", "order", "scale", "colors", "opacity", "view", "limit"]) element[name].value = state[name];
  element.class.value = state.class ?? "";
  element.frame.value = state.frame ?? "";
  element.log.value = `${log.run}\n${log.name}`;
  if (shown.other) element.other.value = `${shown.other.run}\n${shown.other.name}`;
  element.other.parentElement.hidden = state.compare !== "run" || state.view === "epochs";
  element.difference.checked = state.difference;
  element.difference.parentElement.hidden = all.length < 2 || state.view === "epochs";
  element.limit.parentElement.hidden = state.scale !== "fixed";
  for (const button of element.methods.children) {
    button.setAttribute("aria-pressed", String(chosen.includes(button.dataset.method)));
  }
  for (const [name, at] of [["slider", place()], ["against", all[1]?.place ?? 0]]) {
    element[name].max = log.steps.length - 1;
    element[name].value = at;
    element[name].setAttribute("aria-valuetext", log.titleOf(at));
  }
  element.against.parentElement.hidden = state.compare !== "epoch";
  element.when.textContent = `${log.titleOf(place())} of ${log.by_epoch ? log.steps.at(-1) + 1 : log.steps.at(-1)}`;
  element.then.textContent = all[1] ? log.titleOf(all[1].place) : "";
  element.cards.hidden = state.view !== "images";
  element.epochs.hidden = state.view !== "epochs";
  element.titles.hidden = state.view === "epochs" || chosenMethods().length < 2;
  element.compare.parentElement.hidden = state.view === "epochs";
  document.documentElement.style.setProperty("--opacity", state.opacity / 100);
}

const KEYS = {
  ArrowLeft: () => goTo(place() - 1),
  ArrowRight: () => goTo(place() + 1),
  Home: () => goTo(0),
  End: () => goTo(Infinity),
  " ": play,
  "[": () => change({ opacity: Math.max(state.opacity - 10, 0) }),
  "]": () => change({ opacity: Math.min(state.opacity + 10, 100) }),
  ",": () => nextFrame(-1),
  ".": () => nextFrame(1),
  "/": () => element.class.focus(),
  e: () => change({ view: state.view === "images" ? "epochs" : "images" }),
  c: () => change({ compare: state.compare ? "" : "epoch" }),
  d: () => change({ difference: !state.difference }),
  Escape: () => change({ image: null }),
  "?": () => element.help.showModal(),
};

function listen() {
  addEventListener("keydown", (event) => {
    const typing = event.target.matches("select, input:not([type=range])");
    const own = event.target.matches("input[type=range]") && /^(Arrow|Home|End)/.test(event.key);
    const pressing = event.key === " " && event.target.matches("button");
    const other = event.ctrlKey || event.metaKey || event.altKey;
    if (typing || own || pressing || other || element.help.open || !shown.log) return;
    const method = /^[1-9]$/.test(event.key) && shown.log.methods[event.key - 1];
    const act = method ? () => toggleMethod(method.key) : KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  for (const name of ["log", "other", "compare", "order", "scale", "colors", "view"]) {
    element[name].onchange = () => change({ [name]: element[name].value });
  }
  element.class.onchange = () => change({ class: whole(element.class.value) });
  element.frame.onchange = () => change({ frame: whole(element.frame.value) });
  element.limit.onchange = () => change({ limit: CHOICES.limit(element.limit.value) });
  element.opacity.oninput = () => change({ opacity: Number(element.opacity.value) });
  element.difference.onchange = () => change({ difference: element.difference.checked });
  element.slider.oninput = () => goTo(Number(element.slider.value));
  element.against.oninput = () => change({ against: shown.log.steps[element.against.value] });
  element.play.onclick = play;
  element.ask.onclick = () => element.help.showModal();
}
