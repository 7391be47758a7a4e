// Whom the page asks where it stands by itself: the logs that are in it, which answer what a server would.

const logs = JSON.parse(document.getElementById("logs").textContent).map((log) => ({ ...log, parts: new Map() }));
const silent = "This page can't be read";

/** Returns the bytes of an element, which are in base64. */
function bytesIn(id) {
  const text = atob(document.getElementById(id).textContent);
  return Uint8Array.from({ length: text.length }, (_, place) => text.charCodeAt(place)).buffer;
}

/** Returns what an element holds as a packet: its index, and its bytes behind it. */
function partOf(log, name) {
  if (!log.parts.has(name)) {
    const bytes = bytesIn(`${log.id}-${name}`), length = new DataView(bytes).getUint32(0, true);
    const index = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length)));
    log.parts.set(name, { index, bytes: bytes.slice(4 + length) });
  }
  return log.parts.get(name);
}

function packet(index, ...pieces) {
  let text = JSON.stringify(index);
  text += " ".repeat((4 - (text.length % 4)) % 4); // an index has no other than ASCII letters
  const head = new TextEncoder().encode(text), size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const bytes = new Uint8Array(4 + head.length + size);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let place = 4 + head.length;
  for (const piece of pieces) {
    bytes.set(new Uint8Array(piece), place);
    place += piece.byteLength;
  }
  return bytes.buffer;
}

/** Returns the rows of some steps of an array that begins at a byte, `size` bytes a step. */
const rows = (bytes, start, size, { first, last }) => bytes.slice(start + first * size, start + (last + 1) * size);

function numbersOf(log, range) {
  const { index, bytes } = partOf(log, "numbers"), [, images, columns] = index.shape;
  return packet({ shape: [range.last - range.first + 1, images, columns] }, rows(bytes, 0, 4 * images * columns, range));
}

/** The means over all images, those of a class, or one; the share of those that are right stands for the class. */
function linesOf(log, { first, last, image, label }) {
  const { index, bytes } = partOf(log, "numbers"), [, images, columns] = index.shape, { labels } = log.about;
  const chosen = labels.map((_, place) => place).filter((place) =>
    image !== undefined ? place === Number(image) : label === undefined || labels[place] === Number(label));
  const table = new Float32Array(bytes), found = new Float32Array((last - first + 1) * columns).fill(NaN);
  for (let step = first; step <= last; step++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0, count = 0;
      for (const place of chosen) {
        let value = table[(step * images + place) * columns + column];
        if (column === 0 && Number.isFinite(value)) value = labels[place] === null ? NaN : Number(value === labels[place]);
        if (Number.isFinite(value)) [sum, count] = [sum + value, count + 1];
      }
      if (count) found[(step - first) * columns + column] = sum / count;
    }
  }
  return packet({ shape: [last - first + 1, columns] }, found.buffer);
}

function mapsOf(log, { method, block, ...range }) {
  const { index, bytes } = partOf(log, `${log.about.methods.findIndex(({ key }) => key === method)}-${block}`);
  const [steps, ...shape] = index.shape, images = shape[0];
  const size = shape.reduce((product, length) => product * length) * (index.kind === "int8" ? 1 : 2);
  const scales = rows(bytes, 0, 4 * images, range), codes = rows(bytes, 4 * images * steps, size, range);
  return packet({ shape: [range.last - range.first + 1, ...shape], kind: index.kind }, scales, codes);
}

const answers = {
  runs: () => ({ runs: logs.map(({ run, name, about: { steps } }) => ({ run, name, steps: steps.length })), broken: [] }),
  log: (log) => log.about,
  numbers: numbersOf,
  lines: linesOf,
  maps: mapsOf,
};

async function ask(path, query) {
  const asked = { ...query, first: Number(query.first), last: Number(query.last) };
  const answer = answers[path](logs.find(({ run, name }) => run === query.run && name === query.name), asked);
  return answer instanceof ArrayBuffer ? answer : new TextEncoder().encode(JSON.stringify(answer)).buffer;
}

/** Returns the address of an image, which is in the page. */
function pictureAddress({ run, name, image }) {
  return logs.find((log) => log.run === run && log.name === name).pictures[image];
}
