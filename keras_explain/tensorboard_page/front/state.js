// What is looked at: kept in the address, so that a link shows it again.

const within = (list) => (text) => (list.includes(text) ? text : list[0]);
const whole = (text) => (/^\d{1,12}$/.test(text ?? "") ? Number(text) : null);
const CHOICES = {
  log: (text) => text ?? "", // run and logger, as a line each
  other: (text) => text ?? "",
  step: whole, // null: the last one, also when another comes
  against: whole, // null: the first one
  methods: (text) => (text ? text.split(",") : []), // none: the first three
  compare: within(["", "epoch", "run"]),
  difference: (text) => text === "1",
  class: whole,
  order: within(["given", "wrong", "right", "lost", "moved"]),
  colors: (text) => text ?? "",
  scale: within(["own", "run", "fixed"]),
  limit: (text) => (Number(text) > 0 && Number.isFinite(Number(text)) ? Number(text) : 1),
  opacity: (text) => (text === null || !(Number(text) >= 0 && Number(text) <= 100) ? 100 : Number(text)),
  frame: whole, // of clips; null: in each map the one that counts most
  view: within(["images", "epochs"]),
  image: whole, // whose numbers the lines show; null: the mean
};
const ADDRESS = "p.keras_explain.view"; // What TensorBoard keeps for this page behind its own #.
const state = readLink();
const listeners = [];

/** Returns the window whose address is seen: TensorBoard's, in which this page is a frame. */
function addressed() {
  try {
    return parent.location.hash !== undefined ? parent : window;
  } catch {
    return window; // a frame of somebody else
  }
}

function readLink() {
  const parts = addressed().location.hash.slice(1).split("&").find((part) => part.startsWith(`${ADDRESS}=`));
  let text = "";
  try {
    text = decodeURIComponent(parts?.slice(ADDRESS.length + 1) ?? "");
  } catch {
    // no text that this page has written
  }
  const given = new URLSearchParams(text);
  return Object.fromEntries(Object.entries(CHOICES).map(([name, choose]) => [name, choose(given.get(name))]));
}

function writeLink() {
  const told = new URLSearchParams();
  for (const [name, choose] of Object.entries(CHOICES)) {
    const value = state[name] === true ? "1" : state[name];
    if (value !== null && String(value) !== String(choose(null))) told.set(name, value);
  }
  const view = addressed(), parts = view.location.hash.slice(1).split("&").filter((part) => !part.startsWith(ADDRESS));
  if (!parts[0] && view !== window) parts[0] = "keras_explain";
  const text = String(told) && `${ADDRESS}=${encodeURIComponent(told)}`;
  view.history.replaceState(view.history.state, "", `#${[...parts.filter(Boolean), text].filter(Boolean).join("&")}`);
}

/** Changes what is looked at, and tells all who show it which parts of it are others now. */
function change(changes) {
  const changed = new Set(Object.keys(changes).filter((name) => String(state[name]) !== String(changes[name])));
  if (!changed.size) return;
  Object.assign(state, changes);
  writeLink();
  for (const listener of listeners) listener(changed);
}

const shown = { log: null, other: null }; // The `Log`s that are looked at.

const place = () => shown.log.placeOf(state.step);
const chosenMethods = () => {
  const known = state.methods.map((key) => shown.log.method(key)).filter(Boolean);
  return known.length ? known : shown.log.methods.slice(0, 3);
};

/** Returns what stands below each other of an image: [{log, place, title}], one or two. */
function sides() {
  const first = { log: shown.log, place: place(), title: shown.log.titleOf(place()) };
  if (state.compare === "epoch") {
    const against = shown.log.placeOf(state.against ?? shown.log.steps[0]);
    return [first, { log: shown.log, place: against, title: shown.log.titleOf(against) }];
  }
  if (state.compare === "run" && shown.other) {
    const { other } = shown, there = other.placeOf(state.step);
    const titles = [shown.log, other].map((log) => (shown.log.run === other.run ? log.name : log.run));
    return [{ ...first, title: `${titles[0]} ${first.title}` },
      { log: other, place: there, title: `${titles[1]} ${other.titleOf(there)}` }];
  }
  return [first];
}

const className = (log, index) => log.class_names[index] ?? String(index);
const percent = (share) => (share < 0.005 ? "<1%" : `${Math.round(100 * share)}%`);

/** Returns a value in so many digits. */
function short(value, digits = 3) {
  if (!Number.isFinite(value)) return "\u2013";
  const tiny = value !== 0 && Math.abs(value) < 0.001, huge = Math.abs(value) >= 1e5;
  return tiny || huge ? value.toExponential(digits - 1) : String(Number(value.toPrecision(digits)));
}

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};
