// All images: only those that are seen are drawn.

const gallery = document.getElementById("gallery");
const cards = images.map((image, index) => card(image, index));
const seen = new Set();

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const index = Number(target.dataset.index);
    if (isIntersecting) seen.add(index);
    else seen.delete(index);
    isIntersecting ? drawCard(index) : drain(target.querySelector(".frame"));
  }
}, { rootMargin: "300px" });

function card(image, index) {
  const wrong = isWrong(image);
  const title = image.predicted === null ? image.scores.map((score) => short(score)).join(", ") : className(image.predicted);
  const caption = make("span", { className: "caption" }, make("span", { className: "called", textContent: title }));
  if (image.top.length) caption.append(make("span", { className: "share", textContent: percent(chance(image)) }));
  const truth = make("span", { className: "truth", textContent: wrong ? `is ${className(image.label)}` : "" });
  const box = make("span", { className: "box" }, frame(index));
  const button = make("button", { type: "button", className: "card", title: image.name }, box, caption);
  if (hasLabels) button.append(truth);
  button.classList.toggle("wrong", wrong);
  button.dataset.index = index;
  button.onclick = () => {
    change({ image: index });
    if (narrow.matches) document.getElementById("viewer").scrollIntoView();
  };
  return button;
}

const narrow = matchMedia("(max-width: 800px)");

function drawCard(index) {
  fill(cards[index].querySelector(".frame"), index, chosenMethod());
}

function listCards() {
  const list = shownImages();
  gallery.replaceChildren(...list.map((index) => make("li", {}, cards[index])));
  const wrong = list.filter((index) => isWrong(images[index])).length;
  const errors = hasLabels && hasChances ? `, ${wrong} wrong` : "";
  const count = list.length === images.length ? `${list.length} images` : `${list.length} of ${images.length} images`;
  document.getElementById("count").textContent = count + errors;
}

function markCard(scroll) {
  for (const [index, button] of cards.entries()) {
    if (index === state.image) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  if (scroll && !narrow.matches) cards[state.image]?.scrollIntoView({ block: "nearest" });
}

/** Chooses the image so many places on in the list. */
function step(places) {
  const list = listed().images();
  const at = list.indexOf(state.image) + places;
  if (at >= 0 && at < list.length) change({ image: list[at] });
}

const columns = () => getComputedStyle(gallery).gridTemplateColumns.split(" ").length;

listCards();
markCard();
for (const button of cards) watcher.observe(button);
listeners.push((changed) => {
  if (["class", "sort", "group"].some((name) => changed.has(name))) listCards();
  if (changed.has("image")) markCard(true);
  if (changed.has("method") || changed.has("scale")) for (const index of seen) drawCard(index);
});
