// Maps as colors over their pictures.

const LARGEST = 128; // Pixels of a painted map's longer side: it is seen no larger.

const unpacked = new Map();
const bytesOf = (base64) => {
  if (!unpacked.has(base64)) unpacked.set(base64, Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
  return unpacked.get(base64);
};

/** Returns how maps of a method look: by its own colors, or by the chosen ones, which lie over the picture. */
function lookOf(log, method) {
  const { signed, power, table, fine } = method, chosen = log.colors[state.colors];
  if (!chosen) return { signed, power, table: bytesOf(table), colored: signed && fine };
  return { signed, power: 1, table: bytesOf(signed ? chosen.signed : chosen.plain), colored: false };
}

const differenceLook = (log) => {
  const { signed, power, table } = log.difference, chosen = log.colors[state.colors];
  return { signed, power, table: bytesOf(chosen ? chosen.signed : table), colored: false };
};

/** Returns the map with one channel: of several the value of largest magnitude. */
function reduced(map) {
  const { channels, values } = map;
  if (channels === 1) return map;
  if (!map.reduced) {
    const largest = new Float32Array(values.length / channels);
    for (let at = 0, i = 0; at < largest.length; at++) {
      for (let channel = 0; channel < channels; channel++, i++) {
        if (Math.abs(values[i]) > Math.abs(largest[at])) largest[at] = values[i];
      }
    }
    map.reduced = { ...map, channels: 1, values: largest };
  }
  return map.reduced;
}

/** Returns the value of a map's outermost color: of its values the 99.5th percentile. */
function ownLimit(map, signed) {
  map.limit ??= (() => {
    const { values: all } = reduced(map), values = (signed ? all.map(Math.abs) : all.slice()).sort();
    const at = 0.995 * (values.length - 1), low = Math.floor(at);
    const top = values[low] + (values[Math.min(low + 1, values.length - 1)] - values[low]) * (at - low);
    return Math.max(top > 0 ? top : values.at(-1), 0);
  })();
  return map.limit;
}

/** Returns what one map has more than another of the same size, undefined if there is none. */
function differenceOf(map, other) {
  if (!map || !other || ["frames", "height", "width", "channels"].some((size) => map[size] !== other[size])) return;
  const { frames, height, width, channels } = map;
  return { frames, height, width, channels, values: map.values.map((value, i) => value - other.values[i]) };
}

/** Draws a map as colors over a transparent ground. */
function paint(canvas, map, { signed, power, table, colored }, limit, [tall, wide]) {
  const shrink = Math.min(LARGEST / Math.max(tall, wide), 1);
  const height = Math.max(Math.round(shrink * tall), 1), width = Math.max(Math.round(shrink * wide), 1);
  const flat = colored && map.channels === 3 ? map : reduced(map), { channels } = flat;
  const values = resized(flat, height, width), { data } = (canvas.image ??= new ImageData(width, height));
  for (let i = 0; i < height * width; i++) {
    let color = 0;
    for (let channel = 0; channel < 4; channel++) { // Of three channels each is a color's own.
      if (channel < channels) color = 4 * entry(values[channels * i + channel] / limit, signed, power);
      data[4 * i + channel] = table[color + channel];
    }
  }
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { height, width });
  canvas.getContext("2d").putImageData(canvas.image, 0, 0);
}

/** Returns which color of a table a share of the limit has; what is not finite has that of zero. */
function entry(share, signed, power) {
  const size = Math.min(Math.abs(share), 1), steps = Math.round(255 * (power === 1 ? size : size ** (1 / power))) || 0;
  if (!signed) return share < 0 ? 0 : steps;
  return share < 0 ? 255 - steps : 255 + steps;
}

let runLimits = {}; // By method: the largest mean peak of an epoch, of the logs that are looked at.

async function findLimits() {
  const logs = [...new Set([shown.log, state.compare === "run" ? shown.other : null].filter(Boolean))], found = {};
  for (const log of logs) {
    const line = await log.lines({});
    for (const { key } of log.methods) {
      for (let at = 0; at < log.steps.length; at++) {
        const peak = line(at, `peak/${key}`);
        if (peak > (found[key] ?? 0)) found[key] = peak;
      }
    }
  }
  runLimits = found;
}

function limitOf(map, key, signed) {
  if (state.scale === "fixed") return state.limit;
  return state.scale === "run" ? runLimits[key] ?? 0 : ownLimit(map, signed);
}

/** Returns an empty place for a picture and a map over it. */
function frame(log, image) {
  const [height, width] = log.picture;
  const photo = make("img", { alt: "", src: pictureAddress({ ...log.query, id: log.id, image }) });
  const element = make("span", { className: "frame" }, photo, make("canvas"));
  photo.style.height = `${100 * log.frames}%`; // of a clip all frames, one below the other
  element.style.aspectRatio = `${width} / ${height}`;
  element.classList.toggle("crisp", log.crisp);
  return element;
}

/** Puts a map into a frame: that of a side, or what the first side has more than the second. */
async function fill(element, image, key, [side, other]) {
  const ticket = (element.ticket = (element.ticket ?? 0) + 1);
  const asked = [side, other].filter(Boolean).map(({ log, place }) => log.map(place, key, image));
  const [map, second] = await Promise.all(asked).catch(() => []);
  if (element.ticket !== ticket) return; // Another one was asked for meanwhile.
  const [photo, canvas] = element.children, found = other ? differenceOf(map, second) : map;
  element.classList.toggle("missing", !found);
  if (!found) {
    Object.assign(canvas, { height: 0, width: 0 });
    return;
  }
  const look = other ? differenceLook(side.log) : lookOf(side.log, side.log.method(key));
  const at = frameShown(side.log, found, look);
  photo.style.top = `${-100 * at}%`;
  paint(canvas, frameOf(found, at, side.log), look, limitOf(found, key, look.signed), side.log.picture);
}
