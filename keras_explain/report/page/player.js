// Below the chosen clip: how much of the map lies in each frame, and the film.

const PACE = 250; // Milliseconds a frame.
let playing; // The timer, while the film runs.

/** Tells how much each frame counts, and which one is shown. */
function showFilm() {
  const { frames = 1 } = imageOf(state.image);
  view.film.hidden = frames < 2;
  if (frames < 2) return play(false);
  const at = frameShown(looked, chosenMethod(), state.image, state.frame);
  const shares = looked ? sharesOf(looked, chosenMethod()) : new Float64Array(frames), most = Math.max(...shares);
  if (view.shares.childElementCount !== frames) {
    view.shares.replaceChildren(...Array.from({ length: frames }, (_, frame) => {
      const bar = make("span", {}, make("span"));
      bar.onclick = () => change({ frame });
      return bar;
    }));
  }
  [...view.shares.children].forEach((bar, frame) => {
    bar.firstChild.style.height = most > 0 ? percentOf(shares[frame], most) : "0";
    bar.classList.toggle("shown", frame === at);
  });
  view.film.style.setProperty("--frames", frames);
  Object.assign(view.at, { max: frames, value: at + 1 });
  view.told.textContent = `frame ${at + 1} of ${frames}` + (most > 0 ? `, ${percent(shares[at])} of the map` : "");
}

/** Starts the film from the frame that is shown, or stops it. */
function play(starts) {
  clearInterval(playing);
  playing = starts ? setInterval(() => turn(1), PACE) : undefined;
  view.play.textContent = starts ? "\u23f8\ufe0e" : "\u25b6\ufe0e";
  view.play.setAttribute("aria-label", starts ? "Stop the film" : "Play the film");
}

/** Shows the frame so many places on, of the last one the first. */
function turn(places) {
  const { frames = 1 } = imageOf(state.image);
  if (frames < 2) return;
  change({ frame: (frameShown(looked, chosenMethod(), state.image, state.frame) + places + frames) % frames });
}

Object.assign(KEYS, { ",": () => turn(-1), ".": () => turn(1), p: () => play(!playing) });
view.at.oninput = () => change({ frame: view.at.value - 1 });
view.play.onclick = () => play(!playing);
listeners.push((changed) => changed.has("image") && play(false));
play(false);
