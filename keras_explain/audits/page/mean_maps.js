// For each finding the mean map of its images, beside that of the rest of its class.

const meanMaps = readJson("audit_means");

/** Returns a canvas with a map that the page carries, in its own colors. */
function meanCanvas(entry, about) {
  const canvas = make("canvas", { role: "img" });
  canvas.setAttribute("aria-label", about);
  canvas.className = "mean";
  unpack(entry).then((map) => {
    const times = Math.ceil(96 / Math.max(map.height, map.width));
    paint(canvas, map, methods[0], [times * map.height, times * map.width], map.limit);
  });
  return canvas;
}

function meanFigure(entry, caption) {
  const about = make("figcaption", { textContent: caption });
  return make("figure", {}, entry ? meanCanvas(entry, caption) : "", about);
}

/** Puts the two maps below a finding's sentence, once it is looked at. */
function showMeans() {
  const items = document.getElementById("groups").children, place = state.group;
  for (const [number, item] of [...items].entries()) {
    const shown = number === place, means = meanMaps[number];
    if (shown && means && !item.querySelector(".means")) item.append(meansOf(number, means));
    for (const box of item.querySelectorAll(".means")) box.hidden = !shown;
  }
}

function meansOf(number, { maps, counts }) {
  const all = make("button", { type: "button", className: "more", textContent: `All ${counted(counts[0])} in the table` });
  all.onclick = () => change({ view: "rows", finding: String(number) });
  const [here, rest] = [`mean map of these ${counted(counts[0])}`, `of the other ${counted(counts[1])} decided for the class`];
  return make("div", { className: "means" }, meanFigure(maps[0], here), meanFigure(maps[1], rest), all);
}

showMeans();
listeners.push((changed) => changed.has("group") && showMeans());
