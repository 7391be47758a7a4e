// The colors of maps, by the tables that Python made.

const page = readJson("page");
const bytes = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const tables = new Map(page.methods.map((method) => [method, bytes(method.table)]));

/** Returns the value of a map's outermost color. */
const limitOf = (method, map) => (state.scale === "all" ? method.limit : map.limit);

/** Draws a map as colors over a transparent ground. */
function paint(canvas, map, method, [height, width], limit = limitOf(method, map)) {
  const table = tables.get(method);
  const values = resized(map, height, width);
  const image = new ImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    let color = 0;
    for (let channel = 0; channel < 4; channel++) { // Of three channels each is a color's own.
      if (channel < map.channels) color = 4 * entry(values[map.channels * i + channel], limit, method);
      image.data[4 * i + channel] = table[color + channel];
    }
  }
  Object.assign(canvas, { height, width });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Returns which color of its method's table a value has; what is not finite has that of zero. */
function entry(value, limit, { signed, power }) {
  const share = limit > 0 && Number.isFinite(value) ? value / limit : 0;
  const size = Math.min(Math.abs(share), 1) ** (1 / power);
  const steps = Math.round(255 * size);
  if (!signed) return share < 0 ? 0 : steps;
  return share < 0 ? 255 - steps : 255 + steps;
}

/** Draws the colors of a method from its lowest value to its highest. */
function paintBar(canvas, method) {
  const colors = bytes(method.bar), image = new ImageData(256, 1);
  for (let i = 0; i < 256; i++) image.data.set([...colors.slice(3 * i, 3 * i + 3), 255], 4 * i);
  canvas.getContext("2d").putImageData(image, 0, 0);
}
