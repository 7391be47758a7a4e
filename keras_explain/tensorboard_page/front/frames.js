// The frames of clips, of which one is shown: the chosen one, or in each map that which counts most.

/** Returns the number of the frame of a clip that is shown with a map. */
function frameShown({ frames }, map, { signed }) {
  if (frames === 1) return 0;
  if (state.frame !== null) return Math.min(state.frame, frames - 1);
  map.most ??= (() => {
    const sums = new Float64Array(map.frames), size = map.values.length / map.frames;
    map.values.forEach((value, i) => {
      sums[Math.floor(i / size)] += signed ? Math.abs(value) : Math.max(value, 0);
    });
    return sums.reduce((most, sum, at) => (sum > sums[most] ? at : most), 0);
  })();
  return Math.floor(((map.most + 0.5) * frames) / map.frames);
}

/** Returns one frame of a map, as a map; where a map has fewer than the clip, what lies between two of them. */
function frameOf(map, at, { frames }) {
  if (map.frames === 1) return map;
  const size = map.values.length / map.frames, { low, high, part } = places(map.frames, frames)[at];
  const first = map.values.subarray(low * size, (low + 1) * size), second = map.values.subarray(high * size, (high + 1) * size);
  return { ...map, frames: 1, reduced: undefined, values: first.map((value, i) => value + (second[i] - value) * part) };
}

const nextFrame = (places) => {
  const { frames } = shown.log;
  if (frames > 1) change({ frame: ((state.frame ?? (places > 0 ? -1 : 0)) + places + frames) % frames });
};
