// Images by epochs: a row an image, a column a time, as many as there is room for.

const COLUMN = 84; // Pixels.

/** Returns the places that are shown: evenly spaced, and the chosen one in the place of its neighbor. */
function placesShown() {
  const wide = element.epochs.clientWidth - (innerWidth > 700 ? 112 : 72); // without the names
  const count = shown.log.steps.length, columns = Math.min(Math.max(Math.floor(wide / COLUMN), 2), count), now = place();
  const places = Array.from({ length: columns }, (_, i) => Math.round((i * (count - 1)) / Math.max(columns - 1, 1)));
  let nearest = 0;
  places.forEach((each, i) => {
    if (Math.abs(each - now) < Math.abs(places[nearest] - now)) nearest = i;
  });
  if (places.length) places[nearest] = now;
  return [...new Set(places)];
}

const rowWatcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting || target.drawn) continue;
    target.drawn = true;
    for (const box of target.querySelectorAll(".box")) {
      const at = Number(box.dataset.place);
      fill(box.firstChild, Number(target.dataset.image), box.dataset.method, [{ log: shown.log, place: at }]);
    }
  }
}, { rootMargin: "200px" });

async function showEpochs() {
  const places = placesShown(), log = shown.log, methods = chosenMethods();
  const read = new Map(await Promise.all(places.map(async (at) => [at, await log.numbers(at)])));
  if (log !== shown.log || state.view !== "epochs") return;
  rowWatcher.disconnect();
  const head = make("div", { className: "row head" }, make("span"), ...places.map((at) => {
    const button = make("button", { type: "button", textContent: log.titleOf(at) });
    button.onclick = () => change({ step: log.steps[at] });
    button.classList.toggle("now", at === place());
    return button;
  }));
  const rows = order.flatMap((image) => methods.map(({ key, title }, m) => {
    const label = log.labels[image], named = label === null ? log.captions?.[image] ?? "" : className(log, label);
    const name = m ? [] : [make("strong", { textContent: named || `image ${image}` })];
    const names = make("span", {}, ...name, make("span", { className: "soft", textContent: title }));
    const row = make("div", { className: "row" }, names);
    row.dataset.image = image;
    for (const at of places) {
      const box = make("span", { className: "box" }, frame(log, image)), predicted = read.get(at)(image, "predicted");
      Object.assign(box.dataset, { place: at, method: key });
      box.classList.toggle("wrong", label !== null && Number.isFinite(predicted) && predicted !== label);
      box.classList.toggle("now", at === place());
      if (Number.isFinite(predicted)) {
        box.title = `${log.titleOf(at)}: ${className(log, predicted)} ${percent(read.get(at)(image, "chance"))}`;
      }
      box.onclick = () => change({ step: log.steps[at] });
      row.append(box);
    }
    return row;
  }));
  element.epochs.style.setProperty("--places", places.length);
  element.epochs.replaceChildren(head, ...rows);
  for (const row of rows) rowWatcher.observe(row);
}
