// All images at one time: only those that are seen are drawn.

let cards = [], order = [];
const seen = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const image = Number(target.dataset.image);
    isIntersecting ? seen.add(image) : seen.delete(image);
    if (isIntersecting) drawCard(image);
  }
}, { rootMargin: "200px" });

/** Makes the cards anew: as many places for maps in each as there are sides and methods. */
function makeCards() {
  for (const card of cards) watcher.unobserve(card);
  seen.clear();
  const rows = sides().length + (state.difference && sides().length > 1), methods = chosenMethods();
  cards = shown.log.labels.map((_, image) => {
    const grid = make("span", { className: "grid" });
    grid.style.setProperty("--columns", methods.length);
    for (let row = 0; row < rows; row++) {
      grid.append(...methods.map(() => make("span", { className: "box" }, frame(shown.log, image))));
      grid.append(make("span", { className: "called" }));
    }
    const button = make("button", { type: "button", className: "card" }, grid);
    button.dataset.image = image;
    button.onclick = () => change({ image: state.image === image ? null : image });
    watcher.observe(button);
    return button;
  });
  element.cards.style.setProperty("--columns", methods.length);
  element.titles.replaceChildren("from left to right:", ...methods.map(({ title }, m) =>
    make("span", { className: `c${m % 4}`, textContent: title })));
}

function drawCard(image) {
  const all = sides(), methods = chosenMethods(), frames = cards[image].querySelectorAll(".frame");
  const rows = [...all.map((side) => [side]), ...(state.difference && all.length > 1 ? [all] : [])];
  rows.forEach((row, r) => methods.forEach(({ key }, m) => fill(frames[r * methods.length + m], image, key, row)));
}

/** Tells what the network says of each image, frames those that are or were wrong, and puts them in their order. */
async function judgeCards(reorder) {
  const all = sides(), log = shown.log, now = place();
  const before = all[1] ?? { log, place: Math.max(now - 1, 0) };
  const [numbers, earlier] = await Promise.all([log.numbers(now), before.log.numbers(before.place)]);
  if (log !== shown.log || now !== place() || cards.length !== log.count) return;
  const wrong = (read, image) => log.labels[image] !== null && Number.isFinite(read(image, "predicted")) &&
    read(image, "predicted") !== log.labels[image];
  const found = cards.map((card, image) => {
    const is = wrong(numbers, image), was = wrong(earlier, image);
    const verdict = { wrong: is, right: was && !is, lost: is && !was };
    for (const [name, value] of Object.entries(verdict)) card.classList.toggle(name, value);
    const called = card.querySelectorAll(".called");
    all.forEach((side, row) => {
      called[row].replaceChildren(...caption(side, [numbers, earlier][row], image, all.length > 1));
    });
    if (called[all.length]) called[all.length].textContent = `${all[0].title} less ${all[1].title}`;
    const moved = numbers(image, `movement/${chosenMethods()[0].key}`);
    return { ...verdict, moved: Number.isFinite(moved) ? moved : -1 };
  });
  if (reorder) placeCards(found);
  tellCount(found);
}

function caption({ log, title }, read, image, titled) {
  const parts = [], predicted = read(image, "predicted"), label = log.labels[image];
  const add = (className, textContent) => parts.push(make("span", { className, textContent }));
  if (titled) add("soft", title);
  if (Number.isFinite(predicted)) {
    const wrong = label !== null && predicted !== label;
    add(wrong ? "name bad" : "name", className(log, predicted));
    add("soft", percent(read(image, "chance")));
    if (wrong) add("soft", `is ${className(log, label)}`);
  } else if (Number.isFinite(read(image, "score"))) {
    add("soft", `score ${short(read(image, "score"))}`);
  }
  if (label === null && log.captions) add("soft", `is ${log.captions[image]}`);
  return parts;
}

const ORDERS = {
  given: null,
  wrong: (a, b) => b.wrong - a.wrong,
  right: (a, b) => b.right - a.right,
  lost: (a, b) => b.lost - a.lost,
  moved: (a, b) => b.moved - a.moved,
};

function placeCards(found) {
  const list = [...cards.keys()].filter((image) => state.class === null || shown.log.labels[image] === state.class);
  if (ORDERS[state.order]) list.sort((a, b) => ORDERS[state.order](found[a], found[b]));
  if (String(list) === String(order) && element.cards.childElementCount === list.length) return;
  order = list;
  element.cards.replaceChildren(...list.map((image) => make("li", {}, cards[image])));
}

function tellCount(found) {
  const list = order.map((image) => found[image]), count = (name) => list.filter((one) => one[name]).length;
  const all = order.length === cards.length ? `${cards.length} images` : `${order.length} of ${cards.length} images`;
  const labeled = shown.log.labels.some((label) => label !== null);
  const swatches = [["wrong", "wrong"], ["right", "newly right"], ["lost", "newly wrong"]].map(([kind, text]) =>
    make("span", { className: `swatch ${kind}`, textContent: `${count(kind)} ${text}` }));
  element.count.replaceChildren(make("span", { textContent: all }), ...(labeled ? swatches : []));
}

function markCard() {
  cards.forEach((card, image) => card.setAttribute("aria-pressed", String(image === state.image)));
}
