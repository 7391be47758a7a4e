// The parts of the page: each is found by its name.

const element = {};

const PARTS = `
<header id="top">
  <div id="heading">
    <label>Run <select id="log"></select></label>
    <div id="methods" role="group" aria-label="Methods, side by side"></div>
    <button id="ask" type="button" aria-keyshortcuts="?" aria-label="Keys, and how to read this page">?</button>
  </div>
  <div id="controls" role="group" aria-label="What is shown, and its colors">
    <label>View <select id="view"><option value="images">images</option><option value="epochs">images by epochs</option></select></label>
    <label>Beside it <select id="compare"><option value="">nothing</option><option value="epoch">another epoch</option>
      <option value="run">another run</option></select></label>
    <label>Other run <select id="other"></select></label>
    <label><input id="difference" type="checkbox"> Difference</label>
    <label>Class <select id="class" aria-keyshortcuts="/"></select></label>
    <label>Order <select id="order"><option value="given">as given</option><option value="wrong">wrong first</option>
      <option value="right">newly right first</option><option value="lost">newly wrong first</option>
      <option value="moved">most moved first</option></select></label>
    <label>Colors <select id="colors"></select></label>
    <label>Scale <select id="scale"><option value="own">each map its own</option><option value="run">one for the run</option>
      <option value="fixed">fixed</option></select></label>
    <label>Up to <input id="limit" type="number" min="0" step="any"></label>
    <label>Opacity <input id="opacity" type="range" min="0" max="100"></label>
    <label>Frame <select id="frame" aria-keyshortcuts=", ."></select></label>
  </div>
  <p id="told"><span id="count" role="status"></span><span id="titles"></span></p>
</header>
<p id="message" role="status"></p>
<main>
  <ul id="cards"></ul>
  <div id="epochs" hidden></div>
</main>
<footer id="time">
  <div id="charts" aria-label="Numbers by time"></div>
  <div class="slider">
    <button id="play" type="button" aria-label="Play">&#9654;</button>
    <input id="slider" type="range" min="0" aria-label="Step">
    <output id="when"></output><span id="of" class="soft"></span>
  </div>
  <div class="slider" hidden>
    <span class="soft">beside</span><input id="against" type="range" min="0" aria-label="The step beside it"><output id="then"></output>
  </div>
</footer>
<dialog id="help" aria-labelledby="help_title">
  <h2 id="help_title">Keys</h2>
  <dl>
    <dt><kbd>&#8592;</kbd> <kbd>&#8594;</kbd></dt><dd>the step before, the next one; <kbd>Home</kbd> the first, <kbd>End</kbd> the last</dd>
    <dt><kbd>Space</kbd></dt><dd>play</dd>
    <dt><kbd>1</kbd> &hellip; <kbd>9</kbd></dt><dd>a method more or less</dd>
    <dt><kbd>c</kbd> <kbd>d</kbd></dt><dd>another epoch beside it; the difference</dd>
    <dt><kbd>e</kbd></dt><dd>images by epochs</dd>
    <dt><kbd>[</kbd> <kbd>]</kbd></dt><dd>less or more opacity</dd>
    <dt><kbd>,</kbd> <kbd>.</kbd></dt><dd>of clips: the frame before, the next one</dd>
    <dt><kbd>/</kbd> <kbd>Esc</kbd></dt><dd>choose a class; no single image</dd>
  </dl>
  <p>The frame: red is wrong, green was wrong at the step before (or the one beside it) and is right, orange was right and is wrong.</p>
  <p>The strongest color stands for the 99.5th percentile of a map; with one scale for the run, for the largest mean peak of its
    steps. The lines are means over the images, or of the one that was clicked.</p>
  <form method="dialog"><button>Close</button></form>
</dialog>`;

function makeParts() {
  document.documentElement.lang = "en";
  document.head.append(make("meta", { name: "viewport", content: "width=device-width" }));
  if (!document.querySelector("style")) document.head.append(make("link", { rel: "stylesheet", href: "page.css" }));
  document.documentElement.classList.add("empty");
  document.body.innerHTML = PARTS;
  for (const each of document.body.querySelectorAll("[id]")) element[each.id] = each;
}

/** TensorBoard is light or dark by a class of its own. */
function followTheme() {
  let outside = null;
  try {
    outside = parent !== window && parent.document.body;
  } catch {
    // a frame of somebody else
  }
  const told = () => (outside ? outside.classList.contains("dark-mode") : matchMedia("(prefers-color-scheme: dark)").matches);
  const show = () => document.documentElement.classList.toggle("dark", told());
  if (outside) new MutationObserver(show).observe(outside, { attributeFilter: ["class"] });
  else matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}
