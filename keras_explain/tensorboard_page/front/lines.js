// The numbers of all times as lines: of one image, or the mean of those that are shown.

const CHARTS = [
  { title: "loss", columns: ["loss"] },
  { title: "probability of the label", columns: ["label_chance"], top: 1 },
  { title: "movement", by: "movement" },
  { title: "concentration", by: "concentration", top: 1 },
  { title: "energy inside", by: "energy_inside", top: 1 },
  { title: "peak inside", by: "pointing", top: 1 },
];
const WIDE = 200, TALL = 56;

const readOf = () => (state.image !== null ? { image: state.image } : state.class !== null ? { label: state.class } : {});

async function showLines() {
  const log = shown.log, of = readOf(), other = state.compare === "run" ? shown.other : null;
  const reads = await Promise.all([log, ...(other ? [other] : [])].map((each) => each.lines(of)));
  if (log !== shown.log || String(Object.values(of)) !== String(Object.values(readOf()))) return;
  const all = state.class === null ? `mean of ${log.count} images` : `mean of class ${className(log, state.class)}`;
  element.of.textContent = `lines: ${state.image === null ? all : `image ${state.image}`}`;
  const charts = CHARTS.map((chart) => {
    const lines = chart.by ? chosenMethods().map(({ key, title }) => ({ column: `${chart.by}/${key}`, title }))
      : chart.columns.map((column) => ({ column, title: "" }));
    return drawChart(chart, lines, log, reads, other);
  });
  element.charts.replaceChildren(...charts.filter(Boolean));
  markLines();
}

/** Returns an element of a drawing. */
function drawing(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

/** Returns a chart, undefined if nothing is known. */
function drawChart({ title, top }, lines, log, reads, other) {
  const logs = [log, ...(other ? [other] : [])];
  const first = log.steps[0], last = Math.max(...logs.map(({ steps }) => steps.at(-1)));
  const drawn = reads.flatMap((read, which) => lines.map((line, color) => {
    const { steps, column } = logs[which];
    const known = steps.map((step, at) => [step, line.column in column ? read(at, line.column) : NaN]);
    return { ...line, color, which, points: known.filter(([, value]) => Number.isFinite(value)) };
  })).filter(({ points }) => points.length);
  if (!drawn.length) return undefined;
  const highest = top ?? Math.max(...drawn.flatMap(({ points }) => points.map(([, value]) => value)), 1e-12);
  const x = (step) => (last > first ? (WIDE * (step - first)) / (last - first) : WIDE / 2);
  const svg = drawing("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", role: "img", "aria-label": title });
  for (const { points, color, which } of drawn) {
    const y = (value) => TALL - 2 - ((TALL - 4) * value) / highest;
    const at = points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`);
    const d = `M${at.length > 1 ? at.join("L") : `${at[0]}h1`}`;
    svg.append(drawing("path", { d, class: `line c${color % 4}${which ? " other" : ""}` }));
  }
  const value = make("span", { className: "values" }), mark = make("span", { className: "mark" });
  const caption = make("figcaption", {}, make("span", { textContent: title }), value);
  const chart = make("figure", {}, caption, make("div", { className: "plot" }, svg, mark));
  chart.mark = () => {
    const step = log.steps[place()];
    mark.style.left = `${(100 * x(step)) / WIDE}%`;
    value.replaceChildren(...drawn.filter(({ which }) => !which).map(({ points, color, title: called }) => {
      const found = points.findLast(([at]) => at <= step);
      return make("span", { className: `c${color % 4}`, title: called, textContent: found ? short(found[1]) : "\u2013" });
    }));
  };
  const go = ({ clientX, buttons, type }) => {
    if (type === "pointermove" && !buttons) return;
    const bounds = svg.getBoundingClientRect(), share = Math.min(Math.max((clientX - bounds.left) / bounds.width, 0), 1);
    goTo(log.placeOf(Math.round(first + share * (last - first))));
  };
  for (const name of ["pointerdown", "pointermove"]) svg.addEventListener(name, go);
  return chart;
}

function markLines() {
  for (const chart of element.charts.children) chart.mark();
}
