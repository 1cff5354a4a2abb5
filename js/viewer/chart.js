// The chart under the slider: σ on a log scale and the change of the guess, step by step, with a cursor to drag.

import { across, dotsPath, highest, linePath, logHeight, logRange, nearestStep, share } from "./curves.js";
import { setAttribute, setText } from "./elements.js";
import { callsOf, number, placeOf } from "./words.js";

/** The curve of a live run keeps its place while it grows. */
const SPAN_EXPECTED = 500;

// Lines of SVG stay crisp at every zoom of ComfyUI's canvas and follow the theme by themselves.
export function createChart(scope, { go }) {
  const field = scope.draw("svg", { class: "ds-curves", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" });
  const cursor = scope.make("div", { class: "ds-cursor" });
  const ghost = scope.make("div", { class: "ds-cursor ds-ghost", hidden: true });
  const plot = scope.make("div", { class: "ds-plot", role: "img" }, field, ghost, cursor);
  const readings = createReadings(scope);
  let drawn = null;
  let pointed = null;

  /** The curves of every trajectory shown; the one that is read stands out. */
  function draw(deck, shown, read) {
    drawn = { deck, read };
    const trajectories = shown.map((index) => deck.trajectories[index]);
    const range = logRange(trajectories.flatMap((one) => one.sigmas), deck.live ? SPAN_EXPECTED : 1);
    const top = highest(trajectories.flatMap((one) => one.change));
    const behind = trajectories.filter((one) => one !== read);
    field.style.setProperty("--ds-behind", Math.max(0.1, 0.5 / Math.sqrt(trajectories.length)));
    field.replaceChildren(...[...behind, read].flatMap((one) => curves(one, one === read, range, top, deck.steps)));
    readings.arrange(deck, top > 0);
    const last = read.sigmas.findLast((sigma) => sigma !== null);
    setAttribute(plot, "aria-label", `Chart: sigma falls from ${number(read.sigmas[0])} to ${number(last)}${top > 0 ? "; change per step" : ""}`);
  }

  function curves(trajectory, front, range, top, steps) {
    const sigma = trajectory.sigmas.map((one) => logHeight(one, range));
    const change = trajectory.change.map((one) => share(one, top));
    const rank = front ? "ds-front" : "ds-behind";
    const path = (kind, d) => scope.draw("path", { class: `${kind} ${rank}`, d });
    const dots = front ? [path("ds-change-dots", dotsPath(change, steps)), path("ds-sigma-dots", dotsPath(sigma, steps))] : [];
    return [path("ds-change-line", linePath(change, steps)), path("ds-sigma-line", linePath(sigma, steps)), ...dots];
  }

  function move(step) {
    place(cursor, step);
    if (pointed === null) readings.read(drawn.deck, drawn.read, step);
  }

  const place = (line, step) => line.style.setProperty("--ds-at", across(step, drawn.deck.steps));

  function point(step) {
    pointed = step;
    setAttribute(ghost, "hidden", step === null);
    if (step === null) return;
    place(ghost, step);
    readings.read(drawn.deck, drawn.read, step);
  }

  function stepUnder(event) {
    const box = plot.getBoundingClientRect();
    return nearestStep((event.clientX - box.left) / box.width, drawn.deck.steps);
  }

  scope.on(plot, "pointerdown", (event) => {
    if (event.button !== 0 || !drawn) return;
    plot.setPointerCapture(event.pointerId);
    point(null);
    go(stepUnder(event));
  });
  scope.on(plot, "pointermove", (event) => {
    if (!drawn) return;
    if (plot.hasPointerCapture(event.pointerId)) go(stepUnder(event));
    else point(stepUnder(event));
  });
  scope.on(plot, "pointerleave", () => {
    if (!drawn || pointed === null) return;
    point(null);
    go(null);
  });

  return { plot, readings: readings.element, draw, move };
}

/** What the curves say at one step; these words are the legend, too. */
function createReadings(scope) {
  const at = scope.make("span", { class: "ds-at" });
  const sigma = scope.make("span", { class: "ds-key ds-sigma-key", title: "Noise level, log scale" });
  const change = scope.make("span", { class: "ds-key ds-change-key", title: "RMS distance of this guess to the one before" });
  const calls = scope.make("span", { class: "ds-calls", title: "Model calls spent to get here" });
  const element = scope.make("p", { class: "ds-readings" }, at, sigma, change, calls);

  function arrange(deck, hasChange) {
    setAttribute(change, "hidden", !hasChange);
  }

  function read(deck, trajectory, step) {
    const here = Math.min(step, trajectory.steps);
    const place = placeOf(trajectory, here);
    setText(at, place ? `step ${here}, ${place}` : `step ${here}`);
    setText(sigma, `σ ${number(trajectory.sigmas[here])}`);
    setText(change, `change ${number(trajectory.change[here])}`);
    setText(calls, callsOf(trajectory, here) ?? "");
  }

  return { element, arrange, read };
}
