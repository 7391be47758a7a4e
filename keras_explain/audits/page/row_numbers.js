// What the table says of the chosen image, beside its map.

const numbersList = make("dl", { id: "numbers" }), withoutPhoto = make("p", { id: "without_photo" });
withoutPhoto.textContent = "The page carries the map and the numbers of this image, not its photograph.";
view.answers.before(withoutPhoto, numbersList);

function showNumbers() {
  const row = rowOf(state.image);
  withoutPhoto.hidden = state.image < images.length;
  const told = table.numbers.filter(({ name, values }) => name !== "probability" && !Number.isNaN(values[row] ?? NaN));
  numbersList.replaceChildren(...told.flatMap(({ title, about, kind, values }) =>
    [make("dt", { textContent: title, title: about }), make("dd", { textContent: written(values[row], kind) })]));
}

showNumbers();
listeners.push((changed) => changed.has("image") && showNumbers());
