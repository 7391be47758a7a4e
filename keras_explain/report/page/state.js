// What is looked at: kept in the link after the #, so that a link shows it again.

const listed = () => walks[state.view] ?? walks.examples;
const standard = readLink("");
const state = readLink(location.hash);
state.image ??= listed().images()[0] ?? 0;
const listeners = [];

function readLink(link) {
  const given = new URLSearchParams(link.slice(1));
  return Object.fromEntries(Object.entries(choices).map(([name, choose]) => [name, choose(given.get(name))]));
}

/** Changes what is looked at, and tells all who show it which parts of it are others now. */
function change(changes) {
  const before = { ...state };
  const reordered = [...listing].some((name) => name in changes && changes[name] !== state[name]);
  Object.assign(state, changes);
  const list = listed().images();
  const lost = state.image === null || !list.includes(state.image) || (reordered && changes.image === undefined);
  if (lost) state.image = list[0] ?? before.image;
  if (state.image !== before.image) {
    for (const own of ["target", "frame"]) if (!(own in changes)) state[own] = null;
  }
  const changed = new Set(Object.keys(state).filter((name) => state[name] !== before[name]));
  if (!changed.size) return;
  if (window === parent) writeLink();
  for (const listener of listeners) listener(changed);
}

function writeLink() {
  const usual = { ...standard, image: listed().images()[0] };
  const chosen = Object.entries(state).filter(([name, value]) => value !== usual[name] && value !== null);
  history.replaceState(null, "", `#${new URLSearchParams(chosen)}`);
}

/** Returns the indices of the images that are shown, in their order. */
function shownImages() {
  const has = (image) => [image.predicted, image.label, ...image.targets].includes(Number(state.class));
  const chosen = state.group === null ? [...images.keys()] : page.groups[state.group].images;
  const list = chosen.filter((index) => state.class === "" || has(images[index]));
  const { before } = ORDERS[state.sort];
  return before ? list.sort((a, b) => before(images[a], images[b])) : list;
}

const chosenMethod = () => methods.find(({ key }) => key === state.method);
const className = (index) => page.class_names[index] ?? "";
const percent = (share) => (share < 0.005 ? "<1%" : `${Math.round(100 * share)}%`);
const tiny = (value) => value !== 0 && Math.abs(value) < 0.001;

/** Returns a value in so many digits. */
function short(value, digits = 3) {
  if (!Number.isFinite(value)) return "not finite";
  return tiny(value) ? value.toExponential(digits - 1) : String(Number(value.toPrecision(digits)));
}
