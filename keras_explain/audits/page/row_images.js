// Rows as images: those whose photograph the page carries, and all others by their map alone.

const pictured = new Map(table.pictured.map((row, number) => [row, number]));
const numberOf = (row) => pictured.get(row) ?? images.length + row;
const rowOf = (number) => (number < images.length ? table.pictured[number] : number - images.length);
const known = (index) => (index < 0 ? null : index);
let mapsOfRows; // Unpacked when the first one is looked at.

others.count = table.count;
others.data = (row) => ({ maps: { [methods[0].key]: [{ unpacked: rowMap(row) }] } });
others.image = (row) => {
  const { label, predicted, target } = table.classes, { size } = images[0];
  const chance = valuesOf("probability")?.[row];
  return {
    name: table.keys[row], photo: size, part: [0, 0, ...size], size, trust: {},
    label: known(label[row]), predicted: known(predicted[row]),
    top: chance === undefined || Number.isNaN(chance) ? [] : [[predicted[row], chance]],
    targets: [target[row]], scores: [valuesOf("score")?.[row]],
  };
};

/** Resolves to the map of a row, as mapOf does; undefined where there is none. */
async function rowMap(row) {
  mapsOfRows ??= readRowMaps();
  const { size: [height, width], codes, scale, least, last } = (await mapsOfRows) ?? { size: [] };
  if (!codes || !Number.isFinite(scale[row])) return undefined;
  const start = row * height * width, map = { height, width, channels: 1, least: least[row], exact: false };
  map.values = Float32Array.from(codes.subarray(start, start + height * width), (code) => (code / last) * scale[row]);
  return { ...map, limit: outermost(resized(map, 3 * height, 3 * width)) };
}

async function readRowMaps() {
  const carried = readJson("audit_maps");
  if (!carried) return null;
  const [scale, least] = await Promise.all(["scale", "least"].map((name) =>
    arrayOf({ type: "Float32", data: carried[name] })));
  return { size: carried.size, last: carried.last, codes: await arrayOf(carried), scale, least };
}

/** Returns the value of the outermost color, see attribution_limit in visual/scale.py. */
function outermost(values) {
  const sizes = Float32Array.from(values, methods[0].signed ? Math.abs : Number).sort();
  const top = sizes[Math.round(0.995 * (sizes.length - 1))];
  return Math.max(top > 0 ? top : sizes.at(-1), 0);
}
