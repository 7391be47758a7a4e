// What is shown: all of it anew, or those parts that a change is about.

let painting = false, waiting = false;

/** Draws what is seen, once at a time: while one is drawn, only the last wish is kept. */
async function draw() {
  if (painting) {
    waiting = true;
    return;
  }
  painting = true;
  try {
    if (state.scale === "run") await findLimits();
    if (state.view === "epochs") await showEpochs();
    else await Promise.all([...seen].map(drawCard));
    markLines();
  } finally {
    painting = false;
  }
  if (waiting) {
    waiting = false;
    await draw();
  }
}

const judge = () => judgeCards(!playing);

async function showAll() {
  fillControls();
  makeCards();
  order = [];
  showControls();
  await judge();
  markCard();
  showLines();
  document.documentElement.classList.remove("empty");
  await draw();
}

async function onChange(changed) {
  const has = (...names) => names.some((name) => changed.has(name));
  if (has("log", "other")) return void (await lookAt());
  if (state.compare === "run" && !shown.other) return void (await lookAt());
  if (has("compare", "difference", "methods")) {
    makeCards();
    order = [];
  }
  showControls();
  if (has("compare", "difference", "methods", "step", "against", "order", "class")) await judge();
  if (has("image", "compare", "difference", "methods")) markCard();
  if (has("image", "class", "compare", "methods")) showLines();
  if (!has("image") || changed.size > 1) await draw();
}
