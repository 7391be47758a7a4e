// Maps at another size, as keras_explain.maps makes them.

/** Returns between which of `length` values each of `size` lies, and how far: bilinear, with half-pixel centers. */
function places(length, size) {
  return Array.from({ length: size }, (_, i) => {
    const at = ((i + 0.5) * length) / size - 0.5;
    return { low: Math.max(Math.floor(at), 0), high: Math.min(Math.ceil(at), length - 1), part: at - Math.floor(at) };
  });
}

function between({ width, channels, values }, row, column, channel) {
  const above = row.low * width, below = row.high * width;
  const first = values[(above + column.low) * channels + channel], third = values[(below + column.low) * channels + channel];
  const top = first + (values[(above + column.high) * channels + channel] - first) * column.part;
  const bottom = third + (values[(below + column.high) * channels + channel] - third) * column.part;
  return top + (bottom - top) * row.part;
}

/** Returns the values of a map {height, width, channels, values} at another size. */
function resized(map, height, width) {
  const { channels } = map;
  if (map.height === height && map.width === width) return map.values;
  const rows = places(map.height, height), columns = places(map.width, width);
  const values = new Float32Array(height * width * channels);
  let i = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let channel = 0; channel < channels; channel++) values[i++] = between(map, row, column, channel);
    }
  }
  return values;
}
