// What there is to know: logs, numbers, lines and maps, each asked for when it is seen, and kept while there is room.

const ROOM = 64e6; // Bytes of numbers and maps that stay in memory.
const TOGETHER = 131072; // Bytes of maps that are asked for at once, about.

const askJson = async (path, query = {}) => JSON.parse(new TextDecoder().decode(await ask(path, query)));

/** Resolves to the index of a packet, and its bytes with the place at which its arrays begin. */
async function askPacket(path, query) {
  const bytes = await ask(path, query), length = new DataView(bytes).getUint32(0, true);
  return { ...JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))), bytes, start: 4 + length };
}

const kept = new Map();
let keptBytes = 0;

/** Resolves to what `load` resolved to under a key; what was used last is given up last. */
function once(key, load) {
  let entry = kept.get(key);
  if (entry) kept.delete(key);
  else {
    entry = { size: 0, promise: load() };
    entry.promise.then(({ bytes }) => {
      entry.size = bytes.byteLength;
      keptBytes += entry.size;
      for (const [old, { size }] of kept) {
        if (keptBytes <= ROOM || old === key) break;
        kept.delete(old);
        keptBytes -= size;
      }
    }, () => kept.delete(key));
  }
  kept.set(key, entry);
  return entry.promise;
}

/** Returns how many steps of so many bytes are asked for at once. */
const spanOf = (bytes, most) => Math.max(Math.min(Math.floor(TOGETHER / bytes), most), 1);

let logsMade = 0;

/** One logger's log of one run. */
class Log {
  constructor(run, name, about) {
    Object.assign(this, { run, name, number: logsMade++, ...about });
    this.column = Object.fromEntries(this.columns.map((column, place) => [column, place]));
    this.count = this.labels.length;
  }

  get query() {
    return { run: this.run, name: this.name };
  }

  /** Returns the place of a step, or of the last one before it. */
  placeOf(step) {
    if (step === null) return this.steps.length - 1;
    let place = this.steps.findIndex((known) => known > step);
    return Math.max((place < 0 ? this.steps.length : place) - 1, 0);
  }

  titleOf(place) {
    return this.by_epoch ? `epoch ${this.steps[place] + 1}` : `batch ${this.steps[place]}`;
  }

  /** Takes steps that have come since; returns whether these are those of before, and more. */
  grow({ steps, restarts, id }) {
    const same = restarts === this.restarts && id === this.id && this.steps.every((step, place) => step === steps[place]);
    if (same) this.steps = steps;
    return same;
  }

  /** Returns the first and the last place of those that are asked for together with one. */
  together(place, span) {
    const first = place - (place % span);
    return { first, last: Math.min(first + span, this.steps.length) - 1 };
  }

  /** Resolves to the numbers of all images at a place, as a function of image and column. */
  async numbers(place) {
    const range = this.together(place, spanOf(4 * this.count * this.columns.length, 64));
    const load = () => askPacket("numbers", { ...this.query, ...range });
    const { bytes, start, shape: [, images, columns] } = await once(`${this.number} ${range.first} ${range.last}`, load);
    const table = new Float32Array(bytes, start + 4 * (place - range.first) * images * columns, images * columns);
    return (image, column) => table[image * columns + this.column[column]];
  }

  /** Resolves to the means over images at all places, as a function of place and column. */
  async lines(of) {
    const columns = this.columns.length, pieces = [];
    for (let first = 0; first < this.steps.length; first += 256) pieces.push(this.together(first, 256));
    const tables = await Promise.all(pieces.map(async (range) => {
      const key = `${this.number} lines ${JSON.stringify(of)} ${range.first} ${range.last}`;
      const { bytes, start } = await once(key, () => askPacket("lines", { ...this.query, ...of, ...range }));
      return new Float32Array(bytes, start);
    }));
    return (place, column) => tables[Math.floor(place / 256)][(place % 256) * columns + this.column[column]];
  }

  method(key) {
    return this.methods.find((method) => method.key === key);
  }

  /** Resolves to a map as {frames, height, width, channels, values}, undefined where there is none. */
  async map(place, key, image) {
    const method = this.method(key), block = Math.floor(image / this.block);
    if (!method?.bytes) return undefined;
    const range = this.together(place, spanOf(this.block * method.bytes, 32));
    const load = () => askPacket("maps", { ...this.query, ...range, method: key, block });
    const piece = await once(`${this.number} ${key} ${block} ${range.first} ${range.last}`, load);
    return mapIn(piece, place - range.first, image % this.block, method.relative);
  }
}

function mapIn(piece, step, image, relative) {
  const { bytes, start, shape: [steps, images, ...sizes], kind } = piece;
  const [channels, width, height, frames = 1] = sizes.reverse();
  piece.maps ??= new Map();
  const number = step * images + image;
  if (!piece.maps.has(number)) {
    const scale = new Float32Array(bytes, start, steps * images)[number];
    const size = frames * height * width * channels, behind = start + 4 * steps * images;
    const codes = kind === "int8" ? new Int8Array(bytes, behind + number * size, size)
      : new Uint16Array(bytes, behind + 2 * number * size, size);
    const share = kind === "int8" ? (code) => (Math.abs(code) * code) / 16129 : half; // 16129 is 127 squared
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = scale * share(codes[i]);
    const least = relative ? values.reduce((a, b) => Math.min(a, b), Infinity) : 0;
    if (relative) for (let i = 0; i < size; i++) values[i] -= least;
    piece.maps.set(number, Number.isFinite(scale) ? { frames, height, width, channels, values } : undefined);
  }
  return piece.maps.get(number);
}

let halves;

/** Returns the number that 16 bits stand for, IEEE 754 binary16; logged maps have no infinite ones. */
function half(bits) {
  halves ??= Float32Array.from({ length: 65536 }, (_, code) => {
    const exponent = (code >> 10) & 31, fraction = code & 1023;
    const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    return code >> 15 ? -size : size;
  });
  return halves[bits];
}
