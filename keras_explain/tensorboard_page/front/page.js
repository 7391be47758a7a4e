// The page itself: which logs there are, and how it keeps up with what is still written.

const POLL = 4000; // Milliseconds.
let runs = [];

/** Loads the logs that are chosen: the first one, if it isn't there. */
async function lookAt() {
  const chosen = runs.find(({ run, name }) => `${run}\n${name}` === state.log) ?? runs[0];
  const others = runs.filter((each) => each !== chosen);
  const other = others.find(({ run, name }) => `${run}\n${name}` === state.other) ?? others[0];
  shown.log = await loaded(chosen, shown.log);
  shown.other = state.compare === "run" && other ? await loaded(other, shown.other) : null;
  await showAll();
}

async function loaded({ run, name }, known) {
  const about = await askJson("log", { run, name });
  return known && known.run === run && known.name === name && known.grow(about) ? known : new Log(run, name, about);
}

let told = "", asking = false;

/** Asks what there is now, and shows what is new. */
async function poll() {
  if (document.hidden || !innerWidth || asking) return;
  asking = true;
  try {
    const answer = await askJson("runs"), known = JSON.stringify(answer);
    runs = answer.runs;
    const none = "No explanations yet: they appear after the first step that an ExplanationLogger logs.";
    say(runs.length ? answer.broken.join(" ") : none);
    if (known !== told && runs.length) await showNew();
    told = known;
  } catch (error) {
    say(`${silent}: ${error.message}`);
  } finally {
    asking = false;
  }
}

async function showNew() {
  const { log, other } = shown;
  fillLogs(runs);
  if (!log || !runs.some(({ run, name }) => run === log.run && name === log.name)) return void (await lookAt());
  shown.log = await loaded(log, log);
  if (other) shown.other = await loaded(other, other);
  if (shown.log !== log || shown.other !== other) return void (await showAll());
  showControls();
  await judge();
  showLines();
  await draw();
}

const say = (text) => {
  element.message.textContent = text;
};

/** TensorBoard calls this once the module is loaded. */
export async function render() {
  makeParts();
  say("Reading the logs \u2026");
  followTheme();
  listen();
  listeners.push((changed) => onChange(changed));
  let width = innerWidth;
  addEventListener("resize", () => {
    const was = width;
    width = innerWidth;
    if (!was && width) poll();
    else if (state.view === "epochs" && shown.log && was !== width) draw();
  });
  addressed().addEventListener("hashchange", () => change(readLink()));
  await poll();
  setInterval(poll, POLL);
}
