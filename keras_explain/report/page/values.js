// The values of maps: taken out of the page when they are looked at.

const KEPT = 64; // Images whose values stay in memory.
const kept = new Map();

const readJson = (id) => JSON.parse(document.getElementById(id).textContent);

/** Returns what the page carries of an image: its photograph and its maps, not yet unpacked. */
function imageData(index) {
  const data = kept.get(index) ?? (index in images ? readJson(`image-${index}`) : others.data(index - images.length));
  kept.delete(index); // What was looked at last is given up last.
  kept.set(index, data);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return data;
}

/** Resolves to a map as {frames, height, width, channels, values, limit, least, exact}, undefined where there is none:
 * values are those above `least`, at which its colors begin. */
async function mapOf(index, method, rank) {
  const entry = imageData(index).maps[method]?.[rank];
  if (entry && !entry.unpacked) entry.unpacked = unpack(entry);
  return entry?.unpacked;
}

async function unpack({ size, data, steps, limit, least }) {
  const [channels, width, height, frames = 1] = [...size].reverse();
  const bytes = await inflated(data);
  const values = steps ? Float32Array.from(new Uint8Array(bytes), (code) => decodedSteps(steps)[code])
    : new Float32Array(bytes);
  return { frames, height, width, channels, values, limit, least, exact: !steps };
}

async function inflated(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

const tablesOfSteps = new WeakMap();

/** Returns the 256 values that codes stand for, see decoded_steps in map_code.py. */
function decodedSteps(steps) {
  if (!tablesOfSteps.has(steps)) {
    const [zero, linear, last, power, limit, largest] = steps;
    tablesOfSteps.set(steps, Float32Array.from({ length: 256 }, (_, code) => {
      const step = Math.abs(code - zero);
      const beyond = Math.max(step - linear, 0) / (last - linear);
      const within = Math.min(step / linear, 1) ** power;
      return Math.sign(code - zero) * limit * within * (largest / limit) ** beyond;
    }));
  }
  return tablesOfSteps.get(steps);
}

/** Returns the value of a map at one pixel of an image of a size: of several channels the largest in magnitude. */
function valueAt(map, [height, width], y, x) {
  const row = places(map.height, height)[y], column = places(map.width, width)[x];
  const values = Array.from({ length: map.channels }, (_, channel) => between(map, row, column, channel));
  return map.least + values.reduce((largest, value) => (Math.abs(value) > Math.abs(largest) ? value : largest));
}
