// The chart under the slider: the numbers of a run, step by step, with a cursor to drag.

import { columnAt } from "../drawing/paths.js";
import { setAttribute } from "../elements/elements.js";
import { createAxes } from "./axis_marks.js";
import { across, dotsPath, linePath, nearestStep } from "./curves.js";
import { linesOf, spokenLines } from "./lines.js";
import { createReadings } from "./readings.js";
import { placeAt } from "../words/curves.js";
import { atStep, joinsOf, placeOf, unitOf } from "../words/run.js";

// Lines of SVG stay crisp at every zoom of ComfyUI's canvas and follow the theme by themselves.
export function createChart(scope, { go, toggle }) {
  const field = scope.draw(
    "svg", { class: "ds-curves", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" },
  );
  const cursor = scope.make("div", { class: "ds-cursor" });
  const ghost = scope.make("div", { class: "ds-cursor ds-ghost", hidden: true });
  const parting = scope.make("div", { class: "ds-cursor ds-parts", hidden: true });
  const plot = scope.make("div", { class: "ds-plot", role: "img" }, field, parting, ghost, cursor);
  const axes = createAxes(scope);
  const readings = createReadings(scope, toggle);
  let drawn = null;
  let pointed = null;

  /**
   * The curves of every trajectory shown; the one that is read stands out. `hidden` names the lines left out, `settled`
   * says whether the lines are those of when the run settles.
   * `where(index, state)` is the step of the slider at which a state stands.
   */
  function draw(deck, shown, read, { view = null, hidden = [], settled = false, where = (_, state) => state } = {}) {
    const trajectories = shown.map((index) => deck.trajectories[index]);
    const { lines, left, right } = linesOf(deck, trajectories, settled, hidden);
    const seen = lines.filter((line) => !hidden.includes(line.id));
    drawn = { deck, read, view, lines, seen };
    const behind = trajectories.filter((run) => run !== read);
    field.style.setProperty("--ds-behind", Math.max(0.1, 0.5 / Math.sqrt(trajectories.length)));
    const standing = (run) => (state) => where(deck.trajectories.indexOf(run), state);
    const { threshold } = deck.settling ?? {};
    const level = settled ? [scope.draw("path", { class: "ds-level", d: linePath([threshold, threshold], 1) })] : [];
    const joins = joinsOf(read).map((state) => standing(read)(state));
    field.replaceChildren(
      ...level,
      ...joins.map((step) => scope.draw("path", { class: "ds-join", d: columnAt(across(step, deck.steps)) })),
      ...[...behind, read].flatMap((run) =>
        seen.flatMap((line) => curve(line, run, run === read, deck.steps, standing(run))),
      ),
    );
    axes.draw(deck, left, right);
    readings.arrange(lines, hidden);
    setAttribute(plot, "aria-label", spokenLines(lines, read));
  }

  function curve(line, trajectory, front, steps, where) {
    const heights = line.heights(trajectory);
    const path = (kind, d) =>
      scope.draw("path", { class: `${kind} ${front ? "ds-front" : "ds-behind"}`, "data-line": line.id, d });
    const ring = front
      ? dotsPath(heights.map((height, state) => (state === line.ring?.(trajectory) ? height : null)), steps)
      : "";
    const rings = ring ? [path("ds-ring", ring), path("ds-ring ds-hole", ring)] : [];
    return [
      path("ds-curve", linePath(heights, steps, where)), ...(front ? [path("ds-dots", dotsPath(heights, steps))] : []),
      ...rings,
    ];
  }

  function move(step) {
    place(cursor, step);
    if (pointed === null) say(step);
  }

  const place = (line, step) => line.style.setProperty("--ds-at", across(step, drawn.deck.steps));

  function point(step) {
    pointed = step;
    setAttribute(ghost, "hidden", step === null);
    if (step === null) return;
    place(ghost, step);
    say(step);
  }

  /** The numbers of a step. Which one it is stands at the slider, and below the chart while one points elsewhere. */
  function say(step) {
    const here = Math.min(step, drawn.read.steps);
    const where = placeOf(drawn.read, here, drawn.view);
    const at = pointed === null ? null : atStep(here, unitOf(drawn.read));
    axes.flag(across(step, drawn.deck.steps), at && where ? placeAt(at, where) : (at ?? where));
    readings.read(drawn.read, here);
  }

  /** What a screen reader hears beside the step: the lines that are shown, where they have numbers. */
  const numbersAt = (state) =>
    drawn.seen.filter(({ id }) => id !== "sigma").map((line) => line.reading(drawn.read, state)).filter((text) =>
      /\d/.test(text),
    );

  /** A step, why it is marked, and the sign that stands there; null for none. */
  function mark(step, words, sign) {
    setAttribute(parting, "hidden", step === null);
    setAttribute(parting, "title", words);
    setAttribute(parting, "data-sign", sign);
    if (step !== null) place(parting, step);
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

  /** The lines in words: [name, what it is]. */
  const lines = () => drawn?.lines.map(({ title, hint }) => [title, hint]) ?? [];

  return { plot, axes, readings: readings.element, draw, move, mark, numbersAt, lines };
}
