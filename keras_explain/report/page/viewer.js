// The chosen image, large: its map, the value under the pointer, and what the network answers.

const view = Object.fromEntries([...document.querySelectorAll("#viewer [id]")].map((element) => [element.id, element]));
let looked; // The map that is shown.

/** Returns which of the explained classes is shown: 0 unless another one was clicked. */
const rankShown = () => Math.max(imageOf(state.image).targets.indexOf(state.target), 0);

function showImage() {
  const image = imageOf(state.image);
  view.name.textContent = image.name;
  view.verdict.replaceChildren(...verdict(image));
  view.picture.replaceChildren(frame(state.image));
  view.picture.querySelector("img").alt = image.name;
  view.strip.replaceChildren(...(methods.length > 1 ? methods.map(stripButton) : []));
  view.answers.hidden = !answers(image).length;
  view.classes.replaceChildren(...answers(image).map((answer) => make("li", {}, answerButton(image, answer))));
}

function verdict(image) {
  if (image.predicted === null) return [`score ${image.scores.map((score) => short(score)).join(", ")}`];
  const called = [make("strong", { textContent: className(image.predicted) }), ` ${percent(chance(image))}`];
  if (image.label === null) return called;
  const right = { className: "right", textContent: "right" };
  const wrong = { className: "wrong", textContent: `wrong, it is ${className(image.label)}` };
  return [...called, " \u00b7 ", make("span", isWrong(image) ? wrong : right)];
}

async function showMap() {
  const { image, target, frame } = state, method = chosenMethod(), rank = rankShown();
  looked = undefined;
  await fill(view.picture.firstChild, image, method, rank, frame);
  const map = await mapOf(image, method.key, rank);
  if (image !== state.image || target !== state.target || method !== chosenMethod()) return;
  looked = map;
  showFilm();
  explainColors(method, map);
  read();
}

function explainColors(method, map) {
  paintBar(view.bar, method);
  const limit = map ? limitOf(method, map) : 0;
  const { low, high, relative } = method;
  view.bar.setAttribute("aria-label", `Colors from ${low} to ${high}`);
  view.low.textContent = method.signed ? `${low} (${short(-limit)})` : `${low} (${short(map?.least ?? 0)})`;
  view.middle.textContent = method.signed ? "0" : "";
  view.high.textContent = `${high} (${relative ? "+" : ""}${short(limit)})`;
}

/** Tells how far the shown map can be believed, if that was asked: it is of the first class. */
function showTrust() {
  const found = rankShown() === 0 ? imageOf(state.image).trust[chosenMethod().key] ?? [] : [];
  view.trust.replaceChildren(...found.map(([holds, sentence]) =>
    make("li", { className: holds ? "right" : "wrong", textContent: sentence })));
  view.trust.hidden = !found.length;
}

/** Tells the value at a place of the map, given as shares of its height and width. */
function read(place) {
  const method = chosenMethod();
  if (!looked) return void (view.reading.textContent = `${method.title} has no map of this image.`);
  if (!place) {
    const blank = looked.values.every((value) => value === 0);
    view.reading.textContent = blank ? `This map is ${short(looked.least)} everywhere.`
      : "Point at the picture to read the map's values.";
    return;
  }
  const size = imageOf(state.image).size;
  const [y, x] = place.map((share, axis) => Math.floor(share * size[axis]));
  if (!(y >= 0 && y < size[0] && x >= 0 && x < size[1])) {
    view.reading.textContent = "The network didn't see this part of the photograph.";
    return;
  }
  const at = frameShown(looked, method, state.image, state.frame), value = valueAt(frameIn(looked, at), size, y, x);
  const within = looked.frames > 1 ? `frame ${at + 1}, ` : "";
  view.reading.textContent = `${looked.exact ? "" : "about "}${short(value, 4)} at ${within}row ${y}, column ${x}`;
}

function stripButton(method) {
  const box = make("span", { className: "box" }, frame(state.image));
  const failed = (imageOf(state.image).trust[method.key] ?? []).filter(([holds]) => !holds).length;
  const title = failed ? `${method.title} ${"\u2717".repeat(failed)}` : method.title;
  const button = make("button", { type: "button" }, box, make("span", { textContent: title }));
  button.onclick = () => change({ method: method.key });
  button.dataset.method = method.key;
  return button;
}

function showStrip() {
  for (const button of view.strip.children) {
    const method = methods.find(({ key }) => key === button.dataset.method);
    button.setAttribute("aria-pressed", String(method === chosenMethod()));
    fill(button.querySelector(".frame"), state.image, method, rankShown(), state.frame);
  }
}

/** Returns the most probable classes and the explained ones, as [class, probability or score]. */
function answers({ top, targets, scores }) {
  const others = targets.map((target, rank) => [target, scores[rank]]).filter(([target]) => target >= 0);
  const known = new Set(top.map(([target]) => target));
  return [...top, ...others.filter(([target]) => !known.has(target))];
}

function answerButton(image, [target, number]) {
  const isChance = image.top.some(([known]) => known === target);
  const explained = image.targets.includes(target);
  const share = make("span", { className: "share", textContent: isChance ? percent(number) : `score ${short(number)}` });
  const label = make("span", { className: "called", textContent: className(target) });
  const button = make("button", { type: "button" }, label, share);
  if (isChance) button.style.setProperty("--share", `${100 * number}%`);
  button.classList.toggle("explained", explained);
  button.dataset.target = target;
  button.onclick = () => change({ target });
  return button;
}

function showAnswer() {
  const image = imageOf(state.image), target = state.target ?? image.targets[0];
  for (const button of view.classes.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.target) === target));
  }
  const [, number] = answers(image).find(([known]) => known === target) ?? [];
  const shown = className(image.targets[0]);
  if (state.target === null || number === undefined) view.answer.textContent = image.asked ?? "";
  else if (image.targets.includes(target)) view.answer.textContent = `The map is of ${className(target)}.`;
  else {
    view.answer.textContent = `The network gives ${className(target)} ${percent(number)}. No map of it was made: the ` +
      `one above is of ${shown}. target="top3" makes one of each of the three most probable classes.`;
  }
}

const placeOf = (event) => {
  const bounds = view.picture.querySelector("canvas").getBoundingClientRect();
  return [(event.clientY - bounds.top) / bounds.height, (event.clientX - bounds.left) / bounds.width];
};
for (const name of ["pointermove", "pointerdown"]) {
  view.picture.addEventListener(name, (event) => event.target.closest(".frame") && read(placeOf(event)));
}
view.picture.addEventListener("pointerleave", () => read());
view.previous.onclick = () => step(-1);
view.next.onclick = () => step(1);

function showAll(changed) {
  const has = (...names) => !changed || names.some((name) => changed.has(name));
  if (has("image")) showImage();
  if (has("image", "method", "target")) showTrust();
  if (has("image", "method", "target", "frame", "scale")) showMap().then(showStrip);
  if (has("image", "target")) showAnswer();
}
showAll();
listeners.push(showAll);
