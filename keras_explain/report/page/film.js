// The frames of a clip, or the slices of a volume: which of them count, and the one that is shown.

/** Returns one frame of a map, as a map. */
function frameIn(map, at) {
  if (!map || !(map.frames > 1)) return map;
  const size = map.height * map.width * map.channels;
  return { ...map, frames: 1, values: map.values.subarray(at * size, (at + 1) * size) };
}

/** Returns the share of a map that lies in each of its frames: of its values above 0, of a signed one of their size. */
function sharesOf(map, { signed }) {
  map.shares ??= (() => {
    const sums = new Float64Array(map.frames), size = map.values.length / map.frames;
    map.values.forEach((value, i) => {
      if (Number.isFinite(value)) sums[Math.floor(i / size)] += signed ? Math.abs(value) : Math.max(value, 0);
    });
    const whole = sums.reduce((sum, one) => sum + one, 0);
    return sums.map((one) => (whole > 0 ? one / whole : 0));
  })();
  return map.shares;
}

/** Returns the number of the frame that is shown of a clip: a chosen one, or that which counts most. */
function frameShown(map, method, index, chosen) {
  const { frames = 1 } = imageOf(index);
  if (frames === 1) return 0;
  if (chosen !== null) return Math.min(chosen, frames - 1);
  return map ? sharesOf(map, method).reduce((most, share, at, all) => (share > all[most] ? at : most), 0) : 0;
}
