// A photograph under a map.

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** Returns an empty place for the photograph of an image, in its aspect, and a map of the part that was seen of it. */
function frame(index) {
  const { photo: [height, width], part: [top, left, tall, wide] } = imageOf(index);
  const element = make("span", { className: "frame" }, make("img", { alt: "" }), make("canvas"));
  Object.assign(element.lastChild.style, {
    top: percentOf(top, height), height: percentOf(tall, height), left: percentOf(left, width), width: percentOf(wide, width),
  });
  element.style.aspectRatio = `${width} / ${height}`;
  element.style[width < height ? "height" : "width"] = "100%";
  element.classList.toggle("crisp", Math.max(height, width) < page.crisp);
  return element;
}

const percentOf = (part, whole) => `${(100 * part) / whole}%`;

/** Puts the photograph and a map into a frame; of a clip one of its frames, by default that which counts most. */
async function fill(element, index, method, rank = 0, chosen = null) {
  const [photo, canvas] = element.children;
  const ticket = (element.ticket = (element.ticket ?? 0) + 1);
  const map = await mapOf(index, method.key, rank);
  if (element.ticket !== ticket) return; // Another one was asked for meanwhile.
  const at = frameShown(map, method, index, chosen), url = imageData(index).photos?.[at];
  if (url && photo.src !== url) photo.src = url;
  if (map) paint(canvas, frameIn(map, at), method, imageOf(index).part.slice(2));
  else empty(canvas);
}

/** Gives the memory of a frame back. */
function drain(element) {
  element.ticket = (element.ticket ?? 0) + 1;
  element.children[0].removeAttribute("src");
  empty(element.children[1]);
}

const empty = (canvas) => Object.assign(canvas, { height: 0, width: 0 });
